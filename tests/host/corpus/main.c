// SPDX-License-Identifier: GPL-2.0
/* Writes tests/vectors/insn_corpus_rows.h: the opcodes that the decoder knows, with digests. */
#include <stdio.h>

#include <linux/kernel.h>
#include "../../vectors/insn_corpus.h"

static void print_row(const char *map, const struct insn_corpus_case *c)
{
	unsigned int decoded = 0;
	u32 digest = insn_corpus_digest(c, &decoded);

	if (decoded)
		printf("\tCORPUS(%s, 0x%02x, 0x%08x),\n", map, c->opcode, digest);
}

/* Prefixes, and what leads to other maps. */
static bool is_no_opcode(unsigned int map, unsigned int byte)
{
	if (map == CORPUS_0F)
		return byte == 0x38 || byte == 0x3a;
	if (map != CORPUS_ONE)
		return false;
	return byte == 0x0f || (byte & 0xe7) == 0x26 || (byte & 0xf0) == 0x40 ||
	       (byte & 0xfc) == 0x64 || (byte & 0xfe) == 0xc4 || byte == 0xf0 ||
	       (byte & 0xfe) == 0xf2;
}

int main(void)
{
	static const char * const names[] = { "ONE", "0F", "0F38", "VEX", "VEX3" };
	struct insn_corpus_case c;
	unsigned int opcode;

	printf("/* %s-License-Identifier: GPL-2.0 */\n", "SPDX");
	puts("/* Written by `make -s -C tests/host corpus`. Included by insn_corpus.h only. */");
	for (c.map = 0; c.map < ARRAY_SIZE(names); c.map++) {
		for (opcode = 0; opcode < 256; opcode++) {
			c.opcode = opcode;
			if (!is_no_opcode(c.map, opcode))
				print_row(names[c.map], &c);
		}
	}
	return 0;
}
