/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Speculation control: the MSRs are there where CPUID says so, keep what is written over exits of
 * every kind, and fault otherwise.
 */
#include "guest.h"

#define SPEC_CTRL		0x48
#define PRED_CMD		0x49
#define ARCH_CAPABILITIES	0x10a
#define FLUSH_CMD		0x10b

#define BIT_IBRS_IBPB	26
#define BIT_L1D_FLUSH	28
#define BIT_ARCH_CAPS	29

/* Exits that stay in the kernel, and one that goes to the VMM and back. */
.macro EXIT_SOME
	xorl	%eax, %eax
	cpuid
	movb	$0, %al
	outb	%al, $0x80
	movl	MMIO_ABSENT, %eax
.endm

.macro HOLDS_SPEC value
	WRITE_MSR SPEC_CTRL, 0, \value
	EXIT_SOME
	movl	$SPEC_CTRL, %ecx
	rdmsr
	IS(cmpl $\value, %eax)
	IS(testl %edx, %edx)
	EXIT_SOME
	movl	$SPEC_CTRL, %ecx
	rdmsr
	IS(cmpl $\value, %eax)
.endm

.macro FAULTS_MSR msr, high, low
	movl	$(\msr), %ecx
	movl	$(\low), %eax
	movl	$(\high), %edx
	FAULTS(VEC_GP, wrmsr)
	IS(cmpl $0, rt_exc_error)
.endm

	BEGIN64
	movl	$7, %eax
	xorl	%ecx, %ecx
	cpuid
	movl	%edx, %ebp

	/* What the processor is immune to: to be read, not written. */
	btl	$BIT_ARCH_CAPS, %ebp
	CHECK(c)
	READ_MSR ARCH_CAPABILITIES
	movl	%eax, %esi
	/* Guests have no transactions: no TSX_CTRL, no TAA_NO. */
	testl	$((1 << 7) | (1 << 8)), %eax
	CHECK(z)
	FAULTS_MSR ARCH_CAPABILITIES, 0, 0
	READ_MSR ARCH_CAPABILITIES
	IS(cmpl %esi, %eax)

	/* Commands cannot be read, whether there are any or not. */
	movl	$PRED_CMD, %ecx
	FAULTS(VEC_GP, rdmsr)
	movl	$FLUSH_CMD, %ecx
	FAULTS(VEC_GP, rdmsr)
	FAULTS_MSR PRED_CMD, 0, 2
	FAULTS_MSR FLUSH_CMD, 1, 0

	btl	$BIT_L1D_FLUSH, %ebp
	jc	1f
	FAULTS_MSR FLUSH_CMD, 0, 1
	jmp	2f
1:	WRITE_MSR FLUSH_CMD, 0, 0
	WRITE_MSR FLUSH_CMD, 0, 1
2:	btl	$BIT_IBRS_IBPB, %ebp
	jc	there
	movl	$SPEC_CTRL, %ecx
	FAULTS(VEC_GP, rdmsr)
	FAULTS_MSR SPEC_CTRL, 0, 0
	FAULTS_MSR PRED_CMD, 0, 1
	PASS

there:
	WRITE_MSR PRED_CMD, 0, 0
	WRITE_MSR PRED_CMD, 0, 1
	READ_MSR SPEC_CTRL
	IS(testl %eax, %eax)
	/* 0 first: nothing is used yet. */
	HOLDS_SPEC 0
	HOLDS_SPEC 1
	HOLDS_SPEC 5
	HOLDS_SPEC 0
	HOLDS_SPEC 1
	FAULTS_MSR SPEC_CTRL, 0, 1 << 30
	FAULTS_MSR SPEC_CTRL, 1, 0
	READ_MSR SPEC_CTRL
	IS(cmpl $1, %eax)
	PASS
