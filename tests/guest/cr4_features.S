/* SPDX-License-Identifier: GPL-2.0 */
/* CR4 bits that CPUID decides: FSGSBASE, PCIDE, SMEP, SMAP, UMIP work or fault as it says. */
#include "guest.h"

/* ZF clear when leaf @leaf has @bit in @reg (EBX of 7, or ECX). */
.macro HAS leaf, reg, bit
	movl	$\leaf, %eax
	xorl	%ecx, %ecx
	cpuid
	testl	$(1 << \bit), \reg
.endm

/* Set @bit in CR4, or see it refused and go to @absent. */
.macro SET_CR4 bit, absent
	jnz	.Lhas\@
	movq	%cr4, %rax
	orl	$\bit, %eax
	FAULTS(VEC_GP, movq %rax, %cr4)
	jmp	\absent
.Lhas\@:
	movq	%cr4, %rax
	orl	$\bit, %eax
	movq	%rax, %cr4
	movq	%cr4, %rcx
	IS(cmpq %rax, %rcx)
.endm

.macro CLEAR_CR4 bit
	movq	%cr4, %rax
	andl	$~\bit, %eax
	movq	%rax, %cr4
.endm

	BEGIN64
	FAULTS(VEC_UD, rdfsbase %rax)
	HAS	7, %ebx, 0
	SET_CR4	CR4_FSGSBASE, 1f
	movabsq	$0x123456789000, %rax
	wrgsbase %rax
	outb	%al, $0x80
	READ_MSR MSR_GS_BASE
	IS(cmpl $0x1234, %edx)
	rdgsbase %rcx
	movabsq	$0x123456789000, %rax
	IS(cmpq %rax, %rcx)
	CLEAR_CR4 CR4_FSGSBASE

	/* All of the runtime's pages are user pages: take the right from the one with our code. */
1:	movl	$(PTE_P | PTE_W | PTE_PS), rt_pd
	movq	%cr3, %rax
	movq	%rax, %cr3
	HAS	7, %ebx, 7
	SET_CR4	CR4_SMEP, 2f
	movb	$0xc3, 0x200000
	movl	$0x200000, %ebx
	movq	%rsp, %rbp
	movl	$.Lsmep, rt_exc_resume
	call	*%rbx
	FAIL
.Lsmep:	movq	%rbp, %rsp
	IS(cmpl $VEC_PF, rt_exc_vector)
	IS(cmpl $0x11, rt_exc_error)
	IS(cmpq %rbx, rt_exc_cr2)
	CLEAR_CR4 CR4_SMEP
	call	*%rbx

2:	HAS	7, %ebx, 20
	SET_CR4	CR4_SMAP, 3f
	clac
	FAULTS(VEC_PF, movl 0x200000, %eax)
	IS(cmpl $1, rt_exc_error)
	FAULTS(VEC_PF, movl %eax, 0x200000)
	IS(cmpl $3, rt_exc_error)
	stac
	movl	0x200000, %eax
	clac
	CLEAR_CR4 CR4_SMAP
	movl	0x200000, %eax
	movl	$(PTE_ALL | PTE_PS), rt_pd
	movq	%cr3, %rax
	movq	%rax, %cr3

3:	HAS	1, %ecx, 17
	SET_CR4	CR4_PCIDE, 4f
	/* With PCIDs, CR3's low bits name an address space and bit 63 keeps its translations. */
	movq	%cr3, %rax
	orl	$5, %eax
	movq	%rax, %cr3
	movq	%cr3, %rcx
	IS(cmpq %rax, %rcx)
	btsq	$63, %rax
	movq	%rax, %cr3
	movq	%cr3, %rax
	IS(cmpq %rcx, %rax)
	andq	$~0xfff, %rax
	movq	%rax, %cr3
	CLEAR_CR4 CR4_PCIDE

4:	HAS	7, %ecx, 2
	SET_CR4	(1 << 11), 5f
	CLEAR_CR4 (1 << 11)
5:	PASS
