/* SPDX-License-Identifier: GPL-2.0 */
/* PAUSE in a long loop, at CPL 0 and 3: nothing but time passes. */
#include "guest.h"

	BEGIN64
	call	spin
	USER	user
	PASS
user:
	call	spin
	END_USER

spin:
	movl	$200000, %ecx
	xorl	%eax, %eax
1:	pause
	incl	%eax
	loop	1b
	IS(cmpl $200000, %eax)
	ret
