/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_GUEST_WALK_H
#define VMH_GUEST_WALK_H

#include <linux/types.h>

#include "guest_access.h"

/**
 * struct guest_paging - the registers that govern how a guest's linear addresses translate
 * @cr0: as the guest sees it
 * @cr3: as the guest sees it
 * @cr4: as the guest sees it
 * @efer: IA32_EFER as the guest sees it
 * @rflags: only AC is looked at
 * @pdptr: the four PDPTEs that MOV to CR3 loaded; looked at in PAE mode only
 * @pkru: protection-key rights; looked at when CR4.PKE is set
 * @phys_bits: width of a guest physical address, 32 to 52
 * @pages_1g: CPUID offers 1 GiB pages; without, PS is reserved in a PDPTE
 */
struct guest_paging {
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 efer;
	u64 rflags;
	u64 pdptr[4];
	u32 pkru;
	u8 phys_bits;
	bool pages_1g;
};

/**
 * struct guest_walk_ops - how the walker reaches the guest's memory
 * @read_phys: copy @len bytes (4 or 8, naturally aligned, to be read in one piece) at @gpa to
 *	@buf; 0 or a negative errno
 * @cmpxchg_phys: replace @old by @new in the @len bytes (4 or 8) at @gpa, atomically; 0, -EAGAIN
 *	if something else stood there, or another negative errno. May be NULL: then accessed and
 *	dirty bits are left alone.
 */
struct guest_walk_ops {
	int (*read_phys)(void *ctx, u64 gpa, void *buf, unsigned int len);
	int (*cmpxchg_phys)(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len);
};

/**
 * struct guest_translation - where a linear address leads
 * @gpa: guest physical address of the byte asked for
 * @page_bytes: size of the page it lies in; 4 KiB when paging is off
 */
struct guest_translation {
	u64 gpa;
	u64 page_bytes;
};

/**
 * guest_canonical - the canonical address that has the low bits of @linear
 * @linear: a 64-bit linear address
 * @bits: how many bits of an address count: 48, or 57
 *
 * Return: @linear, if it is canonical for that width.
 */
static inline u64 guest_canonical(u64 linear, unsigned int bits)
{
	return (u64)((s64)(linear << (64 - bits)) >> (64 - bits));
}

/**
 * guest_is_canonical - can @linear be used with 4-level paging?
 * @linear: a 64-bit linear address
 *
 * Return: true if bits 63 to 47 are all the same.
 */
static inline bool guest_is_canonical(u64 linear)
{
	return guest_canonical(linear, 48) == linear;
}

/**
 * guest_walk - translate a linear address as the processor would
 * @paging: the guest's paging registers
 * @linear: the address; only bits 31 to 0 count outside IA-32e mode
 * @access: enum guest_access bits
 * @ops: reads, and optionally updates, the guest's paging structures
 * @ctx: handed to @ops
 * @out: filled on success
 * @fault: filled on -EFAULT
 *
 * Knows paging off, 32-bit, PAE and 4-level paging (SDM vol. 3, chapter "Paging"). Accessed and
 * dirty bits are set, where @ops can, once the whole translation has been found to be allowed. Any
 * context that @ops can live with; the number of calls to @ops is bounded.
 *
 * Return: 0; -EFAULT if the guest gets an exception; -EIO if a paging structure is not readable or
 * not writable; -EAGAIN if other processors kept changing an entry meanwhile (run the guest again);
 * -EOPNOTSUPP for 5-level paging.
 */
int guest_walk(const struct guest_paging *paging, u64 linear, unsigned int access,
	       const struct guest_walk_ops *ops, void *ctx, struct guest_translation *out,
	       struct guest_fault *fault);

#endif
