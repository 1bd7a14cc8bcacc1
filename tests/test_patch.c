/* test_patch.c - one field of a unit read and replaced in its bytes, against the codec that knows
 * the whole message: what it says of a good one, and that what breaks its rules is said all the
 * same.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/codec/patch.h"
#include "tests/lib/messages.h"
#include "tests/lib/suite.h"

static struct buffer unit, patched, part;

static struct bytes filled(enum message_type type)
{
	struct message m;
	messages_fill(&m, type, true);
	if (type == MESSAGE_SECURE_CHANNEL_SETUP) {
		struct buffer body = { 0 };
		struct message inner;
		messages_fill(&inner, MESSAGE_SETUP_BODY, true);
		setup_body_encode(&inner.as.setup_body, &body);
		memcpy(m.as.secure_channel_setup.body, body.data, body.size);
		m.as.secure_channel_setup.body_size = (uint16_t)body.size;
		buffer_fini(&body);
	}
	buffer_clear(&unit);
	message_encode(&m, &unit);
	message_cleanse(&m);
	return bytes_of_buffer(&unit);
}

static bool patch(struct bytes of, const char *path, const struct bytes *value)
{
	buffer_clear(&patched);
	return message_patch(of, &(struct patch){ .path = path, .value = value }, &patched);
}

static bool set(struct bytes of, const char *path, const char *text)
{
	struct bytes value = bytes_of_string(text);
	return patch(of, path, &value);
}

static enum message_error error_of(const struct buffer *b)
{
	static struct message m;
	return message_decode(bytes_of_buffer(b), &m);
}

static void part_is(const struct buffer *of, const char *path, const char *text)
{
	buffer_clear(&part);
	CU_ASSERT_TRUE(message_part(bytes_of_buffer(of), path, &part));
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&part), bytes_of_string(text)));
}

static const char *const fields[] = { "uid",         "app",      "apps",    "cid",      "verifier",
				      "result",      "body",     "tag1",    "expiry_s", "mtu",
				      "body.salt",   "settings", "token",   "sealed",   "iv",
				      "association", "payload",  "public_b" };

/* Each field of each message, read and put back, is the message. */
static void test_what_is_put_back_is_what_was_there(void)
{
	size_t tried = 0;
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
			bool number, has = message_has_part(type, fields[i], &number);
			struct bytes whole = filled(type);
			buffer_clear(&part);
			CU_ASSERT_EQUAL(message_part(whole, fields[i], &part), has);
			if (!has || strcmp(fields[i], "apps") == 0 ||
			    strcmp(fields[i], "settings") == 0)
				continue; /* of several items one would be left */
			struct bytes value = bytes_of_buffer(&part);
			CU_ASSERT_TRUE(patch(whole, fields[i], &value));
			CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&patched), whole));
			tried++;
		}
	CU_ASSERT_TRUE(tried > 40);
}

/* From nothing, in any order: the bytes that the codec makes. */
static void test_a_unit_is_made_field_by_field(void)
{
	struct message m = { .type = MESSAGE_INSTALL_APP };
	struct buffer wanted = { 0 }, half = { 0 };
	static const uint8_t type[] = { 0, MESSAGE_INSTALL_APP };
	memcpy(m.as.install_app.uid, "a@b.cc", 7);
	memcpy(m.as.install_app.app, "notes", 6);
	message_encode(&m, &wanted);
	CU_ASSERT_TRUE(set(bytes_of(type, sizeof type), "app", "notes"));
	CU_ASSERT_EQUAL(error_of(&patched), MESSAGE_FIELD);
	buffer_append(&half, bytes_of_buffer(&patched));
	CU_ASSERT_TRUE(set(bytes_of_buffer(&half), "uid", "a@b.cc"));
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&patched), bytes_of_buffer(&wanted)));
	buffer_fini(&half);
	buffer_fini(&wanted);
}

static void test_what_breaks_the_rules_is_said(void)
{
	static const uint8_t overlong[5000];
	static const struct {
		const char *path;
		struct bytes value;
		enum message_error error;
	} list[] = {
		{ "uid", { (const uint8_t *)"x", 1 }, MESSAGE_FIELD },
		{ "uid", { NULL, 0 }, MESSAGE_FIELD },
		{ "uid", { (const uint8_t *)"a@\xff.cc", 6 }, MESSAGE_STRING },
		{ "uid", { (const uint8_t *)"a@b\r\n.cc", 8 }, MESSAGE_STRING },
		{ "app", { overlong, sizeof overlong }, MESSAGE_FIELD },
		{ "cid", { overlong, 15 }, MESSAGE_FIELD },
		{ "cid", { overlong, 17 }, MESSAGE_FIELD },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		CU_ASSERT_TRUE(
			patch(filled(MESSAGE_ACTIVATION_REQUEST), list[i].path, &list[i].value));
		CU_ASSERT_EQUAL(error_of(&patched), list[i].error);
		buffer_clear(&part);
		CU_ASSERT_TRUE(message_part(bytes_of_buffer(&patched), list[i].path, &part));
		CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&part), list[i].value));
	}
	CU_ASSERT_TRUE(patch(filled(MESSAGE_ACTIVATION_REQUEST), "verifier", NULL));
	CU_ASSERT_EQUAL(error_of(&patched), MESSAGE_FIELD);
	CU_ASSERT_FALSE(message_part(bytes_of_buffer(&patched), "verifier", &part));
	struct buffer without = patched;
	patched = (struct buffer){ 0 };
	CU_ASSERT_FALSE(patch(bytes_of_buffer(&without), "verifier", NULL));
	CU_ASSERT_EQUAL(patched.size, 0);
	buffer_fini(&without);
}

static void test_a_body_inside_is_patched_and_its_size_mended(void)
{
	struct message before, after;
	struct setup_body body;
	CU_ASSERT_EQUAL(message_decode(filled(MESSAGE_SECURE_CHANNEL_SETUP), &before), MESSAGE_OK);
	CU_ASSERT_TRUE(set(bytes_of_buffer(&unit), "body.uid", "mallory@example.com"));
	CU_ASSERT_EQUAL(message_decode(bytes_of_buffer(&patched), &after), MESSAGE_OK);
	const struct secure_channel_setup *s = &after.as.secure_channel_setup;
	CU_ASSERT_EQUAL(setup_body_decode(bytes_of(s->body, s->body_size), &body), MESSAGE_OK);
	CU_ASSERT_STRING_EQUAL(body.uid, "mallory@example.com");
	CU_ASSERT_EQUAL(memcmp(&s->tag1, &before.as.secure_channel_setup.tag1, sizeof s->tag1), 0);
	part_is(&patched, "body.uid", "mallory@example.com");
	CU_ASSERT_TRUE(patch(filled(MESSAGE_SECURE_CHANNEL_SETUP), "body.salt", NULL));
	CU_ASSERT_EQUAL(message_decode(bytes_of_buffer(&patched), &after), MESSAGE_OK);
	CU_ASSERT_EQUAL(setup_body_decode(bytes_of(s->body, s->body_size), &body), MESSAGE_FIELD);
}

static void test_items_of_a_repeated_field(void)
{
	struct message m = { .type = MESSAGE_ASSIGN_APPS };
	struct buffer whole = { 0 };
	memcpy(m.as.assign_apps.uid, "a@b.cc", 7);
	memcpy(m.as.assign_apps.apps[0], "one", 4);
	memcpy(m.as.assign_apps.apps[1], "two", 4);
	m.as.assign_apps.apps_count = 2;
	memcpy(m.as.assign_apps.versions[0], "1.0", 4);
	m.as.assign_apps.versions_count = 1;
	message_encode(&m, &whole);
	struct bytes of = bytes_of_buffer(&whole);
	CU_ASSERT_TRUE(set(of, "apps[2]", "other"));
	part_is(&patched, "apps", "one");
	part_is(&patched, "apps[2]", "other");
	CU_ASSERT_TRUE(set(of, "apps[3]", "three"));
	part_is(&patched, "apps[3]", "three");
	part_is(&patched, "versions", "1.0");
	CU_ASSERT_EQUAL(error_of(&patched), MESSAGE_OK);
	CU_ASSERT_FALSE(set(of, "apps[4]", "a gap"));
	CU_ASSERT_TRUE(set(of, "apps", "alone"));
	part_is(&patched, "apps[1]", "alone");
	CU_ASSERT_FALSE(message_part(bytes_of_buffer(&patched), "apps[2]", &part));
	CU_ASSERT_TRUE(patch(of, "apps[1]", NULL));
	part_is(&patched, "apps[1]", "two");
	CU_ASSERT_FALSE(patch(of, "apps[3]", NULL));
	CU_ASSERT_TRUE(patch(of, "apps", NULL));
	CU_ASSERT_FALSE(message_part(bytes_of_buffer(&patched), "apps", &part));
	CU_ASSERT_FALSE(set(of, "uid[1]", "a@b.cc"));
	CU_ASSERT_TRUE(set(filled(MESSAGE_PROVISIONING), "settings[2].value", "x"));
	part_is(&patched, "settings[2].value", "x");
	CU_ASSERT_EQUAL(error_of(&patched), MESSAGE_OK);
	buffer_fini(&whole);
}

static void test_numbers_are_decimal_texts(void)
{
	static const char *const results[] = { "0", "-1", "-102", "2147483647", "-2147483648" };
	static const char *const times[] = { "0", "-1", "9223372036854775807",
					     "-9223372036854775808" };
	for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
		struct message m;
		CU_ASSERT_TRUE(set(filled(MESSAGE_REFUSED), "result", results[i]));
		part_is(&patched, "result", results[i]);
		CU_ASSERT_EQUAL(message_decode(bytes_of_buffer(&patched), &m), MESSAGE_OK);
		CU_ASSERT_EQUAL(m.as.refused.result, strtol(results[i], NULL, 10));
	}
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		CU_ASSERT_TRUE(set(filled(MESSAGE_REGISTER_KEY), "expiry_s", times[i]));
		part_is(&patched, "expiry_s", times[i]);
		CU_ASSERT_EQUAL(error_of(&patched), MESSAGE_OK);
	}
	CU_ASSERT_TRUE(set(filled(MESSAGE_TUNNEL_PROPOSAL), "mtu", "4294967296"));
	CU_ASSERT_EQUAL(error_of(&patched), MESSAGE_FIELD);
	static const char *const wrong[] = { "", "-", "x", "1x", " 1", "18446744073709551616" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		CU_ASSERT_FALSE(set(filled(MESSAGE_TUNNEL_PROPOSAL), "mtu", wrong[i]));
		CU_ASSERT_FALSE(message_number_is_good(bytes_of_string(wrong[i])));
	}
}

static void test_what_is_no_unit_has_no_fields(void)
{
	static const uint8_t torn[] = { 0, MESSAGE_REFUSED, 0x08 }, strange[] = { 0xff, 0xff };
	static const char *const paths[] = { "",    ".",       "uid.",   "uid[0]", "uid[",
					     "[1]", "apps[x]", "apps.a", "result." };
	bool number;
	CU_ASSERT_FALSE(set(bytes_of(torn, sizeof torn), "result", "1"));
	CU_ASSERT_FALSE(set(bytes_of(strange, sizeof strange), "uid", "1"));
	CU_ASSERT_FALSE(set(bytes_of(strange, 1), "uid", "1"));
	CU_ASSERT_FALSE(message_part(bytes_of(torn, sizeof torn), "result", &part));
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		CU_ASSERT_FALSE(set(filled(MESSAGE_ASSIGN_APPS), paths[i], "1"));
		CU_ASSERT_FALSE(message_has_part(MESSAGE_ASSIGN_APPS, paths[i], &number));
	}
	CU_ASSERT_TRUE(message_has_part(MESSAGE_REFUSED, "result", &number) && number);
	CU_ASSERT_TRUE(message_has_part(MESSAGE_SECURE_CHANNEL_SETUP, "body.token", &number) &&
		       !number);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(test_what_is_put_back_is_what_was_there),
		TEST(test_a_unit_is_made_field_by_field),
		TEST(test_what_breaks_the_rules_is_said),
		TEST(test_a_body_inside_is_patched_and_its_size_mended),
		TEST(test_items_of_a_repeated_field),
		TEST(test_numbers_are_decimal_texts),
		TEST(test_what_is_no_unit_has_no_fields),
	};
	int status = suite_run("patch", cases, sizeof cases / sizeof *cases);
	buffer_fini(&unit);
	buffer_fini(&patched);
	buffer_fini(&part);
	return status;
}
