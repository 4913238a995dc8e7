// SPDX-License-Identifier: GPL-2.0
/* VMREAD and VMWRITE that failed: only where vmh is wrong, or VMX operation was lost. */
#include <linux/percpu.h>
#include <linux/printk.h>

#include "vmcs.h"
#include "vmx_cpu.h"

void vmcs_read_failed(unsigned long field)
{
	if (!this_cpu_read(vmx_cpu_on))
		return;
	pr_err_ratelimited("vmh: VMREAD of field %#lx failed\n", field);
}

void vmcs_write_failed(unsigned long field, u64 value)
{
	if (!this_cpu_read(vmx_cpu_on))
		return;
	pr_err_ratelimited("vmh: VMWRITE of field %#lx failed, error %u\n", field,
			   vmcs_read32(VM_INSTRUCTION_ERROR));
}
