// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/msr_filter.h"

TABLE_SUITE(msr_filter);
