// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <linux/vmh.h>

#include "names.h"
#include "rows.h"

/* Each value of an enum of the ABI header is called as there, without prefix and in lower case. */
static const struct {
	const char *prefix;
	const char *(*name)(unsigned int value);
	unsigned int least;
} enums[] = {
	{ "VMH_STATE_", state_name, VMH_STATE_NR },
	{ "VMH_EVENT_", event_name, VMH_EVENT_NR },
	{ "VMH_REASON_", reason_name, 5 },
	{ "VMH_LOG_", log_kind_name, 4 },
};

START_TEST(enum_row)
{
	FILE *header = fopen(VMH_HEADER, "r");
	size_t prefix = strlen(enums[_i].prefix);
	char line[256], name[64];
	unsigned int value, seen = 0;

	ck_assert_ptr_nonnull(header);
	while (fgets(line, sizeof(line), header)) {
		if (sscanf(line, " %63[A-Z0-9_] = %u", name, &value) != 2 ||
		    strncmp(name, enums[_i].prefix, prefix) || !strcmp(name + prefix, "NR"))
			continue;
		for (char *c = name; *c; c++)
			*c = tolower(*c);
		ck_assert_str_eq(enums[_i].name(value), name + prefix);
		seen++;
	}
	fclose(header);
	ck_assert_uint_ge(seen, enums[_i].least);
	ck_assert_str_eq(enums[_i].name(999), "unknown");
}
END_TEST

/* The commands are macros: what the header defines, the table must name. */
START_TEST(calls_are_named)
{
	FILE *header = fopen(VMH_HEADER, "r");
	FILE *source = fopen(NAMES_SOURCE, "r");
	static char table[65536];
	char line[256], name[64], row[80], call[CALL_LEN];
	unsigned int seen = 0;

	ck_assert_ptr_nonnull(header);
	ck_assert_ptr_nonnull(source);
	ck_assert_uint_gt(fread(table, 1, sizeof(table) - 1, source), 1000);
	while (fgets(line, sizeof(line), header)) {
		if (!strstr(line, "(VMHIO,") || sscanf(line, "#define %63s", name) != 1)
			continue;
		snprintf(row, sizeof(row), "CALL(%s),", name);
		ck_assert_msg(strstr(table, row), "no %s", row);
		seen++;
	}
	fclose(header);
	fclose(source);
	ck_assert_uint_gt(seen, 40);
	ck_assert_str_eq(call_name(call, VMH_RUN), "VMH_RUN");
	ck_assert_str_eq(call_name(call, VMH_SET_LIMITS), "VMH_SET_LIMITS");
	ck_assert_str_eq(call_name(call, KVM_SET_SREGS), "KVM_SET_SREGS");
	ck_assert_str_eq(call_name(call, KVM_CREATE_VM), "KVM_CREATE_VM");
	ck_assert_str_eq(call_name(call, 0), "call 0");
	ck_assert_str_eq(call_name(call, KVM_XEN_HVM_CONFIG), "call 0x4038ae7a");
}
END_TEST

/* SDM, appendix "VMX Basic Exit Reasons"; reasons 35, 38, 42 and 71 have no meaning. */
static const struct {
	unsigned int reason;
	const char *name;
} exits[] = {
	{ 0, "exception_nmi" }, { 1, "external_interrupt" }, { 2, "triple_fault" },
	{ 7, "interrupt_window" }, { 9, "task_switch" }, { 10, "cpuid" }, { 12, "hlt" },
	{ 16, "rdtsc" }, { 18, "vmcall" }, { 27, "vmxon" }, { 28, "cr_access" },
	{ 30, "io_instruction" }, { 31, "rdmsr" }, { 32, "wrmsr" }, { 34, "msr_loading" },
	{ 35, NULL }, { 36, "mwait" }, { 37, "monitor_trap" }, { 38, NULL }, { 39, "monitor" },
	{ 40, "pause" }, { 41, "machine_check" }, { 42, NULL }, { 43, "tpr_below_threshold" },
	{ 44, "apic_access" }, { 45, "virtualized_eoi" }, { 48, "ept_violation" },
	{ 49, "ept_misconfiguration" }, { 52, "preemption_timer" }, { 54, "wbinvd" },
	{ 55, "xsetbv" }, { 56, "apic_write" }, { 58, "invpcid" }, { 61, "rdseed" },
	{ 62, "pml_full" }, { 64, "xrstors" }, { 67, "umwait" }, { 71, NULL }, { 74, "bus_lock" },
	{ VMH_STATS_EXITS, NULL }, { 0xffffffff, NULL },
};

START_TEST(exit_row)
{
	const char *name = exit_reason_name(exits[_i].reason);

	if (exits[_i].name)
		ck_assert_str_eq(name, exits[_i].name);
	else
		ck_assert_ptr_null(name);
}
END_TEST

START_TEST(users)
{
	char text[USER_LEN];

	ck_assert_str_eq(user_name(text, 0), "root");
	ck_assert_str_eq(user_name(text, 4000000001u), "4000000001");
}
END_TEST

Suite *names_suite(void)
{
	Suite *suite = suite_create("names");

	add_rows(suite, "enums", enum_row, ROWS(enums));
	add_test(suite, "calls", calls_are_named);
	add_rows(suite, "exits", exit_row, ROWS(exits));
	add_test(suite, "users", users);
	return suite;
}
