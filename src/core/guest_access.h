/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_GUEST_ACCESS_H
#define VMH_GUEST_ACCESS_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum guest_access - what a guest memory access does; the values are or-ed together
 * @GUEST_ACCESS_WRITE: writes, or reads and then writes; a data read when clear
 * @GUEST_ACCESS_FETCH: instruction fetch; never together with @GUEST_ACCESS_WRITE
 * @GUEST_ACCESS_USER: made at CPL 3; a supervisor-mode access when clear
 * @GUEST_ACCESS_IMPLICIT: a supervisor access that the processor makes by itself, such as a read
 *	of a descriptor table: EFLAGS.AC does not suspend SMAP for it
 */
enum guest_access {
	GUEST_ACCESS_WRITE = BIT(0),
	GUEST_ACCESS_FETCH = BIT(1),
	GUEST_ACCESS_USER = BIT(2),
	GUEST_ACCESS_IMPLICIT = BIT(3),
};

/**
 * enum guest_vector - the exceptions that this code asks its caller to inject
 * @GUEST_VECTOR_UD: invalid opcode
 * @GUEST_VECTOR_SS: stack-segment fault
 * @GUEST_VECTOR_GP: general protection
 * @GUEST_VECTOR_PF: page fault
 * @GUEST_VECTOR_AC: alignment check
 */
enum guest_vector {
	GUEST_VECTOR_UD = 6,
	GUEST_VECTOR_SS = 12,
	GUEST_VECTOR_GP = 13,
	GUEST_VECTOR_PF = 14,
	GUEST_VECTOR_AC = 17,
};

/**
 * enum guest_pf_error - bits of a page fault's error code (SDM vol. 3, "Page-Fault Exceptions")
 * @GUEST_PF_PRESENT: a present translation forbade the access; not present when clear
 * @GUEST_PF_WRITE: the access was a write
 * @GUEST_PF_USER: the access was made in user mode
 * @GUEST_PF_RSVD: a reserved bit was set in an entry
 * @GUEST_PF_FETCH: the access was an instruction fetch
 * @GUEST_PF_PK: a protection key forbade the access
 */
enum guest_pf_error {
	GUEST_PF_PRESENT = BIT(0),
	GUEST_PF_WRITE = BIT(1),
	GUEST_PF_USER = BIT(2),
	GUEST_PF_RSVD = BIT(3),
	GUEST_PF_FETCH = BIT(4),
	GUEST_PF_PK = BIT(5),
};

/**
 * struct guest_fault - one exception to inject
 * @cr2: the faulting linear address; only a page fault has one
 * @error_code: valid if @has_error
 * @vector: an enum guest_vector
 * @has_error: the exception pushes an error code (none does in real mode)
 */
struct guest_fault {
	u64 cr2;
	u32 error_code;
	u8 vector;
	bool has_error;
};

#endif
