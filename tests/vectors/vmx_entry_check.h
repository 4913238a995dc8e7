/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry checks on a model of a VMCS: a good state, spoiled by each row, fails just the check that
 * the row names.
 */
#ifndef VMH_VECTORS_VMX_ENTRY_CHECK_H
#define VMH_VECTORS_VMX_ENTRY_CHECK_H

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <vmx_entry_check.h>

#include "vmx_entry_rows.h"

/* A model of a VMCS: fields that were written; the others are 0. */
struct vmx_entry_model {
	struct vmx_caps caps;
	u32 nr;
	struct {
		u32 field;
		u64 value;
	} cell[112];
};

static inline u64 *vmx_entry_model_cell(struct vmx_entry_model *model, u32 field)
{
	u32 i;

	for (i = 0; i < model->nr; i++)
		if (model->cell[i].field == field)
			return &model->cell[i].value;
	if (model->nr == ARRAY_SIZE(model->cell))
		return NULL;
	model->cell[i].field = field;
	model->cell[i].value = 0;
	model->nr++;
	return &model->cell[i].value;
}

static inline u64 vmx_entry_model_read(void *ctx, u32 field)
{
	const struct vmx_entry_model *model = ctx;
	u32 i;

	for (i = 0; i < model->nr; i++)
		if (model->cell[i].field == field)
			return model->cell[i].value;
	return 0;
}

static inline void vmx_entry_model_write(void *ctx, u32 field, u64 value)
{
	*vmx_entry_model_cell(ctx, field) = value;
}

/* A processor that can do everything, with what Skylake demands. */
static inline void vmx_entry_model_caps(struct vmx_caps *caps)
{
	*caps = (struct vmx_caps) {
		.ctls = {
			[VMX_CTL_WORD_PIN] = 0x000000ff00000016ULL,
			[VMX_CTL_WORD_PROC] = 0xfff9fffe04006172ULL,
			[VMX_CTL_WORD_PROC2] = 0x467fffff00000000ULL,
			[VMX_CTL_WORD_EXIT] = 0x01ffffff00036dfbULL,
			[VMX_CTL_WORD_ENTRY] = 0x0003ffff000011fbULL,
		},
		.misc = 0x0004c1e7,
		.cr0_fixed0 = 0x80000021,
		.cr0_fixed1 = 0xffffffff,
		.cr4_fixed0 = 0x2000,
		.cr4_fixed1 = 0xb767ff,
		.ept_vpid = 0xf0106734141ULL,
	};
}

static inline void vmx_entry_model_controls(struct vmx_entry_model *m, bool long_mode)
{
	vmx_entry_model_write(m, VMX_F_PIN_CONTROLS, 0x3f);
	vmx_entry_model_write(m, VMX_F_PROC_CONTROLS, 0x04006172 | VMX_CTL_PROC_HLT |
			      VMX_CTL_PROC_MSR_BITMAPS | VMX_CTL_PROC_SECONDARY);
	vmx_entry_model_write(m, VMX_F_PROC2_CONTROLS, VMX_CTL_PROC2_EPT | VMX_CTL_PROC2_VPID |
			      VMX_CTL_PROC2_UNRESTRICTED);
	vmx_entry_model_write(m, VMX_F_EXIT_CONTROLS, 0x36dfb | VMX_CTL_EXIT_HOST_64 |
			      VMX_CTL_EXIT_LOAD_PAT | VMX_CTL_EXIT_LOAD_EFER);
	vmx_entry_model_write(m, VMX_F_ENTRY_CONTROLS, 0x11fb | VMX_CTL_ENTRY_LOAD_DEBUG |
			      VMX_CTL_ENTRY_LOAD_PAT | VMX_CTL_ENTRY_LOAD_EFER |
			      (long_mode ? VMX_CTL_ENTRY_GUEST_64 : 0));
	vmx_entry_model_write(m, VMX_F_MSR_BITMAP, 0x1000);
	vmx_entry_model_write(m, VMX_F_EPTP, 0x205e);
	vmx_entry_model_write(m, VMX_F_VPID, 1);
}

static inline void vmx_entry_model_host(struct vmx_entry_model *m)
{
	const u64 kernel = 0xffffffff81000000ULL;
	u32 field;

	vmx_entry_model_write(m, VMX_F_HOST_CR0, 0x80050033);
	vmx_entry_model_write(m, VMX_F_HOST_CR3, 0x3000);
	vmx_entry_model_write(m, VMX_F_HOST_CR4, 0x26f0);
	vmx_entry_model_write(m, VMX_F_HOST_CS_SELECTOR, 0x10);
	vmx_entry_model_write(m, VMX_F_HOST_SS_SELECTOR, 0x18);
	vmx_entry_model_write(m, VMX_F_HOST_TR_SELECTOR, 0x40);
	vmx_entry_model_write(m, VMX_F_HOST_PAT, 0x0407050600070106ULL);
	vmx_entry_model_write(m, VMX_F_HOST_EFER, 0xd01);
	for (field = VMX_F_HOST_GS_BASE; field <= VMX_F_HOST_SYSENTER_EIP; field += 2)
		vmx_entry_model_write(m, field, kernel);
	vmx_entry_model_write(m, VMX_F_HOST_RIP, kernel);
}

static inline void vmx_entry_model_32_bit_host(struct vmx_entry_model *m)
{
	*vmx_entry_model_cell(m, VMX_F_EXIT_CONTROLS) &= ~(u64)VMX_CTL_EXIT_HOST_64;
	vmx_entry_model_write(m, VMX_F_HOST_EFER, 0);
	vmx_entry_model_write(m, VMX_F_HOST_RIP, 0xffffffff);
}

static inline void vmx_entry_model_spoil(struct vmx_entry_model *m,
					 const struct vmx_entry_check_case *c)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c->change); i++) {
		const struct vmx_entry_change *change = &c->change[i];
		u64 *cell;

		if (!change->clear && !change->set)
			continue;
		cell = vmx_entry_model_cell(m, change->field);
		*cell = (*cell & ~change->clear) | change->set;
	}
}

static inline void vmx_entry_model_make(struct vmx_entry_model *m,
					const struct vmx_entry_check_case *c)
{
	m->nr = 0;
	vmx_entry_model_caps(&m->caps);
	m->caps.ept_vpid &= ~c->no_ept_cap;
	vmx_entry_model_controls(m, c->base == VMX_BASE_LONG);
	vmx_entry_model_host(m);
	if (c->host_32)
		vmx_entry_model_32_bit_host(m);
	vmx_entry_base_state(c->base, vmx_entry_model_write, m);
	vmx_entry_model_spoil(m, c);
}

static inline void vmx_entry_model_run(struct vmx_entry_model *m, bool host_long_mode,
				       struct vmx_entry_result *result)
{
	const struct vmx_entry_view view = {
		.read = vmx_entry_model_read,
		.ctx = m,
		.caps = &m->caps,
		.phys_bits = 46,
		.linear_bits = 48,
		.host_long_mode = host_long_mode,
		.debugctl = 0xffc3,
		.efer = 0xd01,
	};

	vmx_entry_checks_run(&view, result);
}

/* What must be shown: the failing field as it is, but nothing of the host. */
static inline bool vmx_entry_failure_is_shown(const struct vmx_entry_failure *failure)
{
	const struct vmx_entry_check *check = failure->check;
	struct vmh_entry_failure shown;
	bool secret = check->id / 1000 == VMH_ENTRY_HOST || (check->id >= 1101 &&
		      check->id <= 1122 && check->field != VMX_F_VM_FUNCTIONS) ||
		      check->field == VMX_F_LINK_POINTER;

	/* Of the host, only what is a control word and no address may be told. */
	if (check->field == VMX_F_EXIT_CONTROLS || check->field == VMX_F_ENTRY_CONTROLS)
		secret = false;
	memset(&shown, 0xff, sizeof(shown));
	vmx_entry_failure_show(failure, &shown);
	return shown.check == check->id && shown.group == check->id / 1000U &&
	       shown.field == check->field && !shown.reserved &&
	       shown.value == (secret ? 0 : failure->value) &&
	       shown.expected == (secret ? 0 : failure->expected) &&
	       !strcmp(shown.name, check->name) && !strcmp(shown.text, check->text);
}

static inline bool vmx_entry_check_case_ok(const struct vmx_entry_check_case *c, char *why,
					   size_t why_len)
{
	static struct vmx_entry_model model;
	struct vmx_entry_result result;
	size_t len;
	u32 i;

	vmx_entry_model_make(&model, c);
	vmx_entry_model_run(&model, !c->host_32, &result);
	len = scnprintf(why, why_len, "want %u, of %u failed %u:", c->check, result.total,
			result.failed);
	for (i = 0; i < result.failed && i < ARRAY_SIZE(result.failure); i++)
		len += scnprintf(why + len, why_len - len, " %s", result.failure[i].check->name);
	if (result.total != vmx_entry_checks_count())
		return false;
	if (!c->check)
		return !result.failed;
	return result.failed == 1 && result.failure[0].check->id == c->check &&
	       result.failure[0].value ==
			vmx_entry_model_read(&model, result.failure[0].check->field) &&
	       vmx_entry_failure_is_shown(&result.failure[0]);
}

#endif /* VMH_VECTORS_VMX_ENTRY_CHECK_H */
