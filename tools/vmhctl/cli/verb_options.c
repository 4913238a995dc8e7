// SPDX-License-Identifier: GPL-2.0
/* The command lines of all verbs but "run", which has many options of its own. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/vmh.h>

#include "inspect.h"
#include "message.h"
#include "remote.h"
#include "size.h"
#include "suggest.h"
#include "verb_options.h"
#include "vmhctl.h"

#define DELAY_MAX_S	86400
#define WAIT_MAX_S	(365 * 86400)
#define GRACE_S		30

/* In seconds, with a fraction if need be. */
static bool parse_delay(const char *text, uint64_t *ms)
{
	char *end;
	double seconds = strtod(text, &end);

	/* Not "inf", "nan", "-1" or "". */
	if (*end || end == text || !(seconds >= 0.001 && seconds <= DELAY_MAX_S))
		return false;
	*ms = seconds * 1000;
	return true;
}

static int parse_wait(const char *name, const char *text, uint64_t *seconds)
{
	if (parse_number(text, seconds) && *seconds <= WAIT_MAX_S)
		return VMHCTL_OK;
	complain("--%s %s: not a number of seconds up to %d", name, text, WAIT_MAX_S);
	return VMHCTL_USAGE;
}

static int parse_cpu(const char *text, unsigned int *cpu)
{
	uint64_t number;

	if (parse_number(text, &number) && number < INSPECT_VCPU_IDS) {
		*cpu = number;
		return VMHCTL_OK;
	}
	complain("--cpu %s: not the number of a vCPU", text);
	return VMHCTL_USAGE;
}

static int take_option(struct verb_options *opt, const struct verb_syntax *syntax, int option,
		       const char *text)
{
	switch (option) {
	case 'D':
		opt->device = text;
		return VMHCTL_OK;
	case 'h':
		fputs(syntax->help, stdout);
		opt->done = true;
		return VMHCTL_OK;
	case 'j':
		opt->json = true;
		return VMHCTL_OK;
	case 'f':
		opt->follow = true;
		return VMHCTL_OK;
	case 'e':
		opt->ended = true;
		return VMHCTL_OK;
	case 'c':
		opt->has_cpu = true;
		return parse_cpu(text, &opt->cpu);
	case 'v':
		opt->is_virtual = true;
		return VMHCTL_OK;
	case 'r':
		opt->raw = true;
		return VMHCTL_OK;
	case 'a':
		opt->all = true;
		return VMHCTL_OK;
	case 'g':
		return parse_wait("grace", text, &opt->wait_seconds);
	case 't':
		return parse_wait("timeout", text, &opt->wait_seconds);
	case 's':
		if (top_order_parse(text, &opt->sort))
			return VMHCTL_OK;
		complain("--sort %s: not one of " TOP_ORDER_WORDS, text);
		return VMHCTL_USAGE;
	case 'd':
		if (parse_delay(text, &opt->delay_ms))
			return VMHCTL_OK;
		complain("--delay %s: not a number of seconds from 0.001 to %d", text,
			 DELAY_MAX_S);
		return VMHCTL_USAGE;
	case 'n':
		if (parse_number(text, &opt->count) && opt->count)
			return VMHCTL_OK;
		complain("--count %s: not a number above 0", text);
		return VMHCTL_USAGE;
	default:	/* getopt_long() has said what is wrong */
		complain("see 'vmhctl %s --help'", syntax->name);
		return VMHCTL_USAGE;
	}
}

/* All of them; a verb has those whose TAKES_* it takes. */
static const struct kind {
	unsigned int takes;
	struct option_info info;
	int option;
} kinds[] = {
	{ 0, { "device", 0, "FILE" }, 'D' },
	{ 0, { "help", 0, NULL }, 'h' },
	{ TAKES_JSON, { "json", 0, NULL }, 'j' },
	{ TAKES_DELAY, { "delay", 'd', "SECONDS" }, 'd' },
	{ TAKES_COUNT, { "count", 'n', "COUNT" }, 'n' },
	{ TAKES_FOLLOW, { "follow", 'f', NULL }, 'f' },
	{ TAKES_ENDED, { "ended", 0, NULL }, 'e' },
	{ TAKES_ALL, { "all", 0, NULL }, 'a' },
	{ TAKES_GRACE, { "grace", 0, "SECONDS" }, 'g' },
	{ TAKES_CPU, { "cpu", 0, "N" }, 'c' },
	{ TAKES_VIRTUAL, { "virtual", 0, NULL }, 'v' },
	{ TAKES_RAW, { "raw", 0, NULL }, 'r' },
	{ TAKES_SORT, { "sort", 's', TOP_ORDER_WORDS }, 's' },
	{ TAKES_TIMEOUT, { "timeout", 0, "SECONDS" }, 't' },
};

static bool has_kind(const struct verb_syntax *syntax, const struct kind *kind)
{
	return !(kind->takes & ~syntax->takes);
}

/* Fills in what getopt_long() is to know: the options of this verb, long and short. */
static void list_options(struct option *options, char *shorts, const struct verb_syntax *syntax)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct option_info *info = &kinds[i].info;

		if (!has_kind(syntax, &kinds[i]))
			continue;
		*options++ = (struct option){ info->name, !!info->value, NULL, kinds[i].option };
		if (info->letter)
			shorts += sprintf(shorts, "%c%s", info->letter, info->value ? ":" : "");
	}
}

/**
 * verb_options_list() - the options of a verb, for completion
 * @syntax: the verb's.
 * @infos: filled in; has room for VERB_OPTIONS_MAX.
 *
 * Return: how many there are.
 */
size_t verb_options_list(const struct verb_syntax *syntax, struct option_info *infos)
{
	size_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (has_kind(syntax, &kinds[i]))
			infos[nr++] = kinds[i].info;
	return nr;
}

/**
 * verb_options_suggest() - what somebody meant who gave an option that there is not
 * @verb: the verb.
 * @options: those that there are.
 * @given: the word that was given.
 */
void verb_options_suggest(const char *verb, const struct option *options, const char *given)
{
	char name[32];
	struct suggestion best = { .meant = name };

	if (strncmp(given, "--", 2))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(given + 2, "="), given + 2);
	for (; options->name; options++)
		suggest(&best, options->name);
	if (best.word && strcmp(best.word, name))
		complain("did you mean --%s? See 'vmhctl %s --help'", best.word, verb);
}

static int each_vm(const struct verb_options *opt,
		   int (*one)(const struct verb_options *opt, const char *id))
{
	struct vmh_vm_entry *entries = NULL;
	struct device dev;
	size_t nr = 0;
	int ret = remote_device_open(&dev, opt->device);

	if (ret)
		return ret;
	ret = remote_list(&dev, &entries, &nr);
	device_close(&dev);
	for (size_t i = 0; i < nr; i++) {
		char id[16];
		int failed;

		snprintf(id, sizeof(id), "%u", entries[i].vm_id);
		failed = one(opt, id);
		if (failed)
			ret = failed;
	}
	free(entries);
	return ret;
}

/**
 * verb_options_each() - do something with each VM that was named, or with all
 * @opt: the command line.
 * @one: does it with one; returns an exit status, having printed why.
 *
 * Return: 0, or the status of the last one that failed.
 */
int verb_options_each(const struct verb_options *opt,
		      int (*one)(const struct verb_options *opt, const char *id))
{
	int ret = VMHCTL_OK;

	if (opt->all)
		return each_vm(opt, one);
	for (int i = 0; i < opt->nr_words; i++) {
		int failed = one(opt, opt->words[i]);

		if (failed)
			ret = failed;
	}
	return ret;
}

/**
 * verb_options_parse() - understand a verb's command line
 * @opt: filled in; points into @argv.
 * @syntax: what it may be.
 * @argc: number of arguments.
 * @argv: them.
 *
 * Return: 0, or VMHCTL_USAGE with the reason printed.
 */
int verb_options_parse(struct verb_options *opt, const struct verb_syntax *syntax, int argc,
		       char **argv)
{
	struct option options[ARRAY_SIZE(kinds) + 1] = { 0 };
	char shorts[16] = "";
	int option, words, ret;

	*opt = (struct verb_options){ .device = VMH_DEVICE_PATH, .delay_ms = 1000 };
	if (syntax->takes & TAKES_GRACE)
		opt->wait_seconds = GRACE_S;
	list_options(options, shorts, syntax);
	while ((option = getopt_long(argc, argv, shorts, options, NULL)) != -1) {
		if (option == '?')
			verb_options_suggest(syntax->name, options, argv[optind - 1]);
		ret = take_option(opt, syntax, option, optarg);
		if (ret || opt->done)
			return ret;
	}
	opt->words = argv + optind;
	opt->nr_words = argc - optind;
	words = opt->ended || opt->all ? 0 : syntax->words;
	if (opt->nr_words && opt->nr_words < words)
		complain("something is missing after '%s'; see 'vmhctl %s --help'", opt->words[0],
			 syntax->name);
	else if (opt->nr_words < words)
		complain("which VM? See 'vmhctl %s --help'; 'vmhctl list' shows the VMs",
			 syntax->name);
	else if (opt->all && opt->nr_words)
		complain("--all and '%s': one or the other", opt->words[0]);
	else if (opt->nr_words > words && !syntax->more)
		complain("what is '%s'? See 'vmhctl %s --help'", opt->words[words], syntax->name);
	else if (opt->ended && opt->follow)
		complain("--ended: there is nothing to follow");
	else
		return VMHCTL_OK;
	return VMHCTL_USAGE;
}
