// SPDX-License-Identifier: GPL-2.0
/* SET_USER_MEMORY_REGION: what is refused, and what moving and deleting slots does. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define MIB	(1ULL << 20)
#define HVA	0x200000000000ULL

/* Slot 0 is there: 1 MiB at 0 and at HVA (nothing is mapped there, which does not matter). */
struct slot_case {
	const char *name;
	struct kvm_userspace_memory_region region;
	struct refusal want;
	bool kvm;
};

#define REGION(slot_, flags_, gpa_, size_, hva_)					\
	{ .slot = slot_, .flags = flags_, .guest_phys_addr = gpa_, .memory_size = size_,	\
	  .userspace_addr = hva_ }

static const struct slot_case bad_slots[] = {
	{ "gpa unaligned", REGION(1, 0, MIB + 1, MIB, HVA),
	  { EINVAL, VMH_E_SLOT_ALIGN, "guest_phys_addr", GOT(MIB + 1), EXPECTED(4096) }, true },
	{ "size unaligned", REGION(1, 0, MIB, MIB + 512, HVA),
	  { EINVAL, VMH_E_SLOT_ALIGN, "memory_size", GOT(MIB + 512) }, true },
	{ "hva unaligned", REGION(1, 0, MIB, MIB, HVA + 8),
	  { EINVAL, VMH_E_SLOT_ALIGN, "userspace_addr", GOT(HVA + 8) }, true },
	{ "gpa wraps", REGION(1, 0, -MIB, 2 * MIB, HVA),
	  { EINVAL, VMH_E_SLOT_RANGE, "guest_phys_addr", GOT(-MIB) }, true },
	{ "gpa ends at 2^64", REGION(1, 0, -MIB, MIB, HVA),
	  { EINVAL, VMH_E_SLOT_RANGE, "guest_phys_addr" }, true },
	{ "gpa beyond the width", REGION(1, 0, 1ULL << 52, MIB, HVA),
	  { EINVAL, VMH_E_SLOT_RANGE, "guest_phys_addr" }, false },
	{ "size is huge", REGION(1, 0, MIB, ~4095ULL, HVA),
	  { EINVAL, VMH_E_SLOT_RANGE, "guest_phys_addr" }, true },
	{ "hva wraps", REGION(1, 0, MIB, 2 * MIB, -MIB),
	  { EINVAL, VMH_E_SLOT_ADDRESS, "userspace_addr", GOT(-MIB) }, true },
	{ "hva in the kernel", REGION(1, 0, MIB, MIB, 0xffff888000000000ULL),
	  { EINVAL, VMH_E_SLOT_ADDRESS, "userspace_addr" }, true },
	{ "hva reaches into the kernel", REGION(1, 0, MIB, MIB, 0x7ffffffff000ULL),
	  { EINVAL, VMH_E_SLOT_ADDRESS, "userspace_addr" }, true },
	{ "id out of range", REGION(0x7fff, 0, MIB, MIB, HVA),
	  { EINVAL, VMH_E_SLOT_ID, "slot", GOT(0x7fff) }, true },
	{ "id all ones", REGION(~0U, 0, MIB, MIB, HVA),
	  { EINVAL, VMH_E_SLOT_ID, "slot", GOT(~0U) }, true },
	{ "unknown flags", REGION(1, 1 << 30, MIB, MIB, HVA),
	  { EINVAL, VMH_E_UNKNOWN_FLAGS, "flags", GOT(1 << 30) }, true },
	{ "delete a missing one", REGION(1, 0, 0, 0, 0),
	  { EINVAL, VMH_E_SLOT_MISSING, "slot", GOT(1) }, true },
	{ "overlaps, same range", REGION(1, 0, 0, MIB, HVA),
	  { EEXIST, VMH_E_SLOT_OVERLAP, "guest_phys_addr" }, true },
	{ "overlaps the first page", REGION(1, 0, 0, 4096, HVA),
	  { EEXIST, VMH_E_SLOT_OVERLAP, "guest_phys_addr" }, true },
	{ "overlaps the last page", REGION(1, 0, MIB - 4096, MIB, HVA),
	  { EEXIST, VMH_E_SLOT_OVERLAP, "guest_phys_addr" }, true },
	{ "surrounds it", REGION(1, 0, 0, 4 * MIB, HVA),
	  { EEXIST, VMH_E_SLOT_OVERLAP, "guest_phys_addr" }, true },
	{ "size changes", REGION(0, 0, 0, 2 * MIB, HVA),
	  { EINVAL, VMH_E_SLOT_CHANGE, "memory_size", GOT(2 * MIB), EXPECTED(MIB) }, true },
	{ "hva changes", REGION(0, 0, 0, MIB, HVA + 4096),
	  { EINVAL, VMH_E_SLOT_CHANGE, "userspace_addr", GOT(HVA + 4096), EXPECTED(HVA) }, true },
	{ "becomes read-only", REGION(0, KVM_MEM_READONLY, 0, MIB, HVA),
	  { EINVAL, VMH_E_SLOT_CHANGE, "flags" }, true },
};

static const char *bad_row_name(unsigned int row)
{
	return bad_slots[row].name;
}

static void bad_slot(unsigned int row)
{
	const struct slot_case *c = &bad_slots[row];
	struct kvm_userspace_memory_region region = c->region;
	struct vmh_usage before, after;
	struct vm vm;

	if (on_kvm && !c->kvm)
		skip("KVM has no such limit");
	vm_create(&vm, &(struct spec){ .memory = 64 * MIB });
	vm_add_slot(&vm, 0, 0, MIB, (void *)HVA);
	if (on_kvm) {
		refused_at(__FILE__, __LINE__, vm.fd, VMH_SET_USER_MEMORY_REGION, &region,
			   &c->want);
		return;
	}
	before = vm_usage(&vm);
	refused_at(__FILE__, __LINE__, vm.fd, VMH_SET_USER_MEMORY_REGION, &region, &c->want);
	after = vm_usage(&vm);
	CHECK(!memcmp(&before, &after, sizeof(before)));
}

static void slot_count(void)
{
	struct vmh_info info = { .size = sizeof(info) };
	struct kvm_userspace_memory_region region = { .memory_size = PAGE, .userspace_addr = HVA };
	struct vm vm;

	vm_create(&vm, &(struct spec){ .memory = 64 * MIB });
	must(vm.dev, VMH_GET_INFO, &info);
	/* From the last to the first, with gaps, then all out again from the first. */
	for (uint32_t slot = info.max_slots; slot--; )
		vm_add_slot(&vm, slot, slot * 2 * PAGE, PAGE, (void *)(HVA + slot * PAGE));
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOTS].used, info.max_slots);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].used, info.max_slots * PAGE);
	region.slot = info.max_slots;
	region.guest_phys_addr = 32 * MIB;
	REFUSED(vm.fd, VMH_SET_USER_MEMORY_REGION, &region, .error = EINVAL,
		.code = VMH_E_SLOT_ID, .field = "slot", GOT(info.max_slots),
		EXPECTED(info.max_slots - 1));
	for (uint32_t slot = 0; slot < info.max_slots; slot++)
		vm_add_slot(&vm, slot, 0, 0, NULL);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOTS].used, 0);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].used, 0);
}

/* memory_size of the configuration is what slots may add up to. */
static void memory_limit(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = 8 * MIB, .memory_size = MIB + PAGE,
		.userspace_addr = HVA,
	};
	struct vm vm;

	vm_create(&vm, &(struct spec){ .memory = 2 * MIB });
	vm_add_slot(&vm, 0, 0, MIB, (void *)HVA);
	REFUSED(vm.fd, VMH_SET_USER_MEMORY_REGION, &region, .error = EDQUOT,
		.code = VMH_E_LIMIT_REACHED, .any_field = true);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].denied, 1);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].used, MIB);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOTS].used, 1);
	region.memory_size = MIB;
	must(vm.fd, VMH_SET_USER_MEMORY_REGION, &region);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].used, MIB);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].peak, 2 * MIB);
	vm_add_slot(&vm, 2, 0, MIB, (void *)HVA);
}

static void slot_limit(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 9, .guest_phys_addr = MIB, .memory_size = PAGE, .userspace_addr = HVA,
	};
	struct vm vm;

	vm_create(&vm, &(struct spec){ .memory = 2 * MIB, .limits = { { VMH_RES_SLOTS, 0, 1 } } });
	vm_add_slot(&vm, 0, 0, PAGE, (void *)HVA);
	REFUSED(vm.fd, VMH_SET_USER_MEMORY_REGION, &region, .error = EDQUOT,
		.code = VMH_E_LIMIT_REACHED, .any_field = true);
	/* All or nothing: the bytes were not charged either. */
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].used, PAGE);
}

/* The same slot again is fine, and does nothing. */
static void slot_again(void)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	vm_add_slot(&vm, 0, 0, MIB, (void *)HVA);
	vm_add_slot(&vm, 0, 0, MIB, (void *)HVA);
	if (!on_kvm)
		CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOTS].used, 1);
}

GUEST(guest_read, "movb (%ebx), %al; outb %al, $0x10; hlt");

/* The byte that the guest reads at a guest-physical address, by way of a port. */
static uint8_t guest_byte(struct vm *vm, uint64_t gpa)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = gpa };

	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	if (vm_run(vm, 0) == KVM_EXIT_MMIO) {
		memset(vm->run[0]->mmio.data, 0xee, 8);
		vm_run_until(vm, 0, KVM_EXIT_IO);
	}
	if (vm->run[0]->exit_reason != KVM_EXIT_IO)
		FAIL("exit reason %#x (hardware %#llx)", vm->run[0]->exit_reason,
		     vm->run[0]->hw.hardware_exit_reason);
	return *((uint8_t *)vm->run[0] + vm->run[0]->io.data_offset);
}

static void moves_and_deletes(void)
{
	uint8_t *memory = map_pages(MIB);
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 2 * MIB });
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, MIB, vm.memory);
	VM_LOAD(&vm, guest_read);
	vm_start(&vm);
	memory[0x5000] = 0x42;

	CHECK_EQ(guest_byte(&vm, 0x205000), 0xee);
	vm_add_slot(&vm, 1, 0x200000, MIB, memory);
	CHECK_EQ(guest_byte(&vm, 0x205000), 0x42);
	/* It moves: gone from here, and found there. */
	vm_add_slot(&vm, 1, 0x400000, MIB, memory);
	CHECK_EQ(guest_byte(&vm, 0x205000), 0xee);
	CHECK_EQ(guest_byte(&vm, 0x405000), 0x42);
	/* It goes, and another one comes to the same place. */
	vm_add_slot(&vm, 1, 0x400000, 0, NULL);
	CHECK_EQ(guest_byte(&vm, 0x405000), 0xee);
	memory[0x6000] = 0x43;
	vm_add_slot(&vm, 2, 0x400000, 0x10000, memory + 0x1000);
	CHECK_EQ(guest_byte(&vm, 0x405000), 0x43);
}

/* The longer structure does the same, and what it has besides is not looked at. */
static void newer_form(void)
{
	uint8_t *memory = map_pages(MIB);
	struct kvm_userspace_memory_region2 region = {
		.slot = 1, .guest_phys_addr = 0x200000, .memory_size = MIB,
		.userspace_addr = (uintptr_t)memory, .guest_memfd = -1, .guest_memfd_offset = 8,
	};
	struct vm vm;

	CHECK_EQ(must(device_open(), VMH_CHECK_EXTENSION, VALUE(KVM_CAP_USER_MEMORY2)), 1);
	vm_make(&vm, &(struct spec){ .memory = 2 * MIB });
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, MIB, vm.memory);
	VM_LOAD(&vm, guest_read);
	vm_start(&vm);
	memory[0x5000] = 0x42;
	must(vm.fd, VMH_SET_USER_MEMORY_REGION2, &region);
	CHECK_EQ(guest_byte(&vm, 0x205000), 0x42);
	region.memory_size = 0;
	must(vm.fd, VMH_SET_USER_MEMORY_REGION2, &region);
	CHECK_EQ(guest_byte(&vm, 0x205000), 0xee);
}

GUEST(guest_write, "movb $0x77, (%ebx); movb (%ebx), %al; outb %al, $0x10; hlt");

/* Writes to a read-only slot come to the VMM. */
static void read_only(void)
{
	uint8_t *memory = map_pages(MIB);
	struct kvm_userspace_memory_region region = {
		.slot = 1, .flags = KVM_MEM_READONLY, .guest_phys_addr = 0x200000,
		.memory_size = 0x1000, .userspace_addr = (uintptr_t)memory,
	};
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = 0x200010 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 2 * MIB });
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, MIB, vm.memory);
	memory[0x10] = 0x11;
	must(vm.fd, VMH_SET_USER_MEMORY_REGION, &region);
	VM_LOAD(&vm, guest_write);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_MMIO);
	CHECK(vm.run[0]->mmio.is_write);
	CHECK_EQ(vm.run[0]->mmio.phys_addr, 0x200010);
	CHECK_EQ(vm.run[0]->mmio.len, 1);
	CHECK_EQ(vm.run[0]->mmio.data[0], 0x77);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(*((uint8_t *)vm.run[0] + vm.run[0]->io.data_offset), 0x11);
	CHECK_EQ(memory[0x10], 0x11);
}

static const struct test tests[] = {
	{ .name = "refused", .rows = ARRAY_SIZE(bad_slots), .row_name = bad_row_name,
	  .run_row = bad_slot, .kvm = true },
	{ .name = "as many as there may be", .run = slot_count },
	{ .name = "limit of memory", .run = memory_limit },
	{ .name = "limit of slots", .run = slot_limit },
	{ .name = "the same again", .run = slot_again, .kvm = true },
	{ .name = "move, delete, replace", .run = moves_and_deletes, .kvm = true },
	{ .name = "the newer form", .run = newer_form, .kvm = true },
	{ .name = "read-only", .run = read_only, .kvm = true },
	{ }
};

const struct suite suite_slots = { "slots", tests };
