/* SPDX-License-Identifier: GPL-2.0 */
/* The feature bits of CPUID and which of them guests are offered. For cpuid_policy.c and tests. */
#ifndef VMH_CPUID_BITS_H
#define VMH_CPUID_BITS_H

#include <linux/types.h>

#include "cpuid_reg.h"

/**
 * enum cpuid_offer - what becomes of a feature
 * @CPUID_HIDE: never offered.
 * @CPUID_PASS: offered when the machine has it: needs nothing of vmh, or what a row's @needs says.
 * @CPUID_FORCE: offered on every machine: vmh provides it.
 */
enum cpuid_offer {
	CPUID_HIDE,
	CPUID_PASS,
	CPUID_FORCE,
};

/**
 * struct cpuid_bit - one feature
 * @leaf: EAX.
 * @subleaf: ECX.
 * @reg: enum cpuid_reg.
 * @bit: which bit of it.
 * @offer: enum cpuid_offer.
 * @needs: CPUID_OPTION_* that must all hold too.
 */
struct cpuid_bit {
	u32 leaf;
	u8 subleaf;
	u8 reg;
	u8 bit;
	u8 offer;
	u32 needs;
};

/* All features that are known. What is not here is hidden. */
extern const struct cpuid_bit cpuid_bits[];
extern const size_t cpuid_bits_nr;

#endif /* VMH_CPUID_BITS_H */
