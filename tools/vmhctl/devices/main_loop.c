// SPDX-License-Identifier: GPL-2.0
/* The main thread while vCPUs run: input, signals, the clock, the end. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "console.h"
#include "main_loop.h"
#include "message.h"
#include "pm1.h"
#include "vm.h"
#include "vmhctl.h"

/* Read at once at most. */
#define INPUT_BYTES	512u
#define NS_PER_MS	1000000

enum { FD_EVENT, FD_SIGNAL, FD_TIMER, FD_GRACE, FD_INPUT, FD_NR };

static int signal_fd = -1;

/**
 * main_loop_prepare() - have signals end the VM in order
 *
 * Comes before the first thread and before the terminal is touched.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int main_loop_prepare(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal_fd >= 0)
		return VMHCTL_OK;
	complain("cannot create a signalfd: %s", strerror(errno));
	return VMHCTL_DEVICE;
}

/* A timer that fires once; -1 (which poll() ignores) when there is to be none. */
static int timer_create_fd(uint64_t seconds)
{
	struct itimerspec when = { .it_value.tv_sec = seconds };
	int fd;

	if (!seconds)
		return -1;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (fd >= 0)
		timerfd_settime(fd, 0, &when, NULL);
	return fd;
}

static void end_by_signal(struct vm *vm, unsigned int signal)
{
	if (vm_end(vm, VMHCTL_SIGNAL + signal))
		complain("ended by signal %u (%s)", signal, strsignal(signal));
}

/*
 * SIGTERM presses the power button, if the guest has one and time for it; the second one ends the
 * VM, as other signals do. Returns whether the guest's time begins now.
 */
static bool on_signal(struct vm *vm, const struct main_loop *loop, bool asked)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo == SIGTERM && !asked && loop->grace_seconds &&
	    pm1_press_power_button(loop->power))
		return true;
	end_by_signal(vm, info.ssi_signo);
	return false;
}

static void on_grace(struct vm *vm, uint64_t seconds)
{
	if (vm_end(vm, VMHCTL_SIGNAL + SIGTERM))
		complain("the guest did not power off within %llu s after signal %d (%s)",
			 (unsigned long long)seconds, SIGTERM, strsignal(SIGTERM));
}

static void on_timer(struct vm *vm, uint64_t seconds)
{
	if (vm_end(vm, VMHCTL_TIMEOUT))
		complain("the guest did not end within %llu s", (unsigned long long)seconds);
}

static void on_input(struct vm *vm, const struct main_loop_input *input)
{
	size_t count, room = input->room(input->opaque);
	uint8_t bytes[INPUT_BYTES];
	unsigned int commands = 0;

	count = console_read(bytes, room < INPUT_BYTES ? room : INPUT_BYTES, &commands);
	if ((commands & CONSOLE_BREAK) && input->send_break)
		input->send_break(input->opaque);
	input->receive(input->opaque, bytes, count);
	if ((commands & CONSOLE_QUIT) && vm_end(vm, VMHCTL_OK))
		complain("ended by Ctrl-A x");
}

/* Do what is due, and say for how long poll() may wait. */
static int attend(const struct main_loop_input *input)
{
	int64_t ns = input->attend ? input->attend(input->opaque) : -1;
	int64_t ms = (ns + NS_PER_MS - 1) / NS_PER_MS;

	if (ns < 0)
		return -1;
	return ms < INT_MAX ? ms : INT_MAX;
}

/* What poll() has found. */
static void on_events(struct vm *vm, const struct main_loop *loop, struct pollfd *fds)
{
	eventfd_t events;

	if (fds[FD_EVENT].revents)
		eventfd_read(vm->event_fd, &events);
	if (fds[FD_SIGNAL].revents && on_signal(vm, loop, fds[FD_GRACE].fd >= 0))
		fds[FD_GRACE].fd = timer_create_fd(loop->grace_seconds);
	else if (fds[FD_GRACE].fd >= 0 && fds[FD_GRACE].revents)
		on_grace(vm, loop->grace_seconds);
	if (fds[FD_TIMER].revents)
		on_timer(vm, loop->timeout_seconds);
	if (fds[FD_INPUT].revents)
		on_input(vm, loop->input);
}

/**
 * main_loop_run() - attend to the outside until the VM ends
 * @vm: its vCPUs run.
 * @loop: what there is to attend to.
 *
 * Return: the exit code.
 */
int main_loop_run(struct vm *vm, const struct main_loop *loop)
{
	const struct main_loop_input *input = loop->input;
	struct pollfd fds[FD_NR] = {
		[FD_EVENT] = { .fd = vm->event_fd, .events = POLLIN },
		[FD_SIGNAL] = { .fd = signal_fd, .events = POLLIN },
		[FD_TIMER] = { .fd = timer_create_fd(loop->timeout_seconds), .events = POLLIN },
		[FD_GRACE] = { .fd = -1, .events = POLLIN },
		[FD_INPUT] = { .events = POLLIN },
	};

	while (!vm_ended(vm)) {
		bool wanted = console_has_input() && input->room(input->opaque);

		fds[FD_INPUT].fd = wanted ? STDIN_FILENO : -1;
		if (poll(fds, FD_NR, attend(input)) >= 0)
			on_events(vm, loop, fds);
	}
	for (unsigned int i = FD_TIMER; i <= FD_GRACE; i++)
		if (fds[i].fd >= 0)
			close(fds[i].fd);
	return vm->status;
}
