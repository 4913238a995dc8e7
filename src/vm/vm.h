/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The VM as a kernel object: its context, its lifecycle, what it is charged for.
 *
 * The order of its locks, and what each covers: Documentation/locking.md.
 */
#ifndef VMH_VM_H
#define VMH_VM_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/vmh.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "clock.h"
#include "io.h"
#include "log.h"
#include "mem.h"
#include "resource_map.h"
#include "throttle.h"
#include "vm_config.h"
#include "vm_error.h"
#include "vm_limits.h"
#include "vm_state.h"

struct eventfd_ctx;
struct vmh_irqchip;
struct vmh_msr_filter;
struct vmh_vcpu;

#define VMH_MAX_VCPUS	64
#define VMH_MAX_VMS	4096

/* No VMM has set how long a halted vCPU is watched at most: the module's parameter does. */
#define VMH_HALT_POLL_DEFAULT	U64_MAX

/* What KVM_CAP_X2APIC_API takes. */
#define VMH_X2APIC_API	(KVM_X2APIC_API_USE_32BIT_IDS | KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK)

/**
 * struct cpu_context - the vCPUs of a VM
 * @vcpus: by id; entries are added under the VM's lock and stay until the VM is destroyed.
 * @nr: how many.
 * @id_end: ids are below it.
 * @id_end_set: the VMM has lowered it.
 * @boot_id: the bootstrap processor's id.
 * @yielded_to: id of the vCPU that another gave its processor to last; any value is good.
 * @apic_bus_ns: a tick of the APIC timers at divide-by-1.
 * @apic_ids_32bit: APIC ids have 32 bits in states and messages.
 * @apic_exact: to an x2APIC a destination of 0xff in a message is an id.
 */
struct cpu_context {
	struct xarray vcpus;
	unsigned int nr;
	u32 id_end;
	bool id_end_set;
	u32 boot_id;
	u32 yielded_to;
	u32 apic_bus_ns;
	bool apic_ids_32bit;
	bool apic_exact;
};

/**
 * struct vmh_watch - a threshold on the use of a resource
 * @eventfd: signalled when use reaches @value; NULL when there is no threshold.
 * @value: in the resource's unit.
 * @reached: use has been at @value or above since it was below.
 */
struct vmh_watch {
	struct eventfd_ctx *eventfd;
	u64 value;
	bool reached;
};

/**
 * struct vmh_watches - the thresholds of a VM
 * @nr: how many there are.
 * @watch: by enum vmh_resource.
 */
struct vmh_watches {
	u32 nr;
	struct vmh_watch watch[VMH_RES_NR];
};

/**
 * struct vm_handler_ctx - a virtual machine
 * @vm_id: its number on this host, never used again before it wraps.
 * @state: enum vmh_state; written by vm_change_state() only, read anywhere.
 * @previous: the state before.
 * @last_event: the event of the last transition.
 * @reason: enum vmh_state_reason of the last transition.
 * @generation: transitions so far.
 * @mem_ctx: guest memory.
 * @cpu_ctx: vCPUs.
 * @resources: what it uses; under @resource_lock.
 * @resource_lock: see the top of this file.
 * @resource_link: in the list of VMs that are charged; under the lock of the totals.
 * @config: as created; constant.
 * @serial: another number of it, never used again.
 * @creator_uid: effective user of the process that created it.
 * @creator_pid: that process; a reference is held.
 * @lock: see the top of this file.
 * @refs: fds.
 * @owners: fds of the creator, the VM's and its vCPUs'; the VM ends with the last.
 * @state_changed: woken on each transition, and when a vCPU has left its run section.
 * @pollers: woken on each transition: poll() on the VM's fds.
 * @irqchip: the in-kernel interrupt controllers, or NULL; set once, under @lock.
 * @io: writes of the guest that need no exit to userspace.
 * @clock: system time.
 * @msr_filter: which MSRs guests may access; NULL: all. Under @lock.
 * @msr_exits: KVM_MSR_EXIT_REASON_*: failed accesses that exit to userspace.
 * @exits_off: KVM_X86_DISABLE_EXITS_*: what does not exit on vCPUs to come. Under @lock.
 * @quirks_off: KVM_X86_QUIRK_*.
 * @halt_poll_max_ns: longest that a halted vCPU is watched; or VMH_HALT_POLL_DEFAULT.
 * @platform_info_hidden: guests cannot read MSR_PLATFORM_INFO.
 * @watches: thresholds; under the resource lock.
 * @log: what happened to it.
 * @throttle: what holds it back when it is faster than its limits on running counts.
 * @exit_on_emulation_failure: what cannot be executed for a program of the guest's goes to
 *	userspace, too, and not to the guest as #UD.
 * @exception_payload: userspace may give exceptions with what they do to CR2 and DR6.
 */
struct vm_handler_ctx {
	u32 vm_id;
	enum vmh_state state;
	enum vmh_state previous;
	enum vmh_event last_event;
	enum vmh_state_reason reason;
	u64 generation;
	struct memory_context mem_ctx;
	struct cpu_context cpu_ctx;
	struct resource_map resources;
	spinlock_t resource_lock;
	struct list_head resource_link;

	struct vm_config config;
	u64 serial;
	kuid_t creator_uid;
	struct pid *creator_pid;
	struct mutex lock;
	struct kref refs;
	atomic_t owners;
	wait_queue_head_t state_changed;
	wait_queue_head_t pollers;
	struct vmh_irqchip *irqchip;
	struct vmh_io io;
	struct vmh_clock clock;
	struct vmh_msr_filter *msr_filter;
	u32 msr_exits;
	u32 exits_off;
	u32 quirks_off;
	u64 halt_poll_max_ns;
	bool platform_info_hidden;
	struct vmh_watches watches;
	struct vmh_vm_log log;
	struct vmh_throttle throttle;
	bool exit_on_emulation_failure;
	bool exception_payload;
};

static inline bool vmh_vm_has_ended(const struct vm_handler_ctx *vm)
{
	return READ_ONCE(vm->state) == VMH_STATE_TERMINATED;
}

#define vmh_for_each_vcpu(vm, id, vcpu) \
	xa_for_each(&(vm)->cpu_ctx.vcpus, id, vcpu)

#endif /* VMH_VM_H */
