/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_RUN_OPTIONS_H
#define VMHCTL_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "device_options.h"
#include "verb_options.h"
#include "vm.h"

/**
 * struct run_options - the command line of "vmhctl run"
 * @device: the device.
 * @kernel: path of a Linux kernel, or NULL.
 * @initrd: path of its initrd, or NULL.
 * @cmdline: what the user gave for the kernel's command line, or NULL.
 * @bare_cmdline: @cmdline is all of it; else it follows the default one.
 * @flat: path of a flat guest, or NULL. One of this and @kernel is given.
 * @load_gpa: where a flat guest goes.
 * @entry_gpa: where it starts.
 * @machine: the VM.
 * @devices: its virtio devices.
 * @reads_input: the guest's console is standard input.
 * @console_log: the file that has what the guest says, too, or NULL.
 * @timeout_seconds: 0 for none.
 * @grace_seconds: what the guest gets to power off after SIGTERM; 0: it is not asked.
 * @shared_name: other VMs may have the same name.
 * @user: whom root becomes; NULL for nobody.
 * @unconfined: keep all privileges and system calls.
 * @stats: print counters at the end.
 * @trace_io: print accesses that no device answers.
 * @help: print the help and do nothing else.
 * @given: which options were there; a bit for each, private to the parser.
 */
struct run_options {
	const char *device;
	const char *kernel;
	const char *initrd;
	const char *cmdline;
	bool bare_cmdline;
	const char *flat;
	uint64_t load_gpa;
	uint64_t entry_gpa;
	struct vm_config machine;
	struct device_options devices;
	bool reads_input;
	const char *console_log;
	uint64_t timeout_seconds;
	uint64_t grace_seconds;
	bool shared_name;
	const char *user;
	bool unconfined;
	bool stats;
	bool trace_io;
	bool help;
	uint32_t given;
};

extern const char run_help[];

size_t run_options_list(struct option_info *infos);
int run_options_parse(struct run_options *opt, int argc, char **argv);

#endif /* VMHCTL_RUN_OPTIONS_H */
