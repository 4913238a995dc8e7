// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/insn.h"

TABLE_SUITE(insn);
