/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nothing comes while interrupts are off, however long that is, and the host's come meandwell: after
 * an IPI to oneself, after a task priority that lets one through, and after an EOI that does.
 */
#include "guest.h"

#define LONG_TICKS	400000		/* several ticks of the host's timer */

.macro SEND value
	WRITE_MSR MSR_X2APIC + LAPIC_SELF_IPI / 16, 0, \value
.endm
#define COME(vector, count)	IS(cmpl $count, rt_irq_counts + 4 * vector)

	BEGIN64
	movl	$EOI_X2APIC, rt_eoi_kind
	READ_MSR MSR_APIC_BASE
	orl	$APIC_BASE_X2, %eax
	wrmsr
	WRITE_MSR MSR_X2APIC + LAPIC_SVR / 16, 0, SVR_ON

	/* Interrupts go off by themselves here, not with an entry that finds them off. */
	sti
	nop
	cli
	SEND	0x41
	call	dwell
	COME(0x41, 0)
	sti
	nop
	COME(0x41, 1)

	movl	$5, %eax
	movq	%rax, %cr8
	SEND	0x42
	cli
	xorl	%eax, %eax
	movq	%rax, %cr8
	call	dwell
	COME(0x42, 0)
	sti
	nop
	COME(0x42, 1)

	/* Both wait; the first ends, and interrupts stay off. */
	cli
	ON	0x62, ends_early
	SEND	0x52
	SEND	0x62
	sti
	nop
	nop
	COME(0x52, 1)
	IS(cmpl $1, ended)
	PASS

ends_early:
	call	rt_eoi
	call	dwell
	cmpl	$0, rt_irq_counts + 4 * 0x52
	jne	1f
	incl	ended
1:	ret

/* Without an exit of the guest's own. */
dwell:
	rdtsc
	movl	%eax, %esi
1:	rdtsc
	subl	%esi, %eax
	cmpl	$LONG_TICKS, %eax
	jb	1b
	ret

	.bss
ended:
	.skip	4
