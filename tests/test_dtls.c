/* test_dtls.c - DTLS under loss, repetition and disorder, at exact virtual times. */

#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

static const enum pipe_kind dtls[] = { PIPE_DTLS, PIPE_KINDS };
enum { FIRST = 12, SMALL = 280 };

static struct ends e;

static enum fate only_one(size_t number, const void *context)
{
	return number == *(const size_t *)context ? LOST : CARRIED;
}

static enum fate all_twice(size_t number, const void *context)
{
	(void)number, (void)context;
	return TWICE;
}

static enum fate every_other_late(size_t number, const void *context)
{
	return number % 2 == *(const size_t *)context ? DELAYED : CARRIED;
}

static enum fate none_from(size_t number, const void *context)
{
	return number >= *(const size_t *)context ? LOST : CARRIED;
}

static void begin(uint16_t mtu, enum fate (*fate)(size_t, const void *), const size_t *context)
{
	ends_init(&e, 11, dtls, true);
	e.spec[OPENER].mtu = e.spec[ACCEPTOR].mtu = mtu;
	e.fate = fate;
	e.fate_context = context;
	if (mtu == SMALL) { /* a certificate that needs several datagrams */
		static const char *const hosts[] = {
			"a-host-with-a-rather-long-name-1.example",
			"a-host-with-a-rather-long-name-2.example",
			"a-host-with-a-rather-long-name-3.example",
			"a-host-with-a-rather-long-name-4.example",
			"a-host-with-a-rather-long-name-5.example",
			"a-host-with-a-rather-long-name-6.example",
		};
		tls_context_identity(e.tls, "wide.example", hosts, 6);
		e.spec[OPENER].identity = e.spec[ACCEPTOR].identity = "wide.example";
		e.spec[OPENER].host = hosts[5];
		e.spec[ACCEPTOR].client = "wide.example";
	}
	ends_open(&e);
}

static int64_t secured_ns(int end)
{
	return ends_notice_ns(&e, end, PIPE_SECURED, PIPE_DTLS);
}

/* Both ends are secured and hear each other: what matters is that bytes pass, not the notice. */
static void finish(void)
{
	CU_ASSERT(secured_ns(OPENER) >= 0 && secured_ns(ACCEPTOR) >= 0);
	e.fate = NULL;
	ends_say(&e, OPENER, bytes_of_string("ping"));
	ends_say(&e, ACCEPTOR, bytes_of_string("pong"));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(bytes_equal(bytes_of_buffer(&e.run[ACCEPTOR]), bytes_of_string("ping")));
	CU_ASSERT(bytes_equal(bytes_of_buffer(&e.run[OPENER]), bytes_of_string("pong")));
	ends_fini(&e);
}

static void test_a_handshake_takes_six_datagrams(void)
{
	begin(1200, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.sent,
			6); /* hello, cookie, hello, server flight, client flight, last flight */
	CU_ASSERT_EQUAL(secured_ns(ACCEPTOR), 100 * MS_NS);
	CU_ASSERT_EQUAL(secured_ns(OPENER), 120 * MS_NS);
	CU_ASSERT_EQUAL(stack_due(e.stack[OPENER]), PIPE_NEVER);
	CU_ASSERT_EQUAL(stack_due(e.stack[ACCEPTOR]), PIPE_NEVER);
	finish();
}

/* At 1200 bytes every flight is one datagram, so any loss costs exactly one timer of one second. */
static void test_each_lost_datagram_costs_one_second(void)
{
	for (size_t lost = 0; lost < 6; lost++) {
		begin(1200, only_one, &lost);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT_EQUAL(secured_ns(OPENER), S_NS + 120 * MS_NS);
		bool last = lost == 5; /* then only the opener waits */
		CU_ASSERT_EQUAL(secured_ns(ACCEPTOR), (last ? 0 : S_NS) + 100 * MS_NS);
		finish();
	}
}

static void test_each_of_the_first_datagrams_may_be_lost_at_a_small_mtu(void)
{
	for (size_t lost = 0; lost < FIRST; lost++) {
		begin(SMALL, only_one, &lost);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT(e.sent > FIRST);
		CU_ASSERT(secured_ns(OPENER) >= S_NS && secured_ns(OPENER) < 3 * S_NS);
		finish();
	}
}

static void test_no_datagram_exceeds_the_mtu(void)
{
	static const uint16_t sizes[] = { SMALL, 300, 576, 1200 };
	for (size_t i = 0; i < 4; i++) {
		begin(sizes[i], NULL, NULL);
		for (int64_t t = 0; t < 200; t++) {
			ends_run(&e, t * MS_NS);
			for (size_t k = 0; k < e.flying_count; k++)
				CU_ASSERT(e.flying[k].unit.bytes.size <= sizes[i]);
		}
		finish();
	}
}

static void test_repeated_and_disordered_datagrams_change_nothing(void)
{
	begin(SMALL, all_twice, NULL);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(secured_ns(OPENER) < S_NS);
	finish();
	for (size_t odd = 0; odd < 2; odd++) {
		begin(SMALL, every_other_late, &odd);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT(secured_ns(OPENER) < 2 * S_NS);
		finish();
	}
}

/* RFC 6347 4.2.4.1: 1 s, doubled each time, 60 s at most; OpenSSL gives up at the 13th. */
/* An encrypted record of so many bytes, of a sequence number that nobody has used. */
static void append_stub(struct buffer *b, uint16_t epoch, uint16_t size)
{
	buffer_append(b, bytes_of("\x17\xfe\xfd", 3));
	buffer_append_u16(b, epoch);
	buffer_append(b, bytes_of("\0\0\0\0\x0f\xff", 6));
	buffer_append_u16(b, size);
	for (uint16_t i = 0; i < size; i++)
		buffer_append_u8(b, 0xaa);
}

static void inject_stub(int end, uint16_t epoch, uint16_t size)
{
	struct buffer b = { 0 };
	append_stub(&b, epoch, size);
	ends_inject(&e, end, bytes_of_buffer(&b));
	buffer_fini(&b);
}

static void test_what_shares_a_datagram_with_such_a_one_is_read(void)
{
	struct buffer b = { 0 };
	begin(1200, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	ends_say(&e, OPENER, bytes_of_string("ping"));
	append_stub(&b, 1, 23);
	buffer_append(&b, bytes_of_buffer(&e.flying[0].unit.bytes));
	append_stub(&b, 1, 5);
	ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
	CU_ASSERT(bytes_equal(bytes_of_buffer(&e.run[ACCEPTOR]), bytes_of_string("ping")));
	buffer_fini(&b);
	ends_fini(&e);
}

static void test_what_is_too_short_to_be_encrypted_is_dropped(void)
{
	for (int when = 0; when < 3; when++) { /* as the first, in the handshake, behind it */
		for (uint16_t size = 0; size < 26; size++) {
			begin(1200, NULL, NULL);
			if (when > 0)
				ends_run(&e, when == 1 ? 50 * MS_NS : PIPE_NEVER);
			for (uint16_t epoch = 1; epoch < 3; epoch++) {
				inject_stub(OPENER, epoch, size);
				inject_stub(ACCEPTOR, epoch, size);
			}
			ends_run(&e, PIPE_NEVER);
			CU_ASSERT_PTR_NULL(ends_notice(&e, OPENER, PIPE_FAILED, PIPE_DTLS));
			CU_ASSERT_PTR_NULL(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_DTLS));
			finish();
		}
	}
}

static void test_a_silent_peer_is_given_up_after_twelve_repeats(void)
{
	static const int64_t after_s[] = { 0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423 };
	size_t none = 0;
	begin(1200, none_from, &none);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL_FATAL(e.sent, sizeof after_s / sizeof *after_s);
	for (size_t i = 0; i < e.sent; i++)
		CU_ASSERT_EQUAL(e.sent_ns[i], after_s[i] * S_NS);
	const struct pipe_notice *n = ends_notice(&e, OPENER, PIPE_FAILED, PIPE_DTLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "handshake timed out");
	CU_ASSERT_EQUAL(ends_notice_ns(&e, OPENER, PIPE_FAILED, PIPE_DTLS), 483 * S_NS);
	ends_fini(&e);
}

/* Times that are no whole microseconds: OpenSSL's clock counts those, ours nanoseconds. */
static void test_a_timer_keeps_its_nanoseconds(void)
{
	size_t lost = 0;
	ends_init(&e, 11, dtls, true);
	e.now_ns = 123456789;
	host_set_time(e.host, e.now_ns);
	e.fate = only_one;
	e.fate_context = &lost;
	ends_open(&e);
	CU_ASSERT_EQUAL(stack_due(e.stack[OPENER]), 1123456789);
	ends_inject(&e, OPENER, bytes_of_string("noise that moves no timer"));
	e.now_ns += 500000001;
	host_set_time(e.host, e.now_ns);
	ends_inject(&e, OPENER, bytes_of_string("noise that moves no timer"));
	CU_ASSERT_EQUAL(stack_due(e.stack[OPENER]), 1123456789);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.sent_ns[1], 1123456789);
	finish();
}

static void test_a_unit_stays_a_unit(void)
{
	begin(1200, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	ends_say(&e, OPENER, bytes_of_string("one"));
	ends_say(&e, OPENER, bytes_of_string("two"));
	ends_say(&e, OPENER, bytes_of_string("three"));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], 3);
	CU_ASSERT(bytes_equal(bytes_of_buffer(&e.run[ACCEPTOR]), bytes_of_string("onetwothree")));
	CU_ASSERT_EQUAL(e.sent, 6 + 3);
	ends_fini(&e);
}

static void test_a_close_is_told(void)
{
	begin(1200, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	ends_close(&e, OPENER);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_DTLS) != NULL);
	ends_fini(&e);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_handshake_takes_six_datagrams),
		TEST(test_each_lost_datagram_costs_one_second),
		TEST(test_each_of_the_first_datagrams_may_be_lost_at_a_small_mtu),
		TEST(test_no_datagram_exceeds_the_mtu),
		TEST(test_repeated_and_disordered_datagrams_change_nothing),
		TEST(test_what_is_too_short_to_be_encrypted_is_dropped),
		TEST(test_what_shares_a_datagram_with_such_a_one_is_read),
		TEST(test_a_silent_peer_is_given_up_after_twelve_repeats),
		TEST(test_a_timer_keeps_its_nanoseconds),
		TEST(test_a_unit_stays_a_unit),
		TEST(test_a_close_is_told),
	};
	return suite_run("dtls", cases, sizeof cases / sizeof *cases);
}
