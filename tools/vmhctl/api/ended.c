// SPDX-License-Identifier: GPL-2.0
/* What VMs were refused that are no more. */
#include <stdio.h>

#include "ended.h"
#include "error.h"
#include "vm_log.h"
#include "vmhctl.h"

static int ended_read(const struct device *dev, struct vmh_ended_entry *entries, uint32_t *nr)
{
	struct vmh_ended call = {
		.size = sizeof(call), .nr = VMH_LOG_ROOM_MAX, .entries = (uintptr_t)entries,
	};

	if (dev_ioctl(dev, dev->fd, VMH_GET_ENDED, &call)) {
		error_report(dev, dev->fd, "read what ended VMs were refused");
		return VMHCTL_REFUSED;
	}
	*nr = call.nr;
	for (uint32_t i = 0; i < call.nr; i++)
		entries[i].name[VMH_NAME_LEN - 1] = '\0';
	return VMHCTL_OK;
}

/* A line for each VM, and its refusals. */
static void ended_text(const struct vmh_ended_entry *entries, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		const struct vmh_ended_entry *entry = &entries[i];

		if (!i || entry->serial != entry[-1].serial)
			printf("VM %u%s%s%s (serial %llu, user %u):\n", entry->vm_id,
			       entry->name[0] ? " \"" : "", entry->name,
			       entry->name[0] ? "\"" : "", entry->serial, entry->uid);
		vm_log_print(&entry->entry);
	}
}

static void ended_json(const struct vmh_ended_entry *entries, uint32_t nr)
{
	struct json json = { .out = stdout };

	json_array(&json, NULL);
	for (uint32_t i = 0; i < nr; i++) {
		json_object(&json, NULL);
		json_number(&json, "id", entries[i].vm_id);
		json_number(&json, "serial", entries[i].serial);
		json_text(&json, "name", entries[i].name);
		json_number(&json, "uid", entries[i].uid);
		vm_log_json(&json, "entry", &entries[i].entry);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_end(&json);
}

/**
 * ended_print() - print the refusals that the kernel has kept
 * @path: the device.
 * @as_json: for programs, not for people.
 *
 * Return: 0, or an exit status with the reason printed.
 */
int ended_print(const char *path, bool as_json)
{
	static struct vmh_ended_entry entries[VMH_LOG_ROOM_MAX];
	struct device dev;
	uint32_t nr;
	int ret = remote_device_open(&dev, path);

	if (ret)
		return ret;
	ret = ended_read(&dev, entries, &nr);
	if (!ret && as_json)
		ended_json(entries, nr);
	else if (!ret)
		ended_text(entries, nr);
	device_close(&dev);
	return ret;
}
