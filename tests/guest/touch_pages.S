/* SPDX-License-Identifier: GPL-2.0 */
/* Every page from 1 MiB to the last: each is zero, each keeps a pattern of its own, in two orders. */
#include "guest.h"

#ifndef PAGES
#define PAGES	(15 * 256)		/* vmhctl gives 16 MiB */
#endif
#define FIRST	0x100000

	BEGIN64
	movl	$FIRST, %ebx
	movl	$PAGES, %ecx
1:	IS(cmpq $0, 8(%rbx))
	movq	%rbx, %rax
	imulq	$0x1e3779b1, %rax, %rax
	movq	%rax, (%rbx)
	movq	%rax, 4088(%rbx)
	addl	$4096, %ebx
	loop	1b

	/* From the end to the beginning, with a stride that jumps about. */
	movl	$PAGES, %ecx
	xorl	%edx, %edx
2:	movl	%edx, %ebx
	shll	$12, %ebx
	addl	$FIRST, %ebx
	movq	%rbx, %rax
	imulq	$0x1e3779b1, %rax, %rax
	IS(cmpq %rax, (%rbx))
	IS(cmpq %rax, 4088(%rbx))
	IS(cmpq $0, 16(%rbx))
	notq	(%rbx)
	addl	$1237, %edx
	cmpl	$PAGES, %edx
	jb	3f
	subl	$PAGES, %edx
3:	loop	2b

	movl	$FIRST, %ebx
	movl	$PAGES, %ecx
4:	movq	%rbx, %rax
	imulq	$0x1e3779b1, %rax, %rax
	notq	%rax
	IS(cmpq %rax, (%rbx))
	addl	$4096, %ebx
	loop	4b
	PASS
