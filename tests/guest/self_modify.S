/* SPDX-License-Identifier: GPL-2.0 */
/* Code that is written, executed, rewritten and executed again, also across pages. */
#include "guest.h"

	BEGIN64
	movl	$0x400ffe, %ebx			/* MOV EAX, imm32; RET across two fresh pages */
	movl	$1000, %ecx
1:	movb	$0xb8, (%rbx)
	movl	%ecx, 1(%rbx)
	movb	$0xc3, 5(%rbx)
	call	*%rbx
	IS(cmpl %ecx, %eax)
	movl	$0, %eax
	loop	1b
	/* And the instruction just ahead. */
	movb	$42, 2f + 1
	jmp	2f
2:	movb	$1, %al
	IS(cmpb $42, %al)
	PASS
