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
 * vmx_switch_counters() - what must not count, or write, while a guest runs
 * @to_guest: stop it; otherwise let it go on.
 *
 * Context: interrupts off, from stopping to going on.
 *
 * Return: whether there is anything.
 */
bool vmx_switch_counters(bool to_guest)
{
	const struct perf_guest_switch_msr *msrs;
	bool any = false;
	int i, nr = 0;

	msrs = vmx_host_counters(&nr);
	for (i = 0; msrs && i < nr; i++) {
		if (msrs[i].host == msrs[i].guest)
			continue;
		wrmsrl(msrs[i].msr, to_guest ? msrs[i].guest : msrs[i].host);
		any = true;
	}
	return any;
}
