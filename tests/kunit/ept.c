// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/ept.h"

TABLE_SUITE(ept);
