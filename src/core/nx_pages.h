/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Large pages that guests must not execute from: on processors with the erratum "iTLB multihit" a
 * guest can stop the machine by a fetch from a page whose size it changes. So large pages are not
 * executable, the ones that are fetched from are split, and after a while given back. When, and how
 * many at a time.
 */
#ifndef VMH_NX_PAGES_H
#define VMH_NX_PAGES_H

#include <linux/types.h>

/**
 * enum nx_pages_mode - what the administrator wants
 * @NX_PAGES_OFF: large pages are executable.
 * @NX_PAGES_ON: they are not.
 * @NX_PAGES_AUTO: they are not where the processor has the erratum, unless the host lives with it.
 */
enum nx_pages_mode {
	NX_PAGES_OFF,
	NX_PAGES_ON,
	NX_PAGES_AUTO,
};

/**
 * nx_pages_parse() - understand what the administrator wrote
 * @text: "off", "on" or "auto", maybe with a newline; also the words that KVM takes.
 *
 * Return: enum nx_pages_mode; -EINVAL.
 */
int nx_pages_parse(const char *text);

/**
 * nx_pages_wanted() - are large pages not executable?
 * @mode: what the administrator wants.
 * @has_bug: the processor has the erratum.
 * @mitigations_off: the host was booted with mitigations=off.
 */
bool nx_pages_wanted(enum nx_pages_mode mode, bool has_bug, bool mitigations_off);

/**
 * nx_pages_period_ms() - how often split pages are given back
 * @ratio: one of so many at a time; 0 for none ever.
 * @period_ms: as the administrator wants it; 0 for all of them within an hour.
 *
 * Return: milliseconds; 0 for never.
 */
u32 nx_pages_period_ms(u32 ratio, u32 period_ms);

/**
 * nx_pages_share() - how many split pages are given back at a time
 * @splits: how many there are.
 * @ratio: one of so many, not 0.
 */
u64 nx_pages_share(u64 splits, u32 ratio);

#endif /* VMH_NX_PAGES_H */
