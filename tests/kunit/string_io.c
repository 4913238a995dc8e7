// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/string_io.h"

TABLE_SUITE(string_io);
