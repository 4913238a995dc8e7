/* SPDX-License-Identifier: GPL-2.0 */
/* Getting the attention of a vCPU's thread. */
#ifndef VMH_KICK_H
#define VMH_KICK_H

#include "vcpu.h"

void vmh_vcpu_kick(struct vmh_vcpu *vcpu);
void vmh_vcpu_notify(struct vmh_vcpu *vcpu);
void vmh_vcpu_interrupt_fault(struct vmh_vcpu *vcpu);
void vmh_vcpu_request(struct vmh_vcpu *vcpu, enum vmh_request request);
bool vmh_vcpu_must_leave(struct vmh_vcpu *vcpu);

#endif /* VMH_KICK_H */
