/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The VT-x edge: what the layers above may use of it.
 *
 * A struct vmx_vcpu is one virtual processor's state on the VT-x side. It is loaded on a physical
 * processor, runs until something happens that the inner loop cannot settle, and says what by an
 * enum vmx_result. It knows no VM, takes no lock and never sleeps.
 */
#ifndef VMH_VMX_H
#define VMH_VMX_H

#include <asm/fpu/api.h>
#include <asm/trapnr.h>
#include <asm/tsc.h>
#include <linux/bitmap.h>
#include <linux/kvm.h>
#include <linux/list.h>
#include <linux/types.h>

#include "cpuid_table.h"
#include "guest_seg.h"
#include "guest_tsc.h"
#include "guest_walk.h"
#include "msr_filter.h"
#include "msr_switch.h"
#include "tlb_check.h"
#include "vmcs.h"
#include "vmx_cpu.h"
#include "vmx_host.h"

/* Places in vmx_vcpu.gpr: the numbers that instructions and exit qualifications use. */
enum vmx_gpr {
	VMX_RAX, VMX_RCX, VMX_RDX, VMX_RBX, VMX_RSP, VMX_RBP, VMX_RSI, VMX_RDI,
	VMX_R8, VMX_R9, VMX_R10, VMX_R11, VMX_R12, VMX_R13, VMX_R14, VMX_R15,
	VMX_NR_GPRS,
};

/**
 * enum vmx_result - why the inner loop stopped, or what an exit handler asks of its caller
 * @VMX_RESUME: settled; enter the guest again.
 * @VMX_HOST_IRQ: the host wants the processor: enable interrupts, look at signals and requests.
 * @VMX_INTR_WINDOW: the guest can take an interrupt now.
 * @VMX_TAKES_EVENT: the guest can take an event that had to wait: an NMI, or an interrupt that its
 *	task priority held back.
 * @VMX_HLT: HLT; RIP is past it.
 * @VMX_IO: port access in vmx_vcpu.io; RIP is still at it.
 * @VMX_RDMSR: read of an MSR that failed, as vmx_vcpu.msr_error says; RIP is still at it. -ENOENT:
 *	it is not the VT-x side's; -EPERM: the filter denies it; -EINVAL: it faults.
 * @VMX_WRMSR: the same, a write; the value is in vmx_vcpu.msr_value.
 * @VMX_CR8_WRITE: CR8 write, the value in vmx_vcpu.cr8; RIP is past it.
 * @VMX_CR8_READ: CR8 read into GPR vmx_vcpu.cr8_gpr; RIP is past it.
 * @VMX_EPT_FAULT: EPT violation, described in vmx_vcpu.fault.
 * @VMX_HYPERCALL: VMCALL; RIP is past it.
 * @VMX_DEBUG: a breakpoint or single step that the VMM asked for, in vmx_vcpu.debug_vector and
 *	.debug_dr6.
 * @VMX_EOI: the guest has ended the interrupt vmx_vcpu.apic_vector.
 * @VMX_APIC_WRITE: the guest has written the APIC's register vmx_vcpu.apic_offset in the page.
 * @VMX_TASK_SWITCH: a task switch, described in vmx_vcpu.task; RIP is still at what asked for it.
 * @VMX_DESCRIPTOR: access to GDTR, IDTR, LDTR or TR, while UMIP is emulated; RIP is still at it.
 * @VMX_TRIPLE_FAULT: shutdown.
 * @VMX_INIT_SIPI: INIT or SIPI exit, which cannot happen to a running guest of ours.
 * @VMX_UNKNOWN: an exit that nobody handles: reason in vmx_vcpu.exit_reason.
 * @VMX_MACHINE_CHECK: the host's handler has seen one: the guest is not to run before the kernel's
 *	way back to userspace, where the handler may have left work.
 * @VMX_ENTRY_FAILED: VM entry failed: see vmx_vcpu.exit_reason and .instruction_error.
 * @VMX_PAUSE: the guest spins in a PAUSE loop; RIP is past it.
 * @VMX_UNDEFINED: #UD, not delivered yet; RIP is at the instruction.
 * @VMX_SPLIT_LOCK: a locked access across cache lines, trapped by the host's split-lock detection.
 */
enum vmx_result {
	VMX_RESUME = 0,
	VMX_HOST_IRQ,
	VMX_INTR_WINDOW,
	VMX_TAKES_EVENT,
	VMX_HLT,
	VMX_IO,
	VMX_RDMSR,
	VMX_WRMSR,
	VMX_CR8_WRITE,
	VMX_CR8_READ,
	VMX_EPT_FAULT,
	VMX_HYPERCALL,
	VMX_DEBUG,
	VMX_EOI,
	VMX_APIC_WRITE,
	VMX_TASK_SWITCH,
	VMX_DESCRIPTOR,
	VMX_TRIPLE_FAULT,
	VMX_INIT_SIPI,
	VMX_UNKNOWN,
	VMX_MACHINE_CHECK,
	VMX_ENTRY_FAILED,
	VMX_PAUSE,
	VMX_SPLIT_LOCK,
	VMX_UNDEFINED,
};

/**
 * struct vmx_io - a port access that exited
 * @port: first port.
 * @size: bytes per item: 1, 2 or 4.
 * @in: guest reads.
 * @string: INS or OUTS: operands in memory.
 * @rep: with REP prefix.
 * @address_size: 2, 4 or 8; valid with @string.
 * @segment: VMX segment number of the memory operand; valid with @string.
 * @len: length of the instruction; valid with @string.
 * @linear: linear address of the first item; valid with @string.
 */
struct vmx_io {
	u16 port;
	u8 size;
	bool in;
	bool string;
	bool rep;
	u8 address_size;
	u8 segment;
	u8 len;
	u64 linear;
};

/**
 * struct vmx_ept_fault - an EPT violation
 * @gpa: guest-physical address.
 * @read: data read.
 * @write: data write.
 * @fetch: instruction fetch.
 * @present: the translation had some right, but not this one.
 * @linear_valid: @linear is the guest-linear address of the access.
 * @table_walk: the access was by the guest's page walk, not to the translated address.
 * @linear: guest-linear address.
 */
struct vmx_ept_fault {
	u64 gpa;
	u64 linear;
	bool read;
	bool write;
	bool fetch;
	bool present;
	bool linear_valid;
	bool table_walk;
};

/**
 * struct vmx_task - a task switch that exited
 * @selector: of the new task's TSS.
 * @source: enum task_source.
 * @insn_len: of the instruction that asked for it; 0 for an event from outside or a fault.
 * @nmi: an NMI came through a task gate.
 * @has_error_code: an exception with an error code did.
 * @error_code: it.
 */
struct vmx_task {
	u16 selector;
	u8 source;
	u8 insn_len;
	bool nmi;
	bool has_error_code;
	u32 error_code;
};

/**
 * struct vmx_event - an event to inject, or one whose delivery an exit interrupted
 * @info: VM-entry interruption information; valid bit clear when there is none.
 * @error_code: valid with the deliver-error-code bit of @info.
 * @insn_len: instruction length of a software event, bytes.
 */
struct vmx_event {
	u32 info;
	u32 error_code;
	u32 insn_len;
};

/**
 * struct vmx_msrs - guest MSRs that are in no VMCS field
 *
 * The system-call MSRs and KERNEL_GS_BASE are on the processor while the vCPU is loaded.
 */
struct vmx_msrs {
	u64 star;
	u64 lstar;
	u64 cstar;
	u64 fmask;
	u64 kernel_gs_base;
	u64 tsc_aux;
	u64 misc_enable;
	u64 tsc_adjust;
	u64 xss;
	u64 mtrr_def_type;
	u64 mtrr_fixed[11];
	u64 mtrr_var[16];
	u64 ucode_rev;
	u64 power_ctl;
	u64 pat;
	u64 arch_caps;
	u64 spec_ctrl;			/* on the processor from entry to exit */
};

/**
 * struct vmx_posted - posted-interrupt descriptor
 * @vectors: requested vectors.
 * @control: bit VMX_POSTED_ON is set after a vector, and cleared before @vectors is read. The other
 *	bits mean nothing to the processor.
 *
 * SDM, "Posted-Interrupt Processing". The processor and other threads change both at any time, by
 * locked instructions. A processor without posted interrupts does not know of it; the vCPU's thread
 * then reads it alone.
 */
struct vmx_posted {
	DECLARE_BITMAP(vectors, 256);
	unsigned long control;
} __aligned(64);

#define VMX_POSTED_ON		0	/* "outstanding notification" */
#define VMX_POSTED_TO_THREAD	63	/* for the layer above: more is elsewhere */

/**
 * struct vmx_apicv - what the VMCS holds of virtual-interrupt delivery
 * @on: it is in use; the rest is valid then.
 * @acknowledges: exits acknowledge the host's interrupts.
 * @posted: the processor takes posted interrupts; @acknowledges then.
 * @x2apic: so are the controls for an x2APIC.
 * @status: guest interrupt status.
 * @eoi_exits: EOI-exit bitmap.
 */
struct vmx_apicv {
	bool on;
	bool acknowledges;
	bool posted;
	bool x2apic;
	u16 status;
	u64 eoi_exits[4];
};

/**
 * struct vmx_debugger - what a debugger outside the guest has asked for
 * @control: KVM_GUESTDBG_*; 0 when there is none.
 * @bp_len: length of the INT3 that exited last.
 * @guest_tf: with KVM_GUESTDBG_SINGLESTEP, RFLAGS.TF as the guest would have it.
 * @dr: addresses of its breakpoints, in place of the guest's own with KVM_GUESTDBG_USE_HW_BP.
 * @dr7: its DR7.
 */
struct vmx_debugger {
	u32 control;
	u8 bp_len;
	bool guest_tf;
	u64 dr[4];
	u64 dr7;
};

/* Exceptions that always exit, whatever a debugger wants. */
#define VMX_EXCEPTIONS	(BIT(X86_TRAP_DB) | BIT(X86_TRAP_UD) | BIT(X86_TRAP_AC) | BIT(X86_TRAP_MC))

/* Exits are counted by basic reason; all that are not known together. */
#define VMX_EXIT_COUNTS	96

/* In vmx_vcpu.spec_written: there is something. */
#define VMX_SPEC_WRITTEN	BIT_ULL(63)

/**
 * struct vmx_vcpu - one virtual processor on the VT-x side
 *
 * The first members are those that enter.S touches; asm_offsets.c tells it where they are.
 */
struct vmx_vcpu {
	u64 gpr[VMX_NR_GPRS];		/* RSP's place is unused: it is in the VMCS */
	unsigned long host_rsp;		/* what HOST_RSP holds */
	u8 launched;			/* VMLAUNCH has succeeded since the last VMCLEAR */
	bool spec_direct;		/* the guest accesses IA32_SPEC_CTRL without an exit */

	u32 exit_reason;		/* of the last exit, as read */
	unsigned int budget;		/* entries left in this turn */
	bool l1d_dirty;			/* others than the guest have used this processor */
	u64 guest_cycles;		/* TSC ticks in turns since creation */
	u64 turn_start;			/* TSC when the turn under way began */
	struct vmx_turn turn;

	/* Operands of an enum vmx_result. */
	union {
		struct vmx_io io;
		struct vmx_ept_fault fault;
		struct vmx_task task;
		struct {
			u64 msr_value;
			u32 msr_index;
			int msr_error;
		};
		struct {
			u8 cr8;
			u8 cr8_gpr;
		};
		u8 apic_vector;
		u16 apic_offset;
		struct {
			u64 debug_dr6;
			u8 debug_vector;
		};
		u32 instruction_error;
	};

	struct vmx_event event;		/* to be injected at the next entry */
	u32 injected;			/* event.info of the last entry */
	bool triple_fault;		/* injection found a triple fault */

	/* Guest state outside the VMCS. */
	u64 cr2;
	u64 dr[4];
	u64 dr6;
	u64 dr7;
	u64 xcr0;
	struct vmx_msrs msrs;
	struct cpuid_table *cpuid;
	u64 apic_base;			/* shown in CPUID; kept by the layer above */
	u64 efer;			/* without LMA, which the processor keeps in the VMCS */
	bool osxsave;			/* guest's CR4.OSXSAVE */
	bool own_xss;			/* it has to run with its own IA32_XSS */
	bool uses_pkru;			/* by CR4.PKE, or as a component of XSAVE's */
	u32 pkru;			/* as it was at the end of the last turn */
	bool breakpoints;		/* DR7 enables some, the guest's or the debugger's */
	bool owns_debugregs;		/* MOV DR does not exit: vmx_own_debugregs() */
	struct vmx_debugger debugger;
	u64 tsc_offset;			/* what TSC_OFFSET holds */
	u64 tsc_ratio;			/* what TSC_MULTIPLIER holds, if that is in use */
	bool hlt_in_guest;		/* HLT does not exit; set before the VMCS is made */
	bool pause_in_guest;		/* PAUSE does not, as long as a loop of them may be */
	bool tsc_moved;			/* it is another one; the layer above clears this */
	const struct msr_filter *msr_filter;	/* NULL: none */
	const void *filter_bitmaps[2];	/* that go with it: for other APICs, and for an x2APIC */
	enum vmx_direct direct;		/* what it accesses without an exit, without a filter */
	bool spec_used;			/* it has written something to IA32_SPEC_CTRL */
	u64 spec_written;		/* vmx_pretend.c: written without an exit */
	struct fpu_guest fpu;

	struct msr_switch perf __aligned(16);	/* what the VMCS has of the host's counters */

	u64 *pml;			/* where the processor logs dirty pages, or NULL */
	bool pml_on;			/* it does so now */

	struct vmcs_region *vmcs;
	u64 vmcs_hpa;
	struct list_head on_cpu;	/* in the list of VMCSs active on ->cpu */
	int cpu;			/* where the VMCS is active; -1 nowhere */
	u16 vpid;			/* 0: none, and the control is off */
	struct vmx_tlb tlb;
	u32 procbased;			/* what CPU_BASED_VM_EXEC_CONTROL holds */
	u64 deadline;			/* on the TSC: leave the guest then; 0: never */
	u32 timer_value;		/* what VMX_PREEMPTION_TIMER_VALUE holds */
	bool tpr_shadow;		/* CR8 does not exit */
	u8 tpr_threshold;		/* what TPR_THRESHOLD holds */
	struct vmx_apicv apicv;
	struct vmx_posted posted;
	u32 host_interrupt;		/* acknowledged by an exit, and not handled yet; or 0 */
	struct vmx_host_state host;
	bool state_on_cpu;		/* guest MSRs and segments are on this processor */

	u32 vm_id;			/* for tracing, and nothing else */
	u32 vcpu_id;
	u64 exits[VMX_EXIT_COUNTS];	/* by basic reason, since creation; the last: others */
};

/* vmx_vcpu.c */
int vmx_vcpu_create(struct vmx_vcpu *v, struct cpuid_table *cpuid, u64 eptp);
void vmx_vcpu_destroy(struct vmx_vcpu *v);
void vmx_vcpu_init(struct vmx_vcpu *v);
void vmx_vcpu_sipi(struct vmx_vcpu *v, u8 vector);
unsigned int vmx_vcpu_kernel_bytes(void);

/* vmx_apicv.c */
void vmx_apicv_create(struct vmx_vcpu *v, void *page);
void vmx_set_tpr_threshold(struct vmx_vcpu *v, u8 threshold);
void vmx_apicv_set_x2apic(struct vmx_vcpu *v, bool on);
void vmx_apicv_set_eoi_exits(struct vmx_vcpu *v, const u64 bitmap[4]);

/* vmx_posted.c */
void vmx_posted_choose(void);
void vmx_posted_create(struct vmx_vcpu *v);
void vmx_posted_notify(int cpu);
void vmx_handle_host_interrupt(struct vmx_vcpu *v);

/*
 * Handle the interrupt that the last exit has acknowledged, if it has. Interrupts are off, and
 * the turn has ended: a handler must find the host's registers.
 */
static __always_inline void vmx_end_host_interrupt(struct vmx_vcpu *v)
{
	if (unlikely(v->host_interrupt))
		vmx_handle_host_interrupt(v);
}

/* After an exit: the highest vectors requested, and in service in the upper byte. */
static inline u16 vmx_apicv_get_status(struct vmx_vcpu *v)
{
	v->apicv.status = vmcs_read32(GUEST_INTR_STATUS);
	return v->apicv.status;
}

static inline void vmx_apicv_set_status(struct vmx_vcpu *v, u16 status)
{
	if (status == v->apicv.status)
		return;
	v->apicv.status = status;
	vmcs_write(GUEST_INTR_STATUS, status);
}

/* vmx_load.c */
void vmx_active_init(void);
void vmx_deactivate_all(void);
void vmx_clear_active(void);
void vmx_vcpu_unbind(struct vmx_vcpu *v);
void vmx_state_load(struct vmx_vcpu *v);
void vmx_state_put(struct vmx_vcpu *v);
void vmx_msrs_changed(struct vmx_vcpu *v);
bool vmx_vcpu_load(struct vmx_vcpu *v);
void vmx_vcpu_put(struct vmx_vcpu *v);
void vmx_fpu_load(struct vmx_vcpu *v);
void vmx_fpu_put(struct vmx_vcpu *v);

/* vmx_flush.c */
void vmx_flush_ept(u64 eptp);
void vmx_flush_all_ept(void);
void vmx_flush_guest(struct vmx_vcpu *v);
void vmx_flush_as_asked(struct vmx_vcpu *v);

/* vmx_vec.c */
int vmx_vec_get(unsigned int reg, u8 *data, unsigned int len);
int vmx_vec_set(unsigned int reg, const u8 *data, bool vex);
u16 vmx_get_fcw(void);
u16 vmx_get_fsw(void);
int vmx_set_fcw(u16 fcw);
u32 vmx_get_mxcsr(void);
int vmx_set_mxcsr(u32 mxcsr);

/*
 * Entries in one turn with interrupts off, before the host is looked at. An exit for a host
 * interrupt ends a turn sooner, so this only bounds a guest whose processor holds those back.
 */
#define VMX_TURN_BUDGET	256

/* vmx_timer.c */
void vmx_set_deadline(struct vmx_vcpu *v, u64 tsc);
void vmx_arm_timer(struct vmx_vcpu *v);

/* Can vmx_set_deadline() be used? */
static inline bool vmx_has_timer(void)
{
	return vmx_conf.pinbased & VMX_CTL_PIN_PREEMPTION_TIMER;
}

/* Has the deadline passed? The layer above sets another then. */
static inline bool vmx_deadline_is_due(const struct vmx_vcpu *v)
{
	return v->deadline && (s64)(rdtsc() - v->deadline) >= 0;
}

/* vmx_turn.c */
void vmx_turn_begin(struct vmx_vcpu *v);
void vmx_turn_end(struct vmx_vcpu *v, enum vmx_result result);
void vmx_refresh_host_state(struct vmx_vcpu *v);
void vmx_xss_changed(const struct vmx_vcpu *v);

/* vmx_run.c */
enum vmx_result vmx_run(struct vmx_vcpu *v);

/* exit_cr.c */
int vmx_set_xcr0(struct vmx_vcpu *v, u64 xcr0);

/* exit_msr.c */
void vmx_msr_finish_read(struct vmx_vcpu *v, u64 value);

/* vmx_event.c */
void vmx_set_procbased(struct vmx_vcpu *v, u32 procbased);
bool vmx_interrupt_allowed(const struct vmx_vcpu *v);
void vmx_inject_interrupt(struct vmx_vcpu *v, u8 vector);
void vmx_inject_nmi(struct vmx_vcpu *v);
void vmx_inject_exception(struct vmx_vcpu *v, u8 vector, bool has_error, u32 error_code);
void vmx_restore_event(struct vmx_vcpu *v, u32 what, bool has_error, u32 error_code);
void vmx_restore_soft_event(struct vmx_vcpu *v, u8 vector, u8 insn_len);
void vmx_inject_page_fault(struct vmx_vcpu *v, u64 linear, u32 error_code);
void vmx_inject_gp(struct vmx_vcpu *v);
void vmx_inject_ud(struct vmx_vcpu *v);
void vmx_inject_int1(struct vmx_vcpu *v);
void vmx_requeue_interrupted_event(struct vmx_vcpu *v);
void vmx_intr_window(struct vmx_vcpu *v, bool on);
void vmx_nmi_window(struct vmx_vcpu *v, bool on);
bool vmx_debug_pending(const struct vmx_vcpu *v);
bool vmx_nmi_allowed(const struct vmx_vcpu *v);
bool vmx_event_pending(const struct vmx_vcpu *v);
void vmx_cancel_event(struct vmx_vcpu *v);

/* vmx_event_state.c: events as userspace reads and writes them */
int vmx_waiting_interrupt(const struct vmx_vcpu *v);
void vmx_get_events(const struct vmx_vcpu *v, struct kvm_vcpu_events *events);
void vmx_set_shadow(u8 shadow);
void vmx_mask_nmi(struct vmx_vcpu *v, bool masked);
bool vmx_nmi_in_service(const struct vmx_vcpu *v);
void vmx_restore_exception(struct vmx_vcpu *v, u8 vector, u32 error_code);
void vmx_deliver_exception(struct vmx_vcpu *v, u8 vector, u32 error_code, bool has_payload,
			   u64 payload);

/* vmx_debug.c */
void vmx_set_dr7(struct vmx_vcpu *v, u64 value);
void vmx_get_debugregs(const struct vmx_vcpu *v, struct kvm_debugregs *regs);
void vmx_set_debugregs(struct vmx_vcpu *v, const struct kvm_debugregs *regs);
void vmx_set_guest_debug(struct vmx_vcpu *v, const struct kvm_guest_debug *debug);
void vmx_debug_inject(struct vmx_vcpu *v, u32 control);
void vmx_debug_next_step(struct vmx_vcpu *v);
void vmx_debug_retry(void);
u64 vmx_effective_dr7(const struct vmx_vcpu *v);
void vmx_inject_db(struct vmx_vcpu *v, u64 dr6_causes);

/* vmx_regs.c */
void vmx_get_regs(const struct vmx_vcpu *v, struct kvm_regs *regs);
void vmx_set_regs(struct vmx_vcpu *v, const struct kvm_regs *regs);
void vmx_get_segment(struct kvm_segment *seg, unsigned int which);
void vmx_set_segment(const struct kvm_segment *seg, unsigned int which);

void vmx_get_hidden_segment(struct guest_seg *seg, unsigned int which);
u16 vmx_get_selector(unsigned int which);
void vmx_set_hidden_segment(unsigned int which, u16 selector, const struct guest_seg *seg);

/* The guest's privilege level: the vCPU is loaded. */
static inline unsigned int vmx_guest_cpl(void)
{
	return vmcs_read32(GUEST_SS_AR_BYTES) >> 5 & 3;
}

/* The guest's TSC, when the processor's is @tsc. */
static inline u64 vmx_guest_tsc(const struct vmx_vcpu *v, u64 tsc)
{
	return guest_tsc_scale(tsc, v->tsc_ratio) + v->tsc_offset;
}

/* Does a debugger want to see where the guest is after each instruction? */
static inline bool vmx_single_steps(const struct vmx_vcpu *v)
{
	return v->debugger.control & KVM_GUESTDBG_SINGLESTEP;
}

/* vmx_sregs.c */
void vmx_get_sregs(const struct vmx_vcpu *v, struct kvm_sregs *sregs);
int vmx_check_sregs(const struct vmx_vcpu *v, const struct kvm_sregs *s, struct vmh_error *err);
void vmx_set_sregs(struct vmx_vcpu *v, const struct kvm_sregs *sregs);
void vmx_set_efer(struct vmx_vcpu *v, u64 efer);
void vmx_save_efer(const struct vmx_vcpu *v);
u64 vmx_guest_cr0(void);
u64 vmx_guest_cr4(void);
void vmx_set_cr3(struct vmx_vcpu *v, u64 cr3);
void vmx_set_pdptrs(const u64 pdptr[4]);
bool vmx_get_pdptrs(const struct vmx_vcpu *v, u64 pdptr[4]);
void vmx_get_paging(const struct vmx_vcpu *v, struct guest_paging *paging);
void vmx_cpuid_changed(struct vmx_vcpu *v);
void vmx_set_cr4_host_owned(struct vmx_vcpu *v, u64 value);

/* vmx_perf.c */
void vmx_perf_create(struct vmx_vcpu *v);
void vmx_perf_refresh(struct vmx_vcpu *v);

/* vmx_pml.c */
#define VMX_PML_ENTRIES	512
void vmx_pml_choose(void);
void vmx_pml_set(struct vmx_vcpu *v, bool on);
unsigned int vmx_pml_take(struct vmx_vcpu *v, const u64 **entries);

/* vmx_explain.c */
struct vmx_entry_result;
void vmx_explain(struct vmx_vcpu *v, struct vmx_entry_result *result);

/* vmx_msr.c */
void vmx_msr_init(void);
int vmx_get_msr(struct vmx_vcpu *v, u32 index, u64 *value, bool by_host);
int vmx_set_msr(struct vmx_vcpu *v, u32 index, u64 value, bool by_host);
unsigned int vmx_msr_list(u32 *indices, unsigned int max);
void vmx_set_msr_filter(struct vmx_vcpu *v, const struct msr_filter *filter,
			const void *const bitmaps[2]);

/* vmx_bitmap.c */
void vmx_use_msr_bitmaps(struct vmx_vcpu *v);
void vmx_filtered_msr_bitmaps(const struct msr_filter *filter, void *const bitmaps[2]);

/* vmx_spec.c */
void vmx_spec_update(struct vmx_vcpu *v);
int vmx_set_spec_ctrl(struct vmx_vcpu *v, u32 index, u64 value, bool by_host);
int vmx_set_pred_cmd(struct vmx_vcpu *v, u32 index, u64 value, bool by_host);
int vmx_set_flush_cmd(struct vmx_vcpu *v, u32 index, u64 value, bool by_host);
int vmx_set_arch_caps(struct vmx_vcpu *v, u32 index, u64 value, bool by_host);

/* VMX segment numbers: the order of the VMCS fields and of instruction information. */
enum vmx_segment {
	VMX_ES, VMX_CS, VMX_SS, VMX_DS, VMX_FS, VMX_GS, VMX_LDTR, VMX_TR,
};

/* vmx_insn.c */
void vmx_skip_instruction(struct vmx_vcpu *v);

/* vmx_tsc.c */
void vmx_write_tsc(const struct vmx_vcpu *v);
void vmx_move_tsc(struct vmx_vcpu *v, u64 offset);
void vmx_set_tsc(struct vmx_vcpu *v, u64 offset, u64 ratio);

#endif /* VMH_VMX_H */
