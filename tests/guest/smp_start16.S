/* SPDX-License-Identifier: GPL-2.0 */
/* The same with sixteen processors. */
#define CPUS 16
#include "smp_start.S"
