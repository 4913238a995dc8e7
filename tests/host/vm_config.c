// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vm_config.h"

TABLE_TEST(vm_config)

START_TEST(default_configuration)
{
	struct vm_config_bounds bounds;
	struct vm_config out;

	vm_config_case_bounds(&bounds);
	memset(&out, 0xff, sizeof(out));
	vm_config_default(&bounds, &out);
	ck_assert_uint_eq(out.memory_size, bounds.max_memory_bytes);
	ck_assert_uint_eq(out.vcpu_count, bounds.max_vcpus);
	ck_assert_uint_eq(out.flags, VMH_VM_AUTO_START);
	ck_assert_str_eq(out.name, "");
	ck_assert_uint_eq(out.limits.limit[VMH_RES_SLOT_BYTES], bounds.max_memory_bytes);
	ck_assert_uint_eq(out.limits.limit[VMH_RES_VCPUS], bounds.max_vcpus);
	ck_assert_uint_eq(out.limits.limit[VMH_RES_EPT_PAGES], VM_CONFIG_EPT_CAP);
}
END_TEST

/* Its VMM has said nothing of memory and vCPUs yet. */
START_TEST(default_limits)
{
	struct vm_config_bounds bounds;
	struct vm_config out;

	vm_config_case_bounds(&bounds);
	bounds.defaults.limit[VMH_RES_SLOT_BYTES] = 4096;
	bounds.defaults.limit[VMH_RES_VCPUS] = 1;
	vm_config_default(&bounds, &out);
	ck_assert_uint_eq(out.memory_size, bounds.max_memory_bytes);
	ck_assert_uint_eq(out.limits.limit[VMH_RES_SLOT_BYTES], 4096);
	ck_assert_uint_eq(out.limits.limit[VMH_RES_VCPUS], 1);
}
END_TEST

/* A record is not needed to refuse. */
START_TEST(without_a_record)
{
	struct vm_config_bounds bounds;
	struct vm_config out;

	vm_config_case_bounds(&bounds);
	ck_assert_int_eq(vm_config_check(&vm_config_cases[_i].in, &bounds, &out, NULL),
			 vm_error_errno(vm_config_cases[_i].code));
}
END_TEST

Suite *vm_config_suite(void)
{
	Suite *suite = suite_create("vm_config");
	TCase *tcase = tcase_create("configurations");

	tcase_add_table(tcase, vm_config);
	tcase_add_test(tcase, default_configuration);
	tcase_add_test(tcase, default_limits);
	tcase_add_loop_test(tcase, without_a_record, 0, ARRAY_SIZE(vm_config_cases));
	suite_add_tcase(suite, tcase);
	return suite;
}
