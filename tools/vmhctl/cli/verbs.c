// SPDX-License-Identifier: GPL-2.0
/* The table of verbs. */
#include <string.h>

#include <linux/vmh.h>

#include "message.h"
#include "suggest.h"
#include "vmhctl.h"

/* NULL after the last one. */
const struct verb *const verbs[] = {
	&verb_run,
	&verb_list,
	&verb_show,
	&verb_pause,
	&verb_resume,
	&verb_stop,
	&verb_terminate,
	&verb_wait,
	&verb_limits,
	&verb_top,
	&verb_errors,
	&verb_regs,
	&verb_memory,
	&verb_caps,
	&verb_report,
	&verb_version,
	&verb_completion,
	&verb_help,
	NULL,
};

static const char exit_codes[] =
	"Exit codes:\n"
	"  0    the guest ended well (power-off, reboot), or the verb did its work\n"
	"  1    the guest failed: triple fault, failed VM entry, a limit, an internal\n"
	"       error; or what was asked of a VM was refused, or there is no such VM\n"
	"  2    wrong usage\n"
	"  3    the device cannot be used, or refused what the VM needs\n"
	"  4    an input file is missing, broken or does not fit\n"
	"  124  --timeout was reached\n"
	"  128+N  ended by signal N\n"
	"A flat guest (run --flat) chooses its own code by writing it to port 0xf4.\n";

/* What other programs call a verb. */
static const struct {
	const char *name;
	const char *verb;
} aliases[] = {
	{ "ls", "list" },
	{ "ps", "list" },
	{ "kill", "terminate" },
};

/* Look a verb up by its name or an alias; NULL when there is none. */
const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].name, name))
			name = aliases[i].verb;
	for (size_t i = 0; verbs[i]; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

/* Say that there is no such verb, and which was meant. */
int verb_unknown(const char *name)
{
	struct suggestion best = { .meant = name };

	for (size_t i = 0; verbs[i]; i++)
		suggest(&best, verbs[i]->name);
	if (best.word)
		complain("no verb '%s'; did you mean '%s'?", name, best.word);
	else
		complain("no verb '%s'; see 'vmhctl --help'", name);
	return VMHCTL_USAGE;
}

/* Print what vmhctl can do, for --help and the verb help. */
int verbs_print(FILE *out)
{
	fputs("Usage: vmhctl VERB [OPTION]...\n"
	      "Runs virtual machines on " VMH_DEVICE_PATH ", observes and controls them.\n\n"
	      "Verbs:\n", out);
	for (size_t i = 0; verbs[i]; i++)
		fprintf(out, "  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
	fputs("\nls and ps are list, kill is terminate.\n", out);
	fputs("\n'vmhctl VERB --help' tells more about one, 'vmhctl --version' the version.\n\n",
	      out);
	fputs(exit_codes, out);
	return VMHCTL_OK;
}
