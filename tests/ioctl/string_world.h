/* SPDX-License-Identifier: GPL-2.0 */
/* A VM that executes INS or OUTS, and userspace's devices around it. */
#ifndef STRING_WORLD_H
#define STRING_WORLD_H

#include "vm.h"

#define RAM_BYTES	0x100000	/* and nothing behind */
#define DATA_GPA	0x2000
#define HANDLER_GPA	0x3000		/* of #GP */
#define DEVICE_GPA	0xd0000000
#define ROM_GPA		0x200000
#define DISK_PORT	0x1f0
#define WATCHED_PORT	0x500
#define END_PORT	0x90
#define FAULT_PORT	0x91
#define FIRST_BYTE	0x11		/* of what comes from a port; the next is one more */

/**
 * struct world - a VM and the devices around it
 * @vm: the VM.
 * @page: every page where there is no RAM.
 * @next: what comes from a port next.
 * @out: what went to ports.
 * @outs: how many bytes.
 * @text: what userspace was asked for: "i1" a byte of a port, "o2*3" three words to one,
 *	"r4@d0000000", "w1@d0000000=11".
 * @keep_regs: at each exit: read the registers, and write them back.
 */
struct world {
	struct vm vm;
	uint8_t page[PAGE];
	uint8_t next;
	uint8_t out[4 * PAGE];
	size_t outs;
	char text[400];
	bool keep_regs;
};

/**
 * struct start - a guest, and the registers that it begins with
 * @code: the guest.
 * @end: the end of it.
 * @port: DX.
 * @rcx: how many.
 * @at: RSI and RDI, before anything moves.
 * @rflags: besides the bit that is always set.
 * @base: of ES, FS and DS.
 * @limit: of these, or 0 for 4 GiB.
 */
struct start {
	const char *code, *end;
	uint16_t port;
	uint64_t rcx, at;
	uint64_t rflags;
	uint64_t base;
	uint32_t limit;
};

#define CODE(name)	.code = name, .end = name##_end
#define DF		0x400

#define GUEST_NAME(name)	extern const char name[], name##_end[]

/* REP or not, bytes of an item; addresses of 32 bits unless they are of 16. */
GUEST_NAME(insb);
GUEST_NAME(insl);
GUEST_NAME(rep_insb);
GUEST_NAME(rep_insw);
GUEST_NAME(rep_insl);
GUEST_NAME(rep_insb16);
GUEST_NAME(outsb);
GUEST_NAME(outsl);
GUEST_NAME(rep_outsb);
GUEST_NAME(rep_outsw);
GUEST_NAME(rep_outsl);
GUEST_NAME(rep_outsb16);
GUEST_NAME(fs_outsb16);
GUEST_NAME(rep_movsb);
GUEST_NAME(step_outsb);		/* REP, with TF */

void make_world(struct world *world, bool irqchip);
void set_start(struct world *world, const struct start *start);

/* One exit. Returns the port when it is one of those that end a guest, or else 0. */
uint16_t serve(struct world *world);

/* All of them; then @text has those since the call. */
uint16_t serve_to_end(struct world *world);
uint16_t go(struct world *world, const struct start *start);

#endif /* STRING_WORLD_H */
