// SPDX-License-Identifier: GPL-2.0
/* The VM's clock: GET_CLOCK, SET_CLOCK, and the structure that kvmclock guests read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vm.h"

#define MSR_TSC			0x10
#define MSR_OLD_SYSTEM_TIME	0x12
#define MSR_SYSTEM_TIME		0x4b564d01

#define TIME_GPA		0x2000
#define ALL_FLAGS	(KVM_CLOCK_TSC_STABLE | KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC)
#define TSC_STABLE		1		/* flags of struct time_info */
#define GUEST_STOPPED		2
#define SECOND			1000000000ULL

/* What kvmclock has the host write. */
struct time_info {
	uint32_t version;
	uint32_t pad;
	uint64_t tsc;
	uint64_t ns;
	uint32_t mul;
	int8_t shift;
	uint8_t flags;
};

/* Has the host write to TIME_GPA, then exits again and again. */
GUEST(guest_clock,
      "movl $0x4b564d01, %ecx; movl $0x2001, %eax; xorl %edx, %edx; wrmsr;"
      "1: outb %al, $0x10; jmp 1b");

static struct time_info *make_clock_vm(struct vm *vm)
{
	struct time_info *info;

	vm_make(vm, &(struct spec){ .cpus = 2 });
	VM_LOAD(vm, guest_clock);
	info = (struct time_info *)(vm->memory + TIME_GPA);
	memset(info, 0xff, sizeof(*info));
	vm_start(vm);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	return info;
}

static struct kvm_clock_data get_clock(struct vm *vm)
{
	struct kvm_clock_data clock = { };

	must(vm->fd, VMH_GET_CLOCK, &clock);
	return clock;
}

/* A guest is told of one TSC for all where the host has that. */
static uint8_t stable_flag(void)
{
	return tsc_is_unstable() ? 0 : TSC_STABLE;
}

static void written(void)
{
	struct time_info *info, before;
	struct vm vm;

	info = make_clock_vm(&vm);
	CHECK(!(info->version & 1));
	CHECK_EQ(info->flags & TSC_STABLE, stable_flag());
	CHECK(info->mul >> 31);
	if (tsc_is_unstable())
		return;
	/* Not again without a reason. */
	before = *info;
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(!memcmp(&before, info, sizeof(before)));
}

static void paused(void)
{
	struct time_info *info, before;
	struct vm vm;

	info = make_clock_vm(&vm);
	before = *info;
	/* Nothing is written while the VM is PAUSED. */
	vm_event(&vm, VMH_EVENT_PAUSE);
	CHECK(!memcmp(&before, info, sizeof(before)));
	vm_event(&vm, VMH_EVENT_RESUME);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	/* The guest is told that it stood still, until it has taken note. */
	CHECK_EQ(info->flags, stable_flag() | GUEST_STOPPED);
	if (!tsc_is_unstable())
		CHECK_EQ(info->version, before.version + 2);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(info->flags, stable_flag() | GUEST_STOPPED);
}

static void read_clock(void)
{
	struct kvm_clock_data first, second;
	struct timespec now;
	struct vm vm;
	int64_t apart;

	make_clock_vm(&vm);
	first = get_clock(&vm);
	clock_gettime(CLOCK_REALTIME, &now);
	CHECK_EQ(first.flags, tsc_is_unstable() ? ALL_FLAGS & ~KVM_CLOCK_TSC_STABLE : ALL_FLAGS);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_ADJUST_CLOCK)), ALL_FLAGS);
	apart = first.realtime - (now.tv_sec * SECOND + now.tv_nsec);
	CHECK(llabs(apart) < (int64_t)SECOND);
	sleep_ms(10);
	second = get_clock(&vm);
	CHECK(second.clock > first.clock && second.clock - first.clock < SECOND);
	CHECK(second.host_tsc > first.host_tsc);
}

static void set_clock(void)
{
	struct time_info *info, before;
	struct kvm_clock_data clock;
	struct vm vm;

	info = make_clock_vm(&vm);
	before = *info;
	clock = get_clock(&vm);
	/* A clock that was read three seconds ago has gone on since. */
	clock.clock = 5000000000 * SECOND;
	clock.realtime -= 3 * SECOND;
	must(vm.fd, VMH_SET_CLOCK, &clock);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(info->ns >= 5000000003 * SECOND && info->ns < 5000000004 * SECOND);
	CHECK_EQ(info->version, before.version + 2);
	clock = get_clock(&vm);
	CHECK(clock.clock >= info->ns && clock.clock < info->ns + SECOND);
}

static void set_clock_refused(void)
{
	struct kvm_clock_data clock = { .flags = 1 };
	struct vm vm;

	make_clock_vm(&vm);
	REFUSED(vm.fd, VMH_SET_CLOCK, &clock, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "flags", GOT(1));
}

/* Processors with TSCs of their own: the guest must not rely on one for all. */
static void tscs_differ(void)
{
	struct time_info *info;
	struct vm vm;

	info = make_clock_vm(&vm);
	CHECK_EQ(vm_set_msr(&vm, 1, MSR_TSC, 1000000), 1);
	vm_run_until(&vm, 1, KVM_EXIT_IO);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(!(info->flags & TSC_STABLE));
}

static void restored(void)
{
	struct time_info *elsewhere;
	struct vm vm;

	make_clock_vm(&vm);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_SYSTEM_TIME), TIME_GPA + 1);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_OLD_SYSTEM_TIME), TIME_GPA + 1);
	/* The VMM moves it, as when it restores a saved state. */
	elsewhere = (struct time_info *)(vm.memory + 0x3000);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_SYSTEM_TIME, 0x3001), 1);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(elsewhere->version && !(elsewhere->version & 1) && elsewhere->mul);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_SYSTEM_TIME, 0x3003), 0);
}

static const struct test tests[] = {
	{ .name = "written for the guest", .run = written },
	{ .name = "PAUSE and RESUME", .run = paused },
	{ .name = "GET_CLOCK", .run = read_clock },
	{ .name = "SET_CLOCK", .run = set_clock },
	{ .name = "SET_CLOCK refused", .run = set_clock_refused },
	{ .name = "TSCs that differ", .run = tscs_differ },
	{ .name = "the MSRs from the VMM's side", .run = restored },
	{ }
};

const struct suite suite_clock = { "clock", tests };
