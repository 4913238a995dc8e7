// SPDX-License-Identifier: GPL-2.0
/* Completion for bash: a function that looks its words up in one case statement. */
#include <string.h>

#include "completion.h"

static const char head[] =
	"# Completion of vmhctl for bash, printed by \"vmhctl completion bash\".\n"
	"# shellcheck shell=bash disable=SC2207\n"
	"\n"
	"_vmhctl_vms()\n"
	"{\n"
	"\t" COMPLETION_VMS "\n"
	"}\n"
	"\n"
	"_vmhctl()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal verb=${COMP_WORDS[1]} words=\n"
	"\n"
	"\t# To bash an equals sign is a word of its own.\n"
	"\t[ \"$cur\" != = ] || cur=\n"
	"\t[ \"$before\" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tCOMPREPLY=()\n"
	"\t[ \"$COMP_CWORD\" -gt 1 ] || verb=\n"
	"\tcase $verb:$before in\n";

static const char tail[] =
	"\tesac\n"
	"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	"\t# A value comes behind the equals sign.\n"
	"\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
	"}\n"
	"\n"
	"complete -F _vmhctl vmhctl\n";

/* What comes after an option, in the case statement. */
static void print_value(FILE *out, const char *value)
{
	if (!strcmp(value, "FILE")) {
		fputs("compopt -o filenames 2>/dev/null\n"
		      "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\t\treturn", out);
	} else if (!strcmp(value, "USER")) {
		fputs("COMPREPLY=($(compgen -u -- \"$cur\"))\n\t\treturn", out);
	} else if (!strcmp(value, "RESOURCE=")) {
		fputs("words=\"", out);
		completion_resources(out);
		fputc('"', out);
	} else if (strchr(value, '|')) {
		fputs("words=\"", out);
		completion_words(out, value);
		fputc('"', out);
	} else {
		fputs("return", out);
	}
	fputs(" ;;\n", out);
}

static void print_positional(FILE *out, const struct verb *verb)
{
	const char *what = completion_positional(verb);

	if (!strcmp(what, "VM"))
		fputs(" $(_vmhctl_vms)", out);
	else if (!strcmp(what, "VERB"))
		completion_verbs(out);
	else
		completion_words(out, what);
	if (verb == &verb_limits) {
		fputs(" set ", out);
		completion_resources(out);
	}
}

static void print_verb(FILE *out, const struct verb *verb)
{
	struct option_info infos[VERB_OPTIONS_MAX];
	size_t nr = completion_options(verb, infos);

	for (size_t i = 0; i < nr; i++) {
		if (!infos[i].value)
			continue;
		fprintf(out, "\t%s:--%s", verb->name, infos[i].name);
		if (infos[i].letter)
			fprintf(out, " | %s:-%c", verb->name, infos[i].letter);
		fputs(")\n\t\t", out);
		print_value(out, infos[i].value);
	}
	fprintf(out, "\t%s:*)\n\t\twords=\"", verb->name);
	for (size_t i = 0; i < nr; i++)
		fprintf(out, "%s--%s", i ? " " : "", infos[i].name);
	print_positional(out, verb);
	fputs("\" ;;\n", out);
}

/* Print the completion for bash. */
void completion_bash(FILE *out)
{
	fputs(head, out);
	fputs("\t:*)\n\t\twords=\"", out);
	completion_verbs(out);
	fputs(" --help --version\" ;;\n", out);
	for (size_t i = 0; verbs[i]; i++)
		print_verb(out, verbs[i]);
	fputs(tail, out);
}
