/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device memory at CPL 3: moves work, alignment is checked as for memory, and what cannot be
 * executed there is the program's #UD and not the end of the guest.
 */
#include "guest.h"

	BEGIN64
	movq	%cr0, %rax
	orl	$CR0_AM, %eax
	movq	%rax, %cr0
	USER	user
	PASS

user:
	movl	$HIGH(0xd0000000), %ebx
	movl	$0x44332211, 4(%rbx)
	IS(cmpw $0x3322, 5(%rbx))
	FAULTS(VEC_UD, flds (%rbx))
	FAULTS(VEC_UD, fildq 8(%rbx))
	pushfq
	orl	$FLAG_AC, (%rsp)
	popfq
	FAULTS(VEC_AC, movl %eax, 5(%rbx))
	FAULTS(VEC_AC, movw 5(%rbx), %ax)
	FAULTS(VEC_AC, incl 6(%rbx))
	movb	5(%rbx), %al
	IS(cmpb $0x22, %al)
	IS(cmpl $0x44332211, 4(%rbx))
	pushfq
	andl	$~FLAG_AC, (%rsp)
	popfq
	END_USER
