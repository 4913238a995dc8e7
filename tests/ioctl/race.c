// SPDX-License-Identifier: GPL-2.0
/* Calls against each other in threads. What they answer may vary; that all ends well may not. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

#define ROUNDS	40

static volatile bool stop;

static void *toggle_pause(void *arg)
{
	struct vm *vm = arg;
	struct vmh_state_change change = { .size = sizeof(change) };

	while (!stop) {
		change.event = VMH_EVENT_PAUSE;
		call(vm->fd, VMH_SET_STATE, &change);
		change.event = VMH_EVENT_RESUME;
		call(vm->fd, VMH_SET_STATE, &change);
	}
	return NULL;
}

static pthread_t thread(void *(*function)(void *), void *arg)
{
	pthread_t id;

	CHECK(!pthread_create(&id, NULL, function, arg));
	return id;
}

/* PAUSE and RESUME by two threads while two vCPUs run, then TERMINATE. */
static void pause_against_run(void)
{
	struct runner runner[2];
	pthread_t toggler[2];
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	VM_LOAD(&vm, guest_spin_cli);
	vm_start(&vm);
	for (int i = 0; i < 2; i++)
		runner_start(&runner[i], &vm, i);
	for (int i = 0; i < 2; i++)
		toggler[i] = thread(toggle_pause, &vm);
	for (int i = 0; i < ROUNDS; i++)
		wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	vm_event(&vm, VMH_EVENT_TERMINATE);
	stop = true;
	for (int i = 0; i < 2; i++) {
		pthread_join(toggler[i], NULL);
		runner_join(&runner[i]);
		CHECK_EQ(runner[i].error, ESTALE);
	}
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].used, 0);
}

/* TERMINATE at any moment of a RUN's start. */
static void terminate_against_run(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct runner runner;
		struct vm vm;

		vm_make(&vm, &(struct spec){ });
		VM_LOAD(&vm, guest_spin);
		vm_start(&vm);
		runner_start(&runner, &vm, 0);
		for (volatile int delay = 0; delay < i * 500; delay++)
			;
		vm_event(&vm, VMH_EVENT_TERMINATE);
		runner_join(&runner);
		CHECK_EQ(runner.ret, -1);
		CHECK_EQ(runner.error, ESTALE);
		CHECK_EQ(vm_usage(&vm).res[VMH_RES_EPT_PAGES].used, 0);
		vm_close(&vm);
	}
}

static void *create_vcpus(void *arg)
{
	struct vm *vm = arg;
	long created = 0;

	for (unsigned int id = 0; id < 8; id++)
		created += call(vm->fd, VMH_CREATE_VCPU, VALUE(id)) >= 0;
	return (void *)created;
}

/* Two threads create the same vCPUs: each id succeeds once. */
static void create_against_create(void)
{
	void *first, *second;
	pthread_t a, b;
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 8 });
	a = thread(create_vcpus, &vm);
	b = thread(create_vcpus, &vm);
	pthread_join(a, &first);
	pthread_join(b, &second);
	CHECK_EQ((long)first + (long)second, 8);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_VCPUS].used, 8);
}

static void *churn_slots(void *arg)
{
	struct vm *vm = arg;
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = 0x200000, .userspace_addr = (uintptr_t)vm->memory,
	};

	while (!stop) {
		region.memory_size = 16 * PAGE;
		call(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
		region.memory_size = 0;
		call(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
	}
	return NULL;
}

static void *churn_memory(void *arg)
{
	struct vm *vm = arg;

	while (!stop)
		madvise(vm->memory + 0x10000, 0x10000, MADV_DONTNEED);
	return NULL;
}

GUEST(guest_roam,
      "sti; 1: movl $0x10000, %ebx; movw $16, %cx; 2: incl (%ebx); addl $0x1000, %ebx; loop 2b;"
      "movl $0x200000, %ebx; movl (%ebx), %eax; incl 0x2000; jmp 1b");

/* Slots and memory come and go under a guest that uses them. */
static void slots_against_run(void)
{
	pthread_t slots, memory;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 4 << 20 });
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
	VM_LOAD(&vm, guest_roam);
	vm_start(&vm);
	slots = thread(churn_slots, &vm);
	memory = thread(churn_memory, &vm);
	for (int i = 0; i < ROUNDS; i++) {
		struct kvm_run *run = vm.run[0];
		uint32_t reason;

		run->immediate_exit = i & 1;
		if (call(vm.vcpu[0], VMH_RUN, NULL) < 0) {
			CHECK_EQ(errno, EINTR);
			continue;
		}
		reason = run->exit_reason;
		CHECK(reason == KVM_EXIT_MMIO);
		CHECK_EQ(run->mmio.phys_addr, 0x200000);
	}
	stop = true;
	pthread_join(slots, NULL);
	pthread_join(memory, NULL);
	CHECK(*(uint32_t *)(vm.memory + SPIN_COUNTER) > 0);
}

/* Memory is unmapped while TERMINATE returns the EPT. */
static void memory_against_terminate(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_t memory;
		struct vm vm;

		vm_make(&vm, &(struct spec){ });
		VM_LOAD(&vm, guest_hlt);
		vm_start(&vm);
		vm_run_until(&vm, 0, KVM_EXIT_HLT);
		stop = false;
		memory = thread(churn_memory, &vm);
		sleep_ms(1);
		vm_event(&vm, VMH_EVENT_TERMINATE);
		stop = true;
		pthread_join(memory, NULL);
		CHECK_EQ(vm_usage(&vm).res[VMH_RES_EPT_PAGES].used, 0);
		vm_close(&vm);
	}
}

GUEST(guest_write_all,
      "1: movl $0x10000, %ebx; movw $16, %cx; 2: incl (%ebx); addl $0x1000, %ebx; loop 2b;"
      "incl 0x2000; jmp 1b");

/*
 * Each change of slots frees the table that a write fault may be looking at: what a fault needs of
 * it has to be copied under the lock. A kernel that watches freed memory tells; it takes a
 * preemption at the right moment, so such a kernel gets more time.
 */
static void slots_against_write_faults(void)
{
	const unsigned int ms = on_debug_kernel ? 4000 : 300;
	struct runner runner[2];
	pthread_t slots, memory;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 2, .memory = 4 << 20 });
	VM_LOAD(&vm, guest_write_all);
	vm_start(&vm);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
	slots = thread(churn_slots, &vm);
	memory = thread(churn_memory, &vm);
	for (int i = 0; i < 2; i++)
		runner_start(&runner[i], &vm, i);
	sleep_ms(ms);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	CHECK(!runner[0].done && !runner[1].done);
	stop = true;
	pthread_join(slots, NULL);
	pthread_join(memory, NULL);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	for (int i = 0; i < 2; i++) {
		runner_join(&runner[i]);
		CHECK_EQ(runner[i].error, ESTALE);
	}
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].used, 0);
}

/* Two RUNs of one vCPU: one after the other. */
static void run_against_run(void)
{
	struct runner first, second;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	runner_start(&first, &vm, 0);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	runner_start(&second, &vm, 0);
	sleep_ms(20);
	CHECK(!first.done && !second.done);
	vm.memory[CODE_GPA + 1] = 0xf4;
	runner_join(&first);
	runner_join(&second);
	CHECK_EQ(first.exit_reason, KVM_EXIT_HLT);
}

/* Many VMs at once, then all gone. */
static void many_vms(void)
{
	struct vm vm[32];

	for (size_t i = 0; i < ARRAY_SIZE(vm); i++) {
		vm_make(&vm[i], &(struct spec){ });
		VM_LOAD(&vm[i], guest_out);
		vm_start(&vm[i]);
	}
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < ARRAY_SIZE(vm); i++)
			vm_run_until(&vm[i], 0, KVM_EXIT_IO);
	for (size_t i = 0; i < ARRAY_SIZE(vm); i++)
		vm_close(&vm[i]);
}

/* VMs come and go: tests/e2e/leaks counts what is left of them. */
static void fifty_vms(void)
{
	for (int i = 0; i < 50; i++) {
		struct vm vm;

		vm_make(&vm, &(struct spec){ .cpus = 2, .irqchip = i & 1, .huge = i & 2 });
		VM_LOAD(&vm, guest_touch);
		must(vm.vcpu[0], VMH_SET_REGS, &(struct kvm_regs){
			.rip = CODE_GPA, .rflags = 2, .rbx = 0x10000, .rcx = 32 });
		vm_start(&vm);
		if (i & 1)
			vm.run[0]->immediate_exit = 1;
		call(vm.vcpu[0], VMH_RUN, NULL);
		vm_close(&vm);
	}
}

static const struct test tests[] = {
	{ .name = "PAUSE against RUN", .run = pause_against_run },
	{ .name = "TERMINATE against RUN", .run = terminate_against_run },
	{ .name = "CREATE_VCPU against itself", .run = create_against_create },
	{ .name = "slots and memory against RUN", .run = slots_against_run, .kvm = true },
	{ .name = "memory against TERMINATE", .run = memory_against_terminate },
	{ .name = "slot tables against write faults", .run = slots_against_write_faults },
	{ .name = "RUN against RUN", .run = run_against_run, .kvm = true },
	{ .name = "many VMs", .run = many_vms, .kvm = true },
	{ .name = "fifty VMs, one after the other", .run = fifty_vms, .kvm = true },
	{ }
};

const struct suite suite_race = { "race", tests };
