// SPDX-License-Identifier: GPL-2.0
/* What ends HLT at once, or does not: debug exceptions, NMIs, and which of them comes first. */
#include <string.h>

#include "vm.h"

#define HANDLER_GPA	0x2000
#define STACK		0x8000
#define HANDLER_PORT	0x90
#define DONE_PORT	0x10
#define EFLAGS_TF	0x100
#define EFLAGS_IF	0x200
#define DR6_BS		(1 << 14)
#define VEC_INTR	0x44
#define INTR_HANDLER_GPA	0x2100
#define INTR_PORT	0x91

/* Pages are touched before TF is set: an EPT violation makes Bochs trap too early. */
GUEST(hlt_halts, "int $0x60; outb %al, $0x10; hlt; 1: outb %al, $0x10; jmp 1b");
GUEST(hlt_outs, "int $0x60; outb %al, $0x10; outb %al, $0x10; nop; nop; hlt");
/* Clears TF in what it returns to. */
GUEST(hlt_tells, "outb %al, $0x90; movw %sp, %bp; andw $0xfeff, 4(%bp); iret");
GUEST(hlt_interrupt, "outb %al, $0x91; iret");

/* A guest in real mode, with one handler behind each vector. */
static void make(struct vm *vm, bool irqchip, const char *code, const char *end)
{
	struct kvm_regs regs;

	vm_make(vm, &(struct spec){ .irqchip = irqchip });
	vm_load(vm, code, end);
	for (unsigned int i = 0; i < 256; i++)
		*(uint32_t *)(vm->memory + 4 * i) = HANDLER_GPA;
	must(vm->vcpu[0], VMH_GET_REGS, &regs);
	regs.rsp = STACK;
	regs.rflags = 2;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_start(vm);
}

#define MAKE(vm, irqchip, name)	make(vm, irqchip, name, name##_end)
#define PUT(vm, gpa, name)	memcpy((vm)->memory + (gpa), name, name##_end - name)

#define HALT_GPA	(CODE_GPA + 4)	/* the HLT, and the second OUT */

static void expect_port(struct vm *vm, uint16_t port)
{
	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, port);
}

/* To where it halts. The port's access is not complete before the next RUN. */
static void warm_up_in(struct vm *vm, uint16_t port)
{
	expect_port(vm, port);
	expect_port(vm, DONE_PORT);
	vm->run[0]->immediate_exit = 1;
	CHECK(call(vm->vcpu[0], VMH_RUN, NULL) < 0);
	vm->run[0]->immediate_exit = 0;
	CHECK_EQ(vm_regs(vm, 0).rip, HALT_GPA);
}

static void warm_up(struct vm *vm)
{
	warm_up_in(vm, HANDLER_PORT);
}

static void set_flags(struct vm *vm, uint64_t flags)
{
	struct kvm_regs regs = vm_regs(vm, 0);

	regs.rflags |= flags;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
}

static uint64_t get_dr6(struct vm *vm)
{
	struct kvm_debugregs regs;

	must(vm->vcpu[0], VMH_GET_DEBUGREGS, &regs);
	return regs.dr6;
}

/* The step ends with HLT, and its exception ends the halt. */
static void step(void)
{
	struct vm vm;

	MAKE(&vm, true, hlt_halts);
	PUT(&vm, HANDLER_GPA, hlt_tells);
	warm_up(&vm);
	set_flags(&vm, EFLAGS_TF);
	expect_port(&vm, HANDLER_PORT);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), HALT_GPA + 1);
	CHECK_EQ(get_dr6(&vm) & DR6_BS, DR6_BS);
	expect_port(&vm, DONE_PORT);
}

/* A VMM that would wait for an interrupt is not told of a halt that has ended. */
static void step_without_apic(void)
{
	struct vm vm;

	MAKE(&vm, false, hlt_halts);
	PUT(&vm, HANDLER_GPA, hlt_tells);
	warm_up(&vm);
	set_flags(&vm, EFLAGS_TF);
	if (on_kvm)
		vm_run_until(&vm, 0, KVM_EXIT_HLT);
	expect_port(&vm, HANDLER_PORT);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), HALT_GPA + 1);
	expect_port(&vm, DONE_PORT);
}

/*
 * SDM, "Priority Among Concurrent Events": the trap of the last instruction comes before what waits
 * outside. So it has the first handler, in which interrupts are off. On KVM the interrupt is lost,
 * for it was on its way already.
 */
static void step_before_interrupt(void)
{
	struct vm vm;

	MAKE(&vm, false, hlt_outs);
	PUT(&vm, HANDLER_GPA, hlt_tells);
	PUT(&vm, INTR_HANDLER_GPA, hlt_interrupt);
	*(uint32_t *)(vm.memory + 4 * VEC_INTR) = INTR_HANDLER_GPA;
	warm_up(&vm);
	set_flags(&vm, EFLAGS_TF | EFLAGS_IF);
	expect_port(&vm, DONE_PORT);
	must(vm.vcpu[0], VMH_INTERRUPT, &(struct kvm_interrupt){ VEC_INTR });
	expect_port(&vm, HANDLER_PORT);
	CHECK_EQ(get_dr6(&vm) & DR6_BS, DR6_BS);
	expect_port(&vm, INTR_PORT);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

static void step_before_nmi(void)
{
	struct vm vm;

	MAKE(&vm, false, hlt_outs);
	PUT(&vm, HANDLER_GPA, hlt_tells);
	PUT(&vm, INTR_HANDLER_GPA, hlt_interrupt);
	*(uint32_t *)(vm.memory + 4 * 2) = INTR_HANDLER_GPA;
	warm_up(&vm);
	set_flags(&vm, EFLAGS_TF);
	expect_port(&vm, DONE_PORT);
	must(vm.vcpu[0], VMH_NMI, NULL);
	/* The NMI comes before the first instruction of the other's handler. */
	expect_port(&vm, INTR_PORT);
	CHECK_EQ(get_dr6(&vm) & DR6_BS, DR6_BS);
	expect_port(&vm, HANDLER_PORT);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

/* It comes when the shadow ends, which is when HLT does. */
static void nmi_in_shadow(void)
{
	struct vm vm;

	MAKE(&vm, true, hlt_halts);
	PUT(&vm, HANDLER_GPA, hlt_interrupt);
	warm_up_in(&vm, INTR_PORT);
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, (&(struct kvm_vcpu_events){
		.flags = KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SHADOW,
		.nmi.pending = 1, .interrupt.shadow = KVM_X86_SHADOW_INT_MOV_SS }));
	expect_port(&vm, INTR_PORT);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), HALT_GPA + 1);
	expect_port(&vm, DONE_PORT);
}

/* One that waits for the handler's IRET does not end a halt in it. */
static void nmi_in_handler(void)
{
	struct kvm_vcpu_events events;
	struct runner runner;
	struct vm vm;

	MAKE(&vm, true, hlt_halts);
	PUT(&vm, HANDLER_GPA, hlt_interrupt);
	warm_up_in(&vm, INTR_PORT);
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, (&(struct kvm_vcpu_events){
		.flags = KVM_VCPUEVENT_VALID_NMI_PENDING, .nmi = { .pending = 1, .masked = 1 } }));
	must(vm.vcpu[0], VMH_GET_VCPU_EVENTS, &events);
	CHECK_EQ(events.nmi.pending, 1);
	runner_start(&runner, &vm, 0);
	sleep_ms(100);
	CHECK(!runner.done);
}

static const struct test tests[] = {
	{ .name = "a step over HLT", .run = step, .kvm = true },
	{ .name = "a step over HLT without an APIC", .run = step_without_apic, .kvm = true },
	{ .name = "a step comes before an interrupt", .run = step_before_interrupt },
	{ .name = "a step comes before an NMI", .run = step_before_nmi, .kvm = true },
	{ .name = "an NMI in a shadow before HLT", .run = nmi_in_shadow, .kvm = true },
	{ .name = "an NMI in a handler that halts", .run = nmi_in_handler, .kvm = true },
	{ }
};

const struct suite suite_hlt = { "hlt", tests };
