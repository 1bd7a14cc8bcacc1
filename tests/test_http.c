/* test_http.c - HTTP between our ends: units there and back, and every ambiguous message refused.
 */
#include <stdio.h>
#include <string.h>

#include "proto/message.h"
#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

static const enum pipe_kind http[] = { PIPE_HTTP, PIPE_KINDS };
static const enum pipe_kind framed[] = { PIPE_FRAME, PIPE_HTTP, PIPE_KINDS };

static struct ends e;

static void begin(const enum pipe_kind *pipes)
{
	ends_init(&e, 4, pipes, false);
	ends_open(&e);
}

static void say(int from, enum message_type type, const char *body, bool answer, uint32_t request)
{
	struct unit u = ends_unit(type, body, answer, request);
	ends_say_unit(&e, from, &u);
	unit_fini(&u);
}

static bool asked(int end, size_t number, enum message_type type, const char *body,
		  uint32_t request)
{
	const struct unit *u = ends_heard(&e, end, number, type, body);
	return u && !u->answer && u->request == request;
}

static bool answered(int end, size_t number, enum message_type type, const char *body,
		     uint32_t request)
{
	const struct unit *u = ends_heard(&e, end, number, type, body);
	return u && u->answer && u->request == request;
}

static bool flies(const char *text)
{
	return e.flying_count == 1 &&
	       bytes_equal(bytes_of_buffer(&e.flying[0].unit.bytes), bytes_of_string(text));
}

static void test_a_request_is_a_post_to_its_name(void)
{
	begin(http);
	say(OPENER, MESSAGE_REGISTER_KEY, "body", false, 0);
	CU_ASSERT(flies("POST /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\n"
			"Content-Type: application/x-protobuf\r\nContent-Length: 4\r\n"
			"X-Request-Id: 1\r\n\r\nbody"));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(asked(ACCEPTOR, 0, MESSAGE_REGISTER_KEY, "body", 1));
	ends_fini(&e);
}

/* How each answer looks, and that it comes out as it went in. */
static void answer(enum message_type type, const char *body, const char *wire)
{
	begin(http);
	say(OPENER, MESSAGE_REGISTER_KEY, "body", false, 77);
	ends_run(&e, PIPE_NEVER);
	say(ACCEPTOR, type, body, true, 77);
	CU_ASSERT(flies(wire));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(answered(OPENER, 0, type, body, 77));
	CU_ASSERT_EQUAL(e.judged[OPENER].asked[PIPE_CHECK_HTTP], 1);
	CU_ASSERT(e.judged[OPENER].holds[PIPE_CHECK_HTTP]);
	ends_fini(&e);
}

static void test_an_answer_is_a_status(void)
{
	answer(MESSAGE_DONE, "",
	       "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Request-Id: 77\r\n\r\n");
	answer(MESSAGE_REFUSED, "no",
	       "HTTP/1.1 403 Forbidden\r\nContent-Type: application/x-protobuf\r\n"
	       "Content-Length: 2\r\nX-Request-Id: 77\r\n\r\nno");
	answer(MESSAGE_GENERATED_KEY, "key",
	       "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf; "
	       "messageType=GeneratedKey\r\n"
	       "Content-Length: 3\r\nX-Request-Id: 77\r\n\r\nkey");
}

static void test_both_ends_may_ask_at_once(void)
{
	begin(framed);
	for (uint32_t i = 1; i <= 3; i++) {
		say(OPENER, MESSAGE_REGISTER_KEY, "up", false, 0);
		say(ACCEPTOR, MESSAGE_SECURE_CHANNEL_SETUP, "down", false, 100 + i);
	}
	ends_run(&e, PIPE_NEVER);
	for (uint32_t i = 3; i >= 1; i--) { /* answered in another order */
		say(ACCEPTOR, MESSAGE_DONE, "", true, i);
		say(OPENER, MESSAGE_REFUSED, "r", true, 100 + i);
	}
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(asked(ACCEPTOR, 2, MESSAGE_REGISTER_KEY, "up", 3));
	CU_ASSERT(answered(OPENER, 3, MESSAGE_DONE, "", 3));
	CU_ASSERT(answered(OPENER, 5, MESSAGE_DONE, "", 1));
	CU_ASSERT(answered(ACCEPTOR, 3, MESSAGE_REFUSED, "r", 103));
	ends_fini(&e);
}

#define HEAD                                                                                       \
	"POST /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: "                     \
	"application/x-protobuf\r\n"
#define GOOD HEAD "Content-Length: 2\r\nX-Request-Id: 5\r\n\r\nok"

static void test_messages_may_be_split_anywhere_and_come_together(void)
{
	static const char two[] = GOOD GOOD;
	size_t size = sizeof two - 1;
	for (size_t cut = 0; cut <= size; cut++) {
		begin(http);
		ends_inject(&e, ACCEPTOR, bytes_of(two, cut));
		ends_inject(&e, ACCEPTOR, bytes_of(two + cut, size - cut));
		CU_ASSERT(asked(ACCEPTOR, 0, MESSAGE_REGISTER_KEY, "ok", 5));
		CU_ASSERT(asked(ACCEPTOR, 1, MESSAGE_REGISTER_KEY, "ok", 5));
		ends_fini(&e);
	}
	begin(http);
	for (size_t i = 0; i < size; i++)
		ends_inject(&e, ACCEPTOR, bytes_of(two + i, 1));
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], 2);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_HTTP], 2);
	ends_fini(&e);
}

#define REST "Content-Length: 2\r\nX-Request-Id: 5\r\n\r\nok"
#define ANSWER "X-Request-Id: 5\r\n\r\n"

/* What two parsers could read in two ways, or what our ends never write. Every one stands beside
 * GOOD with one thing changed. */
/* clang-format off */
static const struct {
	const char *text, *why;
} bad[] = {
	/* lengths */
	{ HEAD "Content-Length: 2\r\nContent-Length: 2\r\nX-Request-Id: 5\r\n\r\nok", "unexpected content-length header" },
	{ HEAD "Content-Length: 2\r\ncontent-length: 9\r\nX-Request-Id: 5\r\n\r\nok", "unexpected content-length header" },
	{ HEAD "Content-Length:\r\nContent-Length: 2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Content-Length: 2\r\nTransfer-Encoding: chunked\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Transfer-Encoding: chunked\r\nX-Request-Id: 5\r\n\r\n2\r\nok\r\n0\r\n\r\n", "a transfer coding, upgrade, trailer or expectation" },
	{ HEAD "Transfer-Encoding: identity\r\nContent-Length: 2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Transfer-Encoding : chunked\r\n" REST, NULL },
	{ HEAD "Transfer-Encoding\t: chunked\r\n" REST, NULL },
	{ HEAD "Content-Length : 9\r\n" REST, NULL },
	{ HEAD "Content-Length: +2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Content-Length: -2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Content-Length: 0x2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Content-Length: 2,2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Content-Length: 2 2\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "Content-Length: 32767\r\nX-Request-Id: 5\r\n\r\nok", "a content length out of bounds" },
	{ HEAD "Content-Length: 4294967298\r\nX-Request-Id: 5\r\n\r\nok", "a content length out of bounds" },
	{ HEAD "Content-Length: 18446744073709551618\r\nX-Request-Id: 5\r\n\r\nok", NULL },
	{ HEAD "X-Request-Id: 5\r\n\r\n", "a content length out of bounds" },
	/* lines */
	{ HEAD "Content-Length: 2\nX-Request-Id: 5\r\n\r\nok", "a line ends in a bare LF" },
	{ "POST /RegisterKey HTTP/1.1\nHost: gw.noc.example\n", "a line ends in a bare LF" },
	{ HEAD "Content-Length: 2\rX-Request-Id: 5\r\n\r\nok", "a bare CR" },
	{ HEAD "X-A: b\r\n folded\r\n" REST, "a folded line" },
	{ HEAD "X-A: b\r\n\tfolded\r\n" REST, "a folded line" },
	{ HEAD " Content-Length: 9\r\n" REST, "a folded line" },
	{ HEAD "X-A\r\n" REST, NULL },
	{ HEAD ": empty\r\n" REST, NULL },
	{ HEAD "X A: b\r\n" REST, NULL },
	{ HEAD "X-A: b\x01\r\n" REST, NULL },
	{ "\r\n" GOOD, "neither a POST nor an answer" },
	{ "\r\n\r\n" GOOD, NULL },
	{ " " GOOD, NULL },
	/* what is asked */
	{ "GET /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, NULL },
	{ "PUT /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "a method other than POST" },
	{ "POSTER /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, NULL },
	{ "POST /Unknown HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown path" },
	{ "POST / HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown path" },
	{ "POST /Done HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown path" },
	{ "POST /RegisterKey?a=b HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown path" },
	{ "POST /../RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown path" },
	{ "POST http://h/RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown path" },
	{ "POST /RegisterKey HTTP/1.0\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "another version than HTTP/1.1" },
	{ "POST /RegisterKey HTTP/2.0\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, NULL },
	{ "POST /RegisterKey\r\nHost: gw.noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, NULL },
	{ "POST /RegisterKey HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n" REST, "a request without a host" },
	{ HEAD "Host: other\r\n" REST, "a header that may stand once stands twice" },
	{ "POST /RegisterKey HTTP/1.1\r\nHost: noc.example\r\nContent-Type: application/x-protobuf\r\n" REST, "a request for another host" },
	{ "POST /RegisterKey HTTP/1.1\r\nHost: gw.noc.example.evil.example\r\nContent-Type: application/x-protobuf\r\n" REST, "a request for another host" },
	{ "POST /RegisterKey HTTP/1.1\r\nHost: gw.noc.example:8443\r\nContent-Type: application/x-protobuf\r\n" REST, "a request for another host" },
	{ "CONNECT 10.0.0.1:22 HTTP/1.1\r\nHost: 10.0.0.1\r\nContent-Type: application/x-protobuf\r\n" REST, NULL },
	{ "POST /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\nContent-Type: text/plain\r\n" REST, "an unknown content type" },
	{ "POST /RegisterKey HTTP/1.1\r\nHost: gw.noc.example\r\n" REST, "an unknown content type" },
	{ HEAD "Upgrade: h2c\r\nConnection: Upgrade\r\n" REST, NULL },
	{ HEAD "Expect: 100-continue\r\n" REST, NULL },
	{ HEAD "Trailer: X-A\r\n" REST, NULL },
	{ HEAD "Content-Length: 2\r\n\r\nok", "a request number out of bounds" },
	{ HEAD "Content-Length: 2\r\nX-Request-Id: 0\r\n\r\nok", "a request number out of bounds" },
	{ HEAD "Content-Length: 2\r\nX-Request-Id: 4294967296\r\n\r\nok", "a request number out of bounds" },
	{ HEAD "X-Request-Id: 6\r\n" REST, "a header that may stand once stands twice" },
	/* answers: only request 5 is open */
	{ "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Request-Id: 6\r\n\r\n", "an answer to no request" },
	{ "HTTP/1.1 202 Accepted\r\n" REST, "a 202 with a body" },
	{ "HTTP/1.1 202 Accepted\r\n" ANSWER, "a content length out of bounds" },
	{ "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n" ANSWER, "an unknown status" },
	{ "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n" ANSWER, "an unknown status" },
	{ "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n" ANSWER, NULL },
	{ "HTTP/1.0 202 Accepted\r\nContent-Length: 0\r\n" ANSWER, "another version than HTTP/1.1" },
	{ "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n" REST, "an unknown message type" },
	{ "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf; messageType=Nothing\r\n" REST, "an unknown message type" },
	{ "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf; messageType=Refused\r\n" REST, "an unknown message type" },
	{ "HTTP/1.1 403 Forbidden\r\n" REST, "an unknown content type" },
};
/* clang-format on */

static void begin_with_request_five(void)
{
	begin(http);
	say(ACCEPTOR, MESSAGE_REGISTER_KEY, "x", false, 5);
}

static void test_what_could_be_read_in_two_ways_is_refused(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		begin_with_request_five();
		ends_inject(&e, ACCEPTOR, bytes_of_string(bad[i].text));
		const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_HTTP);
		bool refused = n && e.got_count[ACCEPTOR] == 0 && e.flying_count == 1 &&
			       e.judged[ACCEPTOR].asked[PIPE_CHECK_HTTP] == 1 &&
			       !e.judged[ACCEPTOR].holds[PIPE_CHECK_HTTP];
		CU_ASSERT(refused);
		if (!refused)
			printf("\nnot refused: %s", bad[i].text);
		if (n && bad[i].why)
			CU_ASSERT_STRING_EQUAL(n->why, bad[i].why);
		ends_inject(&e, ACCEPTOR, bytes_of_string(GOOD)); /* too late */
		CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], 0);
		ends_fini(&e);
	}
	begin_with_request_five(); /* and what they were changed from is good */
	ends_inject(&e, ACCEPTOR, bytes_of_string(GOOD));
	CU_ASSERT(asked(ACCEPTOR, 0, MESSAGE_REGISTER_KEY, "ok", 5));
	ends_fini(&e);
}

static void test_what_the_judge_lets_pass_is_read_as_well_as_it_can_be(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		begin_with_request_five();
		e.judged[ACCEPTOR].knocked = 1u << PIPE_CHECK_HTTP;
		ends_inject(&e, ACCEPTOR, bytes_of_string(bad[i].text));
		CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_HTTP) == NULL);
		ends_fini(&e);
	}
	begin_with_request_five();
	e.judged[ACCEPTOR].knocked = 1u << PIPE_CHECK_HTTP;
	ends_inject(&e, ACCEPTOR, bytes_of_string(HEAD "Host: other\r\n" REST));
	CU_ASSERT(asked(ACCEPTOR, 0, MESSAGE_REGISTER_KEY, "ok", 5));
	ends_fini(&e);
}

static void test_each_end_is_asked_by_its_own_name(void)
{
	static const char form[] = "POST /RegisterKey HTTP/1.1\r\nHost: %s\r\n"
				   "Content-Type: application/x-protobuf\r\n" REST;
	static const struct {
		int end;
		const char *host;
		size_t heard;
	} cases[] = {
		{ ACCEPTOR, "gw.noc.example", 1 }, { ACCEPTOR, "GW.noc.Example", 1 },
		{ ACCEPTOR, "app.example", 0 },    { ACCEPTOR, "gw.noc.example.", 0 },
		{ OPENER, "app.example", 1 },      { OPENER, "gw.noc.example", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[256];
		begin(http);
		snprintf(text, sizeof text, form, cases[i].host);
		ends_inject(&e, cases[i].end, bytes_of_string(text));
		CU_ASSERT_EQUAL(e.got_count[cases[i].end], cases[i].heard);
		CU_ASSERT_EQUAL(e.judged[cases[i].end].holds[PIPE_CHECK_HTTP], cases[i].heard == 1);
		ends_fini(&e);
	}
}

/* -- bounds -- */

/* A message whose head has `headers` headers in all and `size` bytes, by padding the last of them.
 */
static struct buffer sized(size_t headers, size_t size)
{
	struct buffer b = { 0 };
	buffer_append(&b, bytes_of_string(HEAD "Content-Length: 0\r\nX-Request-Id: 5\r\n"));
	for (size_t i = 4; i < headers; i++)
		buffer_append(&b, bytes_of_string("X-A: b\r\n"));
	if (size > b.size + 2) {
		b.size -= 2;
		while (b.size + 4 < size)
			buffer_append_u8(&b, 'b');
		buffer_append(&b, bytes_of_string("\r\n"));
	}
	buffer_append(&b, bytes_of_string("\r\n"));
	return b;
}

static bool takes(struct buffer *b)
{
	begin(http);
	ends_inject(&e, ACCEPTOR, bytes_of_buffer(b));
	bool taken = e.got_count[ACCEPTOR] == 1;
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].holds[PIPE_CHECK_HTTP], taken);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_HTTP], 1);
	ends_fini(&e);
	buffer_fini(b);
	return taken;
}

static void test_heads_are_bounded(void)
{
	struct buffer b = sized(32, 0);
	CU_ASSERT(takes(&b));
	b = sized(33, 0);
	CU_ASSERT_FALSE(takes(&b));
	b = sized(5, 8192);
	CU_ASSERT_EQUAL(b.size, 8192);
	CU_ASSERT(takes(&b));
	b = sized(5, 8193);
	CU_ASSERT_FALSE(takes(&b));
	for (size_t i = 0; i < 9000; i++) /* no end at all */
		buffer_append_u8(&b, 'P');
	CU_ASSERT_FALSE(takes(&b));
}

static void test_the_largest_unit_passes_and_one_more_byte_does_not(void)
{
	static char body[UNIT_MAX];
	memset(body, 'b', sizeof body);
	for (size_t more = 0; more < 2; more++) {
		body[UNIT_MAX - 2 + more] = 0;
		begin(http);
		say(OPENER, MESSAGE_REGISTER_KEY, body, false, 1);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], 1 - more);
		CU_ASSERT_EQUAL(e.judged[ACCEPTOR].holds[PIPE_CHECK_HTTP], more == 0);
		ends_fini(&e);
		body[UNIT_MAX - 2] = 'b';
	}
}

static void test_a_frame_is_exactly_one_message(void)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ GOOD, NULL },
		{ GOOD GOOD, "a frame of several messages" },
		{ GOOD "x", "a frame of several messages" },
		{ HEAD "Content-Length: 3\r\nX-Request-Id: 5\r\n\r\nok",
		  "a frame with a part of a message" },
		{ HEAD, "a frame with a part of a message" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer b = { 0 };
		begin(framed);
		buffer_append_u32(&b, (uint32_t)strlen(cases[i].text));
		buffer_append(&b, bytes_of_string(cases[i].text));
		ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
		buffer_fini(&b);
		const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_HTTP);
		CU_ASSERT_EQUAL(n != NULL, cases[i].why != NULL);
		if (n)
			CU_ASSERT_STRING_EQUAL(n->why, cases[i].why);
		CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], cases[i].why == NULL);
		CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_HTTP], 1);
		ends_fini(&e);
	}
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_request_is_a_post_to_its_name),
		TEST(test_an_answer_is_a_status),
		TEST(test_both_ends_may_ask_at_once),
		TEST(test_messages_may_be_split_anywhere_and_come_together),
		TEST(test_what_could_be_read_in_two_ways_is_refused),
		TEST(test_what_the_judge_lets_pass_is_read_as_well_as_it_can_be),
		TEST(test_each_end_is_asked_by_its_own_name),
		TEST(test_heads_are_bounded),
		TEST(test_the_largest_unit_passes_and_one_more_byte_does_not),
		TEST(test_a_frame_is_exactly_one_message),
	};
	return suite_run("http", cases, sizeof cases / sizeof *cases);
}
