/* SPDX-License-Identifier: GPL-2.0 */
/* A fault without an IDT ends the processor. */
#include "guest.h"

	BEGIN64
	movw	$0, rt_idt64_pointer
	lidt	rt_idt64_pointer
	ud2
	FAIL
