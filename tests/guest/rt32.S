/* SPDX-License-Identifier: GPL-2.0 */
/* The runtime in 32-bit mode: exceptions, the way on to long mode, and the report of a failure. */
#include "guest.h"

	.text
	CODE32

.macro FLAT_SEGMENTS
	movw	$SEL_DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	%ax, %fs
	movw	%ax, %gs
.endm

	.globl rt_begin32
rt_begin32:
	FLAT_SEGMENTS
	movl	$rt_stubs32, %eax
	movl	$rt_idt32, %edx
	movl	$256, %ecx
1:	movw	%ax, (%edx)
	movw	$SEL_CODE32, 2(%edx)
	movw	$0x8e00, 4(%edx)		/* interrupt gate */
	addl	$16, %eax
	addl	$8, %edx
	loop	1b
	lidt	rt_idt32_pointer
	jmp	*%ebx

	.globl rt_begin64
rt_begin64:
	FLAT_SEGMENTS
	/* 2 MiB pages for the first 4 GiB; all processors write the same. */
	movl	$rt_pd, %edx
	movl	$(PTE_ALL | PTE_PS), %eax
	movl	$2048, %ecx
1:	movl	%eax, (%edx)
	addl	$0x200000, %eax
	addl	$8, %edx
	loop	1b
	movl	$(rt_pd + PTE_ALL), rt_pdpt
	movl	$(rt_pd + 0x1000 + PTE_ALL), rt_pdpt + 8
	movl	$(rt_pd + 0x2000 + PTE_ALL), rt_pdpt + 16
	movl	$(rt_pd + 0x3000 + PTE_ALL), rt_pdpt + 24
	/* See HIGH() in guest.h. */
	movl	$(rt_pd + 0x2000 + PTE_ALL), rt_pdpt + 510 * 8
	movl	$(rt_pd + 0x3000 + PTE_ALL), rt_pdpt + 511 * 8
	movl	$(rt_pdpt + PTE_ALL), rt_pml4
	movl	$(rt_pdpt + PTE_ALL), rt_pml4 + 511 * 8

	movl	%cr4, %eax
	orl	$(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
	movl	%eax, %cr4
	movl	$rt_pml4, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmp	$SEL_CODE64, $rt_main64

/* On the stack: vector, error code, EIP, CS, EFLAGS. As rt_common64 in rt64.S. */
rt_common32:
	pushal
	leal	32(%esp), %edi
	movl	(%edi), %eax
	movl	rt_handlers(, %eax, 8), %ecx
	testl	%ecx, %ecx
	jz	1f
	call	*%ecx
	jmp	3f
1:	cmpl	$32, %eax
	jb	2f
	lock incl rt_irq_counts(, %eax, 4)
	jmp	3f
2:	movl	%eax, rt_exc_vector
	movl	4(%edi), %eax
	movl	%eax, rt_exc_error
	movl	8(%edi), %eax
	movl	%eax, rt_exc_rip
	movl	12(%edi), %eax
	movl	%eax, rt_exc_cs
	movl	16(%edi), %eax
	movl	%eax, rt_exc_flags
	movl	%edi, rt_exc_frame
	movl	%cr2, %eax
	movl	%eax, rt_exc_cr2
	incl	rt_exc_count
	xorl	%ecx, %ecx
	xchgl	%ecx, rt_exc_resume
	testl	%ecx, %ecx
	jz	rt_unexpected32
	movl	%ecx, 8(%edi)
3:	popal
	addl	$8, %esp
	iretl

	.balign 16
rt_stubs32:
	STUBS	rt_common32

rt_unexpected32:
	popal
	movl	$EXIT_UNEXPECTED, rt_fail_where
	.globl rt_fail32
rt_fail32:
	movl	%eax, rt_registers
	movl	%ecx, rt_registers + 8
	movl	%edx, rt_registers + 16
	movl	%ebx, rt_registers + 24
	movl	%esp, rt_registers + 32
	movl	%ebp, rt_registers + 40
	movl	%esi, rt_registers + 48
	movl	%edi, rt_registers + 56
	.globl rt_report16, rt_report
rt_report16:
	movl	$8, %ebp
/* EBP: number of registers to show. Paging may be on if it maps low memory to itself. */
rt_report:
	FLAT_SEGMENTS
	movl	$rt_fail_stack_end, %esp
	movl	$.Ltext_check, %esi
	call	rt_print
	movzbl	rt_fail_where, %eax
	call	rt_print_decimal
	movl	$.Ltext_line, %esi
	call	rt_print
	movl	rt_fail_where, %eax
	shrl	$8, %eax
	call	rt_print_decimal
	movl	$.Ltext_exception, %esi
	call	rt_print
	movl	$rt_exc_vector, %ebx
	movl	$5, %ecx
	call	rt_print_longs
	movl	$.Ltext_registers, %esi
	call	rt_print
	movl	$rt_registers, %ebx
	movl	%ebp, %ecx
	call	rt_print_longs
	movb	$'\n', %al
	outb	%al, $PORT_PRINT
	movb	rt_fail_where, %al
	outb	%al, $PORT_EXIT
	cli
	hlt

/* ECX 64-bit numbers from EBX. */
rt_print_longs:
	movl	4(%ebx), %eax
	testl	%eax, %eax
	jz	1f
	call	rt_print_hex
1:	movl	(%ebx), %eax
	call	rt_print_hex
	movb	$' ', %al
	outb	%al, $PORT_PRINT
	addl	$8, %ebx
	loop	rt_print_longs
	ret

rt_print_hex:
	movl	$8, %edi
1:	roll	$4, %eax
	pushl	%eax
	andb	$15, %al
	cmpb	$10, %al
	jb	2f
	addb	$('a' - '0' - 10), %al
2:	addb	$'0', %al
	outb	%al, $PORT_PRINT
	popl	%eax
	decl	%edi
	jnz	1b
	ret

rt_print_decimal:
	xorl	%edx, %edx
	movl	$10, %ecx
	divl	%ecx
	pushl	%edx
	testl	%eax, %eax
	jz	1f
	call	rt_print_decimal
1:	popl	%eax
	addb	$'0', %al
	outb	%al, $PORT_PRINT
	ret

/* The string at ESI. */
rt_print:
	lodsb
	testb	%al, %al
	jz	1f
	outb	%al, $PORT_PRINT
	jmp	rt_print
1:	ret

	.section .rodata
.Ltext_check:
	.asciz	"failed: check "
.Ltext_line:
	.asciz	", line "
.Ltext_exception:
	.asciz	"\nlast exception: vector, error, rip, cr2, flags: "
.Ltext_registers:
	.asciz	"\na c d b sp bp si di 8-15: "
