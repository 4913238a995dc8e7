// SPDX-License-Identifier: GPL-2.0
/* The way from the command line to a verb. */
#include <string.h>

#include "version.h"
#include "vmhctl.h"

int main(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2) {
		verbs_print(stderr);
		return VMHCTL_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return verbs_print(stdout);
	if (!strcmp(argv[1], "--version")) {
		version_print();
		return VMHCTL_OK;
	}
	verb = verb_find(argv[1]);
	if (!verb)
		return verb_unknown(argv[1]);
	/* getopt_long() puts this name before its complaints. */
	argv[1] = "vmhctl";
	return verb->run(argc - 1, argv + 1);
}
