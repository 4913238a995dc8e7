/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bad calls, one a row: what there is before, who calls on which fd, the call with its argument,
 * and the refusal: errno, code, field, the value found and the one expected.
 */
#ifndef BAD_CALLS_H
#define BAD_CALLS_H

#include <errno.h>

#include "vm.h"

/* What there is before the call. */
enum bad_before {
	EMPTY,		/* a VM without memory and vCPUs, for two vCPUs and 1 MiB */
	SLOTS,		/* with 1 MiB of memory, but no vCPU */
	VCPUS,		/* with a vCPU, but no memory */
	CREATED,	/* with both */
	INITIALIZED,
	RUNNING,
	PAUSED,
	TERMINATED,
	CHIPS,		/* in CREATED, with in-kernel interrupt controllers, PIT and a vCPU */
	AGAIN,		/* in EMPTY or CREATED, and the call was made already and succeeded */
	AGAIN_CHIPS,	/* the same in CHIPS */
	FULL_ZONES,	/* in EMPTY, with as many zones of coalesced writes as there can be */
	ROM,		/* as SLOTS, read only */
	LOGGED,		/* as SLOTS, with a dirty log */
	HOLLOW,		/* in RUNNING, nothing mapped behind the memory */
	NO_FILES,	/* in CREATED; the process may open no more files */
};

/* Who calls, on what. */
enum bad_fd {
	DEVICE,
	VM,
	VCPU,
	VIEW,		/* the VM, opened with VMH_RIGHT_INSPECT */
	VIEW_VCPU,	/* the vCPU, opened with VMH_RIGHT_DEBUG */
	CHILD_VM,	/* the VM, in a child of the creator */
	CHILD_VCPU,
	STRANGER_DEVICE,	/* the device, by another user */
	POWERLESS_DEVICE,	/* the device, by root without the creator's capabilities */
};

/**
 * struct bad_call - a row
 * @name: of the call.
 * @before: what there is before.
 * @fd: who calls, on what.
 * @command: the call.
 * @argument: of it.
 * @want: the refusal.
 */
struct bad_call {
	const char *name;
	enum bad_before before;
	enum bad_fd fd;
	unsigned long command;
	const void *argument;
	struct refusal want;
};

#define ANY		0xa5a5a5a5a5a5a5a5ULL	/* depends on the machine */

#define ROW(before_, fd_, call_, argument_, errno_, code_, field_, got_, expected_)	\
	{ #call_, before_, fd_, VMH_##call_, argument_, {				\
		.error = errno_, .code = VMH_E_##code_, .field = field_,		\
		.check_got = (got_) != ANY, .got = got_,				\
		.check_expected = (expected_) != ANY, .expected = expected_,		\
	} }
/* A refusal that is not about a field. */
#define BARE(before, fd, call, argument, errno_, code)					\
	ROW(before, fd, call, argument, errno_, code, NULL, 0, 0)

#define NOWHERE		VALUE(8)	/* a pointer that leads nowhere */
#define THIS_VM		(~0U)		/* becomes the id of the row's VM */
#define MIB		(1ULL << 20)
#define MAX_VCPUS	64
#define MAX_SLOTS	512
#define SLOT_FLAGS	(KVM_MEM_READONLY | KVM_MEM_LOG_DIRTY_PAGES)

/* Structures, fine but for what is said. */
#define SIZED(type, ...)	(&(struct type){ .size = sizeof(struct type), __VA_ARGS__ })
#define HEAD(...)	((__u32[1024]) { __VA_ARGS__ })	/* words: size and flags first */
#define CONFIG(...)	SIZED(vmh_vm_config, .memory_size = MIB, .vcpu_count = 1, __VA_ARGS__)
#define LIMIT(...)	CONFIG(.nr_limits = 1, .limits[0] = { __VA_ARGS__ })
#define EVENT(e)	SIZED(vmh_state_change, .event = VMH_EVENT_##e)
#define REGION(...)	(&(struct kvm_userspace_memory_region){					\
		.memory_size = 4096, .userspace_addr = 0x10000000, __VA_ARGS__ })
#define REGION2(...)	(&(struct kvm_userspace_memory_region2){				\
		.memory_size = 4096, .userspace_addr = 0x10000000, __VA_ARGS__ })
#define CLEAR(...)	PLAIN(kvm_clear_dirty_log, .num_pages = 64, ##__VA_ARGS__)
#define MANUAL_LOG(...)							\
	PLAIN(kvm_enable_cap, .cap = KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, ##__VA_ARGS__)
#define LIST(...)	SIZED(vmh_vm_list, __VA_ARGS__)
#define ENDED(...)	SIZED(vmh_ended, __VA_ARGS__)
#define OPEN(...)	SIZED(vmh_vm_open, .vm_id = THIS_VM, .rights = 1, __VA_ARGS__)
#define LIMITS(...)	SIZED(vmh_limits, .nr = 1, .limits[0] = { __VA_ARGS__ })
#define WATCH(...)	SIZED(vmh_threshold, .fd = -1, .value = 1, __VA_ARGS__)
#define EVENTFD		100	/* a fd that is an eventfd */
#define IRQFD(...)	PLAIN(kvm_irqfd, .fd = EVENTFD, ##__VA_ARGS__)
#define IOEVENTFD(...)	PLAIN(kvm_ioeventfd, .fd = EVENTFD, ##__VA_ARGS__)
#define CAP(name, value)	PLAIN(kvm_enable_cap, .cap = KVM_CAP_##name, .args[0] = value)
#define PLAIN(type, ...)	(&(struct type){ __VA_ARGS__ })
#define QUERY(...)	SIZED(vmh_ept_query, .length = 4096, ##__VA_ARGS__)
#define ACCESS(...)	SIZED(vmh_memory_access, .length = 1, .buffer = (uintptr_t)bad_buffer,	\
			      __VA_ARGS__)

extern char bad_buffer[16];

extern const struct bad_call bad_calls[];
extern const unsigned int nr_bad_calls;

#endif /* BAD_CALLS_H */
