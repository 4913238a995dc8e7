/* SPDX-License-Identifier: GPL-2.0 */
/* String port access in real mode: 16-bit and 32-bit addresses, segments, limits. */
#include "guest.h"

	BEGIN16
	movw	$0x2000, %ax
	movw	%ax, %ds
	movw	$0x3000, %ax
	movw	%ax, %es
	movl	$0x44332211, %ds:0x100
	movw	$PORT_SCRATCH, %dx

	movw	$0x100, %si
	outsl
	IS(cmpw $0x104, %si)
	movw	$0x200, %di
	movw	$2, %cx
	rep insw
	IS(cmpw $0x204, %di)
	IS(cmpl $0x22112211, %es:0x200)

	/* Another segment for the source; the destination is always ES. */
	movl	$0xaabbccdd, %es:0x300
	movw	$0x300, %si
	es outsl
	inl	%dx, %eax
	IS(cmpl $0xaabbccdd, %eax)
	movl	$0, 0x400
	movw	$0x400, %di
	insb
	IS(cmpb $0xdd, %es:0x400)
	IS(cmpl $0, 0x400)

	/* CX and DI are 16 bits: their upper halves do not count and stay. */
	movl	$0x12340002, %ecx
	movl	$0x56780500, %edi
	rep insb
	IS(cmpl $0x12340000, %ecx)
	IS(cmpl $0x56780502, %edi)

	/* DI wraps around within the segment. */
	movw	$0xfffe, %di
	movw	$4, %cx
	rep insb
	IS(cmpw $2, %di)
	IS(cmpw $0xdddd, %es:0xfffe)
	IS(cmpw $0xdddd, %es:0)

	/* 32-bit addresses. */
	movl	$0x600, %edi
	movl	$3, %ecx
	rep insb (%dx), %es:(%edi)
	IS(cmpl $0x603, %edi)
	IS(testl %ecx, %ecx)
	IS(cmpl $0x00dddddd, %es:0x600)

	/* An item that does not fit into the segment: #GP. */
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	$1f, 4 * VEC_GP
	movw	$0, 4 * VEC_GP + 2
	movw	$0xffff, %di
	movw	$3, %cx
	rep insw
	FAIL
1:	IS(cmpw $0xffff, %di)
	IS(cmpw $3, %cx)
	PASS
