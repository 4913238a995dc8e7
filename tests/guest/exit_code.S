/* SPDX-License-Identifier: GPL-2.0 */
/* A guest's exit code is vmhctl's: a check that fails shows. */
#include "guest.h"

	BEGIN64
	movl	$1, %eax
	IS(cmpl $1, %eax)
	IS(cmpl $2, %eax)
	PASS
