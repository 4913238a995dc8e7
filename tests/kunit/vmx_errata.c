// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vmx_errata.h"

TABLE_SUITE(vmx_errata);
