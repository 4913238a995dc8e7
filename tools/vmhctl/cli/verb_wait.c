// SPDX-License-Identifier: GPL-2.0
/* vmhctl wait ID... */
#include <stdio.h>
#include <stdlib.h>

#include "message.h"
#include "names.h"
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char wait_help[] =
	"Usage: vmhctl wait ID... | --all [--timeout SECONDS] [--device PATH]\n"
	"Waits until a VM has ended, of several for one after the other.\n"
	HELP_IDS
	"Prints each one's state.\n\n"
	"  --timeout SECONDS  wait no longer for one, and then exit with code 124 (0:\n"
	"                     for ever)\n"
	HELP_ALL HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "wait", .help = wait_help, .takes = TAKES_ALL | TAKES_TIMEOUT,
	.words = 1, .more = true,
};

/* The VMs to wait for, open before the first is waited for: the last may end before it. */
static struct remote *remotes;
static size_t nr_remotes;

static int wait_open(const struct verb_options *opt, const char *id)
{
	struct remote *more = realloc(remotes, (nr_remotes + 1) * sizeof(*more));
	int ret;

	if (!more) {
		complain("out of memory");
		return VMHCTL_DEVICE;
	}
	remotes = more;
	ret = remote_open(&remotes[nr_remotes], opt->device, id, VMH_RIGHT_INSPECT);
	if (!ret)
		nr_remotes++;
	return ret;
}

static int wait_for(const struct remote *remote, uint64_t seconds)
{
	struct vmh_state_info info;
	int ret = remote_wait(remote, seconds, &info);

	if (!ret || ret == VMHCTL_TIMEOUT)
		printf("%s: %s\n", remote->title, state_name(info.state));
	fflush(stdout);
	return ret;
}

static int wait_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = verb_options_each(&opt, wait_open);
	for (size_t i = 0; i < nr_remotes; i++) {
		int failed = wait_for(&remotes[i], opt.wait_seconds);

		if (failed)
			ret = failed;
		remote_close(&remotes[i]);
	}
	free(remotes);
	remotes = NULL;
	nr_remotes = 0;
	return ret;
}

const struct verb verb_wait = {
	.name = "wait",
	.summary = "wait until VMs have ended",
	.help = wait_help,
	.syntax = &syntax,
	.run = wait_run,
};
