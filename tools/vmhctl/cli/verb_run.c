// SPDX-License-Identifier: GPL-2.0
/* vmhctl run: make a VM, boot a guest in it, and stay with it to its end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "confine.h"
#include "console.h"
#include "cpuid.h"
#include "devices.h"
#include "limit.h"
#include "linux_boot.h"
#include "loader_flat.h"
#include "main_loop.h"
#include "message.h"
#include "remote.h"
#include "run_options.h"
#include "stats.h"
#include "test_ports.h"
#include "vmhctl.h"

/**
 * struct run - a run
 * @opt: what was asked for.
 * @flat: the flat guest's file, or no data.
 * @linux_guest: the Linux guest, or no data.
 * @cmdline: memory of @linux_guest.cmdline.
 * @dev: the device.
 * @vm: the VM.
 * @board: the devices of every PC.
 * @devices: its virtio devices.
 * @test_ports: those of a flat guest.
 */
struct run {
	struct run_options opt;
	struct file flat;
	struct linux_guest linux_guest;
	char *cmdline;
	struct device dev;
	struct vm vm;
	struct board board;
	struct devices devices;
	struct test_ports test_ports;
};

static int run_loop(struct run *run)
{
	struct main_loop_input input = run->opt.devices.console ?
		virtio_console_input(&run->devices.console) : board_input(&run->board);
	struct main_loop loop = {
		.input = &input, .power = &run->board.pm1,
		.grace_seconds = run->opt.grace_seconds,
		.timeout_seconds = run->opt.timeout_seconds,
	};
	int status;

	/* What is typed beside a flat guest is for us: Ctrl-A x. */
	if (run->opt.reads_input || isatty(STDIN_FILENO))
		console_open(!run->opt.reads_input);
	status = devices_start(&run->devices);
	if (!status)
		status = vm_start(&run->vm);
	if (!status)
		status = main_loop_run(&run->vm, &loop);
	vm_stop(&run->vm);
	devices_stop(&run->devices);
	console_close();
	if (run->opt.stats)
		stats_print(&run->vm);
	return status;
}

static int run_load_linux(struct run *run)
{
	int status = devices_create(&run->devices, &run->vm);

	run->linux_guest.virtio_devices = run->devices.nr;
	return status ? status : linux_load(&run->vm, &run->linux_guest);
}

static int run_load(struct run *run)
{
	int status = cpuid_set(&run->vm);

	if (status)
		return status;
	if (run->opt.kernel)
		return run_load_linux(run);
	test_ports_add(&run->test_ports, &run->vm);
	return flat_load(&run->vm, &run->flat, run->opt.load_gpa, run->opt.entry_gpa);
}

/* All files are open, and no other thread runs. */
static int run_confine(const struct run *run)
{
	int status;

	if (run->opt.unconfined)
		return VMHCTL_OK;
	status = confine_privileges(run->opt.user);
	return status ? status : confine_syscalls();
}

static int run_vm(struct run *run)
{
	int status;

	run->opt.machine.shared = devices_share_memory(&run->devices);
	status = vm_create(&run->vm, &run->dev, &run->opt.machine);
	if (status)
		return status;
	run->vm.ports.trace = run->opt.trace_io;
	run->vm.mmio.trace = run->opt.trace_io;
	board_init(&run->board, &run->vm);
	limit_learn_id(&run->vm);
	status = run_load(run);
	if (!status && run->opt.console_log)
		status = console_log_open(run->opt.console_log);
	if (!status)
		status = run_confine(run);
	if (!status)
		status = run_loop(run);
	console_log_close();
	devices_destroy(&run->devices);
	vm_destroy(&run->vm);
	return status;
}

/* A name that another VM has would make both hard to name. KVM's are not known by name. */
static int run_check_name(const struct run *run)
{
	const char *name = run->opt.machine.name;
	struct vmh_vm_entry *entries = NULL;
	int status = VMHCTL_OK;
	size_t nr = 0;

	if (!*name || run->opt.shared_name || run->dev.is_kvm)
		return VMHCTL_OK;
	status = remote_list(&run->dev, &entries, &nr);
	for (size_t i = 0; i < nr && !status; i++) {
		if (strcmp(entries[i].name, name))
			continue;
		complain("VM %u is called '%s' already: choose another --name, or --shared-name",
			 entries[i].vm_id, name);
		status = VMHCTL_REFUSED;
	}
	free(entries);
	return status;
}

static int run_device(struct run *run)
{
	int status = device_open_usable(&run->dev, run->opt.device);

	if (status)
		return status;
	status = run_check_name(run);
	if (!status)
		status = run_vm(run);
	device_close(&run->dev);
	return status;
}

static int run_make_cmdline(struct run *run)
{
	const char *console = run->opt.devices.console ? LINUX_VIRTIO_CONSOLE :
							 LINUX_SERIAL_CONSOLE;
	const char *given = run->opt.cmdline ? run->opt.cmdline : "";
	int ret;

	if (run->opt.bare_cmdline)
		ret = asprintf(&run->cmdline, "%s", given);
	else
		ret = asprintf(&run->cmdline, "%s " LINUX_CMDLINE "%s%s", console,
			       *given ? " " : "", given);
	if (ret < 0) {
		run->cmdline = NULL;
		complain("out of memory");
		return VMHCTL_DEVICE;
	}
	run->linux_guest.cmdline = run->cmdline;
	return VMHCTL_OK;
}

/* Files come before the device: they are wrong more often. */
static int run_open_files(struct run *run)
{
	int status;

	if (run->opt.flat)
		return file_open(&run->flat, run->opt.flat);
	status = file_open(&run->linux_guest.kernel, run->opt.kernel);
	if (!status && run->opt.initrd)
		status = file_open(&run->linux_guest.initrd, run->opt.initrd);
	if (!status)
		status = linux_parse(&run->linux_guest);
	if (!status)
		status = run_make_cmdline(run);
	if (!status)
		status = devices_open(&run->devices, &run->opt.devices);
	return status;
}

static void run_close_files(struct run *run)
{
	devices_close(&run->devices);
	free(run->cmdline);
	file_close(&run->linux_guest.initrd);
	file_close(&run->linux_guest.kernel);
	file_close(&run->flat);
}

static int run_run(int argc, char **argv)
{
	static struct run run;
	int status = run_options_parse(&run.opt, argc, argv);

	if (status)
		return status;
	if (run.opt.help) {
		fputs(run_help, stdout);
		return VMHCTL_OK;
	}
	status = main_loop_prepare();
	if (!status)
		status = run_open_files(&run);
	if (!status)
		status = run_device(&run);
	run_close_files(&run);
	return status;
}

const struct verb verb_run = {
	.name = "run",
	.summary = "run a guest",
	.help = run_help,
	.run = run_run,
};
