/* test_trace.c - what a trace writes it reads again with the same head; whatever else is in the
 * file is refused where it stands. The list of secrets is tried in test_secrets.c.
 */
#include "sim/trace/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

/* A file of this test's own, with the given bytes. */
static char path[] = "/tmp/actflow-test-trace-XXXXXX";

static void file_write(struct bytes b)
{
	FILE *f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(b.data, 1, b.size, f), b.size);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static struct buffer file_read(void)
{
	struct buffer b = { 0 };
	FILE *f = fopen(path, "rb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	for (int c = fgetc(f); c != EOF; c = fgetc(f))
		buffer_append_u8(&b, (uint8_t)c);
	(void)fclose(f);
	return b;
}

/* Collects what a sink is given: the encoded records, one after the other. */
static void collect(void *context, const struct record *r, struct bytes encoded)
{
	struct buffer *all = context;
	buffer_append_u32(all, (uint32_t)r->id);
	buffer_append(all, encoded);
}

/* Five records, the last of them "end"; ids are given by the writer. */
static void write_records(struct trace *t)
{
	static const uint8_t bytes[] = { 0, 2, 8, 0xc9, 1 };
	struct record list[] = {
		{ .kind = RECORD_RUN, .name = "a title", .flow = "knox/flow.yaml", .seed = 7 },
		{ .kind = RECORD_ACTOR, .actor = "uem", .peer = "uem.example", .number = 1 },
		{ .kind = RECORD_SENT,
		  .at_ns = 40,
		  .actor = "uem",
		  .peer = "app",
		  .parents = { 1, 2 },
		  .parents_count = 2,
		  .message = "Refused",
		  .bytes = { bytes, sizeof bytes } },
		{ .kind = RECORD_OUTCOME,
		  .at_ns = 41,
		  .actor = "app",
		  .number = -101,
		  .parents = { 3 },
		  .parents_count = 1 },
		{ .kind = RECORD_END, .at_ns = 41, .number = 4, .text = "quiet" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		CU_ASSERT_EQUAL(trace_append(t, &list[i]), i + 1);
}

/* Write the small trace to the file; its head, and what the sinks saw. */
static void small_trace(uint8_t head[TRACE_HEAD_SIZE], struct buffer *seen)
{
	FILE *f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	struct trace *t = trace_new(f);
	trace_sink(t, collect, seen);
	write_records(t);
	CU_ASSERT_FALSE(trace_failed(t));
	trace_head(t, head);
	CU_ASSERT_EQUAL(trace_size(t), (uint64_t)ftell(f));
	trace_free(t);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

/* Read the file; whether it is refused, saying `words` (NULL: anything) about `place`. */
static bool refused(const char *place, const char *words)
{
	static struct diags d;
	uint8_t head[TRACE_HEAD_SIZE], zero[TRACE_HEAD_SIZE] = { 0 };
	enum err err = trace_read(path, NULL, NULL, head, &d);
	bool good = err == ERR_INPUT && d.count == 1 && strcmp(d.list[0].file, path) == 0 &&
		    memcmp(head, zero, sizeof head) == 0 &&
		    (!place || strncmp(d.list[0].text, place, strlen(place)) == 0) &&
		    (!words || strstr(d.list[0].text, words));
	if (!good && d.count > 0)
		(void)fprintf(stderr, "instead: %s\n", d.list[0].text);
	diag_fini(&d);
	return good;
}

static void test_what_is_written_is_read_with_the_same_head(void)
{
	struct buffer seen = { 0 }, again = { 0 };
	struct diags d = { 0 };
	uint8_t head[TRACE_HEAD_SIZE], back[TRACE_HEAD_SIZE];
	small_trace(head, &seen);
	CU_ASSERT_EQUAL(trace_read(path, collect, &again, back, &d), ERR_OK);
	CU_ASSERT_EQUAL(d.count, 0);
	CU_ASSERT_EQUAL(memcmp(head, back, sizeof head), 0);
	CU_ASSERT_TRUE(seen.size > 100 &&
		       bytes_equal(bytes_of_buffer(&seen), bytes_of_buffer(&again)));
	buffer_fini(&seen);
	buffer_fini(&again);
}

/* The chain as record.h states it, computed from the file alone with another interface of OpenSSL.
 */
static void test_the_head_is_the_chain_of_the_bytes_in_the_file(void)
{
	struct buffer seen = { 0 }, link = { 0 };
	uint8_t head[TRACE_HEAD_SIZE], computed[TRACE_HEAD_SIZE];
	small_trace(head, &seen);
	struct buffer file = file_read();
	size_t at = strlen(RECORD_MAGIC);
	CU_ASSERT_EQUAL(memcmp(file.data, "actflow-trace 1\n", at), 0);
	CU_ASSERT(EVP_Digest(file.data, at, computed, NULL, EVP_sha256(), NULL));
	while (at < file.size) {
		size_t size = 4 + read_u32(file.data + at);
		buffer_clear(&link);
		buffer_append(&link, bytes_of(computed, sizeof computed));
		buffer_append(&link, bytes_of(file.data + at, size));
		CU_ASSERT(EVP_Digest(link.data, link.size, computed, NULL, EVP_sha256(), NULL));
		at += size;
	}
	CU_ASSERT_EQUAL(memcmp(head, computed, sizeof head), 0);
	buffer_fini(&seen);
	buffer_fini(&link);
	buffer_fini(&file);
}

static void test_a_trace_to_nowhere_has_the_same_head_and_size(void)
{
	struct buffer seen = { 0 };
	uint8_t head[TRACE_HEAD_SIZE], other[TRACE_HEAD_SIZE];
	small_trace(head, &seen);
	struct buffer file = file_read();
	struct trace *t = trace_new(NULL);
	trace_head(t, other);
	CU_ASSERT_NOT_EQUAL(memcmp(head, other, sizeof head), 0);
	write_records(t);
	trace_head(t, other);
	CU_ASSERT_EQUAL(memcmp(head, other, sizeof head), 0);
	CU_ASSERT_EQUAL(trace_size(t), file.size);
	trace_free(t);
	trace_free(NULL);
	buffer_fini(&seen);
	buffer_fini(&file);
}

static void test_every_truncation_is_refused(void)
{
	struct buffer seen = { 0 };
	uint8_t head[TRACE_HEAD_SIZE];
	small_trace(head, &seen);
	struct buffer file = file_read();
	for (size_t size = 0; size < file.size; size++) {
		file_write(bytes_of(file.data, size));
		bool in_magic = size < strlen(RECORD_MAGIC);
		CU_ASSERT_TRUE(refused(in_magic ? "not a trace" : "record ", NULL));
	}
	buffer_fini(&seen);
	buffer_fini(&file);
}

static void test_every_flipped_bit_is_refused(void)
{
	struct buffer seen = { 0 };
	uint8_t head[TRACE_HEAD_SIZE];
	size_t sealed = 0;
	small_trace(head, &seen);
	struct buffer file = file_read();
	for (size_t i = 0; i < file.size * 8; i++) {
		static struct diags d;
		file.data[i / 8] ^= (uint8_t)(1u << i % 8);
		file_write(bytes_of_buffer(&file));
		file.data[i / 8] ^= (uint8_t)(1u << i % 8);
		CU_ASSERT_EQUAL(trace_read(path, NULL, NULL, head, &d), ERR_INPUT);
		CU_ASSERT_EQUAL_FATAL(d.count, 1);
		sealed += strstr(d.list[0].text, "the trace was changed") != NULL;
		diag_fini(&d);
	}
	CU_ASSERT_TRUE(sealed > file.size); /* the others have not even the form of a trace */
	buffer_fini(&seen);
	buffer_fini(&file);
}

/* -- one broken trace for each rule -- */

static void frame(struct buffer *file, const struct record *r)
{
	size_t at = file->size;
	buffer_append_u32(file, 0);
	record_encode(r, file);
	write_u32(file->data + at, (uint32_t)(file->size - at - 4));
}

/* A trace of these records, as they are, then `tail`; refused as said? */
static bool records_refused(const struct record *list, size_t count, const char *place,
			    const char *words)
{
	struct buffer file = { 0 };
	buffer_append(&file, bytes_of_string(RECORD_MAGIC));
	for (size_t i = 0; i < count; i++)
		frame(&file, &list[i]);
	file_write(bytes_of_buffer(&file));
	buffer_fini(&file);
	return refused(place, words);
}

static void test_records_out_of_order_are_refused(void)
{
	struct record two[] = { { .id = 1, .at_ns = 9, .kind = RECORD_RUN },
				{ .id = 2, .at_ns = 9, .kind = RECORD_OUTCOME } };
	CU_ASSERT_TRUE(records_refused(two, 1, "record 2 at byte 26: missing", "\"end\""));
	CU_ASSERT_TRUE(records_refused(two, 0, "record 1 at byte 16: missing", "\"end\""));
	two[1].id = 3;
	CU_ASSERT_TRUE(records_refused(two, 2, "record 2 at byte 26: out of sequence",
				       "expected id 2, actual 3"));
	two[1] = (struct record){ .id = 2, .at_ns = 8, .kind = RECORD_OUTCOME };
	CU_ASSERT_TRUE(records_refused(two, 2, "record 2 at byte 26: time goes backwards",
				       "expected at least 9 ns, actual 8 ns"));
	two[1] = (struct record){
		.id = 2, .at_ns = 9, .kind = RECORD_OUTCOME, .parents = { 1, 2 }, .parents_count = 2
	};
	CU_ASSERT_TRUE(records_refused(two, 2, "record 2 at byte 26: a parent",
				       "expected 1 to 1, actual 2"));
	two[1] = (struct record){
		.id = 2, .at_ns = 9, .kind = RECORD_OUTCOME, .parents = { 0 }, .parents_count = 1
	};
	CU_ASSERT_TRUE(records_refused(two, 2, "record 2 at byte 26: a parent", "actual 0"));
	two[0].at_ns = -1;
	CU_ASSERT_TRUE(records_refused(two, 1, "record 1 at byte 16: time", "actual -1 ns"));
}

static void test_what_follows_the_end_is_refused(void)
{
	struct buffer seen = { 0 };
	uint8_t head[TRACE_HEAD_SIZE];
	small_trace(head, &seen);
	struct buffer file = file_read();
	frame(&file, &(struct record){ .id = 6, .at_ns = 41, .kind = RECORD_END });
	file_write(bytes_of_buffer(&file));
	CU_ASSERT_TRUE(refused("record 6 at byte ", "data after the record \"end\""));
	buffer_fini(&seen);
	buffer_fini(&file);
}

static void test_a_missing_or_another_seal_is_refused(void)
{
	uint8_t seal[TRACE_HEAD_SIZE] = { 1 };
	struct record end = { .id = 1, .kind = RECORD_END };
	CU_ASSERT_TRUE(records_refused(&end, 1, "record 1 at byte 16: without seal", "none"));
	end.values_count = 1;
	end.values[0] = (struct record_value){ "tail", bytes_of(seal, sizeof seal) };
	CU_ASSERT_TRUE(records_refused(&end, 1, "record 1 at byte 16: without seal", "another"));
	end.values[0].name = "head";
	CU_ASSERT_TRUE(records_refused(&end, 1, "record 1 at byte 16: the trace was changed", ""));
	end.values[0].value.size--;
	CU_ASSERT_TRUE(records_refused(&end, 1, "record 1 at byte 16: the trace was changed", ""));
}

static bool text_refused(const char *text, size_t size, const char *place, const char *words)
{
	file_write(bytes_of(text, size));
	return refused(place, words);
}

static void test_what_is_not_a_trace_is_refused(void)
{
#define FILE_OF(text) text, sizeof text - 1
#define MAGIC "actflow-trace 1\n"
	CU_ASSERT_TRUE(text_refused("", 0, "not a trace", "an empty file"));
	CU_ASSERT_TRUE(text_refused(FILE_OF("actflow: 1\nscenario: x\n"), "not a trace", NULL));
	CU_ASSERT_TRUE(text_refused(FILE_OF("actflow-trace 1\r\n"), "a trace of another", NULL));
	CU_ASSERT_TRUE(text_refused(FILE_OF("actflow-trace 2\n"), "a trace of another version",
				    "actual '2'"));
	CU_ASSERT_TRUE(text_refused(FILE_OF(MAGIC "\0\0"), "record 1 at byte 16: truncated in",
				    "expected 4 bytes, actual 2"));
	CU_ASSERT_TRUE(text_refused(FILE_OF(MAGIC "\0\0\0\x09"
						  "1234"),
				    "record 1 at byte 16: truncated",
				    "expected 9 bytes, actual 4"));
	CU_ASSERT_TRUE(text_refused(FILE_OF(MAGIC "\0\x10\0\x01"
						  "1"),
				    "record 1 at byte 16: too large", "actual 1048577"));
	CU_ASSERT_TRUE(text_refused(FILE_OF(MAGIC "\xff\xff\xff\xff"
						  "1"),
				    "record 1 at byte 16: too large", "actual 4294967295"));
	CU_ASSERT_TRUE(text_refused(FILE_OF(MAGIC "\0\0\0\0"), "record 1 at byte 16: not a record",
				    "missing"));
}

static void test_a_file_that_cannot_be_read_is_refused(void)
{
	struct diags d = { 0 };
	uint8_t head[TRACE_HEAD_SIZE];
	CU_ASSERT_EQUAL(trace_read("/nonexistent/run.trace", NULL, NULL, head, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(trace_read("/", NULL, NULL, head, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(d.count, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(d.list[0].text, "cannot be opened"));
	CU_ASSERT_PTR_NOT_NULL(strstr(d.list[1].text, "cannot be read"));
	diag_fini(&d);
}

static void test_a_full_disk_is_remembered(void)
{
	FILE *f = fopen("/dev/full", "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	struct trace *t = trace_new(f);
	write_records(t);
	CU_ASSERT_TRUE(trace_failed(t));
	trace_free(t);
	(void)fclose(f);
}

/* -- what we must not write -- */

static struct record second;

static void append_second(void)
{
	struct trace *t = trace_new(NULL);
	struct record first = { .kind = RECORD_RUN, .at_ns = 9 };
	(void)trace_append(t, &first);
	(void)trace_append(t, &second);
}

static void append_after_the_end(void)
{
	struct trace *t = trace_new(NULL);
	struct record end = { .kind = RECORD_END };
	(void)trace_append(t, &end);
	(void)trace_append(t, &end);
}

static void test_a_record_of_ours_out_of_order_aborts(void)
{
	second = (struct record){
		.kind = RECORD_SENT, .at_ns = 9, .parents = { 1 }, .parents_count = 1
	};
	CU_ASSERT_FALSE(aborts(append_second));
	second.at_ns = 8;
	CU_ASSERT_TRUE(aborts(append_second));
	second.at_ns = 9;
	second.parents[0] = 2;
	CU_ASSERT_TRUE(aborts(append_second));
	second.parents[0] = 0;
	CU_ASSERT_TRUE(aborts(append_second));
	CU_ASSERT_TRUE(aborts(append_after_the_end));
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_what_is_written_is_read_with_the_same_head),
		TEST(test_the_head_is_the_chain_of_the_bytes_in_the_file),
		TEST(test_a_trace_to_nowhere_has_the_same_head_and_size),
		TEST(test_every_truncation_is_refused),
		TEST(test_every_flipped_bit_is_refused),
		TEST(test_what_follows_the_end_is_refused),
		TEST(test_a_missing_or_another_seal_is_refused),
		TEST(test_records_out_of_order_are_refused),
		TEST(test_what_is_not_a_trace_is_refused),
		TEST(test_a_file_that_cannot_be_read_is_refused),
		TEST(test_a_full_disk_is_remembered),
		TEST(test_a_record_of_ours_out_of_order_aborts),
	};
	int file = mkstemp(path);
	if (file < 0 || close(file) != 0)
		return 1;
	int result = suite_run("trace", cases, sizeof cases / sizeof *cases);
	return unlink(path) == 0 ? result : 1;
}
