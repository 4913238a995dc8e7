// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pvclock.h"

TABLE_SUITE(pvclock);
