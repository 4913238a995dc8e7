/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IA32_SPEC_CTRL for enter.S: the register, and the kernel's value for it. In a module that can
 * pretend to have one (vmx_pretend.c), variables in their place.
 */
#ifndef VMH_SPEC_MSR_H
#define VMH_SPEC_MSR_H

#include <linux/stringify.h>
#include <asm/alternative.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>
#include <asm/percpu.h>

#ifdef __ASSEMBLER__
#ifndef CONFIG_FAULT_INJECTION_DEBUG_FS

/* Jumps where the host has no such register. */
.macro SPEC_JUMP_WITHOUT label:req
	ALTERNATIVE __stringify(jmp \label), "", X86_FEATURE_MSR_SPEC_CTRL
.endm

/* To EAX. */
.macro SPEC_HOST_VALUE
	mov	PER_CPU_VAR(x86_spec_ctrl_current), %eax
.endm

/* To EAX; spoils ECX and EDX. The vCPU is in RDI. */
.macro SPEC_READ
	mov	$MSR_IA32_SPEC_CTRL, %ecx
	rdmsr
.endm

/* From EAX; spoils ECX and EDX. What the processor does not take is not written. */
.macro SPEC_WRITE
	mov	$MSR_IA32_SPEC_CTRL, %ecx
	xor	%edx, %edx
.Lspec_wrmsr\@:
	wrmsr
.Lspec_written\@:
	_ASM_EXTABLE(.Lspec_wrmsr\@, .Lspec_written\@)
.endm

/*
 * ZF set: the guest had the host's value, EAX, and it need not be written. But plain IBRS, unlike
 * the enhanced one, holds only for what was predicted before it was written: it is done anew.
 */
.macro SPEC_NEEDS_WRITE
	ALTERNATIVE __stringify(cmp VMX_SPEC_CTRL(%rdi), %eax), "test %rsp, %rsp", \
		    X86_FEATURE_KERNEL_IBRS
.endm

#else

.macro SPEC_JUMP_WITHOUT label:req
	cmpb	$0, vmx_pretended_kernel(%rip)
	je	\label
.endm

.macro SPEC_HOST_VALUE
	mov	PER_CPU_VAR(vmx_pretended_host), %rax
.endm

/* A write that would not have exited takes effect here: bit 63 says that there was one. */
.macro SPEC_READ
	mov	VMX_SPEC_WRITTEN_BY(%rdi), %rax
	btr	$63, %rax
	jnc	.Lspec_unwritten\@
	movq	$0, VMX_SPEC_WRITTEN_BY(%rdi)
	mov	%rax, PER_CPU_VAR(vmx_pretended_msr)
.Lspec_unwritten\@:
	mov	PER_CPU_VAR(vmx_pretended_msr), %rax
.endm

.macro SPEC_WRITE
	mov	%eax, %eax
	mov	%rax, PER_CPU_VAR(vmx_pretended_msr)
	incq	PER_CPU_VAR(vmx_pretended_writes)
.endm

.macro SPEC_NEEDS_WRITE
	cmp	VMX_SPEC_CTRL(%rdi), %eax
	jne	.Lspec_compared\@
	cmpb	$1, vmx_pretended_kernel(%rip)
.Lspec_compared\@:
.endm

#endif
#endif /* __ASSEMBLER__ */

#endif /* VMH_SPEC_MSR_H */
