// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's console: our standard input and output. A terminal is in raw mode while the guest
 * runs and is set back on every way out: console_close(), exit(), and fatal signals.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "console.h"
#include "message.h"
#include "vmhctl.h"

#define ESCAPE		0x01	/* Ctrl-A */

static struct termios saved_termios;
static atomic_bool raw;
static bool input_open;
static bool input_is_tty;
static bool escaped;
static int log_fd = -1;
static const char *log_path;

/**
 * console_log_open() - from now on, keep what the guest says in a file, too
 * @path: the file. What is in it stays, and what is new comes after that.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int console_log_open(const char *path)
{
	log_path = path;
	log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
	if (log_fd >= 0)
		return VMHCTL_OK;
	complain("%s: %s", path, strerror(errno));
	return VMHCTL_INPUT;
}

/* Undo console_log_open(), also if there was none. */
void console_log_close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
}

/* The guest does not stop for it: a log that cannot be written ends, and that is said. */
static void write_log(const uint8_t *bytes, size_t count)
{
	while (count && log_fd >= 0) {
		ssize_t written = write(log_fd, bytes, count);

		if (written >= 0) {
			bytes += written;
			count -= written;
		} else if (errno != EINTR) {
			complain("%s: %s; the log of the console ends there", log_path,
				 strerror(errno));
			console_log_close();
		}
	}
}

/**
 * console_write() - show what the guest says
 * @bytes: characters.
 * @count: how many.
 *
 * Waits while the output is full. When there is none any more the characters are lost and the
 * guest goes on.
 */
void console_write(const uint8_t *bytes, size_t count)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	write_log(bytes, count);
	while (count) {
		ssize_t written = write(STDOUT_FILENO, bytes, count);

		if (written >= 0) {
			bytes += written;
			count -= written;
		} else if (errno == EAGAIN) {
			poll(&out, 1, -1);
		} else if (errno != EINTR) {
			return;
		}
	}
}

/* The same of one character. */
void console_put(uint8_t byte)
{
	console_write(&byte, 1);
}

/* Leave raw mode. Also called from signal handlers: tcsetattr() may be. */
void console_close(void)
{
	if (!raw)
		return;
	raw = false;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_termios);
}

static void on_fatal_signal(int signal)
{
	console_close();
	/* SA_RESETHAND: the next one of its kind ends the process. */
	raise(signal);
}

static void console_go_raw(bool keep_signals)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction action = { .sa_handler = on_fatal_signal, .sa_flags = SA_RESETHAND };
	struct termios termios;

	if (tcgetattr(STDIN_FILENO, &saved_termios))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &action, NULL);
	atexit(console_close);

	termios = saved_termios;
	cfmakeraw(&termios);
	/* Our own messages end lines with a plain newline. */
	termios.c_oflag = saved_termios.c_oflag;
	if (keep_signals)
		termios.c_lflag |= ISIG;
	raw = true;
	tcsetattr(STDIN_FILENO, TCSANOW, &termios);
}

/**
 * console_open() - take standard input for the guest
 * @keep_signals: Ctrl-C and the like still make signals, and are not the guest's.
 *
 * A terminal goes into raw mode. One that belongs to another job is left alone: reading it would
 * stop us.
 */
void console_open(bool keep_signals)
{
	signal(SIGPIPE, SIG_IGN);
	input_is_tty = isatty(STDIN_FILENO);
	input_open = true;
	if (!input_is_tty)
		return;
	if (tcgetpgrp(STDIN_FILENO) == getpgrp())
		console_go_raw(keep_signals);
	else
		input_open = false;
}

/* Whether input may still come. */
bool console_has_input(void)
{
	return input_open;
}

/* Take Ctrl-A sequences out of what was typed. Returns what is left for the guest. */
static size_t console_filter(uint8_t *bytes, size_t count, unsigned int *commands)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t byte = bytes[i];

		if (!escaped && byte == ESCAPE) {
			escaped = true;
			continue;
		}
		if (escaped && byte == 'x')
			*commands |= CONSOLE_QUIT;
		else if (escaped && byte == 'b')
			*commands |= CONSOLE_BREAK;
		else if (!escaped || byte == ESCAPE)
			bytes[kept++] = byte;
		escaped = false;
	}
	return kept;
}

/**
 * console_read() - read what was typed
 * @bytes: receives it.
 * @room: how many bytes fit.
 * @commands: what was typed for us is added: CONSOLE_QUIT, CONSOLE_BREAK.
 *
 * Called when standard input is readable; does not wait then.
 *
 * Return: number of bytes for the guest.
 */
size_t console_read(uint8_t *bytes, size_t room, unsigned int *commands)
{
	ssize_t count = read(STDIN_FILENO, bytes, room);

	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (count <= 0) {
		input_open = false;
		return 0;
	}
	return input_is_tty ? console_filter(bytes, count, commands) : (size_t)count;
}
