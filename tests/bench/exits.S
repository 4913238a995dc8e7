/* SPDX-License-Identifier: GPL-2.0 */
/* Exits that need no interrupt controller. */
#include "bench.h"

	BEGIN64
	ALL_STATE
	MEASURE	empty
	nop
	DONE

	/* Handled in the kernel. */
	MEASURE	cpuid_exit
	xorl	%eax, %eax
	cpuid
	DONE

	MEASURE	rdmsr_exit
	movl	$MSR_TSC_ADJUST, %ecx
	rdmsr
	DONE

	MEASURE	wrmsr_exit
	movl	$MSR_TSC_ADJUST, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	DONE

	MEASURE	vmcall_exit
	movl	$0x7777, %eax
	vmcall
	DONE

	movq	%cr0, %rbx
	MEASURE	cr0_wp
	xorl	$CR0_WP, %ebx
	movq	%rbx, %cr0
	xorl	$CR0_WP, %ebx
	movq	%rbx, %cr0
	DONE

	/* The guest's own, but for the first. */
	MEASURE	mov_dr
	movq	%dr7, %rax
	DONE
	PASS
