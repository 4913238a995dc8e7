// SPDX-License-Identifier: GPL-2.0
/* Where the suites of a module begin: linked first. */
#include "kunit_alone.h"

struct kunit_suite *kunit_alone_first[1] KUNIT_ALONE_SECTION;
