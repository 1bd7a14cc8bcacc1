/* reader.h - reads the vector files of this folder, for tests.
 *
 * A file is records with an empty line between them, a record is lines of "name = value", a value
 * may go on in indented lines. A missing file, record or name aborts: a test that finds no vectors
 * must not pass.
 */
#ifndef TESTS_VECTORS_READER_H
#define TESTS_VECTORS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"

enum {
	HEX_MAX = 512,           /* bytes of the longest value */
	VECTOR_FIELDS_MAX = 10,  /* names in a record */
	VECTOR_RECORDS_MAX = 64, /* records in a file */
};

struct vectors {
	char *text; /* the file; the pointers below point into it */
	size_t count;
	struct {
		size_t count;
		const char *names[VECTOR_FIELDS_MAX];
		const char *values[VECTOR_FIELDS_MAX];
	} records[VECTOR_RECORDS_MAX];
};

/* Read a file of this folder; vectors_free() releases it. */
struct vectors *vectors_load(const char *file);
void vectors_free(struct vectors *v);

/* Whether a record has this name; and its value, as text. */
bool vector_has(const struct vectors *v, size_t record, const char *name);
const char *vector_text(const struct vectors *v, size_t record, const char *name);

/* A value given as hexadecimal digits. */
struct hex {
	uint8_t data[HEX_MAX];
	size_t size;
};
struct hex vector_hex(const struct vectors *v, size_t record, const char *name);
struct bytes bytes_of_hex(const struct hex *h);

#endif
