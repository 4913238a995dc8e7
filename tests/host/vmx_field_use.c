// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vmx_field_use.h"
#include <vmx_fields.h>

TABLE_TEST(vmx_field_use)

/* In ascending order, so nothing is there twice; each of one width and kind. */
START_TEST(order)
{
	unsigned int fields = 0;
	u32 after = 0;

	for (size_t i = 0; i < vmx_field_rows_nr; i++) {
		const struct vmx_field_row *row = &vmx_field_rows[i];

		ck_assert(row->first >= after && row->first <= row->last);
		ck_assert_uint_eq(row->first >> 10, row->last >> 10);
		ck_assert(!((row->first | row->last) % VMX_FIELD_STEP));
		after = row->last + 1;
		fields += (row->last - row->first) / VMX_FIELD_STEP + 1;
	}
	printf("# VMCS fields that can be written: %u\n", fields);
	ck_assert_uint_gt(fields, 180);
}
END_TEST

/* Each field that the entry checks read is one that can be written. */
START_TEST(checked)
{
	static const u32 checked[] = {
		VMX_F_VPID, VMX_F_POSTED_VECTOR, VMX_F_IO_BITMAP_A, VMX_F_EXIT_MSR_STORE,
		VMX_F_ENTRY_MSR_LOAD, VMX_F_PML, VMX_F_VE_INFO, VMX_F_LINK_POINTER, VMX_F_PDPTE3,
		VMX_F_BNDCFGS, VMX_F_HOST_EFER, VMX_F_CR3_TARGETS, VMX_F_EVENT_INSN_LEN,
		VMX_F_PROC2_CONTROLS, VMX_F_ACTIVITY, VMX_F_SYSENTER_EIP, VMX_F_HOST_RIP,
	};

	for (size_t i = 0; i < ARRAY_SIZE(checked); i++)
		ck_assert_ptr_nonnull(vmx_field_row_of(checked[i]));
}
END_TEST

Suite *vmx_field_use_suite(void)
{
	Suite *suite = suite_create("vmx_field_use");
	TCase *tcase = tcase_create("fields");

	tcase_add_table(tcase, vmx_field_use);
	tcase_add_test(tcase, order);
	tcase_add_test(tcase, checked);
	suite_add_tcase(suite, tcase);
	return suite;
}
