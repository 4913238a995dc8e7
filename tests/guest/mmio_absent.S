/* SPDX-License-Identifier: GPL-2.0 */
/* Memory where nothing answers: reads give all ones in every form, writes are lost. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd8000000), %ebx
	xorl	%eax, %eax
	movb	(%rbx), %al
	IS(cmpq $0xff, %rax)
	xorl	%eax, %eax
	movw	(%rbx), %ax
	IS(cmpq $0xffff, %rax)
	movl	(%rbx), %eax
	movl	$0xffffffff, %ecx
	IS(cmpq %rcx, %rax)
	movq	8(%rbx), %rax
	IS(cmpq $-1, %rax)
	movzbl	(%rbx), %eax
	IS(cmpq $0xff, %rax)
	movzwl	2(%rbx), %eax
	IS(cmpq $0xffff, %rax)
	movsbl	(%rbx), %eax
	IS(cmpq %rcx, %rax)
	movswq	(%rbx), %rax
	IS(cmpq $-1, %rax)
	movslq	(%rbx), %rax
	IS(cmpq $-1, %rax)

	movl	$0x12345678, (%rbx)
	movq	%rax, 0x100(%rbx)
	movb	$1, 0x200(%rbx)
	movl	(%rbx), %eax
	IS(cmpl $0xffffffff, %eax)
	IS(testl $0, (%rbx))
	cmpl	$0, (%rbx)
	CHECK(ne)
	testb	$1, (%rbx)
	CHECK(nz)
	PASS
