/* SPDX-License-Identifier: GPL-2.0 */
/* What an entry and an exit switch of the host's counters. */
#ifndef VMH_VECTORS_MSR_SWITCH_H
#define VMH_VECTORS_MSR_SWITCH_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <msr_switch.h>

#define MSR_SWITCH_PAIRS	(MSR_SWITCH_MAX + 2)

/* @pairs up to the first that is all 0; @lists has what must be in the lists, in order. */
struct msr_switch_case {
	const char *name;
	bool no_fields;
	int error;
	struct msr_switch_pair pairs[MSR_SWITCH_PAIRS];
	struct msr_switch_pair lists[MSR_SWITCH_PAIRS];
	bool global_fields;
	u64 global_guest;
	u64 global_host;
	bool pebs_off;
	u64 pebs_host;
};

#define PEBS	MSR_SWITCH_PEBS_ENABLE
#define GLOBAL	MSR_SWITCH_GLOBAL_CTRL
#define EIGHT_PAIRS { 1, 2, 3 }, { 2, 2, 3 }, { 3, 2, 3 }, { 4, 2, 3 }, \
		    { 5, 2, 3 }, { 6, 2, 3 }, { 7, 2, 3 }, { 8, 2, 3 }

static const struct msr_switch_case msr_switch_cases[] = {
	{ "no counters" },
	{ "counters that go on", .pairs = { { GLOBAL, 0xf, 0xf } } },
	{ "one stops", .pairs = { { GLOBAL, 0xf, 0xe } }, .global_fields = true,
	  .global_host = 0xf, .global_guest = 0xe },
	{ "one is the guest's only", .pairs = { { GLOBAL, 0xe, 0xf } }, .global_fields = true,
	  .global_host = 0xe, .global_guest = 0xf },
	{ "one stops, no fields", true, .pairs = { { GLOBAL, 0xf, 0xe } },
	  .lists = { { GLOBAL, 0xf, 0xe } } },
	{ "counters that go on, no fields", true, .pairs = { { GLOBAL, 0xf, 0xf } } },
	{ "PEBS that is off", .pairs = { { GLOBAL, 7, 7 }, { PEBS, 0, 0 } } },
	{ "PEBS", .pairs = { { GLOBAL, 7, 6 }, { PEBS, 1, 0 } }, .lists = { { PEBS, 1, 0 } },
	  .global_fields = true, .global_host = 7, .global_guest = 6, .pebs_off = true,
	  .pebs_host = 1 },
	{ "PEBS, no fields", true, .pairs = { { GLOBAL, 7, 6 }, { PEBS, 1, 0 } },
	  .lists = { { GLOBAL, 7, 6 }, { PEBS, 1, 0 } }, .pebs_off = true, .pebs_host = 1 },
	{ "PEBS that the host would leave on", .pairs = { { PEBS, 1, 1 } },
	  .lists = { { PEBS, 1, 0 } }, .pebs_off = true, .pebs_host = 1 },
	{ "PEBS that the host would turn on", .pairs = { { PEBS, 0, 1 } } },
	{ "the place and form of records stay", .pairs = { { GLOBAL, 7, 7 },
	  { MSR_SWITCH_DS_AREA, 0x1000, 0 }, { MSR_SWITCH_PEBS_CONFIG, 1, 0 } } },
	{ "others by their numbers", .pairs = { { 0x186, 5, 0 }, { 0x187, 6, 6 }, { 0x188, 7, 0 } },
	  .lists = { { 0x186, 5, 0 }, { 0x188, 7, 0 } } },
	{ "as many as there is room for", .pairs = { EIGHT_PAIRS }, .lists = { EIGHT_PAIRS } },
	{ "one more", .error = -E2BIG, .pairs = { EIGHT_PAIRS, { 9, 2, 3 } },
	  .lists = { EIGHT_PAIRS } },
	{ "one more that is the same", .pairs = { EIGHT_PAIRS, { 9, 2, 2 } },
	  .lists = { EIGHT_PAIRS } },
};

#undef PEBS
#undef GLOBAL
#undef EIGHT_PAIRS

static inline u32 msr_switch_case_nr(const struct msr_switch_pair *pairs)
{
	u32 nr = 0;

	while (nr < MSR_SWITCH_PAIRS && pairs[nr].msr)
		nr++;
	return nr;
}

static inline bool msr_switch_lists_ok(const struct msr_switch_case *c,
				       const struct msr_switch *got)
{
	u32 i, nr = msr_switch_case_nr(c->lists);

	for (i = 0; i < nr && i < got->nr; i++)
		if (got->guest[i].msr != c->lists[i].msr || got->host[i].msr != c->lists[i].msr ||
		    got->guest[i].reserved || got->host[i].reserved ||
		    got->guest[i].value != c->lists[i].guest ||
		    got->host[i].value != c->lists[i].host)
			return false;
	return got->nr == nr;
}

/* Each row that switches something differs from one that does not, and not from itself. */
static inline bool msr_switch_compares_ok(const struct msr_switch *got)
{
	struct msr_switch none = { }, copy = *got;

	if (!msr_switch_same(got, &copy) ||
	    msr_switch_same(got, &none) != (!got->nr && !got->global_fields))
		return false;
	if (!got->nr)
		return true;
	copy.host[got->nr - 1].value++;
	if (msr_switch_same(got, &copy))
		return false;
	copy = *got;
	copy.guest[0].value++;
	return !msr_switch_same(got, &copy);
}

static inline bool msr_switch_case_ok(const struct msr_switch_case *c, char *why, size_t why_len)
{
	struct msr_switch got;
	int ret = msr_switch_make(&got, c->pairs, msr_switch_case_nr(c->pairs), !c->no_fields);

	snprintf(why, why_len, "returned %d; %u in lists, fields %d: %llu, %llu; PEBS %d: %llu",
		 ret, got.nr, got.global_fields, (unsigned long long)got.global_host,
		 (unsigned long long)got.global_guest, got.pebs_off,
		 (unsigned long long)got.pebs_host);
	return ret == c->error && msr_switch_lists_ok(c, &got) &&
	       got.global_fields == c->global_fields && got.global_host == c->global_host &&
	       got.global_guest == c->global_guest && got.pebs_off == c->pebs_off &&
	       got.pebs_host == c->pebs_host && msr_switch_compares_ok(&got);
}

#endif /* VMH_VECTORS_MSR_SWITCH_H */
