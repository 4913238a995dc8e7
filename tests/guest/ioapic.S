/* SPDX-License-Identifier: GPL-2.0 */
/* The I/O APIC: registers behind index and window; edges from the PIT; mask and destination. */
#include "guest.h"

#define PIN	0		/* where the PIT is, by default routing */
#define ENTRY	(0x10 + 2 * PIN)

.macro WRITE register, value
	movl	$(\register), IOAPIC
	movl	$(\value), IOAPIC + IOAPIC_WINDOW
.endm
.macro READ register
	movl	$(\register), IOAPIC
	movl	IOAPIC + IOAPIC_WINDOW, %eax
.endm

	BEGIN64
	movl	$EOI_XAPIC, rt_eoi_kind
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	movb	$0xff, %al
	outb	%al, $PIC1 + 1
	outb	%al, $PIC2 + 1

	READ	1
	andl	$0x00ff00ff, %eax
	cmpb	$0x11, %al
	CHECK(ae)
	shrl	$16, %eax
	IS(cmpl $23, %eax)
	WRITE	0, 0x05000000
	READ	0
	IS(cmpl $0x05000000, %eax)
	IS(cmpl $0, IOAPIC)
	/* After reset every pin is masked; reserved and read-only bits stay 0. */
	READ	(0x10 + 2 * 23)
	IS(cmpl $0x10000, %eax)
	WRITE	(0x11 + 2 * 23), 0x07ffffff
	WRITE	(0x10 + 2 * 23), 0x1a9ff
	READ	(0x10 + 2 * 23)
	andl	$0x1a7ff, %eax
	IS(cmpl $0x1a1ff, %eax)
	WRITE	(0x10 + 2 * 23), 0x10000

	/* Masked: nothing comes. */
	call	start_pit
	sti
	movl	$100000, %ecx
1:	pause
	loop	1b
	IS(cmpl $0, rt_irq_counts + 4 * 0x50)

	/* Edge, physical, to processor 0. */
	WRITE	(ENTRY + 1), 0
	WRITE	ENTRY, 0x50
	WAIT_IRQ_HLT(0x50, 3)
	WAIT_IRQ(0x50, 5)
	/* Another vector. */
	WRITE	ENTRY, 0x51
	WAIT_IRQ(0x51, 2)
	/* To a processor that is not there: nothing. */
	WRITE	(ENTRY + 1), 0x07000000
	WRITE	ENTRY, 0x52
	movl	$100000, %ecx
2:	pause
	loop	2b
	IS(cmpl $0, rt_irq_counts + 4 * 0x52)
	/* Logical destination, flat. (KVM's PIT waits for the EOI of the one that got lost.) */
	movl	$0x01000000, LAPIC + LAPIC_LDR
	WRITE	(ENTRY + 1), 0x01000000
	WRITE	ENTRY, 0x853
	call	start_pit
	WAIT_IRQ(0x53, 2)
	/* As NMI. */
	cli
	ON	VEC_NMI, nmi
	WRITE	(ENTRY + 1), 0
	WRITE	ENTRY, 0x400
	call	start_pit
	WAIT(cmpl $1, had_nmi)
	WRITE	ENTRY, 0x10000
	PASS

/* A rate of 1 kHz. */
start_pit:
	movb	$0x34, %al
	outb	%al, $PIT_COMMAND
	movw	$(PIT_HZ / 1000), %ax
	outb	%al, $PIT0
	movb	%ah, %al
	outb	%al, $PIT0
	ret

/* There may be several before anyone looks. */
nmi:
	movl	$1, had_nmi
	ret

	.bss
had_nmi:
	.skip	4
