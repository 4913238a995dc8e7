/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fixed corpus for the decoder: for each opcode it knows, instructions in three modes with all
 * kinds of prefixes, addresses and values, chosen by a generator whose seed is the opcode. A row
 * holds a digest of what the decoder makes of its instructions. On the host each of them is held
 * against Zydis besides (tests/host/insn_zydis.c), so the digests stand for what Zydis says.
 *
 * insn_corpus_rows.h is written by `make -s -C tests/host corpus`.
 */
#ifndef VMH_VECTORS_INSN_CORPUS_H
#define VMH_VECTORS_INSN_CORPUS_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "insn_text.h"

#define INSN_CORPUS_MODES	3
#define INSN_CORPUS_EACH	16	/* instructions of an opcode in a mode */

enum insn_corpus_map {
	CORPUS_ONE,
	CORPUS_0F,
	CORPUS_0F38,
	CORPUS_VEX,		/* the opcodes of 0F, after C5 */
	CORPUS_VEX3,		/* those of 0F, or for 2A of 0F 38, after C4 */
};

struct insn_corpus_case {
	const char *name;
	u8 map;
	u8 opcode;
	u32 digest;
};

#define CORPUS(m, c, d) { .name = #m " " #c, .map = CORPUS_##m, .opcode = c, .digest = d }

static const struct insn_corpus_case insn_corpus_cases[] = {
#include "insn_corpus_rows.h"
};

/* One instruction of the corpus, with bytes behind it up to INSN_MAX_BYTES. */
struct insn_corpus_item {
	u8 bytes[INSN_MAX_BYTES];
	u8 bits;
};

static inline u32 insn_corpus_random(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static inline unsigned int insn_corpus_prefixes(u8 *bytes, u64 *state, unsigned int bits)
{
	static const u8 prefixes[] = {
		0x66, 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
	};
	unsigned int n = 0;

	while (insn_corpus_random(state) % 2 == 0 && n < 4)
		bytes[n++] = prefixes[insn_corpus_random(state) % ARRAY_SIZE(prefixes)];
	if (bits == 64 && insn_corpus_random(state) % 2)
		bytes[n++] = 0x40 | insn_corpus_random(state) % 16;
	return n;
}

/* Without a second source; registers up to 15 in 64-bit mode only. */
static inline unsigned int insn_corpus_vex(u8 *bytes, unsigned int n, u64 *state,
					   const struct insn_corpus_case *c, unsigned int bits)
{
	u32 random = insn_corpus_random(state);
	u8 inverted = bits == 64 ? random & 0xe0 : 0xe0;

	if (c->map == CORPUS_VEX) {
		bytes[n++] = 0xc5;
		bytes[n++] = (bits == 64 ? random & 0x80 : 0x80) | 0x78 | (random & 7);
		return n;
	}
	bytes[n++] = 0xc4;
	bytes[n++] = inverted | (c->opcode == 0x2a ? 2 : 1);
	bytes[n++] = (random >> 8 & 0x87) | 0x78;
	return n;
}

static inline unsigned int insn_corpus_opcode(u8 *bytes, unsigned int n, u64 *state,
					      const struct insn_corpus_case *c, unsigned int bits)
{
	if (c->map == CORPUS_VEX || c->map == CORPUS_VEX3)
		return insn_corpus_vex(bytes, n, state, c, bits);
	if (c->map != CORPUS_ONE)
		bytes[n++] = 0x0f;
	if (c->map == CORPUS_0F38)
		bytes[n++] = 0x38;
	return n;
}

/* Instruction @i of an opcode. Mostly with memory, as ModRM says if there is one. */
static inline struct insn_corpus_item insn_corpus_make(const struct insn_corpus_case *c,
						       unsigned int mode, unsigned int i)
{
	u64 state = (u64)c->map << 32 | c->opcode << 16 | mode << 8 | i;
	struct insn_corpus_item item = { .bits = 16 << mode };
	bool vex = c->map == CORPUS_VEX || c->map == CORPUS_VEX3;
	unsigned int n = 0;

	insn_corpus_random(&state);
	if (!vex || insn_corpus_random(&state) % 4 == 0)
		n = insn_corpus_prefixes(item.bytes, &state, item.bits);
	n = insn_corpus_opcode(item.bytes, n, &state, c, item.bits);
	item.bytes[n++] = c->opcode;
	item.bytes[n] = insn_corpus_random(&state);
	if (insn_corpus_random(&state) % 8)
		item.bytes[n] &= 0xbf;
	for (n++; n < INSN_MAX_BYTES; n++)
		item.bytes[n] = insn_corpus_random(&state);
	return item;
}

static inline u32 insn_corpus_hash(u32 hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (u8)*text) * 16777619U;
	return hash;
}

/* What the decoder makes of one, as text and length, or the errno. Returns the same. */
static inline int insn_corpus_decode(const struct insn_corpus_item *item, u32 *hash)
{
	struct insn_mode mode = insn_case_mode(item->bits);
	char text[INSN_TEXT_BYTES];
	struct insn insn;
	char number[16];
	int ret;

	ret = insn_decode(item->bytes, sizeof(item->bytes), &mode, &insn);
	if (!ret) {
		insn_text(text, sizeof(text), &insn);
		*hash = insn_corpus_hash(*hash, text);
	}
	snprintf(number, sizeof(number), "%d", ret ?: insn.len);
	*hash = insn_corpus_hash(*hash, number);
	return ret;
}

static inline u32 insn_corpus_digest(const struct insn_corpus_case *c, unsigned int *decoded)
{
	struct insn_corpus_item item;
	u32 hash = 2166136261U;
	unsigned int mode, i;

	for (mode = 0; mode < INSN_CORPUS_MODES; mode++) {
		for (i = 0; i < INSN_CORPUS_EACH; i++) {
			item = insn_corpus_make(c, mode, i);
			if (!insn_corpus_decode(&item, &hash))
				++*decoded;
		}
	}
	return hash;
}

static inline bool insn_corpus_case_ok(const struct insn_corpus_case *c, char *why, size_t why_len)
{
	unsigned int decoded = 0;
	u32 digest = insn_corpus_digest(c, &decoded);

	if (digest == c->digest)
		return true;
	snprintf(why, why_len, "digest %#x, want %#x", digest, c->digest);
	return false;
}

#endif
