// SPDX-License-Identifier: GPL-2.0
/*
 * The processors of vmx_pretend.h. Parameter pretend_spec_ctrl: IA32_SPEC_CTRL and its kin are
 * there; a variable stands for the register, for which enter.S takes it by spec_msr.h. 1: the
 * kernel leaves it 0. 2: the kernel uses plain IBRS, which has to be written after each exit.
 * Parameter pretend_hide: bits that VMX control words cannot have, by enum vmx_ctl_word.
 */
#include <linux/bug.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <asm/msr-index.h>

#include "vmx.h"
#include "vmx_pretend.h"

static unsigned int pretend_spec_ctrl;
module_param(pretend_spec_ctrl, uint, 0444);
MODULE_PARM_DESC(pretend_spec_ctrl, "Pretend IA32_SPEC_CTRL: 1 unused by the kernel, 2 with plain IBRS");

static unsigned int pretend_hide[VMX_CTL_WORDS];
module_param_array(pretend_hide, uint, NULL, 0444);
MODULE_PARM_DESC(pretend_hide, "Bits that the VMX control words are pretended not to have");

/* For enter.S: which kernel is pretended; its value of the register, the register, writes to it. */
u8 vmx_pretended_kernel;
DEFINE_PER_CPU(u64, vmx_pretended_host);
DEFINE_PER_CPU(u64, vmx_pretended_msr);
DEFINE_PER_CPU(u64, vmx_pretended_writes);

/* Commands that a guest gave. */
static atomic_t vmx_pretended_ibpb, vmx_pretended_flushes;

/* "WRITES OF SPEC_CTRL, IBPB, FLUSHES", of all processors since the module was loaded. */
static int vmx_pretended_get(char *text, const struct kernel_param *unused)
{
	u64 writes = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		writes += per_cpu(vmx_pretended_writes, cpu);
	return sysfs_emit(text, "%llu %d %d\n", writes, atomic_read(&vmx_pretended_ibpb),
			  atomic_read(&vmx_pretended_flushes));
}

static const struct kernel_param_ops vmx_pretended_ops = {
	.get = vmx_pretended_get,
};
module_param_cb(pretend_writes, &vmx_pretended_ops, NULL, 0444);
MODULE_PARM_DESC(pretend_writes, "How often pretended MSRs were written");

/**
 * vmx_pretends_spec() - are the MSRs of speculation control pretended ones?
 */
bool vmx_pretends_spec(void)
{
	return vmx_pretended_kernel;
}

/**
 * vmx_pretend_caps() - hide what the processor has
 * @caps: what it says.
 */
void vmx_pretend_caps(struct vmx_caps *caps)
{
	unsigned int word;

	for (word = 0; word < VMX_CTL_WORDS; word++)
		caps->ctls[word] &= ~((u64)pretend_hide[word] << 32);
}

/**
 * vmx_pretend_spec() - the means against speculation that the parameter asks for
 * @host: what there is.
 */
void vmx_pretend_spec(struct spec_host *host)
{
	int cpu;

	if (!pretend_spec_ctrl || (host->features & SPEC_HOST_MSR))
		return;
	vmx_pretended_kernel = min(pretend_spec_ctrl, 2U);
	host->features |= SPEC_HOST_MSR | SPEC_HOST_IBRS | SPEC_HOST_IBPB | SPEC_HOST_STIBP |
			  SPEC_HOST_SSBD | SPEC_HOST_L1D_FLUSH;
	for_each_possible_cpu(cpu) {
		per_cpu(vmx_pretended_host, cpu) = pretend_spec_ctrl > 1 ? SPEC_CTRL_BIT_IBRS : 0;
		per_cpu(vmx_pretended_msr, cpu) = per_cpu(vmx_pretended_host, cpu);
	}
}

/**
 * vmx_pretend_direct_write() - a guest writes SPEC_CTRL, which would not have exited
 * @v: the vCPU, in the exit.
 * @value: what it writes.
 *
 * It is as if it had been written during the next stay: enter.S finds it after the next exit.
 *
 * Return: whether that is so; otherwise the caller has to store it.
 */
bool vmx_pretend_direct_write(struct vmx_vcpu *v, u64 value)
{
	if (!vmx_pretends_spec() || !v->spec_direct)
		return false;
	v->spec_written = value | VMX_SPEC_WRITTEN;
	return true;
}

/**
 * vmx_pretend_command() - a guest writes an MSR that commands something
 * @index: which.
 *
 * Return: whether it is a pretended one, and the command counted.
 */
bool vmx_pretend_command(u32 index)
{
	if (!vmx_pretends_spec())
		return false;
	atomic_inc(index == MSR_IA32_PRED_CMD ? &vmx_pretended_ibpb : &vmx_pretended_flushes);
	return true;
}

/**
 * vmx_pretend_check() - has an exit given the host its SPEC_CTRL back?
 *
 * Context: interrupts off, after an exit.
 */
void vmx_pretend_check(void)
{
	WARN_ONCE(vmx_pretends_spec() &&
		  this_cpu_read(vmx_pretended_msr) != this_cpu_read(vmx_pretended_host),
		  "vmh: the host runs with a guest's SPEC_CTRL\n");
}
