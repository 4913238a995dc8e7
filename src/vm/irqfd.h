/* SPDX-License-Identifier: GPL-2.0 */
/* Eventfds that raise interrupts, and those that are told of their end. */
#ifndef VMH_IRQFD_H
#define VMH_IRQFD_H

#include <linux/kvm.h>
#include <linux/types.h>

#include "irq_routing.h"

struct vm_handler_ctx;
struct vmh_error;
struct vmh_irqchip;

/**
 * struct vmh_irq_acks - GSIs whose interrupt has ended and that somebody resamples
 * @nr: how many.
 * @gsi: them.
 */
struct vmh_irq_acks {
	u32 nr;
	u16 gsi[IRQ_ROUTING_PINS + 16];
};

int vmh_irqfd(struct vm_handler_ctx *vm, const struct kvm_irqfd *args, struct vmh_error *err);
void vmh_irqfds_init(struct vmh_irqchip *chip);
void vmh_irqfds_release(struct vm_handler_ctx *vm);
void vmh_irq_ack_ioapic(struct vmh_irqchip *chip, u32 pins, struct vmh_irq_acks *acks);
void vmh_irq_ack_pic(struct vmh_irqchip *chip, struct vmh_irq_acks *acks);
void vmh_irq_tell_acks(struct vmh_irqchip *chip, const struct vmh_irq_acks *acks);

#endif /* VMH_IRQFD_H */
