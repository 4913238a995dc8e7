// SPDX-License-Identifier: GPL-2.0
/* What `vmhctl report` prints of a machine that is played here, and what it leaves out. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_file.h"
#include "report.h"
#include "rows.h"

static const struct {
	const char *line;
	const char *becomes;
} scrubbed[] = {
	{ "", "" },
	{ "vmh: no VM can run here", "vmh: no VM can run here" },
	{ "RIP: 0010:vmx_enter+0x12/0x40 [vmh]", "RIP: 0010:vmx_enter+0x12/0x40 [vmh]" },
	{ "RSP: 0018:ffffc90000123e40 EFLAGS", "RSP: 0018:(address) EFLAGS" },
	{ "at 0xffffffff81000000", "at 0x(address)" },
	{ "FFFF888012345678 FFFF888012345679", "(address) (address)" },
	{ "ffff88801234", "(address)" },
	{ "ffff8880123", "ffff8880123" },
	{ "call 0xc018be21", "call 0xc018be21" },
	{ "0000000000000001", "0000000000000001" },
};

START_TEST(scrub_row)
{
	char line[128];

	strcpy(line, scrubbed[_i].line);
	report_scrub(line);
	ck_assert_str_eq(line, scrubbed[_i].becomes);
}
END_TEST

static const struct {
	const char *text;
	const char *name;
	const char *value;
} fields[] = {
	{ "vendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: A B\n", "model", "85" },
	{ "vendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: A B\n", "model name", "A B" },
	{ "NAME=\"Debian\"\nPRETTY_NAME=\"Debian 12\"\n", "PRETTY_NAME", "Debian 12" },
	{ "PRETTY_NAME=\"Debian 12\"", "NAME", "unknown" },
	{ "microcode\t: 0x2b", "microcode", "0x2b" },
	{ "empty:\nnext: 1\n", "empty", "" },
	{ "", "model", "unknown" },
};

START_TEST(field_row)
{
	char value[64];

	ck_assert_str_eq(report_field(value, sizeof(value), fields[_i].text, fields[_i].name),
			 fields[_i].value);
}
END_TEST

static const struct {
	uint64_t taint;
	const char *letters;
} taints[] = {
	{ 0, "" }, { 1, "P" }, { 4096, "O" }, { 4096 | 512, "WO" }, { 1 << 18, "N" },
	{ 1ULL << 40, "" },
};

START_TEST(taint_row)
{
	char letters[TAINT_LEN];

	ck_assert_str_eq(report_taint(letters, taints[_i].taint), taints[_i].letters);
}
END_TEST

/* A machine in a directory, and what is printed of it. */
static char root[32];
static char said[8192];

static void play(const char *path, const char *text)
{
	char whole[256];
	FILE *file;

	for (const char *at = path + 1; (at = strchr(at, '/')); at++) {
		snprintf(whole, sizeof(whole), "%s%.*s", root, (int)(at - path), path);
		mkdir(whole, 0755);
	}
	snprintf(whole, sizeof(whole), "%s%s", root, path);
	file = fopen(whole, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

/* What a part prints. */
static const char *print(void (*part)(void))
{
	FILE *out = tmpfile();
	int own = dup(STDOUT_FILENO);

	fflush(stdout);
	dup2(fileno(out), STDOUT_FILENO);
	part();
	fflush(stdout);
	dup2(own, STDOUT_FILENO);
	close(own);
	rewind(out);
	said[fread(said, 1, sizeof(said) - 1, out)] = '\0';
	fclose(out);
	return said;
}

static void setup(void)
{
	strcpy(root, "/tmp/vmhctl-report.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	host_root = root;
}

static void teardown(void)
{
	char command[sizeof(root) + 16];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
	host_root = "";
}

static void says(const char *what)
{
	ck_assert_msg(strstr(said, what), "no '%s' in\n%s", what, said);
}

START_TEST(nothing_there)
{
	print(report_module);
	says("\nModule vmh\n  not loaded\n");
	print(report_processor);
	says("/proc/cpuinfo        not to be read: No such file");
	says("Mitigations\n  not to be read: No such file");
	print(report_hypervisors);
	says("\n  none\n");
	print(report_vtx);
	says("its registers cannot be read: No such file or directory; `modprobe msr`");
	print(report_kernel);
	says("distribution         unknown\n");
}
END_TEST

START_TEST(all_there)
{
	play("/proc/modules", "vmh 446464 3 - Live 0xffffffffc0a00000 (OE)\n"
	     "kvm 1 1 kvm_intel, Live 0xffffffffc0b00000\nkvm_intel 1 0 - Live 0x0\n");
	play("/sys/module/vmh/parameters/apicv", "N\n");
	play("/sys/module/vmh/parameters/pool_pages", "64\n");
	play("/proc/cpuinfo", "vendor_id\t: GenuineIntel\nmicrocode\t: 0x2b\n");
	play("/sys/devices/system/cpu/vulnerabilities/mds", "Mitigation: Clear CPU buffers\n");
	play("/proc/sys/kernel/tainted", "12288\n");
	play("/etc/os-release", "PRETTY_NAME=\"Debian\"\n");
	print(report_module);
	says("loaded, used by 3\n");
	says("\n  apicv                N\n  pool_pages           64\n");
	ck_assert_ptr_null(strstr(said, "ffffffff"));
	print(report_processor);
	says("microcode            0x2b\n");
	says("  mds                  Mitigation: Clear CPU buffers\n");
	print(report_kernel);
	says("distribution         Debian\n");
	says("taint                12288 OE\n");
	print(report_hypervisors);
	says("kvm_intel            used by 0\n");
	says("kvm                  used by 1\n");
}
END_TEST

static const char log_text[] =
	"<6>[    1.000000] Linux version 6.1\n"
	"<4>[    2.000000] vmh: loading out-of-tree module taints kernel.\n"
	"<6>[    3.000000] audit: exe=\"/home/somebody/vmhctl\"\n"
	"<5>[    4.000000] vmh-lab: up\n"
	"<4>[    5.000000] [  T123] unrelated vmh: in it\n"
	"<4>[    6.000000] RIP: 0010:vmx_enter+0x1/0x2 [vmh] ffffc90000123e40\n";

static void print_log(void)
{
	char text[sizeof(log_text)];

	memcpy(text, log_text, sizeof(text));
	report_log_text(text);
}

START_TEST(log_is_ours)
{
	ck_assert_str_eq(print(print_log),
			 "  [    2.000000] vmh: loading out-of-tree module taints kernel.\n"
			 "  [    6.000000] RIP: 0010:vmx_enter+0x1/0x2 [vmh] (address)\n");
}
END_TEST

static void print_no_log(void)
{
	char text[] = "";

	report_log_text(text);
}

START_TEST(log_is_empty)
{
	ck_assert_str_eq(print(print_no_log), "  nothing\n");
}
END_TEST

Suite *report_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *machine = tcase_create("machine");

	add_rows(suite, "scrub", scrub_row, ROWS(scrubbed));
	add_rows(suite, "field", field_row, ROWS(fields));
	add_rows(suite, "taint", taint_row, ROWS(taints));
	tcase_add_checked_fixture(machine, setup, teardown);
	tcase_add_test(machine, nothing_there);
	tcase_add_test(machine, all_there);
	tcase_add_test(machine, log_is_ours);
	tcase_add_test(machine, log_is_empty);
	suite_add_tcase(suite, machine);
	return suite;
}
