// SPDX-License-Identifier: GPL-2.0
/* Numbers and sizes on the command line. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "size.h"

/* A number at the start of @text; what follows it is at @end. */
static bool parse_prefix(const char *text, uint64_t *value, const char **end)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *stop;

	/* strtoull() alone would take blanks, signs and "0x" without digits. */
	if (!isdigit((unsigned char)text[0]) || (hex && !isxdigit((unsigned char)text[2])))
		return false;
	errno = 0;
	*value = strtoull(text, &stop, hex ? 16 : 10);
	*end = stop;
	return errno == 0;
}

/**
 * parse_number() - read a number
 * @text: decimal, or hexadecimal after "0x"; nothing before or after it.
 * @value: the number.
 *
 * Return: whether @text is one that fits.
 */
bool parse_number(const char *text, uint64_t *value)
{
	const char *end;

	return parse_prefix(text, value, &end) && !*end;
}

/**
 * parse_size() - read a size in bytes
 * @text: a number as above, then nothing or K, M, G or T, which are powers of 1024.
 * @bytes: the size.
 *
 * Return: whether @text is one that fits.
 */
bool parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	unsigned int shift = 0;
	const char *end;

	if (!parse_prefix(text, bytes, &end))
		return false;
	if (*end) {
		const char *unit = strchr(units, toupper((unsigned char)*end));

		if (!unit || end[1])
			return false;
		shift = 10 * (unit - units + 1);
	}
	if (*bytes > UINT64_MAX >> shift)
		return false;
	*bytes <<= shift;
	return true;
}
