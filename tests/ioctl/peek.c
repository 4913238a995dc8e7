// SPDX-License-Identifier: GPL-2.0
/* ACCESS_MEMORY and OPEN_VCPU: guest memory and registers, looked at from other processes. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define MIB		(1ULL << 20)
#define ROM_GPA		(4 * MIB)	/* a read-only slot, with a hole below it */
#define ROM_BYTES	(2 * PAGE)
#define ANYTHING	(VMH_RIGHT_INSPECT | VMH_RIGHT_CONTROL | VMH_RIGHT_DEBUG | VMH_RIGHT_MEMORY)

/**
 * struct target - a VM with 1 MiB of memory, a hole, and a ROM
 * @vm: it.
 * @rom: memory behind the ROM.
 * @view: it, through an fd opened from outside.
 */
struct target {
	struct vm vm;
	uint8_t *rom;
	struct vm view;
};

static void make_target(struct target *target)
{
	struct kvm_userspace_memory_region rom = {
		.slot = 1, .flags = KVM_MEM_READONLY, .guest_phys_addr = ROM_GPA,
		.memory_size = ROM_BYTES,
	};
	struct vmh_vm_entry entry;

	vm_create(&target->vm, &(struct spec){ .memory = MIB + ROM_BYTES });
	target->vm.bytes = MIB;
	target->vm.memory = map_pages(MIB);
	vm_add_slot(&target->vm, 0, 0, MIB, target->vm.memory);
	target->rom = map_pages(ROM_BYTES);
	rom.userspace_addr = (uintptr_t)target->rom;
	must(target->vm.fd, VMH_SET_USER_MEMORY_REGION, &rom);
	vm_add_vcpu(&target->vm, 0);
	vm_reset(&target->vm, 0);
	entry = vm_entry(&target->vm);
	target->view = target->vm;
	target->view.fd = vm_open(target->vm.dev, &entry, ANYTHING);
}

static struct vmh_memory_access access_of(uint64_t gpa, void *buffer, uint64_t length,
					  uint32_t flags)
{
	return (struct vmh_memory_access){
		.size = sizeof(struct vmh_memory_access), .flags = flags,
		.gpa = gpa, .length = length, .buffer = (uintptr_t)buffer,
	};
}

static long guest_read(const struct target *target, uint64_t gpa, void *buffer, uint64_t length)
{
	struct vmh_memory_access access = access_of(gpa, buffer, length, 0);

	return must(target->view.fd, VMH_ACCESS_MEMORY, &access);
}

static long guest_write(const struct target *target, uint64_t gpa, void *buffer, uint64_t length)
{
	struct vmh_memory_access access = access_of(gpa, buffer, length, VMH_MEMORY_WRITE);

	return must(target->view.fd, VMH_ACCESS_MEMORY, &access);
}

/* Across pages, at odd addresses, of memory that nobody has touched yet. */
static void copies(void *context)
{
	static uint8_t out[3 * PAGE], in[3 * PAGE];
	const struct target *target = context;

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = i * 7 + i / 256;
	CHECK_EQ(guest_read(target, 0x8123, in, sizeof(in)), sizeof(in));
	for (size_t i = 0; i < sizeof(in); i++)
		CHECK_EQ(in[i], 0);
	CHECK_EQ(guest_write(target, 0x8123, out, sizeof(out)), sizeof(out));
	CHECK_EQ(guest_read(target, 0x8123, in, sizeof(in)), sizeof(in));
	CHECK(!memcmp(in, out, sizeof(in)));
	CHECK_EQ(guest_read(target, 0x8122, in, 1), 1);
	CHECK_EQ(in[0], 0);
	CHECK_EQ(guest_write(target, 0x8000, out + 5, 1), 1);
	CHECK_EQ(guest_read(target, 0x8000, in, 1), 1);
	CHECK_EQ(in[0], out[5]);
}

static void from_another_process(void)
{
	struct target target;

	make_target(&target);
	in_child(copies, &target);
	/* It was the guest's memory, not a copy. */
	CHECK_EQ(target.vm.memory[0x8123 + 300], (uint8_t)(300 * 7 + 1));
	CHECK_EQ(target.vm.memory[0x8000], 35);
}

static void from_the_creator(void)
{
	struct target target;

	make_target(&target);
	target.view.fd = target.vm.fd;
	copies(&target);
}

static void all_at_once(void)
{
	uint8_t *buffer = map_pages(2 * MIB);
	struct target target;

	make_target(&target);
	target.vm.memory[MIB - 1] = 0x77;
	CHECK_EQ(guest_read(&target, 0, buffer, VMH_MEMORY_ACCESS_MAX), VMH_MEMORY_ACCESS_MAX);
	CHECK_EQ(buffer[MIB - 1], 0x77);
	CHECK_EQ(buffer[MIB], 0);
}

/* A copy that memory is not enough for ends where memory does. */
static void ends_early(void)
{
	uint8_t buffer[3 * PAGE];
	struct target target;

	make_target(&target);
	CHECK_EQ(guest_read(&target, MIB - 100, buffer, 200), 100);
	CHECK_EQ(guest_write(&target, MIB - 100, buffer, 200), 100);
	target.rom[0] = 0x55;
	target.rom[ROM_BYTES - 1] = 0xaa;
	CHECK_EQ(guest_read(&target, ROM_GPA, buffer, sizeof(buffer)), ROM_BYTES);
	CHECK_EQ(buffer[0], 0x55);
	CHECK_EQ(buffer[ROM_BYTES - 1], 0xaa);
}

/* Two slots side by side are memory without a seam; where the second is read only, writes end. */
static void across_slots(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .flags = KVM_MEM_READONLY, .guest_phys_addr = MIB,
		.memory_size = ROM_BYTES,
	};
	uint8_t buffer[200];
	struct target target;

	make_target(&target);
	region.userspace_addr = (uintptr_t)target.rom;
	must(target.vm.fd, VMH_SET_USER_MEMORY_REGION, &region);
	target.vm.memory[MIB - 1] = 1;
	target.rom[0] = 2;
	CHECK_EQ(guest_read(&target, MIB - 100, buffer, 200), 200);
	CHECK_EQ(buffer[99], 1);
	CHECK_EQ(buffer[100], 2);
	CHECK_EQ(guest_write(&target, MIB - 100, buffer, 200), 100);
	CHECK_EQ(target.rom[1], 0);
}

static void refused(void)
{
	uint8_t *buffer = map_pages(PAGE);
	struct vmh_memory_access access;
	struct target target;

	make_target(&target);
#define BAD(gpa_, length_, flags_, error_, code_, field_, ...) do {			\
	access = access_of(gpa_, buffer, length_, flags_);				\
	REFUSED(target.view.fd, VMH_ACCESS_MEMORY, &access, .error = error_,		\
		.code = VMH_E_##code_, .field = field_, __VA_ARGS__);			\
} while (0)
	BAD(0, 1, 2, EINVAL, UNKNOWN_FLAGS, "flags", GOT(2), EXPECTED(1));
	BAD(0, 0, 0, EINVAL, VALUE, "length", GOT(0), EXPECTED(VMH_MEMORY_ACCESS_MAX));
	BAD(0, MIB + 1, 0, EINVAL, VALUE, "length", GOT(MIB + 1), EXPECTED(MIB));
	BAD(0, ~0ULL, 0, EINVAL, VALUE, "length", GOT(~0ULL), EXPECTED(MIB));
	BAD(~0ULL, 1, 0, EINVAL, VALUE, "gpa", GOT(~0ULL), EXPECTED(~0ULL - 1));
	BAD(~0ULL - 1, 1, 0, EFAULT, NO_GUEST_MEMORY, "gpa", GOT(~0ULL - 1));
	BAD(MIB, 1, 0, EFAULT, NO_GUEST_MEMORY, "gpa", GOT(MIB), EXPECTED(0));
	BAD(ROM_GPA - 1, 2, 0, EFAULT, NO_GUEST_MEMORY, "gpa", GOT(ROM_GPA - 1));
	BAD(ROM_GPA + 8, 1, VMH_MEMORY_WRITE, EROFS, READ_ONLY, "gpa", GOT(ROM_GPA + 8));
	munmap(target.vm.memory + 0x3000, PAGE);
	BAD(0x3010, 1, 0, EFAULT, BAD_FETCH, "gpa", GOT(0x3010));
	mprotect(target.vm.memory + 0x5000, PAGE, PROT_READ);
	BAD(0x5010, 1, VMH_MEMORY_WRITE, EFAULT, BAD_FETCH, "gpa", GOT(0x5010));
	BAD(0x5010, 1, 0x80000000, EINVAL, UNKNOWN_FLAGS, "flags", GOT(0x80000000));
	mprotect(buffer, PAGE, PROT_READ);
	BAD(0, 1, 0, EFAULT, FAULT, NULL, GOT(0));
	munmap(buffer, PAGE);
	BAD(0, 1, VMH_MEMORY_WRITE, EFAULT, FAULT, NULL, GOT(0));
	buffer = (uint8_t *)0xffff888000000000;
	BAD(0, 1, 0, EFAULT, FAULT, NULL, GOT(0));
#undef BAD
	/* What could be copied before is told, and nothing is refused. */
	buffer = map_pages(2 * PAGE);
	munmap(buffer + PAGE, PAGE);
	CHECK_EQ(guest_read(&target, 0, buffer, 2 * PAGE), PAGE);
	CHECK_EQ(guest_read(&target, 0x2000, buffer, PAGE), PAGE);
}

/* While the guest runs, and while it is paused. */
static void of_a_running_guest(void)
{
	struct target target;
	struct runner runner;
	uint32_t first, second;

	make_target(&target);
	VM_LOAD(&target.vm, guest_spin);
	vm_start(&target.vm);
	runner_start(&runner, &target.vm, 0);
	wait_until_changes((void *)(target.vm.memory + SPIN_COUNTER));
	guest_read(&target, SPIN_COUNTER, &first, sizeof(first));
	CHECK(first);
	vm_event(&target.view, VMH_EVENT_PAUSE);
	guest_read(&target, SPIN_COUNTER, &first, sizeof(first));
	sleep_ms(2);
	guest_read(&target, SPIN_COUNTER, &second, sizeof(second));
	CHECK_EQ(second, first);
	first = 0x10000000;
	guest_write(&target, SPIN_COUNTER, &first, sizeof(first));
	vm_event(&target.view, VMH_EVENT_RESUME);
	wait_until_changes((void *)(target.vm.memory + SPIN_COUNTER));
	guest_read(&target, SPIN_COUNTER, &second, sizeof(second));
	CHECK(second > first && second < 2 * first);
	vm_event(&target.view, VMH_EVENT_TERMINATE);
	runner_join(&runner);
}

/* Registers of a vCPU whose thread is in RUN, read by another process. */
static void look_at_registers(void *context)
{
	struct target *target = context;
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	struct kvm_fpu fpu;
	int vcpu = must(target->view.fd, VMH_OPEN_VCPU, VALUE(0));

	vm_event(&target->view, VMH_EVENT_PAUSE);
	must(vcpu, VMH_GET_REGS, &regs);
	CHECK(regs.rip >= CODE_GPA && regs.rip < CODE_GPA + 0x20);
	must(vcpu, VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.cs.base, 0);
	must(vcpu, VMH_GET_FPU, &fpu);
	REFUSED(vcpu, VMH_SET_REGS, &regs, .error = EPERM, .code = VMH_E_NO_RIGHT,
		.field = "rights", GOT(VMH_RIGHT_DEBUG), EXPECTED(VMH_RIGHT_OWNER));
	REFUSED(vcpu, VMH_RUN, NULL, .error = EPERM, .code = VMH_E_NO_RIGHT,
		.field = "rights", GOT(VMH_RIGHT_DEBUG), EXPECTED(VMH_RIGHT_OWNER));
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vcpu, 0) == MAP_FAILED);
	CHECK_EQ(errno, EPERM);
	vm_event(&target->view, VMH_EVENT_RESUME);
}

static void registers(void)
{
	struct target target;
	struct runner runner;

	make_target(&target);
	VM_LOAD(&target.vm, guest_spin);
	vm_start(&target.vm);
	runner_start(&runner, &target.vm, 0);
	wait_until_changes((void *)(target.vm.memory + SPIN_COUNTER));
	in_child(look_at_registers, &target);
	wait_until_changes((void *)(target.vm.memory + SPIN_COUNTER));
	vm_event(&target.view, VMH_EVENT_TERMINATE);
	runner_join(&runner);
}

static void no_such_vcpu(void)
{
	static const uint64_t ids[] = { 1, 63, 64, ~0U, 1ULL << 32, ~0ULL };
	struct target target;

	make_target(&target);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		REFUSED(target.view.fd, VMH_OPEN_VCPU, VALUE(ids[i]), .error = ENOENT,
			.code = VMH_E_NO_SUCH_VCPU, .field = "id", GOT(ids[i]), EXPECTED(0));
}

static const struct test tests[] = {
	{ .name = "memory, from another process", .run = from_another_process },
	{ .name = "memory, from the creator", .run = from_the_creator },
	{ .name = "as much memory as may be", .run = all_at_once },
	{ .name = "memory that ends", .run = ends_early },
	{ .name = "memory of two slots", .run = across_slots },
	{ .name = "bad accesses to memory", .run = refused },
	{ .name = "memory of a running guest", .run = of_a_running_guest },
	{ .name = "registers", .run = registers },
	{ .name = "no such vCPU", .run = no_such_vcpu },
	{ }
};

const struct suite suite_peek = { "peek", tests };
