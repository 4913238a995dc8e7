/* SPDX-License-Identifier: GPL-2.0 */
/* HLT: an interrupt that waits ends it at once; RIP is after it; NMI wakes with IF clear. */
#include "guest.h"

	BEGIN64
	movl	$EOI_XAPIC, rt_eoi_kind
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	ON	0x41, wake
	movl	$(ICR_SELF + 0x41), LAPIC + LAPIC_ICR
	sti
	hlt
after:	cli
	IS(cmpl $1, wakes)
	IS(cmpq $after, woken_rip)

	/* An interrupt of low priority does not wake while CR8 holds it back; the timer's does. */
	ON	0x31, wake
	ON	0x81, wake
	movl	$5, %eax
	movq	%rax, %cr8
	movl	$(ICR_SELF + 0x31), LAPIC + LAPIC_ICR
	movl	$0xb, LAPIC + LAPIC_TDCR
	movl	$0x81, LAPIC + LAPIC_LVT_TIMER
	movl	$1000000, LAPIC + LAPIC_TMICT
	sti
	hlt
	cli
	IS(cmpl $2, wakes)
	IS(cmpl $0x81, woken_by)
	xorl	%eax, %eax
	movq	%rax, %cr8
	sti
	nop
	cli
	IS(cmpl $0x31, woken_by)

	/* NMI from an I/O APIC pin that the PIT drives: wakes although IF is clear. */
	ON	VEC_NMI, nmi
	movl	$0x11, IOAPIC
	movl	$0, IOAPIC + IOAPIC_WINDOW
	movl	$0x10, IOAPIC
	movl	$0x400, IOAPIC + IOAPIC_WINDOW
	movb	$0x34, %al
	outb	%al, $PIT_COMMAND
	movw	$(PIT_HZ / 1000), %ax
	outb	%al, $PIT0
	movb	%ah, %al
	outb	%al, $PIT0
	hlt
	cmpl	$0, nmis
	CHECK(ne)
	PASS

wake:
	incl	wakes
	movq	16(%rdi), %rax
	movq	%rax, woken_rip
	movl	(%rdi), %eax
	movl	%eax, woken_by
	jmp	rt_eoi
nmi:
	incl	nmis
	ret

	.bss
woken_rip:
	.skip	8
woken_by:
	.skip	4
wakes:
	.skip	4
nmis:
	.skip	4
