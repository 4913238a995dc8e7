// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vmx_entry_check.h"

TABLE_SUITE(vmx_entry_check);
