/* json.c - writes one JSON value after another into a text: keys in the order of the calls. */
#include "tools/actflow/json.h"

#include <assert.h>
#include <inttypes.h>

#include "tools/actflow/text.h"

static void quoted(struct buffer *out, const char *text)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	const char *p = text_string(&safe);
	text_add(out, "\"");
	for (; *p; p++) {
		if (*p == '"' || *p == '\\')
			buffer_append_u8(out, '\\');
		buffer_append_u8(out, (uint8_t)*p);
	}
	text_add(out, "\"");
	buffer_fini(&safe);
}

static void lead(struct json *j, const char *key)
{
	if (j->comma)
		text_add(j->out, ",");
	j->comma = true;
	if (!key)
		return;
	quoted(j->out, key);
	text_add(j->out, ":");
}

void json_begin(struct json *j, const char *key, char bracket)
{
	assert(bracket == '{' || bracket == '[');
	lead(j, key);
	buffer_append_u8(j->out, (uint8_t)bracket);
	j->comma = false;
}

void json_end(struct json *j, char bracket)
{
	assert(bracket == '}' || bracket == ']');
	buffer_append_u8(j->out, (uint8_t)bracket);
	j->comma = true;
}

void json_string(struct json *j, const char *key, const char *text)
{
	lead(j, key);
	quoted(j->out, text ? text : "");
}

void json_integer(struct json *j, const char *key, int64_t number)
{
	lead(j, key);
	text_printf(j->out, "%" PRId64, number);
}

void json_unsigned(struct json *j, const char *key, uint64_t number)
{
	lead(j, key);
	text_printf(j->out, "%" PRIu64, number);
}

void json_boolean(struct json *j, const char *key, bool value)
{
	lead(j, key);
	text_add(j->out, value ? "true" : "false");
}

void json_diags(struct json *j, const struct diags *d)
{
	json_begin(j, "errors", '[');
	for (size_t i = 0; i < d->count; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "file", d->list[i].file);
		json_integer(j, "line", d->list[i].line);
		json_integer(j, "column", d->list[i].column);
		json_string(j, "text", d->list[i].text);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_unsigned(j, "beyond", d->beyond);
}
