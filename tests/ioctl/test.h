/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of the ioctl interface. A test is a function, or a function and a table of rows; each runs
 * in a process of its own and has failed when that process says so, crashes or takes too long.
 */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vmh.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct test - one test, or one per row of a table
 * @name: what it shows.
 * @run: does it; for a table @run_row does.
 * @rows: number of rows, 0 without a table.
 * @row_name: what a row shows.
 * @run_row: does a row.
 * @counted: what the rows are, when it is to be said at the end how many of them are good.
 * @slow: takes long, and needs to be done on one machine only: with --slow.
 * @kvm: holds for KVM too, which is how the test itself is tested.
 * @steps: sets RFLAGS.TF: Bochs takes a step for done when KVM enters a guest again.
 */
struct test {
	const char *name;
	void (*run)(void);
	unsigned int rows;
	const char *(*row_name)(unsigned int row);
	void (*run_row)(unsigned int row);
	const char *counted;
	bool slow;
	bool kvm;
	bool steps;
};

/**
 * struct suite - the tests of one file
 * @name: of the file.
 * @tests: them, the last one without a name.
 */
struct suite {
	const char *name;
	const struct test *tests;
};

extern const struct suite suite_call, suite_config, suite_slots, suite_vcpus, suite_state,
			  suite_run, suite_regs, suite_irq, suite_memory, suite_dirty,
			  suite_remap, suite_userfault, suite_usage, suite_fds, suite_power,
			  suite_host, suite_race, suite_clock, suite_secret, suite_limits,
			  suite_monitor, suite_exact, suite_outside, suite_tables,
			  suite_poll, suite_peek, suite_rights, suite_explain,
			  suite_bad_calls, suite_events,
			  suite_debug, suite_crowd, suite_eventfd, suite_io, suite_tsc,
			  suite_msr, suite_pv, suite_paint, suite_split, suite_huge, suite_age,
			  suite_long, suite_fuzz, suite_traced, suite_halt, suite_steal,
			  suite_pv_eoi, suite_ended, suite_string, suite_string_port, suite_apic,
			  suite_nmi, suite_hlt, suite_lazy, suite_sregs;

/* The device under test, whether it is KVM, and whether the kernel is slow but looks closely. */
extern const char *device_path;
extern bool on_kvm, on_debug_kernel;
/* How many on each kind of fd, and what they are made from. */
extern unsigned int random_calls_nr, random_calls_seed;

/* End the test as failed, or as one that cannot be done here. */
void fail(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void skip(const char *why) __attribute__((noreturn));

#define FAIL(...)	fail(__FILE__, __LINE__, __VA_ARGS__)

#define CHECK(condition) do {							\
	if (!(condition))							\
		FAIL("not so: %s", #condition);					\
} while (0)

#define CHECK_EQ(got, want) do {						\
	unsigned long long got_ = (got), want_ = (want);			\
	if (got_ != want_)							\
		FAIL("%s is %#llx, not %#llx", #got, got_, want_);		\
} while (0)

#endif /* TEST_H */
