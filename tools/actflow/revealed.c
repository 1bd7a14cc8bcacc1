/* revealed.c - tells what was handed over and what could be read with it. It decrypts nothing: the
 * checker did.
 */
#include "tools/actflow/revealed.h"

#include <inttypes.h>
#include <string.h>

#include "tools/actflow/text.h"

enum { COLUMN_WIDTH = 10, COLUMN_WIDE = 14 }; /* wide: where something was not followed */

void revealed_ask(const struct scenario *s, struct checker *c)
{
	for (size_t i = 0; i < s->reveals_count; i++)
		checker_reveal(c, &s->reveals[i].what);
	if (s->plan.entries_count || s->guesses_count)
		checker_record(c);
}

/* " of tunnel, signalling": channels of a bit set behind a word; nothing when there are none. */
static void channels_add(const struct scenario *s, const char *word, uint32_t set,
			 struct buffer *out)
{
	const char *before = word;
	for (size_t i = 0; i < s->flow.channels_count; i++) {
		if (!(set >> i & 1))
			continue;
		text_printf(out, "%s%s", before, s->flow.channels[i].name);
		before = ", ";
	}
}

/* "access_key, token_key at S1.17"; of the last column: "everything". */
static void name_of(const struct scenario *s, size_t column, struct buffer *out)
{
	if (column == s->reveals_count) {
		text_add(out, "everything");
		return;
	}
	const struct reveal *what = &s->reveals[column].what;
	const char *comma = "";
	for (size_t i = 0; i < s->flow.holders_count; i++) {
		if (!(what->classes >> i & 1))
			continue;
		text_printf(out, "%s%s", comma, s->flow.holders[i].secret);
		comma = ", ";
	}
	channels_add(s, " of ", what->channels, out);
	for (size_t i = 0; i < s->flow.actors_count; i++)
		if (what->from >> i & 1)
			text_printf(out, " from %s", s->flow.actors[i].name);
	text_add(out, " at ");
	text_safe(out, s->reveals[column].at);
	channels_add(s, ", recorded only on ", what->wires, out);
}

static void compare_one(const struct scenario *s, const struct revealed *list, size_t number,
			struct diags *d)
{
	size_t reveal = s->expect.readable[number].reveal;
	const struct revealed *column = &list[reveal];
	enum message_type type = s->expect.readable[number].type;
	enum readable wanted = s->expect.readable[number].wanted;
	struct place place = s->expect.readable[number].place;
	struct buffer with = { 0 };
	name_of(s, reveal, &with);
	if (!column->said[type])
		diag_add(d, s->file, place.line, place.column,
			 "readable: expected %s to be said where it is recorded, actual never",
			 message_name(type));
	else if (column->readable[type] != wanted)
		diag_add(d, s->file, place.line, place.column,
			 "readable: expected %s to be %s with %s, actual %s", message_name(type),
			 readable_name(wanted), text_string(&with),
			 readable_name(column->readable[type]));
	buffer_fini(&with);
}

bool revealed_compare(const struct scenario *s, const struct checker *c, struct diags *d)
{
	const struct revealed *list;
	size_t count = checker_revealed(c, &list);
	bool delivered = true;
	for (size_t i = 0; i + 1 < count; i++) {
		if (list[i].had)
			continue;
		delivered = false;
		diag_add(d, s->file, s->reveals[i].place.line, s->reveals[i].place.column,
			 "reveal: expected %s, actual never: not-delivered",
			 list[i].record ? "somebody who is asked to have had such a value by then"
					: "its step to come in this run");
	}
	for (size_t i = 0; delivered && i < s->expect.readable_count; i++)
		compare_one(s, list, i, d);
	return delivered;
}

/* -- in words -- */

static void legend(const struct scenario *s, const struct revealed *column, size_t number,
		   struct buffer *out)
{
	struct buffer name = { 0 };
	name_of(s, number, &name);
	text_printf(out, "  %-3zu %s: %zu value%s", number + 1, text_string(&name), column->values,
		    column->values == 1 ? "" : "s");
	if (!column->record)
		text_add(out, ", since its step never came");
	else if (!column->values)
		text_printf(out, " that anybody still had after record %" PRIu64, column->record);
	else
		text_printf(out, " (record %" PRIu64 ")", column->record);
	text_add(out, "\n");
	buffer_fini(&name);
}

static size_t width_of(const struct revealed *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (int type = 0; type < MESSAGE_TYPES; type++)
			if (list[i].readable[type] == READABLE_NOT_FOLLOWED)
				return COLUMN_WIDE;
	return COLUMN_WIDTH;
}

static void row(const struct revealed *list, size_t count, int type, bool colour,
		struct buffer *out)
{
	const char *name = message_name((enum message_type)type);
	size_t width = width_of(list, count);
	text_printf(out, "  %s", name);
	text_pad(out, text_width(name), 26);
	for (size_t i = 0; i < count; i++) {
		enum readable r = list[i].readable[type];
		text_style(out, colour, r == READABLE_NOT ? STYLE_GOOD : STYLE_BAD,
			   readable_name(r));
		if (i + 1 < count)
			text_pad(out, strlen(readable_name(r)), width);
	}
	text_add(out, "\n");
}

void revealed_text(const struct scenario *s, const struct checker *c, bool colour,
		   struct buffer *out)
{
	const struct revealed *list;
	size_t count = checker_revealed(c, &list);
	if (!count)
		return;
	text_style(out, colour, STYLE_STRONG, "handed over");
	text_add(out, " to whoever has recorded every wire\n");
	for (size_t i = 0; i + 1 < count; i++)
		legend(s, &list[i], i, out);
	text_pad(out, 0, 28);
	for (size_t i = 0; i + 1 < count; i++) {
		struct buffer number = { 0 };
		text_printf(&number, "%zu", i + 1);
		text_add(out, text_string(&number));
		text_pad(out, number.size, width_of(list, count));
		buffer_fini(&number);
	}
	text_add(out, "all\n");
	for (int type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		if (list[0].said[type])
			row(list, count, type, colour, out);
	text_add(out, "\n");
}

/* -- for programs -- */

static void write_messages(struct json *j, const char *key, const struct revealed *column,
			   enum readable r)
{
	json_begin(j, key, '[');
	for (int type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		if (column->said[type] && column->readable[type] == r)
			json_string(j, NULL, message_name((enum message_type)type));
	json_end(j, ']');
}

static void write_channels(struct json *j, const char *key, const struct scenario *s, uint32_t set)
{
	json_begin(j, key, '[');
	for (size_t i = 0; i < s->flow.channels_count; i++)
		if (set >> i & 1)
			json_string(j, NULL, s->flow.channels[i].name);
	json_end(j, ']');
}

/* Of whom and of which channels it was, and what was recorded; empty: of all. */
static void write_scope(struct json *j, const struct scenario *s, const struct reveal *what)
{
	write_channels(j, "channels", s, what->channels);
	json_begin(j, "from", '[');
	for (size_t i = 0; i < s->flow.actors_count; i++)
		if (what->from >> i & 1)
			json_string(j, NULL, s->flow.actors[i].name);
	json_end(j, ']');
	write_channels(j, "wires", s, what->wires);
}

void revealed_json(const struct scenario *s, const struct checker *c, struct json *j)
{
	const struct revealed *list;
	size_t count = checker_revealed(c, &list);
	json_begin(j, "revealed", '[');
	for (size_t i = 0; i < count; i++) {
		json_begin(j, NULL, '{');
		json_begin(j, "secrets", '[');
		for (size_t k = 0; k < s->flow.holders_count; k++)
			if (list[i].what.classes >> k & 1)
				json_string(j, NULL, s->flow.holders[k].secret);
		json_end(j, ']');
		write_scope(j, s, &list[i].what);
		json_string(j, "at", i + 1 < count ? s->reveals[i].at : "");
		json_unsigned(j, "record", list[i].record);
		json_unsigned(j, "values", list[i].values);
		write_messages(j, "readable", &list[i], READABLE_YES);
		write_messages(j, "safe", &list[i], READABLE_NOT);
		write_messages(j, "not_followed", &list[i], READABLE_NOT_FOLLOWED);
		json_end(j, '}');
	}
	json_end(j, ']');
}
