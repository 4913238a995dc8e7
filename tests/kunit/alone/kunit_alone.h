/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KUnit's names for kernels that are built without it. Suites run when their module is loaded, and
 * what KUnit would keep of them in debugfs is there, in the same form.
 *
 * An assertion that fails returns from the function that it stands in, which returns nothing.
 */
#ifndef VMH_KUNIT_ALONE_H
#define VMH_KUNIT_ALONE_H

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#define KUNIT_PARAM_DESC_SIZE	128
#define KUNIT_KEPT_MAX		8

/**
 * struct kunit - a test with one parameter, while it runs
 * @param_value: the parameter.
 * @case_name: the test's name.
 * @failed: something was not as expected.
 * @kept: what is freed when it has run.
 * @nr_kept: how much of that there is.
 */
struct kunit {
	const void *param_value;
	const char *case_name;
	bool failed;
	void *kept[KUNIT_KEPT_MAX];
	unsigned int nr_kept;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *previous, char *text);
};

struct kunit_suite {
	const char *name;
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	struct kunit_case *test_cases;
};

/* Between the marks of first.c and last.c, as they are linked before and after the suites. */
#define KUNIT_ALONE_SECTION	__used __section(".kunit_alone")

#define kunit_test_suites(...)							\
	static struct kunit_suite *__UNIQUE_ID(suites)[] KUNIT_ALONE_SECTION = {	\
		__VA_ARGS__							\
	}
#define kunit_test_suite(suite)	kunit_test_suites(&(suite))

#define KUNIT_CASE_PARAM(test, params)						\
	{ .run_case = (test), .name = #test, .generate_params = (params) }

#define KUNIT_ARRAY_PARAM(name, array, describe)				\
	static const void *name##_gen_params(const void *previous, char *text)	\
	{									\
		typeof(&(array)[0]) next = previous ?				\
			(typeof(&(array)[0]))previous + 1 : (array);		\
										\
		if (next == (array) + ARRAY_SIZE(array))			\
			return NULL;						\
		describe(next, text);						\
		return next;							\
	}

__printf(1, 2) void kunit_alone_say(const char *format, ...);
void *kunit_kzalloc(struct kunit *test, size_t bytes, gfp_t gfp);

#define kunit_info(test, format, ...)						\
	kunit_alone_say("        # %s: " format, (test)->case_name, ##__VA_ARGS__)

#define KUNIT_FAIL(test, format, ...)						\
	do {									\
		(test)->failed = true;						\
		kunit_alone_say("        # %s: " format "\n", (test)->case_name, ##__VA_ARGS__); \
	} while (0)

#define KUNIT_EXPECT_TRUE(test, condition)					\
	do {									\
		if (!(condition))						\
			KUNIT_FAIL(test, "line %d: not so: %s", __LINE__, #condition);	\
	} while (0)
#define KUNIT_EXPECT_FALSE(test, condition)	KUNIT_EXPECT_TRUE(test, !(condition))
#define KUNIT_EXPECT_EQ(test, a, b)		KUNIT_EXPECT_TRUE(test, (a) == (b))
#define KUNIT_EXPECT_LE(test, a, b)		KUNIT_EXPECT_TRUE(test, (a) <= (b))

#define KUNIT_EXPECT_EQ_MSG(test, a, b, format, ...)				\
	do {									\
		if ((a) != (b))							\
			KUNIT_FAIL(test, format, ##__VA_ARGS__);		\
	} while (0)
#define KUNIT_EXPECT_NE_MSG(test, a, b, format, ...)				\
	do {									\
		if ((a) == (b))							\
			KUNIT_FAIL(test, format, ##__VA_ARGS__);		\
	} while (0)

#define KUNIT_ASSERT_TRUE(test, condition)					\
	do {									\
		if (!(condition)) {						\
			KUNIT_FAIL(test, "line %d: not so: %s", __LINE__, #condition);	\
			return;							\
		}								\
	} while (0)
#define KUNIT_ASSERT_FALSE(test, condition)	KUNIT_ASSERT_TRUE(test, !(condition))
#define KUNIT_ASSERT_NOT_NULL(test, pointer)	KUNIT_ASSERT_TRUE(test, pointer)
#define KUNIT_ASSERT_EQ(test, a, b)		KUNIT_ASSERT_TRUE(test, (a) == (b))
#define KUNIT_ASSERT_NE(test, a, b)		KUNIT_ASSERT_TRUE(test, (a) != (b))

extern struct kunit_suite *kunit_alone_first[];
extern struct kunit_suite *kunit_alone_last[];

#endif /* VMH_KUNIT_ALONE_H */
