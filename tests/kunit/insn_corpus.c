// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/insn_corpus.h"

TABLE_SUITE(insn_corpus);
