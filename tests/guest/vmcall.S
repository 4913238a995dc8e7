/* SPDX-License-Identifier: GPL-2.0 */
/* VMCALL with a number that nobody knows: -ENOSYS as KVM has it (-1000), nothing else changes. */
#include "guest.h"

	BEGIN64
	movq	$0x7777, %rax
	movl	$1, %ebx
	movl	$2, %ecx
	movl	$3, %edx
	movl	$4, %esi
	vmcall
	IS(cmpq $-1000, %rax)
	IS(cmpl $1, %ebx)
	IS(cmpl $2, %ecx)
	IS(cmpl $3, %edx)
	IS(cmpl $4, %esi)
	/* From CPL 3 it is refused: -EPERM. */
	USER	user
	IS(cmpq $-1, %rbx)

	/* The other encoding, AMD's, is undefined here or rewritten as KVM does; never an exit. */
	ljmpl	*pointer
	CODE32
code32:
	movl	$0x7777, %eax
	vmcall
	IS(cmpl $-1000, %eax)
	PASS
	CODE64
user:
	movq	$0x7777, %rax
	vmcall
	movq	%rax, %rbx
	END_USER

	.data
pointer:
	.long	code32
	.word	SEL_CODE32
