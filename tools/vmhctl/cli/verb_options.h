/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VERB_OPTIONS_H
#define VMHCTL_VERB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "top_view.h"

/* Options beside --device and --help that a verb takes. */
#define TAKES_JSON	(1u << 0)
#define TAKES_DELAY	(1u << 1)
#define TAKES_COUNT	(1u << 2)
#define TAKES_FOLLOW	(1u << 3)
#define TAKES_ENDED	(1u << 4)
#define TAKES_ALL	(1u << 5)
#define TAKES_GRACE	(1u << 6)
#define TAKES_TIMEOUT	(1u << 7)
#define TAKES_CPU	(1u << 8)
#define TAKES_VIRTUAL	(1u << 9)
#define TAKES_RAW	(1u << 10)
#define TAKES_SORT	(1u << 11)

/**
 * struct verb_syntax - what a verb's command line may be
 * @name: the verb.
 * @help: what --help prints.
 * @takes: TAKES_*.
 * @words: how many words beside the options there must be; the first is a VM.
 * @more: more words may follow.
 */
struct verb_syntax {
	const char *name;
	const char *help;
	unsigned int takes;
	int words;
	bool more;
};

/**
 * struct verb_options - what it was
 * @device: the device.
 * @json: for programs, not for people.
 * @delay_ms: between readings, of which the default is a second.
 * @count: how many readings; 0 without end.
 * @follow: wait for what comes next.
 * @all: every VM that there is; then there are no words.
 * @wait_seconds: how long something may take, from --grace or --timeout.
 * @has_cpu: a vCPU was named …
 * @cpu: … this one; 0 if none was.
 * @sort: how to sort VMs; enum top_order.
 * @is_virtual: addresses are linear ones.
 * @raw: bytes as they are.
 * @ended: of VMs that are no more; then there are no words.
 * @words: the words beside the options.
 * @nr_words: how many.
 * @done: --help was given and obeyed: there is nothing else to do.
 */
struct verb_options {
	const char *device;
	bool json;
	uint64_t delay_ms;
	uint64_t count;
	bool follow;
	bool all;
	uint64_t wait_seconds;
	bool has_cpu;
	unsigned int cpu;
	enum top_order sort;
	bool is_virtual;
	bool raw;
	bool ended;
	char **words;
	int nr_words;
	bool done;
};

/* More options than any verb has. */
#define VERB_OPTIONS_MAX	32

/**
 * struct option_info - what completion has to know of an option
 * @name: its long form, without the dashes.
 * @letter: its short form; 0 if it has none.
 * @value: NULL if it takes none; FILE, USER or RESOURCE= for one of these; words with "|" between
 *	them are all that there are; anything else cannot be completed.
 */
struct option_info {
	const char *name;
	char letter;
	const char *value;
};

/* Their help. */
#define HELP_JSON	"  --json         print JSON\n"
#define HELP_COMMON	"  --device PATH  the device (/dev/vmh)\n" \
			"  --help         print this\n"
#define HELP_ALL	"  --all          every VM that you may open\n"
#define HELP_ID		"ID is the VM's number, or its name if no other VM is called that.\n"
#define HELP_IDS	"ID is a VM's number, or its name if no other VM is called that.\n" \
			"Of several each is tried; the exit code is that of the last one that failed.\n"
#define HELP_CODES	"Exit codes: 0 done, 1 refused or no such VM, 2 wrong usage,\n" \
			"3 the device cannot be used.\n"

size_t verb_options_list(const struct verb_syntax *syntax, struct option_info *infos);
struct option;

void verb_options_suggest(const char *verb, const struct option *options, const char *given);
int verb_options_each(const struct verb_options *opt,
		      int (*one)(const struct verb_options *opt, const char *id));
int verb_options_parse(struct verb_options *opt, const struct verb_syntax *syntax, int argc,
		       char **argv);

#endif /* VMHCTL_VERB_OPTIONS_H */
