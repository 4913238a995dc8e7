// SPDX-License-Identifier: GPL-2.0
/*
 * The vCPU's thread. The outer loop, with interrupts on: state gate, requests, sleep, slow exits.
 * Inside it a turn, with interrupts off: inject, run, settle what can be settled at once, run.
 */
#include <linux/sched/signal.h>
#include <linux/vtime.h>
#include <asm/debugreg.h>
#include <asm/trapnr.h>

#include "account.h"
#include "guest_memory.h"
#include "irq.h"
#include "kick.h"
#include "lifecycle.h"
#include "raw_section.h"
#include "run.h"
#include "state.h"
#include "ticks.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmh_compat.h"
#include "vmx_guest.h"

/* How long work for the way back to userspace waits for RUN to return by itself. */
#define RESUME_WORK_DELAY	(HZ / 10)

static void vmh_vcpu_read_cr8(struct vmh_vcpu *vcpu)
{
	u64 cr8 = vmh_has_apic(vcpu) ? lapic_get_cr8(&vcpu->apic.lapic) : vcpu->cr8;

	if (vcpu->vmx.cr8_gpr == VMX_RSP)
		vmx_set_guest_rsp(cr8);
	else
		vcpu->vmx.gpr[vcpu->vmx.cr8_gpr] = cr8;
}

/* A VMM that has the APIC itself need not be told at once when the priority rises. */
static bool vmh_vcpu_write_cr8(struct vmh_vcpu *vcpu)
{
	bool lowered = vcpu->vmx.cr8 < vcpu->cr8;

	vmh_vcpu_set_cr8(vcpu, vcpu->vmx.cr8);
	return vmh_has_apic(vcpu) || !lowered;
}

static void vmh_vcpu_leave_halt(struct vmh_vcpu *vcpu)
{
	vcpu->mp_state = KVM_MP_STATE_RUNNABLE;
	vcpu->unhalted = false;
}

/*
 * HLT ends at once when something is there to wake it. A VMM that has the APIC itself decides, but
 * for a debug exception of the guest's own, which it cannot see.
 */
static bool vmh_vcpu_halt(struct vmh_vcpu *vcpu)
{
	vcpu->mp_state = KVM_MP_STATE_HALTED;
	vcpu->halted_with_if = vmx_guest_rflags() & X86_EFLAGS_IF;
	if (!vmh_has_apic(vcpu) && (vmx_single_steps(&vcpu->vmx) || !vmx_debug_pending(&vcpu->vmx)))
		return false;
	if (!vmh_vcpu_has_event(vcpu))
		return false;
	vmh_vcpu_leave_halt(vcpu);
	return true;
}

/* A VMM that has the interrupt controllers itself asks to be told when the guest can take one. */
static bool vmh_vcpu_wants_window(struct vmh_vcpu *vcpu)
{
	return unlikely(READ_ONCE(vcpu->run->request_interrupt_window)) && vcpu->user_irq < 0 &&
	       (!vmh_has_apic(vcpu) || vmh_split_accepts_pic(vcpu));
}

/*
 * Exits that need neither interrupts nor userspace. Interrupts are off.
 * Says whether the guest can be entered again.
 */
static __always_inline bool vmh_vcpu_settle(struct vmh_vcpu *vcpu, enum vmx_result result)
{
	switch (result) {
	case VMX_INTR_WINDOW:
		return !vmh_vcpu_wants_window(vcpu);
	case VMX_TAKES_EVENT:
		return true;
	case VMX_IO:
		return (vcpu->vm->irqchip || vmh_io_is_watched(&vcpu->vm->io, VMH_IO_PORTS)) &&
		       vmh_vcpu_io_in_kernel(vcpu);
	case VMX_RDMSR:
		return vmh_vcpu_rdmsr(vcpu);
	case VMX_WRMSR:
		return vmh_vcpu_wrmsr(vcpu);
	case VMX_CR8_READ:
		vmh_vcpu_read_cr8(vcpu);
		return true;
	case VMX_CR8_WRITE:
		return vmh_vcpu_write_cr8(vcpu);
	case VMX_EOI:
		vmh_apicv_eoi(vcpu);
		return true;
	case VMX_APIC_WRITE:
		vmh_apicv_write(vcpu);
		return true;
	case VMX_HYPERCALL:
		return vmh_vcpu_hypercall(vcpu);
	case VMX_HLT:
		return vmh_vcpu_halt(vcpu);
	case VMX_RESUME:
	case VMX_HOST_IRQ:
	case VMX_EPT_FAULT:
	case VMX_DESCRIPTOR:
	case VMX_DEBUG:
	case VMX_TASK_SWITCH:
	case VMX_TRIPLE_FAULT:
	case VMX_INIT_SIPI:
	case VMX_UNKNOWN:
	case VMX_MACHINE_CHECK:
	case VMX_ENTRY_FAILED:
	case VMX_PAUSE:
	case VMX_SPLIT_LOCK:
	case VMX_UNDEFINED:
		break;
	}
	return false;
}

/*
 * The kernel's accounting of time. The interrupt that ended the stay is taken before: if it was the
 * tick, the time goes to the guest. But STI, right before this, holds it back for an instruction.
 */
static __always_inline void vmh_guest_time_end(void)
{
	asm volatile("nop" : : : "memory");
	if (!vtime_accounting_enabled_this_cpu()) {
		vtime_account_guest_exit();
		return;
	}
	local_irq_disable();
	vtime_account_guest_exit();
	local_irq_enable();
}

/*
 * EOIs were offered in memory in a turn. If the answer to the last one has to wait for its page,
 * the exit has to wait for the answer.
 */
static noinline enum vmx_result vmh_vcpu_after_pv_eoi(struct vmh_vcpu *vcpu, enum vmx_result result)
{
	bool settled;

	if (likely(!vmh_pv_eoi_after_turn(vcpu)))
		return result;
	local_irq_disable();
	settled = vmh_vcpu_settle(vcpu, result);
	local_irq_enable();
	return settled ? VMX_HOST_IRQ : result;
}

/* Interrupts go off here and on again at the end. Quiet: a debugger wants no interrupts now. */
static __always_inline enum vmx_result vmh_vcpu_any_turn(struct vmh_vcpu *vcpu, const bool quiet)
{
	enum vmx_result result = VMX_HOST_IRQ;

	local_irq_disable();
	vmh_raw_section_begin();
	if (unlikely(vcpu->vmx.pml_on))
		WRITE_ONCE(vcpu->log_pending, true);
	/* Pairs with the barriers in vmh_vcpu_kick() and vmh_dirty_collect(). */
	smp_store_mb(vcpu->mode, quiet ? VMH_IN_GUEST_QUIET : VMH_IN_GUEST);
	vtime_account_guest_enter();
	vcpu->vmx.budget = VMX_TURN_BUDGET;
	vmx_turn_begin(&vcpu->vmx);
	while (vcpu->vmx.budget && !vmh_vcpu_must_leave(vcpu)) {
		if (quiet)
			vmh_apicv_before_quiet_entry(vcpu);
		else
			vmh_vcpu_inject(vcpu);
		result = vmx_run(&vcpu->vmx);
		if (quiet)
			vmh_apicv_after_quiet_exit(vcpu);
		else if (vcpu->vmx.apicv.on)
			vmh_apicv_after_exit(vcpu);
		else if (unlikely(vcpu->pv_eoi.offered) && !vmh_pv_eoi_after_exit(vcpu))
			break;
		if (!vmh_vcpu_settle(vcpu, result))
			break;
		result = VMX_HOST_IRQ;
	}
	vmx_turn_end(&vcpu->vmx, result);
	WRITE_ONCE(vcpu->mode, VMH_OUTSIDE);
	vmh_raw_section_end();
	vmx_end_host_interrupt(&vcpu->vmx);
	local_irq_enable();
	vmh_guest_time_end();
	if (unlikely(vcpu->vmx.pml_on))
		vmh_dirty_drain(vcpu);
	if (!quiet && unlikely(vcpu->pv_eoi.written))
		result = vmh_vcpu_after_pv_eoi(vcpu, result);
	return result;
}

static enum vmx_result vmh_vcpu_turn(struct vmh_vcpu *vcpu)
{
	return vmh_vcpu_any_turn(vcpu, false);
}

static noinline enum vmx_result vmh_vcpu_quiet_turn(struct vmh_vcpu *vcpu)
{
	return vmh_vcpu_any_turn(vcpu, true);
}

/* RUN does not fail, so this is in no fd's record. */
static void vmh_vcpu_log_denial(struct vmh_vcpu *vcpu, const struct resource_denial *denial)
{
	struct vmh_error error = { .size = sizeof(error), .call = VMH_RUN };

	error.error = -resource_denial_error(denial, &error);
	vmh_log_error(vcpu->vm, VMH_LOG_ERROR, &error);
}

static int vmh_vcpu_exit_resource(struct vmh_vcpu *vcpu, const struct resource_denial *denial,
				  u64 gpa)
{
	struct vmh_exit_resource *exit = (void *)vcpu->run->padding;

	vmh_vcpu_log_denial(vcpu, denial);
	vcpu->run->exit_reason = VMH_EXIT_RESOURCE;
	*exit = (struct vmh_exit_resource) {
		.resource = denial->resource,
		.requested = denial->requested,
		.used = denial->used,
		.limit = denial->limit,
		.gpa = gpa,
	};
	return 0;
}

/*
 * A signal ends RUN with EINTR. Without one the kernel wants its way back to userspace for itself:
 * then RUN begins again when it is done, and the VMM sees nothing of it. The flag makes the way
 * back look at the return value.
 */
static int vmh_vcpu_interrupted(struct vmh_vcpu *vcpu)
{
	vcpu->run->exit_reason = KVM_EXIT_INTR;
	if (task_sigpending(current))
		return -EINTR;
	set_thread_flag(TIF_NOTIFY_SIGNAL);
	return -ERESTARTNOINTR;
}

/* The VMM has nothing behind the slot. RUN fails, and the run page says where. */
static int vmh_vcpu_memory_fault(struct vmh_vcpu *vcpu, u64 gpa, struct vmh_error *err)
{
	struct vmh_exit_memory_fault *exit = (void *)vcpu->run->padding;

	vcpu->run->exit_reason = KVM_EXIT_MEMORY_FAULT;
	*exit = (struct vmh_exit_memory_fault) { .gpa = gpa & PAGE_MASK, .size = PAGE_SIZE };
	return vm_error_field(err, VMH_E_BAD_FETCH, VM_ERROR_NO_OFFSET, "gpa", gpa, 0);
}

static int vmh_vcpu_ept_fault(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	const struct vmx_ept_fault fault = vcpu->vmx.fault;
	struct resource_denial denial;
	int ret = vmh_mem_fault(vcpu, &fault, &denial);

	if (unlikely(vmx_single_steps(&vcpu->vmx)) && !ret)
		vmx_debug_retry();
	switch (ret) {
	case 0:
		return 1;
	case -ENXIO:
		return vmh_vcpu_mmio(vcpu, err);
	case -EDQUOT:
		return vmh_vcpu_exit_resource(vcpu, &denial, fault.gpa);
	case -ENOMEM:
		return vm_error_set(err, VMH_E_NO_MEMORY);
	case -EINTR:
	case -ERESTARTSYS:
		return vmh_vcpu_interrupted(vcpu);
	case -EBUSY:
		/* It will touch the page again, when the VM runs again. */
		return 1;
	}
	return vmh_vcpu_memory_fault(vcpu, fault.gpa, err);
}

static int vmh_vcpu_exit(struct vmh_vcpu *vcpu, u32 reason)
{
	vcpu->run->exit_reason = reason;
	return 0;
}

static int vmh_vcpu_exit_eoi(struct vmh_vcpu *vcpu)
{
	clear_bit(VMH_REQ_EOI, &vcpu->requests);
	vcpu->run->eoi.vector = vcpu->eoi_vector;
	return vmh_vcpu_exit(vcpu, KVM_EXIT_IOAPIC_EOI);
}

static int vmh_vcpu_exit_fail_entry(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	vcpu->run->fail_entry.hardware_entry_failure_reason = vmh_vcpu_entry_failed(vcpu, err);
	vcpu->run->fail_entry.cpu = vcpu->vmx.cpu;
	return vmh_vcpu_exit(vcpu, KVM_EXIT_FAIL_ENTRY);
}

/* What is left of HLT when nothing was pending: sleep, or tell a VMM that has the APIC itself. */
static int vmh_vcpu_hlt(struct vmh_vcpu *vcpu)
{
	if (vmh_has_apic(vcpu))
		return 1;
	vcpu->mp_state = KVM_MP_STATE_RUNNABLE;
	return vmh_vcpu_exit(vcpu, KVM_EXIT_HLT);
}

/* Exits that may sleep or go to userspace. > 0: run on; 0: exit to userspace; < 0: error. */
static int vmh_vcpu_handle(struct vmh_vcpu *vcpu, enum vmx_result result, struct vmh_error *err)
{
	switch (result) {
	case VMX_HOST_IRQ:
		return 1;
	case VMX_PAUSE:
		vmh_vcpu_yield(vcpu);
		return 1;
	case VMX_HYPERCALL:
		vmh_vcpu_hypercall_yield(vcpu);
		return 1;
	case VMX_INTR_WINDOW:
		return vmh_vcpu_exit(vcpu, KVM_EXIT_IRQ_WINDOW_OPEN);
	case VMX_EPT_FAULT:
		return vmh_vcpu_ept_fault(vcpu, err);
	case VMX_IO:
		return vmh_vcpu_io(vcpu, err);
	case VMX_RDMSR:
	case VMX_WRMSR:
		return vmh_msr_to_user(vcpu, result == VMX_WRMSR);
	case VMX_HLT:
		return vmh_vcpu_hlt(vcpu);
	case VMX_CR8_WRITE:
		return vmh_vcpu_exit(vcpu, KVM_EXIT_SET_TPR);
	case VMX_TRIPLE_FAULT:
		return vmh_vcpu_exit(vcpu, KVM_EXIT_SHUTDOWN);
	case VMX_SPLIT_LOCK:
		if (!vmx_host_split_lock(vmx_guest_rip()))
			vmx_inject_exception(&vcpu->vmx, X86_TRAP_AC, true, 0);
		return 1;
	case VMX_UNDEFINED:
		vmh_vcpu_undefined(vcpu);
		return 1;
	case VMX_TASK_SWITCH:
		return vmh_vcpu_task_switch(vcpu);
	case VMX_DESCRIPTOR:
		return vmh_vcpu_descriptor(vcpu);
	case VMX_DEBUG:
		return vmh_vcpu_exit_debug(vcpu, vcpu->vmx.debug_vector, vcpu->vmx.debug_dr6);
	case VMX_MACHINE_CHECK:
		return vmh_vcpu_interrupted(vcpu);
	case VMX_ENTRY_FAILED:
		return vmh_vcpu_exit_fail_entry(vcpu, err);
	/* All but the last two are settled. */
	case VMX_RESUME:
	case VMX_TAKES_EVENT:
	case VMX_CR8_READ:
	case VMX_EOI:
	case VMX_APIC_WRITE:
	case VMX_INIT_SIPI:
	case VMX_UNKNOWN:
		break;
	}
	vcpu->run->hw.hardware_exit_reason = vcpu->vmx.exit_reason;
	return vmh_vcpu_exit(vcpu, KVM_EXIT_UNKNOWN);
}

/*
 * A signal, or work that only the kernel's way back to userspace can do. That work may wait a
 * little: restartable sequences ask for it at each context switch.
 */
static bool vmh_vcpu_must_return(struct vmh_vcpu *vcpu)
{
	unsigned long flags = read_thread_flags();

	if (flags & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL))
		return true;
	return (flags & _TIF_NOTIFY_RESUME) &&
	       time_after(jiffies, vcpu->run_since + RESUME_WORK_DELAY);
}

/* Not running: halted, or waiting for INIT and SIPI. */
static int vmh_vcpu_sleep(struct vmh_vcpu *vcpu)
{
	int ret = 0;

	if (vcpu->mp_state != KVM_MP_STATE_HALTED)
		ret = vmh_vcpu_block(vcpu);
	else if (!vmh_vcpu_has_event(vcpu))
		ret = vmh_halt_wait(vcpu);
	if (!ret && vmh_vcpu_has_event(vcpu))
		vmh_vcpu_leave_halt(vcpu);
	return ret;
}

/* One round of the outer loop, in the run section. */
static int vmh_vcpu_round(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	enum vmx_result result;
	int ret;

	vmh_vcpu_take_requests(vcpu);
	if (unlikely(test_bit(VMH_REQ_EOI, &vcpu->requests)))
		return vmh_vcpu_exit_eoi(vcpu);
	if (unlikely(vcpu->mp_state != KVM_MP_STATE_RUNNABLE)) {
		ret = vmh_vcpu_sleep(vcpu);
		return ret ? vmh_vcpu_interrupted(vcpu) : 1;
	}
	if (unlikely(vmh_vcpu_must_return(vcpu)))
		return vmh_vcpu_interrupted(vcpu);
	if (unlikely(vmh_vcpu_wants_window(vcpu))) {
		if (vmx_interrupt_allowed(&vcpu->vmx))
			return vmh_vcpu_exit(vcpu, KVM_EXIT_IRQ_WINDOW_OPEN);
		vmx_intr_window(&vcpu->vmx, true);
	}
	/*
	 * A kernel that preempts does so at the end of an interrupt. But one that was handled with
	 * interrupts off leaves it to the next such point, and a lazy request to the next tick.
	 */
	if (unlikely(read_thread_flags() & VMH_TIF_RESCHED))
		schedule();
	if (unlikely(vcpu->vmx.debugger.control & KVM_GUESTDBG_BLOCKIRQ))
		result = vmh_vcpu_quiet_turn(vcpu);
	else
		result = vmh_vcpu_turn(vcpu);
	if (unlikely(READ_ONCE(vcpu->vm->throttle.on)))
		vmh_throttle_used(vcpu, VMX_TURN_BUDGET - vcpu->vmx.budget);
	return vmh_vcpu_handle(vcpu, result, err);
}

/* Something keeps this vCPU from running on: a debt of its VM, or the VM's state. */
static int vmh_vcpu_stand_aside(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	int ret = 0;

	vmh_vcpu_leave_run_section(vcpu);
	if (vcpu->throttle_until_ns)
		ret = vmh_throttle_wait(vcpu);
	return ret ?: vmh_vcpu_enter_run_section(vcpu, err);
}

static int vmh_vcpu_loop(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	int ret = 1;

	if (unlikely(!vmh_vcpu_try_run_section(vcpu))) {
		ret = vmh_vcpu_enter_run_section(vcpu, err);
		if (ret)
			return ret == -EINTR ? vmh_vcpu_interrupted(vcpu) : ret;
		ret = 1;
	}
	if (unlikely(vcpu->completion))
		ret = vmh_vcpu_complete_io(vcpu, err);
	if (ret > 0 && unlikely(vmh_immediate_exit(vcpu->run)))
		ret = -EINTR;
	while (ret > 0) {
		if (unlikely(vcpu->throttle_until_ns ||
			     READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING)) {
			ret = vmh_vcpu_stand_aside(vcpu, err);
			if (ret)
				return ret == -EINTR ? vmh_vcpu_interrupted(vcpu) : ret;
		}
		ret = vmh_vcpu_round(vcpu, err);
	}
	vmh_vcpu_leave_run_section(vcpu);
	return ret;
}

/* What the VMM wants to know of the vCPU at each exit. */
static void vmh_vcpu_fill_run(struct vmh_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	run->if_flag = !!(vmx_guest_rflags() & X86_EFLAGS_IF);
	run->apic_base = vmh_apic_base(vcpu);
	if (vmh_has_apic(vcpu)) {
		run->cr8 = lapic_get_cr8(&vcpu->apic.lapic);
		run->ready_for_interrupt_injection =
			likely(!vcpu->vm->irqchip->split) ||
			(vcpu->user_irq < 0 && vmh_split_accepts_pic(vcpu) &&
			 vmx_interrupt_allowed(&vcpu->vmx));
		return;
	}
	run->cr8 = vcpu->cr8;
	run->ready_for_interrupt_injection = vcpu->user_irq < 0 &&
					     vmx_interrupt_allowed(&vcpu->vmx);
}

static void vmh_times_begin(struct vmh_vcpu_times *times)
{
	u64 now = rdtsc();

	if (likely(times->ended))
		times->user += vmh_ticks_between(times->ended, now);
	WRITE_ONCE(times->began, now);
}

static void vmh_times_end(struct vmh_vcpu_times *times)
{
	times->ended = rdtsc();
	times->run += vmh_ticks_between(times->began, times->ended);
	WRITE_ONCE(times->began, 0);
}

/* Few VMMs use them. What is found here is read again, and only then used. */
static bool vmh_vcpu_has_sync(const struct kvm_run *run)
{
	return unlikely(READ_ONCE(run->kvm_valid_regs) | READ_ONCE(run->kvm_dirty_regs));
}

/* The vCPU is loaded, and is in the end unless the VM has ended while this thread waited. */
static __always_inline int vmh_vcpu_run_loaded(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	u64 wanted = 0;
	int ret;

	vmx_fpu_load(&vcpu->vmx);
	ret = vmh_vcpu_has_sync(vcpu->run) ? vmh_vcpu_sync_in(vcpu, &wanted, err) : 0;
	if (likely(!ret))
		ret = vmh_vcpu_loop(vcpu, err);
	if (unlikely(!vcpu->loaded))
		return ret;
	vmh_vcpu_fill_run(vcpu);
	if (unlikely(wanted))
		vmh_vcpu_sync_out(vcpu, wanted);
	vmx_fpu_put(&vcpu->vmx);
	vmh_vcpu_put(vcpu);
	return ret;
}

/**
 * vmh_vcpu_run() - VMH_RUN
 * @vcpu: the vCPU, its lock held; it is dropped while the VM is PAUSED.
 * @err: why it failed.
 *
 * Context: process of the VM's creator; sleeps.
 *
 * Return: 0 with an exit for userspace in the run page, and VMH_E_ENTRY_CHECK in @err if that is
 * KVM_EXIT_FAIL_ENTRY, VMH_E_PAGE_TABLE if it is an internal error for that reason;
 * -EINTR for a signal; -EBUSY before START;
 * -ESTALE after TERMINATE; -EFAULT when the VMM has nothing mapped where the guest's memory is;
 * -ENOMEM; -EINVAL for registers in the run page that cannot be set; -EOPNOTSUPP where VMX
 * operation was lost.
 */
int vmh_vcpu_run(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	sigset_t saved;
	int ret;

	if (unlikely(READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING)) {
		ret = vmh_vm_admit_run(vcpu->vm, err);
		if (ret)
			return ret;
	}
	ret = vmh_vcpu_load(vcpu, err);
	if (unlikely(ret))
		return ret;
	if (vcpu->has_sigmask)
		sigprocmask(SIG_SETMASK, &vcpu->sigmask, &saved);
	if (!vmh_has_apic(vcpu))
		vcpu->cr8 = READ_ONCE(vcpu->run->cr8) & 15;
	/* As in KVM, RUN that only completes the last exit leaves its reason where it is. */
	if (likely(!vmh_immediate_exit(vcpu->run)))
		vcpu->run->exit_reason = KVM_EXIT_UNKNOWN;
	vcpu->run_since = jiffies;
	vmh_times_begin(&vcpu->times);
	ret = vmh_vcpu_run_loaded(vcpu, err);
	vmh_times_end(&vcpu->times);
	if (vcpu->has_sigmask)
		sigprocmask(SIG_SETMASK, &saved, NULL);
	return ret;
}
