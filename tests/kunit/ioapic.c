// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/ioapic.h"

TABLE_SUITE(ioapic);
