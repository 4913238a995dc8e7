// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "console.h"
#include "rows.h"
#include "vmhctl.h"

static int terminal;		/* the other side of the child's terminal */

static void leave_by_close(void)
{
	console_close();
	_exit(0);
}

static void leave_by_exit(void)
{
	exit(0);
}

static void leave_by_abort(void)
{
	abort();
}

static void leave_by_fault(void)
{
	raise(SIGSEGV);
}

static void leave_by_bus_error(void)
{
	raise(SIGBUS);
}


static const struct {
	const char *name;
	void (*leave)(void);
	int signal;
} ways[] = {
	{ "console_close()", leave_by_close, 0 },
	{ "exit()", leave_by_exit, 0 },
	{ "abort()", leave_by_abort, SIGABRT },
	{ "SIGSEGV", leave_by_fault, SIGSEGV },
	{ "SIGBUS", leave_by_bus_error, SIGBUS },
};

static bool is_raw(void)
{
	struct termios termios;

	ck_assert_int_eq(tcgetattr(terminal, &termios), 0);
	return !(termios.c_lflag & (ICANON | ECHO | ISIG));
}

/* Read from the terminal until the child has written @last. */
static void read_until(char last)
{
	char c;

	do
		ck_assert_int_eq(read(terminal, &c, 1), 1);
	while (c != last);
}

static void signals_as_usual(void)
{
	/* The test runner and the sanitisers have handlers of their own. */
	signal(SIGABRT, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
}

START_TEST(terminal_is_restored)
{
	int status;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);
	char go;

	ck_assert_int_ge(child, 0);
	if (!child) {
		signals_as_usual();
		console_open(false);
		console_put('R');
		if (read(STDIN_FILENO, &go, 1) == 1)
			ways[_i].leave();
		_exit(99);
	}
	read_until('R');
	ck_assert_msg(is_raw(), "not raw while the guest runs");
	ck_assert_int_eq(write(terminal, "g", 1), 1);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (ways[_i].signal)
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == ways[_i].signal);
	else
		ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	ck_assert_msg(!is_raw(), "left raw by %s", ways[_i].name);
	close(terminal);
}
END_TEST

static const struct {
	const char *name;
	const char *typed;
	const char *seen;
	unsigned int commands;
} typings[] = {
	{ "plain", "abc", "abc", 0 },
	{ "control characters are the guest's", "\003\004\032", "\003\004\032", 0 },
	{ "Ctrl-A Ctrl-A", "a\001\001b", "a\001b", 0 },
	{ "Ctrl-A and another key", "a\001yb", "ab", 0 },
	{ "Ctrl-A x", "ab\001x", "ab", CONSOLE_QUIT },
	{ "Ctrl-A b", "a\001bc", "ac", CONSOLE_BREAK },
	{ "Ctrl-A b, Ctrl-A x", "\001b\001x", "", CONSOLE_BREAK | CONSOLE_QUIT },
	{ "Ctrl-A twice, then x", "\001\001x", "\001x", 0 },
};

/* The child reads as the main loop does and sends back what is left. */
static void child_reads(const char *want)
{
	uint8_t bytes[32], seen[32];
	size_t count = 0;
	unsigned int commands = 0;

	console_open(false);
	console_put('R');
	while (!(commands & CONSOLE_QUIT) && console_has_input() && count < strlen(want) + !*want) {
		size_t n = console_read(bytes, sizeof(bytes) - count, &commands);

		memcpy(seen + count, bytes, n);
		count += n;
	}
	_exit(count != strlen(want) || memcmp(seen, want, count) ? 99 : commands);
}

START_TEST(typing_row)
{
	int status;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);

	ck_assert_int_ge(child, 0);
	if (!child)
		child_reads(typings[_i].seen);
	read_until('R');
	ck_assert_int_eq(write(terminal, typings[_i].typed, strlen(typings[_i].typed)),
			 strlen(typings[_i].typed));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) &&
		      (unsigned int)WEXITSTATUS(status) == typings[_i].commands, "%s: %#x",
		      typings[_i].name, status);
	close(terminal);
}
END_TEST

/* Ctrl-A means nothing in a pipe, and its end is the end of input. */
START_TEST(pipe_is_not_a_terminal)
{
	int fds[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "a\001x", 3), 3);
	close(fds[1]);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		uint8_t bytes[8];
		unsigned int commands = 0;
		bool ok;

		dup2(fds[0], STDIN_FILENO);
		console_open(false);
		ok = console_read(bytes, sizeof(bytes), &commands) == 3 && !commands;
		ok = ok && console_has_input() && !console_read(bytes, sizeof(bytes), &commands);
		_exit(!ok || console_has_input());
	}
	close(fds[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* What is written to standard output and, beside it, to standard error and a log. */
static void write_and_read(const char *path, char *out, char *said, size_t room)
{
	int own_out = dup(STDOUT_FILENO), own_error = dup(STDERR_FILENO);
	FILE *files[2] = { tmpfile(), tmpfile() };

	fflush(NULL);
	dup2(fileno(files[0]), STDOUT_FILENO);
	dup2(fileno(files[1]), STDERR_FILENO);
	ck_assert_int_eq(console_log_open(path), VMHCTL_OK);
	console_write((const uint8_t *)"guest ", 6);
	console_put('x');
	console_log_close();
	console_put('y');
	fflush(NULL);
	dup2(own_out, STDOUT_FILENO);
	dup2(own_error, STDERR_FILENO);
	close(own_out);
	close(own_error);
	rewind(files[0]);
	rewind(files[1]);
	out[fread(out, 1, room - 1, files[0])] = '\0';
	said[fread(said, 1, room - 1, files[1])] = '\0';
	fclose(files[0]);
	fclose(files[1]);
}

START_TEST(log_kept)
{
	char path[] = "/tmp/vmhctl-log-XXXXXX", out[64], said[256], kept[64];
	int fd = mkstemp(path);
	struct stat status;

	ck_assert_int_eq(write(fd, "before ", 7), 7);
	write_and_read(path, out, said, sizeof(out));
	ck_assert_str_eq(out, "guest xy");
	ck_assert_str_eq(said, "");
	kept[pread(fd, kept, sizeof(kept) - 1, 0)] = '\0';
	ck_assert_str_eq(kept, "before guest x");
	close(fd);
	/* A new one is for its owner only. */
	unlink(path);
	write_and_read(path, out, said, sizeof(out));
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 0777, 0600);
	unlink(path);
}
END_TEST

/* The guest goes on, and hears nothing of it; one message is enough. */
START_TEST(log_full)
{
	char out[256], said[256];

	write_and_read("/dev/full", out, said, sizeof(out));
	ck_assert_str_eq(out, "guest xy");
	ck_assert_str_eq(said, "vmhctl: /dev/full: No space left on device; "
			 "the log of the console ends there\n");
	ck_assert_int_eq(console_log_open("/nowhere/log"), VMHCTL_INPUT);
}
END_TEST

Suite *console_suite(void)
{
	Suite *suite = suite_create("console");

	add_rows(suite, "restored", terminal_is_restored, ROWS(ways));
	add_rows(suite, "typing", typing_row, ROWS(typings));
	add_test(suite, "pipe", pipe_is_not_a_terminal);
	add_test(suite, "log", log_kept);
	add_test(suite, "log of a full disk", log_full);
	return suite;
}
