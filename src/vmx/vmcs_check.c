// SPDX-License-Identifier: GPL-2.0
/*
 * Has every field of a new VMCS been written that matters? Emulators leave memory as it was, so a
 * pattern in it shows through fields that nobody wrote; a processor may do anything. Built where
 * vmx_pretend.c is.
 */
#include <linux/printk.h>
#include <linux/string.h>

#include "vmx.h"
#include "vmx_field_use.h"
#include "vmx_pretend.h"

#define VMCS_PATTERN	0x5a

/**
 * vmcs_spoil() - fill a VMCS region with a pattern
 * @region: not yet known to a processor.
 */
void vmcs_spoil(struct vmcs_region *region)
{
	memset(region->data, VMCS_PATTERN, sizeof(region->data));
}

static bool vmcs_is_pattern(u32 field)
{
	u64 value, pattern;

	memset(&pattern, VMCS_PATTERN, sizeof(pattern));
	pattern &= GENMASK_ULL(vmx_field_bits(field) - 1, 0);
	/* A field that there is not needs no value. */
	return vmcs_try_read(field, &value) && value == pattern;
}

/**
 * vmcs_check_written() - is a field left that was never written and matters?
 *
 * Context: the vCPU loaded, before its first entry, or after controls were turned on.
 *
 * Return: false, and says which, if so.
 */
bool vmcs_check_written(void)
{
	const u32 controls[VMX_CTL_WORDS] = {
		[VMX_CTL_WORD_PIN] = vmcs_read32(PIN_BASED_VM_EXEC_CONTROL),
		[VMX_CTL_WORD_PROC] = vmcs_read32(CPU_BASED_VM_EXEC_CONTROL),
		[VMX_CTL_WORD_PROC2] = vmcs_read32(SECONDARY_VM_EXEC_CONTROL),
		[VMX_CTL_WORD_EXIT] = vmcs_read32(VM_EXIT_CONTROLS),
		[VMX_CTL_WORD_ENTRY] = vmcs_read32(VM_ENTRY_CONTROLS),
	};
	bool ok = true;
	size_t i;
	u32 field;

	for (i = 0; i < vmx_field_rows_nr; i++) {
		const struct vmx_field_row *row = &vmx_field_rows[i];

		if (!vmx_field_matters(row, controls))
			continue;
		for (field = row->first; field <= row->last; field += VMX_FIELD_STEP) {
			if (!vmcs_is_pattern(field))
				continue;
			pr_info("vmh: VMCS field %#x was never written\n", field);
			ok = false;
		}
	}
	return ok;
}
