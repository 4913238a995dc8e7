/* SPDX-License-Identifier: GPL-2.0 */
/* The in-kernel interrupt controllers and timer of a VM: 8259 pair, I/O APIC, 8254. */
#ifndef VMH_IRQCHIP_H
#define VMH_IRQCHIP_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>

#include "ioapic.h"
#include "irq_msg.h"
#include "pic.h"
#include "pit.h"
#include "vm.h"

/* Who drives an interrupt line; lines are the OR of all. */
enum vmh_irq_source {
	VMH_IRQ_SOURCE_USER,
	VMH_IRQ_SOURCE_PIT,
};

/**
 * struct vmh_irqchip - the controllers of a VM
 * @lock: covers all here, and every vCPU's apic.dest.
 * @pic: the 8259 pair.
 * @ioapic: the I/O APIC.
 * @pit: the 8254, when @has_pit.
 * @has_pit: VMH_CREATE_PIT2 was called.
 * @pit_armed_ns: what @pit_timer is armed for; U64_MAX when it is not.
 * @pit_timer: the host's timer behind channel 0.
 * @next_lowest: where the search for a lowest-priority destination starts.
 * @vm: the VM.
 */
struct vmh_irqchip {
	raw_spinlock_t lock;
	struct pic pic;
	struct ioapic ioapic;
	struct pit pit;
	bool has_pit;
	u64 pit_armed_ns;
	struct hrtimer pit_timer;
	u32 next_lowest;
	struct vm_handler_ctx *vm;
};

int vmh_irqchip_create(struct vm_handler_ctx *vm, struct vmh_error *err);
void vmh_irqchip_stop(struct vm_handler_ctx *vm);
void vmh_irqchip_destroy(struct vm_handler_ctx *vm);
int vmh_irqchip_create_pit(struct vm_handler_ctx *vm, struct vmh_error *err);
void vmh_irq_set_line(struct vm_handler_ctx *vm, u32 gsi, enum vmh_irq_source source, bool level);
void vmh_pit_rearm(struct vmh_irqchip *chip, u64 now);
void vmh_irq_send(struct vmh_irqchip *chip, struct vmh_vcpu *from, const struct irq_msg *msg);
void vmh_irq_eoi(struct vm_handler_ctx *vm, u8 vector);
bool vmh_irq_pic_pending(struct vm_handler_ctx *vm);
int vmh_irq_pic_ack(struct vm_handler_ctx *vm);
bool vmh_irqchip_port(struct vm_handler_ctx *vm, u16 port, unsigned int size, bool in, u32 *value);
bool vmh_irqchip_mmio(struct vm_handler_ctx *vm, u64 gpa, unsigned int len, void *data,
		      bool write);
int vmh_irqchip_get(struct vm_handler_ctx *vm, struct kvm_irqchip *state, struct vmh_error *err);
int vmh_irqchip_set(struct vm_handler_ctx *vm, const struct kvm_irqchip *state,
		    struct vmh_error *err);
int vmh_pit_get(struct vm_handler_ctx *vm, struct kvm_pit_state2 *state, struct vmh_error *err);
int vmh_pit_set(struct vm_handler_ctx *vm, const struct kvm_pit_state2 *state,
		struct vmh_error *err);

#endif /* VMH_IRQCHIP_H */
