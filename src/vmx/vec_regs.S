/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Single vector registers, by number, which no instruction takes at run time. The guest's FPU state
 * must be on the processor.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>

	.text

/* NAME(unsigned int reg, void *data): run INSN for register @reg of 16; other numbers do nothing. */
.macro each_reg name, insn, prefix, load
SYM_FUNC_START(\name)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	cmp	$\n, %edi
	jne	.L\name\n
	.if	\load
	\insn	(%rsi), %\prefix\n
	.else
	\insn	%\prefix\n, (%rsi)
	.endif
	RET
.L\name\n:
	.endr
	RET
SYM_FUNC_END(\name)
.endm

each_reg vmx_xmm_store, movdqu, xmm, 0
each_reg vmx_xmm_load, movdqu, xmm, 1
each_reg vmx_ymm_store, vmovdqu, ymm, 0
each_reg vmx_ymm_load, vmovdqu, ymm, 1
