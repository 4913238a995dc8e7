/* SPDX-License-Identifier: GPL-2.0 */
/* What a mutation writes for a condition that is negated; comes before each file. */
#define if_not(...)	if (!(__VA_ARGS__))
#define while_not(...)	while (!(__VA_ARGS__))
