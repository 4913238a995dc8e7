// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/msr_switch.h"

TABLE_SUITE(msr_switch);
