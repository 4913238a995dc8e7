// SPDX-License-Identifier: GPL-2.0
/*
 * Encodings with VEX that work on general registers, or MXCSR (SDM vol. 2, appendix "Opcode Map").
 */
#include <linux/kernel.h>

#include "insn_form.h"

#define ROW_REG(m, c, p, r, ...)	FORM_ROW(m, c, p, r, FORM3(__VA_ARGS__, REXW, 0))
#define ROW(m, c, p, ...)		ROW_REG(m, c, p, ANY_REG, __VA_ARGS__)
#define MXCSR_ROW(r, o, d, s)		FORM_ROW(0F, 0xae, NONE, r, FORM(o, d, s, 4, FORM_MEMORY))

static const struct insn_row vex_forms[] = {
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
	return insn_row_find(vex_forms, ARRAY_SIZE(vex_forms), map, opcode, prefix, modrm);
}
