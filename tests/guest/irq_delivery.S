/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts and NMIs whose delivery the EPT interrupts, because nobody touched the stack yet:
 * they are neither lost nor doubled.
 */
#include "guest.h"

	BEGIN64
	movl	$EOI_XAPIC, rt_eoi_kind
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	movq	%rsp, %rbp
	movl	$(ICR_SELF + 0x41), LAPIC + LAPIC_ICR
	movl	$0x51000, %esp
	sti
	nop
	cli
	IS(cmpl $1, rt_irq_counts + 4 * 0x41)
	/* The next one of lower priority waits for its turn. */
	movl	$(ICR_SELF + 0x42), LAPIC + LAPIC_ICR
	movl	$(ICR_SELF + 0x52), LAPIC + LAPIC_ICR
	movl	$0x53000, %esp
	sti
	nop
	nop
	cli
	IS(cmpl $1, rt_irq_counts + 4 * 0x42)
	IS(cmpl $1, rt_irq_counts + 4 * 0x52)

	/* NMIs: blocking is as it should be afterwards, so that the second one arrives too. */
	ON	VEC_NMI, nmi
	movl	$0x55000, %esp
	movl	$(ICR_NMI + ICR_ASSERT), LAPIC + LAPIC_ICR
	nop
	IS(cmpl $1, nmis)
	movl	$0x57000, %esp
	movl	$(ICR_NMI + ICR_ASSERT), LAPIC + LAPIC_ICR
	nop
	IS(cmpl $2, nmis)

	/* An exception and an interrupt that waits: the exception first, both arrive. */
	movl	$(ICR_SELF + 0x43), LAPIC + LAPIC_ICR
	movl	$0x59000, %esp
	FAULTS(VEC_UD, ud2)
	IS(cmpl $0, rt_irq_counts + 4 * 0x43)
	movl	$0x5b000, %esp
	pushq	$2 + FLAG_IF
	popfq
	IS(cmpl $1, rt_irq_counts + 4 * 0x43)
	cli
	movq	%rbp, %rsp
	PASS

nmi:
	incl	nmis
	ret

	.bss
nmis:
	.skip	4
