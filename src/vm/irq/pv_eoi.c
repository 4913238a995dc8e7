// SPDX-License-Identifier: GPL-2.0
/*
 * MSR_KVM_PV_EOI_EN: the guest ends an interrupt by a bit in its memory, without an exit.
 *
 * The bit is there only while the guest runs: set before an entry, taken back after the exit. So
 * everything that looks at the APIC finds it as if the guest had told. Both happen in a turn, where
 * nothing may sleep and no lock of the memory's may be taken: by an address that was found before,
 * and without page faults. A bit that cannot be set is not offered. One that cannot be taken back
 * ends the turn, before its exit is looked at.
 */
#include <asm/special_insns.h>
#include <uapi/asm/kvm_para.h>

#include "guest_memory.h"
#include "irq.h"
#include "vcpu.h"

static_assert(PV_EOI_MSR_ENABLE == KVM_MSR_ENABLED);
static_assert(PV_EOI_OFFERED == KVM_PV_EOI_ENABLED);

/* The place that was found is another one's now, or there is none. */
static bool vmh_pv_eoi_is_outdated(const struct vmh_vcpu *vcpu)
{
	return vcpu->pv_eoi.slots_seq != READ_ONCE(vcpu->vm->mem_ctx.slots_seq);
}

/**
 * vmh_pv_eoi_set_msr() - write MSR_KVM_PV_EOI_EN
 * @vcpu: the vCPU.
 * @value: the value.
 *
 * Where the processor ends interrupts by itself there is nothing to offer.
 *
 * Context: the vCPU's thread or lock; interrupts may be off.
 *
 * Return: 0, or -EINVAL when the value faults.
 */
int vmh_pv_eoi_set_msr(struct vmh_vcpu *vcpu, u64 value)
{
	struct vmh_pv_eoi *eoi = &vcpu->pv_eoi;

	if (!pv_eoi_msr_valid(value, cpuid_phys_bits(vcpu->cpuid)))
		return -EINVAL;
	eoi->msr = value;
	eoi->byte = NULL;
	eoi->on = (value & PV_EOI_MSR_ENABLE) && vmh_has_apic(vcpu) && !vcpu->vmx.apicv.on;
	if (eoi->on)
		set_bit(VMH_REQ_PV_EOI, &vcpu->requests);
	return 0;
}

/**
 * vmh_pv_eoi_reset() - INIT: the memory may be for other things now
 * @vcpu: the vCPU, not in a turn.
 */
void vmh_pv_eoi_reset(struct vmh_vcpu *vcpu)
{
	vcpu->pv_eoi.msr = 0;
	vcpu->pv_eoi.on = false;
}

/**
 * vmh_pv_eoi_find() - VMH_REQ_PV_EOI: find the place of the bit
 * @vcpu: the vCPU.
 *
 * 4-byte aligned, it lies in one page. Where there is no memory, nothing is offered until slots
 * change.
 *
 * Context: its thread, not in a turn.
 */
void vmh_pv_eoi_find(struct vmh_vcpu *vcpu)
{
	struct vmh_pv_eoi *eoi = &vcpu->pv_eoi;

	if (!eoi->on)
		return;
	/* Before what is found by it: slots that change meanwhile make this useless. */
	eoi->slots_seq = smp_load_acquire(&vcpu->vm->mem_ctx.slots_seq);
	eoi->gpa = eoi->msr & ~PV_EOI_MSR_ENABLE;
	eoi->byte = vmh_mem_hva(vcpu->vm, eoi->gpa, true);
}

static int vmh_pv_eoi_xchg(const struct vmh_vcpu *vcpu, u8 *byte)
{
	const unsigned long cr2 = native_read_cr2();
	int ret = vmh_mem_xchg_nofault(vcpu->pv_eoi.byte, byte);

	/* In a turn it is the guest's; a page that is not there has left its address. */
	if (unlikely(ret))
		native_write_cr2(cr2);
	return ret;
}

/**
 * vmh_pv_eoi_before_entry() - offer an EOI in memory, if it has no consequence
 * @vcpu: the vCPU, loaded; pv_eoi.on.
 *
 * Context: its thread, in a turn, when what is to be injected has been taken.
 */
void vmh_pv_eoi_before_entry(struct vmh_vcpu *vcpu)
{
	struct vmh_pv_eoi *eoi = &vcpu->pv_eoi;
	u8 byte = PV_EOI_OFFERED;

	if (unlikely(vmh_pv_eoi_is_outdated(vcpu))) {
		set_bit(VMH_REQ_PV_EOI, &vcpu->requests);
		return;
	}
	if (!eoi->byte || !pv_eoi_may_offer(&vcpu->apic.lapic) || vmh_pv_eoi_xchg(vcpu, &byte))
		return;
	eoi->offered = true;
	eoi->written = true;
}

/* What was offered is taken back, and with it the guest's answer. */
static void vmh_pv_eoi_take(struct vmh_vcpu *vcpu, u8 byte)
{
	struct lapic_effect fx;

	vcpu->pv_eoi.offered = false;
	if (byte & PV_EOI_OFFERED)
		return;
	lapic_eoi(&vcpu->apic.lapic, &fx);
	vmh_apic_effect(vcpu, &fx);
}

/**
 * vmh_pv_eoi_after_exit() - learn whether the guest has ended its interrupt
 * @vcpu: the vCPU, loaded; pv_eoi.offered.
 *
 * Context: its thread, in a turn, before anything is done about the exit.
 *
 * Return: whether it is known; otherwise the turn has to end.
 */
bool vmh_pv_eoi_after_exit(struct vmh_vcpu *vcpu)
{
	u8 byte = 0;

	if (unlikely(vmh_pv_eoi_is_outdated(vcpu) || vmh_pv_eoi_xchg(vcpu, &byte)))
		return false;
	vmh_pv_eoi_take(vcpu, byte);
	return true;
}

/**
 * vmh_pv_eoi_after_turn() - do what a turn could not
 * @vcpu: the vCPU, loaded; pv_eoi.written.
 *
 * The page gets into a dirty log only here: after the last of the turn's writes, and before anybody
 * can take the vCPU for stopped. A bit that has got lost with its memory counts as cleared, as in
 * KVM: the guest could not find it set any more.
 *
 * Context: its thread, may sleep.
 *
 * Return: whether the turn's exit has not been looked at, since what was offered was not known.
 */
bool vmh_pv_eoi_after_turn(struct vmh_vcpu *vcpu)
{
	struct vmh_pv_eoi *eoi = &vcpu->pv_eoi;
	const bool late = eoi->offered;
	u8 byte = 0;

	eoi->written = false;
	if (unlikely(late)) {
		if (vmh_mem_xchg_byte(vcpu->vm, eoi->gpa, &byte))
			byte = 0;
		vmh_pv_eoi_take(vcpu, byte);
	}
	vmh_dirty_mark(vcpu->vm, eoi->gpa >> PAGE_SHIFT);
	return late;
}
