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

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* Whether the key that was typed means to quit. */
static bool quit_typed(void)
{
	char key;
	ssize_t ret = read(STDIN_FILENO, &key, 1);

	if (ret == 0)
		keys_read = false;
	return ret == 1 && (key == 'q' || key == 'Q');
}

/**
 * screen_wait() - wait for the next picture
 * @ms: how long.
 * @signal: receives the signal that ends the program, or 0.
 *
 * Return: whether to go on: neither q was typed nor a signal came.
 */
bool screen_wait(uint64_t ms, int *signal)
{
	uint64_t until = now_ms() + ms;
	bool go_on = true;

	while (go_on && !ended_by && now_ms() < until) {
		uint64_t left = until - now_ms();
		struct timespec timeout = {
			.tv_sec = left / 1000,
			.tv_nsec = left % 1000 * 1000000,
		};
		struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };
		bool reading = open_now && keys_read;

		if (left > ms)		/* the time was over between two looks at the clock */
			break;
		if (ppoll(&keys, reading, &timeout, &before_wait) > 0)
			go_on = !quit_typed();
	}
	*signal = ended_by;
	return go_on && !ended_by;
}
