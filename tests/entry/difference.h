/* SPDX-License-Identifier: GPL-2.0 */
/* What a processor that is not one of Intel's does otherwise than the SDM says. */
#ifndef VMH_TESTS_ENTRY_DIFFERENCE_H
#define VMH_TESTS_ENTRY_DIFFERENCE_H

#include <linux/types.h>

/**
 * struct entry_difference - a row with which it does not do what the SDM says
 * @row: its name.
 * @why: what it does.
 * @stops: it takes the state, and then stops the whole machine: not tried.
 * @left: KVM leaves the check to the processor when it nests: what that does shows there too.
 * @basic: only where IA32_VMX_BASIC has these bits.
 */
struct entry_difference {
	const char *row;
	const char *why;
	bool stops;
	bool left;
	u64 basic;
};

#endif /* VMH_TESTS_ENTRY_DIFFERENCE_H */
