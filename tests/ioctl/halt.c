// SPDX-License-Identifier: GPL-2.0
/* Halts that are watched for a while before the thread sleeps: when, for how long, and counted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define VECTOR		0x30
#define HANDLER_GPA	0x3000
#define POLL_CONTROL	0x4b564d05
#define MS		1000000U
#define LONGEST		(10 * MS)
#define NAPS		40

/* CX naps of EBX ns, each ended by the APIC's timer; then OUT. */
GUEST(guest_naps,
      "cli; movl $0xfee00000, %esi; movl $0x1ff, 0xf0(%esi); movl $0xb, 0x3e0(%esi);"
      "movl $0x30, 0x320(%esi);"
      "1: movl %ebx, 0x380(%esi); sti; hlt; cli; decw %cx; jnz 1b;"
      "2: outb %al, $0x10; jmp 2b");
GUEST(guest_eoi, "movl $0, 0xb0(%esi); iret");

static struct vmh_stats stats_of(struct vm *vm)
{
	struct vmh_stats stats = { .size = sizeof(stats) };

	must(vm->fd, VMH_GET_STATS, &stats);
	return stats;
}

static void make(struct vm *vm)
{
	const uint16_t gate[] = { HANDLER_GPA, 0 };

	vm_make(vm, &(struct spec){ .irqchip = true });
	VM_LOAD(vm, guest_naps);
	memcpy(vm->memory + HANDLER_GPA, guest_eoi, guest_eoi_end - guest_eoi);
	memcpy(vm->memory + VECTOR * sizeof(gate), gate, sizeof(gate));
	vm_start(vm);
}

static void set_longest(struct vm *vm, uint64_t ns)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_HALT_POLL, .args[0] = ns };

	must(vm->fd, VMH_ENABLE_CAP, &cap);
}

/* What the naps add to the counts. */
static struct vmh_stats nap(struct vm *vm, uint32_t ns)
{
	struct vmh_stats before = stats_of(vm), after;
	struct kvm_regs regs;

	vm_reset(vm, 0);
	regs = vm_regs(vm, 0);
	regs.rbx = ns;
	regs.rcx = NAPS;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	after = stats_of(vm);
	after.halt_attempted_poll -= before.halt_attempted_poll;
	after.halt_successful_poll -= before.halt_successful_poll;
	after.halt_poll_invalid -= before.halt_poll_invalid;
	after.halt_wakeup -= before.halt_wakeup;
	after.halt_poll_success_ns -= before.halt_poll_success_ns;
	after.halt_poll_fail_ns -= before.halt_poll_fail_ns;
	return after;
}

/* Each halt ends one way or the other; some end before the thread gets there. */
static void check_sum(const struct vmh_stats *stats)
{
	CHECK(stats->halt_successful_poll + stats->halt_wakeup <= NAPS);
	CHECK(stats->halt_successful_poll <= stats->halt_attempted_poll);
	CHECK(stats->halt_poll_invalid <= stats->halt_successful_poll);
	CHECK_EQ(!stats->halt_successful_poll, !stats->halt_poll_success_ns);
	CHECK_EQ(stats->halt_successful_poll == stats->halt_attempted_poll,
		 !stats->halt_poll_fail_ns);
}

/* Short halts: the time grows until it is enough, and then the thread sleeps no more. */
static void short_halts(void)
{
	struct vmh_stats stats;
	struct vm vm;

	make(&vm);
	set_longest(&vm, LONGEST);
	stats = nap(&vm, 2 * MS);
	check_sum(&stats);
	CHECK(stats.halt_successful_poll > NAPS / 2);
	CHECK(stats.halt_wakeup);
	CHECK(stats.halt_attempted_poll > stats.halt_successful_poll);
	/* Watched is what a nap takes, more or less. */
	CHECK(stats.halt_poll_success_ns >= stats.halt_successful_poll * MS);
	CHECK(stats.halt_poll_success_ns <= stats.halt_successful_poll * LONGEST);
	stats = nap(&vm, 2 * MS);
	CHECK(stats.halt_successful_poll > NAPS * 3 / 4);
}

/* Also where the TSC is a little ahead of the clock that the timer goes by. */
static void ends_once(void)
{
	struct vmh_stats stats;
	struct vm vm;

	make(&vm);
	set_longest(&vm, LONGEST);
	for (unsigned int round = 0; round < 20; round++) {
		stats = nap(&vm, 2 * MS);
		check_sum(&stats);
	}
}

/* Long ones: the time shrinks to nothing. */
static void long_halts(void)
{
	struct vmh_stats stats;
	struct vm vm;

	make(&vm);
	set_longest(&vm, LONGEST);
	nap(&vm, 2 * MS);
	stats = nap(&vm, 2 * LONGEST);
	check_sum(&stats);
	CHECK(stats.halt_attempted_poll > 0);
	CHECK(stats.halt_attempted_poll < NAPS / 2);
	CHECK_EQ(stats.halt_successful_poll, 0);
	stats = nap(&vm, 2 * LONGEST);
	CHECK_EQ(stats.halt_attempted_poll, 0);
	CHECK_EQ(stats.halt_wakeup, NAPS);
}

static void never(void)
{
	struct vmh_stats stats;
	struct vm vm;

	make(&vm);
	CHECK_EQ(must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_HALT_POLL)), 1);
	set_longest(&vm, 0);
	stats = nap(&vm, 2 * MS);
	CHECK_EQ(stats.halt_attempted_poll, 0);
	CHECK_EQ(stats.halt_wakeup, NAPS);
	/* And taken back, while the VM runs. */
	set_longest(&vm, LONGEST);
	CHECK(nap(&vm, 2 * MS).halt_attempted_poll);
}

/* A guest that watches by itself. */
static void guest_watches(void)
{
	struct vm vm;

	make(&vm);
	set_longest(&vm, LONGEST);
	CHECK_EQ(vm_get_msr(&vm, 0, POLL_CONTROL), 1);
	CHECK_EQ(vm_set_msr(&vm, 0, POLL_CONTROL, 0), 1);
	CHECK_EQ(vm_get_msr(&vm, 0, POLL_CONTROL), 0);
	CHECK_EQ(nap(&vm, 2 * MS).halt_attempted_poll, 0);
	/* No other bit. */
	CHECK_EQ(vm_set_msr(&vm, 0, POLL_CONTROL, 2), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, POLL_CONTROL, 1ULL << 63), 0);
	CHECK_EQ(vm_get_msr(&vm, 0, POLL_CONTROL), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, POLL_CONTROL, 1), 1);
	CHECK(nap(&vm, 2 * MS).halt_attempted_poll);
}

/* Whoever wants the processor or the thread ends it: here PAUSE, and a signal that kills. */
static void interrupted(void)
{
	struct runner runner;
	struct vm vm;

	make(&vm);
	set_longest(&vm, ~0U);
	nap(&vm, 2 * MS);
	vm_reset(&vm, 0);
	must(vm.vcpu[0], VMH_SET_REGS, &(struct kvm_regs){
		.rip = CODE_GPA, .rsp = CODE_GPA, .rflags = 2, .rbx = 4000 * MS, .rcx = 1 });
	runner_start(&runner, &vm, 0);
	sleep_ms(20);
	vm_event(&vm, VMH_EVENT_PAUSE);
	vm_event(&vm, VMH_EVENT_RESUME);
	sleep_ms(1);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	runner_join(&runner);
	CHECK_EQ(runner.error, ESTALE);
}

static void refused(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_HALT_POLL, .args[0] = 1ULL << 32 };
	struct vm vm;

	make(&vm);
	REFUSED(vm.fd, VMH_ENABLE_CAP, &cap, .error = EINVAL, .code = VMH_E_VALUE, .field = "args",
		GOT(1ULL << 32), EXPECTED(~0U));
	cap.args[0] = 1;
	cap.flags = 1;
	REFUSED(vm.fd, VMH_ENABLE_CAP, &cap, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "flags", GOT(1), EXPECTED(0));
}

/* What programs know that were made before halts were counted. */
static void shorter_stats(void)
{
	struct vmh_stats stats = { .size = offsetof(struct vmh_stats, halt_attempted_poll) };
	struct vm vm;

	make(&vm);
	stats.halt_wakeup = 77;
	must(vm.fd, VMH_GET_STATS, &stats);
	CHECK_EQ(stats.size, sizeof(stats));
	CHECK_EQ(stats.nr_vcpus, 1);
	CHECK_EQ(stats.halt_wakeup, 77);
}

static const struct test tests[] = {
	{ .name = "short halts are watched", .run = short_halts },
	{ .name = "a halt that is watched ends once", .run = ends_once },
	{ .name = "long halts are not", .run = long_halts },
	{ .name = "no halts are watched", .run = never },
	{ .name = "the guest watches by itself", .run = guest_watches },
	{ .name = "interrupted while it watches", .run = interrupted },
	{ .name = "KVM_CAP_HALT_POLL refused", .run = refused },
	{ .name = "shorter statistics", .run = shorter_stats },
	{ }
};

const struct suite suite_halt = { "halt", tests };
