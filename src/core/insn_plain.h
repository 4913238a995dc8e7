/* SPDX-License-Identifier: GPL-2.0 */
/* What the decoder's files share. Nothing else includes this. */
#ifndef VMH_INSN_PLAIN_H
#define VMH_INSN_PLAIN_H

#include <linux/bits.h>
#include <linux/types.h>

#include "insn.h"

#define REX_B	BIT(0)
#define REX_X	BIT(1)
#define REX_R	BIT(2)
#define REX_W	BIT(3)

/**
 * insn_decode_plain - decode one of the most frequent forms of MOV
 * @bytes: INSN_MAX_BYTES, which is more than any of these forms has
 * @mode: 32-bit or 64-bit
 * @out: filled on success, undefined otherwise
 *
 * Return: true, or false if it is another instruction, which may be one of the same meaning.
 */
bool insn_decode_plain(const u8 *bytes, const struct insn_mode *mode, struct insn *out);

#endif
