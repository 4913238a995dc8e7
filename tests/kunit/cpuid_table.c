// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/cpuid_table.h"

TABLE_SUITE(cpuid_table);
