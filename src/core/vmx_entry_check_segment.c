// SPDX-License-Identifier: GPL-2.0
/* Entry checks on guest segment registers. The argument of each is the segment register. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define CHAPTER		"Checks on Guest Segment Registers"

#define SELECTOR_RPL(s)		((s) & 3)
#define SELECTOR_TI		BIT(2)
#define RIGHTS_RESERVED		0xfffe0f00U
#define V8086_RIGHTS		0xf3
#define V8086_LIMIT		0xffff
#define TYPE_DATA_RW		3		/* read/write, accessed */
#define TYPE_DATA_DOWN		7		/* the same, expand-down */
#define TYPE_LDT		2
#define TYPE_BUSY_TSS16		3
#define TYPE_BUSY_TSS		11

static u32 selector(const struct vmx_entry_state *s, unsigned int seg)
{
	return entry_read(s, VMX_F_ES_SELECTOR + 2 * seg);
}

static u32 limit(const struct vmx_entry_state *s, unsigned int seg)
{
	return entry_read(s, VMX_F_ES_LIMIT + 2 * seg);
}

static bool is_code_type(unsigned int type)
{
	return type >= 8;
}

/* CS and TR are always in use; the others unless their access rights say otherwise. */
static bool is_usable(const struct vmx_entry_state *s, unsigned int seg)
{
	return seg == SEG_CS || seg == SEG_TR || !(s->rights[seg] & RIGHTS_UNUSABLE);
}

/* Access rights of code and data segments, outside virtual-8086 mode, where they are fixed. */
static bool is_described(const struct vmx_entry_state *s, unsigned int seg)
{
	return !s->v8086 && is_usable(s, seg);
}

static bool in_v8086_mode(const struct vmx_entry_state *s, unsigned int seg)
{
	return s->v8086;
}

static bool not_in_v8086_mode(const struct vmx_entry_state *s, unsigned int seg)
{
	return !s->v8086;
}

static bool is_restricted(const struct vmx_entry_state *s, unsigned int seg)
{
	return !s->v8086 && !s->unrestricted;
}

static bool ti_is_zero(const struct vmx_entry_state *s, unsigned int seg, u64 value,
		       u64 *expected)
{
	return entry_expect(value, value & ~(u64)SELECTOR_TI, expected);
}

static bool ss_rpl_is_that_of_cs(const struct vmx_entry_state *s, unsigned int seg, u64 value,
				 u64 *expected)
{
	return entry_expect(SELECTOR_RPL(value), SELECTOR_RPL(selector(s, SEG_CS)), expected);
}

static bool base_is_selector(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			     u64 *expected)
{
	return entry_expect(value, (u64)selector(s, seg) << 4, expected);
}

static bool base_is_32_bits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			    u64 *expected)
{
	return entry_only_bits(value, 0xffffffff, expected);
}

static bool limit_is_v8086(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			   u64 *expected)
{
	return entry_expect(value, V8086_LIMIT, expected);
}

static bool rights_are_v8086(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			     u64 *expected)
{
	return entry_expect(value, V8086_RIGHTS, expected);
}

/* With its type, @expected is one that would do. */
static bool type_or(bool ok, u64 value, unsigned int type, u64 *expected)
{
	*expected = (value & ~15ULL) | type;
	return ok;
}

static bool cs_type_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			 u64 *expected)
{
	unsigned int type = RIGHTS_TYPE(value);
	bool code = is_code_type(type) && (type & 1);

	return type_or(code || (s->unrestricted && type == TYPE_DATA_RW), value, 11, expected);
}

static bool ss_type_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			 u64 *expected)
{
	unsigned int type = RIGHTS_TYPE(value);

	return type_or(type == TYPE_DATA_RW || type == TYPE_DATA_DOWN, value, TYPE_DATA_RW,
		       expected);
}

static bool data_type_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			   u64 *expected)
{
	unsigned int type = RIGHTS_TYPE(value);
	bool readable = !is_code_type(type) || (type & 2);

	return type_or((type & 1) && readable, value, type | (is_code_type(type) ? 3 : 1),
		       expected);
}

static bool is_not_system(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			  u64 *expected)
{
	return entry_expect(value, value | RIGHTS_S, expected);
}

/* @expected is the DPL. */
static bool cs_dpl_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			u64 *expected)
{
	unsigned int dpl = RIGHTS_DPL(value), ss_dpl = RIGHTS_DPL(s->rights[SEG_SS]);

	switch (RIGHTS_TYPE(value)) {
	case TYPE_DATA_RW:
		return entry_expect(dpl, 0, expected);
	case 9:
	case 11:
		return entry_expect(dpl, ss_dpl, expected);
	case 13:
	case 15:
		return entry_at_most(dpl, ss_dpl, expected);
	}
	return true;
}

static bool ss_dpl_is_rpl(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			  u64 *expected)
{
	return entry_expect(RIGHTS_DPL(value), SELECTOR_RPL(selector(s, SEG_SS)), expected);
}

/* Real mode, or what looks like it: CS is a data segment. */
static bool runs_at_cpl_0(const struct vmx_entry_state *s, unsigned int seg)
{
	return !s->v8086 && (!(s->cr0 & CR0_PE) || RIGHTS_TYPE(s->rights[SEG_CS]) == TYPE_DATA_RW);
}

static bool ss_dpl_is_0(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			u64 *expected)
{
	return entry_expect(RIGHTS_DPL(value), 0, expected);
}

static bool data_has_privilege(const struct vmx_entry_state *s, unsigned int seg)
{
	return is_restricted(s, seg) && is_usable(s, seg) && RIGHTS_TYPE(s->rights[seg]) <= 11;
}

static bool data_dpl_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			  u64 *expected)
{
	*expected = SELECTOR_RPL(selector(s, seg));
	return RIGHTS_DPL(value) >= *expected;
}

static bool is_present(const struct vmx_entry_state *s, unsigned int seg, u64 value,
		       u64 *expected)
{
	return entry_expect(value, value | RIGHTS_P, expected);
}

static bool reserved_is_zero(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			     u64 *expected)
{
	return entry_expect(value, value & ~(u64)RIGHTS_RESERVED, expected);
}

static bool is_64_bit_code(const struct vmx_entry_state *s, unsigned int seg)
{
	return !s->v8086 && s->long_mode && (s->rights[SEG_CS] & RIGHTS_L);
}

static bool default_size_is_16(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			       u64 *expected)
{
	return entry_expect(value, value & ~(u64)RIGHTS_DB, expected);
}

/* SDM: G is 0 unless the limit's bits 11:0 are all 1, and 1 if any of its bits 31:20 is. */
static bool granularity_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			     u64 *expected)
{
	u32 bytes = limit(s, seg);

	*expected = value ^ RIGHTS_G;
	return value & RIGHTS_G ? (bytes & 0xfff) == 0xfff : !(bytes >> 20);
}

static bool tr_type_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			 u64 *expected)
{
	unsigned int type = RIGHTS_TYPE(value);

	return type_or(type == TYPE_BUSY_TSS || (!s->long_mode && type == TYPE_BUSY_TSS16), value,
		       TYPE_BUSY_TSS, expected);
}

static bool ldtr_type_fits(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			   u64 *expected)
{
	return type_or(RIGHTS_TYPE(value) == TYPE_LDT, value, TYPE_LDT, expected);
}

static bool is_system(const struct vmx_entry_state *s, unsigned int seg, u64 value,
		      u64 *expected)
{
	return entry_expect(value, value & ~(u64)RIGHTS_S, expected);
}

static bool tr_is_usable(const struct vmx_entry_state *s, unsigned int seg, u64 value,
			 u64 *expected)
{
	return entry_expect(value, value & ~(u64)RIGHTS_UNUSABLE, expected);
}

/* Rows are numbered 3000 + rule * 10 + segment: the numbers stay when a rule is added. */
#define ROW(rule, seg, part, n, when, what, words) \
	{ .id = 3000 + (rule) * 10 + SEG_##seg, .arg = SEG_##seg, .field = VMX_F_##seg##_##part, \
	  .name = (n), .text = (words), .chapter = CHAPTER, .applies = (when), .holds = (what) }

/* Below, @n is the segment register's name in lower case. */
#define BASE_V8086(seg, n) \
	ROW(32, seg, BASE, n "-base-v8086", in_v8086_mode, base_is_selector, \
	    "virtual-8086 mode: the base is 16 times the selector")
#define LIMIT_V8086(seg, n) \
	ROW(33, seg, LIMIT, n "-limit-v8086", in_v8086_mode, limit_is_v8086, \
	    "virtual-8086 mode: the limit is 0xffff")
#define RIGHTS_V8086(seg, n) \
	ROW(34, seg, RIGHTS, n "-rights-v8086", in_v8086_mode, rights_are_v8086, \
	    "virtual-8086 mode: the access rights are 0xf3")
#define NOT_SYSTEM(seg, n) \
	ROW(35, seg, RIGHTS, n "-s", is_described, is_not_system, \
	    "S is 1: a code or data segment")
#define PRESENT(seg, n, when) \
	ROW(36, seg, RIGHTS, n "-present", when, is_present, \
	    "P is 1")
#define RESERVED(seg, n, when) \
	ROW(37, seg, RIGHTS, n "-reserved", when, reserved_is_zero, \
	    "bits 11:8 and 31:17 are 0")
#define GRANULARITY(seg, n, when) \
	ROW(38, seg, RIGHTS, n "-granularity", when, granularity_fits, \
	    "G fits the limit: its low 12 bits, its high 12 bits")
#define DATA_TYPE(seg, n) \
	ROW(39, seg, RIGHTS, n "-type", is_described, data_type_fits, \
	    "accessed, and readable if it is code")
#define DATA_DPL(seg, n) \
	ROW(40, seg, RIGHTS, n "-dpl", data_has_privilege, data_dpl_fits, \
	    "DPL is not below the selector's RPL")
#define SYSTEM(seg, n, when) \
	ROW(35, seg, RIGHTS, n "-s", when, is_system, \
	    "S is 0: a system segment")
#define GLOBAL(seg, n, when) \
	ROW(41, seg, SELECTOR, n "-ti", when, ti_is_zero, \
	    "TI is 0: the selector is of the GDT")
#define BASE_CANONICAL(seg, n, when) \
	ROW(42, seg, BASE, n "-base-canonical", when, entry_is_canonical, \
	    "a canonical address")
#define BASE_WIDTH(seg, n) \
	ROW(43, seg, BASE, n "-base-width", is_usable, base_is_32_bits, \
	    "bits 63:32 are 0")

static const struct vmx_entry_check checks[] = {
	BASE_V8086(ES, "es"), BASE_V8086(CS, "cs"), BASE_V8086(SS, "ss"), BASE_V8086(DS, "ds"),
	BASE_V8086(FS, "fs"), BASE_V8086(GS, "gs"),
	LIMIT_V8086(ES, "es"), LIMIT_V8086(CS, "cs"), LIMIT_V8086(SS, "ss"),
	LIMIT_V8086(DS, "ds"), LIMIT_V8086(FS, "fs"), LIMIT_V8086(GS, "gs"),
	RIGHTS_V8086(ES, "es"), RIGHTS_V8086(CS, "cs"), RIGHTS_V8086(SS, "ss"),
	RIGHTS_V8086(DS, "ds"), RIGHTS_V8086(FS, "fs"), RIGHTS_V8086(GS, "gs"),
	NOT_SYSTEM(ES, "es"), NOT_SYSTEM(CS, "cs"), NOT_SYSTEM(SS, "ss"), NOT_SYSTEM(DS, "ds"),
	NOT_SYSTEM(FS, "fs"), NOT_SYSTEM(GS, "gs"),
	PRESENT(ES, "es", is_described), PRESENT(CS, "cs", is_described),
	PRESENT(SS, "ss", is_described), PRESENT(DS, "ds", is_described),
	PRESENT(FS, "fs", is_described), PRESENT(GS, "gs", is_described),
	RESERVED(ES, "es", is_described), RESERVED(CS, "cs", is_described),
	RESERVED(SS, "ss", is_described), RESERVED(DS, "ds", is_described),
	RESERVED(FS, "fs", is_described), RESERVED(GS, "gs", is_described),
	GRANULARITY(ES, "es", is_described), GRANULARITY(CS, "cs", is_described),
	GRANULARITY(SS, "ss", is_described), GRANULARITY(DS, "ds", is_described),
	GRANULARITY(FS, "fs", is_described), GRANULARITY(GS, "gs", is_described),
	SYSTEM(LDTR, "ldtr", is_usable), SYSTEM(TR, "tr", NULL),
	PRESENT(LDTR, "ldtr", is_usable), PRESENT(TR, "tr", NULL),
	RESERVED(LDTR, "ldtr", is_usable), RESERVED(TR, "tr", NULL),
	GRANULARITY(LDTR, "ldtr", is_usable), GRANULARITY(TR, "tr", NULL),
	GLOBAL(LDTR, "ldtr", is_usable), GLOBAL(TR, "tr", NULL),
	DATA_TYPE(ES, "es"), DATA_TYPE(DS, "ds"), DATA_TYPE(FS, "fs"), DATA_TYPE(GS, "gs"),
	DATA_DPL(ES, "es"), DATA_DPL(DS, "ds"), DATA_DPL(FS, "fs"), DATA_DPL(GS, "gs"),
	BASE_WIDTH(ES, "es"), BASE_WIDTH(CS, "cs"), BASE_WIDTH(SS, "ss"), BASE_WIDTH(DS, "ds"),
	BASE_CANONICAL(FS, "fs", NULL), BASE_CANONICAL(GS, "gs", NULL),
	BASE_CANONICAL(LDTR, "ldtr", is_usable), BASE_CANONICAL(TR, "tr", NULL),
	ROW(39, CS, RIGHTS, "cs-type", not_in_v8086_mode, cs_type_fits,
	    "accessed code, or data read/write for an unrestricted guest"),
	ROW(39, SS, RIGHTS, "ss-type", is_described, ss_type_fits, "data: read/write, accessed"),
	ROW(39, LDTR, RIGHTS, "ldtr-type", is_usable, ldtr_type_fits, "type 2: LDT"),
	ROW(39, TR, RIGHTS, "tr-type", NULL, tr_type_fits,
	    "type 11: busy TSS; or 3, the 16-bit one, outside IA-32e mode"),
	ROW(44, TR, RIGHTS, "tr-usable", NULL, tr_is_usable, "TR is not unusable"),
	ROW(45, CS, RIGHTS, "cs-dpl", not_in_v8086_mode, cs_dpl_fits,
	    "DPL is that of SS; at most that if conforming; 0 for data"),
	ROW(46, SS, RIGHTS, "ss-dpl-rpl", is_restricted, ss_dpl_is_rpl,
	    "DPL is the selector's RPL"),
	ROW(47, SS, RIGHTS, "ss-dpl-zero", runs_at_cpl_0, ss_dpl_is_0,
	    "DPL is 0 in real mode and when CS is a data segment"),
	ROW(48, SS, SELECTOR, "ss-rpl", is_restricted, ss_rpl_is_that_of_cs, "RPL is that of CS"),
	ROW(49, CS, RIGHTS, "cs-default-size", is_64_bit_code, default_size_is_16,
	    "D is 0 for 64-bit code"),
};

const struct vmx_entry_table vmx_entry_table_segments = { checks, ARRAY_SIZE(checks) };
