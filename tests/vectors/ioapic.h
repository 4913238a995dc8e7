/* SPDX-License-Identifier: GPL-2.0 */
/* The I/O APIC: a row is a list of steps against a fresh one. */
#ifndef VMH_VECTORS_IOAPIC_H
#define VMH_VECTORS_IOAPIC_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/string.h>
#include <ioapic.h>

#define IOAPIC_MAX_STEPS	16

struct ioapic_run {
	struct ioapic io;
	struct kvm_ioapic_state state;
	struct irq_msg out[IOAPIC_NR_PINS];
	unsigned int step;
	char *why;
	size_t why_len;
};

struct ioapic_step {
	bool (*run)(struct ioapic_run *r, const struct ioapic_step *s);
	u32 a;
	u64 b;
	s64 c;
};

struct ioapic_case {
	const char *name;
	struct ioapic_step steps[IOAPIC_MAX_STEPS];
};

static inline bool ioapic_expect(struct ioapic_run *r, const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	snprintf(r->why, r->why_len, "step %u: %s is %#llx, want %#llx", r->step, what,
		 (unsigned long long)got, (unsigned long long)want);
	return false;
}

/* Direct registers: write, with the number of messages or the error; read and compare. */
static inline bool io_do_write(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "write", ioapic_mmio_write(&r->io, s->a & 0xffff, s->a >> 16, s->b,
							   r->out, IOAPIC_NR_PINS), s->c);
}

static inline bool io_do_read(struct ioapic_run *r, const struct ioapic_step *s)
{
	u64 val;

	return ioapic_expect(r, "error", ioapic_mmio_read(&r->io, s->a & 0xffff, s->a >> 16, &val),
			     s->c) &&
	       ioapic_expect(r, "register", val, s->b);
}

#define IO_W(offset, len, val)		{ io_do_write, (offset) | (len) << 16, val }
#define IO_WN(offset, len, val, want)	{ io_do_write, (offset) | (len) << 16, val, want }
#define IO_R(offset, len, want)		{ io_do_read, (offset) | (len) << 16, want }
#define IO_RX(offset, len)		{ io_do_read, (offset) | (len) << 16, 0, -EINVAL }

/* Registers behind the window. */
static inline bool io_do_set(struct ioapic_run *r, const struct ioapic_step *s)
{
	ioapic_mmio_write(&r->io, 0, 4, s->a, r->out, IOAPIC_NR_PINS);
	return ioapic_expect(r, "messages", ioapic_mmio_write(&r->io, 0x10, 4, s->b, r->out,
							      IOAPIC_NR_PINS), s->c);
}

static inline bool io_do_get(struct ioapic_run *r, const struct ioapic_step *s)
{
	u64 val;

	ioapic_mmio_write(&r->io, 0, 4, s->a, r->out, IOAPIC_NR_PINS);
	return ioapic_expect(r, "error", ioapic_mmio_read(&r->io, 0x10, 4, &val), 0) &&
	       ioapic_expect(r, "register", val, s->b);
}

static inline bool io_do_rte(struct ioapic_run *r, const struct ioapic_step *s)
{
	const struct ioapic_step high = { .a = 0x11 + 2 * s->a, .b = s->b >> 32 };
	const struct ioapic_step low = { .a = 0x10 + 2 * s->a, .b = (u32)s->b, .c = s->c };

	return io_do_set(r, &high) && io_do_set(r, &low);
}

static inline bool io_do_rte_is(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "entry", r->io.rte[s->a], s->b);
}

#define IO_SET(index, val)		{ io_do_set, index, val }
#define IO_GET(index, want)		{ io_do_get, index, want }
#define IO_RTE(pin, val)		{ io_do_rte, pin, val }
#define IO_RTE_SENDS(pin, val)		{ io_do_rte, pin, val, 1 }
#define IO_RTE_IS(pin, want)		{ io_do_rte_is, pin, want }

/* Inputs, by source 0 or another; the message that was sent. */
static inline bool io_do_irq(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "result", ioapic_set_irq(&r->io, s->a, s->b >> 1, s->b & 1, r->out),
			     s->c);
}

static inline bool io_do_sent(struct ioapic_run *r, const struct ioapic_step *s)
{
	const struct irq_msg *m = &r->out[s->a];

	return ioapic_expect(r, "message", m->vector | m->mode << 8 | m->logical << 12 |
			     m->level_triggered << 13 | (u64)m->dest << 16, s->b) &&
	       ioapic_expect(r, "rest of it", m->shorthand | m->dest_32bit << 8 | m->assert << 9,
			     1 << 9);
}

static inline bool io_do_eoi(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "messages", ioapic_eoi(&r->io, s->a, r->out, IOAPIC_NR_PINS), s->c);
}

static inline bool io_do_pins(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "pins", ioapic_pins_of(&r->io, s->a), s->b);
}

#define IO_UP(pin, want)		{ io_do_irq, pin, 1, IRQ_LINE_##want }
#define IO_DOWN(pin)			{ io_do_irq, pin, 0, IRQ_LINE_IGNORED }
#define IO_UP_BY(source, pin, want)	{ io_do_irq, pin, (source) << 1 | 1, IRQ_LINE_##want }
#define IO_DOWN_BY(source, pin, want)	{ io_do_irq, pin, (source) << 1, IRQ_LINE_##want }
#define IO_SENT(n, bits)		{ io_do_sent, n, bits }
#define IO_EOI(vector, want)		{ io_do_eoi, vector, 0, want }
#define IO_PINS(vector, want)		{ io_do_pins, vector, want }

/* State: get, compare, edit, set with the number of messages or the error. */
static inline bool io_do_save(struct ioapic_run *r, const struct ioapic_step *s)
{
	ioapic_get_state(&r->io, &r->state);
	return ioapic_expect(r, "irr in the state", r->state.irr, s->a);
}

static inline bool io_do_load(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "loading", ioapic_set_state(&r->io, &r->state, r->out,
							    IOAPIC_NR_PINS), s->c);
}

static inline bool io_do_edit_rte(struct ioapic_run *r, const struct ioapic_step *s)
{
	r->state.redirtbl[s->a].bits = s->b;
	return true;
}

static inline bool io_do_edit(struct ioapic_run *r, const struct ioapic_step *s)
{
	r->state.irr = s->a;
	r->state.ioregsel = s->b;
	r->state.id = s->c;
	return true;
}

static inline bool io_do_base(struct ioapic_run *r, const struct ioapic_step *s)
{
	return ioapic_expect(r, "base", r->io.base_gpa, s->b);
}

static inline bool io_do_edit_base(struct ioapic_run *r, const struct ioapic_step *s)
{
	r->state.base_address = s->b;
	return true;
}

static inline bool io_do_init(struct ioapic_run *r, const struct ioapic_step *s)
{
	ioapic_init(&r->io);
	if (s->a)
		r->io.version = s->a;
	return true;
}

#define IO_SAVE(irr)			{ io_do_save, irr }
#define IO_LOAD(want)			{ io_do_load, 0, 0, want }
#define IO_EDIT(irr, regsel, id)	{ io_do_edit, irr, regsel, id }
#define IO_EDIT_RTE(pin, val)		{ io_do_edit_rte, pin, val }
#define IO_BASE(want)			{ io_do_base, 0, want }
#define IO_EDIT_BASE(gpa)		{ io_do_edit_base, 0, gpa }
#define IO_INIT()			{ io_do_init }
#define IO_VERSION(version)		{ io_do_init, version }

#define IO_DEST(dest)	((u64)(dest) << 56)
#define IO_EDGE		0x31ull			/* vector 0x31, fixed, physical */
#define IO_LEVEL	0x8031ull
#define IO_RIRR		0x4000ull
#define IO_MASKED	0x10000ull
#define SENT_LEVEL	(1 << 13)

/* Both halves of an entry, and not its neighbours'. */
#define IO_ENTRY(pin) \
	{ "entry " #pin, { IO_GET(0x10 + 2 * (pin), 0x10000), IO_GET(0x11 + 2 * (pin), 0), \
		  IO_SET(0x10 + 2 * (pin), ~0u), IO_SET(0x11 + 2 * (pin), ~0u), \
		  IO_GET(0x10 + 2 * (pin), 0x1afff), IO_GET(0x11 + 2 * (pin), 0xff000000), \
		  IO_RTE_IS(((pin) + 1) % 24, IO_MASKED), \
		  IO_RTE_IS(((pin) + 23) % 24, IO_MASKED) } }

static const struct ioapic_case ioapic_cases[] = {
	/* Registers */
	{ "id", { IO_GET(0, 0), IO_SET(0, ~0u), IO_GET(0, 0x0f000000), IO_SET(0, 0x05000000),
		  IO_GET(0, 0x05000000) } },
	{ "version", { IO_GET(1, 0x170011), IO_SET(1, 0), IO_GET(1, 0x170011) } },
	{ "arbitration id follows id", { IO_SET(0, 0x07000000), IO_GET(2, 0x07000000), IO_SET(2, 0),
		  IO_GET(2, 0x07000000) } },
	{ "entries are masked after reset", { IO_RTE_IS(0, IO_MASKED), IO_RTE_IS(23, IO_MASKED),
		  IO_GET(0x10, 0x10000), IO_GET(0x3f, 0) } },
	{ "first entry, all bits", { IO_RTE(0, ~0ull), IO_RTE_IS(0, 0xff0000000001afffull),
		  IO_GET(0x10, 0x1afff), IO_GET(0x11, 0xff000000) } },
	IO_ENTRY(0), IO_ENTRY(1), IO_ENTRY(2), IO_ENTRY(3), IO_ENTRY(4), IO_ENTRY(5),
	IO_ENTRY(6), IO_ENTRY(7), IO_ENTRY(8), IO_ENTRY(9), IO_ENTRY(10), IO_ENTRY(11),
	IO_ENTRY(12), IO_ENTRY(13), IO_ENTRY(14), IO_ENTRY(15), IO_ENTRY(16), IO_ENTRY(17),
	IO_ENTRY(18), IO_ENTRY(19), IO_ENTRY(20), IO_ENTRY(21), IO_ENTRY(22), IO_ENTRY(23),
	{ "last entry", { IO_RTE(23, IO_DEST(9) | 0x1a9ef), IO_GET(0x3e, 0x1a9ef),
		  IO_GET(0x3f, 0x09000000), IO_RTE_IS(22, IO_MASKED) } },
	{ "halves do not touch each other", { IO_RTE(5, IO_DEST(0xaa) | IO_EDGE),
		  IO_SET(0x1a, 0x155),
		  IO_RTE_IS(5, IO_DEST(0xaa) | 0x155), IO_SET(0x1b, 0x55000000),
		  IO_RTE_IS(5, IO_DEST(0x55) | 0x155) } },
	{ "no registers between", { IO_GET(3, 0), IO_SET(3, ~0u), IO_GET(0xf, 0) } },
	{ "past the last entry", { IO_SET(0x40, ~0u), IO_GET(0x40, 0), IO_SET(0xff, ~0u),
		  IO_GET(0xff, 0) } },
	{ "index reads back", { IO_W(0, 4, 0x12), IO_R(0, 4, 0x12) } },
	{ "index has 8 bits", { IO_W(0, 4, 0xabcd1201), IO_R(0, 4, 0x01),
		  IO_R(0x10, 4, 0x170011) } },
	{ "window by 1, 2 and 8 bytes", { IO_W(0, 1, 1), IO_R(0x10, 1, 0x11), IO_R(0x10, 2, 0x0011),
		  IO_R(0x10, 8, 0x170011) } },
	{ "narrow writes are extended", { IO_W(0, 1, 0xff10), IO_R(0, 4, 0x10),
		  IO_W(0x10, 1, 0xfff31),
		  IO_RTE_IS(0, 0x31), IO_W(0x10, 2, 0xf0231), IO_RTE_IS(0, 0x0231) } },
	{ "wide writes are cut", { IO_W(0, 8, 0xffffffff00000010ull),
		  IO_W(0x10, 8, 0xffffffff00000031ull), IO_RTE_IS(0, 0x31) } },
	{ "other offsets", { IO_R(4, 4, 0), IO_W(4, 4, 0x10), IO_R(0, 4, 0), IO_R(0x20, 4, 0),
		  IO_W(0x11, 1, 1), IO_R(0xff, 1, 0) } },
	{ "past the end", { IO_RX(0x100, 4), IO_WN(0x100, 4, 0, -EINVAL), IO_RX(0xffff, 4) } },
	{ "other lengths", { IO_RX(0, 0), IO_RX(0, 3), IO_RX(0, 16), IO_WN(0, 3, 0, -EINVAL),
		  IO_WN(0, 0, 0, -EINVAL), IO_WN(0, 9, 0, -EINVAL) } },

	/* Edge */
	{ "edge", { IO_RTE(4, IO_DEST(3) | IO_EDGE), IO_UP(4, DELIVERED), IO_SENT(0, 0x30031),
		  IO_RTE_IS(4, IO_DEST(3) | IO_EDGE), IO_UP(4, COALESCED), IO_DOWN(4),
		  IO_UP(4, DELIVERED) } },
	{ "edge: logical, lowest priority", { IO_RTE(4, IO_DEST(0xf) | 0x0931), IO_UP(4, DELIVERED),
		  IO_SENT(0, 0xf1131) } },
	{ "edge: NMI", { IO_RTE(4, 0x0400), IO_UP(4, DELIVERED), IO_SENT(0, 0x0400) } },
	{ "edge: SMI", { IO_RTE(4, 0x0200), IO_UP(4, DELIVERED), IO_SENT(0, 0x0200) } },
	{ "edge: INIT", { IO_RTE(4, 0x0500), IO_UP(4, DELIVERED), IO_SENT(0, 0x0500) } },
	{ "edge: ExtINT", { IO_RTE(0, 0x0700), IO_UP(0, DELIVERED), IO_SENT(0, 0x0700) } },
	{ "reserved modes send nothing", { IO_RTE(4, 0x0331), IO_UP(4, IGNORED), IO_RTE(5, 0x0631),
		  IO_UP(5, IGNORED), IO_RTE(6, 0x8631), IO_UP(6, IGNORED), IO_RTE_IS(6, 0x8631) } },
	{ "edge while masked is not sent later", { IO_RTE(4, IO_EDGE | IO_MASKED),
		  IO_UP(4, IGNORED),
		  IO_SAVE(1 << 4), IO_RTE(4, IO_EDGE), IO_UP(4, COALESCED), IO_DOWN(4),
		  IO_UP(4, DELIVERED) } },
	{ "edge: EOI does nothing", { IO_RTE(4, IO_EDGE), IO_UP(4, DELIVERED), IO_EOI(0x31, 0),
		  IO_UP(4, COALESCED) } },
	{ "polarity does not matter", { IO_RTE(4, IO_EDGE | 0x2000), IO_DOWN(4),
		  IO_UP(4, DELIVERED) } },
	{ "vector below 16 is sent", { IO_RTE(4, 5), IO_UP(4, DELIVERED), IO_SENT(0, 5) } },

	/* Level */
	{ "level: remote IRR until EOI", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED),
		  IO_SENT(0, 0x31 | SENT_LEVEL), IO_RTE_IS(9, IO_LEVEL | IO_RIRR), IO_DOWN(9),
		  IO_RTE_IS(9, IO_LEVEL | IO_RIRR), IO_EOI(0x31, 0), IO_RTE_IS(9, IO_LEVEL) } },
	{ "level: still asserted at EOI", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED),
		  IO_EOI(0x31, 1),
		  IO_SENT(0, 0x31 | SENT_LEVEL), IO_RTE_IS(9, IO_LEVEL | IO_RIRR) } },
	{ "level: asserted again before EOI", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED),
		  IO_DOWN(9),
		  IO_UP(9, COALESCED), IO_EOI(0x31, 1) } },
	{ "level: another vector's EOI", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED),
		  IO_EOI(0x32, 0),
		  IO_RTE_IS(9, IO_LEVEL | IO_RIRR) } },
	{ "level: unmasked while asserted", { IO_RTE(9, IO_LEVEL | IO_MASKED), IO_UP(9, IGNORED),
		  IO_RTE_SENDS(9, IO_LEVEL), IO_SENT(0, 0x31 | SENT_LEVEL) } },
	{ "level: unmasked after deassertion", { IO_RTE(9, IO_LEVEL | IO_MASKED), IO_UP(9, IGNORED),
		  IO_DOWN(9), IO_RTE(9, IO_LEVEL) } },
	{ "level: masked at EOI", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED),
		  IO_RTE(9, IO_LEVEL | IO_MASKED), IO_EOI(0x31, 0),
		  IO_RTE_IS(9, IO_LEVEL | IO_MASKED),
		  IO_RTE_SENDS(9, IO_LEVEL) } },
	{ "level: unmasked with remote IRR", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED),
		  IO_RTE(9, IO_LEVEL | IO_MASKED), IO_RTE(9, IO_LEVEL), IO_EOI(0x31, 1) } },
	{ "level: made edge-triggered clears remote IRR", { IO_RTE(9, IO_LEVEL),
		  IO_UP(9, DELIVERED),
		  IO_RTE(9, IO_EDGE | IO_MASKED), IO_RTE_IS(9, IO_EDGE | IO_MASKED),
		  IO_RTE_SENDS(9, IO_LEVEL) } },
	{ "level: remote IRR is read-only", { IO_RTE(9, IO_LEVEL | IO_RIRR | 0x1000),
		  IO_RTE_IS(9, IO_LEVEL), IO_UP(9, DELIVERED), IO_RTE(9, IO_LEVEL),
		  IO_RTE_IS(9, IO_LEVEL | IO_RIRR) } },
	{ "level: NMI is an edge", { IO_RTE(9, 0x8400), IO_UP(9, DELIVERED), IO_SENT(0, 0x0400),
		  IO_RTE_IS(9, 0x8400), IO_UP(9, COALESCED), IO_EOI(0, 0) } },
	{ "two pins with one vector", { IO_RTE(9, IO_LEVEL), IO_RTE(10, IO_DEST(2) | IO_LEVEL),
		  IO_UP(9, DELIVERED), IO_UP(10, DELIVERED), IO_PINS(0x31, 3 << 9), IO_EOI(0x31, 2),
		  IO_SENT(0, 0x31 | SENT_LEVEL), IO_SENT(1, 0x20031 | SENT_LEVEL) } },
	{ "pins of a vector, edge too", { IO_RTE(4, IO_EDGE), IO_RTE(23, IO_LEVEL | IO_MASKED),
		  IO_PINS(0x31, 1 << 4 | 1 << 23), IO_PINS(0x32, 0) } },

	/* Sources */
	{ "level: two sources", { IO_RTE(9, IO_LEVEL), IO_UP_BY(0, 9, DELIVERED),
		  IO_UP_BY(31, 9, COALESCED), IO_DOWN_BY(0, 9, COALESCED), IO_EOI(0x31, 1),
		  IO_DOWN_BY(31, 9, IGNORED), IO_EOI(0x31, 0) } },
	{ "edge: two sources make one edge", { IO_RTE(4, IO_EDGE), IO_UP_BY(1, 4, DELIVERED),
		  IO_UP_BY(2, 4, COALESCED), IO_DOWN_BY(1, 4, COALESCED), IO_DOWN_BY(2, 4, IGNORED),
		  IO_UP_BY(1, 4, DELIVERED) } },
	{ "no such source", { IO_RTE(9, IO_LEVEL), IO_UP_BY(32, 9, IGNORED) } },
	{ "no such pin", { IO_UP(24, IGNORED), IO_UP(~0u, IGNORED) } },

	/* The EOI register of version 0x20 */
	{ "no EOI register", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED), IO_W(0x40, 4, 0x31),
		  IO_RTE_IS(9, IO_LEVEL | IO_RIRR) } },
	{ "EOI register", { IO_VERSION(IOAPIC_VERSION_EOI_REG), IO_GET(1, 0x170020),
		  IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED), IO_WN(0x40, 4, 0x31, 1), IO_DOWN(9),
		  IO_WN(0x40, 4, 0x32, 0), IO_RTE_IS(9, IO_LEVEL | IO_RIRR),
		  IO_WN(0x40, 4, 0x31, 0),
		  IO_RTE_IS(9, IO_LEVEL) } },

	/* State */
	{ "state: entries, id and index", { IO_RTE(7, IO_DEST(5) | 0x1a9ef), IO_SET(0, 0x03000000),
		  IO_W(0, 4, 0x1e), IO_SAVE(0), IO_INIT(), IO_LOAD(0),
		  IO_RTE_IS(7, IO_DEST(5) | 0x1a9ef), IO_R(0x10, 4, 0x1a9ef),
		  IO_GET(0, 0x03000000) } },
	{ "state: level in service", { IO_RTE(9, IO_LEVEL), IO_UP(9, DELIVERED), IO_SAVE(1 << 9),
		  IO_INIT(), IO_LOAD(0), IO_RTE_IS(9, IO_LEVEL | IO_RIRR), IO_EOI(0x31, 1) } },
	{ "state: level pending", { IO_RTE(9, IO_LEVEL), IO_SAVE(0), IO_EDIT(1 << 9, 0, 0),
		  IO_LOAD(1),
		  IO_SENT(0, 0x31 | SENT_LEVEL), IO_RTE_IS(9, IO_LEVEL | IO_RIRR) } },
	{ "state: edge pending", { IO_RTE(4, IO_EDGE), IO_SAVE(0), IO_EDIT(1 << 4, 0, 0),
		  IO_LOAD(1),
		  IO_SENT(0, 0x31), IO_SAVE(0) } },
	{ "state: edge sent", { IO_RTE(4, IO_EDGE), IO_UP(4, DELIVERED), IO_SAVE(0), IO_INIT(),
		  IO_LOAD(0) } },
	{ "state: edge masked after another was sent", { IO_RTE(4, IO_EDGE), IO_UP(4, DELIVERED),
		  IO_DOWN(4), IO_RTE(4, IO_EDGE | IO_MASKED), IO_UP(4, IGNORED),
		  IO_SAVE(1 << 4) } },
	{ "state: base address", { IO_BASE(0xfec00000), IO_SAVE(0), IO_EDIT_BASE(0xfec10000),
		  IO_LOAD(0), IO_BASE(0xfec10000) } },
	{ "state: read-only bits of an edge", { IO_SAVE(0), IO_EDIT_RTE(4, ~0ull & ~0x8000ull),
		  IO_LOAD(0), IO_RTE_IS(4, 0xff00000000012fffull) } },
	{ "state: remote IRR of an NMI", { IO_SAVE(0), IO_EDIT_RTE(4, 0xc400), IO_LOAD(0),
		  IO_RTE_IS(4, 0x8400) } },
	{ "state: no such pin", { IO_SAVE(0), IO_EDIT(1 << 24, 0, 0), IO_LOAD(-EINVAL) } },
	{ "state: index out of range", { IO_SAVE(0), IO_EDIT(0, 0x100, 0), IO_LOAD(-EINVAL) } },
	{ "state: id out of range", { IO_SAVE(0), IO_EDIT(0, 0, 16), IO_LOAD(-EINVAL) } },
	{ "state: refused, nothing changed", { IO_SAVE(0), IO_EDIT_RTE(4, IO_EDGE),
		  IO_EDIT(0, 0, 16),
		  IO_LOAD(-EINVAL), IO_RTE_IS(4, IO_MASKED) } },
};

static inline bool ioapic_case_ok(const struct ioapic_case *c, char *why, size_t why_len)
{
	static struct ioapic_run r;	/* too big for a stack */

	memset(&r, 0, sizeof(r));
	ioapic_init(&r.io);
	r.why = why;
	r.why_len = why_len;
	for (r.step = 0; r.step < IOAPIC_MAX_STEPS && c->steps[r.step].run; r.step++)
		if (!c->steps[r.step].run(&r, &c->steps[r.step]))
			return false;
	return true;
}

#endif /* VMH_VECTORS_IOAPIC_H */
