// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_timer.h"

TABLE_SUITE(lapic_timer);
