// SPDX-License-Identifier: GPL-2.0
/* Registers that a guest has on the processor, without exits: CR8, debug registers. */
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define TABLES_GPA	0x10000		/* three pages: identity, the first 2 MiB */
#define STACK		0x8000
#define DONE_PORT	0x10
#define ROUNDS		1000
#define FEW		20		/* exits at first, and after the host's ticks */
#define EXIT_CR		28
#define EXIT_DR		29
#define EFER_LONG	0x500		/* LME, LMA */
#define DR6_FIXED	0xffff0ff0

GUEST(lazy_cr8, ".code64; movl $1000, %ecx; 1: movq %cr8, %rax; incl %eax; andl $15, %eax;"
      "movq %rax, %cr8; loop 1b; outb %al, $0x10");
GUEST(lazy_dr, ".code64; movl $1000, %ecx; 1: movq %dr0, %rax; incq %rax; movq %rax, %dr0;"
      "movq %dr7, %rax; loop 1b; outb %al, $0x10");
GUEST(lazy_write_dr, ".code64; movq %rax, %dr0; movq %rbx, %dr1; movq %rcx, %dr2; movq %rdx, %dr3;"
      "movq %rsi, %dr6; movq %rdi, %dr7; 1: outb %al, $0x10; jmp 1b");
GUEST(lazy_read_dr, ".code64; movq %dr0, %rax; movq %dr1, %rbx; movq %dr2, %rcx; movq %dr3, %rdx;"
      "movq %dr6, %rsi; movq %dr7, %rdi; outb %al, $0x10");

static void set_cpuid(struct vm *vm)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));

	cpuid->nent = 256;
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, cpuid);
	free(cpuid);
}

/* To the code, in 64-bit mode. */
static void start(struct vm *vm, const char *code, const char *end, const struct kvm_regs *with)
{
	uint64_t *tables = (uint64_t *)(vm->memory + TABLES_GPA);
	struct kvm_regs regs = *with;
	struct kvm_sregs sregs;

	vm_reset(vm, 0);
	vm_load(vm, code, end);
	tables[0] = TABLES_GPA + PAGE + 3;
	tables[512] = TABLES_GPA + 2 * PAGE + 3;
	tables[1024] = 0x83;
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 |= 1U << 31 | 1;
	sregs.cr3 = TABLES_GPA;
	sregs.cr4 |= 1 << 5;
	sregs.efer = EFER_LONG;
	sregs.cs.type = 11;
	sregs.cs.l = 1;
	sregs.cs.db = 0;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	regs.rip = CODE_GPA;
	regs.rsp = STACK;
	regs.rflags = 2;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, DONE_PORT);
}

#define START(vm, name, ...)	start(vm, name, name##_end, &(struct kvm_regs){ __VA_ARGS__ })

static void make(struct vm *vm, bool irqchip)
{
	vm_make(vm, &(struct spec){ .irqchip = irqchip });
	set_cpuid(vm);
	vm_start(vm);
}

static uint64_t exits(struct vm *vm, unsigned int reason)
{
	struct vmh_stats stats = { .size = sizeof(stats) };

	must(vm->fd, VMH_GET_STATS, &stats);
	return stats.exits[reason];
}

static void cr8(void)
{
	struct kvm_sregs sregs;
	struct vm vm;

	make(&vm, true);
	START(&vm, lazy_cr8);
	CHECK(exits(&vm, EXIT_CR) < FEW);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.cr8, ROUNDS % 16);
	CHECK_EQ(vm.run[0]->cr8, ROUNDS % 16);
}

/* What the VMM writes is the guest's next value. */
static void cr8_of_vmm(void)
{
	struct kvm_sregs sregs;
	struct vm vm;

	make(&vm, true);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr8 = 9;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	START(&vm, lazy_cr8);
	CHECK_EQ(vm.run[0]->cr8, (9 + ROUNDS) % 16);
}

static void mov_dr(void)
{
	struct kvm_debugregs debug;
	struct vm vm;

	make(&vm, false);
	START(&vm, lazy_dr);
	CHECK(exits(&vm, EXIT_DR) < FEW);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &debug);
	CHECK_EQ(debug.db[0], ROUNDS);
}

/* A debugger's breakpoints are on the processor then, and the guest's registers are not. */
static void debugged(void)
{
	struct kvm_guest_debug guest_debug = {
		.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP,
		.arch.debugreg = { [0] = 0x7000, [7] = 0x402 },
	};
	struct kvm_debugregs debug;
	struct vm vm;

	make(&vm, false);
	START(&vm, lazy_write_dr, .rax = 0x1000, .rdi = 0x400);
	must(vm.vcpu[0], VMH_SET_GUEST_DEBUG, &guest_debug);
	START(&vm, lazy_dr);
	if (!on_kvm)
		CHECK(exits(&vm, EXIT_DR) >= 3 * ROUNDS);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &debug);
	CHECK_EQ(debug.db[0], 0x1000 + ROUNDS);
	CHECK_EQ(debug.dr7, 0x400);
	guest_debug.control = 0;
	must(vm.vcpu[0], VMH_SET_GUEST_DEBUG, &guest_debug);
	START(&vm, lazy_dr);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &debug);
	CHECK_EQ(debug.db[0], 0x1000 + 2 * ROUNDS);
}

/* Back and forth, through the processor. */
static void values(void)
{
	struct kvm_debugregs debug;
	struct kvm_regs regs;
	struct vm vm;

	make(&vm, false);
	START(&vm, lazy_write_dr, .rax = 0x11111, .rbx = 0x22222, .rcx = 0x33333,
	      .rdx = 0xffff888000044444, .rsi = 0xffff0ff5, .rdi = 0x00270400);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &debug);
	CHECK_EQ(debug.db[0], 0x11111);
	CHECK_EQ(debug.db[1], 0x22222);
	CHECK_EQ(debug.db[2], 0x33333);
	CHECK_EQ(debug.db[3], 0xffff888000044444);
	CHECK_EQ(debug.dr6, DR6_FIXED | 5);
	CHECK_EQ(debug.dr7, 0x00270400);
	debug.db[1] = 0x5555;
	debug.dr6 = DR6_FIXED | 0x8002;
	debug.dr7 = 0x00370400;
	must(vm.vcpu[0], VMH_SET_DEBUGREGS, &debug);
	START(&vm, lazy_read_dr);
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rax, 0x11111);
	CHECK_EQ(regs.rbx, 0x5555);
	CHECK_EQ(regs.rcx, 0x33333);
	CHECK_EQ(regs.rdx, 0xffff888000044444);
	CHECK_EQ(regs.rsi, DR6_FIXED | 0x8002);
	CHECK_EQ(regs.rdi, 0x00370400);
}

static const struct test tests[] = {
	{ .name = "CR8 without exits", .run = cr8 },
	{ .name = "CR8 of the VMM's", .run = cr8_of_vmm, .kvm = true },
	{ .name = "MOV DR without exits", .run = mov_dr },
	{ .name = "MOV DR under a debugger", .run = debugged, .kvm = true },
	{ .name = "debug registers back and forth", .run = values, .kvm = true },
	{ }
};

const struct suite suite_lazy = { "lazy", tests };
