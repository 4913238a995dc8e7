// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_state.h"

TABLE_SUITE(lapic_state);
