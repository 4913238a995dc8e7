// SPDX-License-Identifier: GPL-2.0
/* RUN: the exits that come to the VMM, with all they say, and how RUN is interrupted. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "vm.h"

#define MMIO_GPA	0xd0000000

static void *io_data(const struct vm *vm)
{
	return (uint8_t *)vm->run[0] + vm->run[0]->io.data_offset;
}

static void expect_io(struct vm *vm, uint8_t direction, uint16_t port, uint8_t size, uint32_t count)
{
	struct kvm_run *run = vm->run[0];

	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(run->io.direction, direction);
	CHECK_EQ(run->io.port, port);
	CHECK_EQ(run->io.size, size);
	CHECK_EQ(run->io.count, count);
	CHECK(run->io.data_offset + size * count <= vm->run_bytes);
}

GUEST(guest_ports,
      "movl $0x44332211, %eax; outb %al, $0x10; outw %ax, $0x20; outl %eax, $0x30;"
      "movw $0x1234, %dx; outb %al, %dx; inb %dx, %al; movl %eax, %ebx;"
      "inw $0x20, %ax; movl %eax, %ecx; inl $0x30, %eax; hlt");

static void ports(void)
{
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_ports);
	vm_start(&vm);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
	CHECK_EQ(*(uint8_t *)io_data(&vm), 0x11);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x20, 2, 1);
	CHECK_EQ(*(uint16_t *)io_data(&vm), 0x2211);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x30, 4, 1);
	CHECK_EQ(*(uint32_t *)io_data(&vm), 0x44332211);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x1234, 1, 1);
	expect_io(&vm, KVM_EXIT_IO_IN, 0x1234, 1, 1);
	*(uint32_t *)io_data(&vm) = 0xffffff99;
	expect_io(&vm, KVM_EXIT_IO_IN, 0x20, 2, 1);
	*(uint32_t *)io_data(&vm) = 0xffff8877;
	expect_io(&vm, KVM_EXIT_IO_IN, 0x30, 4, 1);
	*(uint32_t *)io_data(&vm) = 0xddccbbaa;
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rbx, 0x44332299);
	CHECK_EQ(regs.rcx, 0x44338877);
	CHECK_EQ(regs.rax, 0xddccbbaa);
}

GUEST(guest_strings,
      "movw $0x40, %dx; movw $0x3000, %si; movw $3, %cx; rep outsw;"
      "movw $0x4000, %di; movw $5, %cx; rep insb; hlt");

/* Items come in chunks of whatever size: their sum and order count. */
static void strings(void)
{
	struct kvm_run *run;
	uint16_t words[3];
	unsigned int got = 0, put = 0;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_strings);
	memcpy(vm.memory + 0x3000, "abcdef", 6);
	vm_start(&vm);
	run = vm.run[0];
	while (vm_run(&vm, 0) == KVM_EXIT_IO) {
		CHECK_EQ(run->io.port, 0x40);
		CHECK(run->io.count >= 1);
		if (run->io.direction == KVM_EXIT_IO_OUT) {
			CHECK_EQ(run->io.size, 2);
			CHECK(got + run->io.count <= 3);
			memcpy(words + got, io_data(&vm), 2 * run->io.count);
			got += run->io.count;
		} else {
			CHECK_EQ(run->io.size, 1);
			for (uint32_t i = 0; i < run->io.count; i++)
				((uint8_t *)io_data(&vm))[i] = '1' + put++;
		}
	}
	CHECK_EQ(run->exit_reason, KVM_EXIT_HLT);
	CHECK_EQ(got, 3);
	CHECK(!memcmp(words, "abcdef", 6));
	CHECK_EQ(put, 5);
	CHECK(!memcmp(vm.memory + 0x4000, "12345\0", 6));
}

GUEST(guest_mmio,
      "movl $0xd0000000, %ebx; movl $0x44332211, 4(%ebx); movw $0x6655, 2(%ebx);"
      "movb $0x77, 1(%ebx); movl 8(%ebx), %eax; movzbl 3(%ebx), %ecx; addl $1, 16(%ebx); hlt");

static void expect_mmio(struct vm *vm, bool write, uint64_t gpa, uint32_t length)
{
	struct kvm_run *run = vm->run[0];

	vm_run_until(vm, 0, KVM_EXIT_MMIO);
	CHECK_EQ(run->mmio.is_write, write);
	CHECK_EQ(run->mmio.phys_addr, gpa);
	CHECK_EQ(run->mmio.len, length);
}

static void mmio(void)
{
	struct kvm_run *run;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_mmio);
	vm_start(&vm);
	run = vm.run[0];
	expect_mmio(&vm, true, MMIO_GPA + 4, 4);
	CHECK_EQ(*(uint32_t *)run->mmio.data, 0x44332211);
	expect_mmio(&vm, true, MMIO_GPA + 2, 2);
	CHECK_EQ(*(uint16_t *)run->mmio.data, 0x6655);
	expect_mmio(&vm, true, MMIO_GPA + 1, 1);
	CHECK_EQ(run->mmio.data[0], 0x77);
	expect_mmio(&vm, false, MMIO_GPA + 8, 4);
	memcpy(run->mmio.data, "\x01\x02\x03\x04\xff\xff\xff\xff", 8);
	expect_mmio(&vm, false, MMIO_GPA + 3, 1);
	memcpy(run->mmio.data, "\x9a\xff\xff\xff\xff\xff\xff\xff", 8);
	/* Read, modify, write: two exits, the instruction executed once. */
	expect_mmio(&vm, false, MMIO_GPA + 16, 4);
	memcpy(run->mmio.data, "\xff\xff\xff\x7f", 4);
	expect_mmio(&vm, true, MMIO_GPA + 16, 4);
	CHECK_EQ(*(uint32_t *)run->mmio.data, 0x80000000);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rax, 0x04030201);
	CHECK_EQ(vm_regs(&vm, 0).rcx, 0x9a);
}

GUEST(guest_loads_ss,
      "movl $0xd0000000, %ebx; xorw %ax, %ax; movw (%ebx), %ss; nop; lssw 4(%ebx), %si; hlt");

static uint8_t shadow_after_read(struct vm *vm, uint64_t gpa, uint32_t length)
{
	struct kvm_vcpu_events events;

	expect_mmio(vm, false, gpa, length);
	memset(vm->run[0]->mmio.data, 0, 8);
	vm->run[0]->immediate_exit = 1;
	CHECK_EQ(call(vm->vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(errno, EINTR);
	vm->run[0]->immediate_exit = 0;
	must(vm->vcpu[0], VMH_GET_VCPU_EVENTS, &events);
	return events.interrupt.shadow;
}

/* What loads SS alone holds interrupts back until SP is loaded. */
static void mmio_loads_ss(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_loads_ss);
	vm_start(&vm);
	CHECK_EQ(shadow_after_read(&vm, MMIO_GPA, 2), KVM_X86_SHADOW_INT_MOV_SS);
	CHECK_EQ(shadow_after_read(&vm, MMIO_GPA + 4, 4), 0);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

GUEST(guest_wide_mmio, "movl $0xd0000ffe, %ebx; movl (%ebx), %eax; hlt");

/* An access across two pages comes as two, and the parts are put together. */
static void mmio_across_pages(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_wide_mmio);
	vm_start(&vm);
	expect_mmio(&vm, false, MMIO_GPA + 0xffe, 2);
	memcpy(vm.run[0]->mmio.data, "\x11\x22", 2);
	expect_mmio(&vm, false, MMIO_GPA + 0x1000, 2);
	memcpy(vm.run[0]->mmio.data, "\x33\x44", 2);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rax, 0x44332211);
}

GUEST(guest_shutdown, "lidt %cs:0x1800; int3");

static void shutdown(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_shutdown);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_SHUTDOWN);
}

static void halt(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_hlt);
	vm_start(&vm);
	/* RIP is after it; each RUN executes it again. */
	for (int i = 0; i < 3; i++) {
		vm_run_until(&vm, 0, KVM_EXIT_HLT);
		CHECK_EQ(vm_regs(&vm, 0).rip, CODE_GPA + 1);
	}
}

/* A page of code that ends where memory ends: an instruction fetch from nowhere. */
static void fetch_from_nowhere(void)
{
	struct kvm_regs regs = { .rip = 0x10, .rflags = 2 };
	struct kvm_sregs sregs;
	struct vm vm;
	uint32_t reason;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cs.base = MMIO_GPA;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_start(&vm);
	reason = vm_run(&vm, 0);
	CHECK_EQ(reason, KVM_EXIT_INTERNAL_ERROR);
	CHECK_EQ(vm.run[0]->internal.suberror, KVM_INTERNAL_ERROR_EMULATION);
	/* The VM is not broken by it. */
	vm_reset(&vm, 0);
	VM_LOAD(&vm, guest_hlt);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

/* FLDS is none of the instructions that are executed for the guest. */
GUEST(guest_flds, "fninit; movl $0xd0000000, %ebx; flds (%ebx); outb %al, $0x10");

#define FLDS_BYTES	3

/* 16-bit protected mode, at CPL 3 with I/O allowed; no interrupt can be delivered. */
static void enter_user(struct vm *vm)
{
	struct kvm_regs regs = vm_regs(vm, 0);
	struct kvm_sregs sregs;

	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 |= 1;
	sregs.cs.selector = 3;
	sregs.cs.dpl = 3;
	sregs.ss.selector = 3;
	sregs.ss.dpl = 3;
	sregs.idt.limit = 0;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	regs.rflags |= 0x3000;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
}

static void expect_emulation_failure(struct vm *vm)
{
	static const uint8_t flds[FLDS_BYTES] = { 0x67, 0xd9, 0x03 };
	struct kvm_run *run = vm->run[0];
	struct kvm_regs regs;

	vm_run_until(vm, 0, KVM_EXIT_INTERNAL_ERROR);
	CHECK_EQ(run->emulation_failure.suberror, KVM_INTERNAL_ERROR_EMULATION);
	CHECK(run->emulation_failure.ndata >= 3);
	CHECK(run->emulation_failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES);
	CHECK(run->emulation_failure.insn_size >= FLDS_BYTES);
	CHECK(!memcmp(run->emulation_failure.insn_bytes, flds, FLDS_BYTES));
	/* The VMM may execute it, and go on. */
	regs = vm_regs(vm, 0);
	regs.rip += FLDS_BYTES;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	expect_io(vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
}

static void emulation_failure(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_EXIT_ON_EMULATION_FAILURE, .args = { 1 } };
	struct vm kernel, user, told;

	vm_make(&kernel, &(struct spec){ });
	VM_LOAD(&kernel, guest_flds);
	vm_start(&kernel);
	expect_emulation_failure(&kernel);
	vm_close(&kernel);

	/* A program gets #UD, which without an IDT ends in a triple fault. */
	vm_make(&user, &(struct spec){ });
	VM_LOAD(&user, guest_flds);
	vm_start(&user);
	enter_user(&user);
	vm_run_until(&user, 0, KVM_EXIT_SHUTDOWN);
	vm_close(&user);

	vm_make(&told, &(struct spec){ });
	CHECK_EQ(must(told.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_EXIT_ON_EMULATION_FAILURE)), 1);
	must(told.fd, VMH_ENABLE_CAP, &cap);
	VM_LOAD(&told, guest_flds);
	vm_start(&told);
	enter_user(&told);
	expect_emulation_failure(&told);
}

static void immediate_exit(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	vm.run[0]->immediate_exit = 1;
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
		CHECK_EQ(errno, EINTR);
		CHECK_EQ(vm_regs(&vm, 0).rip, CODE_GPA);
	}
	vm.run[0]->immediate_exit = 0;
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
	/* It completes the access under way, and goes no further. */
	vm.run[0]->immediate_exit = 1;
	CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(vm_regs(&vm, 0).rip, CODE_GPA + 2);
	CHECK_EQ(vm.run[0]->exit_reason, KVM_EXIT_IO);
	vm.run[0]->immediate_exit = 0;
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
	CHECK_EQ(*(uint8_t *)io_data(&vm), 1);
}

static volatile int alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

static void catch_alarms(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { .it_value.tv_usec = 20000, .it_interval.tv_usec = 20000 };

	sigaction(SIGALRM, &action, NULL);
	CHECK(!setitimer(ITIMER_REAL, &timer, NULL));
}

/* A signal ends RUN, whatever the guest does. */
static void signal_ends(const char *code, const char *end)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_load(&vm, code, end);
	vm_start(&vm);
	catch_alarms();
	for (int i = 0; i < 3; i++) {
		int before = alarms;

		CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
		CHECK_EQ(errno, EINTR);
		CHECK_EQ(vm.run[0]->exit_reason, KVM_EXIT_INTR);
		CHECK(alarms > before);
	}
	CHECK(*(volatile uint32_t *)(vm.memory + SPIN_COUNTER) > 0);
	/* A signal is no refusal. */
	CHECK_EQ(last_error(vm.vcpu[0]).code, VMH_E_NONE);
}

static void signal_ends_spin(void)
{
	signal_ends(guest_spin, guest_spin_end);
}

static void signal_ends_spin_cli(void)
{
	signal_ends(guest_spin_cli, guest_spin_cli_end);
}

static void set_signal_mask(int vcpu, int unblocked)
{
	struct {
		struct kvm_signal_mask header;
		uint64_t set;
	} __attribute__((packed)) mask = { .header.len = 8, .set = ~0ULL };

	mask.set &= ~(1ULL << (unblocked - 1));
	must(vcpu, VMH_SET_SIGNAL_MASK, &mask);
}

/* A signal that is blocked outside of RUN and not within: it ends RUN and stays pending. */
static void signal_mask(void)
{
	sigset_t set, pending;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	set_signal_mask(vm.vcpu[0], SIGUSR1);
	raise(SIGUSR1);
	CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(errno, EINTR);
	/* Not delivered: there is no handler, so that would have been the end. */
	sigpending(&pending);
	CHECK(sigismember(&pending, SIGUSR1));
}

static void bad_signal_mask(void)
{
	struct kvm_signal_mask mask = { .len = 4 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	REFUSED(vm.vcpu[0], VMH_SET_SIGNAL_MASK, &mask, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "len", GOT(4), EXPECTED(8));
	must(vm.vcpu[0], VMH_SET_SIGNAL_MASK, NULL);
}

/* Two vCPUs run at the same time, by threads of their own. */
static void two_vcpus(void)
{
	struct runner runner;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	/* The other one meets code that was changed meanwhile. */
	vm.memory[CODE_GPA + 0x800] = 0xf4;
	must(vm.vcpu[1], VMH_SET_REGS,
	     &(struct kvm_regs){ .rip = CODE_GPA + 0x800, .rflags = 2 });
	vm_run_until(&vm, 1, KVM_EXIT_HLT);
	CHECK(!runner.done);
	vm.memory[CODE_GPA + 1] = 0xf4;		/* the counting becomes HLT */
	runner_join(&runner);
	CHECK_EQ(runner.exit_reason, KVM_EXIT_HLT);
}

GUEST(guest_state, "movb $1, %al; outb %al, $0x10; sti; nop; outb %al, $0x10; hlt");

/* What RUN says about the vCPU beside the exit. */
static void run_page(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_state);
	vm_start(&vm);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
	CHECK_EQ(vm.run[0]->if_flag, 0);
	CHECK_EQ(vm.run[0]->ready_for_interrupt_injection, 0);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
	CHECK_EQ(vm.run[0]->if_flag, 1);
	CHECK_EQ(vm.run[0]->cr8, 0);
	CHECK_EQ(vm.run[0]->apic_base & 0xfffff000, 0xfee00000);
}

/* Guests may scribble into the page as the VMM does: RUN reads each field once and checks it. */
static void scribbled_run_page(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_ports);
	vm_start(&vm);
	for (int i = 0; i < 8; i++) {
		uint32_t reason = vm_run(&vm, 0);

		memset(vm.run[0], 0xff, sizeof(*vm.run[0]));
		/* What asks for something, or for something else. */
		vm.run[0]->kvm_valid_regs = 0;
		vm.run[0]->kvm_dirty_regs = 0;
		vm.run[0]->immediate_exit = 0;
		vm.run[0]->request_interrupt_window = 0;
		if (reason == KVM_EXIT_HLT)
			return;
	}
	FAIL("no HLT");
}

/* The VMM moves RIP while an access is under way: it goes on right there, not after it. */
static void moved_rip(void)
{
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_ports);
	vm_start(&vm);
	for (int i = 0; i < 3; i++) {
		expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
		regs = vm_regs(&vm, 0);
		CHECK_EQ(regs.rip, CODE_GPA + 6);
		regs.rip = CODE_GPA;
		must(vm.vcpu[0], VMH_SET_REGS, &regs);
	}
	for (uint16_t port = 0x10; port != 0x1234; port = vm.run[0]->io.port)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	/* The same under an IN, whose answer is lost. */
	expect_io(&vm, KVM_EXIT_IO_IN, 0x1234, 1, 1);
	*(uint8_t *)io_data(&vm) = 0x99;
	regs.rax = 0x55;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	expect_io(&vm, KVM_EXIT_IO_OUT, 0x10, 1, 1);
	CHECK_EQ(*(uint8_t *)io_data(&vm), 0x11);
}

static void *terminate_later(void *vm)
{
	sleep_ms(1000);
	vm_event(vm, VMH_EVENT_TERMINATE);
	return NULL;
}

static void *busy_thread(void *stop)
{
	while (!*(volatile bool *)stop)
		;
	return NULL;
}

/*
 * Context switches give the thread work for its way back to userspace (restartable sequences, which
 * the C library uses). RUN does it without its caller's noticing.
 */
static void not_interrupted(void)
{
	pthread_t busy, ender;
	bool stop = false;
	struct vm vm;
	long ret;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	CHECK(!pthread_create(&busy, NULL, busy_thread, &stop));
	CHECK(!pthread_create(&ender, NULL, terminate_later, &vm));
	ret = call(vm.vcpu[0], VMH_RUN, NULL);
	CHECK_EQ(ret, -1);
	CHECK_EQ(errno, ESTALE);
	stop = true;
	pthread_join(busy, NULL);
	pthread_join(ender, NULL);
}

static const struct test tests[] = {
	{ .name = "ports", .run = ports, .kvm = true },
	{ .name = "string I/O", .run = strings, .kvm = true },
	{ .name = "MMIO", .run = mmio, .kvm = true },
	{ .name = "SS from MMIO", .run = mmio_loads_ss, .kvm = true },
	{ .name = "MMIO across pages", .run = mmio_across_pages, .kvm = true },
	{ .name = "shutdown", .run = shutdown, .kvm = true },
	{ .name = "HLT", .run = halt, .kvm = true },
	{ .name = "code where there is no memory", .run = fetch_from_nowhere, .kvm = true },
	{ .name = "what cannot be executed", .run = emulation_failure, .kvm = true },
	{ .name = "immediate exit", .run = immediate_exit, .kvm = true },
	{ .name = "a signal ends a spinning guest", .run = signal_ends_spin, .kvm = true },
	{ .name = "a signal ends a guest that spins with IF clear", .run = signal_ends_spin_cli },
	{ .name = "signal mask", .run = signal_mask, .kvm = true },
	{ .name = "bad signal mask", .run = bad_signal_mask, .kvm = true },
	{ .name = "two vCPUs at once", .run = two_vcpus, .kvm = true },
	{ .name = "the run page's other fields", .run = run_page, .kvm = true },
	{ .name = "a scribbled run page", .run = scribbled_run_page },
	{ .name = "RIP moved while an access is under way", .run = moved_rip, .kvm = true },
	{ .name = "the kernel's own work does not interrupt", .run = not_interrupted },
	{ }
};

const struct suite suite_run = { "run", tests };
