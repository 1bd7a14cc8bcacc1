/* test_pipe.c - stacks of pipes as the topology names them: they secure, carry, frame and end. */
#include <string.h>

#include <openssl/evp.h>

#include "proto/message.h"
#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

/* clang-format off */
static const enum pipe_kind nothing[] = { PIPE_KINDS };
static const enum pipe_kind frame_only[] = { PIPE_FRAME, PIPE_KINDS };
static const enum pipe_kind dtls_only[] = { PIPE_DTLS, PIPE_KINDS };
static const enum pipe_kind tls_frame[] = { PIPE_TLS, PIPE_FRAME, PIPE_KINDS };
static const enum pipe_kind stream_tls_frame[] = { PIPE_STREAM, PIPE_TLS, PIPE_FRAME, PIPE_KINDS };
static const enum pipe_kind stream_tls_http[] = { PIPE_STREAM, PIPE_TLS, PIPE_HTTP, PIPE_KINDS };
static const enum pipe_kind all_four[] = { PIPE_STREAM, PIPE_TLS, PIPE_FRAME, PIPE_HTTP, PIPE_KINDS };
/* clang-format on */

static struct ends e;

/* A unit of this type with this body: what any stack carries, HTTP among them. */
static void say(int from, enum message_type type, const char *body, bool answer, uint32_t request)
{
	struct unit u = ends_unit(type, body, answer, request);
	ends_say_unit(&e, from, &u);
	unit_fini(&u);
}

static bool none_failed(void)
{
	for (int i = 0; i < ENDS; i++)
		for (size_t k = 0; k < e.notices_count[i]; k++)
			if (e.notices[i][k].kind == PIPE_FAILED)
				return false;
	return true;
}

/* Both ends speak, the opener also before anything is ready, and each hears the other. */
static void converse(const enum pipe_kind *pipes, bool mutual)
{
	ends_init(&e, 7, pipes, mutual);
	ends_open(&e);
	if (pipes != dtls_only)
		say(OPENER, MESSAGE_REPLY_WANTED, "early", false, 1);
	ends_run(&e, 10 * S_NS);
	if (pipes == dtls_only)
		say(OPENER, MESSAGE_REPLY_WANTED, "early", false, 1);
	say(OPENER, MESSAGE_GENERATE_KEY, "question", false, 2);
	ends_run(&e, 20 * S_NS);
	say(ACCEPTOR, MESSAGE_GENERATED_KEY, "answer", true, 2);
	say(ACCEPTOR, MESSAGE_REGISTER_KEY, "other way", false, 1);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_heard(&e, ACCEPTOR, 0, MESSAGE_REPLY_WANTED, "early") != NULL);
	CU_ASSERT(ends_heard(&e, ACCEPTOR, 1, MESSAGE_GENERATE_KEY, "question") != NULL);
	CU_ASSERT(ends_heard(&e, OPENER, 0, MESSAGE_GENERATED_KEY, "answer") != NULL);
	CU_ASSERT(ends_heard(&e, OPENER, 1, MESSAGE_REGISTER_KEY, "other way") != NULL);
	CU_ASSERT(none_failed());
	ends_fini(&e);
}

static void test_every_stack_carries_messages_both_ways(void)
{
	converse(nothing, false);
	converse(frame_only, false);
	converse(dtls_only, true);
	converse(tls_frame, true);
	converse(stream_tls_frame, false);
	converse(stream_tls_frame, true);
	converse(stream_tls_http, true);
	converse(all_four, true);
}

static void test_a_secured_notice_names_version_and_cipher(void)
{
	ends_init(&e, 1, stream_tls_frame, true);
	ends_open(&e);
	ends_run(&e, PIPE_NEVER);
	for (int i = 0; i < ENDS; i++) {
		const struct pipe_notice *n = ends_notice(&e, i, PIPE_SECURED, PIPE_TLS);
		CU_ASSERT(ends_notice(&e, i, PIPE_OPENED, PIPE_STREAM) != NULL);
		CU_ASSERT_FATAL(n != NULL);
		CU_ASSERT_STRING_EQUAL(n->detail, "TLSv1.3 TLS_AES_256_GCM_SHA384");
	}
	CU_ASSERT(e.key_lines >= 8); /* four secrets at each end, at least */
	/* SYN, SYN-ACK, hello, server flight, client flight, one acknowledgement of it. */
	CU_ASSERT_EQUAL(e.sent, 6);
	ends_fini(&e);
	ends_init(&e, 1, dtls_only, true);
	ends_open(&e);
	ends_run(&e, PIPE_NEVER);
	const struct pipe_notice *n = ends_notice(&e, OPENER, PIPE_SECURED, PIPE_DTLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->detail, "DTLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384");
	ends_fini(&e);
}

static void transcript(uint64_t seed, const enum pipe_kind *pipes, uint8_t digest[32])
{
	ends_init(&e, seed, pipes, true);
	ends_open(&e);
	ends_run(&e, S_NS);
	say(OPENER, MESSAGE_GENERATE_KEY, "question", false, 2);
	ends_run(&e, 2 * S_NS);
	ends_close(&e, OPENER);
	ends_run(&e, PIPE_NEVER);
	EVP_Q_digest(NULL, "SHA256", NULL, e.transcript.data, e.transcript.size, digest, NULL);
	CU_ASSERT(e.transcript.size > 1500);
	ends_fini(&e);
}

static void test_one_seed_gives_one_transcript(void)
{
	const enum pipe_kind *const stacks[] = { stream_tls_frame, dtls_only, all_four };
	for (size_t i = 0; i < 3; i++) {
		uint8_t first[32], again[32], other[32];
		transcript(5, stacks[i], first);
		transcript(5, stacks[i], again);
		transcript(6, stacks[i], other);
		CU_ASSERT(memcmp(first, again, 32) == 0);
		CU_ASSERT(memcmp(first, other, 32) != 0);
	}
}

static void test_an_orderly_end_is_told_to_every_layer(void)
{
	ends_init(&e, 1, all_four, true);
	ends_open(&e);
	ends_run(&e, S_NS);
	ends_close(&e, OPENER);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_TLS) != NULL);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_FRAME) != NULL);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_HTTP) != NULL);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_STREAM) != NULL);
	ends_close(&e, ACCEPTOR);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_notice(&e, OPENER, PIPE_CLOSED, PIPE_STREAM) != NULL);
	CU_ASSERT(ends_notice(&e, OPENER, PIPE_CLOSED, PIPE_TLS) != NULL);
	CU_ASSERT(none_failed());
	CU_ASSERT(e.now_ns < 2 * S_NS); /* nothing was repeated */
	ends_fini(&e);
}

/* -- truncation: a stream closed under a session -- */

static void test_a_stream_that_ends_without_close_notify_is_a_truncation(void)
{
	ends_init(&e, 1, stream_tls_frame, false);
	e.spec[OPENER].count = 1; /* a stream and no session on it */
	ends_open(&e);
	ends_run(&e, S_NS);
	ends_close(&e, OPENER);
	ends_run(&e, PIPE_NEVER);
	const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_TLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "unexpected eof while reading");
	n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_FRAME);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "unexpected eof while reading");
	ends_fini(&e);
}

static void test_a_frame_cut_short_is_a_truncation(void)
{
	ends_init(&e, 1, tls_frame, false);
	e.spec[OPENER].count = 1; /* TLS without frames */
	ends_open(&e);
	ends_run(&e, S_NS);
	ends_say(&e, OPENER, bytes_of("\0\0\0\5abc", 7));
	ends_close(&e, OPENER);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_TLS) != NULL);
	const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_FRAME);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "truncated frame");
	ends_fini(&e);
}

/* -- frames -- */

static void inject_frame(uint32_t length, size_t size)
{
	static uint8_t zeros[UNIT_MAX + 1];
	struct buffer b = { 0 };
	buffer_append_u32(&b, length);
	buffer_append(&b, bytes_of(zeros, size));
	ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
	buffer_fini(&b);
}

static void test_a_frame_length_is_judged_before_its_bytes(void)
{
	static const struct {
		uint32_t length;
		bool good;
	} cases[] = { { 0, false },           { 1, true },
		      { UNIT_MAX, true },     { UNIT_MAX + 1, false },
		      { 0x80000000u, false }, { 0xffffffffu, false } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ends_init(&e, 1, frame_only, false);
		ends_open(&e);
		inject_frame(cases[i].length, cases[i].good ? cases[i].length : 0);
		const struct judged *j = &e.judged[ACCEPTOR];
		CU_ASSERT_EQUAL(j->asked[PIPE_CHECK_FRAME], 1);
		CU_ASSERT_EQUAL(j->holds[PIPE_CHECK_FRAME], cases[i].good);
		CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], cases[i].good);
		CU_ASSERT_EQUAL(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_FRAME) == NULL,
				cases[i].good);
		ends_fini(&e);
	}
}

static void test_a_frame_length_that_the_judge_lets_pass_is_taken_as_it_stands(void)
{
	ends_init(&e, 1, frame_only, false);
	e.judged[ACCEPTOR].knocked = 1u << PIPE_CHECK_FRAME;
	ends_open(&e);
	inject_frame(UNIT_MAX + 1, UNIT_MAX + 1);
	inject_frame(0, 0);
	inject_frame(0xffffffffu, 9); /* waits, and has reserved nothing */
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], 2);
	CU_ASSERT_EQUAL(e.got[ACCEPTOR][0].bytes.size, UNIT_MAX + 1);
	CU_ASSERT_EQUAL(e.got[ACCEPTOR][1].bytes.size, 0);
	CU_ASSERT(none_failed());
	ends_fini(&e);
}

static void test_frames_may_be_split_anywhere_and_come_together(void)
{
	static const char wire[] = "\0\0\0\5alpha\0\0\0\1b\0\0\0\3end";
	size_t size = sizeof wire - 1;
	for (size_t cut = 0; cut <= size; cut++) {
		ends_init(&e, 1, frame_only, false);
		ends_open(&e);
		ends_inject(&e, ACCEPTOR, bytes_of(wire, cut));
		ends_inject(&e, ACCEPTOR, bytes_of(wire + cut, size - cut));
		CU_ASSERT_EQUAL_FATAL(e.got_count[ACCEPTOR], 3);
		CU_ASSERT(bytes_equal(bytes_of_buffer(&e.run[ACCEPTOR]),
				      bytes_of_string("alphabend")));
		ends_fini(&e);
	}
}

static void test_a_refused_frame_closes_the_layers_below(void)
{
	ends_init(&e, 1, stream_tls_frame, false);
	e.spec[OPENER].count = 2; /* TLS without frames */
	ends_open(&e);
	ends_run(&e, S_NS);
	ends_say(&e, OPENER, bytes_of("\xff\xff\xff\xff", 4));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_FRAME) != NULL);
	CU_ASSERT(ends_notice(&e, OPENER, PIPE_CLOSED, PIPE_TLS) != NULL);
	CU_ASSERT(ends_notice(&e, OPENER, PIPE_CLOSED, PIPE_STREAM) != NULL);
	ends_fini(&e);
}

/* Flip one bit in some of what flies, and let a millisecond pass, over and over. */
static void damage(uint32_t salt)
{
	for (int64_t t = 0; t < 400; t++) {
		ends_run(&e, t * MS_NS);
		for (size_t i = 0; i < e.flying_count; i++) {
			struct buffer *b = &e.flying[i].unit.bytes;
			salt = salt * 1664525 + 1013904223;
			if (salt >> 28 == 0 && b->size > 0)
				b->data[(salt >> 8) % b->size] ^= (uint8_t)(1u << (salt & 7));
		}
	}
	ends_run(&e, 200 * S_NS);
}

/* Whatever was damaged: what comes out is what was said, or nothing. */
static void test_damaged_bytes_never_come_out(void)
{
	static const enum pipe_kind *const stacks[] = { dtls_only, stream_tls_frame, all_four };
	size_t delivered = 0;
	for (uint32_t salt = 0; salt < 60; salt++) {
		ends_init(&e, salt, stacks[salt % 3], true);
		ends_open(&e);
		if (salt % 3)
			say(OPENER, MESSAGE_REGISTER_KEY, "a body", false, 1);
		damage(salt);
		CU_ASSERT(e.got_count[ACCEPTOR] <= 1);
		if (e.got_count[ACCEPTOR] == 1)
			CU_ASSERT(ends_heard(&e, ACCEPTOR, 0, MESSAGE_REGISTER_KEY, "a body") !=
				  NULL);
		delivered += e.got_count[ACCEPTOR];
		ends_fini(&e);
	}
	CU_ASSERT(delivered > 0);
}

/* A place in a standard, or an entry of DEVIATIONS.md. */
static bool is_source(const char *s)
{
	bool standard = strncmp(s, "RFC ", 4) == 0;
	s += standard ? 4 : 1;
	size_t digits = strspn(s, "0123456789");
	return standard ? digits == 4 && s[4] == ' ' && s[5] >= '1' && s[5] <= '9'
			: s[-1] == 'D' && digits > 0 && s[0] != '0' && s[digits] == '\0';
}

static void test_every_check_has_a_name_a_story_and_a_source(void)
{
	for (size_t i = 0; i < PIPE_CHECKS; i++) {
		CU_ASSERT(strncmp(pipe_checks[i].name, "pipe.", 5) == 0);
		CU_ASSERT(strlen(pipe_checks[i].story) > 20 && is_source(pipe_checks[i].source));
		for (size_t k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(pipe_checks[i].name, pipe_checks[k].name);
	}
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_every_stack_carries_messages_both_ways),
		TEST(test_a_secured_notice_names_version_and_cipher),
		TEST(test_one_seed_gives_one_transcript),
		TEST(test_an_orderly_end_is_told_to_every_layer),
		TEST(test_a_stream_that_ends_without_close_notify_is_a_truncation),
		TEST(test_a_frame_cut_short_is_a_truncation),
		TEST(test_a_frame_length_is_judged_before_its_bytes),
		TEST(test_a_frame_length_that_the_judge_lets_pass_is_taken_as_it_stands),
		TEST(test_frames_may_be_split_anywhere_and_come_together),
		TEST(test_a_refused_frame_closes_the_layers_below),
		TEST(test_damaged_bytes_never_come_out),
		TEST(test_every_check_has_a_name_a_story_and_a_source),
	};
	return suite_run("pipe", cases, sizeof cases / sizeof *cases);
}
