// SPDX-License-Identifier: GPL-2.0
/* A VM to test with, and calls whose outcome is checked. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

GUEST(guest_hlt, "1: hlt; jmp 1b");
GUEST(guest_out, "1: outb %al, $0x10; incb %al; jmp 1b");
GUEST(guest_spin, "sti; 1: incl 0x2000; jmp 1b");
GUEST(guest_spin_cli, "cli; 1: incl 0x2000; jmp 1b");
GUEST(guest_touch, "1: movb $0x5a, (%ebx); addl $0x1000, %ebx; loop 1b; 2: hlt; jmp 2b");

#define MAGIC_MASK	((unsigned long)_IOC_TYPEMASK << _IOC_TYPESHIFT)
#define ROUNDS_MAX	20000

int device_open(void)
{
	int fd = open(device_path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		FAIL("%s: %s", device_path, strerror(errno));
	return fd;
}

/* As ioctl(). On KVM the command gets KVM's magic. */
long call(int fd, unsigned long command, void *argument)
{
	if (on_kvm)
		command = (command & ~MAGIC_MASK) | (unsigned long)KVMIO << _IOC_TYPESHIFT;
	return ioctl(fd, command, argument);
}

struct vmh_error last_error(int fd)
{
	struct vmh_error err = { .size = sizeof(err) };

	if (!on_kvm && call(fd, VMH_GET_ERROR, &err))
		FAIL("GET_ERROR: %s", strerror(errno));
	return err;
}

/* A call that has to succeed. */
long must(int fd, unsigned long command, void *argument)
{
	long ret = call(fd, command, argument);

	if (ret < 0) {
		int error = errno;

		FAIL("call %#lx: %s; %s", command, strerror(error), last_error(fd).text);
	}
	return ret;
}

void refused_at(const char *file, int line, int fd, unsigned long command, void *argument,
		const struct refusal *want)
{
	struct vmh_error err;
	long ret;

	errno = 0;
	ret = call(fd, command, argument);
	if (ret >= 0)
		fail(file, line, "was not refused: %ld", ret);
	if (errno != want->error)
		fail(file, line, "refused with %s, not %s", strerror(errno), strerror(want->error));
	if (on_kvm)
		return;
	err = last_error(fd);
	if (err.error != (uint32_t)want->error || err.call != (uint32_t)command)
		fail(file, line, "the record is of call %#x, errno %u", err.call, err.error);
	if (err.code != want->code || err.category != want->code / 100)
		fail(file, line, "code %u of category %u, not %u: %s", err.code, err.category,
		     want->code, err.text);
	if (!want->any_field && strcmp(err.field, want->field ?: ""))
		fail(file, line, "field '%s', not '%s'", err.field, want->field ?: "");
	if (want->check_got && err.got != want->got)
		fail(file, line, "got %#llx, not %#llx", err.got, (unsigned long long)want->got);
	if (want->check_expected && err.expected != want->expected)
		fail(file, line, "expected %#llx, not %#llx", err.expected,
		     (unsigned long long)want->expected);
	if (!err.text[0])
		fail(file, line, "no text");
}

struct vmh_vm_config vm_config(uint64_t memory, unsigned int cpus)
{
	return (struct vmh_vm_config){
		.size = sizeof(struct vmh_vm_config),
		.memory_size = memory,
		.vcpu_count = cpus,
		.name = "test",
	};
}

/* Anonymous memory, zero, aligned to 2 MiB. */
void *map_pages(uint64_t bytes)
{
	const uint64_t align = 2 << 20;
	uint8_t *at = mmap(NULL, bytes + align, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		FAIL("mmap: %s", strerror(errno));
	return at + (-(uintptr_t)at & (align - 1));
}

/* A VM without memory and vCPUs. */
void vm_create(struct vm *vm, const struct spec *spec)
{
	uint64_t bytes = spec->memory ?: 1 << 20;
	struct vmh_vm_config config = vm_config(bytes, spec->cpus ?: 1);

	*vm = (struct vm){ .dev = device_open(), .bytes = bytes };
	memset(vm->vcpu, -1, sizeof(vm->vcpu));
	vm->run_bytes = must(vm->dev, VMH_GET_VCPU_MMAP_SIZE, NULL);
	if (on_kvm) {
		vm->fd = must(vm->dev, VMH_CREATE_VM_DEFAULT, NULL);
		must(vm->fd, VMH_SET_TSS_ADDR, VALUE(0xfffbd000));
		return;
	}
	config.flags = spec->flags;
	for (size_t i = 0; i < ARRAY_SIZE(spec->limits) && spec->limits[i].limit; i++)
		config.limits[config.nr_limits++] = spec->limits[i];
	vm->fd = must(vm->dev, VMH_CREATE_VM, &config);
}

void vm_add_vcpu(struct vm *vm, unsigned int id)
{
	vm->vcpu[id] = must(vm->fd, VMH_CREATE_VCPU, VALUE(id));
	vm->run[id] = mmap(NULL, vm->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			   vm->vcpu[id], 0);
	CHECK(vm->run[id] != MAP_FAILED);
	vm->cpus++;
}

void vm_add_slot(struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t bytes, void *memory)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = gpa, .memory_size = bytes,
		.userspace_addr = (uintptr_t)memory,
	};

	must(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
}

void vm_load(struct vm *vm, const char *code, const char *end)
{
	memcpy(vm->memory + CODE_GPA, code, end - code);
}

/* Real mode at CODE_GPA, segments from 0 to 4 GiB. */
void vm_reset(struct vm *vm, unsigned int id)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rsp = CODE_GPA, .rflags = 2 };
	struct kvm_sregs sregs;
	struct kvm_segment *data[] = {
		&sregs.ds, &sregs.es, &sregs.fs, &sregs.gs, &sregs.ss
	};

	must(vm->vcpu[id], VMH_GET_SREGS, &sregs);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
		data[i]->base = 0;
		data[i]->selector = 0;
		data[i]->limit = 0xffffffff;
		data[i]->g = 1;
	}
	must(vm->vcpu[id], VMH_SET_SREGS, &sregs);
	must(vm->vcpu[id], VMH_SET_REGS, &regs);
}

/* A VM with memory and vCPUs, ready to be started; the code is to be loaded. */
void vm_make(struct vm *vm, const struct spec *spec)
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };

	vm_create(vm, spec);
	vm->memory = map_pages(vm->bytes);
	madvise(vm->memory, vm->bytes, spec->huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	vm_add_slot(vm, 0, 0, vm->bytes, vm->memory);
	if (spec->irqchip) {
		must(vm->fd, VMH_CREATE_IRQCHIP, NULL);
		must(vm->fd, VMH_CREATE_PIT2, &pit);
	}
	for (unsigned int id = 0; id < (spec->cpus ?: 1); id++) {
		vm_add_vcpu(vm, id);
		vm_reset(vm, id);
	}
}

void vm_event(struct vm *vm, enum vmh_event event)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };

	if (!on_kvm)
		must(vm->fd, VMH_SET_STATE, &change);
}

void vm_start(struct vm *vm)
{
	vm_event(vm, VMH_EVENT_INIT);
	vm_event(vm, VMH_EVENT_START);
}

struct vmh_state_info vm_state(struct vm *vm)
{
	struct vmh_state_info info = { .size = sizeof(info) };

	must(vm->fd, VMH_GET_STATE, &info);
	return info;
}

struct vmh_usage vm_usage(struct vm *vm)
{
	struct vmh_usage usage = { .size = sizeof(usage) };

	must(vm->fd, VMH_GET_USAGE, &usage);
	return usage;
}

void vm_close(struct vm *vm)
{
	for (unsigned int id = 0; id < VM_CPUS; id++) {
		if (vm->vcpu[id] < 0)
			continue;
		munmap(vm->run[id], vm->run_bytes);
		close(vm->vcpu[id]);
	}
	close(vm->fd);
	close(vm->dev);
	if (vm->memory)
		munmap(vm->memory, vm->bytes);
}

/* Returns how many there are, of which the first @nr at most are told. */
unsigned int list_vms(int dev, uint32_t after, struct vmh_vm_entry *entries, unsigned int nr)
{
	struct vmh_vm_list list = {
		.size = sizeof(list), .after = after, .nr = nr, .entries = (uintptr_t)entries,
	};

	must(dev, VMH_LIST_VMS, &list);
	CHECK_EQ(list.nr, nr < list.total ? nr : list.total);
	return list.total;
}

/* What a VM of this process is listed as: the latest that it made. */
struct vmh_vm_entry vm_entry(struct vm *vm)
{
	static struct vmh_vm_entry entries[4096];
	unsigned int nr = list_vms(vm->dev, 0, entries, ARRAY_SIZE(entries));

	while (nr--)
		if (entries[nr].pid == (uint32_t)getpid())
			return entries[nr];
	FAIL("is not listed");
}

int vm_open(int dev, const struct vmh_vm_entry *entry, uint32_t rights)
{
	struct vmh_vm_open open = {
		.size = sizeof(open), .vm_id = entry->vm_id, .serial = entry->serial,
		.rights = rights,
	};

	return must(dev, VMH_OPEN_VM, &open);
}

/* In a process of its own, which has to end well. */
void in_child(void (*work)(void *context), void *context)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		work(context);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
}

/* Another user from now on. */
void become_stranger(void)
{
	CHECK(!setresgid(STRANGER, STRANGER, STRANGER));
	CHECK(!setresuid(STRANGER, STRANGER, STRANGER));
}

/* Do without these from now on: a bit for each CAP_*. */
void drop_capabilities(uint64_t which)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	CHECK(!syscall(SYS_capget, &head, data));
	for (int i = 0; i < 2; i++) {
		data[i].effective &= ~(uint32_t)(which >> 32 * i);
		data[i].permitted = data[i].effective;
		data[i].inheritable = 0;
	}
	CHECK(!syscall(SYS_capset, &head, data));
}

/* Returns the exit reason. Signals apart, RUN has to succeed. */
uint32_t vm_run(struct vm *vm, unsigned int id)
{
	for (int i = 0; i < ROUNDS_MAX; i++) {
		if (!call(vm->vcpu[id], VMH_RUN, NULL))
			return vm->run[id]->exit_reason;
		if (errno != EINTR)
			FAIL("RUN: %s; %s", strerror(errno), last_error(vm->vcpu[id]).text);
	}
	FAIL("RUN is interrupted for ever");
}

void vm_run_until(struct vm *vm, unsigned int id, uint32_t exit_reason)
{
	uint32_t reason = vm_run(vm, id);

	if (reason != exit_reason)
		FAIL("exit reason %#x (hardware %#llx), not %#x; rip %#llx", reason,
		     vm->run[id]->hw.hardware_exit_reason, exit_reason, vm_regs(vm, id).rip);
}

struct kvm_regs vm_regs(struct vm *vm, unsigned int id)
{
	struct kvm_regs regs;

	must(vm->vcpu[id], VMH_GET_REGS, &regs);
	return regs;
}

struct one_msr {
	struct kvm_msrs head;
	struct kvm_msr_entry entry;
};

long vm_set_msr(struct vm *vm, unsigned int id, uint32_t index, uint64_t value)
{
	struct one_msr msr = { .head.nmsrs = 1, .entry = { .index = index, .data = value } };

	return must(vm->vcpu[id], VMH_SET_MSRS, &msr);
}

uint64_t vm_get_msr(struct vm *vm, unsigned int id, uint32_t index)
{
	struct one_msr msr = { .head.nmsrs = 1, .entry.index = index };

	CHECK_EQ(must(vm->vcpu[id], VMH_GET_MSRS, &msr), 1);
	return msr.entry.data;
}

void vm_log_dirty(struct vm *vm)
{
	must(vm->fd, VMH_SET_USER_MEMORY_REGION, &(struct kvm_userspace_memory_region){
		.flags = KVM_MEM_LOG_DIRTY_PAGES, .memory_size = vm->bytes,
		.userspace_addr = (uintptr_t)vm->memory });
}

/* Of the first 64 pages. */
bool vm_page_is_dirty(struct vm *vm, uint64_t gpa)
{
	unsigned long bits[(1 << 20) / PAGE / 64];

	CHECK(vm->bytes <= 1 << 20 && gpa / PAGE < 64);
	must(vm->fd, VMH_GET_DIRTY_LOG, &(struct kvm_dirty_log){ .dirty_bitmap = bits });
	return bits[0] >> gpa / PAGE & 1;
}

static void *runner_thread(void *arg)
{
	struct runner *runner = arg;

	do {
		runner->ret = call(runner->vm->vcpu[runner->id], VMH_RUN, NULL);
		runner->error = errno;
	} while (runner->ret < 0 && runner->error == EINTR);
	runner->exit_reason = runner->vm->run[runner->id]->exit_reason;
	runner->done = true;
	return NULL;
}

void runner_start(struct runner *runner, struct vm *vm, unsigned int id)
{
	pthread_t thread;

	*runner = (struct runner){ .vm = vm, .id = id };
	CHECK(!pthread_create(&thread, NULL, runner_thread, runner));
	runner->thread = thread;
}

void runner_join(struct runner *runner)
{
	CHECK(!pthread_join(runner->thread, NULL));
}

bool tsc_is_unstable(void)
{
	char name[16] = "";
	int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY);

	CHECK(fd >= 0 && read(fd, name, sizeof(name) - 1) > 0);
	close(fd);
	return strncmp(name, "tsc", 3);
}

void sleep_ms(unsigned int ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000L }, NULL);
}

/* Wait for what a guest writes. The test's time limit ends it. */
void wait_for_byte(volatile uint8_t *byte, uint8_t value)
{
	while (*byte != value)
		sleep_ms(1);
}

void wait_until_changes(volatile uint32_t *counter)
{
	uint32_t before = *counter;

	while (*counter == before)
		sleep_ms(1);
}

uint32_t vm_touch(struct vm *vm, uint64_t gpa, uint64_t pages)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = gpa, .rcx = pages };

	VM_LOAD(vm, guest_touch);
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	return vm_run(vm, 0);
}
