/* SPDX-License-Identifier: GPL-2.0 */
/* KUnit; or what the suites here use of it, for kernels without, as Debian's. */
#ifndef VMH_KUNIT_KUNIT_H
#define VMH_KUNIT_KUNIT_H

#include <linux/kconfig.h>
#include <linux/version.h>

#if IS_ENABLED(CONFIG_KUNIT)
#include <kunit/test.h>
#else
#include "alone/kunit_alone.h"
#endif

/* From 6.18 on KUnit tells a test's list of parameters which test it is for. */
#if IS_ENABLED(CONFIG_KUNIT) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define KUNIT_PARAMS(name)	name(struct kunit *test, const void *previous, char *text)
#else
#define KUNIT_PARAMS(name)	name(const void *previous, char *text)
#endif

#endif /* VMH_KUNIT_KUNIT_H */
