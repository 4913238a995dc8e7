/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/errno.h>, for the host tests. */
#ifndef VMH_SHIM_ERRNO_H
#define VMH_SHIM_ERRNO_H

#include_next <linux/errno.h>

#endif
