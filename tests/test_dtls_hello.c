/* test_dtls_hello.c - what a DTLS server keeps and says before a client has shown its cookie. */
#include <malloc.h>
#include <string.h>

#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

static const enum pipe_kind dtls[] = { PIPE_DTLS, PIPE_KINDS };
enum { HEAD = 13, RECORD_ROOM = 256 };

static struct ends e;

static void begin(void)
{
	ends_init(&e, 11, dtls, true);
	ends_open(&e);
}

/* It is told once more, for this reason, and nothing is said about it. */
static void is_dropped(struct bytes datagram, const char *why)
{
	size_t count = ends_dropped(&e, why), all = e.dropped_count, sent = e.sent;
	ends_inject(&e, ACCEPTOR, datagram);
	CU_ASSERT_EQUAL(ends_dropped(&e, why), count + 1);
	CU_ASSERT_EQUAL(e.dropped_count, all + 1);
	CU_ASSERT_EQUAL(e.sent, sent);
	CU_ASSERT_PTR_NULL(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_DTLS));
}

static void goes_on(void)
{
	ends_say(&e, OPENER, bytes_of_string("and on"));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(bytes_equal(bytes_of_buffer(&e.run[ACCEPTOR]), bytes_of_string("and on")));
	ends_fini(&e);
}

/* The device's own ClientHello, under another record number. */
static struct bytes hello(uint8_t out[RECORD_ROOM], uint32_t number)
{
	CU_ASSERT_FATAL(e.flying_count > 0 && e.flying[0].number == 0);
	struct bytes b = bytes_of_buffer(&e.flying[0].unit.bytes);
	CU_ASSERT_FATAL(b.size <= RECORD_ROOM);
	memcpy(out, b.data, b.size);
	write_u32(out + 7, number);
	return bytes_of(out, b.size);
}

static void forget_said(void)
{
	while (e.flying_count > 1)
		unit_fini(&e.flying[--e.flying_count].unit);
}

/* What the server keeps for a thousand questions is what it keeps for one, and it says less than it
 * hears. */
static void test_a_flood_without_cookie_takes_no_memory(void)
{
	uint8_t room[RECORD_ROOM];
	size_t heard = 0, said = e.transcript.size;
	begin();
	for (uint32_t i = 1; i <= 4; i++)
		ends_inject(&e, ACCEPTOR, hello(room, i));
	forget_said();
	e.sent = 1;
	buffer_fini(&e.transcript);
	buffer_reserve(&e.transcript, 256 * 1024);
	size_t used = mallinfo2().uordblks;
	for (uint32_t i = 5; i <= 1004; i++) {
		struct bytes b = hello(room, i);
		heard += b.size;
		ends_inject(&e, ACCEPTOR, b);
		forget_said();
	}
	CU_ASSERT_EQUAL(mallinfo2().uordblks, used);
	said = e.transcript.size - 1000; /* without a byte for who said it, of each */
	CU_ASSERT_EQUAL(e.sent, 1001);
	CU_ASSERT(said > 0 && said < heard);
	CU_ASSERT_EQUAL(e.dropped_count, 0);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 0);
	ends_fini(&e);
}

/* Pieces of a message of 100,000 bytes, and messages that are not its turn: OpenSSL would keep room
 * for them. */
static void test_nothing_is_kept_before_a_cookie(void)
{
	static const char piece[] = "\x16\xfe\xff\0\0\0\0\0\0\0\x09\0\x14"
				    "\1\1\x86\xa0\0\0\0\0\0\0\0\x08"
				    "12345678";
	static const char ahead[] = "\x16\xfe\xff\0\0\0\0\0\0\0\x0a\0\x14"
				    "\x0b\0\0\x08\0\5\0\0\0\0\0\x08"
				    "12345678";
	static const char finished[] = "\x16\xfe\xfd\0\1\0\0\0\0\0\7\0\x28"
				       "0123456789012345678901234567890123456789";
	begin();
	is_dropped(bytes_of(piece, sizeof piece - 1),
		   "no whole ClientHello, before its cookie"); /* what listening itself takes */
	size_t used = mallinfo2().uordblks;
	is_dropped(bytes_of(piece, sizeof piece - 1), "no whole ClientHello, before its cookie");
	is_dropped(bytes_of(ahead, sizeof ahead - 1), "no whole ClientHello, before its cookie");
	is_dropped(bytes_of(finished, sizeof finished - 1), "a record of an epoch to come");
	CU_ASSERT_EQUAL(mallinfo2().uordblks, used);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_SECURED, PIPE_DTLS) != NULL);
	goes_on();
}

/* Run until the opener's ClientHello with its cookie is on its way. */
static struct in_flight *until_cookie(void)
{
	ends_run(&e, 50 * MS_NS);
	CU_ASSERT_FATAL(e.flying_count == 1 && e.flying[0].to == ACCEPTOR);
	return &e.flying[0];
}

enum { COOKIE_LENGTH_AT = HEAD + 12 + 2 + 32 + 1 };

/* A cookie that is not ours is judged, and answered by a new HelloVerifyRequest as if there were
 * none (RFC 6347 4.2.1): whoever sends one ends nothing. */
static void test_a_bad_cookie_is_asked_for_again(void)
{
	uint8_t room[RECORD_ROOM];
	for (size_t bit = 0; bit < 256; bit += 51) {
		begin();
		struct bytes flying = bytes_of_buffer(&until_cookie()->unit.bytes);
		memcpy(room, flying.data, flying.size);
		CU_ASSERT_EQUAL_FATAL(room[COOKIE_LENGTH_AT], 32);
		room[COOKIE_LENGTH_AT + 1 + bit / 8] ^= (uint8_t)(1u << bit % 8);
		write_u32(room + 7, 100); /* a number that nobody uses */
		size_t sent = e.sent;
		ends_inject(&e, ACCEPTOR, bytes_of(room, flying.size));
		CU_ASSERT_EQUAL(e.sent, sent + 1);
		CU_ASSERT(e.flying[1].unit.bytes.size < flying.size);
		CU_ASSERT_EQUAL(e.flying[1].unit.bytes.data[HEAD], 3); /* HelloVerifyRequest */
		CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 1);
		CU_ASSERT_FALSE(e.judged[ACCEPTOR].holds[PIPE_CHECK_COOKIE]);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_SECURED, PIPE_DTLS) != NULL);
		CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 2);
		CU_ASSERT(e.judged[ACCEPTOR].holds[PIPE_CHECK_COOKIE]);
		goes_on();
	}
}

/* ClientHellos whose lengths contradict each other, with a cookie or in its place. */
static void test_a_broken_hello_ends_nothing(void)
{
	uint8_t room[RECORD_ROOM];
	static const size_t places[] = { COOKIE_LENGTH_AT - 1, COOKIE_LENGTH_AT };
	for (size_t i = 0; i < 2; i++) {
		for (unsigned length = 0; length < 256; length++) {
			begin();
			struct bytes flying = bytes_of_buffer(&until_cookie()->unit.bytes);
			memcpy(room, flying.data, flying.size);
			if (room[places[i]] == length)
				write_u32(room + 7, 100); /* the true one, under another number */
			room[places[i]] = (uint8_t)length;
			ends_inject(&e, ACCEPTOR, bytes_of(room, flying.size));
			CU_ASSERT_PTR_NULL(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_DTLS));
			ends_run(&e, PIPE_NEVER);
			CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_SECURED, PIPE_DTLS) != NULL);
			ends_fini(&e);
		}
	}
}

/* A judge that lets any cookie pass has it answered with a certificate. */
static void test_a_cookie_that_is_let_pass_is_not_asked_for_again(void)
{
	uint8_t room[RECORD_ROOM];
	begin();
	e.judged[ACCEPTOR].knocked = 1u << PIPE_CHECK_COOKIE;
	struct bytes flying = bytes_of_buffer(&until_cookie()->unit.bytes);
	memcpy(room, flying.data, flying.size);
	room[COOKIE_LENGTH_AT + 1] ^= 1;
	ends_inject(&e, ACCEPTOR, bytes_of(room, flying.size));
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 1);
	CU_ASSERT(e.flying[1].unit.bytes.size > 500);
	ends_fini(&e);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_flood_without_cookie_takes_no_memory),
		TEST(test_nothing_is_kept_before_a_cookie),
		TEST(test_a_bad_cookie_is_asked_for_again),
		TEST(test_a_broken_hello_ends_nothing),
		TEST(test_a_cookie_that_is_let_pass_is_not_asked_for_again),
	};
	return suite_run("dtls_hello", cases, sizeof cases / sizeof *cases);
}
