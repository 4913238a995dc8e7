/* SPDX-License-Identifier: GPL-2.0 */
/* The in-kernel interrupt controllers and timer of a VM: 8259 pair, I/O APIC, 8254. */
#ifndef VMH_IRQCHIP_H
#define VMH_IRQCHIP_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "ioapic.h"
#include "irq_msg.h"
#include "irq_routing.h"
#include "pic.h"
#include "pit.h"
#include "vm.h"

/* What drives an interrupt line; a line is the OR of all. */
enum vmh_irq_source {
	VMH_IRQ_SOURCE_USER,
	VMH_IRQ_SOURCE_PIT,
	VMH_IRQ_SOURCE_RESAMPLE,
};

/* The 8259 pair's: commands, data, and what is edge and what level. */
static inline bool vmh_port_is_pic(u16 port)
{
	return (port & ~0x81) == 0x20 || (port & ~1) == 0x4d0;
}

/**
 * struct vmh_irqchip - the controllers of a VM
 * @lock: covers all here, and every vCPU's apic.dest.
 * @split: constant; 8259 pair, I/O APIC and 8254 are the VMM's, only local APICs and routes here.
 * @split_pins: constant; GSIs below it are inputs of the VMM's I/O APIC.
 * @pic: the 8259 pair.
 * @ioapic: the I/O APIC.
 * @pit: the 8254, when @has_pit.
 * @has_pit: VMH_CREATE_PIT2 was called.
 * @pit_armed_ns: what @pit_timer is armed for; U64_MAX when it is not.
 * @pit_timer: the host's timer behind channel 0.
 * @routing: where GSIs lead.
 * @irqfds: eventfds that raise interrupts.
 * @dead_irqfds: those of them that were closed.
 * @resamplers: eventfds that are told when an interrupt ends; read under RCU too.
 * @reap_irqfds: frees @dead_irqfds.
 * @nr_xapics: vCPUs whose local APIC is on and no x2APIC; at least so many.
 * @next_lowest: where the search for a lowest-priority destination starts.
 * @vm: the VM.
 */
struct vmh_irqchip {
	raw_spinlock_t lock;
	bool split;
	u32 split_pins;
	struct pic pic;
	struct ioapic ioapic;
	struct pit pit;
	bool has_pit;
	u64 pit_armed_ns;
	struct hrtimer pit_timer;
	struct irq_routing *routing;
	struct list_head irqfds;
	struct list_head dead_irqfds;
	struct list_head resamplers;
	struct work_struct reap_irqfds;
	u32 nr_xapics;
	u32 next_lowest;
	struct vm_handler_ctx *vm;
};

/* The controllers, if they are all here. */
static inline struct vmh_irqchip *vmh_whole_irqchip(const struct vm_handler_ctx *vm)
{
	return vm->irqchip && !vm->irqchip->split ? vm->irqchip : NULL;
}

#endif /* VMH_IRQCHIP_H */
