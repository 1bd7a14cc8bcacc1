/* record_pack.c - writes the fields of trace.proto one after another.
 *
 * libprotobuf-c asks each of its descriptors twice, for the size and for the bytes; a run writes
 * thousands of records, and this was half of what writing them cost. Whether the bytes are a record
 * is asked by record.c, of what stands here, with the generated descriptors.
 */
#include "proto/codec/record_pack.h"

#include <string.h>

#include "proto/codec/wire.h"

enum { VARINT_MAX = 10, TAG_MAX = 2 }; /* bytes; field numbers here are below 2048 */

/* -- one value -- */

static uint8_t *put_varint(uint8_t *at, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

static size_t varint_size(uint64_t value)
{
	size_t size = 1;
	for (; value >= 0x80; value >>= 7)
		size++;
	return size;
}

static void add_number(struct buffer *out, uint32_t field, uint64_t value)
{
	buffer_reserve(out, TAG_MAX + VARINT_MAX);
	uint8_t *at = put_varint(out->data + out->size, field << 3 | WIRE_VARINT);
	out->size = (size_t)(put_varint(at, value) - out->data);
}

static void add_span(struct buffer *out, uint32_t field, struct bytes value)
{
	buffer_reserve(out, TAG_MAX + VARINT_MAX + value.size);
	uint8_t *at = put_varint(out->data + out->size, field << 3 | WIRE_SPAN);
	at = put_varint(at, value.size);
	if (value.size > 0)
		memcpy(at, value.data, value.size);
	out->size = (size_t)(at + value.size - out->data);
}

static struct bytes span_of(const char *text)
{
	return text ? bytes_of_string(text) : bytes_of(NULL, 0);
}

static void add_text(struct buffer *out, uint32_t field, const char *text)
{
	if (text && *text)
		add_span(out, field, bytes_of_string(text));
}

static void add_if(struct buffer *out, uint32_t field, uint64_t value)
{
	if (value != 0)
		add_number(out, field, value);
}

/* sint64: small numbers of either sign are short. */
static uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

/* -- messages in a record: each has its tag and size in front -- */

/* The bytes of a field of such a message; their numbers are below 16. */
static size_t span_size(struct bytes value)
{
	return 1 + varint_size(value.size) + value.size;
}

static void begin(struct buffer *out, uint32_t field, size_t size)
{
	add_number(out, field, size);
	/* the same two numbers, but of a span: only the lowest bits of the tag differ */
	out->data[out->size - varint_size(size) - varint_size(field << 3)] |= WIRE_SPAN;
}

static void add_cut(struct buffer *out, const struct record_cut *c)
{
	struct bytes reference = span_of(c->reference);
	begin(out, 12, 2 + varint_size(c->offset) + varint_size(c->size) + span_size(reference));
	add_number(out, 1, c->offset);
	add_number(out, 2, c->size);
	add_span(out, 3, reference);
}

static void add_check(struct buffer *out, const struct record_check *c)
{
	struct bytes id = span_of(c->id);
	begin(out, 13, span_size(id) + (c->let_pass ? 4 : 2));
	add_span(out, 1, id);
	add_number(out, 2, c->holds);
	add_if(out, 3, c->let_pass);
}

static void add_value(struct buffer *out, const struct record_value *v)
{
	struct bytes name = span_of(v->name);
	begin(out, 23, span_size(name) + span_size(v->value));
	add_span(out, 1, name);
	add_span(out, 2, v->value);
}

/* -- the record -- */

static void add_head(const struct record *r, struct buffer *out)
{
	add_number(out, 1, r->id);
	add_number(out, 2, (uint64_t)r->at_ns);
	add_number(out, 3, (uint64_t)r->kind);
	for (size_t i = 0; i < r->parents_count; i++)
		add_number(out, 4, r->parents[i]);
	add_text(out, 5, r->actor);
	add_text(out, 6, r->peer);
	add_text(out, 7, r->channel);
	add_if(out, 8, r->tag);
	add_if(out, 9, r->session);
	add_text(out, 10, r->message);
	if (r->bytes.size > 0)
		add_span(out, 11, r->bytes);
}

void record_pack(const struct record *r, struct buffer *out)
{
	add_head(r, out);
	for (size_t i = 0; i < r->cuts_count; i++)
		add_cut(out, &r->cuts[i]);
	for (size_t i = 0; i < r->checks_count; i++)
		add_check(out, &r->checks[i]);
	add_if(out, 14, zigzag(r->number));
	add_text(out, 15, r->text);
	add_text(out, 16, r->name);
	add_text(out, 17, r->machine);
	add_text(out, 18, r->stimulus);
	add_text(out, 19, r->state_from);
	add_text(out, 20, r->state_to);
	add_text(out, 21, r->source);
	add_text(out, 22, r->reference);
	for (size_t i = 0; i < r->values_count; i++)
		add_value(out, &r->values[i]);
	add_text(out, 24, r->file);
	add_text(out, 25, r->flow);
	add_text(out, 26, r->variant);
	add_if(out, 27, r->seed);
}
