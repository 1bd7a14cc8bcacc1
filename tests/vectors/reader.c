/* reader.c - one pass over the text, in place. */
#include "tests/vectors/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

static void give_up(const char *what, const char *which)
{
	fprintf(stderr, "tests/vectors: %s: %s\n", what, which);
	abort();
}

static char *read_file(const char *file)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/%s", VECTORS_FOLDER, file);
	FILE *f = fopen(path, "rb");
	if (!f || fseek(f, 0, SEEK_END) != 0)
		give_up("cannot read", file);
	long size = ftell(f);
	char *text = size > 0 ? calloc(1, (size_t)size + 1) : NULL;
	rewind(f);
	if (!text || fread(text, 1, (size_t)size, f) != (size_t)size)
		give_up("cannot read", file);
	fclose(f);
	return text;
}

/* Put an indented line behind the value that it goes on; both lie in the same text. */
static void join(char *value, const char *more)
{
	memmove(value + strlen(value), more + 1, strlen(more));
}

static void take_line(struct vectors *v, char *line, bool *inside)
{
	if (*line == '#')
		return;
	if (*line == '\0') {
		*inside = false;
		return;
	}
	if (!*inside && v->count++ == VECTOR_RECORDS_MAX)
		give_up("too many records", line);
	*inside = true;
	size_t *count = &v->records[v->count - 1].count;
	if (*line == '\t' && *count > 0) {
		join((char *)v->records[v->count - 1].values[*count - 1], line);
		return;
	}
	char *equals = strstr(line, " =");
	if (!equals || *count == VECTOR_FIELDS_MAX)
		give_up("not a field, or one too many", line);
	*equals = '\0';
	v->records[v->count - 1].names[*count] = line;
	v->records[v->count - 1].values[(*count)++] = equals + (equals[2] == ' ' ? 3 : 2);
}

struct vectors *vectors_load(const char *file)
{
	struct vectors *v = calloc(1, sizeof *v);
	if (!v)
		abort();
	v->text = read_file(file);
	bool inside = false;
	for (char *line = v->text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		take_line(v, line, &inside);
	}
	if (v->count == 0)
		give_up("no records", file);
	return v;
}

void vectors_free(struct vectors *v)
{
	free(v->text);
	free(v);
}

static const char *find(const struct vectors *v, size_t record, const char *name)
{
	for (size_t i = 0; record < v->count && i < v->records[record].count; i++)
		if (strcmp(v->records[record].names[i], name) == 0)
			return v->records[record].values[i];
	return NULL;
}

bool vector_has(const struct vectors *v, size_t record, const char *name)
{
	return find(v, record, name) != NULL;
}

const char *vector_text(const struct vectors *v, size_t record, const char *name)
{
	const char *value = find(v, record, name);
	if (!value)
		give_up("no such field", name);
	return value;
}

struct hex vector_hex(const struct vectors *v, size_t record, const char *name)
{
	struct hex h = { 0 };
	const char *text = vector_text(v, record, name);
	if (*text != '\0' && OPENSSL_hexstr2buf_ex(h.data, sizeof h.data, &h.size, text, '\0') != 1)
		give_up("not hexadecimal, or too long", name);
	return h;
}

struct bytes bytes_of_hex(const struct hex *h)
{
	return bytes_of(h->data, h->size);
}
