// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <getopt.h>
#include <string.h>

#include "rows.h"
#include "run_options.h"
#include "vmhctl.h"

#define ARGS_MAX	12

static struct run_options opt;

static int parse(const char *const *given)
{
	static char words[ARGS_MAX][64];
	char *argv[ARGS_MAX + 1] = { 0 };
	int argc = 0;

	strcpy(words[argc], "vmhctl");
	argv[argc] = words[argc];
	for (argc = 1; given[argc - 1]; argc++) {
		strcpy(words[argc], given[argc - 1]);
		argv[argc] = words[argc];
	}
	optind = 0;		/* glibc: start anew */
	return run_options_parse(&opt, argc, argv);
}

static const struct {
	const char *name;
	const char *args[ARGS_MAX];
	int status;
} cases[] = {
	{ "nothing to run", { NULL }, VMHCTL_USAGE },
	{ "both kinds", { "--kernel", "k", "--flat", "f" }, VMHCTL_USAGE },
	{ "kernel", { "--kernel", "k" }, VMHCTL_OK },
	{ "flat", { "--flat", "f" }, VMHCTL_OK },
	{ "help alone", { "--help" }, VMHCTL_OK },
	{ "unknown option", { "--kernel", "k", "--bogus" }, VMHCTL_USAGE },
	{ "value missing", { "--kernel" }, VMHCTL_USAGE },
	{ "stray word", { "--kernel", "k", "stray" }, VMHCTL_USAGE },
	{ "initrd of a flat guest", { "--flat", "f", "--initrd", "i" }, VMHCTL_USAGE },
	{ "entry of a kernel", { "--kernel", "k", "--entry", "0" }, VMHCTL_USAGE },
	{ "irqchip of a kernel", { "--kernel", "k", "--irqchip", "off" }, VMHCTL_USAGE },
	{ "irqchip neither", { "--flat", "f", "--irqchip", "yes" }, VMHCTL_USAGE },
	{ "no CPUs", { "--flat", "f", "--cpus", "0" }, VMHCTL_USAGE },
	{ "most CPUs", { "--flat", "f", "--cpus", "255" }, VMHCTL_OK },
	{ "more CPUs", { "--flat", "f", "--cpus", "256" }, VMHCTL_USAGE },
	{ "CPUs wrap", { "--flat", "f", "--cpus", "4294967297" }, VMHCTL_USAGE },
	{ "no memory", { "--flat", "f", "--memory", "0" }, VMHCTL_USAGE },
	{ "odd memory", { "--flat", "f", "--memory", "4097" }, VMHCTL_USAGE },
	{ "a page", { "--flat", "f", "--memory", "4K" }, VMHCTL_OK },
	{ "memory overflows", { "--flat", "f", "--memory", "16777216T" }, VMHCTL_USAGE },
	{ "longest name", { "--flat", "f", "--name", "0123456789012345678901234567890" },
	  VMHCTL_OK },
	{ "name too long", { "--flat", "f", "--name", "01234567890123456789012345678901" },
	  VMHCTL_USAGE },
	{ "limits", { "--flat", "f", "--limit", "exits=9", "--limit=run=0.5" }, VMHCTL_OK },
	{ "limit of nothing known", { "--flat", "f", "--limit", "bogus=9" }, VMHCTL_USAGE },
	{ "limit without a value", { "--flat", "f", "--limit", "exits" }, VMHCTL_USAGE },
	{ "waits at limits", { "--flat", "f", "--on-limit=wait" }, VMHCTL_OK },
	{ "ends at limits", { "--flat", "f", "--on-limit", "exit" }, VMHCTL_OK },
	{ "does neither", { "--flat", "f", "--on-limit", "stop" }, VMHCTL_USAGE },
	{ "disk", { "--kernel", "k", "--disk", "d" }, VMHCTL_OK },
	{ "disk to read", { "--kernel", "k", "--disk", "d,ro" }, VMHCTL_OK },
	{ "raw disk", { "--kernel", "k", "--disk", "d,format=raw" }, VMHCTL_OK },
	{ "disk of another format", { "--kernel", "k", "--disk", "d,format=vmdk" },
	  VMHCTL_USAGE },
	{ "the same, to read", { "--kernel", "k", "--disk", "d,format=vmdk,ro" }, VMHCTL_USAGE },
	{ "qcow2 disk", { "--kernel", "k", "--disk", "d,format=qcow2" }, VMHCTL_OK },
	{ "socket without a path", { "--kernel", "k", "--disk", "socket=" }, VMHCTL_USAGE },
	{ "raw disk without a name", { "--kernel", "k", "--disk", ",format=raw,ro" },
	  VMHCTL_USAGE },
	{ "disk without a name", { "--kernel", "k", "--disk", ",ro" }, VMHCTL_USAGE },
	{ "disk of a flat guest", { "--flat", "f", "--disk", "d" }, VMHCTL_USAGE },
	{ "tap", { "--kernel", "k", "--net", "tap=vm0" }, VMHCTL_OK },
	{ "tap without a name", { "--kernel", "k", "--net", "tap=" }, VMHCTL_USAGE },
	{ "longest tap", { "--kernel", "k", "--net", "tap=0123456789abcde" }, VMHCTL_OK },
	{ "longer tap", { "--kernel", "k", "--net", "tap=0123456789abcdef" }, VMHCTL_USAGE },
	{ "network of the user's own", { "--kernel", "k", "--net", "user" }, VMHCTL_OK },
	{ "no such network", { "--kernel", "k", "--net", "users" }, VMHCTL_USAGE },
	{ "address", { "--kernel", "k", "--net", "user,mac=52:54:00:12:34:5f" }, VMHCTL_OK },
	{ "address of a group", { "--kernel", "k", "--net", "user,mac=53:54:00:12:34:56" },
	  VMHCTL_USAGE },
	{ "short address", { "--kernel", "k", "--net", "user,mac=52:54:00:12:34" }, VMHCTL_USAGE },
	{ "long address", { "--kernel", "k", "--net", "user,mac=52:54:00:12:34:56:78" },
	  VMHCTL_USAGE },
	{ "odd address", { "--kernel", "k", "--net", "user,mac=52:54:0:12:34:56" }, VMHCTL_USAGE },
	{ "something else of a network", { "--kernel", "k", "--net", "user,foo=1" }, VMHCTL_USAGE },
	{ "serial console", { "--kernel", "k", "--console", "serial" }, VMHCTL_OK },
	{ "virtio console", { "--kernel", "k", "--console", "virtio" }, VMHCTL_OK },
	{ "no such console", { "--kernel", "k", "--console", "vga" }, VMHCTL_USAGE },
	{ "virtio console of a flat guest", { "--flat", "f", "--console", "virtio" },
	  VMHCTL_USAGE },
	{ "console of a flat guest", { "--flat", "f", "--console", "serial" }, VMHCTL_OK },
	{ "huge pages", { "--kernel", "k", "--hugepages" }, VMHCTL_OK },
	{ "half a huge page", { "--kernel", "k", "--hugepages", "--memory", "9M" }, VMHCTL_USAGE },
	{ "confined", { "--flat", "f", "--confine", "on" }, VMHCTL_OK },
	{ "not confined", { "--flat", "f", "--confine", "off" }, VMHCTL_OK },
	{ "confined a bit", { "--flat", "f", "--confine", "yes" }, VMHCTL_USAGE },
	{ "another user", { "--flat", "f", "--user", "daemon" }, VMHCTL_OK },
	{ "no time", { "--flat", "f", "--timeout", "0" }, VMHCTL_USAGE },
	{ "endless time", { "--flat", "f", "--timeout", "18446744073709551615" }, VMHCTL_USAGE },
	{ "negative time", { "--flat", "f", "--timeout", "-1" }, VMHCTL_USAGE },
	{ "bad address", { "--flat", "f", "--load-addr", "1000h" }, VMHCTL_USAGE },
};

START_TEST(status_row)
{
	ck_assert_msg(parse(cases[_i].args) == cases[_i].status, "%s", cases[_i].name);
}
END_TEST

START_TEST(linux_defaults)
{
	ck_assert_int_eq(parse((const char *[]){ "--kernel", "k", NULL }), VMHCTL_OK);
	ck_assert_str_eq(opt.device, "/dev/vmh");
	ck_assert_uint_eq(opt.machine.memory_bytes, 256ULL << 20);
	ck_assert_uint_eq(opt.machine.cpus, 1);
	ck_assert(opt.machine.irqchip);
	ck_assert(opt.reads_input);
	ck_assert(!opt.bare_cmdline);
	ck_assert(!opt.machine.exit_at_limit);
	ck_assert_uint_eq(opt.timeout_seconds, 0);
}
END_TEST

START_TEST(flat_defaults)
{
	ck_assert_int_eq(parse((const char *[]){ "--flat", "f", NULL }), VMHCTL_OK);
	ck_assert_uint_eq(opt.machine.memory_bytes, 16ULL << 20);
	ck_assert(!opt.machine.irqchip);
	ck_assert_uint_eq(opt.load_gpa, 0x1000);
	ck_assert_uint_eq(opt.entry_gpa, 0x1000);
	ck_assert_msg(!opt.reads_input, "it may be a script's");
}
END_TEST

START_TEST(limits)
{
	static const char *const args[] = {
		"--flat=f", "--limit=populated_bytes=1M", "--limit=run=2", NULL,
	};

	ck_assert_int_eq(parse(args), VMHCTL_OK);
	ck_assert_uint_eq(opt.machine.nr_limits, 2);
	ck_assert_uint_eq(opt.machine.limits[0].resource, VMH_RES_POPULATED_BYTES);
	ck_assert_uint_eq(opt.machine.limits[0].limit, 1 << 20);
	ck_assert_uint_eq(opt.machine.limits[1].resource, VMH_RES_RUN_NS);
	ck_assert_uint_eq(opt.machine.limits[1].limit, 2000000000);
}
END_TEST

START_TEST(devices)
{
	static const char *const args[] = {
		"--kernel=k", "--disk=a", "--disk=b,ro", "--net=tap=t0,mac=02:00:5e:10:20:30",
		"--net=user", "--disk=c,x,format=raw", "--disk=d,ro,format=raw",
		"--disk=e,format=raw,ro", NULL,
	};

	ck_assert_int_eq(parse(args), VMHCTL_OK);
	ck_assert_uint_eq(opt.devices.nr_disks, 5);
	ck_assert_str_eq(opt.devices.disks[0].path, "a");
	ck_assert(!opt.devices.disks[0].read_only);
	ck_assert_uint_eq(opt.devices.disks[0].format, DISK_FORMAT_ANY);
	ck_assert_str_eq(opt.devices.disks[1].path, "b");
	ck_assert(opt.devices.disks[1].read_only);
	ck_assert_uint_eq(opt.devices.disks[1].format, DISK_FORMAT_ANY);
	ck_assert_str_eq(opt.devices.disks[2].path, "c,x");
	ck_assert(!opt.devices.disks[2].read_only);
	ck_assert_uint_eq(opt.devices.disks[2].format, DISK_FORMAT_RAW);
	for (unsigned int i = 3; i < 5; i++) {
		ck_assert_uint_eq(strlen(opt.devices.disks[i].path), 1);
		ck_assert(opt.devices.disks[i].read_only);
		ck_assert_uint_eq(opt.devices.disks[i].format, DISK_FORMAT_RAW);
	}
	ck_assert_uint_eq(opt.devices.nr_nets, 2);
	ck_assert_str_eq(opt.devices.nets[0].tap, "t0");
	ck_assert_mem_eq(opt.devices.nets[0].mac, "\x02\x00\x5e\x10\x20\x30", 6);
	ck_assert_str_eq(opt.devices.nets[1].tap, "");
	ck_assert_msg((opt.devices.nets[1].mac[0] & 3) == 2, "local, and of one");
}
END_TEST

/* What follows a socket's path is a part of it. */
START_TEST(back_end)
{
	static const char *const args[] = {
		"--kernel=k", "--disk=socket=/run/a,ro", "--disk=./socket=b",
		"--disk=c.qcow2,ro,format=qcow2", NULL,
	};

	ck_assert_int_eq(parse(args), VMHCTL_OK);
	ck_assert_str_eq(opt.devices.disks[0].path, "/run/a,ro");
	ck_assert_uint_eq(opt.devices.disks[0].format, DISK_FORMAT_SOCKET);
	ck_assert_str_eq(opt.devices.disks[1].path, "./socket=b");
	ck_assert_uint_eq(opt.devices.disks[1].format, DISK_FORMAT_ANY);
	ck_assert_str_eq(opt.devices.disks[2].path, "c.qcow2");
	ck_assert_uint_eq(opt.devices.disks[2].format, DISK_FORMAT_QCOW2);
	ck_assert(opt.devices.disks[2].read_only);
}
END_TEST

START_TEST(most_devices)
{
	static const char *const args[] = {
		"--kernel=k", "--disk=1", "--disk=2", "--disk=3", "--disk=4", "--disk=5",
		"--disk=6", "--net=user", NULL, NULL,
	};
	const char *more[ARGS_MAX];

	ck_assert_int_eq(parse(args), VMHCTL_OK);
	memcpy(more, args, sizeof(args));
	more[8] = "--disk=8";
	ck_assert_int_eq(parse(more), VMHCTL_USAGE);
	more[8] = "--net=tap=t";
	ck_assert_int_eq(parse(more), VMHCTL_USAGE);
	more[8] = "--console=virtio";
	ck_assert_int_eq(parse(more), VMHCTL_USAGE);
	more[1] = more[8];
	more[8] = NULL;
	ck_assert_int_eq(parse(more), VMHCTL_OK);
	ck_assert(opt.devices.console);
}
END_TEST

START_TEST(flat_all)
{
	static const char *const args[] = {
		"--flat=f", "--load-addr=0x7000", "--cpus=3", "--irqchip=on", "--memory=1M",
		"--stats", "--timeout=9", "--device=/dev/kvm", "--console=serial", NULL,
	};

	ck_assert_int_eq(parse(args), VMHCTL_OK);
	ck_assert_msg(opt.entry_gpa == 0x7000, "the entry follows the load address");
	ck_assert(opt.machine.irqchip);
	ck_assert_uint_eq(opt.machine.cpus, 3);
	ck_assert_uint_eq(opt.machine.memory_bytes, 1 << 20);
	ck_assert_uint_eq(opt.timeout_seconds, 9);
	ck_assert(opt.stats);
	ck_assert(opt.reads_input);
	ck_assert_str_eq(opt.device, "/dev/kvm");
}
END_TEST

Suite *run_options_suite(void)
{
	Suite *suite = suite_create("run_options");

	add_rows(suite, "status", status_row, ROWS(cases));
	add_test(suite, "linux", linux_defaults);
	add_test(suite, "flat", flat_defaults);
	add_test(suite, "limits", limits);
	add_test(suite, "devices", devices);
	add_test(suite, "back end", back_end);
	add_test(suite, "most_devices", most_devices);
	add_test(suite, "all", flat_all);
	return suite;
}
