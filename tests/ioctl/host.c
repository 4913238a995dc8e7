// SPDX-License-Identifier: GPL-2.0
/* What belongs to the host and its processes is as it was after RUN; moves between processors. */
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

/* The guest fills x87, SSE and debug registers with its own. */
GUEST(guest_dirty,
      "movl %cr4, %eax; orl $0x200, %eax; movl %eax, %cr4;"
      "fninit; fldpi; fldpi; fldz; pcmpeqd %xmm0, %xmm0; movdqa %xmm0, %xmm1;"
      "movdqa %xmm0, %xmm2; movdqa %xmm0, %xmm3; movdqa %xmm0, %xmm7;"
      "movl $0x1f00, 0x3000; ldmxcsr 0x3000;"
      "movl $0x1234, %eax; movl %eax, %dr0; movl %eax, %dr3; movl $0x703, %eax; movl %eax, %dr7;"
      "1: outb %al, $0x10; jmp 1b");

struct xmm_state {
	uint8_t xmm[8][16];
} __attribute__((aligned(16)));

/* RUN between loading and storing the registers, with nothing in between that could use them. */
static long run_with_xmm(int fd, const struct xmm_state *in, struct xmm_state *out)
{
	unsigned long command = on_kvm ? _IO(KVMIO, 0x80) : VMH_RUN;
	long ret = SYS_ioctl;

	asm volatile("movdqa 0x00(%[in]), %%xmm0\nmovdqa 0x10(%[in]), %%xmm1\n"
		"movdqa 0x20(%[in]), %%xmm2\nmovdqa 0x30(%[in]), %%xmm3\n"
		"movdqa 0x40(%[in]), %%xmm4\nmovdqa 0x50(%[in]), %%xmm5\n"
		"movdqa 0x60(%[in]), %%xmm6\nmovdqa 0x70(%[in]), %%xmm15\n"
		"syscall\n"
		"movdqa %%xmm0, 0x00(%[out])\nmovdqa %%xmm1, 0x10(%[out])\n"
		"movdqa %%xmm2, 0x20(%[out])\nmovdqa %%xmm3, 0x30(%[out])\n"
		"movdqa %%xmm4, 0x40(%[out])\nmovdqa %%xmm5, 0x50(%[out])\n"
		"movdqa %%xmm6, 0x60(%[out])\nmovdqa %%xmm15, 0x70(%[out])\n"
		: "+a" (ret)
		: "D" (fd), "S" (command), "d" (0L), [in] "r" (in), [out] "r" (out)
		: "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
		  "xmm15");
	return ret;
}

static void make_dirty(struct vm *vm)
{
	vm_make(vm, &(struct spec){ });
	VM_LOAD(vm, guest_dirty);
	vm_start(vm);
}

static void sse(void)
{
	struct xmm_state in, out;
	struct vm vm;

	make_dirty(&vm);
	for (int round = 0; round < 50; round++) {
		memset(&in, 0x40 + round, sizeof(in));
		in.xmm[3][5] = round;
		memset(&out, 0, sizeof(out));
		CHECK_EQ(run_with_xmm(vm.vcpu[0], &in, &out), 0);
		CHECK(!memcmp(&in, &out, sizeof(in)));
	}
	/* And the guest has kept its own. */
	struct kvm_fpu fpu;

	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	CHECK_EQ(fpu.xmm[1][0], 0xff);
	if (!on_kvm)	/* leaves MXCSR out */
		CHECK_EQ(fpu.mxcsr, 0x1f00);
}

static void x87_and_mxcsr(void)
{
	long double value = 1.5L, result;
	uint32_t mxcsr = 0x5f80, mxcsr_after;
	uint16_t control = 0x0a7f, control_after;
	struct vm vm;

	make_dirty(&vm);
	asm volatile("fldcw %0; ldmxcsr %1" : : "m" (control), "m" (mxcsr));
	asm volatile("fldt %0" : : "m" (value));
	for (int i = 0; i < 20; i++)
		call(vm.vcpu[0], VMH_RUN, NULL);
	asm volatile("fstpt %0; fnstcw %1; stmxcsr %2"
		     : "=m" (result), "=m" (control_after), "=m" (mxcsr_after));
	CHECK(result == value);
	CHECK_EQ(control_after, control);
	CHECK_EQ(mxcsr_after & ~0x3f, mxcsr);
}

static uint64_t arch_base(int code)
{
	uint64_t base = 0;

	CHECK(!syscall(SYS_arch_prctl, code, &base));
	return base;
}

static uint16_t selector(int which)
{
	uint16_t value = 0;

	switch (which) {
	case 0:
		asm volatile("mov %%ds, %0" : "=r" (value));
		break;
	case 1:
		asm volatile("mov %%es, %0" : "=r" (value));
		break;
	case 2:
		asm volatile("mov %%fs, %0" : "=r" (value));
		break;
	case 3:
		asm volatile("mov %%gs, %0" : "=r" (value));
		break;
	}
	return value;
}

static void segment_bases(void)
{
	uint64_t fs = arch_base(ARCH_GET_FS);
	uint64_t gs = 0x123456789000;
	struct vm vm;

	make_dirty(&vm);
	CHECK(!syscall(SYS_arch_prctl, ARCH_SET_GS, gs));
	for (int i = 0; i < 20; i++) {
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		CHECK_EQ(arch_base(ARCH_GET_FS), fs);
		CHECK_EQ(arch_base(ARCH_GET_GS), gs);
	}
}

/* Selectors that are not null in 64-bit processes either. */
static void segment_selectors(void)
{
	uint16_t before[4];
	struct vm vm;

	make_dirty(&vm);
	asm volatile("mov %0, %%ds; mov %0, %%es" : : "r" (0x2b));
	for (int i = 0; i < 4; i++)
		before[i] = selector(i);
	for (int i = 0; i < 20; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	for (int i = 0; i < 4; i++)
		CHECK_EQ(selector(i), before[i]);
	asm volatile("mov %0, %%ds; mov %0, %%es" : : "r" (0));
}

/* And those into the process's LDT. */
static void ldt_selectors(void)
{
	const uint16_t in_ldt = 7;
	struct user_desc desc = { .limit = 0xfffff, .limit_in_pages = 1, .seg_32bit = 1 };
	struct vm vm;

	CHECK(!syscall(SYS_modify_ldt, 1, &desc, sizeof(desc)));
	make_dirty(&vm);
	for (int i = 0; i < 20; i++) {
		asm volatile("mov %0, %%es" : : "r" (in_ldt));
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		CHECK_EQ(selector(1), in_ldt);
	}
	asm volatile("mov %0, %%es" : : "r" (0));
}

/* The host's IDT, GDT and TR work: exceptions, system calls, the I/O bitmap's limit. */
static void host_tables(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) gdt_before, gdt_after, idt_before, idt_after;
	struct vm vm;

	make_dirty(&vm);
	asm volatile("sgdt %0; sidt %1" : "=m" (gdt_before), "=m" (idt_before));
	for (int i = 0; i < 20; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	asm volatile("sgdt %0; sidt %1" : "=m" (gdt_after), "=m" (idt_after));
	/* The address of the GDT is per processor. */
	CHECK_EQ(gdt_after.limit, gdt_before.limit);
	CHECK_EQ(idt_after.limit, idt_before.limit);
	CHECK_EQ(idt_after.base, idt_before.base);
}

static volatile uint32_t watched;

/* A hardware watchpoint of a debugger on the VMM fires after RUN too; the guest has its own. */
static void debugged_child(void)
{
	struct vm vm;

	make_dirty(&vm);
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	raise(SIGSTOP);			/* the parent sets the watchpoint */
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	watched = 1;			/* SIGTRAP */
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	watched = 2;			/* SIGTRAP */
	_exit(0);
}

static void set_debug_register(pid_t child, int n, unsigned long value)
{
	CHECK(!ptrace(PTRACE_POKEUSER, child,
		      offsetof(struct user, u_debugreg) + n * sizeof(long), value));
}

static void expect_stop(pid_t child, int signal)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != signal)
		FAIL("status %#x instead of a stop by signal %d", status, signal);
}

static void debug_registers(void)
{
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		debugged_child();
	}
	expect_stop(child, SIGSTOP);
	set_debug_register(child, 0, (unsigned long)&watched);
	set_debug_register(child, 7, 0xd0001);		/* DR0: writes of 4 bytes */
	CHECK(!ptrace(PTRACE_CONT, child, NULL, NULL));
	expect_stop(child, SIGTRAP);
	CHECK(!ptrace(PTRACE_CONT, child, NULL, NULL));
	expect_stop(child, SIGTRAP);
	CHECK(!ptrace(PTRACE_CONT, child, NULL, NULL));
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
}

static uint64_t kernel_symbol(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[256], found[128];
	uint64_t address;

	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%" SCNx64 " %*c %127s", &address, found) == 2 &&
		    !strcmp(found, name)) {
			fclose(file);
			return address;
		}
	}
	FAIL("the kernel has no %s", name);
}

static void __attribute__((noinline)) never_called(void)
{
	asm volatile("");
}

/*
 * The guest's addresses do not meet the host's enables: here one for an instruction of the VMM's
 * in DR0, where the guest has the address of what the host executes right before an entry.
 */
static void guest_breakpoint_in_host(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_X,
		.bp_addr = (uintptr_t)never_called, .bp_len = sizeof(long),
	};
	struct kvm_debugregs regs = { .dr6 = 0xffff0ff0, .dr7 = 0x401 };
	int event = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	uint64_t hits = 0;
	struct vm vm;

	if (event < 0)
		skip("needs a kernel with hardware breakpoints");
	regs.db[0] = kernel_symbol("vmx_run");
	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	must(vm.vcpu[0], VMH_SET_DEBUGREGS, &regs);
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(read(event, &hits, sizeof(hits)) == sizeof(hits));
	CHECK_EQ(hits, 0);
	/* It is there again. */
	never_called();
	CHECK(read(event, &hits, sizeof(hits)) == sizeof(hits));
	CHECK_EQ(hits, 1);
	close(event);
}

/* Guest registers survive other VMs on the same processor. */
static void two_vms(void)
{
	struct kvm_fpu fpu;
	struct vm first, second;

	make_dirty(&first);
	vm_make(&second, &(struct spec){ });
	VM_LOAD(&second, guest_out);
	vm_start(&second);
	for (int i = 0; i < 50; i++) {
		vm_run_until(&first, 0, KVM_EXIT_IO);
		vm_run_until(&second, 0, KVM_EXIT_IO);
	}
	must(second.vcpu[0], VMH_GET_FPU, &fpu);
	for (int i = 0; i < 16; i++)
		CHECK_EQ(fpu.xmm[0][i], 0);
	must(first.vcpu[0], VMH_GET_FPU, &fpu);
	CHECK_EQ(fpu.xmm[0][0], 0xff);
}

static void pin_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK(!sched_setaffinity(0, sizeof(set), &set));
}

static void need_two_processors(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip("needs two processors");
}

/* The same vCPU by turns on both processors. */
static void migrate_between_runs(void)
{
	struct kvm_regs regs;
	struct vm vm;

	need_two_processors();
	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	for (int i = 0; i < 100; i++) {
		pin_to(i & 1);
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		CHECK_EQ(*((uint8_t *)vm.run[0] + vm.run[0]->io.data_offset), i & 0xff);
		pin_to(~i & 1);
		regs = vm_regs(&vm, 0);
		CHECK_EQ(regs.rip, CODE_GPA);
		must(vm.vcpu[0], VMH_SET_REGS, &regs);
	}
}

GUEST(guest_check,
      "sti; movl $0x11111111, %ebx; movl $0x22222222, %esi; movl $0x33333333, %edi;"
      "movl %cr4, %eax; orl $0x200, %eax; movl %eax, %cr4; movd %ebx, %xmm5;"
      "1: incl 0x2000; cmpl $0x11111111, %ebx; jne 2f; cmpl $0x22222222, %esi; jne 2f;"
      "movd %xmm5, %eax; cmpl %eax, %ebx; jne 2f; jmp 1b; 2: hlt");

/* And moved while it runs. */
static void migrate_in_run(void)
{
	struct runner runner;
	cpu_set_t set;
	struct vm vm;

	need_two_processors();
	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_check);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	for (int i = 0; i < 30; i++) {
		CPU_ZERO(&set);
		CPU_SET(i & 1, &set);
		CHECK(!pthread_setaffinity_np(runner.thread, sizeof(set), &set));
		wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	}
	CHECK(!runner.done);
	_exit(0);
}

/* Its memory changes under it on the one processor while it runs on the other. */
static void remote_unmap(void)
{
	struct runner runner;
	cpu_set_t set;
	struct vm vm;

	need_two_processors();
	pin_to(0);
	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	CPU_ZERO(&set);
	CPU_SET(1, &set);
	CHECK(!pthread_setaffinity_np(runner.thread, sizeof(set), &set));
	for (int i = 0; i < 50; i++) {
		uint8_t *page = vm.memory + 0x2000;

		wait_until_changes((void *)page);
		CHECK(!madvise(page, PAGE, MADV_DONTNEED));
	}
	CHECK(!runner.done);
	_exit(0);
}

static const struct test tests[] = {
	{ .name = "SSE registers", .run = sse, .kvm = true },
	{ .name = "x87 and MXCSR", .run = x87_and_mxcsr, .kvm = true },
	{ .name = "bases of FS and GS", .run = segment_bases, .kvm = true },
	{ .name = "segment selectors", .run = segment_selectors, .kvm = true },
	{ .name = "selectors in an LDT", .run = ldt_selectors, .kvm = true },
	{ .name = "GDT and IDT", .run = host_tables, .kvm = true },
	{ .name = "debug registers", .run = debug_registers, .kvm = true },
	{ .name = "the guest's breakpoints stay in the guest", .run = guest_breakpoint_in_host },
	{ .name = "two VMs by turns", .run = two_vms, .kvm = true },
	{ .name = "moves between processors, between RUNs", .run = migrate_between_runs,
	  .kvm = true },
	{ .name = "moves between processors, in RUN", .run = migrate_in_run, .kvm = true },
	{ .name = "memory taken by another processor", .run = remote_unmap, .kvm = true },
	{ }
};

const struct suite suite_host = { "host", tests };
