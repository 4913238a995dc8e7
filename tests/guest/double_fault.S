/* SPDX-License-Identifier: GPL-2.0 */
/* Faults while delivering faults: #DF where the SDM's table says so, else one after the other. */
#include "guest.h"

	BEGIN64
	call	rt_load_tss
	/* #DF on a stack of its own. */
	movq	$0x300f00, rt_tss + 36
	movb	$1, rt_idt64 + 16 * VEC_DF + 4

	/* A gate that is not present: #NP, contributory, during #DE, contributory. */
	andw	$0x7fff, rt_idt64 + 16 * VEC_DE + 4
	movq	%rsp, %rbp
	movl	$1f, rt_exc_resume
	xorl	%ecx, %ecx
	divl	%ecx
	FAIL
1:	IS(cmpl $VEC_DF, rt_exc_vector)
	IS(cmpq $0, rt_exc_error)
	IS(cmpq %rbp, rt_exc_rsp)

	/* #PF during #PF: its own gate is not present. */
	andw	$0x7fff, rt_idt64 + 16 * VEC_PF + 4
	movabsq	$0x700000000000, %rbx
	movl	$2f, rt_exc_resume
	movb	(%rbx), %al
	FAIL
2:	IS(cmpl $VEC_DF, rt_exc_vector)
	orw	$0x8000, rt_idt64 + 16 * VEC_PF + 4
	movq	%cr2, %rax
	IS(cmpq %rbx, %rax)

	/* A stack that is not there: #PF during #PF again. */
	movabsq	$0x700000001000, %rsp
	movl	$3f, rt_exc_resume
	movb	(%rbx), %al
	FAIL
3:	IS(cmpl $VEC_DF, rt_exc_vector)
	movq	%rbp, %rsp

	/* #UD is benign: a #PF during its delivery is delivered itself (on a stack that is there). */
	movb	$2, rt_idt64 + 16 * VEC_PF + 4
	movq	$0x302f00, rt_tss + 44
	movabsq	$0x700000001000, %rsp
	movl	$4f, rt_exc_resume
	ud2
	FAIL
4:	IS(cmpl $VEC_PF, rt_exc_vector)
	IS(cmpq $2, rt_exc_error)
	movq	%rbp, %rsp
	/* And so is a software interrupt. */
	movabsq	$0x700000001000, %rsp
	movl	$5f, rt_exc_resume
	int	$0x60
	FAIL
5:	IS(cmpl $VEC_PF, rt_exc_vector)
	movq	%rbp, %rsp
	IS(cmpl $0, rt_irq_counts + 4 * 0x60)
	/* #NP during #UD: delivered as #NP, with the EXT bit for an event from within. */
	andw	$0x7fff, rt_idt64 + 16 * VEC_UD + 4
	FAULTS(VEC_NP, ud2)
	IS(cmpq $(VEC_UD * 8 + 3), rt_exc_error)
	PASS
