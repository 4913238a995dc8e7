/* SPDX-License-Identifier: GPL-2.0 */
/* Device memory from 32-bit mode and, with large segments, from real mode. */
#include "guest.h"

	BEGIN32
	movl	$MMIO_SCRATCH, %ebx
	movl	$0x44332211, (%ebx)
	IS(cmpl $0x44332211, (%ebx))
	IS(cmpw $0x4433, 2(%ebx))
	movl	MMIO_SCRATCH + 1, %eax
	IS(cmpl $0x00443322, %eax)
	/* PUSH and POP of device memory, and a segment with a base. */
	pushl	(%ebx)
	popl	4(%ebx)
	IS(cmpl $0x44332211, 4(%ebx))
	movl	$0x0000ffff, rt_gdt + SEL_SPARE
	movl	$0xd0cf9300, rt_gdt + SEL_SPARE + 4
	movw	$SEL_SPARE, %ax
	movw	%ax, %fs
	IS(cmpw $0x2211, %fs:4)
	movw	$0x1234, %fs:8
	IS(cmpl $0x1234, 8(%ebx))
	/* Beyond the limit it is a fault and not an access. */
	movl	$0x0000000f, rt_gdt + SEL_SPARE
	movl	$0xd0409300, rt_gdt + SEL_SPARE + 4
	movw	%ax, %fs
	FAULTS(VEC_GP, movl %eax, %fs:0xd)
	IS(cmpl $0, 0xd(%ebx))

	/* 16-bit code with 4 GiB segments. */
	ljmp	$SEL_CODE16, $1f
	CODE16
1:	movl	%cr0, %eax
	andb	$~CR0_PE, %al
	movl	%eax, %cr0
	ljmp	$0, $2f
2:	movl	$MMIO_SCRATCH, %ebx
	IS(cmpl $0x44332211, (%ebx))
	movw	$0xbbaa, 12(%ebx)
	IS(cmpl $0xbbaa, 12(%ebx))
	xorl	%eax, %eax
	movb	12(%ebx), %ah
	IS(cmpl $0xaa00, %eax)
	PASS
