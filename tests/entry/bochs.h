/* SPDX-License-Identifier: GPL-2.0 */
/* What Bochs 2.7 does otherwise than the SDM says, as far as the rows of the table show it. */
#ifndef VMH_TESTS_ENTRY_BOCHS_H
#define VMH_TESTS_ENTRY_BOCHS_H

#include <linux/bits.h>

#include "difference.h"

#define BASIC_ANY_ERROR_CODE	BIT_ULL(56)

static const struct entry_difference bochs_differences[] = {
	{ "entry to SMM", "is refused as a guest state that does not block SMIs" },
	{ "other event 1", "is entered, and panics as it injects", true },
	{ "#GP with error code in real mode", "an error code is not checked against CR0.PE",
	  .basic = BASIC_ANY_ERROR_CODE },
	{ "interrupt with error code", "an error code is not checked against the event's type",
	  .basic = BASIC_ANY_ERROR_CODE },
	{ "DEBUGCTL reserved bit", "IA32_DEBUGCTL is not checked" },
	{ "IA-32e mode without CR0.PG", "only CR4.PAE is checked" },
	{ "RIP not canonical, low", "in 64-bit mode RIP is not checked", .left = true },
	{ "RIP not canonical, high", "in 64-bit mode RIP is not checked", .left = true },
	{ "RFLAGS.VM in real mode", "VM is checked in IA-32e mode alone", .left = true },
	{ "#UD in HLT", "events are not checked against the activity state HLT" },
	{ "NMI while NMIs are blocked", "blocking by NMI is not checked with virtual NMIs",
	  .left = true },
	{ "pending debug bit 63", "bits 63:32 are not checked", .left = true },
	{ "TF without BS in a shadow", "BS is not checked", .left = true },
	{ "BS without TF in a shadow", "BS is not checked", .left = true },
	{ "BS with BTF in HLT", "BS is not checked" },
};

#endif /* VMH_TESTS_ENTRY_BOCHS_H */
