// SPDX-License-Identifier: GPL-2.0
/*
 * What VT-x offers on the physical processors, and what of it is used. SDM, "Discovering Support
 * for VMX", "VMX Capability Reporting Facility".
 */
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/moduleparam.h>
#include <asm/cpufeature.h>
#include <asm/fpu/xcr.h>
#include <asm/tlbflush.h>
#include <asm/tsc.h>

#include "ept.h"
#include "fail_point.h"
#include "vmh_compat.h"
#include "vmx.h"
#include "vmx_errata.h"
#include "vmx_pretend.h"

/*
 * The longest stay in guest mode, ns. Host interrupts end it sooner, but where they do not (a
 * processor that holds them back) this is how late the host's own timers can be.
 */
#define VMX_TIMER_NS	5000000

static int vmx_apicv_wanted = -1;
module_param_named(apicv, vmx_apicv_wanted, int, 0444);
MODULE_PARM_DESC(apicv, "The processor delivers guests' interrupts: 0 never, 1 if it can, -1 if a trial shows that it can");

static const u32 vmx_ctl_msr[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PIN] = MSR_IA32_VMX_PINBASED_CTLS,
	[VMX_CTL_WORD_PROC] = MSR_IA32_VMX_PROCBASED_CTLS,
	[VMX_CTL_WORD_PROC2] = MSR_IA32_VMX_PROCBASED_CTLS2,
	[VMX_CTL_WORD_EXIT] = MSR_IA32_VMX_EXIT_CTLS,
	[VMX_CTL_WORD_ENTRY] = MSR_IA32_VMX_ENTRY_CTLS,
};

static const u32 vmx_true_ctl_msr[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PIN] = MSR_IA32_VMX_TRUE_PINBASED_CTLS,
	[VMX_CTL_WORD_PROC] = MSR_IA32_VMX_TRUE_PROCBASED_CTLS,
	[VMX_CTL_WORD_PROC2] = MSR_IA32_VMX_PROCBASED_CTLS2,
	[VMX_CTL_WORD_EXIT] = MSR_IA32_VMX_TRUE_EXIT_CTLS,
	[VMX_CTL_WORD_ENTRY] = MSR_IA32_VMX_TRUE_ENTRY_CTLS,
};

/* An MSR that may be missing reads as 0. */
static u64 vmx_read_msr(u32 msr)
{
	u64 value;

	return vmh_rdmsr_safe(msr, &value) ? 0 : value;
}

/* On the processor itself. */
static void vmx_read_caps(struct vmx_caps *caps)
{
	const u32 *ctl_msr = vmx_ctl_msr;
	unsigned int word;

	memset(caps, 0, sizeof(*caps));
	caps->nmi = vmx_nmi_way(vmx_host_has_fred(), VMX_HOST_FRED_ENTRY);
	caps->cpuid1_ecx = cpuid_ecx(1);
	if (!(caps->cpuid1_ecx & BIT(X86_FEATURE_VMX & 31)))
		return;
	caps->feature_control = vmx_read_msr(MSR_IA32_FEAT_CTL);
	caps->basic = vmx_read_msr(MSR_IA32_VMX_BASIC);
	if (vmx_caps_has_true_ctls(caps->basic))
		ctl_msr = vmx_true_ctl_msr;
	for (word = 0; word < VMX_CTL_WORDS; word++)
		caps->ctls[word] = vmx_read_msr(ctl_msr[word]);
	vmx_pretend_caps(caps);
	caps->misc = vmx_read_msr(MSR_IA32_VMX_MISC);
	caps->cr0_fixed0 = vmx_read_msr(MSR_IA32_VMX_CR0_FIXED0);
	caps->cr0_fixed1 = vmx_read_msr(MSR_IA32_VMX_CR0_FIXED1);
	caps->cr4_fixed0 = vmx_read_msr(MSR_IA32_VMX_CR4_FIXED0);
	caps->cr4_fixed1 = vmx_read_msr(MSR_IA32_VMX_CR4_FIXED1);
	caps->ept_vpid = vmx_read_msr(MSR_IA32_VMX_EPT_VPID_CAP);
}

static bool vmx_feature_control_allows(void)
{
	u64 value = vmx_read_msr(MSR_IA32_FEAT_CTL);
	const u64 on = VMX_FEATURE_CONTROL_LOCKED | VMX_FEATURE_CONTROL_OUTSIDE_SMX;

	if (!(value & VMX_FEATURE_CONTROL_LOCKED))
		vmh_wrmsr_safe(MSR_IA32_FEAT_CTL, value | on);
	return (vmx_read_msr(MSR_IA32_FEAT_CTL) & on) == on;
}

/**
 * vmx_cpu_unusable() - can this processor be taken into VMX operation?
 *
 * Locks its feature control, if firmware has not.
 *
 * Context: on the processor, pinned to it.
 *
 * Return: the reason why not, or VMH_USABLE.
 */
enum vmh_unusable vmx_cpu_unusable(void)
{
	struct vmx_caps caps;

	vmx_read_caps(&caps);
	if (vmh_fail_point(VMH_FAIL_hw_differs) ||
	    vmx_caps_differ(&vmx_conf.caps, vmx_conf.used, &caps))
		return VMH_UNUSABLE_CPUS_DIFFER;
	if (!vmx_feature_control_allows())
		return VMH_UNUSABLE_LOCKED;
	if (native_read_cr4() & X86_CR4_VMXE)
		return VMH_UNUSABLE_IN_USE;
	return VMH_USABLE;
}

static u32 vmx_choose(enum vmx_ctl_word word, u32 optional)
{
	u32 controls;

	vmx_ctl_adjust(vmx_conf.caps.ctls[word], vmx_ctl_minimum[word], optional, &controls, NULL);
	return controls;
}

static bool vmx_has_apicv(void)
{
	const u64 proc2 = VMX_CTL_PROC2_X2APIC | VMX_CTL_PROC2_APIC_REGISTERS |
			  VMX_CTL_PROC2_VIRT_INTR;

	return vmx_conf.tpr_shadow && (vmx_choose(VMX_CTL_WORD_PROC2, proc2) & proc2) == proc2;
}

static u32 vmx_choose_pin(void)
{
	if (!vmx_timer_is_broken(cpuid_eax(1)))
		return vmx_choose(VMX_CTL_WORD_PIN, VMX_CTL_PIN_PREEMPTION_TIMER);
	vmx_conf.features &= ~VMH_CPU_PREEMPTION_TIMER;
	return vmx_choose(VMX_CTL_WORD_PIN, 0);
}

/* A guest's PAT can be loaded only where the host's is loaded after it. */
static void vmx_choose_switches(void)
{
	vmx_conf.exit_ctls = vmx_choose(VMX_CTL_WORD_EXIT, VMX_CTL_EXIT_CONCEAL_PT |
					VMX_CTL_EXIT_SAVE_EFER | VMX_CTL_EXIT_LOAD_PAT);
	vmx_conf.entry_ctls = vmx_choose(VMX_CTL_WORD_ENTRY, VMX_CTL_ENTRY_CONCEAL_PT |
					 VMX_CTL_ENTRY_LOAD_PAT);
	vmx_conf.loads_pat = (vmx_conf.exit_ctls & VMX_CTL_EXIT_LOAD_PAT) &&
			     (vmx_conf.entry_ctls & VMX_CTL_ENTRY_LOAD_PAT);
	if (!vmx_conf.loads_pat) {
		vmx_conf.exit_ctls &= ~VMX_CTL_EXIT_LOAD_PAT;
		vmx_conf.entry_ctls &= ~VMX_CTL_ENTRY_LOAD_PAT;
	}
	if (vmx_conf.exit_ctls & VMX_CTL_EXIT_SAVE_EFER)
		static_branch_disable(&vmx_efer_unsaved);
	else
		static_branch_enable(&vmx_efer_unsaved);
}

/* The minimum is what vmx_unusable() has checked; the rest is used where it is there. */
static void vmx_choose_controls(void)
{
	vmx_conf.pinbased = vmx_choose_pin();
	vmx_conf.procbased = vmx_choose(VMX_CTL_WORD_PROC, 0);
	vmx_conf.procbased2 = vmx_choose(VMX_CTL_WORD_PROC2,
					 VMX_CTL_PROC2_VPID |
					 VMX_CTL_PROC2_RDTSCP | VMX_CTL_PROC2_INVPCID |
					 VMX_CTL_PROC2_WBINVD | VMX_CTL_PROC2_XSAVES |
					 VMX_CTL_PROC2_ENCLS | VMX_CTL_PROC2_PAUSE_LOOP |
					 VMX_CTL_PROC2_CONCEAL_PT);
	vmx_choose_switches();
	vmx_conf.tpr_shadow = vmx_choose(VMX_CTL_WORD_PROC, VMX_CTL_PROC_TPR_SHADOW) &
			      VMX_CTL_PROC_TPR_SHADOW;
	vmx_conf.apicv = vmx_apicv_wanted && vmx_has_apicv();
	vmx_conf.apicv_on_trial = vmx_conf.apicv && vmx_apicv_wanted < 0;
	vmx_conf.cr4_always = X86_CR4_VMXE | (native_read_cr4() & X86_CR4_MCE);
	vmx_choose_umip();
	vmx_conf.rdtscp = vmx_conf.procbased2 & VMX_CTL_PROC2_RDTSCP;
	/* Branch records, and what of them and of counters stops in which mode. */
	vmx_conf.debugctl_varies = boot_cpu_has(X86_FEATURE_ARCH_PERFMON) ||
				   boot_cpu_has(X86_FEATURE_BTS);
	if (boot_cpu_has(X86_FEATURE_XSAVE))
		vmx_conf.host_xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
	if (!boot_cpu_has(X86_FEATURE_XSAVES))
		vmx_conf.procbased2 &= ~VMX_CTL_PROC2_XSAVES;
	else
		vmh_rdmsr_safe(MSR_IA32_XSS, &vmx_conf.host_xss);
}

/* Once all is chosen: what another processor must have too. */
static void vmx_note_used(void)
{
	u32 *used = vmx_conf.used;

	used[VMX_CTL_WORD_PIN] = vmx_conf.pinbased;
	used[VMX_CTL_WORD_PROC] = vmx_conf.procbased;
	used[VMX_CTL_WORD_PROC2] = vmx_conf.procbased2;
	used[VMX_CTL_WORD_EXIT] = vmx_conf.exit_ctls;
	used[VMX_CTL_WORD_ENTRY] = vmx_conf.entry_ctls;
	if (vmx_conf.cr4_emulated)
		used[VMX_CTL_WORD_PROC2] |= VMX_CTL_PROC2_DESCRIPTOR;
	if (vmx_conf.pml)
		used[VMX_CTL_WORD_PROC2] |= VMX_CTL_PROC2_PML;
	if (vmx_conf.perf_fields) {
		used[VMX_CTL_WORD_ENTRY] |= VMX_CTL_ENTRY_LOAD_PERF;
		used[VMX_CTL_WORD_EXIT] |= VMX_CTL_EXIT_LOAD_PERF;
	}
	if (vmx_conf.features & VMH_CPU_TSC_SCALING)
		used[VMX_CTL_WORD_PROC2] |= VMX_CTL_PROC2_TSC_SCALING;
	if (vmx_conf.tpr_shadow)
		used[VMX_CTL_WORD_PROC] |= VMX_CTL_PROC_TPR_SHADOW;
	if (!vmx_conf.apicv)
		return;
	if (vmx_conf.posted)
		used[VMX_CTL_WORD_PIN] |= VMX_CTL_PIN_POSTED_INTR;
	if (vmx_conf.acknowledge)
		used[VMX_CTL_WORD_EXIT] |= VMX_CTL_EXIT_ACK_INTR;
	used[VMX_CTL_WORD_PROC2] |= VMX_CTL_PROC2_X2APIC | VMX_CTL_PROC2_APIC_REGISTERS |
				    VMX_CTL_PROC2_VIRT_INTR;
}

static void vmx_init_timer(void)
{
	u64 ticks = (u64)tsc_khz * VMX_TIMER_NS / NSEC_PER_MSEC;

	vmx_conf.timer_shift = vmx_conf.caps.misc & GENMASK(4, 0);
	vmx_conf.timer_value = max_t(u64, ticks >> vmx_conf.timer_shift, 1);
}

/* The kernel does not tell how much memory fpu_alloc_guest_fpstate() takes: look at one. */
static int vmx_measure_fpu(void)
{
	struct fpu_guest fpu;

	if (!vmh_fail_false(load_fpu, fpu_alloc_guest_fpstate(&fpu)))
		return -ENOMEM;
	vmx_conf.fpu_bytes = PAGE_ALIGN(fpu.fpstate->size +
					ALIGN(offsetof(struct fpstate, regs), 64));
	fpu_free_guest_fpstate(&fpu);
	return 0;
}

/* On one processor: the cores of a hybrid one do not all have the same. */
static void vmx_look_and_choose(void)
{
	vmx_read_caps(&vmx_conf.caps);
	vmx_conf.unusable = vmx_unusable(&vmx_conf.caps);
	vmx_conf.features = vmx_features_from_caps(&vmx_conf.caps);
	if (vmx_conf.unusable != VMH_USABLE)
		return;
	vmx_choose_controls();
	vmx_msr_init();
	vmx_init_timer();
	vmx_ept_choose();
	vmx_pml_choose();
	vmx_l1d_choose();
	vmx_spec_choose();
	vmx_counters_choose();
	vmx_posted_choose();
	vmx_conf.invept_type = vmx_conf.caps.ept_vpid & VMX_EPT_EXTENT_CONTEXT_BIT ?
			       VMX_EPT_EXTENT_CONTEXT : VMX_EPT_EXTENT_GLOBAL;
	vmx_conf.invvpid_type = vmx_invvpid_type(&vmx_conf.caps);
	vmx_note_used();
}

/**
 * vmx_try_apicv() - is virtual-interrupt delivery used? It is tried out before there is a VM.
 *
 * Context: may sleep. All processors are in VMX operation; no vCPU exists, and none is created.
 *
 * Return: 0, or -ENOMEM: not tried.
 */
int vmx_try_apicv(void)
{
	bool held;
	int ret;

	if (!vmx_conf.apicv_on_trial)
		return 0;
	ret = vmx_probe_apicv(&held);
	if (ret)
		return ret;
	vmx_conf.apicv_on_trial = false;
	if (held)
		return 0;
	pr_info("vmh: virtual interrupts come to a guest that has them off: not used\n");
	vmx_conf.apicv = false;
	vmx_conf.acknowledge = false;
	vmx_conf.posted = false;
	vmx_note_used();
	return 0;
}

/**
 * vmx_hw_init() - find out what VT-x offers here
 *
 * Succeeds on a machine without VT-x too: vmx_conf.unusable then says what is missing.
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vmx_hw_init(void)
{
	int ret;

	migrate_disable();
	vmx_look_and_choose();
	migrate_enable();
	if (vmx_conf.unusable != VMH_USABLE)
		return 0;
	ret = vmx_measure_fpu();
	return ret ?: vmx_msr_bitmaps_create();
}

/**
 * vmx_hw_exit() - undo vmx_hw_init()
 */
void vmx_hw_exit(void)
{
	vmx_msr_bitmaps_destroy();
}
