/* SPDX-License-Identifier: GPL-2.0 */
/* kvmclock: scales of TSC frequencies, what lands in guest memory, what the MSRs take. */
#ifndef VMH_VECTORS_PVCLOCK_H
#define VMH_VECTORS_PVCLOCK_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <pvclock.h>

enum pvclock_subject {
	PVCLOCK_SCALE,
	PVCLOCK_TIME,
	PVCLOCK_WALL,
	PVCLOCK_MSR,
};

/**
 * struct pvclock_case - one row
 * @subject: which of the parts below it is about.
 * @scale: of @khz, and what @ticks are in ns.
 * @time: from what is in guest memory to what is to be there.
 * @wall: likewise.
 * @msr: whether the two MSRs take a value with 40 bits of physical address.
 */
struct pvclock_case {
	const char *name;
	enum pvclock_subject subject;
	struct {
		u32 khz;
		u32 mul;
		s8 shift;
		u64 ticks;
		u64 ns;
	} scale;
	struct {
		struct pvclock_time in;
		u8 flags;
		struct pvclock_time out;
	} time;
	struct {
		struct pvclock_wall in;
		u64 boot_ns;
		struct pvclock_wall out;
	} wall;
	struct {
		u64 value;
		bool time;
		bool wall;
	} msr;
};

#define PVCLOCK_SCALE_ROW(row, khz, mul, shift, ticks, ns) \
	{ row, PVCLOCK_SCALE, .scale = { khz, mul, shift, ticks, ns } }
/* The moment of every row is TSC 1000, 2000 ns, its scale 3 and -1. */
#define PVCLOCK_TIME_ROW(row, before, had, gets, after, has) \
	{ row, PVCLOCK_TIME, .time = { { .version = (before), .flags = (had) }, gets, \
	  { (after), 0, 1000, 2000, 3, -1, has, { 0, 0 } } } }
#define PVCLOCK_WALL_ROW(row, before, ns, after, sec, nsec) \
	{ row, PVCLOCK_WALL, .wall = { { .version = (before) }, ns, { after, sec, nsec } } }
#define PVCLOCK_MSR_ROW(row, value, time, wall) \
	{ row, PVCLOCK_MSR, .msr = { value, time, wall } }

#define STABLE	PVCLOCK_FLAG_TSC_STABLE
#define STOPPED	PVCLOCK_FLAG_STOPPED

/* The multiplier is floor(10^9 * 2^(32 - shift) / Hz), the ns what that gives, all exact. */
static const struct pvclock_case pvclock_cases[] = {
	PVCLOCK_SCALE_ROW("1 kHz", 1, 4096000000U, 20, 1000, 1000000000),
	PVCLOCK_SCALE_ROW("20 MHz", 20000, 3355443200U, 6, 20000000, 1000000000),
	PVCLOCK_SCALE_ROW("20 MHz, one tick", 20000, 3355443200U, 6, 1, 50),
	PVCLOCK_SCALE_ROW("20 MHz, 100 years", 20000, 3355443200U, 6, 63072000000000000ULL,
			  3153600000000000000ULL),
	PVCLOCK_SCALE_ROW("below 1 GHz", 999999, 2147485795U, 1, 999999000, 999999999),
	PVCLOCK_SCALE_ROW("1 GHz", 1000000, 2147483648U, 1, 123456789, 123456789),
	PVCLOCK_SCALE_ROW("above 1 GHz", 1000001, 4294963001U, 0, 1000001000, 999999999),
	PVCLOCK_SCALE_ROW("2 GHz", 2000000, 2147483648U, 0, 3, 1),
	PVCLOCK_SCALE_ROW("above 2 GHz", 2000001, 4294965148U, -1, 2000001000, 999999999),
	PVCLOCK_SCALE_ROW("2.4 GHz", 2400000, 3579139413U, -1, 2400000000ULL, 999999999),
	PVCLOCK_SCALE_ROW("3.5 GHz", 3500000, 2454267026U, -1, 3500000000ULL, 999999999),
	PVCLOCK_SCALE_ROW("3.5 GHz, no ticks", 3500000, 2454267026U, -1, 0, 0),
	PVCLOCK_SCALE_ROW("3.5 GHz, 100 years", 3500000, 2454267026U, -1, 11037600000000000000ULL,
			  3153599999632872641ULL),
	PVCLOCK_SCALE_ROW("4 GHz", 4000000, 2147483648U, -1, 7, 1),
	PVCLOCK_SCALE_ROW("the highest that there can be", ~0U, 4096000000U, -12, 4294967295000ULL,
			  999999999),

	PVCLOCK_TIME_ROW("zeroed memory", 0, 0, STABLE, 1, STABLE),
	PVCLOCK_TIME_ROW("after an update", 2, STABLE, 0, 3, 0),
	PVCLOCK_TIME_ROW("garbage with an odd version", 7, 0xfd, 0, 9, 0),
	PVCLOCK_TIME_ROW("garbage with the highest version", ~0U, 0, 0, 1, 0),
	PVCLOCK_TIME_ROW("version wraps", 0xfffffffe, 0, 0, 0xffffffff, 0),
	PVCLOCK_TIME_ROW("after a pause", 2, STABLE, STABLE | STOPPED, 3, STABLE | STOPPED),
	PVCLOCK_TIME_ROW("the pause not yet seen", 4, STABLE | STOPPED, STABLE, 5,
			 STABLE | STOPPED),

	PVCLOCK_WALL_ROW("1970", 0, 0, 1, 0, 0),
	PVCLOCK_WALL_ROW("before the second is full", 2, 1999999999, 3, 1, 999999999),
	PVCLOCK_WALL_ROW("2023", 5, 1700000000123456789ULL, 7, 1700000000, 123456789),
	PVCLOCK_WALL_ROW("2106, the last second", 0, 4294967295000000001ULL, 1, ~0U, 1),

	PVCLOCK_MSR_ROW("all zero", 0, true, true),
	PVCLOCK_MSR_ROW("an address", 0x1000, true, true),
	PVCLOCK_MSR_ROW("an address and enable", 0x1001, true, false),
	PVCLOCK_MSR_ROW("4-byte aligned", 0x1ffc, true, true),
	PVCLOCK_MSR_ROW("2-byte aligned", 0x1002, false, false),
	PVCLOCK_MSR_ROW("2-byte aligned and enable", 0x1003, false, false),
	PVCLOCK_MSR_ROW("the highest address", 0xfffffffffcULL, true, true),
	PVCLOCK_MSR_ROW("no physical address", 0x10000000000ULL, false, false),
	PVCLOCK_MSR_ROW("the highest bit", 0x8000000000000001ULL, false, false),
};

#undef STABLE
#undef STOPPED

/* As Linux does it. */
static inline u64 pvclock_khz_back(const struct pvclock_scale *scale)
{
	u64 khz = (1000000ULL << 32) / scale->mul;

	return scale->shift < 0 ? khz << -scale->shift : khz >> scale->shift;
}

/* What a shift to the right takes away does not come back. */
static inline bool pvclock_khz_is_near(const struct pvclock_scale *scale, u64 khz, u64 back)
{
	u64 lost = scale->shift < 0 ? 1ULL << -scale->shift : 1;

	return khz < back + lost && back < khz + lost;
}

static inline bool pvclock_scale_ok(const struct pvclock_case *c, char *why, size_t why_len)
{
	struct pvclock_scale scale;
	u64 ns, khz;

	pvclock_scale_init(&scale, c->scale.khz);
	ns = pvclock_ns(&scale, c->scale.ticks);
	khz = pvclock_khz_back(&scale);
	snprintf(why, why_len, "mul %u shift %d ns %llu kHz %llu", scale.mul, scale.shift,
		 (unsigned long long)ns, (unsigned long long)khz);
	return scale.mul == c->scale.mul && scale.shift == c->scale.shift && ns == c->scale.ns &&
	       pvclock_khz_is_near(&scale, c->scale.khz, khz);
}

static inline bool pvclock_time_ok(const struct pvclock_case *c, char *why, size_t why_len)
{
	const struct pvclock_scale scale = { .mul = 3, .shift = -1 };
	const struct pvclock_moment now = { .tsc = 1000, .ns = 2000 };
	const struct pvclock_time *want = &c->time.out;
	struct pvclock_time got = c->time.in;

	pvclock_time_fill(&got, &scale, &now, c->time.flags);
	snprintf(why, why_len, "version %u tsc %llu ns %llu mul %u shift %d flags %#x",
		 got.version, (unsigned long long)got.tsc, (unsigned long long)got.ns, got.mul,
		 got.shift, got.flags);
	return !memcmp(&got, want, sizeof(got));
}

static inline bool pvclock_wall_ok(const struct pvclock_case *c, char *why, size_t why_len)
{
	const struct pvclock_wall *want = &c->wall.out;
	struct pvclock_wall got = c->wall.in;

	pvclock_wall_fill(&got, c->wall.boot_ns);
	snprintf(why, why_len, "version %u sec %u nsec %u", got.version, got.sec, got.nsec);
	return got.version == want->version && got.sec == want->sec && got.nsec == want->nsec;
}

static inline bool pvclock_case_ok(const struct pvclock_case *c, char *why, size_t why_len)
{
	bool time, wall;

	switch (c->subject) {
	case PVCLOCK_SCALE:
		return pvclock_scale_ok(c, why, why_len);
	case PVCLOCK_TIME:
		return pvclock_time_ok(c, why, why_len);
	case PVCLOCK_WALL:
		return pvclock_wall_ok(c, why, why_len);
	case PVCLOCK_MSR:
		break;
	}
	time = pvclock_time_msr_valid(c->msr.value, 40);
	wall = pvclock_wall_msr_valid(c->msr.value, 40);
	snprintf(why, why_len, "time MSR %d, wall-clock MSR %d", time, wall);
	return time == c->msr.time && wall == c->msr.wall;
}

#endif /* VMH_VECTORS_PVCLOCK_H */
