/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/nospec.h>, for the host tests. */
#ifndef VMH_SHIM_NOSPEC_H
#define VMH_SHIM_NOSPEC_H

#include <linux/types.h>

/* The code has compared the index before: it must not lean on this for what really happens. */
#define array_index_nospec(index, size) ({			\
	__typeof__(index) _ni = (index);			\
	if (_ni >= (__typeof__(_ni))(size))			\
		__builtin_trap();				\
	_ni; })

#endif
