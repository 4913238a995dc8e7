// SPDX-License-Identifier: GPL-2.0
/* INS and OUTS of ports in the kernel: eventfds, controllers, rings. */
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "string_world.h"

static void put(struct world *world, const void *data, size_t bytes)
{
	memcpy(world->vm.memory + DATA_GPA, data, bytes);
}

/* Without a word to userspace. */
static void go_quietly(struct world *world, const struct start *start)
{
	CHECK_EQ(go(world, start), END_PORT);
	if (*world->text)
		FAIL("\"%s\" came to userspace", world->text);
}

static uint64_t count_of(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, 8) == 8 ? count : 0;
}

static int watch(struct world *world, uint32_t bytes, bool match, uint64_t data)
{
	struct kvm_ioeventfd args = {
		.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .addr = WATCHED_PORT, .len = bytes,
		.datamatch = data, .flags = KVM_IOEVENTFD_FLAG_PIO,
	};

	if (match)
		args.flags |= KVM_IOEVENTFD_FLAG_DATAMATCH;
	must(world->vm.fd, VMH_IOEVENTFD, &args);
	return args.fd;
}

#define DATA(name, n)	{ CODE(name), .port = WATCHED_PORT, .at = DATA_GPA, .rcx = n }

static void eventfds(void)
{
	struct world world;
	int any, one;

	make_world(&world, true);
	put(&world, "\1\2\3\2", 4);
	any = watch(&world, 1, false, 0);
	one = watch(&world, 2, true, 0x0201);
	go_quietly(&world, &(struct start)DATA(outsb, 0));
	CHECK_EQ(count_of(any), 1);
	CHECK_EQ(vm_regs(&world.vm, 0).rsi, DATA_GPA + 1);
	go_quietly(&world, &(struct start)DATA(rep_outsb, 4));
	CHECK_EQ(count_of(any), 4);
	CHECK_EQ(vm_regs(&world.vm, 0).rsi, DATA_GPA + 4);
	CHECK_EQ(vm_regs(&world.vm, 0).rcx, 0);
	/* Of the words one is told of, the other is userspace's. */
	CHECK_EQ(go(&world, &(struct start)DATA(rep_outsw, 2)), END_PORT);
	CHECK(!strcmp(world.text, "o2"));
	CHECK(!memcmp(world.out, "\3\2", 2));
	CHECK_EQ(count_of(one), 1);
	/* Nobody waits for this width. */
	CHECK_EQ(go(&world, &(struct start)DATA(outsl, 0)), END_PORT);
	CHECK(!strcmp(world.text, "o4"));
	CHECK_EQ(count_of(any) + count_of(one), 0);
}

/* Told of all widths; from memory that is none, and with a fault in the middle. */
static void eventfd_of_a_hole(void)
{
	struct world world;
	int any;

	make_world(&world, false);
	any = watch(&world, 0, false, 0);
	CHECK_EQ(go(&world, &(struct start){ CODE(rep_outsw), .port = WATCHED_PORT, .rcx = 2,
		    .at = DEVICE_GPA }), END_PORT);
	CHECK(!strcmp(world.text, "r2@d0000000 r2@d0000002"));
	CHECK_EQ(count_of(any), 2);
	CHECK_EQ(go(&world, &(struct start){ CODE(rep_outsb), .port = WATCHED_PORT, .rcx = 5,
		    .at = 0xfffe, .limit = 0xffff }), FAULT_PORT);
	CHECK(!*world.text);
	CHECK_EQ(count_of(any), 2);
	CHECK_EQ(vm_regs(&world.vm, 0).rcx, 3);
	CHECK_EQ(vm_regs(&world.vm, 0).rsi, 0x10000);
	/* More than the emulator moves at once. */
	go_quietly(&world, &(struct start)DATA(rep_outsb, 1000));
	CHECK_EQ(count_of(any), 1000);
	CHECK_EQ(vm_regs(&world.vm, 0).rsi, DATA_GPA + 1000);
}

/* A trap after each item. */
static void eventfd_single_step(void)
{
	struct world world;
	uint16_t traps[8];
	int any;

	make_world(&world, false);
	any = watch(&world, 1, false, 0);
	go_quietly(&world, &(struct start)DATA(step_outsb, 3));
	memcpy(traps, world.vm.memory + 0x2800, sizeof(traps));
	if (traps[0] != 6 || traps[1] != 2 || traps[2] != 1 || traps[3])
		FAIL("traps %d: %d %d %d %d", traps[0] / 2, traps[1], traps[2], traps[3], traps[4]);
	CHECK_EQ(count_of(any), 3);
}

static void pit(void)
{
	struct kvm_pit_state2 state;
	struct world world;

	make_world(&world, true);
	put(&world, "\x34\x34\x12", 3);
	go_quietly(&world, &(struct start){ CODE(rep_outsb), .port = 0x43, .at = DATA_GPA,
		   .rcx = 1 });
	go_quietly(&world, &(struct start){ CODE(rep_outsb), .port = 0x40, .at = DATA_GPA + 1,
		   .rcx = 2 });
	must(world.vm.fd, VMH_GET_PIT2, &state);
	CHECK_EQ(state.channels[0].count, 0x1234);
	CHECK_EQ(state.channels[0].mode, 2);
	/* A word is no access to it; it is to KVM's. */
	if (on_kvm)
		return;
	CHECK_EQ(go(&world, &(struct start){ CODE(rep_outsw), .port = 0x40, .at = DATA_GPA,
		    .rcx = 1 }), END_PORT);
	CHECK(!strcmp(world.text, "o2"));
}

static void pic(void)
{
	struct kvm_irqchip state = { .chip_id = KVM_IRQCHIP_PIC_MASTER };
	struct world world;

	make_world(&world, true);
	put(&world, "\xab", 1);
	go_quietly(&world, &(struct start){ CODE(outsb), .port = 0x21, .at = DATA_GPA });
	must(world.vm.fd, VMH_GET_IRQCHIP, &state);
	CHECK_EQ(state.chip.pic.imr, 0xab);
	go_quietly(&world, &(struct start){ CODE(insb), .port = 0x21, .at = DATA_GPA + 8 });
	CHECK_EQ(world.vm.memory[DATA_GPA + 8], 0xab);
	go_quietly(&world, &(struct start){ CODE(rep_insb), .port = 0x21, .at = DATA_GPA + 16,
		   .rcx = 2, .rflags = DF });
	CHECK(!memcmp(world.vm.memory + DATA_GPA + 14, "\0\xab\xab\0", 4));
	/* From device to device. */
	CHECK_EQ(go(&world, &(struct start){ CODE(insb), .port = 0x21, .at = DEVICE_GPA }),
		 END_PORT);
	CHECK(!strcmp(world.text, "w1@d0000000=ab"));
	CHECK_EQ(go(&world, &(struct start){ CODE(outsb), .port = 0x21, .at = DEVICE_GPA + 3 }),
		 END_PORT);
	CHECK(!strcmp(world.text, "r1@d0000003"));
	must(world.vm.fd, VMH_GET_IRQCHIP, &state);
	CHECK_EQ(state.chip.pic.imr, 0x83);
}

/* The local APIC's version, to a port. */
static void local_apic(void)
{
	struct kvm_lapic_state state;
	struct world world;

	make_world(&world, true);
	must(world.vm.vcpu[0], VMH_GET_LAPIC, &state);
	CHECK_EQ(go(&world, &(struct start){ CODE(outsl), .at = 0xfee00030 }), END_PORT);
	CHECK(!strcmp(world.text, "o4"));
	CHECK(!memcmp(world.out, state.regs + 0x30, 4));
}

#define RING_ENTRIES	((PAGE - sizeof(struct kvm_coalesced_mmio_ring)) / \
			 sizeof(struct kvm_coalesced_mmio))

static unsigned int drain(struct kvm_coalesced_mmio_ring *ring, uint16_t value)
{
	unsigned int nr = 0;

	for (; ring->first != ring->last; nr++) {
		const struct kvm_coalesced_mmio *entry = &ring->coalesced_mmio[ring->first];

		CHECK_EQ(entry->phys_addr, WATCHED_PORT);
		CHECK_EQ(entry->len, 2);
		CHECK_EQ(entry->pio, 1);
		CHECK(!memcmp(entry->data, &(uint16_t){ value + nr }, 2));
		ring->first = (ring->first + 1) % RING_ENTRIES;
	}
	return nr;
}

/* Into the ring until it is full, which is one item in userspace; then on. */
static void coalesced(void)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = WATCHED_PORT, .size = 2, .pio = 1 };
	const unsigned int room = RING_ENTRIES - 1;
	struct kvm_coalesced_mmio_ring *ring;
	uint16_t values[200];
	struct world world;

	make_world(&world, false);
	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++)
		values[i] = 1000 + i;
	put(&world, values, sizeof(values));
	ring = (void *)((uint8_t *)world.vm.run[0] + 2 * PAGE);
	must(world.vm.fd, VMH_REGISTER_COALESCED_MMIO, &zone);
	set_start(&world, &(struct start)DATA(rep_outsw, 200));
	CHECK_EQ(serve(&world), 0);
	CHECK(!strcmp(world.text, "o2"));
	CHECK(!memcmp(world.out, &values[room], 2));
	CHECK_EQ(drain(ring, 1000), room);
	CHECK_EQ(serve(&world), END_PORT);
	CHECK_EQ(drain(ring, 1001 + room), 199 - room);
	CHECK_EQ(vm_regs(&world.vm, 0).rsi, DATA_GPA + 400);
}

/* What is watched elsewhere slows nobody down: a disk's sector is one exit. */
static void others_are_not_slowed(void)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = WATCHED_PORT, .size = 2, .pio = 1 };
	struct world world;

	make_world(&world, true);
	watch(&world, 1, true, 5);
	watch(&world, 4, false, 0);
	CHECK_EQ(go(&world, &(struct start){ CODE(rep_outsw), .rcx = 256, .at = DATA_GPA }),
		 END_PORT);
	CHECK(!strcmp(world.text, "o2*256"));
	CHECK_EQ(go(&world, &(struct start){ CODE(rep_insw), .rcx = 256, .at = DATA_GPA }),
		 END_PORT);
	CHECK(!strcmp(world.text, "i2*256"));
	/* Another width of the same port; and ports beside the zone. */
	CHECK_EQ(go(&world, &(struct start)DATA(rep_outsw, 256)), END_PORT);
	CHECK(!strcmp(world.text, "o2*256"));
	must(world.vm.fd, VMH_REGISTER_COALESCED_MMIO, &zone);
	CHECK_EQ(go(&world, &(struct start){ CODE(rep_outsw), .port = WATCHED_PORT + 1, .rcx = 256,
		    .at = DATA_GPA }), END_PORT);
	CHECK(!strcmp(world.text, "o2*256"));
	/* Input is nothing to them. */
	CHECK_EQ(go(&world, &(struct start)DATA(rep_insw, 256)), END_PORT);
	CHECK(!strcmp(world.text, "i2*256"));
}

static const struct test tests[] = {
	{ .name = "OUTS to eventfds", .run = eventfds, .kvm = true },
	{ .name = "OUTS to an eventfd, from a hole and into a fault", .run = eventfd_of_a_hole,
	  .kvm = true },
	{ .name = "OUTS to an eventfd, single-stepped", .run = eventfd_single_step },
	{ .name = "OUTS to the 8254", .run = pit, .kvm = true },
	{ .name = "INS and OUTS of the 8259", .run = pic, .kvm = true },
	{ .name = "OUTS of the local APIC", .run = local_apic, .kvm = true },
	{ .name = "OUTS into a ring", .run = coalesced, .kvm = true },
	{ .name = "chunks beside watched ports", .run = others_are_not_slowed },
	{ }
};

const struct suite suite_string_port = { "string_port", tests };
