// SPDX-License-Identifier: GPL-2.0
/* Refusals that outlive their VMs: which are kept, and who is told. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define SHARED_USER	"/sys/module/vmh/parameters/shared_user"
#define KEPT		64
#define OF_ONE		8

static struct vmh_ended_entry entries[VMH_LOG_ROOM_MAX];

static uint32_t get_ended(int dev, uint64_t after, uint32_t room, uint64_t *last)
{
	struct vmh_ended args = {
		.size = sizeof(args), .after = after, .nr = room, .entries = (uintptr_t)entries,
	};

	must(dev, VMH_GET_ENDED, &args);
	*last = args.last;
	return args.nr;
}

static uint64_t last_ended(int dev)
{
	uint64_t last;

	get_ended(dev, 0, 0, &last);
	return last;
}

/* Have a running VM refuse so many calls. */
static void refuse(struct vm *vm, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		REFUSED(vm->fd, VMH_CREATE_VCPU, VALUE(99 + i), EBUSY, VMH_E_STATE,
			.any_field = true);
}

/* A VM that comes, refuses some calls, and goes. */
static void come_and_go(unsigned int refusals)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	refuse(&vm, refusals);
	vm_close(&vm);
}

static void refusal_outlives_vm(void)
{
	int dev = device_open();
	uint64_t before = last_ended(dev), last;
	struct vmh_vm_entry entry;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	entry = vm_entry(&vm);
	vm_start(&vm);
	refuse(&vm, 1);
	vm_event(&vm, VMH_EVENT_PAUSE);
	REFUSED(vm.vcpu[0], VMH_GET_REGS, (void *)8, EFAULT, VMH_E_FAULT);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(get_ended(dev, before, KEPT, &last), 0);
	vm_close(&vm);
	CHECK_EQ(get_ended(dev, before, KEPT, &last), 2);
	CHECK_EQ(last, before + 2);
	for (unsigned int i = 0; i < 2; i++) {
		CHECK_EQ(entries[i].serial, entry.serial);
		CHECK_EQ(entries[i].vm_id, entry.vm_id);
		CHECK_EQ(entries[i].uid, getuid());
		CHECK(!strcmp(entries[i].name, entry.name));
		CHECK_EQ(entries[i].entry.sequence, before + 1 + i);
		CHECK_EQ(entries[i].entry.kind, VMH_LOG_ERROR);
		CHECK_EQ(entries[i].entry.pid, getpid());
		CHECK(entries[i].entry.time_ns > 0);
	}
	CHECK_EQ(entries[0].entry.error.code, VMH_E_STATE);
	CHECK_EQ(entries[0].entry.error.call, VMH_CREATE_VCPU);
	CHECK_EQ(entries[1].entry.error.code, VMH_E_FAULT);
	CHECK_EQ(entries[1].entry.error.call, VMH_GET_REGS);
	/* Only what is new; and only as much as there is room for. */
	CHECK_EQ(get_ended(dev, before + 1, KEPT, &last), 1);
	CHECK_EQ(entries[0].entry.sequence, before + 2);
	CHECK_EQ(get_ended(dev, before, 1, &last), 1);
	CHECK_EQ(entries[0].entry.sequence, before + 1);
	CHECK_EQ(last, before + 2);
	CHECK_EQ(get_ended(dev, ~0ULL, KEPT, &last), 0);
}

static void nothing_of_a_good_vm(void)
{
	int dev = device_open();
	uint64_t before = last_ended(dev);

	come_and_go(0);
	CHECK_EQ(last_ended(dev), before);
}

static void so_many_are_kept(void)
{
	int dev = device_open();
	uint64_t before = last_ended(dev), last;
	struct vm vm;

	/* The last of one VM: its log is longer, and has transitions between. */
	vm_make(&vm, &(struct spec){ });
	for (int i = 0; i < 5; i++)
		REFUSED(vm.fd, VMH_GET_REGS, NULL, ENOTTY, VMH_E_UNKNOWN_CALL);
	vm_start(&vm);
	refuse(&vm, OF_ONE - 1);
	vm_event(&vm, VMH_EVENT_PAUSE);
	REFUSED(vm.vcpu[0], VMH_GET_REGS, (void *)8, EFAULT, VMH_E_FAULT);
	vm_close(&vm);
	CHECK_EQ(get_ended(dev, before, VMH_LOG_ROOM_MAX, &last), OF_ONE);
	for (int i = 0; i < OF_ONE; i++)
		CHECK_EQ(entries[i].entry.error.code, i < OF_ONE - 1 ? VMH_E_STATE : VMH_E_FAULT);
	for (unsigned int i = 0; i < KEPT / OF_ONE + 1; i++)
		come_and_go(OF_ONE);
	CHECK_EQ(get_ended(dev, 0, VMH_LOG_ROOM_MAX, &last), KEPT);
	CHECK_EQ(entries[0].entry.sequence, last - KEPT + 1);
	CHECK_EQ(entries[KEPT - 1].entry.sequence, last);
	CHECK_EQ(get_ended(dev, last - KEPT, 3, &last), 3);
	CHECK_EQ(entries[2].entry.sequence, last - KEPT + 3);
}

/* A stranger's own VM, on the device that was opened before. */
static void strangers_vm(int dev)
{
	struct vmh_vm_config config = vm_config(1 << 20, 1);
	int fd = must(dev, VMH_CREATE_VM, &config);

	REFUSED(fd, VMH_CREATE_VCPU, VALUE(99), EINVAL, VMH_E_VCPU_ID, .any_field = true);
	close(fd);
}

static void stranger_sees_his_own(void *context)
{
	int dev = *(int *)context;
	uint64_t last;

	become_stranger();
	CHECK_EQ(get_ended(dev, 0, KEPT, &last), 0);
	CHECK_EQ(last, 0);
	strangers_vm(dev);
	CHECK_EQ(get_ended(dev, 0, KEPT, &last), 1);
	CHECK_EQ(entries[0].uid, STRANGER);
	CHECK_EQ(entries[0].entry.sequence, last);
}

static void set_shared_user(const char *value)
{
	int fd = open(SHARED_USER, O_WRONLY);

	CHECK(fd >= 0);
	CHECK(write(fd, value, 1) == 1);
	close(fd);
}

static void stranger_sees_nothing(void *context)
{
	int dev = *(int *)context;
	uint64_t last;

	become_stranger();
	strangers_vm(dev);
	CHECK_EQ(get_ended(dev, 0, KEPT, &last), 0);
	CHECK_EQ(last, 0);
}

static void each_user_sees_his_own(void)
{
	int dev = device_open();
	uint64_t before, last;

	come_and_go(1);
	/* What other tests' strangers have left is pushed out. */
	for (unsigned int i = 0; i < KEPT / OF_ONE; i++)
		come_and_go(OF_ONE);
	before = last_ended(dev);
	in_child(stranger_sees_his_own, &dev);
	CHECK_EQ(get_ended(dev, before, KEPT, &last), 1);
	CHECK_EQ(entries[0].uid, STRANGER);
	set_shared_user("1");
	in_child(stranger_sees_nothing, &dev);
	CHECK_EQ(get_ended(dev, before, KEPT, &last), 2);
	set_shared_user("0");
}

static void bad_ended(void)
{
	struct vmh_ended args = { .size = sizeof(args), .nr = 1 };
	int dev = device_open();

	come_and_go(1);
	args.entries = 8;
	REFUSED(dev, VMH_GET_ENDED, &args, EFAULT, VMH_E_FAULT);
	args.entries = (uintptr_t)entries;
	args.flags = 1;
	REFUSED(dev, VMH_GET_ENDED, &args, EINVAL, VMH_E_UNKNOWN_FLAGS, "flags", GOT(1));
	args.flags = 0;
	args.reserved = 1;
	REFUSED(dev, VMH_GET_ENDED, &args, EINVAL, VMH_E_RESERVED, "reserved", GOT(1));
	args.reserved = 0;
	args.nr = VMH_LOG_ROOM_MAX + 1;
	REFUSED(dev, VMH_GET_ENDED, &args, E2BIG, VMH_E_COUNT, "nr", EXPECTED(VMH_LOG_ROOM_MAX));
}

static const struct test tests[] = {
	{ .name = "a refusal outlives its VM", .run = refusal_outlives_vm },
	{ .name = "a good VM leaves nothing", .run = nothing_of_a_good_vm },
	{ .name = "so many are kept", .run = so_many_are_kept },
	{ .name = "each user sees his own", .run = each_user_sees_his_own },
	{ .name = "badly asked", .run = bad_ended },
	{ }
};

const struct suite suite_ended = { "ended", tests };
