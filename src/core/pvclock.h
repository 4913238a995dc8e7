/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kvmclock: the clock that a guest reads from its own memory. The host leaves there a moment (guest
 * TSC, nanoseconds) and how fast the TSC counts; the guest adds what its TSC has counted since.
 * Linux, Documentation/virt/kvm/x86/msr.rst.
 */
#ifndef VMH_PVCLOCK_H
#define VMH_PVCLOCK_H

#include <linux/bits.h>
#include <linux/types.h>

/* pvclock_time.flags */
#define PVCLOCK_FLAG_TSC_STABLE		BIT(0)		/* all vCPUs read one and the same clock */
#define PVCLOCK_FLAG_STOPPED		BIT(1)		/* the guest did not run; it clears this */

/* The system-time MSR: an address, and this bit. */
#define PVCLOCK_MSR_ENABLE		BIT_ULL(0)

/**
 * struct pvclock_scale - how to make nanoseconds of TSC ticks
 * @mul: nanoseconds of 2^32 ticks, after the ticks were shifted.
 * @shift: to the left when positive, to the right when negative.
 */
struct pvclock_scale {
	u32 mul;
	s8 shift;
};

/**
 * struct pvclock_time - what a vCPU's clock is in guest memory
 * @version: odd while the rest changes.
 * @pad0: 0.
 * @tsc: guest TSC at the moment.
 * @ns: the clock at the moment.
 * @mul: see struct pvclock_scale.
 * @shift: likewise.
 * @flags: PVCLOCK_FLAG_*.
 * @pad: 0.
 */
struct pvclock_time {
	u32 version;
	u32 pad0;
	u64 tsc;
	u64 ns;
	u32 mul;
	s8 shift;
	u8 flags;
	u8 pad[2];
};

/**
 * struct pvclock_wall - when the clock was 0, in guest memory
 * @version: odd while the rest changes.
 * @sec: seconds since 1970, UTC.
 * @nsec: and nanoseconds.
 */
struct pvclock_wall {
	u32 version;
	u32 sec;
	u32 nsec;
};

/**
 * struct pvclock_moment - a moment on a guest's clocks
 * @tsc: guest TSC.
 * @ns: nanoseconds.
 */
struct pvclock_moment {
	u64 tsc;
	u64 ns;
};

/**
 * pvclock_scale_init() - the scale of a TSC frequency
 * @scale: where to.
 * @khz: the frequency, not 0.
 *
 * The multiplier has all its 32 bits and is rounded down: the clock loses less than 1 ns in 2 s. A
 * guest that computes the frequency back gets @khz, but for the bits that a right shift takes.
 */
void pvclock_scale_init(struct pvclock_scale *scale, u32 khz);

/**
 * pvclock_ns() - nanoseconds of TSC ticks, to the bit as guests compute them
 * @scale: the scale.
 * @ticks: less than 290 years of them.
 *
 * Return: nanoseconds, rounded down.
 */
u64 pvclock_ns(const struct pvclock_scale *scale, u64 ticks);

/**
 * pvclock_time_fill() - make a vCPU's clock anew
 * @time: in: what is in guest memory; out: what is to be there, with an odd version.
 * @scale: of the guest's TSC.
 * @now: the moment.
 * @flags: PVCLOCK_FLAG_*; PVCLOCK_FLAG_STOPPED also stays until the guest has seen it.
 */
void pvclock_time_fill(struct pvclock_time *time, const struct pvclock_scale *scale,
		       const struct pvclock_moment *now, u8 flags);

/**
 * pvclock_wall_fill() - make the wall clock anew
 * @wall: in: what is in guest memory; out: what is to be there, with an odd version.
 * @boot_ns: nanoseconds between 1970 and when the clock was 0.
 */
void pvclock_wall_fill(struct pvclock_wall *wall, u64 boot_ns);

/**
 * pvclock_time_msr_valid() - may a guest write this into the system-time MSR?
 * @value: the value: an address, 4-byte aligned, and PVCLOCK_MSR_ENABLE.
 * @phys_bits: width of the guest's physical addresses.
 *
 * Return: whether it may.
 */
bool pvclock_time_msr_valid(u64 value, unsigned int phys_bits);

/**
 * pvclock_wall_msr_valid() - may a guest write this into the wall-clock MSR?
 * @value: the value: an address, 4-byte aligned.
 * @phys_bits: width of the guest's physical addresses.
 *
 * Return: whether it may.
 */
bool pvclock_wall_msr_valid(u64 value, unsigned int phys_bits);

#endif /* VMH_PVCLOCK_H */
