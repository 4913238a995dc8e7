/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/string.h>, for the host tests. */
#ifndef VMH_SHIM_STRING_H
#define VMH_SHIM_STRING_H

#include <string.h>
#include <linux/errno.h>
#include <linux/types.h>

static inline ssize_t vmh_shim_strscpy(char *to, const char *from, size_t size)
{
	size_t len = strnlen(from, size);

	if (!size)
		return -E2BIG;
	memcpy(to, from, len < size ? len : size - 1);
	to[len < size ? len : size - 1] = '\0';
	return len < size ? (ssize_t)len : -E2BIG;
}

#define strscpy(to, from, size)	vmh_shim_strscpy(to, from, size)

static inline void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *p = start;

	for (; bytes; p++, bytes--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

static inline void *memset64(u64 *p, u64 value, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		p[i] = value;
	return p;
}

#endif
