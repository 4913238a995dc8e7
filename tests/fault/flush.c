// SPDX-License-Identifier: GPL-2.0
/*
 * Flushes of cached translations that are left out, one at a time: the translation checker has to
 * find each, where nothing else would show on an emulated processor. Before that the same without
 * the omission, where it has nothing to find.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fault.h"

#define CHECKER		"/sys/kernel/debug/vmh/translations"
#define DATA_GPA	0x5000
#define STEAL_MSR	0x4b564d03
#define STEAL_PREEMPTED	16		/* in the structure that it points to */
#define ASKS_FLUSH	3

GUEST(guest_out_first, "1: outb %al, $0x10; jmp 1b");
GUEST(guest_reads_first, "movb 0x5000, %al; 1: outb %al, $0x10; jmp 1b");
GUEST(guest_reads_then_writes,
      "outb %al, $0x10; movb 0x5000, %al; outb %al, $0x10; movb %al, 0x5000; outb %al, $0x10");

/* Paging. */
#define TABLE_GPA	0x6000
#define OTHER_TABLE_GPA	0x7000
#define GDT_GPA		0x8000
#define TSS_GPA		0x9000ULL
#define OLD_TSS_GPA	0xa000ULL
#define LARGE_PAGE	0x83		/* present, writable, 4 MiB */
#define ROM_GPA		0xfffff000
#define RESET_OFFSET	0xff0
#define CR0_PG		0x80000000
#define CR0_PE		1
#define CR4_PSE		0x10
#define SEL_OLD		0x08
#define SEL_NEW		0x10
#define SEL_CODE	0x18
#define SEL_DATA	0x20

/* The task that is switched to goes on after the jump. */
GUEST(guest_switches_tasks, "outb %al, $0x10; ljmpw $0x10, $0; 1: outb %al, $0x10; jmp 1b");
#define AFTER_JUMP	(CODE_GPA + 2 + 5)
GUEST(guest_sets_nx, "outb %al, $0x10; movl $0xc0000080, %ecx; rdmsr; orl $0x800, %eax; wrmsr;"
      "1: outb %al, $0x10; jmp 1b");

/* TSSs, busy and not, then flat segments for 16-bit code. */
static const uint64_t gdt[] = {
	0, 0x00008b0000000067ULL | OLD_TSS_GPA << 16, 0x0000890000000067ULL | TSS_GPA << 16,
	0x008f9b000000ffffULL, 0x008f93000000ffffULL,
};

/* SDM, "Task-State Segment (TSS)". */
static const uint32_t tss[26] = {
	[7] = OTHER_TABLE_GPA, [8] = AFTER_JUMP, [9] = 2, [14] = CODE_GPA,
	[18] = SEL_DATA, [19] = SEL_CODE, [20] = SEL_DATA, [21] = SEL_DATA,
};

static void checker(const char *command)
{
	int fd = open(CHECKER, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(command);

	if (fd < 0 || write(fd, command, length) != length)
		FAIL("%s: %s", CHECKER, command);
	close(fd);
}

/* What it has found of a kind; of all kinds with "". */
static unsigned int found(const char *kind)
{
	FILE *file = fopen(CHECKER, "re");
	unsigned int count, total = 0;
	char name[32];

	CHECK(file);
	while (fscanf(file, "%31s %u", name, &count) == 2)
		if (!*kind || !strcmp(name, kind))
			total += count;
	fclose(file);
	return total;
}

static void run_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK(!sched_setaffinity(0, sizeof(set), &set));
}

/* Arms the point in a row that has one; in the round without omissions there is none. */
static void leave_out(const char *point)
{
	if (point)
		point_arm(point, 1);
}

static void make(struct vm *vm, const char *code, const char *end)
{
	vm_make(vm, &(struct spec){ });
	vm_load(vm, code, end);
	vm_start(vm);
	vm_run_until(vm, 0, KVM_EXIT_IO);
}

#define MAKE(vm, guest)	make(vm, guest, guest##_end)

static void again(struct vm *vm)
{
	vm_run_until(vm, 0, KVM_EXIT_IO);
	vm_close(vm);
}

static void first_load(const char *point)
{
	struct vm vm;

	leave_out(point);
	MAKE(&vm, guest_out_first);
	again(&vm);
}

/*
 * Its VPID is new, the EPT is not. SET_SREGS flushes where it is called: so the vCPU is made on
 * another processor than it runs on.
 */
static void second_vcpu(const char *point)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 2 });
	vm.memory = map_pages(vm.bytes);
	vm_add_slot(&vm, 0, 0, vm.bytes, vm.memory);
	vm_add_vcpu(&vm, 0);
	vm_reset(&vm, 0);
	run_on(1);
	vm_add_vcpu(&vm, 1);
	vm_reset(&vm, 1);
	VM_LOAD(&vm, guest_out_first);
	vm_start(&vm);
	run_on(0);
	leave_out(point);
	vm_run_until(&vm, 1, KVM_EXIT_IO);
	vm_close(&vm);
}

/* The kernel takes a page away that the guest has mapped. */
static void take_page(struct vm *vm)
{
	CHECK(!madvise(vm->memory + DATA_GPA, PAGE, MADV_DONTNEED));
}

static void make_with_data(struct vm *vm)
{
	vm_make(vm, &(struct spec){ });
	vm->memory[DATA_GPA] = 1;
	VM_LOAD(vm, guest_reads_first);
	vm_start(vm);
	vm_run_until(vm, 0, KVM_EXIT_IO);
}

static void taken_while_not_loaded(const char *point)
{
	struct vm vm;

	make_with_data(&vm);
	take_page(&vm);
	leave_out(point);
	again(&vm);
}

static void taken_and_not_said(const char *point)
{
	struct vm vm;

	make_with_data(&vm);
	leave_out(point);
	take_page(&vm);
	again(&vm);
}

/* What was mapped for reading gives way to another page, while the vCPU is loaded. */
static void taken_while_loaded(const char *point)
{
	struct vm vm;

	MAKE(&vm, guest_reads_then_writes);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	leave_out(point);
	again(&vm);
}

/* The code is also where a processor starts. */
static void add_rom(struct vm *vm, const char *code, const char *end)
{
	uint8_t *rom = vm->memory + vm->bytes / 2;

	memcpy(rom + RESET_OFFSET, code, end - code);
	vm_add_slot(vm, 0, 0, 0, NULL);
	vm_add_slot(vm, 0, 0, vm->bytes / 2, vm->memory);
	vm_add_slot(vm, 1, ROM_GPA, PAGE, rom);
}

/* Page tables of 32-bit paging: one page of 4 MiB, where it is, in two address spaces. */
static void page(struct vm *vm, const char *code, const char *end)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[100];
	} cpuid = { .head.nent = 100 };
	struct kvm_sregs sregs;

	vm_make(vm, &(struct spec){ .irqchip = true });
	vm_load(vm, code, end);
	add_rom(vm, code, end);
	*(uint32_t *)(vm->memory + TABLE_GPA) = LARGE_PAGE;
	*(uint32_t *)(vm->memory + OTHER_TABLE_GPA) = LARGE_PAGE;
	memcpy(vm->memory + GDT_GPA, gdt, sizeof(gdt));
	memcpy(vm->memory + TSS_GPA, tss, sizeof(tss));
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 |= CR0_PG | CR0_PE;
	sregs.cr4 |= CR4_PSE;
	sregs.cr3 = TABLE_GPA;
	sregs.gdt.base = GDT_GPA;
	sregs.gdt.limit = sizeof(gdt) - 1;
	sregs.tr = (struct kvm_segment){
		.selector = SEL_OLD, .base = OLD_TSS_GPA, .limit = sizeof(tss) - 1, .type = 11,
		.present = 1,
	};
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	vm_start(vm);
	vm_run_until(vm, 0, KVM_EXIT_IO);
}

#define PAGED(vm, guest)	page(vm, guest, guest##_end)

static void sets_cr3(const char *point)
{
	struct kvm_sregs sregs;
	struct vm vm;

	PAGED(&vm, guest_out_first);
	leave_out(point);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr3 = OTHER_TABLE_GPA;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	again(&vm);
}

static void gets_init(const char *point)
{
	struct kvm_vcpu_events events;
	struct vm vm;

	PAGED(&vm, guest_out_first);
	leave_out(point);
	must(vm.vcpu[0], VMH_GET_VCPU_EVENTS, &events);
	events.flags |= KVM_VCPUEVENT_VALID_SMM;
	events.smi.latched_init = 1;
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events);
	again(&vm);
}

static void switches_tasks(const char *point)
{
	struct vm vm;

	PAGED(&vm, guest_switches_tasks);
	leave_out(point);
	again(&vm);
}

static void sets_nx(const char *point)
{
	struct vm vm;

	PAGED(&vm, guest_sets_nx);
	leave_out(point);
	again(&vm);
}

/* As restored with memory, where the guest had asked for it. */
static void asks_flush(const char *point)
{
	struct { struct kvm_msrs head; struct kvm_msr_entry entry; } msrs = {
		.head.nmsrs = 1, .entry = { .index = STEAL_MSR, .data = DATA_GPA | 1 },
	};
	struct vm vm;

	MAKE(&vm, guest_out_first);
	must(vm.vcpu[0], VMH_SET_MSRS, &msrs);
	vm.memory[DATA_GPA + STEAL_PREEMPTED] = ASKS_FLUSH;
	leave_out(point);
	again(&vm);
}

static void moves(const char *point)
{
	struct vm vm;

	MAKE(&vm, guest_out_first);
	run_on(1);
	leave_out(point);
	again(&vm);
}

/**
 * struct omission - a flush that is left out
 * @name: when.
 * @point: the injection point.
 * @kind: what the checker says.
 * @cpus: processors that it takes.
 * @run: what to do, with the point to be armed, or NULL.
 */
static const struct omission {
	const char *name;
	const char *point;
	const char *kind;
	unsigned int cpus;
	void (*run)(const char *point);
} omissions[] = {
	{ "a VM's first load", "flush_load", "root", 1, first_load },
	{ "a vCPU's first load", "flush_load", "vpid", 2, second_vcpu },
	{ "a load after the EPT has changed", "flush_load", "ept", 1, taken_while_not_loaded },
	{ "a change of the EPT that is not said", "flush_gen", "ept", 1, taken_and_not_said },
	{ "a change of the EPT while loaded", "flush_here", "ept", 1, taken_while_loaded },
	{ "SET_SREGS with another CR3", "flush_guest", "paging", 1, sets_cr3 },
	{ "INIT", "flush_guest", "paging", 1, gets_init },
	{ "a task switch", "flush_guest", "paging", 1, switches_tasks },
	{ "WRMSR of EFER.NXE", "flush_guest", "paging", 1, sets_nx },
	{ "a flush that the guest asks for", "flush_guest", "asked", 1, asks_flush },
	{ "a load on another processor", "flush_load", "moved", 2, moves },
};

/* How often the point has done its work, which the scenario must have come by. */
static int left_out(const char *point)
{
	struct point points[POINTS_MAX];
	unsigned int nr = points_read(points);

	for (unsigned int which = 0; which < nr; which++) {
		if (strcmp(points[which].name, point))
			continue;
		if (points[which].failed)
			results->hit[which] = true;
		return points[which].failed;
	}
	FAIL("there is no point %s", point);
	return 0;
}

static void expect_silence(const struct omission *o)
{
	unsigned int before = found("");

	say("# %s\n", o->name);
	run_on(0);
	o->run(NULL);
	if (found("") != before)
		FAIL("%s: something was found although nothing was left out", o->name);
}

/* Says whether it was found. */
static bool omit(const struct omission *o)
{
	unsigned int before = found(o->kind);
	int done = left_out(o->point);

	say("# %s, without its flush\n", o->name);
	run_on(0);
	o->run(o->point);
	points_off();
	if (left_out(o->point) != done + 1)
		FAIL("%s: nothing was left out", o->name);
	if (found(o->kind) > before)
		return true;
	say("# not found: %s\n", o->name);
	return false;
}

void flush_checker_off(void)
{
	points_off();
	checker("warn");
}

void fail_flushes(const struct scenario *none)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), injected = 0, caught = 0;

	(void)none;
	for (size_t i = 0; i < ARRAY_SIZE(omissions); i++)
		if (omissions[i].cpus <= cpus)
			expect_silence(&omissions[i]);
	checker("expect");
	for (size_t i = 0; i < ARRAY_SIZE(omissions); i++) {
		if (omissions[i].cpus > cpus)
			continue;
		injected++;
		caught += omit(&omissions[i]);
	}
	results->steps += injected;
	say("# translation checker: %u omissions injected, %u caught, with %u processor%s\n",
	    injected, caught, cpus, cpus == 1 ? "" : "s");
	CHECK_EQ(caught, injected);
}
