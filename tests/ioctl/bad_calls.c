// SPDX-License-Identifier: GPL-2.0
/* Does the rows of the table of bad calls: each is refused as it says, and leaves that record. */
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bad_calls.h"

/**
 * struct scene - what a row happens in
 * @row: the row.
 * @vm: its VM.
 * @entry: what it is listed as.
 * @fd: what the call is made on.
 */
struct scene {
	const struct bad_call *row;
	struct vm vm;
	struct vmh_vm_entry entry;
	int fd;
};

static void add_memory(struct vm *vm, uint32_t flags)
{
	struct kvm_userspace_memory_region region = { .memory_size = MIB, .flags = flags };

	vm->memory = map_pages(MIB);
	region.userspace_addr = (uintptr_t)vm->memory;
	must(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
}

/* Memory and a vCPU, whose code is a HLT. */
static void add_both(struct vm *vm)
{
	add_memory(vm, 0);
	vm_add_vcpu(vm, 0);
	vm_reset(vm, 0);
	VM_LOAD(vm, guest_hlt);
}

/* From CREATED on, by the events that lead there. */
static void go_on_to(struct vm *vm, enum bad_before before)
{
	if (before == TERMINATED) {
		vm_event(vm, VMH_EVENT_TERMINATE);
		return;
	}
	if (before >= INITIALIZED)
		vm_event(vm, VMH_EVENT_INIT);
	if (before >= RUNNING)
		vm_event(vm, VMH_EVENT_START);
	if (before >= PAUSED)
		vm_event(vm, VMH_EVENT_PAUSE);
}

static void add_chips(struct vm *vm)
{
	must(vm->fd, VMH_CREATE_IRQCHIP, NULL);
	must(vm->fd, VMH_CREATE_PIT2, &(struct kvm_pit_config){ });
	vm_add_vcpu(vm, 0);
}

static void prepare(struct vm *vm, const struct bad_call *row)
{
	switch (row->before) {
	case EMPTY:
		break;
	case SLOTS:
		add_memory(vm, 0);
		break;
	case ROM:
		add_memory(vm, KVM_MEM_READONLY);
		break;
	case LOGGED:
		add_memory(vm, KVM_MEM_LOG_DIRTY_PAGES);
		break;
	case VCPUS:
		vm_add_vcpu(vm, 0);
		break;
	case CHIPS:
	case AGAIN_CHIPS:
		add_chips(vm);
		break;
	case FULL_ZONES:
		for (unsigned int i = 0; i < 100; i++)
			must(vm->fd, VMH_REGISTER_COALESCED_MMIO,
			     &(struct kvm_coalesced_mmio_zone){ .addr = i, .size = 1 });
		break;
	case AGAIN:
		if (row->fd == VCPU)
			vm_add_vcpu(vm, 0);
		break;
	case HOLLOW:
		add_both(vm);
		go_on_to(vm, RUNNING);
		munmap(vm->memory, MIB);
		break;
	case CREATED:
	case NO_FILES:
		add_both(vm);
		break;
	default:
		add_both(vm);
	}
}

static int fd_for(struct scene *scene)
{
	struct vm *vm = &scene->vm;

	switch (scene->row->fd) {
	case DEVICE:
	case STRANGER_DEVICE:
	case POWERLESS_DEVICE:
		return vm->dev;
	case VM:
	case CHILD_VM:
		return vm->fd;
	case VCPU:
	case CHILD_VCPU:
		return vm->vcpu[0];
	case VIEW:
		return vm_open(vm->dev, &scene->entry, VMH_RIGHT_INSPECT);
	case VIEW_VCPU:
		return must(vm_open(vm->dev, &scene->entry, VMH_RIGHT_DEBUG), VMH_OPEN_VCPU,
			    VALUE(0));
	}
	FAIL("no such fd");
}

/* The argument, where it can be written, with what only now is known. */
static void *argument_of(const struct scene *scene)
{
	const struct bad_call *row = scene->row;
	static struct vmh_vm_open open;

	if (row->command != VMH_OPEN_VM)
		return (void *)row->argument;
	memcpy(&open, row->argument, sizeof(open));
	if (open.vm_id == THIS_VM)
		open.vm_id = scene->entry.vm_id;
	return &open;
}

static void make_the_call(void *context)
{
	const struct scene *scene = context;
	const struct bad_call *row = scene->row;

	if (row->fd == STRANGER_DEVICE)
		become_stranger();
	else if (row->fd == POWERLESS_DEVICE)
		drop_capabilities(~0ULL);
	refused_at(__FILE__, __LINE__, scene->fd, row->command, argument_of(scene), &row->want);
}

static void bad_call(unsigned int row)
{
	struct scene scene = { .row = &bad_calls[row] };
	enum bad_before before = scene.row->before;

	vm_create(&scene.vm, &(struct spec){ .memory = MIB, .cpus = 2 });
	CHECK(dup2(eventfd(0, EFD_CLOEXEC), EVENTFD) == EVENTFD);
	scene.entry = vm_entry(&scene.vm);
	prepare(&scene.vm, scene.row);
	scene.fd = fd_for(&scene);
	if (before >= INITIALIZED && before <= TERMINATED)
		go_on_to(&scene.vm, before);
	if (before == AGAIN || before == AGAIN_CHIPS)
		must(scene.fd, scene.row->command, argument_of(&scene));
	if (before == NO_FILES)
		CHECK(!setrlimit(RLIMIT_NOFILE, &(struct rlimit){ }));
	if (scene.row->fd >= CHILD_VM)
		in_child(make_the_call, &scene);
	else
		make_the_call(&scene);
}

static const char *row_name(unsigned int row)
{
	static char name[80];

	snprintf(name, sizeof(name), "%s: code %u, row %u", bad_calls[row].name,
		 bad_calls[row].want.code, row);
	return name;
}

static struct test tests[] = {
	{ .name = "refused", .row_name = row_name, .run_row = bad_call, .counted = "bad calls" },
	{ }
};

/* The table is of another file, so its length is not known before. */
static __attribute__((constructor)) void count_rows(void)
{
	tests[0].rows = nr_bad_calls;
}

const struct suite suite_bad_calls = { "bad_calls", tests };
