/* opening.c - in which order things are opened, and what was lost on the way. */
#include "sim/flow/opening.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "sim/flow/closure.h"

static bool may_hear(const struct listening *l, const struct heard *h)
{
	int count = (int)l->recording->flow->channels_count;
	return h->channel >= 0 && h->channel < count && l->wires >> h->channel & 1 &&
	       (l->who == KNOWLEDGE_ATTACKER || h->who == l->who || h->whom == l->who);
}

const struct closure_value *opening_secret(const struct closure *c, const struct recording *x,
					   enum tls_label label, const uint8_t *random,
					   size_t *found)
{
	const struct recorded_label *one = recording_label_of(x, label, random);
	if (!one)
		return NULL;
	*found = (size_t)(one - x->labels);
	return closure_secret(c, one->secret);
}

/* Make room for one flag a stream; new ones are false. */
static bool *done_reach(struct opening *o, size_t which, size_t count)
{
	if (count > o->done_room[which]) {
		o->done[which] = realloc(o->done[which], 2 * count);
		assert(o->done[which]);
		memset(o->done[which] + o->done_room[which], 0, 2 * count - o->done_room[which]);
		o->done_room[which] = 2 * count;
	}
	return o->done[which];
}

/* Datagrams that are in no DTLS of their own, as they were on their wires. */
static void packets_read(struct closure *c, const struct listening *l)
{
	const struct connections *in = &l->recording->wires;
	for (size_t i = c->opening.packets; i < in->packets_count; i++) {
		const struct recorded_packet *p = &in->packets[i];
		struct closure_value how = { .rule = RULE_GIVEN, .secret = -1 };
		struct opened from = { .channel = p->heard.channel, .how = &how };
		if (!may_hear(l, &p->heard) ||
		    l->recording->flow->channels[p->heard.channel].pipes_count)
			continue;
		how.device = p->heard.device;
		c->opening.heard |= UINT32_C(1) << p->heard.channel;
		unwrap_unit(c, l->recording->flow, &from, connections_packet_bytes(in, p));
	}
	c->opening.packets = in->packets_count;
}

/* What came out of others is whoever opened them's. */
static void streams_open(struct closure *c, const struct listening *l, bool inside)
{
	struct opening *o = &c->opening;
	const struct connections *in = inside ? &o->inside : &l->recording->wires;
	for (size_t i = 0; i < in->streams_count; i++) {
		bool may = inside || may_hear(l, &in->streams[i].heard);
		if (may && !done_reach(o, inside, in->streams_count)[i])
			o->done[inside][i] = opening_stream(c, l, in, i);
	}
}

void opening_run(struct closure *c, const struct listening *l)
{
	size_t count = l->recording->labels_keys.count;
	if (count && !c->opening.labels) {
		c->opening.labels = calloc(count, sizeof *c->opening.labels);
		assert(c->opening.labels);
	}
	packets_read(c, l);
	streams_open(c, l, false);
	opening_flows(c, l);
	streams_open(c, l, true);
}

/* -- what was lost -- */

/* A secret by which data is read; those of handshakes alone give nothing. */
static bool is_of_data(enum tls_label label)
{
	return label == TLS_CLIENT_TRAFFIC || label == TLS_SERVER_TRAFFIC || label == TLS_MASTER;
}

void opening_settle(struct closure *c, const struct listening *l)
{
	struct opening *o = &c->opening;
	const struct recording *x = l->recording;
	for (size_t i = 0; i < x->labels_keys.count; i++) {
		const struct recorded_label *one = &x->labels[i];
		int channel = flow_channel_index(x->flow, c->secrets->list[one->secret].channel);
		if (channel < 0 || !is_of_data(one->label) || !closure_secret(c, one->secret))
			continue;
		o->keyed |= UINT32_C(1) << channel;
		if (!o->labels[i])
			o->unfound |= UINT32_C(1) << channel;
	}
	for (size_t i = 0; i < o->flows_keys.count; i++)
		if (o->flows[i].opened && o->flows[i].failed)
			o->unfollowed |= UINT32_C(1) << o->flows[i].channel;
}

/* Whether the bytes of this channel were had, its own layer still around them. */
static bool is_reached(const struct opening *o, const struct listening *l, int channel)
{
	const struct flow_channel *f = &l->recording->flow->channels[channel];
	uint32_t had = o->opened | o->heard;
	bool reached = f->base != BASE_RIDES && l->wires >> channel & 1;
	for (size_t i = 0; f->base == BASE_RIDES && i < f->rides_count; i++)
		reached = reached || had >> f->rides[i].channel & 1;
	return reached || (f->base == BASE_INSIDE && had >> f->inside & 1);
}

bool opening_lost(const struct opening *o, const struct listening *l, int channel)
{
	const struct flow_channel *f = &l->recording->flow->channels[channel];
	bool lost = o->unfollowed >> channel & 1;
	if (lost || !(o->keyed >> channel & 1))
		return lost;
	if (o->unfound >> channel & 1 && is_reached(o, l, channel))
		return true;
	for (size_t i = 0; f->base == BASE_RIDES && i < f->rides_count; i++)
		lost = lost || opening_lost(o, l, (int)f->rides[i].channel);
	return lost || (f->base == BASE_INSIDE && opening_lost(o, l, (int)f->inside));
}

void opening_fini(struct opening *o)
{
	if (o->flows)
		OPENSSL_cleanse(o->flows, o->flows_room * sizeof *o->flows);
	connections_fini(&o->inside);
	keys_fini(&o->flows_keys);
	free(o->flows);
	free(o->done[0]);
	free(o->done[1]);
	free(o->labels);
	memset(o, 0, sizeof *o);
}
