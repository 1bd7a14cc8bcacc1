/* differences.c - compares two records value by value; see differences.h. */
#include "tools/actflow/differences.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/fields.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

/* -- what a record says besides what it is -- */

/* A number that is a moment counts from the record's own time; one that only tells when something
 * arrived, or how long the trace is, is none. */
static int64_t number_of(const struct record *r)
{
	switch (r->kind) {
	case RECORD_TIMER:
	case RECORD_CRASH:
		return r->number ? r->number - r->at_ns : 0;
	case RECORD_ACT:
		return r->number > r->at_ns ? r->number - r->at_ns : r->number;
	case RECORD_PACKET:
	case RECORD_ACCEPTED:
	case RECORD_SECRETS:
	case RECORD_END:
		return 0;
	default:
		return r->number;
	}
}

/* Names of which a trace's own order decides. */
static bool has_own_reference(const struct record *r)
{
	return r->kind == RECORD_HOLD;
}

/* The chain head of what comes before, and fingerprints of secrets. */
static bool value_counts(const struct record *r, bool keyed)
{
	return r->kind != RECORD_END && (keyed || r->kind != RECORD_HOLD);
}

static const char *text_of(const struct record *r, bool keyed)
{
	return keyed || r->kind != RECORD_PERSIST ? r->text : "";
}

static void put_text(struct buffer *out, const char *text)
{
	buffer_append(out, bytes_of(text, strlen(text) + 1));
}

static void put_bytes(struct buffer *out, struct bytes b)
{
	buffer_append_u32(out, (uint32_t)b.size);
	buffer_append(out, b);
}

void differences_values(const struct record *r, bool keyed, struct buffer *out)
{
	int64_t number = number_of(r);
	put_bytes(out, bytes_of(&number, sizeof number));
	put_bytes(out, r->bytes);
	put_text(out, text_of(r, keyed));
	put_text(out, r->state_from);
	put_text(out, r->state_to);
	put_text(out, r->source);
	put_text(out, has_own_reference(r) ? "" : r->reference);
	for (size_t i = 0; i < r->checks_count; i++) {
		put_text(out, r->checks[i].id);
		buffer_append_u8(out, r->checks[i].holds);
	}
	for (size_t i = 0; i < r->cuts_count; i++) {
		buffer_append_u32(out, r->cuts[i].offset);
		put_text(out, r->cuts[i].reference);
	}
	for (size_t i = 0; i < r->values_count && value_counts(r, keyed); i++) {
		put_text(out, r->values[i].name);
		put_bytes(out, r->values[i].value);
	}
}

/* -- what differs -- */

static char *harmless(const char *text)
{
	struct buffer safe = { 0 };
	text_safe(&safe, *text ? text : "-");
	return (char *)text_string(&safe); /* the buffer's memory is the caller's now */
}

static void add(struct differences *d, const char *what, const char *a, const char *b)
{
	if (strcmp(a, b) == 0)
		return;
	d->list = list_grow(d->list, d->count, &d->room, sizeof *d->list);
	d->list[d->count++] =
		(struct difference){ .what = harmless(what), .a = harmless(a), .b = harmless(b) };
}

static const char *result_of(const struct record *r, const char *check)
{
	for (size_t i = 0; i < r->checks_count; i++)
		if (strcmp(r->checks[i].id, check) == 0)
			return r->checks[i].holds ? "holds" : "fails";
	return "not asked";
}

static void compare_checks(const struct record *a, const struct record *b, struct differences *d)
{
	const struct record *sides[] = { a, b };
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < sides[s]->checks_count; i++) {
			const char *check = sides[s]->checks[i].id;
			struct buffer what = { 0 };
			text_printf(&what, "check %s", check);
			if (s == 0 || strcmp(result_of(a, check), "not asked") == 0)
				add(d, text_string(&what), result_of(a, check),
				    result_of(b, check));
			buffer_fini(&what);
		}
}

static void add_value(const struct record *r, const char *name, struct buffer *out)
{
	for (size_t i = 0; i < r->values_count; i++)
		if (strcmp(r->values[i].name, name) == 0)
			fields_show(r->values[i].value, out);
}

static void compare_values(const struct record *a, const struct record *b, struct differences *d)
{
	const struct record *sides[] = { a, b };
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < sides[s]->values_count; i++) {
			const char *name = sides[s]->values[i].name;
			struct buffer in_a = { 0 }, in_b = { 0 };
			add_value(a, name, &in_a);
			add_value(b, name, &in_b);
			if (s == 0 || in_a.size == 0)
				add(d, name, text_string(&in_a), text_string(&in_b));
			buffer_fini(&in_a);
			buffer_fini(&in_b);
		}
}

static void compare_numbers(const struct record *a, const struct record *b, struct differences *d)
{
	bool time = a->kind == RECORD_TIMER || a->kind == RECORD_CRASH || a->kind == RECORD_ACT;
	struct buffer in_a = { 0 }, in_b = { 0 };
	if (time) {
		report_duration(number_of(a), &in_a);
		report_duration(number_of(b), &in_b);
	} else {
		text_printf(&in_a, "%" PRId64, number_of(a));
		text_printf(&in_b, "%" PRId64, number_of(b));
	}
	add(d, time ? "lasts" : "number", text_string(&in_a), text_string(&in_b));
	buffer_fini(&in_a);
	buffer_fini(&in_b);
}

static void compare_texts(const struct record *a, const struct record *b, struct differences *d)
{
	add(d, "from state", a->state_from, b->state_from);
	add(d, "to state", a->state_to, b->state_to);
	add(d, "source", a->source, b->source);
	if (!has_own_reference(a))
		add(d, "reference", a->reference, b->reference);
	if (a->kind != RECORD_RUN)
		return;
	char seeds[2][24];
	snprintf(seeds[0], sizeof seeds[0], "%" PRIu64, a->seed);
	snprintf(seeds[1], sizeof seeds[1], "%" PRIu64, b->seed);
	add(d, "seed", seeds[0], seeds[1]);
	add(d, "scenario", a->name, b->name);
	add(d, "file", a->file, b->file);
	add(d, "variant", a->variant, b->variant);
}

static bool same_bytes(const struct record *a, const struct record *b)
{
	bool same = bytes_equal(a->bytes, b->bytes) && a->cuts_count == b->cuts_count;
	for (size_t i = 0; i < a->cuts_count && same; i++)
		same = a->cuts[i].offset == b->cuts[i].offset &&
		       strcmp(a->cuts[i].reference, b->cuts[i].reference) == 0;
	return same;
}

/* Bytes that are no message of ours, or differ where no field does. */
static void compare_raw(const struct record *a, const struct record *b, struct differences *d)
{
	size_t at = 0;
	char in_a[64], in_b[64];
	while (at < a->bytes.size && at < b->bytes.size && a->bytes.data[at] == b->bytes.data[at])
		at++;
	snprintf(in_a, sizeof in_a, "%zu bytes", a->bytes.size);
	snprintf(in_b, sizeof in_b, "%zu bytes, differing from byte %zu on", b->bytes.size, at);
	add(d, "bytes", in_a, in_b);
}

/* What stands in the place of a secret may be nearly one: a key that was typed wrong. */
static void add_field(struct differences *d, const struct fields *a, const struct fields *b,
		      size_t i)
{
	static const char other[] = "another value";
	bool secret = a->list[i].secret || b->list[i].secret;
	add(d, a->list[i].name, secret && !a->list[i].secret ? other : a->list[i].value,
	    secret && !b->list[i].secret ? other : b->list[i].value);
}

static void compare_bytes(const struct record *a, const struct record *b, struct differences *d)
{
	size_t before = d->count;
	if (same_bytes(a, b))
		return;
	if (a->bytes.size == 0 || b->bytes.size == 0) {
		add(d, "on its way", a->bytes.size ? "changed" : "not changed",
		    b->bytes.size ? "changed" : "not changed");
		return;
	}
	struct fields in_a, in_b;
	fields_read(a, &in_a);
	fields_read(b, &in_b);
	for (size_t i = 0; i < in_a.count && i < in_b.count && in_a.type == in_b.type; i++)
		add_field(d, &in_a, &in_b, i);
	fields_fini(&in_a);
	fields_fini(&in_b);
	if (d->count == before)
		compare_raw(a, b, d);
}

void differences_find(const struct record *a, const struct record *b, bool keyed,
		      struct differences *out)
{
	compare_checks(a, b, out);
	add(out, "text", text_of(a, keyed), text_of(b, keyed));
	compare_texts(a, b, out);
	compare_numbers(a, b, out);
	if (value_counts(a, keyed))
		compare_values(a, b, out);
	compare_bytes(a, b, out);
}

void differences_fini(struct differences *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->list[i].what);
		free(d->list[i].a);
		free(d->list[i].b);
	}
	free(d->list);
	*d = (struct differences){ 0 };
}
