// SPDX-License-Identifier: GPL-2.0
/*
 * The host's performance counters while a guest runs. SDM, "Performance Monitoring": they count on
 * in VMX non-root operation, and precise events (PEBS) write records to linear addresses, which
 * then are the guest's. The kernel says which are to stop for guests.
 *
 * The processor itself stops them within the entry and lets them go on within the exit. So no NMI
 * handler can start them anew between that and the guest.
 */
#include <linux/jump_label.h>
#include <linux/preempt.h>
#include <asm/msr.h>

#include "exit.h"
#include "fail_point.h"
#include "vmh_compat.h"
#include "vmx_cpu.h"
#include "vmx_errata.h"

DEFINE_STATIC_KEY_FALSE(vmx_has_counters);

static_assert(MSR_SWITCH_GLOBAL_CTRL == MSR_CORE_PERF_GLOBAL_CTRL);
static_assert(MSR_SWITCH_PEBS_ENABLE == MSR_IA32_PEBS_ENABLE);
static_assert(MSR_SWITCH_PEBS_CONFIG == MSR_PEBS_DATA_CFG);
static_assert(MSR_SWITCH_DS_AREA == MSR_IA32_DS_AREA);

/**
 * vmx_counters_choose() - has the host counters that may have to stop?
 */
void vmx_counters_choose(void)
{
	const u32 fields = VMX_CTL_ENTRY_LOAD_PERF;
	bool has;
	int nr;

	preempt_disable();
	has = vmx_host_counters(&nr);
	preempt_enable();
	if (has || vmh_fail_points_exist())
		static_branch_enable(&vmx_has_counters);
	vmx_conf.perf_fields = !vmx_exit_spoils_counters(cpuid_eax(1)) &&
		vmx_ctl_allowed(vmx_conf.caps.ctls[VMX_CTL_WORD_ENTRY], fields) &&
		vmx_ctl_allowed(vmx_conf.caps.ctls[VMX_CTL_WORD_EXIT], VMX_CTL_EXIT_LOAD_PERF);
}

/**
 * vmx_perf_create() - where the lists are; there is nothing in them
 * @v: the vCPU, loaded.
 */
void vmx_perf_create(struct vmx_vcpu *v)
{
	vmcs_write(VM_ENTRY_MSR_LOAD_ADDR, __pa(v->perf.guest));
	vmcs_write(VM_EXIT_MSR_LOAD_ADDR, __pa(v->perf.host));
}

static void vmx_perf_what(struct msr_switch *what)
{
	struct msr_switch_pair pairs[MSR_SWITCH_MAX];
	const struct perf_guest_switch_msr *msrs;
	int i, nr = 0;

	msrs = vmx_host_counters(&nr);
	nr = msrs ? min_t(int, nr, MSR_SWITCH_MAX) : 0;
	for (i = 0; i < nr; i++)
		pairs[i] = (struct msr_switch_pair) {
			.msr = msrs[i].msr, .host = msrs[i].host, .guest = msrs[i].guest,
		};
	if (unlikely(vmh_fail_counters(pairs)))
		nr = 1;
	msr_switch_make(what, pairs, nr, vmx_conf.perf_fields);
}

static void vmx_perf_write_fields(const struct msr_switch *what, bool had_fields)
{
	if (what->global_fields != had_fields) {
		if (what->global_fields) {
			vmcs_set_bits(VM_ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_PERF);
			vmcs_set_bits(VM_EXIT_CONTROLS, VMX_CTL_EXIT_LOAD_PERF);
		} else {
			vmcs_clear_bits(VM_ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_PERF);
			vmcs_clear_bits(VM_EXIT_CONTROLS, VMX_CTL_EXIT_LOAD_PERF);
		}
	}
	if (!what->global_fields)
		return;
	vmcs_write(GUEST_IA32_PERF_GLOBAL_CTRL, what->global_guest);
	vmcs_write(HOST_IA32_PERF_GLOBAL_CTRL, what->global_host);
}

/**
 * vmx_perf_refresh() - what perf wants may have changed: tell the processor
 * @v: the vCPU, loaded.
 *
 * Context: interrupts off until the entry.
 */
void vmx_perf_refresh(struct vmx_vcpu *v)
{
	struct msr_switch what;

	vmx_perf_what(&what);
	if (likely(msr_switch_same(&what, &v->perf)))
		return;
	vmx_perf_write_fields(&what, v->perf.global_fields);
	v->perf = what;
	vmcs_write(VM_ENTRY_MSR_LOAD_COUNT, what.nr);
	vmcs_write(VM_EXIT_MSR_LOAD_COUNT, what.nr);
}
