// SPDX-License-Identifier: GPL-2.0
/* Page tables of a guest's in memory that it cannot write, and in none. */
#include "vm.h"

#define MIB		(1ULL << 20)
#define ROM_GPA		(4 * MIB)
#define HOLE_GPA	(8 * MIB)
#define CR0_PE_PG	(1U << 31 | 1)
#define CR4_PSE		(1 << 4)
/* 4 MiB at 0: present, writable, and neither accessed nor dirty yet. */
#define PDE_4M		0x83
#define PDE_ACCESSED	0x20

GUEST(guest_computes, "incw %bx; hlt");
GUEST(guest_stores, "incb 0x3000; hlt");

/* Its code starts with paging on, and CR3 at @cr3. @marks are in the entry already. */
static void make_paged(struct vm *vm, uint64_t cr3, uint32_t marks)
{
	struct kvm_userspace_memory_region rom = {
		.slot = 1, .flags = KVM_MEM_READONLY, .guest_phys_addr = ROM_GPA,
		.memory_size = PAGE,
	};
	struct kvm_sregs sregs;
	uint32_t *directory = map_pages(PAGE);

	directory[0] = PDE_4M | marks;
	vm_create(vm, &(struct spec){ .memory = MIB + PAGE });
	vm->bytes = MIB;
	vm->memory = map_pages(MIB);
	vm_add_slot(vm, 0, 0, MIB, vm->memory);
	rom.userspace_addr = (uintptr_t)directory;
	must(vm->fd, VMH_SET_USER_MEMORY_REGION, &rom);
	vm_add_vcpu(vm, 0);
	vm_reset(vm, 0);
	VM_LOAD(vm, guest_computes);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr3 = cr3;
	sregs.cr4 |= CR4_PSE;
	sregs.cr0 |= CR0_PE_PG;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	vm_start(vm);
}

/* The processor cannot keep its marks of use there: the exit's record says why and where. */
static void check_refusal(struct vm *vm, uint64_t gpa)
{
	struct vmh_error err;

	vm_run_until(vm, 0, KVM_EXIT_INTERNAL_ERROR);
	err = last_error(vm->vcpu[0]);
	CHECK_EQ(err.code, VMH_E_PAGE_TABLE);
	CHECK_EQ(err.error, 0);
	CHECK_EQ(err.got, gpa);
	CHECK_EQ(vm_regs(vm, 0).rip, CODE_GPA);
}

static void in_rom(void)
{
	struct vm vm;

	make_paged(&vm, ROM_GPA, 0);
	check_refusal(&vm, ROM_GPA);
}

static void in_nothing(void)
{
	struct vm vm;

	make_paged(&vm, HOLE_GPA, 0);
	check_refusal(&vm, HOLE_GPA);
}

/* One that vmh begins to execute in the processor's place; but the entry cannot become dirty. */
static void in_rom_executed(void)
{
	struct vm vm;

	make_paged(&vm, ROM_GPA, PDE_ACCESSED);
	VM_LOAD(&vm, guest_stores);
	check_refusal(&vm, ROM_GPA);
}

/* A program at level 3 is not to blame: it gets no #UD. */
static void at_level_3(void)
{
	struct kvm_sregs sregs;
	struct vm vm;

	make_paged(&vm, ROM_GPA, 0);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cs.dpl = 3;
	sregs.cs.selector = 3;
	sregs.ss.dpl = 3;
	sregs.ss.selector = 3;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	check_refusal(&vm, ROM_GPA);
}

static const struct test tests[] = {
	{ .name = "page tables in ROM", .run = in_rom },
	{ .name = "page tables in ROM, of an instruction executed here", .run = in_rom_executed },
	{ .name = "page tables in ROM, at level 3", .run = at_level_3 },
	{ .name = "page tables in nothing", .run = in_nothing },
	{ }
};

const struct suite suite_tables = { "tables", tests };
