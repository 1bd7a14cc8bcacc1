/* vectors_fields.c - typed access to jansson's objects, each refusal with its place. */
#include "tools/actflow/vectors_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "tools/actflow/text.h"

enum { SHOWN_MAX = 40 }; /* characters of a wrong value that a message shows */

static const char *type_name(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",   [JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",    [JSON_INTEGER] = "a whole number",
		[JSON_REAL] = "a real number", [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",        [JSON_NULL] = "null",
	};
	return value ? names[json_typeof(value)] : "nothing";
}

void fields_refuse(struct fields *f, const char *name, const char *expected, const char *actual)
{
	f->bad = true;
	diag_add(f->errors, f->file, 0, 0, "%s%s: expected %s, actual %s", f->at, name, expected,
		 actual ? actual : type_name(json_object_get(f->object, name)));
}

bool fields_have(const struct fields *f, const char *name)
{
	return json_object_get(f->object, name) != NULL;
}

const char *fields_text(struct fields *f, const char *name)
{
	const json_t *value = json_object_get(f->object, name);
	if (json_is_string(value))
		return json_string_value(value);
	fields_refuse(f, name, "a string", NULL);
	return "";
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void refuse_hex(struct fields *f, const char *name, const char *text, size_t at)
{
	char actual[96];
	if (text[at])
		snprintf(actual, sizeof actual, "\"%.*s\" at its character %zu", SHOWN_MAX / 2,
			 text + at, at + 1);
	else
		snprintf(actual, sizeof actual, "an odd number of digits, %zu", at);
	fields_refuse(f, name, "hex digits, two a byte", actual);
}

bool fields_hex(struct fields *f, const char *name, struct buffer *out)
{
	const json_t *value = json_object_get(f->object, name);
	if (!json_is_string(value)) {
		fields_refuse(f, name, "a string of hex digits", NULL);
		return false;
	}
	const char *text = json_string_value(value);
	size_t size = strspn(text, "0123456789abcdefABCDEF");
	if (text[size] || size % 2 != 0) {
		refuse_hex(f, name, text, size);
		return false;
	}
	buffer_reserve(out, size / 2 + 1);
	for (size_t i = 0; i < size; i += 2)
		buffer_append_u8(out, (uint8_t)(digit(text[i]) << 4 | digit(text[i + 1])));
	return true;
}

uint64_t fields_number(struct fields *f, const char *name, uint64_t max)
{
	const json_t *value = json_object_get(f->object, name);
	json_int_t number = json_integer_value(value);
	if (json_is_integer(value) && number >= 0 && (uint64_t)number <= max)
		return (uint64_t)number;
	char expected[64], actual[32];
	snprintf(expected, sizeof expected, "a whole number from 0 to %" PRIu64, max);
	snprintf(actual, sizeof actual, "%" JSON_INTEGER_FORMAT, number);
	fields_refuse(f, name, expected, json_is_integer(value) ? actual : NULL);
	return 0;
}

const struct json_t *fields_list(struct fields *f, const char *name)
{
	const json_t *value = json_object_get(f->object, name);
	if (json_is_array(value))
		return value;
	fields_refuse(f, name, "an array", NULL);
	return NULL;
}

struct fields fields_inner(struct fields *f, const char *name)
{
	struct fields inner = *f;
	inner.object = json_object_get(f->object, name);
	snprintf(inner.at, sizeof inner.at, "%.80s%.32s.", f->at, name);
	if (!json_is_object(inner.object)) {
		fields_refuse(f, name, "an object", NULL);
		inner.bad = true;
	}
	return inner;
}

struct fields fields_item(struct fields *f, const char *name, size_t index)
{
	struct fields item = *f;
	item.bad = false;
	item.object = json_array_get(json_object_get(f->object, name), index);
	snprintf(item.at, sizeof item.at, "%.80s%.32s[%zu].", f->at, name, index);
	if (!json_is_object(item.object)) {
		item.bad = f->bad = true;
		diag_add(f->errors, f->file, 0, 0, "%s%s[%zu]: expected an object, actual %s",
			 f->at, name, index, type_name(item.object));
	}
	return item;
}
