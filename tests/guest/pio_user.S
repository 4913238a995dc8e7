/* SPDX-License-Identifier: GPL-2.0 */
/* Ports at CPL 3: IOPL, and the I/O permission bitmap of the TSS. */
#include "guest.h"

	BEGIN64
	/* The limit of the runtime's TSS leaves no room for a bitmap. */
	USER	denied
	IS(cmpl $0xd1e, %ebx)

	/* One with a bitmap that grants the scratch ports, but the last one. */
	movl	$tss, %eax
	movw	%ax, rt_gdt + SEL_TSS + 2
	shrl	$16, %eax
	movb	%al, rt_gdt + SEL_TSS + 4
	movw	$(8192 + 104), rt_gdt + SEL_TSS
	movb	$0x89, rt_gdt + SEL_TSS + 5
	movq	%rsp, tss + 4
	subq	$256, tss + 4
	movw	$104, tss + 102
	movl	$tss + 104, %edi
	movl	$8193, %ecx
	movb	$0xff, %al
	rep stosb
	movb	$0x80, tss + 104 + PORT_SCRATCH / 8
	movw	$SEL_TSS, %ax
	ltr	%ax
	USER	granted
	IS(cmpl $0x9a7, %ebx)

	/* IOPL 3 grants all. */
	pushfq
	orl	$0x3000, (%rsp)
	popfq
	USER	privileged
	IS(cmpl $0x333, %ebx)
	PASS

denied:
	movw	$PORT_SCRATCH, %dx
	FAULTS(VEC_GP, inb %dx, %al)
	IS(cmpl $0, rt_exc_error)
	FAULTS(VEC_GP, outl %eax, %dx)
	movl	$rt_pt, %esi
	movl	$1, %ecx
	FAULTS(VEC_GP, rep outsb)
	movl	$0xd1e, %ebx
	END_USER

granted:
	movw	$PORT_SCRATCH, %dx
	movl	$0x1234, %eax
	outw	%ax, %dx
	xorl	%eax, %eax
	inl	%dx, %eax
	IS(cmpw $0x1234, %ax)
	addw	$4, %dx
	FAULTS(VEC_GP, inl %dx, %eax)
	addw	$3, %dx
	FAULTS(VEC_GP, inb %dx, %al)
	movw	$PORT_SCRATCH - 1, %dx
	FAULTS(VEC_GP, inw %dx, %ax)
	movl	$0x9a7, %ebx
	END_USER

privileged:
	movw	$0x1234, %dx
	inl	%dx, %eax
	IS(cmpl $0xffffffff, %eax)
	cli
	movl	$0x333, %ebx
	END_USER

	.bss
	.balign 4096
tss:
	.skip	104 + 8192 + 1
