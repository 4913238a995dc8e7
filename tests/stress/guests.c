// SPDX-License-Identifier: GPL-2.0
/* What vCPUs run: each kind counts at EDI. */
#include <string.h>

#include "stress.h"

GUEST(kind_spin, "sti; 1: incl (%edi); jmp 1b");
GUEST(kind_spin_cli, "cli; 1: incl (%edi); jmp 1b");
GUEST(kind_hlt, "1: incl (%edi); sti; hlt; jmp 1b");
GUEST(kind_out, "1: incl (%edi); outb %al, $0x10; incb %al; jmp 1b");
GUEST(kind_touch, "1: movl $0x10000, %ebx; movw $32, %cx; 2: incl (%ebx); incl (%edi);"
      "addl $0x1000, %ebx; loop 2b; jmp 1b");
GUEST(kind_roam, "1: movl $0x200000, %ebx; movw $16, %cx; 2: incl (%edi); movl (%ebx), %eax;"
      "addl $0x1000, %ebx; loop 2b; jmp 1b");
/* What interrupts end in: the end of the interrupt for the 8259. */
GUEST(kind_stub, "pushw %ax; movb $0x20, %al; outb %al, $0x20; popw %ax; iret");

struct kind {
	const char *code, *end;
	uint32_t exits[2];
};

static const struct kind kinds[] = {
	{ kind_spin, kind_spin_end, { } },
	{ kind_spin_cli, kind_spin_cli_end, { } },
	{ kind_hlt, kind_hlt_end, { KVM_EXIT_HLT } },
	{ kind_out, kind_out_end, { KVM_EXIT_IO } },
	{ kind_touch, kind_touch_end, { } },
	{ kind_roam, kind_roam_end, { KVM_EXIT_MMIO } },
};

#define KIND_GPA(kind)	(0x1000 + 0x100 * (kind))

void guests_load(struct world *world)
{
	uint32_t *vectors = (void *)world->memory;

	for (unsigned int i = 0; i < 256; i++)
		vectors[i] = STUB_GPA;
	memcpy(world->memory + STUB_GPA, kind_stub, kind_stub_end - kind_stub);
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		memcpy(world->memory + KIND_GPA(i), kinds[i].code, kinds[i].end - kinds[i].code);
	for (unsigned int id = 0; id < MAX_CPUS; id++)
		world->kinds[id] = below(ARRAY_SIZE(kinds));
}

/* Real mode with segments from 0 to 4 GiB, at the start of its code. 0, or -1 if refused. */
int guests_reset(struct world *world, uint32_t id, int fd)
{
	struct kvm_regs regs = {
		.rip = KIND_GPA(world->kinds[id]), .rsp = 0x8000 - 0x1000 * id, .rflags = 2,
		.rdi = COUNTER(id),
	};
	struct kvm_sregs sregs;
	struct kvm_segment *data[] = { &sregs.ds, &sregs.es, &sregs.ss };

	if (call(fd, VMH_GET_SREGS, &sregs))
		return -1;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
		data[i]->base = 0;
		data[i]->selector = 0;
		data[i]->limit = 0xffffffff;
		data[i]->g = 1;
	}
	if (call(fd, VMH_SET_SREGS, &sregs))
		return -1;
	return call(fd, VMH_SET_REGS, &regs);
}

/* The run page is shared: while another RUN is under way, it may hold what that began with. */
bool guests_may_exit(const struct world *world, uint32_t id, uint32_t exit_reason, uint32_t slots)
{
	const struct kind *kind = &kinds[world->kinds[id]];

	if (exit_reason == KVM_EXIT_UNKNOWN || exit_reason == KVM_EXIT_INTR)
		return true;
	/* Without slot 0 there is no code: the fetch fails. */
	if (!(slots & 1) &&
	    (exit_reason == KVM_EXIT_INTERNAL_ERROR || exit_reason == KVM_EXIT_MMIO))
		return true;
	return exit_reason == kind->exits[0] || exit_reason == kind->exits[1];
}
