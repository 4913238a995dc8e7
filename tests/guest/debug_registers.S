/* SPDX-License-Identifier: GPL-2.0 */
/* The debug registers themselves: fixed bits, aliases, CR4.DE, DR7.GD. */
#include "guest.h"

	BEGIN64
	.irp	n, 0, 1, 2, 3
	movabsq	$(0x0000700012340000 + \n), %rax
	movq	%rax, %dr\n
	.endr
	outb	%al, $0x80
	.irp	n, 0, 1, 2, 3
	movabsq	$(0x0000700012340000 + \n), %rax
	movq	%dr\n, %rcx
	IS(cmpq %rax, %rcx)
	.endr

	/* Fixed bits: DR6 reads 0xffff0ff0, DR7 0x400. */
	xorl	%eax, %eax
	movq	%rax, %dr6
	movq	%dr6, %rcx
	movl	$0xffff0ff0, %edx
	IS(cmpq %rdx, %rcx)
	movl	$0xe00f, %eax
	movq	%rax, %dr6
	movq	%dr6, %rcx
	orl	$0xe00f, %edx
	IS(cmpq %rdx, %rcx)
	xorl	%eax, %eax
	movq	%rax, %dr7
	movq	%dr7, %rcx
	IS(cmpq $0x400, %rcx)
	movl	$0x55550155, %eax		/* some kinds and lengths, all local */
	movq	%rax, %dr7
	movq	%dr7, %rcx
	IS(cmpq $0x55550555, %rcx)
	movl	$0x400, %eax
	movq	%rax, %dr7

	/* Upper halves of DR6 and DR7 must be 0. */
	btsq	$32, %rax
	FAULTS(VEC_GP, movq %rax, %dr7)
	FAULTS(VEC_GP, movq %rax, %dr6)

	/* DR4 and DR5 are DR6 and DR7, unless CR4.DE. */
	movq	%dr5, %rax
	movq	%dr7, %rcx
	IS(cmpq %rcx, %rax)
	movq	%dr4, %rax
	movq	%dr6, %rcx
	IS(cmpq %rcx, %rax)
	movq	%cr4, %rbx
	movq	%rbx, %rax
	orl	$CR4_DE, %eax
	movq	%rax, %cr4
	FAULTS(VEC_UD, movq %dr4, %rax)
	FAULTS(VEC_UD, movq %rax, %dr5)
	movq	%rbx, %cr4

	/* GD: any access is #DB, which shows as BD in DR6 and clears GD. */
	movl	$0x2400, %eax
	movq	%rax, %dr7
	FAULTS(VEC_DB, movq %dr0, %rax)
	movq	%dr7, %rax
	IS(cmpq $0x400, %rax)
	movq	%dr6, %rax
	testl	$0x2000, %eax
	CHECK(nz)
	USER	user
	PASS

user:
	FAULTS(VEC_GP, movq %dr0, %rax)
	FAULTS(VEC_GP, movq %rax, %dr7)
	END_USER
