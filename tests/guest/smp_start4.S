/* SPDX-License-Identifier: GPL-2.0 */
/* The same with four processors. */
#define CPUS 4
#include "smp_start.S"
