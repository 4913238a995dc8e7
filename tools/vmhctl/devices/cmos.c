// SPDX-License-Identifier: GPL-2.0
/*
 * The real-time clock, as far as reading the date needs it: UTC from the host, in BCD and 24-hour
 * form unless the guest chooses otherwise. It cannot be set, and raises no interrupts.
 */
#include "cmos.h"

enum {
	REG_SECONDS	= 0x00,
	REG_MINUTES	= 0x02,
	REG_HOURS	= 0x04,
	REG_WEEKDAY	= 0x06,
	REG_DAY		= 0x07,
	REG_MONTH	= 0x08,
	REG_YEAR	= 0x09,
	REG_A		= 0x0a,
	REG_B		= 0x0b,
	REG_C		= 0x0c,
	REG_D		= 0x0d,
	REG_CENTURY	= 0x32,
};

#define A_UPDATING	0x80
#define A_DEFAULT	0x26	/* 32768 Hz crystal, 1024 Hz rate */
#define B_24_HOURS	0x02
#define B_BINARY	0x04
#define D_VALID		0x80
#define HOURS_PM	0x80

#define INDEX_MASK	0x7f	/* bit 7 masks NMIs */

static time_t host_now(void)
{
	return time(NULL);
}

/* A clock after power-on. */
void cmos_init(struct cmos *cmos)
{
	*cmos = (struct cmos){ .lock = PTHREAD_MUTEX_INITIALIZER, .now = host_now };
	cmos->bytes[REG_A] = A_DEFAULT;
	cmos->bytes[REG_B] = B_24_HOURS;
}

static uint8_t cmos_number(const struct cmos *cmos, unsigned int value)
{
	if (cmos->bytes[REG_B] & B_BINARY)
		return value;
	return value / 10 % 10 << 4 | value % 10;
}

static uint8_t cmos_hours(const struct cmos *cmos, unsigned int hours)
{
	if (cmos->bytes[REG_B] & B_24_HOURS)
		return cmos_number(cmos, hours);
	return cmos_number(cmos, hours % 12 ? hours % 12 : 12) | (hours >= 12 ? HOURS_PM : 0);
}

static uint8_t cmos_register(const struct cmos *cmos)
{
	time_t now = cmos->now();
	struct tm tm;

	gmtime_r(&now, &tm);
	switch (cmos->index) {
	case REG_SECONDS:
		return cmos_number(cmos, tm.tm_sec);
	case REG_MINUTES:
		return cmos_number(cmos, tm.tm_min);
	case REG_HOURS:
		return cmos_hours(cmos, tm.tm_hour);
	case REG_WEEKDAY:
		return cmos_number(cmos, tm.tm_wday + 1);
	case REG_DAY:
		return cmos_number(cmos, tm.tm_mday);
	case REG_MONTH:
		return cmos_number(cmos, tm.tm_mon + 1);
	case REG_YEAR:
		return cmos_number(cmos, tm.tm_year % 100);
	case REG_CENTURY:
		return cmos_number(cmos, tm.tm_year / 100 + 19);
	case REG_C:
		return 0;
	case REG_D:
		return D_VALID;
	default:
		return cmos->bytes[cmos->index];
	}
}

/**
 * cmos_read() - the guest reads a port
 * @opaque: the struct cmos.
 * @offset: 0 is the index, which is write-only; 1 the register.
 */
uint8_t cmos_read(void *opaque, unsigned int offset)
{
	struct cmos *cmos = opaque;
	uint8_t value;

	if (offset == 0)
		return 0xff;
	pthread_mutex_lock(&cmos->lock);
	value = cmos_register(cmos);
	pthread_mutex_unlock(&cmos->lock);
	return value;
}

/**
 * cmos_write() - the guest writes a port
 * @opaque: the struct cmos.
 * @offset: 0 chooses the register, 1 writes it.
 * @value: what it writes.
 */
void cmos_write(void *opaque, unsigned int offset, uint8_t value)
{
	struct cmos *cmos = opaque;

	pthread_mutex_lock(&cmos->lock);
	if (offset == 0)
		cmos->index = value & INDEX_MASK;
	else if (cmos->index == REG_A)
		cmos->bytes[REG_A] = value & ~A_UPDATING;
	else
		cmos->bytes[cmos->index] = value;
	pthread_mutex_unlock(&cmos->lock);
}
