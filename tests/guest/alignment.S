/* SPDX-License-Identifier: GPL-2.0 */
/* #AC: at CPL 3 with CR0.AM and RFLAGS.AC, and not otherwise. */
#include "guest.h"

	BEGIN64
	movq	%cr0, %rax
	orl	$CR0_AM, %eax
	movq	%rax, %cr0
	pushfq
	orl	$FLAG_AC, (%rsp)
	popfq
	movl	0x300001, %eax			/* not at CPL 0 */
	USER	user
	IS(cmpl $1, %ebx)
	movq	%cr0, %rax
	andl	$~CR0_AM, %eax
	movq	%rax, %cr0
	USER	without
	IS(cmpl $2, %ebx)
	PASS

user:
	movl	0x300004, %eax
	FAULTS(VEC_AC, movl 0x300001, %eax)
	IS(cmpq $0, rt_exc_error)
	FAULTS(VEC_AC, movq %rax, 0x300004)
	pushfq
	andl	$~FLAG_AC, (%rsp)
	popfq
	movl	0x300001, %eax
	movl	$1, %ebx
	pushfq
	orl	$FLAG_AC, (%rsp)
	popfq
	END_USER

without:
	movl	0x300001, %eax
	incl	%ebx
	END_USER
