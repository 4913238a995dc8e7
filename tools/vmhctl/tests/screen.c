// SPDX-License-Identifier: GPL-2.0
/* A child draws on a pseudoterminal; here is who sits in front of it. */
#include <check.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "rows.h"
#include "screen.h"
#include "vmhctl.h"

#define WAIT_MS		60000
#define SEEN_MAX	65536

static char seen[SEEN_MAX];
static size_t nr_seen;

static void child(void)
{
	unsigned int lines, columns;
	int signal, key = SCREEN_TIME;

	if (!screen_open())
		_exit(99);
	screen_size(&lines, &columns);
	do {
		screen_clear();
		screen_line(SCREEN_HEAD, "heading", 4);
		printf("%u x %u", lines, columns);
		if (key)
			printf(" key %#x.", key);
		fflush(stdout);
		key = screen_wait(screen_now_ms() + 10, &signal);
	} while (key != SCREEN_QUIT);
	screen_close();
	_exit(signal);
}

static pid_t start_child(int *terminal)
{
	struct winsize size = { .ws_row = 7, .ws_col = 33 };
	pid_t pid;

	fflush(stdout);
	pid = forkpty(terminal, NULL, NULL, &size);
	if (!pid)
		child();
	return pid;
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
	int terminal, status;
	pid_t pid;

	look_again();
	pid = start_child(&terminal);
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

/* What is typed, and the key that it is; one after the other. */
static const struct {
	const char *typed;
	const char *seen;
} keys[] = {
	{ "x", "key 0x78." }, { "\033[A", "key 0x100." }, { "\033OB", "key 0x101." },
	{ "\033[5~", "key 0x102." }, { "\033[6~", "key 0x103." }, { "\033[H", "key 0x104." },
	{ "\033[1~", "key 0x104." }, { "\033OF", "key 0x105." }, { "\033[8~", "key 0x105." },
	/* What means nothing is left out, and hides nothing that comes after it. */
	{ "\033[1;5A\033[200~\033[Zz", "key 0x7a." },
	{ "\033[0123456789012345678901234567890123456789", NULL }, { "Ay", "key 0x79." },
};

START_TEST(keys_typed)
{
	int terminal, status;
	pid_t pid;

	look_again();
	pid = start_child(&terminal);
	wait_for(terminal, "7 x 33");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		look_again();
		ck_assert_int_eq(write(terminal, keys[i].typed, strlen(keys[i].typed)),
				 strlen(keys[i].typed));
		wait_for(terminal, keys[i].seen ? keys[i].seen : "7 x 33");
	}
	ck_assert_int_eq(write(terminal, "Q", 1), 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	close(terminal);
}
END_TEST

static const struct {
	const char *term;
	const char *no_color;
	const char *seen;
} colours[] = {
	{ "xterm", NULL, "\033[7mhead\033[0m7 x" },
	{ "xterm", "", "\033[7mhead\033[0m7 x" },
	{ "xterm", "1", "\033[Jhead7 x" },
	{ "dumb", NULL, "\033[Jhead7 x" },
};

START_TEST(colour_row)
{
	int terminal, status;
	pid_t pid;

	setenv("TERM", colours[_i].term, 1);
	unsetenv("NO_COLOR");
	if (colours[_i].no_color)
		setenv("NO_COLOR", colours[_i].no_color, 1);
	look_again();
	pid = start_child(&terminal);
	wait_for(terminal, colours[_i].seen);
	kill(pid, SIGTERM);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	close(terminal);
}
END_TEST

Suite *screen_suite(void)
{
	Suite *suite = suite_create("screen");

	add_rows(suite, "ends", end_row, ROWS(ends));
	add_test(suite, "keys", keys_typed);
	add_rows(suite, "colours", colour_row, ROWS(colours));
	return suite;
}
