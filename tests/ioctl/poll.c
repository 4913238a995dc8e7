// SPDX-License-Identifier: GPL-2.0
/* poll() on a VM's fds: a transition that has not been told yet, and the end. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

#define EVERYTHING	(POLLIN | POLLOUT | POLLPRI)
#define LONG_MS		20000

/* What poll() says within some time. */
static short polled(int fd, int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = EVERYTHING };

	CHECK(poll(&poll_fd, 1, ms) >= 0);
	return poll_fd.revents;
}

static void each_transition(void)
{
	static const enum vmh_event events[] = {
		VMH_EVENT_INIT, VMH_EVENT_START, VMH_EVENT_PAUSE, VMH_EVENT_RESUME,
	};
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	CHECK_EQ(polled(vm.fd, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		vm_event(&vm, events[i]);
		CHECK_EQ(polled(vm.fd, 0), POLLPRI);
		CHECK_EQ(polled(vm.fd, 0), POLLPRI);
		CHECK_EQ(vm_state(&vm).generation, i + 1);
		CHECK_EQ(polled(vm.fd, 0), 0);
	}
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(polled(vm.fd, 0), POLLPRI | POLLHUP);
	CHECK_EQ(vm_state(&vm).state, VMH_STATE_TERMINATED);
	CHECK_EQ(polled(vm.fd, 0), POLLHUP);
}

/* Several at once are one event; one that is refused is none. */
static void several_are_one(void)
{
	struct vmh_state_change again = { .size = sizeof(again), .event = VMH_EVENT_START };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	CHECK_EQ(polled(vm.fd, 0), POLLPRI);
	CHECK_EQ(vm_state(&vm).generation, 2);
	CHECK_EQ(polled(vm.fd, 0), 0);
	CHECK(call(vm.fd, VMH_SET_STATE, &again) < 0);
	CHECK_EQ(polled(vm.fd, 0), 0);
}

/* Each open fd for itself; a new one starts with what is. */
static void each_fd(void)
{
	struct vmh_vm_entry entry;
	struct vm vm, second;

	vm_make(&vm, &(struct spec){ });
	entry = vm_entry(&vm);
	vm_event(&vm, VMH_EVENT_INIT);
	second = vm;
	second.fd = vm_open(vm.dev, &entry, VMH_RIGHT_INSPECT);
	CHECK_EQ(polled(second.fd, 0), 0);
	vm_event(&vm, VMH_EVENT_START);
	vm_state(&vm);
	CHECK_EQ(polled(vm.fd, 0), 0);
	CHECK_EQ(polled(second.fd, 0), POLLPRI);
	/* A passed fd is the same open file. */
	vm_state(&second);
	CHECK_EQ(polled(dup(second.fd), 0), 0);
}

/* Edge by edge, as epoll can have it. */
static void edges(void)
{
	struct epoll_event want = { .events = EPOLLPRI | EPOLLET }, got;
	int epoll = epoll_create1(0);
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	CHECK(!epoll_ctl(epoll, EPOLL_CTL_ADD, vm.fd, &want));
	CHECK_EQ(epoll_wait(epoll, &got, 1, 0), 0);
	vm_event(&vm, VMH_EVENT_INIT);
	CHECK_EQ(epoll_wait(epoll, &got, 1, LONG_MS), 1);
	CHECK_EQ(got.events, EPOLLPRI);
	CHECK_EQ(epoll_wait(epoll, &got, 1, 0), 0);
	vm_event(&vm, VMH_EVENT_START);
	CHECK_EQ(epoll_wait(epoll, &got, 1, LONG_MS), 1);
	CHECK_EQ(epoll_wait(epoll, &got, 1, 0), 0);
}

static void *pause_soon(void *arg)
{
	sleep_ms(5);
	vm_event(arg, VMH_EVENT_PAUSE);
	return NULL;
}

/* While the guest runs: the thread that waits is woken. */
static void woken(void)
{
	struct runner runner;
	pthread_t thread;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	vm_state(&vm);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + SPIN_COUNTER));
	CHECK(!pthread_create(&thread, NULL, pause_soon, &vm));
	CHECK_EQ(polled(vm.fd, LONG_MS), POLLPRI);
	/* The transition is over when GET_STATE tells of it. */
	CHECK_EQ(vm_state(&vm).state, VMH_STATE_PAUSED);
	CHECK(!pthread_join(thread, NULL));
	vm_event(&vm, VMH_EVENT_TERMINATE);
	runner_join(&runner);
}

/**
 * struct shared - what the creator, a process of its own, tells
 * @entry: its VM.
 * @vm: the same; its fds are the creator's.
 * @ready: the guest runs.
 */
struct shared {
	struct vmh_vm_entry entry;
	struct vm vm;
	volatile uint8_t ready;
};

static void creator(struct shared *shared)
{
	struct runner runner;

	vm_make(&shared->vm, &(struct spec){ });
	VM_LOAD(&shared->vm, guest_spin_cli);
	vm_start(&shared->vm);
	shared->entry = vm_entry(&shared->vm);
	runner_start(&runner, &shared->vm, 0);
	wait_until_changes((void *)(shared->vm.memory + SPIN_COUNTER));
	shared->ready = 1;
	pause();
}

/* SIGKILL of the creator, whose guest spins with interrupts off: who polls hears of the end. */
static void creator_is_killed(void)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct vm view = { .dev = device_open() };
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (!child)
		creator(shared);
	wait_for_byte(&shared->ready, 1);
	view.fd = vm_open(view.dev, &shared->entry, VMH_RIGHT_INSPECT);
	CHECK_EQ(polled(view.fd, 5), 0);
	CHECK(!kill(child, SIGKILL));
	CHECK(polled(view.fd, LONG_MS) & POLLHUP);
	CHECK_EQ(vm_state(&view).state, VMH_STATE_TERMINATED);
	CHECK_EQ(vm_state(&view).previous, VMH_STATE_RUNNING);
	CHECK_EQ(vm_state(&view).reason, VMH_REASON_CREATOR_EXIT);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(vm_usage(&view).res[VMH_RES_POPULATED_BYTES].used, 0);
	CHECK_EQ(vm_usage(&view).res[VMH_RES_EPT_PAGES].used, 0);
}

/* The same when this process has the creator's own fds, from before a fork. */
static void creator_is_killed_fds_live(void)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t vmm = fork(), keeper;
	int status;

	CHECK(vmm >= 0);
	if (!vmm) {
		vm_make(&shared->vm, &(struct spec){ });
		VM_LOAD(&shared->vm, guest_spin);
		vm_start(&shared->vm);
		vm_state(&shared->vm);
		keeper = fork();
		CHECK(keeper >= 0);
		if (!keeper) {
			/* Out of the VMM's hands: it ends, its fds do not. */
			CHECK(polled(shared->vm.fd, LONG_MS) & POLLHUP);
			CHECK_EQ(vm_state(&shared->vm).reason, VMH_REASON_CREATOR_EXIT);
			REFUSED(shared->vm.vcpu[0], VMH_RUN, NULL, .error = ESTALE,
				.code = VMH_E_TERMINATED);
			shared->ready = 1;
			_exit(0);
		}
		raise(SIGKILL);
	}
	CHECK(waitpid(vmm, &status, 0) == vmm);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	wait_for_byte(&shared->ready, 1);
}

static const struct test tests[] = {
	{ .name = "each transition", .run = each_transition },
	{ .name = "several transitions are one event", .run = several_are_one },
	{ .name = "each fd for itself", .run = each_fd },
	{ .name = "edges", .run = edges },
	{ .name = "woken", .run = woken },
	{ .name = "the creator is killed", .run = creator_is_killed },
	{ .name = "the creator is killed, its fds live", .run = creator_is_killed_fds_live },
	{ }
};

const struct suite suite_poll = { "poll", tests };
