// SPDX-License-Identifier: GPL-2.0
/* The lifecycle: every event in every state, RUN in every state, PAUSE of what runs. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

static const char *const state_names[] = {
	"created", "initialized", "running", "paused", "terminated"
};

static const char *const event_names[] = { "INIT", "START", "PAUSE", "RESUME", "TERMINATE" };

#define NONE	VMH_STATE_NR

/* What follows, or NONE for a refusal. */
static const enum vmh_state next_state[VMH_STATE_NR][VMH_EVENT_NR] = {
	{ VMH_STATE_INITIALIZED, NONE, NONE, NONE, VMH_STATE_TERMINATED },
	{ NONE, VMH_STATE_RUNNING, NONE, NONE, VMH_STATE_TERMINATED },
	{ NONE, NONE, VMH_STATE_PAUSED, NONE, VMH_STATE_TERMINATED },
	{ NONE, NONE, NONE, VMH_STATE_RUNNING, VMH_STATE_TERMINATED },
	{ NONE, NONE, NONE, NONE, VMH_STATE_TERMINATED },
};

static uint64_t allowed_events(enum vmh_state state)
{
	uint64_t allowed = 0;

	for (int event = 0; event < VMH_EVENT_NR; event++)
		if (next_state[state][event] != NONE)
			allowed |= 1 << event;
	return allowed;
}

/* Bring a VM into a state by the shortest way; its code is a HLT. */
static void make_in_state(struct vm *vm, enum vmh_state state)
{
	static const enum vmh_event way[] = {
		VMH_EVENT_INIT, VMH_EVENT_START, VMH_EVENT_PAUSE
	};

	vm_make(vm, &(struct spec){ });
	VM_LOAD(vm, guest_hlt);
	if (state == VMH_STATE_TERMINATED)
		vm_event(vm, VMH_EVENT_TERMINATE);
	else
		for (unsigned int i = 0; i < state; i++)
			vm_event(vm, way[i]);
}

static const char *pair_name(unsigned int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s in %s", event_names[row % VMH_EVENT_NR],
		 state_names[row / VMH_EVENT_NR]);
	return name;
}

static void event_in_state(unsigned int row)
{
	enum vmh_state state = row / VMH_EVENT_NR, next;
	enum vmh_event event = row % VMH_EVENT_NR;
	struct vmh_state_change change = { .size = sizeof(change), .event = event };
	bool terminated = state == VMH_STATE_TERMINATED;
	struct vmh_state_info before, after;
	struct vm vm;

	make_in_state(&vm, state);
	before = vm_state(&vm);
	CHECK_EQ(before.state, state);
	next = next_state[state][event];
	if (next == NONE) {
		REFUSED(vm.fd, VMH_SET_STATE, &change, .error = terminated ? ESTALE : EBUSY,
			.code = terminated ? VMH_E_TERMINATED : VMH_E_STATE, .field = "event",
			GOT(event), EXPECTED(allowed_events(state)));
		after = vm_state(&vm);
		CHECK(!memcmp(&before, &after, sizeof(before)));
		return;
	}
	must(vm.fd, VMH_SET_STATE, &change);
	after = vm_state(&vm);
	CHECK_EQ(after.state, next);
	if (terminated) {
		CHECK(!memcmp(&before, &after, sizeof(before)));
		return;
	}
	CHECK_EQ(after.previous, state);
	CHECK_EQ(after.generation, before.generation + 1);
	CHECK_EQ(after.last_event, event);
	CHECK_EQ(after.reason, VMH_REASON_USER);
}

static void text_names_both(void)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = VMH_EVENT_RESUME };
	struct vm vm;

	make_in_state(&vm, VMH_STATE_RUNNING);
	CHECK(call(vm.fd, VMH_SET_STATE, &change) < 0);
	CHECK(strstr(last_error(vm.fd).text, "resume"));
	CHECK(strstr(last_error(vm.fd).text, "running"));
	CHECK(strstr(last_error(vm.fd).text, "pause"));
}

static void no_such_event(void)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = VMH_EVENT_NR };
	struct vm vm;

	make_in_state(&vm, VMH_STATE_CREATED);
	REFUSED(vm.fd, VMH_SET_STATE, &change, .error = EINVAL, .code = VMH_E_EVENT,
		.field = "event", GOT(VMH_EVENT_NR), EXPECTED(VMH_EVENT_NR - 1));
	change.event = ~0U;
	REFUSED(vm.fd, VMH_SET_STATE, &change, .error = EINVAL, .code = VMH_E_EVENT,
		.field = "event", GOT(~0U));
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK(call(vm.fd, VMH_SET_STATE, &change) < 0);
}

static void fresh_vm(void)
{
	struct vmh_state_info info;
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	info = vm_state(&vm);
	CHECK_EQ(info.state, VMH_STATE_CREATED);
	CHECK_EQ(info.previous, VMH_STATE_CREATED);
	CHECK_EQ(info.generation, 0);
	CHECK_EQ(info.reason, VMH_REASON_CREATED);
}

static void init_wants_all(void)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = VMH_EVENT_INIT };
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	REFUSED(vm.fd, VMH_SET_STATE, &change, .error = EBUSY, .code = VMH_E_NO_SLOT);
	vm_add_vcpu(&vm, 0);
	REFUSED(vm.fd, VMH_SET_STATE, &change, .error = EBUSY, .code = VMH_E_NO_SLOT);
	vm_create(&vm, &(struct spec){ });
	vm_add_slot(&vm, 0, 0, vm.bytes, map_pages(vm.bytes));
	REFUSED(vm.fd, VMH_SET_STATE, &change, .error = EBUSY, .code = VMH_E_NO_VCPU);
	CHECK_EQ(vm_state(&vm).state, VMH_STATE_CREATED);
	CHECK_EQ(vm_state(&vm).generation, 0);
}

static const char *state_row_name(unsigned int row)
{
	return state_names[row];
}

static void run_in_state(unsigned int row)
{
	const uint64_t runnable = 1 << VMH_STATE_RUNNING | 1 << VMH_STATE_PAUSED;
	struct runner runner;
	struct vm vm;

	make_in_state(&vm, row);
	switch (row) {
	case VMH_STATE_CREATED:
	case VMH_STATE_INITIALIZED:
		REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = EBUSY, .code = VMH_E_STATE,
			.field = "state", GOT(row), EXPECTED(runnable));
		CHECK_EQ(vm_state(&vm).state, row);
		break;
	case VMH_STATE_RUNNING:
		vm_run_until(&vm, 0, KVM_EXIT_HLT);
		break;
	case VMH_STATE_PAUSED:
		runner_start(&runner, &vm, 0);
		sleep_ms(50);
		CHECK(!runner.done);
		vm_event(&vm, VMH_EVENT_RESUME);
		runner_join(&runner);
		CHECK_EQ(runner.ret, 0);
		CHECK_EQ(runner.exit_reason, KVM_EXIT_HLT);
		break;
	case VMH_STATE_TERMINATED:
		REFUSED(vm.vcpu[0], VMH_RUN, NULL, .error = ESTALE, .code = VMH_E_TERMINATED,
			.any_field = true);
		break;
	}
}

static void run_takes_no_argument(void)
{
	struct vm vm;

	make_in_state(&vm, VMH_STATE_RUNNING);
	REFUSED(vm.vcpu[0], VMH_RUN, VALUE(1), .error = EINVAL, .code = VMH_E_VALUE,
		.field = "argument", GOT(1), EXPECTED(0));
}

/* Every call on a terminated VM answers ESTALE, but those that tell about it. */
static void after_terminate(void)
{
	struct kvm_irq_level line = { .irq = 1 };
	struct kvm_userspace_memory_region region = { };
	union {
		struct kvm_regs regs;
		struct kvm_sregs sregs;
		struct kvm_fpu fpu;
		struct kvm_mp_state mp;
	} u = { };
	static const unsigned long vcpu_calls[] = {
		VMH_RUN, VMH_GET_REGS, VMH_SET_REGS, VMH_GET_SREGS, VMH_SET_SREGS, VMH_GET_FPU,
		VMH_SET_FPU, VMH_GET_MP_STATE,
	};
	struct vm vm;

	make_in_state(&vm, VMH_STATE_TERMINATED);
	for (size_t i = 0; i < ARRAY_SIZE(vcpu_calls); i++)
		REFUSED(vm.vcpu[0], vcpu_calls[i], vcpu_calls[i] == VMH_RUN ? NULL : &u,
			.error = ESTALE, .code = VMH_E_TERMINATED,
			.any_field = true);
	REFUSED(vm.fd, VMH_IRQ_LINE, &line, .error = ESTALE, .code = VMH_E_TERMINATED,
		.any_field = true);
	REFUSED(vm.fd, VMH_SET_USER_MEMORY_REGION, &region, .error = ESTALE,
		.code = VMH_E_TERMINATED, .any_field = true);
	REFUSED(vm.fd, VMH_CREATE_IRQCHIP, NULL, .error = ESTALE, .code = VMH_E_TERMINATED,
		.any_field = true);
	CHECK_EQ(vm_state(&vm).state, VMH_STATE_TERMINATED);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_SLOT_BYTES].used, 0);
}

/* A guest that does nothing but count is paused, stands still, and goes on. */
static void pause_guest(const char *code, const char *end, unsigned int cpus)
{
	struct runner runner[VM_CPUS];
	volatile uint32_t *counter;
	uint32_t before;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = cpus });
	vm_load(&vm, code, end);
	counter = (volatile uint32_t *)(vm.memory + SPIN_COUNTER);
	vm_start(&vm);
	for (unsigned int id = 0; id < cpus; id++)
		runner_start(&runner[id], &vm, id);
	for (int round = 0; round < 3; round++) {
		wait_until_changes(counter);
		vm_event(&vm, VMH_EVENT_PAUSE);
		before = *counter;
		/* The state can be read although RUN has not returned. */
		CHECK(vm_regs(&vm, cpus - 1).rip >= CODE_GPA);
		sleep_ms(20);
		CHECK_EQ(*counter, before);
		for (unsigned int id = 0; id < cpus; id++)
			CHECK(!runner[id].done);
		vm_event(&vm, VMH_EVENT_RESUME);
	}
	wait_until_changes(counter);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	for (unsigned int id = 0; id < cpus; id++) {
		runner_join(&runner[id]);
		CHECK_EQ(runner[id].ret, -1);
		CHECK_EQ(runner[id].error, ESTALE);
	}
}

static void pause_spinning(void)
{
	pause_guest(guest_spin, guest_spin_end, 1);
}

static void pause_spinning_cli(void)
{
	pause_guest(guest_spin_cli, guest_spin_cli_end, 1);
}

static void pause_three(void)
{
	pause_guest(guest_spin_cli, guest_spin_cli_end, 3);
}

/* Registers set while PAUSED count when it goes on. */
static void change_while_paused(void)
{
	struct runner runner;
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin_cli);
	vm_start(&vm);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	vm_event(&vm, VMH_EVENT_PAUSE);
	VM_LOAD(&vm, guest_hlt);
	regs = vm_regs(&vm, 0);
	regs.rip = CODE_GPA;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_event(&vm, VMH_EVENT_RESUME);
	runner_join(&runner);
	CHECK_EQ(runner.ret, 0);
	CHECK_EQ(runner.exit_reason, KVM_EXIT_HLT);
}

static void on_signal(int number)
{
	(void)number;
}

static void *run_once(void *arg)
{
	struct runner *runner = arg;

	runner->ret = call(runner->vm->vcpu[0], VMH_RUN, NULL);
	runner->error = errno;
	runner->exit_reason = runner->vm->run[0]->exit_reason;
	runner->done = true;
	return NULL;
}

/* RUN that waits in PAUSED can be interrupted. */
static void signal_while_paused(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct runner runner;
	pthread_t thread;
	struct vm vm;

	sigaction(SIGUSR1, &action, NULL);
	make_in_state(&vm, VMH_STATE_PAUSED);
	runner = (struct runner){ .vm = &vm };
	CHECK(!pthread_create(&thread, NULL, run_once, &runner));
	sleep_ms(50);
	CHECK(!runner.done);
	pthread_kill(thread, SIGUSR1);
	CHECK(!pthread_join(thread, NULL));
	CHECK_EQ(runner.ret, -1);
	CHECK_EQ(runner.error, EINTR);
	CHECK_EQ(runner.exit_reason, KVM_EXIT_INTR);
	vm_event(&vm, VMH_EVENT_RESUME);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

static void auto_start(void)
{
	struct vmh_state_info info;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .flags = VMH_VM_AUTO_START });
	VM_LOAD(&vm, guest_hlt);
	CHECK_EQ(vm_state(&vm).state, VMH_STATE_CREATED);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	info = vm_state(&vm);
	CHECK_EQ(info.state, VMH_STATE_RUNNING);
	CHECK_EQ(info.previous, VMH_STATE_INITIALIZED);
	CHECK_EQ(info.generation, 2);
	CHECK_EQ(info.last_event, VMH_EVENT_START);
	CHECK_EQ(info.reason, VMH_REASON_FIRST_RUN);
	/* It can be paused and terminated like any other. */
	vm_event(&vm, VMH_EVENT_PAUSE);
	vm_event(&vm, VMH_EVENT_RESUME);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
}

/* Without memory it starts as well, as in KVM, and finds no code. */
static void auto_start_without_memory(void)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ .flags = VMH_VM_AUTO_START });
	vm_add_vcpu(&vm, 0);
	vm_run_until(&vm, 0, KVM_EXIT_INTERNAL_ERROR);
	if (!on_kvm)
		CHECK_EQ(vm_state(&vm).state, VMH_STATE_RUNNING);
}

static const struct test tests[] = {
	{ .name = "event", .rows = VMH_STATE_NR * VMH_EVENT_NR, .row_name = pair_name,
	  .run_row = event_in_state,
	  .counted = "transitions" },
	{ .name = "RUN", .rows = VMH_STATE_NR, .row_name = state_row_name,
	  .run_row = run_in_state },
	{ .name = "a refusal names state, event and what is allowed", .run = text_names_both },
	{ .name = "no such event", .run = no_such_event },
	{ .name = "fresh VM", .run = fresh_vm },
	{ .name = "INIT wants memory and a vCPU", .run = init_wants_all },
	{ .name = "RUN takes no argument", .run = run_takes_no_argument, .kvm = true },
	{ .name = "after TERMINATE", .run = after_terminate },
	{ .name = "PAUSE of a spinning guest", .run = pause_spinning },
	{ .name = "PAUSE of a guest that spins with IF clear", .run = pause_spinning_cli },
	{ .name = "PAUSE of three such vCPUs", .run = pause_three },
	{ .name = "registers set while PAUSED", .run = change_while_paused },
	{ .name = "signal to a RUN that waits in PAUSED", .run = signal_while_paused },
	{ .name = "start by the first RUN", .run = auto_start },
	{ .name = "start by the first RUN without memory", .run = auto_start_without_memory,
	  .kvm = true },
	{ }
};

const struct suite suite_state = { "state", tests };
