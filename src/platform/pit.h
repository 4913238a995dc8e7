/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The PC's 8254 interval timer, three channels, and port 0x61, which gates and shows the third.
 * Intel 8254 datasheet. The caller serialises. Times are nanoseconds of one monotonic clock of the
 * caller; nothing ticks here: all is computed from the time of the last load.
 */
#ifndef VMH_PIT_H
#define VMH_PIT_H

#include <linux/types.h>

struct kvm_pit_state2;

#define PIT_HZ			1193182
#define PIT_NR_CHANNELS		3
#define PIT_PORT_FIRST		0x40
#define PIT_PORT_LAST		0x43
#define PIT_PORT_SPEAKER	0x61

/* How often channel 0 may interrupt, unless pit_set_timer_floor() says otherwise. */
#define PIT_TIMER_FLOOR_NS	200000

/* The byte of a count that an access reads or writes next. */
enum pit_byte {
	PIT_BYTE_NONE = 0,	/* never programmed */
	PIT_BYTE_LSB = 1,
	PIT_BYTE_MSB = 2,
	PIT_BYTE_WORD_LSB = 3,
	PIT_BYTE_WORD_MSB = 4,
};

/**
 * struct pit_channel - one counter
 * @load_ns: when the count began, or went on, to run
 * @elapsed_ticks: how far it had come by then
 * @next_ns: when @next_count takes over, in modes 2 and 3
 * @count: 1 to 65536 (10000 in BCD), 0 while none is loaded
 * @next_count: written while running; takes over later; 0 if none
 * @latched_count: as read out
 * @count_latched: bytes of @latched_count still to read: enum pit_byte, or 0
 * @status: latched status
 * @status_latched: @status is to be read first
 * @access: low, high or both bytes: 1, 2, 3; 0 until programmed
 * @read_byte: enum pit_byte
 * @write_byte: enum pit_byte
 * @write_lsb: first byte of a count whose second is to come
 * @mode: 0 to 5
 * @bcd: counts in BCD
 * @gate: the gate input
 * @paused: the gate, or a half-written count, stops it
 * @triggered: modes 1 and 5: a gate edge started it
 */
struct pit_channel {
	u64 load_ns;
	u64 elapsed_ticks;
	u64 next_ns;
	u32 count;
	u32 next_count;
	u16 latched_count;
	u8 count_latched;
	u8 status;
	bool status_latched;
	u8 access;
	u8 read_byte;
	u8 write_byte;
	u8 write_lsb;
	u8 mode;
	bool bcd;
	bool gate;
	bool paused;
	bool triggered;
};

/**
 * struct pit - the timer
 * @channels: 0 makes IRQ 0, 1 was the DRAM refresh, 2 the speaker
 * @floor_ns: least distance of two interrupts of channel 0 in a periodic mode
 * @speaker_on: port 0x61 bit 1
 * @hpet_legacy: an HPET has taken IRQ 0 over
 */
struct pit {
	struct pit_channel channels[PIT_NR_CHANNELS];
	u64 floor_ns;
	bool speaker_on;
	bool hpet_legacy;
};

void pit_init(struct pit *p, u64 now);
void pit_set_timer_floor(struct pit *p, u64 floor_ns);
int pit_port_read(struct pit *p, u16 port, u64 now, u8 *val);
int pit_port_write(struct pit *p, u16 port, u8 val, u64 now);
u64 pit_next_tick(const struct pit *p, u64 now);
u64 pit_ticks_between(const struct pit *p, u64 since, u64 now);
void pit_get_state(const struct pit *p, struct kvm_pit_state2 *state);
int pit_set_state(struct pit *p, u64 now, const struct kvm_pit_state2 *state);

#endif
