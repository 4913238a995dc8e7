/* SPDX-License-Identifier: GPL-2.0 */
/* "Big" real mode: segment limits loaded in protected mode stay, until they are loaded there again. */
#include "guest.h"

	BEGIN16
	lgdtl	rt_gdt_pointer
	movl	%cr0, %eax
	orb	$CR0_PE, %al
	movl	%eax, %cr0
	movw	$SEL_DATA, %bx
	movw	%bx, %ds
	andb	$~CR0_PE, %al
	movl	%eax, %cr0
	ljmp	$0, $1f
1:	/* Still the base and limit of then, although the mode is another. */
	movl	$0x200000, %ebx
	movl	$0xcafe1234, (%ebx)
	IS(cmpl $0xcafe1234, (%ebx))
	/* A load in real mode changes the base alone. */
	movw	$0x1000, %ax
	movw	%ax, %ds
	IS(cmpl $0xcafe1234, -0x10000(%ebx))
	xorw	%ax, %ax
	movw	%ax, %ds
	IS(cmpl $0xcafe1234, (%ebx))

	/* A 64 KiB limit takes it back. */
	movw	$fault, 4 * VEC_GP
	movw	$0, 4 * VEC_GP + 2
	movl	%cr0, %eax
	orb	$CR0_PE, %al
	movl	%eax, %cr0
	movw	$SEL_DATA16, %bx
	movw	%bx, %ds
	andb	$~CR0_PE, %al
	movl	%eax, %cr0
	ljmp	$0, $2f
2:	xorw	%ax, %ax
	movw	%ax, %ds
	movl	$0x200000, %ebx
	movl	(%ebx), %eax
	FAIL

fault:
	PASS
