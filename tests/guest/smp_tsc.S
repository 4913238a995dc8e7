/* SPDX-License-Identifier: GPL-2.0 */
/* Two processors pass a token to and fro: the TSC never goes back from one to the other. */
#include "guest.h"

#define ROUNDS		2000

	BEGIN64
	sti					/* or KVM in Bochs could not let the other run */
	movl	%edi, %ebp
	movl	%edi, %ebx
	xorl	$1, %ebx
	lock incl ready
	WAIT(cmpl $2, ready)
	movl	$ROUNDS, %r12d
1:	WAIT(cmpl %ebp, turn)
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	cmpq	last, %rax
	CHECK(ae)
	movq	%rax, last
	movl	%ebx, turn
	decl	%r12d
	jnz	1b
	lock incl done
	testl	%ebp, %ebp
	jnz	2f
	WAIT(cmpl $2, done)
	PASS
2:	hlt
	jmp	2b

	.bss
last:
	.skip	8
turn:
	.skip	4
ready:
	.skip	4
done:
	.skip	4
