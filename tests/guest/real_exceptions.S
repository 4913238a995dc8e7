/* SPDX-License-Identifier: GPL-2.0 */
/* Real mode: interrupts and exceptions through the vector table at 0, without error codes. */
#include "guest.h"

/* Entry @vector of the table goes to @label, in segment 0. */
.macro VECTOR vector, label
	movw	$\label, 4 * \vector
	movw	$0, 4 * \vector + 2
.endm

/* The fault of @insn brings its own IP, and the handler steps over it. */
#define FAULT(...) FAULT_AT __LINE__, __VA_ARGS__
.macro FAULT_AT line, insn:vararg
	movw	$.Lafter\@, resume
	movw	%sp, %bp
.Lat\@:	\insn
	FAIL_AT	\line
.Lafter\@:
	cmpw	$.Lat\@, fault_ip
	CHECK_AT e, \line
	cmpw	%bp, %sp
	CHECK_AT e, \line
.endm

	BEGIN16
	VECTOR	VEC_DE, fault
	VECTOR	VEC_UD, fault
	VECTOR	VEC_GP, fault
	VECTOR	VEC_SS, fault
	VECTOR	VEC_BR, fault
	VECTOR	VEC_BP, trap
	VECTOR	VEC_OF, trap
	VECTOR	0x77, trap

	xorw	%cx, %cx
	FAULT(divw %cx)
	FAULT(ud2)
	/* A word at 0xffff goes beyond the segment. */
	movw	$0xffff, %bx
	FAULT(movw (%bx), %ax)
	movl	$0x10000, %ebx
	FAULT(movb (%ebx), %al)
	/* Beyond the stack segment it is #SS. */
	FAULT(movw %ss:(%ebx), %ax)
	/* Not there in real mode. */
	FAULT(ltr %ax)
	FAULT(lldt %ax)
	FAULT(arpl %ax, %ax)
	movw	$3, %ax
	FAULT(boundw %ax, bounds)
	IS(cmpb $9, faults)

	/* Interrupts and traps clear IF and TF, and IRET brings them back. */
	movb	$0, traps
	pushw	$(FLAG_IF | 2)
	popfw
	int	$0x77
	int3
	pushfw
	popw	%ax
	ISNT(testw $FLAG_IF, %ax)
	cli
	IS(testw $FLAG_IF, seen_flags)
	movb	$0x7f, %al
	addb	$1, %al
	into
	xorw	%ax, %ax
	into
	IS(cmpb $3, traps)

	/* The table can move: LIDT counts in real mode. */
	movw	$(0x20 * 4 - 1), table
	movl	$0x8000, table + 2
	movw	$trap, 0x8000 + 4 * 3
	movw	$0, 0x8000 + 4 * 3 + 2
	movw	$0, 4 * 3
	lidtl	table
	int3
	IS(cmpb $4, traps)
	/* And so does its limit: a vector beyond is #GP. */
	VECTOR	VEC_GP, 0
	movw	$fault, 0x8000 + 4 * VEC_GP
	movw	$0, 0x8000 + 4 * VEC_GP + 2
	FAULT(int $0x77)
	PASS

fault:
	popw	fault_ip
	popw	%dx				/* CS */
	popfw
	incb	faults
	jmp	*resume

trap:
	incb	traps
	pushfw
	popw	seen_flags
	iretw

	.data
bounds:
	.word	1, 2
	.section .bss.low, "aw", @nobits
resume:
	.skip	2
fault_ip:
	.skip	2
seen_flags:
	.skip	2
faults:
	.skip	1
traps:
	.skip	1
table:
	.skip	8
