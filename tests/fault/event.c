// SPDX-License-Identifier: GPL-2.0
/* Eventfds, routes and coalesced writes. */
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fault.h"

static int eventfds[2] = { -1, -1 };

static void new_eventfds(struct vm *vm)
{
	(void)vm;
	for (int i = 0; i < 2; i++) {
		eventfds[i] = eventfd(0, EFD_CLOEXEC);
		CHECK(eventfds[i] >= 0);
	}
}

static void close_eventfds(struct vm *vm)
{
	(void)vm;
	for (int i = 0; i < 2; i++)
		close(eventfds[i]);
}

static long act_irqfd(struct vm *vm)
{
	struct kvm_irqfd args = { .fd = eventfds[0], .gsi = 4 };

	return attempt(vm->fd, VMH_IRQFD, &args);
}

static long act_irqfd_resample(struct vm *vm)
{
	struct kvm_irqfd args = {
		.fd = eventfds[0], .gsi = 5, .flags = KVM_IRQFD_FLAG_RESAMPLE,
		.resamplefd = eventfds[1],
	};

	return attempt(vm->fd, VMH_IRQFD, &args);
}

/* After DEASSIGN nothing of it is left. */
static void irqfd_is_there(struct vm *vm)
{
	struct kvm_irqfd args = {
		.fd = eventfds[0], .gsi = 4, .flags = KVM_IRQFD_FLAG_DEASSIGN,
	};

	CHECK(vm_usage(vm).res[VMH_RES_EVENTFDS].used > 0);
	must(vm->fd, VMH_IRQFD, &args);
	args.gsi = 5;
	must(vm->fd, VMH_IRQFD, &args);
	CHECK_EQ(vm_usage(vm).res[VMH_RES_EVENTFDS].used, 0);
	close_eventfds(vm);
}

static long ioeventfd(struct vm *vm, uint32_t flags)
{
	struct kvm_ioeventfd args = {
		.fd = eventfds[0], .addr = 0x20, .len = 2, .flags = flags | KVM_IOEVENTFD_FLAG_PIO,
	};

	return attempt(vm->fd, VMH_IOEVENTFD, &args);
}

static long act_ioeventfd(struct vm *vm)
{
	return ioeventfd(vm, 0);
}

static long act_ioeventfd_drop(struct vm *vm)
{
	return ioeventfd(vm, KVM_IOEVENTFD_FLAG_DEASSIGN);
}

/* One that stays, so that a smaller table is needed. */
static void two_ioeventfds(struct vm *vm)
{
	struct kvm_ioeventfd args = { .addr = 0x30, .flags = KVM_IOEVENTFD_FLAG_PIO };

	new_eventfds(vm);
	args.fd = eventfds[1];
	must(vm->fd, VMH_IOEVENTFD, &args);
	CHECK(!ioeventfd(vm, 0));
}

static long zone(struct vm *vm, unsigned long command, uint64_t addr)
{
	struct kvm_coalesced_mmio_zone args = { .addr = addr, .size = 4 };

	return attempt(vm->fd, command, &args);
}

static long act_zone(struct vm *vm)
{
	return zone(vm, VMH_REGISTER_COALESCED_MMIO, 0x10000000);
}

static long act_zone_drop(struct vm *vm)
{
	return zone(vm, VMH_UNREGISTER_COALESCED_MMIO, 0x10000000);
}

static void two_zones(struct vm *vm)
{
	CHECK(!zone(vm, VMH_REGISTER_COALESCED_MMIO, 0x20000000));
	CHECK(!act_zone(vm));
}

static long act_routing(struct vm *vm)
{
	struct {
		struct kvm_irq_routing head;
		struct kvm_irq_routing_entry entry;
	} routing = { .head.nr = 1, .entry = { .gsi = 900, .type = KVM_IRQ_ROUTING_MSI } };

	return attempt(vm->fd, VMH_SET_GSI_ROUTING, &routing);
}

static long act_signal_msi(struct vm *vm)
{
	return attempt(vm->fd, VMH_SIGNAL_MSI, &(struct kvm_msi){ .address_lo = 0xfee09000 });
}

#define PLAIN	.made = true, .watch_state = true
#define CHIPS	.made = true, .watch_state = true, .spec = { .irqchip = true }

const struct scenario event_scenarios[] = {
	{ .name = "IRQFD", CHIPS, .prepare = new_eventfds, .act = act_irqfd,
	  .finish = irqfd_is_there },
	{ .name = "IRQFD with resampling", CHIPS, .prepare = new_eventfds,
	  .act = act_irqfd_resample, .finish = irqfd_is_there },
	{ .name = "IOEVENTFD", PLAIN, .prepare = new_eventfds, .act = act_ioeventfd,
	  .finish = close_eventfds },
	{ .name = "IOEVENTFD taken away", PLAIN, .prepare = two_ioeventfds,
	  .act = act_ioeventfd_drop, .finish = close_eventfds },
	{ .name = "a zone of coalesced writes", PLAIN, .act = act_zone },
	{ .name = "a zone of coalesced writes taken away", PLAIN, .prepare = two_zones,
	  .act = act_zone_drop },
	{ .name = "SET_GSI_ROUTING", CHIPS, .act = act_routing },
	{ .name = "SIGNAL_MSI", CHIPS, .act = act_signal_msi },
	{ }
};
