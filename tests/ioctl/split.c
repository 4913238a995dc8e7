// SPDX-License-Identifier: GPL-2.0
/* KVM_CAP_SPLIT_IRQCHIP: local APICs in the kernel, all other controllers in the VMM. */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vm.h"

GUEST(guest_split,
      "movb $0x11, %al; outb %al, $0x20; sti; nop; outb %al, $0x10; nop; cli; outb %al, $0x11;"
      "sti; hlt; outb %al, $0x12; jmp .");
/* Counts, and ends the interrupt at the local APIC; or only counts. */
GUEST(guest_split_handler, "incl %cs:0x2004; addr32 movl $0, %ds:0xfee000b0; iret");
GUEST(guest_split_pic_handler, "incl %cs:0x2008; iret");

#define HANDLER_GPA	0x1800
#define PIC_HANDLER_GPA	0x1900
#define HANDLED		0x2004
#define PIC_HANDLED	0x2008
#define VECTOR		0x60
#define EDGE_VECTOR	0x61
#define PIC_VECTOR	0x30
#define MSI_ADDRESS	0xfee00000
#define MSI_LEVEL	0xc000		/* level-triggered, asserted */
#define PINS		24
#define LEVEL_GSI	5
#define EDGE_GSI	6

static uint32_t word(const struct vm *vm, uint32_t gpa)
{
	return *(volatile uint32_t *)(vm->memory + gpa);
}

static struct kvm_irq_routing_entry message(uint32_t gsi, uint32_t data)
{
	return (struct kvm_irq_routing_entry){
		.gsi = gsi, .type = KVM_IRQ_ROUTING_MSI,
		.u.msi = { .address_lo = MSI_ADDRESS, .data = data },
	};
}

/* The local APIC switched on, LINT0 open for the VMM's 8259 pair. */
static void enable_apic(struct vm *vm)
{
	struct kvm_lapic_state state;

	must(vm->vcpu[0], VMH_GET_LAPIC, &state);
	*(uint32_t *)(state.regs + 0xf0) = 0x1ff;
	*(uint32_t *)(state.regs + 0x350) = 0x700;
	must(vm->vcpu[0], VMH_SET_LAPIC, &state);
}

static void make(struct vm *vm)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { PINS } };

	vm_create(vm, &(struct spec){ });
	CHECK_EQ(must(vm->fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_SPLIT_IRQCHIP)), 1);
	must(vm->fd, VMH_ENABLE_CAP, &cap);
	vm->memory = map_pages(vm->bytes);
	vm_add_slot(vm, 0, 0, vm->bytes, vm->memory);
	vm_add_vcpu(vm, 0);
	vm_reset(vm, 0);
	VM_LOAD(vm, guest_split);
	memcpy(vm->memory + HANDLER_GPA, guest_split_handler,
	       guest_split_handler_end - guest_split_handler);
	memcpy(vm->memory + PIC_HANDLER_GPA, guest_split_pic_handler,
	       guest_split_pic_handler_end - guest_split_pic_handler);
	memcpy(vm->memory + 4 * VECTOR, &(uint32_t){ HANDLER_GPA }, 4);
	memcpy(vm->memory + 4 * EDGE_VECTOR, &(uint32_t){ HANDLER_GPA }, 4);
	memcpy(vm->memory + 4 * PIC_VECTOR, &(uint32_t){ PIC_HANDLER_GPA }, 4);
	enable_apic(vm);
}

static void run_to_port(struct vm *vm, uint16_t port)
{
	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, port);
}

/* Its 8259 pair is the VMM's business, and the end of what its I/O APIC holds up. */
static void messages(void)
{
	struct {
		struct kvm_irq_routing head;
		struct kvm_irq_routing_entry entries[2];
	} routing = { .head.nr = 2, .entries = {
		message(LEVEL_GSI, MSI_LEVEL | VECTOR), message(EDGE_GSI, EDGE_VECTOR) } };
	struct kvm_irq_level line = { .irq = LEVEL_GSI, .level = 1 };
	struct vm vm;

	make(&vm);
	must(vm.fd, VMH_SET_GSI_ROUTING, &routing);
	vm_start(&vm);
	run_to_port(&vm, 0x20);
	run_to_port(&vm, 0x10);
	must(vm.fd, VMH_IRQ_LINE, &line);
	vm_run_until(&vm, 0, KVM_EXIT_IOAPIC_EOI);
	CHECK_EQ(vm.run[0]->eoi.vector, VECTOR);
	run_to_port(&vm, 0x11);
	CHECK_EQ(word(&vm, HANDLED), 1);
	/* An edge ends without more ado. */
	line.irq = EDGE_GSI;
	must(vm.fd, VMH_IRQ_LINE, &line);
	run_to_port(&vm, 0x12);
	CHECK_EQ(word(&vm, HANDLED), 2);
}

static void pic_of_the_vmm(void)
{
	struct kvm_interrupt irq = { .irq = PIC_VECTOR };
	struct kvm_sregs2 sregs2;
	struct kvm_sregs sregs;
	struct vm vm;

	make(&vm);
	vm_start(&vm);
	run_to_port(&vm, 0x20);
	CHECK_EQ(vm.run[0]->ready_for_interrupt_injection, 0);
	vm.run[0]->request_interrupt_window = 1;
	vm_run_until(&vm, 0, KVM_EXIT_IRQ_WINDOW_OPEN);
	CHECK_EQ(vm.run[0]->ready_for_interrupt_injection, 1);
	vm.run[0]->request_interrupt_window = 0;
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
	run_to_port(&vm, 0x10);
	CHECK_EQ(word(&vm, PIC_HANDLED), 1);
	/* It ends a HLT, which is the kernel's, and comes once, whatever is written meanwhile. */
	run_to_port(&vm, 0x11);
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_GET_SREGS2, &sregs2);
	must(vm.vcpu[0], VMH_SET_SREGS2, &sregs2);
	run_to_port(&vm, 0x12);
	CHECK_EQ(word(&vm, PIC_HANDLED), 2);
}

static void refused(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 4097 } };
	struct {
		struct kvm_irq_routing head;
		struct kvm_irq_routing_entry entry;
	} routing = { .head.nr = 1, .entry.type = KVM_IRQ_ROUTING_IRQCHIP };
	struct kvm_irqfd irqfd = { .fd = eventfd(0, 0), .flags = KVM_IRQFD_FLAG_RESAMPLE,
				   .resamplefd = eventfd(0, 0) };
	struct kvm_irqchip chip = { };
	struct kvm_pit_config pit = { };
	struct vm vm;

	make(&vm);
	REFUSED(vm.fd, VMH_CREATE_IRQCHIP, NULL, .error = EEXIST, .code = VMH_E_EXISTS);
	REFUSED(vm.fd, VMH_GET_IRQCHIP, &chip, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
	REFUSED(vm.fd, VMH_CREATE_PIT2, &pit, .error = on_kvm ? ENOENT : ENXIO,
		.code = VMH_E_NO_IRQCHIP);
	REFUSED(vm.fd, VMH_SET_GSI_ROUTING, &routing, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "entries.type");
	REFUSED(vm.fd, VMH_IRQFD, &irqfd, .error = EINVAL, .code = VMH_E_VALUE, .field = "flags");
	vm_create(&vm, &(struct spec){ });
	REFUSED(vm.fd, VMH_ENABLE_CAP, &cap, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "args", GOT(4097), EXPECTED(4096));
	vm_add_vcpu(&vm, 0);
	cap.args[0] = PINS;
	REFUSED(vm.fd, VMH_ENABLE_CAP, &cap, .error = on_kvm ? EEXIST : EINVAL,
		.code = VMH_E_HAS_VCPUS);
}

static const struct test tests[] = {
	{ .name = "messages and their ends", .run = messages, .kvm = true },
	{ .name = "vectors from the VMM's 8259 pair", .run = pic_of_the_vmm, .kvm = true },
	{ .name = "refused", .run = refused, .kvm = true },
	{ }
};

const struct suite suite_split = { "split", tests };
