/* SPDX-License-Identifier: GPL-2.0 */
/* CR0, CR3, CR4 and CR8: bits that can be set read back, others fault; CLTS, LMSW, SMSW. */
#include "guest.h"

	BEGIN64
	/* CR0: CD and NW as the guest wants them; ET is fixed; reserved bits stay 0. */
	movq	%cr0, %rbx
	movq	%rbx, %rax
	orl	$(CR0_CD | CR0_NW), %eax
	movq	%rax, %cr0
	movq	%cr0, %rcx
	IS(cmpq %rax, %rcx)
	movq	%rbx, %rax
	orl	$CR0_CD, %eax
	movq	%rax, %cr0
	movq	%cr0, %rcx
	IS(cmpq %rax, %rcx)
	orl	$CR0_NW, %eax
	andl	$~CR0_CD, %eax
	FAULTS(VEC_GP, movq %rax, %cr0)
	movq	%rbx, %cr0
	movq	%cr0, %rcx
	IS(cmpq %rbx, %rcx)
	.irp	bits, CR0_NE, CR0_WP, CR0_AM, CR0_MP
	movq	%rbx, %rax
	xorl	$\bits, %eax
	movq	%rax, %cr0
	movq	%cr0, %rcx
	IS(cmpq %rax, %rcx)
	.endr
	movq	%rbx, %rax
	andl	$~CR0_ET, %eax
	movq	%rax, %cr0
	movq	%cr0, %rcx
	testl	$CR0_ET, %ecx
	CHECK(nz)
	movq	%rbx, %cr0
	/* With ET others change all the same; reserved ones among them stay 0. */
	movq	%rbx, %rax
	xorl	$(CR0_ET | CR0_WP | CR0_MP), %eax
	orl	$0x00020040, %eax
	movq	%rax, %cr0
	movq	%cr0, %rcx
	movq	%rbx, %rdx
	xorl	$(CR0_WP | CR0_MP), %edx
	IS(cmpq %rdx, %rcx)
	movq	%rbx, %cr0

	/* CLTS and LMSW; LMSW cannot clear PE. */
	movq	%rbx, %rax
	orl	$CR0_TS, %eax
	movq	%rax, %cr0
	smsww	%cx
	testb	$CR0_TS, %cl
	CHECK(nz)
	clts
	movq	%cr0, %rcx
	IS(testb $CR0_TS, %cl)
	movw	$(CR0_MP | CR0_TS), %ax
	lmsw	%ax
	movq	%cr0, %rcx
	IS(cmpb $(CR0_ET | CR0_NE | CR0_PE | CR0_MP | CR0_TS), %cl)
	lmsw	%bx
	movq	%rbx, %cr0

	/* CR4: what every processor with VT-x has. */
	movq	%cr4, %rbx
	.irp	bits, 1, 2, CR4_TSD, CR4_DE, CR4_PSE, CR4_PGE, CR4_OSFXSR, CR4_OSXMMEXCPT
	movq	%rbx, %rax
	xorl	$\bits, %eax
	movq	%rax, %cr4
	movq	%cr4, %rcx
	IS(cmpq %rax, %rcx)
	.endr
	movq	%rbx, %cr4
	/* VMXE is not shown and, there being no VMX, cannot be set. Nor can what no processor has. */
	IS(testl $CR4_VMXE, %ebx)
	.irp	bit, 13, 15, 19, 26, 31
	movq	%rbx, %rax
	btsq	$\bit, %rax
	FAULTS(VEC_GP, movq %rax, %cr4)
	.endr
	movq	%cr4, %rax
	IS(cmpq %rbx, %rax)

	/* CR3 keeps PWT and PCD. */
	movq	%cr3, %rbx
	leaq	0x18(%rbx), %rax
	movq	%rax, %cr3
	movq	%cr3, %rcx
	IS(cmpq %rax, %rcx)
	movq	%rbx, %cr3

	/* CR8 has four bits. */
	movl	$9, %eax
	movq	%rax, %cr8
	movq	%cr8, %r9
	IS(cmpq $9, %r9)
	movl	$0x10, %eax
	FAULTS(VEC_GP, movq %rax, %cr8)
	movq	$-1, %r12
	FAULTS(VEC_GP, movq %r12, %cr8)
	xorl	%r12d, %r12d
	movq	%r12, %cr8
	/* The others do not exist. */
	FAULTS(VEC_UD, movq %rax, %cr1)
	FAULTS(VEC_UD, movq %cr5, %rax)
	/* And none at CPL 3, but SMSW. */
	USER	user
	PASS

user:
	FAULTS(VEC_GP, movq %cr0, %rax)
	FAULTS(VEC_GP, movq %rax, %cr3)
	FAULTS(VEC_GP, movq %cr4, %rax)
	FAULTS(VEC_GP, movq %cr8, %rax)
	FAULTS(VEC_GP, clts)
	FAULTS(VEC_GP, lmsw %ax)
	smsww	%ax
	END_USER
