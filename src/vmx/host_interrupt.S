/* SPDX-License-Identifier: GPL-2.0 */
/* An interrupt of the host's that an exit has acknowledged: nothing delivers it any more. */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>

	.text

/*
 * void vmx_call_interrupt_gate(unsigned long entry)
 *
 * Call what an interrupt gate leads to, as the processor does: on an aligned stack, with a frame
 * that its IRET takes down. Interrupts are off, and are off afterwards.
 */
SYM_FUNC_START(vmx_call_interrupt_gate)
	push	%rbp
	mov	%rsp, %rbp
	and	$-16, %rsp
	push	$__KERNEL_DS
	push	%rbp
	pushf
	push	$__KERNEL_CS
	CALL_NOSPEC rdi
	/* The IRET has put RSP where it was: this tells the unwinder so. */
	mov	%rbp, %rsp
	pop	%rbp
	RET
SYM_FUNC_END(vmx_call_interrupt_gate)
