// SPDX-License-Identifier: GPL-2.0
/* File descriptors: closed in every order, passed on, and processes that die with them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

enum { DEVICE, VM, VCPU0, VCPU1, NR_FDS };
#define ORDERS	24

/* The @row-th order of four. */
static void order_of(unsigned int row, int order[NR_FDS])
{
	int left[NR_FDS] = { DEVICE, VM, VCPU0, VCPU1 };

	for (int i = 0, nr = NR_FDS; i < NR_FDS; i++, nr--) {
		int pick = row % nr;

		row /= nr;
		order[i] = left[pick];
		memmove(left + pick, left + pick + 1, (nr - pick - 1) * sizeof(int));
	}
}

static const char *order_name(unsigned int row)
{
	static const char *const names[] = { "device", "VM", "vCPU 0", "vCPU 1" };
	static char name[80];
	int order[NR_FDS];

	order_of(row, order);
	snprintf(name, sizeof(name), "%s, %s, %s, %s", names[order[0]], names[order[1]],
		 names[order[2]], names[order[3]]);
	return name;
}

/* What is still open goes on working. */
static void closed_in_order(unsigned int row)
{
	int order[NR_FDS], fd[NR_FDS];
	bool open[NR_FDS] = { true, true, true, true };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	fd[DEVICE] = vm.dev;
	fd[VM] = vm.fd;
	fd[VCPU0] = vm.vcpu[0];
	fd[VCPU1] = vm.vcpu[1];
	order_of(row, order);
	for (int i = 0; i < NR_FDS; i++) {
		CHECK(!close(fd[order[i]]));
		open[order[i]] = false;
		for (int id = 0; id < 2; id++)
			if (open[VCPU0 + id])
				vm_run_until(&vm, id, KVM_EXIT_IO);
		if (open[VM] && !on_kvm)
			CHECK_EQ(vm_state(&vm).state, VMH_STATE_RUNNING);
	}
	/* The run pages are mapped still, and can be touched. */
	vm.run[0]->immediate_exit = 1;
	vm.run[1]->immediate_exit = 1;
}

/* The same with a mapping that is older than the fd's end. */
static void mapping_outlives(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	close(vm.vcpu[0]);
	close(vm.fd);
	close(vm.dev);
	CHECK_EQ(vm.run[0]->exit_reason, KVM_EXIT_IO);
	CHECK(!munmap(vm.run[0], vm.run_bytes));
}

/* A vCPU's fd is closed while a thread is in RUN on it: RUN goes on until it has to end. */
static void closed_in_run(void)
{
	struct runner runner;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	close(vm.vcpu[0]);
	close(vm.fd);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	CHECK(!runner.done);
	vm.memory[CODE_GPA + 1] = 0xf4;
	runner_join(&runner);
	CHECK_EQ(runner.ret, 0);
	CHECK_EQ(runner.exit_reason, KVM_EXIT_HLT);
}

/* In a child the fds are there, but the memory behind the VM is not its own: refused. */
static void in_a_child(void)
{
	struct kvm_regs regs = { };
	int status;
	pid_t child;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = EIO, .code = VMH_E_WRONG_MM);
		REFUSED(vm.vcpu[0], VMH_SET_REGS, &regs, .error = EIO, .code = VMH_E_WRONG_MM);
		REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1), .error = EIO, .code = VMH_E_WRONG_MM);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
}

/* The creator is gone, its child holds the fds: the VM is TERMINATED and its memory returned. */
static void creator_gone(void)
{
	struct vmh_usage usage;
	struct vm *vm = mmap(NULL, sizeof(*vm), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ready[2], status;
	char byte;
	pid_t creator;

	CHECK(!pipe(ready));
	creator = fork();
	CHECK(creator >= 0);
	if (!creator) {
		vm_make(vm, &(struct spec){ });
		VM_LOAD(vm, guest_out);
		vm_start(vm);
		vm_run_until(vm, 0, KVM_EXIT_IO);
		if (fork())
			_exit(0);
		/* The grandchild: wait until the address space is gone. */
		while (vm_state(vm).state != VMH_STATE_TERMINATED)
			sleep_ms(1);
		CHECK_EQ(vm_state(vm).reason, VMH_REASON_CREATOR_EXIT);
		usage = vm_usage(vm);
		CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, 0);
		CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].used, 0);
		CHECK_EQ(usage.res[VMH_RES_SLOT_BYTES].used, 0);
		CHECK(write(ready[1], "y", 1) == 1);
		_exit(0);
	}
	CHECK(waitpid(creator, &status, 0) == creator);
	close(ready[1]);
	CHECK(read(ready[0], &byte, 1) == 1);
}

/* SIGKILL of a VMM whose guest spins with interrupts off. Another process watches it go. */
static void killed(void)
{
	volatile uint32_t *counter = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct runner runner[2];
	int status;
	pid_t vmm = fork();
	struct vm vm;

	CHECK(vmm >= 0);
	if (!vmm) {
		vm_make(&vm, &(struct spec){ .cpus = 2 });
		VM_LOAD(&vm, guest_spin_cli);
		vm_start(&vm);
		runner_start(&runner[0], &vm, 0);
		runner_start(&runner[1], &vm, 1);
		for (;;) {
			*counter = *(volatile uint32_t *)(vm.memory + SPIN_COUNTER);
			sleep_ms(1);
		}
	}
	wait_until_changes(counter);
	wait_until_changes(counter);
	CHECK(!kill(vmm, SIGKILL));
	CHECK(waitpid(vmm, &status, 0) == vmm);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void killed_often(void)
{
	for (int i = 0; i < 5; i++)
		killed();
}

/* execve() by the creator: its address space is another one, and its fds are closed. */
static void creator_execs(void)
{
	static char *const arguments[] = { "true", NULL };
	struct vm vm;
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (!child) {
		vm_make(&vm, &(struct spec){ });
		VM_LOAD(&vm, guest_out);
		vm_start(&vm);
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		execv("/bin/true", arguments);
		_exit(3);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
}

static const struct test tests[] = {
	{ .name = "closed in the order", .rows = ORDERS, .row_name = order_name,
	  .run_row = closed_in_order, .kvm = true },
	{ .name = "a mapping outlives its fd", .run = mapping_outlives, .kvm = true },
	{ .name = "closed while in RUN", .run = closed_in_run, .kvm = true },
	{ .name = "used by a child", .run = in_a_child, .kvm = true },
	{ .name = "the creator is gone", .run = creator_gone },
	{ .name = "SIGKILL while the guest spins with IF clear", .run = killed_often },
	{ .name = "execve() by the creator", .run = creator_execs, .kvm = true },
	{ }
};

const struct suite suite_fds = { "fds", tests };
