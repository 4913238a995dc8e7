/* SPDX-License-Identifier: GPL-2.0 */
/* Whether large pages are executable, and how often split ones are given back. */
#ifndef VMH_VECTORS_NX_PAGES_H
#define VMH_VECTORS_NX_PAGES_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <nx_pages.h>

enum nx_pages_what {
	NX_PARSE,	/* text; want: mode or errno */
	NX_WANTED,	/* text, bug, off; want */
	NX_PERIOD,	/* ratio, number = period_ms; want: ms */
	NX_SHARE,	/* ratio, number = splits; want */
};

struct nx_pages_case {
	const char *name;
	enum nx_pages_what what;
	const char *text;
	bool bug;
	bool off;
	u32 ratio;
	u64 number;
	s64 want;
};

#define PARSE(text, want)		"parse " #text, NX_PARSE, text, 0, 0, 0, 0, want
#define WANTED(text, bug, off, want)	NX_WANTED, text, bug, off, 0, 0, want
#define PERIOD(ratio, period, want)	NX_PERIOD, "", 0, 0, ratio, period, want
#define SHARE(splits, ratio, want)	NX_SHARE, "", 0, 0, ratio, splits, want

static const struct nx_pages_case nx_pages_cases[] = {
	{ PARSE("off", NX_PAGES_OFF) },
	{ PARSE("on", NX_PAGES_ON) },
	{ PARSE("auto", NX_PAGES_AUTO) },
	{ PARSE("auto\n", NX_PAGES_AUTO) },
	{ PARSE("force", NX_PAGES_ON) },
	{ PARSE("never", NX_PAGES_OFF) },
	{ PARSE("Y", NX_PAGES_ON) },
	{ PARSE("0\n", NX_PAGES_OFF) },
	{ PARSE("", -EINVAL) },
	{ PARSE("\n", -EINVAL) },
	{ PARSE("o", -EINVAL) },
	{ PARSE("one", -EINVAL) },
	{ PARSE("on\n\n", -EINVAL) },

	{ "on, without the erratum", WANTED("on", false, false, true) },
	{ "on, although mitigations are off", WANTED("on", true, true, true) },
	{ "off, with the erratum", WANTED("off", true, false, false) },
	{ "auto, with the erratum", WANTED("auto", true, false, true) },
	{ "auto, without it", WANTED("auto", false, false, false) },
	{ "auto, mitigations off", WANTED("auto", true, true, false) },

	{ "one of 60 a minute", PERIOD(60, 0, 60000) },
	{ "all once an hour", PERIOD(1, 0, 3600000) },
	{ "not more often than once a second", PERIOD(1000000, 0, 1000) },
	{ "a period that is given", PERIOD(60, 50, 50) },
	{ "never", PERIOD(0, 0, 0) },
	{ "never, whatever the period", PERIOD(0, 50, 0) },

	{ "none of none", SHARE(0, 60, 0) },
	{ "one of a few", SHARE(3, 60, 1) },
	{ "rounded up", SHARE(61, 60, 2) },
	{ "even", SHARE(120, 60, 2) },
	{ "all", SHARE(7, 1, 7) },
	{ "very many", SHARE(~0ULL, 2, 0x8000000000000000ULL) },
};

#undef PARSE
#undef WANTED
#undef PERIOD
#undef SHARE

static inline bool nx_pages_case_ok(const struct nx_pages_case *c, char *why, size_t why_len)
{
	s64 got = 0;

	switch (c->what) {
	case NX_PARSE:
		got = nx_pages_parse(c->text);
		break;
	case NX_WANTED:
		got = nx_pages_wanted(nx_pages_parse(c->text), c->bug, c->off);
		break;
	case NX_PERIOD:
		got = nx_pages_period_ms(c->ratio, c->number);
		break;
	case NX_SHARE:
		got = nx_pages_share(c->number, c->ratio);
		break;
	}
	snprintf(why, why_len, "%lld, want %lld", got, c->want);
	return got == c->want;
}

#endif /* VMH_VECTORS_NX_PAGES_H */
