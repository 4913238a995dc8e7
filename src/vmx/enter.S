/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VM entry and VM exit (SDM, "VM Entries" and "VM Exits").
 *
 * The processor switches RIP, RSP, RFLAGS, segments and control registers by itself; the other
 * general registers are switched here.
 */
#include <linux/linkage.h>
#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

#include "asm_offsets.h"
#include "spec_msr.h"
#include "vmh_compat.h"

#define VMCS_HOST_RSP	0x6c14

	.section .rodata
	.balign 2
SYM_DATA_LOCAL(vmx_verw_selector, .word __KERNEL_DS)

	.text

/*
 * int vmx_enter(struct vmx_vcpu *v)
 *
 * Interrupts off, the vCPU's VMCS current. Returns 0 after an exit, 1 when VMLAUNCH or VMRESUME
 * itself failed (VM-instruction error in the VMCS) or faulted.
 */
SYM_FUNC_START(vmx_enter)
	push	%rbp
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbx
	push	%rdi			/* the vCPU, for the exit path */

	/* A VMWRITE only when this stack is not the one of the entry before. */
	cmp	%rsp, VMX_HOST_RSP(%rdi)
	je	.Lrsp_known
	mov	%rsp, VMX_HOST_RSP(%rdi)
	mov	$VMCS_HOST_RSP, %eax
	vmwrite	%rsp, %rax
.Lrsp_known:
	/*
	 * The guest's SPEC_CTRL. From here to the entry there is no return and no indirect branch,
	 * which would be predicted as the guest wants; entries wait for the write.
	 */
	SPEC_JUMP_WITHOUT .Lspec_entered
	SPEC_HOST_VALUE
	cmp	VMX_SPEC_CTRL(%rdi), %eax
	je	.Lspec_entered
	mov	VMX_SPEC_CTRL(%rdi), %eax
	SPEC_WRITE
.Lspec_entered:
	cmpb	$0, VMX_LAUNCHED(%rdi)

	/* MOV leaves the flags of CMP alone. */
	mov	VMX_GPR_RAX(%rdi), %rax
	mov	VMX_GPR_RCX(%rdi), %rcx
	mov	VMX_GPR_RDX(%rdi), %rdx
	mov	VMX_GPR_RBX(%rdi), %rbx
	mov	VMX_GPR_RBP(%rdi), %rbp
	mov	VMX_GPR_RSI(%rdi), %rsi
	mov	VMX_GPR_R8(%rdi), %r8
	mov	VMX_GPR_R9(%rdi), %r9
	mov	VMX_GPR_R10(%rdi), %r10
	mov	VMX_GPR_R11(%rdi), %r11
	mov	VMX_GPR_R12(%rdi), %r12
	mov	VMX_GPR_R13(%rdi), %r13
	mov	VMX_GPR_R14(%rdi), %r14
	mov	VMX_GPR_R15(%rdi), %r15
	mov	VMX_GPR_RDI(%rdi), %rdi
	je	.Llaunch

	VMH_CLEAR_CPU_BUFFERS
	UNWIND_HINT_SAVE
.Lresume:
	vmresume
	jmp	.Lfailed

.Llaunch:
	VMH_CLEAR_CPU_BUFFERS
.Llaunch_insn:
	vmlaunch
	jmp	.Lfailed

	_ASM_EXTABLE(.Lresume, .Lfailed)
	_ASM_EXTABLE(.Llaunch_insn, .Lfailed)

/* HOST_RIP: the processor comes here with HOST_RSP and the guest's general registers. */
SYM_INNER_LABEL(vmx_exit_point, SYM_L_GLOBAL)
	UNWIND_HINT_RESTORE
	ENDBR
	push	%rdi
	mov	8(%rsp), %rdi
	mov	%rax, VMX_GPR_RAX(%rdi)
	mov	%rcx, VMX_GPR_RCX(%rdi)
	mov	%rdx, VMX_GPR_RDX(%rdi)
	mov	%rbx, VMX_GPR_RBX(%rdi)
	mov	%rbp, VMX_GPR_RBP(%rdi)
	mov	%rsi, VMX_GPR_RSI(%rdi)
	mov	%r8, VMX_GPR_R8(%rdi)
	mov	%r9, VMX_GPR_R9(%rdi)
	mov	%r10, VMX_GPR_R10(%rdi)
	mov	%r11, VMX_GPR_R11(%rdi)
	mov	%r12, VMX_GPR_R12(%rdi)
	mov	%r13, VMX_GPR_R13(%rdi)
	mov	%r14, VMX_GPR_R14(%rdi)
	mov	%r15, VMX_GPR_R15(%rdi)
	popq	VMX_GPR_RDI(%rdi)
	xor	%ebx, %ebx
	jmp	.Lout

.Lfailed:
	mov	$1, %ebx
.Lout:
	/* No value of the guest's stays in a register, where a mispredicted path could use it. */
	xor	%eax, %eax
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%esi, %esi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	xor	%ebp, %ebp
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d

	/* Returns below must not be predicted from what the guest put in the return stack. */
	FILL_RETURN_BUFFER %rcx, RSB_CLEAR_LOOPS, X86_FEATURE_RSB_VMEXIT, X86_FEATURE_RSB_VMEXIT_LITE

	/*
	 * The kernel's SPEC_CTRL, before the first return. One that the guest writes without an
	 * exit is read first. LFENCE: a path that wrongly leaves out the write ends there.
	 */
	SPEC_JUMP_WITHOUT .Lspec_left
	mov	(%rsp), %rdi
	cmpb	$0, VMX_SPEC_DIRECT(%rdi)
	je	.Lspec_known
	SPEC_READ
	mov	%eax, VMX_SPEC_CTRL(%rdi)
.Lspec_known:
	SPEC_HOST_VALUE
	SPEC_NEEDS_WRITE
	je	.Lspec_same
	SPEC_WRITE
.Lspec_same:
	lfence
.Lspec_left:
	/* Nor may indirect branches be predicted by what led the guest here. */
	CLEAR_BRANCH_HISTORY_VMEXIT

	mov	%ebx, %eax
	pop	%rdi
	pop	%rbx
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rbp
	RET
SYM_FUNC_END(vmx_enter)
