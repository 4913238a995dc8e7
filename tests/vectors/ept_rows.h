/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of ept.h: scripts for the EPT builder. */
#ifndef VMH_VECTORS_EPT_ROWS_H
#define VMH_VECTORS_EPT_ROWS_H

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
#define UNMAP_SOME(gpa, end, nr, next)	{ EPT_UNMAP_SOME, gpa, end, .prot = (nr), .want = (next) }
#define WATCH(gpa, end, leaves)		{ EPT_WATCH, gpa, end, .want = (leaves) }
#define USE(gpa, how)			{ EPT_USE, gpa, .prot = EPT_PROT_##how }
#define USED(gpa, end, yes)		{ EPT_USED, gpa, end, .want = (yes) }
#define SEEN(gpa, end, yes)		{ EPT_SEEN, gpa, end, .want = (yes) }
#define IS_DIRTY(gpa, yes)		{ EPT_IS_DIRTY, gpa, .want = (yes) }
#define FLUSH(yes)			{ EPT_FLUSH, .want = (yes) }
#define LOOK_4K(gpa, hpa, prot)		{ EPT_LOOK, gpa, hpa, EPT_LEVEL_4K, prot, 0 }
#define LOOK_2M(gpa, hpa, prot)		{ EPT_LOOK, gpa, hpa, EPT_LEVEL_2M, prot, 0 }
#define RIGHTS(gpa, rights)		{ EPT_RIGHTS, gpa, .want = (rights) }
#define TOUCH(gpa, how, yes)		{ EPT_TOUCH, gpa, .prot = EPT_PROT_##how, .want = (yes) }
#define KEEP_SPLIT(gpa, size, marks)	{ EPT_KEEP, gpa, 0, EPT_LEVEL_##size, .want = (marks) }
#define IS_SPLIT(gpa, size, yes)	{ EPT_IS_KEPT, gpa, 0, EPT_LEVEL_##size, .want = (yes) }
#define EXECUTABLE(size, nr)		{ EPT_EXECUTABLE, 0, 0, EPT_LEVEL_##size, .want = (nr) }
#define WRITE_BACK(nr)			{ EPT_WRITE_BACK, .want = (nr) }
#define SPLITS(nr)			{ EPT_SPLITS, .want = (nr) }
#define NEXT_SPLIT(gpa, found)		{ EPT_NEXT, gpa, found }
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
	{ "leaves counted by type and rights", .steps = { MAP_4K(0, 0, RWX, 0),
	  MAP_4K(SZ_4K, 0, RX | EPT_PROT_IGNORE_PAT, 0), MAP_4K(0x2000, 0, EPT_RW, 0),
	  MAP_2M(SZ_2M, 0, RWX | EPT_PROT_IGNORE_PAT, 0),
	  MAP_4K(SZ_4M, 0, RWX | EPT_PROT_IGNORE_PAT | EPT_PROT_UC, 0), WRITE_BACK(2),
	  EXECUTABLE(4K, 3), EXECUTABLE(2M, 1), EXECUTABLE(1G, 0) } },
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
	  PAGES(1), FLUSH(0), BUDGET(3), MAP_4K(0, 0, RWX, 0), PAGES(4) } },
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
	  UNMAP(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0), WATCH(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0),
	  USED(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 0), USED(SZ_4M - SZ_4K, SZ_2M, 0), FLUSH(0),
	  FIND_2M(SZ_2M, 0, RWX) } },
	{ "unmap across tables", .steps = { MAP_4K(SZ_1G - SZ_4K, 0, RWX, 0),
	  MAP_4K(SZ_1G, 0, RWX, 0), MAP_4K(SZ_1G + SZ_4K, 0, RWX, 0),
	  UNMAP(SZ_1G - SZ_4K, SZ_1G + SZ_4K, 2 * SZ_4K), FIND_4K(SZ_1G + SZ_4K, 0, RWX),
	  PAGES(4) } },
	{ "unmap some, and all", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(TOP - SZ_4K, 0, RWX, 0),
	  UNMAP_SOME(0, TOP, 8192, TOP), PAGES(1), FLUSH(1) } },
	{ "unmap some, before the next table", .steps = { MAP_4K(0, 0, RWX, 0),
	  MAP_4K(0x1000, 0, RWX, 0), MAP_4K(SZ_2M, 0, RWX, 0), UNMAP_SOME(0, TOP, 4, SZ_2M),
	  FIND_4K(SZ_2M, 0, RWX), PAGES(4), FLUSH(1), UNMAP_SOME(SZ_2M, TOP, 2048, TOP) } },
	{ "unmap some, before tables of tables", .steps = { MAP_4K(SZ_1G - SZ_4K, 0, RWX, 0),
	  MAP_2M(SZ_1G, 0, RWX, 0), UNMAP_SOME(SZ_1G - SZ_4K, TOP, 4, SZ_1G), PAGES(3),
	  FIND_2M(SZ_1G, 0, RWX) } },
	{ "unmap some, and leaves without end", .steps = { MAP_2M(0, 0, RWX, 0),
	  MAP_2M(SZ_2M, 0, RWX, 0), UNMAP_SOME(0, SZ_1G, 3, SZ_1G), PAGES(1) } },
	{ "unmap some, a part of a table", .steps = { MAP_4K(0x1000, 0, RWX, 0),
	  MAP_4K(0x3000, 0, RWX, 0), UNMAP_SOME(0x3000, 0x5000, 2048, 0x5000), PAGES(4),
	  FIND_4K(0x1000, 0, RWX), FIND_NONE(0x3000) } },
	{ "unmap some, never behind the start", .steps = { MAP_4K(SZ_2M, 0, RWX, 0),
	  MAP_4K(SZ_2M + 0x5000, 0, RWX, 0), UNMAP_SOME(SZ_2M + 0x5000, TOP, 0, SZ_2M + 0x5000),
	  UNMAP_SOME(SZ_2M + 0x5000, TOP, 3, SZ_2M + 0x5000), FLUSH(0),
	  UNMAP_SOME(SZ_2M + 0x5000, TOP, 2048, TOP), FIND_4K(SZ_2M, 0, RWX) } },
	{ "unmap some, nothing", .steps = { MAP_2M(SZ_2M, 0, RWX, 0),
	  UNMAP_SOME(SZ_2M + SZ_4K, SZ_2M + SZ_4K, 2048, SZ_2M + SZ_4K),
	  UNMAP_SOME(TOP, TOP + SZ_4K, 2048, TOP + SZ_4K), FLUSH(0),
	  FIND_2M(SZ_2M, 0, RWX) } },
	{ "unmap does not allocate", .steps = { MAP_1G(0, 0, RWX, 0), BUDGET(0),
	  UNMAP(SZ_4K, 0x2000, SZ_1G), PAGES(1) } },
	{ "map again after removal", .steps = { MAP_4K(0, 0, RWX, 0), UNMAP(0, SZ_4K, SZ_4K),
	  MAP_4K(0, SZ_4K, RX, 0), GREW(SZ_4K), FIND_4K(0, SZ_4K, RX), PAGES(4) } },

	/* Watching writes, without and with a log of dirty bits. */
	{ "watch", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  WATCH(0, SZ_4K, 1), FLUSH(1), FIND_4K(0, 0, RX), FIND_4K(SZ_4K, 0, RWX),
	  WATCH(0, SZ_4K, 0), FLUSH(0) } },
	{ "watch what is read-only", .steps = { MAP_4K(0, 0, RX, 0), WATCH(0, TOP, 0),
	  FLUSH(0) } },
	{ "watching keeps what was used", .steps = { MAP_4K(0, 0, RWX, 0), USE(0, WRITE),
	  WATCH(0, SZ_4K, 1), IS_DIRTY(0, 1), SEEN(0, SZ_4K, 1) } },
	{ "watching 2M does not split it", .steps = { MAP_2M(0, 0, RWX, 0), WATCH(SZ_4K, 0x2000, 1),
	  FIND_2M(0, 0, RX), PAGES(3) } },
	{ "watch all sizes", .steps = { MAP_4K(0, 0, RWX, 0), MAP_2M(SZ_2M, 0, RWX, 0),
	  MAP_1G(SZ_1G, 0, RWX, 0), WATCH(0, TOP, 3), FIND_4K(0, 0, RX),
	  FIND_1G(SZ_1G, 0, RX) } },
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
	{ "writable again", .steps = { MAP_4K(0, 0, RWX, 0), WATCH(0, SZ_4K, 1), FLUSH(1),
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

	/* Use without accessed bits: a leaf loses its rights, and its next use faults. */
	{ "no accessed bits", .without = EPT_FEATURE_AD, .steps = { USED(0, TOP, 0),
	  MAP_4K(0, 0, RWX, 0), SEEN(0, SZ_4K, 1), SEEN(0, SZ_4K, 1), USED(0, SZ_4K, 1),
	  RIGHTS(0, 0), SEEN(0, SZ_4K, 0), USED(0, SZ_4K, 0), TOUCH(0, READ, 1),
	  SEEN(0, SZ_4K, 1) } },
	{ "an aged leaf stays mapped", .without = EPT_FEATURE_AD, .steps = { MAP_4K(0, 0, RX, 0),
	  USED(0, SZ_4K, 1), LOOK_4K(0, 0, RX), GREW(SZ_4K), PAGES(4), TOUCH(0, WRITE, 0),
	  RIGHTS(0, 0), TOUCH(0, EXEC, 1), FIND_4K(0, 0, RX), FLUSH(0) } },
	{ "touched where nothing is aged", .without = EPT_FEATURE_AD,
	  .steps = { TOUCH(0, READ, 0), TOUCH(TOP, READ, 0), MAP_4K(0, 0, RX, 0),
	  TOUCH(0, READ, 1), TOUCH(0, WRITE, 0), FLUSH(0) } },
	{ "aged, and mapped again", .without = EPT_FEATURE_AD, .steps = { MAP_4K(0, 0, RX, 0),
	  USED(0, SZ_4K, 1), MAP_4K(0, 0, RWX, 0), GREW(0), FLUSH(0), FIND_4K(0, 0, RWX),
	  USED(0, SZ_4K, 1), MAP_4K(0, 0, RX, 0), FLUSH(1), FIND_4K(0, 0, RX) } },
	{ "aged, and removed", .without = EPT_FEATURE_AD, .steps = { MAP_4K(0, 0, RWX, 0),
	  MAP_4K(SZ_4K, 0, RWX, 0), USED(0, SZ_4K, 1), SEEN(SZ_4K, 0x2000, 1),
	  UNMAP(0, SZ_4K, SZ_4K), FLUSH(1), FIND_NONE(0), UNMAP(0, TOP, SZ_4K), PAGES(1) } },
	{ "aged 2M used by 4K", .without = EPT_FEATURE_AD, .steps = { MAP_2M(0, SZ_1G, RWX, 0),
	  USED(SZ_4K, 0x2000, 1), RIGHTS(0, 0), MAP_4K(SZ_4K, SZ_1G + SZ_4K, RWX, 0), GREW(0),
	  FIND_2M(0, SZ_1G, RWX), PAGES(3), FLUSH(0) } },
	{ "aged 2M split", .without = EPT_FEATURE_AD, .steps = { MAP_2M(0, SZ_1G, RWX, 0),
	  USED(0, SZ_4K, 1), MAP_4K(0, 0, RWX, 0), BROKE(1), FIND_4K(0, 0, RWX),
	  RIGHTS(SZ_4K, 0), LOOK_4K(SZ_4K, SZ_1G + SZ_4K, RWX), TOUCH(SZ_4K, WRITE, 1),
	  FIND_4K(SZ_4K, SZ_1G + SZ_4K, RWX), RIGHTS(0x2000, 0) } },
	{ "aged, then watched", .without = EPT_FEATURE_AD, .steps = { MAP_4K(0, 0, RWX, 0),
	  USED(0, SZ_4K, 1), WATCH(0, SZ_4K, 1), FLUSH(1), WATCH(0, SZ_4K, 0),
	  TOUCH(0, WRITE, 0), TOUCH(0, READ, 1), FIND_4K(0, 0, RX) } },

	/* Large leaves that must not be executable. */
	{ "large leaves without X", .with = EPT_FEATURE_NX_LARGE, .steps = {
	  MAP_4K(0, 0, RWX, 0), MAP_2M(SZ_2M, 0, RWX, 0), MAP_1G(SZ_1G, 0, RX, 0),
	  RIGHTS(0, RWX), RIGHTS(SZ_2M, EPT_RW), RIGHTS(SZ_1G, EPT_PROT_READ),
	  LOOK_2M(SZ_2M, 0, RWX), MAP_2M(SZ_2M, 0, RWX, 0), FLUSH(0), EXECUTABLE(2M, 0) } },
	{ "no large leaf for X alone", .with = EPT_FEATURE_NX_LARGE, .steps = {
	  MAP_2M(0, 0, EPT_PROT_EXEC, -EINVAL), MAP_4K(0, 0, EPT_PROT_EXEC, 0) } },
	{ "a fetch splits 2M", .with = EPT_FEATURE_NX_LARGE, .steps = {
	  MAP_2M(SZ_2M, SZ_1G, RWX, 0), USE(SZ_2M, WRITE),
	  MAP_4K(SZ_2M + SZ_4K, SZ_1G + SZ_4K, RWX, 0), GREW(0), BROKE(1), FLUSH(1),
	  FIND_4K(SZ_2M + SZ_4K, SZ_1G + SZ_4K, RWX), FIND_4K(SZ_2M, SZ_1G, RWX),
	  IS_DIRTY(SZ_2M, 1) } },
	{ "a fetch splits 1G", .with = EPT_FEATURE_NX_LARGE, .steps = { MAP_1G(0, SZ_1G, RWX, 0),
	  MAP_4K(0, SZ_1G, RWX, 0), BROKE(1), FIND_4K(0, SZ_1G, RWX),
	  FIND_4K(SZ_4K, SZ_1G + SZ_4K, RWX), RIGHTS(SZ_2M, EPT_RW),
	  LOOK_2M(SZ_2M, SZ_1G + SZ_2M, RWX), PAGES(4) } },
	{ "what never had X gets none", .with = EPT_FEATURE_NX_LARGE, .steps = {
	  MAP_2M(0, 0, EPT_RW, 0), MAP_4K(0, SZ_1G, RWX, 0), FIND_4K(SZ_4K, SZ_4K, EPT_RW),
	  FIND_4K(0, SZ_1G, RWX) } },
	{ "4K without X needs no split", .with = EPT_FEATURE_NX_LARGE, .steps = {
	  MAP_2M(0, 0, EPT_RW, 0), MAP_4K(SZ_4K, SZ_4K, EPT_RW, 0), BROKE(0), PAGES(3) } },
	{ "watched, then split", .with = EPT_FEATURE_NX_LARGE, .steps = { MAP_2M(0, 0, RWX, 0),
	  WATCH(0, SZ_4K, 1), RIGHTS(0, EPT_PROT_READ), MAP_4K(0, 0, RX, 0), BROKE(1),
	  FIND_4K(0, 0, RX), FIND_4K(SZ_4K, SZ_4K, RX) } },
	{ "aged without X", .with = EPT_FEATURE_NX_LARGE, .without = EPT_FEATURE_AD,
	  .steps = { MAP_2M(0, 0, RWX, 0), USED(0, SZ_4K, 1), TOUCH(0, EXEC, 0), RIGHTS(0, 0),
	  TOUCH(0, WRITE, 1), RIGHTS(0, EPT_RW), USED(0, SZ_4K, 1), MAP_4K(0, 0, RWX, 0),
	  FIND_4K(0, 0, RWX) } },

	/* Kept split. */
	{ "kept split", .steps = { MAP_4K(SZ_2M, 0, RWX, 0), IS_SPLIT(SZ_2M, 2M, 0),
	  KEEP_SPLIT(SZ_2M, 2M, 1), KEEP_SPLIT(SZ_2M + SZ_4K, 2M, 0), IS_SPLIT(SZ_2M, 2M, 1),
	  IS_SPLIT(SZ_2M, 1G, 0), IS_SPLIT(SZ_4M, 2M, 0), SPLITS(1), NEXT_SPLIT(0, SZ_2M),
	  NEXT_SPLIT(SZ_4M, EPT_NOWHERE) } },
	{ "kept split at two levels", .steps = { MAP_4K(SZ_1G + SZ_2M, 0, RWX, 0),
	  KEEP_SPLIT(SZ_1G + SZ_2M, 1G, 2), IS_SPLIT(SZ_1G, 1G, 1),
	  IS_SPLIT(SZ_1G + SZ_2M, 2M, 1), IS_SPLIT(SZ_1G, 2M, 0), SPLITS(2),
	  NEXT_SPLIT(0, SZ_1G), UNMAP(SZ_1G, SZ_2G, SZ_4K), SPLITS(0), PAGES(1) } },
	{ "nothing small to keep", .steps = { KEEP_SPLIT(0, 1G, 0), MAP_2M(0, 0, RWX, 0),
	  KEEP_SPLIT(0, 2M, 0), IS_SPLIT(0, 2M, 0), SPLITS(0), NEXT_SPLIT(0, EPT_NOWHERE) } },
	{ "the mark goes with the table", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_4K, 0, RWX, 0),
	  KEEP_SPLIT(0, 2M, 1), UNMAP(0, SZ_4K, SZ_4K), SPLITS(1), IS_SPLIT(0, 2M, 1),
	  UNMAP(SZ_4K, 0x2000, SZ_4K), SPLITS(0), PAGES(1) } },
	{ "a larger leaf takes the mark along", .steps = { MAP_4K(0, 0, RWX, 0),
	  KEEP_SPLIT(0, 1G, 2), MAP_2M(0, 0, RWX, 0), SPLITS(1), IS_SPLIT(0, 2M, 0),
	  IS_SPLIT(0, 1G, 1), MAP_1G(0, 0, RWX, 0), SPLITS(0) } },
	{ "the next in another table", .steps = { MAP_4K(0, 0, RWX, 0), MAP_4K(SZ_2M, 0, RWX, 0),
	  MAP_4K(1ULL << 39, 0, RWX, 0), KEEP_SPLIT(1ULL << 39, 2M, 1), MAP_4K(SZ_4K, 0, RWX, 0),
	  KEEP_SPLIT(SZ_2M, 2M, 1), NEXT_SPLIT(0, SZ_2M), NEXT_SPLIT(SZ_4M, 1ULL << 39),
	  NEXT_SPLIT((1ULL << 39) + SZ_2M, EPT_NOWHERE), SPLITS(2) } },
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
#undef WATCH
#undef USE
#undef USED
#undef SEEN
#undef IS_DIRTY
#undef FLUSH
#undef LOOK_4K
#undef LOOK_2M
#undef RIGHTS
#undef TOUCH
#undef KEEP_SPLIT
#undef IS_SPLIT
#undef EXECUTABLE
#undef WRITE_BACK
#undef SPLITS
#undef NEXT_SPLIT
#undef BROKE
#undef PAGES
#undef BUDGET
#undef RWX
#undef RX
#undef TOP

#endif /* VMH_VECTORS_EPT_ROWS_H */
