// SPDX-License-Identifier: GPL-2.0
/*
 * The emulator beside the processor that runs this test: random instructions are executed by both,
 * natively on a buffer and emulated on a copy of it that is partly RAM and partly a device. Memory,
 * registers and flags must come out the same. FUZZ_ROUNDS and FUZZ_SEED as in insn_zydis.c.
 */
#define _GNU_SOURCE		/* memmem */
#include <check.h>
#include <cpuid.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <emul.h>
#include "native_call.h"

#define BUFFER_PAGES	4
#define BUFFER_BYTES	(BUFFER_PAGES * 4096)
#define ROUNDS		50000

#define FLAG_CF		0x1
#define FLAG_PF		0x4
#define FLAG_AF		0x10
#define FLAG_ZF		0x40
#define FLAG_DF		0x400
#define FLAG_OF		0x800
#define FLAGS_ARITH	0x8d5

/* What the instructions run on; the buffer lies below 4 GiB so that 32-bit addresses reach it. */
static struct {
	u8 *buffer;
	u8 *code;
	u8 shadow[BUFFER_BYTES];
	u8 noise[2 * BUFFER_BYTES];
	bool is_device[BUFFER_PAGES];
	bool has_movbe;
	bool has_cx16;
	bool has_avx;
	bool has_bmi;			/* and what came with it */
	struct native_regs vectors;	/* the emulator's */
	u8 before[16][32];
	u64 rcx;			/* before too */
} native;

static u64 random_bits(void)
{
	return (u64)random() << 42 ^ (u64)random() << 21 ^ (u64)random();
}

/* Values at the edges, where flags change, come more often than others. */
static u64 random_value(void)
{
	static const u64 edges[] = {
		0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
		0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
	};

	return random() % 2 ? edges[random() % ARRAY_SIZE(edges)] : random_bits();
}

static u8 *shadow_of(u64 gpa, unsigned int len)
{
	u64 at = gpa - (u64)(uintptr_t)native.buffer;

	if (at >= BUFFER_BYTES || len > BUFFER_BYTES - at)
		ck_abort_msg("access %u at offset %llx", len, (unsigned long long)at);
	return native.shadow + at;
}

static bool is_device(u64 gpa)
{
	return native.is_device[(gpa - (u64)(uintptr_t)native.buffer) / 4096 % BUFFER_PAGES];
}

static int seg_linear(void *ctx, unsigned int seg, u64 offset, unsigned int len,
		      unsigned int access, u64 *linear, struct guest_fault *fault)
{
	(void)ctx, (void)seg, (void)len, (void)access, (void)fault;
	*linear = offset;
	return 0;
}

static int translate(void *ctx, u64 linear, unsigned int access, u64 *gpa,
		     struct guest_fault *fault)
{
	(void)ctx, (void)access, (void)fault;
	*gpa = linear;
	return 0;
}

static int read_ram(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	(void)ctx;
	if (is_device(gpa))
		return -ENXIO;
	memcpy(buf, shadow_of(gpa, len), len);
	return 0;
}

static int write_ram(void *ctx, u64 gpa, const void *buf, unsigned int len)
{
	(void)ctx;
	if (is_device(gpa))
		return -ENXIO;
	memcpy(shadow_of(gpa, len), buf, len);
	return 0;
}

static int compare_exchange_ram(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	(void)ctx;
	if (is_device(gpa))
		return -ENXIO;
	if (memcmp(shadow_of(gpa, len), &old, len))
		return -EAGAIN;
	memcpy(shadow_of(gpa, len), &new, len);
	return 0;
}

static int vec_get(void *ctx, unsigned int reg, u8 *data, unsigned int len)
{
	struct native_regs *regs = ctx;

	memcpy(data, regs->vec[reg], len);
	return 0;
}

static int vec_set(void *ctx, unsigned int reg, const u8 *data, bool vex)
{
	struct native_regs *regs = ctx;

	memcpy(regs->vec[reg], data, vex ? 32 : 16);
	return 0;
}

static const struct emul_ops ops = {
	.seg_linear = seg_linear,
	.translate = translate,
	.read = read_ram,
	.write = write_ram,
	.compare_exchange = compare_exchange_ram,
	.vec_get = vec_get,
	.vec_set = vec_set,
};

static bool is_string(const struct insn *insn)
{
	return insn->op >= INSN_MOVS && insn->op <= INSN_SCAS;
}

static bool is_bit_test(const struct insn *insn)
{
	return insn->op >= INSN_BT && insn->op <= INSN_BTC;
}

static bool has_mem(const struct insn *insn)
{
	return insn->dst.kind == INSN_OPERAND_MEM || insn->src.kind == INSN_OPERAND_MEM;
}

static bool uses_rsp(const struct insn_operand *operand)
{
	return operand->kind == INSN_OPERAND_REG && operand->reg == INSN_REG_RSP;
}

static bool base_can_be_aimed(const struct insn *insn)
{
	const struct insn_mem *mem = &insn->mem;

	if (mem->seg == GUEST_SEG_FS || mem->seg == GUEST_SEG_GS)
		return false;
	if (mem->base >= 16 || mem->base == INSN_REG_RSP || mem->base == mem->index)
		return false;
	/* The address must not depend on where the bits are, nor the other way round. */
	return !is_bit_test(insn) || insn->src.kind != INSN_OPERAND_REG ||
	       (insn->src.reg != mem->base && insn->src.reg != mem->index);
}

static bool can_run_here(const struct insn *insn)
{
	switch (insn->op) {
	case INSN_PUSH:
	case INSN_POP:
	case INSN_CLFLUSH:
	case INSN_ARPL ... INSN_LDS:
		return false;
	case INSN_VMOV:
		if (!has_mem(insn) || (insn->vex && !native.has_avx))
			return false;
		break;
	case INSN_SHLD:
	case INSN_SHRD:
		/* Beyond the operand all is undefined, and CL is to be the same in both. */
		if (insn->op_bytes == 2)
			return false;
		break;
	case INSN_MOVBE:
		if (!native.has_movbe)
			return false;
		break;
	case INSN_POPCNT ... INSN_TZCNT:
	case INSN_CRC32:
	case INSN_ADCX ... INSN_MULX:
		if (!native.has_bmi)
			return false;
		break;
	case INSN_CMPXCHG8B:
		if (insn->op_bytes == 16 && !native.has_cx16)
			return false;
		break;
	case INSN_CMPXCHG:
		/* Processors differ in what becomes of the upper half of an unequal register. */
		if (insn->dst.kind != INSN_OPERAND_MEM)
			return false;
		break;
	}
	if (uses_rsp(&insn->dst) || uses_rsp(&insn->src))
		return false;
	if (insn->op > INSN_CLFLUSH && uses_rsp(&insn->third))
		return false;
	if (is_string(insn))
		return insn->mem.seg != GUEST_SEG_FS && insn->mem.seg != GUEST_SEG_GS;
	return !has_mem(insn) || base_can_be_aimed(insn);
}

/* A move of a vector: two-byte prefix, no second source; or one that works on bits. */
static unsigned int random_vex(u8 *bytes)
{
	static const u8 opcodes[] = { 0x10, 0x11, 0x28, 0x29, 0x2b, 0x6e, 0x6f, 0x7e, 0x7f, 0xe7 };
	unsigned int i;

	if (random() % 2) {
		bytes[0] = 0xc4;
		bytes[1] = (random() & 0xe0) | (random() % 8 ? 2 : 3);
		bytes[2] = (random() & ~4) | ((bytes[1] & 3) == 3 ? 0x78 : 0);
		bytes[3] = random() % 8 ? 0xf0 | random() % 8 : 0xf0;
		for (i = 4; i < INSN_MAX_BYTES; i++)
			bytes[i] = random();
		return INSN_MAX_BYTES;
	}
	bytes[0] = 0xc5;
	bytes[1] = random() | 0x78;
	bytes[2] = opcodes[random() % sizeof(opcodes)];
	for (i = 3; i < INSN_MAX_BYTES; i++)
		bytes[i] = random();
	return INSN_MAX_BYTES;
}

/* Some prefixes, an opcode of one of the three maps, and noise. */
static unsigned int random_bytes(u8 *bytes)
{
	static const u8 prefixes[] = { 0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x3e };
	unsigned int i, n = 0;

	while (random() % 3 == 0 && n < 3)
		bytes[n++] = prefixes[random() % sizeof(prefixes)];
	if (random() % 2)
		bytes[n++] = 0x40 | random() % 16;
	if (random() % 3 == 0)
		bytes[n++] = 0x0f;
	if (random() % 16 == 0)
		bytes[n++] = 0x38;
	if (random() % 16 == 0)
		bytes[n++] = 0xf0 | random() % 8;
	else if (n && bytes[n - 1] == 0x0f && random() % 4 == 0)
		bytes[n++] = 0xa0 | random() % 32;
	for (i = n; i < INSN_MAX_BYTES; i++)
		bytes[i] = random();
	return INSN_MAX_BYTES;
}

/* MOVDIRI is a MOV to the decoder. */
static bool is_movdiri(const u8 *bytes, const struct insn *insn)
{
	return insn->op == INSN_MOV && memmem(bytes, insn->len, "\x0f\x38\xf9", 3);
}

static void random_insn(u8 *bytes, struct insn *insn)
{
	static const struct insn_mode mode = { .code_bytes = 8, .stack_bytes = 8 };
	unsigned int len;

	do {
		len = random() % 16 ? random_bytes(bytes) : random_vex(bytes);
	} while (insn_decode(bytes, len, &mode, insn) || !can_run_here(insn) ||
		 is_movdiri(bytes, insn));
}

/* Somewhere in the inner half, so that displacements by bits and counts stay inside. */
static u64 random_target(const struct insn *insn)
{
	u64 target = (u64)(uintptr_t)native.buffer + BUFFER_BYTES / 4 +
		     random() % (BUFFER_BYTES / 2);

	if (random() % 4 == 0)
		target = (target & ~4095ULL) - random() % 17;
	/* Split locks are slow and may be forbidden. */
	if (insn->lock || insn->aligned || insn->op == INSN_XCHG || random() % 2)
		target &= ~31ULL;
	return target;
}

static void aim_mem(const struct insn *insn, struct emul_regs *regs)
{
	const struct insn_mem *mem = &insn->mem;
	u64 rest = mem->disp;

	if (is_bit_test(insn) && insn->src.kind == INSN_OPERAND_REG)
		regs->gpr[insn->src.reg] = random() % 8192 - 4096;
	if (mem->index != INSN_REG_NONE)
		rest += regs->gpr[mem->index] * mem->scale;
	regs->gpr[mem->base] = random_target(insn) - rest;
}

static void aim_string(const struct insn *insn, struct emul_regs *regs)
{
	u64 high = insn->addr_bytes == 4 ? random_bits() << 32 : 0;

	regs->gpr[INSN_REG_RSI] = random_target(insn) | high;
	regs->gpr[INSN_REG_RDI] = random_target(insn) | high;
	regs->gpr[INSN_REG_RCX] = (random() % 20 + 1) | high;
}

static void random_state(const struct insn *insn, struct emul_regs *regs)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		regs->gpr[i] = random_value();
	/* Comparisons should succeed now and then. */
	if (random() % 2 && insn->op == INSN_CMPXCHG8B) {
		regs->gpr[INSN_REG_RAX] = 0;
		regs->gpr[INSN_REG_RDX] = 0;
	}
	for (i = 0; i < sizeof(native.vectors.vec); i++)
		((u8 *)native.vectors.vec)[i] = random();
	memcpy(native.before, native.vectors.vec, sizeof(native.before));
	/* That a quotient is not too large is rare enough. */
	if (insn->op == INSN_DIV || insn->op == INSN_IDIV)
		regs->gpr[INSN_REG_RDX] = random() % 2 ? 0 : random() % 64;
	regs->rip = 0x1000;
	regs->rflags = 0x202 | (random_bits() & (FLAGS_ARITH | FLAG_DF));
	if (is_string(insn))
		aim_string(insn, regs);
	else if (has_mem(insn))
		aim_mem(insn, regs);
	native.rcx = regs->gpr[INSN_REG_RCX];
	memcpy(native.buffer, native.noise + random() % BUFFER_BYTES, BUFFER_BYTES);
	memcpy(native.shadow, native.buffer, BUFFER_BYTES);
	for (i = 0; i < BUFFER_PAGES; i++)
		native.is_device[i] = random() % 2;
}

static void run_native(const u8 *bytes, const struct insn *insn, const struct emul_regs *regs)
{
	memcpy(native.code, bytes, insn->len);
	native.code[insn->len] = 0xc3;
	memcpy(native_regs.gpr, regs->gpr, sizeof(native_regs.gpr));
	native_regs.rflags = regs->rflags;
	native_vectors = VECTORS_OFF;
	if (insn->op == INSN_VMOV || insn->op >= INSN_VLOAD_HALF)
		native_vectors = native.has_avx ? VECTORS_AVX : VECTORS_SSE;
	memcpy(native_regs.vec, native.before, sizeof(native_regs.vec));
	native_code = native.code;
	native_call();
}

/* Returns whether it has not faulted, which only division may. */
static bool run_emulated(const struct insn *insn, const struct emul_regs *regs, struct emul *e)
{
	u8 *data;
	int ret;

	memset(e, 0xa5, sizeof(*e));
	e->insn = *insn;
	e->regs = *regs;
	e->check_alignment = false;
	ret = emul_start(e, &ops, &native.vectors);
	if (!ret)
		ret = emul_step(e);
	while (ret == EMUL_MMIO_READ || ret == EMUL_MMIO_WRITE) {
		data = shadow_of(e->access.gpa, e->access.len);
		if (!is_device(e->access.gpa))
			ck_abort_msg("RAM at %llx taken for a device",
				     (unsigned long long)e->access.gpa);
		if (ret == EMUL_MMIO_READ)
			memcpy(e->access.data, data, e->access.len);
		else
			memcpy(data, e->access.data, e->access.len);
		ret = emul_step(e);
	}
	if (ret == EMUL_FAULT && (insn->op == INSN_DIV || insn->op == INSN_IDIV) &&
	    e->fault.vector == 0)
		return false;
	if (ret != EMUL_DONE || e->repeat || e->regs.rip != regs->rip + insn->len)
		ck_abort_msg("operation %u ended with %d, RIP %llx", insn->op, ret,
			     (unsigned long long)e->regs.rip);
	return true;
}

/* By how much, for what it does to flags; only a shift by 1 defines OF. */
static u64 shift_flags(const struct insn *insn, u64 src)
{
	unsigned int count = src & (insn->op_bytes == 8 ? 63 : 31);
	u64 flags = FLAGS_ARITH & ~FLAG_AF;

	if (!count)
		return FLAGS_ARITH;
	if (count > 1)
		flags &= ~FLAG_OF;
	/* What falls out of an operand that is shorter than the shift. */
	if (count >= insn->op_bytes * 8 && insn->op >= INSN_SHL)
		flags &= ~FLAG_CF;
	return flags;
}

static unsigned int double_shift_count(const struct insn *insn)
{
	u64 count = insn->third.kind == INSN_OPERAND_REG ? native.rcx : (u64)insn->imm;

	return count & (insn->op_bytes == 8 ? 63 : 31);
}

static u64 double_shift_flags(const struct insn *insn)
{
	unsigned int count = double_shift_count(insn);

	if (!count)
		return FLAGS_ARITH;
	return FLAGS_ARITH & ~(FLAG_AF | (count > 1 ? FLAG_OF : 0));
}

/* Flags that the manuals leave undefined are not compared. */
static u64 defined_flags(const struct insn *insn, const struct emul *e)
{
	switch (insn->op) {
	case INSN_ROL:
	case INSN_ROR:
	case INSN_RCL:
	case INSN_RCR:
	case INSN_SHL:
	case INSN_SHR:
	case INSN_SAR:
		return shift_flags(insn, e->value[1][0]);
	case INSN_SHLD:
	case INSN_SHRD:
		return double_shift_flags(insn);
	case INSN_MUL:
	case INSN_IMUL_WIDE:
	case INSN_IMUL:
	case INSN_IMUL3:
		return FLAG_CF | FLAG_OF;
	case INSN_DIV:
	case INSN_IDIV:
		return 0;
	case INSN_LZCNT:
	case INSN_TZCNT:
		return FLAG_CF | FLAG_ZF;
	case INSN_BSF:
	case INSN_BSR:
		return FLAG_ZF;
	case INSN_ANDN ... INSN_BLSI:
	case INSN_BZHI:
		return FLAGS_ARITH & ~(FLAG_AF | FLAG_PF);
	case INSN_BEXTR:
		return FLAG_CF | FLAG_ZF | FLAG_OF;
	case INSN_BT:
	case INSN_BTS:
	case INSN_BTR:
	case INSN_BTC:
		return FLAG_CF | FLAG_ZF;
	case INSN_OR:
	case INSN_AND:
	case INSN_XOR:
	case INSN_TEST:
		return FLAGS_ARITH & ~FLAG_AF;
	}
	return FLAGS_ARITH;
}

static void differ(const u8 *bytes, unsigned int len, const char *what, unsigned int where,
		   u64 processor, u64 emulator)
{
	char text[3 * INSN_MAX_BYTES + 1] = "";
	unsigned int i;

	for (i = 0; i < len; i++)
		sprintf(text + 3 * i, "%02x ", bytes[i]);
	ck_abort_msg("%s%s %#x: the processor says %llx, the emulator %llx", text, what, where,
		     (unsigned long long)processor, (unsigned long long)emulator);
}

static void compare(const u8 *bytes, const struct insn *insn, const struct emul *e)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (i != INSN_REG_RSP && e->regs.gpr[i] != native_regs.gpr[i])
			differ(bytes, insn->len, "register", i, native_regs.gpr[i], e->regs.gpr[i]);
	for (i = 0; i < sizeof(native_regs.vec); i++)
		if (((u8 *)native_regs.vec)[i] != ((u8 *)native.vectors.vec)[i])
			differ(bytes, insn->len, "vector byte", i, ((u8 *)native_regs.vec)[i],
			       ((u8 *)native.vectors.vec)[i]);
	if ((e->regs.rflags ^ native_regs.rflags) & defined_flags(insn, e))
		differ(bytes, insn->len, "flags", 0, native_regs.rflags, e->regs.rflags);
	if (!memcmp(native.buffer, native.shadow, BUFFER_BYTES))
		return;
	for (i = 0; i < BUFFER_BYTES; i++)
		if (native.buffer[i] != native.shadow[i])
			differ(bytes, insn->len, "memory", i, native.buffer[i], native.shadow[i]);
}

static bool has_adx(void)
{
	unsigned int eax, ebx = 0, ecx, edx;

	return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & bit_ADX);
}

static void set_up(void)
{
	const char *seed = getenv("FUZZ_SEED");
	unsigned int eax, ebx, ecx = 0, edx, i;

	native.buffer = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	native.code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert(native.buffer != MAP_FAILED && native.code != MAP_FAILED);
	__get_cpuid(1, &eax, &ebx, &ecx, &edx);
	native.has_movbe = ecx & bit_MOVBE;
	native.has_avx = __builtin_cpu_supports("avx2");
	native.has_bmi = __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
			 has_adx();
	native.has_cx16 = ecx & bit_CMPXCHG16B;
	srandom(seed ? strtoul(seed, NULL, 0) : 4);
	for (i = 0; i < sizeof(native.noise); i++)
		native.noise[i] = random() % 4 ? 0 : random();
}

static void tear_down(void)
{
	munmap(native.buffer, BUFFER_BYTES);
	munmap(native.code, 4096);
}

/* INS and OUTS are not decoded. */
static bool must_come_up(unsigned int op)
{
	if (op >= INSN_ARPL)
		return op >= INSN_VLOAD_HALF;
	if (op >= INSN_CRC32 && op != INSN_BSF && op != INSN_BSR)
		return native.has_bmi;
	return op != INSN_PUSH && op != INSN_POP && op != INSN_INS && op != INSN_OUTS &&
	       op != INSN_CLFLUSH && (op != INSN_MOVBE || native.has_movbe);
}

START_TEST(same_as_processor)
{
	unsigned int seen[INSN_OP_COUNT] = { 0 };
	u8 bytes[INSN_MAX_BYTES];
	struct emul_regs regs;
	struct insn insn;
	struct emul e;
	const char *rounds = getenv("FUZZ_ROUNDS");
	unsigned long i, count = rounds ? strtoul(rounds, NULL, 0) : ROUNDS;

	for (i = 0; i < count; i++) {
		random_insn(bytes, &insn);
		random_state(&insn, &regs);
		if (!run_emulated(&insn, &regs, &e))
			continue;
		run_native(bytes, &insn, &regs);
		compare(bytes, &insn, &e);
		seen[insn.op]++;
	}
	for (i = INSN_ADD; i < INSN_OP_COUNT; i++)
		ck_assert_msg(seen[i] || !must_come_up(i), "operation %lu never came up", i);
}
END_TEST

Suite *emul_native_suite(void)
{
	Suite *suite = suite_create("emul_native");
	TCase *tcase = tcase_create("random");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, same_as_processor);
	suite_add_tcase(suite, tcase);
	return suite;
}
