/* SPDX-License-Identifier: GPL-2.0 */
/* MSRs that do not exist and values that are not allowed: #GP(0), and the old value stays. */
#include "guest.h"
#include "refuses.h"

	BEGIN64
	/* No such MSR; outside the ranges of the bitmap too. */
	.irp	msr, 0x4000, 0x12345, 0xc0001234, 0x3fffffff, 0xdeadbeef, 0xffffffff
	movl	$\msr, %ecx
	FAULTS(VEC_GP, rdmsr)
	IS(cmpl $0, rt_exc_error)
	xorl	%eax, %eax
	xorl	%edx, %edx
	FAULTS(VEC_GP, wrmsr)
	.endr

	/* Addresses that are not canonical. */
	.irp	msr, MSR_LSTAR, MSR_CSTAR, MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE
	REFUSES	\msr, 0x02000000, 0
	.endr
	/* The upper half of FMASK is reserved; so is that of TSC_AUX. */
	REFUSES	MSR_FMASK, 1, 0
	REFUSES	MSR_FMASK, 0x80000000, 0x47700
	REFUSES	MSR_TSC_AUX, 1, 0
	/* Memory types that do not exist. */
	REFUSES	MSR_PAT, 0x00070406, 0x00070402
	REFUSES	MSR_PAT, 0x08070406, 0x00070406
	/* Reserved bits of EFER, and LME under paging. */
	REFUSES	MSR_EFER, 0, (EFER_LME | EFER_LMA | (1 << 1))
	REFUSES	MSR_EFER, 1, (EFER_LME | EFER_LMA)
	REFUSES	MSR_EFER, 0, EFER_LMA

	/* RDMSR and WRMSR at CPL 3. */
	movl	$MSR_STAR, %ecx
	USER	user
	IS(cmpl $0x333, %ebx)
	PASS

user:
	FAULTS(VEC_GP, rdmsr)
	FAULTS(VEC_GP, wrmsr)
	movl	$0x333, %ebx
	END_USER
