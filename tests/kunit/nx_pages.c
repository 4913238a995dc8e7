// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/nx_pages.h"

TABLE_SUITE(nx_pages);
