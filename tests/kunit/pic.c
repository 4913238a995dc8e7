// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pic.h"

TABLE_SUITE(pic);
