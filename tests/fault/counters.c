// SPDX-License-Identifier: GPL-2.0
/*
 * The host's performance counters, which no emulator has: the module takes it that perf wants an
 * MSR to be another one in guests. Entry and exit switch it, and no longer than perf wants it.
 */
#include <string.h>

#include "fault.h"

#define POINT		"counters"
#define SEEN_GPA	0x2000
#define WANTED		0x600d	/* as src/kernel/fail_point.c says */

GUEST(guest_tells_aux, "1: rdtscp; movl %ecx, 0x2000; outb %al, $0x10; jmp 1b");

static uint32_t tsc_aux(void)
{
	uint32_t aux;

	__builtin_ia32_rdtscp(&aux);
	return aux;
}

static uint32_t seen_by(struct vm *vm)
{
	uint32_t seen, own = tsc_aux();

	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(tsc_aux(), own);
	memcpy(&seen, vm->memory + SEEN_GPA, sizeof(seen));
	return seen;
}

void fail_counters(const struct scenario *none)
{
	struct point points[POINTS_MAX];
	unsigned int nr = points_read(points);
	struct vm vm;

	(void)none;
	vm_make(&vm, &(struct spec){ .cpus = 1 });
	VM_LOAD(&vm, guest_tells_aux);
	vm_start(&vm);
	CHECK_EQ(seen_by(&vm), 0);
	for (int i = 0; i < 3; i++) {
		point_arm(POINT, 1);
		CHECK_EQ(seen_by(&vm), WANTED);
		CHECK_EQ(seen_by(&vm), 0);
		results->steps++;
	}
	vm_close(&vm);
	for (unsigned int which = 0; which < nr; which++)
		if (!strcmp(points[which].name, POINT))
			results->hit[which] = true;
}
