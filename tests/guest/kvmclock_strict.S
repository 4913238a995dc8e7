/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kvmclock where KVM is lenient: values that are no addresses, and a structure across pages; and a
 * TSC that is set.
 */
#include "guest.h"

#define CLOCK		0x200ff4
#define WALL		0x202ff8
#include "kvmclock.h"

.macro REFUSES msr, high, low
	movl	$\msr, %ecx
	movl	$(\low), %eax
	movl	$(\high), %edx
	FAULTS(VEC_GP, wrmsr)
	IS(cmpl $0, rt_exc_error)
.endm

	BEGIN64
	REFUSES MSR_SYSTEM_TIME, 0, 0x200042
	REFUSES MSR_SYSTEM_TIME, 0, 0x200043
	REFUSES MSR_SYSTEM_TIME, 0x80000000, 0x200041
	REFUSES MSR_WALL_CLOCK, 0, 0x200041
	REFUSES MSR_WALL_CLOCK, 0, 0x200042
	REFUSES MSR_WALL_CLOCK, 0x80000000, 0x200040
	READ_MSR MSR_SYSTEM_TIME
	IS(testl %eax, %eax)

	WRITE_MSR MSR_SYSTEM_TIME, 0, (CLOCK + SYSTEM_TIME_ON)
	ISNT(cmpl $0, CLOCK_VERSION)
	ISNT(testl $(1 << 31), CLOCK_MUL)
	WRITE_MSR MSR_WALL_CLOCK, 0, WALL
	ISNT(cmpl $0, WALL_VERSION)
	cmpl	$1700000000, WALL_SECONDS
	CHECK(a)
	cmpl	$1000000000, WALL_NS
	CHECK(b)

	/* The clock does not care that the TSC is set: less than ten seconds pass. */
	movl	$8, %edi
1:	call	clock
	movq	%rax, %rbx
	READ_MSR MSR_TSC
	addl	$0x100, %edx
	testl	$1, %edi
	jz	2f
	xorl	%edx, %edx
2:	wrmsr
	call	clock
	subq	%rbx, %rax
	movabsq	$10000000000, %rcx
	cmpq	%rcx, %rax
	CHECK(b)
	decl	%edi
	jnz	1b
	PASS

	DEFINE_CLOCK
