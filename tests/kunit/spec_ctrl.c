// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/spec_ctrl.h"

TABLE_SUITE(spec_ctrl);
