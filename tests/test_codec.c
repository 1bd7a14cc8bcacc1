/* test_codec.c - message units go out and come back: every type at its least and its greatest
 * sizes, in one deterministic form, and nothing of ours that breaks a limit is ever written. What
 * comes from others is tried in test_codec_malformed.c.
 */
#include "proto/message.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/aborts.h"
#include "tests/lib/messages.h"
#include "tests/lib/suite.h"

static struct bytes unit_of(const struct message *m, struct buffer *b)
{
	buffer_clear(b);
	message_encode(m, b);
	return bytes_of_buffer(b);
}

/* Encode, decode, encode: the same bytes, and each decoded field where it was. */
static void expect_round_trip(const struct message *m)
{
	struct buffer first = { 0 }, second = { 0 };
	struct bytes unit = unit_of(m, &first);
	struct message back;
	CU_ASSERT_EQUAL(message_decode(unit, &back), MESSAGE_OK);
	CU_ASSERT_EQUAL(back.type, m->type);
	CU_ASSERT_EQUAL(message_peek(unit), m->type);
	CU_ASSERT_TRUE(bytes_equal(unit, unit_of(&back, &second)));
	if (messages_carries(m->type)) {
		struct bytes view = back.as.carried.payload;
		CU_ASSERT_TRUE(bytes_equal(view, m->as.carried.payload));
		CU_ASSERT_TRUE(view.data >= unit.data &&
			       view.data + view.size <= unit.data + unit.size);
	} else {
		CU_ASSERT_EQUAL(memcmp(&back.as, &m->as, sizeof m->as), 0);
	}
	buffer_fini(&first);
	buffer_fini(&second);
}

static void test_every_type_comes_back_at_its_least_and_greatest(void)
{
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++) {
		struct message m;
		messages_fill(&m, type, false);
		expect_round_trip(&m);
		messages_fill(&m, type, true);
		expect_round_trip(&m);
	}
}

static void test_every_type_has_its_name(void)
{
	CU_ASSERT_STRING_EQUAL(message_name(MESSAGE_NONE), "");
	CU_ASSERT_STRING_EQUAL(message_name(MESSAGE_TYPES), "");
	CU_ASSERT_STRING_EQUAL(message_name(MESSAGE_DONE), "Done");
	CU_ASSERT_STRING_EQUAL(message_name(MESSAGE_ASSIGN_APPS), "AssignApps");
	CU_ASSERT_STRING_EQUAL(message_name(MESSAGE_SECURE_CHANNEL_SETUP), "SecureChannelSetup");
	CU_ASSERT_STRING_EQUAL(message_name(MESSAGE_PROVISIONING), "Provisioning");
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		CU_ASSERT_EQUAL(message_type_of_name(message_name(type)), type);
	CU_ASSERT_EQUAL(message_type_of_name(""), MESSAGE_NONE);
	CU_ASSERT_EQUAL(message_type_of_name("done"), MESSAGE_NONE);
	CU_ASSERT_EQUAL(message_type_of_name("AppSetting"), MESSAGE_NONE);
}

/* Bytes written by hand from knox.proto, so that both directions cannot be wrong alike. */
static void test_the_bytes_are_those_of_the_schema(void)
{
	static const uint8_t refused[] = { 0, 2, 0x08, 0xc9, 0x01 }; /* zigzag(-101) = 201 */
	static const uint8_t data[] = { 0, 25, 0x08, 0x07, 0x12, 0x02, 'h', 'i' };
	static const uint8_t typed[] = { 0, 9, 0x0a, 3, 'a', '@', 'b', 0x12, 0 };
	struct buffer out = { 0 };
	struct message m = { .type = MESSAGE_REFUSED, .as.refused.result = -101 };
	CU_ASSERT_TRUE(bytes_equal(unit_of(&m, &out), bytes_of(refused, sizeof refused)));
	m = (struct message){ .type = MESSAGE_DATAGRAM,
			      .as.carried = { 7, bytes_of_string("hi") } };
	CU_ASSERT_TRUE(bytes_equal(unit_of(&m, &out), bytes_of(data, sizeof data)));
	m = (struct message){ .type = MESSAGE_TYPED_KEY, .as.typed_key.uid = "a@b" };
	CU_ASSERT_TRUE(bytes_equal(unit_of(&m, &out), bytes_of(typed, sizeof typed)));
	buffer_fini(&out);
}

static void test_a_unit_is_appended_to_what_is_there(void)
{
	struct buffer out = { 0 };
	struct message m = { .type = MESSAGE_DONE };
	message_encode(&m, &out);
	message_encode(&m, &out);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&out), bytes_of("\0\1\0\1", 4)));
	buffer_fini(&out);
}

static void test_a_setup_body_is_its_unit_without_the_type(void)
{
	struct message m;
	struct setup_body back;
	struct buffer unit = { 0 }, body = { 0 };
	messages_fill(&m, MESSAGE_SETUP_BODY, true);
	message_encode(&m, &unit);
	setup_body_encode(&m.as.setup_body, &body);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&body), bytes_of(unit.data + 2, unit.size - 2)));
	CU_ASSERT_TRUE(body.size <= BODY_MAX);
	CU_ASSERT_EQUAL(setup_body_decode(bytes_of_buffer(&body), &back), MESSAGE_OK);
	CU_ASSERT_EQUAL(memcmp(&back, &m.as.setup_body, sizeof back), 0);
	CU_ASSERT_EQUAL(setup_body_decode(bytes_of(body.data, body.size - 1), &back), MESSAGE_WIRE);
	CU_ASSERT_STRING_EQUAL(back.uid, "");
	static const uint8_t large[BODY_MAX + 1];
	CU_ASSERT_EQUAL(setup_body_decode(bytes_of(large, sizeof large), &back), MESSAGE_SIZE);
	buffer_fini(&unit);
	buffer_fini(&body);
}

static void test_sealed_parts_fit_into_what_carries_them(void)
{
	enum { GCM_TAG_SIZE = 16 };
	struct message m;
	struct buffer out = { 0 };
	messages_fill(&m, MESSAGE_PROVISIONING, true);
	CU_ASSERT_TRUE(unit_of(&m, &out).size + GCM_TAG_SIZE <= SEALED_MAX);
	messages_fill(&m, MESSAGE_PROVISIONING_DATA, true);
	CU_ASSERT_TRUE(unit_of(&m, &out).size <= CARRIED_MAX);
	messages_fill(&m, MESSAGE_RELAYED_SIGNAL, true);
	CU_ASSERT_TRUE(unit_of(&m, &out).size <= UNIT_MAX);
	buffer_fini(&out);
}

static void test_a_wiped_message_holds_nothing(void)
{
	static const struct message zero;
	struct message m;
	messages_fill(&m, MESSAGE_PROVISIONING, true);
	message_cleanse(&m);
	CU_ASSERT_EQUAL(memcmp(&m, &zero, sizeof m), 0);
}

static void test_every_error_has_its_words(void)
{
	for (enum message_error e = MESSAGE_OK; e < MESSAGE_ERRORS; e++)
		for (enum message_error other = MESSAGE_OK; other < e; other++)
			CU_ASSERT_STRING_NOT_EQUAL(message_error_text(e),
						   message_error_text(other));
}

/* -- what we must not write -- */

static void bad_type(struct message *m)
{
	m->type = MESSAGE_NONE;
}
static void bad_uid(struct message *m)
{
	m->type = MESSAGE_GENERATE_KEY;
	memcpy(m->as.generate_key.uid, "a@", 3);
}
static void bad_text(struct message *m)
{
	m->type = MESSAGE_GENERATE_KEY;
	memcpy(m->as.generate_key.uid, "a@b\r\nc", 7);
}
static void unterminated(struct message *m)
{
	messages_fill(m, MESSAGE_GENERATE_KEY, false);
	memset(m->as.generate_key.uid, 'a', sizeof m->as.generate_key.uid);
}
static void too_many(struct message *m)
{
	messages_fill(m, MESSAGE_ASSIGN_APPS, false);
	m->as.assign_apps.apps_count = APPS_MAX + 1;
}
static void too_large(struct message *m)
{
	messages_fill(m, MESSAGE_SECURE_CHANNEL_RESPONSE, false);
	m->as.secure_channel_response.public_b.size = POINT_MAX + 1;
}
static void empty_mac(struct message *m)
{
	messages_fill(m, MESSAGE_SECURE_CHANNEL_RESPONSE, false);
	m->as.secure_channel_response.tag2.size = 0;
}
static void long_payload(struct message *m)
{
	messages_fill(m, MESSAGE_DATAGRAM, true);
	m->as.carried.payload.size++;
}
static void short_key(struct message *m)
{
	messages_fill(m, MESSAGE_KEY_REPLY, false);
	m->as.key_reply.key[ACCESS_KEY_SIZE - 1] = '\0';
}

/* What is encoded in a process of its own. */
static void (*spoil)(struct message *m);

static void encode_spoiled(void)
{
	struct message m = { 0 };
	struct buffer out = { 0 };
	spoil(&m);
	message_encode(&m, &out);
}

static void unspoiled(struct message *m)
{
	messages_fill(m, MESSAGE_SECURE_CHANNEL_RESPONSE, true);
}

static void test_a_message_of_ours_beyond_its_limits_aborts(void)
{
	static void (*const spoils[])(struct message * m) = {
		bad_type,  bad_uid,   bad_text,     unterminated, too_many,
		too_large, empty_mac, long_payload, short_key,
	};
	for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++)
		CU_ASSERT_TRUE((spoil = spoils[i], aborts(encode_spoiled)));
	spoil = unspoiled;
	CU_ASSERT_FALSE(aborts(encode_spoiled));
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_every_type_comes_back_at_its_least_and_greatest),
		TEST(test_every_type_has_its_name),
		TEST(test_the_bytes_are_those_of_the_schema),
		TEST(test_a_unit_is_appended_to_what_is_there),
		TEST(test_a_setup_body_is_its_unit_without_the_type),
		TEST(test_sealed_parts_fit_into_what_carries_them),
		TEST(test_a_wiped_message_holds_nothing),
		TEST(test_every_error_has_its_words),
		TEST(test_a_message_of_ours_beyond_its_limits_aborts),
	};
	return suite_run("codec", cases, sizeof cases / sizeof *cases);
}
