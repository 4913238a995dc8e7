// SPDX-License-Identifier: GPL-2.0
/*
 * How long the kernel is kept from scheduling while vmh works on a large VM. A thread of a higher
 * priority wakes up every millisecond, on the processor that does the work; how late it is at most
 * is the longest stretch with preemption off. It is told in ticks of the TSC, which counts
 * instructions in Bochs. Only on a preemptible kernel (preempt=full): others are late themselves.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

#define MIB		(1UL << 20)
#define GIB		(1UL << 30)
#define BOUND		1000000	/* ticks */
#define PERIOD_NS	1000000

/* The guest's page tables: linear addresses are physical ones, in pages of 1 GiB. */
#define PML4_GPA	0x8000
#define PDPT_GPA	0x9000
#define PDPT_ENTRIES	512

/* The slot that is large, where it is, and where it may move to. */
#define LARGE_SLOT	1
#define LARGE_GPA	(4 * GIB)
#define MOVED_GPA	(128 * GIB)
#define SPARSE_BYTES	(64 * GIB)	/* or a quarter: populating it takes most of the time */
#define SPARSE_STEP	(2 * MIB)
#define DENSE_BYTES	GIB
#define DENSE_PART	(2 * MIB)
#define DENSE_STEP	0x10000

/* Reads RCX addresses from RBX on, RDX apart; or writes there if RAX is not 0. */
extern const char guest_stride[], guest_stride_end[];
asm(".pushsection .rodata\n"
    "guest_stride:\n"
    "	testq %rax, %rax; jnz 2f\n"
    "1:	movb (%rbx), %sil; addq %rdx, %rbx; decq %rcx; jnz 1b; hlt\n"
    "2:	movb $1, (%rbx); addq %rdx, %rbx; decq %rcx; jnz 2b; hlt\n"
    "guest_stride_end:\n"
    ".popsection");

static volatile uint64_t longest_ns;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void *watch(void *unused)
{
	uint64_t late, next = now_ns();

	for (;;) {
		struct timespec at;

		next += PERIOD_NS;
		at = (struct timespec){ next / 1000000000, next % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		late = now_ns() - next;
		if (late > longest_ns)
			longest_ns = late;
		next += late;
	}
	return unused;
}

/* One processor for both: this thread and the one that watches, which goes first. */
static void start_watching(void)
{
	struct sched_param first = { .sched_priority = 50 };
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	CHECK(!sched_setaffinity(0, sizeof(one), &one));
	pthread_attr_init(&attr);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	pthread_attr_setschedparam(&attr, &first);
	CHECK(!pthread_create(&thread, &attr, watch, NULL));
}

/* What is to be measured: from one of these to the other. */
static uint64_t began_ns, began_tsc;

static void begin(void)
{
	sleep_ms(3);
	longest_ns = 0;
	began_ns = now_ns();
	began_tsc = __builtin_ia32_rdtsc();
}

static void end(const char *what)
{
	uint64_t ticks, ns;

	/* Also gives both clocks the time to be compared. */
	sleep_ms(3);
	ticks = __builtin_ia32_rdtsc() - began_tsc;
	ns = now_ns() - began_ns;
	ticks = longest_ns * ticks / ns;
	printf("# %s: longest stretch %llu ticks\n", what, (unsigned long long)ticks);
	fflush(stdout);
	if (ticks > BOUND)
		FAIL("%s: %llu ticks with preemption off", what, (unsigned long long)ticks);
}

static void must_be_preemptible(void)
{
	char line[1024] = "";
	FILE *file = fopen("/proc/cmdline", "r");

	CHECK(file && fgets(line, sizeof(line), file));
	fclose(file);
	if (!strstr(line, "preempt=full"))
		skip("not a preemptible kernel");
}

static void enter_long_mode(struct vm *vm)
{
	struct {
		struct kvm_cpuid2 header;
		struct kvm_cpuid_entry2 entries[256];
	} cpuid = { .header.nent = 256 };
	struct kvm_segment flat = { .type = 3, .selector = 0x10, .present = 1, .s = 1, .db = 1,
				    .g = 1, .limit = ~0U };
	uint64_t *pdpt = (uint64_t *)(vm->memory + PDPT_GPA);
	struct kvm_sregs sregs;

	*(uint64_t *)(vm->memory + PML4_GPA) = PDPT_GPA | 3;
	for (uint64_t i = 0; i < PDPT_ENTRIES; i++)
		pdpt[i] = i * GIB | 0x83;
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 = 0x80000033;
	sregs.cr3 = PML4_GPA;
	sregs.cr4 = 0x20;
	sregs.efer = 0x500;
	sregs.ds = flat;
	sregs.es = flat;
	sregs.fs = flat;
	sregs.gs = flat;
	sregs.ss = flat;
	sregs.cs = flat;
	sregs.cs.type = 0xb;
	sregs.cs.selector = 8;
	sregs.cs.db = 0;
	sregs.cs.l = 1;
	sregs.tr.type = 0xb;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
}

/* A VM with a second slot, of so many bytes at an address of this process's. */
static void make(struct vm *vm, void *memory, uint64_t bytes)
{
	must_be_preemptible();
	vm_make(vm, &(struct spec){ .memory = MIB + bytes });
	vm_add_slot(vm, 0, 0, 0, NULL);
	vm_add_slot(vm, 0, 0, MIB, vm->memory);
	vm_add_slot(vm, LARGE_SLOT, LARGE_GPA, bytes, memory);
	enter_long_mode(vm);
	vm_start(vm);
	start_watching();
}

static void stride(struct vm *vm, uint64_t gpa, uint64_t bytes, uint64_t step, bool write)
{
	struct kvm_regs regs = {
		.rip = CODE_GPA, .rflags = 2, .rax = write, .rbx = gpa, .rcx = bytes / step,
		.rdx = step,
	};

	VM_LOAD(vm, guest_stride);
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	CHECK_EQ(vm_run(vm, 0), KVM_EXIT_HLT);
}

static uint64_t used(struct vm *vm, uint32_t resource)
{
	return vm_usage(vm).res[resource].used;
}

/* 32768 tables of one leaf each. Pages that are only read are all the same one. */
static uint64_t sparse_bytes;

static uint8_t *make_sparse(struct vm *vm, uint64_t bytes)
{
	uint8_t *memory;

	must_be_preemptible();
	sparse_bytes = bytes;
	memory = map_pages(bytes);
	CHECK(!madvise(memory, bytes, MADV_NOHUGEPAGE));
	make(vm, memory, bytes);
	stride(vm, LARGE_GPA, bytes, SPARSE_STEP, false);
	CHECK(used(vm, VMH_RES_EPT_PAGES) > bytes / SPARSE_STEP);
	return memory;
}

static void region(struct vm *vm, uint64_t gpa, uint64_t bytes, uint32_t flags, void *memory)
{
	must(vm->fd, VMH_SET_USER_MEMORY_REGION, &(struct kvm_userspace_memory_region){
		.slot = LARGE_SLOT, .guest_phys_addr = gpa, .memory_size = bytes, .flags = flags,
		.userspace_addr = (uintptr_t)memory,
	});
}

static void delete_slot(struct vm *vm, void *memory)
{
	region(vm, LARGE_GPA, 0, 0, memory);
}

static void move_slot(struct vm *vm, void *memory)
{
	region(vm, MOVED_GPA, sparse_bytes, 0, memory);
}

static void unmap(struct vm *vm, void *memory)
{
	(void)vm;
	CHECK(!munmap(memory, sparse_bytes));
}

static void give_back(struct vm *vm, void *memory)
{
	(void)vm;
	CHECK(!madvise(memory, sparse_bytes, MADV_DONTNEED));
}

static void terminate(struct vm *vm, void *memory)
{
	(void)memory;
	vm_event(vm, VMH_EVENT_TERMINATE);
}

static const struct {
	const char *name;
	void (*work)(struct vm *vm, void *memory);
	uint64_t bytes;
} sparse_rows[] = {
	{ "the slot is deleted", delete_slot, SPARSE_BYTES },
	{ "the slot is moved", move_slot, SPARSE_BYTES / 4 },
	{ "its memory is unmapped", unmap, SPARSE_BYTES },
	{ "its memory is given back", give_back, SPARSE_BYTES / 4 },
	{ "the VM is terminated", terminate, SPARSE_BYTES },
};

static const char *sparse_name(unsigned int row)
{
	return sparse_rows[row].name;
}

static void sparse(unsigned int row)
{
	uint8_t *memory;
	struct vm vm;

	memory = make_sparse(&vm, sparse_rows[row].bytes);
	begin();
	sparse_rows[row].work(&vm, memory);
	end(sparse_name(row));
	CHECK(used(&vm, VMH_RES_EPT_PAGES) < 8);
	CHECK(used(&vm, VMH_RES_POPULATED_BYTES) < MIB);
}

/* The log of a large slot: a word for 64 pages, whether there is a table for them or not. */
static void sparse_log(void)
{
	struct kvm_dirty_log log = { .slot = LARGE_SLOT, .dirty_bitmap = (void *)PAGE };
	uint64_t bytes = SPARSE_BYTES / PAGE / 8;
	uint8_t *memory;
	struct vm vm;

	memory = make_sparse(&vm, SPARSE_BYTES);
	begin();
	region(&vm, LARGE_GPA, SPARSE_BYTES, KVM_MEM_LOG_DIRTY_PAGES, memory);
	end("a log begins");
	begin();
	CHECK(call(vm.fd, VMH_GET_DIRTY_LOG, &log) && errno == EFAULT);
	end("a log that cannot be told");
	log.dirty_bitmap = map_pages(bytes);
	begin();
	must(vm.fd, VMH_GET_DIRTY_LOG, &log);
	end("a log is told");
	begin();
	region(&vm, LARGE_GPA, SPARSE_BYTES, 0, memory);
	end("a log ends");
	CHECK(used(&vm, VMH_RES_EPT_PAGES) < 8);
}

/* A few pages of memory, again and again. */
static uint8_t *map_dense(void)
{
	uint8_t *memory = map_pages(DENSE_BYTES);
	int fd = memfd_create("long", 0);

	CHECK(fd >= 0 && !ftruncate(fd, DENSE_PART));
	for (uint64_t at = 0; at < DENSE_BYTES; at += DENSE_PART)
		CHECK(mmap(memory + at, DENSE_PART, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0) == memory + at);
	close(fd);
	return memory;
}

/* 512 full tables: every page is visited. */
static void dense(void)
{
	struct vmh_ept_query query = {
		.size = sizeof(query), .start_gpa = LARGE_GPA, .length = DENSE_BYTES,
	};
	struct kvm_dirty_log log = { .slot = LARGE_SLOT };
	uint8_t *memory;
	struct vm vm;

	must_be_preemptible();
	memory = map_dense();
	make(&vm, memory, DENSE_BYTES);
	stride(&vm, LARGE_GPA, DENSE_BYTES, DENSE_STEP, true);
	begin();
	must(vm.fd, VMH_EPT_QUERY, &query);
	end("pages are counted");
	CHECK_EQ(query.pages_4k, DENSE_BYTES / PAGE);
	begin();
	region(&vm, LARGE_GPA, DENSE_BYTES, KVM_MEM_LOG_DIRTY_PAGES, memory);
	end("a log begins");
	log.dirty_bitmap = map_pages(DENSE_BYTES / PAGE / 8);
	stride(&vm, LARGE_GPA, DENSE_BYTES, DENSE_STEP, true);
	begin();
	must(vm.fd, VMH_GET_DIRTY_LOG, &log);
	end("a log is told");
	begin();
	delete_slot(&vm, memory);
	end("the slot is deleted");
	CHECK(used(&vm, VMH_RES_EPT_PAGES) < 8);
}

static const struct test tests[] = {
	{ .name = "64 GiB, a page in 2 MiB", .rows = ARRAY_SIZE(sparse_rows),
	  .row_name = sparse_name, .run_row = sparse },
	{ .name = "the log of 64 GiB", .run = sparse_log },
	{ .name = "1 GiB, every page", .run = dense },
	{ }
};

const struct suite suite_long = { "long", tests };
