/* test_connections.c - bytes of connections put in order, however they came; and told apart. */
#include <string.h>

#include "sim/flow/connections.h"
#include "tests/lib/suite.h"

static const struct address client = { 0x0a080002, 49152 }, server = { 0x0a000401, 443 };
static const struct heard heard = { .channel = 3, .who = 1, .whom = 2, .device = 1, .since = 7 };
static struct connections x;

static void send(bool up, uint8_t flags, uint32_t sequence, uint32_t acknowledged, const char *text)
{
	struct segment s = { .from = up ? client : server,
			     .to = up ? server : client,
			     .flags = flags,
			     .sequence = sequence,
			     .acknowledged = acknowledged,
			     .bytes = bytes_of_string(text) };
	connections_segment(&x, &heard, &s);
}

/* Whether a stream is this text, and whole or not. */
static bool is(size_t number, const char *text, bool whole)
{
	struct buffer out = { 0 };
	const struct recorded_stream *s = &x.streams[number];
	bool all = connections_assemble(s, connections_other(&x, s), &out);
	bool same = bytes_equal(bytes_of_buffer(&out), bytes_of_string(text));
	buffer_fini(&out);
	return same && all == whole;
}

static void test_pieces_are_put_in_order_and_only_once(void)
{
	uint32_t from = UINT32_MAX - 3; /* numbers wrap on the way */
	send(true, SEGMENT_SYN, from - 1, 0, "");
	send(true, SEGMENT_ACK, from + 6, 1, "ghi");
	send(true, SEGMENT_ACK, from, 1, "abc");
	send(true, SEGMENT_ACK, from, 1, "abc");
	send(true, SEGMENT_ACK, from + 1, 1, "bcdef");
	CU_ASSERT(x.streams_count == 1 && is(0, "abcdefghi", true));
	CU_ASSERT(x.streams[0].heard.since == 7 && x.streams[0].heard.channel == 3);
	connections_fini(&x);
}

static void test_what_is_missing_is_told(void)
{
	send(true, SEGMENT_SYN, 99, 0, "");
	CU_ASSERT(is(0, "", true));
	send(true, SEGMENT_ACK, 100, 1, "ab");
	CU_ASSERT(is(0, "ab", true));
	send(true, SEGMENT_ACK, 103, 1, "d");
	CU_ASSERT(is(0, "ab", false)); /* something lies behind it */
	send(true, SEGMENT_ACK, 102, 1, "c");
	CU_ASSERT(is(0, "abcd", true));
	send(true, SEGMENT_ACK, 105, 1, "");
	CU_ASSERT(is(0, "abcd", false)); /* its own next number says so */
	send(true, SEGMENT_ACK, 104, 1, "e");
	send(false, SEGMENT_SYN | SEGMENT_ACK, 0, 100, "");
	send(false, SEGMENT_ACK, 1, 105, "");
	CU_ASSERT(is(0, "abcde", true));
	send(false, SEGMENT_ACK, 1, 107, "");
	CU_ASSERT(is(0, "abcde", false)); /* the other one has heard more */
	send(true, SEGMENT_ACK, 105, 1, "fg");
	send(true, SEGMENT_ACK | SEGMENT_FIN, 107, 1, "");
	send(false, SEGMENT_ACK, 1, 108, "");
	send(true, SEGMENT_ACK, 108, 1, "");
	CU_ASSERT(is(0, "abcdefg", true)); /* a FIN is heard like a byte, and is none */
	connections_fini(&x);
}

static void test_without_its_beginning_nothing_is_in_order(void)
{
	send(true, SEGMENT_ACK, 100, 1, "ab");
	CU_ASSERT(is(0, "", false));
	connections_fini(&x);
}

static void test_a_second_connection_between_the_same_ends_is_another(void)
{
	send(true, SEGMENT_SYN, 99, 0, "");
	send(false, SEGMENT_SYN | SEGMENT_ACK, 499, 100, "");
	send(true, SEGMENT_ACK, 100, 500, "one");
	send(false, SEGMENT_ACK, 500, 103, "first");
	send(true, SEGMENT_SYN, 7099, 0, "");
	send(false, SEGMENT_SYN | SEGMENT_ACK, 8499, 7100, "");
	send(false, SEGMENT_ACK, 8500, 7100, "second");
	send(true, SEGMENT_ACK, 7100, 8506, "two");
	CU_ASSERT_FATAL(x.streams_count == 4);
	CU_ASSERT(is(0, "one", true) && is(1, "first", true));
	CU_ASSERT(is(2, "two", true) && is(3, "second", true));
	for (size_t i = 0; i < 4; i++)
		CU_ASSERT(connections_other(&x, &x.streams[i]) == &x.streams[i ^ 1]);
	/* heard again on another hop, from the beginning: the same two, not a third */
	send(true, SEGMENT_SYN, 99, 0, "");
	send(true, SEGMENT_ACK, 103, 500, "!");
	send(true, SEGMENT_SYN, 7099, 0, "");
	send(true, SEGMENT_ACK, 7103, 8506, "?");
	CU_ASSERT(x.streams_count == 4 && is(0, "one!", true) && is(2, "two?", true));
	connections_fini(&x);
}

static void test_what_rides_is_told_apart_by_association(void)
{
	struct stream_ends up = { client, server, 1 + 4, 77 }, down = { server, client, 1 + 4, 77 };
	struct stream_ends other = { client, server, 1 + 4, 78 };
	send(true, SEGMENT_SYN, 99, 0, "");
	send(true, SEGMENT_ACK, 100, 1, "carrier");
	connections_ride(&x, &heard, &up, bytes_of_string("he"));
	connections_ride(&x, &heard, &other, bytes_of_string("another"));
	connections_ride(&x, &heard, &up, bytes_of_string("llo"));
	connections_ride(&x, &heard, &down, bytes_of_string("world"));
	CU_ASSERT_FATAL(x.streams_count == 4);
	CU_ASSERT(is(0, "carrier", true) && is(1, "hello", true));
	CU_ASSERT(is(2, "another", true) && is(3, "world", true));
	CU_ASSERT(connections_other(&x, &x.streams[1]) == &x.streams[3]);
	CU_ASSERT_PTR_NULL(connections_other(&x, &x.streams[2]));
	CU_ASSERT_PTR_NULL(connections_other(&x, &x.streams[0]));
	connections_fini(&x);
}

static void test_datagrams_are_kept_one_by_one(void)
{
	for (size_t i = 0; i < 50; i++)
		connections_packet(&x, &heard, i / 10, bytes_of_string(i % 2 ? "odd" : ""));
	CU_ASSERT_FATAL(x.packets_count == 50);
	for (size_t i = 0; i < 50; i++) {
		struct bytes b = connections_packet_bytes(&x, &x.packets[i]);
		CU_ASSERT(bytes_equal(b, bytes_of_string(i % 2 ? "odd" : "")));
		CU_ASSERT(x.packets[i].flow == i / 10 && x.packets[i].heard.who == 1);
	}
	connections_fini(&x);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_pieces_are_put_in_order_and_only_once),
		TEST(test_what_is_missing_is_told),
		TEST(test_without_its_beginning_nothing_is_in_order),
		TEST(test_a_second_connection_between_the_same_ends_is_another),
		TEST(test_what_rides_is_told_apart_by_association),
		TEST(test_datagrams_are_kept_one_by_one),
	};
	return suite_run("connections", cases, sizeof cases / sizeof *cases);
}
