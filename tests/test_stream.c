/* test_stream.c - the reliable stream in its packets: opening, loss, disorder, ending, and what it
 * ignores. */

#include "proto/pipe/segment.h"
#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

static const enum pipe_kind stream[] = { PIPE_STREAM, PIPE_KINDS };
static const enum pipe_kind secured[] = { PIPE_STREAM, PIPE_TLS, PIPE_FRAME, PIPE_KINDS };
enum { FIRST = 12, MTU = 1200, SIZE = MTU - SEGMENT_HEADERS, LARGE = 300 * 1000 };

static struct ends e;
static uint8_t pattern[LARGE];

static void fill_pattern(void)
{
	uint32_t x = 1;
	for (size_t i = 0; i < LARGE; i++) {
		x = x * 1664525 + 1013904223;
		pattern[i] = (uint8_t)(x >> 24);
	}
}

static enum fate only_one(size_t number, const void *context)
{
	return number == *(const size_t *)context ? LOST : CARRIED;
}

static enum fate mixed(size_t number, const void *context)
{
	size_t x = (number + *(const size_t *)context) * 2654435761u >> 7;
	return x % 10 < 3 ? LOST : x % 10 == 4 ? TWICE : x % 10 < 7 ? DELAYED : CARRIED;
}

static enum fate all_lost(size_t number, const void *context)
{
	return number >= *(const size_t *)context ? LOST : CARRIED;
}

static void begin(const enum pipe_kind *pipes, enum fate (*fate)(size_t, const void *),
		  const size_t *context)
{
	ends_init(&e, 2, pipes, true);
	e.fate = fate;
	e.fate_context = context;
	ends_open(&e);
}

static bool whole(int end, size_t size)
{
	return bytes_equal(bytes_of_buffer(&e.run[end]), bytes_of(pattern, size));
}

static struct segment flying(size_t i)
{
	struct segment s = { 0 };
	CU_ASSERT_FATAL(i < e.flying_count);
	CU_ASSERT_FATAL(segment_read(bytes_of_buffer(&e.flying[i].unit.bytes), &s));
	return s;
}

static void test_it_opens_with_three_packets_of_real_headers(void)
{
	begin(stream, NULL, NULL);
	struct segment syn = flying(0);
	const uint8_t *ip = e.flying[0].unit.bytes.data;
	CU_ASSERT_EQUAL(ip[8], 64);
	CU_ASSERT_EQUAL(read_u16(ip + 6), 0x4000);
	CU_ASSERT_EQUAL(syn.flags, SEGMENT_SYN);
	CU_ASSERT_EQUAL(syn.size_max, SIZE);
	CU_ASSERT_EQUAL(syn.from.port, 40000);
	CU_ASSERT_EQUAL(syn.to.ip, 0x0a000002);
	ends_run(&e, 25 * MS_NS);
	struct segment answer = flying(0);
	CU_ASSERT_EQUAL(answer.flags, SEGMENT_SYN | SEGMENT_ACK);
	CU_ASSERT_EQUAL(answer.acknowledged, syn.sequence + 1);
	ends_run(&e, 45 * MS_NS);
	struct segment last = flying(0);
	CU_ASSERT_EQUAL(last.flags, SEGMENT_ACK);
	CU_ASSERT_EQUAL(last.sequence, syn.sequence + 1);
	CU_ASSERT_EQUAL(last.acknowledged, answer.sequence + 1);
	CU_ASSERT_EQUAL(last.id, syn.id + 1);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.sent, 3);
	CU_ASSERT_EQUAL(ends_notice_ns(&e, OPENER, PIPE_OPENED, PIPE_STREAM), 40 * MS_NS);
	CU_ASSERT_EQUAL(ends_notice_ns(&e, ACCEPTOR, PIPE_OPENED, PIPE_STREAM), 60 * MS_NS);
	ends_fini(&e);
}

/* RFC 1071 in another way than segment.c does it: byte by byte, folding as it goes. */
static uint16_t plain_sum(const uint8_t *p, size_t size, uint32_t s)
{
	for (size_t i = 0; i < size; i++) {
		s += i % 2 ? p[i] : (uint32_t)p[i] << 8;
		s = (s & 0xffff) + (s >> 16);
	}
	return (uint16_t)s;
}

static void test_checksums_are_right_for_any_size(void)
{
	for (size_t size = 0; size < 9; size++) {
		struct segment s = { .from = { 0xc0a80101, 1 },
				     .to = { 0x08080808, 2 },
				     .sequence = 0xfffffffe,
				     .flags = SEGMENT_ACK,
				     .bytes = bytes_of(pattern, size) };
		struct buffer b = { 0 };
		segment_append(&s, &b);
		uint32_t pseudo = plain_sum(b.data + 12, 8, 6 + (uint32_t)(20 + size));
		CU_ASSERT_EQUAL(plain_sum(b.data, 20, 0), 0xffff);
		CU_ASSERT_EQUAL(plain_sum(b.data + 20, 20 + size, pseudo), 0xffff);
		CU_ASSERT(segment_read(bytes_of_buffer(&b), &s));
		CU_ASSERT(bytes_equal(s.bytes, bytes_of(pattern, size)));
		buffer_fini(&b);
	}
}

static void test_a_large_transfer_fills_segments_and_arrives(void)
{
	begin(stream, NULL, NULL);
	ends_say(&e, OPENER, bytes_of(pattern, LARGE));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(whole(ACCEPTOR, LARGE));
	size_t full = (LARGE + SIZE - 1) / SIZE, data = 0;
	for (size_t i = 0; i < e.sent; i++)
		data += e.sent_by[i] == OPENER;
	CU_ASSERT_EQUAL(data, full + 1); /* and the SYN */
	CU_ASSERT(e.now_ns < S_NS);      /* nothing was repeated */
	ends_fini(&e);
}

static void test_an_answer_carries_the_acknowledgement(void)
{
	begin(secured, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	/* SYN, SYN-ACK, then each flight acknowledges the last; the last needs one of its own. */
	CU_ASSERT_EQUAL(e.sent, 6);
	ends_fini(&e);
}

static void test_each_of_the_first_packets_may_be_lost(void)
{
	for (size_t lost = 0; lost < FIRST; lost++) {
		begin(secured, only_one, &lost);
		ends_run(&e, PIPE_NEVER);
		ends_say(&e, OPENER, bytes_of(pattern, 3000));
		ends_run(&e, PIPE_NEVER);
		ends_say(&e, ACCEPTOR, bytes_of(pattern, 3000));
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT(e.sent > FIRST);
		CU_ASSERT(whole(ACCEPTOR, 3000) && whole(OPENER, 3000));
		CU_ASSERT(e.now_ns < 3 * S_NS);
		ends_fini(&e);
	}
}

/* SYN and SYN-ACK have nothing behind them, so their loss costs exactly the timer. */
static void test_a_lost_syn_costs_one_second(void)
{
	for (size_t lost = 0; lost < 2; lost++) {
		begin(stream, only_one, &lost);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT_EQUAL(ends_notice_ns(&e, OPENER, PIPE_OPENED, PIPE_STREAM),
				S_NS + 40 * MS_NS);
		ends_fini(&e);
	}
}

/* One segment of many is lost: the third duplicate acknowledgement repeats it, no timer. */
static void test_a_lost_segment_is_repeated_before_its_timer(void)
{
	size_t lost = 5;
	begin(stream, only_one, &lost);
	ends_run(&e, PIPE_NEVER);
	int64_t start = e.now_ns;
	ends_say(&e, OPENER, bytes_of(pattern, 20 * SIZE));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(whole(ACCEPTOR, 20 * SIZE));
	CU_ASSERT_EQUAL(e.now_ns - start, 80 * MS_NS); /* two round trips */
	ends_fini(&e);
}

static void test_it_survives_loss_repetition_and_disorder(void)
{
	for (size_t salt = 0; salt < 20; salt++) {
		begin(stream, mixed, &salt);
		ends_say(&e, OPENER, bytes_of(pattern, 100000));
		ends_run(&e, 600 * S_NS);
		ends_say(&e, ACCEPTOR, bytes_of(pattern, 50000));
		ends_run(&e, 1200 * S_NS);
		ends_close(&e, OPENER);
		ends_close(&e, ACCEPTOR);
		ends_run(&e, PIPE_NEVER);
		CU_ASSERT(whole(ACCEPTOR, 100000) && whole(OPENER, 50000));
		for (int i = 0; i < ENDS; i++)
			CU_ASSERT(ends_notice(&e, i, PIPE_CLOSED, PIPE_STREAM) != NULL);
		ends_fini(&e);
	}
}

/* 1 s, 2 s, then 4 s each: thirty repeats, and the end of patience after the last. */
static void test_a_silent_peer_is_given_up_after_thirty_repeats(void)
{
	size_t none = 0;
	begin(stream, all_lost, &none);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL_FATAL(e.sent, 31);
	CU_ASSERT_EQUAL(e.sent_ns[1], 1 * S_NS);
	CU_ASSERT_EQUAL(e.sent_ns[2], 3 * S_NS);
	CU_ASSERT_EQUAL(e.sent_ns[3], 7 * S_NS);
	for (size_t i = 4; i < 31; i++)
		CU_ASSERT_EQUAL(e.sent_ns[i] - e.sent_ns[i - 1], 4 * S_NS);
	const struct pipe_notice *n = ends_notice(&e, OPENER, PIPE_FAILED, PIPE_STREAM);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "stream gave up");
	CU_ASSERT_EQUAL(ends_notice_ns(&e, OPENER, PIPE_FAILED, PIPE_STREAM),
			e.sent_ns[30] + 4 * S_NS);
	ends_fini(&e);
}

static void test_a_stream_that_gives_up_takes_the_layers_above_with_it(void)
{
	static const enum pipe_kind layers[] = { PIPE_STREAM, PIPE_TLS, PIPE_FRAME };
	size_t from = 6; /* secured, then silence */
	begin(secured, all_lost, &from);
	ends_run(&e, S_NS);
	ends_say(&e, OPENER, bytes_of_string("into the void"));
	ends_run(&e, PIPE_NEVER);
	for (size_t i = 0; i < 3; i++) {
		const struct pipe_notice *n = ends_notice(&e, OPENER, PIPE_FAILED, layers[i]);
		CU_ASSERT_FATAL(n != NULL);
		CU_ASSERT_STRING_EQUAL(n->why, "stream gave up");
	}
	CU_ASSERT_EQUAL(stack_due(e.stack[OPENER]), PIPE_NEVER);
	ends_fini(&e);
}

static void test_what_is_said_before_the_end_arrives_before_it(void)
{
	begin(stream, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	ends_say(&e, OPENER, bytes_of(pattern, 5000));
	ends_close(&e, OPENER);
	ends_say(&e, OPENER, bytes_of(pattern, 10)); /* after its own end: nothing */
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(whole(ACCEPTOR, 5000));
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_CLOSED, PIPE_STREAM) != NULL);
	ends_say(&e, ACCEPTOR, bytes_of(pattern, 2000)); /* the other direction stays open */
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT(whole(OPENER, 2000));
	ends_fini(&e);
}

/* -- what is ignored -- */

static struct buffer packet_of(const struct segment *s)
{
	struct buffer b = { 0 };
	segment_append(s, &b);
	return b;
}

/* Each way to spoil a packet; its segment would else be delivered. */
static void spoil(struct buffer *b, size_t how)
{
	uint8_t *p = b->data;
	switch (how) {
	case 0:
		p[0] = 0x46;
		break;
	case 1:
		p[3]++;
		break;
	case 2:
		p[6] |= 0x20;
		break;
	case 3:
		p[9] = 17;
		break;
	case 4:
		p[10] ^= 1;
		break;
	case 5:
		p[36] ^= 1;
		break;
	case 6:
		p[b->size - 1] ^= 1;
		break;
	case 7:
		p[32] = 0x40;
		break;
	case 8:
		p[32] = 0xf0;
		break;
	case 9:
		b->size = 39;
		break;
	case 10:
		b->size = 0;
		break;
	default:
		b->size--;
		break;
	}
}

static void test_what_is_not_of_this_stream_is_ignored(void)
{
	begin(stream, NULL, NULL);
	ends_run(&e, PIPE_NEVER);
	ends_say(&e, OPENER, bytes_of_string("x"));
	struct segment good = flying(0);
	for (size_t how = 0; how < 12; how++) {
		struct buffer b = packet_of(&good);
		spoil(&b, how);
		ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
		buffer_fini(&b);
	}
	struct segment strange[3] = { good, good, good };
	strange[0].from.port++;
	strange[1].to.ip++;
	strange[2].sequence += 200000;
	for (size_t i = 0; i < 3; i++) {
		struct buffer b = packet_of(&strange[i]);
		ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
		buffer_fini(&b);
	}
	CU_ASSERT_EQUAL(e.run[ACCEPTOR].size, 0);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.run[ACCEPTOR].size, 1);
	ends_fini(&e);
}

static void test_a_reset_counts_only_at_its_exact_place(void)
{
	for (uint32_t off = 0; off < 3; off++) {
		begin(stream, NULL, NULL);
		ends_run(&e, PIPE_NEVER);
		ends_say(&e, OPENER, bytes_of_string("x"));
		struct segment s = flying(0);
		s.flags = SEGMENT_RST;
		s.sequence += off;
		struct buffer b = packet_of(&s);
		ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
		buffer_fini(&b);
		CU_ASSERT_EQUAL(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_STREAM) != NULL,
				off == 0);
		ends_fini(&e);
	}
}

static void test_without_randomness_the_addresses_fix_the_numbers(void)
{
	uint32_t first[2], other;
	for (int i = 0; i < 3; i++) {
		ends_init(&e, (uint64_t)i, stream, false);
		e.spec[OPENER].tls = NULL;
		e.spec[OPENER].local.port = (uint16_t)(i == 2 ? 40001 : 40000);
		ends_open(&e);
		*(i == 2 ? &other : &first[i]) = flying(0).sequence;
		ends_fini(&e);
	}
	CU_ASSERT_EQUAL(first[0], first[1]);
	CU_ASSERT_NOT_EQUAL(first[0], other);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_it_opens_with_three_packets_of_real_headers),
		TEST(test_checksums_are_right_for_any_size),
		TEST(test_a_large_transfer_fills_segments_and_arrives),
		TEST(test_an_answer_carries_the_acknowledgement),
		TEST(test_each_of_the_first_packets_may_be_lost),
		TEST(test_a_lost_syn_costs_one_second),
		TEST(test_a_lost_segment_is_repeated_before_its_timer),
		TEST(test_it_survives_loss_repetition_and_disorder),
		TEST(test_a_silent_peer_is_given_up_after_thirty_repeats),
		TEST(test_a_stream_that_gives_up_takes_the_layers_above_with_it),
		TEST(test_what_is_said_before_the_end_arrives_before_it),
		TEST(test_what_is_not_of_this_stream_is_ignored),
		TEST(test_a_reset_counts_only_at_its_exact_place),
		TEST(test_without_randomness_the_addresses_fix_the_numbers),
	};
	fill_pattern();
	return suite_run("stream", cases, sizeof cases / sizeof *cases);
}
