// SPDX-License-Identifier: GPL-2.0
/*
 * NMIs that wait for a vCPU, wherever they come from: VMH_NMI, messages, the local APIC's own. SDM,
 * "Handling Multiple NMIs".
 */
#include "irq.h"
#include "kick.h"
#include "vcpu.h"

/* Those that wait at most: one for now, one for after the IRET. */
#define VMH_NMIS_MAX	2U

/**
 * vmh_vcpu_send_nmi() - an NMI for a vCPU
 * @vcpu: the vCPU.
 *
 * Context: any, interrupts off too.
 */
void vmh_vcpu_send_nmi(struct vmh_vcpu *vcpu)
{
	/* More are never delivered. */
	atomic_add_unless(&vcpu->nmis_sent, 1, VMH_NMIS_MAX);
	vmh_vcpu_request(vcpu, VMH_REQ_NMI);
}

/**
 * vmh_vcpu_waiting_nmis() - NMIs that wait to be delivered
 * @vcpu: the vCPU, loaded.
 *
 * A processor keeps one while it handles another. Of those that arrive while the thread is
 * elsewhere it would have begun to handle the first.
 *
 * Return: them, with what has arrived since the thread looked.
 */
unsigned int vmh_vcpu_waiting_nmis(const struct vmh_vcpu *vcpu)
{
	unsigned int max = vmx_nmi_in_service(&vcpu->vmx) ? VMH_NMIS_MAX - 1 : VMH_NMIS_MAX;

	return min(vcpu->nmis + atomic_read(&vcpu->nmis_sent), max);
}

/**
 * vmh_vcpu_set_nmis() - how many NMIs wait, whatever has arrived
 * @vcpu: the vCPU, loaded.
 * @nr: so many.
 */
void vmh_vcpu_set_nmis(struct vmh_vcpu *vcpu, unsigned int nr)
{
	clear_bit(VMH_REQ_NMI, &vcpu->requests);
	atomic_set(&vcpu->nmis_sent, 0);
	vcpu->nmis = min(nr, VMH_NMIS_MAX);
	vcpu->nmis = vmh_vcpu_waiting_nmis(vcpu);
}

/**
 * vmh_vcpu_take_nmis() - VMH_REQ_NMI: take over those that have arrived
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread.
 */
void vmh_vcpu_take_nmis(struct vmh_vcpu *vcpu)
{
	vcpu->nmis = min(vcpu->nmis + atomic_xchg(&vcpu->nmis_sent, 0), VMH_NMIS_MAX);
	vcpu->nmis = vmh_vcpu_waiting_nmis(vcpu);
}
