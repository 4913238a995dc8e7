/* SPDX-License-Identifier: GPL-2.0 */
/* The same through x2APIC's MSRs. */
#define X2APIC
#include "self_ipi.S"
