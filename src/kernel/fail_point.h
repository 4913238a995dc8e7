/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Failures on demand, for tests: each step that can fail asks its injection point first. A kernel
 * that cannot inject failures itself (CONFIG_FAULT_INJECTION_DEBUG_FS, which no distribution's has)
 * gets a module without a trace of this.
 *
 * A point stands for one step, or for several that are the same: tests make each of them fail, by
 * counting. To add a point: a line here, a row in fail_point.c, and vmh_fail_errno() or one of its
 * kin around the step.
 */
#ifndef VMH_FAIL_POINT_H
#define VMH_FAIL_POINT_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "msr_switch.h"

/* The steps; fail_point.c has their errnos. */
enum vmh_fail {
	/* loading the module */
	VMH_FAIL_load_pool,
	VMH_FAIL_load_fpu,
	VMH_FAIL_load_msr_bitmap,
	VMH_FAIL_load_power,
	VMH_FAIL_load_proc,
	VMH_FAIL_load_device,
	/* VT-x on a processor */
	VMH_FAIL_hw_setup,
	VMH_FAIL_hw_differs,
	VMH_FAIL_hw_region,
	VMH_FAIL_hw_vmxon,
	VMH_FAIL_hw_lost,
	/* every call, every fd */
	VMH_FAIL_call_memory,
	VMH_FAIL_copy_in,
	VMH_FAIL_copy_out,
	VMH_FAIL_copy_entries,
	VMH_FAIL_entries_memory,
	VMH_FAIL_fd_memory,
	VMH_FAIL_fd_number,
	VMH_FAIL_trace_open,
	/* every charge */
	VMH_FAIL_charge,
	VMH_FAIL_charge_some,
	/* between a call's checks and the vCPU's lock */
	VMH_FAIL_vcpu_late,
	/* creating a VM */
	VMH_FAIL_vm_memory,
	VMH_FAIL_vm_ring,
	VMH_FAIL_vm_id,
	VMH_FAIL_vm_notifier,
	VMH_FAIL_vm_notifier_signal,
	VMH_FAIL_vm_cpumask,
	VMH_FAIL_slots_memory,
	VMH_FAIL_ept_page,
	/* dirty logging */
	VMH_FAIL_log_memory,
	VMH_FAIL_log_copy,
	/* creating a vCPU */
	VMH_FAIL_vcpu_memory,
	VMH_FAIL_vcpu_run_page,
	VMH_FAIL_vcpu_cpuid,
	VMH_FAIL_vcpu_apic_page,
	VMH_FAIL_vcpu_vpid,
	VMH_FAIL_vcpu_vmcs,
	VMH_FAIL_vcpu_pml,
	VMH_FAIL_vcpu_fpu,
	VMH_FAIL_vcpu_field,
	VMH_FAIL_vcpu_entry,
	/* interrupt controllers */
	VMH_FAIL_irqchip_memory,
	VMH_FAIL_routing_memory,
	/* eventfds and rings */
	VMH_FAIL_irqfd_memory,
	VMH_FAIL_ioeventfd_memory,
	VMH_FAIL_zones_memory,
	/* the guest touches memory */
	VMH_FAIL_fault_page_fast,
	VMH_FAIL_fault_page,
	VMH_FAIL_fault_stale,
	VMH_FAIL_guest_read,
	VMH_FAIL_guest_write,
	VMH_FAIL_guest_cmpxchg,
	VMH_FAIL_guest_nofault,
	/* restoring a state */
	VMH_FAIL_set_sregs,
	VMH_FAIL_set_msr,
	VMH_FAIL_set_cpuid,
	VMH_FAIL_set_lapic,
	VMH_FAIL_set_irqchip,
	VMH_FAIL_set_pit,
	/* the host's hardware */
	VMH_FAIL_machine_check,
	VMH_FAIL_counters,
	/* flushes that are left out: the translation checker has to notice */
	VMH_FAIL_flush_load,
	VMH_FAIL_flush_gen,
	VMH_FAIL_flush_here,
	VMH_FAIL_flush_guest,

	VMH_FAIL_NR
};

struct dentry;

#ifdef CONFIG_FAULT_INJECTION_DEBUG_FS
int vmh_fail_point(enum vmh_fail point);
bool vmh_fail_leaves_out(enum vmh_fail point);
bool vmh_fail_machine_check(void);
void vmh_fail_machine_check_end(void);
bool vmh_fail_counters(struct msr_switch_pair *pair);
void vmh_fail_stall(enum vmh_fail point);
int vmh_fail_points_init(void);
struct dentry *vmh_fail_dir(void);
void vmh_fail_points_exit(void);

/* fail_sleep.c */
void vmh_fail_sleep_init(struct dentry *dir);
void vmh_fail_sleep_exit(void);
#else
static inline int vmh_fail_point(enum vmh_fail point)
{
	return 0;
}

static inline bool vmh_fail_leaves_out(enum vmh_fail point)
{
	return false;
}

static inline bool vmh_fail_machine_check(void)
{
	return false;
}

static inline bool vmh_fail_counters(struct msr_switch_pair *pair)
{
	return false;
}

static inline void vmh_fail_machine_check_end(void)
{
}

static inline void vmh_fail_stall(enum vmh_fail point)
{
}

static inline int vmh_fail_points_init(void)
{
	return 0;
}

static inline struct dentry *vmh_fail_dir(void)
{
	return NULL;
}

static inline void vmh_fail_points_exit(void)
{
}
#endif

/* Is this a module whose steps can be told to fail? */
static inline bool vmh_fail_points_exist(void)
{
	return IS_ENABLED(CONFIG_FAULT_INJECTION_DEBUG_FS);
}

/**
 * vmh_fail_errno() - a step that returns 0 or a negative errno, or is told to fail
 * @name: of the point.
 * @step: the expression; not evaluated when it is told to fail.
 */
#define vmh_fail_errno(name, step)	(vmh_fail_point(VMH_FAIL_##name) ?: (step))

/**
 * vmh_fail_null() - a step that returns NULL when it fails, or is told to
 * @name: of the point.
 * @step: the expression; not evaluated when it is told to fail.
 */
#define vmh_fail_null(name, step)	(vmh_fail_point(VMH_FAIL_##name) ? NULL : (step))

/**
 * vmh_fail_false() - a step that returns false when it fails, or is told to
 * @name: of the point.
 * @step: the expression; not evaluated when it is told to fail.
 */
#define vmh_fail_false(name, step)	(!vmh_fail_point(VMH_FAIL_##name) && (step))

/**
 * vmh_fail_omit() - is a step told to be left out?
 * @name: of the point.
 */
#define vmh_fail_omit(name)		unlikely(vmh_fail_leaves_out(VMH_FAIL_##name))

#endif /* VMH_FAIL_POINT_H */
