/* SPDX-License-Identifier: GPL-2.0 */
/* Real mode: events whose delivery the EPT interrupts, because nobody touched the stack yet. */
#include "guest.h"

/* The stack in a segment of its own, 64 KiB that nothing else uses. */
.macro FRESH_STACK segment
	movw	$\segment, %ax
	movw	%ax, %ss
	movw	$0x1000, %sp
.endm

	BEGIN16
	.irp	vector, VEC_DE, VEC_BP, VEC_UD, VEC_GP, VEC_SS, 0x77
	movw	$count, 4 * \vector
	movw	$0, 4 * \vector + 2
	.endr

	/* Faults with an error code elsewhere, but not here. */
	FRESH_STACK 0x2000
	movw	$1f, resume
	movw	$0xffff, %bx
	movw	(%bx), %ax
1:	IS(cmpb $1, counted)
	IS(cmpw $0x0ffa, depth)
	FRESH_STACK 0x3000
	movw	$2f, resume
	ud2
2:	IS(cmpb $2, counted)
	FRESH_STACK 0x4000
	movw	$3f, resume
	xorw	%cx, %cx
	divw	%cx
3:	IS(cmpb $3, counted)
	/* Traps: IP is behind them. */
	FRESH_STACK 0x5000
	movw	$0, resume
	int	$0x77
4:	IS(cmpb $4, counted)
	IS(cmpw $4b, seen_ip)
	FRESH_STACK 0x6000
	int3
5:	IS(cmpb $5, counted)
	IS(cmpw $5b, seen_ip)
	IS(cmpw $0x1000, %sp)
	PASS

count:
	movw	%sp, %cs:depth
	movw	%sp, %bp
	movw	(%bp), %ax
	movw	%ax, %cs:seen_ip
	incb	%cs:counted
	movw	%cs:resume, %ax
	testw	%ax, %ax
	jz	1f
	movw	%ax, (%bp)
1:	iretw

	.section .bss.low, "aw", @nobits
resume:
	.skip	2
depth:
	.skip	2
seen_ip:
	.skip	2
counted:
	.skip	1
