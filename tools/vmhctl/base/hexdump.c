// SPDX-License-Identifier: GPL-2.0
/* Memory as hexdump -C shows it, with the addresses that it has. */
#include <ctype.h>
#include <inttypes.h>

#include "hexdump.h"

#define COLUMNS	16

static void line(FILE *out, uint64_t address, const uint8_t *bytes, size_t count)
{
	fprintf(out, "%016" PRIx64 " ", address);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i == COLUMNS / 2)
			putc(' ', out);
		if (i < count)
			fprintf(out, " %02x", bytes[i]);
		else
			fputs("   ", out);
	}
	fputs("  |", out);
	for (size_t i = 0; i < count; i++)
		putc(bytes[i] < 0x80 && isprint(bytes[i]) ? bytes[i] : '.', out);
	fputs("|\n", out);
}

/**
 * hexdump() - print memory, 16 bytes a line
 * @out: where to.
 * @address: of the first byte.
 * @bytes: them.
 * @count: how many.
 */
void hexdump(FILE *out, uint64_t address, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i += COLUMNS)
		line(out, address + i, bytes + i, count - i < COLUMNS ? count - i : COLUMNS);
}
