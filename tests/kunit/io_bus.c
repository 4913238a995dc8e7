// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/io_bus.h"

TABLE_SUITE(io_bus);
