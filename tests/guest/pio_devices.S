/* SPDX-License-Identifier: GPL-2.0 */
/* String port access of controllers in the kernel, and between ports and device memory. */
#include "guest.h"

#define MASK	(PIC1 + 1)

	BEGIN64
	/* The 8259's mask, written and read; addresses of 64 bits and of 32. */
	movl	$0x300000, %esi
	movl	$0x04030201, (%rsi)
	movw	$MASK, %dx
	outsb
	IS(cmpq $0x300001, %rsi)
	inb	$MASK, %al
	IS(cmpb $1, %al)
	movl	$2, %ecx
	rep outsb
	IS(testq %rcx, %rcx)
	IS(cmpq $0x300003, %rsi)
	inb	$MASK, %al
	IS(cmpb $3, %al)
	movabsq	$0x500300003, %rsi
	movabsq	$0x700000001, %rcx
	rep outsb (%esi), (%dx)
	IS(testq %rcx, %rcx)
	IS(cmpq $0x300004, %rsi)
	movl	$0x300010, %edi
	movl	$2, %ecx
	rep insb
	IS(testq %rcx, %rcx)
	IS(cmpq $0x300012, %rdi)
	IS(cmpl $0x0404, 0x300010)
	std
	movl	$2, %ecx
	rep insb
	cld
	IS(cmpq $0x300010, %rdi)
	IS(cmpl $0x040404, 0x300010)

	/* More than is done without a look at what else there is to do. */
	movl	$0x200000, %edi
	movl	$5000, %ecx
	rep insb
	IS(cmpq $0x200000 + 5000, %rdi)
	movl	$0x200000, %edi
	movl	$5000, %ecx
	movb	$4, %al
	IS(repe scasb)
	IS(testq %rcx, %rcx)
	IS(cmpb $0, (%rdi))

	/* The 8254: mode 2, and the count by two bytes. */
	movl	$0x12345634, 0x300000
	movl	$0x300000, %esi
	movw	$PIT_COMMAND, %dx
	outsb
	movw	$PIT0, %dx
	movl	$2, %ecx
	rep outsb
	movb	$0xe2, %al			/* read back the status of channel 0 */
	outb	%al, $PIT_COMMAND
	inb	$PIT0, %al
	andb	$0x3f, %al
	IS(cmpb $0x34, %al)

	/* Device memory: with a port in the kernel, and with one that is not. */
	movq	$MMIO_SCRATCH, %rdi
	movw	$MASK, %dx
	movl	$2, %ecx
	rep insb
	IS(cmpq $MMIO_SCRATCH + 2, %rdi)
	IS(cmpw $0x0404, MMIO_SCRATCH)
	movb	$5, MMIO_SCRATCH + 1
	leaq	-1(%rdi), %rsi
	outsb
	inb	$MASK, %al
	IS(cmpb $5, %al)
	movw	$PORT_SCRATCH, %dx
	movl	$0x44332211, %eax
	outl	%eax, %dx
	movq	$MMIO_SCRATCH + 16, %rdi
	movl	$2, %ecx
	rep insl
	IS(cmpl $0x44332211, MMIO_SCRATCH + 16)
	IS(cmpl $0x44332211, MMIO_SCRATCH + 20)
	movl	$0x88776655, MMIO_SCRATCH + 20
	movq	$MMIO_SCRATCH + 18, %rsi
	outsl
	inl	%dx, %eax
	IS(cmpl $0x66554433, %eax)
	std
	movq	$MMIO_SCRATCH + 34, %rdi
	movl	$2, %ecx
	rep insw
	cld
	IS(cmpq $MMIO_SCRATCH + 30, %rdi)
	IS(cmpl $0x44334433, MMIO_SCRATCH + 32)

	/* A page of the device's, then one of memory; then none. */
	movl	$rt_pt + PTE_ALL, rt_pd + 3 * 8
	movl	$(0xd0000000 + PTE_ALL), rt_pt
	movl	$(0x300000 + PTE_ALL), rt_pt + 8
	movl	$0, rt_pt + 16
	movq	%cr3, %rax
	movq	%rax, %cr3
	movl	$0x600ffe, %edi
	insl
	IS(cmpw $0x4433, MMIO_SCRATCH + 0xffe)
	IS(cmpw $0x6655, 0x300000)
	movw	$0x2211, 0x300000
	movl	$0x600ffe, %esi
	outsl
	inl	%dx, %eax
	IS(cmpl $0x22114433, %eax)
	movl	$0x600ffc, %edi
	movl	$5, %ecx
	rep insw
	IS(cmpq $0x601006, %rdi)
	IS(cmpl $0x44334433, MMIO_SCRATCH + 0xffc)
	IS(cmpl $0x44334433, 0x300000)
	IS(cmpw $0x4433, 0x300004)

	/* Page faults: what was moved before is moved, and nothing of what comes after. */
	movw	$MASK, %dx
	movl	$0x601ffe, %esi
	movw	$0x0706, (%rsi)
	movl	$5, %ecx
	FAULTS(VEC_PF, rep outsb)
	IS(cmpq $0x602000, rt_exc_cr2)
	IS(cmpq $0x602000, %rsi)
	IS(cmpq $3, %rcx)
	IS(cmpl $0, rt_exc_error)
	inb	$MASK, %al
	IS(cmpb $7, %al)
	movl	$0, rt_pt + 8
	movq	%cr3, %rax
	movq	%rax, %cr3
	movl	$0x600ffe, %edi
	movl	$5, %ecx
	FAULTS(VEC_PF, rep insb)
	IS(cmpq $0x601000, rt_exc_cr2)
	IS(cmpq $0x601000, %rdi)
	IS(cmpq $3, %rcx)
	IS(cmpl $2, rt_exc_error)
	IS(cmpw $0x0707, MMIO_SCRATCH + 0xffe)
	/* An item that ends in the page that is not there stays in the port. */
	movw	$PORT_SCRATCH, %dx
	movl	$0x600ffe, %edi
	FAULTS(VEC_PF, insl)
	IS(cmpq $0x600ffe, %rdi)
	IS(cmpw $0x0707, MMIO_SCRATCH + 0xffe)
	PASS
