/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC's registers as device memory: what can be written, and in which forms. */
#include "guest.h"

/* Write and read back; only the bits of @mask hold. */
.macro HOLDS register, value, mask
	movl	$(\value), LAPIC + \register
	movl	LAPIC + \register, %eax
	cmpl	$((\value) & (\mask)), %eax
	CHECK(e)
.endm

	BEGIN64
	READ_MSR MSR_APIC_BASE
	andl	$0xffffff00, %eax
	IS(cmpl $(0xfee00000 + APIC_BASE_ON + APIC_BASE_BSP), %eax)
	IS(cmpl $0, LAPIC + LAPIC_ID)
	movl	LAPIC + LAPIC_VERSION, %eax
	cmpb	$0x10, %al
	CHECK(ae)
	shrl	$16, %eax
	cmpb	$3, %al				/* at least four entries in the vector table */
	CHECK(ae)

	/* After reset: off, everything masked. */
	IS(cmpl $0xff, LAPIC + LAPIC_SVR)
	IS(cmpl $LVT_MASKED, LAPIC + LAPIC_LVT_TIMER)
	IS(cmpl $0xffffffff, LAPIC + LAPIC_DFR)
	/* While it is off the masks cannot be taken away. */
	movl	$0x40, LAPIC + LAPIC_LVT_TIMER
	IS(cmpl $(LVT_MASKED + 0x40), LAPIC + LAPIC_LVT_TIMER)

	HOLDS	LAPIC_SVR, SVR_ON, 0x1ff
	HOLDS	LAPIC_LVT_TIMER, LVT_PERIODIC + 0x40, -1
	HOLDS	LAPIC_LVT_TIMER, LVT_MASKED + 0x41, -1
	HOLDS	LAPIC_LVT_LINT0, 0x10700, -1
	HOLDS	LAPIC_LVT_LINT1, 0x400, -1
	HOLDS	LAPIC_LVT_ERROR, 0x10033, -1
	HOLDS	LAPIC_TPR, 0x1234, 0xff
	HOLDS	LAPIC_TPR, 0, 0xff
	HOLDS	LAPIC_LDR, 0x12345678, 0xff000000
	HOLDS	LAPIC_DFR, 0x0fffffff, -1
	HOLDS	LAPIC_DFR, -1, -1
	HOLDS	LAPIC_TDCR, 0xff, 0xb
	HOLDS	LAPIC_TDCR, 0, 0xb
	HOLDS	LAPIC_ICR2, 0x05000000, 0xff000000
	HOLDS	LAPIC_TMICT, 0, -1

	/* Other forms on the way, as kernels' compilers choose them. */
	movl	$LAPIC, %ebx
	movl	$0x20, %eax
	movl	%eax, LAPIC_TPR(%rbx)
	addl	$0x10, LAPIC_TPR(%rbx)
	IS(cmpl $0x30, LAPIC_TPR(%rbx))
	orl	$0x40, LAPIC_TPR(%rbx)
	andl	$0x70, LAPIC_TPR(%rbx)
	movl	LAPIC_TPR(%rbx), %r15d
	IS(cmpl $0x70, %r15d)
	/* The priority of the processor follows. */
	IS(cmpl $0x70, LAPIC + LAPIC_PPR)
	movl	$0x90, %eax
	xchgl	%eax, LAPIC_TPR(%rbx)
	IS(cmpl $0x70, %eax)
	movq	%cr8, %rax
	IS(cmpq $9, %rax)
	movl	$3, %eax
	movq	%rax, %cr8
	IS(cmpl $0x30, LAPIC + LAPIC_TPR)
	xorl	%eax, %eax
	movq	%rax, %cr8

	/* Nothing requested, in service, or wrong. */
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	IS(cmpl $0, LAPIC + LAPIC_ISR + 16 * \n)
	IS(cmpl $0, LAPIC + LAPIC_IRR + 16 * \n)
	.endr
	movl	$0, LAPIC + LAPIC_ESR
	IS(cmpl $0, LAPIC + LAPIC_ESR)

	/* Off by its base: then it is no device any more. */
	READ_MSR MSR_APIC_BASE
	andl	$~APIC_BASE_ON, %eax
	wrmsr
	movl	$1, %eax
	cpuid
	btl	$9, %edx
	CHECK(nc)
	READ_MSR MSR_APIC_BASE
	IS(cmpl $0xffffffff, LAPIC + LAPIC_VERSION)
	READ_MSR MSR_APIC_BASE
	orl	$APIC_BASE_ON, %eax
	wrmsr
	cmpl	$0xffffffff, LAPIC + LAPIC_VERSION
	CHECK(ne)
	/* Reserved bits, and x2APIC without xAPIC. */
	READ_MSR MSR_APIC_BASE
	movl	%eax, %esi
	orl	$1, %eax
	FAULTS(VEC_GP, wrmsr)
	movl	%esi, %eax
	andl	$~APIC_BASE_ON, %eax
	orl	$APIC_BASE_X2, %eax
	FAULTS(VEC_GP, wrmsr)
	PASS
