// SPDX-License-Identifier: GPL-2.0
/* What is typed for vmhctl itself works, too, while the guest takes no input. */
#include <check.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "console.h"
#include "main_loop.h"
#include "rows.h"
#include "vm.h"

#define COM1_LSR	0x3fd

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
	uint8_t lsr;

	vm = (struct vm){ .fd = -1, .event_fd = eventfd(0, EFD_NONBLOCK), .status = VM_ALIVE };
	board_init(&board, &vm);
	input = board_input(&board);
	if (main_loop_prepare())
		_exit(0);
	console_open();
	console_put('R');
	if (main_loop_run(&vm, &input, 30))
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

Suite *main_loop_suite(void)
{
	Suite *suite = suite_create("main_loop");

	add_rows(suite, "typing", typing_row, ROWS(typings));
	return suite;
}
