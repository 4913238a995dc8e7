/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_SUGGEST_H
#define VMHCTL_SUGGEST_H

#include <stddef.h>

/**
 * struct suggestion - the best of the words that were looked at
 * @meant: what was typed.
 * @word: the closest so far; NULL for none that is close enough.
 * @distance: how far that is; private.
 */
struct suggestion {
	const char *meant;
	const char *word;
	unsigned int distance;
};

unsigned int edit_distance(const char *a, const char *b);
void suggest(struct suggestion *best, const char *word);

#endif /* VMHCTL_SUGGEST_H */
