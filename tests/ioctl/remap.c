// SPDX-License-Identifier: GPL-2.0
/*
 * No stale translation: memory is replaced under vCPUs that read it all the time and change
 * processors. Once the call that replaces it has returned, what was there before is poisoned, and
 * no vCPU may ever see the poison.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define DATA_GPA	0x40000000ULL
#define MOVED_GPA	0x50000000ULL
#define REPORT_GPA	0x8000
#define POISON		0xdeadbeef
#define READERS		2
#define ROUNDS		30

/* Reports what it reads at EBX, and says so when it is poison. */
GUEST(guest_reports, "sti; 1: movl (%ebx), %eax; movl %eax, (%esi); cmpl $0xdeadbeef, %eax;"
      "jne 1b; outb %al, $0x10");

struct readers {
	struct vm vm;
	pthread_t thread[READERS];
	uint8_t *window;		/* what slot 1 shows of the file */
	volatile uint32_t *page;	/* all pages of the file */
	int fd;
	volatile bool stop;
	volatile bool stale[READERS];
};

struct reader {
	struct readers *all;
	unsigned int id;
};

/* Where the slot is on its way, the guest's read is a device's, or RUN a fault: it reads again. */
static void *read_on(void *arg)
{
	struct reader *reader = arg;
	struct readers *all = reader->all;
	struct kvm_run *run = all->vm.run[reader->id];

	while (!all->stop) {
		if (call(all->vm.vcpu[reader->id], VMH_RUN, NULL)) {
			if (errno != EFAULT && errno != EINTR)
				break;
		} else if (run->exit_reason == KVM_EXIT_MMIO) {
			memset(run->mmio.data, 0, sizeof(run->mmio.data));
		} else {
			all->stale[reader->id] = run->exit_reason == KVM_EXIT_IO;
			break;
		}
	}
	return NULL;
}

static volatile uint32_t *report(struct readers *all, unsigned int id)
{
	return (volatile uint32_t *)(all->vm.memory + REPORT_GPA + id * PAGE);
}

static volatile uint32_t *file_page(struct readers *all, unsigned int nr)
{
	return all->page + nr * (PAGE / sizeof(*all->page));
}

static void show_page(struct readers *all, void *at, unsigned int nr)
{
	CHECK(mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, all->fd,
		   nr * PAGE) == at);
}

static void set_slot(struct readers *all, uint64_t gpa, void *memory)
{
	vm_add_slot(&all->vm, 1, gpa, memory ? PAGE : 0, memory);
}

static void change_processor(struct readers *all, unsigned int round)
{
	cpu_set_t set;

	for (unsigned int id = 0; id < READERS; id++) {
		CPU_ZERO(&set);
		CPU_SET((round / 2 + id) % sysconf(_SC_NPROCESSORS_ONLN), &set);
		CHECK(!pthread_setaffinity_np(all->thread[id], sizeof(set), &set));
	}
}

static void wait_for_reports(struct readers *all, uint32_t value)
{
	for (unsigned int id = 0; id < READERS; id++)
		while (*report(all, id) != value) {
			if (all->stale[id])
				FAIL("vCPU %u has read what is not there any more", id);
			sleep_ms(1);
		}
}

static void start(struct readers *all, struct reader readers[READERS])
{
	memset(all, 0, sizeof(*all));
	all->fd = memfd_create("guest", 0);
	CHECK(all->fd >= 0 && !ftruncate(all->fd, (ROUNDS + 1) * PAGE));
	all->page = mmap(NULL, (ROUNDS + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, all->fd, 0);
	CHECK(all->page != MAP_FAILED);
	*file_page(all, 0) = 1;
	all->window = map_pages(2 * PAGE);
	show_page(all, all->window, 0);
	vm_make(&all->vm, &(struct spec){ .memory = 1 << 20, .cpus = READERS });
	vm_add_slot(&all->vm, 0, 0, 0, NULL);
	vm_add_slot(&all->vm, 0, 0, all->vm.bytes / 2, all->vm.memory);
	set_slot(all, DATA_GPA, all->window);
	VM_LOAD(&all->vm, guest_reports);
	vm_start(&all->vm);
	for (unsigned int id = 0; id < READERS; id++) {
		struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = DATA_GPA,
					 .rsi = REPORT_GPA + id * PAGE };

		readers[id] = (struct reader){ all, id };
		must(all->vm.vcpu[id], VMH_SET_REGS, &regs);
		CHECK(!pthread_create(&all->thread[id], NULL, read_on, &readers[id]));
	}
	wait_for_reports(all, 1);
}

/* Another page of the file in the window's place. */
static void by_mmap(struct readers *all, unsigned int nr)
{
	show_page(all, all->window, nr);
}

/* One that was mapped elsewhere moves there. */
static void by_mremap(struct readers *all, unsigned int nr)
{
	void *elsewhere = map_pages(PAGE);

	show_page(all, elsewhere, nr);
	CHECK(mremap(elsewhere, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, all->window) ==
	      all->window);
}

/* The mapping is dropped, and then leads elsewhere. */
static void by_madvise(struct readers *all, unsigned int nr)
{
	CHECK(!madvise(all->window, PAGE, MADV_DONTNEED));
	show_page(all, all->window, nr);
}

/* Slot 1 goes, and comes back with other memory. */
static void by_slot(struct readers *all, unsigned int nr)
{
	uint8_t *memory = map_pages(PAGE);

	show_page(all, memory, nr);
	set_slot(all, DATA_GPA, NULL);
	set_slot(all, DATA_GPA, memory);
}

/* It moves away and back, and meanwhile its memory is replaced. */
static void by_slot_move(struct readers *all, unsigned int nr)
{
	set_slot(all, MOVED_GPA, all->window);
	show_page(all, all->window, nr);
	set_slot(all, DATA_GPA, all->window);
}

static const struct {
	const char *name;
	void (*replace)(struct readers *all, unsigned int nr);
} ways[] = {
	{ "mmap", by_mmap },
	{ "mremap", by_mremap },
	{ "madvise", by_madvise },
	{ "a slot deleted and created", by_slot },
	{ "a slot that moves", by_slot_move },
};

static const char *way_name(unsigned int row)
{
	return ways[row].name;
}

static void replaced(unsigned int row)
{
	struct reader readers[READERS];
	struct readers all;

	start(&all, readers);
	for (unsigned int round = 1; round <= ROUNDS; round++) {
		*file_page(&all, round) = round + 1;
		ways[row].replace(&all, round);
		*file_page(&all, round - 1) = POISON;
		change_processor(&all, round);
		wait_for_reports(&all, round + 1);
	}
	/* The vCPUs spin, with no exit that would end RUN. */
	_exit(0);
}

static const struct test tests[] = {
	{ .name = "nothing stale after", .rows = ARRAY_SIZE(ways), .row_name = way_name,
	  .run_row = replaced, .kvm = true },
	{ }
};

const struct suite suite_remap = { "remap", tests };
