// SPDX-License-Identifier: GPL-2.0
/* What is typed for vmhctl itself works, too, while the guest takes no input. */
#include <check.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acpi.h"
#include "board.h"
#include "console.h"
#include "main_loop.h"
#include "pm1.h"
#include "rows.h"
#include "vm.h"

#define COM1_LSR	0x3fd

/* Sleep enable, and the type that means off. */
static const uint8_t power_off = 0x20 | ACPI_SLEEP_TYPE_OFF << 2;
static struct vm signalled_vm;

static const struct {
	const char *name;
	const char *typed;
	uint8_t lsr;		/* what COM1 then has */
} typings[] = {
	{ "Ctrl-A x", "\001x", 0x60 },
	{ "Ctrl-A x after other keys", "\r\r\rhello\r\001x", 0x60 },
	{ "Ctrl-A x after more than a FIFO", "0123456789abcdefghijklmnopq\001x", 0x60 },
	{ "Ctrl-A b", "\001b\001x", 0x71 },
};

/* A VM whose guest does nothing. Ends with what LSR says. */
static void child_runs(void)
{
	static struct board board;
	static struct vm vm;
	struct main_loop_input input;
	struct main_loop loop = {
		.input = &input, .power = &board.pm1, .timeout_seconds = 30,
	};
	uint8_t lsr;

	vm = (struct vm){ .fd = -1, .event_fd = eventfd(0, EFD_NONBLOCK), .status = VM_ALIVE };
	board_init(&board, &vm);
	input = board_input(&board);
	if (main_loop_prepare())
		_exit(0);
	console_open(false);
	console_put('R');
	if (main_loop_run(&vm, &loop))
		_exit(0);
	io_bus_read(&vm.ports, COM1_LSR, &lsr, 1);
	_exit(lsr);
}

START_TEST(typing_row)
{
	const char *typed = typings[_i].typed;
	int terminal, status;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);
	char c;

	ck_assert_int_ge(child, 0);
	if (!child)
		child_runs();
	do
		ck_assert_int_eq(read(terminal, &c, 1), 1);
	while (c != 'R');
	ck_assert_int_eq(write(terminal, typed, strlen(typed)), strlen(typed));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == typings[_i].lsr, "%s: %#x",
		      typings[_i].name, status);
	close(terminal);
}
END_TEST

static const struct {
	const char *name;
	bool enabled;			/* the guest knows of its power button */
	bool obeys;			/* and powers off */
	uint64_t grace_seconds;
	int signals[2];
	int status;
} signal_rows[] = {
	{ "SIGTERM presses the button", true, true, 30, { SIGTERM }, 0 },
	{ "no button", false, false, 30, { SIGTERM }, 128 + SIGTERM },
	{ "no time for it", true, true, 0, { SIGTERM }, 128 + SIGTERM },
	{ "the time is over", true, false, 1, { SIGTERM }, 128 + SIGTERM },
	{ "a second SIGTERM", true, false, 30, { SIGTERM, SIGTERM }, 128 + SIGTERM },
	{ "SIGINT after it", true, false, 30, { SIGTERM, SIGINT }, 128 + SIGINT },
	{ "SIGINT does not wait", true, true, 30, { SIGINT }, 128 + SIGINT },
};

/* The guest: sees the button, and powers off when it obeys. Sends the second signal else. */
static void *guest(void *opaque)
{
	const int *row = opaque;
	uint8_t status = 0;

	while (!(status & 1)) {
		usleep(1000);
		io_bus_read(&signalled_vm.ports, ACPI_PM1_EVENT_PORT + 1, &status, 1);
	}
	if (signal_rows[*row].obeys)
		io_bus_write(&signalled_vm.ports, ACPI_PM1_CONTROL_PORT + 1, &power_off, 1);
	else if (!vm_ended(&signalled_vm) && signal_rows[*row].signals[1])
		kill(getpid(), signal_rows[*row].signals[1]);
	return NULL;
}

START_TEST(signal_row)
{
	static struct board board;
	const uint8_t enable = signal_rows[_i].enabled, on = 1;
	struct main_loop_input input;
	struct main_loop loop = {
		.input = &input, .power = &board.pm1, .timeout_seconds = 20,
		.grace_seconds = signal_rows[_i].grace_seconds,
	};
	pthread_t thread;

	signalled_vm = (struct vm){
		.fd = -1, .event_fd = eventfd(0, EFD_NONBLOCK), .status = VM_ALIVE,
	};
	board_init(&board, &signalled_vm);
	input = board_input(&board);
	io_bus_write(&signalled_vm.ports, ACPI_PM1_EVENT_PORT + 3, &enable, 1);
	ck_assert(!main_loop_prepare());
	ck_assert(!pthread_create(&thread, NULL, guest, &_i));
	kill(getpid(), signal_rows[_i].signals[0]);
	ck_assert_msg(main_loop_run(&signalled_vm, &loop) == signal_rows[_i].status, "%s: %d",
		      signal_rows[_i].name, signalled_vm.status);
	/* The guest whose button nobody pressed ends, too. */
	io_bus_write(&signalled_vm.ports, ACPI_PM1_EVENT_PORT + 3, &on, 1);
	pm1_press_power_button(&board.pm1);
	pthread_join(thread, NULL);
}
END_TEST

/* What main_loop_prepare() has blocked is for others to get. */
static void unblock(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

Suite *main_loop_suite(void)
{
	Suite *suite = suite_create("main_loop");
	TCase *signals = tcase_create("signals");

	add_rows(suite, "typing", typing_row, ROWS(typings));
	tcase_add_checked_fixture(signals, NULL, unblock);
	tcase_add_loop_test(signals, signal_row, 0, ROWS(signal_rows));
	suite_add_tcase(suite, signals);
	return suite;
}
