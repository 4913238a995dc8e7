// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic.h"

TABLE_SUITE(lapic);
