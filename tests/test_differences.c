/* test_differences.c - what two records say differently is found field by field, and no secret in
 * it. */
#include <stdio.h>
#include <string.h>

#include "tests/lib/messages.h"
#include "tests/lib/suite.h"
#include "tools/actflow/differences.h"
#include "tools/actflow/fields.h"
#include "tools/actflow/observe.h"

static struct record blank(enum record_kind kind)
{
	struct record r = { .kind = kind };
	observation_fill(&r);
	return r;
}

/* "what: a | b" of each, one behind the other, in a static buffer. */
static const char *found(const struct record *a, const struct record *b)
{
	static char text[2048];
	struct differences d = { 0 };
	differences_find(a, b, true, &d);
	text[0] = '\0';
	for (size_t i = 0; i < d.count; i++) {
		size_t used = strlen(text);
		snprintf(text + used, sizeof text - used, "%s%s: %s | %s", i ? "; " : "",
			 d.list[i].what, d.list[i].a, d.list[i].b);
	}
	differences_fini(&d);
	return text;
}

static void test_equal_records_differ_in_nothing(void)
{
	struct record a = blank(RECORD_STEP), b = a;
	a.at_ns = 1;
	b.at_ns = 2;
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "");
}

static void test_checks_and_states_are_compared_by_name(void)
{
	struct record a = blank(RECORD_STEP), b = a;
	a.state_to = "open";
	b.state_to = "closed";
	a.checks_count = 2;
	a.checks[0] = (struct record_check){ "noc.key_is_known", true, false };
	a.checks[1] = (struct record_check){ "noc.key_is_live", true, false };
	b.checks_count = 1;
	b.checks[0] = (struct record_check){ "noc.key_is_known", false, false };
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "check noc.key_is_known: holds | fails; "
					      "check noc.key_is_live: holds | not asked; "
					      "to state: open | closed");
}

static void test_moments_count_from_their_records(void)
{
	struct record a = blank(RECORD_TIMER), b = a;
	a.at_ns = 1000000;
	a.number = 3000000;
	b.at_ns = 7000000;
	b.number = 9000000;
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "");
	b.number = 10000000;
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "lasts: 2.0 ms | 3.0 ms");
}

/* A sent TypedKey of this user, in buffers of the caller's. */
static struct record typed(const char *uid, const char *key, struct buffer *unit)
{
	struct message m = { .type = MESSAGE_TYPED_KEY };
	struct record r = blank(RECORD_SENT);
	snprintf(m.as.typed_key.uid, sizeof m.as.typed_key.uid, "%s", uid);
	snprintf(m.as.typed_key.key, sizeof m.as.typed_key.key, "%s", key);
	message_encode(&m, unit);
	r.message = "TypedKey";
	r.bytes = bytes_of_buffer(unit);
	return r;
}

/* Cut the key out, as a run does. */
static void cut_key(struct record *r, struct buffer *unit, const char *key, const char *reference)
{
	uint8_t *at = memmem(unit->data, unit->size, key, strlen(key));
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	memset(at, 0, strlen(key));
	r->cuts[r->cuts_count++] = (struct record_cut){ .offset = (uint32_t)(at - unit->data),
							.size = (uint32_t)strlen(key),
							.reference = reference };
}

static void test_fields_are_decoded(void)
{
	struct buffer one = { 0 }, two = { 0 };
	struct record a = typed("a@b.example", "aaaaa-bbbbb-ccccc", &one);
	struct record b = typed("x@b.example", "aaaaa-bbbbb-ccccc", &two);
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "uid: a@b.example | x@b.example");
	buffer_fini(&one);
	buffer_fini(&two);
}

static void test_secrets_are_told_by_reference(void)
{
	struct buffer one = { 0 }, two = { 0 };
	struct record a = typed("a@b.example", "aaaaa-bbbbb-ccccc", &one);
	struct record b = typed("a@b.example", "ddddd-eeeee-fffff", &two);
	cut_key(&a, &one, "aaaaa-bbbbb-ccccc", "access_key#1");
	cut_key(&b, &two, "ddddd-eeeee-fffff", "access_key#2");
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "key: access_key#1 | access_key#2");
	b.cuts[0].reference = "access_key#1";
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "");
	b.cuts_count =
		0; /* another key that the run does not call a secret: typed wrong, perhaps */
	memcpy(two.data, one.data, two.size);
	memset(memmem(two.data, two.size, "\0\0\0", 3), 'z', 17);
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "key: access_key#1 | another value");
	memcpy(two.data, one.data, two.size);
	b.cuts_count = 1;
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "");
	buffer_fini(&one);
	buffer_fini(&two);
}

static void test_only_the_field_with_the_hole_is_a_secret(void)
{
	struct buffer unit = { 0 };
	struct record r = typed("a@b.example", "aaaaa-bbbbb-ccccc", &unit);
	struct fields f;
	cut_key(&r, &unit, "aaaaa-bbbbb-ccccc", "access_key#1");
	fields_read(&r, &f);
	CU_ASSERT_EQUAL_FATAL(f.count, 2);
	CU_ASSERT_STRING_EQUAL(f.list[0].value, "a@b.example");
	CU_ASSERT_STRING_EQUAL(f.list[1].value, "access_key#1");
	fields_fini(&f);
	buffer_fini(&unit);
}

static void test_numbers_are_read_as_what_they_are(void)
{
	struct message refused = { .type = MESSAGE_REFUSED, .as.refused.result = -102 };
	struct message granted = { .type = MESSAGE_TUNNEL_GRANTED,
				   .as.tunnel_granted.association = 4000000000u };
	const struct message *both[] = { &refused, &granted };
	const char *const wanted[] = { "-102", "4000000000" };
	for (size_t i = 0; i < 2; i++) {
		struct buffer unit = { 0 };
		struct record r = blank(RECORD_SENT);
		struct fields f;
		message_encode(both[i], &unit);
		r.bytes = bytes_of_buffer(&unit);
		fields_read(&r, &f);
		CU_ASSERT_EQUAL_FATAL(f.count, 1);
		CU_ASSERT_STRING_EQUAL(f.list[0].value, wanted[i]);
		fields_fini(&f);
		buffer_fini(&unit);
	}
}

/* Every message that there is has names for its fields, and each is shown. */
static void test_every_field_of_every_message_is_read(void)
{
	size_t fields = 0;
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++) {
		struct message m;
		struct buffer unit = { 0 };
		struct record r = blank(RECORD_SENT);
		struct fields f;
		enum message_form form;
		size_t named = 0;
		messages_fill(&m, type, false);
		message_encode(&m, &unit);
		r.bytes = bytes_of_buffer(&unit);
		fields_read(&r, &f);
		while (message_field_name(type, named, &form))
			named++;
		CU_ASSERT_EQUAL(f.type, type);
		CU_ASSERT_EQUAL(f.count, named);
		fields += named;
		fields_fini(&f);
		buffer_fini(&unit);
	}
	CU_ASSERT_TRUE(fields > 80);
}

static void test_bytes_that_are_no_message_are_compared_as_bytes(void)
{
	struct record a = blank(RECORD_PACKET), b = a;
	a.bytes = bytes_of("\x01\x02\x03", 3);
	b.bytes = bytes_of("\x01\x02\x04", 3);
	CU_ASSERT_STRING_EQUAL(found(&a, &b), "bytes: 3 bytes | 3 bytes, differing from byte 2 on");
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_equal_records_differ_in_nothing),
		TEST(test_checks_and_states_are_compared_by_name),
		TEST(test_moments_count_from_their_records),
		TEST(test_fields_are_decoded),
		TEST(test_secrets_are_told_by_reference),
		TEST(test_only_the_field_with_the_hole_is_a_secret),
		TEST(test_numbers_are_read_as_what_they_are),
		TEST(test_every_field_of_every_message_is_read),
		TEST(test_bytes_that_are_no_message_are_compared_as_bytes),
	};
	return suite_run("differences", cases, sizeof cases / sizeof *cases);
}
