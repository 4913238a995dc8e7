// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/task_switch.h"

TABLE_SUITE(task_switch);
