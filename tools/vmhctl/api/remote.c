// SPDX-License-Identifier: GPL-2.0
/* VMs of other processes: finding one by number or name, opening it, asking and telling it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "message.h"
#include "names.h"
#include "remote.h"
#include "size.h"
#include "vmhctl.h"

#define LIST_STEP	64
/* remote_wait() looks so often. */
#define LOOK_NS		100000000
#define LOOKS_PER_S	10

/**
 * remote_device_open() - open a device that tells of all VMs
 * @dev: filled in; device_close() undoes it.
 * @path: the device.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int remote_device_open(struct device *dev, const char *path)
{
	int ret = device_open(dev, path);

	if (ret || !dev->is_kvm)
		return ret;
	complain("%s: KVM does not tell about its VMs; this needs " VMH_DEVICE_PATH, path);
	device_close(dev);
	return VMHCTL_DEVICE;
}

/**
 * remote_list() - the VMs that the caller may open
 * @dev: a vmh device.
 * @entries: receives an array of them, by rising id; free() it, also after a failure.
 * @nr: receives how many there are.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int remote_list(const struct device *dev, struct vmh_vm_entry **entries, size_t *nr)
{
	struct vmh_vm_list list = { .size = sizeof(list) };

	*entries = NULL;
	*nr = 0;
	do {
		struct vmh_vm_entry *more = realloc(*entries, (*nr + LIST_STEP) * sizeof(*more));

		if (!more) {
			complain("out of memory");
			return VMHCTL_DEVICE;
		}
		*entries = more;
		list.after = *nr ? more[*nr - 1].vm_id : 0;
		list.nr = LIST_STEP;
		list.total = 0;
		list.entries = (uintptr_t)&more[*nr];
		if (dev_ioctl(dev, dev->fd, VMH_LIST_VMS, &list)) {
			error_report(dev, dev->fd, "list the VMs");
			return VMHCTL_DEVICE;
		}
		*nr += list.nr;
	} while (list.nr == LIST_STEP);
	for (size_t i = 0; i < *nr; i++)
		(*entries)[i].name[VMH_NAME_LEN - 1] = '\0';
	return VMHCTL_OK;
}

static int vm_open(const struct device *dev, uint32_t id, uint64_t serial, uint32_t rights)
{
	struct vmh_vm_open open = {
		.size = sizeof(open),
		.vm_id = id,
		.rights = rights,
		.serial = serial,
	};

	return dev_ioctl(dev, dev->fd, VMH_OPEN_VM, &open);
}

/**
 * remote_peek() - open a listed VM to look at it
 * @dev: the device.
 * @entry: the VM.
 *
 * Return: an fd, or -1: the VM has ended meanwhile.
 */
int remote_peek(const struct device *dev, const struct vmh_vm_entry *entry)
{
	return vm_open(dev, entry->vm_id, entry->serial, VMH_RIGHT_INSPECT);
}

static void set_title(struct remote *remote)
{
	const struct vmh_vm_entry *entry = &remote->entry;

	if (entry->name[0])
		snprintf(remote->title, sizeof(remote->title), "VM %u \"%s\"", entry->vm_id,
			 entry->name);
	else
		snprintf(remote->title, sizeof(remote->title), "VM %u", entry->vm_id);
}

/* A number that some VM has goes before a name. */
static int find(struct remote *remote, const struct vmh_vm_entry *entries, size_t nr,
		const char *id)
{
	const struct vmh_vm_entry *found = NULL;
	uint64_t number;
	bool is_number = parse_number(id, &number) && number <= UINT32_MAX;

	for (size_t i = 0; is_number && i < nr; i++)
		if (entries[i].vm_id == number)
			found = &entries[i];
	for (size_t i = 0; *id && !found && i < nr; i++) {
		if (strcmp(entries[i].name, id))
			continue;
		found = &entries[i];
		for (size_t k = i + 1; k < nr; k++) {
			if (strcmp(entries[k].name, id))
				continue;
			complain("VMs %u and %u are both called '%s': say which by its number",
				 found->vm_id, entries[k].vm_id, id);
			return VMHCTL_REFUSED;
		}
	}
	if (found) {
		remote->entry = *found;
	} else if (is_number) {
		/* Not ours, or not there: the kernel says which. */
		remote->entry.vm_id = number;
	} else {
		complain("there is no VM '%s' that you may open", id);
		complain("  'vmhctl list' shows the VMs that there are");
		return VMHCTL_REFUSED;
	}
	set_title(remote);
	return VMHCTL_OK;
}

static void advise(const struct remote *remote, int error)
{
	if (error == ENOENT)
		complain("  'vmhctl list' shows the VMs that there are");
	else if (error_last_code(&remote->dev, remote->dev.fd) == VMH_E_NOT_TRACEABLE)
		complain("  do it as root: you may not trace its process (see ptrace(2))");
	else if (error == EPERM)
		complain("  do it as the user who runs it, or as root");
}

static int find_and_open(struct remote *remote, const char *id, uint32_t rights)
{
	struct vmh_vm_entry *entries;
	char attempt[REMOTE_LEN + 8];
	size_t nr;
	int ret = remote_list(&remote->dev, &entries, &nr);

	if (!ret)
		ret = find(remote, entries, nr, id);
	free(entries);
	if (ret)
		return ret;
	remote->fd = vm_open(&remote->dev, remote->entry.vm_id, remote->entry.serial, rights);
	if (remote->fd >= 0)
		return VMHCTL_OK;
	snprintf(attempt, sizeof(attempt), "open %s", remote->title);
	ret = errno;
	error_report(&remote->dev, remote->dev.fd, attempt);
	advise(remote, ret);
	return VMHCTL_REFUSED;
}

/**
 * remote_open() - open a VM by what a person calls it
 * @remote: filled in; remote_close() undoes it.
 * @path: the device.
 * @id: the VM's number, or its name if no other VM has that too.
 * @rights: VMH_RIGHT_*.
 *
 * Return: 0, or an exit status with the reason printed and nothing open.
 */
int remote_open(struct remote *remote, const char *path, const char *id, uint32_t rights)
{
	int ret;

	*remote = (struct remote){ .fd = -1 };
	ret = remote_device_open(&remote->dev, path);
	if (ret)
		return ret;
	ret = find_and_open(remote, id, rights);
	if (ret)
		device_close(&remote->dev);
	return ret;
}

/* Undo remote_open(). */
void remote_close(struct remote *remote)
{
	close(remote->fd);
	device_close(&remote->dev);
}

/**
 * remote_call() - call a VM
 * @remote: the VM.
 * @command: the call.
 * @arg: its argument.
 * @attempt: what it is for, between "cannot" and the VM.
 *
 * Return: 0, or VMHCTL_REFUSED with the reason printed.
 */
int remote_call(const struct remote *remote, unsigned long command, void *arg,
		const char *attempt)
{
	char whole[REMOTE_LEN + 64];
	int error;

	if (dev_ioctl(&remote->dev, remote->fd, command, arg) >= 0)
		return VMHCTL_OK;
	error = errno;
	snprintf(whole, sizeof(whole), "%s %s", attempt, remote->title);
	errno = error;
	error_report(&remote->dev, remote->fd, whole);
	return VMHCTL_REFUSED;
}

/* Ask for the state, as remote_call(). */
int remote_state(const struct remote *remote, struct vmh_state_info *info)
{
	*info = (struct vmh_state_info){ .size = sizeof(*info) };
	return remote_call(remote, VMH_GET_STATE, info, "read the state of");
}

/**
 * remote_wait() - wait until a VM has ended
 * @remote: open with VMH_RIGHT_INSPECT.
 * @seconds: how long; 0 for ever.
 * @info: receives its state.
 *
 * Return: 0, VMHCTL_TIMEOUT with nothing printed, or VMHCTL_REFUSED with the reason printed.
 */
int remote_wait(const struct remote *remote, uint64_t seconds, struct vmh_state_info *info)
{
	static const struct timespec pause = { .tv_nsec = LOOK_NS };
	uint64_t looks = 0;

	for (;;) {
		int ret = remote_state(remote, info);

		if (ret || info->state == VMH_STATE_TERMINATED)
			return ret;
		if (seconds && looks++ >= seconds * LOOKS_PER_S)
			return VMHCTL_TIMEOUT;
		nanosleep(&pause, NULL);
	}
}

/* Ask what is used, as remote_call(). */
int remote_usage(const struct remote *remote, struct vmh_usage *usage)
{
	int ret;

	*usage = (struct vmh_usage){ .size = sizeof(*usage) };
	ret = remote_call(remote, VMH_GET_USAGE, usage, "read the resources of");
	if (usage->nr > VMH_RES_MAX)
		usage->nr = VMH_RES_MAX;
	return ret;
}

/* Ask where the time went, as remote_call(). */
int remote_stats(const struct remote *remote, struct vmh_stats *stats)
{
	int ret;

	*stats = (struct vmh_stats){ .size = sizeof(*stats) };
	ret = remote_call(remote, VMH_GET_STATS, stats, "read the statistics of");
	if (stats->nr_exits > VMH_STATS_EXITS)
		stats->nr_exits = VMH_STATS_EXITS;
	return ret;
}

/**
 * remote_change() - have a VM go to another state, and print which it is in then
 * @path: the device.
 * @id: the VM, as a person calls it.
 * @event: what to ask for.
 *
 * Return: 0, or an exit status with the reason printed.
 */
int remote_change(const char *path, const char *id, enum vmh_event event)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };
	struct vmh_state_info info;
	struct remote remote;
	int ret = remote_open(&remote, path, id, VMH_RIGHT_CONTROL | VMH_RIGHT_INSPECT);

	if (ret)
		return ret;
	ret = remote_call(&remote, VMH_SET_STATE, &change, event_name(event));
	if (!ret)
		ret = remote_state(&remote, &info);
	if (!ret)
		printf("%s: %s\n", remote.title, state_name(info.state));
	remote_close(&remote);
	return ret;
}
