/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forms of instructions with a memory operand that are not executed on device memory, and why not.
 * A kind is an extension as Zydis calls it, or names. Documentation/kvm-abi.md has the same table.
 */
#ifndef VMH_VECTORS_INSN_LEFT_OUT_H
#define VMH_VECTORS_INSN_LEFT_OUT_H

#include <linux/string.h>
#include <linux/types.h>

struct insn_left_out {
	const char *what;
	const char *why;
	const char *extension;
	const char *names;		/* with a blank before and behind each */
	bool far;			/* far ones alone */
};

#define LEFT_OUT_ISA(x, w, y)	{ .what = (w), .why = (y), .extension = (x) }
#define LEFT_OUT(n, w, y)	{ .what = (w), .why = (y), .names = (n) }
#define LEFT_OUT_FAR(n, w, y)	{ .what = (w), .why = (y), .names = (n), .far = true }

static const struct insn_left_out insn_left_out[] = {
#include "insn_left_out_rows.h"
};

/* Is @name among @names? */
static inline bool insn_left_out_names(const char *names, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = strstr(names, name); at; at = strstr(at + 1, name))
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

#endif
