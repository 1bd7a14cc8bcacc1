/* refusals_segments.c - canaries in packets: a value in clear that lies across TCP packets, with
 * headers in between, late, twice, or behind a gap, is caught at every actor outside on its path.
 */
#include "tests/broken/refusals.h"

#include <stdio.h>
#include <string.h>

#include "proto/pipe/segment.h"

enum { PACKETS_MAX = 128, FILLING = 100 };

/* Packets of a connection, each with the same value or a part of it. */
struct packets {
	struct buffer bytes[PACKETS_MAX];
	size_t count;
	uint32_t next;
	uint16_t port;
};
/* Who gives them to whom, on which channel. */
struct path {
	const struct flow_channel *channel;
	size_t from, to; /* actors */
};
enum arrangement {
	IN_ORDER,
	LATE,
	TWICE,
	OVERLAPPING,
	WITHOUT_SYN,
	BEHIND_A_GAP,
	BEHIND_MANY,
	WRAPPING,
	ARRANGEMENTS
};

static void packet_add(struct packets *p, uint8_t flags, uint32_t sequence, struct bytes payload)
{
	struct segment s = { .from = { 0x0a000901, p->port },
			     .to = { 0x0a000902, 443 },
			     .sequence = sequence,
			     .flags = flags,
			     .window = 65535,
			     .bytes = payload };
	CU_ASSERT_TRUE_FATAL(p->count < PACKETS_MAX);
	segment_append(&s, &p->bytes[p->count++]);
}

static void payload_add(struct packets *p, struct bytes payload)
{
	packet_add(p, SEGMENT_ACK, p->next, payload);
	p->next += (uint32_t)payload.size;
}

static void syn_add(struct packets *p)
{
	packet_add(p, SEGMENT_SYN, p->next - 1, bytes_of(NULL, 0));
}

static void packets_fini(struct packets *p)
{
	for (size_t i = 0; i < p->count; i++)
		buffer_cleanse(&p->bytes[i]);
}

static void packets_swap(struct packets *p, size_t a, size_t b)
{
	struct buffer kept = p->bytes[a];
	p->bytes[a] = p->bytes[b];
	p->bytes[b] = kept;
}

/* The value in two packets, cut after `cut` bytes. */
static void packets_arrange(struct packets *p, struct bytes value, size_t cut, enum arrangement how)
{
	struct bytes head = bytes_of(value.data, cut);
	struct bytes tail = bytes_of(value.data + cut, value.size - cut);
	*p = (struct packets){ .port = 50001, .next = how == WRAPPING ? 0u - (uint32_t)cut : 1000 };
	if (how != WITHOUT_SYN)
		syn_add(p);
	if (how == BEHIND_A_GAP || how == BEHIND_MANY)
		p->next += 10;
	for (size_t i = 0; how == BEHIND_MANY && i < FILLING; i++)
		payload_add(p, bytes_of_string("."));
	payload_add(p, head);
	if (how == TWICE)
		packet_add(p, SEGMENT_ACK, p->next - (uint32_t)cut, head);
	if (how == OVERLAPPING) {
		packet_add(p, SEGMENT_ACK, p->next - (uint32_t)cut, value);
		p->next += (uint32_t)tail.size;
		packets_swap(p, 1, 2); /* then the head is nothing new; the value is whole */
		return;
	}
	payload_add(p, tail);
	if (how == LATE || how == WITHOUT_SYN)
		packets_swap(p, p->count - 2, p->count - 1);
}

/* All packets leave the one and come to the other, before the trace ends. */
static void packets_travel(struct records *out, const struct path *way, const struct packets *p)
{
	const struct flow_actor *actors = honest->flow->actors;
	bool rides = way->channel->packets;
	struct record there = { .kind = rides ? RECORD_SENT : RECORD_PACKET,
				.actor = actors[way->from].name,
				.peer = actors[way->to].name,
				.channel = way->channel->name,
				.tag = 77,
				.text = rides ? NULL : "carried" };
	struct record here = { .kind = rides ? RECORD_ACCEPTED : RECORD_ARRIVAL,
			       .actor = there.peer,
			       .peer = there.actor,
			       .channel = there.channel,
			       .tag = 77 };
	records_borrow(out, honest->records);
	size_t at = refusals_end(out);
	for (size_t i = 0; i < p->count; i++) {
		there.bytes = bytes_of_buffer(&p->bytes[i]);
		records_insert(out, at + i, &there);
	}
	records_number(out);
	for (size_t i = 0; i < p->count; i++) {
		here.number = rides ? (int64_t)(at + i + 1) : 0;
		here.parents_count = 1;
		here.parents[0] = at + i + 1;
		records_insert(out, at + p->count + i, &here);
	}
	records_number(out);
}

static size_t paths_of(size_t channel, struct path paths[2])
{
	const struct flow_channel *c = &honest->flow->channels[channel];
	bool stream = c->pipes_count && c->pipes[0] == PIPE_STREAM;
	if (!c->packets && !stream)
		return 0;
	size_t near = c->base == BASE_INSIDE ? c->relay : c->from;
	paths[0] = (struct path){ c, near, c->to };
	paths[1] = (struct path){ c, c->to, near };
	return 2;
}

/* Calls what for every path and the first secret of every class that has holders by name. Returns
 * how often. */
static size_t each_path(void (*what)(const struct path *p, const struct secret *s, size_t number))
{
	struct path paths[2];
	size_t number = 0;
	for (size_t c = 0; c < honest->flow->channels_count; c++)
		for (size_t i = 0, count = paths_of(c, paths); i < count; i++)
			for (size_t k = 0; k < honest->flow->holders_count; k++) {
				const struct flow_holders *h = &honest->flow->holders[k];
				if (!h->ends_of_channel)
					what(&paths[i], refusals_secret(h->secret), number++);
			}
	return number;
}

static bool is_caught_at(const struct checker *c, const struct secret *s, size_t actor)
{
	const struct finding *list;
	char claim[64];
	const char *name = honest->flow->actors[actor].name;
	snprintf(claim, sizeof claim, "secret(%s)", s->class);
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == FINDING_SECRET && list[i].verdict == VERDICT_VIOLATED &&
		    strcmp(list[i].subject, claim) == 0 &&
		    strncmp(list[i].text, name, strlen(name)) == 0 &&
		    list[i].text[strlen(name)] == ' ')
			return true;
	return false;
}

static bool may_have(const struct secret *s, size_t actor)
{
	return refusals_holders(s) >> actor & 1;
}

/* Whether those outside on the path are caught, and those inside are not. */
static void expect_caught(const struct path *way, const struct secret *s, const struct packets *p,
			  int how)
{
	const size_t ends[2] = { way->from, way->to };
	struct records broken = { 0 };
	packets_travel(&broken, way, p);
	struct checker *c = refusals_judge(&broken);
	for (size_t i = 0; i < 2; i++) {
		bool good = is_caught_at(c, s, ends[i]) == !may_have(s, ends[i]);
		if (!good)
			fprintf(stderr, "\n%s on %s at %s, arranged as %d: not as wanted\n",
				s->class, way->channel->name, honest->flow->actors[ends[i]].name,
				how);
		CU_ASSERT_TRUE(good);
	}
	checker_free(c);
}

static void split(const struct path *way, const struct secret *s, size_t number)
{
	struct packets p;
	struct bytes value = bytes_of_buffer(&s->value);
	enum arrangement how = (enum arrangement)(number % ARRANGEMENTS);
	packets_arrange(&p, value, 1 + number % (value.size - 1), how);
	expect_caught(way, s, &p, (int)how);
	packets_fini(&p);
}

static void a_secret_across_packets_is_caught_at_everybody_outside(void)
{
	CU_ASSERT_TRUE(each_path(split) >= 100);
}

static void wires_and_tunnel(void (*what)(const struct path *way, const struct secret *s))
{
	static const char *const names[] = { "noc_link", "noc_session", "tunnel" };
	struct path paths[2];
	for (size_t i = 0; i < 3; i++) {
		int channel = flow_channel_index(honest->flow, names[i]);
		CU_ASSERT_EQUAL_FATAL(paths_of((size_t)channel, paths), 2);
		what(&paths[0], refusals_secret("master_session_key"));
	}
}

static void every_arrangement(const struct path *way, const struct secret *s)
{
	for (int how = 0; how < ARRANGEMENTS; how++)
		for (size_t cut = 1; cut < s->value.size; cut += 9) {
			struct packets p;
			packets_arrange(&p, bytes_of_buffer(&s->value), cut, (enum arrangement)how);
			expect_caught(way, s, &p, how);
			packets_fini(&p);
		}
}

static void every_arrangement_is_caught(void)
{
	wires_and_tunnel(every_arrangement);
}

/* Byte by byte, the last one first. */
static void backwards(const struct path *way, const struct secret *s)
{
	struct packets p = { .port = 50002, .next = 5000 };
	syn_add(&p);
	for (size_t i = 0; i < s->value.size; i++)
		payload_add(&p, bytes_of(s->value.data + i, 1));
	for (size_t i = 1, k = p.count - 1; i < k; i++, k--)
		packets_swap(&p, i, k);
	expect_caught(way, s, &p, -1);
	packets_fini(&p);
}

static void a_secret_byte_by_byte_backwards_is_caught(void)
{
	wires_and_tunnel(backwards);
}

/* The port is used again, with other numbers; what waited is searched, the new one from its start.
 */
static void again(const struct path *way, const struct secret *s)
{
	struct packets p = { .port = 50003, .next = 9000 };
	struct bytes value = bytes_of_buffer(&s->value);
	syn_add(&p);
	payload_add(&p, bytes_of_string("of the first connection"));
	p.next = 700;
	syn_add(&p);
	payload_add(&p, bytes_of(value.data, 9));
	p.next = 700; /* a SYN that comes twice begins nothing */
	syn_add(&p);
	p.next = 709;
	payload_add(&p, bytes_of(value.data + 9, value.size - 9));
	expect_caught(way, s, &p, -2);
	packets_fini(&p);
}

static void a_second_connection_is_one_of_its_own(void)
{
	wires_and_tunnel(again);
}

/* Halves of two connections, or with a byte between them, are no value. */
static void no_value(const struct path *way, const struct secret *s)
{
	struct records good[2] = { { 0 }, { 0 } };
	struct bytes value = bytes_of_buffer(&s->value);
	for (int i = 0; i < 2; i++) {
		struct packets p = { .port = 50004, .next = 100 };
		syn_add(&p);
		payload_add(&p, bytes_of(value.data, 16));
		p.port = i == 0 ? 50005 : 50004;
		p.next += i == 0 ? 0u : 1u;
		payload_add(&p, bytes_of(value.data + 16, value.size - 16));
		packets_travel(&good[i], way, &p);
		refusals_expect_none(&good[i]);
		packets_fini(&p);
	}
}

static void what_does_not_join_is_not_caught(void)
{
	wires_and_tunnel(no_value);
}

/* A dropped packet is a packet that its actor had. */
static void a_dropped_packet_joins_the_others(void)
{
	const struct secret *s = refusals_secret("access_key");
	struct records broken = { 0 };
	struct packets p;
	packets_arrange(&p, bytes_of_buffer(&s->value), 5, IN_ORDER);
	records_borrow(&broken, honest->records);
	size_t at = refusals_end(&broken);
	for (size_t i = 0; i < p.count; i++) {
		struct record r = { .kind = i == 1 ? RECORD_DROP : RECORD_ARRIVAL,
				    .actor = "proxy",
				    .channel = "noc_link",
				    .bytes = bytes_of_buffer(&p.bytes[i]) };
		records_insert(&broken, at + i, &r);
	}
	records_number(&broken);
	refusals_expect(&broken, FINDING_SECRET, "secret(access_key)", at + p.count);
	packets_fini(&p);
}

/* Two connections of one channel are two streams of messages. */
static void pieces_of_two_tags_do_not_join(void)
{
	const struct secret *s = refusals_secret("access_key");
	for (uint32_t apart = 0; apart < 2; apart++) {
		struct records list = { 0 };
		records_borrow(&list, honest->records);
		size_t at = refusals_end(&list);
		for (uint32_t i = 0; i < 2; i++) {
			struct record r = { .kind = RECORD_ACCEPTED,
					    .actor = "proxy",
					    .peer = "noc",
					    .channel = "noc_link",
					    .tag = 1 + i * apart,
					    .bytes = bytes_of(s->value.data + i * 7,
							      i ? s->value.size - 7 : 7) };
			records_insert(&list, at + i, &r);
		}
		records_number(&list);
		if (apart)
			refusals_expect_none(&list);
		else
			refusals_expect(&list, FINDING_SECRET, "secret(access_key)", at + 2);
	}
}

size_t refusals_segments(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(a_secret_across_packets_is_caught_at_everybody_outside),
		TEST(every_arrangement_is_caught),
		TEST(a_secret_byte_by_byte_backwards_is_caught),
		TEST(a_second_connection_is_one_of_its_own),
		TEST(what_does_not_join_is_not_caught),
		TEST(a_dropped_packet_joins_the_others),
		TEST(pieces_of_two_tags_do_not_join),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
