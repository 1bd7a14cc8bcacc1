/* vectors_fields.h - one JSON object of a vectors file, its fields read by name and type.
 *
 * What is missing or of a wrong type becomes an error with the way to it, "testGroups[2].type", for
 * jansson keeps no lines. This header and json.h name functions alike that jansson names too, so
 * files that include jansson.h do not include json.h.
 */
#ifndef TOOLS_ACTFLOW_VECTORS_FIELDS_H
#define TOOLS_ACTFLOW_VECTORS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "sim/diag.h"

struct json_t;

struct fields {
	const struct json_t *object; /* borrowed */
	const char *file;            /* borrowed */
	struct diags *errors;        /* borrowed */
	char at[160];                /* where the object stands, with its dot; "" at the top */
	bool bad;                    /* an error was added through this */
};

/* Add an error about a field. expected: what it should be; NULL actual: what it is, by its type. */
void fields_refuse(struct fields *f, const char *name, const char *expected, const char *actual);

bool fields_have(const struct fields *f, const char *name);
/* A string; borrowed. "" after an error. */
const char *fields_text(struct fields *f, const char *name);
/* A string of hex digits, appended as bytes. False after an error. */
bool fields_hex(struct fields *f, const char *name, struct buffer *out);
/* A whole number from 0 to max. 0 after an error. */
uint64_t fields_number(struct fields *f, const char *name, uint64_t max);
/* An array; borrowed. NULL after an error. */
const struct json_t *fields_list(struct fields *f, const char *name);
/* The object of that name, or an empty one after an error, which is then f's too. */
struct fields fields_inner(struct fields *f, const char *name);
/* The object at `index` of f's array `name`; bad when it is none. */
struct fields fields_item(struct fields *f, const char *name, size_t index);

#endif
