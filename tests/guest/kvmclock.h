/* SPDX-License-Identifier: GPL-2.0 */
/* kvmclock's MSRs, what the host writes into memory, and how a guest reads it. */
#define MSR_WALL_CLOCK		0x4b564d00
#define MSR_SYSTEM_TIME		0x4b564d01
#define MSR_OLD_WALL_CLOCK	0x11
#define MSR_OLD_SYSTEM_TIME	0x12
#define SYSTEM_TIME_ON		1

/* struct pvclock_vcpu_time_info, from CLOCK on. */
#define CLOCK_VERSION		(CLOCK + 0)
#define CLOCK_TSC		(CLOCK + 8)
#define CLOCK_NS		(CLOCK + 16)
#define CLOCK_MUL		(CLOCK + 24)
#define CLOCK_SHIFT		(CLOCK + 28)
/* struct pvclock_wall_clock, from WALL on. */
#define WALL_VERSION		(WALL + 0)
#define WALL_SECONDS		(WALL + 4)
#define WALL_NS			(WALL + 8)

/* The routine "clock": returns nanoseconds in RAX; changes RCX, RDX, R8. */
.macro DEFINE_CLOCK
clock:
	movl	CLOCK_VERSION, %r8d
	testb	$1, %r8b
	jnz	clock
	lfence
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	subq	CLOCK_TSC, %rax
	movb	CLOCK_SHIFT, %cl
	testb	%cl, %cl
	js	1f
	shlq	%cl, %rax
	jmp	2f
1:	negb	%cl
	shrq	%cl, %rax
2:	movl	CLOCK_MUL, %edx
	mulq	%rdx
	shrdq	$32, %rdx, %rax
	addq	CLOCK_NS, %rax
	cmpl	CLOCK_VERSION, %r8d
	jne	clock
	ret
.endm
