/* SPDX-License-Identifier: GPL-2.0 */
/* KUnit; or what the suites here use of it, for kernels without, as Debian's. */
#ifndef VMH_KUNIT_KUNIT_H
#define VMH_KUNIT_KUNIT_H

#include <linux/kconfig.h>

#if IS_ENABLED(CONFIG_KUNIT)
#include <kunit/test.h>
#else
#include "alone/kunit_alone.h"
#endif

#endif /* VMH_KUNIT_KUNIT_H */
