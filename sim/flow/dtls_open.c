/* dtls_open.c - opens recorded DTLS 1.2 associations with their master secrets. Datagrams are
 * looked at one by one: they may be lost, repeated and out of order, and each record says its
 * number.
 */
#include "sim/flow/closure.h"

#include <string.h>

#include <openssl/crypto.h>

enum {
	HEADER_SIZE = 13, /* RFC 6347 4.1: type, version, epoch, number, length */
	EPOCH_AT = 3,
	LENGTH_AT = 11,
	HANDSHAKE_HEADER =
		12, /* 4.2.2: type, length, sequence, offset and length of the fragment */
	FRAGMENT_AT = HEADER_SIZE + 6,
	TYPE_HANDSHAKE = 22,
	TYPE_DATA = 23,
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	RANDOM_AT = HEADER_SIZE + HANDSHAKE_HEADER + 2,
	SESSION_AT = RANDOM_AT + PROTECTION_RANDOM, /* its size in a byte, then the suite */
};

/* -- hellos -- */

/* False: there is no room for another one. */
static bool hello_note(struct opening_hello *list, size_t *count, const struct opening_hello *h)
{
	for (size_t i = 0; i < *count; i++)
		if (memcmp(list[i].random, h->random, sizeof h->random) == 0)
			return true; /* it was repeated, with a cookie or for want of an answer */
	if (*count == FLOW_HELLOS_MAX)
		return false;
	list[(*count)++] = *h;
	return true;
}

/* A record that nothing protects. Of a hello in pieces the first has all that is wanted. */
static bool plain_note(struct opening_flow *f, struct bytes record)
{
	struct opening_hello h = { 0 };
	if (record.size <= SESSION_AT || record.data[0] != TYPE_HANDSHAKE ||
	    (read_u32(record.data + FRAGMENT_AT) >> 8))
		return true;
	memcpy(h.random, record.data + RANDOM_AT, sizeof h.random);
	size_t at = SESSION_AT + 1 + (size_t)record.data[SESSION_AT];
	if (record.data[HEADER_SIZE] == CLIENT_HELLO)
		return hello_note(f->clients, &f->clients_count, &h);
	if (record.data[HEADER_SIZE] != SERVER_HELLO || at + 2 > record.size)
		return true;
	h.suite = read_u16(record.data + at);
	return hello_note(f->servers, &f->servers_count, &h);
}

/* -- keys -- */

/* Keys of one pair of hellos; which one the session went on with is seen when a record opens. */
static bool pair_key(struct closure *c, const struct closure_value *master, struct opening_flow *f,
		     const struct opening_hello *hellos[2])
{
	const struct protection_suite *suite = protection_suite(hellos[1]->suite);
	struct protection_session session = { .master = bytes_of_buffer(&master->bytes),
					      .client_random = hellos[0]->random,
					      .server_random = hellos[1]->random };
	if (!suite || f->pairs_count == FLOW_PAIRS_MAX ||
	    !protection_of_master(c->crypto, suite, &session, f->keys[f->pairs_count]))
		return false;
	f->since = master->record;
	f->pairs_count++;
	return true;
}

static void flow_look(struct closure *c, const struct recording *x, struct opening_flow *f)
{
	for (size_t i = 0; i < f->clients_count && f->servers_count; i++) {
		size_t label;
		const struct closure_value *master =
			opening_secret(c, x, TLS_MASTER, f->clients[i].random, &label);
		if (!master || f->clients[i].keyed)
			continue;
		c->opening.labels[label] = f->clients[i].keyed = true;
		for (size_t k = 0; k < f->servers_count; k++) {
			const struct opening_hello *both[2] = { &f->clients[i], &f->servers[k] };
			if (!pair_key(c, master, f, both))
				c->opening.unfollowed |= UINT32_C(1) << f->channel;
		}
	}
}

/* -- records -- */

/* The channel whose host and port one end of a segment has, or -1. */
static int inside_of(const struct flow *f, int tunnel, const struct segment *s)
{
	for (size_t i = 0; i < f->channels_count; i++) {
		const struct flow_channel *c = &f->channels[i];
		if (c->base != BASE_INSIDE || (int)c->inside != tunnel)
			continue;
		const struct flow_actor *to = &f->actors[c->to];
		for (size_t k = 0; k < to->hosts_count; k++) {
			uint32_t ip = to->hosts[k].ip;
			if (strcmp(to->hosts[k].host, c->host) == 0 &&
			    ((s->to.ip == ip && s->to.port == c->port) ||
			     (s->from.ip == ip && s->from.port == c->port)))
				return (int)i;
		}
	}
	return -1;
}

/* What a record held: a packet for what is inside the tunnel, or data of the channel itself. */
static void plain_take(struct closure *c, const struct flow *f, const struct heard *h,
		       struct bytes plain)
{
	struct segment s = { 0 };
	struct heard in = *h;
	struct closure_value how = {
		.rule = RULE_OPEN_DTLS, .secret = -1, .device = h->device, .record = h->since
	};
	struct opened from = { .channel = h->channel, .how = &how };
	in.who = in.whom = -1;
	in.channel = f->channels[h->channel].packets && segment_read(plain, &s)
			     ? inside_of(f, h->channel, &s)
			     : -1;
	closure_scan(c, plain, &how);
	if (in.channel >= 0)
		connections_segment(&c->opening.inside, &in, &s);
	else if (!f->channels[h->channel].packets)
		unwrap_unit(c, f, &from, plain);
	c->changed = true;
}

static void record_open(struct closure *c, const struct flow *f, struct opening_flow *w,
			struct bytes record, const struct heard *h)
{
	struct buffer plain = { 0 };
	uint8_t type = 0;
	for (size_t i = 0; i < 2 * w->pairs_count && !type; i++)
		type = protection_open_dtls(c->crypto, &w->keys[i / 2][i % 2], record, &plain);
	w->opened += type != 0;
	w->failed += type == 0;
	c->opening.opened |= type ? UINT32_C(1) << w->channel : 0;
	if (type == TYPE_DATA)
		plain_take(c, f, h, bytes_of_buffer(&plain));
	buffer_cleanse(&plain);
}

/* Each record of a datagram: open it, or note what nothing protects. What comes out may ride on, to
 * stand in the same lists, which move. */
static void datagram_take(struct closure *c, const struct flow *f, size_t number, bool open)
{
	const struct recorded_packet p = c->opening.inside.packets[number];
	struct buffer copy = { 0 };
	struct heard h = p.heard;
	buffer_append(&copy, connections_packet_bytes(&c->opening.inside, &p));
	struct bytes rest = bytes_of_buffer(&copy);
	while (rest.size >= HEADER_SIZE) {
		struct opening_flow *w = &c->opening.flows[p.flow];
		size_t size = HEADER_SIZE + (size_t)read_u16(rest.data + LENGTH_AT);
		bool cut = size > rest.size, sealed = read_u16(rest.data + EPOCH_AT) > 0;
		struct bytes record = bytes_of(rest.data, cut ? rest.size : size);
		h.since = w->since > p.heard.since ? w->since : p.heard.since;
		if (sealed && open)
			record_open(c, f, w, record, &h);
		else if (!sealed && !open && !plain_note(w, record))
			c->opening.unfollowed |= UINT32_C(1) << w->channel;
		rest = bytes_of(rest.data + record.size, rest.size - record.size);
	}
	buffer_cleanse(&copy);
}

void opening_flows(struct closure *c, const struct listening *l)
{
	struct opening *o = &c->opening;
	const struct flow *f = l->recording->flow;
	size_t count = o->inside.packets_count;
	for (size_t i = o->noted; i < count; i++)
		datagram_take(c, f, i, false);
	o->noted = count;
	for (size_t i = 0; i < o->flows_keys.count; i++)
		flow_look(c, l->recording, &o->flows[i]);
	for (size_t i = 0; i < count; i++) {
		struct opening_flow *w = &o->flows[o->inside.packets[i].flow];
		if (!w->pairs_count || i < w->next)
			continue;
		w->next = i + 1;
		datagram_take(c, f, i, true);
	}
}
