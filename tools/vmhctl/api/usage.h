/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_USAGE_H
#define VMHCTL_USAGE_H

#include "json.h"
#include "resource.h"

/* The turns of a VM's time, in the order of struct vmh_stats. */
enum { TURN_GUEST, TURN_KERNEL, TURN_USER, TURN_IDLE, TURN_THROTTLED, TURNS };

extern const char *const turn_names[TURNS];

void usage_print(const struct vmh_usage *usage);
void usage_json(struct json *json, const struct vmh_usage *usage);
void usage_turns(const struct vmh_stats *stats, uint64_t ns[TURNS]);
size_t usage_top_exits(const __u64 *exits, size_t nr, unsigned int *reasons, size_t room);
const char *usage_exit_name(char text[AMOUNT_LEN], unsigned int reason);

#endif /* VMHCTL_USAGE_H */
