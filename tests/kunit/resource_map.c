// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/resource_map.h"

TABLE_SUITE(resource_map);
