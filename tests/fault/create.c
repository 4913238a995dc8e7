// SPDX-License-Identifier: GPL-2.0
/* Making VMs, vCPUs, interrupt controllers and memory slots. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

static struct vm other;

static long act_open(struct vm *vm)
{
	vm->dev = open(device_path, O_RDWR | O_CLOEXEC);
	/* There is no fd yet to ask for a record. */
	acted_unrecorded = true;
	return vm->dev < 0 ? -errno : vm->dev;
}

static void open_device(struct vm *vm)
{
	vm->dev = device_open();
	vm->run_bytes = must(vm->dev, VMH_GET_VCPU_MMAP_SIZE, NULL);
}

static long act_create(struct vm *vm)
{
	struct vmh_vm_config config = vm_config(1 << 20, 1);
	long ret = attempt(vm->dev, VMH_CREATE_VM, &config);

	vm->fd = ret < 0 ? -1 : ret;
	return ret;
}

static long act_create_default(struct vm *vm)
{
	long ret = attempt(vm->dev, VMH_CREATE_VM_DEFAULT, NULL);

	vm->fd = ret < 0 ? -1 : ret;
	return ret;
}

static void another_vm(struct vm *vm)
{
	vm_make(&other, &(struct spec){ });
	open_device(vm);
}

static void close_other(struct vm *vm)
{
	(void)vm;
	VM_LOAD(&other, guest_out);
	vm_start(&other);
	vm_run_until(&other, 0, KVM_EXIT_IO);
	vm_close(&other);
}

static long act_irqchip(struct vm *vm)
{
	return attempt(vm->fd, VMH_CREATE_IRQCHIP, NULL);
}

static void with_irqchip(struct vm *vm)
{
	must(vm->fd, VMH_CREATE_IRQCHIP, NULL);
}

static long act_pit(struct vm *vm)
{
	struct kvm_pit_config pit = { };

	return attempt(vm->fd, VMH_CREATE_PIT2, &pit);
}

static long act_vcpu(struct vm *vm)
{
	long ret = attempt(vm->fd, VMH_CREATE_VCPU, NULL);

	vm->vcpu[0] = ret < 0 ? -1 : ret;
	return ret;
}

static void vcpu_works(struct vm *vm)
{
	vm->cpus = 1;
}

static long set_slot(struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t bytes)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = gpa, .memory_size = bytes,
		.userspace_addr = (uintptr_t)vm->memory,
	};

	return attempt(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
}

static long act_slot(struct vm *vm)
{
	return set_slot(vm, 1, 1 << 20, 1 << 19);
}

/* A VM has its memory's size in slots and no more: the first one gives half of it up. */
static void half_a_slot(struct vm *vm)
{
	vm_add_slot(vm, 0, 0, 0, NULL);
	vm_add_slot(vm, 0, 0, 1 << 19, vm->memory);
}

static void another_slot(struct vm *vm)
{
	half_a_slot(vm);
	vm_add_slot(vm, 1, 1 << 20, 1 << 19, vm->memory);
}

static long act_move(struct vm *vm)
{
	return set_slot(vm, 1, 2 << 20, 1 << 19);
}

static long act_delete(struct vm *vm)
{
	return set_slot(vm, 1, 0, 0);
}

static void slots_left(struct vm *vm, unsigned int nr)
{
	CHECK_EQ(vm_usage(vm).res[VMH_RES_SLOTS].used, nr);
}

static void slot_is_there(struct vm *vm)
{
	slots_left(vm, 2);
}

static void slot_is_gone(struct vm *vm)
{
	slots_left(vm, 1);
}

static long set_log(struct vm *vm, uint32_t flags)
{
	struct kvm_userspace_memory_region region = {
		.flags = flags, .memory_size = vm->bytes,
		.userspace_addr = (uintptr_t)vm->memory,
	};

	return attempt(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
}

static long act_log(struct vm *vm)
{
	return set_log(vm, KVM_MEM_LOG_DIRTY_PAGES);
}

static void with_log(struct vm *vm)
{
	CHECK_EQ(act_log(vm), 0);
}

/* With a page of the guest's in it. */
static void with_dirty_log(struct vm *vm)
{
	struct vmh_memory_access access = {
		.size = sizeof(access), .flags = VMH_MEMORY_WRITE, .gpa = 5 * PAGE, .length = 1,
		.buffer = (uintptr_t)"x",
	};

	with_log(vm);
	CHECK_EQ(must(vm->fd, VMH_ACCESS_MEMORY, &access), 1);
}

static uint64_t log_bits[4];

static long act_get_log(struct vm *vm)
{
	return attempt(vm->fd, VMH_GET_DIRTY_LOG,
		       &(struct kvm_dirty_log){ .dirty_bitmap = log_bits });
}

static void log_was_told(struct vm *vm)
{
	CHECK_EQ(log_bits[0], 1 << 5);
	CHECK_EQ(set_log(vm, 0), 0);
}

static long act_clear_log(struct vm *vm)
{
	log_bits[0] = 1 << 5;
	return attempt(vm->fd, VMH_CLEAR_DIRTY_LOG, &(struct kvm_clear_dirty_log){
		.num_pages = 64, .dirty_bitmap = log_bits });
}

static void log_is_clear(struct vm *vm)
{
	CHECK_EQ(act_get_log(vm), 0);
	CHECK_EQ(log_bits[0], 0);
}

static int outside = -1;

static long act_open_vm(struct vm *vm)
{
	struct vmh_vm_entry entries[4];
	struct vmh_vm_list list = {
		.size = sizeof(list), .nr = ARRAY_SIZE(entries), .entries = (uintptr_t)entries,
	};
	struct vmh_vm_open args = { .size = sizeof(args), .rights = VMH_RIGHT_INSPECT };
	long ret = attempt(vm->dev, VMH_LIST_VMS, &list);

	if (ret < 0)
		return ret;
	CHECK_EQ(list.nr, 1);
	args.vm_id = entries[0].vm_id;
	outside = attempt(vm->dev, VMH_OPEN_VM, &args);
	return outside;
}

static void close_outside(struct vm *vm)
{
	struct vmh_usage usage = { .size = sizeof(usage) };

	(void)vm;
	must(outside, VMH_GET_USAGE, &usage);
	close(outside);
}

/* A VM of another process, which waits for its end. */
static pid_t other_vmm;
static uint32_t other_id;

static void be_other_vmm(int ready)
{
	struct vmh_vm_entry entry;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	vm_make(&other, &(struct spec){ });
	entry = vm_entry(&other);
	CHECK(write(ready, &entry.vm_id, sizeof(entry.vm_id)) == sizeof(entry.vm_id));
	for (;;)
		pause();
}

static void another_process(struct vm *vm)
{
	int ready[2];

	(void)vm;
	CHECK(!pipe(ready));
	other_vmm = fork();
	CHECK(other_vmm >= 0);
	if (!other_vmm)
		be_other_vmm(ready[1]);
	CHECK(read(ready[0], &other_id, sizeof(other_id)) == sizeof(other_id));
	close(ready[0]);
	close(ready[1]);
}

static long act_look(struct vm *vm)
{
	struct vmh_vm_open args = {
		.size = sizeof(args), .vm_id = other_id,
		.rights = VMH_RIGHT_DEBUG | VMH_RIGHT_MEMORY,
	};

	outside = attempt(vm->dev, VMH_OPEN_VM, &args);
	return outside;
}

static void end_other_vmm(struct vm *vm)
{
	struct vmh_memory_access access = {
		.size = sizeof(access), .length = 1, .buffer = (uintptr_t)&(char){ 0 },
	};

	(void)vm;
	must(outside, VMH_ACCESS_MEMORY, &access);
	CHECK(!kill(other_vmm, SIGKILL) && waitpid(other_vmm, NULL, 0) == other_vmm);
	close(outside);
}

const struct scenario create_scenarios[] = {
	{ .name = "open the device", .act = act_open },
	{ .name = "create a VM", .prepare = open_device, .act = act_create },
	{ .name = "create a VM as KVM does", .prepare = open_device, .act = act_create_default },
	{ .name = "create another VM", .prepare = another_vm, .act = act_create,
	  .finish = close_other },
	{ .name = "create interrupt controllers", .bare = true, .act = act_irqchip },
	{ .name = "create a PIT", .bare = true, .prepare = with_irqchip, .act = act_pit },
	{ .name = "create a vCPU", .bare = true, .act = act_vcpu, .finish = vcpu_works },
	{ .name = "create a vCPU with an APIC", .bare = true, .prepare = with_irqchip,
	  .act = act_vcpu, .finish = vcpu_works },
	{ .name = "create a slot", .made = true, .prepare = half_a_slot, .act = act_slot,
	  .finish = slot_is_there },
	{ .name = "move a slot", .made = true, .prepare = another_slot, .act = act_move,
	  .finish = slot_is_there },
	{ .name = "delete a slot", .made = true, .prepare = another_slot, .act = act_delete,
	  .finish = slot_is_gone },
	{ .name = "begin a dirty log", .made = true, .act = act_log },
	{ .name = "read a dirty log", .made = true, .prepare = with_dirty_log,
	  .act = act_get_log, .finish = log_was_told },
	{ .name = "clear a dirty log", .made = true, .prepare = with_dirty_log,
	  .act = act_clear_log, .finish = log_is_clear },
	{ .name = "list and open VMs", .made = true, .act = act_open_vm,
	  .finish = close_outside },
	{ .name = "look into another process's VM", .made = true, .prepare = another_process,
	  .act = act_look, .finish = end_other_vmm },
	{ }
};
