/* SPDX-License-Identifier: GPL-2.0 */
/* Stolen time: what the MSR takes, what is new, versions, and vCPUs without a processor. */
#ifndef VMH_VECTORS_STEAL_TIME_H
#define VMH_VECTORS_STEAL_TIME_H

#include <linux/kernel.h>
#include <steal_time.h>

enum steal_time_subject {
	STEAL_TIME_MSR,
	STEAL_TIME_METER,
	STEAL_TIME_VERSION,
	STEAL_TIME_TELL,
	STEAL_TIME_FLUSH,
};

/**
 * struct steal_time_case - one row
 * @subject: which of the parts below it is about.
 * @msr: whether the MSR takes a value with 40 bits of physical address.
 * @meter: what a reading adds after @before.
 * @version: from what is in guest memory to what is to be there.
 * @tell: whether a vCPU's loss of its processor is told after an exit.
 * @flush: whether translations are flushed before it runs again.
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
	struct {
		u32 exit_reason;
		bool may;
	} tell;
	struct {
		bool told;
		bool taken;
		u8 byte;
		bool must;
	} flush;
};

#define STEAL_MSR_ROW(row, value, valid)	{ row, STEAL_TIME_MSR, .msr = { value, valid } }
#define STEAL_METER_ROW(row, was, seen, who, delay, new) \
	{ row, STEAL_TIME_METER, .meter = { { was, seen }, who, delay, new } }
#define STEAL_VERSION_ROW(row, was, is)	{ row, STEAL_TIME_VERSION, .version = { was, is } }
#define STEAL_TELL_ROW(row, reason, may)	{ row, STEAL_TIME_TELL, .tell = { reason, may } }
#define STEAL_FLUSH_ROW(row, told, taken, byte, must) \
	{ row, STEAL_TIME_FLUSH, .flush = { told, taken, byte, must } }

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
	STEAL_TELL_ROW("after an interrupt of the host's", 1, true),
	STEAL_TELL_ROW("after the preemption timer", 52, true),
	STEAL_TELL_ROW("after a hypercall", 18, true),
	STEAL_TELL_ROW("after PAUSE", 40, true),
	STEAL_TELL_ROW("before the first exit, or after an exception", 0, false),
	STEAL_TELL_ROW("halted", 12, false),
	STEAL_TELL_ROW("a task switch", 9, false),
	STEAL_TELL_ROW("a port, perhaps a string", 30, false),
	STEAL_TELL_ROW("an instruction that is emulated", 48, false),
	STEAL_TELL_ROW("an entry that failed", 0x80000001, false),
	STEAL_FLUSH_ROW("told, and nothing asked for", true, true, 1, false),
	STEAL_FLUSH_ROW("told, and a flush asked for", true, true, 3, true),
	STEAL_FLUSH_ROW("asked for by who was told elsewhere", false, true, 3, true),
	STEAL_FLUSH_ROW("asked for without having been told", false, true, 2, true),
	STEAL_FLUSH_ROW("bits that mean nothing", true, true, 0xfc, false),
	STEAL_FLUSH_ROW("no memory any more, and told before", true, false, 0, true),
	STEAL_FLUSH_ROW("no memory, and not told", false, false, 0, false),
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
	case STEAL_TIME_TELL:
		snprintf(why, why_len, "the other way round");
		return steal_may_tell(c->tell.exit_reason) == c->tell.may;
	case STEAL_TIME_FLUSH:
		snprintf(why, why_len, "the other way round");
		return steal_must_flush(c->flush.told, c->flush.taken, c->flush.byte) ==
		       c->flush.must;
	default:
		steal_time_begin(&time);
		snprintf(why, why_len, "version %u", time.version);
		return time.version == c->version.after && time.steal == 99 && !time.flags;
	}
}

#endif /* VMH_VECTORS_STEAL_TIME_H */
