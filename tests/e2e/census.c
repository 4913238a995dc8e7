// SPDX-License-Identifier: GPL-2.0
/*
 * census ID: hold what VMH_GET_USAGE says of a VM's EPT against the EPT itself, counted entry by
 * entry. The VM has to be paused, and below 4 GiB. Ends with 1 if they differ.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <linux/vmh.h>

#define GIB	(1ULL << 30)

static int call(int fd, unsigned int command, void *argument)
{
	int ret = ioctl(fd, command, argument);

	if (ret < 0)
		err(1, "call %#x", command);
	return ret;
}

static int open_vm(unsigned int id)
{
	struct vmh_vm_open args = {
		.size = sizeof(args), .vm_id = id, .rights = VMH_RIGHT_INSPECT | VMH_RIGHT_DEBUG,
	};
	int device = open(VMH_DEVICE_PATH, O_RDWR);

	if (device < 0)
		err(1, "%s", VMH_DEVICE_PATH);
	return call(device, VMH_OPEN_VM, &args);
}

int main(int argc, char **argv)
{
	unsigned long long tables = 0, bytes = 0, mapped, used;
	struct vmh_usage usage = { .size = sizeof(usage) };
	int vm;

	if (argc != 2)
		errx(2, "usage: census ID");
	vm = open_vm(atoi(argv[1]));
	for (unsigned long long gpa = 0; gpa < 4 * GIB; gpa += GIB) {
		struct vmh_ept_query part = {
			.size = sizeof(part), .start_gpa = gpa, .length = GIB,
		};

		call(vm, VMH_EPT_QUERY, &part);
		tables += part.tables;
		bytes += part.bytes;
	}
	call(vm, VMH_GET_USAGE, &usage);
	used = usage.res[VMH_RES_EPT_PAGES].used;
	mapped = usage.res[VMH_RES_POPULATED_BYTES].used;
	printf("tables %llu, in the map %llu; bytes %llu, in the map %llu\n", tables, used, bytes,
	       mapped);
	return !bytes || tables != used || bytes != mapped;
}
