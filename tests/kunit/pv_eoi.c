// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pv_eoi.h"

TABLE_SUITE(pv_eoi);
