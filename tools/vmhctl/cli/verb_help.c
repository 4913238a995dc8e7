// SPDX-License-Identifier: GPL-2.0
/* vmhctl help [VERB] */
#include "vmhctl.h"

static int help_run(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2)
		return verbs_print(stdout);
	verb = verb_find(argv[1]);
	if (!verb)
		return verb_unknown(argv[1]);
	fputs(verb->help, stdout);
	return VMHCTL_OK;
}

const struct verb verb_help = {
	.name = "help",
	.summary = "explain vmhctl or a verb",
	.help = "Usage: vmhctl help [VERB]\nPrints the list of verbs, or the help of one.\n",
	.run = help_run,
};
