// SPDX-License-Identifier: GPL-2.0
/* Dirty logs: what a guest writes shows, once; and nothing that was written is ever lost. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define MIB		(1ULL << 20)
#define LOG_GPA		0x40000000ULL
#define WORD_PAGES	64

/* Slot 1 has memory of its own, whose writes are logged or not. */
struct logged {
	struct vm vm;
	uint64_t pages;
	uint8_t *memory;
	uint64_t *bits;
};

static void set_slot(struct logged *l, uint32_t flags, uint64_t gpa)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .flags = flags, .guest_phys_addr = gpa,
		.memory_size = l->pages * PAGE, .userspace_addr = (uintptr_t)l->memory,
	};

	must(l->vm.fd, VMH_SET_USER_MEMORY_REGION, &region);
}

static void log_on(struct logged *l)
{
	set_slot(l, KVM_MEM_LOG_DIRTY_PAGES, LOG_GPA);
}

static void log_off(struct logged *l)
{
	set_slot(l, 0, LOG_GPA);
}

static void make(struct logged *l, uint64_t pages, uint64_t manual)
{
	uint64_t bytes = pages * PAGE;
	uint8_t *room = map_pages(bytes + 2 * MIB);

	*l = (struct logged){ .pages = pages };
	l->memory = (uint8_t *)(((uintptr_t)room + 2 * MIB - 1) & ~(2 * MIB - 1));
	l->bits = map_pages((pages + 7) / 8 + PAGE);
	vm_make(&l->vm, &(struct spec){ .memory = MIB + bytes, .cpus = 2 });
	vm_add_slot(&l->vm, 0, 0, 0, NULL);
	vm_add_slot(&l->vm, 0, 0, MIB, l->vm.memory);
	if (manual)
		must(l->vm.fd, VMH_ENABLE_CAP, &(struct kvm_enable_cap){
			.cap = KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, .args[0] = manual });
	log_off(l);
	vm_start(&l->vm);
}

static uint64_t words(const struct logged *l)
{
	return (l->pages + WORD_PAGES - 1) / WORD_PAGES;
}

static void get(struct logged *l)
{
	memset(l->bits, 0x5a, words(l) * 8);
	must(l->vm.fd, VMH_GET_DIRTY_LOG,
	     &(struct kvm_dirty_log){ .slot = 1, .dirty_bitmap = l->bits });
}

static void clear(struct logged *l, uint64_t first, uint64_t nr)
{
	must(l->vm.fd, VMH_CLEAR_DIRTY_LOG,
	     &(struct kvm_clear_dirty_log){ .slot = 1, .first_page = first, .num_pages = nr,
					    .dirty_bitmap = l->bits });
}

static bool bit(const struct logged *l, uint64_t page)
{
	return l->bits[page / WORD_PAGES] >> page % WORD_PAGES & 1;
}

/* The log has the pages from @first on, @nr of them, and no other, nor a bit beyond its end. */
static void check_log(struct logged *l, uint64_t first, uint64_t nr)
{
	get(l);
	for (uint64_t page = 0; page < words(l) * WORD_PAGES; page++)
		if (bit(l, page) != (page - first < nr))
			FAIL("page %#lx is %sdirty", (unsigned long)page,
			     bit(l, page) ? "" : "not ");
}

static void touch(struct logged *l, uint64_t first, uint64_t nr)
{
	CHECK_EQ(vm_touch(&l->vm, LOG_GPA + first * PAGE, nr), KVM_EXIT_HLT);
}

/* Each write is told once, whether the page was there before or not. */
static void told_once(void)
{
	struct logged l;

	make(&l, 300, 0);
	log_on(&l);
	check_log(&l, 0, 0);
	touch(&l, 7, 3);
	check_log(&l, 7, 3);
	check_log(&l, 0, 0);
	touch(&l, 8, 1);
	touch(&l, 8, 1);
	check_log(&l, 8, 1);
	touch(&l, 290, 10);
	check_log(&l, 290, 10);
	touch(&l, 0, 300);
	check_log(&l, 0, 300);
	check_log(&l, 0, 0);
}

/* What was mapped for writing before. */
static void mapped_before(void)
{
	struct logged l;

	make(&l, 300, 0);
	touch(&l, 0, 300);
	log_on(&l);
	check_log(&l, 0, 0);
	touch(&l, 100, 2);
	check_log(&l, 100, 2);
	log_off(&l);
	touch(&l, 0, 300);
	log_on(&l);
	check_log(&l, 0, 0);
}

/* More at once than the processor's buffer holds. */
static void many(void)
{
	struct logged l;

	make(&l, 3000, 0);
	log_on(&l);
	for (int i = 0; i < 3; i++) {
		touch(&l, 10, 2900);
		check_log(&l, 10, 2900);
	}
}

GUEST(guest_read_page, "movl (%ebx), %eax; hlt");

static void reading(void)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = LOG_GPA + 5 * PAGE };
	struct logged l;

	make(&l, 64, 0);
	log_on(&l);
	VM_LOAD(&l.vm, guest_read_page);
	for (int i = 0; i < 2; i++) {
		must(l.vm.vcpu[0], VMH_SET_REGS, &regs);
		vm_run_until(&l.vm, 0, KVM_EXIT_HLT);
		check_log(&l, 0, 0);
	}
	touch(&l, 5, 1);
	check_log(&l, 5, 1);
}

/* It has been written, so it is dirty, although nothing is mapped there any more. */
static void dropped(void)
{
	struct logged l;

	make(&l, 64, 0);
	log_on(&l);
	touch(&l, 3, 2);
	CHECK(!madvise(l.memory, l.pages * PAGE, MADV_DONTNEED));
	check_log(&l, 3, 2);
	touch(&l, 4, 1);
	check_log(&l, 4, 1);
}

static void moved(void)
{
	struct logged l;

	make(&l, 64, 0);
	log_on(&l);
	touch(&l, 3, 2);
	set_slot(&l, KVM_MEM_LOG_DIRTY_PAGES, 2 * LOG_GPA);
	check_log(&l, 3, 2);
	CHECK_EQ(vm_touch(&l.vm, 2 * LOG_GPA + 9 * PAGE, 1), KVM_EXIT_HLT);
	check_log(&l, 9, 1);
	/* A log that ends takes along what was in it. */
	CHECK_EQ(vm_touch(&l.vm, 2 * LOG_GPA + 9 * PAGE, 1), KVM_EXIT_HLT);
	set_slot(&l, 0, LOG_GPA);
	log_on(&l);
	check_log(&l, 0, 0);
}

GUEST(guest_in, "movl %ebx, %edi; movw $0x60, %dx; insb; hlt");

/* What the kernel writes in the guest's place. 16-bit addresses need a segment at the slot. */
static void by_the_kernel(void)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = 5 * PAGE };
	struct kvm_sregs sregs;
	struct logged l;

	make(&l, 64, 0);
	log_on(&l);
	VM_LOAD(&l.vm, guest_in);
	must(l.vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.es.base = LOG_GPA;
	must(l.vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(l.vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(&l.vm, 0, KVM_EXIT_IO);
	*((uint8_t *)l.vm.run[0] + l.vm.run[0]->io.data_offset) = 0x77;
	vm_run_until(&l.vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(l.memory[5 * PAGE], 0x77);
	check_log(&l, 5, 1);
}

/* Another process's write. */
static void from_outside(void)
{
	struct logged l;
	uint8_t byte = 0x12;
	struct vmh_memory_access access = {
		.size = sizeof(access), .flags = VMH_MEMORY_WRITE, .gpa = LOG_GPA + 9 * PAGE,
		.length = 1, .buffer = (uintptr_t)&byte,
	};

	make(&l, 64, 0);
	log_on(&l);
	CHECK_EQ(must(l.vm.fd, VMH_ACCESS_MEMORY, &access), 1);
	check_log(&l, 9, 1);
	access.flags = 0;
	CHECK_EQ(must(l.vm.fd, VMH_ACCESS_MEMORY, &access), 1);
	check_log(&l, 0, 0);
}

/* A call that could not tell what it had found has not taken it. */
static void not_told(void)
{
	struct kvm_dirty_log bad = { .slot = 1, .dirty_bitmap = (void *)8 };
	struct logged l;

	make(&l, 128, 0);
	log_on(&l);
	touch(&l, 60, 8);
	REFUSED(l.vm.fd, VMH_GET_DIRTY_LOG, &bad, .error = EFAULT, .code = VMH_E_FAULT);
	check_log(&l, 60, 8);
}

/* GET_DIRTY_LOG leaves the clearing to the VMM, which does it for the pages it likes. */
static void by_hand(void)
{
	struct logged l;

	make(&l, 300, KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE);
	log_on(&l);
	touch(&l, 60, 100);
	check_log(&l, 60, 100);
	check_log(&l, 60, 100);
	/* The first word of the mask stands for the first page of the range. */
	l.bits[0] = ~0ULL;
	clear(&l, 128, 64);
	check_log(&l, 60, 68);
	memset(l.bits, 0, words(&l) * 8);
	l.bits[0] = 1ULL << 63;
	clear(&l, 0, 64);
	get(&l);
	CHECK_EQ(l.bits[0], 0x7ULL << 60);
	CHECK_EQ(l.bits[1], ~0ULL);
	/* What was cleared shows anew. What was not, need not. */
	memset(l.bits, 0xff, words(&l) * 8);
	clear(&l, 0, 300);
	check_log(&l, 0, 0);
	touch(&l, 299, 1);
	check_log(&l, 299, 1);
	memset(l.bits, 0xff, words(&l) * 8);
	clear(&l, 256, 44);
	check_log(&l, 0, 0);
	clear(&l, 0, 0);
}

static void full_at_first(void)
{
	struct logged l;

	make(&l, 300, KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE | KVM_DIRTY_LOG_INITIALLY_SET);
	touch(&l, 0, 300);
	log_on(&l);
	check_log(&l, 0, 300);
	memset(l.bits, 0, words(&l) * 8);
	l.bits[1] = 0xf0;
	clear(&l, 0, 300);
	get(&l);
	CHECK_EQ(l.bits[1], ~0xf0ULL);
	touch(&l, 64 + 5, 1);
	get(&l);
	CHECK_EQ(l.bits[1], ~0xd0ULL);
}

static void capability(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 };
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(cap.cap)), 3);
	cap.args[0] = KVM_DIRTY_LOG_INITIALLY_SET;
	REFUSED(vm.fd, VMH_ENABLE_CAP, &cap, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "args", GOT(2), EXPECTED(KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE));
	cap.args[0] = 7;
	REFUSED(vm.fd, VMH_ENABLE_CAP, &cap, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "args", GOT(7), EXPECTED(3));
	cap.args[0] = 3;
	must(vm.fd, VMH_ENABLE_CAP, &cap);
	cap.args[0] = 0;
	must(vm.fd, VMH_ENABLE_CAP, &cap);
}

/* Kernel memory of a log is counted, and returned with it. */
static void charged(void)
{
	struct vmh_usage before, with;
	struct logged l;

	make(&l, 300, 0);
	before = vm_usage(&l.vm);
	log_on(&l);
	with = vm_usage(&l.vm);
	CHECK_EQ(with.res[VMH_RES_KERNEL_BYTES].used - before.res[VMH_RES_KERNEL_BYTES].used, 40);
	log_on(&l);
	log_off(&l);
	CHECK_EQ(vm_usage(&l.vm).res[VMH_RES_KERNEL_BYTES].used,
		 before.res[VMH_RES_KERNEL_BYTES].used);
	log_on(&l);
	vm_add_slot(&l.vm, 1, 0, 0, NULL);
	CHECK_EQ(vm_usage(&l.vm).res[VMH_RES_KERNEL_BYTES].used,
		 before.res[VMH_RES_KERNEL_BYTES].used);
	log_on(&l);
	vm_event(&l.vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(vm_usage(&l.vm).res[VMH_RES_KERNEL_BYTES].used,
		 before.res[VMH_RES_KERNEL_BYTES].used);
}

static struct vmh_ept_query leaves(struct logged *l)
{
	struct vmh_ept_query query = {
		.size = sizeof(query), .start_gpa = LOG_GPA, .length = l->pages * PAGE,
	};

	must(l->vm.fd, VMH_EPT_QUERY, &query);
	return query;
}

/* Huge pages are split by writes while there is a log, and are back when it has ended. */
static void huge(void)
{
	struct vmh_ept_query query;
	struct logged l;

	make(&l, 1024, 0);
	CHECK(!madvise(l.memory, l.pages * PAGE, MADV_HUGEPAGE));
	touch(&l, 0, 1024);
	query = leaves(&l);
	if (!query.pages_2m)
		skip("the kernel has no huge pages");
	log_on(&l);
	query = leaves(&l);
	CHECK_EQ(query.pages_2m, 2);
	CHECK_EQ(query.pages_4k, 0);
	touch(&l, 512 + 9, 1);
	check_log(&l, 512 + 9, 1);
	query = leaves(&l);
	CHECK_EQ(query.pages_2m, 1);
	CHECK_EQ(query.pages_4k, 512);
	touch(&l, 0, 1024);
	check_log(&l, 0, 1024);
	log_off(&l);
	touch(&l, 0, 1024);
	query = leaves(&l);
	CHECK_EQ(query.pages_2m, 2);
	CHECK_EQ(query.pages_4k, 0);
}

/* Writes counters over pages, again and again: a word at the start of each of 64. */
GUEST(guest_counts, "sti; movl %ebx, %esi; 1: movw $64, %cx; movl %esi, %ebx;"
      "2: incl (%ebx); addl $0x1000, %ebx; loop 2b; jmp 1b");

#define COUNTED_PAGES	64U
#define COPY_ROUNDS	40

/* As live migration does: copies the pages that the log tells. */
static void copy_dirty(struct logged *l, uint8_t *copy)
{
	get(l);
	for (uint64_t page = 0; page < l->pages; page++)
		if (bit(l, page))
			memcpy(copy + page * PAGE, l->memory + page * PAGE, PAGE);
	sleep_ms(1);
}

/* Two vCPUs write while the log is read; once they stand still, the copy is what they wrote. */
static void copied(uint64_t manual)
{
	struct runner runner[2];
	struct logged l;
	uint8_t *copy;

	make(&l, 2 * COUNTED_PAGES, manual);
	copy = map_pages(l.pages * PAGE);
	VM_LOAD(&l.vm, guest_counts);
	for (unsigned int id = 0; id < 2; id++) {
		struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2,
			.rbx = LOG_GPA + id * COUNTED_PAGES * PAGE };

		must(l.vm.vcpu[id], VMH_SET_REGS, &regs);
		runner_start(&runner[id], &l.vm, id);
		wait_until_changes((void *)(l.memory + id * COUNTED_PAGES * PAGE));
	}
	log_on(&l);
	memcpy(copy, l.memory, l.pages * PAGE);
	for (int i = 0; i < COPY_ROUNDS; i++) {
		copy_dirty(&l, copy);
		if (!manual)
			continue;
		/* Clearing comes before copying, then. */
		clear(&l, 0, l.pages);
		for (uint64_t page = 0; page < l.pages; page++)
			if (bit(&l, page))
				memcpy(copy + page * PAGE, l.memory + page * PAGE, PAGE);
	}
	vm_event(&l.vm, VMH_EVENT_PAUSE);
	copy_dirty(&l, copy);
	for (uint64_t page = 0; page < l.pages; page++)
		if (memcmp(copy + page * PAGE, l.memory + page * PAGE, PAGE))
			FAIL("page %#lx was lost: %u, not %u", (unsigned long)page,
			     *(uint32_t *)(copy + page * PAGE),
			     *(uint32_t *)(l.memory + page * PAGE));
	vm_event(&l.vm, VMH_EVENT_TERMINATE);
	runner_join(&runner[0]);
	runner_join(&runner[1]);
}

static void copied_by_get(void)
{
	copied(0);
}

static void copied_by_clear(void)
{
	copied(KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE | KVM_DIRTY_LOG_INITIALLY_SET);
}

static const struct test tests[] = {
	{ .name = "each write is told once", .run = told_once, .kvm = true },
	{ .name = "pages that were mapped before", .run = mapped_before, .kvm = true },
	{ .name = "thousands of pages at once", .run = many, .kvm = true },
	{ .name = "reading is not writing", .run = reading, .kvm = true },
	{ .name = "MADV_DONTNEED loses no bit", .run = dropped, .kvm = true },
	{ .name = "a slot that moves keeps its log", .run = moved, .kvm = true },
	{ .name = "written by the kernel: INS", .run = by_the_kernel, .kvm = true },
	{ .name = "written by the kernel: from outside", .run = from_outside },
	{ .name = "what could not be told is not lost", .run = not_told },
	{ .name = "cleared by the VMM", .run = by_hand, .kvm = true },
	{ .name = "full at first", .run = full_at_first, .kvm = true },
	{ .name = "the capability", .run = capability, .kvm = true },
	{ .name = "charged, and returned", .run = charged },
	{ .name = "huge pages", .run = huge },
	{ .name = "a copy made of running vCPUs is complete", .run = copied_by_get },
	{ .name = "the same, cleared by the VMM", .run = copied_by_clear },
	{ }
};

const struct suite suite_dirty = { "dirty", tests };
