// SPDX-License-Identifier: GPL-2.0
/*
 * json: reads JSON texts and prints each value on a line of its own, "PATH VALUE", as in
 * "entries.0.error.code 203". Ends with 1, and says where, if one is not valid (RFC 8259).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX	32

static char text[1 << 20];
static const char *at = text;
static char path[1024];

static void fail(const char *wanted)
{
	fprintf(stderr, "json: %s expected at byte %zu: %.20s\n", wanted, (size_t)(at - text), at);
	exit(1);
}

static void blanks(void)
{
	at += strspn(at, " \t\r\n");
}

static void take(char c)
{
	char wanted[] = { c, 0 };

	if (*at != c)
		fail(wanted);
	at++;
}

/* Leaves escapes as they are: what is looked for has none. */
static void string(char *out, size_t room)
{
	size_t used = 0;

	take('"');
	while (*at != '"') {
		if ((unsigned char)*at < 0x20)
			fail("a printable character");
		if (*at == '\\') {
			if (!strchr("\"\\/bfnrtu", at[1]) || !at[1])
				fail("an escape");
			if (at[1] == 'u' && strspn(at + 2, "0123456789abcdefABCDEF") < 4)
				fail("four digits");
			if (used < room - 1)
				out[used++] = *at;
			at++;
		}
		if (used < room - 1)
			out[used++] = *at;
		at++;
	}
	out[used] = '\0';
	at++;
}

static void digits(void)
{
	if (!isdigit((unsigned char)*at))
		fail("a digit");
	while (isdigit((unsigned char)*at))
		at++;
}

static void number(void)
{
	const char *start = at;

	if (*at == '-')
		at++;
	if (*at == '0')
		at++;
	else
		digits();
	if (*at == '.') {
		at++;
		digits();
	}
	if (*at == 'e' || *at == 'E') {
		at++;
		if (*at == '+' || *at == '-')
			at++;
		digits();
	}
	printf("%s %.*s\n", path, (int)(at - start), start);
}

static void value(int depth);

/* A member or an element: @key is its part of the path. */
static void child(const char *key, int depth)
{
	size_t length = strlen(path);

	snprintf(path + length, sizeof(path) - length, "%s%s", length ? "." : "", key);
	value(depth + 1);
	path[length] = '\0';
}

static void list(char end, int depth)
{
	char key[256];
	unsigned int nr = 0;

	at++;
	for (blanks(); *at != end; nr++) {
		if (nr) {
			take(',');
			blanks();
		}
		snprintf(key, sizeof(key), "%u", nr);
		if (end == '}') {
			string(key, sizeof(key));
			blanks();
			take(':');
		}
		child(key, depth);
	}
	at++;
}

static void value(int depth)
{
	static const char *const words[] = { "true", "false", "null" };
	char buffer[4096];

	if (depth > DEPTH_MAX)
		fail("less depth");
	blanks();
	if (*at == '{') {
		list('}', depth);
	} else if (*at == '[') {
		list(']', depth);
	} else if (*at == '"') {
		string(buffer, sizeof(buffer));
		printf("%s %s\n", path, buffer);
	} else if (isalpha((unsigned char)*at)) {
		size_t i = 0;

		while (i < 3 && strncmp(at, words[i], strlen(words[i])))
			i++;
		if (i == 3)
			fail("a value");
		printf("%s %s\n", path, words[i]);
		at += strlen(words[i]);
	} else {
		number();
	}
	blanks();
}

int main(void)
{
	size_t length = fread(text, 1, sizeof(text) - 1, stdin);

	text[length] = '\0';
	do
		value(0);
	while (*at);
	if (at != text + length)
		fail("no NUL");
	return 0;
}
