// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/mem_slots.h"

TABLE_SUITE(mem_slots);
