/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/atomic.h>, for the host tests. */
#ifndef VMH_SHIM_ATOMIC_H
#define VMH_SHIM_ATOMIC_H

#define xchg(ptr, value)	__atomic_exchange_n(ptr, value, __ATOMIC_SEQ_CST)

#endif
