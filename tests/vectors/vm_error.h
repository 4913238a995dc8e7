/* SPDX-License-Identifier: GPL-2.0 */
/* Every error code's errno and name, and the records that tell more than a code. */
#ifndef VMH_VECTORS_VM_ERROR_H
#define VMH_VECTORS_VM_ERROR_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <vm_error.h>

enum vm_error_filler {
	VM_ERROR_BY_CODE,	/* vm_error_set(a) */
	VM_ERROR_BY_EVENT,	/* vm_error_event(a, b) */
	VM_ERROR_BY_STATE,	/* vm_error_state(a, b) */
	VM_ERROR_BY_SIZE,	/* vm_error_size(a, b) */
};

struct vm_error_case {
	const char *name;
	enum vm_error_filler filler;
	u32 a;
	u32 b;
	u32 code;
	int error;		/* positive */
	const char *field;
	const char *text;	/* NULL: that of the code */
	u64 got;
	u64 expected;
};

#define VM_ERROR_CODE(c, e, n) \
	{ .name = n, .a = VMH_E_##c, .code = VMH_E_##c, .error = e, .field = "" }

static const struct vm_error_case vm_error_cases[] = {
	VM_ERROR_CODE(STRUCT_SIZE, EINVAL, "struct-size"),
	VM_ERROR_CODE(UNKNOWN_FLAGS, EINVAL, "unknown-flags"),
	VM_ERROR_CODE(RESERVED, EINVAL, "reserved"),
	VM_ERROR_CODE(MEMORY_ZERO, EINVAL, "memory-zero"),
	VM_ERROR_CODE(MEMORY_ALIGN, EINVAL, "memory-align"),
	VM_ERROR_CODE(MEMORY_SIZE, EINVAL, "memory-size"),
	VM_ERROR_CODE(VCPU_COUNT, EINVAL, "vcpu-count"),
	VM_ERROR_CODE(VCPU_ID, EINVAL, "vcpu-id"),
	VM_ERROR_CODE(VCPU_EXISTS, EEXIST, "vcpu-exists"),
	VM_ERROR_CODE(NAME, EINVAL, "name"),
	VM_ERROR_CODE(LIMIT_RESOURCE, EINVAL, "limit-resource"),
	VM_ERROR_CODE(LIMIT_VALUE, EINVAL, "limit-value"),
	VM_ERROR_CODE(LIMIT_TWICE, EINVAL, "limit-twice"),
	VM_ERROR_CODE(SLOT_ID, EINVAL, "slot-id"),
	VM_ERROR_CODE(SLOT_ALIGN, EINVAL, "slot-align"),
	VM_ERROR_CODE(SLOT_RANGE, EINVAL, "slot-range"),
	VM_ERROR_CODE(SLOT_OVERLAP, EEXIST, "slot-overlap"),
	VM_ERROR_CODE(SLOT_ADDRESS, EINVAL, "slot-address"),
	VM_ERROR_CODE(SLOT_MISSING, EINVAL, "slot-missing"),
	VM_ERROR_CODE(SLOT_CHANGE, EINVAL, "slot-change"),
	VM_ERROR_CODE(VALUE, EINVAL, "value"),
	VM_ERROR_CODE(EVENT, EINVAL, "event"),
	VM_ERROR_CODE(COUNT, E2BIG, "count"),
	VM_ERROR_CODE(EVENTFD, EBADF, "eventfd"),
	VM_ERROR_CODE(NO_VM, ENOENT, "no-vm"),
	VM_ERROR_CODE(NO_SUCH_VCPU, ENOENT, "no-such-vcpu"),
	VM_ERROR_CODE(NO_LOG, ENOENT, "no-log"),
	VM_ERROR_CODE(ROUTE_CLASH, EINVAL, "route-clash"),
	VM_ERROR_CODE(EVENTFD_BUSY, EBUSY, "eventfd-busy"),
	VM_ERROR_CODE(NOT_ASSIGNED, ENOENT, "not-assigned"),
	VM_ERROR_CODE(NO_ATTRIBUTE, ENXIO, "no-attribute"),
	VM_ERROR_CODE(LIMIT_REACHED, EDQUOT, "limit-reached"),
	VM_ERROR_CODE(NO_MEMORY, ENOMEM, "no-memory"),
	VM_ERROR_CODE(MODULE_LIMIT, EDQUOT, "module-limit"),
	VM_ERROR_CODE(IN_USE, EBUSY, "in-use"),
	VM_ERROR_CODE(NO_FD, EMFILE, "no-fd"),
	VM_ERROR_CODE(FULL, ENOSPC, "full"),
	VM_ERROR_CODE(STATE, EBUSY, "state"),
	VM_ERROR_CODE(TERMINATED, ESTALE, "terminated"),
	VM_ERROR_CODE(NO_VCPU, EBUSY, "no-vcpu"),
	VM_ERROR_CODE(NO_SLOT, EBUSY, "no-slot"),
	VM_ERROR_CODE(EXISTS, EEXIST, "exists"),
	VM_ERROR_CODE(NO_IRQCHIP, ENXIO, "no-irqchip"),
	VM_ERROR_CODE(HAS_IRQCHIP, ENXIO, "has-irqchip"),
	VM_ERROR_CODE(HAS_VCPUS, EINVAL, "has-vcpus"),
	VM_ERROR_CODE(UNKNOWN_CALL, ENOTTY, "unknown-call"),
	VM_ERROR_CODE(FAULT, EFAULT, "fault"),
	VM_ERROR_CODE(UNUSABLE, EOPNOTSUPP, "unusable"),
	VM_ERROR_CODE(WRONG_MM, EIO, "wrong-mm"),
	VM_ERROR_CODE(BAD_FETCH, EFAULT, "bad-fetch"),
	VM_ERROR_CODE(INTERNAL, EIO, "internal"),
	VM_ERROR_CODE(ENTRY_CHECK, EINVAL, "entry-check"),
	VM_ERROR_CODE(NO_RIGHT, EPERM, "no-right"),
	VM_ERROR_CODE(NOT_OWNER, EPERM, "not-owner"),
	VM_ERROR_CODE(NO_GUEST_MEMORY, EFAULT, "no-guest-memory"),
	VM_ERROR_CODE(READ_ONLY, EROFS, "read-only"),
	VM_ERROR_CODE(NOT_TRACEABLE, EPERM, "not-traceable"),
	VM_ERROR_CODE(PAGE_TABLE, EFAULT, "page-table"),
	{ .name = "unknown", .a = 199, .code = 199, .error = EIO, .field = "" },

	{ .name = "resume a new VM", .filler = VM_ERROR_BY_EVENT, .a = VMH_STATE_CREATED,
	  .b = VMH_EVENT_RESUME, .code = VMH_E_STATE, .error = EBUSY, .field = "event",
	  .text = "cannot resume a VM that is created; allowed: init, terminate",
	  .got = VMH_EVENT_RESUME, .expected = 0x11 },
	{ .name = "start a running VM", .filler = VM_ERROR_BY_EVENT, .a = VMH_STATE_RUNNING,
	  .b = VMH_EVENT_START, .code = VMH_E_STATE, .error = EBUSY, .field = "event",
	  .text = "cannot start a VM that is running; allowed: pause, terminate",
	  .got = VMH_EVENT_START, .expected = 0x14 },
	{ .name = "start a terminated VM", .filler = VM_ERROR_BY_EVENT,
	  .a = VMH_STATE_TERMINATED, .b = VMH_EVENT_START, .code = VMH_E_TERMINATED,
	  .error = ESTALE, .field = "event", .got = VMH_EVENT_START, .expected = 0x10 },
	{ .name = "no such event", .filler = VM_ERROR_BY_EVENT, .a = VMH_STATE_RUNNING,
	  .b = VMH_EVENT_NR, .code = VMH_E_EVENT, .error = EINVAL, .field = "event",
	  .got = VMH_EVENT_NR, .expected = VMH_EVENT_NR - 1 },
	{ .name = "no such event on a terminated VM", .filler = VM_ERROR_BY_EVENT,
	  .a = VMH_STATE_TERMINATED, .b = ~0U, .code = VMH_E_EVENT, .error = EINVAL,
	  .field = "event", .got = ~0U, .expected = VMH_EVENT_NR - 1 },

	{ .name = "call too late", .filler = VM_ERROR_BY_STATE, .a = VMH_STATE_RUNNING,
	  .b = 1U << VMH_STATE_CREATED, .code = VMH_E_STATE, .error = EBUSY, .field = "state",
	  .text = "not possible while the VM is running; possible while created",
	  .got = VMH_STATE_RUNNING, .expected = 1 },
	{ .name = "call possible in all other states", .filler = VM_ERROR_BY_STATE,
	  .a = VMH_STATE_INITIALIZED, .b = 0x1d, .code = VMH_E_STATE, .error = EBUSY,
	  .field = "state", .text = "not possible while the VM is initialized; "
				    "possible while created, running, paused, terminated",
	  .got = VMH_STATE_INITIALIZED, .expected = 0x1d },
	{ .name = "call possible in no state", .filler = VM_ERROR_BY_STATE,
	  .a = VMH_STATE_PAUSED, .b = 0, .code = VMH_E_STATE, .error = EBUSY, .field = "state",
	  .text = "not possible while the VM is paused; possible while nothing",
	  .got = VMH_STATE_PAUSED },
	{ .name = "call on a terminated VM", .filler = VM_ERROR_BY_STATE,
	  .a = VMH_STATE_TERMINATED, .b = 0xf, .code = VMH_E_TERMINATED, .error = ESTALE,
	  .field = "state", .got = VMH_STATE_TERMINATED, .expected = 0xf },

	{ .name = "structure of an older program", .filler = VM_ERROR_BY_SIZE, .a = 8, .b = 16,
	  .code = VMH_E_STRUCT_SIZE, .error = EINVAL, .field = "size", .got = 8, .expected = 16 },
	{ .name = "structure of a newer program", .filler = VM_ERROR_BY_SIZE, .a = 24, .b = 16,
	  .code = VMH_E_STRUCT_SIZE, .error = E2BIG, .field = "size", .got = 24, .expected = 16 },
};

static inline int vm_error_case_fill(const struct vm_error_case *c, struct vmh_error *err)
{
	switch (c->filler) {
	case VM_ERROR_BY_CODE:
		return vm_error_set(err, (enum vmh_error_code)c->a);
	case VM_ERROR_BY_EVENT:
		return vm_error_event(err, (enum vmh_state)c->a, (enum vmh_event)c->b);
	case VM_ERROR_BY_STATE:
		return vm_error_state(err, (enum vmh_state)c->a, c->b);
	case VM_ERROR_BY_SIZE:
		return vm_error_size(err, c->a, c->b);
	}
	return 0;
}

static inline bool vm_error_case_ok(const struct vm_error_case *c, char *why, size_t why_len)
{
	const char *text = c->text ? c->text : vm_error_text((enum vmh_error_code)c->code);
	struct vmh_error err = { .size = 1, .flags = 2, .call = 3 };
	int ret = vm_error_case_fill(c, &err);

	if (ret != -c->error || (int)err.error != c->error) {
		snprintf(why, why_len, "returned %d, record has %u, want errno %d", ret, err.error,
			 c->error);
		return false;
	}
	if (vm_error_case_fill(c, NULL) != ret) {
		snprintf(why, why_len, "another errno without a record");
		return false;
	}
	if (err.code != c->code || err.category != c->code / 100) {
		snprintf(why, why_len, "code %u of category %u", err.code, err.category);
		return false;
	}
	if (err.size != 1 || err.flags != 2 || err.call != 3) {
		snprintf(why, why_len, "the caller's fields were touched");
		return false;
	}
	if (strcmp(err.field, c->field) || err.got != c->got || err.expected != c->expected) {
		snprintf(why, why_len, "field '%s' got %llu expected %llu", err.field, err.got,
			 err.expected);
		return false;
	}
	if (strcmp(err.text, text) || !err.text[0]) {
		snprintf(why, why_len, "text '%s', want '%s'", err.text, text);
		return false;
	}
	return true;
}

#endif /* VMH_VECTORS_VM_ERROR_H */
