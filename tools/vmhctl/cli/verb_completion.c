// SPDX-License-Identifier: GPL-2.0
/* vmhctl completion SHELL: the script that completes vmhctl's command lines. */
#include <string.h>

#include "completion.h"
#include "message.h"

static const char completion_help[] =
	"Usage: vmhctl completion bash|zsh\n"
	"Prints the script by which that shell completes the command lines of vmhctl:\n"
	"  source <(vmhctl completion bash)\n"
	"  vmhctl completion zsh >DIRECTORY/_vmhctl     a directory of zsh's $fpath\n"
	"An installed vmhctl has brought both.\n";

static int completion_run(int argc, char **argv)
{
	const char *shell = argc == 2 ? argv[1] : "";

	if (!strcmp(shell, "--help")) {
		fputs(completion_help, stdout);
	} else if (!strcmp(shell, "bash")) {
		completion_bash(stdout);
	} else if (!strcmp(shell, "zsh")) {
		completion_zsh(stdout);
	} else {
		complain("completion for which shell? 'vmhctl completion bash' or 'zsh'");
		return VMHCTL_USAGE;
	}
	return VMHCTL_OK;
}

const struct verb verb_completion = {
	.name = "completion",
	.summary = "print a script that completes command lines",
	.help = completion_help,
	.run = completion_run,
};
