/* SPDX-License-Identifier: GPL-2.0 */
/* REFUSES MSR, HIGH, LOW: to write that value is #GP(0), and the old one stays. */
.macro REFUSES msr, high, low
	READ_MSR \msr
	movl	%eax, %esi
	movl	%edx, %edi
	movl	$(\low), %eax
	movl	$(\high), %edx
	FAULTS(VEC_GP, wrmsr)
	IS(cmpl $0, rt_exc_error)
	rdmsr
	IS(cmpl %esi, %eax)
	IS(cmpl %edi, %edx)
.endm
