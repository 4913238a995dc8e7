/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_REMOTE_H
#define VMHCTL_REMOTE_H

#include <stddef.h>

#include "device.h"

/* Room for a VM in words: 'VM 12 "name"'. */
#define REMOTE_LEN	(VMH_NAME_LEN + 32)

/**
 * struct remote - a VM of another process
 * @dev: the device.
 * @entry: what VMH_LIST_VMS says of it.
 * @fd: the VM, open with some rights.
 * @title: it in words.
 */
struct remote {
	struct device dev;
	struct vmh_vm_entry entry;
	int fd;
	char title[REMOTE_LEN];
};

int remote_device_open(struct device *dev, const char *path);
int remote_list(const struct device *dev, struct vmh_vm_entry **entries, size_t *nr);
int remote_peek(const struct device *dev, const struct vmh_vm_entry *entry);
int remote_open(struct remote *remote, const char *path, const char *id, uint32_t rights);
void remote_close(struct remote *remote);
int remote_call(const struct remote *remote, unsigned long command, void *arg,
		const char *attempt);
int remote_state(const struct remote *remote, struct vmh_state_info *info);
int remote_wait(const struct remote *remote, uint64_t seconds, struct vmh_state_info *info);
int remote_usage(const struct remote *remote, struct vmh_usage *usage);
int remote_stats(const struct remote *remote, struct vmh_stats *stats);
int remote_change(const char *path, const char *id, enum vmh_event event);

#endif /* VMHCTL_REMOTE_H */
