/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The local APIC's timer: one-shot, periodic, deadline; the current count; in HLT and spinning.
 * Between two instructions here milliseconds may pass.
 */
#include "guest.h"

#define COUNT	2000000		/* 2 ms by the clock of KVM and vmh */
#define LONG	(COUNT * 1000)	/* never ends by itself */

	BEGIN64
	movl	$EOI_XAPIC, rt_eoi_kind
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	movl	$0xb, LAPIC + LAPIC_TDCR
	sti

	/* One-shot, awaited in HLT: once, and the count ends at 0. */
	movl	$0x40, LAPIC + LAPIC_LVT_TIMER
	cli
	movl	$COUNT, LAPIC + LAPIC_TMICT
	sti
	hlt
	IS(cmpl $1, rt_irq_counts + 4 * 0x40)
	IS(cmpl $0, LAPIC + LAPIC_TMCCT)
	/* Awaited in a loop. */
	movl	$COUNT, LAPIC + LAPIC_TMICT
	movl	LAPIC + LAPIC_TMCCT, %eax
	cmpl	$COUNT, %eax
	CHECK(be)
	WAIT_IRQ(0x40, 2)

	/* Writing 0 stops it. */
	movl	$0x42, LAPIC + LAPIC_LVT_TIMER
	IS(cmpl $0, rt_irq_counts + 4 * 0x42)
	movl	$LONG, LAPIC + LAPIC_TMICT
	IS(cmpl $0, rt_irq_counts + 4 * 0x42)
	movl	$0, LAPIC + LAPIC_TMICT
	IS(cmpl $0, rt_irq_counts + 4 * 0x42)
	IS(cmpl $0, LAPIC + LAPIC_TMCCT)

	/*
	 * Periodic: again and again, until stopped. It is the handler that stops it: if an interrupt
	 * takes longer than the period, nothing else gets on.
	 */
	ON	0x43, periodic
	movl	$(LVT_PERIODIC + 0x43), LAPIC + LAPIC_LVT_TIMER
	movl	$COUNT, LAPIC + LAPIC_TMICT
	WAIT_IRQ(0x43, 3)
	movl	$COUNT, LAPIC + LAPIC_TMICT
	WAIT_IRQ_HLT(0x43, 6)
	cli
	IS(cmpl $0, LAPIC + LAPIC_TMCCT)
	IS(cmpl $0, rt_irq_counts + 4 * 0x42)

	/* A deadline in TSC ticks, where there is that mode. */
	movl	$1, %eax
	cpuid
	btl	$24, %ecx
	jnc	1f
	sti
	movl	$(LVT_DEADLINE + 0x45), LAPIC + LAPIC_LVT_TIMER
	mfence
	READ_MSR MSR_TSC_DEADLINE
	IS(cmpl $0, %eax)
	rdtsc
	addl	$200000, %eax
	adcl	$0, %edx
	movl	%eax, %r12d
	movl	$MSR_TSC_DEADLINE, %ecx
	wrmsr
	WAIT_IRQ_HLT(0x45, 1)
	rdtsc
	subl	%r12d, %eax
	CHECK(ns)				/* not before its time */
	READ_MSR MSR_TSC_DEADLINE
	IS(cmpl $0, %eax)
	/* One that has passed comes at once; 0 disarms; TMICT does not count in this mode. */
	rdtsc
	subl	$1000, %eax
	sbbl	$0, %edx
	movl	$MSR_TSC_DEADLINE, %ecx
	wrmsr
	WAIT_IRQ(0x45, 2)
	movl	$-1, %eax
	movl	$-1, %edx
	wrmsr
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	movl	$1000, LAPIC + LAPIC_TMICT
	IS(cmpl $0, LAPIC + LAPIC_TMCCT)
	/* Leaving the mode disarms it as well. */
	rdtsc
	addl	$0x40000000, %eax
	adcl	$0, %edx
	wrmsr
	movl	$0x46, LAPIC + LAPIC_LVT_TIMER
	READ_MSR MSR_TSC_DEADLINE
	IS(cmpl $0, %eax)
	IS(cmpl $2, rt_irq_counts + 4 * 0x45)

	/*
	 * The count goes down while masked, and nothing comes. Last, as KVM's timer keeps an expiry
	 * under the mask for later.
	 */
1:	movl	$(LVT_MASKED + 0x41), LAPIC + LAPIC_LVT_TIMER
	movl	$(COUNT * 25), LAPIC + LAPIC_TMICT
	movl	LAPIC + LAPIC_TMCCT, %ebx
	WAIT(cmpl $0, LAPIC + LAPIC_TMCCT)
	testl	%ebx, %ebx
	CHECK(nz)
	IS(cmpl $0, rt_irq_counts + 4 * 0x41)
	/* The divisor: with 128 the same count takes longer than with 1. */
	.irp	divisor, 0xb, 0xa
	movl	$\divisor, LAPIC + LAPIC_TDCR
	movl	$(LVT_MASKED + 0x44), LAPIC + LAPIC_LVT_TIMER
	rdtsc
	movl	%eax, %r12d
	movl	$(COUNT / 4), LAPIC + LAPIC_TMICT
	WAIT(cmpl $0, LAPIC + LAPIC_TMCCT)
	rdtsc
	subl	%r12d, %eax
	xchgl	%eax, %r13d
	.endr
	cmpl	%eax, %r13d
	CHECK(a)
	PASS

periodic:
	incl	rt_irq_counts + 4 * 0x43
	cmpl	$3, rt_irq_counts + 4 * 0x43
	je	1f
	cmpl	$6, rt_irq_counts + 4 * 0x43
	jb	2f
1:	movl	$0, LAPIC + LAPIC_TMICT
2:	jmp	rt_eoi
