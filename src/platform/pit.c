// SPDX-License-Identifier: GPL-2.0
/*
 * The 8254's ports, and port 0x61, and the state as KVM_GET_PIT2 and KVM_SET_PIT2 carry it. Intel
 * 8254 datasheet, "Programming the 8254" and "Read Operations".
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/math64.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "pit_internal.h"

#define PIT_PORT_CONTROL	0x43

/* The control word: channel in bits 7:6, access in 5:4, mode in 3:1, BCD in 0. */
#define PIT_CONTROL_READ_BACK	3	/* in place of a channel */
#define PIT_ACCESS_LATCH	0
#define PIT_ACCESS_LSB		1
#define PIT_ACCESS_MSB		2
#define PIT_ACCESS_WORD		3
#define PIT_READ_BACK_NO_COUNT	BIT(5)
#define PIT_READ_BACK_NO_STATUS	BIT(4)

/* The status byte; its low six bits are those of the control word. */
#define PIT_STATUS_OUT		BIT(7)
#define PIT_STATUS_NULL_COUNT	BIT(6)

/* Port 0x61 */
#define PIT_SPEAKER_GATE	BIT(0)
#define PIT_SPEAKER_DATA	BIT(1)
#define PIT_SPEAKER_REFRESH	BIT(4)
#define PIT_SPEAKER_OUT		BIT(5)

/* Channel 1 asks for a DRAM refresh every 18 ticks, and the bit in port 0x61 toggles with it. */
#define PIT_REFRESH_NS		15085

/* KVM's mode of a channel that was never programmed. */
#define PIT_STATE_MODE_NONE	0xff

/**
 * pit_init() - power up the timer
 * @p: the timer
 * @now: the time
 *
 * No channel counts until it is programmed. The gates of channels 0 and 1 are wired high.
 */
void pit_init(struct pit *p, u64 now)
{
	unsigned int i;

	memset(p, 0, sizeof(*p));
	p->floor_ns = PIT_TIMER_FLOOR_NS;
	for (i = 0; i < PIT_NR_CHANNELS; i++) {
		p->channels[i].load_ns = now;
		p->channels[i].gate = i != 2;
	}
}

/* The byte that a count starts with. */
static u8 pit_first_byte(u8 access)
{
	return access == PIT_ACCESS_WORD ? PIT_BYTE_WORD_LSB : access;
}

static void pit_latch_count(struct pit_channel *c, u64 now)
{
	if (c->count_latched || !c->access)
		return;
	c->latched_count = pit_counter_value(c, now);
	c->count_latched = pit_first_byte(c->access);
}

static void pit_latch_status(struct pit_channel *c, u64 now)
{
	if (c->status_latched)
		return;
	c->status = c->access << 4 | c->mode << 1 | c->bcd;
	if (pit_counter_out(c, now))
		c->status |= PIT_STATUS_OUT;
	if (pit_counter_is_null(c, now))
		c->status |= PIT_STATUS_NULL_COUNT;
	c->status_latched = true;
}

static void pit_read_back(struct pit *p, u8 val, u64 now)
{
	unsigned int i;

	for (i = 0; i < PIT_NR_CHANNELS; i++) {
		if (!(val & BIT(i + 1)))
			continue;
		if (!(val & PIT_READ_BACK_NO_COUNT))
			pit_latch_count(&p->channels[i], now);
		if (!(val & PIT_READ_BACK_NO_STATUS))
			pit_latch_status(&p->channels[i], now);
	}
}

static void pit_program(struct pit_channel *c, u8 access, u8 val)
{
	u8 mode = (val >> 1) & 7;

	/* Modes 2 and 3 do not look at the highest bit. */
	if (mode > PIT_HARDWARE_STROBE)
		mode &= 3;
	c->access = access;
	c->read_byte = pit_first_byte(access);
	c->write_byte = pit_first_byte(access);
	c->count_latched = PIT_BYTE_NONE;
	c->status_latched = false;
	pit_counter_program(c, mode, val & 1);
}

static void pit_write_control(struct pit *p, u8 val, u64 now)
{
	const u8 channel = val >> 6, access = (val >> 4) & 3;
	struct pit_channel *c;

	if (channel == PIT_CONTROL_READ_BACK) {
		pit_read_back(p, val, now);
		return;
	}
	c = &p->channels[array_index_nospec(channel, PIT_NR_CHANNELS)];
	if (access == PIT_ACCESS_LATCH)
		pit_latch_count(c, now);
	else
		pit_program(c, access, val);
}

/* A nibble above 9 counts as what it is, which is as good as anything. */
static u32 pit_from_bcd(u16 val)
{
	return ((val & 0xf) + (val >> 4 & 0xf) * 10 + (val >> 8 & 0xf) * 100 + (val >> 12) * 1000) %
	       PIT_COUNT_MAX_BCD;
}

static void pit_load(struct pit_channel *c, u16 val, u64 now)
{
	pit_counter_load(c, c->bcd ? pit_from_bcd(val) : val, now);
}

static void pit_write_count(struct pit_channel *c, u8 val, u64 now)
{
	switch (c->write_byte) {
	case PIT_BYTE_LSB:
		pit_load(c, val, now);
		break;
	case PIT_BYTE_MSB:
		pit_load(c, val << 8, now);
		break;
	case PIT_BYTE_WORD_LSB:
		c->write_lsb = val;
		c->write_byte = PIT_BYTE_WORD_MSB;
		pit_counter_hold(c);
		break;
	case PIT_BYTE_WORD_MSB:
		c->write_byte = PIT_BYTE_WORD_LSB;
		pit_load(c, val << 8 | c->write_lsb, now);
		break;
	}
}

/* One byte of @count; @byte goes on to the next one. */
static u8 pit_byte_of(u16 count, u8 *byte)
{
	switch (*byte) {
	case PIT_BYTE_WORD_LSB:
		*byte = PIT_BYTE_WORD_MSB;
		return count & 0xff;
	case PIT_BYTE_WORD_MSB:
		*byte = PIT_BYTE_WORD_LSB;
		return count >> 8;
	case PIT_BYTE_MSB:
		return count >> 8;
	case PIT_BYTE_LSB:
		return count & 0xff;
	}
	return 0;
}

static u8 pit_read_count(struct pit_channel *c, u64 now)
{
	const u8 was = c->count_latched;
	u8 val;

	if (c->status_latched) {
		c->status_latched = false;
		return c->status;
	}
	if (!was)
		return pit_byte_of(pit_counter_value(c, now), &c->read_byte);
	val = pit_byte_of(c->latched_count, &c->count_latched);
	if (was != PIT_BYTE_WORD_LSB)
		c->count_latched = PIT_BYTE_NONE;
	return val;
}

static u8 pit_read_speaker(const struct pit *p, u64 now)
{
	const struct pit_channel *c = &p->channels[2];
	u8 val = 0;

	if (c->gate)
		val |= PIT_SPEAKER_GATE;
	if (p->speaker_on)
		val |= PIT_SPEAKER_DATA;
	if (div_u64(now, PIT_REFRESH_NS) & 1)
		val |= PIT_SPEAKER_REFRESH;
	if (pit_counter_out(c, now))
		val |= PIT_SPEAKER_OUT;
	return val;
}

static bool pit_has_port(u16 port)
{
	return (port >= PIT_PORT_FIRST && port <= PIT_PORT_LAST) || port == PIT_PORT_SPEAKER;
}

/**
 * pit_port_read() - the guest reads a byte from a port
 * @p: the timer
 * @port: 0x40 to 0x43, or 0x61
 * @now: the time
 * @val: the byte; the control port reads as 0
 *
 * Return: 0, or -ENODEV for another port.
 */
int pit_port_read(struct pit *p, u16 port, u64 now, u8 *val)
{
	if (!pit_has_port(port))
		return -ENODEV;
	if (port == PIT_PORT_SPEAKER)
		*val = pit_read_speaker(p, now);
	else if (port == PIT_PORT_CONTROL)
		*val = 0;
	else
		*val = pit_read_count(&p->channels[array_index_nospec(port - PIT_PORT_FIRST,
								      PIT_NR_CHANNELS)], now);
	return 0;
}

/**
 * pit_port_write() - the guest writes a byte to a port
 * @p: the timer
 * @port: 0x40 to 0x43, or 0x61
 * @val: the byte
 * @now: the time
 *
 * Ask pit_ticks_between() before, if ticks up to now are still to be counted, and pit_next_tick()
 * afterwards.
 *
 * Return: 0, or -ENODEV for another port.
 */
int pit_port_write(struct pit *p, u16 port, u8 val, u64 now)
{
	if (!pit_has_port(port))
		return -ENODEV;
	if (port == PIT_PORT_SPEAKER) {
		p->speaker_on = val & PIT_SPEAKER_DATA;
		pit_counter_set_gate(&p->channels[2], val & PIT_SPEAKER_GATE, now);
	} else if (port == PIT_PORT_CONTROL) {
		pit_write_control(p, val, now);
	} else {
		pit_write_count(&p->channels[array_index_nospec(port - PIT_PORT_FIRST,
								PIT_NR_CHANNELS)], val, now);
	}
	return 0;
}

static void pit_get_channel(const struct pit_channel *c, struct kvm_pit_channel_state *state)
{
	*state = (struct kvm_pit_channel_state) {
		.count = c->next_count ? c->next_count : c->count,
		.latched_count = c->latched_count,
		.count_latched = c->count_latched,
		.status_latched = c->status_latched,
		.status = c->status,
		.read_state = c->read_byte,
		.write_state = c->write_byte,
		.write_latch = c->write_lsb,
		.rw_mode = c->access,
		.mode = c->access ? c->mode : PIT_STATE_MODE_NONE,
		.bcd = c->bcd,
		.gate = c->gate,
		.count_load_time = c->load_ns,
	};
}

/**
 * pit_get_state() - copy the state out
 * @p: the timer
 * @state: the copy; a channel that was never programmed has mode 0xff, one without a count 0
 */
void pit_get_state(const struct pit *p, struct kvm_pit_state2 *state)
{
	unsigned int i;

	memset(state, 0, sizeof(*state));
	for (i = 0; i < PIT_NR_CHANNELS; i++)
		pit_get_channel(&p->channels[i], &state->channels[i]);
	if (p->hpet_legacy)
		state->flags |= KVM_PIT_FLAGS_HPET_LEGACY;
	if (p->speaker_on)
		state->flags |= KVM_PIT_FLAGS_SPEAKER_DATA_ON;
}

static bool pit_channel_state_valid(const struct kvm_pit_channel_state *s)
{
	if (s->count > PIT_COUNT_MAX || s->rw_mode > PIT_ACCESS_WORD)
		return false;
	if (s->mode > PIT_HARDWARE_STROBE && s->mode != PIT_STATE_MODE_NONE)
		return false;
	if (s->read_state > PIT_BYTE_WORD_MSB || s->write_state > PIT_BYTE_WORD_MSB ||
	    s->count_latched > PIT_BYTE_WORD_MSB)
		return false;
	return s->status_latched <= 1 && s->bcd <= 1 && s->gate <= 1;
}

static int pit_check_state(const struct kvm_pit_state2 *state)
{
	unsigned int i;

	if (state->flags & ~(KVM_PIT_FLAGS_HPET_LEGACY | KVM_PIT_FLAGS_SPEAKER_DATA_ON))
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(state->reserved); i++)
		if (state->reserved[i])
			return -EINVAL;
	for (i = 0; i < PIT_NR_CHANNELS; i++)
		if (!pit_channel_state_valid(&state->channels[i]))
			return -EINVAL;
	return 0;
}

/* The gates of channels 0 and 1 are wired. */
static void pit_set_channel(struct pit_channel *c, const struct kvm_pit_channel_state *s,
			    bool wired, u64 now)
{
	const bool programmed = s->mode != PIT_STATE_MODE_NONE && s->rw_mode;

	*c = (struct pit_channel) {
		.load_ns = now,
		.gate = wired || s->gate,
	};
	if (!programmed)
		return;
	pit_counter_program(c, s->mode, s->bcd);
	c->access = s->rw_mode;
	c->latched_count = s->latched_count;
	c->count_latched = s->count_latched;
	c->status = s->status;
	c->status_latched = s->status_latched;
	c->read_byte = s->read_state;
	c->write_byte = s->write_state;
	c->write_lsb = s->write_latch;
	if (s->count)
		pit_counter_load(c, s->count, now);
}

/**
 * pit_set_state() - replace the state
 * @p: the timer
 * @now: the time
 * @state: the new state
 *
 * As with KVM, count_load_time is not taken: each channel starts its count afresh, so that a clock
 * of another machine does no harm and no interrupt is lost.
 *
 * Return: 0, or -EINVAL if a value is out of range or unknown, and nothing is changed.
 */
int pit_set_state(struct pit *p, u64 now, const struct kvm_pit_state2 *state)
{
	unsigned int i;
	int ret;

	ret = pit_check_state(state);
	if (ret)
		return ret;
	for (i = 0; i < PIT_NR_CHANNELS; i++)
		pit_set_channel(&p->channels[i], &state->channels[i], i != 2, now);
	p->hpet_legacy = state->flags & KVM_PIT_FLAGS_HPET_LEGACY;
	p->speaker_on = state->flags & KVM_PIT_FLAGS_SPEAKER_DATA_ON;
	return 0;
}
