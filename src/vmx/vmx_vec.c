// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's vector registers, for instructions that vmh executes in its place. Between
 * vmx_fpu_load() and vmx_fpu_put() they are on the processor, or, if this thread has lost it
 * meanwhile, will be when asked for.
 */
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>

#include "vmx.h"

#define XMM_BYTES	16
#define YMM_BYTES	32

/* An unmasked exception is pending. */
#define FSW_SUMMARY	0x80

/* SDM, "MXCSR Control and Status Register"; all processors with VT-x have DAZ. */
#define MXCSR_BITS	0xffffU

/* vec_regs.S */
asmlinkage void vmx_xmm_store(unsigned int reg, void *data);
asmlinkage void vmx_xmm_load(unsigned int reg, const void *data);
asmlinkage void vmx_ymm_store(unsigned int reg, void *data);
asmlinkage void vmx_ymm_load(unsigned int reg, const void *data);

static void vmx_fpregs_get(void)
{
	fpregs_lock();
	fpregs_assert_state_consistent();
	if (test_thread_flag(TIF_NEED_FPU_LOAD))
		switch_fpu_return();
}

/**
 * vmx_vec_get() - read a vector register
 * @reg: its number, 0 to 15.
 * @data: where to.
 * @len: how much of it, at most 32 bytes.
 *
 * Context: the vCPU's thread, between vmx_fpu_load() and vmx_fpu_put().
 *
 * Return: 0, or -EOPNOTSUPP if the host's registers are not that long.
 */
int vmx_vec_get(unsigned int reg, u8 *data, unsigned int len)
{
	u8 value[YMM_BYTES];

	if (len > YMM_BYTES || (len > XMM_BYTES && !boot_cpu_has(X86_FEATURE_AVX)))
		return -EOPNOTSUPP;
	vmx_fpregs_get();
	if (len > XMM_BYTES)
		vmx_ymm_store(reg, value);
	else
		vmx_xmm_store(reg, value);
	fpregs_unlock();
	memcpy(data, value, len);
	return 0;
}

/**
 * vmx_vec_set() - write a vector register
 * @reg: its number, 0 to 15.
 * @data: 32 bytes.
 * @vex: they become the whole register; otherwise the lower half becomes its low 16 bytes.
 *
 * Context: as vmx_vec_get().
 *
 * Return: 0, or -EOPNOTSUPP if the host's registers are not that long.
 */
int vmx_vec_set(unsigned int reg, const u8 *data, bool vex)
{
	if (vex && !boot_cpu_has(X86_FEATURE_AVX))
		return -EOPNOTSUPP;
	vmx_fpregs_get();
	if (vex)
		vmx_ymm_load(reg, data);
	else
		vmx_xmm_load(reg, data);
	fpregs_unlock();
	return 0;
}

/**
 * vmx_get_fcw() - read the control word of x87
 *
 * Context: as vmx_vec_get().
 *
 * Return: the word.
 */
u16 vmx_get_fcw(void)
{
	u16 fcw;

	vmx_fpregs_get();
	asm volatile("fnstcw %0" : "=m" (fcw));
	fpregs_unlock();
	return fcw;
}

/**
 * vmx_get_fsw() - read the status word of x87
 *
 * Context: as vmx_vec_get().
 *
 * Return: the word.
 */
u16 vmx_get_fsw(void)
{
	u16 fsw;

	vmx_fpregs_get();
	asm volatile("fnstsw %0" : "=m" (fsw));
	fpregs_unlock();
	return fsw;
}

/**
 * vmx_set_fcw() - load the control word of x87
 * @fcw: the word.
 *
 * FLDCW waits: an exception of the guest's that is pending would fault here, so the guest gets it
 * first. One that is unmasked so is the matter of the guest's next instruction that waits.
 *
 * Context: as vmx_vec_get().
 *
 * Return: 0, or -EAGAIN if the guest has to execute the instruction again.
 */
int vmx_set_fcw(u16 fcw)
{
	u16 fsw;

	vmx_fpregs_get();
	asm volatile("fnstsw %0" : "=m" (fsw));
	if (!(fsw & FSW_SUMMARY))
		asm volatile("fldcw %0" : : "m" (fcw));
	fpregs_unlock();
	return fsw & FSW_SUMMARY ? -EAGAIN : 0;
}

/**
 * vmx_get_mxcsr() - read MXCSR
 *
 * Context: as vmx_vec_get().
 *
 * Return: its value.
 */
u32 vmx_get_mxcsr(void)
{
	u32 mxcsr;

	vmx_fpregs_get();
	asm volatile("stmxcsr %0" : "=m" (mxcsr));
	fpregs_unlock();
	return mxcsr;
}

/**
 * vmx_set_mxcsr() - load MXCSR
 * @mxcsr: its value.
 *
 * Context: as vmx_vec_get().
 *
 * Return: 0, or -EINVAL for a bit that no processor of SSE2 has, which is #GP.
 */
int vmx_set_mxcsr(u32 mxcsr)
{
	if (mxcsr & ~MXCSR_BITS)
		return -EINVAL;
	vmx_fpregs_get();
	asm volatile("ldmxcsr %0" : : "m" (mxcsr));
	fpregs_unlock();
	return 0;
}
