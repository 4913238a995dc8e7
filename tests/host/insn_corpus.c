// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "table.h"
#include "../vectors/insn_corpus.h"

TABLE_TEST(insn_corpus)

/* How much that is. */
START_TEST(count)
{
	unsigned int rows = ARRAY_SIZE(insn_corpus_cases), i, decoded = 0;

	for (i = 0; i < rows; i++)
		insn_corpus_digest(&insn_corpus_cases[i], &decoded);
	printf("decoder vectors: %u of %u opcodes, %u decoded, the others refused\n",
	       rows * INSN_CORPUS_MODES * INSN_CORPUS_EACH, rows, decoded);
	ck_assert_uint_ge(decoded, 5000);
}
END_TEST

Suite *insn_corpus_suite(void)
{
	Suite *suite = suite_create("insn_corpus");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, insn_corpus);
	tcase_add_test(tcase, count);
	suite_add_tcase(suite, tcase);
	return suite;
}
