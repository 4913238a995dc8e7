/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the entry checks. */
#ifndef VMH_VMX_ENTRY_CHECK_INTERNAL_H
#define VMH_VMX_ENTRY_CHECK_INTERNAL_H

#include <linux/bits.h>
#include <linux/types.h>

#include "guest_walk.h"
#include "rflags.h"
#include "vmx_entry_check.h"
#include "vmx_fields.h"

/* Registers' bits that checks are about. */
#define CR0_PE			BIT_ULL(0)
#define CR0_WP			BIT_ULL(16)
#define CR0_NW			BIT_ULL(29)
#define CR0_CD			BIT_ULL(30)
#define CR0_PG			BIT_ULL(31)
#define CR4_PAE			BIT_ULL(5)
#define CR4_PCIDE		BIT_ULL(17)
#define CR4_CET			BIT_ULL(23)
#define EFER_LME_BIT		BIT_ULL(8)
#define EFER_LMA_BIT		BIT_ULL(10)
#define DEBUGCTL_BTF		BIT_ULL(1)

/* SDM, "Guest Register State": access rights. */
#define RIGHTS_TYPE(ar)		((ar) & 15)
#define RIGHTS_S			BIT(4)
#define RIGHTS_DPL(ar)		((ar) >> 5 & 3)
#define RIGHTS_P			BIT(7)
#define RIGHTS_L			BIT(13)
#define RIGHTS_DB			BIT(14)
#define RIGHTS_G			BIT(15)
#define RIGHTS_UNUSABLE		BIT(16)

/* SDM, "VM-Entry Interruption-Information Field". */
#define EVENT_VALID		BIT(31)
#define EVENT_ERROR_CODE	BIT(11)
#define EVENT_VECTOR(info)	((info) & 0xff)
#define EVENT_TYPE(info)	((info) >> 8 & 7)
enum {
	EVENT_EXTERNAL = 0, EVENT_NMI = 2, EVENT_EXCEPTION = 3, EVENT_SW_INTERRUPT = 4,
	EVENT_PRIVILEGED = 5, EVENT_SW_EXCEPTION = 6, EVENT_OTHER = 7,
};

/* SDM, "Guest Non-Register State". */
#define BLOCKED_STI		BIT(0)
#define BLOCKED_MOV_SS		BIT(1)
#define BLOCKED_SMI		BIT(2)
#define BLOCKED_NMI		BIT(3)
#define BLOCKED_ENCLAVE		BIT(4)
enum { ACTIVITY_ACTIVE, ACTIVITY_HLT, ACTIVITY_SHUTDOWN, ACTIVITY_WAIT_SIPI };

/* Segment registers by their place in a row of VMCS fields. */
enum { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_LDTR, SEG_TR };

/**
 * struct vmx_entry_state - what many checks look at, read once
 * @view: the VMCS.
 * @pin: pin-based controls.
 * @proc: primary processor-based controls.
 * @proc2: secondary ones, 0 where they are not activated.
 * @exit: VM-exit controls.
 * @entry: VM-entry controls.
 * @event: VM-entry interruption information, 0 when nothing is injected.
 * @interruptibility: guest interruptibility state.
 * @cr0: guest CR0.
 * @cr4: guest CR4.
 * @efer: guest IA32_EFER.
 * @rflags: guest RFLAGS.
 * @unrestricted: the guest is an unrestricted one.
 * @long_mode: the guest is to be in IA-32e mode.
 * @v8086: the guest is to be in virtual-8086 mode.
 * @rights: access rights of the segment registers.
 */
struct vmx_entry_state {
	const struct vmx_entry_view *view;
	u32 pin;
	u32 proc;
	u32 proc2;
	u32 exit;
	u32 entry;
	u32 event;
	u32 interruptibility;
	u64 cr0;
	u64 cr4;
	u64 efer;
	u64 rflags;
	bool unrestricted;
	bool long_mode;
	bool v8086;
	u32 rights[SEG_TR + 1];
};

struct vmx_entry_table {
	const struct vmx_entry_check *checks;
	unsigned int nr;
};

extern const struct vmx_entry_table vmx_entry_table_controls;
extern const struct vmx_entry_table vmx_entry_table_addresses;
extern const struct vmx_entry_table vmx_entry_table_event;
extern const struct vmx_entry_table vmx_entry_table_host;
extern const struct vmx_entry_table vmx_entry_table_guest;
extern const struct vmx_entry_table vmx_entry_table_segments;
extern const struct vmx_entry_table vmx_entry_table_nonregister;

static inline u64 entry_read(const struct vmx_entry_state *s, u32 field)
{
	return s->view->read(s->view->ctx, field);
}

/* The three verdicts most checks come to; each says what would have passed. */
static inline bool entry_expect(u64 value, u64 wanted, u64 *expected)
{
	*expected = wanted;
	return value == wanted;
}

static inline bool entry_only_bits(u64 value, u64 allowed, u64 *expected)
{
	*expected = allowed;
	return !(value & ~allowed);
}

static inline bool entry_at_most(u64 value, u64 bound, u64 *expected)
{
	*expected = bound;
	return value <= bound;
}

/* No bit of @value may differ from those that must be 1 and may be 1. */
static inline bool entry_fixed_bits(u64 value, u64 must, u64 may, u64 *expected)
{
	return entry_expect(value, (value | must) & may, expected);
}

static inline bool entry_canonical(const struct vmx_entry_state *s, u64 value, u64 *expected)
{
	return entry_expect(value, guest_canonical(value, s->view->linear_bits), expected);
}

static inline u64 entry_phys_mask(const struct vmx_entry_state *s, unsigned int low_bit)
{
	return GENMASK_ULL(s->view->phys_bits - 1, low_bit);
}

/* IA32_PAT: each byte a memory type that exists. */
static inline bool entry_pat(u64 value, u64 *expected)
{
	unsigned int byte, type;

	*expected = 0;
	for (byte = 0; byte < 8; byte++) {
		type = value >> 8 * byte & 0xff;
		if (type > 7 || type == 2 || type == 3)
			return false;
	}
	return true;
}

/* Predicates of rows, for guest and host state alike. */

bool entry_is_canonical(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected);
bool entry_pat_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected);
bool entry_efer_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			 u64 *expected);

#endif /* VMH_VMX_ENTRY_CHECK_INTERNAL_H */
