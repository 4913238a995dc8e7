/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends of interrupts in memory instead of at the local APIC: Linux,
 * Documentation/virt/kvm/x86/msr.rst, MSR_KVM_PV_EOI_EN. The host sets a bit in guest memory; a
 * guest that finds it set clears it, and that is its EOI.
 */
#ifndef VMH_PV_EOI_H
#define VMH_PV_EOI_H

#include <linux/bits.h>
#include <linux/types.h>

#include "lapic.h"

#define PV_EOI_MSR_ENABLE	BIT_ULL(0)

/* In the first byte of the word that the MSR points to. */
#define PV_EOI_OFFERED		BIT(0)

/**
 * pv_eoi_msr_valid() - may a guest write this into the MSR?
 * @value: the value: an address, 4-byte aligned, and PV_EOI_MSR_ENABLE.
 * @phys_bits: width of the guest's physical addresses.
 *
 * As in KVM, an address that is not used may be any.
 *
 * Context: any; pure.
 * Return: whether it may.
 */
bool pv_eoi_msr_valid(u64 value, unsigned int phys_bits);

/**
 * pv_eoi_may_offer() - may the guest end what is in service without telling?
 * @l: its local APIC, without virtual-interrupt delivery.
 *
 * The host learns of such an EOI at the next exit, whenever that is. So nothing may depend on it:
 * no I/O APIC or LINT0 that waits for it, no vector that becomes deliverable by it. And there must
 * be no doubt which vector it is for: one that has interrupted another is not ended like this.
 *
 * Context: any; pure.
 * Return: whether it may.
 */
bool pv_eoi_may_offer(const struct lapic *l);

#endif /* VMH_PV_EOI_H */
