// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that work for a VM, and end with vmhctl, whatever ends that. A process of its own, the
 * keeper, looks after each: vmhctl gives up the right to signal it, and a parent-death signal needs
 * that right, too. The keeper reads a pipe that ends when vmhctl has ended; then it sends SIGTERM
 * and waits until the program has written its files.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "keeper.h"
#include "message.h"

#define NAME		"vmhctl-keeper"

/**
 * keeper_find() - find a program
 * @path: receives where it is.
 * @room: size of @path.
 * @program: its name.
 * @places: directories to look in after those of PATH, with colons between; may be empty.
 *
 * Return: whether it is anywhere.
 */
bool keeper_find(char *path, size_t room, const char *program, const char *places)
{
	const char *lists[2] = { getenv("PATH"), places };

	for (unsigned int i = 0; i < 2; i++) {
		for (const char *at = lists[i]; at && *at;) {
			int length = strcspn(at, ":");

			snprintf(path, room, "%.*s/%s", length, at, program);
			if (length && !access(path, X_OK))
				return true;
			at += length + (at[length] == ':');
		}
	}
	return false;
}

/*
 * Root's power over files is needed to open an image like any other user of it; all else is not.
 * Without no_new_privs a program could get back what others are allowed.
 */
static void drop_privileges(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (cap != CAP_DAC_OVERRIDE)
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* In the keeper's child. Of our files it gets @fd and the error output. */
static void run_program(const char *path, char *const argv[], int fd, pid_t keeper)
{
	int nothing = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != keeper)
		_exit(127);
	drop_privileges();
	if (nothing >= 0)
		dup2(nothing, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	fcntl(fd, F_SETFD, 0);
	execv(path, argv);
	complain("%s: %s", path, strerror(errno));
	_exit(127);
}

/* Until vmhctl or the program ends. */
static void wait_for_an_end(int life_fd, pid_t program)
{
	struct pollfd fds[] = {
		{ .fd = life_fd, .events = POLLIN },
		{ .fd = syscall(SYS_pidfd_open, program, 0), .events = POLLIN },
	};

	while (poll(fds, 2, -1) < 0)
		;
}

/* The keeper. It holds no file that others wait for to be closed. */
static void keep(const char *path, char *const argv[], int fd, int life_fd)
{
	pid_t keeper = getpid(), program;
	sigset_t all;

	prctl(PR_SET_NAME, NAME);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* Ctrl-C on the terminal is not for these. */
	setsid();
	program = fork();
	if (!program)
		run_program(path, argv, fd, keeper);
	dup2(life_fd, STDIN_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	if (program > 0) {
		wait_for_an_end(STDIN_FILENO, program);
		kill(program, SIGTERM);
		while (waitpid(program, NULL, 0) < 0 && errno == EINTR)
			;
	}
	_exit(0);
}

/**
 * keeper_start() - start a program that ends with vmhctl
 * @keeper: filled in; keeper_end() undoes it.
 * @path: the program.
 * @argv: its name and arguments.
 * @fd: a file that it gets; it is closed here.
 *
 * Comes before vmhctl gives up its privileges, and before its first thread.
 *
 * Return: whether it was started; if not, the reason is printed.
 */
bool keeper_start(struct keeper *keeper, const char *path, char *const argv[], int fd)
{
	int ends[2] = { -1, -1 };

	*keeper = KEEPER_NONE;
	if (!pipe2(ends, O_CLOEXEC)) {
		keeper->pid = fork();
		if (!keeper->pid) {
			close(ends[1]);
			keep(path, argv, fd, ends[0]);
		}
	}
	if (ends[0] < 0 || keeper->pid < 0)
		complain("cannot start %s: %s", path, strerror(errno));
	else
		keeper->life_fd = ends[1];
	close(ends[0]);
	if (keeper->life_fd < 0)
		close(ends[1]);
	close(fd);
	return keeper->life_fd >= 0;
}

/* End the program, and wait until it has ended. */
void keeper_end(struct keeper *keeper)
{
	if (keeper->life_fd < 0)
		return;
	close(keeper->life_fd);
	while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*keeper = KEEPER_NONE;
}
