/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/build_bug.h>, for the host tests. */
#ifndef VMH_SHIM_BUILD_BUG_H
#define VMH_SHIM_BUILD_BUG_H

#include <linux/compiler.h>

#undef static_assert
#define static_assert(expr, ...)	vmh_shim_assert(expr, ##__VA_ARGS__, #expr)
#define vmh_shim_assert(expr, msg, ...)	_Static_assert(expr, msg)

#define BUILD_BUG_ON_ZERO(e)		((int)(sizeof(struct { int:(-!!(e)); })))
#define BUILD_BUG_ON_MSG(cond, msg)	do { _Static_assert(!(cond), msg); } while (0)
#define BUILD_BUG_ON(cond)		BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON: " #cond)

#endif
