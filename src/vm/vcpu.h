/* SPDX-License-Identifier: GPL-2.0 */
/* A vCPU as a kernel object: the thread that runs it, its requests, its devices. */
#ifndef VMH_VCPU_H
#define VMH_VCPU_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcuwait.h>
#include <linux/signal.h>

#include "clock.h"
#include "emul.h"
#include "guest_mce.h"
#include "halt_poll.h"
#include "lapic.h"
#include "mem.h"
#include "pv_eoi.h"
#include "steal_time.h"
#include "vm.h"
#include "vmx.h"
#include "vmx_entry_check.h"

/* The run page and the port data page, as KVM has them; the VM's ring follows in the mapping. */
#define VMH_RUN_PAGES		2
#define VMH_MMAP_PAGES		(VMH_RUN_PAGES + 1)
#define VMH_RUN_PIO_PAGE	1

/**
 * enum vmh_vcpu_mode - where a vCPU thread is
 * @VMH_OUTSIDE: not in the inner loop; it looks at its requests before it enters.
 * @VMH_IN_GUEST: in the inner loop: an IPI makes it leave.
 * @VMH_IN_GUEST_QUIET: the same, and the guest is to get no interrupt meanwhile.
 */
enum vmh_vcpu_mode {
	VMH_OUTSIDE,
	VMH_IN_GUEST,
	VMH_IN_GUEST_QUIET,
};

/**
 * enum vmh_request - what a vCPU thread shall do before it enters the guest again
 * @VMH_REQ_TIMER: the local APIC's timer has expired.
 * @VMH_REQ_NMI: NMIs have arrived, vmh_vcpu.nmis_sent of them.
 * @VMH_REQ_INIT: an INIT has arrived.
 * @VMH_REQ_SIPI: a SIPI has arrived; its vector is in vmh_vcpu.sipi_vector.
 * @VMH_REQ_STATE: the VM's state has changed.
 * @VMH_REQ_CLOCK: the clock in guest memory is out of date.
 * @VMH_REQ_WALL_CLOCK: the guest has asked for the wall clock.
 * @VMH_REQ_LOG: a slot's dirty log is the VM's first, or the last has gone.
 * @VMH_REQ_MSR_FILTER: there is another filter for MSRs.
 * @VMH_REQ_STEAL: the guest is to be told how long the thread has waited.
 * @VMH_REQ_PV_EOI: where EOIs are offered in memory is to be found.
 * @VMH_REQ_UNHALT: another processor of the guest's wants it to leave HLT.
 * @VMH_REQ_EOI: the VMM's I/O APIC is to be told that vmh_vcpu.eoi_vector has ended.
 * @VMH_REQ_ENDED: eventfds are to be told that an interrupt has ended.
 */
enum vmh_request {
	VMH_REQ_TIMER,
	VMH_REQ_NMI,
	VMH_REQ_INIT,
	VMH_REQ_SIPI,
	VMH_REQ_STATE,
	VMH_REQ_CLOCK,
	VMH_REQ_WALL_CLOCK,
	VMH_REQ_LOG,
	VMH_REQ_MSR_FILTER,
	VMH_REQ_STEAL,
	VMH_REQ_PV_EOI,
	VMH_REQ_UNHALT,
	VMH_REQ_EOI,
	VMH_REQ_ENDED,
};

/**
 * enum vmh_completion - what to do with userspace's answer when RUN is called again
 * @VMH_COMPLETE_NOTHING: no answer is expected.
 * @VMH_COMPLETE_IN: a port was read into the port data page.
 * @VMH_COMPLETE_OUT: a port was written: step over the instruction.
 * @VMH_COMPLETE_STRING: items of a string instruction were moved, either way.
 * @VMH_COMPLETE_MMIO: a device access of an instruction under emulation.
 * @VMH_COMPLETE_PORT: a port access of one.
 * @VMH_COMPLETE_RDMSR: an MSR was read, or the access faults.
 * @VMH_COMPLETE_WRMSR: the same, a write.
 */
enum vmh_completion {
	VMH_COMPLETE_NOTHING,
	VMH_COMPLETE_IN,
	VMH_COMPLETE_OUT,
	VMH_COMPLETE_STRING,
	VMH_COMPLETE_MMIO,
	VMH_COMPLETE_PORT,
	VMH_COMPLETE_RDMSR,
	VMH_COMPLETE_WRMSR,
};

/**
 * struct vmh_string - items of INS or OUTS between guest memory and the port data page
 * @items: how many.
 * @gpa: where they are in guest memory: the first page, and the second if an item crosses.
 * @bytes: how many bytes in each; bytes[1] is 0 unless an item crosses.
 */
struct vmh_string {
	u32 items;
	u64 gpa[2];
	u32 bytes[2];
};

#define VMH_INSN_SLOTS	8
#define VMH_INSN_LEVELS	4

/**
 * struct vmh_insn_key - the registers that say which bytes are executed, and how
 * @rip: in 64-bit mode, and so the linear address.
 * @cr0: as in the VMCS, as all others.
 * @cr3: root of the page tables.
 * @cr4: for SMEP.
 * @efer: for NXE.
 * @cs_ar: that it is 64-bit code.
 * @ss_ar: the privilege level.
 */
struct vmh_insn_key {
	u64 rip;
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 efer;
	u64 cs_ar;
	u64 ss_ar;
};

/**
 * struct vmh_insn_slot - an instruction that was decoded, and the proof of it
 * @key: when it counts.
 * @seq: memory_context.seq that the addresses are from.
 * @entry: where the entries of the guest's page tables are that lead to it.
 * @value: what they were.
 * @code: where its bytes are; NULL for a slot that holds nothing.
 * @bytes: what they were: the first eight, and the last eight of fifteen.
 * @insn: what that is.
 */
struct vmh_insn_slot {
	struct vmh_insn_key key;
	u64 seq;
	const u64 __user *entry[VMH_INSN_LEVELS];
	u64 value[VMH_INSN_LEVELS];
	const u64 __user *code;
	u64 bytes[2];
	struct insn insn;
};

/**
 * struct vmh_apic - a vCPU's local APIC and what reaches it from elsewhere
 * @lapic: the model, owned by the vCPU's thread.
 * @page: its register page.
 * @dest: what decides which messages are for it; under the irqchip's lock.
 * @posted: vectors that arrived since the thread looked last and that only it may take: those that
 *	are level-triggered, or have an EOI exit still set; atomic. All others are in vmx.posted.
 * @posted_level: which of them are level-triggered; atomic.
 * @timer: the host's timer behind the APIC's, when the processor's own is not: asleep, or always
 *	where there is none.
 */
struct vmh_apic {
	struct lapic lapic;
	void *page;
	struct lapic_dest dest;
	DECLARE_BITMAP(posted, 256);
	DECLARE_BITMAP(posted_level, 256);
	struct hrtimer timer;
};

/**
 * struct vmh_steal - what is told of stolen time
 * @msr: MSR_KVM_STEAL_TIME. Read anywhere.
 * @meter: what was told.
 * @byte: where the VMM has the byte that says whether the vCPU has lost its processor, or NULL.
 * @slots_seq: memory_context.slots_seq that @byte is from.
 * @told: the byte says so, and has not been taken back yet. Read anywhere.
 * @flushes: how often the guest asked for a flush by it. Read anywhere.
 */
struct vmh_steal {
	u64 msr;
	struct steal_meter meter;
	u8 __user *byte;
	u64 slots_seq;
	bool told;
	u64 flushes;
};

/**
 * struct vmh_pv_eoi - ends of interrupts in memory
 * @msr: MSR_KVM_PV_EOI_EN.
 * @on: they are to be offered.
 * @offered: the guest was told, and its answer is not known yet: in a turn only.
 * @written: guest memory was written in this turn, and its page is in no dirty log yet.
 * @byte: where the VMM has the byte with the bit, or NULL …
 * @gpa: … the guest …
 * @slots_seq: … and memory_context.slots_seq that both are from.
 */
struct vmh_pv_eoi {
	u64 msr;
	bool on;
	bool offered;
	bool written;
	u8 __user *byte;
	u64 gpa;
	u64 slots_seq;
};

/* Of MSR_KVM_POLL_CONTROL: the host watches for what ends a halt. */
#define VMH_POLL_CONTROL_HOST	BIT_ULL(0)

/**
 * struct vmh_halt - watching a halted vCPU before its thread sleeps
 * @control: MSR_KVM_POLL_CONTROL.
 * @poll_ns: how long the next halt is watched.
 * @attempted: halts that were watched. Read anywhere, as the others.
 * @successful: of these, those that ended meanwhile.
 * @invalid: of these, those that ended for nothing that the guest waited for.
 * @wakeups: halts that ended in the thread's sleep.
 * @success_cycles: TSC ticks watched with success.
 * @fail_cycles: and without.
 */
struct vmh_halt {
	u64 control;
	u32 poll_ns;
	u64 attempted;
	u64 successful;
	u64 invalid;
	u64 wakeups;
	u64 success_cycles;
	u64 fail_cycles;
};

/**
 * struct vmh_vcpu_times - where a vCPU's time goes, in TSC ticks
 * @began: when the RUN under way was called; 0 when there is none. Read anywhere, as the others.
 * @ended: when the last one returned; 0 before the first.
 * @run: in RUN, in all.
 * @user: between RUN and RUN.
 * @idle: of @run, asleep: halted, waiting for SIPI, paused.
 * @throttled: of @run, held back.
 * @asleep: since when it has been asleep; 0 when it is not. Not in @idle yet.
 */
struct vmh_vcpu_times {
	u64 began;
	u64 ended;
	u64 run;
	u64 user;
	u64 idle;
	u64 throttled;
	u64 asleep;
};

/**
 * struct vmh_entry_explanation - why entry fails
 * @source: where it comes from.
 * @reason: what the processor said.
 * @result: the checks that fail.
 */
struct vmh_entry_explanation {
	enum vmh_explain_source source;
	u32 reason;
	struct vmx_entry_result result;
};

/**
 * struct vmh_vcpu - a virtual processor
 * @vmx: its VT-x side.
 * @vm: its VM; a reference is held.
 * @id: below vm_config.vcpu_count.
 * @lock: see vm.h.
 * @run: what is shared with userspace, VMH_RUN_PAGES pages.
 * @running: the thread may enter guest mode: it is in its run section.
 * @mode: enum vmh_vcpu_mode.
 * @requests: enum vmh_request, atomic.
 * @wait: the thread sleeps here in HLT, PAUSED and before SIPI.
 * @preempt: tells when the thread loses and gets a processor.
 * @off_cpu_task: the thread, while it has none.
 * @loaded: a thread has it loaded: the one that holds @lock.
 * @flush_gen: memory_context.flush_gen when this vCPU's processor was flushed last; 0: never.
 * @mp_state: KVM_MP_STATE_*.
 * @halted_with_if: RFLAGS.IF when it halted.
 * @unhalted: it leaves HLT, or the next one at once; see VMH_REQ_UNHALT.
 * @sipi_vector: with VMH_REQ_SIPI.
 * @eoi_vector: with VMH_REQ_EOI.
 * @cr8: task priority of a vCPU without in-kernel APIC.
 * @user_irq: vector that VMH_INTERRUPT queued, or -1.
 * @nmis: NMIs to deliver: see nmi.c.
 * @nmis_sent: those that have arrived since the thread looked, with VMH_REQ_NMI; atomic.
 * @apic: local APIC; apic.page is NULL without an in-kernel one.
 * @clock: the vCPU's part of the VM's clock.
 * @steal: stolen time.
 * @pv_eoi: EOIs in memory.
 * @halt: watching it while it is halted.
 * @pv_enforced: the guest has of KVM's interface only what its CPUID says.
 * @mce: machine-check registers.
 * @platform_info: MSR_PLATFORM_INFO.
 * @msr_filter: the filter that it goes by, or NULL.
 * @msr_filter_sent: the one that it is to go by, with VMH_REQ_MSR_FILTER; atomic.
 * @ept_stock: pages for faults.
 * @fault_task: the thread, while it waits for a page of the VMM's, which may take long.
 * @log_pending: the processor may have logged pages that are in no dirty log yet.
 * @log_drains: how often what it logged was taken over.
 * @completion: enum vmh_completion.
 * @completion_rip: linear address of the instruction that waits for it.
 * @string: items of a string instruction that are with userspace.
 * @emul: an instruction under emulation.
 * @emul_write: its access that is with userspace is a write.
 * @emul_fresh: it is in its EPT violation still, whose translation is its own.
 * @insns: instructions decoded before, by a hash of their address.
 * @cpuid: its CPUID table.
 * @sigmask: signals blocked during RUN, when @has_sigmask.
 * @last_failure: the last entry that failed; all 0 when none has.
 * @run_since: when the current RUN began, jiffies.
 * @cycles_seen: of vmx.guest_cycles, what the throttle has counted.
 * @throttle_until_ns: when its VM's debt will be paid; 0 when there is none.
 * @throttle_epoch: vmh_throttle.epoch that @throttle_until_ns is from.
 * @times: where its time goes.
 */
struct vmh_vcpu {
	struct vmx_vcpu vmx;
	struct vm_handler_ctx *vm;
	u32 id;
	struct mutex lock;
	struct kvm_run *run;

	bool running;
	enum vmh_vcpu_mode mode;
	unsigned long requests;
	struct rcuwait wait;
	struct preempt_notifier preempt;
	struct task_struct *off_cpu_task;
	bool loaded;
	u64 flush_gen;

	u32 mp_state;
	bool halted_with_if;
	bool unhalted;
	u8 sipi_vector;
	u8 eoi_vector;
	u8 cr8;
	int user_irq;
	unsigned int nmis;
	atomic_t nmis_sent;
	struct vmh_apic apic;

	struct vmh_vcpu_clock clock;
	struct vmh_steal steal;
	struct vmh_pv_eoi pv_eoi;
	struct vmh_halt halt;
	bool pv_enforced;
	struct guest_mce mce;
	u64 platform_info;
	struct vmh_msr_filter *msr_filter;
	struct vmh_msr_filter *msr_filter_sent;
	struct vmh_ept_stock ept_stock;
	struct task_struct *fault_task;
	bool log_pending;
	u64 log_drains;
	enum vmh_completion completion;
	u64 completion_rip;
	struct vmh_string string;
	struct emul emul;
	bool emul_write;
	bool emul_fresh;
	struct vmh_insn_slot insns[VMH_INSN_SLOTS];
	struct cpuid_table *cpuid;
	sigset_t sigmask;
	bool has_sigmask;
	struct vmh_entry_explanation last_failure;
	unsigned long run_since;
	u64 cycles_seen;
	u64 throttle_until_ns;
	u32 throttle_epoch;
	struct vmh_vcpu_times times;
};

static inline bool vmh_has_apic(const struct vmh_vcpu *vcpu)
{
	return vcpu->apic.page;
}

/* Has an interrupt arrived since the thread looked last? */
static inline bool vmh_apic_has_posted(const struct vmh_vcpu *vcpu)
{
	return READ_ONCE(vcpu->vmx.posted.control);
}

#endif /* VMH_VCPU_H */
