/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first touch of pages, 4 KiB each: of some that vmhctl has written, since this guest's file is
 * made as long as END_OF_FILE, and of some that nobody has touched.
 */
#include "bench.h"

#define PAGE		4096
#define BEGIN_PRESENT	0x100000
#define END_OF_FILE	0xa00000
#define BEGIN_FRESH	0x1000000

	.if BEGIN_PRESENT + ROUNDS * OPERATIONS * PAGE > END_OF_FILE
	.error "the file ends before the pages that are to be present"
	.endif

	BEGIN64
	MEASURE	empty
	nop
	DONE
	movl	$BEGIN_PRESENT, %ebx
	MEASURE	ept_fault_4k
	movb	$1, (%rbx)
	addl	$PAGE, %ebx
	DONE
	movl	$BEGIN_FRESH, %ebx
	MEASURE	ept_fault_4k_fresh
	movb	$1, (%rbx)
	addl	$PAGE, %ebx
	DONE
	PASS
