/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Userspace stand-in for the kernel's <linux/minmax.h>, for the host tests. As in the older of
 * the kernels that vmh builds for, both sides of min() and max() must have the same type, or be
 * constants.
 */
#ifndef VMH_SHIM_MINMAX_H
#define VMH_SHIM_MINMAX_H

#include <linux/types.h>

#define vmh_shim_cmp(x, y, op) ({			\
	__typeof__(x) _cx = (x);			\
	__typeof__(y) _cy = (y);			\
	(void)(&_cx == &_cy);				\
	_cx op _cy ? _cx : _cy; })

#define min(x, y)		vmh_shim_cmp(x, y, <)
#define max(x, y)		vmh_shim_cmp(x, y, >)
#define min3(x, y, z)		min(min(x, y), z)
#define max3(x, y, z)		max(max(x, y), z)
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))
#define clamp(val, lo, hi)	min(max(val, lo), hi)
#define clamp_t(type, v, l, h)	min_t(type, max_t(type, v, l), h)
#define swap(a, b)		do { __typeof__(a) _s = (a); (a) = (b); (b) = _s; } while (0)

#endif
