/* SPDX-License-Identifier: GPL-2.0 */
/* kvmclock: two MSRs, and what they have the host write into memory. */
#include "guest.h"

#define CLOCK		0x200040
#define WALL		0x200100
#include "kvmclock.h"

	BEGIN64
	movl	$0x40000001, %eax
	cpuid
	notl	%eax
	IS(testl $9, %eax)

	/* Registers keep what is written; the old numbers are the same registers. */
	WRITE_MSR MSR_SYSTEM_TIME, 0, (CLOCK + SYSTEM_TIME_ON)
	READ_MSR MSR_OLD_SYSTEM_TIME
	IS(cmpl $(CLOCK + SYSTEM_TIME_ON), %eax)
	IS(testl %edx, %edx)

	/* The structure is there with the next instruction. */
	ISNT(cmpl $0, CLOCK_VERSION)
	IS(testb $1, CLOCK_VERSION)
	ISNT(testl $(1 << 31), CLOCK_MUL)

	/* It never goes back, exits or not. */
	call	clock
	movq	%rax, %rbx
	movl	$10000, %edi
1:	call	clock
	cmpq	%rbx, %rax
	CHECK(ae)
	movq	%rax, %rbx
	testl	$0x3f, %edi
	jnz	2f
	outb	%al, $0x80
2:	decl	%edi
	jnz	1b

	/* The wall clock: after 2023, nanoseconds are less than a second; a new one is the same. */
	WRITE_MSR MSR_WALL_CLOCK, 0, WALL
	READ_MSR MSR_OLD_WALL_CLOCK
	IS(cmpl $WALL, %eax)
	ISNT(cmpl $0, WALL_VERSION)
	IS(testb $1, WALL_VERSION)
	cmpl	$1700000000, WALL_SECONDS
	CHECK(a)
	cmpl	$1000000000, WALL_NS
	CHECK(b)
	movl	WALL_SECONDS, %ebx
	WRITE_MSR MSR_WALL_CLOCK, 0, WALL
	subl	WALL_SECONDS, %ebx
	incl	%ebx
	cmpl	$2, %ebx
	CHECK(be)

	/* Off: nothing is written any more. */
	WRITE_MSR MSR_SYSTEM_TIME, 0, 0
	movl	$0, CLOCK_VERSION
	READ_MSR MSR_TSC
	incl	%edx
	wrmsr
	outb	%al, $0x80
	IS(cmpl $0, CLOCK_VERSION)
	/* And on again by the old number. */
	WRITE_MSR MSR_OLD_SYSTEM_TIME, 0, (CLOCK + SYSTEM_TIME_ON)
	ISNT(cmpl $0, CLOCK_VERSION)

	/* Where there is no memory nothing happens. */
	WRITE_MSR MSR_SYSTEM_TIME, 0, (0x7ff00000 + SYSTEM_TIME_ON)
	WRITE_MSR MSR_WALL_CLOCK, 0, 0x7ff00000
	PASS

	DEFINE_CLOCK
