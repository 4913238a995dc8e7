/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Task switches, in 64 KiB of linear memory. The old task's TSS is a 32-bit one at 0x2000 or a
 * 16-bit one at 0x2100; new ones are at 0x2200 (32-bit) and 0x2300 (16-bit). A row changes the new
 * TSS or descriptors, and says what has to come of it.
 */
#ifndef VMH_VECTORS_TASK_SWITCH_H
#define VMH_VECTORS_TASK_SWITCH_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <task_switch.h>

#define TASK_MEMORY	0x10000
#define TASK_GDT	0x1000
#define TASK_OLD32	0x2000
#define TASK_OLD16	0x2100
#define TASK_NEW32	0x2200
#define TASK_NEW16	0x2300
#define TASK_LDT	0x3000

/* Selectors. */
#define SEL_CODE	0x08
#define SEL_DATA	0x10
#define SEL_OLD32	0x18
#define SEL_OLD16	0x20
#define SEL_NEW32	0x28
#define SEL_NEW16	0x30
#define SEL_LDT		0x38
#define SEL_CODE3	0x43
#define SEL_DATA3	0x4b
#define SEL_CONFORMING	0x50
#define SEL_LDT_DATA	0x04	/* in the LDT */

#define DESC(base, limit, ar)						\
	((u64)((limit) & 0xffff) | (u64)((base) & 0xffffff) << 16 |	\
	 (u64)((ar) & 0xf0ff) << 40 | (u64)((limit) >> 16 & 15) << 48 |	\
	 (u64)((base) >> 24 & 0xff) << 56)
#define FLAT(ar)	DESC(0, 0xfffff, 0xc000 | (ar))

/* A change of memory before the switch. */
struct task_poke {
	u16 at;
	u8 bytes;
	u64 value;
};

struct task_switch_case {
	const char *name;
	u8 source;
	bool from16;
	bool to16;
	bool paging;
	bool bad_cr3;
	struct task_poke poke[3];
	bool has_error;
	u16 no_write;		/* page that cannot be written */
	int want;
	u8 want_vector;
	u32 want_error;
	u16 want_link;
	u32 want_eflags;
	bool want_old_busy;
};

/* Places in the TSSs. */
#define T32(field)	(TASK_NEW32 + (field))
#define T16(field)	(TASK_NEW16 + (field))
#define EIP32	32
#define EFLAGS32	36
#define ESP32	56
#define ES32	72
#define CS32	76
#define SS32	80
#define DS32	84
#define FS32	88
#define LDT32	96
#define TRAP32	100
#define CS16	36
#define NEW32_DESC	(TASK_GDT + SEL_NEW32)
#define NEW16_DESC	(TASK_GDT + SEL_NEW16)
#define TSS32_AVL	DESC(TASK_NEW32, 0x67, 0x89)
#define TSS32_BUSY	DESC(TASK_NEW32, 0x67, 0x8b)
#define TSS16_BUSY	DESC(TASK_NEW16, 0x2b, 0x83)

#define POKE(at, bytes, value)	.poke = { { at, bytes, value } }
#define IN_NEW(v, e)	.want = TASK_SWITCH_FAULTED, .want_vector = (v), .want_error = (e)
#define IN_OLD(v, e)	.want = -EFAULT, .want_vector = (v), .want_error = (e)
#define TS	10
#define NP	11

static const struct task_switch_case task_switch_cases[] = {
	/* All ways there are, between all kinds of TSS. */
	{ "JMP, 32 to 32", TASK_JMP, .want_eflags = 0x202 },
	{ "JMP, 32 to 16", TASK_JMP, .to16 = true, .want_eflags = 0x202 },
	{ "JMP, 16 to 32", TASK_JMP, .from16 = true, .want_eflags = 0x202 },
	{ "JMP, 16 to 16", TASK_JMP, .from16 = true, .to16 = true, .want_eflags = 0x202 },
	{ "CALL nests", TASK_CALL, .want_eflags = 0x4202, .want_link = SEL_OLD32,
	  .want_old_busy = true },
	{ "CALL, 16 to 16", TASK_CALL, .from16 = true, .to16 = true, .want_eflags = 0x4202,
	  .want_link = SEL_OLD16, .want_old_busy = true },
	{ "a gate nests", TASK_GATE, .want_eflags = 0x4202, .want_link = SEL_OLD32,
	  .want_old_busy = true },
	{ "a gate with an error code, 32", TASK_GATE, .has_error = true, .want_eflags = 0x4202,
	  .want_link = SEL_OLD32, .want_old_busy = true },
	{ "a gate with an error code, 16", TASK_GATE, .to16 = true, .has_error = true,
	  .want_eflags = 0x4202, .want_link = SEL_OLD32, .want_old_busy = true },
	{ "IRET returns", TASK_IRET, POKE(NEW32_DESC, 8, TSS32_BUSY), .want_eflags = 0x202 },
	{ "IRET, 16", TASK_IRET, .to16 = true, POKE(NEW16_DESC, 8, TSS16_BUSY),
	  .want_eflags = 0x202 },

	/* The new TSS is not what it has to be. */
	{ "JMP to a busy TSS", TASK_JMP, POKE(NEW32_DESC, 8, TSS32_BUSY),
	  IN_OLD(GUEST_VECTOR_GP, SEL_NEW32) },
	{ "IRET to one that is not busy", TASK_IRET, IN_OLD(TS, SEL_NEW32) },
	{ "not present", TASK_CALL, POKE(NEW32_DESC, 8, DESC(TASK_NEW32, 0x67, 0x09)),
	  IN_OLD(NP, SEL_NEW32) },
	{ "too short", TASK_CALL, POKE(NEW32_DESC, 8, DESC(TASK_NEW32, 0x66, 0x89)),
	  IN_OLD(TS, SEL_NEW32) },
	{ "too short, 16", TASK_CALL, .to16 = true,
	  POKE(NEW16_DESC, 8, DESC(TASK_NEW16, 0x2a, 0x81)), IN_OLD(TS, SEL_NEW16) },
	{ "no TSS but data", TASK_JMP, POKE(NEW32_DESC, 8, FLAT(0x93)),
	  IN_OLD(GUEST_VECTOR_GP, SEL_NEW32) },
	{ "the old TSS cannot be written", TASK_JMP, .no_write = 0x2000,
	  IN_OLD(GUEST_VECTOR_PF, GUEST_PF_WRITE) },
	{ "the GDT cannot be written", TASK_JMP, .no_write = 0x1000,
	  IN_OLD(GUEST_VECTOR_PF, GUEST_PF_WRITE) },

	/* Paging. */
	{ "a new CR3", TASK_JMP, .paging = true, .want_eflags = 0x202 },
	{ "no CR3 in a 16-bit TSS", TASK_JMP, .paging = true, .to16 = true,
	  .want_eflags = 0x202 },
	{ "a CR3 that cannot be", TASK_JMP, .paging = true, .bad_cr3 = true,
	  IN_NEW(TS, SEL_NEW32) },

	/* What the new task's selectors lead to. */
	{ "CS null", TASK_JMP, POKE(T32(CS32), 2, 0), IN_NEW(TS, 0) },
	{ "CS data", TASK_JMP, POKE(T32(CS32), 2, SEL_DATA), IN_NEW(TS, SEL_DATA) },
	{ "CS of another privilege", TASK_JMP, POKE(T32(CS32), 2, SEL_CODE | 3),
	  IN_NEW(TS, SEL_CODE) },
	{ "CS not present", TASK_JMP, POKE(TASK_GDT + SEL_CODE, 8, FLAT(0x1b)),
	  IN_NEW(NP, SEL_CODE) },
	{ "CS beyond the GDT", TASK_JMP, POKE(T32(CS32), 2, 0xf000), IN_NEW(TS, 0xf000) },
	{ "CS conforming", TASK_JMP, POKE(T32(CS32), 2, SEL_CONFORMING), .want_eflags = 0x202 },
	{ "SS null", TASK_JMP, POKE(T32(SS32), 2, 0), IN_NEW(TS, 0) },
	{ "SS code", TASK_JMP, POKE(T32(SS32), 2, SEL_CODE), IN_NEW(TS, SEL_CODE) },
	{ "SS of another privilege", TASK_JMP, POKE(T32(SS32), 2, SEL_DATA3),
	  IN_NEW(TS, SEL_DATA3 & ~3) },
	{ "SS not present", TASK_JMP,
	  .poke = { { T32(SS32), 2, SEL_CONFORMING + 8 },
		    { TASK_GDT + SEL_CONFORMING + 8, 8, FLAT(0x13) } },
	  IN_NEW(GUEST_VECTOR_SS, SEL_CONFORMING + 8) },
	{ "DS null", TASK_JMP, POKE(T32(DS32), 2, 0), .want_eflags = 0x202 },
	{ "DS code that cannot be read", TASK_JMP,
	  .poke = { { T32(DS32), 2, SEL_CONFORMING + 8 },
		    { TASK_GDT + SEL_CONFORMING + 8, 8, FLAT(0x99) } },
	  IN_NEW(TS, SEL_CONFORMING + 8) },
	{ "DS code that can be read", TASK_JMP, POKE(T32(DS32), 2, SEL_CODE),
	  .want_eflags = 0x202 },
	{ "DS data that can only be read", TASK_JMP,
	  .poke = { { T32(DS32), 2, SEL_CONFORMING + 8 },
		    { TASK_GDT + SEL_CONFORMING + 8, 8, FLAT(0x91) } },
	  .want_eflags = 0x202 },
	{ "DS of less privilege than its selector", TASK_JMP, POKE(T32(DS32), 2, SEL_DATA | 3),
	  IN_NEW(TS, SEL_DATA) },
	{ "DS conforming code, whatever the privilege", TASK_JMP,
	  POKE(T32(DS32), 2, SEL_CONFORMING | 3), .want_eflags = 0x202 },
	{ "DS a system descriptor", TASK_JMP, POKE(T32(DS32), 2, SEL_LDT), IN_NEW(TS, SEL_LDT) },
	{ "FS in the LDT", TASK_JMP,
	  .poke = { { T32(LDT32), 2, SEL_LDT }, { T32(FS32), 2, SEL_LDT_DATA } },
	  .want_eflags = 0x202 },
	{ "FS in an LDT that is not there", TASK_JMP, POKE(T32(FS32), 2, SEL_LDT_DATA),
	  IN_NEW(TS, SEL_LDT_DATA) },
	{ "the LDT in the LDT", TASK_JMP, POKE(T32(LDT32), 2, SEL_LDT | 4),
	  IN_NEW(TS, SEL_LDT | 4) },
	{ "an LDT that is none", TASK_JMP, POKE(T32(LDT32), 2, SEL_DATA), IN_NEW(TS, SEL_DATA) },
	{ "to a user's task", TASK_JMP,
	  .poke = { { T32(CS32), 2, SEL_CODE3 }, { T32(SS32), 2, SEL_DATA3 },
		    { T32(DS32), 2, SEL_DATA3 } }, IN_NEW(TS, SEL_DATA) },
	{ "to a virtual-8086 task", TASK_JMP, POKE(T32(EFLAGS32), 4, 0x20202),
	  .want_eflags = 0x20202 },
	{ "reserved bits of EFLAGS", TASK_JMP, POKE(T32(EFLAGS32), 4, 0xffc08228),
	  .want_eflags = 0x202 },
	{ "EIP beyond the limit", TASK_JMP,
	  .poke = { { TASK_GDT + SEL_CODE, 8, DESC(0, 0x4000, 0x409b) } },
	  IN_NEW(GUEST_VECTOR_GP, 0) },
	{ "no room for the error code", TASK_GATE, .has_error = true,
	  .poke = { { TASK_GDT + SEL_DATA, 8, DESC(0, 0x4000, 0x4093) } },
	  IN_NEW(GUEST_VECTOR_SS, 0) },
	{ "the trap bit", TASK_JMP, POKE(T32(TRAP32), 2, 1), .want = TASK_SWITCH_TRAP,
	  .want_eflags = 0x202 },
};

#undef POKE
#undef IN_NEW
#undef IN_OLD
#undef TS
#undef NP

struct task_world {
	u8 memory[TASK_MEMORY];
	const struct task_switch_case *c;
	u64 cr3;
};

static inline int task_world_fault(struct guest_fault *fault, u64 linear, u32 error_code)
{
	*fault = (struct guest_fault) {
		.vector = GUEST_VECTOR_PF, .has_error = true, .error_code = error_code,
		.cr2 = linear,
	};
	return -EFAULT;
}

static inline int task_world_read(void *ctx, u64 linear, void *buf, unsigned int len,
				  struct guest_fault *fault)
{
	struct task_world *world = ctx;

	if (linear + len > TASK_MEMORY)
		return task_world_fault(fault, linear, 0);
	memcpy(buf, world->memory + linear, len);
	return 0;
}

static inline int task_world_write(void *ctx, u64 linear, const void *buf, unsigned int len,
				   struct guest_fault *fault)
{
	struct task_world *world = ctx;

	if (linear + len > TASK_MEMORY ||
	    (world->c->no_write && linear >> 12 == world->c->no_write >> 12))
		return task_world_fault(fault, linear, GUEST_PF_WRITE);
	memcpy(world->memory + linear, buf, len);
	return 0;
}

static inline int task_world_cr3(void *ctx, u64 cr3)
{
	struct task_world *world = ctx;

	world->cr3 = cr3;
	return world->c->bad_cr3 ? -EINVAL : 0;
}

static inline void task_put(struct task_world *world, u16 at, u64 value, unsigned int bytes)
{
	memcpy(world->memory + at, &value, bytes);
}

static inline void task_make_gdt(struct task_world *world)
{
	const u64 gdt[] = {
		0, FLAT(0x9b), FLAT(0x93), DESC(TASK_OLD32, 0x67, 0x8b),
		DESC(TASK_OLD16, 0x2b, 0x83), TSS32_AVL, DESC(TASK_NEW16, 0x2b, 0x81),
		DESC(TASK_LDT, 0xf, 0x82), FLAT(0xfb), FLAT(0xf3), FLAT(0x9f), 0,
	};

	memcpy(world->memory + TASK_GDT, gdt, sizeof(gdt));
	task_put(world, TASK_LDT, FLAT(0x93), 8);
}

static inline void task_make_tss(struct task_world *world)
{
	unsigned int i;

	task_put(world, T32(28), 0x7000, 4);
	task_put(world, T32(EIP32), 0x5000, 4);
	task_put(world, T32(EFLAGS32), 0x202, 4);
	task_put(world, T16(14), 0x5000, 2);
	task_put(world, T16(16), 0x202, 2);
	for (i = 0; i < 8; i++) {
		task_put(world, T32(40 + 4 * i), 0x8100 + i, 4);
		task_put(world, T16(18 + 2 * i), 0x8100 + i, 2);
	}
	for (i = 0; i < 6; i++)
		task_put(world, T32(ES32 + 4 * i), i == TASK_CS ? SEL_CODE : SEL_DATA, 2);
	for (i = 0; i < 4; i++)
		task_put(world, T16(34 + 2 * i), i == TASK_CS ? SEL_CODE : SEL_DATA, 2);
}

static inline void task_make_state(struct task_state *s, const struct task_switch_case *c)
{
	unsigned int i;

	*s = (struct task_state) {
		.cr0 = 1 | (c->paging ? 1ULL << 31 : 0), .cr3 = 0x6000, .dr7 = 0x755,
		.eip = 0x4444, .eflags = 0x4082, .gdt_base = TASK_GDT, .gdt_limit = 12 * 8 - 1,
	};
	for (i = 0; i < 8; i++)
		s->gpr[i] = 0x9100 + i;
	for (i = 0; i < TASK_LDTR; i++)
		s->seg[i].selector = i == TASK_CS ? SEL_CODE : SEL_DATA;
	s->seg[TASK_LDTR].hidden.access_rights = GUEST_SEG_AR_UNUSABLE;
	s->seg[TASK_TR].selector = c->from16 ? SEL_OLD16 : SEL_OLD32;
	s->seg[TASK_TR].hidden.base = c->from16 ? TASK_OLD16 : TASK_OLD32;
	s->seg[TASK_TR].hidden.limit = c->from16 ? 0x2b : 0x67;
	s->seg[TASK_TR].hidden.access_rights = c->from16 ? 0x83 : 0x8b;
}

static inline u64 task_get(const struct task_world *world, u16 at, unsigned int bytes)
{
	u64 value = 0;

	memcpy(&value, world->memory + at, bytes);
	return value;
}

/* What is not as it should be, or NULL. */
static inline const char *task_old_wrong(const struct task_world *world)
{
	const struct task_switch_case *c = world->c;
	u32 eflags = c->source == TASK_IRET ? 0x82 : 0x4082;
	u16 tss = c->from16 ? TASK_OLD16 : TASK_OLD32;
	u16 desc = TASK_GDT + (c->from16 ? SEL_OLD16 : SEL_OLD32);

	if (task_get(world, tss + (c->from16 ? 14 : EIP32), c->from16 ? 2 : 4) != 0x4444)
		return "the old EIP";
	if (task_get(world, tss + (c->from16 ? 16 : EFLAGS32), c->from16 ? 2 : 4) != eflags)
		return "the old EFLAGS";
	if (task_get(world, tss + (c->from16 ? 18 : 40), 2) != 0x9100)
		return "the old EAX";
	if (task_get(world, tss + (c->from16 ? CS16 : CS32), 2) != SEL_CODE)
		return "the old CS";
	if (!!(task_get(world, desc + 5, 1) & 2) != c->want_old_busy)
		return "the old TSS's busy bit";
	return NULL;
}

static inline const char *task_stack_wrong(const struct task_world *world,
					   const struct task_state *s)
{
	const struct task_switch_case *c = world->c;
	unsigned int bytes = c->to16 ? 2 : 4;
	u32 esp = 0x8100 + TASK_ESP - (c->has_error ? bytes : 0);

	if (s->gpr[TASK_ESP] != esp)
		return "ESP";
	if (c->has_error && task_get(world, esp, bytes) != 0xabcd)
		return "the error code";
	return NULL;
}

static inline const char *task_new_wrong(const struct task_world *world,
					 const struct task_state *s)
{
	const struct task_switch_case *c = world->c;
	u16 selector = c->to16 ? SEL_NEW16 : SEL_NEW32;
	u16 tss = c->to16 ? TASK_NEW16 : TASK_NEW32;

	if (s->eip != 0x5000 || s->gpr[0] != 0x8100 || s->gpr[7] != 0x8107)
		return "the new registers";
	if (s->eflags != c->want_eflags)
		return "the new EFLAGS";
	if (task_get(world, tss, 2) != c->want_link)
		return "the link";
	if (s->seg[TASK_TR].selector != selector || s->seg[TASK_TR].hidden.base != tss ||
	    !(s->seg[TASK_TR].hidden.access_rights & 2))
		return "TR";
	if (!(task_get(world, TASK_GDT + selector + 5, 1) & 2))
		return "the new TSS's busy bit";
	if (s->cr3 != (c->paging && !c->to16 ? 0x7000 : 0x6000) || !(s->cr0 & 8))
		return "CR0 or CR3";
	if (s->dr7 != 0x600)
		return "DR7";
	return task_stack_wrong(world, s);
}

static inline bool task_fault_ok(const struct task_switch_case *c, const struct guest_fault *fault,
				 char *why, size_t why_len)
{
	if (fault->vector == c->want_vector && fault->has_error &&
	    fault->error_code == c->want_error)
		return true;
	snprintf(why, why_len, "vector %u, error code %#x", fault->vector, fault->error_code);
	return false;
}

/* One at a time: too large for a kernel's stack. */
static struct task_world task_world;

static inline int task_run(const struct task_switch_case *c, struct task_state *state,
			   struct guest_fault *fault)
{
	static const struct task_ops ops = {
		.read = task_world_read, .write = task_world_write, .load_cr3 = task_world_cr3,
	};
	const struct task_request request = {
		.source = c->source, .selector = c->to16 ? SEL_NEW16 : SEL_NEW32,
		.has_error_code = c->has_error, .error_code = 0xabcd,
	};
	unsigned int i;

	memset(&task_world, 0, sizeof(task_world));
	task_world.c = c;
	task_make_gdt(&task_world);
	task_make_tss(&task_world);
	for (i = 0; i < ARRAY_SIZE(c->poke) && c->poke[i].bytes; i++)
		task_put(&task_world, c->poke[i].at, c->poke[i].value, c->poke[i].bytes);
	task_make_state(state, c);
	return task_switch(state, &request, &ops, &task_world, fault);
}

static inline bool task_switch_case_ok(const struct task_switch_case *c, char *why, size_t why_len)
{
	struct guest_fault fault = { .error_code = 0xdead };
	struct task_state state, before;
	const char *wrong;
	int ret = task_run(c, &state, &fault);

	if (ret != c->want) {
		snprintf(why, why_len, "returned %d, vector %u, error code %#x", ret, fault.vector,
			 fault.error_code);
		return false;
	}
	if (ret == -EFAULT) {
		task_make_state(&before, c);
		if (!memcmp(&before, &state, sizeof(state)))
			return task_fault_ok(c, &fault, why, why_len);
		snprintf(why, why_len, "the old task's registers changed");
		return false;
	}
	if (ret == TASK_SWITCH_FAULTED)
		return task_fault_ok(c, &fault, why, why_len);
	wrong = task_old_wrong(&task_world) ?: task_new_wrong(&task_world, &state);
	if (wrong)
		snprintf(why, why_len, "%s", wrong);
	return !wrong;
}

#endif
