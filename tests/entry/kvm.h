/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What KVM's nested VMX does otherwise than the SDM says, as far as the rows of the table show it.
 * It gives a guest's activity state to no processor, and looks at the state's value alone. Other
 * checks it leaves to the processor: see bochs.h.
 */
#ifndef VMH_TESTS_ENTRY_KVM_H
#define VMH_TESTS_ENTRY_KVM_H

#include "difference.h"

static const struct entry_difference kvm_differences[] = {
	{ "HLT at CPL 3", "the activity state HLT is not checked against the CPL" },
	{ "HLT in a STI shadow", "the activity state HLT is not checked against the shadow" },
	{ "#UD in HLT", "events are not checked against the activity state HLT" },
	{ "NMI while waiting for SIPI", "events are not checked against the activity state SIPI" },
	{ "BS with BTF in HLT", "BS is not checked against the activity state HLT" },
};

#endif /* VMH_TESTS_ENTRY_KVM_H */
