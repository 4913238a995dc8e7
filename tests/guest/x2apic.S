/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC's MSRs in x2APIC mode: what there is, what faults, how the mode is left. */
#include "guest.h"

#define MSR(register)	(MSR_X2APIC + (register) / 16)

.macro HOLDS register, value
	WRITE_MSR MSR(\register), 0, \value
	xorl	%eax, %eax
	rdmsr
	cmpl	$(\value), %eax
	CHECK(e)
	testl	%edx, %edx
	CHECK(z)
.endm

	BEGIN64
	movl	$1, %eax
	cpuid
	btl	$21, %ecx
	CHECK(c)
	/* Not before the mode is on. */
	movl	$MSR(LAPIC_ID), %ecx
	FAULTS(VEC_GP, rdmsr)
	READ_MSR MSR_APIC_BASE
	orl	$APIC_BASE_X2, %eax
	wrmsr

	READ_MSR MSR(LAPIC_ID)
	IS(testl %eax, %eax)
	READ_MSR MSR(LAPIC_VERSION)
	cmpb	$0x10, %al
	CHECK(ae)
	HOLDS	LAPIC_SVR, SVR_ON
	HOLDS	LAPIC_TPR, 0x50
	movq	%cr8, %rax
	IS(cmpl $5, %eax)
	HOLDS	LAPIC_TPR, 0
	HOLDS	LAPIC_LVT_TIMER, 0x10041
	HOLDS	LAPIC_LVT_LINT0, 0x10000
	HOLDS	LAPIC_TDCR, 0xb
	/* The logical id follows from the id. */
	READ_MSR MSR(LAPIC_LDR)
	IS(cmpl $1, %eax)

	/* Read-only, write-only, not there, reserved bits. */
	movl	$MSR(LAPIC_ID), %ecx
	FAULTS(VEC_GP, wrmsr)
	movl	$MSR(LAPIC_LDR), %ecx
	FAULTS(VEC_GP, wrmsr)
	movl	$MSR(LAPIC_DFR), %ecx
	FAULTS(VEC_GP, rdmsr)
	movl	$MSR(LAPIC_ICR2), %ecx
	FAULTS(VEC_GP, rdmsr)
	movl	$MSR(LAPIC_EOI), %ecx
	FAULTS(VEC_GP, rdmsr)
	movl	$MSR_X2APIC + 0x3f, %ecx	/* SELF IPI */
	FAULTS(VEC_GP, rdmsr)
	movl	$MSR_X2APIC + 0xff, %ecx
	FAULTS(VEC_GP, rdmsr)
	movl	$MSR(LAPIC_ESR), %ecx
	FAULTS(VEC_GP, wrmsr)
	xorl	%eax, %eax
	wrmsr

	/* Its page is no device any more. */
	IS(cmpl $0xffffffff, LAPIC + LAPIC_VERSION)

	/* The SELF IPI register. */
	movl	$EOI_X2APIC, rt_eoi_kind
	WRITE_MSR MSR_X2APIC + 0x3f, 0, 0x66
	sti
	nop
	cli
	IS(cmpl $1, rt_irq_counts + 4 * 0x66)

	/* Back to xAPIC only by way of off. */
	READ_MSR MSR_APIC_BASE
	movl	%eax, %esi
	andl	$~APIC_BASE_X2, %eax
	FAULTS(VEC_GP, wrmsr)
	movl	%esi, %eax
	andl	$~(APIC_BASE_X2 | APIC_BASE_ON), %eax
	wrmsr
	orl	$APIC_BASE_ON, %eax
	wrmsr
	cmpl	$0xffffffff, LAPIC + LAPIC_VERSION
	CHECK(ne)
	PASS
