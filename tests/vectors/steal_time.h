/* SPDX-License-Identifier: GPL-2.0 */
/* Stolen time: what the MSR takes, what is new, versions. */
#ifndef VMH_VECTORS_STEAL_TIME_H
#define VMH_VECTORS_STEAL_TIME_H

#include <linux/kernel.h>
#include <steal_time.h>

enum steal_time_subject {
	STEAL_TIME_MSR,
	STEAL_TIME_METER,
	STEAL_TIME_VERSION,
};

/**
 * struct steal_time_case - one row
 * @subject: which of the parts below it is about.
 * @msr: whether the MSR takes a value with 40 bits of physical address.
 * @meter: what a reading adds after @before.
 * @version: from what is in guest memory to what is to be there.
 */
struct steal_time_case {
	const char *name;
	enum steal_time_subject subject;
	struct {
		u64 value;
		bool valid;
	} msr;
	struct {
		struct steal_meter before;
		u32 thread;
		u64 delay_ns;
		u64 new_ns;
	} meter;
	struct {
		u32 before;
		u32 after;
	} version;
};

#define STEAL_MSR_ROW(row, value, valid)	{ row, STEAL_TIME_MSR, .msr = { value, valid } }
#define STEAL_METER_ROW(row, was, seen, who, delay, new) \
	{ row, STEAL_TIME_METER, .meter = { { was, seen }, who, delay, new } }
#define STEAL_VERSION_ROW(row, was, is)	{ row, STEAL_TIME_VERSION, .version = { was, is } }

static const struct steal_time_case steal_time_cases[] = {
	STEAL_MSR_ROW("off", 0, true),
	STEAL_MSR_ROW("on", 0x1001, true),
	STEAL_MSR_ROW("64-byte aligned", 0x1041, true),
	STEAL_MSR_ROW("32-byte aligned", 0x1021, false),
	STEAL_MSR_ROW("the lowest reserved bit", 0x1003, false),
	STEAL_MSR_ROW("reserved bits and off", 0x103e, false),
	STEAL_MSR_ROW("the highest address", 0xffffffffc1ULL, true),
	STEAL_MSR_ROW("no physical address", 0x10000000001ULL, false),
	STEAL_METER_ROW("the first thread", 0, 0, 7, 5000, 0),
	STEAL_METER_ROW("no delay since", 7, 5000, 7, 5000, 0),
	STEAL_METER_ROW("a delay", 7, 5000, 7, 5123, 123),
	STEAL_METER_ROW("another thread", 7, 5000, 8, 9000, 0),
	STEAL_METER_ROW("another thread with less", 7, 5000, 8, 10, 0),
	STEAL_VERSION_ROW("zeroed memory", 0, 1),
	STEAL_VERSION_ROW("after an update", 2, 3),
	STEAL_VERSION_ROW("an odd one", 5, 7),
	STEAL_VERSION_ROW("the highest", ~0U, 1),
};

static inline bool steal_time_case_ok(const struct steal_time_case *c, char *why, size_t why_len)
{
	struct steal_meter meter = c->meter.before;
	struct steal_time time = { 99, c->version.before, 4 };
	u64 new_ns;

	switch (c->subject) {
	case STEAL_TIME_MSR:
		snprintf(why, why_len, "the other way round");
		return steal_time_msr_valid(c->msr.value, 40) == c->msr.valid;
	case STEAL_TIME_METER:
		new_ns = steal_meter_read(&meter, c->meter.thread, c->meter.delay_ns);
		snprintf(why, why_len, "%llu new", (unsigned long long)new_ns);
		return new_ns == c->meter.new_ns && meter.thread == c->meter.thread &&
		       meter.seen_ns == c->meter.delay_ns;
	default:
		steal_time_begin(&time);
		snprintf(why, why_len, "version %u", time.version);
		return time.version == c->version.after && time.steal == 99 && !time.flags;
	}
}

#endif /* VMH_VECTORS_STEAL_TIME_H */
