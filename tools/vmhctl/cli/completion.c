// SPDX-License-Identifier: GPL-2.0
/* What completion offers, for each shell: from the tables of verbs, options and resources. */
#include "completion.h"
#include "resource.h"
#include "run_options.h"

/**
 * completion_options() - the options of a verb
 * @verb: the verb.
 * @infos: filled in; has room for VERB_OPTIONS_MAX.
 *
 * Return: how many there are.
 */
size_t completion_options(const struct verb *verb, struct option_info *infos)
{
	if (verb == &verb_run)
		return run_options_list(infos);
	return verb->syntax ? verb_options_list(verb->syntax, infos) : 0;
}

/* Words with "|" between them, with spaces instead. */
void completion_words(FILE *out, const char *words)
{
	for (; *words; words++)
		fputc(*words == '|' ? ' ' : *words, out);
}

/* All verbs. */
void completion_verbs(FILE *out)
{
	for (size_t i = 0; verbs[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", verbs[i]->name);
}

/* All resources, with the sign that goes before the limit. */
void completion_resources(FILE *out)
{
	for (unsigned int i = 0; i < VMH_RES_NR; i++)
		fprintf(out, "%s%s=", i ? " " : "", resource_name(i));
}

/**
 * completion_positional() - what a verb wants beside its options
 * @verb: the verb.
 *
 * Return: "VM", "VERB", words with "|" between them, or "" for nothing.
 */
const char *completion_positional(const struct verb *verb)
{
	if (verb == &verb_help)
		return "VERB";
	if (verb == &verb_completion)
		return "bash|zsh";
	return verb->syntax && verb->syntax->words ? "VM" : "";
}
