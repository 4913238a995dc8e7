/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stretches of code in which a kernel with PREEMPT_RT must not sleep: a turn, and what runs with
 * preemption off. A spinlock_t, and with it an eventfd's, is a lock that sleeps there: such a
 * stretch takes raw spinlocks only. So that this shows on any debug kernel, lockdep is told of the
 * stretch, where it looks at that (CONFIG_PROVE_RAW_LOCK_NESTING). Other kernels get a module
 * without a trace of this.
 */
#ifndef VMH_RAW_SECTION_H
#define VMH_RAW_SECTION_H

#include <linux/lockdep.h>

/* What needs a spinlock_t has to wait until the stretch is over. */
#define VMH_SPINLOCKS_WAIT	(IS_ENABLED(CONFIG_PREEMPT_RT) || \
				 IS_ENABLED(CONFIG_PROVE_RAW_LOCK_NESTING))

#ifdef CONFIG_PROVE_RAW_LOCK_NESTING
extern struct lockdep_map vmh_raw_section;

/**
 * vmh_raw_section_begin() - no lock that sleeps from here on
 *
 * Context: interrupts or preemption off. Sections nest.
 */
static inline void vmh_raw_section_begin(void)
{
	lock_map_acquire_read(&vmh_raw_section);
}

/**
 * vmh_raw_section_end() - undo vmh_raw_section_begin()
 */
static inline void vmh_raw_section_end(void)
{
	lock_map_release(&vmh_raw_section);
}
#else
static inline void vmh_raw_section_begin(void)
{
}

static inline void vmh_raw_section_end(void)
{
}
#endif

#endif /* VMH_RAW_SECTION_H */
