// SPDX-License-Identifier: GPL-2.0
/*
 * INS and OUTS. As many items at once as lie in one page of the guest's memory move between that
 * and the port data page, if the port is userspace's. If it is not, or memory is a device's, the
 * emulator executes the instruction, item by item.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "guest_memory.h"
#include "irq.h"
#include "pio.h"
#include "string_io.h"
#include "vm_insn.h"
#include "vmx_guest.h"

static void vmh_string_init(struct vmh_vcpu *vcpu, struct string_io *string)
{
	const struct vmx_io *io = &vcpu->vmx.io;

	*string = (struct string_io) {
		.item_bytes = io->size,
		.addr_bytes = io->address_size,
		.rep = io->rep,
		.down = vmx_guest_rflags() & X86_EFLAGS_DF,
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

/* The processor has found that the guest may access the port. */
static int vmh_string_emulate(struct vmh_vcpu *vcpu, const struct string_io *string)
{
	const struct vmx_io *io = &vcpu->vmx.io;
	struct insn_mode mode;

	vmh_guest_insn_mode(vcpu, &mode);
	string_io_insn(string, io->in, io->segment, io->len, &mode, &vcpu->emul.insn);
	return vmh_vcpu_emulate(vcpu);
}

/* Nobody has to look at each item: not the kernel, not a debugger, no check of alignment. */
static bool vmh_string_is_for_user(struct vmh_vcpu *vcpu)
{
	const struct vmx_io *io = &vcpu->vmx.io;

	if (vmx_guest_rflags() & (X86_EFLAGS_TF | X86_EFLAGS_AC))
		return false;
	if (vmh_irqchip_has_port(vcpu->vm, io->port, io->size))
		return false;
	return io->in || !vmh_io_watches(vcpu->vm, VMH_IO_PORTS, io->port, io->size);
}

static bool vmh_string_can_write(struct vmh_vcpu *vcpu)
{
	const struct vmh_string *s = &vcpu->string;
	int i;

	for (i = 0; i < 2 && s->bytes[i]; i++)
		if (!vmh_mem_hva(vcpu->vm, s->gpa[i], true))
			return false;
	return true;
}

/*
 * Find the chunk's memory, and read it for OUTS. For INS, whether it can be written is found out
 * here, before userspace takes items out of the device. Returns 0; -ENXIO where memory is none, or
 * not the guest's to touch; -EFAULT when the VMM has nothing there.
 */
static int vmh_string_prepare(struct vmh_vcpu *vcpu, const struct string_io *string,
			      struct string_io_chunk *chunk)
{
	struct guest_fault fault;
	int ret;

	if (vmh_string_check_segment(vcpu, string, chunk, &fault) ||
	    vmh_string_translate(vcpu, chunk, &fault))
		return -ENXIO;
	if (vcpu->vmx.io.in)
		return vmh_string_can_write(vcpu) ? 0 : -ENXIO;
	ret = vmh_string_copy(vcpu, false);
	if (!ret)
		vmh_string_reverse(vcpu, string);
	return ret;
}

/**
 * vmh_vcpu_string_io() - settle the exit VMX_IO of INS or OUTS
 * @vcpu: the vCPU, loaded.
 *
 * What keeps a chunk from going to userspace is for the emulator to find again, faults included.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace.
 */
int vmh_vcpu_string_io(struct vmh_vcpu *vcpu)
{
	const struct vmx_io *io = &vcpu->vmx.io;
	struct string_io_chunk chunk;
	struct string_io string;
	int ret;

	vmh_string_init(vcpu, &string);
	if (!vmh_string_is_for_user(vcpu))
		return vmh_string_emulate(vcpu, &string);
	string_io_plan(&string, vcpu->vmx.gpr[VMX_RCX], *vmh_string_index(vcpu), io->linear,
		       PAGE_SIZE, &chunk);
	if (!chunk.items)
		return vmh_string_advance(vcpu, &string, 0);
	ret = vmh_string_prepare(vcpu, &string, &chunk);
	if (ret == -ENXIO)
		return vmh_string_emulate(vcpu, &string);
	if (ret)
		return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
	vmh_pio_to_user(vcpu, io, chunk.items, VMH_COMPLETE_STRING);
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

/**
 * vmh_vcpu_string_complete() - userspace has moved the items
 * @vcpu: the vCPU, loaded.
 *
 * Put them into memory, if they came from the port, and go on.
 *
 * Context: its thread, may sleep.
 *
 * Return: as vmh_vcpu_string_io().
 */
int vmh_vcpu_string_complete(struct vmh_vcpu *vcpu)
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
