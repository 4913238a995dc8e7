// SPDX-License-Identifier: GPL-2.0
/* vmhctl terminate ID */
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char terminate_help[] =
	"Usage: vmhctl terminate ID [--device PATH]\n"
	"Ends a VM, whatever its state. Its memory is returned at once, and its VMM is told.\n"
	HELP_ID
	"Prints the new state.\n\n" HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "terminate", .help = terminate_help, .words = 1,
};

static int terminate_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return remote_change(opt.device, opt.words[0], VMH_EVENT_TERMINATE);
}

const struct verb verb_terminate = {
	.name = "terminate",
	.summary = "end a VM and return its memory",
	.help = terminate_help,
	.syntax = &syntax,
	.run = terminate_run,
};
