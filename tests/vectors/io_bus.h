/* SPDX-License-Identifier: GPL-2.0 */
/* Who waits for a write: tables that are built by steps, and asked. */
#ifndef VMH_VECTORS_IO_BUS_H
#define VMH_VECTORS_IO_BUS_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <io_bus.h>

#define IO_BUS_STEPS	8
#define IO_BUS_ROOM	8

/* What a step does; the target is its number. */
enum io_bus_op {
	IO_BUS_END,
	IO_BUS_ADD,	/* goes in */
	IO_BUS_CLASH,	/* would be in the way of another */
	IO_BUS_DROP,	/* the one that step @target made goes */
	IO_BUS_MISSING,	/* there is none like it, of step @target, to go */
	IO_BUS_FIND,	/* leads to step @target; -1: nowhere */
};

struct io_bus_step {
	enum io_bus_op op;
	u64 addr;
	u32 len;
	u64 data;
	bool any;
	int target;
};

struct io_bus_case {
	const char *name;
	struct io_bus_step steps[IO_BUS_STEPS];
};

#define BUS_ADD(addr, len, data)	{ IO_BUS_ADD, addr, len, data }
#define BUS_ANY(addr, len)		{ IO_BUS_ADD, addr, len, 0, true }
#define BUS_CLASH(addr, len, data)	{ IO_BUS_CLASH, addr, len, data }
#define BUS_CLASH_ANY(addr, len)	{ IO_BUS_CLASH, addr, len, 0, true }
#define BUS_DROP(addr, len, data, n)	{ IO_BUS_DROP, addr, len, data, false, n }
#define BUS_DROP_ANY(addr, len, n)	{ IO_BUS_DROP, addr, len, 0, true, n }
#define BUS_MISSING(addr, len, data, n)	{ IO_BUS_MISSING, addr, len, data, false, n }
#define BUS_MISSING_ANY(addr, len, n)	{ IO_BUS_MISSING, addr, len, 0, true, n }
#define BUS_FIND(addr, len, data, n)	{ IO_BUS_FIND, addr, len, data, false, n }
#define BUS_NOBODY(addr, len, data)	{ IO_BUS_FIND, addr, len, data, false, -1 }

static const struct io_bus_case io_bus_cases[] = {
	{ "one value", { BUS_ADD(0x10, 2, 7), BUS_FIND(0x10, 2, 7, 0), BUS_NOBODY(0x10, 2, 8),
			 BUS_NOBODY(0x10, 2, 6), BUS_NOBODY(0x10, 4, 7), BUS_NOBODY(0x11, 2, 7),
			 BUS_NOBODY(0xf, 2, 7) } },
	{ "any value", { BUS_ANY(0x10, 4), BUS_FIND(0x10, 4, 0, 0), BUS_FIND(0x10, 4, ~0U, 0),
			 BUS_NOBODY(0x10, 2, 0), BUS_NOBODY(0x10, 8, 0), BUS_NOBODY(0x14, 4, 0) } },
	{ "any width", { BUS_ANY(0x1000, 0), BUS_FIND(0x1000, 1, 9, 0),
			 BUS_FIND(0x1000, 8, ~0ULL, 0), BUS_FIND(0x1000, 3, 0, 0),
			 BUS_NOBODY(0x1001, 1, 9) } },
	{ "values at one address", { BUS_ADD(8, 2, 2), BUS_ADD(8, 2, 0), BUS_ADD(8, 2, 1),
				     BUS_FIND(8, 2, 0, 1), BUS_FIND(8, 2, 1, 2),
				     BUS_FIND(8, 2, 2, 0), BUS_NOBODY(8, 2, 3) } },
	{ "widths at one address", { BUS_ANY(8, 4), BUS_ADD(8, 1, 5), BUS_ADD(8, 2, 5),
				     BUS_FIND(8, 4, 5, 0), BUS_FIND(8, 1, 5, 1),
				     BUS_FIND(8, 2, 5, 2), BUS_NOBODY(8, 8, 5) } },
	{ "same value twice", { BUS_ADD(8, 2, 1), BUS_CLASH(8, 2, 1), BUS_ADD(8, 2, 2),
				BUS_CLASH(8, 2, 2), BUS_ADD(9, 2, 1) } },
	{ "any value clashes with one", { BUS_ADD(8, 2, 1), BUS_CLASH_ANY(8, 2), BUS_ANY(8, 4),
					  BUS_CLASH(8, 4, 9), BUS_CLASH_ANY(8, 4) } },
	{ "any width clashes with all", { BUS_ADD(8, 2, 1), BUS_CLASH_ANY(8, 0), BUS_ANY(9, 0),
					  BUS_CLASH(9, 1, 1), BUS_CLASH_ANY(9, 8),
					  BUS_CLASH_ANY(9, 0) } },
	{ "nothing there", { BUS_MISSING(8, 2, 1, 0), BUS_ADD(8, 2, 1), BUS_MISSING(8, 2, 2, 1),
			     BUS_MISSING(8, 4, 1, 1), BUS_MISSING(9, 2, 1, 1),
			     BUS_MISSING_ANY(8, 2, 1), BUS_MISSING(8, 2, 1, 0) } },
	{ "first goes", { BUS_ADD(1, 1, 0), BUS_ADD(2, 1, 0), BUS_ADD(3, 1, 0),
			  BUS_DROP(1, 1, 0, 0), BUS_NOBODY(1, 1, 0), BUS_FIND(2, 1, 0, 1),
			  BUS_FIND(3, 1, 0, 2) } },
	{ "middle goes", { BUS_ADD(1, 1, 0), BUS_ADD(2, 1, 0), BUS_ADD(3, 1, 0),
			   BUS_DROP(2, 1, 0, 1), BUS_FIND(1, 1, 0, 0), BUS_NOBODY(2, 1, 0),
			   BUS_FIND(3, 1, 0, 2) } },
	{ "last goes", { BUS_ADD(1, 1, 0), BUS_ADD(2, 1, 0), BUS_ADD(3, 1, 0),
			 BUS_DROP(3, 1, 0, 2), BUS_FIND(1, 1, 0, 0), BUS_FIND(2, 1, 0, 1),
			 BUS_NOBODY(3, 1, 0) } },
	{ "only one goes, and comes again", { BUS_ANY(1, 0), BUS_DROP_ANY(1, 0, 0),
					      BUS_NOBODY(1, 1, 0), BUS_ANY(1, 0),
					      BUS_FIND(1, 1, 0, 3) } },
	{ "highest values", { BUS_ADD(~0ULL, 8, ~0ULL), BUS_FIND(~0ULL, 8, ~0ULL, 0),
			      BUS_NOBODY(~0ULL, 8, 0), BUS_NOBODY(0, 8, ~0ULL),
			      BUS_CLASH_ANY(~0ULL, 0) } },
};

/* Tables for two generations, of which one is current. */
struct io_bus_run {
	union {
		struct io_bus bus;
		u8 room[sizeof(struct io_bus) + IO_BUS_ROOM * sizeof(struct io_bus_entry)];
	} gen[2];
	struct io_bus *now;
	char target[IO_BUS_STEPS];
};

static inline struct io_bus *io_bus_other(struct io_bus_run *r)
{
	return r->now == &r->gen[0].bus ? &r->gen[1].bus : &r->gen[0].bus;
}

static inline void io_bus_do_drop(struct io_bus_run *r, int index)
{
	struct io_bus *next = io_bus_other(r);

	if (r->now->nr == 1) {
		r->now = NULL;
		return;
	}
	next->nr = ~0U;
	io_bus_remove(next, r->now, index);
	r->now = next;
}

static inline bool io_bus_do_step(struct io_bus_run *r, const struct io_bus_step *s, int n)
{
	struct io_bus_entry e = { .addr = s->addr, .data = s->data, .len = s->len,
				  .any_data = s->any,
				  .target = s->target < 0 ? NULL : &r->target[s->target] };
	int index = io_bus_index(r->now, &e);
	const void *want = e.target;
	struct io_bus *next = io_bus_other(r);

	switch (s->op) {
	case IO_BUS_ADD:
		if (io_bus_clashes(r->now, &e))
			return false;
		e.target = &r->target[n];
		io_bus_insert(next, r->now, &e);
		r->now = next;
		return r->now->nr <= IO_BUS_ROOM;
	case IO_BUS_CLASH:
		return io_bus_clashes(r->now, &e);
	case IO_BUS_DROP:
		if (index < 0)
			return false;
		io_bus_do_drop(r, index);
		return true;
	case IO_BUS_MISSING:
		return index == -ENOENT;
	case IO_BUS_FIND:
		return (r->now ? io_bus_find(r->now, s->addr, s->len, s->data) : NULL) == want;
	default:
		return true;
	}
}

static inline bool io_bus_case_ok(const struct io_bus_case *c, char *why, size_t why_len)
{
	struct io_bus_run run;
	int i;

	memset(&run, 0, sizeof(run));
	for (i = 0; i < IO_BUS_STEPS; i++) {
		if (io_bus_do_step(&run, &c->steps[i], i))
			continue;
		snprintf(why, why_len, "step %d", i);
		return false;
	}
	return true;
}

#endif
