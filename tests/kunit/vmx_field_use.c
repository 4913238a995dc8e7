// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vmx_field_use.h"

TABLE_SUITE(vmx_field_use);
