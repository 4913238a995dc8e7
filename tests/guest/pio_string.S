/* SPDX-License-Identifier: GPL-2.0 */
/* String port access in 64-bit mode: REP, direction, widths, address sizes, pages, segments. */
#include "guest.h"

	BEGIN64
	movw	$PORT_SCRATCH, %dx
	/* Repeated, up and down, to a port that prints: the table knows the text. */
	movw	$PORT_PRINT, %dx
	movl	$text, %esi
	movl	$6, %ecx
	rep outsb
	IS(testq %rcx, %rcx)
	IS(cmpq $(text + 6), %rsi)
	std
	decl	%esi
	movl	$6, %ecx
	rep outsb
	cld
	IS(cmpq $(text - 1), %rsi)
	movb	$'\n', %al
	outb	%al, %dx

	/* One item, and none. */
	movw	$PORT_SCRATCH, %dx
	movl	$words, %esi
	outsl
	IS(cmpq $(words + 4), %rsi)
	inl	%dx, %eax
	IS(cmpl $0x44332211, %eax)
	xorl	%ecx, %ecx
	rep outsl
	IS(cmpq $(words + 4), %rsi)
	inl	%dx, %eax
	IS(cmpl $0x44332211, %eax)
	rep outsw
	IS(cmpq $(words + 4), %rsi)

	/* Input of each width; only the items there are change. */
	movl	$buffer, %edi
	movl	$3, %ecx
	rep insb
	IS(cmpq $(buffer + 3), %rdi)
	IS(cmpl $0x00111111, buffer)
	movl	$3, %ecx
	rep insw
	IS(cmpl $0x11111111, buffer)
	IS(cmpw $0x2211, buffer + 7)
	movl	$buffer, %edi
	insl
	IS(cmpl $0x44332211, buffer)
	std
	movl	$buffer + 16, %edi
	movl	$2, %ecx
	rep insw
	cld
	IS(cmpq $buffer + 12, %rdi)
	IS(cmpw $0x2211, buffer + 14)
	IS(cmpw $0x2211, buffer + 16)
	IS(cmpw $0, buffer + 12)

	/* 32-bit addresses: the upper halves of RDI and RCX count for nothing and end as zero. */
	movabsq	$0x500000000 + buffer, %rdi
	movabsq	$0x700000002, %rcx
	movl	$0, buffer
	rep insb (%dx), (%edi)
	IS(cmpq $buffer + 2, %rdi)
	IS(testq %rcx, %rcx)
	IS(cmpl $0x1111, buffer)

	/* Across pages, more than a page in one instruction. */
	movl	$0x200ffd, %edi
	movl	$5000, %ecx
	movb	$0xab, %al
	outb	%al, %dx
	rep insb
	IS(cmpq $0x200ffd + 5000, %rdi)
	movl	$0x200ffd, %edi
	movl	$5000, %ecx
	IS(repe scasb)
	IS(testq %rcx, %rcx)
	IS(cmpb $0, (%rdi))
	IS(cmpb $0, 0x200ffc)
	/* One item across two pages. */
	movl	$0x12345678, 0x300ffe
	movl	$0x300ffe, %esi
	outsl
	inl	%dx, %eax
	IS(cmpl $0x12345678, %eax)

	/* A segment with a base. */
	movq	%rdx, %rbx
	WRITE_MSR MSR_FS_BASE, 0, 0x300000
	movq	%rbx, %rdx
	movl	$0x2211, 0x300040
	movl	$0x40, %esi
	fs outsw
	inw	%dx, %ax
	IS(cmpw $0x2211, %ax)

	/* A page fault in the middle leaves the registers at the item that faulted. */
	movl	$0, rt_pd + 8 * 4		/* 8 MiB: not there */
	movq	%cr3, %rax
	movq	%rax, %cr3
	movl	$0x7ffff0, %edi
	movl	$100, %ecx
	FAULTS(VEC_PF, rep insb)
	IS(cmpq $0x800000, rt_exc_cr2)
	IS(cmpq $0x800000, %rdi)
	IS(cmpq $84, %rcx)
	IS(cmpl $2, rt_exc_error)
	movl	$0x7ffffc, %esi
	movl	$4, %ecx
	FAULTS(VEC_PF, rep outsw)
	IS(cmpq $0x800000, rt_exc_cr2)
	IS(cmpq $0x800000, %rsi)
	IS(cmpq $2, %rcx)
	IS(cmpl $0, rt_exc_error)
	PASS

	.data
text:
	.ascii	"abccba"
words:
	.long	0x44332211, 0x88776655
	.bss
	.balign 8
buffer:
	.skip	32
