/* test_revealed.c - a recording that the program made, handed to somebody with keys: each kind of
 * channel is read with its own, and is safe without them or with others; and what was damaged on
 * the way to whoever recorded it is never called safe.
 * Arguments: the trace, its run.secrets, the flow file and the name of the variant (next-app).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/pipe/segment.h"
#include "tests/lib/records.h"
#include "tests/lib/suite.h"

enum { LAYERS_MAX = 3, DAMAGED_AT_ONCE = 3 };

static struct flow flow;
static struct secrets secrets;
static struct records records;
static size_t variant;

/* A way to what is said there: the wire that was recorded, the layers around it, and a message in
 * each direction, the first from whoever opened the innermost. */
static const struct way {
	const char *wire, *layers[LAYERS_MAX + 1];
	enum message_type up, down;
} ways[] = {
	{ "scp_link", { "scp_link" }, MESSAGE_CONNECTION_GRANTED, MESSAGE_CONNECTION_REQUEST },
	{ "signalling", { "signalling" }, MESSAGE_TUNNEL_REQUEST, MESSAGE_TUNNEL_GRANTED },
	{ "noc_link", { "noc_link" }, MESSAGE_REGISTER_KEY, MESSAGE_SECURE_CHANNEL_SETUP },
	{ "proxy_uem", { "proxy_uem" }, MESSAGE_SECURE_CHANNEL_SETUP, MESSAGE_REGISTER_KEY },
	{ "console", { "console" }, MESSAGE_ASSIGN_APPS, MESSAGE_DONE },
	{ "noc_session", { "noc_session" }, MESSAGE_ACTIVATION_REQUEST, MESSAGE_NOC_PROVISIONING },
	{ "uem_reply", { "uem_reply" }, MESSAGE_REPLY_WANTED, MESSAGE_PROVISIONING_DATA },
	{ "key_request", { "key_request" }, MESSAGE_SEALED_KEY_REQUEST, MESSAGE_SEALED_KEY_REPLY },
	{ "signalling",
	  { "signalling", "signal_session" },
	  MESSAGE_TUNNEL_PROPOSAL,
	  MESSAGE_TUNNEL_PARAMETERS },
	{ "scp_link",
	  { "scp_link", "signal_session" },
	  MESSAGE_TUNNEL_PROPOSAL,
	  MESSAGE_TUNNEL_PARAMETERS },
	{ "relay",
	  { "tunnel", "noc_session" },
	  MESSAGE_ACTIVATION_REQUEST,
	  MESSAGE_NOC_PROVISIONING },
	{ "relay", { "tunnel", "uem_reply" }, MESSAGE_REPLY_WANTED, MESSAGE_PROVISIONING_DATA },
	{ "scp_link",
	  { "scp_link", "tunnel", "key_request" },
	  MESSAGE_SEALED_KEY_REQUEST,
	  MESSAGE_SEALED_KEY_REPLY },
};
enum { WAYS = sizeof ways / sizeof *ways };

/* -- asking -- */

static uint32_t channel_bit(const char *name)
{
	int channel = flow_channel_index(&flow, name);
	CU_ASSERT_FATAL(channel >= 0);
	return UINT32_C(1) << channel;
}

static uint32_t tls_class(void)
{
	for (size_t i = 0; i < flow.holders_count; i++)
		if (flow.holders[i].ends_of_channel)
			return UINT32_C(1) << i;
	CU_FAIL_FATAL("no class of ends");
	return 0;
}

static uint32_t also_recorded; /* bit set over channels: other wires */

/* What can be made of both messages of a way: with the secrets of these channels, at the end of the
 * run, by whoever has recorded its wire alone. */
struct answer {
	enum readable up, down;
};
static struct answer ask(const struct way *w, const struct records *list, uint32_t channels)
{
	const struct revealed *columns;
	struct checker *c = checker_new(&flow, variant, &secrets);
	struct reveal what = { .classes = tls_class(),
			       .channels = channels,
			       .wires = channel_bit(w->wire) | also_recorded,
			       .step = -1,
			       .at_ns = INT64_MAX };
	checker_reveal(c, &what);
	for (size_t i = 0; i < list->count; i++)
		checker_feed(c, &list->list[i]);
	checker_finish(c);
	CU_ASSERT_EQUAL_FATAL(checker_revealed(c, &columns), 2);
	struct answer a = { columns[0].readable[w->up], columns[0].readable[w->down] };
	checker_free(c);
	return a;
}

static uint32_t layers_of(const struct way *w)
{
	uint32_t set = 0;
	for (size_t i = 0; w->layers[i]; i++)
		set |= channel_bit(w->layers[i]);
	return set;
}

/* -- keys -- */

static void test_each_way_is_read_with_the_keys_of_its_layers(void)
{
	for (size_t i = 0; i < WAYS; i++) {
		struct answer a = ask(&ways[i], &records, layers_of(&ways[i]));
		CU_ASSERT(a.up == READABLE_YES && a.down == READABLE_YES);
	}
}

/* All other secrets of connections together do not help. */
static void test_each_way_is_safe_without_one_of_them(void)
{
	for (size_t i = 0; i < WAYS; i++)
		for (size_t k = 0; ways[i].layers[k]; k++) {
			struct answer a = ask(&ways[i], &records, ~channel_bit(ways[i].layers[k]));
			CU_ASSERT(a.up == READABLE_NOT && a.down == READABLE_NOT);
		}
}

/* A secret by which data of this channel are read: of the first letter's side, or of both. */
static bool is_of_data(const struct record *r, char side, const char *channel)
{
	static const struct {
		const char *name;
		char side;
	} labels[] = { { "CLIENT_TRAFFIC_SECRET_0", 'u' },
		       { "SERVER_TRAFFIC_SECRET_0", 'd' },
		       { "CLIENT_RANDOM", 'b' } };
	if (r->kind != RECORD_HOLD || strcmp(r->name, "tls") || strcmp(r->channel, channel))
		return false;
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (bytes_equal(r->values[0].value, bytes_of_string(labels[i].name)))
			return labels[i].side == 'b' || labels[i].side == side;
	return false;
}

/* Change one bit of each secret of one side of a channel, or change it back. */
static size_t secrets_spoil(char side, const char *channel, size_t bit)
{
	size_t count = 0;
	for (size_t i = 0; i < records.count; i++) {
		const struct record *r = &records.list[i];
		if (!is_of_data(r, side, channel))
			continue;
		for (size_t k = 0; k < secrets.count; k++)
			if (strcmp(secrets.list[k].reference, r->reference) == 0) {
				bit %= 8 * secrets.list[k].value.size;
				secrets.list[k].value.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
				count++;
			}
	}
	return count;
}

static void test_one_bit_of_a_key_makes_its_side_safe(void)
{
	for (size_t i = 0; i < WAYS; i++) {
		size_t last = 0;
		while (ways[i].layers[last + 1])
			last++;
		const char *layer = ways[i].layers[last];
		CU_ASSERT(secrets_spoil('u', layer, 31 * i) > 0);
		struct answer a = ask(&ways[i], &records, layers_of(&ways[i]));
		CU_ASSERT(a.up == READABLE_NOT && a.down == READABLE_YES);
		CU_ASSERT(secrets_spoil('u', layer, 31 * i) > 0);
		CU_ASSERT(secrets_spoil('d', layer, 17 * i) > 0);
		a = ask(&ways[i], &records, layers_of(&ways[i]));
		CU_ASSERT(a.up == READABLE_YES && a.down == READABLE_NOT);
		CU_ASSERT(secrets_spoil('d', layer, 17 * i) > 0);
	}
}

/* The layer around has one key for both sides, or loses both: then nothing inside was reached. */
static void test_one_bit_of_the_key_around_makes_all_inside_safe(void)
{
	for (size_t i = 0; i < WAYS; i++)
		for (size_t k = 0; ways[i].layers[k] && ways[i].layers[k + 1]; k++) {
			bool both = strcmp(ways[i].layers[k], "tunnel") != 0;
			CU_ASSERT(secrets_spoil('u', ways[i].layers[k], 5) > 0);
			CU_ASSERT(!both || secrets_spoil('d', ways[i].layers[k], 9) > 0);
			struct answer a = ask(&ways[i], &records, layers_of(&ways[i]));
			CU_ASSERT(a.up == READABLE_NOT && a.down == READABLE_NOT);
			CU_ASSERT(secrets_spoil('u', ways[i].layers[k], 5) > 0);
			CU_ASSERT(!both || secrets_spoil('d', ways[i].layers[k], 9) > 0);
		}
}

/* -- what was recorded -- */

static bool is_packet_of(const struct record *r, const char *wire)
{
	return r->kind == RECORD_PACKET && strcmp(r->channel, wire) == 0;
}

/* Never safe: read, or not followed. */
static void expect_unsafe(const struct way *w, const struct records *list, size_t lost[2])
{
	struct answer a = ask(w, list, layers_of(w));
	CU_ASSERT(a.up != READABLE_NOT && a.down != READABLE_NOT);
	lost[0] += a.up == READABLE_NOT_FOLLOWED;
	lost[1] += a.down == READABLE_NOT_FOLLOWED;
}

static void test_a_packet_that_was_missed_makes_nothing_safe(void)
{
	for (size_t i = 0; i < WAYS; i++) {
		size_t lost[2] = { 0 };
		for (size_t at = i % DAMAGED_AT_ONCE; at < records.count; at++) {
			struct records without = { 0 };
			if (!is_packet_of(&records.list[at], ways[i].wire))
				continue;
			records_borrow(&without, &records);
			records_remove(&without, at);
			expect_unsafe(&ways[i], &without, lost);
			records_fini(&without);
			at += DAMAGED_AT_ONCE; /* not each of them: it takes its time */
		}
		CU_ASSERT(lost[0] + lost[1] > 0);
	}
}

/* The packet with one bit of what it carries changed, its checksums right. */
static struct bytes changed(struct bytes packet, size_t bit, struct buffer *out)
{
	struct segment s;
	struct buffer load = { 0 };
	bool tcp = segment_read(packet, &s);
	buffer_append(&load, tcp ? s.bytes : packet);
	bit %= 8 * load.size + !load.size;
	if (load.size)
		load.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	s.bytes = bytes_of_buffer(&load);
	if (tcp)
		segment_append(&s, out);
	else
		buffer_append(out, s.bytes);
	buffer_fini(&load);
	return bytes_of_buffer(out);
}

/* Where the suite stands that a ServerHello in this packet has chosen, or 0: it has none. A TLS
 * record is the first in its segment; a DTLS one has a message of the relay around it. */
static size_t suite_at(struct bytes packet, bool datagram)
{
	static const uint8_t record[3] = { 22, 0xfe, 0xfd },
			     suites[2][2] = { { 0x13, 0x02 }, { 0xc0, 0x2c } };
	size_t at = SEGMENT_HEADERS, most = 100;
	for (at = datagram ? 0 : at; datagram && at < 16 && at + 3 < packet.size; at++)
		if (memcmp(packet.data + at, record, 3) == 0)
			break;
	size_t hello = at + (datagram ? 13 : 5);
	if (packet.size < hello + most || packet.data[at] != 22 || packet.data[hello] != 2)
		return 0;
	for (at = hello; at < hello + most; at++)
		if (memcmp(packet.data + at, suites[datagram], 2) == 0)
			return at;
	return 0;
}

static void test_a_suite_that_is_not_known_makes_nothing_safe(void)
{
	for (size_t i = 0; i < WAYS; i++) {
		size_t lost[2] = { 0 }, found = 0;
		bool datagram = strcmp(ways[i].wire, "relay") == 0;
		struct records other = { 0 };
		struct buffer packet = { 0 };
		records_borrow(&other, &records);
		for (size_t k = 0; k < other.count && !found; k++) {
			struct record *r = &other.list[k];
			size_t at =
				is_packet_of(r, ways[i].wire) ? suite_at(r->bytes, datagram) : 0;
			if (!at)
				continue;
			at -= datagram ? 0 : SEGMENT_HEADERS;
			r->bytes = changed(r->bytes, 8 * (at + 1) + 4, &packet);
			found++;
		}
		CU_ASSERT(found == 1);
		expect_unsafe(&ways[i], &other, lost);
		CU_ASSERT(lost[0] == 1 && lost[1] == 1);
		buffer_fini(&packet);
		records_fini(&other);
	}
}

static void test_a_changed_record_among_others_makes_nothing_safe(void)
{
	const struct way *w = &ways[0]; /* a link with many records in either direction */
	size_t lost[2] = { 0 };
	for (size_t at = 0; at < records.count; at++) {
		struct records other = { 0 };
		struct buffer packet = { 0 };
		if (!is_packet_of(&records.list[at], w->wire) ||
		    records.list[at].bytes.size <= SEGMENT_HEADERS)
			continue;
		records_borrow(&other, &records);
		other.list[at].bytes = changed(other.list[at].bytes, 40 + 7 * at, &packet);
		expect_unsafe(w, &other, lost);
		records_fini(&other);
		buffer_fini(&packet);
		at += DAMAGED_AT_ONCE;
	}
}

static void test_packets_that_come_twice_and_out_of_order_are_followed(void)
{
	for (size_t i = 0; i < WAYS; i++) {
		struct records other = { 0 };
		size_t before = SIZE_MAX, moved = 0;
		records_borrow(&other, &records);
		for (size_t at = 0; at < other.count; at++) {
			if (!is_packet_of(&other.list[at], ways[i].wire))
				continue;
			struct record twice = other.list[at];
			records_insert(&other, ++at, &twice);
			if (before != SIZE_MAX && at - before < 40 && moved++ % 2)
				records_move(&other, at, before);
			before = at;
		}
		records_number(&other);
		CU_ASSERT(other.count > records.count && moved > 4);
		struct answer a = ask(&ways[i], &other, layers_of(&ways[i]));
		CU_ASSERT(a.up == READABLE_YES && a.down == READABLE_YES);
		records_fini(&other);
	}
}

/* Datagrams pass two hops. What was missed on one of them is had from the other. */
static void test_what_was_missed_on_one_hop_is_had_from_the_other(void)
{
	static const struct way both = { "scp_link",
					 { "scp_link", "tunnel", "noc_session" },
					 MESSAGE_ACTIVATION_REQUEST,
					 MESSAGE_NOC_PROVISIONING };
	also_recorded = channel_bit("relay");
	for (size_t parts = 1; parts <= 6; parts++) {
		struct records some = { 0 };
		size_t seen = 0, removed = 0;
		records_borrow(&some, &records);
		for (size_t at = some.count; at-- > 0;)
			if (is_packet_of(&some.list[at], "relay") && seen++ % parts == 0) {
				records_remove(&some, at);
				removed++;
			}
		struct answer a = ask(&both, &some, layers_of(&both));
		CU_ASSERT(removed > 0 && a.up == READABLE_YES && a.down == READABLE_YES);
		records_fini(&some);
	}
	also_recorded = 0;
}

static int judge(void)
{
	static const struct test_case cases[] = {
		TEST(test_each_way_is_read_with_the_keys_of_its_layers),
		TEST(test_each_way_is_safe_without_one_of_them),
		TEST(test_one_bit_of_a_key_makes_its_side_safe),
		TEST(test_one_bit_of_the_key_around_makes_all_inside_safe),
		TEST(test_a_packet_that_was_missed_makes_nothing_safe),
		TEST(test_a_suite_that_is_not_known_makes_nothing_safe),
		TEST(test_a_changed_record_among_others_makes_nothing_safe),
		TEST(test_what_was_missed_on_one_hop_is_had_from_the_other),
		TEST(test_packets_that_come_twice_and_out_of_order_are_followed),
	};
	return suite_run("revealed", cases, sizeof cases / sizeof *cases);
}

int main(int argc, char **argv)
{
	struct diags d = { 0 };
	int status = 2;
	if (argc != 5) {
		fprintf(stderr, "usage: test_revealed TRACE SECRETS FLOW VARIANT\n");
		return 2;
	}
	if (flow_read(argv[3], &flow, &d) == ERR_OK &&
	    secrets_read(argv[2], &secrets, &d) == ERR_OK && records_read(&records, argv[1])) {
		int number = flow_variant_index(&flow, argv[4]);
		variant = (size_t)number;
		status = number < 0 ? 2 : judge();
	}
	diag_print(&d, stderr);
	diag_fini(&d);
	records_fini(&records);
	secrets_fini(&secrets);
	flow_fini(&flow);
	return status;
}
