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
