/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_H
#define VMHCTL_H

#include <stdbool.h>
#include <stdio.h>

/* One entry per element, as in the kernel. */
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * enum vmhctl_status - exit codes
 *
 * Functions that can fail return one of these, having printed why; 0 means that all went well.
 * A flat guest may end the VM with a code of its own, and a signal N ends vmhctl with 128 + N.
 */
enum vmhctl_status {
	VMHCTL_OK		= 0,
	VMHCTL_GUEST_FAILED	= 1,
	VMHCTL_REFUSED		= 1,
	VMHCTL_USAGE		= 2,
	VMHCTL_DEVICE		= 3,
	VMHCTL_INPUT		= 4,
	VMHCTL_TIMEOUT		= 124,
	VMHCTL_SIGNAL		= 128,
};

struct verb_syntax;

/**
 * struct verb - one thing that vmhctl does
 * @name: the word on the command line.
 * @summary: one line for the list of verbs.
 * @help: the whole help text.
 * @syntax: of its command line; NULL for those that read theirs themselves.
 * @run: does it; its options come from argv[1] on. Returns the exit code.
 */
struct verb {
	const char *name;
	const char *summary;
	const char *help;
	const struct verb_syntax *syntax;
	int (*run)(int argc, char **argv);
};

extern const struct verb verb_run;
extern const struct verb verb_list;
extern const struct verb verb_show;
extern const struct verb verb_pause;
extern const struct verb verb_resume;
extern const struct verb verb_stop;
extern const struct verb verb_terminate;
extern const struct verb verb_wait;
extern const struct verb verb_limits;
extern const struct verb verb_regs;
extern const struct verb verb_memory;
extern const struct verb verb_top;
extern const struct verb verb_errors;
extern const struct verb verb_caps;
extern const struct verb verb_report;
extern const struct verb verb_version;
extern const struct verb verb_completion;
extern const struct verb verb_help;

extern const struct verb *const verbs[];

const struct verb *verb_find(const char *name);
int verb_unknown(const char *name);
int verbs_print(FILE *out);

#endif /* VMHCTL_H */
