// SPDX-License-Identifier: GPL-2.0
/* What somebody meant who typed a word that there is not. */
#include <string.h>

#include "suggest.h"

#define WORD_MAX	31

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/**
 * edit_distance() - how many slips of the fingers lead from one word to another
 * @a: a word.
 * @b: the other.
 *
 * A slip is a letter too many, one too few, another one, or two that have changed places.
 *
 * Return: how many; WORD_MAX if a word is longer than any of ours.
 */
unsigned int edit_distance(const char *a, const char *b)
{
	unsigned int rows[WORD_MAX + 1][WORD_MAX + 1];
	size_t rest_a = strlen(a), rest_b = strlen(b);

	if (rest_a > WORD_MAX || rest_b > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= rest_a; i++)
		rows[i][0] = i;
	for (size_t k = 0; k <= rest_b; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= rest_a; i++) {
		for (size_t k = 1; k <= rest_b; k++) {
			unsigned int changed = rows[i - 1][k - 1] + (a[i - 1] != b[k - 1]);

			rows[i][k] = least(changed, 1 + least(rows[i - 1][k], rows[i][k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				rows[i][k] = least(rows[i][k], rows[i - 2][k - 2] + 1);
		}
	}
	return rows[rest_a][rest_b];
}

/**
 * suggest() - look at one more word
 * @best: takes @word if it is closer than the one before: two slips away at most, and not so many
 *	that nothing is left of a short word.
 * @word: one that there is.
 */
void suggest(struct suggestion *best, const char *word)
{
	unsigned int distance = edit_distance(best->meant, word);

	if (distance > 2 || distance * 2 >= strlen(word))
		return;
	if (best->word && best->distance <= distance)
		return;
	best->word = word;
	best->distance = distance;
}
