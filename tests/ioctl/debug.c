// SPDX-License-Identifier: GPL-2.0
/* Debuggers outside the guest, and registers in the run page. */
#include <errno.h>
#include <string.h>

#include "vm.h"

#define DEVICE_GPA	0xd0000000
#define VEC_DB		1
#define VEC_BP		3
#define DR6_FIXED	0xffff0ff0
#define DR6_BS		0x4000
#define DR6_BD		0x2000
#define DR7_FIXED	0x400
#define DR7_GD		0x2000
#define HANDLER_GPA	0x2000
#define STACK		0x8000
#define EFLAGS_IF	0x200
#define EFLAGS_TF	0x100

/*
 * Instructions that the processor executes, and such as vmh executes in its place. The
 * port is userspace's. Where each ends: 1, 3, 5, 6, 7, 8, 9, 12.
 */
GUEST(guest_steps, "nop; cpuid; inb $0x77, %al; sti; cli; pushfw; popw %ax; movl %dr7, %eax; hlt");

static void set_debug(struct vm *vm, uint32_t control, const struct kvm_guest_debug_arch *arch)
{
	struct kvm_guest_debug debug = { .control = control };

	if (arch)
		debug.arch = *arch;
	must(vm->vcpu[0], VMH_SET_GUEST_DEBUG, &debug);
}

static void make(struct vm *vm, const char *code, const char *end)
{
	struct kvm_regs regs;

	vm_make(vm, &(struct spec){ });
	vm_load(vm, code, end);
	for (unsigned int i = 0; i < 256; i++)
		*(uint32_t *)(vm->memory + 4 * i) = HANDLER_GPA;
	vm->memory[HANDLER_GPA] = 0xf4;
	must(vm->vcpu[0], VMH_GET_REGS, &regs);
	regs.rsp = STACK;
	regs.rflags = 2;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_start(vm);
}

#define MAKE(vm, name)	make(vm, name, name##_end)

static void expect_debug(struct vm *vm, uint8_t vector, uint64_t pc, uint64_t dr6)
{
	vm_run_until(vm, 0, KVM_EXIT_DEBUG);
	CHECK_EQ(vm->run[0]->debug.arch.exception, vector);
	CHECK_EQ(vm->run[0]->debug.arch.pc, pc);
	if (vector == VEC_DB)
		CHECK_EQ(vm->run[0]->debug.arch.dr6, dr6);
}

static void expect_step(struct vm *vm, uint64_t pc)
{
	expect_debug(vm, VEC_DB, CODE_GPA + pc, DR6_FIXED | DR6_BS);
}

static void single_step(void)
{
	static const uint8_t before_port[] = { 1, 3 }, after_port[] = { 5, 6, 7, 8, 9, 12 };
	struct vm vm;

	MAKE(&vm, guest_steps);
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP, NULL);
	for (size_t i = 0; i < sizeof(before_port); i++)
		expect_step(&vm, before_port[i]);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	for (size_t i = 0; i < sizeof(after_port); i++)
		expect_step(&vm, after_port[i]);
	/* DR7 is the guest's own. */
	CHECK_EQ(vm_regs(&vm, 0).rax, DR7_FIXED);
	set_debug(&vm, 0, NULL);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

GUEST(guest_pushes_flags, "pushfw; popw %ax; hlt");

/* In its registers, that is; PUSHF does show TF. */
static void step_is_not_in_regs(void)
{
	struct vm vm;

	MAKE(&vm, guest_pushes_flags);
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP, NULL);
	expect_step(&vm, 1);
	expect_step(&vm, 2);
	CHECK_EQ(vm_regs(&vm, 0).rflags & EFLAGS_TF, 0);
	set_debug(&vm, 0, NULL);
	CHECK_EQ(vm_regs(&vm, 0).rflags & EFLAGS_TF, 0);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

GUEST(guest_ints, "sti; nop; nop; hlt");
GUEST(debug_counts, "incb %cs:0x3000; iret");

/* An interrupt on the way is served; the step ends after it. */
static void step_over_handler(void)
{
	struct vm vm;

	MAKE(&vm, guest_ints);
	must(vm.vcpu[0], VMH_INTERRUPT, &(struct kvm_interrupt){ 0x44 });
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP, NULL);
	memcpy(vm.memory + HANDLER_GPA, debug_counts, debug_counts_end - debug_counts);
	expect_step(&vm, 1);
	expect_step(&vm, 2);
	CHECK_EQ(vm.memory[0x3000], 1);
	expect_step(&vm, 3);
	set_debug(&vm, 0, NULL);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

GUEST(guest_pops_flags, "popfw; lssw %cs:0x3000, %sp; hlt");

/* The stack is a device until LSS. The step is of the instruction after the one that sets TF. */
static void step_after_popf(void)
{
	const uint16_t end_of_lss = CODE_GPA + 7, flags = EFLAGS_TF;
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct vm vm;

	MAKE(&vm, guest_pops_flags);
	*(uint16_t *)(vm.memory + 0x3000) = STACK;
	*(uint16_t *)(vm.memory + 0x3002) = 0;
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.ss.base = DEVICE_GPA;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	regs = vm_regs(&vm, 0);
	regs.rsp = 0x100;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(&vm, 0, KVM_EXIT_MMIO);
	CHECK_EQ(vm.run[0]->mmio.phys_addr, DEVICE_GPA + 0x100);
	CHECK_EQ(vm.run[0]->mmio.len, 2);
	memcpy(vm.run[0]->mmio.data, &flags, sizeof(flags));
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), end_of_lss);
}

static void step_without_interrupts(void)
{
	struct vm vm;

	MAKE(&vm, guest_ints);
	must(vm.vcpu[0], VMH_INTERRUPT, &(struct kvm_interrupt){ 0x44 });
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP | KVM_GUESTDBG_BLOCKIRQ,
		  NULL);
	for (unsigned int i = 1; i <= 3; i++)
		expect_step(&vm, i);
	set_debug(&vm, 0, NULL);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
}

GUEST(guest_int3, "nop; int3; hlt");

static void software_breakpoint(void)
{
	struct vm vm;

	MAKE(&vm, guest_int3);
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP, NULL);
	expect_debug(&vm, VEC_BP, CODE_GPA + 1, 0);
	/* It was not the debugger's: the guest gets it. */
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_INJECT_BP,
		  NULL);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), CODE_GPA + 2);
	/* Without a debugger it is the guest's anyhow. */
	set_debug(&vm, 0, NULL);
	vm_reset(&vm, 0);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
}

GUEST(guest_breaks, "nop; nop; movb %al, 0x3000; nop; movl %dr0, %eax; hlt");

static void hardware_breakpoints(void)
{
	struct vm vm;

	MAKE(&vm, guest_breaks);
	must(vm.vcpu[0], VMH_SET_DEBUGREGS, &(struct kvm_debugregs){ .db[0] = 0x55 });
	for (unsigned int i = 0; i < 4; i++) {
		struct kvm_guest_debug_arch arch = {
			.debugreg[7] = DR7_FIXED | 2U << 2 * i,
		};

		arch.debugreg[i] = CODE_GPA + 1;
		set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP, &arch);
		expect_debug(&vm, VEC_DB, CODE_GPA + 1, DR6_FIXED | 1U << i);
	}
	/* Written data, then any access to debug registers. */
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP,
		  &(struct kvm_guest_debug_arch){ .debugreg = { [2] = 0x3000,
			[7] = DR7_FIXED | 2U << 4 | 1U << 24 } });
	expect_debug(&vm, VEC_DB, CODE_GPA + 5, DR6_FIXED | 4);
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP,
		  &(struct kvm_guest_debug_arch){ .debugreg[7] = DR7_FIXED | DR7_GD });
	expect_debug(&vm, VEC_DB, CODE_GPA + 6, DR6_FIXED | DR6_BD);
	/* The guest's own registers were not touched. */
	set_debug(&vm, 0, NULL);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rax, 0x55);
}

static void inject_db(void)
{
	struct kvm_debugregs regs;
	struct vm vm;

	MAKE(&vm, guest_ints);
	set_debug(&vm, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_INJECT_DB, NULL);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), CODE_GPA);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &regs);
	CHECK_EQ(regs.dr6, DR6_FIXED);
}

/* Identity-mapped in 2 MiB pages up to 1 GiB, in PAE paging. */
static void translate(void)
{
	struct kvm_translation t = { .linear_address = 0x201234 };
	struct kvm_sregs sregs;
	uint64_t *table;
	struct vm vm;

	MAKE(&vm, guest_ints);
	must(vm.vcpu[0], VMH_TRANSLATE, &t);
	CHECK_EQ(t.valid, 1);
	CHECK_EQ(t.physical_address, 0x201234);
	table = (uint64_t *)(vm.memory + 0x5000);
	table[0] = 0x6001;
	table = (uint64_t *)(vm.memory + 0x6000);
	table[1] = 0x400081;
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr3 = 0x5000;
	sregs.cr4 |= 1 << 5;
	sregs.cr0 |= 1U << 31 | 1;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_TRANSLATE, &t);
	CHECK_EQ(t.valid, 1);
	CHECK_EQ(t.physical_address, 0x401234);
	/* The tables are as they were: nobody accessed anything. */
	CHECK_EQ(table[1], 0x400081);
	t.linear_address = 0x401234;
	must(vm.vcpu[0], VMH_TRANSLATE, &t);
	CHECK_EQ(t.valid, 0);
	CHECK_EQ(t.physical_address, ~0ULL);
}

GUEST(guest_adds, "1: inb $0x77, %al; incl %ebx; jmp 1b");

static void sync_regs(void)
{
	struct kvm_run *run;
	struct vm vm;

	MAKE(&vm, guest_adds);
	run = vm.run[0];
	run->kvm_valid_regs = KVM_SYNC_X86_VALID_FIELDS;
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(run->s.regs.regs.rip, CODE_GPA);
	CHECK_EQ(run->s.regs.sregs.cs.base, 0);
	CHECK(run->s.regs.events.flags & KVM_VCPUEVENT_VALID_SHADOW);
	run->s.regs.regs.rbx = 41;
	run->s.regs.sregs.cr2 = 0x1234;
	run->kvm_dirty_regs = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS;
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(run->kvm_dirty_regs, 0);
	CHECK_EQ(run->s.regs.regs.rbx, 42);
	CHECK_EQ(run->s.regs.sregs.cr2, 0x1234);
	/* Neither taken nor given when not asked for. */
	run->kvm_valid_regs = 0;
	run->s.regs.regs.rbx = 7;
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(run->s.regs.regs.rbx, 7);
	CHECK_EQ(vm_regs(&vm, 0).rbx, 43);
}

static void sync_regs_refused(void)
{
	struct kvm_run *run;
	struct vm vm;

	MAKE(&vm, guest_adds);
	run = vm.run[0];
	run->kvm_valid_regs = 8;
	REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "kvm_valid_regs", GOT(8), EXPECTED(7));
	run->kvm_valid_regs = 0;
	run->kvm_dirty_regs = 1ULL << 63;
	REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "kvm_dirty_regs", GOT(1ULL << 63), EXPECTED(7));
	run->kvm_dirty_regs = KVM_SYNC_X86_SREGS;
	must(vm.vcpu[0], VMH_GET_SREGS, &run->s.regs.sregs);
	run->s.regs.sregs.cr8 = 16;
	REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = EINVAL, .code = VMH_E_VALUE, .field = "cr8",
		GOT(16));
	run->kvm_dirty_regs = 0;
	vm_run_until(&vm, 0, KVM_EXIT_IO);
}

static void capabilities(void)
{
	uint32_t flags;
	int fd = device_open();

	CHECK_EQ(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_SYNC_REGS)),
		 KVM_SYNC_X86_VALID_FIELDS);
	CHECK_EQ(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_SET_GUEST_DEBUG)), 1);
	CHECK_EQ(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_KVMCLOCK_CTRL)), 1);
	flags = must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_SET_GUEST_DEBUG2));
	CHECK_EQ(flags, KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP | KVM_GUESTDBG_USE_SW_BP |
			KVM_GUESTDBG_USE_HW_BP | KVM_GUESTDBG_INJECT_DB | KVM_GUESTDBG_INJECT_BP |
			KVM_GUESTDBG_BLOCKIRQ);
}

static const struct test tests[] = {
	{ .name = "single steps", .run = single_step, .kvm = true, .steps = true },
	{ .name = "REGS do not show steps", .run = step_is_not_in_regs, .kvm = true,
	  .steps = true },
	{ .name = "a step over a handler", .run = step_over_handler, .kvm = true, .steps = true },
	{ .name = "a step after POPF", .run = step_after_popf, .kvm = true, .steps = true },
	{ .name = "steps without interrupts", .run = step_without_interrupts, .kvm = true,
	  .steps = true },
	{ .name = "INT3", .run = software_breakpoint, .kvm = true },
	{ .name = "breakpoints of the processor", .run = hardware_breakpoints, .kvm = true },
	{ .name = "a debug exception for the guest", .run = inject_db, .kvm = true },
	{ .name = "TRANSLATE", .run = translate, .kvm = true },
	{ .name = "registers in the run page", .run = sync_regs, .kvm = true },
	{ .name = "registers in the run page, refused", .run = sync_regs_refused, .kvm = true },
	{ .name = "capabilities of debugging", .run = capabilities, .kvm = true },
	{ }
};

const struct suite suite_debug = { "debug", tests };
