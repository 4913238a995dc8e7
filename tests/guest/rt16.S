/* SPDX-License-Identifier: GPL-2.0 */
/* The runtime's beginning: from real mode to the mode a guest wants to start in. */
#include "guest.h"

	.text
	CODE16

/* Any processor, from reset or from its start-up IPI: flat segments, a number, a stack. */
.macro PROLOGUE
	cli
	cld
	xorl	%eax, %eax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movl	$1, %edi
	lock xaddl %edi, rt_cpus
	movl	%edi, %ecx
	incl	%ecx
	shll	$RT_STACK_SHIFT, %ecx
	addl	$rt_stacks, %ecx
	movw	%ax, %ss
	movl	%ecx, %esp
.endm

	.globl rt_enter16, rt_enter32, rt_enter64
rt_enter16:
	PROLOGUE
	jmp	*%bx

rt_enter32:
	PROLOGUE
	lgdtl	rt_gdt_pointer
	movl	%cr0, %eax
	andl	$~(CR0_CD | CR0_NW), %eax
	orl	$(CR0_PE | CR0_NE), %eax
	movl	%eax, %cr0
	ljmpl	$SEL_CODE32, $rt_begin32

rt_enter64:
	PROLOGUE
	lgdtl	rt_gdt_pointer
	movl	%cr0, %eax
	andl	$~(CR0_CD | CR0_NW), %eax
	orl	$(CR0_PE | CR0_NE), %eax
	movl	%eax, %cr0
	ljmpl	$SEL_CODE32, $rt_begin64

	.globl rt_fail16
rt_fail16:
	movl	%eax, %cs:rt_registers
	xorw	%ax, %ax
	movw	%ax, %ds
	movl	%ecx, rt_registers + 8
	movl	%edx, rt_registers + 16
	movl	%ebx, rt_registers + 24
	movl	%esp, rt_registers + 32
	movl	%ebp, rt_registers + 40
	movl	%esi, rt_registers + 48
	movl	%edi, rt_registers + 56
	movw	%ax, %ss
	movl	$rt_fail_stack_end, %esp
	/* Protected mode, so that one reporter does for all. */
	cli
	lgdtl	rt_gdt_pointer
	movl	%cr0, %eax
	orl	$CR0_PE, %eax
	movl	%eax, %cr0
	ljmpl	$SEL_CODE32, $rt_report16

	.section .bss.low, "aw", @nobits
	.balign 16
rt_stacks:
	.skip	RT_STARTS_MAX << RT_STACK_SHIFT
	.balign 16
	.skip	256
rt_fail_stack_end:
	.globl rt_stacks, rt_fail_stack_end
