/* SPDX-License-Identifier: GPL-2.0 */
/* Processors whose VT-x does not do what the SDM says, by their signature. */
#ifndef VMH_VMX_ERRATA_H
#define VMH_VMX_ERRATA_H

#include <linux/types.h>

/**
 * vmx_timer_is_broken() - does the VMX-preemption timer count at another rate than it tells?
 * @signature: CPUID leaf 1, EAX.
 *
 * Return: whether a deadline must not be left to it.
 */
bool vmx_timer_is_broken(u32 signature);

/**
 * vmx_exit_spoils_counters() - do VM exits clear bits of the host's IA32_PERF_GLOBAL_CTRL?
 * @signature: CPUID leaf 1, EAX.
 *
 * Return: whether the VMCS's fields for that MSR must not be used.
 */
bool vmx_exit_spoils_counters(u32 signature);

#endif /* VMH_VMX_ERRATA_H */
