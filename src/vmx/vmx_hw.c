// SPDX-License-Identifier: GPL-2.0
/*
 * VMX operation of the physical processors: on, off, and around the host's sleep. SDM, "Enabling
 * and Entering VMX Operation".
 *
 * VMX operation starts on all processors with the first VM and ends with the last, so that an idle
 * KVM and vmh share a machine. CPU hotplug does the walk over the processors, and catches those
 * that come and go meanwhile.
 *
 * A processor that goes offline runs threads for a while, and vCPUs' among them: those which were
 * throttled come back there, and are pushed away one by one. So it leaves VMX operation late, when
 * interrupts are off on it for good and the scheduler has taken it away. Hence every processor that
 * runs threads is in VMX operation while there is a VM; before a reboot the VMs end first.
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

static DEFINE_PER_CPU(struct vmcs_region *, vmxon_region);

/* Serialises turning VMX on and off; covers the two below. */
static DEFINE_MUTEX(vmx_hw_lock);
static unsigned int vmx_hw_users;
static int vmx_hotplug_state;

/* While the host sleeps: the processor that goes off last; was it in VMX operation? */
static int vmx_sleep_cpu;
static bool vmx_sleep_left;

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

/* A processor that comes back has its region still. */
static bool vmx_has_region(int cpu)
{
	struct vmcs_region *region;
	struct page *page;

	if (this_cpu_read(vmxon_region))
		return true;
	page = vmh_fail_null(hw_region, alloc_pages_node(cpu_to_node(cpu),
							 GFP_KERNEL | __GFP_ZERO, 0));
	if (!page)
		return false;
	region = page_address(page);
	region->revision = vmx_conf.caps.basic & GENMASK(30, 0);
	this_cpu_write(vmxon_region, region);
	return true;
}

static void vmx_free_regions(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		free_page((unsigned long)per_cpu(vmxon_region, cpu));
		per_cpu(vmxon_region, cpu) = NULL;
	}
}

/* On the processor, interrupts off. */
static bool vmx_cpu_enter_now(void)
{
	if (native_read_cr4() & X86_CR4_VMXE)
		return false;
	vmx_host_tracing(1);
	cr4_set_bits(X86_CR4_VMXE);
	if (!vmxon(__pa(this_cpu_read(vmxon_region)))) {
		cr4_clear_bits(X86_CR4_VMXE);
		vmx_host_tracing(0);
		return false;
	}
	this_cpu_write(vmx_cpu_on, true);
	/* Translations of an earlier user of VMX on this processor may still be cached. */
	vmx_flush_all_ept();
	return true;
}

/*
 * On the processor: enter VMX operation. Another hypervisor may enter it in an interrupt, so none
 * comes between the look at CR4.VMXE and VMXON: VMXE of its own must not be cleared.
 */
static bool vmx_cpu_enter(void)
{
	unsigned long flags;
	bool on;

	local_irq_save(flags);
	on = vmx_cpu_enter_now();
	local_irq_restore(flags);
	return on;
}

/* On the processor, interrupts off: leave VMX operation, if it is in it. */
static void vmx_cpu_leave(void)
{
	if (!this_cpu_read(vmx_cpu_on))
		return;
	vmx_deactivate_all();
	this_cpu_write(vmx_cpu_on, false);
	vmx_off_here();
	vmx_host_tracing(0);
}

static void vmx_leave_here(void *unused)
{
	vmx_cpu_leave();
}

/* CPU hotplug, on the processor. It may have been in VMX operation all along: going off failed. */
static int vmx_cpu_online(unsigned int cpu)
{
	enum vmh_unusable why;

	if (this_cpu_read(vmx_cpu_on) || vmx_conf.unusable == VMH_UNUSABLE_SHUTDOWN)
		return 0;
	why = vmx_cpu_unusable();
	if (why != VMH_USABLE) {
		vmx_online_failure = why;
		return -EBUSY;
	}
	if (!vmx_has_region(cpu))
		return -ENOMEM;
	vmx_save_cpu_msrs();
	vmx_active_init();
	if (!vmh_fail_false(hw_vmxon, vmx_cpu_enter())) {
		vmx_online_failure = VMH_UNUSABLE_IN_USE;
		return -EBUSY;
	}
	return 0;
}

/* CPU hotplug, on the processor, interrupts off; no thread will run on it any more. */
static int vmx_cpu_dying(unsigned int cpu)
{
	vmx_cpu_leave();
	return 0;
}

/* All processors leave VMX operation. The CPU hotplug lock is held. */
static void vmx_leave_all(void)
{
	on_each_cpu(vmx_leave_here, NULL, true);
}

static void vmx_hotplug_forget(void)
{
	cpuhp_remove_state_nocalls_cpuslocked(VMH_CPUHP_DYING);
	vmx_leave_all();
}

/*
 * The callback that leaves VMX operation is registered before the one that enters it, so that a
 * processor which enters can always leave.
 */
static int vmx_hotplug_begin(void)
{
	int ret;

	ret = cpuhp_setup_state_nocalls_cpuslocked(VMH_CPUHP_DYING, "virt/vmh:dying", NULL,
						   vmx_cpu_dying);
	if (ret) {
		/* -EBUSY: somebody else has borrowed the same state. */
		if (ret == -EBUSY)
			vmx_online_failure = VMH_UNUSABLE_IN_USE;
		return ret;
	}
	ret = vmh_fail_errno(hw_setup,
			     cpuhp_setup_state_cpuslocked(CPUHP_AP_ONLINE_DYN, "virt/vmh:online",
							  vmx_cpu_online, NULL));
	if (ret < 0) {
		vmx_hotplug_forget();
		/* The kernel has only so many of these states. */
		return ret == -ENOSPC ? -ENOMEM : ret;
	}
	vmx_hotplug_state = ret;
	return 0;
}

/* Called with vmx_hw_lock held. */
static void vmx_hw_off(void)
{
	cpus_read_lock();
	cpuhp_remove_state_nocalls_cpuslocked(vmx_hotplug_state);
	vmx_hotplug_forget();
	cpus_read_unlock();
	vmx_crash_hook(false);
	vmx_free_regions();
}

/* Called with vmx_hw_lock held. KVM's hook for crashes is there while KVM has VT-x. */
static int vmx_hw_on(void)
{
	int ret;

	vmx_online_failure = VMH_USABLE;
	if (native_read_cr4() & X86_CR4_VMXE) {
		vmx_online_failure = VMH_UNUSABLE_IN_USE;
		return -EBUSY;
	}
	vmx_crash_hook(true);
	cpus_read_lock();
	ret = vmx_hotplug_begin();
	cpus_read_unlock();
	if (!ret)
		return 0;
	vmx_crash_hook(false);
	vmx_free_regions();
	return ret;
}

static int vmx_hw_on_and_try(void)
{
	int ret = vmx_hw_on();

	if (ret)
		return ret;
	ret = vmx_try_apicv();
	if (ret)
		vmx_hw_off();
	return ret;
}

/**
 * vmx_hw_close() - VMX operation is not entered any more, for good
 *
 * Before a reboot, and before the VMs end: one that is being created finds out.
 *
 * Context: may sleep.
 */
void vmx_hw_close(void)
{
	mutex_lock(&vmx_hw_lock);
	WRITE_ONCE(vmx_conf.unusable, VMH_UNUSABLE_SHUTDOWN);
	mutex_unlock(&vmx_hw_lock);
}

/**
 * vmx_hw_shutdown() - leave VMX operation on all processors
 *
 * A processor in VMX operation holds back the INIT that resets it.
 *
 * Context: may sleep, after vmx_hw_close(). No vCPU is loaded any more, and none will be.
 */
void vmx_hw_shutdown(void)
{
	mutex_lock(&vmx_hw_lock);
	cpus_read_lock();
	vmx_leave_all();
	cpus_read_unlock();
	mutex_unlock(&vmx_hw_lock);
}

static void vmx_suspend_here(void *unused)
{
	vmx_sleep_left = this_cpu_read(vmx_cpu_on);
	vmx_cpu_leave();
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
	if (vmx_sleep_left && vmx_cpu_enter())
		vmx_sleep_left = false;
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
		if (vmx_sleep_left)
			WRITE_ONCE(vmx_conf.unusable, VMH_UNUSABLE_SHUTDOWN);
		ok = !vmx_sleep_left;
	}
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

	mutex_lock(&vmx_hw_lock);
	*why = vmx_conf.unusable;
	if (*why != VMH_USABLE) {
		ret = -EOPNOTSUPP;
		goto unlock;
	}
	if (!vmx_hw_users)
		ret = vmx_hw_on_and_try();
	if (!ret)
		vmx_hw_users++;
	else if (vmx_online_failure != VMH_USABLE)
		ret = -EOPNOTSUPP;
	*why = vmx_online_failure;
unlock:
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
		vmx_hw_off();
	mutex_unlock(&vmx_hw_lock);
}

/**
 * vmx_hw_try() - find out now what can only be found out by trying
 *
 * Userspace is told what guests can have before there is a VM. Where VT-x is in use, or memory is
 * short, the first VM finds out.
 *
 * Context: at module load; may sleep.
 */
void vmx_hw_try(void)
{
	enum vmh_unusable why;

	if (vmx_conf.apicv_on_trial && !vmx_hw_get(&why))
		vmx_hw_put();
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
	enum vmh_unusable why = READ_ONCE(vmx_conf.unusable);

	if (why != VMH_USABLE)
		return why;
	mutex_lock(&vmx_hw_lock);
	if (!vmx_hw_users && (native_read_cr4() & X86_CR4_VMXE))
		why = VMH_UNUSABLE_IN_USE;
	mutex_unlock(&vmx_hw_lock);
	return why;
}
