// SPDX-License-Identifier: GPL-2.0
/*
 * Putting a vCPU on a processor and taking it off. SDM, "Loading Host State" (what an exit
 * restores) and "Managing VMCS Regions" (a VMCS is active on one processor at a time).
 *
 * Two levels: while loaded, the VMCS is current. The guest's MSRs and the loss of the host's
 * segment selectors come with the first entry after that, and are undone when the vCPU is put.
 */
#include <linux/smp.h>
#include <asm/cpu_entry_area.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/pkru.h>
#include <asm/segment.h>

#include "vmh_compat.h"
#include "vmx.h"

/* The vCPU whose VMCS is current on this processor, and all whose VMCS is active on it. */
static DEFINE_PER_CPU(struct vmx_vcpu *, vmx_current);
static DEFINE_PER_CPU(struct list_head, vmx_active);

/**
 * vmx_active_init() - no VMCS is active on this processor
 *
 * Context: on the processor itself, before its first vCPU is loaded.
 */
void vmx_active_init(void)
{
	INIT_LIST_HEAD(this_cpu_ptr(&vmx_active));
	this_cpu_write(vmx_current, NULL);
}

/* Runs on the processor where the VMCS is active, interrupts off. */
static void vmx_deactivate(void *arg)
{
	struct vmx_vcpu *v = arg;

	if (v->cpu != raw_smp_processor_id())
		return;
	if (!vmcs_clear(v->vmcs_hpa))
		pr_err("vmh: VMCLEAR failed\n");
	if (this_cpu_read(vmx_current) == v)
		this_cpu_write(vmx_current, NULL);
	list_del(&v->on_cpu);
	v->launched = false;
	/* The next processor may take the VMCS once it sees this. */
	smp_store_release(&v->cpu, -1);
}

/**
 * vmx_deactivate_all() - write every VMCS that is active on this processor back to memory
 *
 * Context: on the processor itself, before VMXOFF.
 */
void vmx_deactivate_all(void)
{
	struct vmx_vcpu *v, *next;
	unsigned long flags;

	local_irq_save(flags);
	list_for_each_entry_safe(v, next, this_cpu_ptr(&vmx_active), on_cpu)
		vmx_deactivate(v);
	local_irq_restore(flags);
}

/**
 * vmx_clear_active() - VMCLEAR every VMCS that is active on this processor, and change nothing else
 *
 * Context: on the processor itself; any, an NMI in the middle of anything too.
 */
void vmx_clear_active(void)
{
	struct vmx_vcpu *v;

	list_for_each_entry(v, this_cpu_ptr(&vmx_active), on_cpu)
		vmcs_clear(v->vmcs_hpa);
}

/**
 * vmx_vcpu_unbind() - make the vCPU's VMCS active nowhere
 * @v: the vCPU, not loaded.
 *
 * Context: interrupts on, preemption off or the caller bound to its processor.
 */
void vmx_vcpu_unbind(struct vmx_vcpu *v)
{
	int cpu = READ_ONCE(v->cpu);

	if (cpu >= 0)
		smp_call_function_single(cpu, vmx_deactivate, v, 1);
}

/* Host state that belongs to the processor: an exit must find this one's. */
static void vmx_write_cpu_state(struct vmx_vcpu *v, int cpu)
{
	u64 value;

	vmcs_write(HOST_TR_BASE, (unsigned long)&get_cpu_entry_area(cpu)->tss.x86_tss);
	vmcs_write(HOST_GDTR_BASE, (unsigned long)get_current_gdt_ro());
	rdmsrl(MSR_GS_BASE, value);
	vmcs_write(HOST_GS_BASE, value);
	rdmsrl(MSR_IA32_SYSENTER_ESP, value);
	vmcs_write(HOST_IA32_SYSENTER_ESP, value);
}

/**
 * vmx_vcpu_load() - make the vCPU's VMCS current on this processor
 * @v: the vCPU.
 *
 * Context: preemption off, interrupts on; the processor is in VMX operation.
 *
 * Return: true when the vCPU was last on another processor, or none: the caller must then flush
 * what this one may have cached of its translations.
 */
bool vmx_vcpu_load(struct vmx_vcpu *v)
{
	int cpu = raw_smp_processor_id();
	bool moved = v->cpu != cpu;

	if (unlikely(!this_cpu_read(vmx_cpu_on))) {
		/* See vmh_vms_shutdown(): the machine did not wait for this thread. */
		WARN_ON_ONCE(READ_ONCE(vmx_conf.unusable) != VMH_UNUSABLE_SHUTDOWN);
		return false;
	}
	if (moved) {
		vmx_vcpu_unbind(v);
		local_irq_disable();
		/* An NMI goes through the list: see vmx_clear_active(). */
		list_add_rcu(&v->on_cpu, this_cpu_ptr(&vmx_active));
		v->cpu = cpu;
		local_irq_enable();
	}
	if (this_cpu_read(vmx_current) != v) {
		if (!vmcs_make_current(v->vmcs_hpa) && this_cpu_read(vmx_cpu_on))
			pr_err("vmh: VMPTRLD failed\n");
		this_cpu_write(vmx_current, v);
		/* What another guest trained must not steer this one. */
		vmx_host_ibpb();
	}
	if (moved)
		vmx_write_cpu_state(v, cpu);
	v->l1d_dirty = true;
	return moved;
}

static void vmx_load_syscall_msrs(struct vmx_vcpu *v)
{
	wrmsrl(MSR_STAR, v->msrs.star);
	wrmsrl(MSR_LSTAR, v->msrs.lstar);
	wrmsrl(MSR_CSTAR, v->msrs.cstar);
	wrmsrl(MSR_SYSCALL_MASK, v->msrs.fmask);
	v->host.syscall_switched = true;
}

static void vmx_restore_syscall_msrs(struct vmx_vcpu *v)
{
	const struct vmx_cpu_msrs *host = this_cpu_ptr(&vmx_cpu_msrs);

	wrmsrl(MSR_STAR, host->star);
	wrmsrl(MSR_LSTAR, host->lstar);
	wrmsrl(MSR_CSTAR, host->cstar);
	wrmsrl(MSR_SYSCALL_MASK, host->fmask);
	v->host.syscall_switched = false;
}

/**
 * vmx_msrs_changed() - the guest's system-call MSRs or TSC_AUX have other values now
 * @v: the vCPU.
 *
 * The processor gets them with the next entry. Context: any, if the vCPU is loaded.
 */
void vmx_msrs_changed(struct vmx_vcpu *v)
{
	if (v->state_on_cpu)
		vmx_state_put(v);
}

/**
 * vmx_state_load() - put the guest's MSRs on the processor
 * @v: the vCPU, loaded.
 *
 * Writes what the guest can see and an exit does not restore: TSC_AUX where it differs, the MSRs of
 * SYSCALL if the guest has it enabled.
 *
 * Context: interrupts off.
 */
void vmx_state_load(struct vmx_vcpu *v)
{
	struct vmx_host_state *host = &v->host;
	u64 fs_base;

	if (likely(v->state_on_cpu))
		return;
	savesegment(ds, host->ds);
	savesegment(es, host->es);
	savesegment(fs, host->fs);
	savesegment(gs, host->gs);
	store_ldt(host->ldt);
	rdmsrl(MSR_FS_BASE, fs_base);
	if (fs_base != host->fs_base) {
		host->fs_base = fs_base;
		vmcs_write(HOST_FS_BASE, fs_base);
	}
	rdmsrl(MSR_KERNEL_GS_BASE, host->kernel_gs_base);
	wrmsrl(MSR_KERNEL_GS_BASE, v->msrs.kernel_gs_base);
	if (v->efer & EFER_SCE)
		vmx_load_syscall_msrs(v);
	if (unlikely(vmx_conf.tsx_off))
		wrmsrl(MSR_IA32_TSX_CTRL, this_cpu_ptr(&vmx_cpu_msrs)->tsx_ctrl |
		       TSX_CTRL_RTM_DISABLE);
	if (vmx_conf.rdtscp && v->msrs.tsc_aux != this_cpu_ptr(&vmx_cpu_msrs)->tsc_aux) {
		wrmsrl(MSR_TSC_AUX, v->msrs.tsc_aux);
		host->tsc_aux_switched = true;
	}
	host->debugctl_known = false;
	v->state_on_cpu = true;
}

/*
 * An exit leaves null selectors, LDTR's too, which the others may need; and limits of 64 KiB for
 * GDT and IDT and 103 for TR. That of the IDT does no harm: 256 vectors are all that there can be.
 */
static void vmx_restore_segments(struct vmx_host_state *host)
{
	if (unlikely(host->ldt))
		asm volatile("lldt %0" : : "m" (host->ldt));
	if (unlikely(host->ds | host->es)) {
		loadsegment(ds, host->ds);
		loadsegment(es, host->es);
	}
	if (unlikely(host->fs)) {
		loadsegment(fs, host->fs);
		wrmsrl(MSR_FS_BASE, host->fs_base);
	}
	if (unlikely(host->gs))
		load_gs_index(host->gs);
	wrmsrl(MSR_KERNEL_GS_BASE, host->kernel_gs_base);
	invalidate_tss_limit();
	load_fixmap_gdt(raw_smp_processor_id());
}

/**
 * vmx_state_put() - give the processor the host's MSRs and segments back
 * @v: the vCPU, loaded. A caller that was preempted may find them given back.
 *
 * Context: any.
 */
void vmx_state_put(struct vmx_vcpu *v)
{
	unsigned long flags;

	local_irq_save(flags);
	if (!v->state_on_cpu)
		goto out;
	rdmsrl(MSR_KERNEL_GS_BASE, v->msrs.kernel_gs_base);
	vmx_restore_segments(&v->host);
	if (v->host.syscall_switched)
		vmx_restore_syscall_msrs(v);
	if (v->host.tsc_aux_switched) {
		wrmsrl(MSR_TSC_AUX, this_cpu_ptr(&vmx_cpu_msrs)->tsc_aux);
		v->host.tsc_aux_switched = false;
	}
	if (unlikely(vmx_conf.tsx_off))
		wrmsrl(MSR_IA32_TSX_CTRL, this_cpu_ptr(&vmx_cpu_msrs)->tsx_ctrl);
	v->state_on_cpu = false;
out:
	local_irq_restore(flags);
}

/**
 * vmx_vcpu_put() - take the vCPU off this processor
 * @v: the vCPU, loaded.
 *
 * The VMCS stays current until another is loaded: the common case is that the same comes back.
 *
 * Context: preemption off.
 */
void vmx_vcpu_put(struct vmx_vcpu *v)
{
	if (v->state_on_cpu)
		vmx_state_put(v);
}

/**
 * vmx_fpu_load() - put the guest's FPU state on the processor
 * @v: the vCPU; the calling task runs it.
 *
 * Context: process; from here to vmx_fpu_put() the task's own FPU state is aside.
 */
void vmx_fpu_load(struct vmx_vcpu *v)
{
	v->host.pkru = read_pkru();
	fpu_swap_kvm_fpstate(&v->fpu, true);
}

/**
 * vmx_fpu_put() - give the task its own FPU state back
 * @v: the vCPU.
 */
void vmx_fpu_put(struct vmx_vcpu *v)
{
	fpu_swap_kvm_fpstate(&v->fpu, false);
}
