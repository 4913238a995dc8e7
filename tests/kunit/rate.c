// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/rate.h"

TABLE_SUITE(rate);
