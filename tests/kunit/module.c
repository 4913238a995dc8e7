// SPDX-License-Identifier: GPL-2.0
/* vmh_kunit.ko: the case tables of tests/vectors/ as KUnit suites, run when it is loaded. */
#include <linux/module.h>

MODULE_DESCRIPTION("Tests of the pure layers of vmh");
MODULE_LICENSE("GPL");
