// SPDX-License-Identifier: GPL-2.0
/* vmhctl pause ID... */
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char pause_help[] =
	"Usage: vmhctl pause ID... | --all [--device PATH]\n"
	"Pauses a VM, whoever runs it: when this returns, no vCPU is in guest mode. The\n"
	"VMM need not know. The guest's clocks do not stop.\n"
	HELP_IDS
	"Prints the new state.\n\n" HELP_ALL HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "pause", .help = pause_help, .takes = TAKES_ALL,
	.words = 1, .more = true,
};

static int pause_one(const struct verb_options *opt, const char *id)
{
	return remote_change(opt->device, id, VMH_EVENT_PAUSE);
}

static int pause_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return verb_options_each(&opt, pause_one);
}

const struct verb verb_pause = {
	.name = "pause",
	.summary = "let no vCPU of a VM run until it is resumed",
	.help = pause_help,
	.syntax = &syntax,
	.run = pause_run,
};
