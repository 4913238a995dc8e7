/* SPDX-License-Identifier: GPL-2.0 */
/* Waits for ever in HLT, for what needs a VM that lives. Wants --irqchip on. */
#include "guest.h"

	BEGIN64
	movb	$'s', %al
	outb	%al, $PORT_PRINT
	sti
1:	hlt
	jmp	1b
