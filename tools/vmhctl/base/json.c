// SPDX-License-Identifier: GPL-2.0
/* JSON, written as it comes: no tree, no memory. */
#include <inttypes.h>
#include <string.h>

#include "json.h"

static void put_string(FILE *out, const char *text, size_t length)
{
	putc('"', out);
	for (; length && *text; text++, length--) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

/* The comma and the key before a value. */
static void begin(struct json *json, const char *key)
{
	if (json->follows)
		fputs(", ", json->out);
	json->follows = true;
	if (key) {
		put_string(json->out, key, strlen(key));
		fputs(": ", json->out);
	}
}

static void open_level(struct json *json, const char *key, char bracket)
{
	begin(json, key);
	putc(bracket, json->out);
	json->follows = false;
}

static void close_level(struct json *json, char bracket)
{
	putc(bracket, json->out);
	json->follows = true;
}

/* Begin an object; its values follow, then json_object_end(). */
void json_object(struct json *json, const char *key)
{
	open_level(json, key, '{');
}

/* End the object that was begun last. */
void json_object_end(struct json *json)
{
	close_level(json, '}');
}

/* Begin an array; its values follow, then json_array_end(). */
void json_array(struct json *json, const char *key)
{
	open_level(json, key, '[');
}

/* End the array that was begun last. */
void json_array_end(struct json *json)
{
	close_level(json, ']');
}

/* A string that ends with a NUL or after @length bytes, as the ABI's arrays do. */
void json_string(struct json *json, const char *key, const char *value, size_t length)
{
	begin(json, key);
	put_string(json->out, value, length);
}

/* A string. */
void json_text(struct json *json, const char *key, const char *value)
{
	json_string(json, key, value, strlen(value));
}

/* A number, with all its digits. */
void json_number(struct json *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

/* A finite number with a fraction. */
void json_real(struct json *json, const char *key, double value)
{
	begin(json, key);
	fprintf(json->out, "%.3f", value);
}

/* A truth value. */
void json_bool(struct json *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

/* Nothing: not known, or none. */
void json_null(struct json *json, const char *key)
{
	begin(json, key);
	fputs("null", json->out);
}

/* End the text with a newline; the next value begins another one. */
void json_end(struct json *json)
{
	putc('\n', json->out);
	json->follows = false;
}
