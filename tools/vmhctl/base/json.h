/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_JSON_H
#define VMHCTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - a JSON text that is being written
 * @out: where to.
 * @follows: something stands before on this level, so that a comma comes first.
 *
 * Begins and ends with zeros but for @out. Within an object each value has a key; within an
 * array, and for the outermost value, it is NULL.
 */
struct json {
	FILE *out;
	bool follows;
};

void json_object(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array(struct json *json, const char *key);
void json_array_end(struct json *json);
void json_string(struct json *json, const char *key, const char *value, size_t length);
void json_text(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_real(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
void json_end(struct json *json);

#endif /* VMHCTL_JSON_H */
