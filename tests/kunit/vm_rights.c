// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vm_rights.h"

TABLE_SUITE(vm_rights);
