// SPDX-License-Identifier: GPL-2.0
/* vmhctl resume ID */
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char resume_help[] =
	"Usage: vmhctl resume ID [--device PATH]\n"
	"Lets a paused VM go on.\n"
	HELP_ID
	"Prints the new state.\n\n" HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "resume", .help = resume_help, .words = 1,
};

static int resume_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return remote_change(opt.device, opt.words[0], VMH_EVENT_RESUME);
}

const struct verb verb_resume = {
	.name = "resume",
	.summary = "let a paused VM go on",
	.help = resume_help,
	.syntax = &syntax,
	.run = resume_run,
};
