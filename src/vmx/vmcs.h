/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to the current VMCS (SDM, "VMREAD", "VMWRITE") and to VMCS regions.
 *
 * Every accessor works on the VMCS that is current on this processor, so the caller holds the vCPU
 * loaded: between vmx_vcpu_load() and vmx_vcpu_put(), with preemption off or the preempt notifier
 * registered.
 *
 * A thread that a reboot did not wait for may get here when its processor has left VMX operation:
 * see vmh_vms_shutdown(). The instructions fault there, which ends as if they had done nothing: a
 * VMREAD gives 0. Whatever their flags say then is nobody's business any more.
 */
#ifndef VMH_VMCS_H
#define VMH_VMCS_H

#include <asm/asm.h>
#include <asm/vmx.h>
#include <linux/types.h>

/**
 * struct vmcs_region - a VMCS region as the processor sees it
 * @revision: VMCS revision identifier.
 * @abort: VMX-abort indicator, written by the processor.
 * @data: the processor's own.
 */
struct vmcs_region {
	u32 revision;
	u32 abort;
	u8 data[4088];
};

void vmcs_write_failed(unsigned long field, u64 value);
void vmcs_read_failed(unsigned long field);

static __always_inline u64 vmcs_read(unsigned long field)
{
	u64 value;
	bool ok;

	asm volatile("1:\tvmread %[field], %[value]\n2:\n"
		     _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_ZERO_REG, %[value])
		     : [value] "=r" (value), "=@cca" (ok)
		     : [field] "r" (field));
	if (unlikely(!ok)) {
		vmcs_read_failed(field);
		return 0;
	}
	return value;
}

/* Reads a field that this processor may not have. Says whether it does. */
static __always_inline bool vmcs_try_read(unsigned long field, u64 *value)
{
	bool ok;

	asm volatile("1:\tvmread %[field], %[value]\n2:\n"
		     _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_ZERO_REG, %[value])
		     : [value] "=r" (*value), "=@cca" (ok)
		     : [field] "r" (field));
	return ok;
}

static __always_inline u32 vmcs_read32(unsigned long field)
{
	return vmcs_read(field);
}

static __always_inline void vmcs_write(unsigned long field, u64 value)
{
	bool ok;

	asm volatile("1:\tvmwrite %[value], %[field]\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "=@cca" (ok)
		     : [field] "r" (field), [value] "rm" (value));
	if (unlikely(!ok))
		vmcs_write_failed(field, value);
}

static __always_inline void vmcs_set_bits(unsigned long field, u64 bits)
{
	vmcs_write(field, vmcs_read(field) | bits);
}

static __always_inline void vmcs_clear_bits(unsigned long field, u64 bits)
{
	vmcs_write(field, vmcs_read(field) & ~bits);
}

/* VMCLEAR: write a VMCS back to memory and make it inactive on this processor. */
static inline bool vmcs_clear(u64 region_hpa)
{
	bool ok;

	asm volatile("1:\tvmclear %[hpa]\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "=@cca" (ok) : [hpa] "m" (region_hpa) : "memory");
	return ok;
}

/* VMPTRLD: make a VMCS current and active on this processor. */
static inline bool vmcs_make_current(u64 region_hpa)
{
	bool ok;

	asm volatile("1:\tvmptrld %[hpa]\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "=@cca" (ok) : [hpa] "m" (region_hpa) : "memory");
	return ok;
}

#endif /* VMH_VMCS_H */
