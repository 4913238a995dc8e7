// SPDX-License-Identifier: GPL-2.0
#include <linux/build_bug.h>
#include <linux/math64.h>
#include "pvclock.h"

#define NS_PER_SECOND	1000000000ULL
#define HZ_PER_KHZ	1000ULL

/* Both are the ABI of every Linux since 2.6.26, the same for 32 and 64 bits. */
static_assert(sizeof(struct pvclock_time) == 32);
static_assert(offsetof(struct pvclock_time, tsc) == 8);
static_assert(offsetof(struct pvclock_time, ns) == 16);
static_assert(offsetof(struct pvclock_time, mul) == 24);
static_assert(offsetof(struct pvclock_time, shift) == 28);
static_assert(offsetof(struct pvclock_time, flags) == 29);
static_assert(sizeof(struct pvclock_wall) == 12);
static_assert(offsetof(struct pvclock_wall, sec) == 4);
static_assert(offsetof(struct pvclock_wall, nsec) == 8);

/* The frequency is shifted into (1 GHz, 2 GHz], where the multiplier is in [2^31, 2^32). */
void pvclock_scale_init(struct pvclock_scale *scale, u32 khz)
{
	u64 hz = khz * HZ_PER_KHZ;
	unsigned int up = 0, down = 0;

	while (hz << up <= NS_PER_SECOND)
		up++;
	while (hz > 2 * NS_PER_SECOND << down)
		down++;
	/* One of the two is 0, so nothing of the frequency is lost. */
	scale->mul = mul_u64_u64_div_u64(NS_PER_SECOND << 32, 1ULL << down, hz << up);
	scale->shift = (s8)up - (s8)down;
}

u64 pvclock_ns(const struct pvclock_scale *scale, u64 ticks)
{
	if (scale->shift >= 0)
		ticks <<= scale->shift;
	else
		ticks >>= -scale->shift;
	return mul_u64_u32_shr(ticks, scale->mul, 32);
}

/* The next odd version, whatever the guest has left there. */
static u32 pvclock_next_version(u32 version)
{
	return (version + 1) | 1;
}

void pvclock_time_fill(struct pvclock_time *time, const struct pvclock_scale *scale,
		       const struct pvclock_moment *now, u8 flags)
{
	*time = (struct pvclock_time) {
		.version = pvclock_next_version(time->version),
		.tsc = now->tsc,
		.ns = now->ns,
		.mul = scale->mul,
		.shift = scale->shift,
		.flags = flags | (time->flags & PVCLOCK_FLAG_STOPPED),
	};
}

void pvclock_wall_fill(struct pvclock_wall *wall, u64 boot_ns)
{
	wall->version = pvclock_next_version(wall->version);
	wall->sec = div_u64_rem(boot_ns, NS_PER_SECOND, &wall->nsec);
}

bool pvclock_time_msr_valid(u64 value, unsigned int phys_bits)
{
	return pvclock_wall_msr_valid(value & ~PVCLOCK_MSR_ENABLE, phys_bits);
}

bool pvclock_wall_msr_valid(u64 value, unsigned int phys_bits)
{
	return !(value & 3) && !(value >> phys_bits);
}
