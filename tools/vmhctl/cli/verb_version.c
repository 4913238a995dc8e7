// SPDX-License-Identifier: GPL-2.0
/* vmhctl version: of this program, and of the module that is loaded. */
#include <stdio.h>

#include <linux/vmh.h>

#include "host_file.h"
#include "report.h"
#include "verb_options.h"
#include "version.h"
#include "vmhctl.h"

static const char version_help[] =
	"Usage: vmhctl version\n"
	"Prints the version of vmhctl, that of the ABI it was made for, and that of the\n"
	"module if it is loaded.\n\n"
	HELP_COMMON "\n"
	"Exit codes: 0 printed, 2 wrong usage.\n";

/* Print the version of this program, and of the module. VMHCTL_VERSION is the makefile's. */
void version_print(void)
{
	char module[HOST_TEXT];

	printf("vmhctl %s (vmh ABI %d)\n", VMHCTL_VERSION, VMH_ABI_VERSION);
	if (host_file_read(module, "/sys/module/vmh/version"))
		printf("module %s\n", module);
}

static const struct verb_syntax syntax = { .name = "version", .help = version_help };

static int version_run(int argc, char **argv)
{
	struct verb_options opt;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (!ret && !opt.done)
		version_print();
	return ret;
}

const struct verb verb_version = {
	.name = "version",
	.summary = "print the versions of vmhctl and of the module",
	.help = version_help,
	.syntax = &syntax,
	.run = version_run,
};
