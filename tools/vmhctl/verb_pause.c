// SPDX-License-Identifier: GPL-2.0
/* vmhctl pause ID */
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char pause_help[] =
	"Usage: vmhctl pause ID [--device PATH]\n"
	"Pauses a VM, whoever runs it: when this returns, no vCPU is in guest mode. The VMM\n"
	"need not know. The guest's clocks do not stop.\n"
	HELP_ID
	"Prints the new state.\n\n" HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "pause", .help = pause_help, .words = 1,
};

static int pause_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return remote_change(opt.device, opt.words[0], VMH_EVENT_PAUSE);
}

const struct verb verb_pause = {
	.name = "pause",
	.summary = "let no vCPU of a VM run until it is resumed",
	.help = pause_help,
	.syntax = &syntax,
	.run = pause_run,
};
