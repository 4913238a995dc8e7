// SPDX-License-Identifier: GPL-2.0
/* Completion for zsh: a list of _arguments for each verb. */
#include <string.h>

#include "completion.h"

static const char head[] =
	"#compdef vmhctl\n"
	"# Completion of vmhctl for zsh, printed by \"vmhctl completion zsh\".\n"
	"\n"
	"_vmhctl_vms() {\n"
	"\tcompadd -- ${(f)\"$(" COMPLETION_VMS ")\"}\n"
	"}\n"
	"\n"
	"_vmhctl() {\n"
	"\tlocal -a verbs\n"
	"\tverbs=(\n";

static const char middle[] =
	"\t)\n"
	"\tif (( CURRENT == 2 )); then\n"
	"\t\t_describe verb verbs\n"
	"\t\tcompadd -- --help --version\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tshift words\n"
	"\t(( CURRENT-- ))\n"
	"\tcase $words[1] in\n";

static const char tail[] =
	"\tesac\n"
	"}\n"
	"\n"
	"_vmhctl \"$@\"\n";

/* How _arguments completes a value; for nothing it only tells what it is. */
static void print_value(FILE *out, const char *value)
{
	if (!strcmp(value, "FILE"))
		fputs(":file:_files", out);
	else if (!strcmp(value, "USER"))
		fputs(":user:_users", out);
	else if (!strcmp(value, "RESOURCE="))
		fputs(":resource:compadd -S \"\" -- ", out);
	else
		fputs(":value:", out);
	if (!strcmp(value, "RESOURCE=")) {
		completion_resources(out);
	} else if (strchr(value, '|')) {
		fputc('(', out);
		completion_words(out, value);
		fputc(')', out);
	}
}

static void print_option(FILE *out, const struct option_info *info)
{
	fprintf(out, " \\\n\t\t\t'*--%s%s", info->name, info->value ? "=" : "");
	if (info->value)
		print_value(out, info->value);
	fputc('\'', out);
	if (!info->letter)
		return;
	fprintf(out, " \\\n\t\t\t'*-%c", info->letter);
	if (info->value)
		print_value(out, info->value);
	fputc('\'', out);
}

static void print_positional(FILE *out, const struct verb *verb)
{
	const char *what = completion_positional(verb);

	if (!*what)
		return;
	fputs(" \\\n\t\t\t'1:", out);
	if (!strcmp(what, "VM")) {
		fputs("VM:_vmhctl_vms", out);
	} else if (!strcmp(what, "VERB")) {
		fputs("verb:(", out);
		completion_verbs(out);
		fputc(')', out);
	} else {
		fputs("shell:(", out);
		completion_words(out, what);
		fputc(')', out);
	}
	fputc('\'', out);
	if (verb == &verb_limits) {
		fputs(" \\\n\t\t\t'2:action:(set)' \\\n\t\t\t'*:resource:compadd -S \"\" -- ", out);
		completion_resources(out);
		fputc('\'', out);
	}
}

static void print_verb(FILE *out, const struct verb *verb)
{
	struct option_info infos[VERB_OPTIONS_MAX];
	size_t nr = completion_options(verb, infos);

	fprintf(out, "\t%s)\n\t\t_arguments", verb->name);
	for (size_t i = 0; i < nr; i++)
		print_option(out, &infos[i]);
	print_positional(out, verb);
	fputs(" ;;\n", out);
}

/* Print the completion for zsh. */
void completion_zsh(FILE *out)
{
	fputs(head, out);
	for (size_t i = 0; verbs[i]; i++)
		fprintf(out, "\t\t'%s:%s'\n", verbs[i]->name, verbs[i]->summary);
	fputs(middle, out);
	for (size_t i = 0; verbs[i]; i++)
		print_verb(out, verbs[i]);
	fputs(tail, out);
}
