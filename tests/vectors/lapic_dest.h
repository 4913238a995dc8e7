/* SPDX-License-Identifier: GPL-2.0 */
/* Which messages are for a local APIC, and the messages that MSIs make. */
#ifndef VMH_VECTORS_LAPIC_DEST_H
#define VMH_VECTORS_LAPIC_DEST_H

#include "lapic_script.h"

enum lapic_dest_mode {
	LAPIC_DEST_OFF,
	LAPIC_DEST_XAPIC,
	LAPIC_DEST_X2APIC,
	LAPIC_DEST_SOFT_OFF,	/* xAPIC, disabled by software */
};

struct lapic_dest_case {
	const char *name;
	enum lapic_dest_mode mode;
	u32 id;
	u32 ldr;		/* as written to the register of an xAPIC */
	u32 dfr;
	struct irq_msg msg;
	bool want;
};

#define FLAT	0xffffffffu
#define CLUSTER	0x0fffffffu
#define PHYS(d)		{ .dest = (d) }
#define PHYS32(d)	{ .dest = (d), .dest_32bit = true }
#define EXACT(d)	{ .dest = (d), .exact = true }
#define EXACT32(d)	{ .dest = (d), .exact = true, .dest_32bit = true }
#define LOG(d)		{ .dest = (d), .logical = true }
#define LOG32(d)	{ .dest = (d), .logical = true, .dest_32bit = true }

#define XAPIC(text, i, m, w) { text, LAPIC_DEST_XAPIC, (i), 0, FLAT, m, w }
#define X2APIC(text, i, m, w) { text, LAPIC_DEST_X2APIC, (i), 0, FLAT, m, w }
#define FLAT_TO(text, l, m, w) { text, LAPIC_DEST_XAPIC, 0, (l) << 24, FLAT, m, w }
#define CLUSTER_TO(text, l, m, w) { text, LAPIC_DEST_XAPIC, 0, (l) << 24, CLUSTER, m, w }

static const struct lapic_dest_case lapic_dest_cases[] = {
	XAPIC("physical", 5, PHYS(5), true),
	XAPIC("physical, another", 5, PHYS(4), false),
	XAPIC("physical 0", 0, PHYS(0), true),
	XAPIC("physical broadcast", 5, PHYS(0xff), true),
	XAPIC("physical, high id by its low 8 bits", 0x105, PHYS(5), true),
	XAPIC("physical, high id by x2APIC's sender", 0x105, PHYS32(0x105), true),
	XAPIC("physical, low 8 bits by x2APIC's sender", 0x105, PHYS32(5), false),
	XAPIC("x2APIC broadcast to an xAPIC", 5, PHYS32(~0u), true),
	XAPIC("0xff of 32 bits is an id", 5, PHYS32(0xff), false),
	XAPIC("destination beyond 8 bits", 5, PHYS32(0x10005), false),
	X2APIC("x2 physical", 5, PHYS32(5), true),
	X2APIC("x2 physical, another", 5, PHYS32(0x10005), false),
	X2APIC("x2 physical, 8-bit sender", 5, PHYS(5), true),
	X2APIC("x2 physical, 8-bit sender, high id", 0x105, PHYS(5), false),
	X2APIC("x2 physical 255", 255, PHYS32(255), true),
	X2APIC("x2 physical broadcast", 5, PHYS32(~0u), true),
	X2APIC("x2 broadcast by an 8-bit sender", 5, PHYS(0xff), true),
	X2APIC("x2 0xff of 32 bits is an id", 5, PHYS32(0xff), false),

	FLAT_TO("flat: one bit", 0x04, LOG(0x04), true),
	FLAT_TO("flat: among several", 0x04, LOG(0x0e), true),
	FLAT_TO("flat: not among", 0x04, LOG(0xf3), false),
	FLAT_TO("flat: several bits of its own", 0x06, LOG(0x02), true),
	FLAT_TO("flat: no logical id", 0x00, LOG(0x7f), false),
	FLAT_TO("flat: broadcast without a logical id", 0x00, LOG(0xff), true),
	FLAT_TO("flat: nobody", 0x04, LOG(0), false),
	FLAT_TO("flat: beyond 8 bits", 0x04, LOG32(0x10004), false),
	CLUSTER_TO("cluster: member", 0x21, LOG(0x21), true),
	CLUSTER_TO("cluster: among several", 0x24, LOG(0x2f), true),
	CLUSTER_TO("cluster: not among", 0x21, LOG(0x2e), false),
	CLUSTER_TO("cluster: not among, odd cluster", 0x11, LOG(0x12), false),
	CLUSTER_TO("cluster: another cluster", 0x21, LOG(0x31), false),
	CLUSTER_TO("cluster: broadcast", 0x21, LOG(0xff), true),
	CLUSTER_TO("cluster: nobody in it", 0x21, LOG(0x20), false),
	X2APIC("x2 logical: member", 0x23, LOG32(0x20008), true),
	X2APIC("x2 logical: among several", 0x23, LOG32(0x2ffff), true),
	X2APIC("x2 logical: not among", 0x23, LOG32(0x2fff7), false),
	X2APIC("x2 logical: not among, odd cluster", 0x13, LOG32(0x10007), false),
	X2APIC("x2 logical: another cluster", 0x23, LOG32(0x30008), false),
	X2APIC("x2 logical: member 15", 0x1f, LOG32(0x18000), true),
	X2APIC("x2 logical: cluster 0 by an 8-bit sender", 3, LOG(0x08), true),
	X2APIC("x2 logical: cluster 1 by an 8-bit sender", 0x13, LOG(0x08), false),
	X2APIC("x2 logical: broadcast", 0x23, LOG32(~0u), true),
	X2APIC("x2 logical: broadcast by an 8-bit sender", 0x23, LOG(0xff), true),

	XAPIC("exact broadcast to an xAPIC", 5, EXACT(0xff), true),
	X2APIC("exact broadcast to an x2APIC", 5, EXACT(0xff), false),
	X2APIC("exact id of an x2APIC", 0xff, EXACT(0xff), true),
	X2APIC("exact wide broadcast", 5, EXACT32(~0u), true),
	{ "globally off", LAPIC_DEST_OFF, 5, 0, FLAT, { .dest = 5 }, false },
	{ "globally off: INIT", LAPIC_DEST_OFF, 5, 0, FLAT,
	  { .dest = 5, .mode = IRQ_MSG_INIT }, false },
	{ "software off: fixed", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT, { .dest = 5 }, false },
	{ "software off: lowest priority", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT,
	  { .dest = 5, .mode = IRQ_MSG_LOWEST }, false },
	{ "software off: broadcast", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT, { .dest = 0xff }, false },
	{ "software off: INIT", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT,
	  { .dest = 5, .mode = IRQ_MSG_INIT }, true },
	{ "software off: SIPI", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT,
	  { .dest = 5, .mode = IRQ_MSG_SIPI }, true },
	{ "software off: NMI", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT,
	  { .dest = 5, .mode = IRQ_MSG_NMI }, true },
	{ "software off: SMI", LAPIC_DEST_SOFT_OFF, 5, 0, FLAT,
	  { .dest = 5, .mode = IRQ_MSG_SMI }, true },
};

static inline void lapic_dest_setup(struct lapic *l, void *page, const struct lapic_dest_case *c)
{
	struct lapic_effect fx;

	lapic_init(l, page, c->id, false);
	lapic_set_features(l, LAPIC_HAS_X2APIC, 40);
	if (c->mode != LAPIC_DEST_SOFT_OFF)
		lapic_mmio_write(l, LAPIC_REG_SVR, 0x1ff, 0, &fx);
	lapic_mmio_write(l, LAPIC_REG_LDR, c->ldr, 0, &fx);
	lapic_mmio_write(l, LAPIC_REG_DFR, c->dfr, 0, &fx);
	if (c->mode == LAPIC_DEST_X2APIC)
		lapic_set_base(l, BASE_X2APIC, false);
	else if (c->mode == LAPIC_DEST_OFF)
		lapic_set_base(l, BASE_OFF, true);
}

static inline bool lapic_dest_case_ok(const struct lapic_dest_case *c, char *why, size_t why_len)
{
	static u32 page[1024];
	struct lapic_dest dest;
	struct lapic l;

	lapic_dest_setup(&l, page, c);
	lapic_get_dest(&l, &dest);
	if (lapic_dest_match(&dest, &c->msg) != c->want || lapic_match(&l, &c->msg) != c->want) {
		snprintf(why, why_len, "%s", c->want ? "not for it" : "taken for its own");
		return false;
	}
	return true;
}

#endif /* VMH_VECTORS_LAPIC_DEST_H */
