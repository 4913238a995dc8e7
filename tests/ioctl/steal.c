// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest is told of vCPUs that have lost their processors, what it can ask of them then, and
 * how it gives one its own. All threads of a test share one processor: what the test sees, it sees
 * while the vCPUs have none.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "vm.h"

#define STEAL_MSR	0x4b564d03
#define STEAL_GPA	0x4000
#define STEAL_SLOT_GPA	0x200000
#define PREEMPTED	16		/* where the byte is */
#define IS_PREEMPTED	1
#define FLUSH_TLB	2
#define SEEN_GPA	0x5000
#define CALLS_GPA	0x2000
#define OTHER_GPA	0x2004
#define SWITCHES_GPA	0x2008
#define RESULT_GPA	0x200c
#define NOBODY		77
#define ROUNDS		20
#define HALF_GPA	0x3000

/* Counts, and gathers what it sees in the byte. */
GUEST(guest_watches_byte,
      "sti; 1: movb 0x4010, %al; orb %al, 0x5000; incl 0x2000; jmp 1b");
/* Halts for good, or until it is looked after. */
GUEST(guest_halts, "sti; movb $1, 0x2000; 1: hlt; jmp 1b");
/* Yields to EBX; counts its calls, and those after which the other one had run. */
GUEST(guest_yields,
      "sti; 1: movl $11, %eax; movl 0x2004, %edx; vmcall; movl %eax, 0x200c;"
      "cmpl %edx, 0x2004; je 2f; incl 0x2008; 2: incl 0x2000; jmp 1b");
GUEST(guest_counts_other, "sti; 1: incl 0x2004; jmp 1b");
GUEST(guest_yields_once, "movl $11, %eax; vmcall; 1: outb %al, $0x10; jmp 1b");

static void share_one_processor(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	CHECK(!sched_setaffinity(0, sizeof(set), &set));
}

static volatile uint8_t *byte_at(struct vm *vm, uint64_t gpa)
{
	return vm->memory + gpa + PREEMPTED;
}

static volatile uint32_t *count_at(struct vm *vm, uint64_t gpa)
{
	return (volatile uint32_t *)(vm->memory + gpa);
}

static void set_steal(struct vm *vm, uint64_t value)
{
	if (!must(vm->dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_STEAL_TIME)))
		skip("this kernel does not count stolen time");
	CHECK_EQ(vm_set_msr(vm, 0, STEAL_MSR, value), 1);
}

static uint64_t flushes(struct vm *vm)
{
	struct vmh_stats stats = { .size = sizeof(stats) };

	must(vm->fd, VMH_GET_STATS, &stats);
	return stats.pv_tlb_flushes;
}

static void make(struct vm *vm, const struct spec *spec, const char *code, const char *end)
{
	share_one_processor();
	vm_make(vm, spec);
	vm_load(vm, code, end);
	vm_start(vm);
}

#define MAKE(vm, guest, ...) make(vm, &(struct spec){ __VA_ARGS__ }, guest, guest##_end)

/* The vCPU runs, and loses the processor to this thread. */
static void let_run(struct vm *vm)
{
	wait_until_changes((uint32_t *)(vm->memory + SPIN_COUNTER));
	sleep_ms(2);
}

static void finish(struct vm *vm, struct runner *runner)
{
	if (on_kvm)	/* ends with the process */
		return;
	vm_event(vm, VMH_EVENT_TERMINATE);
	runner_join(runner);
	CHECK_EQ(runner->error, ESTALE);
}

/* It may end what it does before it is interrupted; most times it is in the guest. */
static void wait_until_told(struct vm *vm)
{
	for (unsigned int i = 0; i < 1000; i++) {
		let_run(vm);
		if (*byte_at(vm, STEAL_GPA) & IS_PREEMPTED)
			return;
	}
	FAIL("never told");
}

static void told(void)
{
	struct runner runner;
	unsigned int seen = 0;
	uint64_t stolen;
	struct vm vm;

	MAKE(&vm, guest_watches_byte);
	set_steal(&vm, STEAL_GPA | 1);
	stolen = *(volatile uint64_t *)(vm.memory + STEAL_GPA);
	runner_start(&runner, &vm, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		let_run(&vm);
		seen += *byte_at(&vm, STEAL_GPA) == IS_PREEMPTED;
		CHECK(!(*byte_at(&vm, STEAL_GPA) & ~IS_PREEMPTED));
	}
	CHECK(seen > ROUNDS / 2);
	/* When it has a processor it is not said to have none. */
	CHECK_EQ(vm.memory[SEEN_GPA], 0);
	CHECK(*(volatile uint64_t *)(vm.memory + STEAL_GPA) > stolen);
	finish(&vm, &runner);
}

static void not_halted(void)
{
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_halts, .irqchip = true);
	set_steal(&vm, STEAL_GPA | 1);
	runner_start(&runner, &vm, 0);
	wait_for_byte(vm.memory + SPIN_COUNTER, 1);
	sleep_ms(5);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		CHECK_EQ(*byte_at(&vm, STEAL_GPA), 0);
		sleep_ms(1);
	}
	finish(&vm, &runner);
}

static void not_asked_for(void)
{
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_watches_byte);
	set_steal(&vm, STEAL_GPA);
	runner_start(&runner, &vm, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		let_run(&vm);
		CHECK_EQ(*byte_at(&vm, STEAL_GPA), 0);
	}
	finish(&vm, &runner);
}

/* As a guest does: the bit is set only where the vCPU is said to have no processor. */
static void flush_is_done(void)
{
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_watches_byte);
	set_steal(&vm, STEAL_GPA | 1);
	runner_start(&runner, &vm, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		CHECK_EQ(flushes(&vm), i);
		do {
			wait_until_told(&vm);
		} while (!__sync_bool_compare_and_swap(byte_at(&vm, STEAL_GPA), IS_PREEMPTED,
						       IS_PREEMPTED | FLUSH_TLB));
		let_run(&vm);
		CHECK(!(*byte_at(&vm, STEAL_GPA) & FLUSH_TLB));
	}
	CHECK_EQ(flushes(&vm), ROUNDS);
	CHECK_EQ(vm.memory[SEEN_GPA], 0);
	finish(&vm, &runner);
}

/* What was saved with memory when the flush was still to be done. */
static void flush_is_restored(void)
{
	struct vm vm;

	MAKE(&vm, guest_out);
	set_steal(&vm, STEAL_GPA | 1);
	*byte_at(&vm, STEAL_GPA) = IS_PREEMPTED | FLUSH_TLB;
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(*byte_at(&vm, STEAL_GPA), 0);
	CHECK_EQ(flushes(&vm), 1);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(flushes(&vm), 1);
}

/* Nowhere, or where nothing can be written: the guest runs on, and nobody is told. */
static void bad_places(void)
{
	const uint64_t places[] = { 0x40000000, 0xfffffffc0, STEAL_SLOT_GPA };
	uint8_t *rom = map_pages(PAGE), old[PAGE];
	struct runner runner;
	struct vm vm;

	memset(rom, 0x55, PAGE);
	memcpy(old, rom, PAGE);
	share_one_processor();
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		MAKE(&vm, guest_watches_byte, .memory = 4 << 20);
		vm_add_slot(&vm, 0, 0, 0, NULL);
		vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
		must(vm.fd, VMH_SET_USER_MEMORY_REGION, &(struct kvm_userspace_memory_region){
			.slot = 1, .flags = KVM_MEM_READONLY, .guest_phys_addr = STEAL_SLOT_GPA,
			.memory_size = PAGE, .userspace_addr = (uintptr_t)rom });
		set_steal(&vm, places[i] | 1);
		runner_start(&runner, &vm, 0);
		for (unsigned int round = 0; round < ROUNDS; round++)
			let_run(&vm);
		finish(&vm, &runner);
		vm_close(&vm);
	}
	CHECK(!memcmp(rom, old, PAGE));
}

/* The memory is the VMM's again, and the host leaves it alone. */
static void slot_goes(void)
{
	uint8_t *page = map_pages(PAGE);
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_watches_byte, .memory = 4 << 20);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
	vm_add_slot(&vm, 1, STEAL_SLOT_GPA, PAGE, page);
	set_steal(&vm, STEAL_SLOT_GPA | 1);
	runner_start(&runner, &vm, 0);
	for (unsigned int i = 0; i < 1000 && !page[PREEMPTED]; i++)
		let_run(&vm);
	CHECK_EQ(page[PREEMPTED], IS_PREEMPTED);
	vm_add_slot(&vm, 1, STEAL_SLOT_GPA, 0, NULL);
	memset(page, 0x55, PAGE);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		let_run(&vm);
		CHECK_EQ(page[PREEMPTED], 0x55);
	}
	/* Once at most: what was told when it went, and may have been answered. */
	CHECK(flushes(&vm) <= 1);
	finish(&vm, &runner);
}

/* A log that is read while the byte says so has the page, each time. */
static void logged(void)
{
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_watches_byte);
	vm_log_dirty(&vm);
	set_steal(&vm, STEAL_GPA | 1);
	runner_start(&runner, &vm, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		wait_until_told(&vm);
		CHECK(vm_page_is_dirty(&vm, STEAL_GPA));
		CHECK(vm_page_is_dirty(&vm, STEAL_GPA));
	}
	finish(&vm, &runner);
}

/* How many calls the first vCPU makes, in a while, for each time that the second one runs. */
static uint32_t calls_per_switch(uint32_t target)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rsp = CODE_GPA, .rflags = 2, .rbx = target };
	struct runner runner[2];
	uint32_t calls, switches;
	struct vm vm;

	MAKE(&vm, guest_yields, .cpus = 2);
	memcpy(vm.memory + HALF_GPA, guest_counts_other,
	       guest_counts_other_end - guest_counts_other);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	regs.rip = HALF_GPA;
	must(vm.vcpu[1], VMH_SET_REGS, &regs);
	for (unsigned int id = 0; id < 2; id++)
		runner_start(&runner[id], &vm, id);
	wait_until_changes((uint32_t *)(vm.memory + OTHER_GPA));
	wait_until_changes((uint32_t *)(vm.memory + CALLS_GPA));
	calls = *count_at(&vm, CALLS_GPA);
	switches = *count_at(&vm, SWITCHES_GPA);
	sleep_ms(300);
	calls = *count_at(&vm, CALLS_GPA) - calls;
	switches = *count_at(&vm, SWITCHES_GPA) - switches;
	CHECK(switches);
	CHECK_EQ(*count_at(&vm, RESULT_GPA), 0);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	for (unsigned int id = 0; id < 2; id++)
		runner_join(&runner[id]);
	vm_close(&vm);
	return calls / switches;
}

/*
 * Whoever is yielded to runs soon, not only when the time of the first one is over. 6.12 switches
 * nearly at once; 6.1's scheduler takes it for a hint, and a third of that time.
 */
static void yields(void)
{
	uint32_t nobody = calls_per_switch(NOBODY), itself = calls_per_switch(0);
	uint32_t directed = calls_per_switch(1);

	printf("# calls a switch: %u to nobody, %u to itself, %u directed\n", nobody, itself,
	       directed);
	fflush(stdout);
	CHECK(directed * 2 < nobody);
	CHECK(directed * 2 < itself);
}

static uint32_t yield_once(struct vm *vm, uint64_t target)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rsp = CODE_GPA, .rflags = 2, .rbx = target };

	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	return vm_regs(vm, 0).rax;
}

/* Any number will do. Who does not have it does not get it, if the VMM wants it so. */
static void yields_to_anybody(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_ENFORCE_PV_FEATURE_CPUID, .args[0] = 1 };
	struct vm vm;

	MAKE(&vm, guest_yields_once);
	CHECK_EQ(yield_once(&vm, 0), 0);
	CHECK_EQ(yield_once(&vm, NOBODY), 0);
	CHECK_EQ(yield_once(&vm, ~0ULL), 0);
	must(vm.vcpu[0], VMH_ENABLE_CAP, &cap);
	CHECK_EQ(yield_once(&vm, 0), (uint32_t)-1000);
}

static const struct test tests[] = {
	{ .name = "a lost processor is told of", .run = told, .kvm = true },
	{ .name = "a halted vCPU has lost nothing", .run = not_halted, .kvm = true },
	{ .name = "a lost processor is not told of", .run = not_asked_for, .kvm = true },
	{ .name = "a flush is done later", .run = flush_is_done },
	{ .name = "a flush is done after restoring", .run = flush_is_restored },
	{ .name = "stolen time has no place", .run = bad_places },
	{ .name = "stolen time loses its place", .run = slot_goes },
	{ .name = "a lost processor is logged", .run = logged },
	{ .name = "SCHED_YIELD to a vCPU", .run = yields },
	{ .name = "SCHED_YIELD to anybody", .run = yields_to_anybody, .kvm = true },
	{ }
};

const struct suite suite_steal = { "steal", tests };
