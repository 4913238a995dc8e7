// SPDX-License-Identifier: GPL-2.0
/* What to do when a vCPU comes back from the guest: a function for each exit reason. */
#include <inttypes.h>

#include "dump.h"
#include "error.h"
#include "exit.h"
#include "limit.h"
#include "message.h"
#include "vcpu.h"
#include "vm.h"
#include "vmhctl.h"

/* Set in the exit reason when VM entry failed (SDM, "VM Entries"). */
#define ENTRY_FAILED		(1u << 31)
#define REASON_GUEST_STATE	33
#define REASON_MSR_LOADING	34
#define REASON_MACHINE_CHECK	41

/**
 * struct exit_kind - how an exit reason is handled
 * @name: for --stats and messages.
 * @handle: returns whether the vCPU goes on.
 */
struct exit_kind {
	const char *name;
	bool (*handle)(struct vcpu *vcpu);
};

/* Say that the guest failed, if nothing ended the VM before. Returns false, as handlers do. */
static bool guest_failed(struct vcpu *vcpu, const char *what)
{
	if (vm_end(vcpu->vm, VMHCTL_GUEST_FAILED)) {
		complain("vCPU %u: %s", vcpu->id, what);
		dump_registers(vcpu);
	}
	return false;
}

static bool exit_io(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint8_t *data = (uint8_t *)run + run->io.data_offset;
	struct io_bus *bus = &vcpu->vm->ports;

	/* More than one item is a string instruction. */
	for (uint32_t i = 0; i < run->io.count; i++, data += run->io.size) {
		if (run->io.direction == KVM_EXIT_IO_OUT)
			io_bus_write(bus, run->io.port, data, run->io.size);
		else
			io_bus_read(bus, run->io.port, data, run->io.size);
	}
	return true;
}

static bool exit_mmio(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	struct io_bus *bus = &vcpu->vm->mmio;

	if (run->mmio.is_write)
		io_bus_write(bus, run->mmio.phys_addr, run->mmio.data, run->mmio.len);
	else
		io_bus_read(bus, run->mmio.phys_addr, run->mmio.data, run->mmio.len);
	return true;
}

/* Comes only without interrupt controllers: nothing can wake this vCPU. */
static bool exit_hlt(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;

	if (atomic_fetch_add(&vm->halted, 1) + 1 == vm->config.cpus)
		vm_end(vm, VMHCTL_OK);
	return false;
}

static bool exit_shutdown(struct vcpu *vcpu)
{
	return guest_failed(vcpu, "triple fault");
}

static const char *entry_failure(uint64_t reason)
{
	if (!(reason & ENTRY_FAILED))
		return "the processor refused the VM entry instruction";
	switch ((uint16_t)reason) {
	case REASON_GUEST_STATE:
		return "invalid guest state";
	case REASON_MSR_LOADING:
		return "an MSR could not be loaded";
	case REASON_MACHINE_CHECK:
		return "machine check";
	default:
		return "unknown reason";
	}
}

static bool exit_fail_entry(struct vcpu *vcpu)
{
	uint64_t reason = vcpu->run->fail_entry.hardware_entry_failure_reason;

	if (!vm_end(vcpu->vm, VMHCTL_GUEST_FAILED))
		return false;
	complain("vCPU %u: VM entry failed: %s (hardware reason %#" PRIx64 ", processor %u)",
		 vcpu->id, entry_failure(reason), reason, vcpu->run->fail_entry.cpu);
	error_entry(vcpu->vm->dev, vcpu->fd);
	dump_registers(vcpu);
	return false;
}

static bool exit_internal(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint32_t ndata = run->internal.ndata;

	if (!vm_end(vcpu->vm, VMHCTL_GUEST_FAILED))
		return false;
	complain("vCPU %u: internal error %u in the kernel", vcpu->id, run->internal.suberror);
	for (uint32_t i = 0; i < ndata && i < ARRAY_SIZE(run->internal.data); i++)
		complain("  data[%u] = %#llx", i, run->internal.data[i]);
	error_record(vcpu->vm->dev, vcpu->fd);
	dump_registers(vcpu);
	return false;
}

static bool exit_unknown(struct vcpu *vcpu)
{
	if (!vm_end(vcpu->vm, VMHCTL_GUEST_FAILED))
		return false;
	complain("vCPU %u: VM exit that the kernel does not handle: hardware reason %#llx",
		 vcpu->id, vcpu->run->hw.hardware_exit_reason);
	error_record(vcpu->vm->dev, vcpu->fd);
	dump_registers(vcpu);
	return false;
}

/* A signal, or news that nobody here waits for. */
static bool exit_go_on(struct vcpu *vcpu)
{
	(void)vcpu;
	return true;
}

static bool exit_system_event(struct vcpu *vcpu)
{
	switch (vcpu->run->system_event.type) {
	case KVM_SYSTEM_EVENT_SHUTDOWN:
	case KVM_SYSTEM_EVENT_RESET:
		vm_end(vcpu->vm, VMHCTL_OK);
		return false;
	default:
		return guest_failed(vcpu, "the guest crashed");
	}
}

static const struct exit_kind exit_kinds[EXIT_KINDS - 1] = {
	[KVM_EXIT_UNKNOWN]	  = { "unknown", exit_unknown },
	[KVM_EXIT_IO]		  = { "io", exit_io },
	[KVM_EXIT_HLT]		  = { "hlt", exit_hlt },
	[KVM_EXIT_MMIO]		  = { "mmio", exit_mmio },
	[KVM_EXIT_IRQ_WINDOW_OPEN] = { "irq_window_open", exit_go_on },
	[KVM_EXIT_SHUTDOWN]	  = { "shutdown", exit_shutdown },
	[KVM_EXIT_FAIL_ENTRY]	  = { "fail_entry", exit_fail_entry },
	[KVM_EXIT_INTR]		  = { "intr", exit_go_on },
	[KVM_EXIT_SET_TPR]	  = { "set_tpr", exit_go_on },
	[KVM_EXIT_INTERNAL_ERROR] = { "internal_error", exit_internal },
	[KVM_EXIT_SYSTEM_EVENT]	  = { "system_event", exit_system_event },
};

/* The name of a counter of struct vcpu; NULL when no such exit can be counted. */
const char *exit_name(unsigned int kind)
{
	if (kind == EXIT_KINDS - 1)
		return "other";
	return exit_kinds[kind].name;
}

static bool exit_other(struct vcpu *vcpu)
{
	if (vcpu->run->exit_reason == VMH_EXIT_RESOURCE)
		return limit_reached(vcpu, (const void *)&vcpu->run->hw);
	if (!vm_end(vcpu->vm, VMHCTL_GUEST_FAILED))
		return false;
	complain("vCPU %u: exit reason %#x is unknown to vmhctl", vcpu->id,
		 vcpu->run->exit_reason);
	dump_registers(vcpu);
	return false;
}

/**
 * exit_handle() - do what the guest's exit asks for
 * @vcpu: has just left the guest.
 *
 * Context: the vCPU's thread.
 *
 * Return: whether the vCPU goes on.
 */
bool exit_handle(struct vcpu *vcpu)
{
	uint32_t reason = vcpu->run->exit_reason;

	if (reason >= ARRAY_SIZE(exit_kinds) || !exit_kinds[reason].handle) {
		vcpu->exits[EXIT_KINDS - 1]++;
		return exit_other(vcpu);
	}
	vcpu->exits[reason]++;
	return exit_kinds[reason].handle(vcpu);
}
