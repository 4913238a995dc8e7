/* SPDX-License-Identifier: GPL-2.0 */
/* No MSR that can be read holds what looks like an address of the host's kernel. */
#include "guest.h"

	BEGIN64
	xorl	%ebp, %ebp			/* how many there are */
	.irp	first, 0, 0x40000000, 0xc0000000
	movl	$\first, %ecx
1:	movl	$2f, rt_exc_resume
	rdmsr
	movl	$0, rt_exc_resume
	incl	%ebp
	cmpl	$0xffff8000, %edx
	CHECK(b)
2:	incl	%ecx
	testl	$0x1fff, %ecx
	jnz	1b
	.endr
	cmpl	$20, %ebp
	CHECK(a)
	/* Debug registers, of which none was ever set. */
	.irp	n, 0, 1, 2, 3
	movq	%dr\n, %rax
	IS(testq %rax, %rax)
	.endr
	PASS
