// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/guest_desc.h"

TABLE_SUITE(guest_desc);
