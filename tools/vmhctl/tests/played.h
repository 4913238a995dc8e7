/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel that is played, for tests of what vmhctl asks of the real one: ioctl() is here while
 * `playing` is set. It has the VMs of a table and refuses as the real one does; the device is
 * /dev/null. Included once.
 */
#ifndef VMHCTL_TESTS_PLAYED_H
#define VMHCTL_TESTS_PLAYED_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/vmh.h>

#include "vmhctl.h"

#define FDS_MAX		64
#define VMS_MAX		200

/* The played kernel: VMs of the caller, 50, which is another user's, and 51, whose
 * process cannot be traced.
 */
static const struct vmh_vm_entry all_vms[] = {
	{ .vm_id = 1, .serial = 11, .state = VMH_STATE_RUNNING, .pid = 100, .nr_vcpus = 2,
	  .name = "web" },
	{ .vm_id = 2, .serial = 12, .state = VMH_STATE_PAUSED, .pid = 101, .nr_vcpus = 1,
	  .name = "twin" },
	{ .vm_id = 7, .serial = 13, .state = VMH_STATE_RUNNING, .pid = 102, .nr_vcpus = 1,
	  .name = "twin" },
	{ .vm_id = 9, .serial = 14, .state = VMH_STATE_CREATED, .pid = 103, .nr_vcpus = 0,
	  .name = "" },
	{ .vm_id = 12, .serial = 15, .state = VMH_STATE_RUNNING, .pid = 104, .nr_vcpus = 1,
	  .name = "7" },
	{ .vm_id = 20, .serial = 16, .state = VMH_STATE_TERMINATED, .pid = 0, .name = "ended" },
};

static struct vmh_vm_entry vms[VMS_MAX];
static size_t nr_vms;
static bool playing;
static unsigned int list_calls;
static struct vmh_vm_entry *vm_of_fd[FDS_MAX];
static uint32_t rights_of_fd[FDS_MAX];
static struct vmh_error last_error;
static uint64_t exits_limit;
static unsigned int stats_calls;
static int signal_in_call;	/* sent while a register or memory is read, once */
static unsigned int memory_calls;

static int refuse(int error, unsigned int code, unsigned int category, const char *text)
{
	last_error = (struct vmh_error){
		.size = sizeof(last_error), .error = error, .code = code, .category = category,
	};
	strcpy(last_error.text, text);
	errno = error;
	return -1;
}

static int play_list(struct vmh_vm_list *list)
{
	struct vmh_vm_entry *out = (void *)(uintptr_t)list->entries;
	uint32_t nr = 0;

	list_calls++;
	ck_assert_uint_eq(list->size, sizeof(*list));
	for (size_t i = 0; i < nr_vms && nr < list->nr; i++)
		if (vms[i].vm_id > list->after)
			out[nr++] = vms[i];
	list->nr = nr;
	return 0;
}

static int play_open(const struct vmh_vm_open *open_vm)
{
	int fd;

	for (size_t i = 0; i < nr_vms; i++) {
		if (vms[i].vm_id != open_vm->vm_id)
			continue;
		ck_assert_uint_eq(open_vm->serial, vms[i].serial);
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		ck_assert_int_lt(fd, FDS_MAX);
		vm_of_fd[fd] = &vms[i];
		rights_of_fd[fd] = open_vm->rights;
		return fd;
	}
	if (open_vm->vm_id == 50)
		return refuse(EPERM, VMH_E_NOT_OWNER, VMH_ERR_OPERATION, "VM 50 is another's");
	if (open_vm->vm_id == 51)
		return refuse(EPERM, VMH_E_NOT_TRACEABLE, VMH_ERR_OPERATION, "not to be traced");
	return refuse(ENOENT, VMH_E_NO_VM, VMH_ERR_CONFIG, "there is no such VM");
}

static int play_set_state(struct vmh_vm_entry *vm, const struct vmh_state_change *change)
{
	if (change->event == VMH_EVENT_PAUSE && vm->state == VMH_STATE_RUNNING)
		vm->state = VMH_STATE_PAUSED;
	else if (change->event == VMH_EVENT_RESUME && vm->state == VMH_STATE_PAUSED)
		vm->state = VMH_STATE_RUNNING;
	else if (change->event == VMH_EVENT_TERMINATE)
		vm->state = VMH_STATE_TERMINATED;
	else
		return refuse(EBUSY, VMH_E_STATE, VMH_ERR_STATE, "not in this state");
	return 0;
}

static int play_usage(struct vmh_usage *usage)
{
	ck_assert_uint_eq(usage->size, sizeof(*usage));
	usage->nr = VMH_RES_NR;
	for (unsigned int i = 0; i < VMH_RES_NR; i++)
		usage->res[i] = (struct vmh_resource_usage){ i, i + 1, VMH_NO_LIMIT, 0 };
	usage->res[VMH_RES_POPULATED_BYTES] =
		(struct vmh_resource_usage){ 64 << 20, 65 << 20, 128 << 20, 3 };
	usage->res[VMH_RES_EXITS].limit = exits_limit;
	return 0;
}

static int play_set_limits(const struct vmh_limits *limits)
{
	for (uint32_t i = 0; i < limits->nr; i++)
		if (limits->limits[i].resource == VMH_RES_POPULATED_BYTES &&
		    limits->limits[i].limit < 64 << 20) {
			refuse(EBUSY, VMH_E_IN_USE, VMH_ERR_RESOURCE, "more is in use");
			sprintf(last_error.field, "limits[%u].limit", i);
			return -1;
		}
	for (uint32_t i = 0; i < limits->nr; i++)
		if (limits->limits[i].resource == VMH_RES_EXITS)
			exits_limit = limits->limits[i].limit;
	return 0;
}

static int play_stats(struct vmh_stats *stats)
{
	stats->nr_vcpus = 1;
	stats->nr_exits = 64;
	stats->guest_ns = ++stats_calls * 1000000ULL;
	stats->exits[10] = stats_calls * 1000;
	stats->exits[38] = 1;
	return 0;
}

static int play_log(struct vmh_log *log)
{
	struct vmh_log_entry *out = (void *)(uintptr_t)log->entries;
	const struct vmh_log_entry entries[] = {
		{ .sequence = 1, .time_ns = 1, .kind = VMH_LOG_STATE, .pid = 100,
		  .from = VMH_STATE_CREATED, .to = VMH_STATE_INITIALIZED, .generation = 1,
		  .event = VMH_EVENT_INIT, .reason = VMH_REASON_USER },
		{ .sequence = 2, .time_ns = 2, .kind = VMH_LOG_ERROR, .pid = 100,
		  .error = { .category = VMH_ERR_RESOURCE, .code = VMH_E_IN_USE, .error = EBUSY,
			     .call = VMH_SET_LIMITS, .field = "limits[0].limit", .got = 1,
			     .expected = 64, .text = "more is in \"use\"" } },
		{ .sequence = 3, .time_ns = 3, .kind = VMH_LOG_STATE,
		  .from = VMH_STATE_RUNNING, .to = VMH_STATE_TERMINATED, .generation = 2,
		  .event = VMH_EVENT_TERMINATE, .reason = VMH_REASON_CREATOR_EXIT },
	};
	uint32_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		if (entries[i].sequence > log->after)
			out[nr++] = entries[i];
	log->nr = nr;
	log->last = ARRAY_SIZE(entries);
	return 0;
}

static int play_ended(struct vmh_ended *ended)
{
	struct vmh_ended_entry *out = (void *)(uintptr_t)ended->entries;
	const struct vmh_log_entry refusal = {
		.time_ns = 2, .kind = VMH_LOG_ERROR, .pid = 100,
		.error = { .category = VMH_ERR_CONFIG, .code = VMH_E_VALUE, .error = EINVAL,
			   .call = VMH_SET_LIMITS, .field = "apic_base", .got = 1,
			   .expected = 2, .text = "not a value" },
	};

	ck_assert_uint_eq(ended->size, sizeof(*ended));
	ck_assert_uint_ge(ended->nr, 3);
	for (unsigned int i = 0; i < 3; i++) {
		out[i] = (struct vmh_ended_entry){
			.serial = 30 + i / 2, .vm_id = 3 + i / 2, .uid = 7, .entry = refusal };
		out[i].entry.sequence = 9 + i;
	}
	strcpy(out[2].name, "gone");
	ended->nr = 3;
	ended->last = 11;
	return 0;
}

/* A vCPU's fd has no VM: it is one of the device that is opened once more. */
static int vcpu_fd = -1;

static int play_open_vcpu(unsigned long id)
{
	if (id > 1)
		return refuse(ENOENT, VMH_E_NO_SUCH_VCPU, VMH_ERR_CONFIG, "no such vCPU");
	vcpu_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	return vcpu_fd;
}

static void play_signal(void)
{
	if (signal_in_call)
		raise(signal_in_call);
	signal_in_call = 0;
}

static int play_vcpu(unsigned long command, void *arg)
{
	struct kvm_translation *translation = arg;

	play_signal();
	switch (command) {
	case VMH_GET_REGS:
		*(struct kvm_regs *)arg = (struct kvm_regs){ .rip = 0x1234, .rflags = 2 };
		return 0;
	case VMH_GET_SREGS:
		*(struct kvm_sregs *)arg = (struct kvm_sregs){ .cr0 = 0x11 };
		return 0;
	case VMH_TRANSLATE:
		translation->valid = translation->linear_address < 0xffff800000002000;
		translation->physical_address = translation->linear_address & 0xffff;
		return 0;
	default:
		return refuse(ENOTTY, VMH_E_UNKNOWN_CALL, VMH_ERR_OPERATION, "no such call");
	}
}

/* Memory up to 0x10008: each byte has the low byte of its address. */
static int play_memory(const struct vmh_memory_access *access)
{
	uint8_t *out = (void *)(uintptr_t)access->buffer;
	uint64_t count = 0;

	ck_assert_uint_eq(access->flags, 0);
	memory_calls++;
	play_signal();
	for (; count < access->length && access->gpa + count < 0x10008; count++)
		out[count] = access->gpa + count;
	return count ? (int)count : refuse(EFAULT, VMH_E_NO_GUEST_MEMORY, VMH_ERR_CONFIG,
					     "no memory");
}

static int play_vm(int fd, unsigned long command, void *arg)
{
	struct vmh_vm_entry *vm = vm_of_fd[fd];
	bool changes = command == VMH_SET_STATE || command == VMH_SET_LIMITS;

	ck_assert_msg(rights_of_fd[fd] & (changes ? VMH_RIGHT_CONTROL : VMH_RIGHT_INSPECT),
		      "no right for call %#lx", command);
	switch (command) {
	case VMH_OPEN_VCPU:
		ck_assert(rights_of_fd[fd] & VMH_RIGHT_DEBUG);
		return play_open_vcpu((uintptr_t)arg);
	case VMH_ACCESS_MEMORY:
		ck_assert(rights_of_fd[fd] & VMH_RIGHT_MEMORY);
		ck_assert_uint_eq(vm->state, VMH_STATE_PAUSED);
		return play_memory(arg);
	case VMH_SET_STATE:
		return play_set_state(vm, arg);
	case VMH_GET_STATE:
		*(struct vmh_state_info *)arg = (struct vmh_state_info){
			.state = vm->state, .generation = 1, .reason = VMH_REASON_USER };
		return 0;
	case VMH_GET_USAGE:
		return play_usage(arg);
	case VMH_SET_LIMITS:
		return play_set_limits(arg);
	case VMH_GET_STATS:
		return play_stats(arg);
	case VMH_GET_LOG:
		return play_log(arg);
	default:
		return refuse(ENOTTY, VMH_E_UNKNOWN_CALL, VMH_ERR_OPERATION, "no such call");
	}
}

int ioctl(int fd, unsigned long command, ...);
int ioctl(int fd, unsigned long command, ...)
{
	va_list args;
	void *arg;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	if (!playing)
		return syscall(SYS_ioctl, fd, command, arg);
	if (command == VMH_GET_ERROR) {
		*(struct vmh_error *)arg = last_error;
		return 0;
	}
	if (fd == vcpu_fd && command != VMH_GET_API_VERSION)
		return play_vcpu(command, arg);
	if (fd < FDS_MAX && vm_of_fd[fd] && command != VMH_GET_API_VERSION)
		return play_vm(fd, command, arg);
	switch (command) {
	case VMH_GET_API_VERSION:
		return KVM_API_VERSION;
	case VMH_LIST_VMS:
		return play_list(arg);
	case VMH_OPEN_VM:
		return play_open(arg);
	case VMH_GET_ENDED:
		return play_ended(arg);
	default:
		return refuse(ENOTTY, VMH_E_UNKNOWN_CALL, VMH_ERR_OPERATION, "no such call");
	}
}

#endif /* VMHCTL_TESTS_PLAYED_H */
