/* inventory.c - reads TLS records back out of the places in which a trace keeps them. */
#include "tests/bench/inventory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/message.h"
#include "proto/pipe/segment.h"

enum { TLS_HEADER = 5, DTLS_HEADER = 13 };

void tls_records_fini(struct tls_records *r)
{
	free(r->list);
	*r = (struct tls_records){ 0 };
}

static void records_add(struct tls_records *r, struct tls_record one)
{
	if (r->count == r->room) {
		r->room = r->room ? 2 * r->room : 64;
		r->list = realloc(r->list, r->room * sizeof *r->list);
		if (!r->list)
			abort();
	}
	r->list[r->count++] = one;
}

bool tls_records_read(struct tls_records *r, bool datagram, struct bytes b)
{
	size_t header = datagram ? DTLS_HEADER : TLS_HEADER;
	while (b.size > 0) {
		if (b.size < header)
			return false;
		size_t size = read_u16(b.data + header - 2);
		if (b.size - header < size)
			return false;
		records_add(r, (struct tls_record){ b.data[0], (uint16_t)size });
		b = bytes_of(b.data + header + size, b.size - header - size);
	}
	return true;
}

void inventory_init(struct inventory *x, const struct flow *flow)
{
	*x = (struct inventory){ .flow = flow };
	for (size_t i = 0; i < flow->channels_count; i++)
		for (size_t k = 0; k < flow->channels[i].pipes_count; k++) {
			enum pipe_kind kind = flow->channels[i].pipes[k];
			x->sessions[i].datagram = x->sessions[i].datagram || kind == PIPE_DTLS;
			x->sessions[i].secures =
				x->sessions[i].secures || kind == PIPE_DTLS || kind == PIPE_TLS;
		}
}

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

/* Which side of a channel's packets this actor sends: who dials onwards speaks for the opener. */
static enum inventory_side side_of(const struct inventory *x, const struct flow_channel *c,
				   const char *actor)
{
	return is(actor, x->flow->actors[c->to].name) ? SIDE_ACCEPTOR : SIDE_OPENER;
}

/* A packet of a wire: the channel's own stream, or the outer leg of one inside the tunnel. */
static void feed_packet(struct inventory *x, const struct record *r)
{
	int channel = flow_channel_index(x->flow, r->channel);
	struct segment s;
	if (channel < 0 || x->packets_count == INVENTORY_PACKETS_MAX) {
		x->broken = true;
		return;
	}
	x->packets[x->packets_count++] = (uint16_t)r->bytes.size;
	struct inventory_session *session = &x->sessions[channel];
	if (!session->secures)
		return;
	if (segment_read(r->bytes, &s))
		buffer_append(&session->stream[side_of(x, &x->flow->channels[channel], r->actor)],
			      s.bytes);
	else
		x->broken = true;
}

/* A message that carries the bytes of a channel that rides, at its first hop. */
static void feed_ride(struct inventory *x, const struct record *r)
{
	struct message m;
	for (size_t i = 0; i < x->flow->channels_count; i++) {
		const struct flow_channel *c = &x->flow->channels[i];
		struct inventory_session *session = &x->sessions[i];
		if (c->base != BASE_RIDES || !session->secures ||
		    !is(r->channel, x->flow->channels[c->rides[0].channel].name) ||
		    !is(r->message, c->rides[0].message))
			continue;
		enum inventory_side side =
			is(r->actor, x->flow->actors[c->from].name) ? SIDE_OPENER : SIDE_ACCEPTOR;
		if (message_decode(r->bytes, &m) != MESSAGE_OK)
			x->broken = true;
		else if (!session->datagram)
			buffer_append(&session->stream[side], m.as.carried.payload);
		else if (!tls_records_read(&session->records[side], true, m.as.carried.payload))
			x->broken = true;
	}
}

static void feed_sent(struct inventory *x, const struct record *r)
{
	static const struct {
		const char *message;
		size_t at;
	} sizes[] = {
		{ "SecureChannelSetup", offsetof(struct inventory, setup_size) },
		{ "ProvisioningRequest", offsetof(struct inventory, request_size) },
		{ "ProvisioningData", offsetof(struct inventory, data_size) },
	};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (is(r->message, sizes[i].message))
			memcpy((char *)x + sizes[i].at, &r->bytes.size, sizeof r->bytes.size);
	feed_ride(x, r);
}

static void feed_hold(struct inventory *x, const struct record *r)
{
	size_t i = 0;
	while (i < x->holds_count &&
	       !(is(r->name, x->holds[i].class) && is(r->text, x->holds[i].origin)))
		i++;
	if (i == INVENTORY_HOLDS_MAX) {
		x->broken = true;
		return;
	}
	struct inventory_hold *h = &x->holds[i];
	snprintf(h->class, sizeof h->class, "%s", r->name);
	snprintf(h->origin, sizeof h->origin, "%s", r->text);
	h->count++;
	x->holds_count += i == x->holds_count;
}

static void feed_pipe(struct inventory *x, const struct record *r)
{
	int channel = flow_channel_index(x->flow, r->channel);
	if (channel < 0 || !is(r->name, "secured"))
		return;
	const struct flow_channel *c = &x->flow->channels[channel];
	x->sessions[channel].secured += is(r->actor, x->flow->actors[c->from].name);
}

void inventory_feed(void *context, const struct record *r, struct bytes encoded)
{
	struct inventory *x = context;
	(void)encoded;
	if (r->kind == RECORD_PACKET)
		feed_packet(x, r);
	else if (r->kind == RECORD_SENT)
		feed_sent(x, r);
	else if (r->kind == RECORD_HOLD)
		feed_hold(x, r);
	else if (r->kind == RECORD_PIPE)
		feed_pipe(x, r);
	x->messages += r->kind == RECORD_ACCEPTED;
}

bool inventory_finish(struct inventory *x)
{
	for (size_t i = 0; i < x->flow->channels_count; i++) {
		struct inventory_session *s = &x->sessions[i];
		for (size_t side = 0; side < SIDES; side++)
			if (!tls_records_read(&s->records[side], s->datagram,
					      bytes_of_buffer(&s->stream[side])))
				x->broken = true;
	}
	if (x->broken)
		fprintf(stderr, "bench: the trace's bytes are not what the inventory reads\n");
	return !x->broken;
}

size_t inventory_held(const struct inventory *x, const char *class, const char *origin)
{
	for (size_t i = 0; i < x->holds_count; i++)
		if (is(class, x->holds[i].class) && is(origin, x->holds[i].origin))
			return x->holds[i].count;
	return 0;
}

size_t inventory_wire_bytes(const struct inventory *x)
{
	size_t all = 0;
	for (size_t i = 0; i < x->packets_count; i++)
		all += x->packets[i];
	return all;
}

void inventory_fini(struct inventory *x)
{
	for (size_t i = 0; i < FLOW_CHANNELS_MAX; i++)
		for (size_t side = 0; side < SIDES; side++) {
			buffer_fini(&x->sessions[i].stream[side]);
			tls_records_fini(&x->sessions[i].records[side]);
		}
	*x = (struct inventory){ 0 };
}
