/* SPDX-License-Identifier: GPL-2.0 */
/* WBINVD, INVD, CLFLUSH, INVLPG, PREFETCH: they lose nothing. */
#include "guest.h"

	BEGIN64
	movl	$1000, %ecx
1:	movl	%ecx, 0x400000(, %rcx, 8)
	loop	1b
	wbinvd
	invd
	clflush	0x400000
	prefetcht0 0x400000
	invlpg	0x400000
	mfence
	movl	$1000, %ecx
2:	IS(cmpl %ecx, 0x400000(, %rcx, 8))
	loop	2b
	PASS
