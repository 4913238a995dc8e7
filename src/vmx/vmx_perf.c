// SPDX-License-Identifier: GPL-2.0
/*
 * The host's performance counters while a guest runs. SDM, "Performance Monitoring": they count on
 * in VMX non-root operation, and precise events (PEBS) write records to linear addresses, which
 * then are the guest's. The kernel says which are to stop for guests.
 */
#include <linux/jump_label.h>
#include <linux/preempt.h>
#include <asm/msr.h>

#include "vmh_compat.h"
#include "vmx_cpu.h"

DEFINE_STATIC_KEY_FALSE(vmx_has_counters);

/**
 * vmx_counters_choose() - has the host counters that may have to stop?
 */
void vmx_counters_choose(void)
{
	bool has;
	int nr;

	preempt_disable();
	has = vmx_host_counters(&nr);
	preempt_enable();
	if (has)
		static_branch_enable(&vmx_has_counters);
}

/**
 * vmx_counters_to_guest() - stop what must not count, or write, while a guest runs
 *
 * Context: interrupts off.
 *
 * Return: whether there is anything; then vmx_counters_to_host() has to come.
 */
bool vmx_counters_to_guest(void)
{
	const struct perf_guest_switch_msr *msrs;
	bool stopped = false;
	int i, nr = 0;

	msrs = vmx_host_counters(&nr);
	for (i = 0; msrs && i < nr; i++) {
		if (msrs[i].host == msrs[i].guest)
			continue;
		wrmsrl(msrs[i].msr, msrs[i].guest);
		stopped = true;
	}
	return stopped;
}

/**
 * vmx_counters_to_host() - undo vmx_counters_to_guest()
 *
 * Context: interrupts off since then.
 */
void vmx_counters_to_host(void)
{
	const struct perf_guest_switch_msr *msrs;
	int i, nr = 0;

	msrs = vmx_host_counters(&nr);
	for (i = 0; msrs && i < nr; i++)
		if (msrs[i].host != msrs[i].guest)
			wrmsrl(msrs[i].msr, msrs[i].host);
}
