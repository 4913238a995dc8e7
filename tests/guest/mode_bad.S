/* SPDX-License-Identifier: GPL-2.0 */
/* Steps between modes that fault instead. */
#include "guest.h"

	BEGIN32
	/* Paging without protection, and NW without CD. */
	movl	%cr0, %ebx
	movl	%ebx, %eax
	orl	$CR0_PG, %eax
	andl	$~CR0_PE, %eax
	FAULTS(VEC_GP, movl %eax, %cr0)
	movl	%ebx, %eax
	orl	$CR0_NW, %eax
	FAULTS(VEC_GP, movl %eax, %cr0)
	movl	%cr0, %eax
	IS(cmpl %ebx, %eax)

	/* Long mode wants PAE. */
	READ_MSR MSR_EFER
	orl	$EFER_LME, %eax
	wrmsr
	movl	%ebx, %eax
	orl	$CR0_PG, %eax
	FAULTS(VEC_GP, movl %eax, %cr0)
	movl	%cr0, %eax
	IS(cmpl %ebx, %eax)
	READ_MSR MSR_EFER
	IS(testl $EFER_LMA, %eax)
	andl	$~EFER_LME, %eax
	wrmsr

	/* On to long mode: there PAE, LME and PG are tied together. */
	movl	$.Llong, %ebx
	jmp	rt_begin64
	CODE64
.Llong:
	movq	%cr4, %rax
	andl	$~CR4_PAE, %eax
	FAULTS(VEC_GP, movq %rax, %cr4)
	READ_MSR MSR_EFER
	andl	$~EFER_LME, %eax
	FAULTS(VEC_GP, wrmsr)
	movq	%cr0, %rax
	andl	$0x7fffffff, %eax
	FAULTS(VEC_GP, movq %rax, %cr0)
	movq	%cr0, %rax
	btsq	$32, %rax
	FAULTS(VEC_GP, movq %rax, %cr0)
	movq	%cr4, %rax
	btsq	$32, %rax
	FAULTS(VEC_GP, movq %rax, %cr4)
	/* Reserved bits of CR3. */
	movq	%cr3, %rax
	btsq	$60, %rax
	FAULTS(VEC_GP, movq %rax, %cr3)
	/* LA57 is not offered. */
	movq	%cr4, %rax
	btsq	$12, %rax
	FAULTS(VEC_GP, movq %rax, %cr4)
	PASS
