// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/halt_poll.h"

TABLE_SUITE(halt_poll);
