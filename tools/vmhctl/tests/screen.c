// SPDX-License-Identifier: GPL-2.0
/* A child draws on a pseudoterminal; here is who sits in front of it. */
#include <check.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "rows.h"
#include "screen.h"

#define WAIT_MS		60000
#define SEEN_MAX	65536

static char seen[SEEN_MAX];
static size_t nr_seen;

static void child(void)
{
	unsigned int lines, columns;
	int signal;

	if (!screen_open())
		_exit(99);
	screen_size(&lines, &columns);
	do {
		screen_clear();
		printf("%u x %u", lines, columns);
		fflush(stdout);
	} while (screen_wait(10, &signal));
	screen_close();
	_exit(signal);
}

/* Read what is drawn until it holds @text. */
static void wait_for(int terminal, const char *text)
{
	struct pollfd fd = { .fd = terminal, .events = POLLIN };

	while (!strstr(seen, text)) {
		ssize_t count;

		ck_assert_msg(nr_seen < SEEN_MAX - 1 && poll(&fd, 1, WAIT_MS) == 1,
			      "not seen: %s", text);
		count = read(terminal, seen + nr_seen, SEEN_MAX - 1 - nr_seen);
		ck_assert_int_gt(count, 0);
		nr_seen += count;
		seen[nr_seen] = '\0';
	}
}

/* Forget what was drawn. */
static void look_again(void)
{
	nr_seen = 0;
	seen[0] = '\0';
}

static bool keys_are_read(int terminal)
{
	struct termios termios;

	ck_assert_int_eq(tcgetattr(terminal, &termios), 0);
	return !(termios.c_lflag & (ICANON | ECHO));
}

static const struct {
	const char *name;
	const char *keys;
	int signal;
	int status;
} ends[] = {
	{ "q", "xyq", 0, 0 },
	{ "Ctrl-C", "\003", 0, SIGINT },
	{ "SIGTERM", "", SIGTERM, SIGTERM },
	{ "SIGHUP", "", SIGHUP, SIGHUP },
};

START_TEST(end_row)
{
	struct winsize size = { .ws_row = 7, .ws_col = 33 };
	int terminal, status;
	pid_t pid;

	look_again();
	fflush(stdout);
	pid = forkpty(&terminal, NULL, NULL, &size);
	if (!pid)
		child();
	wait_for(terminal, "7 x 33");
	ck_assert_ptr_nonnull(strstr(seen, "\033[?25l"));
	ck_assert(keys_are_read(terminal));
	/* Stopped in between, it leaves the terminal as it was; then it draws again. */
	look_again();
	kill(pid, SIGTSTP);
	wait_for(terminal, "\033[?25h");
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	ck_assert(WIFSTOPPED(status));
	ck_assert(!keys_are_read(terminal));
	look_again();
	kill(pid, SIGCONT);
	wait_for(terminal, "7 x 33");
	ck_assert(keys_are_read(terminal));

	look_again();
	ck_assert_int_eq(write(terminal, ends[_i].keys, strlen(ends[_i].keys)),
			 strlen(ends[_i].keys));
	if (ends[_i].signal)
		kill(pid, ends[_i].signal);
	wait_for(terminal, "\033[?25h");
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == ends[_i].status,
		      "%s: status %#x", ends[_i].name, status);
	ck_assert(!keys_are_read(terminal));
	close(terminal);
}
END_TEST

Suite *screen_suite(void)
{
	Suite *suite = suite_create("screen");

	add_rows(suite, "ends", end_row, ROWS(ends));
	return suite;
}
