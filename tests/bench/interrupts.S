/* SPDX-License-Identifier: GPL-2.0 */
/* What the interrupt controllers in the kernel do. */
#include "bench.h"

#define VECTOR		0x50
#define ICR_SELF_FIXED	(ICR_SELF | ICR_ASSERT | VECTOR)

#define LVT_TIMER_DEADLINE	0x40000

/* Of the test machine: `run` says when it has others. */
#ifndef MHZ
#define MHZ			20
#endif
#ifndef HOST_TICKS
#define HOST_TICKS		100
#endif
#define TICKS_PER_HOST_TICK	(MHZ * 1000000 / 250)	/* HZ=250 */

/* Long enough that the guest runs again when it is due, whatever the WRMSR takes. */
#ifndef TIMER_DELAY
#define TIMER_DELAY		5000
#endif

.macro SELF_IPI
	movl	$0, done
	WRITE_MSR MSR_X2APIC + LAPIC_ICR / 16, 0, ICR_SELF_FIXED
1:	cmpl	$0, done
	je	1b
.endm

/* It arrives while the processor halts, or rather just before. */
.macro SELF_IPI_HLT
	cli
	WRITE_MSR MSR_X2APIC + LAPIC_ICR / 16, 0, ICR_SELF_FIXED
	sti
	hlt
.endm

/* The local APIC's timer, by its deadline; the delay is no part of what it costs. */
.macro TIMER_IRQ
	movl	$0, done
	TICKS
	addq	$TIMER_DELAY, %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	movl	$MSR_TSC_DEADLINE, %ecx
	wrmsr
1:	cmpl	$0, done
	je	1b
	addq	$TIMER_DELAY, %r13
.endm

	BEGIN64
	ALL_STATE
	movl	$handler, %eax
	movw	%ax, rt_idt64 + 16 * VECTOR
	READ_MSR MSR_APIC_BASE
	orl	$(APIC_BASE_X2 | APIC_BASE_ON), %eax
	wrmsr
	WRITE_MSR MSR_X2APIC + LAPIC_SVR / 16, 0, SVR_ON
	movb	$0xff, %al
	outb	%al, $PIC1 + 1
	outb	%al, $PIC2 + 1
	sti

	MEASURE	empty
	nop
	DONE

	MEASURE	pio_kernel
	inb	$PIC1 + 1, %al
	DONE

	MEASURE	pio_user_apic
	movw	$PORT_SCRATCH, %dx
	outb	%al, %dx
	DONE

	/* The guest's own. */
	MEASURE	cr8_read
	movq	%cr8, %rax
	DONE

	MEASURE	cr8_write
	xorl	%eax, %eax
	movq	%rax, %cr8
	DONE

	MEASURE	self_ipi
	SELF_IPI
	DONE

	MEASURE	self_ipi_hlt
	SELF_IPI_HLT
	DONE

	WRITE_MSR MSR_X2APIC + LAPIC_LVT_TIMER / 16, 0, (LVT_TIMER_DEADLINE | VECTOR)
	MEASURE	timer_irq
	TIMER_IRQ
	DONE

	/*
	 * What the host's timer takes from a guest that computes: an instruction is a tick. In
	 * Bochs only a guest with interrupts on is left for an interrupt.
	 */
	movl	$ROUNDS, %r14d
1:	TICKS
	movq	%rax, %r13
	movl	$(HOST_TICKS * TICKS_PER_HOST_TICK / 2), %ecx
2:	decl	%ecx
	jnz	2b
	TICKS
	subq	%r13, %rax
	subq	$(HOST_TICKS * TICKS_PER_HOST_TICK), %rax
	movl	$host_tick, %esi
	movl	$HOST_TICKS, %edi
	call	bench_line
	decl	%r14d
	jnz	1b
	PASS

handler:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	WRITE_MSR MSR_X2APIC + LAPIC_EOI / 16, 0, 0
	movl	$1, done
	popq	%rdx
	popq	%rcx
	popq	%rax
	iretq

	.data
	.balign 4
done:
	.long	0
host_tick:
	.asciz	"host_tick "
