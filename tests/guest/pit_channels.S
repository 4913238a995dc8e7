/* SPDX-License-Identifier: GPL-2.0 */
/* The PIT read back: it counts down; channel 2 by its gate at port 0x61, as kernels calibrate. */
#include "guest.h"

/* AX: channel 0's count, latched. */
.macro LATCH
	movb	$0, %al
	outb	%al, $PIT_COMMAND
	inb	$PIT0, %al
	movb	%al, %bl
	inb	$PIT0, %al
	movb	%al, %ah
	movb	%bl, %al
.endm

	BEGIN64
	movb	$0x34, %al			/* channel 0, rate */
	outb	%al, $PIT_COMMAND
	movb	$0xff, %al
	outb	%al, $PIT0
	outb	%al, $PIT0
	LATCH
	movw	%ax, %si
	rdtsc
	movl	%eax, %edi
1:	LATCH
	cmpw	%si, %ax
	jne	2f
	rdtsc
	subl	%edi, %eax
	cmpl	$WAIT_TICKS, %eax
	jb	1b
	FAIL
	/* Read back: latched status of channel 0: mode 2, both bytes. */
2:	movb	$0xe2, %al
	outb	%al, $PIT_COMMAND
	inb	$PIT0, %al
	andb	$0x3f, %al
	IS(cmpb $0x34, %al)

	/* Channel 2, mode 0: its output goes high when the count is over, gate on. */
	inb	$0x61, %al
	andb	$~2, %al
	orb	$1, %al
	outb	%al, $0x61
	movb	$0xb0, %al
	outb	%al, $PIT_COMMAND
	movb	$0x00, %al
	outb	%al, $PIT2
	movb	$0x10, %al			/* 4096 ticks, 3.4 ms */
	outb	%al, $PIT2
	inb	$0x61, %al
	IS(testb $0x20, %al)
	rdtsc
	movl	%eax, %edi
3:	inb	$0x61, %al
	testb	$0x20, %al
	jnz	4f
	rdtsc
	subl	%edi, %eax
	cmpl	$WAIT_TICKS, %eax
	jb	3b
	FAIL
4:	inb	$0x61, %al
	testb	$1, %al
	CHECK(nz)
	PASS
