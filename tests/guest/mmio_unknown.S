/* SPDX-License-Identifier: GPL-2.0 */
/* An instruction on device memory that cannot be executed ends in an exit, with its bytes. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx
	fninit
	flds	0x18(%rbx)
	PASS
