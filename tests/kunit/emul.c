// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/emul.h"

TABLE_SUITE(emul);
