/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/bitmap.h>, for the host tests. */
#ifndef VMH_SHIM_BITMAP_H
#define VMH_SHIM_BITMAP_H

#include <linux/bitops.h>
#include <linux/string.h>

static inline size_t vmh_shim_bitmap_bytes(unsigned int bits)
{
	return BITS_TO_LONGS(bits) * sizeof(unsigned long);
}

static inline void bitmap_zero(unsigned long *p, unsigned int bits)
{
	memset(p, 0, vmh_shim_bitmap_bytes(bits));
}

static inline void bitmap_fill(unsigned long *p, unsigned int bits)
{
	memset(p, 0xff, vmh_shim_bitmap_bytes(bits));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits)
{
	memcpy(to, from, vmh_shim_bitmap_bytes(bits));
}

static inline void bitmap_set(unsigned long *p, unsigned int start, unsigned int nr)
{
	while (nr--)
		__set_bit(start++, p);
}

static inline void bitmap_clear(unsigned long *p, unsigned int start, unsigned int nr)
{
	while (nr--)
		__clear_bit(start++, p);
}

static inline bool bitmap_empty(const unsigned long *p, unsigned int bits)
{
	return find_first_bit(p, bits) == bits;
}

static inline bool bitmap_full(const unsigned long *p, unsigned int bits)
{
	return find_first_zero_bit(p, bits) == bits;
}

static inline unsigned int bitmap_weight(const unsigned long *p, unsigned int bits)
{
	unsigned int weight = 0;
	unsigned long bit;

	for_each_set_bit(bit, p, bits)
		weight++;
	return weight;
}

static inline void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
			     unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] | b[i];
}

static inline bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b,
			      unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] & b[i];
	return !bitmap_empty(to, bits);
}

static inline bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b,
				 unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] & ~b[i];
	return !bitmap_empty(to, bits);
}

#endif
