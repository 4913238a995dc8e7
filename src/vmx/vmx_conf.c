// SPDX-License-Identifier: GPL-2.0
/* What is known of VT-x on this machine and its processors, for all to read: data alone. */
#include "vmx_cpu.h"

struct vmx_conf vmx_conf;

DEFINE_PER_CPU(struct vmx_cpu_msrs, vmx_cpu_msrs);
DEFINE_PER_CPU(bool, vmx_cpu_on);
