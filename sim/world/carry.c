/* carry.c - what leaves the bottom of an end: onto a wire, into another channel, through the
 * tunnel. */
#include <utlist.h>

#include "sim/world/tamper.h"

enum { ADDRESSES_OF_ONE_HOST = 32 };
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

/* The wire's own draws come first: a blackout moves none of those that follow. */
static struct wire_fate fate_of(struct world *w, const struct packet *p, uint32_t device)
{
	size_t headers = w->flow->channels[p->channel].pipes_count == 0 ? DATAGRAM_HEADERS : 0;
	struct wire *wire = world_wire(w, p->channel, device, p->from_opener);
	struct wire_fate f = wire_send(wire, p->bytes.size + headers, w->now_ns);
	if (adversary_is_dark(w->adversary, p->channel, device, w->now_ns)) {
		if (f.copies > 0)
			adversary_swallow(w->adversary, p->channel, device, w->now_ns);
		f.copies = 0;
		f.dark = true;
	}
	return f;
}

uint64_t carry_packet(struct world *w, const struct packet *p, const struct wire_fate *f)
{
	const struct actor *other = actor_at(w, p->to.ip);
	struct record r = log_record(w, RECORD_PACKET, p->sender);
	r.channel = w->flow->channels[p->channel].name;
	r.peer = other ? other->name : "";
	r.tag = p->tag;
	r.bytes = p->bytes;
	r.text = !other ? "no route" : f->dark ? "blacked out" : fate_name(f);
	r.number = f->copies > 0 ? f->arrival_ns[0] : 0;
	uint64_t id = log_append(w, &r);
	w->report->packets++;
	w->report->bytes += p->bytes.size;
	for (size_t i = 0; other && i < f->copies; i++) {
		struct event packet = { .kind = EVENT_PACKET,
					.at_ns = f->arrival_ns[i],
					.cause = id,
					.channel = p->channel,
					.from = p->from,
					.to = p->to,
					.forged = p->forged,
					.from_actor = p->sender->index,
					.to_actor = other->index };
		buffer_append(&packet.bytes, p->bytes);
		world_schedule(w, &packet);
	}
	return id;
}

/* The device whose wire a packet takes. A host that serves all has none: somebody spoke in its
 * name, on the wire of the device on whose behalf this happens. */
static uint32_t device_of_wire(struct world *w, const struct packet *p)
{
	const struct actor *each = p->from_opener ? p->sender : actor_at(w, p->to.ip);
	uint32_t device = each ? each->device : 0;
	if (device == 0)
		device = w->device;
	return device > 0 ? device : 1;
}

static void put_on_wire(struct world *w, const struct packet *p)
{
	struct wire_fate f = fate_of(w, p, device_of_wire(w, p));
	if (!tamper_with(w, p, &f))
		carry_packet(w, p, &f);
}

static void carry_on_wire(struct world *w, struct end *e, struct bytes b)
{
	put_on_wire(w, &(struct packet){ .channel = e->channel,
					 .sender = e->actor,
					 .from = e->local,
					 .to = e->remote,
					 .from_opener = e->opener,
					 .tag = e->tag,
					 .bytes = b });
}

/* A stream that is closing still takes packets; a datagram's end that was closed is gone. */
static bool takes_packets(const struct world *w, const struct end *e)
{
	return e->stack && !(e->closed && w->flow->channels[e->channel].pipes_count == 0);
}

/* A packet for nobody: only one that begins something makes a new end. */
static bool begins(const struct flow_channel *c, struct bytes packet)
{
	struct segment s;
	if (c->pipes_count == 0)
		return true;
	return segment_read(packet, &s) && (s.flags & SEGMENT_SYN) && !(s.flags & SEGMENT_ACK);
}

/* What a host answers to a packet of no connection; false when it is silent. */
static bool answer_stray(const struct world *w, size_t channel, struct bytes packet,
			 struct buffer *answer)
{
	struct segment s, reset;
	if (w->flow->channels[channel].pipes_count == 0 || !segment_read(packet, &s) ||
	    !segment_reset(&s, &reset))
		return false;
	segment_append(&reset, answer);
	return true;
}

static void drop_stray(struct world *w, const struct actor *at, const struct event *p)
{
	struct buffer answer = { 0 };
	log_drop(w, at, p->channel, "a packet that belongs to no connection",
		 bytes_of_buffer(&p->bytes));
	if (answer_stray(w, p->channel, bytes_of_buffer(&p->bytes), &answer))
		put_on_wire(w, &(struct packet){ .channel = p->channel,
						 .sender = at,
						 .from = p->to,
						 .to = p->from,
						 .from_opener = !same_address(
							 open_listening(w, p->channel), p->to),
						 .bytes = bytes_of_buffer(&answer) });
	buffer_fini(&answer);
}

/* No host's stack takes it. Nobody but the adversary makes one. */
static bool is_damaged(const struct world *w, const struct event *p)
{
	struct segment s;
	return p->forged && w->flow->channels[p->channel].pipes_count > 0 &&
	       !segment_read(bytes_of_buffer(&p->bytes), &s);
}

/* Whether a port of datagrams keeps as many addresses of this host as it will (D38): anybody can
 * make some up, and each costs an end and a session until it is over. */
static bool is_crowded(const struct world *w, const struct actor *to, const struct event *p)
{
	size_t count = 0;
	const struct end *e;
	if (w->flow->channels[p->channel].pipes_count > 0)
		return false;
	DL_FOREACH(to->ends, e)
	count += e->channel == p->channel && !e->closed && !e->opener && e->remote.ip == p->from.ip;
	return count >= ADDRESSES_OF_ONE_HOST;
}

/* The end that a packet for nobody begins, where somebody listens; NULL: none. */
static struct end *begun_by(struct world *w, struct actor *to, const struct event *p)
{
	if (to->down || !same_address(open_listening(w, p->channel), p->to) ||
	    !begins(&w->flow->channels[p->channel], bytes_of_buffer(&p->bytes)))
		return NULL;
	return open_arrived(w, to, p->channel, p->from);
}

void carry_arrival(struct world *w, struct event *p)
{
	struct actor *to = &w->actors[p->to_actor];
	struct unit u = { .bytes = p->bytes };
	w->cause = p->cause;
	struct record r = log_record(w, RECORD_ARRIVAL, to);
	r.peer = w->actors[p->from_actor].name;
	r.channel = w->flow->channels[p->channel].name;
	w->cause = log_append(w, &r);
	if (is_damaged(w, p)) {
		log_drop(w, to, p->channel, "a segment whose checksum is wrong",
			 bytes_of_buffer(&p->bytes));
		return;
	}
	struct end *e = end_between(w, p->to, p->from);
	if (e && !takes_packets(w, e))
		e = NULL;
	if (!e && is_crowded(w, to, p)) {
		log_drop(w, to, p->channel, "its host has too many addresses here",
			 bytes_of_buffer(&p->bytes));
		return;
	}
	if (!e)
		e = begun_by(w, to, p);
	if (e)
		end_feed(w, e, PIPE_BELOW, &u);
	else
		drop_stray(w, to, p);
}

/* -- other channels -- */

static void carry_on_ride(struct world *w, struct end *e, struct bytes b)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	const struct ride *ride = &c->rides[e->opener ? 0 : 1];
	struct unit u = { 0 };
	struct message m = { .type = ride->type,
			     .as.carried = { .association = e->tag, .payload = b } };
	struct end *carrier = end_newest(e->actor, ride->channel);
	if (!carrier) {
		log_drop(w, e->actor, e->channel, "its carrier is closed", b);
		return;
	}
	message_encode(&m, &u.bytes);
	end_say(w, carrier, &u);
	unit_fini(&u);
}

static void put_in_tunnel(struct world *w, struct end *tunnel, struct bytes packet)
{
	struct unit u = { 0 };
	buffer_append(&u.bytes, packet);
	end_say(w, tunnel, &u);
	unit_fini(&u);
}

static void carry_in_tunnel(struct world *w, struct end *e, struct bytes b)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	struct end *tunnel = e->relayed ? end_numbered(w, e->carrier)
					: end_newest(actor_of(w, w->flow->channels[c->inside].from,
							      e->actor->device),
						     c->inside);
	if (!tunnel || tunnel->closed || !tunnel->ready) {
		log_drop(w, e->actor, e->channel, "no tunnel to route it into", b);
		return;
	}
	put_in_tunnel(w, tunnel, b);
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

/* At the device the apps' ends, at the other end of the tunnel the legs that came out of it. */
static struct end *routed_end(struct world *w, const struct end *tunnel, const struct segment *s)
{
	struct end *e = end_between(w, s->to, s->from);
	if (!e || e->base != BASE_INSIDE || !e->stack)
		return NULL;
	bool here = tunnel->opener ? !e->relayed && e->actor->device == tunnel->actor->device
				   : e->relayed && e->carrier == tunnel->number;
	return here ? e : NULL;
}

static struct end *open_inside(struct world *w, struct end *tunnel, const struct segment *s,
			       struct bytes packet)
{
	struct end *e = NULL;
	if (tunnel->opener || !begins(&w->flow->channels[tunnel->channel], packet))
		return NULL;
	for (size_t i = 0; !e && i < w->flow->channels_count; i++)
		if (w->flow->channels[i].base == BASE_INSIDE &&
		    w->flow->channels[i].inside == tunnel->channel &&
		    same_address(open_listening(w, i), s->to))
			e = open_routed(w, tunnel, i, s->from);
	return e;
}

void carry_routed(struct world *w, struct end *tunnel, struct bytes packet)
{
	struct segment s;
	struct unit u = { 0 };
	struct buffer answer = { 0 };
	bool good = segment_read(packet, &s);
	struct end *e = good ? routed_end(w, tunnel, &s) : NULL;
	if (!e && good)
		e = open_inside(w, tunnel, &s, packet);
	if (e) {
		buffer_append(&u.bytes, packet);
		end_feed(w, e, PIPE_BELOW, &u);
		unit_fini(&u);
		return;
	}
	log_drop(w, tunnel->actor, tunnel->channel, "a packet that belongs to no connection",
		 packet);
	if (answer_stray(w, tunnel->channel, packet, &answer) && !tunnel->closed)
		put_in_tunnel(w, tunnel, bytes_of_buffer(&answer));
	buffer_fini(&answer);
}
