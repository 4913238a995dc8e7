// SPDX-License-Identifier: GPL-2.0
/*
 * VMX operation of the physical processors: on, off, and around the host's sleep. SDM, "Enabling and
 * Entering VMX Operation".
 *
 * VMX operation starts on all processors with the first VM and ends with the last, so that an idle
 * KVM and vmh share a machine. CPU hotplug does the walk over the processors, and catches those
 * that come and go meanwhile.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/gfp.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <asm/debugreg.h>
#include <asm/perf_event.h>
#include <asm/tlbflush.h>
#include <asm/tsc.h>

#include "fail_point.h"
#include "vmh_compat.h"
#include "vmx.h"

DEFINE_PER_CPU(struct vmx_cpu_msrs, vmx_cpu_msrs);
static DEFINE_PER_CPU(struct vmcs_region *, vmxon_region);

/* Serialises turning VMX on and off; covers the two below. */
static DEFINE_MUTEX(vmx_hw_lock);
static unsigned int vmx_hw_users;
static int vmx_hotplug_state;

/* While the host sleeps: the processor that goes off last, and what it needs. */
static int vmx_sleep_cpu;
static struct vmcs_region *vmx_sleep_region;

/* Why the last attempt to turn VMX on failed on some processor. */
static enum vmh_unusable vmx_online_failure;

static bool vmxon(u64 region_hpa)
{
	asm goto("1: vmxon %[hpa]\n\t"
		 "jna %l[failed]\n\t"
		 _ASM_EXTABLE(1b, %l[failed])
		 : : [hpa] "m" (region_hpa) : "cc", "memory" : failed);
	return true;
failed:
	return false;
}

static void vmx_save_cpu_msrs(void)
{
	struct vmx_cpu_msrs *msrs = this_cpu_ptr(&vmx_cpu_msrs);

	rdmsrl(MSR_STAR, msrs->star);
	rdmsrl(MSR_LSTAR, msrs->lstar);
	rdmsrl(MSR_CSTAR, msrs->cstar);
	rdmsrl(MSR_SYSCALL_MASK, msrs->fmask);
	if (vmx_conf.rdtscp)
		rdmsrl(MSR_TSC_AUX, msrs->tsc_aux);
	if (vmx_conf.tsx_off)
		rdmsrl(MSR_IA32_TSX_CTRL, msrs->tsx_ctrl);
	msrs->debugctl = get_debugctlmsr() & ~DEBUGCTLMSR_BTF;
}

static struct vmcs_region *vmx_alloc_region(int cpu)
{
	struct vmcs_region *region;
	struct page *page;

	page = vmh_fail_null(hw_region, alloc_pages_node(cpu_to_node(cpu),
							 GFP_KERNEL | __GFP_ZERO, 0));
	if (!page)
		return NULL;
	region = page_address(page);
	region->revision = vmx_conf.caps.basic & GENMASK(30, 0);
	return region;
}

/* On the processor: enter VMX operation. */
static bool vmx_cpu_enter(struct vmcs_region *region)
{
	intel_pt_handle_vmx(1);
	cr4_set_bits(X86_CR4_VMXE);
	if (!vmxon(__pa(region))) {
		cr4_clear_bits(X86_CR4_VMXE);
		intel_pt_handle_vmx(0);
		return false;
	}
	/* Translations of an earlier user of VMX on this processor may still be cached. */
	vmx_flush_all_ept();
	return true;
}

/* On the processor: leave VMX operation. */
static void vmx_cpu_leave(void)
{
	vmx_deactivate_all();
	asm volatile("vmxoff" : : : "cc", "memory");
	cr4_clear_bits(X86_CR4_VMXE);
	intel_pt_handle_vmx(0);
}

/* CPU hotplug, on the processor. */
static int vmx_cpu_online(unsigned int cpu)
{
	enum vmh_unusable why = vmx_cpu_unusable();
	struct vmcs_region *region;

	if (why != VMH_USABLE) {
		vmx_online_failure = why;
		return -EBUSY;
	}
	region = vmx_alloc_region(cpu);
	if (!region)
		return -ENOMEM;
	vmx_save_cpu_msrs();
	vmx_active_init();
	if (!vmh_fail_false(hw_vmxon, vmx_cpu_enter(region))) {
		free_page((unsigned long)region);
		vmx_online_failure = VMH_UNUSABLE_IN_USE;
		return -EBUSY;
	}
	this_cpu_write(vmxon_region, region);
	return 0;
}

/* CPU hotplug, on the processor. */
static int vmx_cpu_offline(unsigned int cpu)
{
	struct vmcs_region *region = this_cpu_read(vmxon_region);

	if (!region)
		return 0;
	vmx_cpu_leave();
	this_cpu_write(vmxon_region, NULL);
	free_page((unsigned long)region);
	return 0;
}

static void vmx_shutdown_here(void *unused)
{
	if (this_cpu_read(vmxon_region))
		vmx_cpu_leave();
}

/* In the interrupt itself no page can be freed where PREEMPT_RT is on: the allocator sleeps. */
static void vmx_shutdown_all(void)
{
	unsigned int cpu;

	cpus_read_lock();
	on_each_cpu(vmx_shutdown_here, NULL, true);
	for_each_online_cpu(cpu) {
		free_page((unsigned long)per_cpu(vmxon_region, cpu));
		per_cpu(vmxon_region, cpu) = NULL;
	}
	cpus_read_unlock();
}

/**
 * vmx_hw_shutdown() - leave VMX operation on all processors, for good
 *
 * Before a reboot: a processor in VMX operation holds back the INIT that resets it. No vCPU is
 * loaded any more, and none will be.
 *
 * Context: may sleep.
 */
void vmx_hw_shutdown(void)
{
	mutex_lock(&vmx_hw_lock);
	vmx_conf.unusable = VMH_UNUSABLE_SHUTDOWN;
	if (vmx_hw_users)
		vmx_shutdown_all();
	mutex_unlock(&vmx_hw_lock);
}

static void vmx_suspend_here(void *unused)
{
	vmx_sleep_region = this_cpu_read(vmxon_region);
	if (!vmx_sleep_region)
		return;
	vmx_cpu_leave();
	this_cpu_write(vmxon_region, NULL);
}

/**
 * vmx_hw_suspend() - leave VMX operation on the processor that CPU hotplug does not take off
 *
 * Context: may sleep; no vCPU is loaded, and none will be before vmx_hw_resume().
 */
void vmx_hw_suspend(void)
{
	mutex_lock(&vmx_hw_lock);
	vmx_sleep_cpu = cpumask_first(cpu_online_mask);
	smp_call_function_single(vmx_sleep_cpu, vmx_suspend_here, NULL, true);
	mutex_unlock(&vmx_hw_lock);
}

static void vmx_resume_here(void *unused)
{
	if (!vmx_sleep_region || !vmx_cpu_enter(vmx_sleep_region))
		return;
	this_cpu_write(vmxon_region, vmx_sleep_region);
	vmx_sleep_region = NULL;
}

/**
 * vmx_hw_resume() - undo vmx_hw_suspend()
 *
 * Context: may sleep.
 *
 * Return: whether VMs can go on. Not when VMX operation cannot be entered: then no VM will run any
 * more.
 */
bool vmx_hw_resume(void)
{
	bool ok = true;

	mutex_lock(&vmx_hw_lock);
	if (vmx_hw_users) {
		smp_call_function_single(vmx_sleep_cpu, vmx_resume_here, NULL, true);
		if (vmx_sleep_region)
			vmx_conf.unusable = VMH_UNUSABLE_SHUTDOWN;
		ok = !vmx_sleep_region;
	}
	free_page((unsigned long)vmx_sleep_region);
	vmx_sleep_region = NULL;
	mutex_unlock(&vmx_hw_lock);
	return ok;
}

/**
 * vmx_hw_get() - make sure that every processor is in VMX operation
 * @why: set when the answer is -EOPNOTSUPP.
 *
 * Context: may sleep; takes the CPU hotplug lock.
 *
 * Return: 0; -ENOMEM; -EOPNOTSUPP when VT-x cannot be used, @why says for what reason.
 */
int vmx_hw_get(enum vmh_unusable *why)
{
	int ret = 0;

	*why = vmx_conf.unusable;
	if (*why != VMH_USABLE)
		return -EOPNOTSUPP;
	mutex_lock(&vmx_hw_lock);
	if (!vmx_hw_users) {
		vmx_online_failure = VMH_USABLE;
		ret = vmh_fail_errno(hw_setup, cpuhp_setup_state(CPUHP_AP_ONLINE_DYN,
								 "virt/vmh:online", vmx_cpu_online,
								 vmx_cpu_offline));
		if (ret >= 0) {
			vmx_hotplug_state = ret;
			ret = 0;
		}
	}
	if (!ret)
		vmx_hw_users++;
	else if (vmx_online_failure != VMH_USABLE)
		ret = -EOPNOTSUPP;
	*why = vmx_online_failure;
	mutex_unlock(&vmx_hw_lock);
	return ret;
}

/**
 * vmx_hw_put() - one user of VMX operation less
 *
 * Context: may sleep; takes the CPU hotplug lock.
 */
void vmx_hw_put(void)
{
	mutex_lock(&vmx_hw_lock);
	if (!--vmx_hw_users)
		cpuhp_remove_state(vmx_hotplug_state);
	mutex_unlock(&vmx_hw_lock);
}

/**
 * vmx_hw_unusable() - can a VM be created now?
 *
 * Looks at the processor it runs on to see whether somebody else has VT-x; changes nothing.
 *
 * Context: may sleep.
 *
 * Return: the reason why not, or VMH_USABLE.
 */
enum vmh_unusable vmx_hw_unusable(void)
{
	enum vmh_unusable why = vmx_conf.unusable;

	if (why != VMH_USABLE)
		return why;
	mutex_lock(&vmx_hw_lock);
	if (!vmx_hw_users && (native_read_cr4() & X86_CR4_VMXE))
		why = VMH_UNUSABLE_IN_USE;
	mutex_unlock(&vmx_hw_lock);
	return why;
}
