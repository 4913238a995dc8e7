/* SPDX-License-Identifier: GPL-2.0 */
/* No exit changes a register or flag that its instruction does not change. */
#include "guest.h"

#define EACH(op) \
	op %rbx, 1; op %rcx, 2; op %rsi, 3; op %rdi, 4; op %rbp, 5; op %r8, 6; op %r9, 7; \
	op %r10, 8; op %r11, 9; op %r12, 10; op %r13, 11; op %r14, 12; op %r15, 13

.macro SET_ONE reg, n
	movabsq	$(0x0101010101010101 * \n), \reg
.endm
.macro TEST_ONE reg, n
	pushfq
	pushq	%rax
	movabsq	$(0x0101010101010101 * \n), %rax
	cmpq	%rax, \reg
	CHECK(e)
	popq	%rax
	popfq
.endm

/* Around one exiting instruction; RAX and RDX are its operands. */
#define KEPT(...) EACH(SET_ONE); stc; __VA_ARGS__; CHECK(c); EACH(TEST_ONE)

	BEGIN64
	movq	%rsp, saved
	movw	$PORT_SCRATCH, %dx
	KEPT(outb %al, %dx)
	KEPT(inl %dx, %eax)
	KEPT(movl LAPIC, %eax)
	KEPT(movl %eax, MMIO_ABSENT)
	KEPT(movl MMIO_ABSENT, %eax)
	KEPT(wbinvd)
	KEPT(invd)
	KEPT(movl 0x500000, %eax)
	KEPT(movb $1, 0x600000)
	movq	%cr4, %rdx
	KEPT(movq %rdx, %cr4)
	KEPT(movq %cr8, %rax)
	KEPT(movq %rax, %cr8)
	KEPT(movq %dr7, %rax)
	KEPT(movq %rax, %dr7)
	KEPT(rdtsc)
	KEPT(pause)
	IS(cmpq %rsp, saved)

	/* CPUID and the MSRs use RCX and RBX too. */
	EACH(SET_ONE)
	movl	$0x80000000, %eax
	movl	$0, %ecx
	cpuid
	SET_ONE	%rbx, 1
	SET_ONE	%rcx, 2
	EACH(TEST_ONE)
	movl	$MSR_TSC_ADJUST, %ecx
	rdmsr
	wrmsr
	movl	%ecx, %ecx
	IS(cmpq $MSR_TSC_ADJUST, %rcx)
	SET_ONE	%rcx, 2
	EACH(TEST_ONE)
	PASS

	.bss
	.balign 8
saved:
	.skip	8
