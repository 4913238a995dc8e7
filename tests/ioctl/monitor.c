// SPDX-License-Identifier: GPL-2.0
/* Thresholds, and the log of a VM. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define DATA_GPA	0x40000
#define LOG_KEPT	32

static void set_threshold(struct vm *vm, uint32_t resource, int fd, uint64_t value)
{
	struct vmh_threshold args = {
		.size = sizeof(args), .resource = resource, .fd = fd, .value = value,
	};

	must(vm->fd, VMH_SET_THRESHOLD, &args);
}

/* How often it was signalled since the last time. */
static uint64_t signals(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static int event(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	CHECK(fd >= 0);
	return fd;
}

/* Signalled once when use gets there, and again when it comes from below. */
static void threshold(void)
{
	int fd = event();
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	set_threshold(&vm, VMH_RES_POPULATED_BYTES, fd, 5 * PAGE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 1);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 3), KVM_EXIT_HLT);
	CHECK_EQ(signals(fd), 0);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 4), KVM_EXIT_HLT);
	CHECK_EQ(signals(fd), 1);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 10), KVM_EXIT_HLT);
	CHECK_EQ(signals(fd), 0);
	CHECK(!madvise(vm.memory + DATA_GPA, 10 * PAGE, MADV_DONTNEED));
	CHECK_EQ(signals(fd), 0);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 10), KVM_EXIT_HLT);
	CHECK_EQ(signals(fd), 1);
	/* Another value replaces it, and is reached already. */
	set_threshold(&vm, VMH_RES_POPULATED_BYTES, fd, 2 * PAGE);
	CHECK_EQ(signals(fd), 1);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 1);
	set_threshold(&vm, VMH_RES_POPULATED_BYTES, -1, 0);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 0);
	CHECK(!madvise(vm.memory + DATA_GPA, 10 * PAGE, MADV_DONTNEED));
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 10), KVM_EXIT_HLT);
	CHECK_EQ(signals(fd), 0);
}

static void bad_thresholds(void)
{
	struct vmh_threshold args = { .size = sizeof(args), .value = 1 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .limits = { { VMH_RES_EVENTFDS, 0, 1 } } });
	args.fd = event();
	args.resource = VMH_RES_NR;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EINVAL, VMH_E_LIMIT_RESOURCE, "resource",
		GOT(VMH_RES_NR));
	args.resource = VMH_RES_EXITS;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EINVAL, VMH_E_LIMIT_RESOURCE, "resource");
	args.resource = VMH_RES_SLOTS;
	args.flags = 1;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EINVAL, VMH_E_UNKNOWN_FLAGS, "flags", GOT(1));
	args.flags = 0;
	args.value = 0;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EINVAL, VMH_E_VALUE, "value");
	args.value = 1;
	must(vm.fd, VMH_SET_THRESHOLD, &args);
	args.resource = VMH_RES_VCPUS;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EDQUOT, VMH_E_LIMIT_REACHED, "eventfds",
		EXPECTED(1));
	args.resource = VMH_RES_SLOTS;
	args.fd = -1;
	must(vm.fd, VMH_SET_THRESHOLD, &args);
	args.fd = vm.fd;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EBADF, VMH_E_EVENTFD, "fd", GOT(vm.fd));
	args.fd = 999;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EBADF, VMH_E_EVENTFD, "fd", GOT(999));
	args.fd = -2;
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, EBADF, VMH_E_EVENTFD, "fd");
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 0);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	args.fd = event();
	REFUSED(vm.fd, VMH_SET_THRESHOLD, &args, ESTALE, VMH_E_TERMINATED);
}

static uint32_t get_log(struct vm *vm, uint64_t after, struct vmh_log_entry *entries,
			uint32_t room, uint64_t *last)
{
	struct vmh_log args = {
		.size = sizeof(args), .after = after, .nr = room, .entries = (uintptr_t)entries,
	};

	must(vm->fd, VMH_GET_LOG, &args);
	*last = args.last;
	return args.nr;
}

static void log_tells(void)
{
	struct vmh_log_entry entries[10];
	uint64_t last;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	CHECK_EQ(get_log(&vm, 0, entries, 10, &last), 0);
	CHECK_EQ(last, 0);
	vm_start(&vm);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(99), EBUSY, VMH_E_STATE, .any_field = true);
	vm_event(&vm, VMH_EVENT_PAUSE);
	CHECK_EQ(get_log(&vm, 0, entries, 10, &last), 4);
	CHECK_EQ(last, 4);
	for (unsigned int i = 0; i < 4; i++) {
		CHECK_EQ(entries[i].sequence, i + 1);
		CHECK_EQ(entries[i].pid, getpid());
		CHECK(entries[i].time_ns > 0);
		CHECK(!i || entries[i].time_ns >= entries[i - 1].time_ns);
	}
	CHECK_EQ(entries[1].kind, VMH_LOG_STATE);
	CHECK_EQ(entries[1].from, VMH_STATE_INITIALIZED);
	CHECK_EQ(entries[1].to, VMH_STATE_RUNNING);
	CHECK_EQ(entries[1].event, VMH_EVENT_START);
	CHECK_EQ(entries[1].reason, VMH_REASON_USER);
	CHECK_EQ(entries[1].generation, 2);
	CHECK_EQ(entries[2].kind, VMH_LOG_ERROR);
	CHECK_EQ(entries[2].error.code, VMH_E_STATE);
	CHECK_EQ(entries[2].error.call, VMH_CREATE_VCPU);
	CHECK_EQ(entries[2].error.error, EBUSY);
	CHECK_EQ(entries[3].to, VMH_STATE_PAUSED);
	/* Only what is new; and only as much as there is room for. */
	CHECK_EQ(get_log(&vm, 3, entries, 10, &last), 1);
	CHECK_EQ(entries[0].sequence, 4);
	CHECK_EQ(get_log(&vm, 0, entries, 2, &last), 2);
	CHECK_EQ(entries[1].sequence, 2);
	CHECK_EQ(get_log(&vm, ~0ULL, entries, 2, &last), 0);
	CHECK_EQ(get_log(&vm, 0, NULL, 0, &last), 0);
	CHECK_EQ(last, 4);
}

static void log_forgets(void)
{
	struct vmh_log_entry entries[100];
	uint64_t last;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	for (int i = 0; i < 50; i++) {
		vm_event(&vm, VMH_EVENT_PAUSE);
		vm_event(&vm, VMH_EVENT_RESUME);
	}
	CHECK_EQ(get_log(&vm, 0, entries, 100, &last), LOG_KEPT);
	CHECK_EQ(last, 102);
	CHECK_EQ(entries[0].sequence, 102 - LOG_KEPT + 1);
	CHECK_EQ(entries[LOG_KEPT - 1].sequence, 102);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(get_log(&vm, 102, entries, 100, &last), 1);
	CHECK_EQ(entries[0].to, VMH_STATE_TERMINATED);
}

/* What RUN does not fail for is in the log all the same. */
static void log_limits(void)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = DATA_GPA, .rcx = 1 };
	struct vmh_log_entry entries[100];
	struct runner runner;
	uint64_t last;
	uint32_t nr;
	struct vm vm;

	vm_make(&vm, &(struct spec){
		.limits = { { VMH_RES_POPULATED_BYTES, 0, PAGE }, { VMH_RES_EXITS, 0, 1 } },
	});
	VM_LOAD(&vm, guest_touch);
	vm_start(&vm);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	CHECK_EQ(vm_run(&vm, 0), VMH_EXIT_RESOURCE);
	nr = get_log(&vm, 2, entries, 100, &last);
	CHECK(nr >= 1);
	CHECK_EQ(entries[nr - 1].kind, VMH_LOG_ERROR);
	CHECK_EQ(entries[nr - 1].error.code, VMH_E_LIMIT_REACHED);
	CHECK_EQ(entries[nr - 1].error.category, VMH_ERR_RESOURCE);
	CHECK(!strcmp(entries[nr - 1].error.field, "populated_bytes"));
	CHECK_EQ(entries[0].kind, VMH_LOG_THROTTLED);
	CHECK(!strcmp(entries[0].error.field, "exits"));
	CHECK_EQ(entries[0].error.expected, 1);
	runner_start(&runner, &vm, 0);
	sleep_ms(20);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	runner_join(&runner);
}

static void bad_log(void)
{
	struct vmh_log args = { .size = sizeof(args), .nr = 1 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	CHECK_EQ(call(vm.fd, VMH_GET_LOG, &args), -1);
	CHECK_EQ(errno, EFAULT);
	args.flags = 1;
	REFUSED(vm.fd, VMH_GET_LOG, &args, EINVAL, VMH_E_UNKNOWN_FLAGS, "flags", GOT(1));
	args.flags = 0;
	args.reserved = 1;
	REFUSED(vm.fd, VMH_GET_LOG, &args, EINVAL, VMH_E_RESERVED, "reserved", GOT(1));
	args.reserved = 0;
	args.nr = VMH_LOG_ROOM_MAX + 1;
	REFUSED(vm.fd, VMH_GET_LOG, &args, E2BIG, VMH_E_COUNT, "nr", EXPECTED(VMH_LOG_ROOM_MAX));
}

static const struct test tests[] = {
	{ .name = "a threshold", .run = threshold },
	{ .name = "bad thresholds", .run = bad_thresholds },
	{ .name = "the log tells", .run = log_tells },
	{ .name = "the log forgets", .run = log_forgets },
	{ .name = "the log tells of limits", .run = log_limits },
	{ .name = "the log, badly asked", .run = bad_log },
	{ }
};

const struct suite suite_monitor = { "monitor", tests };
