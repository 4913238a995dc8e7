// SPDX-License-Identifier: GPL-2.0
/* INS and OUTS from and to memory that is none, and what faults in the middle. */
#include <string.h>

#include "string_world.h"

/**
 * struct row - an instruction between a port of userspace's and any memory
 * @name: what it shows.
 * @start: it.
 * @in: it is INS.
 * @bytes: of an item.
 * @items: how many are moved.
 * @addr_mask: what counts of RCX, RSI and RDI, if not 32 bits.
 * @faults: then #GP.
 * @text: what userspace was asked for; KVM reads ahead, and writes up to 8 bytes at once.
 * @keep_regs: see struct world.
 * @kvm_loses: KVM takes more from the port than it puts into memory.
 */
struct row {
	const char *name;
	struct start start;
	bool in;
	uint8_t bytes;
	unsigned int items;
	uint64_t addr_mask;
	bool faults;
	const char *text;
	bool keep_regs;
	bool kvm_loses;
};

#define INS(name, items_bytes, n, ...) \
	.in = true, .bytes = items_bytes, .items = n, .start = { CODE(name), __VA_ARGS__ }
#define OUTS(name, items_bytes, n, ...) \
	.bytes = items_bytes, .items = n, .start = { CODE(name), __VA_ARGS__ }

static const struct row rows[] = {
	{ "INSB into a hole", INS(insb, 1, 1, .at = DEVICE_GPA),
	  .text = "i1 w1@d0000000=11" },
	{ "INSL into a hole", INS(insl, 4, 1, .at = DEVICE_GPA + 4),
	  .text = "i4 w4@d0000004=14131211" },
	{ "OUTSB from a hole", OUTS(outsb, 1, 1, .at = DEVICE_GPA),
	  .text = "r1@d0000000 o1" },
	{ "OUTSL from a hole", OUTS(outsl, 4, 1, .at = DEVICE_GPA + 8),
	  .text = "r4@d0000008 o4" },
	{ "INSB into a read-only slot", INS(insb, 1, 1, .at = ROM_GPA),
	  .text = "i1 w1@200000=11" },
	{ "OUTSL from a read-only slot", OUTS(outsl, 4, 1, .at = ROM_GPA + 8), .text = "o4" },
	{ "REP INSB into a hole", INS(rep_insb, 1, 3, .at = DEVICE_GPA, .rcx = 3),
	  .text = "i1 w1@d0000000=11 i1 w1@d0000001=12 i1 w1@d0000002=13" },
	{ "REP INSB into a hole, down", INS(rep_insb, 1, 2, .at = DEVICE_GPA + 9, .rcx = 2,
					    .rflags = DF),
	  .text = "i1 w1@d0000009=11 i1 w1@d0000008=12", .kvm_loses = true },
	{ "REP INSL into a read-only slot", INS(rep_insl, 4, 2, .at = ROM_GPA + 16, .rcx = 2),
	  .text = "i4 w4@200010=14131211 i4 w4@200014=18171615" },
	{ "REP OUTSW from a hole", OUTS(rep_outsw, 2, 2, .at = DEVICE_GPA + 2, .rcx = 2),
	  .text = "r2@d0000002 o2 r2@d0000004 o2" },
	{ "REP OUTSW from a hole, down", OUTS(rep_outsw, 2, 2, .at = DEVICE_GPA + 2, .rcx = 2,
					      .rflags = DF),
	  .text = "r2@d0000002 o2 r2@d0000000 o2" },
	{ "REP INSB from RAM on into a hole", INS(rep_insb, 1, 4, .at = RAM_BYTES - 2, .rcx = 4),
	  .text = "i1*2 i1 w1@100000=13 i1 w1@100001=14" },
	{ "REP INSW over the edge of RAM", INS(rep_insw, 2, 3, .at = RAM_BYTES - 3, .rcx = 3),
	  .text = "i2 i2 w1@100000=14 i2 w2@100001=1615" },
	{ "REP INSB from a hole on into RAM, down", INS(rep_insb, 1, 4, .at = RAM_BYTES + 1,
							.rcx = 4, .rflags = DF),
	  .text = "i1 w1@100001=11 i1 w1@100000=12 i1 i1" },
	{ "REP OUTSB from RAM on into a hole", OUTS(rep_outsb, 1, 4, .at = RAM_BYTES - 2,
						   .rcx = 4),
	  .text = "o1*2 r1@100000 o1 r1@100001 o1" },
	{ "REP OUTSL over the edge of RAM", OUTS(rep_outsl, 4, 2, .at = RAM_BYTES - 2, .rcx = 2),
	  .text = "r2@100000 o4 r4@100002 o4" },
	{ "REP INSB over two pages of a hole", INS(rep_insb, 1, 2, .at = DEVICE_GPA + 0xfff,
						  .rcx = 2),
	  .text = "i1 w1@d0000fff=11 i1 w1@d0001000=12" },
	{ "REP INSL over two pages of a hole", INS(rep_insl, 4, 1, .at = DEVICE_GPA + 0xffe,
						  .rcx = 1),
	  .text = "i4 w2@d0000ffe=1211 w2@d0001000=1413" },
	{ "REP INSB, 100 into a hole", INS(rep_insb, 1, 100, .at = DEVICE_GPA, .rcx = 100) },
	{ "REP OUTSW, 100 from a hole", OUTS(rep_outsw, 2, 100, .at = DEVICE_GPA, .rcx = 100) },
	{ "REP INSB of nothing", INS(rep_insb, 1, 0, .at = DEVICE_GPA), .text = "" },
	/* Address sizes */
	{ "REP INSB of 16-bit addresses, which wrap",
	  INS(rep_insb16, 1, 2, .at = 0xabcdffff, .rcx = 0x10002, .base = DEVICE_GPA),
	  .addr_mask = 0xffff, .text = "i1 w1@d000ffff=11 i1 w1@d0000000=12" },
	{ "REP OUTSB of 16-bit addresses",
	  OUTS(rep_outsb16, 1, 2, .at = 0xabcd0008, .rcx = 0x10002, .base = DEVICE_GPA),
	  .addr_mask = 0xffff, .text = "r1@d0000008 o1 r1@d0000009 o1" },
	{ "FS OUTSB", OUTS(fs_outsb16, 1, 1, .at = 8, .base = DEVICE_GPA),
	  .addr_mask = 0xffff, .text = "r1@d0000008 o1" },
	{ "REP INSB of 32-bit addresses",
	  INS(rep_insb, 1, 2, .at = 0x700000000 | DEVICE_GPA, .rcx = 0x900000002),
	  .text = "i1 w1@d0000000=11 i1 w1@d0000001=12" },
	/* Faults */
	{ "REP INSB into a hole, #GP in the middle",
	  INS(rep_insb, 1, 2, .at = 0xfffe, .rcx = 5, .base = DEVICE_GPA, .limit = 0xffff),
	  .faults = true, .text = "i1 w1@d000fffe=11 i1 w1@d000ffff=12", .kvm_loses = true },
	{ "REP INSB into a hole, down, #GP in the middle",
	  INS(rep_insb, 1, 2, .at = 1, .rcx = 5, .base = DEVICE_GPA, .limit = 0xffff,
	      .rflags = DF),
	  .faults = true, .text = "i1 w1@d0000001=11 i1 w1@d0000000=12", .kvm_loses = true },
	{ "REP OUTSB from a hole, #GP in the middle",
	  OUTS(rep_outsb, 1, 2, .at = 0xfffe, .rcx = 5, .base = DEVICE_GPA, .limit = 0xffff),
	  .faults = true, .text = "r1@d000fffe o1 r1@d000ffff o1" },
	{ "INSL into a hole, #GP", INS(insl, 4, 0, .at = 0xfffe, .rcx = 1, .base = DEVICE_GPA,
				       .limit = 0xffff),
	  .faults = true, .text = "", .kvm_loses = true },
	/* Registers that are written back */
	{ "REP INSB into a hole, registers written back",
	  INS(rep_insb, 1, 3, .at = DEVICE_GPA, .rcx = 3), .keep_regs = true,
	  .text = "i1 w1@d0000000=11 i1 w1@d0000001=12 i1 w1@d0000002=13" },
	{ "REP OUTSB from a hole, registers written back",
	  OUTS(rep_outsb, 1, 3, .at = DEVICE_GPA, .rcx = 3), .keep_regs = true,
	  .text = "r1@d0000000 o1 r1@d0000001 o1 r1@d0000002 o1" },
	{ "REP INSB from RAM on into a hole, registers written back",
	  INS(rep_insb, 1, 4, .at = RAM_BYTES - 2, .rcx = 4), .keep_regs = true,
	  .text = "i1*2 i1 w1@100000=13 i1 w1@100001=14" },
};

static uint8_t *byte_at(struct world *world, const uint8_t *rom, uint64_t gpa, bool written)
{
	if (gpa < RAM_BYTES)
		return &world->vm.memory[gpa];
	if (gpa >= ROM_GPA && gpa < ROM_GPA + PAGE && !written)
		return (uint8_t *)&rom[gpa - ROM_GPA];
	return &world->page[gpa % PAGE];
}

/* Each byte is where it belongs, and came from there. */
static void check_bytes(struct world *world, const struct row *row, const uint8_t *rom)
{
	const struct start *start = &row->start;
	uint64_t mask = row->addr_mask ?: 0xffffffff;
	int step = start->rflags & DF ? -row->bytes : row->bytes;

	for (unsigned int i = 0; i < row->items * row->bytes; i++) {
		uint64_t offset = (start->at + (i / row->bytes) * step) & mask;
		uint8_t got = *byte_at(world, rom, start->base + offset + i % row->bytes,
				       row->in);
		uint8_t want = row->in ? FIRST_BYTE + i : world->out[i];

		if (got != want)
			FAIL("byte %u is %#x, not %#x, after \"%s\"", i, got, want, world->text);
	}
	if (row->in)
		CHECK_EQ(world->next, (uint8_t)(FIRST_BYTE + row->items * row->bytes));
	else
		CHECK_EQ(world->outs, row->items * row->bytes);
}

/* 16 bits keep what is above, 32 bits clear it. */
static uint64_t moved(const struct row *row, uint64_t value, int64_t by)
{
	uint64_t mask = row->addr_mask ?: 0xffffffff;

	return (mask == 0xffff ? value & ~mask : 0) | ((value + by) & mask);
}

static void check_regs(struct world *world, const struct row *row)
{
	const struct start *start = &row->start;
	struct kvm_regs regs = vm_regs(&world->vm, 0);
	int64_t by = (int64_t)row->items * row->bytes;
	bool rep = row->items != 1 || start->rcx;

	/* Nothing was moved: then 32 bits have not been written either. */
	if (!row->items) {
		CHECK_EQ(regs.rdi, start->at);
		CHECK_EQ(regs.rcx, start->rcx);
		return;
	}
	if (start->rflags & DF)
		by = -by;
	CHECK_EQ(row->in ? regs.rdi : regs.rsi, moved(row, start->at, by));
	CHECK_EQ(row->in ? regs.rsi : regs.rdi, start->at);
	if (rep)
		CHECK_EQ(regs.rcx, moved(row, start->rcx, -(int64_t)row->items));
}

static void add_rom(struct world *world, uint8_t *rom)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = ROM_GPA, .memory_size = PAGE,
		.userspace_addr = (uintptr_t)rom, .flags = KVM_MEM_READONLY,
	};

	must(world->vm.fd, VMH_SET_USER_MEMORY_REGION, &region);
	for (size_t i = 0; i < PAGE; i++)
		rom[i] = 0x40 ^ i;
}

static void memory(unsigned int i)
{
	const struct row *row = &rows[i];
	uint8_t *rom = map_pages(PAGE);
	struct world world;

	if (on_kvm && row->kvm_loses)
		skip("KVM loses what comes from the port");
	make_world(&world, false);
	add_rom(&world, rom);
	world.keep_regs = row->keep_regs;
	CHECK_EQ(go(&world, &row->start), row->faults ? FAULT_PORT : END_PORT);
	if (row->text && !on_kvm && strcmp(world.text, row->text))
		FAIL("\"%s\", not \"%s\"", world.text, row->text);
	check_bytes(&world, row, rom);
	check_regs(&world, row);
	for (size_t at = 0; at < PAGE; at++)
		CHECK_EQ(rom[at], (0x40 ^ at) & 0xff);
}

static const char *memory_name(unsigned int row)
{
	return rows[row].name;
}

/* What was moved counts as done in each exit, so that the state may be kept there. */
static void registers_on_the_way(void)
{
	struct world world;

	make_world(&world, false);
	set_start(&world, &(struct start){ CODE(rep_insb), .at = DEVICE_GPA, .rcx = 3 });
	for (unsigned int i = 0; i < 6; i++) {
		CHECK_EQ(serve(&world), 0);
		CHECK_EQ(vm_regs(&world.vm, 0).rcx, 3 - i / 2);
		CHECK_EQ(vm_regs(&world.vm, 0).rdi, DEVICE_GPA + i / 2);
	}
	CHECK_EQ(serve(&world), END_PORT);
}

/* The same for instructions on device memory that have no port. */
static void movs_written_back(void)
{
	struct world world;

	make_world(&world, false);
	for (unsigned int i = 0; i < 3; i++)
		world.vm.memory[DATA_GPA + i] = FIRST_BYTE + i;
	world.keep_regs = true;
	set_start(&world, &(struct start){ CODE(rep_movsb), .at = DEVICE_GPA, .rcx = 3 });
	must(world.vm.vcpu[0], VMH_SET_REGS, &(struct kvm_regs){
		.rip = CODE_GPA, .rsp = CODE_GPA, .rflags = 2, .rcx = 3, .rsi = DATA_GPA,
		.rdi = DEVICE_GPA });
	CHECK_EQ(serve_to_end(&world), END_PORT);
	CHECK(!strcmp(world.text, "w1@d0000000=11 w1@d0000001=12 w1@d0000002=13"));
}

/* Userspace sends the vCPU elsewhere from the port's exit: nothing is written. */
static void given_up(void)
{
	struct kvm_regs regs;
	struct world world;

	make_world(&world, false);
	set_start(&world, &(struct start){ CODE(insb), .at = DEVICE_GPA });
	CHECK_EQ(serve(&world), 0);
	regs = vm_regs(&world.vm, 0);
	CHECK_EQ(regs.rip, CODE_GPA);
	regs.rip = HANDLER_GPA;
	must(world.vm.vcpu[0], VMH_SET_REGS, &regs);
	CHECK_EQ(serve(&world), FAULT_PORT);
	CHECK(!strcmp(world.text, "i1"));
	CHECK_EQ(vm_regs(&world.vm, 0).rdi, DEVICE_GPA);
}

static const struct test tests[] = {
	{ .name = "memory that is none", .rows = ARRAY_SIZE(rows), .row_name = memory_name,
	  .run_row = memory, .counted = "string accesses", .kvm = true },
	{ .name = "registers on the way", .run = registers_on_the_way },
	{ .name = "REP MOVSB, registers written back", .run = movs_written_back, .kvm = true },
	{ .name = "an instruction that is given up", .run = given_up },
	{ }
};

const struct suite suite_string = { "string", tests };
