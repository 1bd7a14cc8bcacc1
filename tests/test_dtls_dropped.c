/* test_dtls_dropped.c - each record that DTLS drops is told, with why, and no other one is. */
#include <string.h>

#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

static const enum pipe_kind dtls[] = { PIPE_DTLS, PIPE_KINDS };
enum { HEAD = 13, RECORD_ROOM = 256 };

static const char before[] = "a record that came before";
static const char older[] = "a record older than the last 64";
static const char tag[] = "a record whose tag is wrong";
static const char over[] = "a record of an epoch that is over";
static const char to_come[] = "a record of an epoch to come";
static const char cut[] = "a record that was cut";
static const char stub[] = "a record too short for nonce and tag";
static const char headless[] = "no record: too short for a head";
static const char foreign[] = "no record: not of DTLS";
static const char empty[] = "no record: an empty datagram";

static struct ends e;

static void begin(void)
{
	ends_init(&e, 11, dtls, true);
	ends_open(&e);
}

static void begin_secured(void)
{
	begin();
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_FATAL(ends_notice(&e, ACCEPTOR, PIPE_SECURED, PIPE_DTLS) != NULL);
	CU_ASSERT_EQUAL(ends_dropped(&e, NULL), 0);
}

/* Say one word at the opener, keep its datagram's bytes, and let it arrive or take it away. */
static struct bytes say(const char *word, bool arrives, uint8_t out[RECORD_ROOM])
{
	ends_say(&e, OPENER, bytes_of_string(word));
	CU_ASSERT_EQUAL_FATAL(e.flying_count, 1);
	struct bytes b = bytes_of_buffer(&e.flying[0].unit.bytes);
	CU_ASSERT_FATAL(b.size <= RECORD_ROOM);
	memcpy(out, b.data, b.size);
	if (arrives) {
		ends_run(&e, PIPE_NEVER);
	} else {
		unit_fini(&e.flying[0].unit);
		e.flying_count = 0;
	}
	return bytes_of(out, b.size);
}

/* It is told once more, for this reason; nothing came out, nothing was said about it, and both ends
 * go on. */
static void is_dropped(struct bytes datagram, const char *why)
{
	size_t count = ends_dropped(&e, why), all = e.dropped_count, got = e.got_count[ACCEPTOR];
	size_t sent = e.sent;
	ends_inject(&e, ACCEPTOR, datagram);
	CU_ASSERT_EQUAL(ends_dropped(&e, why), count + 1);
	CU_ASSERT_EQUAL(e.dropped_count, all + 1);
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], got);
	CU_ASSERT_EQUAL(e.sent, sent);
	CU_ASSERT_PTR_NULL(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_DTLS));
}

static void is_read(struct bytes datagram)
{
	size_t all = e.dropped_count, got = e.got_count[ACCEPTOR];
	ends_inject(&e, ACCEPTOR, datagram);
	CU_ASSERT_EQUAL(e.dropped_count, all);
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], got + 1);
}

static void goes_on(void)
{
	uint8_t room[RECORD_ROOM];
	size_t got = e.got_count[ACCEPTOR];
	say("and on", true, room);
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], got + 1);
	ends_fini(&e);
}

/* The window remembers the last 64 (RFC 6347 4.1.2.6): one that others overtook is read when it is
 * old by 63, and no more by 64; what was read is known to have come before as long as that. */
static void test_the_window_ends_between_63_and_64(void)
{
	uint8_t first[RECORD_ROOM], other[RECORD_ROOM];
	for (int age = 62; age <= 65; age++) {
		for (int arrived = 0; arrived < 2; arrived++) {
			begin_secured();
			struct bytes record = say("first", arrived, first);
			for (int i = 0; i < age; i++)
				say("other", true, other);
			if (age >= 64)
				is_dropped(record, older);
			else if (arrived)
				is_dropped(record, before);
			else
				is_read(record);
			if (age < 64)
				is_dropped(record, before);
			goes_on();
		}
	}
}

static void test_a_changed_record_is_dropped_and_the_true_one_read(void)
{
	static const struct {
		size_t at;
		uint8_t bits;
		const char *why;
	} cases[] = {
		{ 0, 0x01, tag },     /* type: an alert */
		{ 0, 0x80, tag },     /* type: none */
		{ 1, 0x01, foreign }, /* major version */
		{ 2, 0x02, tag },     /* minor version */
		{ 4, 0x01, over },    /* epoch 0 */
		{ 4, 0x03, to_come }, /* epoch 2 */
		{ 3, 0x80, to_come }, /* epoch 32769 */
		{ 5, 0xff, tag },     /* number: near 2^48 */
		{ 10, 0x40, tag },    /* number */
		{ 11, 0x01, cut },    /* length: 256 more */
		{ HEAD, 0x01, tag },  /* explicit nonce */
		{ HEAD + 9, 1, tag }, /* body */
	};
	uint8_t room[RECORD_ROOM];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin_secured();
		struct bytes record = say("word", false, room);
		room[cases[i].at] ^= cases[i].bits;
		is_dropped(record, cases[i].why);
		room[cases[i].at] ^= cases[i].bits;
		is_read(record); /* so the changed one has moved no window */
		goes_on();
	}
}

static void test_a_number_near_2_to_48_moves_no_window(void)
{
	uint8_t room[RECORD_ROOM], high[RECORD_ROOM];
	begin_secured();
	struct bytes record = say("word", false, room);
	for (unsigned below = 1; below <= 3; below++) {
		memcpy(high, room, record.size);
		memset(high + 5, 0xff, 6);
		high[10] = (uint8_t)(0u - below);
		is_dropped(bytes_of(high, record.size), tag);
	}
	is_read(record);
	goes_on();
}

static void test_a_cut_record_is_dropped(void)
{
	uint8_t room[RECORD_ROOM];
	begin_secured();
	struct bytes record = say("word", false, room);
	for (size_t size = 0; size < record.size; size++) {
		const char *why = size == 0 ? empty : size < HEAD ? headless : cut;
		is_dropped(bytes_of(room, size), why);
	}
	is_read(record);
	goes_on();
}

static void test_what_is_too_short_to_be_encrypted_is_told(void)
{
	begin_secured();
	is_dropped(bytes_of("\x17\xfe\xfd\0\1\0\0\0\0\x0f\xff\0\5aaaaa", 18), stub);
	is_dropped(bytes_of("\x15\xfe\xfd\0\0\0\0\0\0\0\x09\0\2\1\0", 15), over);
	is_dropped(bytes_of_string("hello, is anybody there?"), foreign);
	goes_on();
}

/* Of two records in a datagram each counts for itself. */
static void test_each_record_of_a_datagram_is_told_by_itself(void)
{
	uint8_t one[RECORD_ROOM], two[RECORD_ROOM];
	struct buffer b = { 0 };
	begin_secured();
	struct bytes first = say("one", false, one), second = say("two", true, two);
	buffer_append(&b, second);
	buffer_append(&b, first);
	buffer_append(&b, second);
	ends_inject(&e, ACCEPTOR, bytes_of_buffer(&b));
	CU_ASSERT_EQUAL(ends_dropped(&e, before), 2);
	CU_ASSERT_EQUAL(e.dropped_count, 2);
	CU_ASSERT_EQUAL(e.got_count[ACCEPTOR], 2);
	buffer_fini(&b);
	goes_on();
}

static enum fate last_flight_lost(size_t number, const void *context)
{
	(void)context;
	return number == 5 ? LOST : CARRIED;
}

/* The server's last flight is lost, the client says its own again, and later a Finished comes twice
 * to it: that it knows it already makes it no dropped record; what was said in the first epoch is.
 */
static void test_a_repeated_finished_is_no_dropped_record(void)
{
	ends_init(&e, 11, dtls, true);
	e.fate = last_flight_lost;
	ends_open(&e);
	ends_run(&e, 500 * MS_NS);
	struct buffer again = { 0 };
	ends_run(&e, S_NS + 100 * MS_NS); /* the client's flight arrives once more */
	for (size_t i = 0; i < e.flying_count; i++)
		buffer_append(&again, bytes_of_buffer(&e.flying[i].unit.bytes));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_FATAL(ends_notice(&e, OPENER, PIPE_SECURED, PIPE_DTLS) != NULL);
	CU_ASSERT_EQUAL(ends_dropped(&e, tag), 0);
	CU_ASSERT_EQUAL(e.dropped_count, ends_dropped(&e, over)); /* the client's, of epoch 0 */
	CU_ASSERT(e.dropped_count > 0);
	/* The same once more: its ChangeCipherSpec is of an epoch that is over, its Finished a
	 * replay. */
	size_t was = ends_dropped(&e, over);
	ends_inject(&e, OPENER, bytes_of_buffer(&again));
	CU_ASSERT_EQUAL(ends_dropped(&e, over), was + 1);
	CU_ASSERT_EQUAL(ends_dropped(&e, before), 1);
	buffer_fini(&again);
	goes_on();
}

static const size_t client_flight = 4;

static enum fate client_flight_doubled(size_t number, const void *context)
{
	(void)context;
	return number == client_flight ? TWICE : CARRIED;
}

/* A Finished that is new to a client that is done: the server said it again because a flight of the
 * client's was read twice. */
static void test_a_finished_under_a_new_number_is_no_dropped_record(void)
{
	begin();
	ends_run(&e, 90 * MS_NS); /* the client's last flight is on its way: hold it back */
	CU_ASSERT_FATAL(e.flying_count == 1 && e.flying[0].to == ACCEPTOR);
	e.flying[0].at_ns += 2 * S_NS; /* so that the client says it again before it arrives */
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_FATAL(ends_notice(&e, OPENER, PIPE_SECURED, PIPE_DTLS) != NULL);
	CU_ASSERT_EQUAL(ends_dropped(&e, tag), 0);
	CU_ASSERT_EQUAL(e.dropped_count, ends_dropped(&e, over));
	goes_on();
	ends_init(&e, 11, dtls, true);
	e.fate = client_flight_doubled;
	ends_open(&e);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(ends_dropped(&e, tag), 0);
	CU_ASSERT_EQUAL(ends_dropped(&e, before), 1); /* its Finished, byte for byte */
	CU_ASSERT_EQUAL(e.dropped_count, 1 + ends_dropped(&e, over));
	goes_on();
}

/* Encrypted records that overtake the ChangeCipherSpec wait: those of the peer are read then, those
 * of somebody else dropped. */
static void test_early_records_wait_and_are_told_of(void)
{
	static const char junk[] = "\x16\xfe\xfd\0\1\0\0\0\0\0\7\0\x28"
				   "0123456789012345678901234567890123456789";
	begin();
	ends_run(&e, 95 * MS_NS); /* the client's last flight is about to arrive */
	CU_ASSERT_FATAL(e.flying_count == 1 && e.flying[0].to == ACCEPTOR);
	struct bytes flight = bytes_of_buffer(&e.flying[0].unit.bytes);
	size_t last = 0; /* where the flight's last record begins */
	for (size_t at = 0; at < flight.size; at += HEAD + read_u16(flight.data + at + 11))
		last = at;
	CU_ASSERT_EQUAL(read_u16(flight.data + last + 3), 1);
	ends_inject(&e, ACCEPTOR, bytes_of(flight.data + last, flight.size - last));
	ends_inject(&e, ACCEPTOR, bytes_of(junk, sizeof junk - 1));
	CU_ASSERT_EQUAL(e.dropped_count, 0);
	e.flying[0].unit.bytes.size = last;
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(ends_notice_ns(&e, ACCEPTOR, PIPE_SECURED, PIPE_DTLS), 100 * MS_NS);
	CU_ASSERT_EQUAL(ends_dropped(&e, tag), 1);
	CU_ASSERT_EQUAL(e.dropped_count, 1);
	goes_on();
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_the_window_ends_between_63_and_64),
		TEST(test_a_changed_record_is_dropped_and_the_true_one_read),
		TEST(test_a_number_near_2_to_48_moves_no_window),
		TEST(test_a_cut_record_is_dropped),
		TEST(test_what_is_too_short_to_be_encrypted_is_told),
		TEST(test_each_record_of_a_datagram_is_told_by_itself),
		TEST(test_a_repeated_finished_is_no_dropped_record),
		TEST(test_a_finished_under_a_new_number_is_no_dropped_record),
		TEST(test_early_records_wait_and_are_told_of),
	};
	return suite_run("dtls_dropped", cases, sizeof cases / sizeof *cases);
}
