/* SPDX-License-Identifier: GPL-2.0 */
/* Userspace stand-in for the kernel's <linux/bitops.h>, for the host tests. */
#ifndef VMH_SHIM_BITOPS_H
#define VMH_SHIM_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>

#define BITS_PER_TYPE(type)	(sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_LONGS(nr)	(((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)

static inline unsigned long __ffs(unsigned long w) { return __builtin_ctzl(w); }
static inline unsigned long __fls(unsigned long w) { return BITS_PER_LONG - 1 - __builtin_clzl(w); }
static inline unsigned long ffz(unsigned long w) { return __ffs(~w); }
static inline unsigned long __ffs64(u64 w) { return __builtin_ctzll(w); }
static inline int fls(unsigned int x) { return x ? 32 - __builtin_clz(x) : 0; }
static inline int fls64(u64 x) { return x ? 64 - __builtin_clzll(x) : 0; }

static inline unsigned int hweight8(unsigned int w) { return __builtin_popcount(w & 0xff); }
static inline unsigned int hweight16(unsigned int w) { return __builtin_popcount(w & 0xffff); }
static inline unsigned int hweight32(unsigned int w) { return __builtin_popcount(w); }
static inline unsigned long hweight64(u64 w) { return __builtin_popcountll(w); }
static inline unsigned long hweight_long(unsigned long w) { return __builtin_popcountl(w); }

static inline u32 rol32(u32 w, unsigned int s) { return (w << (s & 31)) | (w >> (-s & 31)); }
static inline u32 ror32(u32 w, unsigned int s) { return (w >> (s & 31)) | (w << (-s & 31)); }
static inline u64 rol64(u64 w, unsigned int s) { return (w << (s & 63)) | (w >> (-s & 63)); }
static inline u64 ror64(u64 w, unsigned int s) { return (w >> (s & 63)) | (w << (-s & 63)); }

static inline s32 sign_extend32(u32 value, int index)
{
	u8 shift = 31 - index;

	return (s32)(value << shift) >> shift;
}

static inline s64 sign_extend64(u64 value, int index)
{
	u8 shift = 63 - index;

	return (s64)(value << shift) >> shift;
}

static inline void __set_bit(unsigned long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void __clear_bit(unsigned long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static inline void __change_bit(unsigned long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

static inline bool test_bit(unsigned long nr, const volatile unsigned long *p)
{
	return p[BIT_WORD(nr)] & BIT_MASK(nr);
}

static inline void __assign_bit(unsigned long nr, volatile unsigned long *p, bool value)
{
	if (value)
		__set_bit(nr, p);
	else
		__clear_bit(nr, p);
}

static inline bool __test_and_set_bit(unsigned long nr, volatile unsigned long *p)
{
	bool old = test_bit(nr, p);

	__set_bit(nr, p);
	return old;
}

static inline bool __test_and_clear_bit(unsigned long nr, volatile unsigned long *p)
{
	bool old = test_bit(nr, p);

	__clear_bit(nr, p);
	return old;
}

static inline void set_bit(unsigned long nr, volatile unsigned long *p)
{
	__atomic_fetch_or(&p[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(unsigned long nr, volatile unsigned long *p)
{
	__atomic_fetch_and(&p[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline bool test_and_set_bit(unsigned long nr, volatile unsigned long *p)
{
	return __atomic_fetch_or(&p[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static inline bool test_and_clear_bit(unsigned long nr, volatile unsigned long *p)
{
	return __atomic_fetch_and(&p[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static inline unsigned long vmh_shim_find(const unsigned long *p, unsigned long size,
					  unsigned long from, bool value)
{
	while (from < size && test_bit(from, p) != value)
		from++;
	return from < size ? from : size;
}

static inline unsigned long find_next_bit(const unsigned long *p, unsigned long size,
					  unsigned long from)
{
	return vmh_shim_find(p, size, from, true);
}

static inline unsigned long find_first_bit(const unsigned long *p, unsigned long size)
{
	return vmh_shim_find(p, size, 0, true);
}

static inline unsigned long find_next_zero_bit(const unsigned long *p, unsigned long size,
					       unsigned long from)
{
	return vmh_shim_find(p, size, from, false);
}

static inline unsigned long find_first_zero_bit(const unsigned long *p, unsigned long size)
{
	return vmh_shim_find(p, size, 0, false);
}

static inline unsigned long find_last_bit(const unsigned long *p, unsigned long size)
{
	unsigned long nr = size;

	while (nr--)
		if (test_bit(nr, p))
			return nr;
	return size;
}

#define for_each_set_bit(bit, p, size) \
	for ((bit) = find_first_bit(p, size); (bit) < (size); \
	     (bit) = find_next_bit(p, size, (bit) + 1))
#define for_each_clear_bit(bit, p, size) \
	for ((bit) = find_first_zero_bit(p, size); (bit) < (size); \
	     (bit) = find_next_zero_bit(p, size, (bit) + 1))

#endif
