// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/nospec.h>
#include "guest_mce.h"

#define MSR_MCG_CAP		0x179
#define MSR_MCG_STATUS		0x17a
#define MSR_MCG_CTL		0x17b
#define MSR_MC0_CTL		0x400

/* IA32_MCG_CAP: banks; extended state registers, which a VMM may claim, and none can be read. */
#define CAP_BANKS		0xffULL
#define CAP_EXTENDED_COUNT	0xff0000ULL

#define MCG_STATUS_IN_PROGRESS	BIT_ULL(2)

/* IA32_MCi_STATUS. */
#define STATUS_VALID		BIT_ULL(63)
#define STATUS_OVERFLOW		BIT_ULL(62)
#define STATUS_UNCORRECTED	BIT_ULL(61)
#define STATUS_CORRUPT		BIT_ULL(57)	/* of the processor's context */
#define STATUS_SIGNALLED	BIT_ULL(56)
#define STATUS_ACTION		BIT_ULL(55)	/* required of software */

/* What may be 0 in IA32_MCi_CTL although the rest is 1: guests do this to some processors. */
#define BANK_CTL_QUIRKS		(BIT_ULL(10) | BIT_ULL(0))

#define ALL_ON			(~0ULL)

/* The registers of a bank, in the order of their MSRs. */
enum bank_register { BANK_CTL, BANK_STATUS, BANK_ADDR, BANK_MISC };

static unsigned int mce_banks(const struct guest_mce *mce)
{
	return mce->cap & CAP_BANKS;
}

int guest_mce_setup(struct guest_mce *mce, u64 cap)
{
	unsigned int i, banks = cap & CAP_BANKS;

	if (!banks || banks > GUEST_MCE_MAX_BANKS)
		return -EINVAL;
	if (cap & ~(CAP_BANKS | CAP_EXTENDED_COUNT | GUEST_MCE_CAP_SUPPORTED))
		return -EINVAL;
	mce->cap = cap;
	if (cap & GUEST_MCE_CAP_CTL)
		mce->ctl = ALL_ON;
	for (i = 0; i < banks; i++)
		mce->bank[i][BANK_CTL] = ALL_ON;
	return 0;
}

/* The place of a bank's MSR in @bank; -EINVAL when there is none. */
static int mce_place(const struct guest_mce *mce, u32 index)
{
	u32 nr = mce_banks(mce) * GUEST_MCE_REGISTERS;

	if (index < MSR_MC0_CTL || index - MSR_MC0_CTL >= nr)
		return -EINVAL;
	return array_index_nospec(index - MSR_MC0_CTL, nr);
}

int guest_mce_get(const struct guest_mce *mce, u32 index, u64 *value, bool by_host)
{
	int place;

	switch (index) {
	case MSR_MCG_CAP:
		*value = mce->cap;
		return 0;
	case MSR_MCG_STATUS:
		*value = mce->status;
		return 0;
	case MSR_MCG_CTL:
		if (!by_host && !(mce->cap & GUEST_MCE_CAP_CTL))
			return -EINVAL;
		*value = mce->ctl;
		return 0;
	}
	place = mce_place(mce, index);
	if (place < 0)
		return place;
	*value = mce->bank[place / GUEST_MCE_REGISTERS][place % GUEST_MCE_REGISTERS];
	return 0;
}

static int mce_set_ctl(struct guest_mce *mce, u64 value, bool by_host)
{
	if (!(mce->cap & GUEST_MCE_CAP_CTL) && (value || !by_host))
		return -EINVAL;
	if (value && value != ALL_ON)
		return -EINVAL;
	mce->ctl = value;
	return 0;
}

static int mce_set_bank(struct guest_mce *mce, unsigned int place, u64 value, bool by_host)
{
	unsigned int reg = place % GUEST_MCE_REGISTERS;

	if (reg == BANK_CTL && value && (value | BANK_CTL_QUIRKS) != ALL_ON)
		return -EINVAL;
	if (reg == BANK_STATUS && value && !by_host)
		return -EINVAL;
	mce->bank[place / GUEST_MCE_REGISTERS][reg] = value;
	return 0;
}

int guest_mce_set(struct guest_mce *mce, u32 index, u64 value, bool by_host)
{
	int place;

	switch (index) {
	case MSR_MCG_CAP:
		return by_host && value == mce->cap ? 0 : -EINVAL;
	case MSR_MCG_STATUS:
		mce->status = value;
		return 0;
	case MSR_MCG_CTL:
		return mce_set_ctl(mce, value, by_host);
	}
	place = mce_place(mce, index);
	return place < 0 ? place : mce_set_bank(mce, place, value, by_host);
}

static void mce_log(u64 bank[GUEST_MCE_REGISTERS], const struct kvm_x86_mce *event)
{
	u64 lost = bank[BANK_STATUS] & STATUS_VALID ? STATUS_OVERFLOW : 0;

	bank[BANK_ADDR] = event->addr;
	bank[BANK_MISC] = event->misc;
	bank[BANK_STATUS] = event->status | lost;
}

/* SDM, "UCR Error Classification": uncorrected, no action required. */
static bool mce_is_harmless(const struct kvm_x86_mce *event)
{
	return !event->mcg_status &&
	       !(event->status & (STATUS_CORRUPT | STATUS_SIGNALLED | STATUS_ACTION));
}

/* An uncorrected error: SDM, "IA32_MCG_CTL MSR", on when it is signalled. */
static int mce_report_uncorrected(struct guest_mce *mce, u64 bank[GUEST_MCE_REGISTERS],
				  const struct kvm_x86_mce *event, bool enabled)
{
	if ((mce->cap & GUEST_MCE_CAP_CTL) && mce->ctl != ALL_ON)
		return GUEST_MCE_LOGGED;
	if (bank[BANK_CTL] != ALL_ON)
		return GUEST_MCE_LOGGED;
	if ((mce->status & MCG_STATUS_IN_PROGRESS) || !enabled)
		return GUEST_MCE_SHUTDOWN;
	mce_log(bank, event);
	mce->status = event->mcg_status;
	return GUEST_MCE_EXCEPTION;
}

int guest_mce_report(struct guest_mce *mce, const struct kvm_x86_mce *event, bool enabled)
{
	u64 *bank;

	if (event->bank >= mce_banks(mce) || !(event->status & STATUS_VALID))
		return -EINVAL;
	bank = mce->bank[array_index_nospec(event->bank, GUEST_MCE_MAX_BANKS)];
	if ((event->status & STATUS_UNCORRECTED) && !mce_is_harmless(event))
		return mce_report_uncorrected(mce, bank, event, enabled);
	/* A corrected error does not overwrite an uncorrected one. */
	if (!(event->status & STATUS_UNCORRECTED) && (bank[BANK_STATUS] & STATUS_VALID) &&
	    (bank[BANK_STATUS] & STATUS_UNCORRECTED))
		bank[BANK_STATUS] |= STATUS_OVERFLOW;
	else
		mce_log(bank, event);
	return GUEST_MCE_LOGGED;
}
