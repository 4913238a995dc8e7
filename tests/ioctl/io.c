// SPDX-License-Identifier: GPL-2.0
/* Writes of the guest that need no exit: IOEVENTFD, coalesced writes. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vm.h"

#define DEVICE_GPA	0xd0000000
#define END_PORT	0x90

/* Ports 0x20 and 0x24: values 1 to 3 by words and a long; END_PORT after it. */
GUEST(guest_writes,
      "movl $1, %eax; outw %ax, $0x20; movl $2, %eax; outw %ax, $0x20; outb %al, $0x20;"
      "movl $3, %eax; outl %eax, $0x24; outb %al, $0x90; jmp .");
/* Memory: the same, and the whole line in two halves. */
GUEST(guest_memory,
      "movl $0xd0000000, %ebx; addr32 movw $1, (%ebx); addr32 movw $2, (%ebx);"
      "addr32 movb $2, (%ebx); addr32 movl $3, 4(%ebx); addr32 movl 8(%ebx), %eax;"
      "outb %al, $0x90; jmp .");
/* Writes DX bytes, rising, to memory, and then as many to a port. */
GUEST(guest_many,
      "movl $0xd0000000, %ebx; movw $200, %cx; 1: addr32 movl %ecx, (%ebx); decw %cx; jnz 1b;"
      "outb %al, $0x90; movw $200, %cx; 2: movw %cx, %ax; outw %ax, $0x40; decw %cx; jnz 2b;"
      "outb %al, $0x90; jmp .");

static void ioeventfd(struct vm *vm, int fd, uint64_t addr, uint32_t len, uint32_t flags,
		      uint64_t data)
{
	struct kvm_ioeventfd args = {
		.fd = fd, .addr = addr, .len = len, .flags = flags, .datamatch = data,
	};

	must(vm->fd, VMH_IOEVENTFD, &args);
}

static uint64_t count_of(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, 8) == 8 ? count : 0;
}

static int new_fd(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

#define PIO	KVM_IOEVENTFD_FLAG_PIO
#define MATCH	KVM_IOEVENTFD_FLAG_DATAMATCH
#define DROP	KVM_IOEVENTFD_FLAG_DEASSIGN

/* The next write that comes to userspace. */
static void expect_out(struct vm *vm, uint16_t port, uint8_t size, uint32_t value)
{
	uint32_t got = 0;

	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, port);
	CHECK_EQ(vm->run[0]->io.size, size);
	memcpy(&got, (uint8_t *)vm->run[0] + vm->run[0]->io.data_offset, size);
	if (port != END_PORT)
		CHECK_EQ(got, value);
}

static void again(struct vm *vm)
{
	vm_reset(vm, 0);
}

static void ports(void)
{
	struct vm vm;
	int one = new_fd(), any = new_fd(), wide = new_fd();

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_writes);
	vm_start(&vm);
	ioeventfd(&vm, one, 0x20, 2, PIO | MATCH, 1);
	ioeventfd(&vm, any, 0x24, 4, PIO, 0);
	expect_out(&vm, 0x20, 2, 2);
	CHECK_EQ(count_of(one), 1);
	expect_out(&vm, 0x20, 1, 2);
	expect_out(&vm, END_PORT, 1, 0);
	CHECK_EQ(count_of(one), 0);
	CHECK_EQ(count_of(any), 1);
	/* Another value beside it; and any width, at a port of its own. */
	ioeventfd(&vm, wide, 0x20, 2, PIO | MATCH, 2);
	ioeventfd(&vm, any, 0x24, 4, PIO | DROP, 0);
	ioeventfd(&vm, any, 0x24, 0, PIO, 0);
	again(&vm);
	expect_out(&vm, 0x20, 1, 2);
	CHECK_EQ(count_of(one), 1);
	CHECK_EQ(count_of(wide), 1);
	expect_out(&vm, END_PORT, 1, 0);
	CHECK_EQ(count_of(any), 1);
	/* Gone: all come to userspace again. */
	ioeventfd(&vm, one, 0x20, 2, PIO | MATCH | DROP, 1);
	ioeventfd(&vm, wide, 0x20, 2, PIO | MATCH | DROP, 2);
	ioeventfd(&vm, any, 0x24, 0, PIO | DROP, 0);
	again(&vm);
	expect_out(&vm, 0x20, 2, 1);
	expect_out(&vm, 0x20, 2, 2);
	expect_out(&vm, 0x20, 1, 2);
	expect_out(&vm, 0x24, 4, 3);
	expect_out(&vm, END_PORT, 1, 0);
	CHECK_EQ(count_of(one) + count_of(any) + count_of(wide), 0);
}

static void expect_mmio(struct vm *vm, uint64_t addr, uint32_t len, bool write, uint32_t value)
{
	struct kvm_run *run = vm->run[0];
	uint32_t got;

	vm_run_until(vm, 0, KVM_EXIT_MMIO);
	CHECK_EQ(run->mmio.phys_addr, addr);
	CHECK_EQ(run->mmio.len, len);
	CHECK_EQ(run->mmio.is_write, write);
	memcpy(&got, run->mmio.data, sizeof(got));
	if (write)
		CHECK_EQ(got, value);
}

static void memory(void)
{
	struct vm vm;
	int one = new_fd(), any = new_fd(), read_fd = new_fd();

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_memory);
	vm_start(&vm);
	ioeventfd(&vm, one, DEVICE_GPA, 2, MATCH, 2);
	ioeventfd(&vm, any, DEVICE_GPA + 4, 0, 0, 0);
	/* Reads are nothing to an ioeventfd. */
	ioeventfd(&vm, read_fd, DEVICE_GPA + 8, 4, 0, 0);
	expect_mmio(&vm, DEVICE_GPA, 2, true, 1);
	expect_mmio(&vm, DEVICE_GPA, 1, true, 2);
	CHECK_EQ(count_of(one), 1);
	expect_mmio(&vm, DEVICE_GPA + 8, 4, false, 0);
	CHECK_EQ(count_of(any), 1);
	expect_out(&vm, END_PORT, 1, 0);
	CHECK_EQ(count_of(read_fd), 0);
}

/* One eventfd for several places, and several eventfds that cannot have the same. */
static void clashes(void)
{
	struct kvm_ioeventfd args = { .addr = 8, .len = 4, .flags = MATCH, .datamatch = 5 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	args.fd = new_fd();
	must(vm.fd, VMH_IOEVENTFD, &args);
	args.addr = 16;
	must(vm.fd, VMH_IOEVENTFD, &args);
	args.fd = new_fd();
	args.addr = 8;
	REFUSED(vm.fd, VMH_IOEVENTFD, &args, .error = EEXIST, .code = VMH_E_EXISTS,
		.field = "addr", GOT(8));
	args.flags = 0;
	REFUSED(vm.fd, VMH_IOEVENTFD, &args, .error = EEXIST, .code = VMH_E_EXISTS,
		.field = "addr", GOT(8));
	args.len = 0;
	REFUSED(vm.fd, VMH_IOEVENTFD, &args, .error = EEXIST, .code = VMH_E_EXISTS,
		.field = "addr", GOT(8));
	args.len = 2;
	must(vm.fd, VMH_IOEVENTFD, &args);
	/* A port with that number is another place. */
	args.flags = PIO;
	must(vm.fd, VMH_IOEVENTFD, &args);
	/* To take it away everything has to be the same. */
	args.flags = PIO | DROP;
	args.len = 4;
	REFUSED(vm.fd, VMH_IOEVENTFD, &args, .error = ENOENT, .code = VMH_E_NOT_ASSIGNED,
		.field = "addr", GOT(8));
	args.len = 2;
	must(vm.fd, VMH_IOEVENTFD, &args);
	REFUSED(vm.fd, VMH_IOEVENTFD, &args, .error = ENOENT, .code = VMH_E_NOT_ASSIGNED,
		.field = "addr", GOT(8));
}

/* What is charged is exact, to as many as there can be. */
static void many(void)
{
	struct kvm_ioeventfd args = { .fd = new_fd(), .len = 4, .flags = PIO | MATCH };
	uint64_t bytes;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	bytes = vm_usage(&vm).res[VMH_RES_KERNEL_BYTES].used;
	for (args.datamatch = 0; args.datamatch < 2048; args.datamatch++)
		must(vm.fd, VMH_IOEVENTFD, &args);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 2048);
	REFUSED(vm.fd, VMH_IOEVENTFD, &args, .error = ENOSPC, .code = VMH_E_FULL,
		.field = "ioeventfds", GOT(2049), EXPECTED(2048));
	args.flags |= DROP;
	for (args.datamatch = 0; args.datamatch < 3; args.datamatch++)
		must(vm.fd, VMH_IOEVENTFD, &args);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 2045);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_EVENTFDS].used, 0);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_KERNEL_BYTES].used, bytes);
}

static struct kvm_coalesced_mmio_ring *ring_of(struct vm *vm)
{
	long page = must(vm->dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_COALESCED_MMIO));

	CHECK_EQ(page, 2);
	CHECK(must(vm->dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_COALESCED_PIO)));
	return (void *)((uint8_t *)vm->run[0] + page * PAGE);
}

#define RING_ENTRIES	((PAGE - sizeof(struct kvm_coalesced_mmio_ring)) / \
			 sizeof(struct kvm_coalesced_mmio))

/* Takes what is there: values that fall from @value on. Returns how many. */
static unsigned int drain(struct kvm_coalesced_mmio_ring *ring, uint64_t addr, uint32_t len,
			  bool pio, uint32_t value)
{
	unsigned int nr = 0;

	while (ring->first != ring->last) {
		const struct kvm_coalesced_mmio *entry = &ring->coalesced_mmio[ring->first];
		uint32_t got = 0;

		CHECK_EQ(entry->phys_addr, addr);
		CHECK_EQ(entry->len, len);
		CHECK_EQ(entry->pio, pio);
		memcpy(&got, entry->data, len);
		CHECK_EQ(got, value - nr);
		ring->first = (ring->first + 1) % RING_ENTRIES;
		nr++;
	}
	return nr;
}

/* Runs until the ring is full, which is one write in userspace; then on. */
static void coalesced(void)
{
	struct kvm_coalesced_mmio_zone zones[] = {
		{ .addr = DEVICE_GPA, .size = 0x1000 },
		{ .addr = 0x40, .size = 2, .pio = 1 },
	};
	const unsigned int room = RING_ENTRIES - 1;
	struct kvm_coalesced_mmio_ring *ring;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_many);
	ring = ring_of(&vm);
	for (int i = 0; i < 2; i++)
		must(vm.fd, VMH_REGISTER_COALESCED_MMIO, &zones[i]);
	vm_start(&vm);
	expect_mmio(&vm, DEVICE_GPA, 4, true, 200 - room);
	CHECK_EQ(drain(ring, DEVICE_GPA, 4, false, 200), room);
	expect_out(&vm, END_PORT, 1, 0);
	CHECK_EQ(drain(ring, DEVICE_GPA, 4, false, 199 - room), 199 - room);
	expect_out(&vm, 0x40, 2, 200 - room);
	CHECK_EQ(drain(ring, 0x40, 2, true, 200), room);
	expect_out(&vm, END_PORT, 1, 0);
	CHECK_EQ(drain(ring, 0x40, 2, true, 199 - room), 199 - room);
	/* A zone goes when a part of it is named. */
	zones[0].size = 4;
	must(vm.fd, VMH_UNREGISTER_COALESCED_MMIO, &zones[0]);
	must(vm.fd, VMH_UNREGISTER_COALESCED_MMIO, &zones[0]);
	again(&vm);
	expect_mmio(&vm, DEVICE_GPA, 4, true, 200);
	CHECK_EQ(ring->first, ring->last);
}

/* Indices that userspace made up lead nowhere. */
static void coalesced_hostile(void)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = DEVICE_GPA, .size = 0x1000 };
	struct kvm_coalesced_mmio_ring *ring;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_many);
	ring = ring_of(&vm);
	must(vm.fd, VMH_REGISTER_COALESCED_MMIO, &zone);
	vm_start(&vm);
	ring->last = RING_ENTRIES;
	expect_mmio(&vm, DEVICE_GPA, 4, true, 200);
	ring->last = ~0U;
	expect_mmio(&vm, DEVICE_GPA, 4, true, 199);
	ring->first = 0x80000000;
	expect_mmio(&vm, DEVICE_GPA, 4, true, 198);
	ring->first = 0;
	ring->last = RING_ENTRIES - 1;
	expect_mmio(&vm, DEVICE_GPA, 4, true, 197);
	ring->first = 1;
	expect_mmio(&vm, DEVICE_GPA, 4, true, 195);
	CHECK_EQ(ring->last, 0);
}

/* A range at the end of the address space, and one without size. */
static void coalesced_edges(void)
{
	struct kvm_coalesced_mmio_zone zones[] = {
		{ .addr = ~0ULL, .size = ~0U }, { .addr = DEVICE_GPA, .size = 0 },
		{ .addr = DEVICE_GPA - 4, .size = 7 },
	};
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_many);
	for (size_t i = 0; i < ARRAY_SIZE(zones); i++)
		must(vm.fd, VMH_REGISTER_COALESCED_MMIO, &zones[i]);
	vm_start(&vm);
	expect_mmio(&vm, DEVICE_GPA, 4, true, 200);
}

static const struct test tests[] = {
	{ .name = "IOEVENTFD of ports", .run = ports, .kvm = true },
	{ .name = "IOEVENTFD of memory", .run = memory, .kvm = true },
	{ .name = "IOEVENTFDs that clash", .run = clashes, .kvm = true },
	{ .name = "2048 IOEVENTFDs", .run = many },
	{ .name = "coalesced writes", .run = coalesced, .kvm = true },
	{ .name = "coalesced writes, ring spoiled", .run = coalesced_hostile, .kvm = true },
	{ .name = "coalesced writes at the edges", .run = coalesced_edges },
	{ }
};

const struct suite suite_io = { "io", tests };
