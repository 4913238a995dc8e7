// SPDX-License-Identifier: GPL-2.0
/* Reading and writing the state of the VM's interrupt controllers, in KVM's structures. */
#include "fail_point.h"
#include "irq.h"
#include "irqchip.h"
#include "ticks.h"

static int vmh_irqchip_bad_chip(u32 chip_id, struct vmh_error *err)
{
	return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_irqchip, chip_id, chip_id,
			      KVM_IRQCHIP_IOAPIC);
}

/**
 * vmh_irqchip_get() - VMH_GET_IRQCHIP
 * @vm: the VM.
 * @state: chip_id says which; filled.
 * @err: why not.
 *
 * Return: 0; -ENXIO without irqchip; -EINVAL for an unknown chip.
 */
int vmh_irqchip_get(struct vm_handler_ctx *vm, struct kvm_irqchip *state, struct vmh_error *err)
{
	struct vmh_irqchip *chip = vmh_whole_irqchip(vm);
	unsigned long flags;
	int ret = 0;

	if (!chip)
		return vm_error_set(err, VMH_E_NO_IRQCHIP);
	raw_spin_lock_irqsave(&chip->lock, flags);
	switch (state->chip_id) {
	case KVM_IRQCHIP_PIC_MASTER:
		pic_get_state(&chip->pic, PIC_FIRST, &state->chip.pic);
		break;
	case KVM_IRQCHIP_PIC_SLAVE:
		pic_get_state(&chip->pic, PIC_SECOND, &state->chip.pic);
		break;
	case KVM_IRQCHIP_IOAPIC:
		ioapic_get_state(&chip->ioapic, &state->chip.ioapic);
		break;
	default:
		ret = vmh_irqchip_bad_chip(state->chip_id, err);
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return ret;
}

static void vmh_ioapic_set(struct vmh_irqchip *chip, const struct kvm_ioapic_state *state,
			   int *ret)
{
	struct irq_msg msg[IOAPIC_NR_PINS];
	unsigned long flags;
	int i, nr;

	raw_spin_lock_irqsave(&chip->lock, flags);
	nr = vmh_fail_errno(set_irqchip, ioapic_set_state(&chip->ioapic, state, msg,
							  ARRAY_SIZE(msg)));
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	for (i = 0; i < nr; i++)
		vmh_irq_send(chip, NULL, &msg[i]);
	*ret = min(nr, 0);
}

/**
 * vmh_irqchip_set() - VMH_SET_IRQCHIP
 * @vm: the VM.
 * @state: chip_id says which; the state.
 * @err: why not.
 *
 * Return: 0; -ENXIO without irqchip; -EINVAL for an unknown chip or an impossible state.
 */
int vmh_irqchip_set(struct vm_handler_ctx *vm, const struct kvm_irqchip *state,
		    struct vmh_error *err)
{
	struct vmh_irqchip *chip = vmh_whole_irqchip(vm);
	enum pic_chip_index which;
	unsigned long flags;
	int ret;

	if (!chip)
		return vm_error_set(err, VMH_E_NO_IRQCHIP);
	if (state->chip_id == KVM_IRQCHIP_IOAPIC) {
		vmh_ioapic_set(chip, &state->chip.ioapic, &ret);
	} else if (state->chip_id <= KVM_IRQCHIP_PIC_SLAVE) {
		which = state->chip_id == KVM_IRQCHIP_PIC_MASTER ? PIC_FIRST : PIC_SECOND;
		raw_spin_lock_irqsave(&chip->lock, flags);
		ret = vmh_fail_errno(set_irqchip,
				     pic_set_state(&chip->pic, which, &state->chip.pic));
		raw_spin_unlock_irqrestore(&chip->lock, flags);
	} else {
		return vmh_irqchip_bad_chip(state->chip_id, err);
	}
	return ret ? VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_irqchip, chip, state->chip_id, 0) :
		     0;
}

/**
 * vmh_pit_get() - VMH_GET_PIT2
 * @vm: the VM.
 * @state: filled.
 * @err: why not.
 *
 * Return: 0 or -ENXIO.
 */
int vmh_pit_get(struct vm_handler_ctx *vm, struct kvm_pit_state2 *state, struct vmh_error *err)
{
	struct vmh_irqchip *chip = vmh_whole_irqchip(vm);
	unsigned long flags;

	if (!chip || !chip->has_pit)
		return vm_error_set(err, VMH_E_NO_IRQCHIP);
	raw_spin_lock_irqsave(&chip->lock, flags);
	pit_get_state(&chip->pit, state);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return 0;
}

/**
 * vmh_pit_set() - VMH_SET_PIT2
 * @vm: the VM.
 * @state: the state.
 * @err: why not.
 *
 * Return: 0, -ENXIO or -EINVAL.
 */
int vmh_pit_set(struct vm_handler_ctx *vm, const struct kvm_pit_state2 *state,
		struct vmh_error *err)
{
	const u32 known = KVM_PIT_FLAGS_HPET_LEGACY | KVM_PIT_FLAGS_SPEAKER_DATA_ON;
	struct vmh_irqchip *chip = vmh_whole_irqchip(vm);
	unsigned long flags;
	int ret;

	if (!chip || !chip->has_pit)
		return vm_error_set(err, VMH_E_NO_IRQCHIP);
	if (state->flags & ~known)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct kvm_pit_state2, flags,
				      state->flags, known);
	raw_spin_lock_irqsave(&chip->lock, flags);
	ret = vmh_fail_errno(set_pit, pit_set_state(&chip->pit, vmh_now_ns(), state));
	if (!ret)
		vmh_pit_rearm(chip, vmh_now_ns());
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return ret ? VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_pit_state2, channels, 0, 0) : 0;
}
