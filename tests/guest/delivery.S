/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event whose delivery is interrupted because the EPT does not map the stack, the IDT or the
 * handler yet: it arrives all the same, once, and as what it was. With so little memory that the
 * kernel has no huge page for it.
 */
#include "guest.h"

	BEGIN64
	/* Stacks in pages that nobody has touched yet: faults, software interrupts, INT3, INT1. */
	movq	%rsp, %rbp
	movl	$0x51000, %esp
	FAULTS(VEC_UD, ud2)
	movl	$0x53000, %esp
	movw	$0x1008, %ax
	FAULTS(VEC_GP, movw %ax, %es)
	IS(cmpq $0x1008, rt_exc_error)
	movl	$0x55000, %esp
	TRAPS(VEC_BP, int3)
	movl	$0x57000, %esp
	TRAPS(VEC_DB, .byte 0xf1)
	movl	$0x59000, %esp
	int	$0x77
	IS(cmpl $1, rt_irq_counts + 4 * 0x77)
	movabsq	$0x700000000000, %rbx
	movl	$0x5b000, %esp
	FAULTS(VEC_PF, movb (%rbx), %al)
	IS(cmpq %rbx, rt_exc_cr2)
	IS(cmpl $6 - 1, rt_exc_count)
	/* A frame across two such pages. */
	movl	$0x60010, %esp
	FAULTS(VEC_UD, ud2)
	movq	%rbp, %rsp

	/* An IDT in a page that nobody has touched but the copy below. */
	movl	$rt_idt64, %esi
	movl	$0x80000, %edi
	movl	$(16 * 256 / 8), %ecx
	rep movsq
	movl	$0x80000, rt_idt64_pointer + 2
	lidt	rt_idt64_pointer
	TRAPS(VEC_BP, int3)

	/* Handlers in such pages: the fetch of their first instruction exits. */
	movq	$0, 0x80000 + 16 * 0x50
	movw	$0x0000, 0x80000 + 16 * 0x50
	movw	$SEL_CODE64, 0x80000 + 16 * 0x50 + 2
	movw	$0x8e00, 0x80000 + 16 * 0x50 + 4
	movw	$0x000a, 0x80000 + 16 * 0x50 + 6	/* 0xa0000 */
	movl	$0x0000cf48, 0xa0000			/* IRETQ */
	int	$0x50

	/* A task register whose TSS is untouched: the stack switch from CPL 3 reads it. */
	movl	$0xb0000, %eax
	movw	%ax, rt_gdt + SEL_TSS + 2
	movb	$0x0b, rt_gdt + SEL_TSS + 4
	movw	$SEL_TSS, %ax
	ltr	%ax
	movq	$0xc0800, 0xb0004
	/* As rt_user does, which would set the stack in another TSS. */
	call	to_user
	IS(cmpl $7, %ebx)
	PASS

to_user:
	movq	%rsp, rt_user_rsp
	pushq	$SEL_USERDATA
	pushq	$rt_user_stack_end
	pushq	$2
	pushq	$SEL_USER64
	pushq	$user
	iretq

user:
	FAULTS(VEC_UD, ud2)
	TRAPS(VEC_BP, int3)
	movl	$7, %ebx
	END_USER
