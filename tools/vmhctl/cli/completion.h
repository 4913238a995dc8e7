/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_COMPLETION_H
#define VMHCTL_COMPLETION_H

#include <stdio.h>

#include "verb_options.h"
#include "vmhctl.h"

/* Prints numbers and names of the VMs there are. */
#define COMPLETION_VMS	"vmhctl list 2>/dev/null | awk 'NR > 1 { print $1; if ($2 != \"-\") print $2 }'"

size_t completion_options(const struct verb *verb, struct option_info *infos);
void completion_words(FILE *out, const char *words);
void completion_verbs(FILE *out);
void completion_resources(FILE *out);
const char *completion_positional(const struct verb *verb);

void completion_bash(FILE *out);
void completion_zsh(FILE *out);

#endif /* VMHCTL_COMPLETION_H */
