/* SPDX-License-Identifier: GPL-2.0 */
/* String instructions on device memory, and accesses across its edges. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx

	/* Fill, copy out, copy in, both ways. */
	movq	%rbx, %rdi
	movl	$0x5a5a5a5a, %eax
	movl	$8, %ecx
	rep stosl
	leaq	32(%rbx), %rcx
	IS(cmpq %rcx, %rdi)
	movl	$0x11223344, 4(%rbx)
	movq	%rbx, %rsi
	movl	$0x300000, %edi
	movl	$4, %ecx
	rep movsl
	IS(cmpl $0x5a5a5a5a, 0x300000)
	IS(cmpl $0x11223344, 0x300004)
	IS(cmpl $0x5a5a5a5a, 0x30000c)
	IS(cmpl $0, 0x300010)
	movl	$0xabcdef01, 0x300000
	movl	$0x300003, %esi
	leaq	67(%rbx), %rdi
	movl	$4, %ecx
	std
	rep movsb
	cld
	IS(cmpl $0xabcdef01, 64(%rbx))
	leaq	63(%rbx), %rcx
	IS(cmpq %rcx, %rdi)
	IS(cmpq $0x2fffff, %rsi)
	/* From device to device. */
	leaq	64(%rbx), %rsi
	leaq	128(%rbx), %rdi
	movsl
	IS(cmpl $0xabcdef01, 128(%rbx))
	lodsl	(%rsi), %eax

	/* A quad word, and widths that do not match the alignment. */
	movabsq	$0x1122334455667788, %rax
	movq	%rax, 201(%rbx)
	movq	201(%rbx), %rdx
	IS(cmpq %rax, %rdx)
	IS(cmpb $0x66, 203(%rbx))

	/* From memory into device memory: a slot ends where the device begins (RAM up to 16 MiB). */
	movl	$0x00ffffff, %ebp
	movb	$0x77, (%rbp)
	movw	$-1, %ax
	movw	(%rbp), %ax
	IS(cmpw $0xff77, %ax)
	movw	$0x1234, (%rbp)
	IS(cmpb $0x34, (%rbp))

	/* Two pages of device memory in one access. */
	movl	$HIGH(0xd8000ffe), %ebp
	movl	(%rbp), %eax
	IS(cmpl $0xffffffff, %eax)
	movl	%eax, (%rbp)

	/* A page fault in the second page of a write: the first one is not written. */
	movl	$rt_pt + PTE_ALL, rt_pd + 3 * 8
	movl	$(0xd0000000 + PTE_ALL), rt_pt
	movl	$0, rt_pt + 8
	movq	%cr3, %rax
	movq	%rax, %cr3
	movl	$0x77, 0xffc(%rbx)
	movl	$-1, %eax
	FAULTS(VEC_PF, movl %eax, 0x600ffe)
	IS(cmpq $0x601000, rt_exc_cr2)
	IS(cmpl $0x77, 0xffc(%rbx))
	FAULTS(VEC_PF, movl 0x600ffe, %eax)
	IS(cmpq $0x601000, rt_exc_cr2)
	PASS
