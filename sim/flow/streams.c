/* streams.c - names streams by what tells them apart, and keeps one state each. It searches
 * nothing.
 */
#include "sim/flow/streams.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct tail *streams_tail(struct streams *x, const struct sight *s, enum way way)
{
	int key[5] = { s->who, s->whom, s->channel, (int)s->record->tag, (int)way };
	size_t number = keys_add(&x->tails_keys, bytes_of(key, sizeof key), NULL);
	if (number >= x->tails_room) {
		size_t room = number * 2 + 16;
		x->tails = realloc(x->tails, room * sizeof *x->tails);
		assert(x->tails);
		memset(x->tails + x->tails_room, 0, (room - x->tails_room) * sizeof *x->tails);
		x->tails_room = room;
	}
	return &x->tails[number];
}

static bool is_sent(enum way way)
{
	return way == WAY_SAID || way == WAY_SENT_PACKETS;
}

struct connection *streams_connection(struct streams *x, const struct sight *s, enum way way,
				      const struct segment *segment)
{
	uint32_t key[] = { (uint32_t)s->who, is_sent(way),       segment->from.ip,
			   segment->to.ip,   segment->from.port, segment->to.port };
	size_t number = keys_add(&x->connections_keys, bytes_of(key, sizeof key), NULL);
	if (number >= x->connections_room) {
		size_t room = number * 2 + 16;
		x->connections = realloc(x->connections, room * sizeof *x->connections);
		assert(x->connections);
		memset(x->connections + x->connections_room, 0,
		       (room - x->connections_room) * sizeof *x->connections);
		x->connections_room = room;
	}
	return &x->connections[number];
}

/* Messages say what they are: of them only those of a channel that carries packets are packets. */
static bool may_be_packets(const struct flow *f, int channel, enum way way)
{
	if (channel < 0 || channel >= (int)f->channels_count)
		return false;
	const struct flow_channel *c = &f->channels[channel];
	bool stream = c->pipes_count > 0 && c->pipes[0] == PIPE_STREAM;
	return c->packets || (stream && way != WAY_SAID && way != WAY_HEARD);
}

bool streams_segment(const struct flow *f, const struct sight *s, enum way way,
		     struct segment *segment)
{
	return may_be_packets(f, s->channel, way) && segment_read(s->bytes, segment);
}

void streams_fini(struct streams *x)
{
	for (size_t i = 0; i < x->tails_room; i++)
		tail_fini(&x->tails[i]);
	for (size_t i = 0; i < x->connections_room; i++)
		assembly_fini(&x->connections[i].assembly);
	free(x->tails);
	free(x->connections);
	keys_fini(&x->tails_keys);
	keys_fini(&x->connections_keys);
	memset(x, 0, sizeof *x);
}
