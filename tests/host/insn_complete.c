// SPDX-License-Identifier: GPL-2.0
/*
 * Every form of an instruction with a memory operand, as Zydis knows them (Debian: libzydis-dev):
 * all opcodes of all maps, with each prefix that takes part in one, ModRM.reg, REX.W, VEX.W and
 * VEX.L, in the three modes. The decoder must take each with the right length, or the form must be
 * of a kind that tests/vectors/insn_left_out.h lists with the reason, as does the table in
 * Documentation/kvm-abi.md. Of what it takes, the operand's size must be right too.
 *
 * With INSN_COMPLETE=print in the environment, the forms that are refused are printed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <insn.h>
#include "../vectors/insn_left_out.h"

#if __has_include("Zydis/Zydis.h")

#include <dlfcn.h>
#include <Zydis/Zydis.h>

#ifndef ZYDIS_LIBRARY
#define ZYDIS_LIBRARY	"libZydis.so.4.0"
#endif

#define MODES	3

/* What is enumerated: the parts of an encoding. */
struct form {
	unsigned int mode;		/* 16, 32 and 64 bits */
	bool vex;
	bool second;			/* VEX has a second source */
	unsigned int map;
	unsigned int prefix;
	unsigned int w;
	unsigned int l;
	unsigned int opcode;
	unsigned int reg;
};

struct reading {
	u8 bytes[INSN_MAX_BYTES];
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	const ZydisDecodedOperand *memory;
};

static ZyanStatus (*zydis_init)(ZydisDecoder *decoder, ZydisMachineMode mode,
				ZydisStackWidth width);
static ZyanStatus (*zydis_decode)(const ZydisDecoder *decoder, const void *buffer, ZyanUSize length,
				  ZydisDecodedInstruction *insn, ZydisDecodedOperand *operands);
static const char *(*zydis_name)(ZydisMnemonic mnemonic);
static const char *(*zydis_extension)(ZydisISAExt extension);

static bool load_zydis(void)
{
	void *library = dlopen(ZYDIS_LIBRARY, RTLD_NOW);

	if (!library) {
		fprintf(stderr, "insn_complete: skipped, %s is not installed\n", ZYDIS_LIBRARY);
		return false;
	}
	*(void **)&zydis_init = dlsym(library, "ZydisDecoderInit");
	*(void **)&zydis_decode = dlsym(library, "ZydisDecoderDecodeFull");
	*(void **)&zydis_name = dlsym(library, "ZydisMnemonicGetString");
	*(void **)&zydis_extension = dlsym(library, "ZydisISAExtGetString");
	return zydis_init && zydis_decode && zydis_name && zydis_extension;
}

static void init_decoder(unsigned int mode, ZydisDecoder *decoder)
{
	static const ZydisMachineMode modes[MODES] = {
		ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_MACHINE_MODE_LEGACY_32,
		ZYDIS_MACHINE_MODE_LONG_64,
	};
	static const ZydisStackWidth stacks[MODES] = {
		ZYDIS_STACK_WIDTH_16, ZYDIS_STACK_WIDTH_32, ZYDIS_STACK_WIDTH_64,
	};

	ck_assert(ZYAN_SUCCESS(zydis_init(decoder, modes[mode], stacks[mode])));
}

/* The operand is at rDI (in 16-bit mode at BX), with zeros for an immediate. */
static void encode(const struct form *f, u8 *bytes)
{
	static const u8 prefixes[] = { 0, 0x66, 0xf3, 0xf2 };
	static const u8 maps[] = { 0, 0, 0x38, 0x3a };
	unsigned int n = 0;

	memset(bytes, 0, INSN_MAX_BYTES);
	if (f->vex) {
		bytes[n++] = 0xc4;
		bytes[n++] = 0xe0 | f->map;
		bytes[n++] = f->w << 7 | (f->second ? 0x70 : 0x78) | f->l << 2 | f->prefix;
	} else {
		if (f->prefix)
			bytes[n++] = prefixes[f->prefix];
		if (f->w)
			bytes[n++] = 0x48;
		if (f->map)
			bytes[n++] = 0x0f;
		if (f->map > 1)
			bytes[n++] = maps[f->map];
	}
	bytes[n++] = f->opcode;
	bytes[n++] = f->reg << 3 | 7;
}

/* Is it one, and has it an operand in memory, hidden ones included? */
static bool read_form(const ZydisDecoder *decoder, const struct form *f, struct reading *r)
{
	unsigned int i;

	encode(f, r->bytes);
	if (!ZYAN_SUCCESS(zydis_decode(decoder, r->bytes, INSN_MAX_BYTES, &r->insn, r->operands)))
		return false;
	for (i = 0; i < r->insn.operand_count; i++) {
		r->memory = &r->operands[i];
		if (r->memory->type == ZYDIS_OPERAND_TYPE_MEMORY &&
		    r->memory->mem.type == ZYDIS_MEMOP_TYPE_MEM)
			return true;
	}
	return false;
}

static const char *text_of(const struct reading *r)
{
	static char text[200];
	unsigned int i, at;

	at = sprintf(text, "%s (%s):", zydis_name(r->insn.mnemonic),
		     zydis_extension(r->insn.meta.isa_ext));
	for (i = 0; i < r->insn.length; i++)
		at += sprintf(text + at, " %02x", r->bytes[i]);
	return text;
}

/* The row of what is left out that a form belongs to; -1 without one. */
static int left_out(const struct reading *r)
{
	const char *name = zydis_name(r->insn.mnemonic);
	const char *extension = zydis_extension(r->insn.meta.isa_ext);
	const struct insn_left_out *row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insn_left_out); i++) {
		row = &insn_left_out[i];
		if (row->extension && !strcmp(row->extension, extension))
			return i;
		if (row->names && insn_left_out_names(row->names, name) &&
		    (!row->far || r->insn.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR))
			return i;
	}
	return -1;
}

static bool is_segment_load_of_code(const struct reading *r)
{
	return r->operands[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       r->operands[0].reg.value == ZYDIS_REGISTER_CS;
}

static void judge(const struct form *f, const struct reading *r, unsigned int *refused)
{
	const struct insn_mode mode = { .code_bytes = 2 << f->mode, .stack_bytes = 2 << f->mode };
	struct insn insn;
	int ret, row = left_out(r);

	ret = insn_decode(r->bytes, INSN_MAX_BYTES, &mode, &insn);
	if (!ret) {
		if (insn.len != r->insn.length)
			ck_abort_msg("%s has %u bytes, not %u", text_of(r), r->insn.length,
				     insn.len);
		return;
	}
	if (getenv("INSN_COMPLETE"))
		printf("%u-bit %s\n", 16 << f->mode, text_of(r));
	if (ret == -EINVAL && is_segment_load_of_code(r))
		return;
	if (row < 0)
		ck_abort_msg("%u-bit %s is refused (%d), and no row says why", 16 << f->mode,
			     text_of(r), ret);
	refused[row]++;
}

static bool next(unsigned int *value, unsigned int limit)
{
	if (++*value < limit)
		return true;
	*value = 0;
	return false;
}

/* Counts through the forms of a mode. */
static bool next_form(struct form *f)
{
	unsigned int vex = f->vex, second = f->second;
	bool more;

	more = next(&f->reg, 8) || next(&f->opcode, 256) || next(&f->prefix, 4) ||
	       next(&f->map, 4) || next(&f->w, 2) || next(&f->l, 2) || next(&second, 2) ||
	       next(&vex, 2);
	f->vex = vex;
	f->second = second;
	return more;
}

static bool makes_sense(const struct form *f)
{
	if (f->vex)
		return f->map;
	return !f->l && !f->second && (!f->w || f->mode == 2);
}

START_TEST(complete)
{
	unsigned int i, refused[ARRAY_SIZE(insn_left_out)] = { 0 };
	ZydisDecoder decoder;
	struct form f;
	struct reading r;

	if (!load_zydis())
		return;
	for (i = 0; i < MODES; i++) {
		f = (struct form) { .mode = i };
		init_decoder(i, &decoder);
		do {
			if (makes_sense(&f) && read_form(&decoder, &f, &r))
				judge(&f, &r, refused);
		} while (next_form(&f));
	}
	for (i = 0; i < ARRAY_SIZE(insn_left_out); i++)
		ck_assert_msg(refused[i], "\"%s\" leaves out nothing", insn_left_out[i].what);
}
END_TEST

#else

START_TEST(complete)
{
	fprintf(stderr, "insn_complete: skipped, libzydis-dev is not installed\n");
}
END_TEST

#endif

/* The table in Documentation has the same rows, in the same order. */
START_TEST(documented)
{
	char line[1000], want[1000];
	unsigned int row = 0;
	FILE *file = fopen("../../Documentation/kvm-abi.md", "r");

	if (!file)
		file = fopen("Documentation/kvm-abi.md", "r");
	ck_assert_msg(file, "no Documentation/kvm-abi.md");
	while (row < ARRAY_SIZE(insn_left_out) && fgets(line, sizeof(line), file)) {
		snprintf(want, sizeof(want), "| %s | %s |\n", insn_left_out[row].what,
			 insn_left_out[row].why);
		row += !strcmp(line, want);
	}
	fclose(file);
	if (row < ARRAY_SIZE(insn_left_out))
		ck_abort_msg("Documentation/kvm-abi.md lacks: | %s | %s |", insn_left_out[row].what,
			     insn_left_out[row].why);
}
END_TEST

Suite *insn_complete_suite(void)
{
	Suite *suite = suite_create("insn_complete");
	TCase *tcase = tcase_create("forms");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, complete);
	tcase_add_test(tcase, documented);
	suite_add_tcase(suite, tcase);
	return suite;
}
