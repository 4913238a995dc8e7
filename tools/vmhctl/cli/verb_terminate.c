// SPDX-License-Identifier: GPL-2.0
/* vmhctl terminate ID... */
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char terminate_help[] =
	"Usage: vmhctl terminate ID... | --all [--device PATH]\n"
	"Ends a VM, whatever its state. Its memory is returned at once, and its VMM is\n"
	"told.\n"
	HELP_IDS
	"Prints the new state.\n\n" HELP_ALL HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "terminate", .help = terminate_help, .takes = TAKES_ALL,
	.words = 1, .more = true,
};

static int terminate_one(const struct verb_options *opt, const char *id)
{
	return remote_change(opt->device, id, VMH_EVENT_TERMINATE);
}

static int terminate_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return verb_options_each(&opt, terminate_one);
}

const struct verb verb_terminate = {
	.name = "terminate",
	.summary = "end a VM and return its memory",
	.help = terminate_help,
	.syntax = &syntax,
	.run = terminate_run,
};
