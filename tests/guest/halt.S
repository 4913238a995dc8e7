/* SPDX-License-Identifier: GPL-2.0 */
/* HLT without interrupt controllers ends the VM with 0. */
#include "guest.h"

	BEGIN16
	movb	$'h', %al
	outb	%al, $PORT_PRINT
	hlt
	FAIL
