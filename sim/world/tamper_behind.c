/* tamper_behind.c - packets of the adversary's own, behind one that passes. Each is caused by the
 * record of its act.
 */
#include <string.h>

#include "sim/world/tamper.h"

enum { SPOOFED_PORT = 40000 }; /* of a source that is not the connection's: no end has it */

/* As the packet that passes, with these bytes, right behind it. */
static void send_behind(struct changing *c, struct bytes bytes)
{
	struct packet p = *c->was;
	struct wire_fate f = { .copies = 1, .arrival_ns = { c->fate.arrival_ns[0] } };
	p.bytes = bytes;
	p.forged = true;
	carry_packet(c->w, &p, &f);
}

static void keep(struct changing *c, const struct act *a)
{
	struct tampering *t = c->w->tampering;
	size_t i = 0;
	while (i < t->kept_count && t->kept[i].act != a)
		i++;
	if (i == t->kept_count)
		t->kept_count++;
	buffer_fini(&t->kept[i].bytes);
	t->kept[i] = (struct kept){ .act = a, .packet = *c->was };
	buffer_append(&t->kept[i].bytes, bytes_of_buffer(&c->bytes));
	tamper_record(c, a, "kept");
}

static const struct kept *kept_as(const struct tampering *t, const char *name)
{
	for (size_t i = 0; i < t->kept_count; i++)
		if (strcmp(t->kept[i].act->text, name) == 0)
			return &t->kept[i];
	return NULL;
}

/* What was kept, as a packet of the connection that passes. */
static void put_here(const struct changing *c, const struct kept *k, struct packet *p,
		     struct buffer *out)
{
	struct load theirs, ours;
	load_open(c->w, k->packet.channel, bytes_of_buffer(&k->bytes), &theirs);
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &ours);
	load_close(&ours, theirs.bytes, out);
	*p = *c->was;
	p->bytes = bytes_of_buffer(out);
}

static bool replay(struct changing *c, const struct act *a)
{
	struct world *w = c->w;
	struct buffer room = { 0 };
	const struct kept *k = kept_as(w->tampering, a->text);
	if (!k) {
		tamper_record(c, a, ACT_VAIN_SAYING "nothing was kept under that name");
		return false;
	}
	struct packet p = k->packet;
	p.bytes = bytes_of_buffer(&k->bytes);
	if (a->here)
		put_here(c, k, &p, &room);
	p.forged = true;
	int64_t at_ns = w->now_ns + w->scenario->wires[p.channel].delay_ns + a->ns;
	struct wire_fate f = { .copies = 1, .arrival_ns = { at_ns } };
	tamper_record(c, a,
		      a->here ? "what was kept goes again, here" : "what was kept goes again");
	for (uint32_t i = 0; i < a->times; i++)
		carry_packet(w, &p, &f);
	buffer_fini(&room);
	return true;
}

/* The address of an end of the connection that passes, or of another host there. True: of another.
 */
static bool address(struct changing *c, const struct act *a, struct packet *p)
{
	struct world *w = c->w;
	uint32_t device = c->was->sender->device ? c->was->sender->device : c->receiver->device;
	bool answers = a->to >= 0 && (size_t)a->to == c->was->sender->flow_index;
	if (answers) {
		p->to = c->was->from;
		p->from = c->was->to;
		p->sender = c->receiver;
		p->from_opener = !p->from_opener;
	}
	if (a->from < 0 || (size_t)a->from == p->sender->flow_index)
		return false;
	p->sender = actor_of(w, (size_t)a->from, device ? device : 1);
	p->from = actor_address_spoofed(p->sender, SPOOFED_PORT);
	return true;
}

static void inject(struct changing *c, const struct act *a)
{
	struct load l;
	struct buffer packet = { 0 };
	struct packet p = *c->was;
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &l);
	if (l.kind == LOAD_SEGMENT) {
		l.segment.sequence = load_next_sequence(&l);
		l.segment.flags = SEGMENT_ACK | SEGMENT_PSH;
		l.segment.size_max = 0;
	}
	if (a->raw)
		l.kind = LOAD_WHOLE;
	load_close(&l, bytes_of_buffer(&a->bytes), &packet);
	bool other = address(c, a, &p);
	p.bytes = bytes_of_buffer(&packet);
	p.forged = true;
	tamper_record(c, a, "bytes that nobody sent");
	struct wire_fate f = { .copies = 1, .arrival_ns = { c->fate.arrival_ns[0] } };
	for (uint32_t i = 0; i < a->times; i++) {
		carry_packet(c->w, &p, &f);
		p.from.port = (uint16_t)(p.from.port + other);
	}
	buffer_fini(&packet);
}

/* A segment without bytes, behind the packet. */
static void end_stream(struct changing *c, const struct act *a)
{
	struct load l;
	struct buffer packet = { 0 };
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &l);
	l.segment.sequence = load_next_sequence(&l);
	l.segment.size_max = 0;
	l.segment.flags = a->kind == ACT_RESET ? SEGMENT_RST : SEGMENT_FIN | SEGMENT_ACK;
	load_close(&l, bytes_of(NULL, 0), &packet);
	tamper_record(c, a,
		      a->kind == ACT_RESET ? "the connection is reset in its sender's name"
					   : "the stream ends in its sender's name");
	send_behind(c, bytes_of_buffer(&packet));
	buffer_fini(&packet);
}

static void duplicate(struct changing *c, const struct act *a)
{
	tamper_record(c, a, "it goes on more than once");
	for (uint32_t i = 0; i < a->times; i++)
		send_behind(c, bytes_of_buffer(&c->bytes));
}

bool tamper_add(struct changing *c, const struct act *a)
{
	if (a->kind == ACT_REPLAY)
		return replay(c, a);
	if (a->kind == ACT_CAPTURE)
		keep(c, a);
	else if (a->kind == ACT_DUPLICATE)
		duplicate(c, a);
	else if (a->kind == ACT_INJECT)
		inject(c, a);
	else
		end_stream(c, a);
	return true;
}
