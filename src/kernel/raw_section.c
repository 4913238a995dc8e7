// SPDX-License-Identifier: GPL-2.0
/* What lockdep knows of stretches without locks that sleep: as if a raw spinlock were held. */
#include "raw_section.h"

static struct lock_class_key vmh_raw_section_key;

struct lockdep_map vmh_raw_section = {
	.name = "vmh_raw_section",
	.key = &vmh_raw_section_key,
	.wait_type_outer = LD_WAIT_SPIN,
	.wait_type_inner = LD_WAIT_SPIN,
};
