// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/cpuid_policy.h"

TABLE_SUITE(cpuid_policy);
