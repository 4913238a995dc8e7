/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CMOS_H
#define VMHCTL_CMOS_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

#define CMOS_PORT	0x70
#define CMOS_PORTS	2
#define CMOS_BYTES	128

/**
 * struct cmos - an MC146818 clock with its memory
 * @lock: over all that follows.
 * @index: register that the data port shows.
 * @bytes: what was written; the clock's registers come from the host's time instead.
 * @now: the host's clock, seconds since 1970.
 */
struct cmos {
	pthread_mutex_t lock;
	uint8_t index;
	uint8_t bytes[CMOS_BYTES];
	time_t (*now)(void);
};

void cmos_init(struct cmos *cmos);
uint8_t cmos_read(void *cmos, unsigned int offset);
void cmos_write(void *cmos, unsigned int offset, uint8_t value);

#endif /* VMHCTL_CMOS_H */
