// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/tlb_model.h"

TABLE_SUITE(tlb_model);
