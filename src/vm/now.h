/* SPDX-License-Identifier: GPL-2.0 */
/* Time as the device models get it. */
#ifndef VMH_NOW_H
#define VMH_NOW_H

#include <linux/ktime.h>

static inline u64 vmh_now_ns(void)
{
	return ktime_get_ns();
}

#endif /* VMH_NOW_H */
