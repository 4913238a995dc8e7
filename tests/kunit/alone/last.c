// SPDX-License-Identifier: GPL-2.0
/* Where the suites of a module end: linked last. */
#include "kunit_alone.h"

struct kunit_suite *kunit_alone_last[1] KUNIT_ALONE_SECTION;
