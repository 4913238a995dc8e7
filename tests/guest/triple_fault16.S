/* SPDX-License-Identifier: GPL-2.0 */
/* The same in real mode. */
#include "guest.h"

	BEGIN16
	movw	$0, nothing
	lidtw	nothing
	int3
	FAIL

	.section .bss.low, "aw", @nobits
nothing:
	.skip	8
