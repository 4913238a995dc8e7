// SPDX-License-Identifier: GPL-2.0
/*
 * The resource map against what there is: the EPT, counted entry by entry, and what the kernel
 * charged to the memory cgroup. Also limits while several vCPUs touch memory at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm.h"

#define MIB		(1UL << 20)
#define GIB		(1UL << 30)
#define ROUNDS		60
#define REGIONS		24
#define CGROUP		"/tmp/cgroup"

/* Reads CX pages, 2 MiB apart, from EBX on. */
GUEST(guest_stride_16, "1: movb (%ebx), %al; addl $0x200000, %ebx; loop 1b; 2: hlt; jmp 2b");
#define STRIDE		(2 * MIB)

/* Counts of all of a VM's EPT, by ranges of different lengths: they have to add up. */
static struct vmh_ept_query census(struct vm *vm)
{
	struct vmh_ept_query sum = { }, part;
	uint64_t gpa = 0;

	while (gpa < 4 * GIB) {
		part = (struct vmh_ept_query){
			.size = sizeof(part), .start_gpa = gpa,
			.length = gpa < 64 * MIB ? 3 * MIB : GIB - gpa % GIB,
		};
		must(vm->fd, VMH_EPT_QUERY, &part);
		gpa += part.length;
		sum.tables += part.tables;
		sum.bytes += part.bytes;
		sum.pages_4k += part.pages_4k;
		sum.pages_2m += part.pages_2m;
		sum.pages_1g += part.pages_1g;
	}
	return sum;
}

/*
 * The kernel takes tables out of the EPT by itself: khugepaged does, and so does the recovery of
 * large pages. A count that this came into is taken again.
 */
static void check_exact(struct vm *vm)
{
	struct vmh_usage usage = vm_usage(vm), before;
	struct vmh_ept_query found;
	unsigned int tries = 0;

	do {
		before = usage;
		found = census(vm);
		usage = vm_usage(vm);
	} while (memcmp(before.res, usage.res, sizeof(usage.res)) && ++tries < 20);
	CHECK(tries < 20);
	CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].used, found.tables);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, found.bytes);
	CHECK_EQ(found.bytes, found.pages_4k * PAGE + found.pages_2m * 2 * MIB +
			      found.pages_1g * GIB);
}

/* Touched, given back, unmapped, with and without huge pages, in any order. */
static void random_use(bool huge)
{
	uint64_t bytes = 64 * MIB, at, pages;
	struct vm vm;

	srandom(1);
	vm_make(&vm, &(struct spec){ .memory = bytes, .huge = huge });
	vm_start(&vm);
	check_exact(&vm);
	for (int i = 0; i < ROUNDS; i++) {
		at = 2 * MIB + random() % (bytes / PAGE - 1024) * PAGE;
		pages = 1 + random() % 512;
		switch (random() % 4) {
		case 0:
			CHECK(!madvise(vm.memory + at, pages * PAGE, MADV_DONTNEED));
			break;
		case 1:
			memset(vm.memory + at, 1, pages * PAGE);
			break;
		default:
			CHECK_EQ(vm_touch(&vm, at, pages), KVM_EXIT_HLT);
		}
		check_exact(&vm);
	}
	CHECK(census(&vm).bytes > 0);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	check_exact(&vm);
	CHECK_EQ(census(&vm).bytes, 0);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	check_exact(&vm);
	CHECK_EQ(census(&vm).tables, 0);
}

static void small_pages(void)
{
	random_use(false);
}

static void huge_pages(void)
{
	random_use(true);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

/*
 * The kernel adds up what its processors have charged every two seconds, on a machine that has the
 * time; and for who reads it once there is enough to add up. So there is: a few hundred pages come
 * and go. Their tables stay.
 */
static void add_up(void)
{
	static char pages[2 * MIB] __attribute__((aligned(PAGE)));

	madvise(pages, sizeof(pages), MADV_NOHUGEPAGE);
	for (uint64_t at = 0; at < sizeof(pages); at += PAGE)
		pages[at] = 1;
	CHECK(!madvise(pages, sizeof(pages), MADV_DONTNEED));
}

/* Kernel memory charged to the test's cgroup, bytes. */
static uint64_t charged(void)
{
	unsigned long long bytes = 0;
	char line[128];
	FILE *file;

	add_up();
	file = fopen(CGROUP "/test/memory.stat", "r");
	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "kernel %llu", &bytes) == 1)
			break;
	fclose(file);
	return bytes;
}

/* What must not count besides: tables of this process for the pages that the guest touches. */
static void populate(struct vm *vm)
{
	for (uint64_t at = 0; at < vm->bytes; at += PAGE)
		vm->memory[at] = 0;
}

/* A table more in the map is a page more of the kernel's; and the other way round. */
static void as_the_kernel(void)
{
	uint64_t before, tables, kernel, map;
	struct vmh_usage usage;
	struct vm vm;

	mkdir(CGROUP, 0755);
	if (mount("none", CGROUP, "cgroup2", 0, NULL) && errno != EBUSY)
		skip("no cgroups in this kernel");
	write_file(CGROUP "/cgroup.subtree_control", "+memory");
	CHECK(!mkdir(CGROUP "/test", 0755) || errno == EEXIST);
	write_file(CGROUP "/test/cgroup.procs", "0");

	before = charged();
	vm_make(&vm, &(struct spec){ .memory = (2 * REGIONS + 2) * MIB });
	kernel = charged() - before;
	usage = vm_usage(&vm);
	map = usage.res[VMH_RES_KERNEL_BYTES].used + usage.res[VMH_RES_EPT_PAGES].used * PAGE;
	/* What slabs round up, and fds, are in the cgroup only. */
	if (kernel + PAGE < map || kernel > map + 6 * PAGE)
		FAIL("%llu bytes in the map, %llu charged", (unsigned long long)map,
		     (unsigned long long)kernel);
	populate(&vm);
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, 2 * MIB, 1), KVM_EXIT_HLT);
	before = charged();
	tables = vm_usage(&vm).res[VMH_RES_EPT_PAGES].used;
	for (uint64_t i = 2; i <= REGIONS; i++)
		CHECK_EQ(vm_touch(&vm, 2 * MIB * i, 1), KVM_EXIT_HLT);
	tables = vm_usage(&vm).res[VMH_RES_EPT_PAGES].used - tables;
	kernel = charged() - before;
	CHECK_EQ(tables, REGIONS - 1);
	/* The vCPU's stock was full before, and is full but for one page's difference after. */
	if (kernel < (tables - 1) * PAGE || kernel > (tables + 1) * PAGE)
		FAIL("%llu tables, %llu bytes charged", (unsigned long long)tables,
		     (unsigned long long)kernel);
}

static struct vm race_vm;
static volatile bool race_over;

/* What a vCPU does there: touch memory till the end, and come back for more at the limit. */
static void *race_vcpu(void *id)
{
	unsigned int cpu = (uintptr_t)id;
	int ret;

	do {
		ret = call(race_vm.vcpu[cpu], VMH_RUN, NULL);
	} while (!race_over && (!ret || errno == EINTR) &&
		 race_vm.run[cpu]->exit_reason != KVM_EXIT_HLT);
	return NULL;
}

/* Used stands never above the limit, and nobody is refused while there is room. */
static void *race_watch(void *limits_fall)
{
	while (!race_over) {
		struct vmh_usage usage = vm_usage(&race_vm);
		const struct vmh_resource_usage *res = &usage.res[VMH_RES_POPULATED_BYTES];

		CHECK(res->used <= res->limit);
		/* Limits that only rise: it was never above one of them. */
		CHECK(limits_fall || res->peak <= res->limit);
	}
	return NULL;
}

static void race_limit(uint64_t pages)
{
	struct vmh_limits limits = {
		.size = sizeof(limits), .nr = 1,
		.limits = { { VMH_RES_POPULATED_BYTES, 0, pages * PAGE } },
	};

	must(race_vm.fd, VMH_SET_LIMITS, &limits);
}

/* Four vCPUs at a limit that rises page by page: never a page too many, and all get on. */
static void limit_race(void)
{
	const uint64_t per_vcpu = 200;
	pthread_t vcpus[VM_CPUS], watch;
	uint64_t pages;

	vm_make(&race_vm, &(struct spec){
		.cpus = VM_CPUS, .memory = 8 * MIB,
		.limits = { { VMH_RES_POPULATED_BYTES, 0, 2 * PAGE } },
	});
	VM_LOAD(&race_vm, guest_touch);
	vm_start(&race_vm);
	for (unsigned int i = 0; i < VM_CPUS; i++) {
		struct kvm_regs regs = {
			.rip = CODE_GPA, .rflags = 2, .rcx = per_vcpu,
			.rbx = MIB + i * per_vcpu * PAGE,
		};

		must(race_vm.vcpu[i], VMH_SET_REGS, &regs);
		CHECK(!pthread_create(&vcpus[i], NULL, race_vcpu, (void *)(uintptr_t)i));
	}
	CHECK(!pthread_create(&watch, NULL, race_watch, NULL));
	for (pages = 3; pages <= 60; pages++) {
		race_limit(pages);
		while (vm_usage(&race_vm).res[VMH_RES_POPULATED_BYTES].used < pages * PAGE)
			sleep_ms(1);
	}
	race_limit(VM_CPUS * per_vcpu + 1);
	for (unsigned int i = 0; i < VM_CPUS; i++) {
		CHECK(!pthread_join(vcpus[i], NULL));
		CHECK_EQ(race_vm.run[i]->exit_reason, KVM_EXIT_HLT);
	}
	race_over = true;
	CHECK(!pthread_join(watch, NULL));
	CHECK_EQ(vm_usage(&race_vm).res[VMH_RES_POPULATED_BYTES].used,
		 (VM_CPUS * per_vcpu + 1) * PAGE);
	check_exact(&race_vm);
}

/* Limits go up and down, memory comes and goes, and the VM ends in the midst of it. */
static void limits_and_terminate(void)
{
	pthread_t vcpus[VM_CPUS], watch;
	struct vmh_usage usage;

	vm_make(&race_vm, &(struct spec){ .cpus = VM_CPUS, .memory = 8 * MIB });
	VM_LOAD(&race_vm, guest_touch);
	vm_start(&race_vm);
	for (unsigned int i = 0; i < VM_CPUS; i++) {
		struct kvm_regs regs = {
			.rip = CODE_GPA, .rflags = 2, .rcx = 0xffff, .rbx = MIB,
		};

		must(race_vm.vcpu[i], VMH_SET_REGS, &regs);
		CHECK(!pthread_create(&vcpus[i], NULL, race_vcpu, (void *)(uintptr_t)i));
	}
	CHECK(!pthread_create(&watch, NULL, race_watch, (void *)1));
	for (unsigned int i = 0; i < 200; i++) {
		struct vmh_limits limits = {
			.size = sizeof(limits), .nr = 1,
			.limits = { { VMH_RES_POPULATED_BYTES, 0, (1 + i * 7 % 500) * PAGE } },
		};

		if (call(race_vm.fd, VMH_SET_LIMITS, &limits))
			CHECK_EQ(errno, EBUSY);
		if (i % 16 == 0)
			CHECK(!madvise(race_vm.memory + MIB, 7 * MIB, MADV_DONTNEED));
	}
	vm_event(&race_vm, VMH_EVENT_TERMINATE);
	race_over = true;
	for (unsigned int i = 0; i < VM_CPUS; i++)
		CHECK(!pthread_join(vcpus[i], NULL));
	CHECK(!pthread_join(watch, NULL));
	usage = vm_usage(&race_vm);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, 0);
	CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].used, 0);
}

static void set_stride(struct vm *vm, unsigned int id, uint64_t pages)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = STRIDE, .rcx = pages };

	/* An access that was left to the VMM ends first. */
	vm->run[id]->immediate_exit = 1;
	CHECK(call(vm->vcpu[id], VMH_RUN, NULL) && errno == EINTR);
	vm->run[id]->immediate_exit = 0;
	must(vm->vcpu[id], VMH_SET_REGS, &regs);
}

/*
 * Memory so large that it is unmapped in pieces, while two vCPUs touch it all the time: by its
 * addresses, with its slot, and with the VM.
 */
static void pieces_race(void)
{
	const uint64_t bytes = 3 * GIB + 512 * MIB;
	struct vm *vm = &race_vm;
	struct runner runners[2];

	vm_make(vm, &(struct spec){ .cpus = 2, .memory = bytes + STRIDE });
	vm_add_slot(vm, 0, 0, 0, NULL);
	vm_add_slot(vm, 0, 0, MIB, vm->memory);
	VM_LOAD(vm, guest_stride_16);
	vm_start(vm);
	for (unsigned int round = 0; round < 6; round++) {
		vm_add_slot(vm, 1, STRIDE, bytes, vm->memory + STRIDE);
		for (unsigned int id = 0; id < 2; id++) {
			set_stride(vm, id, bytes / STRIDE);
			runner_start(&runners[id], vm, id);
		}
		while (vm_usage(vm).res[VMH_RES_EPT_PAGES].used < 250 * (round + 1))
			sleep_ms(1);
		if (round % 2)
			CHECK(!madvise(vm->memory + STRIDE, bytes, MADV_DONTNEED));
		/* Where the slot has gone, the guest's next access is for the VMM. */
		vm_add_slot(vm, 1, STRIDE, 0, NULL);
		for (unsigned int id = 0; id < 2; id++) {
			runner_join(&runners[id]);
			CHECK(runners[id].exit_reason == KVM_EXIT_HLT ||
			      runners[id].exit_reason == KVM_EXIT_MMIO);
		}
		check_exact(vm);
		CHECK(census(vm).tables <= 4);
	}
	vm_add_slot(vm, 1, STRIDE, bytes, vm->memory + STRIDE);
	set_stride(vm, 0, bytes / STRIDE);
	runner_start(&runners[0], vm, 0);
	while (vm_usage(vm).res[VMH_RES_EPT_PAGES].used < 1000)
		sleep_ms(1);
	vm_event(vm, VMH_EVENT_TERMINATE);
	runner_join(&runners[0]);
	check_exact(vm);
	CHECK_EQ(census(vm).tables, 0);
}

static uint64_t tables_used(struct vm *vm)
{
	return vm_usage(vm).res[VMH_RES_EPT_PAGES].used;
}

static void stride_vm(struct vm *vm, uint64_t bytes)
{
	vm_make(vm, &(struct spec){ .memory = bytes });
	VM_LOAD(vm, guest_stride_16);
	vm_start(vm);
}

/*
 * A cap over all VMs is reached by the table: what one of them may have kept for itself, to ask
 * less often, another one gets when it needs it.
 */
static void cap(void)
{
	unsigned long total = 0;
	struct vm one, other;
	FILE *file = fopen("/sys/module/vmh/parameters/total_ept_pages", "r");

	CHECK(file && fscanf(file, "%lu", &total) == 1);
	fclose(file);
	if (total != 1024)
		skip("the module is not loaded with total_ept_pages=1024");
	stride_vm(&one, GIB);
	set_stride(&one, 0, 400);
	vm_run_until(&one, 0, KVM_EXIT_HLT);
	CHECK(!madvise(one.memory + 400 * MIB, 500 * MIB, MADV_DONTNEED));
	CHECK(tables_used(&one) < 220);

	stride_vm(&other, 3 * GIB);
	set_stride(&other, 0, 1000);
	vm_run_until(&other, 0, VMH_EXIT_RESOURCE);
	CHECK_EQ(tables_used(&one) + tables_used(&other), total);
	vm_run_until(&other, 0, VMH_EXIT_RESOURCE);
	CHECK(!madvise(one.memory + MIB, 399 * MIB, MADV_DONTNEED));
	vm_run_until(&other, 0, KVM_EXIT_HLT);
	CHECK(tables_used(&other) > 1000);
	vm_event(&other, VMH_EVENT_TERMINATE);
	set_stride(&one, 0, 400);
	vm_run_until(&one, 0, KVM_EXIT_HLT);
	check_exact(&one);
}

static const struct test tests[] = {
	{ .name = "EPT counted, small pages", .run = small_pages },
	{ .name = "EPT counted, huge pages", .run = huge_pages },
	{ .name = "as the kernel charged its cgroup", .run = as_the_kernel },
	{ .name = "vCPUs race at a limit", .run = limit_race },
	{ .name = "limits race with faults and TERMINATE", .run = limits_and_terminate },
	{ .name = "pieces race with faults", .run = pieces_race },
	{ .name = "a cap over all VMs", .run = cap },
	{ }
};

const struct suite suite_exact = { "exact", tests };
