/* SPDX-License-Identifier: GPL-2.0 */
/* What vmh_age.ko is asked, by an ioctl on /dev/vmh_age. Returns 1 for used, else 0. */
#ifndef VMH_TESTS_AGE_H
#define VMH_TESTS_AGE_H

#include <linux/ioctl.h>

#define AGE_DEVICE	"/dev/vmh_age"

/**
 * struct age_range - addresses of the calling process
 * @start: the first.
 * @end: the first beyond.
 */
struct age_range {
	unsigned long start;
	unsigned long end;
};

#define AGE_CLEAR_FLUSH	_IOW(0xbf, 0, struct age_range)	/* and forget it, on all processors */
#define AGE_CLEAR	_IOW(0xbf, 1, struct age_range)	/* and forget it */
#define AGE_TEST	_IOW(0xbf, 2, struct age_range)	/* the page at @start */

#endif /* VMH_TESTS_AGE_H */
