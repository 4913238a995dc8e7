// SPDX-License-Identifier: GPL-2.0
/*
 * Encodings with VEX that work on general registers, or MXCSR (SDM vol. 2, appendix "Opcode Map").
 */
#include <linux/kernel.h>

#include "insn_form.h"

#define ANY_REG	0xff

struct vex_form {
	u8 map;
	u8 opcode;
	u8 prefix;
	u8 modrm_reg;
	struct insn_form form;
};

#define ROW_REG(m, c, p, r, ...) \
	{ .map = INSN_MAP_##m, .opcode = (c), .prefix = INSN_PREFIX_##p, .modrm_reg = (r), \
	  .form = FORM3(__VA_ARGS__, REXW, 0) }
#define MXCSR_ROW(r, o, d, s) \
	{ .map = INSN_MAP_0F, .opcode = 0xae, .prefix = INSN_PREFIX_NONE, .modrm_reg = (r), \
	  .form = FORM(o, d, s, 4, FORM_MEMORY) }
#define ROW(m, c, p, ...) ROW_REG(m, c, p, ANY_REG, __VA_ARGS__)

static const struct vex_form vex_forms[] = {
	MXCSR_ROW(2, LOAD_SYS, MXCSR, RM),
	MXCSR_ROW(3, STORE_SYS, RM, MXCSR),
	ROW(0F38, 0xf2, NONE, ANDN, REG, RM, VVVV),
	ROW_REG(0F38, 0xf3, NONE, 1, BLSR, VVVV, RM, NONE),
	ROW_REG(0F38, 0xf3, NONE, 2, BLSMSK, VVVV, RM, NONE),
	ROW_REG(0F38, 0xf3, NONE, 3, BLSI, VVVV, RM, NONE),
	ROW(0F38, 0xf5, NONE, BZHI, REG, RM, VVVV),
	ROW(0F38, 0xf5, F2, PDEP, REG, RM, VVVV),
	ROW(0F38, 0xf5, F3, PEXT, REG, RM, VVVV),
	ROW(0F38, 0xf6, F2, MULX, REG, RM, VVVV),
	ROW(0F38, 0xf7, NONE, BEXTR, REG, RM, VVVV),
	ROW(0F38, 0xf7, 66, SHLX, REG, RM, VVVV),
	ROW(0F38, 0xf7, F3, SARX, REG, RM, VVVV),
	ROW(0F38, 0xf7, F2, SHRX, REG, RM, VVVV),
	ROW(0F3A, 0xf0, F2, RORX, REG, RM, COUNT),
};

const struct insn_form *insn_form_vex(enum insn_map map, u8 opcode, enum insn_prefix prefix,
				      u8 modrm)
{
	const struct vex_form *row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vex_forms); i++) {
		row = &vex_forms[i];
		if (row->map != map || row->opcode != opcode || row->prefix != prefix)
			continue;
		if (row->modrm_reg == ANY_REG || row->modrm_reg == (modrm >> 3 & 7))
			return &row->form;
	}
	return NULL;
}
