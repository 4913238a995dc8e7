/* SPDX-License-Identifier: GPL-2.0 */
/* To userspace and back. */
#include "bench.h"

	BEGIN64
	ALL_STATE
	MEASURE	empty
	nop
	DONE

	MEASURE	pio_user
	movw	$PORT_SCRATCH, %dx
	outb	%al, %dx
	DONE

	MEASURE	pio_user_in
	movw	$PORT_SCRATCH, %dx
	inb	%dx, %al
	DONE

	MEASURE	mmio_user
	movl	%eax, MMIO_SCRATCH
	DONE

	MEASURE	mmio_user_read
	movl	MMIO_SCRATCH, %eax
	DONE
	PASS
