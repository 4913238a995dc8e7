// SPDX-License-Identifier: GPL-2.0
/*
 * A network of the user's own, by a helper: vmhctl-net needs a library that Debian has as a shared
 * one only, and a network; vmhctl shall have neither. Both are connected by a socket that keeps
 * frames apart.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"
#include "net_user.h"

#define HELPER	"vmhctl-net"
#define LIBEXEC	"../libexec/"

/* The helper is beside this program where both were built, and in ../libexec when installed. */
static void helper_path(char *path, size_t room)
{
	char self[PATH_MAX] = "";
	const char *directory;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0) {
		snprintf(path, room, "%s", HELPER);
		return;
	}
	directory = dirname(self);
	snprintf(path, room, "%s/" HELPER, directory);
	if (access(path, F_OK))
		snprintf(path, room, "%s/" LIBEXEC HELPER, directory);
}

/* In the child. */
static void helper_exec(const char *path, int socket)
{
	char number[16];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	fcntl(socket, F_SETFD, 0);
	snprintf(number, sizeof(number), "%d", socket);
	execl(path, HELPER, number, NULL);
	complain("--net user: %s: %s", path, strerror(errno));
	_exit(127);
}

/**
 * net_user_start() - start the helper
 * @helper: receives its process.
 *
 * Return: our end of the socket, or -1 with the reason printed.
 */
int net_user_start(int *helper)
{
	char path[PATH_MAX + sizeof(LIBEXEC HELPER)];
	int ends[2];

	helper_path(path, sizeof(path));
	if (access(path, X_OK)) {
		complain("--net user needs %s: %s (make vmhctl builds it where libslirp-dev is)",
			 path, strerror(errno));
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends)) {
		complain("--net user: cannot create a socket: %s", strerror(errno));
		return -1;
	}
	*helper = fork();
	if (!*helper)
		helper_exec(path, ends[1]);
	close(ends[1]);
	if (*helper > 0)
		return ends[0];
	complain("--net user: cannot start %s: %s", path, strerror(errno));
	close(ends[0]);
	return -1;
}
