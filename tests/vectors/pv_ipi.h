/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts by hypercall: what is refused, and whom the bitmap names. */
#ifndef VMH_VECTORS_PV_IPI_H
#define VMH_VECTORS_PV_IPI_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <pv_ipi.h>

#define PV_IPI_DESTS	4

struct pv_ipi_case {
	const char *name;
	u64 icr;
	u64 map[2];
	unsigned int bits;
	u32 first;
	int want;
	u8 mode;
	unsigned int nr;
	u32 dest[PV_IPI_DESTS];
};

static const struct pv_ipi_case pv_ipi_cases[] = {
	{ .name = "nobody", .icr = 0xfd, .bits = 64 },
	{ .name = "the first", .icr = 0xfd, .map = { 1 }, .bits = 64, .nr = 1, .dest = { 0 } },
	{ .name = "from an id on", .icr = 0xfd, .map = { 5 }, .bits = 64, .first = 7, .nr = 2,
	  .dest = { 7, 9 } },
	{ .name = "both words", .icr = 0xfd, .map = { 1ULL << 63, 3 }, .bits = 64, .nr = 3,
	  .dest = { 63, 64, 65 } },
	{ .name = "both words of 32 bits", .icr = 0xfd, .map = { 1U << 31, 3 }, .bits = 32,
	  .first = 100, .nr = 3, .dest = { 131, 132, 133 } },
	{ .name = "the last of all", .icr = 0xfd, .map = { 0, 1ULL << 63 }, .bits = 64, .nr = 1,
	  .dest = { 127 } },
	{ .name = "the highest id, and not everybody", .icr = 0xfd, .map = { 7 }, .bits = 64,
	  .first = ~0U - 1, .nr = 1, .dest = { ~0U - 1 } },
	{ .name = "everybody is nobody", .icr = 0xfd, .map = { 1 }, .bits = 64, .first = ~0U },
	{ .name = "ids do not wrap", .icr = 0xfd, .map = { 0, 1 }, .bits = 64, .first = ~0U },
	{ .name = "an NMI", .icr = 0x400, .map = { 1 }, .bits = 64, .mode = IRQ_MSG_NMI, .nr = 1,
	  .dest = { 0 } },
	{ .name = "asserted", .icr = 0x40fd, .map = { 1 }, .bits = 64, .nr = 1, .dest = { 0 } },
	{ .name = "logical destination", .icr = 0x8fd, .map = { 1 }, .bits = 64, .want = -EINVAL },
	{ .name = "to itself", .icr = 0x400fd, .bits = 64, .want = -EINVAL },
	{ .name = "to all", .icr = 0x800fd, .bits = 64, .want = -EINVAL },
	{ .name = "to all others", .icr = 0xc00fd, .bits = 64, .want = -EINVAL },
	{ .name = "lowest priority", .icr = 0x1fd, .map = { 1 }, .bits = 64, .want = -EINVAL },
	{ .name = "SMI", .icr = 0x200, .map = { 1 }, .bits = 64, .want = -EINVAL },
	{ .name = "INIT", .icr = 0x500, .map = { 1 }, .bits = 64, .want = -EINVAL },
	{ .name = "SIPI", .icr = 0x601, .map = { 1 }, .bits = 64, .want = -EINVAL },
};

static inline bool pv_ipi_case_ok(const struct pv_ipi_case *c, char *why, size_t why_len)
{
	struct pv_ipi ipi = {
		.map = { c->map[0], c->map[1] }, .bits = c->bits, .first = c->first,
	};
	unsigned int nr = 0;
	int ret = pv_ipi_parse(c->icr, &ipi);

	if (ret != c->want) {
		snprintf(why, why_len, "returned %d, want %d", ret, c->want);
		return false;
	}
	if (ret)
		return true;
	if (ipi.msg.vector != (u8)c->icr || ipi.msg.mode != c->mode || ipi.msg.logical) {
		snprintf(why, why_len, "vector %u, mode %u", ipi.msg.vector, ipi.msg.mode);
		return false;
	}
	for (; pv_ipi_next(&ipi); nr++) {
		if (nr < c->nr && ipi.msg.dest == c->dest[nr])
			continue;
		snprintf(why, why_len, "destination %u is %#x", nr, ipi.msg.dest);
		return false;
	}
	if (nr == c->nr)
		return true;
	snprintf(why, why_len, "%u destinations, want %u", nr, c->nr);
	return false;
}

#endif /* VMH_VECTORS_PV_IPI_H */
