/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts: controllers, local APICs, sources, and eventfds for writes and ends. */
#ifndef VMH_IRQ_H
#define VMH_IRQ_H

#include "io.h"
#include "irqchip.h"
#include "vcpu.h"
#include "vm.h"

struct kvm_coalesced_mmio_zone;
struct kvm_ioeventfd;
struct kvm_irq_routing_entry;
struct kvm_irqchip;
struct kvm_irqfd;
struct kvm_msi;

/* irq_bus.c */
int vmh_irq_send_locked(struct vmh_irqchip *chip, struct vmh_vcpu *from,
			const struct irq_msg *msg);
int vmh_irq_send_device(struct vmh_irqchip *chip, struct irq_msg *msg);
int vmh_irq_send(struct vmh_irqchip *chip, struct vmh_vcpu *from, const struct irq_msg *msg);
void vmh_irq_kick_for_pic(struct vmh_irqchip *chip);
void vmh_apic_post(struct vmh_vcpu *vcpu, u8 vector, bool level_triggered);

/* routing.c */
int vmh_routing_create(struct vmh_irqchip *chip, struct vmh_error *err);
void vmh_routing_destroy(struct vmh_irqchip *chip);
int vmh_routing_set(struct vm_handler_ctx *vm, const struct kvm_irq_routing_entry *entries, u32 nr,
		    struct vmh_error *err);
int vmh_irq_gsi_locked(struct vmh_irqchip *chip, u32 gsi, enum vmh_irq_source source, bool level);
void vmh_irq_pulse_locked(struct vmh_irqchip *chip, u32 gsi);
int vmh_irq_set_gsi(struct vm_handler_ctx *vm, u32 gsi, enum vmh_irq_source source, bool level);
int vmh_irq_signal_msi(struct vm_handler_ctx *vm, const struct kvm_msi *msi,
		       struct vmh_error *err);

/* irqchip.c */
int vmh_irqchip_create(struct vm_handler_ctx *vm, struct vmh_error *err);
int vmh_irqchip_create_split(struct vm_handler_ctx *vm, u32 pins, struct vmh_error *err);
void vmh_irqchip_stop(struct vm_handler_ctx *vm);
void vmh_irqchip_destroy(struct vm_handler_ctx *vm);
int vmh_irqchip_create_pit(struct vm_handler_ctx *vm, struct vmh_error *err);
void vmh_pit_rearm(struct vmh_irqchip *chip, u64 now);
void vmh_irq_eoi(struct vmh_vcpu *vcpu, u8 vector);
bool vmh_irq_pic_pending(struct vm_handler_ctx *vm);
int vmh_irq_pic_ack(struct vmh_vcpu *vcpu);
bool vmh_irqchip_has_port(const struct vm_handler_ctx *vm, u16 port, unsigned int size);
bool vmh_irqchip_port(struct vmh_vcpu *vcpu, u16 port, unsigned int size, bool in, u32 *value);
bool vmh_irqchip_mmio(struct vm_handler_ctx *vm, u64 gpa, unsigned int len, void *data,
		      bool write);

/* irqchip_split.c */
bool vmh_split_accepts_pic(const struct vmh_vcpu *vcpu);
void vmh_split_eoi(struct vmh_vcpu *vcpu, u8 vector);

/* irqchip_state.c */
int vmh_irqchip_get(struct vm_handler_ctx *vm, struct kvm_irqchip *state, struct vmh_error *err);
int vmh_irqchip_set(struct vm_handler_ctx *vm, const struct kvm_irqchip *state,
		    struct vmh_error *err);
int vmh_pit_get(struct vm_handler_ctx *vm, struct kvm_pit_state2 *state, struct vmh_error *err);
int vmh_pit_set(struct vm_handler_ctx *vm, const struct kvm_pit_state2 *state,
		struct vmh_error *err);

/* irqfd.c */
int vmh_irqfd(struct vm_handler_ctx *vm, const struct kvm_irqfd *args, struct vmh_error *err);
void vmh_irqfds_init(struct vmh_irqchip *chip);
void vmh_irqfds_release(struct vm_handler_ctx *vm);
bool vmh_irq_ended_ioapic(struct vmh_irqchip *chip, u32 pins);
bool vmh_irq_ended_pic(struct vmh_irqchip *chip);
void vmh_irq_tell_ended(struct vmh_irqchip *chip);

/* apic.c */
void vmh_apic_set_features(struct vmh_vcpu *vcpu);
int vmh_apic_create(struct vmh_vcpu *vcpu);
void vmh_apic_destroy(struct vmh_vcpu *vcpu);
void vmh_apic_collect(struct vmh_vcpu *vcpu);
void vmh_apic_effect(struct vmh_vcpu *vcpu, const struct lapic_effect *fx);
bool vmh_apic_deadline_passed(struct vmh_vcpu *vcpu);
void vmh_apic_timer_expired(struct vmh_vcpu *vcpu);
void vmh_apic_rearm(struct vmh_vcpu *vcpu);
bool vmh_apic_timer_wakes(struct vmh_vcpu *vcpu);
void vmh_apic_timer_stop(struct vmh_vcpu *vcpu);
void vmh_apic_init_signal(struct vmh_vcpu *vcpu);
void vmh_apic_publish(struct vmh_vcpu *vcpu);
bool vmh_apic_mmio_access(struct vmh_vcpu *vcpu, u64 gpa, unsigned int len, void *data, bool write);
void vmh_vcpu_set_cr8(struct vmh_vcpu *vcpu, u8 cr8);
u64 vmh_apic_base(const struct vmh_vcpu *vcpu);
bool vmh_has_x2apic(const struct vmh_vcpu *vcpu);

/* apicv.c */
void vmh_apicv_before_entry(struct vmh_vcpu *vcpu);
void vmh_apicv_after_exit(struct vmh_vcpu *vcpu);
void vmh_apicv_before_quiet_entry(struct vmh_vcpu *vcpu);
void vmh_apicv_after_quiet_exit(struct vmh_vcpu *vcpu);
void vmh_apicv_eoi(struct vmh_vcpu *vcpu);
void vmh_apicv_write(struct vmh_vcpu *vcpu);

/* apicv_page.c */
void vmh_apicv_changed(struct vmh_vcpu *vcpu);

/* ioeventfd.c */
int vmh_ioeventfd(struct vm_handler_ctx *vm, const struct kvm_ioeventfd *args,
		  struct vmh_error *err);
void vmh_ioeventfds_release(struct vm_handler_ctx *vm);
bool vmh_io_watches(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
		    unsigned int len);
bool vmh_io_write_slow(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
		       unsigned int len, const void *data);

/**
 * vmh_io_is_watched() - can a write to this space be settled here?
 * @io: the VM's.
 * @space: ports or memory.
 */
static inline bool vmh_io_is_watched(const struct vmh_io *io, enum vmh_io_space space)
{
	return rcu_access_pointer(io->table[space]) || rcu_access_pointer(io->zones[space]);
}

/* A write of the guest that no device here has taken: is it settled without userspace? */
static inline bool vmh_io_write(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
				unsigned int len, const void *data)
{
	return vmh_io_is_watched(&vm->io, space) &&
	       vmh_io_write_slow(vm, space, addr, len, data);
}

/* coalesced.c */
int vmh_io_create(struct vmh_io *io);
void vmh_io_destroy(struct vmh_io *io);
int vmh_coalesce_register(struct vm_handler_ctx *vm, const struct kvm_coalesced_mmio_zone *zone,
			  struct vmh_error *err);
int vmh_coalesce_unregister(struct vm_handler_ctx *vm, const struct kvm_coalesced_mmio_zone *zone,
			    struct vmh_error *err);
void vmh_coalesce_release(struct vm_handler_ctx *vm);
bool vmh_coalesces(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len);
bool vmh_coalesce(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len,
		  const void *data);

/* nmi.c */
void vmh_vcpu_send_nmi(struct vmh_vcpu *vcpu);
unsigned int vmh_vcpu_waiting_nmis(const struct vmh_vcpu *vcpu);
void vmh_vcpu_set_nmis(struct vmh_vcpu *vcpu, unsigned int nr);
void vmh_vcpu_take_nmis(struct vmh_vcpu *vcpu);

/* pv_eoi.c */
int vmh_pv_eoi_set_msr(struct vmh_vcpu *vcpu, u64 value);
void vmh_pv_eoi_reset(struct vmh_vcpu *vcpu);
void vmh_pv_eoi_find(struct vmh_vcpu *vcpu);
void vmh_pv_eoi_before_entry(struct vmh_vcpu *vcpu);
bool vmh_pv_eoi_after_exit(struct vmh_vcpu *vcpu);
bool vmh_pv_eoi_after_turn(struct vmh_vcpu *vcpu);

#endif /* VMH_IRQ_H */
