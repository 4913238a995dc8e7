/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernels that vmh builds against differ. The one place for it. */
#ifndef VMH_COMPAT_H
#define VMH_COMPAT_H

#ifdef __ASSEMBLER__

#include <asm/alternative.h>
#include <asm/cpufeatures.h>

/*
 * Buffers are cleared before guests run for flaws for which they are not before userspace does. No
 * guest of vmh's reaches a device: what is for those that do is left out.
 */
#ifdef X86_FEATURE_CLEAR_CPU_BUF_VM_MMIO
#define VMH_FEATURE_CLEAR_CPU_BUF	X86_FEATURE_CLEAR_CPU_BUF_VM
#else
#define VMH_FEATURE_CLEAR_CPU_BUF	X86_FEATURE_CLEAR_CPU_BUF
#endif

/*
 * VERW with a selector of vmh's own: the kernel's changed its name, and is for KVM alone from 6.19
 * on. Outside the alternative, where older kernels do not relocate its address.
 */
.macro VMH_CLEAR_CPU_BUFFERS
	ALTERNATIVE __stringify(jmp .Lbuffers_clear\@), "", VMH_FEATURE_CLEAR_CPU_BUF
	verw	vmx_verw_selector(%rip)
.Lbuffers_clear\@:
.endm

#else /* __ASSEMBLER__ */

#include <linux/eventfd.h>
#include <linux/hardirq.h>
#include <linux/hrtimer.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/perf_event.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/pgtable.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/nospec-branch.h>
#include <asm/perf_event.h>
#include <asm/processor.h>
#include <asm/ptrace.h>

#include "vmx_ctls.h"

/* The thread's flags that ask for schedule() before it goes into the guest. */
#ifdef _TIF_NEED_RESCHED_LAZY
#define VMH_TIF_RESCHED		(_TIF_NEED_RESCHED | _TIF_NEED_RESCHED_LAZY)
#else
#define VMH_TIF_RESCHED		_TIF_NEED_RESCHED
#endif

/* 6.16 calls them by the size of their operand. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define vmh_rdmsr_safe		rdmsrq_safe
#define vmh_wrmsr_safe		wrmsrq_safe
#define vmh_native_wrmsr	native_wrmsrq
#else
#define vmh_rdmsr_safe		rdmsrl_safe
#define vmh_wrmsr_safe		wrmsrl_safe
#define vmh_native_wrmsr	native_wrmsrl
#endif

/* Events of this kernel go by FRED: its processors have CR4.FRED set. */
static __always_inline bool vmx_host_has_fred(void)
{
#ifdef X86_FEATURE_FRED
	return cpu_feature_enabled(X86_FEATURE_FRED);
#else
	return false;
#endif
}

/*
 * The vector that notifies of posted interrupts. One that comes when no guest runs has a handler in
 * the kernel that does nothing, if the kernel is made for a hypervisor.
 */
#define VMH_HOST_HAS_POSTED_VECTOR	IS_ENABLED(CONFIG_KVM)
#define VMH_HOST_POSTED_VECTOR		POSTED_INTR_VECTOR

static inline void vmx_host_send_posted(int cpu)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	__apic_send_IPI_mask(cpumask_of(cpu), VMH_HOST_POSTED_VECTOR);
#else
	apic->send_IPI_mask(cpumask_of(cpu), VMH_HOST_POSTED_VECTOR);
#endif
}

/*
 * A kernel with FRED has an entry for the events that its own hypervisor hands on. From 7.1 on it
 * is for all events and without FRED, too: an interrupt's own gate leaves the timer unprogrammed
 * where interrupts were off.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0) && IS_ENABLED(CONFIG_KVM_INTEL)
#include <linux/entry-common.h>
#include <asm/trapnr.h>
#define VMX_HOST_FRED_ENTRY	true
#define VMX_HOST_GATES		false
#define vmx_host_fred_nmi()	x86_entry_from_kvm(EVENT_TYPE_NMI, X86_TRAP_NMI)
#define vmx_host_hand_on(vector) x86_entry_from_kvm(EVENT_TYPE_EXTINT, vector)
#elif defined(CONFIG_X86_FRED) && IS_ENABLED(CONFIG_KVM_INTEL)
#include <asm/fred.h>
#define VMX_HOST_FRED_ENTRY	true
#define vmx_host_fred_nmi()	fred_entry_from_kvm(EVENT_TYPE_NMI, X86_TRAP_NMI)
#else
#define VMX_HOST_FRED_ENTRY	false
#define vmx_host_fred_nmi()	do { } while (0)
#endif

/* Do interrupts that an exit has acknowledged go through their gates, or to that entry? */
#ifndef VMX_HOST_GATES
#define VMX_HOST_GATES		true
static inline void vmx_host_hand_on(unsigned int vector)
{
}
#endif

/* Can they go anywhere? */
static inline bool vmx_host_takes_interrupts(void)
{
	return !VMX_HOST_GATES ||
	       (!vmx_host_has_fred() && !IS_ENABLED(CONFIG_HRTIMER_REARM_DEFERRED));
}

/* SDM, "NMI": an NMI that caused a VM exit is pending nowhere any more: run its handler. */
static __always_inline void vmx_host_nmi(void)
{
	switch (vmx_nmi_way(vmx_host_has_fred(), VMX_HOST_FRED_ENTRY)) {
	case VMX_NMI_INT2:
		asm volatile("int $2");
		break;
	case VMX_NMI_FRED:
		vmx_host_fred_nmi();
		break;
	case VMX_NMI_NONE:
		break;		/* vmx_unusable() has seen to it that no guest runs */
	}
}

/*
 * The last place where a processor that goes offline can be told so, with interrupts off and no
 * thread to come: no state there is for modules to be given. So this one is borrowed, whose owner
 * is a timer of ARM processors.
 */
#define VMH_CPUHP_DYING		CPUHP_AP_ARM_ARCH_TIMER_STARTING

/*
 * The kernel's hook for hypervisors in a crash. It came with 6.6, and into older stable kernels;
 * those without it take each processor with CR4.VMXE set out of VMX operation by themselves.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0) && IS_ENABLED(CONFIG_KVM_INTEL)
/*
 * From 7.1 on the kernel itself takes each processor with CR4.VMXE set out of VMX operation. Its
 * hook is for what comes before: VMCSs, whose memory the next kernel may not touch anyway.
 */
#define VMH_HAS_CRASH_HOOK	true
static inline void vmh_crash_register(void (*callback)(void))
{
}

static inline void vmh_crash_unregister(void (*callback)(void))
{
}
#elif IS_ENABLED(CONFIG_KVM_INTEL) || IS_ENABLED(CONFIG_KVM_AMD)
#define VMH_HAS_CRASH_HOOK	true
void cpu_emergency_register_virt_callback(void (*callback)(void)) __weak;
void cpu_emergency_unregister_virt_callback(void (*callback)(void)) __weak;

static inline void vmh_crash_register(void (*callback)(void))
{
	if (cpu_emergency_register_virt_callback)
		cpu_emergency_register_virt_callback(callback);
}

static inline void vmh_crash_unregister(void (*callback)(void))
{
	if (cpu_emergency_unregister_virt_callback)
		cpu_emergency_unregister_virt_callback(callback);
}
#else
/* A kernel without any hypervisor of its own has none. */
#define VMH_HAS_CRASH_HOOK	false
static inline void vmh_crash_register(void (*callback)(void))
{
}

static inline void vmh_crash_unregister(void (*callback)(void))
{
}
#endif

/* KVM's own hook is there as long as the module, or only as long as it has VT-x. */
#define VMH_KVM_HOOKS_AT_LOAD	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0))

/* Memory of the VMM mapped by a huge page: these were renamed in 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define vmh_pmd_is_leaf(pmd)	pmd_leaf(pmd)
#define vmh_pud_is_leaf(pud)	pud_leaf(pud)
#else
#define vmh_pmd_is_leaf(pmd)	pmd_large(pmd)
#define vmh_pud_is_leaf(pud)	pud_large(pud)
#endif

/* The kernel does not read immediate_exit itself, and says so in the member's name. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define vmh_immediate_exit(run)	READ_ONCE((run)->immediate_exit__unsafe)
#else
#define vmh_immediate_exit(run)	READ_ONCE((run)->immediate_exit)
#endif

/*
 * One page of the calling process by its page fault, with a reference. Where the kernel can, a
 * signal of any kind ends a wait that userspace is the cause of (userfaultfd): -EINTR. -EHWPOISON
 * where the memory has an error.
 */
static inline long vmh_get_user_page(unsigned long address, bool write, struct page **page)
{
	unsigned int flags = FOLL_HWPOISON | (write ? FOLL_WRITE : 0);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	flags |= FOLL_INTERRUPTIBLE;
#endif
	return get_user_pages_unlocked(address, 1, page, flags);
}

/* Pins one page of another address space, its mmap_lock held; clears *locked if it dropped that. */
static inline long vmh_pin_remote(struct mm_struct *mm, unsigned long address, unsigned int flags,
				  struct page **page, int *locked)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	return pin_user_pages_remote(mm, address, 1, flags, page, locked);
#else
	return pin_user_pages_remote(mm, address, 1, flags, page, NULL, locked);
#endif
}

/* Sending a reschedule interrupt is traced in newer kernels, and load_gs_index() has moved. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#include <asm/gsseg.h>
#include <trace/events/ipi.h>
#endif

/* The host traps locked accesses that are split over cache lines; may sleep. */
#ifdef CONFIG_CPU_SUP_INTEL
#define vmx_host_split_lock(rip)	handle_guest_split_lock(rip)
#else
static inline bool vmx_host_split_lock(unsigned long rip)
{
	return false;
}
#endif

#ifdef CONFIG_X86_MCE
/* The handler treats what it finds in user mode as survivable, and so is what hit a guest. */
static inline void vmx_host_machine_check(void)
{
	struct pt_regs regs = {
		.cs = 3,
		.flags = X86_EFLAGS_IF,
	};

	do_machine_check(&regs);
}
#else
static inline void vmx_host_machine_check(void)
{
}
#endif

/* Flaws of processors that a kernel may be too old to know of. */
#define VMX_BUG_UNKNOWN	0xffff
#ifdef X86_BUG_RFDS
#define VMX_BUG_RFDS	X86_BUG_RFDS
#else
#define VMX_BUG_RFDS	VMX_BUG_UNKNOWN
#endif
#ifdef X86_BUG_ITS
#define VMX_BUG_ITS	X86_BUG_ITS
#else
#define VMX_BUG_ITS	VMX_BUG_UNKNOWN
#endif

/* Gather data sampling: not a flaw of this processor, or mended by its microcode. */
static inline bool vmx_host_is_safe_from_gds(void)
{
#ifdef X86_BUG_GDS
	u64 caps = 0, control = GDS_MITG_DIS;

	if (!boot_cpu_has_bug(X86_BUG_GDS))
		return true;
	vmh_rdmsr_safe(MSR_IA32_ARCH_CAPABILITIES, &caps);
	if (caps & ARCH_CAP_GDS_CTRL)
		vmh_rdmsr_safe(MSR_IA32_MCU_OPT_CTRL, &control);
	return !(control & GDS_MITG_DIS);
#else
	return false;
#endif
}

/*
 * Does the host want its L1 data cache hidden from guests (l1tf= on its command line), and at every
 * entry? A kernel built without KVM does not tell; then the processor alone decides.
 */
static inline bool vmx_host_hides_l1d(void)
{
#if IS_ENABLED(CONFIG_KVM_INTEL)
	return l1tf_mitigation != L1TF_MITIGATION_OFF;
#else
	return true;
#endif
}

static inline bool vmx_host_hides_l1d_always(void)
{
#if IS_ENABLED(CONFIG_KVM_INTEL)
	return l1tf_mitigation >= L1TF_MITIGATION_FULL;
#else
	return false;
#endif
}

/*
 * Has an interrupt been handled on this processor since this was last asked? It may have brought
 * secrets into the L1 data cache, which is what the kernel notes it for, for its own hypervisor. A
 * kernel built without KVM does not: then one may always have been. Interrupts are off.
 */
static __always_inline bool vmx_host_handled_interrupt(void)
{
#if IS_ENABLED(CONFIG_KVM_INTEL)
	if (likely(!kvm_get_cpu_l1tf_flush_l1d()))
		return false;
	kvm_clear_cpu_l1tf_flush_l1d();
#endif
	return true;
}

/* How many NMIs this processor has handled. Preemption is off. */
static __always_inline unsigned int vmx_host_nmis(void)
{
	return this_cpu_read(irq_stat.__nmi_count);
}

/*
 * The host's counters that are not to go on in a guest, and their number; NULL if it has none. The
 * kernel wants a hypervisor's description of the guest's own counters, much smaller than a page;
 * some kernels read it without asking whether there is one. All zeroes are none.
 */
static inline const struct perf_guest_switch_msr *vmx_host_counters(int *nr)
{
#if defined(CONFIG_PERF_EVENTS) && defined(CONFIG_CPU_SUP_INTEL)
	return perf_guest_get_msrs(nr, empty_zero_page);
#else
	return NULL;
#endif
}

/* SDM has no name for it; the kernel's documentation calls it VMSCAPE. This processor. */
static __always_inline void vmx_host_ibpb_before_user(void)
{
#ifdef X86_FEATURE_IBPB_EXIT_TO_USER
	if (cpu_feature_enabled(X86_FEATURE_IBPB_EXIT_TO_USER))
		this_cpu_write(x86_ibpb_exit_to_user, true);
#endif
}

/*
 * What was trained before steers no branch from now on. The kernel's function for it is KVM's alone
 * from 6.19 on; it looks after other makers' processors, too.
 */
static inline void vmx_host_ibpb(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	if (cpu_feature_enabled(X86_FEATURE_IBPB))
		vmh_native_wrmsr(MSR_IA32_PRED_CMD, PRED_CMD_IBPB);
#else
	indirect_branch_prediction_barrier();
#endif
}

/*
 * The processor traces no program in VMX operation if it cannot do both; perf has to know. From 7.1
 * on it cannot be told, other than by the kernel's own way into VMX operation, which is for KVM.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
static inline void vmx_host_tracing(int in_vmx)
{
}
#else
#define vmx_host_tracing(in_vmx)	intel_pt_handle_vmx(in_vmx)
#endif

static inline void vmh_eventfd_signal(struct eventfd_ctx *ctx)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	eventfd_signal(ctx, 1);
#else
	eventfd_signal(ctx);
#endif
}

/* The memory cgroup that a page allocated now would be charged to; NULL for the root. Under RCU. */
static inline struct mem_cgroup *vmh_current_memcg(void)
{
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg = mem_cgroup_from_task(current);

	return parent_mem_cgroup(memcg) ? memcg : NULL;
#else
	return NULL;
#endif
}

/* Whether a page was used: the kernel's question to the notifiers of an address space. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
#define vmh_young_t	bool
#else
#define vmh_young_t	int
#endif

typedef unsigned long vmh_shrink_fn(struct shrinker *, struct shrink_control *);

static inline int vmh_shrinker_register(struct shrinker **shrinker, vmh_shrink_fn *count,
					vmh_shrink_fn *scan)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	int ret;

	*shrinker = kzalloc(sizeof(**shrinker), GFP_KERNEL);
	if (!*shrinker)
		return -ENOMEM;
	(*shrinker)->count_objects = count;
	(*shrinker)->scan_objects = scan;
	(*shrinker)->seeks = DEFAULT_SEEKS;
	ret = register_shrinker(*shrinker, "vmh");
	if (ret)
		kfree(*shrinker);
	return ret;
#else
	*shrinker = shrinker_alloc(0, "vmh");
	if (!*shrinker)
		return -ENOMEM;
	(*shrinker)->count_objects = count;
	(*shrinker)->scan_objects = scan;
	shrinker_register(*shrinker);
	return 0;
#endif
}

static inline void vmh_shrinker_unregister(struct shrinker *shrinker)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	unregister_shrinker(shrinker);
	kfree(shrinker);
#else
	shrinker_free(shrinker);
#endif
}

static inline void vmh_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*expires)(struct hrtimer *timer),
				     clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(timer, clock, mode);
	timer->function = expires;
#else
	hrtimer_setup(timer, expires, clock, mode);
#endif
}

/* How long the calling thread has waited for a processor, in all; 0 where nobody counts. */
static inline u64 vmh_run_delay_ns(void)
{
#ifdef CONFIG_SCHED_INFO
	return current->sched_info.run_delay;
#else
	return 0;
#endif
}

#endif /* __ASSEMBLER__ */
#endif /* VMH_COMPAT_H */
