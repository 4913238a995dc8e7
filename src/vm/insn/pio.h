/* SPDX-License-Identifier: GPL-2.0 */
/* Port accesses as the run page tells userspace of them, with their data in a page behind it. */
#ifndef VMH_PIO_H
#define VMH_PIO_H

#include "vcpu.h"
#include "vmx_guest.h"

/**
 * vmh_pio_data() - where the data of port accesses is
 * @vcpu: the vCPU.
 *
 * Return: a page, shared with userspace.
 */
static inline void *vmh_pio_data(struct vmh_vcpu *vcpu)
{
	return (u8 *)vcpu->run + VMH_RUN_PIO_PAGE * PAGE_SIZE;
}

/**
 * vmh_pio_to_user() - tell userspace of accesses to a port
 * @vcpu: the vCPU, loaded; what is written is in vmh_pio_data().
 * @io: the access.
 * @count: how many.
 * @completion: what to do with the answer.
 */
static inline void vmh_pio_to_user(struct vmh_vcpu *vcpu, const struct vmx_io *io, u32 count,
				   enum vmh_completion completion)
{
	struct kvm_run *run = vcpu->run;

	run->exit_reason = KVM_EXIT_IO;
	run->io.direction = io->in ? KVM_EXIT_IO_IN : KVM_EXIT_IO_OUT;
	run->io.size = io->size;
	run->io.port = io->port;
	run->io.count = count;
	run->io.data_offset = VMH_RUN_PIO_PAGE * PAGE_SIZE;
	vcpu->completion = completion;
	vcpu->completion_rip = vmx_linear_rip(&vcpu->vmx);
}

#endif /* VMH_PIO_H */
