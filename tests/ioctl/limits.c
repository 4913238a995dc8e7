// SPDX-License-Identifier: GPL-2.0
/* SET_LIMITS, and what limits on running counts do. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define MIB		(1UL << 20)
#define DATA_GPA	0x40000
#define MS		1000000ULL

/* Exits of the fast kind, counted at SPIN_COUNTER. */
GUEST(guest_cpuids, "1: xorl %eax, %eax; cpuid; incl 0x2000; jmp 1b");

static struct vmh_limits one_limit(uint32_t resource, uint64_t limit)
{
	return (struct vmh_limits){
		.size = sizeof(struct vmh_limits), .nr = 1, .limits = { { resource, 0, limit } },
	};
}

static void set_limit(struct vm *vm, uint32_t resource, uint64_t limit)
{
	struct vmh_limits limits = one_limit(resource, limit);

	must(vm->fd, VMH_SET_LIMITS, &limits);
}

static struct vmh_stats vm_stats(struct vm *vm)
{
	struct vmh_stats stats = { .size = sizeof(stats) };

	must(vm->fd, VMH_GET_STATS, &stats);
	return stats;
}

/* At a limit RUN returns; the limit is raised, and the guest goes on. */
static void raised(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .limits = { { VMH_RES_POPULATED_BYTES, 0, 9 * PAGE } } });
	vm_start(&vm);
	vm_touch(&vm, DATA_GPA, 20);
	CHECK_EQ(vm.run[0]->exit_reason, VMH_EXIT_RESOURCE);
	set_limit(&vm, VMH_RES_POPULATED_BYTES, 15 * PAGE);
	CHECK_EQ(vm_run(&vm, 0), VMH_EXIT_RESOURCE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].used, 15 * PAGE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].limit, 15 * PAGE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].denied, 2);
	set_limit(&vm, VMH_RES_POPULATED_BYTES, VMH_NO_LIMIT);
	CHECK_EQ(vm_run(&vm, 0), KVM_EXIT_HLT);
	CHECK_EQ(vm.memory[DATA_GPA + 19 * PAGE], 0x5a);
}

/* Pages beside the one that was touched are mapped as far as the limit allows; no denial. */
static void neighbours(void)
{
	struct vmh_usage usage;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .limits = { { VMH_RES_POPULATED_BYTES, 0, 9 * PAGE } } });
	memset(vm.memory + DATA_GPA, 1, 16 * PAGE);
	vm_start(&vm);
	vm_touch(&vm, DATA_GPA, 1);
	CHECK_EQ(vm.run[0]->exit_reason, KVM_EXIT_HLT);
	usage = vm_usage(&vm);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, 9 * PAGE);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].denied, 0);
}

static void below_use(void)
{
	struct vmh_limits limits;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 4 * MIB });
	limits = one_limit(VMH_RES_SLOT_BYTES, 4 * MIB - 1);
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EBUSY, VMH_E_IN_USE, "limits[0].limit",
		GOT(4 * MIB - 1), EXPECTED(4 * MIB));
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].limit, 4 * MIB);
	set_limit(&vm, VMH_RES_VCPUS, 1);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1), EINVAL, VMH_E_VCPU_ID, .any_field = true);
}

/* One of two cannot be: the other is not taken either. */
static void all_or_nothing(void)
{
	struct vmh_limits limits = {
		.size = sizeof(limits), .nr = 2,
		.limits = { { VMH_RES_EPT_PAGES, 0, 77 }, { VMH_RES_SLOTS, 0, 0 } },
	};
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EINVAL, VMH_E_LIMIT_VALUE, "limits[1].limit",
		GOT(0));
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EPT_PAGES].limit, VMH_NO_LIMIT);
	limits.limits[1].limit = 1;
	must(vm.fd, VMH_SET_LIMITS, &limits);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EPT_PAGES].limit, 77);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOTS].limit, 1);
}

static void bad_arguments(void)
{
	struct vmh_limits limits;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	limits = one_limit(VMH_RES_NR, 1);
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EINVAL, VMH_E_LIMIT_RESOURCE,
		"limits[0].resource", GOT(VMH_RES_NR));
	limits = one_limit(~0U, 1);
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EINVAL, VMH_E_LIMIT_RESOURCE,
		"limits[0].resource", GOT(~0U));
	limits = one_limit(VMH_RES_SLOTS, 1 << 20);
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EINVAL, VMH_E_LIMIT_VALUE, "limits[0].limit");
	limits.nr = VMH_RES_MAX + 1;
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, E2BIG, VMH_E_COUNT, "nr");
	limits = one_limit(VMH_RES_SLOTS, 10);
	limits.flags = 1;
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EINVAL, VMH_E_UNKNOWN_FLAGS, "flags", GOT(1));
	limits = one_limit(VMH_RES_SLOTS, 10);
	limits.reserved = 1;
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, EINVAL, VMH_E_RESERVED, "reserved", GOT(1));
	vm_event(&vm, VMH_EVENT_TERMINATE);
	limits = one_limit(VMH_RES_SLOTS, 10);
	REFUSED(vm.fd, VMH_SET_LIMITS, &limits, ESTALE, VMH_E_TERMINATED);
}

static uint32_t counter(struct vm *vm)
{
	return *(volatile uint32_t *)(vm->memory + SPIN_COUNTER);
}

/* How much of a resource a VM uses in @ms. */
static uint64_t used_in(struct vm *vm, uint32_t resource, unsigned int ms)
{
	uint64_t before = vm_usage(vm).res[resource].used;

	sleep_ms(ms);
	return vm_usage(vm).res[resource].used - before;
}

static void end_runner(struct vm *vm, struct runner *runner)
{
	vm_event(vm, VMH_EVENT_TERMINATE);
	runner_join(runner);
	CHECK_EQ(runner->error, ESTALE);
}

/* A guest that exits all the time makes 2000 exits a second; another VM notices nothing. */
static void exit_rate(void)
{
	struct runner slow_runner, fast_runner;
	struct vm slow, fast;
	uint64_t exits;

	vm_make(&slow, &(struct spec){ });
	vm_make(&fast, &(struct spec){ });
	VM_LOAD(&slow, guest_cpuids);
	VM_LOAD(&fast, guest_cpuids);
	vm_start(&slow);
	vm_start(&fast);
	set_limit(&slow, VMH_RES_EXITS, 500);
	runner_start(&slow_runner, &slow, 0);
	runner_start(&fast_runner, &fast, 0);
	sleep_ms(200);
	exits = used_in(&slow, VMH_RES_EXITS, 1000);
	/* A turn more, and what was saved up. */
	if (exits < 250 || exits > 500 + 50 + 256)
		FAIL("%llu exits in a second", (unsigned long long)exits);
	CHECK(counter(&fast) > 4 * counter(&slow));
	CHECK(vm_usage(&slow).res[VMH_RES_EXITS].denied > 0);
	CHECK_EQ(vm_usage(&fast).res[VMH_RES_EXITS].denied, 0);
	CHECK(vm_stats(&slow).throttled_ns > 500 * MS);
	CHECK_EQ(vm_stats(&fast).throttled_ns, 0);
	end_runner(&slow, &slow_runner);
	end_runner(&fast, &fast_runner);
}

/* A guest that never stops gets a fifth of a processor. */
static void run_time(void)
{
	struct runner runner;
	uint64_t run_ns;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin_cli);
	vm_start(&vm);
	set_limit(&vm, VMH_RES_RUN_NS, 200 * MS);
	runner_start(&runner, &vm, 0);
	sleep_ms(200);
	run_ns = used_in(&vm, VMH_RES_RUN_NS, 1000);
	if (run_ns < 100 * MS || run_ns > 240 * MS)
		FAIL("%llu ns in a second", (unsigned long long)run_ns);
	CHECK(vm_usage(&vm).res[VMH_RES_RUN_NS].denied > 0);
	end_runner(&vm, &runner);
}

/* One exit in a second; a higher rate ends the wait at once. */
static void wait_ends(void)
{
	struct runner runner;
	struct vm vm;
	uint32_t count;

	vm_make(&vm, &(struct spec){ .limits = { { VMH_RES_EXITS, 0, 1 } } });
	VM_LOAD(&vm, guest_cpuids);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	sleep_ms(300);
	count = counter(&vm);
	CHECK(count <= 512);
	sleep_ms(300);
	CHECK_EQ(counter(&vm), count);
	set_limit(&vm, VMH_RES_EXITS, VMH_NO_LIMIT);
	/* The debt was of minutes. (Bochs can leap over short sleeps of all processors but one.) */
	for (int i = 0; i < 20 && counter(&vm) <= count + 512; i++)
		sleep_ms(100);
	CHECK(counter(&vm) > count + 512);
	end_runner(&vm, &runner);
}

/* PAUSE, RESUME and TERMINATE do not wait for a VM that is held back for minutes. */
static void state_while_throttled(void)
{
	struct kvm_regs regs;
	struct runner runner;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .limits = { { VMH_RES_EXITS, 0, 1 } } });
	VM_LOAD(&vm, guest_cpuids);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	sleep_ms(300);
	vm_event(&vm, VMH_EVENT_PAUSE);
	regs = vm_regs(&vm, 0);
	CHECK(regs.rip >= CODE_GPA && regs.rip < CODE_GPA + 32);
	vm_event(&vm, VMH_EVENT_RESUME);
	sleep_ms(100);
	end_runner(&vm, &runner);
}

static void statistics(void)
{
	struct vmh_stats stats;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	stats = vm_stats(&vm);
	CHECK_EQ(stats.nr_vcpus, 2);
	CHECK_EQ(stats.nr_exits, VMH_STATS_EXITS);
	CHECK_EQ(stats.guest_ns + stats.kernel_ns + stats.user_ns + stats.idle_ns, 0);
	for (int i = 0; i < 100; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	sleep_ms(50);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	stats = vm_stats(&vm);
	CHECK(stats.exits[30] >= 101);	/* I/O instruction */
	CHECK(stats.exits[30] < 110);
	CHECK(stats.guest_ns > 0);
	CHECK(stats.kernel_ns > 0);
	CHECK(stats.user_ns >= 50 * MS);
	CHECK(stats.idle_ns == 0 && stats.throttled_ns == 0);
}

static void set_default(const char *name, const char *value)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "/sys/module/vmh/parameters/default_%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

/* What a VM may use whose VMM says nothing of limits, as one that only knows KVM's calls. */
static void defaults(void)
{
	static const char *const names[] = { "memory_mb", "vcpus", "eventfds", "exits", "run_ms" };
	int dev = open(device_path, O_RDWR);
	struct vmh_usage usage = { .size = sizeof(usage) };
	int vm;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		set_default(names[i], "2");
	vm = must(dev, VMH_CREATE_VM_DEFAULT, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		set_default(names[i], "0");
	must(vm, VMH_GET_USAGE, &usage);
	CHECK_EQ(usage.res[VMH_RES_SLOT_BYTES].limit, 2 << 20);
	CHECK_EQ(usage.res[VMH_RES_VCPUS].limit, 2);
	CHECK_EQ(usage.res[VMH_RES_EVENTFDS].limit, 2);
	CHECK_EQ(usage.res[VMH_RES_EXITS].limit, 2);
	CHECK_EQ(usage.res[VMH_RES_RUN_NS].limit, 2000000);
	CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].limit, VMH_NO_LIMIT);
	close(must(vm, VMH_CREATE_VCPU, VALUE(0)));
	close(must(vm, VMH_CREATE_VCPU, VALUE(1)));
	REFUSED(vm, VMH_CREATE_VCPU, VALUE(2), .error = EDQUOT, .code = VMH_E_LIMIT_REACHED,
		.field = "vcpus", GOT(3), EXPECTED(2));
	vm = must(dev, VMH_CREATE_VM_DEFAULT, NULL);
	must(vm, VMH_GET_USAGE, &usage);
	CHECK_EQ(usage.res[VMH_RES_EVENTFDS].limit, VMH_NO_LIMIT);
}

static const struct test tests[] = {
	{ .name = "defaults of the module", .run = defaults },
	{ .name = "a limit is raised, the guest goes on", .run = raised },
	{ .name = "neighbours up to the limit", .run = neighbours },
	{ .name = "not below what is used", .run = below_use },
	{ .name = "all rows or none", .run = all_or_nothing },
	{ .name = "bad arguments", .run = bad_arguments },
	{ .name = "exits in a second", .run = exit_rate },
	{ .name = "run time in a second", .run = run_time },
	{ .name = "other limits end a wait", .run = wait_ends },
	{ .name = "lifecycle of a throttled VM", .run = state_while_throttled },
	{ .name = "statistics", .run = statistics },
	{ }
};

const struct suite suite_limits = { "limits", tests };
