// SPDX-License-Identifier: GPL-2.0
/* vmhctl report: what somebody wants to know who looks into a fault of vmh on another's machine. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "caps.h"
#include "names.h"
#include "remote.h"
#include "report.h"
#include "usage.h"
#include "verb_options.h"
#include "version.h"
#include "vmhctl.h"

#define VMS_SHOWN	8

static const char report_help[] =
	"Usage: vmhctl report [--device PATH]\n"
	"Prints what belongs into a report of a fault: versions, kernel, processor, what\n"
	"its VT-x can do, the module's parameters, your VMs and their limits, and what\n"
	"the kernel has logged about vmh. There are no addresses of the kernel in it,\n"
	"nor names of VMs, users or this computer. As root it tells more.\n\n"
	HELP_COMMON "\n"
	"Exit codes: 0 printed, also if the module is not loaded; 2 wrong usage.\n";

static void print_vm(const struct device *dev, const struct vmh_vm_entry *vm)
{
	struct vmh_usage usage = { .size = sizeof(usage) };
	int fd = remote_peek(dev, vm);

	printf("VM %u: %s, %u vCPUs\n", vm->vm_id, state_name(vm->state), vm->nr_vcpus);
	if (fd < 0)
		return;
	if (!dev_ioctl(dev, fd, VMH_GET_USAGE, &usage))
		usage_print(&usage);
	close(fd);
}

static void print_vms(const char *path)
{
	struct vmh_vm_entry *entries;
	struct device dev;
	size_t nr;

	/* Why there is no device has been told. */
	if (access(path, R_OK | W_OK) || remote_device_open(&dev, path))
		return;
	printf("\nVMs\n");
	if (!remote_list(&dev, &entries, &nr)) {
		printf("  %zu that you may look at\n", nr);
		for (size_t i = 0; i < nr && i < VMS_SHOWN; i++)
			print_vm(&dev, &entries[i]);
	}
	free(entries);
	device_close(&dev);
}

static const struct verb_syntax syntax = { .name = "report", .help = report_help };

static int report_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	version_print();
	putchar('\n');
	caps_print(opt.device);
	report_module();
	print_vms(opt.device);
	report_kernel();
	report_processor();
	report_vtx();
	report_hypervisors();
	report_log();
	return VMHCTL_OK;
}

const struct verb verb_report = {
	.name = "report",
	.summary = "print what belongs into a report of a fault",
	.help = report_help,
	.syntax = &syntax,
	.run = report_run,
};
