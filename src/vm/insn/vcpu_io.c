// SPDX-License-Identifier: GPL-2.0
/* Port I/O of IN and OUT: to the in-kernel controllers, eventfds and rings, or to userspace. */
#include "irq.h"
#include "pio.h"
#include "raw_section.h"
#include "vm_insn.h"

/**
 * vmh_io_set_accumulator() - what IN read
 * @vcpu: the vCPU.
 * @value: the value.
 * @size: its bytes: IN changes AL or AX, or all of RAX.
 */
void vmh_io_set_accumulator(struct vmh_vcpu *vcpu, u32 value, unsigned int size)
{
	u64 *rax = &vcpu->vmx.gpr[VMX_RAX];

	if (size == 1)
		*rax = (*rax & ~0xffULL) | (u8)value;
	else if (size == 2)
		*rax = (*rax & ~0xffffULL) | (u16)value;
	else
		*rax = value;
}

/* A write that an eventfd is told of, or that is kept: either takes a spinlock. */
static bool vmh_io_watched_write(struct vmh_vcpu *vcpu, const void *value)
{
	const struct vmx_io *io = &vcpu->vmx.io;

	return !io->in && vmh_io_write(vcpu->vm, VMH_IO_PORTS, io->port, io->size, value);
}

/**
 * vmh_vcpu_io_in_kernel() - settle a port access without userspace, if possible
 * @vcpu: the vCPU, in the exit VMX_IO.
 *
 * Where spinlocks may sleep, writes that somebody watches wait for vmh_vcpu_io().
 *
 * Context: its thread, in a turn.
 *
 * Return: whether it is settled.
 */
bool vmh_vcpu_io_in_kernel(struct vmh_vcpu *vcpu)
{
	const struct vmx_io *io = &vcpu->vmx.io;
	u32 value = vcpu->vmx.gpr[VMX_RAX];

	if (io->string)
		return false;
	if (!vmh_irqchip_port(vcpu, io->port, io->size, io->in, &value) &&
	    (VMH_SPINLOCKS_WAIT || !vmh_io_watched_write(vcpu, &value)))
		return false;
	if (io->in)
		vmh_io_set_accumulator(vcpu, value, io->size);
	vmx_skip_instruction(&vcpu->vmx);
	return true;
}

/**
 * vmh_vcpu_io() - settle the exit VMX_IO
 * @vcpu: the vCPU, loaded.
 * @err: why it failed.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace.
 */
int vmh_vcpu_io(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	const struct vmx_io *io = &vcpu->vmx.io;

	if (io->string)
		return vmh_vcpu_string_io(vcpu);
	if (VMH_SPINLOCKS_WAIT && vmh_io_watched_write(vcpu, &vcpu->vmx.gpr[VMX_RAX])) {
		vmx_skip_instruction(&vcpu->vmx);
		return 1;
	}
	if (io->in) {
		vmh_pio_to_user(vcpu, io, 1, VMH_COMPLETE_IN);
	} else {
		memcpy(vmh_pio_data(vcpu), &vcpu->vmx.gpr[VMX_RAX], io->size);
		vmh_pio_to_user(vcpu, io, 1, VMH_COMPLETE_OUT);
	}
	return 0;
}
