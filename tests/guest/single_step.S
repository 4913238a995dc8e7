/* SPDX-License-Identifier: GPL-2.0 */
/* RFLAGS.TF: one #DB after each instruction, also after those that the hypervisor executes. */
#include "guest.h"

/* Execute @insn under TF: the trap must come right behind it. */
#define STEP(...) STEP_AT __LINE__, __VA_ARGS__
.macro STEP_AT line, insn:vararg
	pushfq
	orl	$FLAG_TF, (%rsp)
	movl	$.Lnext\@, expected
	movl	$0, steps
	popfq
	\insn
.Lnext\@:
	nop
	cmpl	$1, steps
	CHECK_AT e, \line
	cmpl	$0, wrong
	CHECK_AT e, \line
.endm

	BEGIN64
	ON	VEC_DB, step
	movl	$0, 0x300000			/* no EPT violation: Bochs traps too early then */
	STEP(nop)
	STEP(movl %eax, 0x300000)
	xorl	%eax, %eax
	STEP(cpuid)
	movw	$PORT_SCRATCH, %dx
	STEP(outb %al, %dx)
	STEP(inl %dx, %eax)
	STEP(movl MMIO_ABSENT, %eax)
	STEP(movl %eax, MMIO_ABSENT)
	movl	$MSR_TSC_ADJUST, %ecx
	STEP(rdmsr)
	STEP(wrmsr)
	STEP(rdtsc)
	STEP(wbinvd)
	STEP(invd)
	movq	%cr4, %rax
	STEP(movq %rax, %cr4)
	xorl	$CR4_TSD, %eax
	STEP(movq %rax, %cr4)
	movq	%cr0, %rax
	xorl	$CR0_WP, %eax
	STEP(movq %rax, %cr0)
	movq	%cr3, %rax
	STEP(movq %rax, %cr3)
	STEP(movq %cr8, %rax)
	STEP(movq %rax, %cr8)
	STEP(movq %dr6, %rax)
	STEP(invlpg 0x300000)
	STEP(pause)
	PASS

/* Counts, compares RIP, and clears TF in the frame. */
step:
	movq	%dr6, %rax
	testl	$0x4000, %eax
	jz	1f
	movl	expected, %eax
	cmpq	%rax, 16(%rdi)
	je	2f
1:	incl	wrong
2:	incl	steps
	andl	$~FLAG_TF, 32(%rdi)
	ret

	.bss
expected:
	.skip	4
steps:
	.skip	4
wrong:
	.skip	4
