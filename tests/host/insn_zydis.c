// SPDX-License-Identifier: GPL-2.0
/*
 * The decoder beside Zydis (Debian: libzydis-dev): both read random bytes, and have to agree about
 * length, operation, operands and addresses. Skipped, with a message, where Zydis is not installed.
 * FUZZ_ROUNDS and FUZZ_SEED in the environment make it run longer, or elsewhere.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <insn.h>
#include "../vectors/insn_corpus.h"

#if __has_include("Zydis/Zydis.h")

#include <dlfcn.h>
#include <Zydis/Zydis.h>

#define ROUNDS	300000

#ifndef ZYDIS_LIBRARY
#define ZYDIS_LIBRARY	"libZydis.so.4.0"
#endif

struct reading {
	u8 bytes[INSN_MAX_BYTES];
	unsigned int bits;
	int ret;
	struct insn ours;
	ZyanStatus status;
	ZydisDecodedInstruction theirs;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

static ZyanStatus (*zydis_init)(ZydisDecoder *decoder, ZydisMachineMode mode,
				ZydisStackWidth width);
static ZyanStatus (*zydis_decode)(const ZydisDecoder *decoder, const void *buffer, ZyanUSize length,
				  ZydisDecodedInstruction *insn, ZydisDecodedOperand *operands);

#define CONDITION(name, number) \
	{ ZYDIS_MNEMONIC_SET##name, INSN_SETCC, number }, \
	{ ZYDIS_MNEMONIC_CMOV##name, INSN_CMOV, number }

/* Which mnemonics are one of our operations. Those whose ops has two of one name share a row. */
static const struct {
	ZydisMnemonic mnemonic;
	u8 op;
	u8 cond;
} mnemonics[] = {
	{ ZYDIS_MNEMONIC_ADD, INSN_ADD },
	{ ZYDIS_MNEMONIC_OR, INSN_OR },
	{ ZYDIS_MNEMONIC_ADC, INSN_ADC },
	{ ZYDIS_MNEMONIC_SBB, INSN_SBB },
	{ ZYDIS_MNEMONIC_AND, INSN_AND },
	{ ZYDIS_MNEMONIC_SUB, INSN_SUB },
	{ ZYDIS_MNEMONIC_XOR, INSN_XOR },
	{ ZYDIS_MNEMONIC_CMP, INSN_CMP },
	{ ZYDIS_MNEMONIC_TEST, INSN_TEST },
	{ ZYDIS_MNEMONIC_NOT, INSN_NOT },
	{ ZYDIS_MNEMONIC_NEG, INSN_NEG },
	{ ZYDIS_MNEMONIC_INC, INSN_INC },
	{ ZYDIS_MNEMONIC_DEC, INSN_DEC },
	{ ZYDIS_MNEMONIC_MOV, INSN_MOV },
	{ ZYDIS_MNEMONIC_MOVNTI, INSN_MOV },
	{ ZYDIS_MNEMONIC_MOVZX, INSN_MOVZX },
	{ ZYDIS_MNEMONIC_MOVSX, INSN_MOVSX },
	{ ZYDIS_MNEMONIC_MOVSXD, INSN_MOVSX },
	{ ZYDIS_MNEMONIC_MOVBE, INSN_MOVBE },
	{ ZYDIS_MNEMONIC_XCHG, INSN_XCHG },
	{ ZYDIS_MNEMONIC_XADD, INSN_XADD },
	{ ZYDIS_MNEMONIC_CMPXCHG, INSN_CMPXCHG },
	{ ZYDIS_MNEMONIC_CMPXCHG8B, INSN_CMPXCHG8B },
	{ ZYDIS_MNEMONIC_CMPXCHG16B, INSN_CMPXCHG8B },
	{ ZYDIS_MNEMONIC_BT, INSN_BT },
	{ ZYDIS_MNEMONIC_BTS, INSN_BTS },
	{ ZYDIS_MNEMONIC_BTR, INSN_BTR },
	{ ZYDIS_MNEMONIC_BTC, INSN_BTC },
	{ ZYDIS_MNEMONIC_PUSH, INSN_PUSH },
	{ ZYDIS_MNEMONIC_POP, INSN_POP },
	{ ZYDIS_MNEMONIC_MOVSB, INSN_MOVS },
	{ ZYDIS_MNEMONIC_MOVSW, INSN_MOVS },
	{ ZYDIS_MNEMONIC_MOVSQ, INSN_MOVS },
	{ ZYDIS_MNEMONIC_STOSB, INSN_STOS },
	{ ZYDIS_MNEMONIC_STOSW, INSN_STOS },
	{ ZYDIS_MNEMONIC_STOSD, INSN_STOS },
	{ ZYDIS_MNEMONIC_STOSQ, INSN_STOS },
	{ ZYDIS_MNEMONIC_LODSB, INSN_LODS },
	{ ZYDIS_MNEMONIC_LODSW, INSN_LODS },
	{ ZYDIS_MNEMONIC_LODSD, INSN_LODS },
	{ ZYDIS_MNEMONIC_LODSQ, INSN_LODS },
	{ ZYDIS_MNEMONIC_CMPSB, INSN_CMPS },
	{ ZYDIS_MNEMONIC_CMPSW, INSN_CMPS },
	{ ZYDIS_MNEMONIC_CMPSQ, INSN_CMPS },
	{ ZYDIS_MNEMONIC_SCASB, INSN_SCAS },
	{ ZYDIS_MNEMONIC_SCASW, INSN_SCAS },
	{ ZYDIS_MNEMONIC_SCASD, INSN_SCAS },
	{ ZYDIS_MNEMONIC_SCASQ, INSN_SCAS },
	{ ZYDIS_MNEMONIC_MOVUPS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVUPD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVAPS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVAPD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVSS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVDQA, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVDQU, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVQ, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVNTPS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVNTPD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVNTDQ, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVNTDQA, INSN_VMOV },
	{ ZYDIS_MNEMONIC_LDDQU, INSN_VMOV },
	{ ZYDIS_MNEMONIC_MOVDIRI, INSN_MOV },
	{ ZYDIS_MNEMONIC_ROL, INSN_ROL },
	{ ZYDIS_MNEMONIC_ROR, INSN_ROR },
	{ ZYDIS_MNEMONIC_RCL, INSN_RCL },
	{ ZYDIS_MNEMONIC_RCR, INSN_RCR },
	{ ZYDIS_MNEMONIC_SHL, INSN_SHL },
	{ ZYDIS_MNEMONIC_SHR, INSN_SHR },
	{ ZYDIS_MNEMONIC_SAR, INSN_SAR },
	CONDITION(O, 0),
	CONDITION(NO, 1),
	CONDITION(B, 2),
	CONDITION(NB, 3),
	CONDITION(Z, 4),
	CONDITION(NZ, 5),
	CONDITION(BE, 6),
	CONDITION(NBE, 7),
	CONDITION(S, 8),
	CONDITION(NS, 9),
	CONDITION(P, 10),
	CONDITION(NP, 11),
	CONDITION(L, 12),
	CONDITION(NL, 13),
	CONDITION(LE, 14),
	CONDITION(NLE, 15),
	{ ZYDIS_MNEMONIC_VMOVUPS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVUPD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVAPS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVAPD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVSS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVSD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVDQA, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVDQU, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVQ, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVNTPS, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVNTPD, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVNTDQ, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VMOVNTDQA, INSN_VMOV },
	{ ZYDIS_MNEMONIC_VLDDQU, INSN_VMOV },
	{ ZYDIS_MNEMONIC_CLFLUSH, INSN_CLFLUSH },
	{ ZYDIS_MNEMONIC_CLFLUSHOPT, INSN_CLFLUSH },
	{ ZYDIS_MNEMONIC_CLWB, INSN_CLFLUSH },
};

static bool is_sse(const struct reading *r)
{
	unsigned int i;

	for (i = 0; i < r->theirs.operand_count_visible; i++)
		if (r->operands[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    r->operands[i].reg.value >= ZYDIS_REGISTER_XMM0 &&
		    r->operands[i].reg.value <= ZYDIS_REGISTER_XMM15)
			return true;
	return false;
}

/* MOVSD and CMPSD are the names of two instructions each. */
static int expected_op(const struct reading *r)
{
	unsigned int i;

	if (r->theirs.mnemonic == ZYDIS_MNEMONIC_MOVSD)
		return is_sse(r) ? INSN_VMOV : INSN_MOVS;
	if (r->theirs.mnemonic == ZYDIS_MNEMONIC_CMPSD)
		return is_sse(r) ? -1 : INSN_CMPS;
	for (i = 0; i < ARRAY_SIZE(mnemonics); i++)
		if (mnemonics[i].mnemonic == r->theirs.mnemonic)
			return mnemonics[i].op;
	return -1;
}

static void differ(const struct reading *r, const char *what, u64 ours, u64 theirs)
{
	char text[3 * INSN_MAX_BYTES + 1] = "";
	unsigned int i;

	for (i = 0; i < INSN_MAX_BYTES; i++)
		sprintf(text + 3 * i, "%02x ", r->bytes[i]);
	ck_abort_msg("%u-bit %s: %s is %llx, Zydis has %llx", r->bits, text, what,
		     (unsigned long long)ours, (unsigned long long)theirs);
}

static void same(const struct reading *r, const char *what, u64 ours, u64 theirs)
{
	if (ours != theirs)
		differ(r, what, ours, theirs);
}

static u64 cut(u64 value, unsigned int bits)
{
	return bits >= 64 ? value : value & ((1ULL << bits) - 1);
}

/* Our number of a register of theirs; AH to BH get 0x100 on top. */
static unsigned int reg_number(ZydisRegister reg)
{
	unsigned int byte = reg - ZYDIS_REGISTER_AL;

	if (reg == ZYDIS_REGISTER_NONE)
		return INSN_REG_NONE;
	if (reg >= ZYDIS_REGISTER_AL && reg <= ZYDIS_REGISTER_R15B)
		return byte < 4 ? byte : byte < 8 ? 0x100 + byte - 4 : byte - 4;
	if (reg >= ZYDIS_REGISTER_AX && reg <= ZYDIS_REGISTER_R15W)
		return reg - ZYDIS_REGISTER_AX;
	if (reg >= ZYDIS_REGISTER_EAX && reg <= ZYDIS_REGISTER_R15D)
		return reg - ZYDIS_REGISTER_EAX;
	if (reg >= ZYDIS_REGISTER_RAX && reg <= ZYDIS_REGISTER_R15)
		return reg - ZYDIS_REGISTER_RAX;
	if (reg == ZYDIS_REGISTER_EIP || reg == ZYDIS_REGISTER_RIP)
		return INSN_REG_RIP;
	if (reg >= ZYDIS_REGISTER_XMM0 && reg <= ZYDIS_REGISTER_XMM15)
		return reg - ZYDIS_REGISTER_XMM0;
	if (reg >= ZYDIS_REGISTER_YMM0 && reg <= ZYDIS_REGISTER_YMM15)
		return reg - ZYDIS_REGISTER_YMM0;
	return 0x1000 + reg;
}

static unsigned int expected_condition(const struct reading *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mnemonics); i++)
		if (mnemonics[i].mnemonic == r->theirs.mnemonic)
			return mnemonics[i].cond;
	return 0;
}

static bool in_memory(const struct insn_operand *operand)
{
	return operand->kind == INSN_OPERAND_MEM;
}

static void compare_mem(const struct reading *r, const ZydisDecodedOperand *theirs)
{
	const struct insn_mem *mem = &r->ours.mem;
	unsigned int bits = r->ours.addr_bytes * 8;

	same(r, "index", mem->index, reg_number(theirs->mem.index));
	if (mem->index != INSN_REG_NONE)
		same(r, "scale", mem->scale, theirs->mem.scale ?: 1);
	/* Zydis takes R13 for the base where there is none but a displacement. */
	if (mem->base == INSN_REG_NONE && reg_number(theirs->mem.base) == 13)
		return;
	same(r, "base", mem->base, reg_number(theirs->mem.base));
	same(r, "displacement", cut(mem->disp, bits), cut(theirs->mem.disp.value, bits));
	same(r, "segment", mem->seg, theirs->mem.segment - ZYDIS_REGISTER_ES);
}

/* MOVSXD to 16 bits reads 16 on Intel's processors, 32 on others and in Zydis. */
static bool is_movsxd16(const struct reading *r)
{
	return r->theirs.mnemonic == ZYDIS_MNEMONIC_MOVSXD && r->ours.op_bytes == 2;
}

static void compare_operand(const struct reading *r, const struct insn_operand *ours,
			    const ZydisDecodedOperand *theirs)
{
	unsigned int reg;

	switch (theirs->type) {
	case ZYDIS_OPERAND_TYPE_MEMORY:
		same(r, "memory operand", in_memory(ours), true);
		if (r->ours.op != INSN_CLFLUSH && !is_movsxd16(r))
			same(r, "size in memory", ours->bytes * 8, theirs->size);
		compare_mem(r, theirs);
		break;
	case ZYDIS_OPERAND_TYPE_REGISTER:
		if (ours->kind == INSN_OPERAND_SYS) {
			same(r, "segment register", ours->reg,
			     theirs->reg.value - ZYDIS_REGISTER_ES);
			break;
		}
		reg = ours->reg + (ours->kind == INSN_OPERAND_REG_HIGH ? 0x100 : 0);
		same(r, "register", reg, reg_number(theirs->reg.value));
		if (r->ours.op != INSN_VMOV)
			same(r, "size of register", ours->bytes * 8, theirs->size);
		break;
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		same(r, "immediate operand", ours->kind, INSN_OPERAND_IMM);
		reg = r->ours.op >= INSN_BT && r->ours.op <= INSN_BTC ?
		      fls(ours->bytes * 8) - 1 : ours->bytes * 8;
		same(r, "immediate", cut(r->ours.imm, reg), cut(theirs->imm.value.u, reg));
		break;
	default:
		differ(r, "operand type", ours->kind, theirs->type);
	}
}

/* A string instruction's operands are implied: what can differ is the segment, and the prefixes. */
static void compare_string(const struct reading *r)
{
	const ZydisDecodedOperand *o;
	unsigned int i;
	bool rep;

	for (i = 0; i < r->theirs.operand_count; i++) {
		o = &r->operands[i];
		if (o->type == ZYDIS_OPERAND_TYPE_MEMORY &&
		    reg_number(o->mem.base) == INSN_REG_RSI)
			same(r, "segment", r->ours.mem.seg, o->mem.segment - ZYDIS_REGISTER_ES);
		if (o->type == ZYDIS_OPERAND_TYPE_MEMORY)
			same(r, "item size", r->ours.op_bytes * 8, o->size);
	}
	rep = r->theirs.attributes & (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE);
	if (r->ours.op == INSN_CMPS || r->ours.op == INSN_SCAS) {
		same(r, "REPE", r->ours.rep == INSN_REP, rep);
		same(r, "REPNE", r->ours.rep == INSN_REPNE,
		     !!(r->theirs.attributes & ZYDIS_ATTRIB_HAS_REPNE));
	} else if (r->ours.rep != INSN_REPNE) {
		same(r, "REP", r->ours.rep == INSN_REP, rep);
	}
}

static void compare_operands(const struct reading *r)
{
	const struct insn_operand *ours = &r->ours.dst;
	unsigned int i;

	/* The stack, of which they keep quiet. */
	if (r->ours.op == INSN_PUSH)
		ours = &r->ours.src;
	for (i = 0; i < r->theirs.operand_count_visible; i++) {
		if (i == 1)
			ours = &r->ours.src;
		compare_operand(r, ours, &r->operands[i]);
	}
}

/* With CET, which nobody has here, 3E is no segment of an indirect jump. */
static bool is_notrack(const struct reading *r)
{
	return r->theirs.attributes & ZYDIS_ATTRIB_HAS_NOTRACK;
}

/* Of other operations: length and address. Their names and operands are insn_complete.c's. */
static void compare_more(const struct reading *r)
{
	unsigned int i;

	for (i = 0; i < r->theirs.operand_count_visible; i++)
		if (r->operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY && !is_notrack(r))
			compare_mem(r, &r->operands[i]);
}

static void compare(const struct reading *r)
{
	same(r, "length", r->ours.len, r->theirs.length);
	if (r->ours.op > INSN_CLFLUSH) {
		compare_more(r);
		return;
	}
	same(r, "operation", r->ours.op, expected_op(r));
	same(r, "address size", r->ours.addr_bytes * 8, r->theirs.address_width);
	same(r, "VEX", r->ours.vex, r->theirs.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX);
	if (r->ours.op == INSN_SETCC || r->ours.op == INSN_CMOV)
		same(r, "condition", r->ours.cond, expected_condition(r));
	same(r, "LOCK", r->ours.lock, !!(r->theirs.attributes & ZYDIS_ATTRIB_HAS_LOCK));
	if (r->ours.op >= INSN_MOVS && r->ours.op <= INSN_SCAS)
		compare_string(r);
	else
		compare_operands(r);
}

static bool has_memory(const struct reading *r)
{
	unsigned int i;

	for (i = 0; i < r->theirs.operand_count_visible; i++)
		if (r->operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			return true;
	return false;
}

/* MOV of a segment register, MMX, and opcode 82, which no assembler emits, are left out. */
static bool is_left_out(const struct reading *r)
{
	unsigned int i;

	if (r->theirs.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && r->theirs.opcode == 0x82)
		return true;
	for (i = 0; i < r->theirs.operand_count_visible; i++)
		if (r->operands[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    reg_number(r->operands[i].reg.value) >= 0x1000)
			return true;
	return r->theirs.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
	       r->theirs.encoding != ZYDIS_INSTRUCTION_ENCODING_VEX;
}

static void judge(const struct reading *r)
{
	bool they_know = ZYAN_SUCCESS(r->status);

	switch (r->ret) {
	case 0:
		if (!they_know)
			differ(r, "known", 1, r->status);
		compare(r);
		break;
	case -EINVAL:
	case -E2BIG:
		if (they_know)
			differ(r, "invalid", 1, r->theirs.mnemonic);
		break;
	case -EOPNOTSUPP:
		if (they_know && has_memory(r) && expected_op(r) >= 0 && !is_left_out(r))
			differ(r, "not known", 1, r->theirs.mnemonic);
		break;
	default:
		differ(r, "return value", r->ret, r->status);
	}
}

/* Mostly without a second source, and an opcode of the moves. */
static unsigned int random_vex(u8 *bytes, unsigned int n)
{
	static const u8 opcodes[] = {
		0x10, 0x11, 0x28, 0x29, 0x2b, 0x6e, 0x6f, 0x7e, 0x7f, 0xd6, 0xe7, 0xf0, 0x2a,
		0xf0, 0xf2, 0xf3, 0xf5, 0xf6, 0xf7,
	};

	bytes[n] = 0xc4 | random() % 2;
	if (bytes[n++] == 0xc4)
		bytes[n++] = random() % 8 ? 0xe1 ^ (random() & 0xe0) : random();
	bytes[n++] = random() % 8 ? random() | 0x78 : random();
	bytes[n++] = opcodes[random() % sizeof(opcodes)];
	return n;
}

/* Prefixes, mostly opcodes that somebody knows, and noise. */
static void random_bytes(u8 *bytes)
{
	static const u8 prefixes[] = {
		0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
	};
	unsigned int i, n = 0;

	while (random() % 3 == 0 && n < 5)
		bytes[n++] = prefixes[random() % sizeof(prefixes)];
	if (random() % 3 == 0)
		bytes[n++] = 0x40 | random() % 16;
	if (random() % 8 == 0) {
		n = random() % 4 ? 0 : n;
		n = random_vex(bytes, n);
	} else if (random() % 3 == 0) {
		bytes[n++] = 0x0f;
		if (random() % 8 == 0)
			bytes[n++] = 0x38;
	}
	for (i = n; i < INSN_MAX_BYTES; i++)
		bytes[i] = random();
}

static void read_both(struct reading *r, const ZydisDecoder *decoder)
{
	struct insn_mode mode = insn_case_mode(r->bits);

	r->ret = insn_decode(r->bytes, sizeof(r->bytes), &mode, &r->ours);
	r->status = zydis_decode(decoder, r->bytes, sizeof(r->bytes), &r->theirs, r->operands);
}

static bool load_zydis(void)
{
	void *library = dlopen(ZYDIS_LIBRARY, RTLD_NOW);

	if (!library)
		return false;
	zydis_init = (ZyanStatus (*)(ZydisDecoder *, ZydisMachineMode, ZydisStackWidth))
		     dlsym(library, "ZydisDecoderInit");
	zydis_decode = (ZyanStatus (*)(const ZydisDecoder *, const void *, ZyanUSize,
				       ZydisDecodedInstruction *, ZydisDecodedOperand *))
		       dlsym(library, "ZydisDecoderDecodeFull");
	return zydis_init && zydis_decode;
}

/* By mode as in the corpus: 16, 32 and 64 bits. */
static bool create_decoder(unsigned int mode, ZydisDecoder *decoder)
{
	static const struct {
		ZydisMachineMode mode;
		ZydisStackWidth stack;
	} modes[INSN_CORPUS_MODES] = {
		{ ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_STACK_WIDTH_16 },
		{ ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32 },
		{ ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64 },
	};

	if (load_zydis())
		return ZYAN_SUCCESS(zydis_init(decoder, modes[mode].mode, modes[mode].stack));
	fprintf(stderr, "insn_zydis: skipped, %s is not installed\n", ZYDIS_LIBRARY);
	return false;
}

START_TEST(same_as_zydis)
{
	const char *rounds = getenv("FUZZ_ROUNDS"), *seed = getenv("FUZZ_SEED");
	unsigned long i, count = rounds ? strtoul(rounds, NULL, 0) : ROUNDS;
	struct reading r = { .bits = 16 << _i };
	ZydisDecoder decoder;

	if (!create_decoder(_i, &decoder))
		return;
	srandom(seed ? strtoul(seed, NULL, 0) : 5);
	for (i = 0; i < count; i++) {
		random_bytes(r.bytes);
		read_both(&r, &decoder);
		judge(&r);
	}
}
END_TEST

START_TEST(corpus)
{
	struct reading r = { .bits = 16 << _i };
	struct insn_corpus_item item;
	ZydisDecoder decoder;
	unsigned int i, j;

	if (!create_decoder(_i, &decoder))
		return;
	for (i = 0; i < ARRAY_SIZE(insn_corpus_cases); i++) {
		for (j = 0; j < INSN_CORPUS_EACH; j++) {
			item = insn_corpus_make(&insn_corpus_cases[i], _i, j);
			memcpy(r.bytes, item.bytes, sizeof(r.bytes));
			read_both(&r, &decoder);
			judge(&r);
		}
	}
}
END_TEST

#define MODES	INSN_CORPUS_MODES

#else

START_TEST(same_as_zydis)
{
	fprintf(stderr, "insn_zydis: skipped, libzydis-dev is not installed\n");
}
END_TEST

START_TEST(corpus)
{
}
END_TEST

#define MODES	1

#endif

Suite *insn_zydis_suite(void)
{
	Suite *suite = suite_create("insn_zydis");
	TCase *tcase = tcase_create("random");

	tcase_set_timeout(tcase, 0);
	tcase_add_loop_test(tcase, same_as_zydis, 0, MODES);
	tcase_add_loop_test(tcase, corpus, 0, MODES);
	suite_add_tcase(suite, tcase);
	return suite;
}
