// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/irq_msg.h"

TABLE_SUITE(irq_msg);
