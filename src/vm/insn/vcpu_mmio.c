// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions that are executed here in the guest's place. One that touched device memory, which
 * is an EPT violation where no slot is, is fetched and decoded first. Their accesses go to the
 * controllers, eventfds and rings in the kernel, or to userspace.
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/trapnr.h>

#include "guest_memory.h"
#include "irq.h"
#include "pio.h"
#include "vm_insn.h"
#include "vmx_guest.h"

static int vmh_emul_seg_linear(void *ctx, unsigned int seg, u64 offset, unsigned int len,
			       unsigned int access, u64 *linear, struct guest_fault *fault)
{
	return vmh_guest_seg_linear(ctx, seg, offset, len, access, linear, fault);
}

/*
 * The processor has just translated one address of the instruction's, and checked the right to it.
 * Any other in the same page, for the same kind of access, leads to the same page.
 */
static bool vmh_exit_translates(const struct vmh_vcpu *vcpu, u64 linear, unsigned int access)
{
	const struct vmx_ept_fault *fault = &vcpu->vmx.fault;

	return vcpu->emul_fresh && fault->linear_valid && !fault->table_walk &&
	       (linear ^ fault->linear) >> PAGE_SHIFT == 0 &&
	       (fault->write || !(access & GUEST_ACCESS_WRITE)) &&
	       !(access & (GUEST_ACCESS_FETCH | GUEST_ACCESS_IMPLICIT));
}

static int vmh_emul_translate(void *ctx, u64 linear, unsigned int access, u64 *gpa,
			      struct guest_fault *fault)
{
	const struct vmh_vcpu *vcpu = ctx;

	if (likely(vmh_exit_translates(vcpu, linear, access))) {
		*gpa = (vcpu->vmx.fault.gpa & PAGE_MASK) | offset_in_page(linear);
		return 0;
	}
	return vmh_guest_translate(ctx, linear, access, gpa, fault);
}

/* -EFAULT is the emulator's word for a fault of the guest; the VMM's missing page is not one. */
static int vmh_emul_memory_result(int ret)
{
	return ret == -EFAULT ? -EIO : ret;
}

static int vmh_emul_read(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	struct vmh_vcpu *vcpu = ctx;

	return vmh_emul_memory_result(vmh_mem_read(vcpu->vm, gpa, buf, len));
}

static int vmh_emul_write(void *ctx, u64 gpa, const void *buf, unsigned int len)
{
	struct vmh_vcpu *vcpu = ctx;

	return vmh_emul_memory_result(vmh_mem_write(vcpu->vm, gpa, buf, len));
}

static int vmh_emul_cmpxchg(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	struct vmh_vcpu *vcpu = ctx;

	return vmh_emul_memory_result(vmh_mem_cmpxchg(vcpu->vm, gpa, old, new, len));
}

static int vmh_emul_vec_get(void *ctx, unsigned int reg, u8 *data, unsigned int len)
{
	return vmx_vec_get(reg, data, len);
}

static int vmh_emul_vec_set(void *ctx, unsigned int reg, const u8 *data, bool vex)
{
	return vmx_vec_set(reg, data, vex);
}

static const struct emul_ops vmh_emul_ops = {
	.seg_linear = vmh_emul_seg_linear,
	.translate = vmh_emul_translate,
	.read = vmh_emul_read,
	.write = vmh_emul_write,
	.compare_exchange = vmh_emul_cmpxchg,
	.vec_get = vmh_emul_vec_get,
	.vec_set = vmh_emul_vec_set,
	.sys_get = vmh_guest_sys_get,
	.sys_set = vmh_guest_sys_set,
};

/**
 * vmh_vcpu_internal_error() - tell userspace that the guest cannot go on
 * @vcpu: the vCPU.
 * @suberror: KVM_INTERNAL_ERROR_*.
 *
 * Return: 0: exit to userspace.
 */
int vmh_vcpu_internal_error(struct vmh_vcpu *vcpu, u32 suberror)
{
	struct kvm_run *run = vcpu->run;

	run->exit_reason = KVM_EXIT_INTERNAL_ERROR;
	run->internal.suberror = suberror;
	run->internal.ndata = 0;
	return 0;
}

/*
 * The bytes that could not be executed go with the exit. A program of the guest's must not end the
 * guest: at CPL 3 it gets #UD, unless the VMM wants to know of it all.
 */
static int vmh_emulation_failed(struct vmh_vcpu *vcpu, const u8 *bytes, unsigned int len)
{
	struct kvm_run *run = vcpu->run;

	if (!READ_ONCE(vcpu->vm->exit_on_emulation_failure) && vmx_guest_cpl() == 3) {
		vmx_inject_ud(&vcpu->vmx);
		return 1;
	}
	vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
	if (!len)
		return 0;
	run->emulation_failure.ndata = 3;
	run->emulation_failure.flags = KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
	run->emulation_failure.insn_size = len;
	memset(run->emulation_failure.insn_bytes, 0x90,
	       sizeof(run->emulation_failure.insn_bytes));
	memcpy(run->emulation_failure.insn_bytes, bytes, len);
	return 0;
}

/* It was decoded, and then could not go on. */
static int vmh_emulation_failed_later(struct vmh_vcpu *vcpu)
{
	struct guest_fault fault;
	u8 bytes[INSN_MAX_BYTES];
	unsigned int len = 0;

	if (vmh_guest_fetch(vcpu, bytes, &len, &fault))
		len = 0;
	return vmh_emulation_failed(vcpu, bytes, len);
}

static void vmh_emul_load_regs(const struct vmh_vcpu *vcpu, struct emul_regs *regs)
{
	memcpy(regs->gpr, vcpu->vmx.gpr, sizeof(regs->gpr));
	regs->gpr[VMX_RSP] = vmx_guest_rsp();
	regs->rip = vmx_guest_rip();
	regs->rflags = vmx_guest_rflags();
}

/* AC is hardly ever set: then nothing more is read. */
static bool vmh_emul_checks_alignment(const struct vmh_vcpu *vcpu)
{
	return (vcpu->emul.regs.rflags & X86_EFLAGS_AC) && vmx_guest_cpl() == 3 &&
	       (vmx_real_cr0() & X86_CR0_AM);
}

static void vmh_emul_store_regs(struct vmh_vcpu *vcpu, const struct emul_regs *regs)
{
	memcpy(vcpu->vmx.gpr, regs->gpr, sizeof(regs->gpr));
	vmx_set_guest_rsp(regs->gpr[VMX_RSP]);
	vmx_set_guest_rip(regs->rip);
	vmx_set_guest_rflags(regs->rflags);
	vmx_end_guest_shadow();
}

static bool vmh_mmio_in_kernel(struct vmh_vcpu *vcpu, bool write)
{
	struct emul_access *access = &vcpu->emul.access;

	return vmh_apic_mmio_access(vcpu, access->gpa, access->len, access->data, write) ||
	       vmh_irqchip_mmio(vcpu->vm, access->gpa, access->len, access->data, write) ||
	       (write && vmh_io_write(vcpu->vm, VMH_IO_MEMORY, access->gpa, access->len,
				      access->data));
}

/* As vmh_vcpu_io_in_kernel() for IN and OUT; but this is outside a turn, where locks may sleep. */
static bool vmh_port_in_kernel(struct vmh_vcpu *vcpu, bool write)
{
	struct emul_access *access = &vcpu->emul.access;
	u32 value = 0;

	memcpy(&value, access->data, access->len);
	if (!vmh_irqchip_port(vcpu, access->port, access->len, !write, &value))
		return write && vmh_io_write(vcpu->vm, VMH_IO_PORTS, access->port, access->len,
					     access->data);
	if (!write)
		memcpy(access->data, &value, access->len);
	return true;
}

static bool vmh_emul_in_kernel(struct vmh_vcpu *vcpu, int result)
{
	switch (result) {
	case EMUL_MMIO_READ:
	case EMUL_MMIO_WRITE:
		return vmh_mmio_in_kernel(vcpu, result == EMUL_MMIO_WRITE);
	default:
		return vmh_port_in_kernel(vcpu, result == EMUL_PORT_WRITE);
	}
}

static void vmh_mmio_to_user(struct vmh_vcpu *vcpu, bool write)
{
	const struct emul_access *access = &vcpu->emul.access;
	struct kvm_run *run = vcpu->run;

	run->exit_reason = KVM_EXIT_MMIO;
	run->mmio.phys_addr = access->gpa;
	run->mmio.len = access->len;
	run->mmio.is_write = write;
	memset(run->mmio.data, 0, sizeof(run->mmio.data));
	if (write)
		memcpy(run->mmio.data, access->data, access->len);
	vcpu->completion = VMH_COMPLETE_MMIO;
	vcpu->completion_rip = vmx_linear_rip(&vcpu->vmx);
}

static void vmh_port_to_user(struct vmh_vcpu *vcpu, bool write)
{
	const struct emul_access *access = &vcpu->emul.access;
	const struct vmx_io io = { .port = access->port, .size = access->len, .in = !write };

	if (write)
		memcpy(vmh_pio_data(vcpu), access->data, access->len);
	vmh_pio_to_user(vcpu, &io, 1, VMH_COMPLETE_PORT);
}

/*
 * Userspace may read the registers, write what it read, or keep the guest's state in this exit:
 * what a string instruction has moved counts as done.
 */
static int vmh_emul_to_user(struct vmh_vcpu *vcpu, int result)
{
	if (unlikely(vcpu->emul.items))
		vmh_emul_store_regs(vcpu, &vcpu->emul.regs);
	vcpu->emul_write = result == EMUL_MMIO_WRITE || result == EMUL_PORT_WRITE;
	if (result == EMUL_MMIO_READ || result == EMUL_MMIO_WRITE)
		vmh_mmio_to_user(vcpu, vcpu->emul_write);
	else
		vmh_port_to_user(vcpu, vcpu->emul_write);
	return 0;
}

/* MOV and POP hold interrupts back until the next instruction, which loads SP. LSS loads both. */
static bool vmh_emul_loads_ss(const struct insn *insn)
{
	return insn->dst.kind == INSN_OPERAND_SYS && insn->dst.reg == INSN_SYS_SS;
}

/*
 * A page walk marks entries as accessed and dirty, and with such marks in the EPT each of its reads
 * counts as a write. What it was for matters no more: not the instruction is to blame.
 */
static bool vmh_note_page_table(const struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	const struct vmx_ept_fault *fault = &vcpu->vmx.fault;

	if (!fault->table_walk)
		return false;
	vm_error_field(err, VMH_E_PAGE_TABLE, VM_ERROR_NO_OFFSET, "gpa", fault->gpa, 0);
	return true;
}

/* Until the instruction is done, or an access has to go to userspace. @err: NULL after its exit. */
static int vmh_emul_run(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	struct emul *emul = &vcpu->emul;
	int result;

	for (;;) {
		result = emul_step(emul);
		switch (result) {
		case EMUL_DONE:
			vmh_emul_store_regs(vcpu, &emul->regs);
			if (emul->steps)
				vmx_guest_step_is_due();
			if (unlikely(vmh_emul_loads_ss(&emul->insn)))
				vmx_begin_guest_mov_ss_shadow();
			return 1;
		case EMUL_FAULT:
			vmh_emul_store_regs(vcpu, &emul->regs);
			vmh_guest_inject_fault(vcpu, &emul->fault);
			return 1;
		case EMUL_MMIO_READ:
		case EMUL_MMIO_WRITE:
		case EMUL_PORT_READ:
		case EMUL_PORT_WRITE:
			if (!vmh_emul_in_kernel(vcpu, result))
				return vmh_emul_to_user(vcpu, result);
			break;
		default:
			/* A string instruction may have moved some items. */
			vmh_emul_store_regs(vcpu, &emul->regs);
			if (err && vmh_note_page_table(vcpu, err))
				return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
			return vmh_emulation_failed_later(vcpu);
		}
	}
}

/*
 * Fetch and decode at RIP. Returns 0, an errno when it cannot be done, or 1 when the guest is to be
 * entered: with a fault, or just again because its page tables changed meanwhile.
 */
static int vmh_emul_decode(struct vmh_vcpu *vcpu, u8 *bytes, unsigned int *len)
{
	struct guest_fault fault = {};
	struct insn_mode mode;
	int ret = vmh_guest_fetch(vcpu, bytes, len, &fault);

	if (ret == -EAGAIN)
		return 1;
	if (!ret) {
		vmh_guest_insn_mode(vcpu, &mode);
		ret = insn_decode(bytes, *len, &mode, &vcpu->emul.insn);
		if (ret == -EINVAL || ret == -E2BIG) {
			vmx_inject_exception(&vcpu->vmx, ret == -EINVAL ? X86_TRAP_UD : X86_TRAP_GP,
					     ret == -E2BIG, 0);
			return 1;
		}
		/* It goes on in the next page, which could not be fetched from. */
		if (ret == -EAGAIN && fault.vector)
			ret = -EFAULT;
	}
	if (ret != -EFAULT)
		return ret;
	vmh_guest_inject_fault(vcpu, &fault);
	return 1;
}

static int vmh_emul_start(struct vmh_vcpu *vcpu, bool fresh)
{
	vcpu->emul_fresh = fresh;
	vmh_emul_load_regs(vcpu, &vcpu->emul.regs);
	vcpu->emul.check_alignment = vmh_emul_checks_alignment(vcpu);
	return emul_start(&vcpu->emul, &vmh_emul_ops, vcpu);
}

/**
 * vmh_vcpu_emulate() - execute the instruction that vcpu->emul.insn describes
 * @vcpu: the vCPU, loaded; RIP is at the instruction, which the guest is allowed to execute.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace.
 */
int vmh_vcpu_emulate(struct vmh_vcpu *vcpu)
{
	if (vmh_emul_start(vcpu, false))
		return vmh_emulation_failed_later(vcpu);
	return vmh_emul_run(vcpu, NULL);
}

/**
 * vmh_vcpu_mmio() - execute an instruction that touched device memory
 * @vcpu: the vCPU, loaded, in the exit VMX_EPT_FAULT.
 * @err: why it failed.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace.
 */
int vmh_vcpu_mmio(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	const struct insn *known;
	u8 bytes[INSN_MAX_BYTES];
	unsigned int len = 0;
	int ret = 0;

	/* The processor's own access, for an event or a page walk, is no instruction's. */
	if (vmx_event_pending(&vcpu->vmx)) {
		vmh_note_page_table(vcpu, err);
		return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_DELIVERY_EV);
	}
	known = vmh_insn_cached(vcpu);
	if (known)
		vcpu->emul.insn = *known;
	else
		ret = vmh_emul_decode(vcpu, bytes, &len);
	if (ret > 0)
		return 1;
	if (ret || vmh_emul_start(vcpu, true)) {
		if (vmh_note_page_table(vcpu, err))
			return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
		return vmh_emulation_failed(vcpu, bytes, len);
	}
	if (len == INSN_MAX_BYTES)
		vmh_insn_keep(vcpu, bytes, &vcpu->emul.insn);
	return vmh_emul_run(vcpu, err);
}

/**
 * vmh_vcpu_descriptor() - execute an instruction that reads or loads a descriptor-table register
 * @vcpu: the vCPU, loaded, in the exit VMX_DESCRIPTOR.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace.
 */
int vmh_vcpu_descriptor(struct vmh_vcpu *vcpu)
{
	u8 bytes[INSN_MAX_BYTES];
	unsigned int len = 0;
	int ret = vmh_emul_decode(vcpu, bytes, &len);

	if (ret > 0)
		return 1;
	if (ret || vmh_emul_start(vcpu, false))
		return vmh_emulation_failed(vcpu, bytes, len);
	return vmh_emul_run(vcpu, NULL);
}

/**
 * vmh_vcpu_regs_changed() - userspace has written the general registers
 * @vcpu: the vCPU, loaded.
 *
 * An instruction whose access is with userspace goes on with them, if it is still at RIP.
 */
void vmh_vcpu_regs_changed(struct vmh_vcpu *vcpu)
{
	if (vcpu->completion == VMH_COMPLETE_MMIO || vcpu->completion == VMH_COMPLETE_PORT)
		vmh_emul_load_regs(vcpu, &vcpu->emul.regs);
}

/**
 * vmh_vcpu_emulate_on() - go on with the instruction after userspace's answer
 * @vcpu: the vCPU, loaded.
 * @completion: which access of the instruction's was with userspace.
 *
 * Return: as vmh_vcpu_emulate().
 */
int vmh_vcpu_emulate_on(struct vmh_vcpu *vcpu, enum vmh_completion completion)
{
	struct emul_access *access = &vcpu->emul.access;
	const void *answer = completion == VMH_COMPLETE_PORT ? vmh_pio_data(vcpu) :
							       vcpu->run->mmio.data;

	vcpu->emul_fresh = false;
	if (!vcpu->emul_write)
		memcpy(access->data, answer, access->len);
	return vmh_emul_run(vcpu, NULL);
}
