/* SPDX-License-Identifier: GPL-2.0 */
/* How the tables of encodings are written. They alone include this. */
#ifndef VMH_INSN_FORM_H
#define VMH_INSN_FORM_H

#include <linux/types.h>

#include "insn.h"
#include "insn_table.h"

/* Which operands a ModRM byte encodes. */
#define NEEDS_MODRM(d) \
	((d) == FORM_RM || (d) == FORM_REG || (d) == FORM_XMM_RM || (d) == FORM_XMM || \
	 (d) == FORM_SREG)
#define MODRM_FLAG(d, s) \
	(NEEDS_MODRM(FORM_##d) || NEEDS_MODRM(FORM_##s) ? FORM_MODRM : 0)

/* Destination, source, size, flags; with the source's size; with a third operand. */
#define FORM(o, d, s, z, f) \
	{ .op = INSN_##o, .dst = FORM_##d, .src = FORM_##s, .size = FORM_##z, \
	  .flags = (f) | MODRM_FLAG(d, s) }
#define FORM2(o, d, s, z, sz, f) \
	{ .op = INSN_##o, .dst = FORM_##d, .src = FORM_##s, .size = FORM_##z, \
	  .src_size = FORM_##sz, .flags = (f) | MODRM_FLAG(d, s) }
#define FORM3(o, d, s, t, z, f) \
	{ .op = INSN_##o, .dst = FORM_##d, .src = FORM_##s, .third = FORM_##t, \
	  .size = FORM_##z, .flags = (f) | MODRM_FLAG(d, s) }
#define FORM3_2(o, d, s, t, z, sz, f) \
	{ .op = INSN_##o, .dst = FORM_##d, .src = FORM_##s, .third = FORM_##t, \
	  .size = FORM_##z, .src_size = FORM_##sz, .flags = (f) | MODRM_FLAG(d, s) }

/**
 * struct insn_row - a form that a prefix selects
 * @map: enum insn_map
 * @opcode: its last byte
 * @prefix: enum insn_prefix
 * @modrm_reg: ModRM.reg, or ANY_REG
 * @form: the form
 */
struct insn_row {
	u8 map;
	u8 opcode;
	u8 prefix;
	u8 modrm_reg;
	struct insn_form form;
};

#define ANY_REG	0xff

#define FORM_ROW(m, c, p, r, f) \
	{ .map = INSN_MAP_##m, .opcode = (c), .prefix = INSN_PREFIX_##p, .modrm_reg = (r), \
	  .form = f }

/* NULL if there is none. */
static inline const struct insn_form *insn_row_find(const struct insn_row *rows, size_t count,
						    enum insn_map map, u8 opcode,
						    enum insn_prefix prefix, u8 modrm)
{
	const struct insn_row *row;

	for (row = rows; row < rows + count; row++) {
		if (row->map != map || row->opcode != opcode || row->prefix != prefix)
			continue;
		if (row->modrm_reg == ANY_REG || row->modrm_reg == (modrm >> 3 & 7))
			return &row->form;
	}
	return NULL;
}

#endif
