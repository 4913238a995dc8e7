// SPDX-License-Identifier: GPL-2.0
/* Making the entry checks, and telling userspace. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "vmx_entry_check_internal.h"

static const struct vmx_entry_table *const tables[] = {
	&vmx_entry_table_controls, &vmx_entry_table_addresses, &vmx_entry_table_event,
	&vmx_entry_table_host, &vmx_entry_table_guest, &vmx_entry_table_segments,
	&vmx_entry_table_nonregister,
};

bool entry_is_canonical(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	return entry_canonical(s, value, expected);
}

bool entry_pat_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	return entry_pat(value, expected);
}

bool entry_efer_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			 u64 *expected)
{
	return entry_only_bits(value, s->view->efer, expected);
}

unsigned int vmx_entry_checks_count(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		nr += tables[i]->nr;
	return nr;
}

const struct vmx_entry_check *vmx_entry_check_at(unsigned int index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		if (index < tables[i]->nr)
			return &tables[i]->checks[index];
		index -= tables[i]->nr;
	}
	return NULL;
}

static void entry_read_controls(struct vmx_entry_state *s)
{
	s->pin = entry_read(s, VMX_F_PIN_CONTROLS);
	s->proc = entry_read(s, VMX_F_PROC_CONTROLS);
	if (s->proc & VMX_CTL_PROC_SECONDARY)
		s->proc2 = entry_read(s, VMX_F_PROC2_CONTROLS);
	s->exit = entry_read(s, VMX_F_EXIT_CONTROLS);
	s->entry = entry_read(s, VMX_F_ENTRY_CONTROLS);
	s->event = entry_read(s, VMX_F_EVENT_INFO);
	if (!(s->event & EVENT_VALID))
		s->event = 0;
}

static void entry_read_guest(struct vmx_entry_state *s)
{
	unsigned int seg;

	s->interruptibility = entry_read(s, VMX_F_INTERRUPTIBILITY);
	s->cr0 = entry_read(s, VMX_F_CR0);
	s->cr4 = entry_read(s, VMX_F_CR4);
	s->efer = entry_read(s, VMX_F_EFER);
	s->rflags = entry_read(s, VMX_F_RFLAGS);
	s->unrestricted = s->proc2 & VMX_CTL_PROC2_UNRESTRICTED;
	s->long_mode = s->entry & VMX_CTL_ENTRY_GUEST_64;
	s->v8086 = s->rflags & RFLAGS_VM;
	for (seg = SEG_ES; seg <= SEG_TR; seg++)
		s->rights[seg] = entry_read(s, VMX_F_ES_RIGHTS + 2 * seg);
}

static void entry_check(const struct vmx_entry_state *s, const struct vmx_entry_check *check,
			struct vmx_entry_result *result)
{
	struct vmx_entry_failure failure = { .check = check };

	result->total++;
	if (check->applies && !check->applies(s, check->arg))
		return;
	failure.value = entry_read(s, check->field);
	if (check->holds(s, check->arg, failure.value, &failure.expected))
		return;
	if (result->failed < ARRAY_SIZE(result->failure))
		result->failure[result->failed] = failure;
	result->failed++;
}

void vmx_entry_checks_run(const struct vmx_entry_view *view, struct vmx_entry_result *result)
{
	struct vmx_entry_state s = { .view = view };
	unsigned int i, k;

	memset(result, 0, sizeof(*result));
	entry_read_controls(&s);
	entry_read_guest(&s);
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (k = 0; k < tables[i]->nr; k++)
			entry_check(&s, &tables[i]->checks[k], result);
}

/* Host-state fields, and controls that are addresses in the host's memory. */
static bool entry_field_is_secret(u32 field)
{
	/* SDM, "Field Encoding in VMCS": bits 11:10 are the kind of field, 14:13 its width. */
	const u32 kind = field >> 10 & 3, width = field >> 13 & 3;

	return kind == 3 || (kind == 0 && width == 1 && field != VMX_F_VM_FUNCTIONS &&
			     field != VMX_F_TSC_MULTIPLIER) || field == VMX_F_LINK_POINTER;
}

void vmx_entry_failure_show(const struct vmx_entry_failure *failure, struct vmh_entry_failure *out)
{
	const struct vmx_entry_check *check = failure->check;
	bool secret = entry_field_is_secret(check->field);

	*out = (struct vmh_entry_failure) {
		.check = check->id,
		.group = vmx_entry_check_group(check),
		.field = check->field,
		.value = secret ? 0 : failure->value,
		.expected = secret ? 0 : failure->expected,
	};
	scnprintf(out->name, sizeof(out->name), "%s", check->name);
	scnprintf(out->text, sizeof(out->text), "%s", check->text);
}
