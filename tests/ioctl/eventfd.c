// SPDX-License-Identifier: GPL-2.0
/* IRQFD, routes and messages: interrupts that come from eventfds, and from the VMM. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vm.h"

/*
 * The 8259 pair from vector 0x30 on, inputs 4 and 5 open, 5 level-triggered; then counting. The
 * handler, at 0x1800, counts, ends the interrupt at the 8259 and at the local APIC.
 */
GUEST(guest_irqs,
      "movb $0x11, %al; outb %al, $0x20; movb $0x30, %al; outb %al, $0x21;"
      "movb $4, %al; outb %al, $0x21; movb $1, %al; outb %al, $0x21;"
      "movb $0xcf, %al; outb %al, $0x21; movb $0x20, %al; movw $0x4d0, %dx; outb %al, %dx;"
      "outb %al, $0x10; sti; 1: incl 0x2000; jmp 1b");
GUEST(guest_irqs_handler,
      "pushw %ax; incl %cs:0x2004; movb $0x20, %al; outb %al, $0x20;"
      "addr32 movl $0, %ds:0xfee000b0; popw %ax; iret");

#define HANDLER_GPA	0x1800
#define HANDLED		0x2004
#define VECTOR		0x60		/* of messages */
#define MSI_ADDRESS	0xfee00000
#define EDGE_GSI	4
#define LEVEL_GSI	5

static uint32_t handled(const struct vm *vm)
{
	return *(volatile uint32_t *)(vm->memory + HANDLED);
}

/* The local APIC switched on, LINT0 open for the 8259 pair. */
static void enable_apic(struct vm *vm, unsigned int id)
{
	struct kvm_lapic_state state;

	must(vm->vcpu[id], VMH_GET_LAPIC, &state);
	*(uint32_t *)(state.regs + 0xf0) = 0x1ff;
	*(uint32_t *)(state.regs + 0x350) = id ? 0x10000 : 0x700;
	must(vm->vcpu[id], VMH_SET_LAPIC, &state);
}

static void prepare(struct vm *vm, unsigned int cpus)
{
	static const uint8_t vectors[] = { 0x30 + EDGE_GSI, 0x30 + LEVEL_GSI, VECTOR };

	vm_make(vm, &(struct spec){ .irqchip = true, .cpus = cpus });
	VM_LOAD(vm, guest_irqs);
	memcpy(vm->memory + HANDLER_GPA, guest_irqs_handler,
	       guest_irqs_handler_end - guest_irqs_handler);
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++)
		memcpy(vm->memory + 4 * vectors[i], &(uint32_t){ HANDLER_GPA }, 4);
	for (unsigned int id = 0; id < cpus; id++)
		enable_apic(vm, id);
}

/* Until the guest counts, with interrupts open. */
static void begin(struct vm *vm, struct runner *runner)
{
	vm_start(vm);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, 0x10);
	runner_start(runner, vm, 0);
	wait_until_changes((void *)(vm->memory + SPIN_COUNTER));
	CHECK_EQ(handled(vm), 0);
}

static void wait_handled(const struct vm *vm, uint32_t count)
{
	while (handled(vm) < count)
		sleep_ms(1);
	sleep_ms(10);
	CHECK_EQ(handled(vm), count);
}

static void signal_fd(int fd)
{
	CHECK(write(fd, &(uint64_t){ 1 }, 8) == 8);
}

static bool is_signalled(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint64_t count;

	if (poll(&poll_fd, 1, 0) != 1)
		return false;
	CHECK(read(fd, &count, 8) == 8);
	return true;
}

static void assign(struct vm *vm, int fd, uint32_t gsi, uint32_t flags, int resamplefd)
{
	struct kvm_irqfd args = {
		.fd = fd, .gsi = gsi, .flags = flags, .resamplefd = resamplefd,
	};

	must(vm->fd, VMH_IRQFD, &args);
}

static int new_irqfd(struct vm *vm, uint32_t gsi)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	assign(vm, fd, gsi, 0, 0);
	return fd;
}

static void irqfd(void)
{
	struct runner runner;
	struct vm vm;
	int fd;

	prepare(&vm, 1);
	fd = new_irqfd(&vm, EDGE_GSI);
	begin(&vm, &runner);
	signal_fd(fd);
	wait_handled(&vm, 1);
	signal_fd(fd);
	wait_handled(&vm, 2);
	/* The count was taken, so nobody else is told. */
	CHECK(!is_signalled(fd));
	assign(&vm, fd, EDGE_GSI, KVM_IRQFD_FLAG_DEASSIGN, 0);
	signal_fd(fd);
	wait_handled(&vm, 2);
	CHECK(is_signalled(fd));
	/* Another GSI of the same eventfd is not there to go. */
	assign(&vm, fd, EDGE_GSI + 1, KVM_IRQFD_FLAG_DEASSIGN, 0);
	/* What was signalled before counts once it is assigned again. */
	signal_fd(fd);
	assign(&vm, fd, EDGE_GSI, 0, 0);
	wait_handled(&vm, 3);
}

/* The line stays up until the guest's EOI, which the resamplefd tells of. */
static void irqfd_resample(void)
{
	struct runner runner;
	int fd = eventfd(0, EFD_CLOEXEC), resamplefd = eventfd(0, EFD_CLOEXEC);
	struct vm vm;

	prepare(&vm, 1);
	assign(&vm, fd, LEVEL_GSI, KVM_IRQFD_FLAG_RESAMPLE, resamplefd);
	begin(&vm, &runner);
	CHECK(!is_signalled(resamplefd));
	for (uint32_t i = 1; i < 4; i++) {
		signal_fd(fd);
		wait_handled(&vm, i);
		CHECK(is_signalled(resamplefd));
		CHECK(!is_signalled(resamplefd));
	}
	assign(&vm, fd, LEVEL_GSI, KVM_IRQFD_FLAG_DEASSIGN, 0);
	signal_fd(fd);
	wait_handled(&vm, 3);
}

/* Two devices on one line: both are told, and either may hold it up again. */
static void irqfd_resample_shared(void)
{
	struct runner runner;
	int fd[2], resamplefd[2];
	struct vm vm;

	prepare(&vm, 1);
	for (int i = 0; i < 2; i++) {
		fd[i] = eventfd(0, EFD_CLOEXEC);
		resamplefd[i] = eventfd(0, EFD_CLOEXEC);
		assign(&vm, fd[i], LEVEL_GSI, KVM_IRQFD_FLAG_RESAMPLE, resamplefd[i]);
	}
	begin(&vm, &runner);
	signal_fd(fd[1]);
	wait_handled(&vm, 1);
	CHECK(is_signalled(resamplefd[0]));
	CHECK(is_signalled(resamplefd[1]));
	assign(&vm, fd[1], LEVEL_GSI, KVM_IRQFD_FLAG_DEASSIGN, 0);
	signal_fd(fd[0]);
	wait_handled(&vm, 2);
	CHECK(is_signalled(resamplefd[0]));
	CHECK(!is_signalled(resamplefd[1]));
}

struct routing {
	struct kvm_irq_routing head;
	struct kvm_irq_routing_entry entry[2];
};

static void route_msi(struct vm *vm, uint32_t gsi, uint32_t address, uint32_t data)
{
	struct routing routing = { .head.nr = 1, .entry[0] = {
		.gsi = gsi, .type = KVM_IRQ_ROUTING_MSI,
		.u.msi = { .address_lo = address, .data = data },
	} };

	must(vm->fd, VMH_SET_GSI_ROUTING, &routing);
}

static void irqfd_message(void)
{
	struct kvm_irq_level line = { .irq = 40, .level = 1 };
	struct runner runner;
	struct vm vm;
	int fd;

	prepare(&vm, 1);
	fd = new_irqfd(&vm, 40);
	begin(&vm, &runner);
	/* It leads nowhere yet. */
	signal_fd(fd);
	wait_handled(&vm, 0);
	route_msi(&vm, 40, MSI_ADDRESS, VECTOR);
	signal_fd(fd);
	wait_handled(&vm, 1);
	must(vm.fd, VMH_IRQ_LINE, &line);
	wait_handled(&vm, 2);
	/* All other routes are gone. */
	line.irq = EDGE_GSI;
	must(vm.fd, VMH_IRQ_LINE, &line);
	wait_handled(&vm, 2);
	must(vm.fd, VMH_SET_GSI_ROUTING, &(struct routing){ });
	signal_fd(fd);
	wait_handled(&vm, 2);
}

/* One GSI to one input, another to another chip's. */
static void routes_to_pins(void)
{
	struct routing routing = { .head.nr = 2, .entry = {
		{ .gsi = 100, .type = KVM_IRQ_ROUTING_IRQCHIP,
		  .u.irqchip = { .irqchip = KVM_IRQCHIP_PIC_MASTER, .pin = EDGE_GSI } },
		{ .gsi = 100, .type = KVM_IRQ_ROUTING_IRQCHIP,
		  .u.irqchip = { .irqchip = KVM_IRQCHIP_IOAPIC, .pin = 9 } },
	} };
	struct kvm_irqchip ioapic = { .chip_id = KVM_IRQCHIP_IOAPIC };
	struct kvm_irq_level line = { .irq = 100, .level = 1 };
	struct runner runner;
	struct vm vm;

	prepare(&vm, 1);
	must(vm.fd, VMH_SET_GSI_ROUTING, &routing);
	begin(&vm, &runner);
	must(vm.fd, VMH_IRQ_LINE, &line);
	wait_handled(&vm, 1);
	must(vm.fd, VMH_GET_IRQCHIP, &ioapic);
	CHECK_EQ(ioapic.chip.ioapic.irr, 1 << 9);
}

static int line_status(struct vm *vm, uint32_t gsi, uint32_t level)
{
	struct kvm_irq_level line = { .irq = gsi, .level = level };

	must(vm->fd, VMH_IRQ_LINE_STATUS, &line);
	return line.status;
}

/* The I/O APIC is masked, the 8259 pair not. */
static void irq_line_status(void)
{
	struct vm vm;

	prepare(&vm, 1);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(line_status(&vm, EDGE_GSI, 1), 1);
	/* KVM counts an 8259 input that does not change as one that was taken. */
	CHECK_EQ(line_status(&vm, EDGE_GSI, 1), on_kvm ? 1 : 0);
	CHECK_EQ(line_status(&vm, EDGE_GSI, 0), on_kvm ? 2 : -1);
	CHECK_EQ(line_status(&vm, 6, 1), -1);
	CHECK_EQ(line_status(&vm, 2000, 1), -1);
}

static long send_msi(struct vm *vm, uint32_t address, uint32_t data)
{
	struct kvm_msi msi = { .address_lo = address, .data = data };

	return must(vm->fd, VMH_SIGNAL_MSI, &msi);
}

static void signal_msi(void)
{
	struct kvm_lapic_state state;
	struct runner runner;
	struct vm vm;

	prepare(&vm, 2);
	begin(&vm, &runner);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS, VECTOR), 1);
	wait_handled(&vm, 1);
	/* To nobody. */
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 9 << 12, VECTOR), 0);
	/* To all. */
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0xff << 12, VECTOR), 2);
	wait_handled(&vm, 2);
	must(vm.vcpu[1], VMH_GET_LAPIC, &state);
	CHECK_EQ(*(uint32_t *)(state.regs + 0x200 + VECTOR / 32 * 16), 1 << VECTOR % 32);
	/* One that is switched off takes none. */
	*(uint32_t *)(state.regs + 0xf0) = 0xff;
	must(vm.vcpu[1], VMH_SET_LAPIC, &state);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 1 << 12, VECTOR), 0);
}

static uint64_t used(struct vm *vm, enum vmh_resource resource)
{
	return vm_usage(vm).res[resource].used;
}

static void wait_used(struct vm *vm, enum vmh_resource resource, uint64_t want)
{
	for (int i = 0; used(vm, resource) != want; i++) {
		if (i == 2000)
			FAIL("resource %u: %llu in use, not %llu", resource,
			     (unsigned long long)used(vm, resource), (unsigned long long)want);
		sleep_ms(1);
	}
}

/* Closing the eventfd is as good as DEASSIGN, a little later. */
static void irqfd_closed(void)
{
	uint64_t bytes;
	struct vm vm;
	int fd, resamplefd = eventfd(0, EFD_CLOEXEC);

	prepare(&vm, 1);
	bytes = used(&vm, VMH_RES_KERNEL_BYTES);
	fd = new_irqfd(&vm, EDGE_GSI);
	CHECK_EQ(used(&vm, VMH_RES_EVENTFDS), 1);
	CHECK(used(&vm, VMH_RES_KERNEL_BYTES) > bytes);
	close(fd);
	wait_used(&vm, VMH_RES_EVENTFDS, 0);
	CHECK_EQ(used(&vm, VMH_RES_KERNEL_BYTES), bytes);
	fd = eventfd(0, EFD_CLOEXEC);
	assign(&vm, fd, LEVEL_GSI, KVM_IRQFD_FLAG_RESAMPLE, resamplefd);
	CHECK_EQ(used(&vm, VMH_RES_EVENTFDS), 2);
	close(resamplefd);
	CHECK_EQ(used(&vm, VMH_RES_EVENTFDS), 2);
	close(fd);
	wait_used(&vm, VMH_RES_EVENTFDS, 0);
	CHECK_EQ(used(&vm, VMH_RES_KERNEL_BYTES), bytes);
}

static void irqfd_limit(void)
{
	struct vm vm;
	int fd = eventfd(0, EFD_CLOEXEC);

	vm_create(&vm, &(struct spec){ .limits = { { VMH_RES_EVENTFDS, 0, 1 } } });
	must(vm.fd, VMH_CREATE_IRQCHIP, NULL);
	new_irqfd(&vm, 1);
	REFUSED(vm.fd, VMH_IRQFD, (&(struct kvm_irqfd){ .fd = fd, .gsi = 2 }), .error = EDQUOT,
		.code = VMH_E_LIMIT_REACHED, .field = "eventfds", GOT(2), EXPECTED(1));
}

/* TERMINATE lets go of all eventfds, although fds live on. */
static void released_at_terminate(void)
{
	struct kvm_ioeventfd io = { .addr = 0x20, .flags = KVM_IOEVENTFD_FLAG_PIO };
	struct kvm_coalesced_mmio_zone zone = { .addr = 0x10000000, .size = 0x1000 };
	struct routing routing = { };
	uint64_t bytes;
	struct vm vm;
	int fd;

	prepare(&vm, 1);
	bytes = used(&vm, VMH_RES_KERNEL_BYTES);
	for (int i = 0; i < 4; i++)
		new_irqfd(&vm, i);
	fd = eventfd(0, EFD_CLOEXEC);
	assign(&vm, fd, LEVEL_GSI, KVM_IRQFD_FLAG_RESAMPLE, eventfd(0, EFD_CLOEXEC));
	io.fd = fd;
	must(vm.fd, VMH_IOEVENTFD, &io);
	must(vm.fd, VMH_REGISTER_COALESCED_MMIO, &zone);
	CHECK_EQ(used(&vm, VMH_RES_EVENTFDS), 7);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(used(&vm, VMH_RES_EVENTFDS), 0);
	CHECK_EQ(used(&vm, VMH_RES_KERNEL_BYTES), bytes);
	signal_fd(fd);
	CHECK(is_signalled(fd));
	REFUSED(vm.fd, VMH_IRQFD, (&(struct kvm_irqfd){ .fd = fd }), .error = ESTALE,
		.code = VMH_E_TERMINATED);
	REFUSED(vm.fd, VMH_IOEVENTFD, &io, .error = ESTALE, .code = VMH_E_TERMINATED);
	REFUSED(vm.fd, VMH_SET_GSI_ROUTING, &routing, .error = ESTALE, .code = VMH_E_TERMINATED);
	REFUSED(vm.fd, VMH_SIGNAL_MSI, (&(struct kvm_msi){ }), .error = ESTALE,
		.code = VMH_E_TERMINATED);
}

/* As many routes as there can be, and what they take comes back. */
static void many_routes(void)
{
	struct kvm_irq_routing *routing;
	const uint32_t nr = 4096;
	uint64_t bytes;
	struct vm vm;

	prepare(&vm, 1);
	bytes = used(&vm, VMH_RES_KERNEL_BYTES);
	routing = calloc(1, sizeof(*routing) + nr * sizeof(routing->entries[0]));
	CHECK(routing);
	routing->nr = nr;
	for (uint32_t i = 0; i < nr; i++) {
		routing->entries[i].gsi = nr - 1 - i;
		routing->entries[i].type = KVM_IRQ_ROUTING_MSI;
		routing->entries[i].u.msi.address_lo = MSI_ADDRESS;
		routing->entries[i].u.msi.data = VECTOR;
	}
	must(vm.fd, VMH_SET_GSI_ROUTING, routing);
	if (!on_kvm)
		CHECK(used(&vm, VMH_RES_KERNEL_BYTES) > bytes + nr * 16);
	CHECK_EQ(line_status(&vm, 4095, 1), 1);
	CHECK_EQ(line_status(&vm, 4095, 0), -1);
	routing->nr = 0;
	must(vm.fd, VMH_SET_GSI_ROUTING, routing);
	CHECK_EQ(line_status(&vm, 4095, 1), -1);
	if (!on_kvm)
		CHECK(used(&vm, VMH_RES_KERNEL_BYTES) <= bytes);
}

static void enable(struct vm *vm, uint32_t cap, uint64_t value)
{
	must(vm->fd, VMH_ENABLE_CAP, (&(struct kvm_enable_cap){ .cap = cap, .args[0] = value }));
}

/* The boot processor runs at once, the others wait for it; it is the one with BSP in its base. */
static void boot_cpu_id(void)
{
	struct kvm_mp_state state;
	struct kvm_sregs sregs;
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 3 });
	CHECK(must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_SET_BOOT_CPU_ID)));
	must(vm.fd, VMH_SET_BOOT_CPU_ID, VALUE(2));
	/* Ids do not end below it. */
	if (!on_kvm)
		REFUSED(vm.fd, VMH_ENABLE_CAP, (&(struct kvm_enable_cap){
				.cap = KVM_CAP_MAX_VCPU_ID, .args[0] = 1 }),
			.error = EINVAL, .code = VMH_E_VALUE, .field = "args", GOT(1));
	must(vm.fd, VMH_SET_BOOT_CPU_ID, VALUE(1));
	must(vm.fd, VMH_CREATE_IRQCHIP, NULL);
	for (unsigned int id = 0; id < 2; id++) {
		vm_add_vcpu(&vm, id);
		must(vm.vcpu[id], VMH_GET_MP_STATE, &state);
		CHECK_EQ(state.mp_state, id ? KVM_MP_STATE_RUNNABLE : KVM_MP_STATE_UNINITIALIZED);
		must(vm.vcpu[id], VMH_GET_SREGS, &sregs);
		CHECK_EQ(sregs.apic_base, 0xfee00800 | id << 8);
	}
}

/* KVM asks CPUID whether there may be an x2APIC. */
static void make_x2apic(struct vm *vm, unsigned int id)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[100];
	} cpuid = { .head.nent = 100 };
	struct kvm_sregs sregs;

	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	for (unsigned int i = 0; i < cpuid.head.nent; i++)
		if (cpuid.entries[i].function == 1)
			cpuid.entries[i].ecx |= 1 << 21;
	must(vm->vcpu[id], VMH_SET_CPUID2, &cpuid);
	must(vm->vcpu[id], VMH_GET_SREGS, &sregs);
	sregs.apic_base |= 1 << 10;
	must(vm->vcpu[id], VMH_SET_SREGS, &sregs);
	enable_apic(vm, id);
}

static uint32_t lapic_id(struct vm *vm, unsigned int id)
{
	struct kvm_lapic_state state;

	must(vm->vcpu[id], VMH_GET_LAPIC, &state);
	return *(uint32_t *)(state.regs + 0x20);
}

/* Ids of x2APICs have 8 bits in states and messages, and 32 once the VMM says so. */
static void x2apic_api(void)
{
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS | 1 << 12, .address_hi = 0x100,
			       .data = VECTOR };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true, .cpus = 2 });
	CHECK_EQ(must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_X2APIC_API)), 3);
	for (unsigned int id = 0; id < 2; id++)
		make_x2apic(&vm, id);
	CHECK_EQ(lapic_id(&vm, 1), 1 << 24);
	CHECK_EQ(must(vm.fd, VMH_SIGNAL_MSI, &msi), 1);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0xff << 12, VECTOR), 2);
	enable(&vm, KVM_CAP_X2APIC_API, KVM_X2APIC_API_USE_32BIT_IDS);
	CHECK_EQ(lapic_id(&vm, 1), 1);
	CHECK_EQ(must(vm.fd, VMH_SIGNAL_MSI, &msi), 0);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0xff << 12, VECTOR), 2);
	msi.address_hi = 1;
	REFUSED(vm.fd, VMH_SIGNAL_MSI, &msi, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "address_hi", GOT(1));
	enable(&vm, KVM_CAP_X2APIC_API, KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0xff << 12, VECTOR), 0);
	msi.address_hi = 0xffffff00;
	msi.address_lo = MSI_ADDRESS | 0xff << 12;
	CHECK_EQ(must(vm.fd, VMH_SIGNAL_MSI, &msi), 2);
}

/* A count of 1000 at divide-by-1 and 1 ms a tick is a second, of which next to nothing passes. */
static void apic_bus(void)
{
	struct kvm_lapic_state state;
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	CHECK_EQ(must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_X86_APIC_BUS_CYCLES_NS)), 1);
	must(vm.fd, VMH_CREATE_IRQCHIP, NULL);
	enable(&vm, KVM_CAP_X86_APIC_BUS_CYCLES_NS, 10000000);
	vm_add_vcpu(&vm, 0);
	must(vm.vcpu[0], VMH_GET_LAPIC, &state);
	*(uint32_t *)(state.regs + 0xf0) = 0x1ff;
	*(uint32_t *)(state.regs + 0x3e0) = 0xb;
	*(uint32_t *)(state.regs + 0x380) = 1000;
	*(uint32_t *)(state.regs + 0x390) = 1000;
	must(vm.vcpu[0], VMH_SET_LAPIC, &state);
	sleep_ms(50);
	must(vm.vcpu[0], VMH_GET_LAPIC, &state);
	CHECK(*(uint32_t *)(state.regs + 0x390) > 800);
	CHECK(*(uint32_t *)(state.regs + 0x390) < 1000);
}

/* Each vCPU by its id, one of a cluster of two, and all. */
static void fan_out(void)
{
	struct kvm_msi msi = { .data = VECTOR };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true, .cpus = VM_CPUS });
	enable(&vm, KVM_CAP_X2APIC_API, KVM_X2APIC_API_USE_32BIT_IDS);
	for (unsigned int id = 0; id < VM_CPUS; id++) {
		CHECK_EQ(send_msi(&vm, MSI_ADDRESS | id << 12, VECTOR), 0);
		make_x2apic(&vm, id);
		CHECK_EQ(send_msi(&vm, MSI_ADDRESS | id << 12, VECTOR), 1);
	}
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | VM_CPUS << 12, VECTOR), 0);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0xfe << 12, VECTOR), 0);
	/* Logical: members of cluster 0. */
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0x5 << 12 | 4, VECTOR), 2);
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0xf0 << 12 | 4, VECTOR), 0);
	/* Lowest priority: one of them. */
	CHECK_EQ(send_msi(&vm, MSI_ADDRESS | 0x5 << 12 | 4, 0x100 | VECTOR), 1);
	/* Cluster 1 has no members. */
	msi.address_lo = MSI_ADDRESS | 1 << 12 | 4;
	msi.address_hi = 0x10000;
	CHECK_EQ(must(vm.fd, VMH_SIGNAL_MSI, &msi), 0);
	msi.address_lo = MSI_ADDRESS;
	msi.address_hi = 0xfffffe00;
	CHECK_EQ(must(vm.fd, VMH_SIGNAL_MSI, &msi), 0);
}

static const struct test tests[] = {
	{ .name = "IRQFD", .run = irqfd, .kvm = true },
	{ .name = "IRQFD with resampling", .run = irqfd_resample, .kvm = true },
	{ .name = "IRQFDs that share a line", .run = irqfd_resample_shared, .kvm = true },
	{ .name = "IRQFD that sends a message", .run = irqfd_message, .kvm = true },
	{ .name = "routes to inputs", .run = routes_to_pins, .kvm = true },
	{ .name = "IRQ_LINE_STATUS", .run = irq_line_status, .kvm = true },
	{ .name = "SIGNAL_MSI", .run = signal_msi, .kvm = true },
	{ .name = "SET_BOOT_CPU_ID", .run = boot_cpu_id, .kvm = true },
	{ .name = "X2APIC_API", .run = x2apic_api, .kvm = true },
	{ .name = "bus clock of the APIC", .run = apic_bus, .kvm = true },
	{ .name = "messages to one, some and all", .run = fan_out, .kvm = true },
	{ .name = "IRQFD is closed", .run = irqfd_closed },
	{ .name = "IRQFD at the limit", .run = irqfd_limit },
	{ .name = "eventfds and TERMINATE", .run = released_at_terminate },
	{ .name = "4096 routes", .run = many_routes },
	{ }
};

const struct suite suite_eventfd = { "eventfd", tests };
