/* test_codec_malformed.c - what is no message is refused, by the right name, whatever is wrong with
 * it: several hundred victims of every type, made by cutting a good unit into its fields and
 * putting it together wrongly. The limits themselves are written out by hand in
 * test_codec_limits.c.
 */
#include "proto/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec/shape.h"
#include "tests/lib/messages.h"
#include "tests/lib/suite.h"
#include "tests/lib/wire_parts.h"

/* Victims so far of the type in hand. */
static size_t tried;

/* Decode; an accepted message must be one that can be written again. */
static enum message_error verdict(struct bytes unit)
{
	struct message m;
	struct buffer again = { 0 };
	enum message_error e = message_decode(unit, &m);
	tried++;
	CU_ASSERT_EQUAL(m.type == MESSAGE_NONE, e != MESSAGE_OK);
	if (e == MESSAGE_OK) {
		message_encode(&m, &again);
		CU_ASSERT_TRUE(again.size <= unit.size);
	}
	buffer_fini(&again);
	return e;
}

static void expect(enum message_error expected, const struct buffer *victim, const char *what)
{
	enum message_error actual = verdict(bytes_of_buffer(victim));
	CU_ASSERT_EQUAL(actual, expected);
	if (actual != expected)
		(void)fprintf(stderr, "%s: %s: expected %s, actual %s\n",
			      message_name(message_peek(bytes_of_buffer(victim))), what,
			      message_error_text(expected), message_error_text(actual));
}

static struct parts parts_of(enum message_type type, bool greatest)
{
	struct message m;
	struct buffer unit = { 0 };
	messages_fill(&m, type, greatest);
	message_encode(&m, &unit);
	struct parts p = parts_split(&unit);
	buffer_fini(&unit);
	return p;
}

/* -- generated: whole units -- */

static void try_truncations_and_flips(enum message_type type)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff };
	struct message m;
	struct buffer unit = { 0 };
	messages_fill(&m, type, true);
	message_encode(&m, &unit);
	for (size_t size = 0; size < unit.size; size++) {
		enum message_error e = verdict(bytes_of(unit.data, size));
		/* Only a repeated field that stands last may end early. */
		bool may_end_early = type == MESSAGE_ASSIGN_APPS || type == MESSAGE_PROVISIONING;
		CU_ASSERT_TRUE(e != MESSAGE_OK || may_end_early);
	}
	for (size_t i = 0; i < unit.size; i++)
		for (size_t k = 0; k < sizeof masks; k++) {
			unit.data[i] ^= masks[k];
			(void)verdict(bytes_of_buffer(&unit));
			unit.data[i] ^= masks[k];
		}
	buffer_fini(&unit);
}

/* Bytes after a good unit, and what they make of it. */
/* clang-format off */
static const struct {
	const char        *tail;
	size_t             size;
	enum message_error expected;
} tails[] = {
#define TAIL(text, expected) { text, sizeof text - 1, expected }
	TAIL("\x00", MESSAGE_WIRE),                         /* field number 0 */
	TAIL("\xf8", MESSAGE_WIRE),                         /* half a tag */
	TAIL("\xf8\x01", MESSAGE_FIELD),                    /* field 31, no value: unknown already */
	TAIL("\xf8\x01\x00", MESSAGE_FIELD),                /* field 31, varint */
	TAIL("\xf8\x81\x00\x00", MESSAGE_WIRE),             /* its tag overlong */
	TAIL("\xfa\x01\x00", MESSAGE_FIELD),                /* field 31, empty span */
	TAIL("\xfa\x01\x05hi", MESSAGE_WIRE),               /* longer than what is left */
	TAIL("\xf9\x01" "12345678", MESSAGE_FIELD),         /* fixed64 */
	TAIL("\xfd\x01" "1234", MESSAGE_FIELD),             /* fixed32 */
	TAIL("\xfb\x01\xfc\x01", MESSAGE_WIRE),             /* a group */
	TAIL("\xfc\x01", MESSAGE_WIRE),                     /* the end of one */
	TAIL("\xfe\x01", MESSAGE_WIRE), TAIL("\xff\x01", MESSAGE_WIRE), /* no wire types */
	TAIL("\xf8\xff\xff\xff\x0f\x00", MESSAGE_FIELD),    /* the greatest field number */
	TAIL("\xf8\xff\xff\xff\x1f\x00", MESSAGE_WIRE),     /* beyond it */
	TAIL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", MESSAGE_WIRE),
	TAIL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", MESSAGE_WIRE),
	TAIL("\xfa\x01\x04\x0a\x02\x0a\x00", MESSAGE_FIELD),        /* three levels */
	TAIL("\xfa\x01\x06\x0a\x04\x0a\x02\x0a\x00", MESSAGE_DEPTH), /* five, with the message's own */
};
/* clang-format on */

static void try_tails(enum message_type type)
{
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		struct parts p = parts_of(type, false);
		struct buffer victim = parts_join(&p);
		buffer_append(&victim, bytes_of(tails[i].tail, tails[i].size));
		expect(tails[i].expected, &victim, "a tail");
		buffer_fini(&victim);
		parts_fini(&p);
	}
}

/* -- generated: each field of a unit -- */

static bool is_text_field(enum message_type type, uint64_t number)
{
	return shape_of(type)->descriptor->fields[number - 1].type == PROTOBUF_C_TYPE_STRING;
}

/* Put the unit together with part i replaced by `part`, and expect. */
static void expect_part(enum message_error expected, const struct parts *p, size_t i,
			struct buffer *part, const char *what)
{
	struct buffer victim = parts_join_with(p, i, bytes_of_buffer(part));
	expect(expected, &victim, what);
	buffer_fini(&victim);
	buffer_fini(part);
}

static void try_presence(enum message_error missing, const struct parts *p, size_t i)
{
	struct buffer part = { 0 };
	expect_part(missing, p, i, &part, "a field that is not there");
	buffer_append(&part, bytes_of_buffer(&p->list[i].whole));
	buffer_append(&part, bytes_of_buffer(&p->list[i].whole));
	bool too_large = part.size > UNIT_MAX;
	expect_part(too_large ? MESSAGE_SIZE : MESSAGE_FIELD, p, i, &part, "a field twice");
}

static void try_forms(const struct parts *p, size_t i)
{
	const struct part *good = &p->list[i];
	for (unsigned type = 0; type < 8; type++) {
		struct buffer part = { 0 };
		if (type == good->type)
			continue;
		parts_append_varint(&part, good->number << 3 | type, 0);
		buffer_append(&part, bytes_of("\x01\x01\x01\x01\x01\x01\x01\x01", 8));
		expect_part(MESSAGE_WIRE, p, i, &part, "a wrong wire type");
	}
	for (size_t extra = 1; extra < 12; extra++) {
		struct buffer tag = { 0 }, value = { 0 };
		parts_append_varint(&tag, good->number << 3 | good->type, extra);
		parts_append_varint(&tag, good->value, 0);
		buffer_append(&tag, bytes_of_buffer(&good->content));
		expect_part(MESSAGE_WIRE, p, i, &tag, "an overlong tag");
		parts_append_varint(&value, good->number << 3 | good->type, 0);
		parts_append_varint(&value, good->value, extra);
		buffer_append(&value, bytes_of_buffer(&good->content));
		expect_part(MESSAGE_WIRE, p, i, &value, "an overlong number or length");
	}
}

static void try_lengths(const struct parts *p, size_t i)
{
	static const uint64_t beyond[] = { UNIT_MAX,  INT32_MAX,  UINT32_MAX,    UINT32_MAX + 1ull,
					   INT64_MAX, UINT64_MAX, UINT64_MAX - 8 };
	for (size_t k = 0; k < sizeof beyond / sizeof *beyond; k++) {
		struct buffer part = { 0 };
		parts_append_varint(&part, p->list[i].number << 3 | WIRE_SPAN, 0);
		parts_append_varint(&part, beyond[k], 0);
		buffer_append(&part, bytes_of_buffer(&p->list[i].content));
		expect_part(MESSAGE_WIRE, p, i, &part, "a length past the end");
	}
}

/* Texts that are none, each shorter than the longest field of any message. */
/* clang-format off */
static const char *const bad_texts[] = {
	"\x01", "\t", "\n", "\r", "\x1b", "\x7f", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3",
	"\xe0\x80\x80", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
	"\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff",
};
/* clang-format on */

static void try_texts(const struct parts *p, size_t i, bool is_text)
{
	const struct part *good = &p->list[i];
	for (size_t k = 0; k <= sizeof bad_texts / sizeof *bad_texts; k++) {
		/* After the last text comes NUL, which no C string holds. */
		bool last = k == sizeof bad_texts / sizeof *bad_texts;
		struct bytes bad = last ? bytes_of("", 1) : bytes_of_string(bad_texts[k]);
		for (int at_end = 0; at_end < 2; at_end++) {
			struct buffer content = { 0 }, part = { 0 };
			buffer_append(&content, bytes_of_buffer(&good->content));
			size_t offset = at_end ? content.size - bad.size : 0;
			memcpy(content.data + offset, bad.data, bad.size);
			parts_append_span(&part, good->number, bytes_of_buffer(&content));
			expect_part(is_text ? MESSAGE_STRING : MESSAGE_OK, p, i, &part, "a text");
			buffer_fini(&content);
		}
	}
}

static void try_fields(enum message_type type)
{
	struct parts p = parts_of(type, true);
	for (size_t i = 0; i < p.count; i++) {
		bool repeated = (i > 0 && p.list[i - 1].number == p.list[i].number) ||
				(i + 1 < p.count && p.list[i + 1].number == p.list[i].number);
		try_presence(repeated ? MESSAGE_OK : MESSAGE_FIELD, &p, i);
		try_forms(&p, i);
		if (p.list[i].type != WIRE_SPAN)
			continue;
		try_lengths(&p, i);
		/* The settings of a Provisioning are messages: tried among the crafted ones. */
		if (type != MESSAGE_PROVISIONING || p.list[i].number != 2)
			try_texts(&p, i, is_text_field(type, p.list[i].number));
	}
	parts_fini(&p);
}

static void test_several_hundred_victims_of_every_type_are_refused(void)
{
	size_t total = 0;
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++) {
		struct parts p = parts_of(type, true);
		tried = 0;
		try_truncations_and_flips(type);
		try_tails(type);
		try_fields(type);
		/* A message without fields, or with one number, has less to be wrong about. */
		CU_ASSERT_TRUE(p.count < 2 || tried >= 100);
		total += tried;
		parts_fini(&p);
	}
	CU_ASSERT_TRUE(total > 100000);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_several_hundred_victims_of_every_type_are_refused),
	};
	return suite_run("codec_malformed", cases, sizeof cases / sizeof *cases);
}
