// SPDX-License-Identifier: GPL-2.0
/* vmhctl list: the VMs that the caller may open. */
#include <stdlib.h>
#include <unistd.h>

#include "json.h"
#include "names.h"
#include "remote.h"
#include "resource.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char list_help[] =
	"Usage: vmhctl list [--json] [--device PATH]\n"
	"Lists the VMs that you may observe and control: your own, and for root all.\n\n"
	HELP_JSON HELP_COMMON "\n" HELP_CODES;

/* Guest memory that the VM really has; false when it has ended meanwhile. */
static bool memory_used(const struct device *dev, const struct vmh_vm_entry *entry,
			uint64_t *bytes)
{
	struct vmh_usage usage = { .size = sizeof(usage) };
	int fd = remote_peek(dev, entry);
	int ret;

	if (fd < 0)
		return false;
	ret = dev_ioctl(dev, fd, VMH_GET_USAGE, &usage);
	close(fd);
	*bytes = usage.res[VMH_RES_POPULATED_BYTES].used;
	return !ret;
}

static void print_json(const struct device *dev, const struct vmh_vm_entry *entries, size_t nr)
{
	struct json json = { .out = stdout };

	json_array(&json, NULL);
	for (size_t i = 0; i < nr; i++) {
		const struct vmh_vm_entry *vm = &entries[i];
		char user[USER_LEN];
		uint64_t bytes;

		json_object(&json, NULL);
		json_number(&json, "id", vm->vm_id);
		json_number(&json, "serial", vm->serial);
		json_text(&json, "name", vm->name);
		json_text(&json, "state", state_name(vm->state));
		json_number(&json, "uid", vm->uid);
		json_text(&json, "user", user_name(user, vm->uid));
		json_number(&json, "pid", vm->pid);
		json_number(&json, "vcpus", vm->nr_vcpus);
		if (memory_used(dev, vm, &bytes))
			json_number(&json, "memory_bytes", bytes);
		else
			json_null(&json, "memory_bytes");
		json_object_end(&json);
	}
	json_array_end(&json);
	json_end(&json);
}

static void print_text(const struct device *dev, const struct vmh_vm_entry *entries, size_t nr)
{
	printf("%4s  %-20s  %-11s  %-10s  %7s  %5s  %10s\n", "ID", "NAME", "STATE", "USER", "PID",
	       "VCPUS", "MEMORY");
	for (size_t i = 0; i < nr; i++) {
		const struct vmh_vm_entry *vm = &entries[i];
		char user[USER_LEN], memory[AMOUNT_LEN] = "-";
		uint64_t bytes;

		if (memory_used(dev, vm, &bytes))
			format_amount(memory, UNIT_BYTES, bytes);
		printf("%4u  %-20s  %-11s  %-10s  %7u  %5u  %10s\n", vm->vm_id,
		       vm->name[0] ? vm->name : "-", state_name(vm->state),
		       user_name(user, vm->uid), vm->pid, vm->nr_vcpus, memory);
	}
}

static const struct verb_syntax syntax = {
	.name = "list", .help = list_help, .takes = TAKES_JSON,
};

static int list_run(int argc, char **argv)
{
	struct vmh_vm_entry *entries;
	struct verb_options opt;
	struct device dev;
	size_t nr;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = remote_device_open(&dev, opt.device);
	if (ret)
		return ret;
	ret = remote_list(&dev, &entries, &nr);
	if (!ret)
		(opt.json ? print_json : print_text)(&dev, entries, nr);
	free(entries);
	device_close(&dev);
	return ret;
}

const struct verb verb_list = {
	.name = "list",
	.summary = "list the VMs that there are",
	.help = list_help,
	.syntax = &syntax,
	.run = list_run,
};
