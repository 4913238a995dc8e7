/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * vmh: the whole ABI of /dev/vmh.
 *
 * Calls that KVM has too keep KVM's number and structure, under another magic; their meaning is
 * that of KVM's API. Calls of vmh alone use numbers 0x20-0x3f on the device and 0xe8-0xff on a VM
 * or vCPU. Their structures start with ``size`` and ``flags`` and may grow at the end: the size is
 * in the structure, so the command's number stays. A caller zeroes the structure, sets ``size`` to
 * sizeof(it), and leaves unknown flags and reserved fields at zero.
 */
#ifndef _UAPI_LINUX_VMH_H
#define _UAPI_LINUX_VMH_H

#include <linux/ioctl.h>
#include <linux/kvm.h>
#include <linux/types.h>

/* Where the system's <linux/kvm.h> is older than the calls here. */
#ifndef KVM_CAP_X86_APIC_BUS_CYCLES_NS
#define KVM_CAP_X86_APIC_BUS_CYCLES_NS	237
#endif

#define VMHIO			0xBE
#define VMH_DEVICE_PATH		"/dev/vmh"

/* Version of the calls of vmh alone; the shared ones follow KVM_API_VERSION. */
#define VMH_ABI_VERSION		1

/* ---- What newer kernels have in <linux/kvm.h> ---- */

#ifndef KVM_SET_USER_MEMORY_REGION2
struct kvm_userspace_memory_region2 {
	__u32 slot;
	__u32 flags;
	__u64 guest_phys_addr;
	__u64 memory_size;
	__u64 userspace_addr;
	__u64 guest_memfd_offset;
	__u32 guest_memfd;
	__u32 pad1;
	__u64 pad2[14];
};
#endif

#ifndef KVM_CAP_USER_MEMORY2
#define KVM_CAP_USER_MEMORY2		231
#endif
#ifndef KVM_CAP_MEMORY_FAULT_INFO
#define KVM_CAP_MEMORY_FAULT_INFO	232
#endif
#ifndef KVM_EXIT_MEMORY_FAULT
#define KVM_EXIT_MEMORY_FAULT		39
#endif

/* ---- Calls shared with KVM: the device ---- */

#define VMH_GET_API_VERSION		_IO(VMHIO, 0x00)
#define VMH_CREATE_VM_DEFAULT		_IO(VMHIO, 0x01)
#define VMH_GET_MSR_INDEX_LIST		_IOWR(VMHIO, 0x02, struct kvm_msr_list)
#define VMH_CHECK_EXTENSION		_IO(VMHIO, 0x03)
#define VMH_GET_VCPU_MMAP_SIZE		_IO(VMHIO, 0x04)
#define VMH_GET_SUPPORTED_CPUID		_IOWR(VMHIO, 0x05, struct kvm_cpuid2)
#define VMH_GET_MSR_FEATURE_INDEX_LIST	_IOWR(VMHIO, 0x0a, struct kvm_msr_list)
#define VMH_X86_GET_MCE_CAP_SUPPORTED	_IOR(VMHIO, 0x9d, __u64)

/* ---- Calls shared with KVM: a VM ---- */

#define VMH_CREATE_VCPU			_IO(VMHIO, 0x41)
#define VMH_GET_DIRTY_LOG		_IOW(VMHIO, 0x42, struct kvm_dirty_log)
#define VMH_SET_NR_MMU_PAGES		_IO(VMHIO, 0x44)
#define VMH_SET_USER_MEMORY_REGION	_IOW(VMHIO, 0x46, struct kvm_userspace_memory_region)
#define VMH_SET_TSS_ADDR		_IO(VMHIO, 0x47)
#define VMH_SET_IDENTITY_MAP_ADDR	_IOW(VMHIO, 0x48, __u64)
#define VMH_SET_USER_MEMORY_REGION2	_IOW(VMHIO, 0x49, struct kvm_userspace_memory_region2)
#define VMH_CREATE_IRQCHIP		_IO(VMHIO, 0x60)
#define VMH_IRQ_LINE			_IOW(VMHIO, 0x61, struct kvm_irq_level)
#define VMH_GET_IRQCHIP			_IOWR(VMHIO, 0x62, struct kvm_irqchip)
#define VMH_SET_IRQCHIP			_IOR(VMHIO, 0x63, struct kvm_irqchip)
#define VMH_IRQ_LINE_STATUS		_IOWR(VMHIO, 0x67, struct kvm_irq_level)
#define VMH_REGISTER_COALESCED_MMIO	_IOW(VMHIO, 0x67, struct kvm_coalesced_mmio_zone)
#define VMH_UNREGISTER_COALESCED_MMIO	_IOW(VMHIO, 0x68, struct kvm_coalesced_mmio_zone)
#define VMH_SET_GSI_ROUTING		_IOW(VMHIO, 0x6a, struct kvm_irq_routing)
#define VMH_IRQFD			_IOW(VMHIO, 0x76, struct kvm_irqfd)
#define VMH_CREATE_PIT2			_IOW(VMHIO, 0x77, struct kvm_pit_config)
#define VMH_SET_BOOT_CPU_ID		_IO(VMHIO, 0x78)
#define VMH_IOEVENTFD			_IOW(VMHIO, 0x79, struct kvm_ioeventfd)
#define VMH_SET_CLOCK			_IOW(VMHIO, 0x7b, struct kvm_clock_data)
#define VMH_GET_CLOCK			_IOR(VMHIO, 0x7c, struct kvm_clock_data)
#define VMH_GET_PIT2			_IOR(VMHIO, 0x9f, struct kvm_pit_state2)
#define VMH_SET_PIT2			_IOW(VMHIO, 0xa0, struct kvm_pit_state2)
#define VMH_ENABLE_CAP			_IOW(VMHIO, 0xa3, struct kvm_enable_cap)
#define VMH_SIGNAL_MSI			_IOW(VMHIO, 0xa5, struct kvm_msi)
#define VMH_CLEAR_DIRTY_LOG		_IOWR(VMHIO, 0xc0, struct kvm_clear_dirty_log)
#define VMH_X86_SET_MSR_FILTER		_IOW(VMHIO, 0xc6, struct kvm_msr_filter)

/* ---- Calls shared with KVM: a VM or a vCPU ---- */

#define VMH_SET_TSC_KHZ			_IO(VMHIO, 0xa2)
#define VMH_GET_TSC_KHZ			_IO(VMHIO, 0xa3)

/* ---- Calls shared with KVM: a vCPU ---- */

#define VMH_RUN				_IO(VMHIO, 0x80)
#define VMH_GET_REGS			_IOR(VMHIO, 0x81, struct kvm_regs)
#define VMH_SET_REGS			_IOW(VMHIO, 0x82, struct kvm_regs)
#define VMH_GET_SREGS			_IOR(VMHIO, 0x83, struct kvm_sregs)
#define VMH_SET_SREGS			_IOW(VMHIO, 0x84, struct kvm_sregs)
#define VMH_TRANSLATE			_IOWR(VMHIO, 0x85, struct kvm_translation)
#define VMH_INTERRUPT			_IOW(VMHIO, 0x86, struct kvm_interrupt)
#define VMH_GET_MSRS			_IOWR(VMHIO, 0x88, struct kvm_msrs)
#define VMH_SET_MSRS			_IOW(VMHIO, 0x89, struct kvm_msrs)
#define VMH_SET_SIGNAL_MASK		_IOW(VMHIO, 0x8b, struct kvm_signal_mask)
#define VMH_GET_FPU			_IOR(VMHIO, 0x8c, struct kvm_fpu)
#define VMH_SET_FPU			_IOW(VMHIO, 0x8d, struct kvm_fpu)
#define VMH_GET_LAPIC			_IOR(VMHIO, 0x8e, struct kvm_lapic_state)
#define VMH_SET_LAPIC			_IOW(VMHIO, 0x8f, struct kvm_lapic_state)
#define VMH_SET_CPUID2			_IOW(VMHIO, 0x90, struct kvm_cpuid2)
#define VMH_GET_CPUID2			_IOWR(VMHIO, 0x91, struct kvm_cpuid2)
#define VMH_SET_VAPIC_ADDR		_IOW(VMHIO, 0x93, struct kvm_vapic_addr)
#define VMH_GET_MP_STATE		_IOR(VMHIO, 0x98, struct kvm_mp_state)
#define VMH_SET_MP_STATE		_IOW(VMHIO, 0x99, struct kvm_mp_state)
#define VMH_NMI				_IO(VMHIO, 0x9a)
#define VMH_SET_GUEST_DEBUG		_IOW(VMHIO, 0x9b, struct kvm_guest_debug)
#define VMH_X86_SETUP_MCE		_IOW(VMHIO, 0x9c, __u64)
#define VMH_X86_SET_MCE			_IOW(VMHIO, 0x9e, struct kvm_x86_mce)
#define VMH_GET_VCPU_EVENTS		_IOR(VMHIO, 0x9f, struct kvm_vcpu_events)
#define VMH_SET_VCPU_EVENTS		_IOW(VMHIO, 0xa0, struct kvm_vcpu_events)
#define VMH_GET_DEBUGREGS		_IOR(VMHIO, 0xa1, struct kvm_debugregs)
#define VMH_SET_DEBUGREGS		_IOW(VMHIO, 0xa2, struct kvm_debugregs)
#define VMH_GET_XSAVE			_IOR(VMHIO, 0xa4, struct kvm_xsave)
#define VMH_SET_XSAVE			_IOW(VMHIO, 0xa5, struct kvm_xsave)
#define VMH_GET_XCRS			_IOR(VMHIO, 0xa6, struct kvm_xcrs)
#define VMH_SET_XCRS			_IOW(VMHIO, 0xa7, struct kvm_xcrs)
#define VMH_KVMCLOCK_CTRL		_IO(VMHIO, 0xad)
#define VMH_GET_SREGS2			_IOR(VMHIO, 0xcc, struct kvm_sregs2)
#define VMH_SET_SREGS2			_IOW(VMHIO, 0xcd, struct kvm_sregs2)
#define VMH_GET_XSAVE2			_IOR(VMHIO, 0xcf, struct kvm_xsave)
#define VMH_SET_DEVICE_ATTR		_IOW(VMHIO, 0xe1, struct kvm_device_attr)
#define VMH_GET_DEVICE_ATTR		_IOW(VMHIO, 0xe2, struct kvm_device_attr)
#define VMH_HAS_DEVICE_ATTR		_IOW(VMHIO, 0xe3, struct kvm_device_attr)

/* ---- Calls of vmh alone ---- */

#define VMH_GET_INFO			_IO(VMHIO, 0x20)	/* device: struct vmh_info */
#define VMH_CREATE_VM			_IO(VMHIO, 0x21)	/* device: struct vmh_vm_config */
#define VMH_LIST_VMS			_IO(VMHIO, 0x22)	/* device: struct vmh_vm_list */
#define VMH_OPEN_VM			_IO(VMHIO, 0x23)	/* device: struct vmh_vm_open */
#define VMH_GET_ENDED			_IO(VMHIO, 0x24)	/* device: struct vmh_ended */

#define VMH_SET_STATE			_IO(VMHIO, 0xe8)	/* VM: struct vmh_state_change */
#define VMH_GET_STATE			_IO(VMHIO, 0xe9)	/* VM: struct vmh_state_info */
#define VMH_GET_USAGE			_IO(VMHIO, 0xea)	/* VM: struct vmh_usage */
#define VMH_GET_ERROR			_IO(VMHIO, 0xeb)	/* any fd: struct vmh_error */
#define VMH_EXPLAIN			_IO(VMHIO, 0xec)	/* vCPU: struct vmh_explain */
#define VMH_SET_LIMITS			_IO(VMHIO, 0xed)	/* VM: struct vmh_limits */
#define VMH_SET_THRESHOLD		_IO(VMHIO, 0xee)	/* VM: struct vmh_threshold */
#define VMH_GET_LOG			_IO(VMHIO, 0xef)	/* VM: struct vmh_log */
#define VMH_GET_STATS			_IO(VMHIO, 0xf0)	/* VM: struct vmh_stats */
#define VMH_OPEN_VCPU			_IO(VMHIO, 0xf1)	/* VM: vCPU id */
#define VMH_ACCESS_MEMORY		_IO(VMHIO, 0xf2)	/* VM: struct vmh_memory_access */
#define VMH_EPT_QUERY			_IO(VMHIO, 0xf3)	/* VM: struct vmh_ept_query */

/* ---- What this machine can do ---- */

/**
 * enum vmh_unusable - why no VM can run on this machine
 * @VMH_USABLE: VMs can be created.
 * @VMH_UNUSABLE_NO_VMX: the processor has no VT-x, or hides it.
 * @VMH_UNUSABLE_LOCKED: firmware locked IA32_FEATURE_CONTROL with VMX off.
 * @VMH_UNUSABLE_NO_EPT: no EPT.
 * @VMH_UNUSABLE_NO_VPID: not a reason any more: vCPUs do without a VPID.
 * @VMH_UNUSABLE_NO_UNRESTRICTED: no unrestricted guest.
 * @VMH_UNUSABLE_NO_CONTROL: another VMX control that vmh needs is missing.
 * @VMH_UNUSABLE_IN_USE: VT-x is on already: KVM or another hypervisor holds it.
 * @VMH_UNUSABLE_CPUS_DIFFER: a processor of this machine lacks what vmh uses on another.
 * @VMH_UNUSABLE_SHUTDOWN: the machine is shutting down, or a processor has lost VMX operation.
 * @VMH_UNUSABLE_NO_EPT_WALK: EPT, but not of 4 levels.
 * @VMH_UNUSABLE_NO_EPT_WRITE_BACK: EPT, but its tables cannot be in write-back memory.
 * @VMH_UNUSABLE_NO_INVEPT: no INVEPT, or not for all contexts.
 * @VMH_UNUSABLE_NO_IO_INFO: exits for INS and OUTS do not tell segment and address size.
 * @VMH_UNUSABLE_FRED: the kernel takes events by FRED, and hypervisors cannot hand it NMIs.
 */
enum vmh_unusable {
	VMH_USABLE			= 0,
	VMH_UNUSABLE_NO_VMX		= 1,
	VMH_UNUSABLE_LOCKED		= 2,
	VMH_UNUSABLE_NO_EPT		= 3,
	VMH_UNUSABLE_NO_VPID		= 4,
	VMH_UNUSABLE_NO_UNRESTRICTED	= 5,
	VMH_UNUSABLE_NO_CONTROL		= 6,
	VMH_UNUSABLE_IN_USE		= 7,
	VMH_UNUSABLE_CPUS_DIFFER	= 8,
	VMH_UNUSABLE_SHUTDOWN		= 9,
	VMH_UNUSABLE_NO_EPT_WALK	= 10,
	VMH_UNUSABLE_NO_EPT_WRITE_BACK	= 11,
	VMH_UNUSABLE_NO_INVEPT		= 12,
	VMH_UNUSABLE_NO_IO_INFO		= 13,
	VMH_UNUSABLE_FRED		= 14,
};

/* vmh_info.features: VT-x features of this machine; those vmh needs come first. */
#define VMH_CPU_VMX			(1ULL << 0)
#define VMH_CPU_EPT			(1ULL << 1)
#define VMH_CPU_VPID			(1ULL << 2)
#define VMH_CPU_UNRESTRICTED_GUEST	(1ULL << 3)
#define VMH_CPU_EPT_2M			(1ULL << 4)
#define VMH_CPU_EPT_1G			(1ULL << 5)
#define VMH_CPU_EPT_AD			(1ULL << 6)
#define VMH_CPU_PML			(1ULL << 7)
#define VMH_CPU_APIC_REGISTER_VIRT	(1ULL << 8)
#define VMH_CPU_VIRT_INTR_DELIVERY	(1ULL << 9)
#define VMH_CPU_POSTED_INTR		(1ULL << 10)
#define VMH_CPU_PREEMPTION_TIMER	(1ULL << 11)
#define VMH_CPU_TSC_SCALING		(1ULL << 12)
#define VMH_CPU_XSAVES			(1ULL << 13)
#define VMH_CPU_MSR_BITMAPS		(1ULL << 14)
#define VMH_CPU_INVPCID			(1ULL << 15)
#define VMH_CPU_RDTSCP			(1ULL << 16)
#define VMH_CPU_PAUSE_LOOP_EXITING	(1ULL << 17)

/**
 * struct vmh_info - VMH_GET_INFO: what vmh can do here, or why it cannot
 * @size: sizeof(struct vmh_info), set by the caller.
 * @flags: must be 0.
 * @abi_version: VMH_ABI_VERSION of the module.
 * @unusable: enum vmh_unusable; VMH_USABLE when VMs can be created now.
 * @features: VMH_CPU_* bits of this machine.
 * @max_vcpus: most vCPUs of one VM; vCPU ids are below it.
 * @max_slots: most memory slots of one VM; slot ids are below it.
 * @max_vms: most VMs at once.
 * @phys_bits: width of a guest-physical address.
 * @max_memory_bytes: most guest memory of one VM, in bytes.
 * @reason: @unusable in words; empty when usable.
 */
struct vmh_info {
	__u32 size;
	__u32 flags;
	__u32 abi_version;
	__u32 unusable;
	__u64 features;
	__u32 max_vcpus;
	__u32 max_slots;
	__u32 max_vms;
	__u32 phys_bits;
	__u64 max_memory_bytes;
	char reason[96];
};

/* ---- Resources ---- */

/**
 * enum vmh_resource - what a VM is charged for
 * @VMH_RES_SLOT_BYTES: guest memory in memory slots, bytes.
 * @VMH_RES_POPULATED_BYTES: guest memory mapped in EPT, bytes.
 * @VMH_RES_EPT_PAGES: EPT tables, 4 KiB pages.
 * @VMH_RES_KERNEL_BYTES: VMCS, bitmaps, vCPU and VM structures, bytes.
 * @VMH_RES_VCPUS: vCPUs.
 * @VMH_RES_SLOTS: memory slots.
 * @VMH_RES_EVENTFDS: registered eventfds.
 * @VMH_RES_EXITS: VM exits so far: a running count, never returned. Its limit is a rate: exits in
 *	a second, all vCPUs together; a VM that is faster is throttled, and @denied counts it.
 * @VMH_RES_RUN_NS: time in guest mode so far, ns: a running count. Its limit is a rate too: ns
 *	in a second, all vCPUs together, so that 1,500,000,000 is one and a half processors.
 * @VMH_RES_NR: number of resources.
 */
enum vmh_resource {
	VMH_RES_SLOT_BYTES		= 0,
	VMH_RES_POPULATED_BYTES		= 1,
	VMH_RES_EPT_PAGES		= 2,
	VMH_RES_KERNEL_BYTES		= 3,
	VMH_RES_VCPUS			= 4,
	VMH_RES_SLOTS			= 5,
	VMH_RES_EVENTFDS		= 6,
	VMH_RES_EXITS			= 7,
	VMH_RES_RUN_NS			= 8,
	VMH_RES_NR			= 9,
};

#define VMH_RES_MAX			16		/* room in structures for later resources */
#define VMH_NO_LIMIT			(~0ULL)

/**
 * struct vmh_limit - a cap on one resource of a VM
 * @resource: enum vmh_resource.
 * @reserved: must be 0.
 * @limit: the most that may be in use, in the resource's unit; VMH_NO_LIMIT for none; 0 is refused.
 */
struct vmh_limit {
	__u32 resource;
	__u32 reserved;
	__u64 limit;
};

/**
 * struct vmh_resource_usage - one row of VMH_GET_USAGE
 * @used: in use now.
 * @peak: the most ever in use.
 * @limit: the cap; VMH_NO_LIMIT for none.
 * @denied: charges refused so far.
 */
struct vmh_resource_usage {
	__u64 used;
	__u64 peak;
	__u64 limit;
	__u64 denied;
};

/**
 * struct vmh_usage - VMH_GET_USAGE: what a VM uses
 * @size: sizeof(struct vmh_usage), set by the caller.
 * @flags: must be 0.
 * @nr: rows filled in @res: VMH_RES_NR of the module.
 * @reserved: 0.
 * @res: by enum vmh_resource.
 */
struct vmh_usage {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 reserved;
	struct vmh_resource_usage res[VMH_RES_MAX];
};

/**
 * struct vmh_limits - VMH_SET_LIMITS: other caps for a VM that exists
 * @size: sizeof(struct vmh_limits), set by the caller.
 * @flags: must be 0.
 * @nr: rows used in @limits; the others are zero.
 * @reserved: must be 0.
 * @limits: a resource at most once. All rows are taken, or none.
 *
 * A cap below what is in use is refused (VMH_E_IN_USE), one above the module's too
 * (VMH_E_LIMIT_VALUE).
 */
struct vmh_limits {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 reserved;
	struct vmh_limit limits[VMH_RES_MAX];
};

/**
 * struct vmh_threshold - VMH_SET_THRESHOLD: be told when a VM uses much
 * @size: sizeof(struct vmh_threshold), set by the caller.
 * @flags: must be 0.
 * @resource: enum vmh_resource, but no running count.
 * @fd: an eventfd; -1 takes the threshold of this resource away.
 * @value: the eventfd is signalled each time that use rises from below this to it or above.
 *
 * A resource has one threshold; setting it again replaces it. Use that is at @value already signals
 * at once.
 */
struct vmh_threshold {
	__u32 size;
	__u32 flags;
	__u32 resource;
	__s32 fd;
	__u64 value;
};

#define VMH_STATS_EXITS			96		/* room for basic exit reasons */

/**
 * struct vmh_stats - VMH_GET_STATS: where a VM's time went
 * @size: sizeof(struct vmh_stats), set by the caller.
 * @flags: must be 0.
 * @nr_vcpus: how many vCPUs it has.
 * @nr_exits: rows used in @exits.
 * @guest_ns: in turns: guest mode, and exits that the inner loop handles.
 * @kernel_ns: in RUN, but neither in a turn nor asleep.
 * @user_ns: between RUN and RUN: in the VMM.
 * @idle_ns: asleep in RUN: halted, waiting for SIPI, or paused.
 * @throttled_ns: held back by a limit on a rate.
 * @exits: by basic exit reason (SDM, appendix "VMX Basic Exit Reasons").
 * @nx_splits: large pages that were split because the guest executes from them, where large pages
 *	must not be executable (module parameter nx_huge_pages).
 * @nx_recovered: how many of these were given back, to become large ones again.
 * @nx_split_now: how many are split at the moment; others went with their memory.
 * @halt_attempted_poll: halts that were watched before the thread slept, as KVM calls them.
 * @halt_successful_poll: of these, those that ended meanwhile.
 * @halt_poll_invalid: of these, those that ended for nothing that the guest waited for.
 * @halt_wakeup: halts that ended in the thread's sleep.
 * @halt_poll_success_ns: time watched with success; part of @kernel_ns.
 * @halt_poll_fail_ns: and without.
 * @pv_tlb_flushes: how often a vCPU without a processor was asked for a flush, and did it later.
 *
 * Times are sums over all vCPUs, as they stand at the moment.
 */
struct vmh_stats {
	__u32 size;
	__u32 flags;
	__u32 nr_vcpus;
	__u32 nr_exits;
	__u64 guest_ns;
	__u64 kernel_ns;
	__u64 user_ns;
	__u64 idle_ns;
	__u64 throttled_ns;
	__u64 exits[VMH_STATS_EXITS];
	__u64 nx_splits;
	__u64 nx_recovered;
	__u64 nx_split_now;
	__u64 halt_attempted_poll;
	__u64 halt_successful_poll;
	__u64 halt_poll_invalid;
	__u64 halt_wakeup;
	__u64 halt_poll_success_ns;
	__u64 halt_poll_fail_ns;
	__u64 pv_tlb_flushes;
};

/* ---- VM configuration and lifecycle ---- */

#define VMH_NAME_LEN			32		/* with the closing NUL */

/* vmh_vm_config.flags */
#define VMH_VM_AUTO_START		(1U << 0)	/* the first RUN does INIT and START */

/**
 * struct vmh_vm_config - VMH_CREATE_VM
 * @size: sizeof(struct vmh_vm_config), set by the caller.
 * @flags: VMH_VM_*.
 * @memory_size: most guest memory that slots may add up to, bytes; a multiple of 4096, not 0.
 * @vcpu_count: most vCPUs; 1 to vmh_info.max_vcpus. vCPU ids are below it.
 * @nr_limits: rows used in @limits.
 * @name: for people and tools; printable ASCII, NUL-terminated; may be empty.
 * @limits: caps beside those that @memory_size and @vcpu_count are; a resource at most once.
 */
struct vmh_vm_config {
	__u32 size;
	__u32 flags;
	__u64 memory_size;
	__u32 vcpu_count;
	__u32 nr_limits;
	char name[VMH_NAME_LEN];
	struct vmh_limit limits[VMH_RES_MAX];
};

/**
 * enum vmh_state - the states of a VM
 * @VMH_STATE_CREATED: exists; memory and vCPUs are being added.
 * @VMH_STATE_INITIALIZED: has memory and at least one vCPU.
 * @VMH_STATE_RUNNING: vCPUs may enter guest mode.
 * @VMH_STATE_PAUSED: no vCPU is in guest mode; RUN blocks.
 * @VMH_STATE_TERMINATED: the end: memory is returned, every call answers ESTALE.
 */
enum vmh_state {
	VMH_STATE_CREATED		= 0,
	VMH_STATE_INITIALIZED		= 1,
	VMH_STATE_RUNNING		= 2,
	VMH_STATE_PAUSED		= 3,
	VMH_STATE_TERMINATED		= 4,
	VMH_STATE_NR			= 5,
};

/**
 * enum vmh_event - what VMH_SET_STATE can ask for
 * @VMH_EVENT_INIT: CREATED to INITIALIZED.
 * @VMH_EVENT_START: INITIALIZED to RUNNING.
 * @VMH_EVENT_PAUSE: RUNNING to PAUSED; returns when no vCPU is in guest mode.
 * @VMH_EVENT_RESUME: PAUSED to RUNNING.
 * @VMH_EVENT_TERMINATE: any to TERMINATED; on a terminated VM it succeeds and changes nothing.
 */
enum vmh_event {
	VMH_EVENT_INIT			= 0,
	VMH_EVENT_START			= 1,
	VMH_EVENT_PAUSE			= 2,
	VMH_EVENT_RESUME		= 3,
	VMH_EVENT_TERMINATE		= 4,
	VMH_EVENT_NR			= 5,
};

/**
 * struct vmh_state_change - VMH_SET_STATE
 * @size: sizeof(struct vmh_state_change), set by the caller.
 * @flags: must be 0.
 * @event: enum vmh_event.
 * @reserved: must be 0.
 */
struct vmh_state_change {
	__u32 size;
	__u32 flags;
	__u32 event;
	__u32 reserved;
};

/**
 * struct vmh_state_info - VMH_GET_STATE
 * @size: sizeof(struct vmh_state_info), set by the caller.
 * @flags: must be 0.
 * @state: enum vmh_state.
 * @previous: the state before; the same as @state when there was none.
 * @generation: transitions so far.
 * @last_event: enum vmh_event of the last transition.
 * @reason: enum vmh_state_reason of the last transition.
 */
struct vmh_state_info {
	__u32 size;
	__u32 flags;
	__u32 state;
	__u32 previous;
	__u64 generation;
	__u32 last_event;
	__u32 reason;
};

/**
 * enum vmh_state_reason - who caused a transition
 * @VMH_REASON_CREATED: none yet.
 * @VMH_REASON_USER: VMH_SET_STATE.
 * @VMH_REASON_FIRST_RUN: the first RUN of a VM with VMH_VM_AUTO_START.
 * @VMH_REASON_HOST_SHUTDOWN: the machine that it runs on is shutting down, or has come back from
 *	sleep without VT-x.
 * @VMH_REASON_CREATOR_EXIT: the process that created it ended or closed its VM.
 */
enum vmh_state_reason {
	VMH_REASON_CREATED		= 0,
	VMH_REASON_USER			= 1,
	VMH_REASON_FIRST_RUN		= 2,
	VMH_REASON_CREATOR_EXIT		= 3,
	VMH_REASON_HOST_SHUTDOWN	= 4,
};

/* ---- Errors ---- */

/**
 * enum vmh_error_category - what kind of refusal
 * @VMH_ERR_NONE: nothing has been refused on this fd.
 * @VMH_ERR_CONFIG: a value that the caller gave.
 * @VMH_ERR_RESOURCE: a limit, or the host has no more.
 * @VMH_ERR_STATE: not in this state.
 * @VMH_ERR_OPERATION: the operation itself failed or is not possible here.
 */
enum vmh_error_category {
	VMH_ERR_NONE			= 0,
	VMH_ERR_CONFIG			= 1,
	VMH_ERR_RESOURCE		= 2,
	VMH_ERR_STATE			= 3,
	VMH_ERR_OPERATION		= 4,
};

/**
 * enum vmh_error_code - why, exactly; the hundreds are the category
 *
 * Documentation/api.md lists for each code its errno and what to do.
 */
enum vmh_error_code {
	VMH_E_NONE			= 0,

	VMH_E_STRUCT_SIZE		= 100,	/* too small, or unknown bytes are not zero */
	VMH_E_UNKNOWN_FLAGS		= 101,
	VMH_E_RESERVED			= 102,	/* a reserved field is not zero */
	VMH_E_MEMORY_ZERO		= 103,
	VMH_E_MEMORY_ALIGN		= 104,
	VMH_E_MEMORY_SIZE		= 105,	/* larger than the maximum */
	VMH_E_VCPU_COUNT		= 106,
	VMH_E_VCPU_ID			= 107,	/* not below vcpu_count */
	VMH_E_VCPU_EXISTS		= 108,
	VMH_E_NAME			= 109,
	VMH_E_LIMIT_RESOURCE		= 110,	/* no such resource */
	VMH_E_LIMIT_VALUE		= 111,
	VMH_E_LIMIT_TWICE		= 112,
	VMH_E_SLOT_ID			= 113,
	VMH_E_SLOT_ALIGN		= 114,
	VMH_E_SLOT_RANGE		= 115,	/* wraps, or beyond the guest-physical width */
	VMH_E_SLOT_OVERLAP		= 116,
	VMH_E_SLOT_ADDRESS		= 117,	/* userspace address not usable */
	VMH_E_SLOT_MISSING		= 118,	/* deleting a slot that is not there */
	VMH_E_SLOT_CHANGE		= 119,	/* size or address of an existing slot changed */
	VMH_E_VALUE			= 120,	/* a field's value is not allowed */
	VMH_E_EVENT			= 121,	/* no such lifecycle event */
	VMH_E_COUNT			= 122,	/* an array's count is too large or too small */

	VMH_E_EVENTFD			= 123,	/* not an eventfd */
	VMH_E_NO_VM			= 124,	/* no such VM, or not any more */
	VMH_E_NO_SUCH_VCPU		= 125,
	VMH_E_NO_LOG			= 126,
	VMH_E_ROUTE_CLASH		= 127,	/* an interrupt's routes do not go together */
	VMH_E_EVENTFD_BUSY		= 128,	/* the eventfd raises an interrupt already */
	VMH_E_NOT_ASSIGNED		= 129,	/* nothing like this to take away */
	VMH_E_NO_ATTRIBUTE		= 130,	/* no such device attribute */

	VMH_E_LIMIT_REACHED		= 200,	/* the VM's own limit */
	VMH_E_NO_MEMORY			= 201,	/* the host's memory */
	VMH_E_MODULE_LIMIT		= 202,	/* the cap over all VMs */
	VMH_E_IN_USE			= 203,	/* more than the new limit is in use */
	VMH_E_NO_FD			= 204,	/* no more files can be opened */
	VMH_E_FULL			= 205,	/* no room for more of these in a VM */

	VMH_E_STATE			= 300,	/* the event or call is not allowed in this state */
	VMH_E_TERMINATED		= 301,
	VMH_E_NO_VCPU			= 302,	/* INIT without a vCPU */
	VMH_E_NO_SLOT			= 303,	/* INIT without memory */
	VMH_E_EXISTS			= 304,	/* created already */
	VMH_E_NO_IRQCHIP		= 305,
	VMH_E_HAS_IRQCHIP		= 306,	/* not with in-kernel interrupt controllers */
	VMH_E_HAS_VCPUS			= 307,	/* must come before the first vCPU */

	VMH_E_UNKNOWN_CALL		= 400,
	VMH_E_FAULT			= 401,	/* the argument's memory is not accessible */
	VMH_E_UNUSABLE			= 402,	/* see VMH_GET_INFO */
	VMH_E_WRONG_MM			= 403,	/* called by another process than the creator */
	VMH_E_BAD_FETCH			= 404,	/* guest memory backing is gone */
	VMH_E_INTERNAL			= 405,
	VMH_E_ENTRY_CHECK		= 406,	/* VM entry failed, though RUN returns 0 */
	VMH_E_NO_RIGHT			= 407,	/* this fd was not opened for that */
	VMH_E_NOT_OWNER			= 408,	/* another user's VM */
	VMH_E_NO_GUEST_MEMORY		= 409,	/* no memory slot at this address */
	VMH_E_READ_ONLY			= 410,	/* a memory slot with KVM_MEM_READONLY */
	VMH_E_NOT_TRACEABLE		= 411,	/* ptrace would not allow it either */
	VMH_E_PAGE_TABLE		= 412,	/* the guest's are in no RAM; RUN returns 0 */
};

/**
 * struct vmh_error - VMH_GET_ERROR: the last refusal on this fd
 * @size: sizeof(struct vmh_error), set by the caller.
 * @flags: must be 0.
 * @category: enum vmh_error_category; VMH_ERR_NONE when nothing was refused.
 * @code: enum vmh_error_code.
 * @error: the errno that the call returned, positive.
 * @call: the ioctl's command.
 * @offset: where the offending field starts in the call's structure, bytes; ~0 when it is none.
 * @reserved: 0.
 * @got: the value found.
 * @expected: the value, bound or mask that would have been accepted.
 * @field: the field's name; empty when it is not a field.
 * @text: one line for people.
 */
struct vmh_error {
	__u32 size;
	__u32 flags;
	__u32 category;
	__u32 code;
	__u32 error;
	__u32 call;
	__u32 offset;
	__u32 reserved;
	__u64 got;
	__u64 expected;
	char field[32];
	char text[128];
};

/* ---- From outside: other processes ---- */

/* Rights of a VM's fd: what may be done with it */
#define VMH_RIGHT_INSPECT		(1U << 0)	/* state, usage, statistics, log */
#define VMH_RIGHT_CONTROL		(1U << 1)	/* lifecycle events, limits, thresholds */
#define VMH_RIGHT_DEBUG			(1U << 2)	/* registers and devices, read only */
#define VMH_RIGHT_MEMORY		(1U << 3)	/* guest memory, read and write */
#define VMH_RIGHT_OWNER			(1U << 4)	/* all the rest; the creator's fd only */

/**
 * struct vmh_vm_entry - a VM in VMH_LIST_VMS
 * @vm_id: its number, as VMH_OPEN_VM takes it.
 * @state: enum vmh_state.
 * @serial: never given twice while the module is loaded, unlike @vm_id.
 * @uid: user that created it, as the caller's user namespace calls him.
 * @pid: process that created it, as the caller's pid namespace calls it; 0 if it does not, or if
 *	that process has ended.
 * @nr_vcpus: how many vCPUs it has.
 * @reserved: 0.
 * @name: as configured.
 */
struct vmh_vm_entry {
	__u32 vm_id;
	__u32 state;
	__u64 serial;
	__u32 uid;
	__u32 pid;
	__u32 nr_vcpus;
	__u32 reserved;
	char name[VMH_NAME_LEN];
};

/**
 * struct vmh_vm_list - VMH_LIST_VMS: the VMs that the caller may open
 * @size: sizeof(struct vmh_vm_list), set by the caller.
 * @flags: must be 0.
 * @after: only VMs with an id above this one; 0 for the first call.
 * @nr: room in @entries, at most 4096; on return, how many are there, by rising id.
 * @total: on return: how many there are above @after, room or not.
 * @reserved: must be 0.
 * @entries: address of an array of struct vmh_vm_entry.
 */
struct vmh_vm_list {
	__u32 size;
	__u32 flags;
	__u32 after;
	__u32 nr;
	__u32 total;
	__u32 reserved;
	__u64 entries;
};

/**
 * struct vmh_vm_open - VMH_OPEN_VM: an fd of a VM of another process
 * @size: sizeof(struct vmh_vm_open), set by the caller.
 * @flags: must be 0.
 * @vm_id: which.
 * @rights: VMH_RIGHT_INSPECT, _CONTROL, _DEBUG, _MEMORY; at least one.
 * @serial: the VM's vmh_vm_entry.serial, so that no other with the same id is opened; 0 for any.
 *
 * For the user who created the VM, and for CAP_SYS_ADMIN; VMH_RIGHT_DEBUG and _MEMORY are for those
 * of them whom ptrace would let trace the VM's process. Such an fd does not keep the VM running:
 * when the creator's fds are closed the VM is terminated.
 */
struct vmh_vm_open {
	__u32 size;
	__u32 flags;
	__u32 vm_id;
	__u32 rights;
	__u64 serial;
};

#define VMH_MEMORY_WRITE		(1U << 0)	/* vmh_memory_access.flags: to the guest */
#define VMH_MEMORY_ACCESS_MAX		(1U << 20)

/**
 * struct vmh_memory_access - VMH_ACCESS_MEMORY: read or write guest memory
 * @size: sizeof(struct vmh_memory_access), set by the caller.
 * @flags: VMH_MEMORY_WRITE, or 0 to read.
 * @gpa: guest-physical address.
 * @length: bytes, 1 to VMH_MEMORY_ACCESS_MAX.
 * @buffer: address of the caller's memory.
 *
 * Returns how many bytes were copied: fewer when memory ends, is read only, or the caller's own
 * cannot be accessed; when not even the first page could be copied the call is refused.
 */
struct vmh_memory_access {
	__u32 size;
	__u32 flags;
	__u64 gpa;
	__u64 length;
	__u64 buffer;
};

#define VMH_EPT_QUERY_MAX		(1ULL << 30)

/**
 * struct vmh_ept_query - VMH_EPT_QUERY: count what EPT maps, entry by entry
 * @size: sizeof(struct vmh_ept_query), set by the caller.
 * @flags: must be 0.
 * @start_gpa: first guest-physical address; a multiple of 4096.
 * @length: bytes; a multiple of 4096, at most VMH_EPT_QUERY_MAX, not 0.
 * @tables: on return: tables that translate from an address in the range on.
 * @bytes: on return: sum of the sizes of the leaves that begin in the range.
 * @pages_4k: on return: how many leaves of 4 KiB.
 * @pages_2m: on return: how many leaves of 2 MiB.
 * @pages_1g: on return: how many leaves of 1 GiB.
 * @exec_4k: on return: how many of @pages_4k the guest may execute from …
 * @exec_2m: … of @pages_2m …
 * @exec_1g: … and of @pages_1g.
 * @write_back: on return: how many leaves are cached as write-back memory whatever the guest's PAT
 *	says.
 *
 * Counts of ranges that follow on each other add up; those of a whole VM are what VMH_GET_USAGE
 * says of VMH_RES_EPT_PAGES and VMH_RES_POPULATED_BYTES.
 */
struct vmh_ept_query {
	__u32 size;
	__u32 flags;
	__u64 start_gpa;
	__u64 length;
	__u64 tables;
	__u64 bytes;
	__u64 pages_4k;
	__u64 pages_2m;
	__u64 pages_1g;
	__u64 exec_4k;
	__u64 exec_2m;
	__u64 exec_1g;
	__u64 write_back;
};

/* ---- The operation log of a VM ---- */

/**
 * enum vmh_log_kind - what happened
 * @VMH_LOG_STATE: a transition: @from, @to, @event, @reason, @generation of the entry.
 * @VMH_LOG_ERROR: a call was refused, or a vCPU reached a limit: @error of the entry.
 * @VMH_LOG_LIMITS: limits were set.
 * @VMH_LOG_THROTTLED: the VM began to be held back; @error names the resource and its limit.
 */
enum vmh_log_kind {
	VMH_LOG_STATE			= 1,
	VMH_LOG_ERROR			= 2,
	VMH_LOG_LIMITS			= 3,
	VMH_LOG_THROTTLED		= 4,
};

/**
 * struct vmh_log_entry - something that happened to a VM
 * @sequence: number of the entry, from 1.
 * @time_ns: when: ns since the machine booted (CLOCK_BOOTTIME).
 * @kind: enum vmh_log_kind.
 * @pid: who, as the caller's pid namespace calls it; 0 if it does not.
 * @from: enum vmh_state before.
 * @to: enum vmh_state after.
 * @event: enum vmh_event.
 * @reason: enum vmh_state_reason.
 * @generation: transitions up to this one.
 * @error: why a call was refused.
 */
struct vmh_log_entry {
	__u64 sequence;
	__u64 time_ns;
	__u32 kind;
	__u32 pid;
	__u32 from;
	__u32 to;
	__u32 event;
	__u32 reason;
	__u64 generation;
	struct vmh_error error;
};

#define VMH_LOG_ROOM_MAX		256

/**
 * struct vmh_log - VMH_GET_LOG: the latest of what happened to a VM
 * @size: sizeof(struct vmh_log), set by the caller.
 * @flags: must be 0.
 * @after: only entries with a higher sequence number; 0 for all that are kept.
 * @last: on return: sequence number of the newest entry.
 * @nr: room in @entries, at most VMH_LOG_ROOM_MAX; on return, how many are there, oldest first.
 * @reserved: must be 0.
 * @entries: address of an array of struct vmh_log_entry.
 */
struct vmh_log {
	__u32 size;
	__u32 flags;
	__u64 after;
	__u64 last;
	__u32 nr;
	__u32 reserved;
	__u64 entries;
};

/**
 * struct vmh_ended_entry - a refusal whose VM is no more
 * @serial: the VM's, as in struct vmh_vm_entry.
 * @vm_id: its number then; another VM may have it by now.
 * @uid: user that created it, as the caller's user namespace calls him.
 * @name: as configured.
 * @entry: the refusal, of kind VMH_LOG_ERROR; its sequence counts those of all VMs, as they went.
 */
struct vmh_ended_entry {
	__u64 serial;
	__u32 vm_id;
	__u32 uid;
	char name[VMH_NAME_LEN];
	struct vmh_log_entry entry;
};

/**
 * struct vmh_ended - VMH_GET_ENDED: the latest refusals of VMs that are no more
 * @size: sizeof(struct vmh_ended), set by the caller.
 * @flags: must be 0.
 * @after: only entries with a higher sequence number; 0 for all that are kept.
 * @last: on return: sequence number of the newest entry that the caller may see; 0 for none.
 * @nr: room in @entries, at most VMH_LOG_ROOM_MAX; on return, how many are there, oldest first.
 * @reserved: must be 0.
 * @entries: address of an array of struct vmh_ended_entry.
 */
struct vmh_ended {
	__u32 size;
	__u32 flags;
	__u64 after;
	__u64 last;
	__u32 nr;
	__u32 reserved;
	__u64 entries;
};

/* ---- Exits of vmh alone (kvm_run.exit_reason) ---- */

#define VMH_EXIT_RESOURCE	0x1000	/* a limit was reached: struct vmh_exit_resource */

/**
 * struct vmh_exit_resource - the exit VMH_EXIT_RESOURCE
 * @resource: enum vmh_resource that was refused.
 * @reserved: 0.
 * @requested: how much more was asked for.
 * @used: in use then.
 * @limit: the cap then.
 * @gpa: guest-physical address that was touched; ~0 when it was not a touch.
 */
struct vmh_exit_resource {
	__u32 resource;
	__u32 reserved;
	__u64 requested;
	__u64 used;
	__u64 limit;
	__u64 gpa;
};

/**
 * struct vmh_exit_memory_fault - KVM_EXIT_MEMORY_FAULT, when RUN fails with EFAULT
 * @flags: 0.
 * @gpa: guest-physical address of the page behind which the VMM has nothing.
 * @size: bytes from there on.
 *
 * Newer kernels have it in <linux/kvm.h>, as kvm_run.memory_fault.
 */
struct vmh_exit_memory_fault {
	__u64 flags;
	__u64 gpa;
	__u64 size;
};

/* ---- Why VM entry fails ---- */

#define VMH_EXPLAIN_MAX		16		/* failures in struct vmh_explain */

/* vmh_explain.flags */
#define VMH_EXPLAIN_LAST	(1U << 0)	/* when entry failed last, instead of now */

/**
 * enum vmh_entry_group - what an entry check is about; the thousands of its number
 * @VMH_ENTRY_CONTROLS: VM-execution, VM-exit and VM-entry controls: vmh's own doing.
 * @VMH_ENTRY_HOST: the host state of the VMCS: vmh's own doing too.
 * @VMH_ENTRY_GUEST: the guest state: what userspace and the guest made of it.
 */
enum vmh_entry_group {
	VMH_ENTRY_CONTROLS		= 1,
	VMH_ENTRY_HOST			= 2,
	VMH_ENTRY_GUEST			= 3,
};

/**
 * enum vmh_explain_source - where an explanation comes from
 * @VMH_EXPLAIN_NONE: no entry of this vCPU has failed yet (VMH_EXPLAIN_LAST).
 * @VMH_EXPLAIN_NOW: the checks were made for this call, without an entry.
 * @VMH_EXPLAIN_INSTRUCTION: VMLAUNCH or VMRESUME failed.
 * @VMH_EXPLAIN_GUEST_STATE: the processor refused the guest state.
 */
enum vmh_explain_source {
	VMH_EXPLAIN_NONE		= 0,
	VMH_EXPLAIN_NOW			= 1,
	VMH_EXPLAIN_INSTRUCTION		= 2,
	VMH_EXPLAIN_GUEST_STATE		= 3,
};

/**
 * struct vmh_entry_failure - an entry check that fails
 * @check: its number; stays the same in later versions.
 * @group: enum vmh_entry_group.
 * @field: encoding of the VMCS field at fault (SDM, "Field Encoding in VMCS").
 * @reserved: 0.
 * @value: what the field holds. 0, like @expected, where it would tell of the host: host state
 *	and host-physical addresses are never shown.
 * @expected: the value, bound or mask that would pass.
 * @name: the check's name; stays the same in later versions.
 * @text: what has to hold, one line for people.
 */
struct vmh_entry_failure {
	__u32 check;
	__u32 group;
	__u32 field;
	__u32 reserved;
	__u64 value;
	__u64 expected;
	char name[32];
	char text[96];
};

/**
 * struct vmh_explain - VMH_EXPLAIN: the checks that fail before VM entry
 * @size: sizeof(struct vmh_explain), set by the caller.
 * @flags: VMH_EXPLAIN_*, set by the caller.
 * @nr: checks that fail; the first VMH_EXPLAIN_MAX of them are in @failure.
 * @total: checks made; 0 with VMH_EXPLAIN_NONE.
 * @source: enum vmh_explain_source.
 * @reason: what the processor said: with VMH_EXPLAIN_INSTRUCTION the VM-instruction error, with
 *	VMH_EXPLAIN_GUEST_STATE the exit reason; otherwise 0. An entry that failed while @nr is 0
 *	is one that no check of vmh's explains.
 * @failure: group by group.
 */
struct vmh_explain {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 total;
	__u32 source;
	__u32 reason;
	struct vmh_entry_failure failure[VMH_EXPLAIN_MAX];
};

#endif /* _UAPI_LINUX_VMH_H */
