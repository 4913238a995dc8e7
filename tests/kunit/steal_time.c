// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/steal_time.h"

TABLE_SUITE(steal_time);
