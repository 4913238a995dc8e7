// SPDX-License-Identifier: GPL-2.0
/* vmhctl stop ID...: what a power button is for. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "message.h"
#include "names.h"
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char stop_help[] =
	"Usage: vmhctl stop ID... | --all [--grace SECONDS] [--device PATH]\n"
	"Asks the guest of a 'vmhctl run' to power off, as its power button does, and\n"
	"waits until it has. One that does not in time is terminated, and one that knows\n"
	"of no power button at once. What other programs run is stopped by their own\n"
	"means.\n"
	HELP_IDS
	"Prints the new state.\n\n"
	"  --grace SECONDS  what the guest gets for it (30)\n"
	HELP_ALL HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "stop", .help = stop_help, .takes = TAKES_ALL | TAKES_GRACE,
	.words = 1, .more = true,
};

/* The process's name for people, "" if it has ended or may not be looked at. */
static void process_name(char *name, size_t room, uint32_t pid)
{
	char path[32];
	ssize_t count = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		count = read(fd, name, room - 1);
		close(fd);
	}
	name[count > 0 ? count : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

/*
 * Press the button: SIGTERM to the VM's process. Its number may be another one's by now, so an fd
 * of it comes first, and then a look whether the VM still lives: if it does, so does its process.
 */
static int press(const struct remote *remote)
{
	struct vmh_state_info info;
	char name[32];
	int ret, fd = syscall(SYS_pidfd_open, remote->entry.pid, 0);

	ret = remote_state(remote, &info);
	if (ret || info.state == VMH_STATE_TERMINATED) {
		if (fd >= 0)
			close(fd);
		return ret;
	}
	process_name(name, sizeof(name), remote->entry.pid);
	if (fd < 0 || strcmp(name, "vmhctl")) {
		complain("%s is run by '%s' (process %u), not by vmhctl", remote->title,
			 *name ? name : "?", remote->entry.pid);
		complain("  its power button is there; 'vmhctl terminate' ends it whoever runs it");
		ret = VMHCTL_REFUSED;
	} else if (syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0) && errno != ESRCH) {
		complain("cannot signal process %u, which runs %s: %s", remote->entry.pid,
			 remote->title, strerror(errno));
		ret = VMHCTL_REFUSED;
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

static int stop(const struct remote *remote, uint64_t grace_seconds)
{
	struct vmh_state_change change = {
		.size = sizeof(change), .event = VMH_EVENT_TERMINATE,
	};
	struct vmh_state_info info;
	int ret = press(remote);

	if (ret)
		return ret;
	if (grace_seconds)
		ret = remote_wait(remote, grace_seconds, &info);
	if (!grace_seconds || ret == VMHCTL_TIMEOUT) {
		if (grace_seconds)
			complain("%s did not power off within %" PRIu64 " s: it is terminated",
				 remote->title, grace_seconds);
		ret = remote_call(remote, VMH_SET_STATE, &change, "terminate");
		if (!ret)
			ret = remote_state(remote, &info);
	}
	if (!ret)
		printf("%s: %s\n", remote->title, state_name(info.state));
	fflush(stdout);
	return ret;
}

static int stop_one(const struct verb_options *opt, const char *id)
{
	struct remote remote;
	int ret = remote_open(&remote, opt->device, id, VMH_RIGHT_CONTROL | VMH_RIGHT_INSPECT);

	if (ret)
		return ret;
	ret = stop(&remote, opt->wait_seconds);
	remote_close(&remote);
	return ret;
}

static int stop_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return verb_options_each(&opt, stop_one);
}

const struct verb verb_stop = {
	.name = "stop",
	.summary = "have guests power off, and wait until they have",
	.help = stop_help,
	.syntax = &syntax,
	.run = stop_run,
};
