/* SPDX-License-Identifier: GPL-2.0 */
/* Exceptions through the IDT in 64-bit mode, from CPL 0 and 3: vectors, error codes, frames. */
#include "guest.h"

	BEGIN64
	xorl	%ecx, %ecx
	FAULTS(VEC_DE, divl %ecx)
	TRAPS(VEC_BP, int3)
	FAULTS(VEC_UD, ud2)
	movw	$0x1008, %ax
	FAULTS(VEC_GP, movw %ax, %es)
	IS(cmpq $0x1008, rt_exc_error)
	movq	%rsp, %rbp
	FAULTS(VEC_UD, .byte 0xea)
	/* INT n beyond what the gate's DPL allows, and what it does allow. */
	USER	user
	IS(cmpl $5, %ebx)
	/* The frame of an exception at CPL 3: user CS, SS and flags. */
	IS(cmpq $SEL_USER64, rt_exc_cs)

	/* Not present gates and selectors. */
	andw	$0x7fff, rt_idt64 + 16 * 0x44 + 4
	FAULTS(VEC_NP, int $0x44)
	IS(cmpq $(0x44 * 8 + 2), rt_exc_error)
	movl	$0x0000ffff, rt_gdt + SEL_SPARE
	movl	$0x00cf1300, rt_gdt + SEL_SPARE + 4
	movw	$SEL_SPARE, %ax
	FAULTS(VEC_NP, movw %ax, %es)
	FAULTS(VEC_SS, movw %ax, %ss)
	IS(cmpq $SEL_SPARE, rt_exc_error)
	/* Interrupts through the IDT change IF, traps do not. */
	sti
	int	$0x45
	IS(cmpl $1, rt_irq_counts + 4 * 0x45)
	pushfq
	popq	%rax
	testl	$FLAG_IF, %eax
	CHECK(nz)
	cli
	/* An IDT too short for a vector: #GP with its selector. */
	movw	$(16 * 0x40 - 1), rt_idt64_pointer
	lidt	rt_idt64_pointer
	FAULTS(VEC_GP, int $0x45)
	IS(cmpq $(0x45 * 8 + 2), rt_exc_error)
	PASS

user:
	FAULTS(VEC_GP, int $0x45)
	IS(cmpq $(0x45 * 8 + 2), rt_exc_error)
	TRAPS(VEC_BP, int3)
	xorl	%ecx, %ecx
	FAULTS(VEC_DE, divl %ecx)
	FAULTS(VEC_GP, hlt)
	FAULTS(VEC_GP, wbinvd)
	FAULTS(VEC_GP, invd)
	FAULTS(VEC_GP, invlpg 0x300000)
	FAULTS(VEC_GP, lgdt rt_gdt_pointer)
	FAULTS(VEC_GP, ltr %ax)
	movl	$5, %ebx
	END_USER
