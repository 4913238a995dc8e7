/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vCPU's machine-check registers: what VMH_X86_SETUP_MCE gave it, and errors that the VMM reports
 * through them. SDM, "Machine-Check Architecture".
 */
#ifndef VMH_GUEST_MCE_H
#define VMH_GUEST_MCE_H

#include <linux/bits.h>
#include <linux/kvm.h>
#include <linux/types.h>

#define GUEST_MCE_MAX_BANKS		32
#define GUEST_MCE_REGISTERS		4		/* of a bank: CTL, STATUS, ADDR, MISC */

/* IA32_MCG_CAP: features that a vCPU can have beside its number of banks. */
#define GUEST_MCE_CAP_CTL		BIT_ULL(8)	/* IA32_MCG_CTL exists */
#define GUEST_MCE_CAP_RECOVERY	BIT_ULL(24)	/* software error recovery */
#define GUEST_MCE_CAP_SUPPORTED	(GUEST_MCE_CAP_CTL | GUEST_MCE_CAP_RECOVERY)

/**
 * struct guest_mce - machine-check registers
 * @cap: IA32_MCG_CAP; 0: the vCPU has no banks.
 * @status: IA32_MCG_STATUS.
 * @ctl: IA32_MCG_CTL.
 * @bank: IA32_MCi_CTL, _STATUS, _ADDR, _MISC.
 */
struct guest_mce {
	u64 cap;
	u64 status;
	u64 ctl;
	u64 bank[GUEST_MCE_MAX_BANKS][GUEST_MCE_REGISTERS];
};

/**
 * enum guest_mce_outcome - what a reported error does to the guest at once
 * @GUEST_MCE_LOGGED: nothing: it is in the registers, or in none, as these are set up.
 * @GUEST_MCE_EXCEPTION: #MC.
 * @GUEST_MCE_SHUTDOWN: the processor gives up.
 */
enum guest_mce_outcome {
	GUEST_MCE_LOGGED,
	GUEST_MCE_EXCEPTION,
	GUEST_MCE_SHUTDOWN,
};

/**
 * guest_mce_setup() - VMH_X86_SETUP_MCE: give a vCPU its banks
 * @mce: the registers; all errors are reported afterwards.
 * @cap: IA32_MCG_CAP.
 *
 * Return: 0; -EINVAL for no or too many banks, and for features that there are not.
 */
int guest_mce_setup(struct guest_mce *mce, u64 cap);

/**
 * guest_mce_get() - read a machine-check MSR
 * @mce: the registers.
 * @index: the MSR.
 * @value: where to.
 * @by_host: userspace reads it.
 *
 * Return: 0, or -EINVAL when the vCPU has no such MSR.
 */
int guest_mce_get(const struct guest_mce *mce, u32 index, u64 *value, bool by_host);

/**
 * guest_mce_set() - write a machine-check MSR
 * @mce: the registers.
 * @index: the MSR.
 * @value: the value.
 * @by_host: userspace writes it, to restore a state.
 *
 * Return: 0, or -EINVAL when the vCPU has no such MSR or the value faults.
 */
int guest_mce_set(struct guest_mce *mce, u32 index, u64 value, bool by_host);

/**
 * guest_mce_report() - VMH_X86_SET_MCE: an error has happened
 * @mce: the registers.
 * @event: the error.
 * @enabled: CR4.MCE of the vCPU.
 *
 * Return: enum guest_mce_outcome; -EINVAL when there is no such bank, or no error in @event.
 */
int guest_mce_report(struct guest_mce *mce, const struct kvm_x86_mce *event, bool enabled);

#endif /* VMH_GUEST_MCE_H */
