// SPDX-License-Identifier: GPL-2.0
/* vmhctl wait ID... */
#include <stdio.h>

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

static int wait_one(const struct verb_options *opt, const char *id)
{
	struct vmh_state_info info;
	struct remote remote;
	int ret = remote_open(&remote, opt->device, id, VMH_RIGHT_INSPECT);

	if (ret)
		return ret;
	ret = remote_wait(&remote, opt->wait_seconds, &info);
	if (!ret || ret == VMHCTL_TIMEOUT)
		printf("%s: %s\n", remote.title, state_name(info.state));
	fflush(stdout);
	remote_close(&remote);
	return ret;
}

static int wait_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return verb_options_each(&opt, wait_one);
}

const struct verb verb_wait = {
	.name = "wait",
	.summary = "wait until VMs have ended",
	.help = wait_help,
	.syntax = &syntax,
	.run = wait_run,
};
