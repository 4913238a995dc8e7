/* SPDX-License-Identifier: GPL-2.0 */
/* How the tables of encodings are written. They alone include this. */
#ifndef VMH_INSN_FORM_H
#define VMH_INSN_FORM_H

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

#endif
