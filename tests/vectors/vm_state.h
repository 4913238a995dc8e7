/* SPDX-License-Identifier: GPL-2.0 */
/* Every cell of the lifecycle table, and what lies outside it. */
#ifndef VMH_VECTORS_VM_STATE_H
#define VMH_VECTORS_VM_STATE_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <vm_error.h>
#include <vm_state.h>

struct vm_state_case {
	const char *name;
	u32 from;
	u32 event;
	int want;
};

#define VM_STATE_CELL(f, e, w) \
	{ .name = #f " " #e, .from = VMH_STATE_##f, .event = VMH_EVENT_##e, .want = (w) }

static const struct vm_state_case vm_state_cases[] = {
	VM_STATE_CELL(CREATED, INIT, VMH_STATE_INITIALIZED),
	VM_STATE_CELL(CREATED, START, -EBUSY),
	VM_STATE_CELL(CREATED, PAUSE, -EBUSY),
	VM_STATE_CELL(CREATED, RESUME, -EBUSY),
	VM_STATE_CELL(CREATED, TERMINATE, VMH_STATE_TERMINATED),

	VM_STATE_CELL(INITIALIZED, INIT, -EBUSY),
	VM_STATE_CELL(INITIALIZED, START, VMH_STATE_RUNNING),
	VM_STATE_CELL(INITIALIZED, PAUSE, -EBUSY),
	VM_STATE_CELL(INITIALIZED, RESUME, -EBUSY),
	VM_STATE_CELL(INITIALIZED, TERMINATE, VMH_STATE_TERMINATED),

	VM_STATE_CELL(RUNNING, INIT, -EBUSY),
	VM_STATE_CELL(RUNNING, START, -EBUSY),
	VM_STATE_CELL(RUNNING, PAUSE, VMH_STATE_PAUSED),
	VM_STATE_CELL(RUNNING, RESUME, -EBUSY),
	VM_STATE_CELL(RUNNING, TERMINATE, VMH_STATE_TERMINATED),

	VM_STATE_CELL(PAUSED, INIT, -EBUSY),
	VM_STATE_CELL(PAUSED, START, -EBUSY),
	VM_STATE_CELL(PAUSED, PAUSE, -EBUSY),
	VM_STATE_CELL(PAUSED, RESUME, VMH_STATE_RUNNING),
	VM_STATE_CELL(PAUSED, TERMINATE, VMH_STATE_TERMINATED),

	VM_STATE_CELL(TERMINATED, INIT, -EBUSY),
	VM_STATE_CELL(TERMINATED, START, -EBUSY),
	VM_STATE_CELL(TERMINATED, PAUSE, -EBUSY),
	VM_STATE_CELL(TERMINATED, RESUME, -EBUSY),
	VM_STATE_CELL(TERMINATED, TERMINATE, VMH_STATE_TERMINATED),

	{ .name = "state past the end", .from = VMH_STATE_NR, .event = VMH_EVENT_INIT,
	  .want = -EINVAL },
	{ .name = "event past the end", .from = VMH_STATE_CREATED, .event = VMH_EVENT_NR,
	  .want = -EINVAL },
	{ .name = "largest state", .from = ~0U, .event = VMH_EVENT_TERMINATE, .want = -EINVAL },
	{ .name = "largest event", .from = VMH_STATE_RUNNING, .event = ~0U, .want = -EINVAL },
	{ .name = "both past the end", .from = VMH_STATE_NR, .event = VMH_EVENT_NR,
	  .want = -EINVAL },
};

/* The record of a refusal: of a cell that is empty, or outside the table. */
static inline bool vm_state_refusal_ok(const struct vm_state_case *c, char *why, size_t why_len)
{
	const bool ended = c->from == VMH_STATE_TERMINATED;
	const bool known = c->event < VMH_EVENT_NR;
	u32 allowed = vm_state_allowed((enum vmh_state)c->from);
	u64 expected = known ? allowed : VMH_EVENT_NR - 1;
	u32 code = !known ? VMH_E_EVENT : ended ? VMH_E_TERMINATED : VMH_E_STATE;
	struct vmh_error err = {};
	int ret = vm_error_event(&err, (enum vmh_state)c->from, (enum vmh_event)c->event);

	if (ret != (!known ? -EINVAL : ended ? -ESTALE : -EBUSY)) {
		snprintf(why, why_len, "refused with %d", ret);
		return false;
	}
	if (err.code != code || err.category != code / 100 || err.got != c->event ||
	    err.expected != expected || strcmp(err.field, "event") || !err.text[0]) {
		snprintf(why, why_len, "the record: code %u, got %llu, expected %#llx, '%s'",
			 err.code, err.got, err.expected, err.text);
		return false;
	}
	return true;
}

/* A row also checks that vm_state_allowed() says the same as the cell. */
static inline bool vm_state_case_ok(const struct vm_state_case *c, char *why, size_t why_len)
{
	int got = vm_state_next((enum vmh_state)c->from, (enum vmh_event)c->event);
	u32 allowed = vm_state_allowed((enum vmh_state)c->from);
	bool named;

	if (got != c->want) {
		snprintf(why, why_len, "next state %d, want %d", got, c->want);
		return false;
	}
	if (c->event < VMH_EVENT_NR && !!(allowed & BIT(c->event)) != (c->want >= 0)) {
		snprintf(why, why_len, "allowed events %#x disagree with the table", allowed);
		return false;
	}
	if (c->want < 0 && c->from < VMH_STATE_NR && !vm_state_refusal_ok(c, why, why_len))
		return false;
	named = strcmp(vm_state_name((enum vmh_state)c->from), "unknown");
	if (named != (c->from < VMH_STATE_NR)) {
		snprintf(why, why_len, "state %u is %snamed", c->from, named ? "" : "not ");
		return false;
	}
	named = strcmp(vm_state_event_name((enum vmh_event)c->event), "unknown");
	if (named != (c->event < VMH_EVENT_NR)) {
		snprintf(why, why_len, "event %u is %snamed", c->event, named ? "" : "not ");
		return false;
	}
	return true;
}

#endif /* VMH_VECTORS_VM_STATE_H */
