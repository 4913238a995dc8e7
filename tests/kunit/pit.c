// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pit.h"

TABLE_SUITE(pit);
