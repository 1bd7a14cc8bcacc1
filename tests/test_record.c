/* test_record.c - records of a trace go out and come back with every field, and no bytes that are
 * not a record are taken for one. The file around records is tried in test_trace.c.
 */
#include "proto/record.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

/* clang-format off */
/* A record with every field set, each to another value. */
static const struct record full = {
	.id = 4711, .at_ns = 1234567890123, .kind = RECORD_STEP,
	.parents = { 1, 2, 300, 4710 }, .parents_count = 4,
	.actor = "uem", .peer = "app", .channel = "uem_reply", .tag = UINT32_MAX, .session = UINT64_MAX,
	.message = "SecureChannelSetup", .bytes = { (const uint8_t *)"\0\x21 bytes", 8 },
	.machine = "uem_activation", .stimulus = "setup", .state_from = "await setup",
	.state_to = "await request", .source = "S1.12", .text = "a good setup is answered: na\xc3\xafve",
	.name = "run", .reference = "access_key#1", .file = "scenarios/knox/next-app.yaml",
	.flow = "knox/flow.yaml", .variant = "next-app", .seed = 7, .number = INT64_MIN,
	.checks_count = 2, .checks = { { "uem.uid_is_known", true }, { "uem.mac_is_good", false } },
	.cuts_count = 2, .cuts = { { 0, 3, "salt#1" }, { 4, 4, "access_key#1" } },
	.values_count = 2,
	.values = { { "uid", { (const uint8_t *)"a@b", 3 } }, { "empty", { NULL, 0 } } },
};
/* clang-format on */

static struct bytes encoded(const struct record *r, struct buffer *out)
{
	buffer_clear(out);
	record_encode(r, out);
	return bytes_of_buffer(out);
}

static void expect_lists_equal(const struct record *a, const struct record *b)
{
	CU_ASSERT_EQUAL_FATAL(a->parents_count, b->parents_count);
	CU_ASSERT_EQUAL_FATAL(a->checks_count, b->checks_count);
	CU_ASSERT_EQUAL_FATAL(a->cuts_count, b->cuts_count);
	CU_ASSERT_EQUAL_FATAL(a->values_count, b->values_count);
	CU_ASSERT_EQUAL(memcmp(a->parents, b->parents, sizeof a->parents), 0);
	for (size_t i = 0; i < a->checks_count; i++) {
		CU_ASSERT_STRING_EQUAL(a->checks[i].id, b->checks[i].id);
		CU_ASSERT_EQUAL(a->checks[i].holds, b->checks[i].holds);
	}
	for (size_t i = 0; i < a->cuts_count; i++) {
		CU_ASSERT_EQUAL(a->cuts[i].offset, b->cuts[i].offset);
		CU_ASSERT_EQUAL(a->cuts[i].size, b->cuts[i].size);
		CU_ASSERT_STRING_EQUAL(a->cuts[i].reference, b->cuts[i].reference);
	}
	for (size_t i = 0; i < a->values_count; i++) {
		CU_ASSERT_STRING_EQUAL(a->values[i].name, b->values[i].name);
		CU_ASSERT_TRUE(bytes_equal(a->values[i].value, b->values[i].value));
	}
}

static void expect_equal(const struct record *a, const struct record *b)
{
	const char *const these[] = { a->actor,   a->peer,     a->channel,    a->message,
				      a->machine, a->stimulus, a->state_from, a->state_to,
				      a->source,  a->text,     a->name,       a->reference,
				      a->file,    a->flow,     a->variant };
	const char *const those[] = { b->actor,   b->peer,     b->channel,    b->message,
				      b->machine, b->stimulus, b->state_from, b->state_to,
				      b->source,  b->text,     b->name,       b->reference,
				      b->file,    b->flow,     b->variant };
	for (size_t i = 0; i < sizeof these / sizeof *these; i++)
		CU_ASSERT_STRING_EQUAL(these[i] ? these[i] : "", those[i]);
	CU_ASSERT_EQUAL(a->id, b->id);
	CU_ASSERT_EQUAL(a->at_ns, b->at_ns);
	CU_ASSERT_EQUAL(a->kind, b->kind);
	CU_ASSERT_EQUAL(a->tag, b->tag);
	CU_ASSERT_EQUAL(a->session, b->session);
	CU_ASSERT_EQUAL(a->seed, b->seed);
	CU_ASSERT_EQUAL(a->number, b->number);
	CU_ASSERT_TRUE(bytes_equal(a->bytes, b->bytes));
	expect_lists_equal(a, b);
}

static void expect_round_trip(const struct record *r, struct record_memory *memory)
{
	struct buffer out = { 0 }, again = { 0 };
	struct record back;
	struct bytes b = encoded(r, &out);
	CU_ASSERT_PTR_NULL(record_decode(b, &back, memory));
	expect_equal(r, &back);
	CU_ASSERT_TRUE(bytes_equal(b, encoded(&back, &again)));
	buffer_fini(&out);
	buffer_fini(&again);
}

static void test_every_field_comes_back(void)
{
	struct record_memory memory = { 0 };
	expect_round_trip(&full, &memory);
	for (enum record_kind kind = RECORD_RUN; kind < RECORD_KINDS; kind++)
		expect_round_trip(&(struct record){ .id = 1, .kind = kind }, &memory);
	expect_round_trip(&(struct record){ .id = UINT64_MAX,
					    .at_ns = INT64_MAX,
					    .kind = RECORD_OUTCOME,
					    .number = -101 },
			  &memory);
	record_memory_fini(&memory);
	CU_ASSERT_PTR_NULL(memory.unpacked);
	record_memory_fini(&memory);
}

static void test_full_lists_and_large_bytes_come_back(void)
{
	static uint8_t large[RECORD_SIZE_MAX - 4096];
	struct record_memory memory = { 0 };
	struct record r = full;
	memset(large, 0x5a, sizeof large);
	r.bytes = bytes_of(large, sizeof large);
	r.cuts_count = RECORD_CUTS_MAX;
	r.checks_count = r.values_count = RECORD_CHECKS_MAX;
	for (uint32_t i = 0; i < RECORD_CUTS_MAX; i++)
		r.cuts[i] = (struct record_cut){ i * 100, 99, "key#1" };
	for (size_t i = 0; i < RECORD_CHECKS_MAX; i++) {
		r.checks[i] = (struct record_check){ "check", i % 2 == 0 };
		r.values[i] = (struct record_value){ "value", bytes_of(large, i) };
	}
	expect_round_trip(&r, &memory);
	expect_round_trip(&full, &memory);
	record_memory_fini(&memory);
}

static void test_no_string_and_an_empty_one_are_the_same_bytes(void)
{
	struct buffer out = { 0 }, other = { 0 };
	struct record none = { .id = 9, .kind = RECORD_DROP };
	struct record empty = none;
	empty.actor = empty.text = empty.source = "";
	empty.bytes = bytes_of("", 0);
	CU_ASSERT_TRUE(bytes_equal(encoded(&none, &out), encoded(&empty, &other)));
	buffer_fini(&out);
	buffer_fini(&other);
}

static void test_every_kind_has_its_name(void)
{
	CU_ASSERT_STRING_EQUAL(record_kind_name(RECORD_SENT), "sent");
	CU_ASSERT_STRING_EQUAL(record_kind_name(RECORD_END), "end");
	CU_ASSERT_STRING_EQUAL(record_kind_name(RECORD_KINDS), "");
	for (enum record_kind kind = RECORD_RUN; kind < RECORD_KINDS; kind++)
		for (enum record_kind other = RECORD_RUN; other < kind; other++)
			CU_ASSERT_STRING_NOT_EQUAL(record_kind_name(kind), record_kind_name(other));
}

/* -- what others may have written -- */

/* clang-format off */
/* Bytes that follow a good id, time and kind (1, 0, SENT), and the word their refusal must hold. */
static const struct victim {
	const char *tail, *word;
	size_t      size;
} victims[] = {
#define VICTIM(text, word) { text, word, sizeof text - 1 }
	VICTIM("\x18\x08", "duplicate"),                  /* kind twice */
	VICTIM("\xe0\x01\x01", "unknown"),                /* field 28 */
	VICTIM("\x20\x01\x20\x01", "ascend"),             /* parents 1, 1 */
	VICTIM("\x20\x02\x20\x01", "ascend"),
	VICTIM("\x20\x01\x20\x02\x20\x03\x20\x04\x20\x05", "out-of-range"), /* five parents */
	VICTIM("\x22\x02\x01\x02", "protobuf"),           /* packed parents */
	VICTIM("\x2a\x02\x61\x00", "UTF-8"),              /* NUL in actor */
	VICTIM("\x2a\x01\x0d", "control"),
	VICTIM("\x2a\x02\xc0\x80", "UTF-8"),              /* overlong NUL */
	VICTIM("\x2a\x03\xed\xa0\x80", "UTF-8"),          /* surrogate */
	VICTIM("\x2a\x05uem", "truncated"),               /* length past the end */
	VICTIM("\x40\x80\x80\x80\x80\x10", "out-of-range"), /* tag 2^32 */
	VICTIM("\x40\x81\x00", "overlong"),
	VICTIM("\x43\x44", "protobuf"),                   /* a group */
	VICTIM("\x5a\x01x\x62\x06\x08\x01\x10\x01\x1a\x00", "cut"), /* cut of byte 1 of 1 */
	VICTIM("\x62\x02\x08\x01", "missing"),            /* cut without size */
	VICTIM("\x6a\x05\x0a\x01x\x10\x02", "out-of-range"), /* check neither true nor false */
	VICTIM("\x6a\x03\x0a\x01x", "missing"),           /* check without result */
};
/* clang-format on */

static void test_what_is_no_record_is_refused_in_its_words(void)
{
	static const uint8_t good[] = { 0x08, 1, 0x10, 0, 0x18, RECORD_SENT };
	struct record_memory memory = { 0 };
	struct record r;
	CU_ASSERT_PTR_NULL(record_decode(bytes_of(good, sizeof good), &r, &memory));
	for (size_t i = 0; i < sizeof victims / sizeof *victims; i++) {
		struct buffer b = { 0 };
		buffer_append(&b, bytes_of(good, sizeof good));
		buffer_append(&b, bytes_of(victims[i].tail, victims[i].size));
		const char *fault = record_decode(bytes_of_buffer(&b), &r, &memory);
		CU_ASSERT_PTR_NOT_NULL_FATAL(fault);
		CU_ASSERT_PTR_NOT_NULL(strstr(fault, victims[i].word));
		CU_ASSERT_EQUAL(r.id, 0);
		CU_ASSERT_STRING_EQUAL(r.actor, "");
		buffer_fini(&b);
	}
	record_memory_fini(&memory);
}

static void test_kinds_and_sizes_beyond_the_last_are_refused(void)
{
	static uint8_t large[RECORD_SIZE_MAX + 1];
	uint8_t b[] = { 0x08, 1, 0x10, 0, 0x18, 0 };
	struct record_memory memory = { 0 };
	struct record r;
	CU_ASSERT_PTR_NOT_NULL(record_decode(bytes_of(b, sizeof b), &r, &memory));
	b[5] = RECORD_KINDS;
	CU_ASSERT_STRING_EQUAL(record_decode(bytes_of(b, sizeof b), &r, &memory),
			       "a kind that no record has");
	CU_ASSERT_PTR_NOT_NULL(record_decode(bytes_of(b, 4), &r, &memory));
	CU_ASSERT_PTR_NOT_NULL(record_decode(bytes_of(NULL, 0), &r, &memory));
	CU_ASSERT_STRING_EQUAL(record_decode(bytes_of(large, sizeof large), &r, &memory),
			       "larger than any record");
	record_memory_fini(&memory);
}

/* Decode; what is taken must be a record that can be written. Returns whether it was. */
static bool taken(struct bytes b, struct record_memory *memory)
{
	struct record r;
	struct buffer again = { 0 };
	if (record_decode(b, &r, memory))
		return false;
	record_encode(&r, &again);
	buffer_fini(&again);
	return true;
}

static void test_truncations_flips_and_noise_never_crash(void)
{
	struct record_memory memory = { 0 };
	struct buffer out = { 0 };
	struct bytes b = encoded(&full, &out);
	size_t whole = 0, noise_taken = 0;
	uint8_t noise[256];
	uint32_t state = 1;
	for (size_t size = 0; size < b.size; size++)
		whole += taken(bytes_of(b.data, size), &memory);
	/* A record may end between two of its optional fields, and not elsewhere. */
	CU_ASSERT_TRUE(whole > 0 && whole < 40);
	for (size_t i = 0; i < b.size * 8; i++) {
		out.data[i / 8] ^= (uint8_t)(1u << i % 8);
		(void)taken(b, &memory);
		out.data[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof noise; i++)
			noise[i] = (uint8_t)((state = state * 1664525 + 1013904223) >> 24);
		noise_taken += taken(bytes_of(noise, sizeof noise), &memory);
	}
	CU_ASSERT_EQUAL(noise_taken, 0);
	CU_ASSERT_TRUE(taken(b, &memory));
	buffer_fini(&out);
	record_memory_fini(&memory);
}

/* -- what we must not write -- */

static struct record spoiled;

static void encode_spoiled(void)
{
	struct buffer out = { 0 };
	record_encode(&spoiled, &out);
}

static void test_a_record_of_ours_that_could_not_be_read_aborts(void)
{
	static const uint8_t byte, large[RECORD_SIZE_MAX];
	const struct record good = { .id = 9, .kind = RECORD_SENT };
	const struct record bad[] = {
		{ .id = 9 },
		{ .id = 9, .kind = RECORD_KINDS },
		{ .id = 9, .kind = RECORD_SENT, .actor = "a\rb" },
		{ .id = 9, .kind = RECORD_SENT, .text = "\xff" },
		{ .id = 9, .kind = RECORD_SENT, .parents = { 2, 2 }, .parents_count = 2 },
		{ .id = 9, .kind = RECORD_SENT, .parents_count = RECORD_PARENTS_MAX + 1 },
		{ .id = 9, .kind = RECORD_SENT, .cuts_count = RECORD_CUTS_MAX + 1 },
		{ .id = 9, .kind = RECORD_SENT, .checks_count = RECORD_CHECKS_MAX + 1 },
		{ .id = 9, .kind = RECORD_SENT, .values_count = RECORD_CHECKS_MAX + 1 },
		{ .id = 9,
		  .kind = RECORD_SENT,
		  .bytes = { &byte, 1 },
		  .cuts_count = 1,
		  .cuts = { { 1, 1, "k#1" } } },
		{ .id = 9, .kind = RECORD_SENT, .bytes = { large, sizeof large } },
	};
	spoiled = good;
	CU_ASSERT_FALSE(aborts(encode_spoiled));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		spoiled = bad[i];
		CU_ASSERT_TRUE(aborts(encode_spoiled));
	}
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_every_field_comes_back),
		TEST(test_full_lists_and_large_bytes_come_back),
		TEST(test_no_string_and_an_empty_one_are_the_same_bytes),
		TEST(test_every_kind_has_its_name),
		TEST(test_what_is_no_record_is_refused_in_its_words),
		TEST(test_kinds_and_sizes_beyond_the_last_are_refused),
		TEST(test_truncations_flips_and_noise_never_crash),
		TEST(test_a_record_of_ours_that_could_not_be_read_aborts),
	};
	return suite_run("record", cases, sizeof cases / sizeof *cases);
}
