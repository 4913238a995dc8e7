/* SPDX-License-Identifier: GPL-2.0 */
/* How many NMIs wait for a vCPU. */
#ifndef VMH_NMI_H
#define VMH_NMI_H

struct vmh_vcpu;

void vmh_vcpu_send_nmi(struct vmh_vcpu *vcpu);
unsigned int vmh_vcpu_waiting_nmis(const struct vmh_vcpu *vcpu);
void vmh_vcpu_set_nmis(struct vmh_vcpu *vcpu, unsigned int nr);
void vmh_vcpu_take_nmis(struct vmh_vcpu *vcpu);

#endif /* VMH_NMI_H */
