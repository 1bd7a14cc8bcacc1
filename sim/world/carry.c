/* carry.c - what leaves the bottom of an end: onto a wire, into another channel, through the
 * tunnel. */
#include "sim/world/internal.h"

#include "proto/pipe/segment.h"

enum { DATAGRAM_HEADERS = 20 + 8 }; /* IPv4 and UDP, around a datagram that brings no headers */

static bool same_address(struct address a, struct address b)
{
	return a.ip == b.ip && a.port == b.port;
}

/* -- wires -- */

static const char *fate_name(const struct wire_fate *f)
{
	if (f->too_big)
		return "too big for the wire";
	if (f->lost)
		return "lost";
	return f->copies > 1 ? "duplicated" : "carried";
}

static void carry_on_wire(struct world *w, struct end *e, struct bytes b)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	size_t headers = c->pipes_count == 0 ? DATAGRAM_HEADERS : 0;
	struct wire_fate f =
		wire_send(&w->wires[e->channel][e->opener ? 0 : 1], b.size + headers, w->now_ns);
	size_t other = e->opener ? c->to : e->remote_actor;
	struct record r = log_record(w, RECORD_PACKET, e->actor);
	r.channel = c->name;
	r.peer = w->flow->actors[other].name;
	r.tag = e->tag;
	r.bytes = b;
	r.text = fate_name(&f);
	r.number = f.copies > 0 ? f.arrival_ns[0] : 0;
	uint64_t id = log_append(w, &r);
	w->report->packets++;
	w->report->bytes += b.size;
	for (size_t i = 0; i < f.copies; i++) {
		struct event packet = { .kind = EVENT_PACKET,
					.at_ns = f.arrival_ns[i],
					.cause = id,
					.channel = e->channel,
					.from = e->local,
					.to = e->remote,
					.from_actor = e->actor->index,
					.to_actor = other };
		buffer_append(&packet.bytes, b);
		events_push(&w->events, &packet);
	}
}

/* A stream that is closing still takes packets; a datagram's end that was closed is gone. */
static bool takes_packets(const struct world *w, const struct end *e)
{
	return e->base == BASE_WIRE &&
	       !(e->closed && w->flow->channels[e->channel].pipes_count == 0);
}

static struct end *end_at(struct world *w, const struct actor *a, struct address local,
			  struct address remote)
{
	for (struct end *e = w->ends; e; e = e->next)
		if (e->actor == a && takes_packets(w, e) && same_address(e->local, local) &&
		    same_address(e->remote, remote))
			return e;
	return NULL;
}

/* A packet for nobody: only one that begins something makes a new end. */
static bool begins(const struct flow_channel *c, struct bytes packet)
{
	struct segment s;
	if (c->pipes_count == 0)
		return true;
	return segment_read(packet, &s) && (s.flags & SEGMENT_SYN) && !(s.flags & SEGMENT_ACK);
}

void carry_arrival(struct world *w, struct event *p)
{
	struct actor *to = &w->actors[p->to_actor];
	struct unit u = { .bytes = p->bytes };
	struct record r = { .kind = RECORD_ARRIVAL,
			    .at_ns = w->now_ns,
			    .actor = to->spec->name,
			    .peer = w->flow->actors[p->from_actor].name,
			    .channel = w->flow->channels[p->channel].name,
			    .parents = { p->cause },
			    .parents_count = 1 };
	w->cause = log_append(w, &r);
	struct end *e = end_at(w, to, p->to, p->from);
	if (!e && same_address(open_listening(w, p->channel), p->to) &&
	    begins(&w->flow->channels[p->channel], bytes_of_buffer(&u.bytes)))
		e = open_arrived(w, to, p->channel, p->from);
	if (e)
		end_feed(w, e, PIPE_BELOW, &u);
	else
		log_drop(w, to, p->channel, "a packet that belongs to no connection",
			 bytes_of_buffer(&u.bytes));
}

/* -- other channels -- */

static void carry_on_ride(struct world *w, struct end *e, struct bytes b)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	const struct ride *ride = &c->rides[e->opener ? 0 : 1];
	struct unit u = { 0 };
	struct message m = { .type = message_type_of_name(ride->message),
			     .as.carried = { .association = e->tag, .payload = b } };
	struct end *carrier = end_find(w, e->actor, ride->channel, 0);
	if (!carrier) {
		log_drop(w, e->actor, e->channel, "its carrier is closed", b);
		return;
	}
	message_encode(&m, &u.bytes);
	end_say(w, carrier, &u);
	unit_fini(&u);
}

static void carry_in_tunnel(struct world *w, struct end *e, struct bytes b)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	struct actor *router = &w->actors[w->flow->channels[c->inside].from];
	struct end *tunnel = e->relayed ? e->carrier : end_find(w, router, c->inside, 0);
	struct unit u = { 0 };
	if (!tunnel || tunnel->closed || !tunnel->ready) {
		log_drop(w, e->actor, e->channel, "no tunnel to route it into", b);
		return;
	}
	buffer_append(&u.bytes, b);
	end_say(w, tunnel, &u);
	unit_fini(&u);
}

void carry_unit(struct world *w, struct end *e, struct bytes b)
{
	if (e->base == BASE_WIRE)
		carry_on_wire(w, e, b);
	else if (e->base == BASE_RIDES)
		carry_on_ride(w, e, b);
	else
		carry_in_tunnel(w, e, b);
}

static struct end *routed_end(struct world *w, const struct end *tunnel, const struct segment *s)
{
	for (struct end *e = w->ends; e; e = e->next) {
		bool here = tunnel->opener ? !e->relayed : e->relayed && e->carrier == tunnel;
		if (here && e->base == BASE_INSIDE && same_address(e->local, s->to) &&
		    same_address(e->remote, s->from))
			return e;
	}
	return NULL;
}

void carry_routed(struct world *w, struct end *tunnel, struct bytes packet)
{
	struct segment s;
	struct unit u = { 0 };
	struct end *e = segment_read(packet, &s) ? routed_end(w, tunnel, &s) : NULL;
	if (!e && !tunnel->opener && begins(&w->flow->channels[tunnel->channel], packet)) {
		for (size_t i = 0; !e && i < w->flow->channels_count; i++)
			if (w->flow->channels[i].base == BASE_INSIDE &&
			    w->flow->channels[i].inside == tunnel->channel &&
			    same_address(open_listening(w, i), s.to))
				e = open_routed(w, tunnel, i, s.from);
	}
	if (!e) {
		log_drop(w, tunnel->actor, tunnel->channel,
			 "a packet that belongs to no connection", packet);
		return;
	}
	buffer_append(&u.bytes, packet);
	end_feed(w, e, PIPE_BELOW, &u);
	unit_fini(&u);
}
