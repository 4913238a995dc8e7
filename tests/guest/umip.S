/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UMIP: with CR4.UMIP set a program cannot read GDTR, IDTR, LDTR and TR, and a kernel can still read
 * and load them: in memory, in registers of each size, with its faults.
 */
#include "guest.h"

#define CR4_UMIP	(1 << 11)
#define SEL_LDT		SEL_SPARE
#define POISON		0x55555555

	BEGIN64
	movl	$7, %eax
	xorl	%ecx, %ecx
	cpuid
	testl	$(1 << 2), %ecx
	jz	.Lend

	/* Before, a program reads them. */
	USER	reads
	IS(cmpl $0x4ead, %ebx)
	movq	%cr4, %rax
	orl	$CR4_UMIP, %eax
	movq	%rax, %cr4
	movq	%cr4, %rcx
	IS(cmpq %rcx, %rax)
	USER	is_refused
	IS(cmpl $0x4ef, %ebx)

	/* The kernel stores tables, ... */
	sgdt	table
	movw	table, %ax
	IS(cmpw rt_gdt_pointer, %ax)
	movq	table + 2, %rax
	IS(cmpq rt_gdt_pointer + 2, %rax)
	sidt	table
	movq	table + 2, %rax
	IS(cmpq rt_idt64_pointer + 2, %rax)
	/* ... loads them, ... */
	movq	$gdt_copy, %rdi
	movl	$rt_gdt, %esi
	movl	$(SEL_SPARE + 16), %ecx
	rep movsb
	lgdt	copy_pointer
	movl	$POISON, table
	sgdt	table
	IS(cmpw $(SEL_SPARE + 15), table)
	movl	$gdt_copy, %eax
	IS(cmpl table + 2, %eax)
	movl	$SEL_DATA2, %eax
	movw	%ax, %es
	movq	rt_idt64_pointer + 2, %rax
	movq	%rax, table + 2
	movw	$0xfff, table
	lidt	table
	FAULTS(VEC_UD, ud2)
	movabsq	$0x800000000000, %rax
	movq	%rax, bad_pointer + 2
	FAULTS(VEC_GP, lgdt bad_pointer)
	IS(cmpl $0, rt_exc_error)

	/* ... stores selectors, in memory and in registers of each size, ... */
	movq	$-1, table
	str	table
	IS(cmpw $SEL_TSS, table)
	IS(cmpw $-1, table + 2)
	movq	$-1, %r9
	str	%r9w
	movq	$(0xffffffffffff0000 + SEL_TSS), %rax
	IS(cmpq %rax, %r9)
	movq	$-1, %r10
	str	%r10d
	IS(cmpq $SEL_TSS, %r10)
	movq	$-1, %rax
	str	%rax
	IS(cmpq $SEL_TSS, %rax)
	movq	$-1, %rax
	sldt	%rax
	IS(cmpq $0, %rax)

	/* ... and loads them. */
	movabsq	$0x0000820000000fff, %rax
	movq	%rax, gdt_copy + SEL_LDT
	movl	$ldt, %eax
	movw	%ax, gdt_copy + SEL_LDT + 2
	shrl	$16, %eax
	movb	%al, gdt_copy + SEL_LDT + 4
	movq	$0, gdt_copy + SEL_LDT + 8
	movl	$SEL_LDT, %eax
	lldt	%ax
	sldt	%ecx
	IS(cmpl %eax, %ecx)
	movl	$0xc, %eax
	movw	%ax, %fs
	movw	%fs, %cx
	IS(cmpw %ax, %cx)
	xorl	%eax, %eax
	movw	%ax, %fs
	movw	$0, table
	lldt	table
	movl	$0xc, %eax
	FAULTS(VEC_GP, movw %ax, %fs)
	IS(cmpl $0xc, rt_exc_error)
	movl	$SEL_DATA, %eax
	FAULTS(VEC_GP, lldt %ax)
	IS(cmpl $SEL_DATA, rt_exc_error)
	/* The TSS is busy: once more only when it is not. */
	movl	$SEL_TSS, %eax
	FAULTS(VEC_GP, ltr %ax)
	IS(cmpl $SEL_TSS, rt_exc_error)
	movb	$0x89, gdt_copy + SEL_TSS + 5
	ltr	%ax
	IS(cmpb $0x8b, gdt_copy + SEL_TSS + 5)
	USER	is_refused
	IS(cmpl $0x4ef, %ebx)

	/* A fault of the memory is the instruction's. */
	movabsq	$0x800000000000, %r11
	FAULTS(VEC_GP, sgdt (%r11))
	movl	$(0x200000 + PTE_P + PTE_PS), rt_pd + 8
	movq	%cr0, %rax
	orl	$CR0_WP, %eax
	movq	%rax, %cr0
	movq	%cr3, %rax
	movq	%rax, %cr3
	FAULTS(VEC_PF, sidt 0x200000)
	IS(cmpl $3, rt_exc_error)
	IS(cmpq $0x200000, rt_exc_cr2)
	movl	$(0x200000 + PTE_ALL + PTE_PS), rt_pd + 8
	movq	%cr3, %rax
	movq	%rax, %cr3

	/* A single step ends after it. */
	ON	VEC_DB, step
	pushfq
	orl	$FLAG_TF, (%rsp)
	popfq
	sgdt	table
.Lnext:	nop
	IS(cmpq $.Lnext, stepped)

	movq	%cr4, %rax
	andl	$~CR4_UMIP, %eax
	movq	%rax, %cr4
	USER	reads
	IS(cmpl $0x4ead, %ebx)
.Lend:	PASS

reads:
	sgdt	table
	sidt	table
	sldt	%eax
	str	%eax
	IS(cmpl $SEL_TSS, %eax)
	movl	$0x4ead, %ebx
	END_USER

is_refused:
	FAULTS(VEC_GP, sgdt table)
	IS(cmpl $0, rt_exc_error)
	FAULTS(VEC_GP, sidt table)
	FAULTS(VEC_GP, sldt table)
	FAULTS(VEC_GP, str %rax)
	IS(cmpl $0, rt_exc_error)
	FAULTS(VEC_GP, lgdt table)
	FAULTS(VEC_GP, ltr %ax)
	movl	$0x4ef, %ebx
	END_USER

/* Clears TF in the frame. */
step:
	movq	16(%rdi), %rax
	movq	%rax, stepped
	andl	$~FLAG_TF, 32(%rdi)
	ret

	.data
	.balign 8
ldt:	.quad	0, 0x00cf93000000ffff
copy_pointer:
	.word	SEL_SPARE + 15
	.quad	gdt_copy
bad_pointer:
	.word	15
	.quad	0
	.bss
	.balign 16
gdt_copy:
	.skip	SEL_SPARE + 16
table:	.skip	16
stepped:
	.skip	8
