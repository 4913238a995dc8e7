/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long a halted vCPU is watched before its thread sleeps. What comes soon need not wake a
 * thread then; what does not come has cost a processor's time. So the time follows the guest: it
 * grows while halts are short, and shrinks when they are long. Linux,
 * Documentation/virt/kvm/halt-polling.rst.
 */
#ifndef VMH_HALT_POLL_H
#define VMH_HALT_POLL_H

#include <linux/types.h>

/**
 * struct halt_poll_rules - how the time follows the guest
 * @max_ns: the most; 0: never poll.
 * @grow: what it is multiplied by; 0: it does not grow.
 * @grow_start_ns: the least above 0.
 * @shrink: what it is divided by; 0: it goes back to 0.
 */
struct halt_poll_rules {
	u32 max_ns;
	u32 grow;
	u32 grow_start_ns;
	u32 shrink;
};

/**
 * halt_poll_next() - how long to watch the next halt
 * @now_ns: what it is now.
 * @rules: how it follows.
 * @halted_ns: how long the last halt was, watched or asleep.
 * @useful: it ended for something that the guest waited for.
 *
 * Context: any; pure.
 * Return: ns, at most @rules->max_ns.
 */
u32 halt_poll_next(u32 now_ns, const struct halt_poll_rules *rules, u64 halted_ns, bool useful);

#endif /* VMH_HALT_POLL_H */
