// SPDX-License-Identifier: GPL-2.0
/* Interrupts from the VMM: INTERRUPT and its window, IRQ_LINE, and the controllers' states. */
#include <errno.h>
#include <string.h>

#include "vm.h"

/* Handler of vector 0x30 at 0x1800: counts at 0x2004, IRET. Loaded beside the code. */
GUEST(guest_handler, "incl %cs:0x2004; iret");
GUEST(guest_window, "cli; outb %al, $0x10; sti; nop; nop; outb %al, $0x11; hlt;"
      "outb %al, $0x12; jmp .");

#define HANDLER_GPA	0x1800
#define HANDLED		0x2004

static void load_handler(struct vm *vm, uint8_t vector)
{
	memcpy(vm->memory + HANDLER_GPA, guest_handler, guest_handler_end - guest_handler);
	vm->memory[4 * vector] = HANDLER_GPA & 0xff;
	vm->memory[4 * vector + 1] = HANDLER_GPA >> 8;
	vm->memory[4 * vector + 2] = 0;
	vm->memory[4 * vector + 3] = 0;
}

static uint32_t handled(const struct vm *vm)
{
	return *(volatile uint32_t *)(vm->memory + HANDLED);
}

static void interrupt(void)
{
	struct kvm_interrupt irq = { .irq = 0x30 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_window);
	load_handler(&vm, 0x30);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm.run[0]->io.port, 0x10);
	CHECK_EQ(vm.run[0]->ready_for_interrupt_injection, 0);
	/* Ask to be told when the guest can take one. */
	vm.run[0]->request_interrupt_window = 1;
	vm_run_until(&vm, 0, KVM_EXIT_IRQ_WINDOW_OPEN);
	CHECK_EQ(vm.run[0]->ready_for_interrupt_injection, 1);
	CHECK_EQ(vm.run[0]->if_flag, 1);
	vm.run[0]->request_interrupt_window = 0;
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm.run[0]->io.port, 0x11);
	CHECK_EQ(handled(&vm), 1);
	/* HLT: the VMM wakes it by an interrupt. */
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm.run[0]->io.port, 0x12);
	CHECK_EQ(handled(&vm), 2);
}

static void interrupt_refused(void)
{
	struct kvm_interrupt irq = { .irq = 256 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	REFUSED(vm.vcpu[0], VMH_INTERRUPT, &irq, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "irq", GOT(256), EXPECTED(255));
	irq.irq = ~0U;
	REFUSED(vm.vcpu[0], VMH_INTERRUPT, &irq, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "irq", GOT(~0U));
	irq.irq = 0x30;
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
	if (!on_kvm)	/* forgets the first one */
		REFUSED(vm.vcpu[0], VMH_INTERRUPT, &irq, .error = EEXIST,
			.code = VMH_E_EXISTS);
	vm_make(&vm, &(struct spec){ .irqchip = true });
	REFUSED(vm.vcpu[0], VMH_INTERRUPT, &irq, .error = ENXIO, .code = VMH_E_HAS_IRQCHIP);
}

/* One that waits shows in SREGS. */
static void interrupt_in_sregs(void)
{
	struct kvm_interrupt irq = { .irq = 0x30 };
	struct kvm_sregs sregs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_window);
	load_handler(&vm, 0x30);
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.interrupt_bitmap[0], 1ULL << 0x30);
	/* And can be taken out there. */
	sregs.interrupt_bitmap[0] = 0;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_INTERRUPT, &irq);
}

static void irqchip_order(void)
{
	struct kvm_pit_config pit = { };
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 2 });
	REFUSED(vm.fd, VMH_CREATE_PIT2, &pit, .error = on_kvm ? ENOENT : ENXIO,
		.code = VMH_E_NO_IRQCHIP);
	vm_add_vcpu(&vm, 0);
	REFUSED(vm.fd, VMH_CREATE_IRQCHIP, NULL, .error = EINVAL, .code = VMH_E_HAS_VCPUS);
	vm_create(&vm, &(struct spec){ });
	must(vm.fd, VMH_CREATE_IRQCHIP, NULL);
	REFUSED(vm.fd, VMH_CREATE_IRQCHIP, NULL, .error = EEXIST, .code = VMH_E_EXISTS);
	pit.flags = 0x80;
	if (!on_kvm)
		REFUSED(vm.fd, VMH_CREATE_PIT2, &pit, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
			.field = "flags", GOT(0x80), EXPECTED(KVM_PIT_SPEAKER_DUMMY));
	pit.flags = 0;
	must(vm.fd, VMH_CREATE_PIT2, &pit);
	REFUSED(vm.fd, VMH_CREATE_PIT2, &pit, .error = EEXIST, .code = VMH_E_EXISTS);
}

static void without_irqchip(void)
{
	struct kvm_irq_level line = { .irq = 4, .level = 1 };
	struct kvm_irqchip chip = { };
	struct kvm_pit_state2 pit = { };
	struct kvm_lapic_state lapic = { };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	REFUSED(vm.fd, VMH_IRQ_LINE, &line, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
	REFUSED(vm.fd, VMH_GET_IRQCHIP, &chip, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
	REFUSED(vm.fd, VMH_SET_IRQCHIP, &chip, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
	REFUSED(vm.fd, VMH_GET_PIT2, &pit, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
	if (on_kvm)	/* says EINVAL for these */
		return;
	REFUSED(vm.vcpu[0], VMH_GET_LAPIC, &lapic, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
	REFUSED(vm.vcpu[0], VMH_SET_LAPIC, &lapic, .error = ENXIO, .code = VMH_E_NO_IRQCHIP);
}

/* PIC initialised to vectors 0x30 on, all but IRQ 4 masked, LINT0 as ExtINT; then counting. */
GUEST(guest_pic,
      "movb $0x11, %al; outb %al, $0x20; movb $0x30, %al; outb %al, $0x21;"
      "movb $4, %al; outb %al, $0x21; movb $1, %al; outb %al, $0x21;"
      "movb $0xef, %al; outb %al, $0x21; outb %al, $0x10; sti; 1: incl 0x2000; jmp 1b");
GUEST(guest_pic_handler,
      "pushw %ax; incl %cs:0x2004; movb $0x20, %al; outb %al, $0x20; popw %ax; iret");

static void irq_line(void)
{
	struct kvm_irq_level line = { .irq = 4, .level = 1 };
	struct runner runner;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	VM_LOAD(&vm, guest_pic);
	load_handler(&vm, 0x34);
	memcpy(vm.memory + HANDLER_GPA, guest_pic_handler,
	       guest_pic_handler_end - guest_pic_handler);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm.run[0]->io.port, 0x10);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	CHECK_EQ(handled(&vm), 0);
	/* An edge is one interrupt, however long the line stays up. */
	must(vm.fd, VMH_IRQ_LINE, &line);
	while (!handled(&vm))
		sleep_ms(1);
	must(vm.fd, VMH_IRQ_LINE, &line);
	sleep_ms(20);
	CHECK_EQ(handled(&vm), 1);
	line.level = 0;
	must(vm.fd, VMH_IRQ_LINE, &line);
	line.level = 1;
	must(vm.fd, VMH_IRQ_LINE, &line);
	while (handled(&vm) < 2)
		sleep_ms(1);
	/* One that is masked does not come. */
	line.irq = 5;
	must(vm.fd, VMH_IRQ_LINE, &line);
	sleep_ms(20);
	CHECK_EQ(handled(&vm), 2);
}

static void irq_line_refused(void)
{
	struct kvm_irq_level line = { .irq = 4096, .level = 1 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	REFUSED(vm.fd, VMH_IRQ_LINE, &line, .error = EINVAL, .code = VMH_E_VALUE, .field = "irq",
		GOT(4096), EXPECTED(4095));
	/* What leads nowhere is no mistake: routes come and go. */
	line.irq = 24;
	must(vm.fd, VMH_IRQ_LINE, &line);
	line.irq = ~0U;
	REFUSED(vm.fd, VMH_IRQ_LINE, &line, .error = EINVAL, .code = VMH_E_VALUE, .field = "irq",
		GOT(~0U));
}

static void irqchip_states(void)
{
	struct kvm_irqchip before, after;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	for (uint32_t id = 0; id < 3; id++) {
		memset(&before, 0, sizeof(before));
		before.chip_id = id;
		must(vm.fd, VMH_GET_IRQCHIP, &before);
		must(vm.fd, VMH_SET_IRQCHIP, &before);
		memset(&after, 0, sizeof(after));
		after.chip_id = id;
		must(vm.fd, VMH_GET_IRQCHIP, &after);
		CHECK(!memcmp(&before, &after, sizeof(before)));
	}
	before.chip_id = 3;
	REFUSED(vm.fd, VMH_GET_IRQCHIP, &before, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "chip_id", GOT(3));
	REFUSED(vm.fd, VMH_SET_IRQCHIP, &before, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "chip_id", GOT(3));
}

static uint32_t *lapic_register(struct kvm_lapic_state *state, unsigned int offset)
{
	return (uint32_t *)(state->regs + offset);
}

static void lapic_state(void)
{
	struct kvm_lapic_state state, after;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	must(vm.vcpu[0], VMH_GET_LAPIC, &state);
	CHECK_EQ(*lapic_register(&state, 0x20), 0);
	CHECK_EQ(*lapic_register(&state, 0xf0) & 0x1ff, 0xff);
	*lapic_register(&state, 0xf0) = 0x1ff;
	*lapic_register(&state, 0x80) = 0x20;
	*lapic_register(&state, 0x320) = 0x10045;
	must(vm.vcpu[0], VMH_SET_LAPIC, &state);
	must(vm.vcpu[0], VMH_GET_LAPIC, &after);
	CHECK_EQ(*lapic_register(&after, 0xf0), 0x1ff);
	CHECK_EQ(*lapic_register(&after, 0x80), 0x20);
	CHECK_EQ(*lapic_register(&after, 0x320), 0x10045);
	CHECK_EQ(vm.run[0]->cr8, 0);
}

/* An interrupt that SET_LAPIC put into IRR is delivered. */
static void lapic_pending(void)
{
	struct kvm_lapic_state state;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	VM_LOAD(&vm, guest_window);
	load_handler(&vm, 0x30);
	must(vm.vcpu[0], VMH_GET_LAPIC, &state);
	*lapic_register(&state, 0xf0) = 0x1ff;
	*lapic_register(&state, 0x210) = 1 << 16;		/* vector 0x30 */
	must(vm.vcpu[0], VMH_SET_LAPIC, &state);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(handled(&vm), 0);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm.run[0]->io.port, 0x11);
	CHECK_EQ(handled(&vm), 1);
	must(vm.vcpu[0], VMH_GET_LAPIC, &state);
	CHECK_EQ(*lapic_register(&state, 0x110), 1 << 16);	/* in service: no EOI yet */
	CHECK_EQ(*lapic_register(&state, 0x210), 0);
}

static void pit_state(void)
{
	struct kvm_pit_state2 before, after;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	must(vm.fd, VMH_GET_PIT2, &before);
	before.channels[0].mode = 2;
	before.channels[0].rw_mode = 3;
	before.channels[0].count = 0x1234;
	before.channels[2].gate = 1;
	must(vm.fd, VMH_SET_PIT2, &before);
	must(vm.fd, VMH_GET_PIT2, &after);
	CHECK_EQ(after.channels[0].mode, 2);
	CHECK_EQ(after.channels[0].count, 0x1234);
	CHECK_EQ(after.channels[2].gate, 1);
}

static void mp_state(void)
{
	struct kvm_mp_state state;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true, .cpus = 2 });
	must(vm.vcpu[0], VMH_GET_MP_STATE, &state);
	CHECK_EQ(state.mp_state, KVM_MP_STATE_RUNNABLE);
	must(vm.vcpu[1], VMH_GET_MP_STATE, &state);
	CHECK_EQ(state.mp_state, KVM_MP_STATE_UNINITIALIZED);
	/* The second one can be started without INIT and SIPI. */
	state.mp_state = KVM_MP_STATE_RUNNABLE;
	must(vm.vcpu[1], VMH_SET_MP_STATE, &state);
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	vm_run_until(&vm, 1, KVM_EXIT_IO);
	state.mp_state = 99;
	REFUSED(vm.vcpu[1], VMH_SET_MP_STATE, &state, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "mp_state", GOT(99));
	vm_make(&vm, &(struct spec){ });
	state.mp_state = KVM_MP_STATE_HALTED;
	REFUSED(vm.vcpu[0], VMH_SET_MP_STATE, &state, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "mp_state", GOT(KVM_MP_STATE_HALTED));
}

/* With in-kernel controllers HLT waits in the kernel; TERMINATE ends the wait. */
static void halted_in_kernel(void)
{
	struct runner runner;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true, .cpus = 2 });
	VM_LOAD(&vm, guest_hlt);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	sleep_ms(30);
	CHECK(!runner.done);
	vm_event(&vm, VMH_EVENT_PAUSE);
	vm_event(&vm, VMH_EVENT_RESUME);
	sleep_ms(10);
	CHECK(!runner.done);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	runner_join(&runner);
	CHECK_EQ(runner.error, ESTALE);
}

static const struct test tests[] = {
	{ .name = "INTERRUPT and its window", .run = interrupt, .kvm = true },
	{ .name = "INTERRUPT refused", .run = interrupt_refused, .kvm = true },
	{ .name = "INTERRUPT shows in SREGS", .run = interrupt_in_sregs, .kvm = true },
	{ .name = "order of creation", .run = irqchip_order, .kvm = true },
	{ .name = "without controllers", .run = without_irqchip, .kvm = true },
	{ .name = "IRQ_LINE", .run = irq_line, .kvm = true },
	{ .name = "IRQ_LINE refused", .run = irq_line_refused },
	{ .name = "state of the controllers", .run = irqchip_states, .kvm = true },
	{ .name = "state of the local APIC", .run = lapic_state, .kvm = true },
	{ .name = "interrupt pending in the local APIC", .run = lapic_pending, .kvm = true },
	{ .name = "state of the PIT", .run = pit_state, .kvm = true },
	{ .name = "MP state", .run = mp_state, .kvm = true },
	{ .name = "HLT waits in the kernel", .run = halted_in_kernel },
	{ }
};

const struct suite suite_irq = { "irq", tests };
