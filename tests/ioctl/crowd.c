// SPDX-License-Identifier: GPL-2.0
/* Very many VMs: one after another without a trace, and at once up to the most there may be. */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm.h"

#define IN_A_ROW	10000
#define WHOLE_EVERY	50	/* of these one with memory and a vCPU, which runs */
#define WARM_UP		200
#define AT_ONCE		1000
#define MAX_FILES	8192
#define PATIENCE_S	1200
#define LEAK_SLAB_KIB	128	/* 10,000 times the smallest object would be 80 */
#define LEAK_FREE_KIB	1024

/* What the kernel's memory is in, KiB. */
struct memory {
	long free, slab, vmalloc, percpu, tables;
};

static long meminfo(const char *name)
{
	char line[128];
	long kib = -1;
	FILE *file = fopen("/proc/meminfo", "r");

	CHECK(file);
	while (kib < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
			kib = atol(line + strlen(name) + 1);
	fclose(file);
	CHECK(kib >= 0);
	return kib;
}

/* When what the kernel frees late is free. */
static struct memory memory_now(void)
{
	for (int i = 0; i < 3; i++) {
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		sleep_ms(50);
	}
	return (struct memory){
		.free = meminfo("MemFree"), .slab = meminfo("SUnreclaim"),
		.vmalloc = meminfo("VmallocUsed"), .percpu = meminfo("Percpu"),
		.tables = meminfo("PageTables"),
	};
}

static void make_a_whole_one(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_hlt);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	munmap(vm.memory, vm.bytes);
	vm.memory = NULL;
	vm_close(&vm);
}

static void make_in_a_row(int dev, unsigned int nr)
{
	struct vmh_vm_config config = vm_config(1 << 20, 1);

	for (unsigned int i = 0; i < nr; i++) {
		if (i % WHOLE_EVERY == 0)
			make_a_whole_one();
		else
			close(must(dev, VMH_CREATE_VM, &config));
	}
}

static void in_a_row(void)
{
	struct memory before, after;
	int dev = device_open();

	alarm(PATIENCE_S);
	make_in_a_row(dev, WARM_UP);
	before = memory_now();
	make_in_a_row(dev, IN_A_ROW);
	after = memory_now();
	dprintf(STDOUT_FILENO, "# KiB: free %+ld slab %+ld vmalloc %+ld per-cpu %+ld tables %+ld\n",
		after.free - before.free, after.slab - before.slab, after.vmalloc - before.vmalloc,
		after.percpu - before.percpu, after.tables - before.tables);
	CHECK_EQ(list_vms(dev, 0, NULL, 0), 0);
	CHECK(after.slab - before.slab < LEAK_SLAB_KIB);
	CHECK(before.free - after.free < LEAK_FREE_KIB);
	CHECK(after.vmalloc - before.vmalloc < LEAK_SLAB_KIB);
	CHECK(after.percpu - before.percpu < LEAK_SLAB_KIB);
}

/* All of them, by rising id, in one list and page by page. */
static void check_list(int dev, unsigned int nr)
{
	static struct vmh_vm_entry all[4096], page[100];
	unsigned int at = 0, left;
	uint32_t after = 0;

	CHECK_EQ(list_vms(dev, 0, all, ARRAY_SIZE(all)), nr);
	for (unsigned int i = 1; i < nr; i++)
		CHECK(all[i].vm_id > all[i - 1].vm_id && all[i].serial != all[i - 1].serial);
	while ((left = list_vms(dev, after, page, ARRAY_SIZE(page)))) {
		left = left < ARRAY_SIZE(page) ? left : ARRAY_SIZE(page);
		CHECK(!memcmp(page, all + at, left * sizeof(page[0])));
		at += left;
		after = page[left - 1].vm_id;
	}
	CHECK_EQ(at, nr);
}

/* A thousand, and on until there can be no more. */
static void at_once(void)
{
	struct vmh_vm_config config = vm_config(1 << 20, 1);
	struct vmh_info info = { .size = sizeof(info) };
	int dev = device_open(), *fd;

	alarm(PATIENCE_S);
	CHECK(!setrlimit(RLIMIT_NOFILE, &(struct rlimit){ MAX_FILES, MAX_FILES }));
	must(dev, VMH_GET_INFO, &info);
	CHECK(info.max_vms >= AT_ONCE && info.max_vms < MAX_FILES);
	fd = calloc(info.max_vms, sizeof(*fd));
	for (unsigned int i = 0; i < info.max_vms; i++) {
		fd[i] = must(dev, VMH_CREATE_VM, &config);
		if (i + 1 == AT_ONCE)
			check_list(dev, AT_ONCE);
	}
	check_list(dev, info.max_vms);
	REFUSED(dev, VMH_CREATE_VM, &config, .error = EDQUOT, .code = VMH_E_MODULE_LIMIT,
		.field = "vms", GOT(info.max_vms + 1), EXPECTED(info.max_vms));
	close(fd[AT_ONCE]);
	fd[AT_ONCE] = must(dev, VMH_CREATE_VM, &config);
	for (unsigned int i = 0; i < info.max_vms; i++)
		close(fd[i]);
	CHECK_EQ(list_vms(dev, 0, NULL, 0), 0);
}

static const struct test tests[] = {
	{ .name = "ten thousand in a row", .run = in_a_row, .slow = true },
	{ .name = "as many at once as may be", .run = at_once, .slow = true },
	{ }
};

const struct suite suite_crowd = { "crowd", tests };
