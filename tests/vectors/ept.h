/* SPDX-License-Identifier: GPL-2.0 */
/* The EPT builder, as scripts; all that must always hold is checked after each step. */
#ifndef VMH_VECTORS_EPT_H
#define VMH_VECTORS_EPT_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <ept.h>
#include "ept_memory.h"

#define EPT_STEPS	10
#define EPT_TABLES	24
#define EPT_NOWHERE	(~0ULL)		/* EPT_FIND: no translation */

enum ept_step_op {
	EPT_END,
	EPT_MAP,	/* gpa, to = hpa, level, prot; want: errno */
	EPT_GREW,	/* want: by how many bytes the last EPT_MAP says to have grown */
	EPT_UNMAP,	/* gpa, to = end; want: bytes */
	EPT_FIND,	/* gpa; to = hpa or EPT_NOWHERE, level, prot */
	EPT_PROTECT,	/* gpa, to = end; want: leaves */
	EPT_WATCH,	/* gpa, to = end; want: leaves */
	EPT_USE,	/* gpa: the processor reads there, or writes with EPT_PROT_WRITE */
	EPT_USED,	/* gpa, to = end; want: as ept_test_accessed(), which clears */
	EPT_SEEN,	/* the same, but it does not clear */
	EPT_IS_DIRTY,	/* gpa; want: 0 or 1 */
	EPT_FLUSH,	/* want: as ept_take_flush(), or ept_map() has flushed by itself */
	EPT_BROKE,	/* want: how often ept_map() has flushed by itself since the last EPT_FLUSH */
	EPT_PAGES,	/* want: tables */
	EPT_BUDGET,	/* want: allocations that will succeed */
};

struct ept_step {
	enum ept_step_op op;
	u64 gpa;
	u64 to;
	enum ept_level level;
	u32 prot;
	s64 want;
};

struct ept_case {
	const char *name;
	u32 without;			/* EPT_FEATURE_* that the processor has not */
	u32 with;			/* and those that it has besides */
	struct ept_step steps[EPT_STEPS];
};

#define EPT_RW		(EPT_PROT_READ | EPT_PROT_WRITE)
#define MAP_4K(gpa, hpa, prot, want)	{ EPT_MAP, gpa, hpa, EPT_LEVEL_4K, prot, want }
#define MAP_2M(gpa, hpa, prot, want)	{ EPT_MAP, gpa, hpa, EPT_LEVEL_2M, prot, want }
#define MAP_1G(gpa, hpa, prot, want)	{ EPT_MAP, gpa, hpa, EPT_LEVEL_1G, prot, want }
#define FIND_4K(gpa, hpa, prot)		{ EPT_FIND, gpa, hpa, EPT_LEVEL_4K, prot, 0 }
#define FIND_2M(gpa, hpa, prot)		{ EPT_FIND, gpa, hpa, EPT_LEVEL_2M, prot, 0 }
#define FIND_1G(gpa, hpa, prot)		{ EPT_FIND, gpa, hpa, EPT_LEVEL_1G, prot, 0 }
#define FIND_NONE(gpa)			{ EPT_FIND, gpa, EPT_NOWHERE, EPT_LEVEL_4K, 0, 0 }
#define GREW(bytes)			{ EPT_GREW, .want = (bytes) }
#define UNMAP(gpa, end, bytes)		{ EPT_UNMAP, gpa, end, .want = (bytes) }
#define PROTECT(gpa, end, leaves)	{ EPT_PROTECT, gpa, end, .want = (leaves) }
#define WATCH(gpa, end, leaves)		{ EPT_WATCH, gpa, end, .want = (leaves) }
#define USE(gpa, how)			{ EPT_USE, gpa, .prot = EPT_PROT_##how }
#define USED(gpa, end, yes)		{ EPT_USED, gpa, end, .want = (yes) }
#define SEEN(gpa, end, yes)		{ EPT_SEEN, gpa, end, .want = (yes) }
#define IS_DIRTY(gpa, yes)		{ EPT_IS_DIRTY, gpa, .want = (yes) }
#define FLUSH(yes)			{ EPT_FLUSH, .want = (yes) }
#define BROKE(times)			{ EPT_BROKE, .want = (times) }
#define PAGES(nr)			{ EPT_PAGES, .want = (nr) }
#define BUDGET(nr)			{ EPT_BUDGET, .want = (nr) }
#define RWX	EPT_PROT_RWX
#define RX	EPT_PROT_RX
#define TOP	EPT_GPA_END

static const struct ept_case ept_cases[] = {
	/* One leaf. */
	{ "empty", .steps = { FIND_NONE(0), FIND_NONE(TOP - 1), PAGES(1), FLUSH(0) } },
	{ "4K leaf", .steps = { MAP_4K(0x5000, 0x8000, RWX, 0), GREW(SZ_4K),
	  FIND_4K(0x5000, 0x8000, RWX), FIND_4K(0x5fff, 0x8fff, RWX), FIND_NONE(0x4fff),
	  FIND_NONE(0x6000), PAGES(4), FLUSH(0) } },
	{ "2M leaf", .steps = { MAP_2M(SZ_2M, SZ_1G, RWX, 0), GREW(SZ_2M),
	  FIND_2M(SZ_2M, SZ_1G, RWX), FIND_2M(SZ_4M - 1, SZ_1G + SZ_2M - 1, RWX),
	  FIND_NONE(SZ_2M - 1), FIND_NONE(SZ_4M), PAGES(3), FLUSH(0) } },
	{ "1G leaf", .steps = { MAP_1G(SZ_1G, 0, RWX, 0), GREW(SZ_1G), FIND_1G(SZ_1G, 0, RWX),
	  FIND_1G(SZ_2G - 1, SZ_1G - 1, RWX), FIND_NONE(SZ_1G - 1), FIND_NONE(SZ_2G), PAGES(2),
	  FLUSH(0) } },
	{ "last page", .steps = { MAP_4K(TOP - SZ_4K, SZ_4K, RWX, 0), FIND_4K(TOP - 1, 0x1fff, RWX),
	  UNMAP(TOP - SZ_4K, TOP, SZ_4K), PAGES(1) } },
	{ "highest host address", .steps = { MAP_4K(0, 0xffffffffff000ULL, RWX, 0),
	  FIND_4K(5, 0xffffffffff005ULL, RWX) } },
	{ "neighbours share tables", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  PAGES(4), MAP_4K(SZ_2M, 0, RWX, 0), PAGES(5), MAP_4K(SZ_1G, 0, RWX, 0), PAGES(7),
	  MAP_4K(1ULL << 39, 0, RWX, 0), PAGES(10) } },

	/* Rights and memory types. */
	{ "read-only", .steps = { MAP_4K(0, 0, EPT_PROT_READ, 0), FIND_4K(0, 0, EPT_PROT_READ) } },
	{ "no execution", .steps = { MAP_4K(0, 0, EPT_RW, 0), FIND_4K(0, 0, EPT_RW) } },
	{ "uncacheable", .steps = { MAP_4K(0, 0, RWX | EPT_PROT_UC, 0),
	  FIND_4K(0, 0, RWX | EPT_PROT_UC) } },
	{ "PAT ignored", .steps = { MAP_2M(0, 0, RWX | EPT_PROT_IGNORE_PAT, 0),
	  FIND_2M(0, 0, RWX | EPT_PROT_IGNORE_PAT) } },
	{ "execute only", .steps = { MAP_4K(0, 0, EPT_PROT_EXEC, 0),
	  FIND_4K(0, 0, EPT_PROT_EXEC) } },
	{ "execute only without the feature", .without = EPT_FEATURE_EXEC_ONLY,
	  .steps = { MAP_4K(0, 0, EPT_PROT_EXEC, -EINVAL), PAGES(1) } },
	{ "write only", .steps = { MAP_4K(0, 0, EPT_PROT_WRITE, -EINVAL) } },
	{ "write and execute only",
	  .steps = { MAP_4K(0, 0, EPT_PROT_WRITE | EPT_PROT_EXEC, -EINVAL) } },
	{ "no rights", .steps = { MAP_4K(0, 0, 0, -EINVAL), MAP_4K(0, 0, EPT_PROT_UC, -EINVAL) } },
	{ "unknown rights", .steps = { MAP_4K(0, 0, RWX | 0x20, -EINVAL) } },

	/* Refused addresses and levels. */
	{ "unaligned", .steps = { MAP_4K(1, 0, RWX, -EINVAL), MAP_4K(0, 0x800, RWX, -EINVAL),
	  MAP_2M(SZ_4K, 0, RWX, -EINVAL), MAP_2M(0, SZ_1M, RWX, -EINVAL),
	  MAP_1G(SZ_2M, 0, RWX, -EINVAL), MAP_1G(0, SZ_512M, RWX, -EINVAL), PAGES(1) } },
	{ "beyond the walk", .steps = { MAP_4K(TOP, 0, RWX, -EINVAL),
	  MAP_4K(1ULL << 63, 0, RWX, -EINVAL), FIND_NONE(TOP), FIND_NONE(~0ULL), PAGES(1) } },
	{ "host address too wide", .steps = { MAP_4K(0, 1ULL << 52, RWX, -EINVAL),
	  MAP_4K(0, 1ULL << 63, RWX, -EINVAL) } },
	{ "no such level", .steps = { { EPT_MAP, 0, 0, 0, RWX, -EINVAL },
	  { EPT_MAP, 0, 0, 4, RWX, -EINVAL }, { EPT_MAP, 0, 0, -1, RWX, -EINVAL } } },
	{ "no 2M pages", .without = EPT_FEATURE_2M, .steps = { MAP_2M(0, 0, RWX, -EINVAL),
	  MAP_1G(0, 0, RWX, 0) } },
	{ "no 1G pages", .without = EPT_FEATURE_1G, .steps = { MAP_1G(0, 0, RWX, -EINVAL),
	  MAP_2M(0, 0, RWX, 0) } },

	/* The same place again. */
	{ "identical", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(0, 0, RWX, 0), GREW(0), FLUSH(0),
	  PAGES(4) } },
	{ "identical after use", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE),
	  MAP_4K(0, 0, RWX, 0), IS_DIRTY(0, 1), FLUSH(0) } },
	{ "identical within a larger leaf", .steps = { MAP_2M(SZ_2M, SZ_4M, RWX, 0),
	  MAP_4K(SZ_2M + SZ_4K, SZ_4M + SZ_4K, RWX, 0), GREW(0), FLUSH(0), PAGES(3),
	  FIND_2M(SZ_2M, SZ_4M, RWX) } },
	{ "more rights", .steps = { MAP_4K(0, 0, RX, 0), USE(0, READ), MAP_4K(0, 0, RWX, 0),
	  GREW(0), FLUSH(0), FIND_4K(0, 0, RWX), USED(0, SZ_4K, 1) } },
	{ "fewer rights", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE), MAP_4K(0, 0, RX, 0),
	  FLUSH(1), FLUSH(0), FIND_4K(0, 0, RX), IS_DIRTY(0, 1) } },
	{ "one right for another", .steps = { MAP_4K(0, 0, RX, 0), MAP_4K(0, 0, EPT_RW, 0),
	  FLUSH(1) } },
	{ "other memory type", .steps = { MAP_4K(0, 0, RX, 0),
	  MAP_4K(0, 0, RWX | EPT_PROT_UC, 0), FLUSH(1), FIND_4K(0, 0, RWX | EPT_PROT_UC) } },
	{ "other memory", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE), MAP_4K(0, SZ_4K, RWX, 0),
	  GREW(0), FLUSH(1), FIND_4K(0, SZ_4K, RWX), IS_DIRTY(0, 0) } },

	/* Larger over smaller. */
	{ "2M over 4K", .steps = { MAP_4K(SZ_2M, 0, RWX, 0), MAP_4K(SZ_2M + 0x3000, 0, RWX, 0),
	  PAGES(4), MAP_2M(SZ_2M, SZ_1G, RWX, 0), GREW(SZ_2M - 2 * SZ_4K), PAGES(3), FLUSH(1),
	  FIND_2M(SZ_2M + 0x3000, SZ_1G + 0x3000, RWX) } },
	{ "1G over 2M and 4K", .steps = { MAP_4K(0, 0, RWX, 0), MAP_2M(SZ_2M, 0, RWX, 0),
	  MAP_4K(SZ_4M, 0, RWX, 0), PAGES(5), MAP_1G(0, SZ_1G, RWX, 0),
	  GREW(SZ_1G - SZ_2M - 2 * SZ_4K), PAGES(2), FLUSH(1),
	  FIND_1G(SZ_4M, SZ_1G + SZ_4M, RWX) } },
	{ "a table goes before a larger leaf comes", .steps = { MAP_4K(0, 0, RWX, 0),
	  USE(0, WRITE), MAP_2M(0, 0, RWX, 0), BROKE(1), FLUSH(1), FLUSH(0), FIND_2M(0, 0, RWX),
	  MAP_1G(0, 0, RWX, 0), BROKE(1), FIND_1G(0, 0, RWX) } },
	{ "larger needs no memory", .steps = { MAP_4K(0, 0, RWX, 0), BUDGET(0),
	  MAP_2M(0, 0, RWX, 0), PAGES(3) } },

	/* Smaller into larger. */
	{ "4K into 2M", .steps = { MAP_2M(SZ_2M, SZ_4M, RWX, 0),
	  MAP_4K(SZ_2M + SZ_4K, SZ_1G, RX, 0), GREW(0), PAGES(4), FLUSH(1),
	  FIND_4K(SZ_2M, SZ_4M, RWX), FIND_4K(SZ_2M + SZ_4K, SZ_1G, RX),
	  FIND_4K(SZ_4M - 1, SZ_4M + SZ_2M - 1, RWX) } },
	{ "4K into 1G", .steps = { MAP_1G(SZ_1G, SZ_2G, RWX, 0),
	  MAP_4K(SZ_1G + SZ_2M, 0, RWX, 0), GREW(0), PAGES(4), FLUSH(1),
	  FIND_2M(SZ_1G, SZ_2G, RWX), FIND_4K(SZ_1G + SZ_2M, 0, RWX),
	  FIND_4K(SZ_1G + SZ_2M + SZ_4K, SZ_2G + SZ_2M + SZ_4K, RWX),
	  FIND_2M(SZ_2G - 1, SZ_2G + SZ_1G - 1, RWX) } },
	{ "2M into 1G", .steps = { MAP_1G(0, SZ_1G, RX, 0), MAP_2M(SZ_2M, 0, RWX, 0), GREW(0),
	  PAGES(3), FIND_2M(0, SZ_1G, RX), FIND_2M(SZ_2M, 0, RWX),
	  FIND_2M(SZ_4M, SZ_1G + SZ_4M, RX) } },
	{ "a larger leaf goes before its parts come", .steps = { MAP_1G(0, 0, RWX, 0),
	  MAP_2M(0, SZ_1G, RWX, 0), BROKE(1), FLUSH(1), FLUSH(0), FIND_2M(SZ_2M, SZ_2M, RWX),
	  MAP_4K(SZ_2M, SZ_1G, RWX, 0), BROKE(1), FIND_4K(SZ_2M, SZ_1G, RWX),
	  FIND_2M(SZ_4M, SZ_4M, RWX) } },
	{ "the same size needs no break", .steps = { MAP_2M(0, 0, RWX, 0),
	  MAP_2M(0, SZ_2M, RWX, 0), BROKE(0), FLUSH(1) } },
	{ "split keeps what was used", .steps = { MAP_2M(0, 0, RWX | EPT_PROT_UC, 0), USE(0, WRITE),
	  MAP_4K(0, SZ_1G, RWX, 0), IS_DIRTY(SZ_4K, 1), IS_DIRTY(0, 0),
	  FIND_4K(SZ_4K, SZ_4K, RWX | EPT_PROT_UC) } },

	/* Out of memory: nothing changes. */
	{ "no memory at all", .steps = { BUDGET(0), MAP_4K(0, 0, RWX, -ENOMEM), GREW(0), PAGES(1),
	  FLUSH(0), FIND_NONE(0) } },
	{ "no memory for the last table", .steps = { BUDGET(2), MAP_4K(0, 0, RWX, -ENOMEM),
	  PAGES(1), FLUSH(1), BUDGET(3), MAP_4K(0, 0, RWX, 0), PAGES(4) } },
	{ "no memory to split", .steps = { MAP_1G(0, 0, RWX, 0), BUDGET(1),
	  MAP_4K(0, SZ_1G, RWX, -ENOMEM), GREW(0), FIND_1G(0, 0, RWX), PAGES(2) } },

	/* Removal. */
	{ "unmap nothing", .steps = { UNMAP(0, TOP, 0), UNMAP(0, 0, 0), UNMAP(SZ_1G, 0, 0),
	  FLUSH(0) } },
	{ "unmap one of two", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  UNMAP(0, SZ_4K, SZ_4K), FLUSH(1), FIND_NONE(0), FIND_4K(SZ_4K, 0, RWX), PAGES(4),
	  UNMAP(SZ_4K, 0x2000, SZ_4K), PAGES(1) } },
	{ "unmap beside", .steps = { MAP_4K(SZ_4K, 0, RWX, 0), UNMAP(0, SZ_4K, 0),
	  UNMAP(0x2000, TOP, 0), FLUSH(0), FIND_4K(SZ_4K, 0, RWX) } },
	{ "unmap all", .steps = { MAP_4K(0, 0, RWX, 0), MAP_2M(SZ_2M, 0, RWX, 0),
	  MAP_1G(SZ_1G, 0, RWX, 0), MAP_4K(1ULL << 39, 0, RWX, 0),
	  UNMAP(0, TOP, SZ_1G + SZ_2M + 2 * SZ_4K), PAGES(1), FLUSH(1) } },
	{ "unmap past the end", .steps = { MAP_4K(TOP - SZ_4K, 0, RWX, 0), UNMAP(0, ~0ULL, SZ_4K),
	  PAGES(1) } },
	{ "unmap a part of 2M", .steps = { MAP_2M(SZ_2M, 0, RWX, 0),
	  UNMAP(SZ_2M + SZ_4K, SZ_2M + 0x2000, SZ_2M), FIND_NONE(SZ_2M), PAGES(1) } },
	{ "unmap the end of one 2M and the start of the next",
	  .steps = { MAP_2M(0, 0, RWX, 0), MAP_2M(SZ_2M, 0, RWX, 0), MAP_2M(SZ_4M, 0, RWX, 0),
	  UNMAP(SZ_2M - SZ_4K, SZ_2M + SZ_4K, SZ_4M), FIND_2M(SZ_4M, 0, RWX), PAGES(3) } },
	{ "unmap a part of 1G", .steps = { MAP_1G(SZ_1G, 0, RWX, 0),
	  UNMAP(SZ_2G - SZ_4K, SZ_4G, SZ_1G), PAGES(1) } },
	{ "empty ranges inside 2M", .steps = { MAP_2M(SZ_2M, 0, RWX, 0), USE(SZ_2M, READ),
	  UNMAP(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0), PROTECT(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0),
	  USED(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0), USED(SZ_4M - SZ_4K, SZ_2M, 0), FLUSH(0),
	  FIND_2M(SZ_2M, 0, RWX) } },
	{ "unmap across tables", .steps = { MAP_4K(SZ_1G - SZ_4K, 0, RWX, 0),
	  MAP_4K(SZ_1G, 0, RWX, 0), MAP_4K(SZ_1G + SZ_4K, 0, RWX, 0),
	  UNMAP(SZ_1G - SZ_4K, SZ_1G + SZ_4K, 2 * SZ_4K), FIND_4K(SZ_1G + SZ_4K, 0, RWX),
	  PAGES(4) } },
	{ "unmap does not allocate", .steps = { MAP_1G(0, 0, RWX, 0), BUDGET(0),
	  UNMAP(SZ_4K, 0x2000, SZ_1G), PAGES(1) } },
	{ "map again after removal", .steps = { MAP_4K(0, 0, RWX, 0), UNMAP(0, SZ_4K, SZ_4K),
	  MAP_4K(0, SZ_4K, RX, 0), GREW(SZ_4K), FIND_4K(0, SZ_4K, RX), PAGES(4) } },

	/* Write protection. */
	{ "protect", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  PROTECT(0, SZ_4K, 1), FLUSH(1), FIND_4K(0, 0, RX), FIND_4K(SZ_4K, 0, RWX),
	  PROTECT(0, SZ_4K, 0), FLUSH(0) } },
	{ "protect what is read-only", .steps = { MAP_4K(0, 0, RX, 0), PROTECT(0, TOP, 0),
	  FLUSH(0) } },
	{ "protect keeps what was used", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE),
	  PROTECT(0, SZ_4K, 1), IS_DIRTY(0, 1), SEEN(0, SZ_4K, 1) } },
	{ "protect a part of 2M", .steps = { MAP_2M(0, 0, RWX, 0), PROTECT(SZ_4K, 0x2000, 1),
	  FIND_2M(0, 0, RX), PAGES(3) } },
	{ "protect all sizes", .steps = { MAP_4K(0, 0, RWX, 0), MAP_2M(SZ_2M, 0, RWX, 0),
	  MAP_1G(SZ_1G, 0, RWX, 0), PROTECT(0, TOP, 3), FIND_4K(0, 0, RX),
	  FIND_1G(SZ_1G, 0, RX) } },
	/* Watching writes, without and with a log of dirty bits. */
	{ "watched writes fault", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE),
	  WATCH(0, SZ_4K, 1), FLUSH(1), FIND_4K(0, 0, RX), IS_DIRTY(0, 1), WATCH(0, SZ_4K, 0),
	  FLUSH(0) } },
	{ "watch beside", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  WATCH(SZ_4K, 0x2000, 1), FIND_4K(0, 0, RWX), FIND_4K(SZ_4K, 0, RX) } },
	{ "watch a part of 2M", .steps = { MAP_2M(SZ_2M, SZ_4M, RWX, 0),
	  WATCH(SZ_2M + SZ_4K, SZ_2M + 0x2000, 1), FIND_2M(SZ_2M, SZ_4M, RX),
	  MAP_4K(SZ_2M + SZ_4K, SZ_4M + SZ_4K, RWX, 0), GREW(0), PAGES(4), FLUSH(1),
	  FIND_4K(SZ_2M + SZ_4K, SZ_4M + SZ_4K, RWX), FIND_4K(SZ_2M, SZ_4M, RX),
	  FIND_4K(SZ_4M - 1, SZ_4M + SZ_2M - 1, RX) } },
	{ "watch a part of 1G", .steps = { MAP_1G(0, SZ_1G, RWX, 0), WATCH(0, SZ_4K, 1),
	  FIND_1G(0, SZ_1G, RX), MAP_4K(SZ_2M, SZ_1G + SZ_2M, RWX, 0), PAGES(4),
	  FIND_2M(0, SZ_1G, RX), FIND_4K(SZ_2M, SZ_1G + SZ_2M, RWX),
	  FIND_4K(SZ_2M + SZ_4K, SZ_1G + SZ_2M + SZ_4K, RX) } },
	{ "watch nothing", .steps = { MAP_2M(SZ_2M, 0, RWX, 0), WATCH(0, SZ_2M, 0),
	  WATCH(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0), WATCH(SZ_4M, ~0ULL, 0), FLUSH(0),
	  FIND_2M(SZ_2M, 0, RWX) } },
	{ "watched writes are logged", .with = EPT_FEATURE_PML, .steps = { MAP_4K(0, 0, RWX, 0),
	  WATCH(0, SZ_4K, 0), FLUSH(0), USE(0, WRITE), WATCH(0, SZ_4K, 1), FLUSH(1),
	  FIND_4K(0, 0, RWX), IS_DIRTY(0, 0), SEEN(0, SZ_4K, 1) } },
	{ "a log needs 4K", .with = EPT_FEATURE_PML, .steps = { MAP_2M(0, 0, RWX, 0),
	  USE(0, WRITE), WATCH(SZ_4K, 0x2000, 1), FLUSH(1), FIND_2M(0, 0, RX), IS_DIRTY(0, 0),
	  MAP_4K(0, 0, RWX, 0), IS_DIRTY(0, 0), FIND_4K(SZ_4K, SZ_4K, RX),
	  IS_DIRTY(SZ_4K, 0) } },
	{ "what lost the right is not dirty", .with = EPT_FEATURE_PML,
	  .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE), PROTECT(0, SZ_4K, 1),
	  WATCH(0, SZ_4K, 1), IS_DIRTY(0, 0), MAP_4K(0, 0, RWX, 0), IS_DIRTY(0, 0) } },
	{ "writable again", .steps = { MAP_4K(0, 0, RWX, 0), PROTECT(0, SZ_4K, 1), FLUSH(1),
	  MAP_4K(0, 0, RWX, 0), FLUSH(0), FIND_4K(0, 0, RWX) } },

	/* Use. */
	{ "not used", .steps = { MAP_4K(0, 0, RWX, 0), USED(0, TOP, 0) } },
	{ "used", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, READ), SEEN(0, SZ_4K, 1),
	  USED(0, SZ_4K, 1), SEEN(0, SZ_4K, 0), USED(0, SZ_4K, 0), FLUSH(0), IS_DIRTY(0, 0) } },
	{ "used elsewhere", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  USE(SZ_4K, READ), USED(0, SZ_4K, 0), USED(0, 0x2000, 1), USED(0, 0x2000, 0) } },
	{ "used within 2M", .steps = { MAP_2M(0, 0, RWX, 0), USE(SZ_1M, READ),
	  USED(0, SZ_4K, 1) } },
	{ "use forgotten, writing not", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE),
	  USED(0, SZ_4K, 1), IS_DIRTY(0, 1) } },
	{ "no accessed bits", .without = EPT_FEATURE_AD, .steps = { MAP_4K(0, 0, RWX, 0),
	  USED(0, TOP, -EOPNOTSUPP), SEEN(0, TOP, -EOPNOTSUPP) } },
};

#undef MAP_4K
#undef MAP_2M
#undef MAP_1G
#undef FIND_4K
#undef FIND_2M
#undef FIND_1G
#undef FIND_NONE
#undef GREW
#undef UNMAP
#undef PROTECT
#undef WATCH
#undef USE
#undef USED
#undef SEEN
#undef IS_DIRTY
#undef FLUSH
#undef BROKE
#undef PAGES
#undef BUDGET
#undef RWX
#undef RX
#undef TOP

/* What a script runs on. */
struct ept_bench {
	struct ept_memory memory;
	struct ept ept;
	s64 grew;
};

/* ept_lookup() and the processor must agree, with each other and with the row. */
static inline s64 ept_case_find(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_leaf leaf = { 0 };
	struct ept_processor p;
	int ret = ept_lookup(&b->ept, s->gpa, &leaf);

	if (s->to == EPT_NOWHERE)
		return ret == -ENOENT ? 0 : -1;
	if (ret || leaf.hpa != s->to || leaf.level != s->level || leaf.prot != s->prot)
		return -2;
	ept_processor_walk(&b->ept, s->gpa, &p);
	if (!p.entry || p.hpa != s->to || p.level != (int)s->level)
		return -3;
	if (p.rights != (s->prot & EPT_PROT_RWX) || p.type != (s->prot & EPT_PROT_UC ? 0 : 6))
		return -4;
	return 0;
}

static inline s64 ept_case_use(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_processor p;

	ept_processor_walk(&b->ept, s->gpa, &p);
	if (!p.entry || (p.rights & s->prot) != s->prot)
		return -1;
	*p.entry |= 1 << 8;
	if (s->prot & EPT_PROT_WRITE)
		*p.entry |= 1 << 9;
	return 0;
}

static inline s64 ept_case_is_dirty(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_leaf leaf = { 0 };

	return ept_lookup(&b->ept, s->gpa, &leaf) ? -1 : leaf.dirty;
}

static inline s64 ept_case_flush(struct ept_bench *b)
{
	bool flush = ept_take_flush(&b->ept), flushed = b->memory.tlb.flushes;

	b->memory.tlb.flushes = 0;
	if (flush)
		ept_tlb_flush(&b->memory.tlb);
	return flush || flushed;
}

static inline s64 ept_case_step(struct ept_bench *b, const struct ept_step *s)
{
	switch (s->op) {
	case EPT_MAP:
		b->grew = -1;
		return ept_map(&b->ept, s->gpa, s->to, s->level, s->prot, &b->grew);
	case EPT_GREW:
		return b->grew;
	case EPT_UNMAP:
		return ept_unmap(&b->ept, s->gpa, s->to);
	case EPT_FIND:
		return ept_case_find(b, s);
	case EPT_PROTECT:
		return ept_write_protect(&b->ept, s->gpa, s->to);
	case EPT_WATCH:
		return ept_watch_writes(&b->ept, s->gpa, s->to);
	case EPT_USE:
		return ept_case_use(b, s);
	case EPT_USED:
		return ept_test_accessed(&b->ept, s->gpa, s->to, true);
	case EPT_SEEN:
		return ept_test_accessed(&b->ept, s->gpa, s->to, false);
	case EPT_IS_DIRTY:
		return ept_case_is_dirty(b, s);
	case EPT_FLUSH:
		return ept_case_flush(b);
	case EPT_BROKE:
		return b->memory.tlb.flushes;
	case EPT_PAGES:
		return b->ept.table_pages;
	case EPT_BUDGET:
		b->memory.budget = s->want;
		return s->want;
	case EPT_END:
		break;
	}
	return s->want;
}

static inline bool ept_case_run(const struct ept_case *c, struct ept_bench *b, char *why,
				size_t why_len)
{
	const char *wrong;
	u32 i;

	for (i = 0; i < EPT_STEPS; i++)
		if (c->steps[i].op == EPT_MAP || c->steps[i].op == EPT_FIND)
			ept_tlb_watch(&b->memory.tlb, c->steps[i].gpa);
	for (i = 0; i < EPT_STEPS; i++) {
		s64 got = ept_case_step(b, &c->steps[i]);

		if (got != c->steps[i].want) {
			snprintf(why, why_len, "step %u: %lld, want %lld", i, got,
				 c->steps[i].want);
			return false;
		}
		ept_tlb_walk(&b->memory.tlb);
		wrong = ept_audit(&b->ept) ?: b->memory.tlb.wrong;
		if (wrong) {
			snprintf(why, why_len, "after step %u: %s", i, wrong);
			return false;
		}
	}
	return true;
}

static inline bool ept_case_ok(const struct ept_case *c, char *why, size_t why_len)
{
	static u64 table[EPT_TABLES][EPT_MEMORY_ENTRIES] __aligned(4096);
	static bool used[EPT_TABLES];
	const u32 all = EPT_FEATURE_2M | EPT_FEATURE_1G | EPT_FEATURE_AD |
			EPT_FEATURE_EXEC_ONLY;
	struct ept_bench b = {
		.memory = { .table = table, .used = used, .nr = EPT_TABLES, .budget = ~0U },
	};
	bool ok;

	ept_memory_now = &b.memory;
	b.memory.tlb.ept = &b.ept;
	memset(used, 0, sizeof(used));
	if (ept_init(&b.ept, &ept_memory_ops, &b.memory, (all & ~c->without) | c->with)) {
		snprintf(why, why_len, "no root");
		return false;
	}
	ok = ept_case_run(c, &b, why, why_len);
	ept_destroy(&b.ept);
	if (ok && (b.memory.in_use || b.ept.table_pages || b.ept.mapped_bytes)) {
		snprintf(why, why_len, "%u tables are left, %llu counted", b.memory.in_use,
			 b.ept.table_pages);
		return false;
	}
	return ok;
}

#endif /* VMH_VECTORS_EPT_H */
