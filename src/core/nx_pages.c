// SPDX-License-Identifier: GPL-2.0
/* Large pages that guests must not execute from: whether, and when split ones are given back. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "nx_pages.h"

#define HOUR_MS		(60 * 60 * 1000)

static const struct {
	const char *word;
	enum nx_pages_mode mode;
} nx_pages_words[] = {
	{ "off", NX_PAGES_OFF },
	{ "on", NX_PAGES_ON },
	{ "auto", NX_PAGES_AUTO },
	{ "force", NX_PAGES_ON },
	{ "never", NX_PAGES_OFF },
	{ "N", NX_PAGES_OFF },
	{ "Y", NX_PAGES_ON },
	{ "n", NX_PAGES_OFF },
	{ "y", NX_PAGES_ON },
	{ "0", NX_PAGES_OFF },
	{ "1", NX_PAGES_ON },
};

int nx_pages_parse(const char *text)
{
	size_t i, len = strlen(text);

	if (len && text[len - 1] == '\n')
		len--;
	for (i = 0; i < ARRAY_SIZE(nx_pages_words); i++)
		if (strlen(nx_pages_words[i].word) == len &&
		    !memcmp(nx_pages_words[i].word, text, len))
			return nx_pages_words[i].mode;
	return -EINVAL;
}

bool nx_pages_wanted(enum nx_pages_mode mode, bool has_bug, bool mitigations_off)
{
	if (mode == NX_PAGES_AUTO)
		return has_bug && !mitigations_off;
	return mode == NX_PAGES_ON;
}

u32 nx_pages_period_ms(u32 ratio, u32 period_ms)
{
	if (!ratio || period_ms)
		return ratio ? period_ms : 0;
	/* Not more often than once a second. */
	return max(HOUR_MS / ratio, 1000U);
}

u64 nx_pages_share(u64 splits, u32 ratio)
{
	return splits / ratio + !!(splits % ratio);
}
