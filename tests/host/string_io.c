// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "../vectors/string_io.h"

TABLE_TEST(string_io)

START_TEST(reverse)
{
	char bytes[] = "abcde", words[] = "aabbccdd", dwords[] = "aaaabbbbcccc";

	string_io_reverse(bytes, 1, 5);
	ck_assert_str_eq(bytes, "edcba");
	string_io_reverse(words, 2, 4);
	ck_assert_str_eq(words, "ddccbbaa");
	string_io_reverse(dwords, 4, 3);
	ck_assert_str_eq(dwords, "ccccbbbbaaaa");
	string_io_reverse(dwords, 4, 1);
	string_io_reverse(dwords, 4, 0);
	ck_assert_str_eq(dwords, "ccccbbbbaaaa");
}
END_TEST

/* In chunks, an instruction visits the same items as it does one by one. */
START_TEST(chunks_add_up)
{
	static const u8 items[] = { 1, 2, 4 }, addrs[] = { 2, 4, 8 };
	struct string_io_chunk chunk;
	struct string_io io;
	unsigned int i, j;
	u64 rcx, index, expect, first;
	bool ended;

	srandom(3);
	for (i = 0; i < 20000; i++) {
		io = (struct string_io) {
			.item_bytes = items[random() % 3], .addr_bytes = addrs[random() % 3],
			.rep = true, .down = random() % 2,
		};
		index = random() % 0x20000;
		rcx = random() % 5000 + 1;
		expect = index;
		do {
			string_io_plan(&io, rcx, index, string_io_offset(&io, index), 1024,
				       &chunk);
			ck_assert_uint_ge(chunk.items, 1);
			ck_assert_uint_le(chunk.bytes, 1024);
			ck_assert(chunk.items == 1 ||
				  chunk.linear >> 12 == (chunk.linear + chunk.bytes - 1) >> 12);
			for (j = 0; j < chunk.items; j++) {
				first = io.down ? chunk.items - 1 - j : j;
				ck_assert_uint_eq(chunk.linear + first * io.item_bytes,
						  string_io_offset(&io, expect));
				expect += io.down ? -io.item_bytes : io.item_bytes;
			}
			ended = string_io_advance(&io, chunk.items, &rcx, &index);
		} while (!ended);
		ck_assert_uint_eq(rcx, 0);
	}
}
END_TEST

Suite *string_io_suite(void)
{
	Suite *suite = suite_create("string_io");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, string_io);
	tcase_add_test(tcase, reverse);
	tcase_add_test(tcase, chunks_add_up);
	suite_add_tcase(suite, tcase);
	return suite;
}
