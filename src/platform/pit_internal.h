/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the 8254 share among themselves.
 */
#ifndef VMH_PIT_INTERNAL_H
#define VMH_PIT_INTERNAL_H

#include "pit.h"

/* A count of 0 means the largest. */
#define PIT_COUNT_MAX		0x10000
#define PIT_COUNT_MAX_BCD	10000

/* Modes, as the datasheet numbers them. */
enum pit_mode {
	PIT_TERMINAL_COUNT = 0,
	PIT_HARDWARE_ONESHOT = 1,
	PIT_RATE = 2,
	PIT_SQUARE = 3,
	PIT_SOFTWARE_STROBE = 4,
	PIT_HARDWARE_STROBE = 5,
};

/* Does the counter start over by itself? */
static inline bool pit_mode_is_periodic(u8 mode)
{
	return mode == PIT_RATE || mode == PIT_SQUARE;
}

/* Does a rising edge of the gate start it, rather than a count? */
static inline bool pit_mode_is_triggered(u8 mode)
{
	return mode == PIT_HARDWARE_ONESHOT || mode == PIT_HARDWARE_STROBE;
}

/* pit_counter.c */
void pit_counter_program(struct pit_channel *c, u8 mode, bool bcd);
void pit_counter_hold(struct pit_channel *c);
void pit_counter_load(struct pit_channel *c, u32 count, u64 now);
void pit_counter_set_gate(struct pit_channel *c, bool gate, u64 now);
u16 pit_counter_value(const struct pit_channel *c, u64 now);
bool pit_counter_out(const struct pit_channel *c, u64 now);
bool pit_counter_is_null(const struct pit_channel *c, u64 now);

#endif
