// SPDX-License-Identifier: GPL-2.0
/* How many NMIs a vCPU keeps: one while another is handled, two when the thread was elsewhere. */
#include <string.h>

#include "vm.h"

#define HANDLER_GPA	0x2000
#define STACK		0x8000
#define COUNT_GPA	0x3000
#define HANDLER_PORT	0x90
#define DONE_PORT	0x10
#define MSI_ADDRESS	0xfee00000	/* to the APIC of id 0 */
#define MSI_NMI		0x400		/* delivery mode */

GUEST(nmi_done, "nop; nop; nop; nop; 1: outb %al, $0x10; jmp 1b");
/* Tells that it runs, and counts. */
GUEST(nmi_counts, "outb %al, $0x90; incb %cs:0x3000; iret");

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

static void send_nmi(struct vm *vm)
{
	must(vm->vcpu[0], VMH_NMI, NULL);
}

/* An operating system has done so. */
static void enable_apic(struct vm *vm)
{
	struct kvm_lapic_state lapic;
	uint32_t *svr = (uint32_t *)(lapic.regs + 0xf0);

	must(vm->vcpu[0], VMH_GET_LAPIC, &lapic);
	*svr |= 1 << 8;
	must(vm->vcpu[0], VMH_SET_LAPIC, &lapic);
}

static void send_msi(struct vm *vm)
{
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS, .data = MSI_NMI };

	CHECK_EQ(must(vm->fd, VMH_SIGNAL_MSI, &msi), 1);
}

/**
 * struct source - where NMIs come from
 * @name: it.
 * @send: one.
 */
struct source {
	const char *name;
	void (*send)(struct vm *vm);
};

static const struct source sources[] = {
	{ "NMI", send_nmi },
	{ "MSI", send_msi },
};

static const char *source_name(unsigned int row)
{
	return sources[row].name;
}

static void send(struct vm *vm, unsigned int row, unsigned int nr)
{
	while (nr--)
		sources[row].send(vm);
}

static void expect_port(struct vm *vm, uint16_t port)
{
	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, port);
}

static struct kvm_vcpu_events get_events(struct vm *vm)
{
	struct kvm_vcpu_events events;

	must(vm->vcpu[0], VMH_GET_VCPU_EVENTS, &events);
	return events;
}

/* Three, and nobody has looked since: the second is kept as well as the first. */
static void two_wait(unsigned int row)
{
	struct vm vm;

	MAKE(&vm, true, nmi_done);
	PUT(&vm, HANDLER_GPA, nmi_counts);
	enable_apic(&vm);
	send(&vm, row, 3);
	CHECK_EQ(get_events(&vm).nmi.pending, 2);
	expect_port(&vm, HANDLER_PORT);
	CHECK_EQ(get_events(&vm).nmi.pending, 1);
	expect_port(&vm, HANDLER_PORT);
	CHECK_EQ(get_events(&vm).nmi.pending, 0);
	expect_port(&vm, DONE_PORT);
	CHECK_EQ(vm.memory[COUNT_GPA], 2);
}

/* However many come while one is handled, one is kept. */
static void one_waits_for_handler(unsigned int row)
{
	struct kvm_vcpu_events events;
	struct vm vm;

	MAKE(&vm, true, nmi_done);
	PUT(&vm, HANDLER_GPA, nmi_counts);
	enable_apic(&vm);
	send(&vm, row, 1);
	expect_port(&vm, HANDLER_PORT);
	send(&vm, row, 3);
	events = get_events(&vm);
	CHECK_EQ(events.nmi.masked, 1);
	CHECK_EQ(events.nmi.pending, 1);
	expect_port(&vm, HANDLER_PORT);
	expect_port(&vm, DONE_PORT);
	CHECK_EQ(vm.memory[COUNT_GPA], 2);
	CHECK_EQ(get_events(&vm).nmi.masked, 0);
}

/**
 * struct restored - events as a VMM writes them
 * @name: what is with the NMIs that wait.
 * @events: the events.
 * @pending: how many wait then.
 */
struct restored {
	const char *name;
	struct kvm_vcpu_events events;
	uint8_t pending;
};

#define NMIS(...)	{ .flags = KVM_VCPUEVENT_VALID_NMI_PENDING, .nmi = { __VA_ARGS__ } }

static const struct restored restored[] = {
	{ "nothing", NMIS(.pending = 5), 2 },
	{ "a handler", NMIS(.pending = 5, .masked = 1), 1 },
	{ "another that has begun", NMIS(.pending = 5, .injected = 1), 1 },
	{ "a handler, and none waits", NMIS(.masked = 1), 0 },
};

static const char *restored_name(unsigned int row)
{
	return restored[row].name;
}

static void restore(unsigned int row)
{
	const struct restored *c = &restored[row];
	struct kvm_vcpu_events events = c->events;
	struct vm vm;

	MAKE(&vm, false, nmi_done);
	send(&vm, 0, 2);
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events);
	events = get_events(&vm);
	CHECK_EQ(events.nmi.pending, c->pending);
	CHECK_EQ(events.nmi.injected, c->events.nmi.injected);
	CHECK_EQ(events.nmi.masked, c->events.nmi.masked);
}

static const struct test tests[] = {
	{ .name = "two NMIs wait", .rows = ARRAY_SIZE(sources), .row_name = source_name,
	  .run_row = two_wait, .kvm = true },
	{ .name = "one NMI waits for the handler", .rows = ARRAY_SIZE(sources),
	  .row_name = source_name, .run_row = one_waits_for_handler, .kvm = true },
	{ .name = "NMIs restored beside", .rows = ARRAY_SIZE(restored), .row_name = restored_name,
	  .run_row = restore, .kvm = true },
	{ }
};

const struct suite suite_nmi = { "nmi", tests };
