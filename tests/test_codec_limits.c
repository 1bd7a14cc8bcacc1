/* test_codec_limits.c - the limits of every field of every message, written out by hand from
 * message.h, and the crafted attacks on decoders: depth, size, groups, text. Generated ones are
 * elsewhere.
 */
#include "proto/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/messages.h"
#include "tests/lib/suite.h"
#include "tests/lib/wire_parts.h"

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

static enum message_error verdict(const struct buffer *unit)
{
	struct message m;
	return message_decode(bytes_of_buffer(unit), &m);
}

/* -- by hand: the limits of every field of bytes or text -- */

/* clang-format off */
static const struct limit {
	enum message_type type;
	uint64_t          number;
	size_t            least, greatest; /* bytes */
} limits[] = {
	{ MESSAGE_ASSIGN_APPS, 1, 3, 254 },        { MESSAGE_ASSIGN_APPS, 2, 1, 128 },
	{ MESSAGE_GENERATE_KEY, 1, 3, 254 },       { MESSAGE_GENERATED_KEY, 1, 3, 254 },
	{ MESSAGE_GENERATED_KEY, 2, 1, 32 },       { MESSAGE_APP_ASSIGNED, 1, 3, 254 },
	{ MESSAGE_APP_ASSIGNED, 2, 1, 128 },       { MESSAGE_ACCESS_KEY_MAIL, 1, 3, 254 },
	{ MESSAGE_ACCESS_KEY_MAIL, 2, 1, 32 },     { MESSAGE_INSTALL_APP, 1, 3, 254 },
	{ MESSAGE_INSTALL_APP, 2, 1, 128 },        { MESSAGE_TYPED_KEY, 1, 3, 254 },
	{ MESSAGE_TYPED_KEY, 2, 0, 32 },           { MESSAGE_LAUNCH_APP, 1, 3, 254 },
	{ MESSAGE_LAUNCH_APP, 2, 1, 128 },         { MESSAGE_KEY_WANTED, 1, 3, 254 },
	{ MESSAGE_KEY_WANTED, 2, 1, 128 },         { MESSAGE_KEY_WANTED, 3, 32, 32 },
	{ MESSAGE_KEY_HANDOVER, 1, 3, 254 },       { MESSAGE_KEY_HANDOVER, 2, 32, 32 },
	{ MESSAGE_KEY_HANDOVER, 3, 15, 15 },       { MESSAGE_ROUTE_WANTED, 1, 1, 128 },
	{ MESSAGE_REGISTER_KEY, 1, 32, 32 },      { MESSAGE_REGISTER_KEY, 2, 3, 254 },
	{ MESSAGE_REGISTER_KEY, 4, 32, 32 },      { MESSAGE_TUNNEL_REQUEST, 1, 1, 128 },
	{ MESSAGE_CONNECTION_REQUEST, 2, 1, 128 }, { MESSAGE_SIGNAL_DATA, 2, 0, 17408 },
	{ MESSAGE_RELAYED_SIGNAL, 2, 0, 17408 },  { MESSAGE_DATAGRAM, 2, 0, 17408 },
	{ MESSAGE_RELAYED_DATAGRAM, 2, 0, 17408 },
	{ MESSAGE_SEALED_KEY_REQUEST, 1, 1, 128 }, { MESSAGE_SEALED_KEY_REQUEST, 2, 12, 12 },
	{ MESSAGE_SEALED_KEY_REQUEST, 3, 1, 4096 }, { MESSAGE_SEALED_KEY_REPLY, 1, 12, 12 },
	{ MESSAGE_SEALED_KEY_REPLY, 2, 1, 4096 }, { MESSAGE_KEY_REQUEST, 1, 3, 254 },
	{ MESSAGE_KEY_REQUEST, 2, 1, 128 },        { MESSAGE_KEY_REQUEST, 3, 32, 32 },
	{ MESSAGE_KEY_REPLY, 1, 32, 32 },         { MESSAGE_KEY_REPLY, 2, 15, 15 },
	{ MESSAGE_ACTIVATION_REQUEST, 1, 3, 254 }, { MESSAGE_ACTIVATION_REQUEST, 2, 1, 128 },
	{ MESSAGE_ACTIVATION_REQUEST, 3, 16, 16 }, { MESSAGE_ACTIVATION_REQUEST, 4, 32, 32 },
	{ MESSAGE_NOC_PROVISIONING, 1, 32, 32 },  { MESSAGE_NOC_PROVISIONING, 2, 32, 32 },
	{ MESSAGE_NOC_PROVISIONING, 3, 1, 64 },    { MESSAGE_NOC_PROVISIONING, 4, 1, 1024 },
	{ MESSAGE_SECURE_CHANNEL_SETUP, 1, 1, 2048 },
	{ MESSAGE_SECURE_CHANNEL_SETUP, 2, 1, 64 },
	{ MESSAGE_SETUP_BODY, 1, 3, 254 },         { MESSAGE_SETUP_BODY, 2, 1, 133 },
	{ MESSAGE_SETUP_BODY, 3, 32, 32 },        { MESSAGE_SETUP_BODY, 4, 1, 1024 },
	{ MESSAGE_REPLY_WANTED, 1, 32, 32 },
	{ MESSAGE_SECURE_CHANNEL_RESPONSE, 1, 1, 133 },
	{ MESSAGE_SECURE_CHANNEL_RESPONSE, 2, 1, 64 },
	{ MESSAGE_PROVISIONING_REQUEST, 1, 32, 32 },
	{ MESSAGE_PROVISIONING_REQUEST, 2, 1, 4096 },
	{ MESSAGE_PROVISIONING_WISH, 1, 1, 128 },  { MESSAGE_PROVISIONING_WISH, 2, 1, 128 },
	{ MESSAGE_PROVISIONING_WISH, 3, 1, 16 },   { MESSAGE_SEALED_KEY_REQUEST, 4, 1, 128 },
	{ MESSAGE_PROVISIONING_DATA, 1, 1, 4096 }, { MESSAGE_PROVISIONING, 1, 32, 32 },
	{ MESSAGE_PROVISIONING, 3, 1, 64 },        { MESSAGE_ASSIGN_APPS, 3, 1, 16 },
	{ MESSAGE_ACTIVATION_RESULT, 1, 1, 128 },  { MESSAGE_KEY_PROMPT, 1, 1, 128 },
	{ MESSAGE_KEY_ASKED, 1, 3, 254 },          { MESSAGE_REVOKE_KEY, 1, 3, 254 },
	{ MESSAGE_UNLOCK_USER, 1, 3, 254 },        { MESSAGE_ROUTE_RELEASED, 1, 1, 128 },
};
/* clang-format on */

/* Decode the least unit of l's type in which its field is `size` bytes of 'x'. */
static enum message_error verdict_at(const struct limit *l, size_t size)
{
	static uint8_t text[20 * 1024];
	struct parts p = parts_of(l->type, false);
	struct buffer part = { 0 };
	size_t i = 0;
	while (i < p.count && p.list[i].number < l->number)
		i++;
	memset(text, 'x', sizeof text);
	parts_append_span(&part, l->number, bytes_of(text, size));
	/* A repeated field is not there yet: it goes where it belongs. */
	if (i < p.count && p.list[i].number != l->number)
		buffer_append(&part, bytes_of_buffer(&p.list[i].whole));
	struct buffer unit = parts_join_with(&p, i, bytes_of_buffer(&part));
	enum message_error e = verdict(&unit);
	buffer_fini(&unit);
	buffer_fini(&part);
	parts_fini(&p);
	return e;
}

static void test_every_field_is_held_to_its_limits(void)
{
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const struct limit *l = &limits[i];
		CU_ASSERT_EQUAL(verdict_at(l, l->least), MESSAGE_OK);
		CU_ASSERT_EQUAL(verdict_at(l, l->greatest), MESSAGE_OK);
		CU_ASSERT_EQUAL(verdict_at(l, l->greatest + 1), MESSAGE_FIELD);
		if (l->least > 0)
			CU_ASSERT_EQUAL(verdict_at(l, l->least - 1), MESSAGE_FIELD);
	}
}

/* Every span of every type stands in the table above: its limits are not the codec's own word. */
static void test_no_field_is_without_a_limit(void)
{
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++) {
		struct parts p = parts_of(type, true);
		for (size_t i = 0; i < p.count; i++) {
			bool listed = p.list[i].type != WIRE_SPAN ||
				      (type == MESSAGE_PROVISIONING && p.list[i].number == 2);
			for (size_t k = 0; k < sizeof limits / sizeof *limits; k++)
				listed = listed || (limits[k].type == type &&
						    limits[k].number == p.list[i].number);
			CU_ASSERT_TRUE(listed);
		}
		parts_fini(&p);
	}
}

/* -- crafted units -- */

static enum message_error crafted(const char *unit, size_t size)
{
	struct message m;
	return message_decode(bytes_of(unit, size), &m);
}
#define CRAFTED(text) crafted(text, sizeof text - 1)

static void test_types_and_sizes_are_bounded(void)
{
	static char large[UNIT_MAX + 1];
	CU_ASSERT_EQUAL(crafted(NULL, 0), MESSAGE_SIZE);
	CU_ASSERT_EQUAL(CRAFTED("\0"), MESSAGE_SIZE);
	CU_ASSERT_EQUAL(CRAFTED("\0\0"), MESSAGE_UNKNOWN);
	CU_ASSERT_EQUAL(CRAFTED("\0\1"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\x32"), MESSAGE_UNKNOWN);
	CU_ASSERT_EQUAL(CRAFTED("\1\1"), MESSAGE_UNKNOWN);
	CU_ASSERT_EQUAL(CRAFTED("\xff\xff"), MESSAGE_UNKNOWN);
	large[1] = MESSAGE_GENERATE_KEY;
	CU_ASSERT_EQUAL(crafted(large, sizeof large), MESSAGE_SIZE);
	CU_ASSERT_EQUAL(crafted(large, sizeof large - 1), MESSAGE_WIRE);
	CU_ASSERT_EQUAL(message_peek(bytes_of("\0\x31", 2)), MESSAGE_CONNECTION_ENDED);
	CU_ASSERT_EQUAL(message_peek(bytes_of("\0\x32", 2)), MESSAGE_NONE);
	CU_ASSERT_EQUAL(message_peek(bytes_of("\0", 1)), MESSAGE_NONE);
}

static void test_numbers_are_held_to_their_width(void)
{
	CU_ASSERT_EQUAL(CRAFTED("\0\2\x08\xff\xff\xff\xff\x0f"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\2\x08\x80\x80\x80\x80\x10"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED("\0\x12\x08\xff\xff\xff\xff\x0f"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\x12\x08\x80\x80\x80\x80\x10"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED("\0\x12\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
			MESSAGE_WIRE);
}

static void test_text_may_be_any_language_but_no_control(void)
{
	/* the first and last characters of each length, around the surrogates */
	CU_ASSERT_EQUAL(CRAFTED("\0\x11\x0a\x0b \x7e\xc2\x80\xdf\xbf\xe0\xa0\x80\xc3\xa9"),
			MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\x11\x0a\x06\xed\x9f\xbf\xee\x80\x80"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\x11\x0a\x08\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\x11\x0a\x03\xed\xa0\x80"), MESSAGE_STRING);
	CU_ASSERT_EQUAL(CRAFTED("\0\x11\x0a\x03"
				"a\rb"),
			MESSAGE_STRING);
	CU_ASSERT_EQUAL(CRAFTED("\0\x11\x0a\x03"
				"a\0b"),
			MESSAGE_STRING);
}

static void test_a_setting_is_held_to_its_own_shape(void)
{
#define SESSION_KEY                                                                                \
	"\0\x28\x0a\x20"                                                                           \
	"0123456789abcdef0123456789abcdef"
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x05\x0a\x01n\x12\x00"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x03\x0a\x01n"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x04\x0a\x00\x12\x00"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x08\x0a\x01n\x0a\x01n\x12\x00"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x07\x0a\x01n\x12\x00\x18\x00"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x06\x0a\x01n\x12\x01\x0a"), MESSAGE_STRING);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x05\x0a\x01n\x12\x01"), MESSAGE_WIRE);
	CU_ASSERT_EQUAL(CRAFTED(SESSION_KEY "\x12\x04\x0a\x01n\x12\x00"), MESSAGE_WIRE);
}

static void test_a_field_comes_once(void)
{
	CU_ASSERT_EQUAL(CRAFTED("\0\x19\x08\x01\x12\x01n"), MESSAGE_OK);
	CU_ASSERT_EQUAL(CRAFTED("\0\x19\x08\x01\x12\x01n\x12\x01n"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED("\0\x19\x08\x01\x08\x01\x12\x01n"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED("\0\x19\x08\x01"), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(CRAFTED("\0\x19\x12\x01n"), MESSAGE_FIELD);
}

/* Spans in spans under field 3, which a setting does not have. */
static enum message_error nested(size_t levels)
{
	struct buffer inner = { 0 }, outer = { 0 }, unit = { 0 };
	for (size_t i = 0; i < levels; i++) {
		parts_append_span(&outer, i + 1 < levels ? 3 : 2, bytes_of_buffer(&inner));
		buffer_clear(&inner);
		buffer_append(&inner, bytes_of_buffer(&outer));
		buffer_clear(&outer);
	}
	buffer_append(&unit, bytes_of(SESSION_KEY, sizeof SESSION_KEY - 1));
	buffer_append(&unit, bytes_of_buffer(&inner));
	enum message_error e = verdict(&unit);
	buffer_fini(&inner);
	buffer_fini(&outer);
	buffer_fini(&unit);
	return e;
}

static void test_nesting_is_bounded(void)
{
	CU_ASSERT_EQUAL(nested(2), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(nested(3), MESSAGE_FIELD);
	CU_ASSERT_EQUAL(nested(5), MESSAGE_DEPTH);
	CU_ASSERT_EQUAL(nested(100), MESSAGE_DEPTH);
	CU_ASSERT_EQUAL(nested(101), MESSAGE_DEPTH);
	CU_ASSERT_EQUAL(nested(6000), MESSAGE_DEPTH);
	CU_ASSERT_EQUAL(nested(20000), MESSAGE_SIZE);
}

static void test_20000_groups_are_refused(void)
{
	struct buffer unit = { 0 };
	buffer_append(&unit, bytes_of(SESSION_KEY, sizeof SESSION_KEY - 1));
	for (size_t i = 0; i < 20000; i++)
		buffer_append_u8(&unit, 3 << 3 | 3);
	CU_ASSERT_EQUAL(verdict(&unit), MESSAGE_WIRE);
	buffer_fini(&unit);
}

static void test_a_megabyte_of_text_is_refused(void)
{
	struct buffer unit = { 0 }, text = { 0 };
	for (size_t i = 0; i < 1024 * 1024; i++)
		buffer_append_u8(&text, 'a');
	buffer_append_u16(&unit, MESSAGE_GENERATE_KEY);
	parts_append_span(&unit, 1, bytes_of_buffer(&text));
	CU_ASSERT_EQUAL(verdict(&unit), MESSAGE_SIZE);
	/* The announcement alone, without the bytes. */
	unit.size = 8;
	CU_ASSERT_EQUAL(verdict(&unit), MESSAGE_WIRE);
	buffer_fini(&unit);
	buffer_fini(&text);
}

/* What carries a MAC keeps its bytes as they came: another order of fields is the same message, and
 * no re-encoding stands in for it. */
static void test_fields_in_another_order_are_accepted_and_kept_as_they_came(void)
{
	static const char forth[] = "\0\x06\x0a\x03"
				    "a@b\x12\x01n",
			  back[] = "\0\x06\x12\x01n\x0a\x03"
				   "a@b";
	struct message m;
	struct buffer again = { 0 };
	CU_ASSERT_EQUAL(message_decode(bytes_of(back, sizeof back - 1), &m), MESSAGE_OK);
	CU_ASSERT_STRING_EQUAL(m.as.app_assigned.uid, "a@b");
	CU_ASSERT_STRING_EQUAL(m.as.app_assigned.app, "n");
	message_encode(&m, &again);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&again), bytes_of(forth, sizeof forth - 1)));
	buffer_fini(&again);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_every_field_is_held_to_its_limits),
		TEST(test_no_field_is_without_a_limit),
		TEST(test_types_and_sizes_are_bounded),
		TEST(test_numbers_are_held_to_their_width),
		TEST(test_text_may_be_any_language_but_no_control),
		TEST(test_a_setting_is_held_to_its_own_shape),
		TEST(test_a_field_comes_once),
		TEST(test_nesting_is_bounded),
		TEST(test_20000_groups_are_refused),
		TEST(test_a_megabyte_of_text_is_refused),
		TEST(test_fields_in_another_order_are_accepted_and_kept_as_they_came),
	};
	return suite_run("codec_limits", cases, sizeof cases / sizeof *cases);
}
