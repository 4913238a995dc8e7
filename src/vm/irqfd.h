/* SPDX-License-Identifier: GPL-2.0 */
/* Eventfds that raise interrupts, and those that are told of their end. */
#ifndef VMH_IRQFD_H
#define VMH_IRQFD_H

#include <linux/kvm.h>
#include <linux/types.h>

struct vm_handler_ctx;
struct vmh_error;
struct vmh_irqchip;

int vmh_irqfd(struct vm_handler_ctx *vm, const struct kvm_irqfd *args, struct vmh_error *err);
void vmh_irqfds_init(struct vmh_irqchip *chip);
void vmh_irqfds_release(struct vm_handler_ctx *vm);
bool vmh_irq_ended_ioapic(struct vmh_irqchip *chip, u32 pins);
bool vmh_irq_ended_pic(struct vmh_irqchip *chip);
void vmh_irq_tell_ended(struct vmh_irqchip *chip);

#endif /* VMH_IRQFD_H */
