/* json.h - writes one JSON value after another into a text: keys in the order of the calls.
 *
 * Integers, strings, true and false only, besides objects and arrays. It cannot write a broken
 * object as long as every begin has its end.
 */
#ifndef TOOLS_ACTFLOW_JSON_H
#define TOOLS_ACTFLOW_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "sim/diag.h"

/* Zero it but for out. */
struct json {
	struct buffer *out; /* borrowed */
	bool comma;         /* something stands before in the same object or array */
};

/* key: NULL inside arrays and at the top. */
void json_begin(struct json *j, const char *key, char bracket); /* '{' or '[' */
void json_end(struct json *j, char bracket);                    /* '}' or ']' */
/* Control characters and bytes that are not UTF-8 are shown as by text_safe. NULL is written as "".
 */
void json_string(struct json *j, const char *key, const char *text);
void json_integer(struct json *j, const char *key, int64_t number);
void json_unsigned(struct json *j, const char *key, uint64_t number);
void json_boolean(struct json *j, const char *key, bool value);
/* "errors", a list with file, line, column and text of each, and "beyond", how many did not fit. */
void json_diags(struct json *j, const struct diags *d);

#endif
