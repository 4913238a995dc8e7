/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The instruction emulator. Each row runs one instruction in a small world and compares what
 * happened, as text: accesses in their order, then what has changed.
 *
 *	r4@10000	4 bytes of a device were read
 *	w4@10000=12	a device was written
 *	i1@21		a port was read
 *	o1@21=12	a port was written
 *	m4@1000=12	RAM was written
 *	c4@1000=12	RAM was written atomically
 *	x3=0:12		an XMM register was written; y3=0:0:0:12 with the rest of its vector
 *	s8=27:10000	system register 8 (enum insn_sys) was loaded
 *	rip=12		the instruction has gone elsewhere
 *	rax=12		a register has changed
 *	[cz]		these flags are set, and not the same ones as before
 *	again		RIP was left at the instruction; stepped: a single step is due
 *	fault 14/2@4000	a page fault, its error code and CR2
 *	error -95	emul_step() failed
 */
#ifndef VMH_VECTORS_EMUL_H
#define VMH_VECTORS_EMUL_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <emul.h>
#include <string_io.h>

#define EMUL_TEXT_BYTES	200
#define EMUL_RAM_BYTES	64

#define EMUL_CASE_RIP	0x8000
#define EMUL_CASE_RFLAGS 0x10202	/* RF, which a finished instruction clears, and IF */

struct emul_case {
	const char *name;
	const char *bytes;
	u8 len;
	u8 bits;
	const char *want;
	/* INS or OUTS instead of bytes. */
	struct string_io string;
	bool in;
	u8 seg;
	/* If omitted: */
	u64 rax;		/* 0x1122334455667788 */
	u64 rcx;		/* 3 */
	u64 rdx;
	u64 rbx;
	u64 rsp;		/* 0x1100 */
	u64 rbp;
	u64 rsi;		/* 0x1000: RAM */
	u64 rdi;		/* 0x10000: the device */
	u64 rip;		/* EMUL_CASE_RIP */
	u64 rflags;		/* or-ed to EMUL_CASE_RFLAGS */
	u64 device;		/* 0x8877665544332211: what the device says first; then 1 more */
	u64 ram;		/* 0xfedcba9876543210 in each 8 bytes */
};

#define CF	0x1
#define PF	0x4
#define AF	0x10
#define ZF	0x40
#define SF	0x80
#define TF	0x100
#define DF	0x400
#define OF	0x800
#define AC	0x40000		/* with CR0.AM, at CPL 3 */

#define EMUL(b, s, text, ...) \
	{ .name = text, .bytes = s, .len = sizeof(s) - 1, .bits = b, .want = __VA_ARGS__ }

/* Mode, bytes of an item and of addresses; two bytes long; of RDX the port is but the low half. */
#define INS(b, items, addrs, repeats, text, ...) \
	{ .name = text, .len = 2, .bits = b, .in = true, .rdx = 0xabcd01f0, \
	  .string = { .item_bytes = items, .addr_bytes = addrs, .rep = repeats }, \
	  .want = __VA_ARGS__ }
#define OUTS(b, items, addrs, repeats, s, text, ...) \
	{ .name = text, .len = 2, .bits = b, .seg = GUEST_SEG_##s, .rdx = 0xabcd01f0, \
	  .string = { .item_bytes = items, .addr_bytes = addrs, .rep = repeats }, \
	  .want = __VA_ARGS__ }
#define ONE	false
#define REP	true

#define YMM1_LOW	"w8@10000=1716151413121110 w8@10008=1f1e1d1c1b1a1918"
#define YMM1_HIGH	"w8@10010=2726252423222120 w8@10018=2f2e2d2c2b2a2928"

static const struct emul_case emul_cases[] = {
#include "emul_rows.h"
#include "emul_rows_more.h"
};

#undef YMM1_LOW
#undef YMM1_HIGH
#undef INS
#undef OUTS
#undef ONE
#undef REP
#undef CF
#undef PF
#undef AF
#undef ZF
#undef SF
#undef TF
#undef DF
#undef OF
#undef AC

/*
 * Guest physical memory; linear addresses are the same. Bases are 0 but for FS (0x10000) and GS
 * (0xfffff000); offsets from 0x100000 on are outside the limits of all segments.
 */
enum emul_page {
	EMUL_PAGE_RAM = 0x1,
	EMUL_PAGE_DEVICE = 0x2,		/* and from 0x10 on */
	EMUL_PAGE_ROM = 0x3,
	EMUL_PAGE_ABSENT = 0x4,
	EMUL_PAGE_RACE = 0x5,		/* translation has to start again */
	EMUL_PAGE_BROKEN = 0x6,		/* RAM that cannot be read */
	EMUL_PAGE_CONTENDED = 0x7,	/* RAM that another processor is faster to write */
};

struct emul_world {
	char text[EMUL_TEXT_BYTES];
	size_t at;
	u8 ram[EMUL_RAM_BYTES];
	u64 device;
};

static inline u64 emul_world_value(const void *data, unsigned int len)
{
	u64 value = 0;

	memcpy(&value, data, len < 8 ? len : 8);
	return value;
}

static inline void emul_world_log(struct emul_world *world, char what, u64 gpa, const void *data,
				  unsigned int len)
{
	world->at += scnprintf(world->text + world->at, sizeof(world->text) - world->at,
			       "%c%u@%llx", what, len, (unsigned long long)gpa);
	if (data)
		world->at += scnprintf(world->text + world->at, sizeof(world->text) - world->at,
				       "=%llx", (unsigned long long)emul_world_value(data, len));
	world->at += scnprintf(world->text + world->at, sizeof(world->text) - world->at, " ");
}

static inline int emul_world_linear(void *ctx, unsigned int seg, u64 offset, unsigned int len,
				    unsigned int access, u64 *linear, struct guest_fault *fault)
{
	(void)ctx;
	(void)access;
	if (offset + len > 0x100000) {
		*fault = (struct guest_fault) {
			.vector = seg == GUEST_SEG_SS ? GUEST_VECTOR_SS : GUEST_VECTOR_GP,
			.has_error = true,
		};
		return -EFAULT;
	}
	*linear = offset;
	if (seg == GUEST_SEG_FS)
		*linear += 0x10000;
	else if (seg == GUEST_SEG_GS)
		*linear += 0xfffff000;
	return 0;
}

static inline int emul_world_translate(void *ctx, u64 linear, unsigned int access, u64 *gpa,
				       struct guest_fault *fault)
{
	(void)ctx;
	*gpa = linear;
	if (linear >> 12 == EMUL_PAGE_RACE)
		return -EAGAIN;
	if (linear >> 12 != EMUL_PAGE_ABSENT)
		return 0;
	*fault = (struct guest_fault) {
		.vector = GUEST_VECTOR_PF, .has_error = true, .cr2 = linear,
		.error_code = access & GUEST_ACCESS_WRITE ? GUEST_PF_WRITE : 0,
	};
	return -EFAULT;
}

/* RAM repeats every EMUL_RAM_BYTES, which divide a page: an operand inside a page never wraps. */
static inline u8 *emul_world_ram(struct emul_world *world, u64 gpa, unsigned int len)
{
	u64 at = gpa & (EMUL_RAM_BYTES - 1);

	return at + len <= EMUL_RAM_BYTES ? world->ram + at : NULL;
}

static inline int emul_world_read(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	struct emul_world *world = ctx;
	u8 *ram = emul_world_ram(world, gpa, len);

	if (gpa >> 12 == EMUL_PAGE_BROKEN)
		return -EFAULT;
	if (gpa >> 12 == EMUL_PAGE_DEVICE || gpa >> 12 >= 0x10 || !ram)
		return -ENXIO;
	memcpy(buf, ram, len);
	return 0;
}

static inline int emul_world_write(void *ctx, u64 gpa, const void *buf, unsigned int len)
{
	struct emul_world *world = ctx;
	u8 *ram = emul_world_ram(world, gpa, len);

	if (gpa >> 12 != EMUL_PAGE_RAM || !ram)
		return -ENXIO;
	memcpy(ram, buf, len);
	emul_world_log(world, 'm', gpa, buf, len);
	return 0;
}

static inline int emul_world_cmpxchg(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	struct emul_world *world = ctx;
	u8 *ram = emul_world_ram(world, gpa, len);

	if (gpa >> 12 == EMUL_PAGE_CONTENDED)
		return -EAGAIN;
	if (gpa >> 12 != EMUL_PAGE_RAM || !ram)
		return -ENXIO;
	if (memcmp(ram, &old, len))
		return -EINVAL;
	memcpy(ram, &new, len);
	emul_world_log(world, 'c', gpa, &new, len);
	return 0;
}

/* Vector register n holds the bytes 16 n, 16 n + 1 ... */
static inline int emul_world_vec_get(void *ctx, unsigned int reg, u8 *data, unsigned int len)
{
	unsigned int i;

	(void)ctx;
	for (i = 0; i < len; i++)
		data[i] = reg * 16 + i;
	return 0;
}

static inline int emul_world_vec_set(void *ctx, unsigned int reg, const u8 *data, bool vex)
{
	struct emul_world *world = ctx;
	int i;

	world->at += scnprintf(world->text + world->at, sizeof(world->text) - world->at,
			       "%c%u=", vex ? 'y' : 'x', reg);
	for (i = vex ? 3 : 1; i >= 0; i--)
		world->at += scnprintf(world->text + world->at, sizeof(world->text) - world->at,
				       "%llx%c", (unsigned long long)
				       emul_world_value(data + 8 * i, 8), i ? ':' : ' ');
	return 0;
}

/* Selectors are 8 times their number, tables at that in the device; CPL is 0. */
static inline int emul_world_sys_get(void *ctx, unsigned int which, u64 value[2])
{
	(void)ctx;
	value[0] = which == INSN_SYS_CPL ? 0 : 8 * which;
	value[1] = which == INSN_SYS_GDTR || which == INSN_SYS_IDTR ? 0x123456789a000ULL : 0;
	return 0;
}

/* Selector 0x6666 is none. */
static inline int emul_world_sys_set(void *ctx, unsigned int which, const u64 value[2],
				     struct guest_fault *fault)
{
	struct emul_world *world = ctx;

	if (value[0] == 0x6666) {
		*fault = (struct guest_fault) { .vector = GUEST_VECTOR_GP, .has_error = true };
		return -EFAULT;
	}
	world->at += scnprintf(world->text + world->at, sizeof(world->text) - world->at,
			       "s%u=%llx:%llx ", which, (unsigned long long)value[0],
			       (unsigned long long)value[1]);
	return 0;
}

static inline struct emul_regs emul_case_regs(const struct emul_case *c)
{
	return (struct emul_regs) {
		.gpr = {
			[INSN_REG_RAX] = c->rax ?: 0x1122334455667788,
			[INSN_REG_RCX] = c->rcx ?: 3,
			[INSN_REG_RDX] = c->rdx,
			[INSN_REG_RBX] = c->rbx,
			[INSN_REG_RSP] = c->rsp ?: 0x1100,
			[INSN_REG_RBP] = c->rbp,
			[INSN_REG_RSI] = c->rsi ?: 0x1000,
			[INSN_REG_RDI] = c->rdi ?: 0x10000,
		},
		.rip = c->rip ?: EMUL_CASE_RIP,
		.rflags = EMUL_CASE_RFLAGS | c->rflags,
	};
}

static inline int emul_case_insn(const struct emul_case *c, struct insn *insn)
{
	struct insn_mode mode = { .code_bytes = c->bits / 8, .stack_bytes = c->bits / 8 };

	if (c->bytes)
		return insn_decode((const u8 *)c->bytes, c->len, &mode, insn);
	memset(insn, 0xa5, sizeof(*insn));
	string_io_insn(&c->string, c->in, c->seg, c->len, &mode, insn);
	return 0;
}

/* Be the device until the instruction ends. */
static inline int emul_world_run(struct emul_world *world, struct emul *e)
{
	int ret;

	for (;;) {
		ret = emul_step(e);
		if (ret == EMUL_MMIO_READ) {
			emul_world_log(world, 'r', e->access.gpa, NULL, e->access.len);
			memcpy(e->access.data, &world->device, e->access.len);
			world->device++;
		} else if (ret == EMUL_MMIO_WRITE) {
			emul_world_log(world, 'w', e->access.gpa, e->access.data, e->access.len);
		} else if (ret == EMUL_PORT_READ) {
			emul_world_log(world, 'i', e->access.port, NULL, e->access.len);
			memcpy(e->access.data, &world->device, e->access.len);
			world->device++;
		} else if (ret == EMUL_PORT_WRITE) {
			emul_world_log(world, 'o', e->access.port, e->access.data, e->access.len);
		} else {
			return ret;
		}
	}
}

static inline void emul_world_log_regs(struct emul_world *world, const struct emul_regs *before,
				       const struct emul_regs *after)
{
	static const char * const names[16] = {
		"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	};
	static const struct { u32 bit; char name; } flags[] = {
		{ 0x1, 'c' }, { 0x4, 'p' }, { 0x10, 'a' }, { 0x40, 'z' }, { 0x80, 's' },
		{ 0x800, 'o' },
	};
	char *text = world->text;
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (before->gpr[i] != after->gpr[i])
			world->at += scnprintf(text + world->at, EMUL_TEXT_BYTES - world->at,
					       "%s=%llx ", names[i],
					       (unsigned long long)after->gpr[i]);
	if (!((before->rflags ^ after->rflags) & 0x8d5))
		return;
	world->at += scnprintf(text + world->at, EMUL_TEXT_BYTES - world->at, "[");
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (after->rflags & flags[i].bit)
			world->at += scnprintf(text + world->at, EMUL_TEXT_BYTES - world->at, "%c",
					       flags[i].name);
	world->at += scnprintf(text + world->at, EMUL_TEXT_BYTES - world->at, "] ");
}

static inline void emul_world_log_end(struct emul_world *world, const struct emul *e, int ret)
{
	char *end = world->text + world->at;
	size_t left = sizeof(world->text) - world->at;

	if (ret < 0)
		world->at += scnprintf(end, left, "error %d ", ret);
	else if (ret == EMUL_FAULT && e->fault.vector == GUEST_VECTOR_PF)
		world->at += scnprintf(end, left, "fault %u/%u@%llx ", e->fault.vector,
				       e->fault.error_code, (unsigned long long)e->fault.cr2);
	else if (ret == EMUL_FAULT)
		world->at += scnprintf(end, left, "fault %u ", e->fault.vector);
	else if (e->repeat)
		world->at += scnprintf(end, left, e->steps ? "again, stepped " : "again ");
	if (world->at)
		world->text[--world->at] = '\0';
}

static inline bool emul_case_jumps(const struct emul *e)
{
	return e->insn.op >= INSN_CALL && e->insn.op <= INSN_RET;
}

/* RIP goes past the instruction and RF is cleared if it has ended, and only then. */
static inline bool emul_case_end_ok(const struct emul_case *c, const struct emul *e, int ret,
				    char *why, size_t why_len)
{
	struct emul_regs before = emul_case_regs(c);
	u64 rip = before.rip, flags = before.rflags & ~0x8d5ULL;

	if (ret == EMUL_DONE && !e->repeat) {
		rip = emul_case_jumps(e) ? e->regs.rip : rip + c->len;
		flags &= ~0x10000ULL;
	}
	if (c->bits != 64)
		rip = (u32)rip;
	if (e->insn.op == INSN_POPF)
		flags = e->regs.rflags & ~0x8d5ULL;
	if (e->regs.rip == rip && (e->regs.rflags & ~0x8d5ULL) == flags)
		return true;
	snprintf(why, why_len, "RIP %#llx, RFLAGS %#llx", (unsigned long long)e->regs.rip,
		 (unsigned long long)e->regs.rflags);
	return false;
}

static inline bool emul_case_ok(const struct emul_case *c, char *why, size_t why_len)
{
	static const struct emul_ops ops = {
		.seg_linear = emul_world_linear,
		.translate = emul_world_translate,
		.read = emul_world_read,
		.write = emul_world_write,
		.compare_exchange = emul_world_cmpxchg,
		.vec_get = emul_world_vec_get,
		.vec_set = emul_world_vec_set,
		.sys_get = emul_world_sys_get,
		.sys_set = emul_world_sys_set,
	};
	struct emul_world world = { .device = c->device ?: 0x8877665544332211 };
	u64 ram = c->ram ?: 0xfedcba9876543210;
	struct emul_regs regs = emul_case_regs(c);
	struct emul e;
	unsigned int i;
	int ret;

	for (i = 0; i < EMUL_RAM_BYTES; i += 8)
		memcpy(world.ram + i, &ram, 8);
	memset(&e, 0xa5, sizeof(e));
	e.regs = regs;
	e.check_alignment = c->rflags & 0x40000;
	ret = emul_case_insn(c, &e.insn);
	if (!ret)
		ret = emul_start(&e, &ops, &world);
	if (ret) {
		snprintf(why, why_len, "not executable: %d", ret);
		return !c->want;
	}
	ret = emul_world_run(&world, &e);
	if (emul_case_jumps(&e) && ret == EMUL_DONE)
		world.at += scnprintf(world.text + world.at, sizeof(world.text) - world.at,
				      "rip=%llx ", (unsigned long long)e.regs.rip);
	emul_world_log_regs(&world, &regs, &e.regs);
	emul_world_log_end(&world, &e, ret);
	if (!c->want || strcmp(world.text, c->want)) {
		snprintf(why, why_len, "%s", world.text);
		return false;
	}
	return emul_case_end_ok(c, &e, ret, why, why_len);
}

#endif
