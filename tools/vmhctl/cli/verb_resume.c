// SPDX-License-Identifier: GPL-2.0
/* vmhctl resume ID... */
#include "remote.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char resume_help[] =
	"Usage: vmhctl resume ID... | --all [--device PATH]\n"
	"Lets a paused VM go on.\n"
	HELP_IDS
	"Prints the new state.\n\n" HELP_ALL HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "resume", .help = resume_help, .takes = TAKES_ALL,
	.words = 1, .more = true,
};

static int resume_one(const struct verb_options *opt, const char *id)
{
	return remote_change(opt->device, id, VMH_EVENT_RESUME);
}

static int resume_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	return verb_options_each(&opt, resume_one);
}

const struct verb verb_resume = {
	.name = "resume",
	.summary = "let a paused VM go on",
	.help = resume_help,
	.syntax = &syntax,
	.run = resume_run,
};
