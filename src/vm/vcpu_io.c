// SPDX-License-Identifier: GPL-2.0
/*
 * Port I/O: to the in-kernel controllers, or to userspace through the run page and the port data
 * page behind it. String instructions move items between guest memory and that page, as many at
 * once as lie in one page of the guest's.
 */
#include <linux/mm.h>

#include "irqchip.h"
#include "raw_section.h"
#include "string_io.h"
#include "vcpu.h"

static void *vmh_pio_data(struct vmh_vcpu *vcpu)
{
	return (u8 *)vcpu->run + VMH_RUN_PIO_PAGE * PAGE_SIZE;
}

/* IN changes AL or AX, or all of RAX. */
static void vmh_io_set_accumulator(struct vmh_vcpu *vcpu, u32 value, unsigned int size)
{
	u64 *rax = &vcpu->vmx.gpr[VMX_RAX];

	if (size == 4)
		*rax = value;
	else
		memcpy(rax, &value, size);
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

static void vmh_io_to_user(struct vmh_vcpu *vcpu, u32 count, enum vmh_completion completion)
{
	const struct vmx_io *io = &vcpu->vmx.io;
	struct kvm_run *run = vcpu->run;

	run->exit_reason = KVM_EXIT_IO;
	run->io.direction = io->in ? KVM_EXIT_IO_IN : KVM_EXIT_IO_OUT;
	run->io.size = io->size;
	run->io.port = io->port;
	run->io.count = count;
	run->io.data_offset = VMH_RUN_PIO_PAGE * PAGE_SIZE;
	vcpu->completion = completion;
	vcpu->completion_rip = vmx_linear_rip();
}

static void vmh_string_init(struct vmh_vcpu *vcpu, struct string_io *string)
{
	const struct vmx_io *io = &vcpu->vmx.io;

	*string = (struct string_io) {
		.item_bytes = io->size,
		.addr_bytes = io->address_size,
		.rep = io->rep,
		.down = vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_DF,
	};
}

static u64 *vmh_string_index(struct vmh_vcpu *vcpu)
{
	return &vcpu->vmx.gpr[vcpu->vmx.io.in ? VMX_RDI : VMX_RSI];
}

/* Check the segment for all of the chunk, or for one item if that is too much for it. */
static int vmh_string_check_segment(struct vmh_vcpu *vcpu, const struct string_io *string,
				    struct string_io_chunk *chunk, struct guest_fault *fault)
{
	const struct vmx_io *io = &vcpu->vmx.io;
	unsigned int access = io->in ? GUEST_ACCESS_WRITE : 0;
	u64 offset = string_io_offset(string, *vmh_string_index(vcpu));
	u64 first = string->down ? offset - chunk->bytes + io->size : offset;
	int ret;

	ret = vmh_guest_seg_linear(vcpu, io->segment, first, chunk->bytes, access,
				   &chunk->linear, fault);
	if (ret && chunk->items > 1) {
		chunk->items = 1;
		chunk->bytes = io->size;
		ret = vmh_guest_seg_linear(vcpu, io->segment, offset, io->size, access,
					   &chunk->linear, fault);
	}
	return ret;
}

/* A chunk is in one page but for a single item that may cross into the next. */
static int vmh_string_translate(struct vmh_vcpu *vcpu, const struct string_io_chunk *chunk,
				struct guest_fault *fault)
{
	struct vmh_string *s = &vcpu->string;
	unsigned int access = vcpu->vmx.io.in ? GUEST_ACCESS_WRITE : 0;
	int ret;

	s->items = chunk->items;
	s->bytes[0] = min_t(u32, chunk->bytes, PAGE_SIZE - offset_in_page(chunk->linear));
	s->bytes[1] = chunk->bytes - s->bytes[0];
	ret = vmh_guest_translate(vcpu, chunk->linear, access, &s->gpa[0], fault);
	if (ret || !s->bytes[1])
		return ret;
	return vmh_guest_translate(vcpu, chunk->linear + s->bytes[0], access, &s->gpa[1], fault);
}

/* Between guest memory and the port data page. */
static int vmh_string_copy(struct vmh_vcpu *vcpu, bool write)
{
	const struct vmh_string *s = &vcpu->string;
	u8 *data = vmh_pio_data(vcpu);
	int i, ret;

	for (i = 0; i < 2 && s->bytes[i]; i++) {
		ret = write ? vmh_mem_write(vcpu->vm, s->gpa[i], data, s->bytes[i]) :
			      vmh_mem_read(vcpu->vm, s->gpa[i], data, s->bytes[i]);
		if (ret)
			return ret;
		data += s->bytes[i];
	}
	return 0;
}

static void vmh_string_reverse(struct vmh_vcpu *vcpu, const struct string_io *string)
{
	if (string->down)
		string_io_reverse(vmh_pio_data(vcpu), string->item_bytes, vcpu->string.items);
}

static int vmh_string_advance(struct vmh_vcpu *vcpu, const struct string_io *string, u32 items)
{
	if (string_io_advance(string, items, &vcpu->vmx.gpr[VMX_RCX], vmh_string_index(vcpu)))
		vmx_skip_instruction(&vcpu->vmx);
	return 1;
}

/*
 * The next chunk. For INS, whether memory can be written is found out here, before userspace takes
 * items out of the device.
 */
static int vmh_string_io(struct vmh_vcpu *vcpu)
{
	const struct vmx_io *io = &vcpu->vmx.io;
	struct string_io_chunk chunk;
	struct string_io string;
	struct guest_fault fault;
	int ret;

	vmh_string_init(vcpu, &string);
	string_io_plan(&string, vcpu->vmx.gpr[VMX_RCX], *vmh_string_index(vcpu), io->linear,
		       PAGE_SIZE, &chunk);
	if (!chunk.items)
		return vmh_string_advance(vcpu, &string, 0);
	ret = vmh_string_check_segment(vcpu, &string, &chunk, &fault);
	if (!ret)
		ret = vmh_string_translate(vcpu, &chunk, &fault);
	if (ret == -EFAULT) {
		vmh_guest_inject_fault(vcpu, &fault);
		return 1;
	}
	if (!ret && !io->in)
		ret = vmh_string_copy(vcpu, false);
	if (ret)
		return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
	if (!io->in)
		vmh_string_reverse(vcpu, &string);
	vmh_io_to_user(vcpu, chunk.items, VMH_COMPLETE_STRING);
	return 0;
}

/* Userspace may have lowered RCX meanwhile: the items beyond are not the instruction's any more. */
static void vmh_string_cut(struct vmh_vcpu *vcpu, u64 count)
{
	struct vmh_string *s = &vcpu->string;
	u32 bytes;

	if (likely(s->items <= count))
		return;
	s->items = count;
	bytes = s->items * vcpu->vmx.io.size;
	s->bytes[0] = min(s->bytes[0], bytes);
	s->bytes[1] = bytes - s->bytes[0];
}

/* Userspace has moved the items: put them into memory, if they came from the port, and go on. */
static int vmh_string_complete(struct vmh_vcpu *vcpu)
{
	struct string_io string;

	vmh_string_init(vcpu, &string);
	vmh_string_cut(vcpu, string_io_count(&string, vcpu->vmx.gpr[VMX_RCX]));
	if (vcpu->vmx.io.in) {
		vmh_string_reverse(vcpu, &string);
		if (vmh_string_copy(vcpu, true))
			return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
	}
	return vmh_string_advance(vcpu, &string, vcpu->string.items);
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
		return vmh_string_io(vcpu);
	if (VMH_SPINLOCKS_WAIT && vmh_io_watched_write(vcpu, &vcpu->vmx.gpr[VMX_RAX])) {
		vmx_skip_instruction(&vcpu->vmx);
		return 1;
	}
	if (io->in) {
		vmh_io_to_user(vcpu, 1, VMH_COMPLETE_IN);
	} else {
		memcpy(vmh_pio_data(vcpu), &vcpu->vmx.gpr[VMX_RAX], io->size);
		vmh_io_to_user(vcpu, 1, VMH_COMPLETE_OUT);
	}
	return 0;
}

/**
 * vmh_vcpu_complete_io() - take userspace's answer to the last exit
 * @vcpu: the vCPU, loaded.
 * @err: why it failed.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace again, or a negative errno.
 */
int vmh_vcpu_complete_io(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	enum vmh_completion completion = vcpu->completion;
	u32 value = 0;

	vcpu->completion = VMH_COMPLETE_NOTHING;
	/* Userspace has sent the vCPU elsewhere: the instruction was given up. */
	if (vmx_linear_rip() != vcpu->completion_rip)
		return 1;
	switch (completion) {
	case VMH_COMPLETE_IN:
		memcpy(&value, vmh_pio_data(vcpu), vcpu->vmx.io.size);
		vmh_io_set_accumulator(vcpu, value, vcpu->vmx.io.size);
		vmx_skip_instruction(&vcpu->vmx);
		return 1;
	case VMH_COMPLETE_OUT:
		vmx_skip_instruction(&vcpu->vmx);
		return 1;
	case VMH_COMPLETE_STRING:
		return vmh_string_complete(vcpu);
	case VMH_COMPLETE_MMIO:
		return vmh_vcpu_continue_mmio(vcpu, err);
	case VMH_COMPLETE_RDMSR:
	case VMH_COMPLETE_WRMSR:
		vmh_msr_complete(vcpu, completion == VMH_COMPLETE_WRMSR);
		return 1;
	default:
		return 1;
	}
}
