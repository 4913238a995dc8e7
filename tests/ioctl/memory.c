// SPDX-License-Identifier: GPL-2.0
/* What the VMM does to its own memory while a guest uses it. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

#define MIB		(1UL << 20)
#define DATA_GPA	0x10000

/* Counts at 0x2000 and writes the count to DATA_GPA, again and again. */
GUEST(guest_writer, "sti; movl $0x10000, %ebx; 1: incl 0x2000; movl 0x2000, %eax;"
      "movl %eax, (%ebx); jmp 1b");

static void start_writer(struct vm *vm, struct runner *runner)
{
	vm_make(vm, &(struct spec){ });
	VM_LOAD(vm, guest_writer);
	vm_start(vm);
	runner_start(runner, vm, 0);
	wait_until_changes((void *)(vm->memory + DATA_GPA));
}

static pthread_t poisoner;
static void *poisoned;
static volatile uint8_t errors;

/* The thread that made the error is told too. The other is the vCPU's: it gets a new page. */
static void on_memory_error(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (pthread_equal(pthread_self(), poisoner))
		return;
	CHECK_EQ(info->si_code, BUS_MCEERR_AR);
	CHECK(info->si_addr == poisoned);
	CHECK_EQ(1UL << info->si_addr_lsb, PAGE);
	CHECK(mmap(poisoned, PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == poisoned);
	errors++;
}

/* The memory under a running guest has a hardware error. */
static void hardware_error(void)
{
	struct sigaction action = { .sa_sigaction = on_memory_error, .sa_flags = SA_SIGINFO };
	struct runner runner;
	struct vm vm;

	start_writer(&vm, &runner);
	poisoner = pthread_self();
	poisoned = vm.memory + DATA_GPA;
	CHECK(!sigaction(SIGBUS, &action, NULL));
	if (madvise(poisoned, PAGE, MADV_HWPOISON) && errno == EINVAL)
		skip("needs a kernel with CONFIG_MEMORY_FAILURE");
	wait_for_byte(&errors, 1);
	wait_until_changes(poisoned);
	CHECK_EQ(errors, 1);
	vm_close(&vm);
	_exit(0);
}

/* The page under a running guest is unmapped: RUN says so, the VM lives, and goes on after. */
static void unmapped(void)
{
	const struct vmh_exit_memory_fault *fault;
	struct runner runner;
	struct vmh_error err;
	struct vm vm;

	start_writer(&vm, &runner);
	CHECK(!munmap(vm.memory + DATA_GPA, PAGE));
	runner_join(&runner);
	CHECK_EQ(runner.ret, -1);
	CHECK_EQ(runner.error, EFAULT);
	if (!on_kvm) {
		fault = (const void *)&vm.run[0]->hw;
		CHECK_EQ(vm.run[0]->exit_reason, KVM_EXIT_MEMORY_FAULT);
		CHECK_EQ(fault->flags, 0);
		CHECK_EQ(fault->gpa, DATA_GPA);
		CHECK_EQ(fault->size, PAGE);
		err = last_error(vm.vcpu[0]);
		CHECK_EQ(err.category, VMH_ERR_OPERATION);
		CHECK_EQ(err.code, VMH_E_BAD_FETCH);
		CHECK_EQ(err.got, DATA_GPA);
		CHECK(!strcmp(err.field, "gpa"));
		CHECK_EQ(vm_state(&vm).state, VMH_STATE_RUNNING);
	}
	CHECK(mmap(vm.memory + DATA_GPA, PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == vm.memory + DATA_GPA);
	CHECK_EQ(*(uint32_t *)(vm.memory + DATA_GPA), 0);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + DATA_GPA));
	vm_close(&vm);
	_exit(0);
}

/* Another page in its place: the guest sees and writes the new one at once. */
static void replaced(void)
{
	struct runner runner;
	struct vm vm;

	start_writer(&vm, &runner);
	for (int i = 0; i < 10; i++) {
		CHECK(mmap(vm.memory + DATA_GPA, PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
		wait_until_changes((void *)(vm.memory + DATA_GPA));
	}
	CHECK(!runner.done);
	_exit(0);
}

static void dropped(void)
{
	struct runner runner;
	struct vm vm;

	start_writer(&vm, &runner);
	for (int i = 0; i < 20; i++) {
		CHECK(!madvise(vm.memory + DATA_GPA, PAGE, MADV_DONTNEED));
		wait_until_changes((void *)(vm.memory + DATA_GPA));
	}
	CHECK(!runner.done);
	_exit(0);
}

/* All of it, code too: zeros then, which are instructions (ADD to [BX+SI]). */
static void all_dropped(void)
{
	struct runner runner;
	struct vm vm;

	start_writer(&vm, &runner);
	CHECK(!madvise(vm.memory, vm.bytes, MADV_DONTNEED));
	if (!on_kvm) {
		vm_event(&vm, VMH_EVENT_TERMINATE);
		runner_join(&runner);
	}
	_exit(0);
}

/* A page that may not be written any more: the guest's write is a fault of the VMM's. */
static void protected(void)
{
	struct runner runner;
	uint32_t before;
	struct vm vm;

	start_writer(&vm, &runner);
	CHECK(!mprotect(vm.memory + DATA_GPA, PAGE, PROT_READ));
	runner_join(&runner);
	CHECK_EQ(runner.error, EFAULT);
	before = *(uint32_t *)(vm.memory + DATA_GPA);
	CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(errno, EFAULT);
	CHECK_EQ(*(uint32_t *)(vm.memory + DATA_GPA), before);
	CHECK(!mprotect(vm.memory + DATA_GPA, PAGE, PROT_READ | PROT_WRITE));
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + DATA_GPA));
	_exit(0);
}

/* Memory moves within the VMM: what its old address holds now counts. */
static void moved(void)
{
	struct runner runner;
	uint8_t *elsewhere = map_pages(MIB);
	struct vm vm;

	start_writer(&vm, &runner);
	CHECK(mremap(vm.memory + DATA_GPA, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		     elsewhere) == elsewhere);
	runner_join(&runner);
	CHECK_EQ(runner.error, EFAULT);
	CHECK(*(uint32_t *)elsewhere);
	_exit(0);
}

/* fork() write-protects all memory: the guest's writes stay the parent's. */
static void copied_on_write(void)
{
	struct runner runner;
	uint32_t seen;
	int status;
	pid_t child;
	struct vm vm;

	start_writer(&vm, &runner);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		seen = *(volatile uint32_t *)(vm.memory + DATA_GPA);
		sleep_ms(50);
		_exit(*(volatile uint32_t *)(vm.memory + DATA_GPA) != seen);
	}
	wait_until_changes((void *)(vm.memory + DATA_GPA));
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
	wait_until_changes((void *)(vm.memory + DATA_GPA));
	_exit(0);
}

/* The VMM reads a page first (the kernel's zero page), then the guest writes it. */
static void zero_page(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_touch);
	CHECK_EQ(vm.memory[0x20000], 0);
	must(vm.vcpu[0], VMH_SET_REGS,
	     &(struct kvm_regs){ .rip = CODE_GPA, .rflags = 2, .rbx = 0x20000, .rcx = 1 });
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm.memory[0x20000], 0x5a);
	CHECK_EQ(vm.memory[0x21000], 0);
}

GUEST(guest_reader, "movl (%ebx), %eax; movl %eax, %ecx; incl (%ebx); movl (%ebx), %edx; hlt");

/* The guest reads a fresh page, and writes it then. */
static void read_then_write(void)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = 0x30000 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_reader);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rcx, 0);
	CHECK_EQ(regs.rdx, 1);
	CHECK_EQ(*(uint32_t *)(vm.memory + 0x30000), 1);
}

/* Memory that several mappings share: both slots show the same page. */
static void shared(void)
{
	uint8_t *memory = map_pages(MIB);
	int fd = memfd_create("guest", 0);
	struct vm vm;

	CHECK(fd >= 0 && !ftruncate(fd, PAGE));
	CHECK(mmap(memory, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == memory);
	CHECK(mmap(memory + PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
	      memory + PAGE);
	vm_make(&vm, &(struct spec){ .memory = MIB + 2 * PAGE });
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, MIB, vm.memory);
	vm_add_slot(&vm, 1, 0x200000, 2 * PAGE, memory);
	VM_LOAD(&vm, guest_touch);
	must(vm.vcpu[0], VMH_SET_REGS,
	     &(struct kvm_regs){ .rip = CODE_GPA, .rflags = 2, .rbx = 0x200010, .rcx = 1 });
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(memory[0x10], 0x5a);
	CHECK_EQ(memory[PAGE + 0x10], 0x5a);
	/* The file shrinks: the guest's next touch is a fault. */
	CHECK(!ftruncate(fd, 0));
	must(vm.vcpu[0], VMH_SET_REGS,
	     &(struct kvm_regs){ .rip = CODE_GPA, .rflags = 2, .rbx = 0x200010, .rcx = 1 });
	CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(errno, EFAULT);
}

static void nothing_mapped(void)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	vm_add_slot(&vm, 0, 0, vm.bytes, (void *)0x200000000000);
	vm_add_vcpu(&vm, 0);
	vm_reset(&vm, 0);
	vm_start(&vm);
	REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = EFAULT, .code = VMH_E_BAD_FETCH,
		.field = "gpa");
}

/* Slots can go while the guest runs in them. */
static void slot_deleted(void)
{
	uint8_t *memory = map_pages(MIB);
	struct runner runner;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 2 * MIB });
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 0x10000, vm.memory);
	vm_add_slot(&vm, 1, 0x10000, MIB, memory);
	VM_LOAD(&vm, guest_writer);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)memory);
	vm_add_slot(&vm, 1, 0x10000, 0, NULL);
	runner_join(&runner);
	CHECK_EQ(runner.ret, 0);
	CHECK_EQ(runner.exit_reason, KVM_EXIT_MMIO);
	CHECK_EQ(vm.run[0]->mmio.phys_addr, 0x10000);
	CHECK(vm.run[0]->mmio.is_write);
}

static const struct test tests[] = {
	{ .name = "unmapped under the guest, and mapped again", .run = unmapped, .kvm = true },
	{ .name = "a hardware error under the guest", .run = hardware_error, .kvm = true },
	{ .name = "replaced under the guest", .run = replaced, .kvm = true },
	{ .name = "MADV_DONTNEED under the guest", .run = dropped, .kvm = true },
	{ .name = "MADV_DONTNEED of all, code too", .run = all_dropped },
	{ .name = "write-protected under the guest", .run = protected, .kvm = true },
	{ .name = "moved away under the guest", .run = moved, .kvm = true },
	{ .name = "fork() under the guest", .run = copied_on_write, .kvm = true },
	{ .name = "zero page", .run = zero_page, .kvm = true },
	{ .name = "fresh page read, then written", .run = read_then_write, .kvm = true },
	{ .name = "shared memory, and a file that shrinks", .run = shared, .kvm = true },
	{ .name = "a slot with nothing behind it", .run = nothing_mapped, .kvm = true },
	{ .name = "slot deleted under the guest", .run = slot_deleted, .kvm = true },
	{ }
};

const struct suite suite_memory = { "memory", tests };
