/* SPDX-License-Identifier: GPL-2.0 */
/* MSRs that hold what is written, and those that have an effect. */
#include "guest.h"

/* Write a value, read it back. */
.macro HOLDS msr, high, low
	WRITE_MSR \msr, \high, \low
	xorl	%eax, %eax
	xorl	%edx, %edx
	rdmsr
	cmpl	$\low, %eax
	CHECK(e)
	cmpl	$\high, %edx
	CHECK(e)
.endm

	BEGIN64
	HOLDS MSR_STAR, 0x00300018, 0
	HOLDS MSR_LSTAR, 0xffffffff, 0x81000000
	HOLDS MSR_CSTAR, 0x00007fff, 0xfffff000
	HOLDS MSR_FMASK, 0, 0x00047700
	HOLDS MSR_KERNEL_GS_BASE, 0xffff8880, 0x12345678
	HOLDS MSR_SYSENTER_CS, 0, 0x18
	HOLDS MSR_SYSENTER_ESP, 0xfffffe00, 0x00003000
	HOLDS MSR_SYSENTER_EIP, 0xffffffff, 0x81800000
	HOLDS MSR_PAT, 0x00070406, 0x00070106
	HOLDS MSR_PAT, 0x00070406, 0x00070406

	/* The bases are those of the segments; loading a segment loads its low half. */
	movl	$0xfeed, 0x300010
	HOLDS MSR_FS_BASE, 0, 0x300000
	IS(cmpl $0xfeed, %fs:0x10)
	HOLDS MSR_GS_BASE, 0xffffffff, 0x80000000
	HOLDS MSR_GS_BASE, 0, 0x300008
	IS(cmpl $0xfeed, %gs:8)
	movw	$SEL_DATA, %ax
	movw	%ax, %fs
	READ_MSR MSR_FS_BASE
	IS(testl %eax, %eax)

	/* SWAPGS exchanges GS's base with KERNEL_GS_BASE, and both can be read after. */
	HOLDS MSR_KERNEL_GS_BASE, 0, 0x300000
	swapgs
	IS(cmpl $0xfeed, %gs:0x10)
	READ_MSR MSR_KERNEL_GS_BASE
	IS(cmpl $0x300008, %eax)
	READ_MSR MSR_GS_BASE
	IS(cmpl $0x300000, %eax)
	/* It survives exits. */
	swapgs
	movl	MMIO_ABSENT, %eax
	movb	$0, %al
	outb	%al, $0x80
	swapgs
	IS(cmpl $0xfeed, %gs:0x10)
	swapgs

	/* EFER: SCE and NXE. */
	READ_MSR MSR_EFER
	IS(testl $EFER_SCE, %eax)
	orl	$(EFER_SCE | EFER_NX), %eax
	movl	%eax, %ebx
	wrmsr
	rdmsr
	IS(cmpl %ebx, %eax)

	/* LMA is not to be changed: it stays although written as 0. */
	andl	$~EFER_LMA, %eax
	movl	%eax, %esi
	wrmsr
	rdmsr
	testl	$EFER_LMA, %eax
	CHECK(nz)
	PASS
