/* SPDX-License-Identifier: GPL-2.0 */
/* IA32_SYSENTER_ESP and EIP refuse what is not canonical. KVM makes it canonical for its guests. */
#include "guest.h"
#include "refuses.h"

	BEGIN64
	REFUSES	MSR_SYSENTER_ESP, 0x80000000, 0
	REFUSES	MSR_SYSENTER_EIP, 0x80000000, 0
	PASS
