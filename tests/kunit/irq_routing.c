// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/irq_routing.h"

TABLE_SUITE(irq_routing);
