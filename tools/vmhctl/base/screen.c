// SPDX-License-Identifier: GPL-2.0
/*
 * A terminal that is drawn anew again and again, with plain ANSI sequences. Keys are read as they
 * are typed. It is as it was before on every way out: screen_close(), exit(), signals, Ctrl-Z.
 */
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "screen.h"
#include "vmhctl.h"

#define CLEAR		"\033[H\033[J"
#define ENTER		"\033[?25l" CLEAR	/* no cursor */
#define LEAVE		"\033[?25h\n"		/* and the last picture stays */

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static struct termios saved_termios;
static atomic_int open_now, keys_read, ended_by;
static sigset_t before_wait;

static void put(const char *sequence)
{
	/* Nothing can be done when the terminal is gone. */
	if (write(STDOUT_FILENO, sequence, strlen(sequence)) < 0)
		return;
}

static void enter(void)
{
	struct termios termios = saved_termios;

	open_now = true;
	if (keys_read) {
		termios.c_lflag &= ~(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &termios);
	}
	put(ENTER);
}

/* Also called from signal handlers: write() and tcsetattr() may be. */
void screen_close(void)
{
	if (!open_now)
		return;
	open_now = false;
	put(LEAVE);
	if (keys_read)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved_termios);
}

static void on_end(int signal)
{
	ended_by = signal;
}

/* Ctrl-Z stops us after the terminal has been set back; on again, it is taken once more. */
static void on_stop(int signal)
{
	bool was_open = open_now;

	(void)signal;
	screen_close();
	raise(SIGSTOP);
	if (was_open)
		enter();
}

/**
 * screen_open() - get ready to draw, and to be ended by signals in order
 *
 * Return: whether standard output is a terminal; if not, nothing is drawn, but signals are the
 * same.
 */
bool screen_open(void)
{
	struct sigaction action = { .sa_handler = on_end };
	bool is_tty = isatty(STDOUT_FILENO);
	sigset_t set;

	/* They are taken in screen_wait() alone, so that none comes between looking and waiting. */
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++) {
		sigaddset(&set, ending[i]);
		sigaction(ending[i], &action, NULL);
	}
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, &before_wait);
	if (!is_tty)
		return false;
	action.sa_handler = on_stop;
	sigaction(SIGTSTP, &action, NULL);
	keys_read = !tcgetattr(STDIN_FILENO, &saved_termios) &&
		    tcgetpgrp(STDIN_FILENO) == getpgrp();
	atexit(screen_close);
	enter();
	return true;
}

/* Begin a new picture. */
void screen_clear(void)
{
	fputs(CLEAR, stdout);
}

/* How much fits. */
void screen_size(unsigned int *lines, unsigned int *columns)
{
	struct winsize size;

	*lines = 24;
	*columns = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return;
	if (size.ws_row)
		*lines = size.ws_row;
	if (size.ws_col)
		*columns = size.ws_col;
}

/* As no-color.org has it; and terminals that cannot are known by name. */
static bool has_colours(void)
{
	const char *wish = getenv("NO_COLOR"), *term = getenv("TERM");

	return open_now && !(wish && *wish) && term && *term && strcmp(term, "dumb");
}

/**
 * screen_line() - draw what fits of a line, without its end
 * @style: how it looks.
 * @line: the text.
 * @columns: how much fits.
 */
void screen_line(enum screen_style style, const char *line, unsigned int columns)
{
	static const char *const styles[] = {
		[SCREEN_HEAD] = "\033[7m", [SCREEN_WARM] = "\033[33m", [SCREEN_FAINT] = "\033[2m",
	};
	bool styled = style != SCREEN_PLAIN && has_colours();

	printf("%s%.*s%s", styled ? styles[style] : "", (int)columns, line,
	       styled ? "\033[0m" : "");
}

/* A clock that nobody sets. */
uint64_t screen_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* What terminals send for keys that are no characters, after "ESC [" or "ESC O". */
static const struct {
	const char *text;
	int key;
} sequences[] = {
	{ "A", SCREEN_KEY_UP }, { "B", SCREEN_KEY_DOWN },
	{ "5~", SCREEN_KEY_PAGE_UP }, { "6~", SCREEN_KEY_PAGE_DOWN },
	{ "H", SCREEN_KEY_HOME }, { "1~", SCREEN_KEY_HOME }, { "7~", SCREEN_KEY_HOME },
	{ "F", SCREEN_KEY_END }, { "4~", SCREEN_KEY_END }, { "8~", SCREEN_KEY_END },
};

/* What was typed and not taken yet. */
static char typed[32];
static size_t nr_typed;

static void drop_typed(size_t nr)
{
	nr_typed -= nr;
	memmove(typed, typed + nr, nr_typed);
}

static int sequence_key(const char *text, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++) {
		if (strlen(sequences[i].text) == length &&
		    !memcmp(sequences[i].text, text, length))
			return sequences[i].key;
	}
	return SCREEN_TIME;
}

/* Take a key, or a sequence that means nothing here; SCREEN_TIME then, and for a part of one. */
static int take_typed(void)
{
	size_t length = 2;
	int key;

	if (typed[0] != '\033' || (nr_typed > 1 && typed[1] != '[' && typed[1] != 'O')) {
		key = (unsigned char)typed[0];
		drop_typed(1);
		return key;
	}
	/* A sequence ends with the first character that is neither a digit nor ";". */
	while (length < nr_typed && strchr("0123456789;", typed[length]))
		length++;
	if (length >= nr_typed) {
		if (nr_typed == sizeof(typed))
			drop_typed(nr_typed);
		return SCREEN_TIME;
	}
	key = sequence_key(typed + 2, length - 1);
	drop_typed(length + 1);
	return key;
}

static void read_typed(void)
{
	ssize_t ret = read(STDIN_FILENO, typed + nr_typed, sizeof(typed) - nr_typed);

	if (ret == 0)
		keys_read = false;
	if (ret > 0)
		nr_typed += ret;
}

/* The next key that means anything; SCREEN_TIME when there is none. */
static int next_key(void)
{
	size_t before;
	int key = SCREEN_TIME;

	do {
		before = nr_typed;
		if (before)
			key = take_typed();
	} while (key == SCREEN_TIME && nr_typed && nr_typed < before);
	return key == 'q' || key == 'Q' ? SCREEN_QUIT : key;
}

/**
 * screen_wait() - wait for a key, or for the next picture
 * @until_ms: the time of the next picture.
 * @signal: receives the signal that ends the program, or 0.
 *
 * Return: a character, SCREEN_KEY_*, SCREEN_TIME, or SCREEN_QUIT: q was typed or a signal came.
 */
int screen_wait(uint64_t until_ms, int *signal)
{
	int key = next_key();
	bool time_left = true;

	while (!key && !ended_by && time_left) {
		uint64_t now = screen_now_ms(), left = until_ms > now ? until_ms - now : 0;
		struct timespec timeout = {
			.tv_sec = left / 1000,
			.tv_nsec = left % 1000 * 1000000,
		};
		struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };
		bool reading = open_now && keys_read;

		time_left = left;
		/* Signals come only here, so it is done also if there is no time. */
		if (ppoll(&keys, reading, &timeout, &before_wait) > 0)
			read_typed();
		key = next_key();
	}
	*signal = ended_by;
	return ended_by ? SCREEN_QUIT : key;
}
