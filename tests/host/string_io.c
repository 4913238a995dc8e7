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

static struct string_io random_io(void)
{
	static const u8 items[] = { 1, 2, 4 }, addrs[] = { 2, 4, 8 };

	return (struct string_io) {
		.item_bytes = items[random() % 3], .addr_bytes = addrs[random() % 3],
		.rep = true, .down = random() % 2,
	};
}

static bool chunk_fits(const struct string_io_chunk *chunk)
{
	return chunk->items && chunk->bytes <= 1024 &&
	       (chunk->items == 1 ||
		chunk->linear >> 12 == (chunk->linear + chunk->bytes - 1) >> 12);
}

/* Does the chunk hold the items that come next, of which *next is the first? */
static bool chunk_is_next(const struct string_io *io, const struct string_io_chunk *chunk,
			  u64 *next)
{
	u64 i, at;

	for (i = 0; i < chunk->items; i++) {
		at = io->down ? chunk->items - 1 - i : i;
		if (chunk->linear + at * io->item_bytes != string_io_offset(io, *next))
			return false;
		*next += io->down ? -io->item_bytes : io->item_bytes;
	}
	return true;
}

/* In chunks, an instruction visits the same items as it does one by one. */
START_TEST(chunks_add_up)
{
	struct string_io_chunk chunk;
	u64 rcx, index, next;
	struct string_io io;
	unsigned int i;

	srandom(3);
	for (i = 0; i < 5000; i++) {
		io = random_io();
		index = random() % 0x20000;
		rcx = random() % 5000 + 1;
		next = index;
		do {
			string_io_plan(&io, rcx, index, string_io_offset(&io, index), 1024,
				       &chunk);
			if (!chunk_fits(&chunk) || !chunk_is_next(&io, &chunk, &next))
				ck_abort_msg("%u items at %llx", chunk.items,
					     (unsigned long long)chunk.linear);
		} while (!string_io_advance(&io, chunk.items, &rcx, &index));
		if (rcx)
			ck_abort_msg("RCX ends as %llx", (unsigned long long)rcx);
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
