/* SPDX-License-Identifier: GPL-2.0 */
/* VT-x on the physical processors: what they offer, and turning VMX operation on and off. */
#ifndef VMH_VMX_CPU_H
#define VMH_VMX_CPU_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/vmh.h>
#include <asm/fpu/types.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/processor-flags.h>

#include "cpuid_table.h"
#include "spec_ctrl.h"
#include "vmx_ctls.h"

/* CR0 bits that a guest changes only through an exit; in its place the shadow is read. */
#define VMX_CR0_HOST_OWNED	(X86_CR0_CD | X86_CR0_NW | X86_CR0_NE | X86_CR0_ET)

/* CR4 bits that a guest changes only through an exit, beside those its CPUID does not offer. */
#define VMX_CR4_HOST_OWNED	(X86_CR4_VMXE | X86_CR4_SMXE | X86_CR4_OSXSAVE | X86_CR4_PKE | \
				 X86_CR4_MCE)

/* State components that are switched; AMX is not: the kernel gives it room only on request. */
#define VMX_GUEST_XCR0	(XFEATURE_MASK_FP | XFEATURE_MASK_SSE | XFEATURE_MASK_YMM | \
			 XFEATURE_MASK_AVX512 | XFEATURE_MASK_PKRU)

/* SDM, "Debug Registers": which bits can be written, and what an exit or #DB reports. */
#define VMX_DR6_WRITABLE	0xe00fULL
#define VMX_DR6_CAUSES		0x600fULL
#define VMX_DR6_BD		0x2000ULL
#define VMX_DR6_BT		0x8000ULL
#define VMX_DR7_WRITABLE	0xffff23ffULL
#define VMX_DR7_ENABLES		0xffULL
#define VMX_DR7_GD		0x2000ULL
#define VMX_DR7_FIXED		0x400ULL

/**
 * enum vmx_direct - what of speculation control a guest does without an exit
 * @VMX_DIRECT_PLAIN: nothing.
 * @VMX_DIRECT_IBPB: writes of IA32_PRED_CMD.
 * @VMX_DIRECT_SPEC: these, and IA32_SPEC_CTRL.
 * @VMX_DIRECT_NR: how many there are.
 */
enum vmx_direct {
	VMX_DIRECT_PLAIN,
	VMX_DIRECT_IBPB,
	VMX_DIRECT_SPEC,
	VMX_DIRECT_NR,
};

/**
 * struct vmx_conf - how VT-x is used on this machine
 * @caps: capability MSRs as read.
 * @features: VMH_CPU_* bits.
 * @unusable: why no VM can run, or VMH_USABLE.
 * @pinbased: pin-based VM-execution controls.
 * @procbased: primary processor-based controls.
 * @procbased2: secondary processor-based controls.
 * @exit_ctls: VM-exit controls.
 * @entry_ctls: VM-entry controls, without IA-32e mode guest.
 * @used: by enum vmx_ctl_word, all controls that are turned on at some time.
 * @timer_value: preemption-timer value that bounds the time in guest mode.
 * @timer_shift: the preemption timer counts once every 2^n ticks of the TSC.
 * @invept_type: what vmx_flush_ept() asks for.
 * @invvpid_type: what vmx_flush_guest() asks for.
 * @cr4_always: CR4 bits that are set while a guest runs, whatever it wants: VMXE, and MCE where the
 *	host has it, for a machine check that finds it clear stops the processor.
 * @cr4_emulated: CR4 bits that guests have without the processor: they are never set in GUEST_CR4.
 * @host_xcr0: XCR0 of the host, 0 without XSAVE.
 * @host_xss: IA32_XSS of the host, 0 without XSAVES. Guests can have no bit that it has not.
 * @ept_features: EPT_FEATURE_* that are used, but for EPT_FEATURE_PML.
 * @fpu_bytes: memory that a guest's FPU state takes.
 * @rdtscp: guests may use RDTSCP and IA32_TSC_AUX.
 * @debugctl_varies: the kernel has means to change the host's IA32_DEBUGCTL while it runs.
 * @perf_fields: the VMCS has fields for IA32_PERF_GLOBAL_CTRL.
 * @pml: the processor logs dirty pages.
 * @l1d_flush_always: the L1 data cache is emptied before each entry, not only the first of a turn.
 * @l1d_flush_reads: by reading, since the microcode cannot.
 * @loads_pat: entries and exits load IA32_PAT; otherwise guests run with the host's.
 * @tsx_off: transactions are switched off while a guest's state is on the processor.
 * @spec: what there is of speculation control.
 * @msr_bitmaps: shared by all vCPUs; a clear bit is an MSR that needs no exit. By enum vmx_direct,
 *	NULL beyond what there is; the second of each is for those whose x2APIC the processor takes
 *	care of.
 * @tpr_shadow: the processor keeps CR8 in the local APIC's page.
 * @apicv: the processor delivers interrupts by itself.
 * @apicv_on_trial: it has not been tried yet; see vmx_try_apicv().
 * @acknowledge: then exits acknowledge the host's interrupts, as posted interrupts demand.
 * @posted: the processor takes interrupts that other processors post.
 *
 * Written at module load, and what the trial changes before there is a VM; read ever after.
 */
struct vmx_conf {
	struct vmx_caps caps;
	u64 features;
	enum vmh_unusable unusable;
	u32 pinbased;
	u32 procbased;
	u32 procbased2;
	u32 exit_ctls;
	u32 entry_ctls;
	u32 used[VMX_CTL_WORDS];
	u32 timer_value;
	unsigned int timer_shift;
	unsigned int invept_type;
	enum vmx_invvpid invvpid_type;
	u64 cr4_always;
	u64 cr4_emulated;
	u64 host_xcr0;
	u64 host_xss;
	u32 ept_features;
	unsigned int fpu_bytes;
	bool rdtscp;
	bool debugctl_varies;
	bool perf_fields;
	bool pml;
	bool l1d_flush_always;
	bool l1d_flush_reads;
	bool loads_pat;
	bool tsx_off;
	struct spec_host spec;
	void *msr_bitmaps[VMX_DIRECT_NR][2];
	bool tpr_shadow;
	bool apicv;
	bool apicv_on_trial;
	bool acknowledge;
	bool posted;
};

extern struct vmx_conf vmx_conf;

/**
 * struct vmx_cpu_msrs - a processor's own values of MSRs that guests share with it
 *
 * The kernel sets them once, before any vCPU can run; IA32_DEBUGCTL only where it does not vary,
 * and but for stepping from branch to branch, which is a task's.
 */
struct vmx_cpu_msrs {
	u64 star;
	u64 lstar;
	u64 cstar;
	u64 fmask;
	u64 tsc_aux;
	u64 tsx_ctrl;
	u64 debugctl;
};

DECLARE_PER_CPU(struct vmx_cpu_msrs, vmx_cpu_msrs);

/* This processor is in VMX operation, by vmh. Stable while preemption is off and a VM can run. */
DECLARE_PER_CPU(bool, vmx_cpu_on);

int vmx_hw_init(void);
void vmx_hw_exit(void);
enum vmh_unusable vmx_cpu_unusable(void);
int vmx_try_apicv(void);

/* vmx_probe.c */
int vmx_probe_apicv(bool *held);

/* vmx_hw.c */
enum vmh_unusable vmx_hw_unusable(void);
int vmx_hw_get(enum vmh_unusable *why);
void vmx_hw_try(void);
void vmx_hw_put(void);
void vmx_hw_close(void);
void vmx_hw_shutdown(void);
void vmx_hw_suspend(void);
bool vmx_hw_resume(void);

/* vmx_crash.c */
void vmx_crash_init(void);
void vmx_crash_exit(void);
void vmx_crash_hook(bool on);
void vmx_off_here(void);

/* vmx_features.c */
#define VMX_KERNEL_WORDS	11
void vmx_kernel_cpuid(struct cpuid_kernel_word words[VMX_KERNEL_WORDS]);
void vmx_guest_caps(struct cpuid_caps *caps);
void vmx_spec_choose(void);

/* exit_descriptor.c */
void vmx_choose_umip(void);
void vmx_emulate_cr4(u64 cr4);

/* vmx_bitmap.c */
int vmx_msr_bitmaps_create(void);
void vmx_msr_bitmaps_destroy(void);

/* vmx_sregs.c: exits leave IA32_EFER as it was. */
DECLARE_STATIC_KEY_FALSE(vmx_efer_unsaved);

/* vmx_l1d.c: the L1 data cache is emptied before a guest is entered. */
DECLARE_STATIC_KEY_FALSE(vmx_l1d_flush);

void vmx_l1d_choose(void);
void vmx_l1d_empty(void);

/* vmx_ept.c */
void vmx_ept_choose(void);

/* vmx_perf.c */
DECLARE_STATIC_KEY_FALSE(vmx_has_counters);
void vmx_counters_choose(void);

#endif /* VMH_VMX_CPU_H */
