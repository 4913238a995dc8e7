/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MSRs that an entry and an exit switch by themselves, so that nothing can come in between: lists
 * in memory, and fields of the VMCS for the one that has some. SDM, "VM-Exit Controls for MSRs" and
 * "VM-Entry Controls for MSRs".
 */
#ifndef VMH_MSR_SWITCH_H
#define VMH_MSR_SWITCH_H

#include <linux/types.h>

/* More than any processor has to switch that vmh runs on. */
#define MSR_SWITCH_MAX		8

#define MSR_SWITCH_PEBS_ENABLE	0x3f1U
#define MSR_SWITCH_PEBS_CONFIG	0x3f2U
#define MSR_SWITCH_GLOBAL_CTRL	0x38fU
#define MSR_SWITCH_DS_AREA	0x600U

/**
 * struct msr_switch_pair - an MSR that the host wants to be another one while a guest runs
 * @msr: its index.
 * @host: its value in the host.
 * @guest: its value in the guest.
 */
struct msr_switch_pair {
	u32 msr;
	u64 host;
	u64 guest;
};

/**
 * struct msr_switch_entry - an entry of a list, as the processor has it
 * @msr: index.
 * @reserved: 0.
 * @value: what is loaded.
 */
struct msr_switch_entry {
	u32 msr;
	u32 reserved;
	u64 value;
};

/**
 * struct msr_switch - what is switched
 * @guest: loaded by an entry.
 * @host: loaded by an exit.
 * @nr: entries in either.
 * @global_fields: IA32_PERF_GLOBAL_CTRL is switched by the VMCS's fields.
 * @pebs_off: IA32_PEBS_ENABLE has to be 0 some time before an entry.
 * @global_guest: for the field that an entry loads.
 * @global_host: for the one that an exit loads.
 * @pebs_host: what IA32_PEBS_ENABLE is again, with @pebs_off.
 */
struct msr_switch {
	struct msr_switch_entry guest[MSR_SWITCH_MAX];
	struct msr_switch_entry host[MSR_SWITCH_MAX];
	u32 nr;
	bool global_fields;
	bool pebs_off;
	u64 global_guest;
	u64 global_host;
	u64 pebs_host;
};

/**
 * msr_switch_make() - what an entry and an exit have to switch
 * @out: filled.
 * @pairs: what the host wants, each MSR once.
 * @nr: number of them.
 * @has_fields: the VMCS has fields for IA32_PERF_GLOBAL_CTRL.
 *
 * What is the same for both is left alone. So are the place and the form of PEBS records: none
 * are written in a guest, since its IA32_PEBS_ENABLE is 0, whatever the host wants.
 *
 * Return: 0; -E2BIG when there are more than the lists have room for: @out has the first ones.
 */
int msr_switch_make(struct msr_switch *out, const struct msr_switch_pair *pairs, u32 nr,
		    bool has_fields);

/**
 * msr_switch_same() - do two switch the same?
 * @a: one.
 * @b: the other.
 */
bool msr_switch_same(const struct msr_switch *a, const struct msr_switch *b);

#endif /* VMH_MSR_SWITCH_H */
