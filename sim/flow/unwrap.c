/* unwrap.c - what is in the data of a connection: frames, HTTP, or both, and in those messages. A
 * message that carries others gives its payload to what rides on it.
 */
#include "sim/flow/closure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "proto/pipe/http_message.h"

enum { FRAME_HEADER = 4 };

static bool has_pipe(const struct flow_channel *channel, enum pipe_kind kind)
{
	for (size_t i = 0; i < channel->pipes_count; i++)
		if (channel->pipes[i] == kind)
			return true;
	return false;
}

/* -- what rides -- */

/* The channel that rides on messages of this type there, or -1. */
static int rider_of(const struct flow *f, int channel, enum message_type type)
{
	for (size_t i = 0; i < f->channels_count; i++)
		for (size_t k = 0; k < f->channels[i].rides_count; k++)
			if ((int)f->channels[i].rides[k].channel == channel &&
			    f->channels[i].rides[k].type == type)
				return (int)i;
	return -1;
}

static size_t flow_of(struct opening *o, int hop, int rider, uint32_t association)
{
	uint32_t key[] = { (uint32_t)hop, (uint32_t)rider, association };
	bool added;
	size_t number = keys_add(&o->flows_keys, bytes_of(key, sizeof key), &added);
	o->flows = list_grow(o->flows, number, &o->flows_room, sizeof *o->flows);
	if (added)
		o->flows[number] = (struct opening_flow){ .channel = rider };
	return number;
}

static void ride(struct closure *c, const struct flow *f, const struct opened *from, int rider,
		 const struct carried *m)
{
	struct heard h = { .channel = rider,
			   .who = -1,
			   .whom = -1,
			   .device = from->how->device,
			   .since = from->how->record };
	if (has_pipe(&f->channels[rider], PIPE_DTLS)) {
		size_t flow = flow_of(&c->opening, from->channel, rider, m->association);
		connections_packet(&c->opening.inside, &h, flow, m->payload);
	} else if (from->stream) {
		struct stream_ends ends = from->stream->ends;
		ends.rider = 1 + (uint32_t)rider;
		ends.association = m->association;
		connections_ride(&c->opening.inside, &h, &ends, m->payload);
	}
	c->changed = true;
}

/* A message that carries others is kept as what it carries. */
static void carrier_take(struct closure *c, const struct flow *f, const struct opened *from,
			 int rider, struct bytes unit)
{
	struct message *m = malloc(sizeof *m);
	assert(m);
	if (message_decode(unit, m) == MESSAGE_OK) {
		c->readable[m->type] = true;
		ride(c, f, from, rider, &m->as.carried);
	}
	message_cleanse(m);
	free(m);
}

void unwrap_unit(struct closure *c, const struct flow *f, const struct opened *from,
		 struct bytes unit)
{
	enum message_type type = message_peek(unit);
	int rider = type == MESSAGE_NONE ? -1 : rider_of(f, from->channel, type);
	if (rider >= 0)
		carrier_take(c, f, from, rider, unit);
	else
		closure_read(c, unit, from->how);
}

/* -- frames and HTTP -- */

static bool read_http(struct closure *c, const struct flow *f, const struct opened *from,
		      struct bytes in)
{
	struct http_head head;
	struct buffer unit = { 0 };
	size_t size;
	while (!http_head_find(in, 0, &size) && size &&
	       !http_head_read(bytes_of(in.data, size), &head) &&
	       head.body_size <= in.size - size) {
		buffer_clear(&unit);
		buffer_append_u16(&unit, (uint16_t)head.type);
		buffer_append(&unit, bytes_of(in.data + size, head.body_size));
		if (head.type != MESSAGE_NONE)
			unwrap_unit(c, f, from, bytes_of_buffer(&unit));
		in = bytes_of(in.data + size + head.body_size, in.size - size - head.body_size);
	}
	buffer_cleanse(&unit);
	return !in.size;
}

/* Each frame is a message, or the next piece of what is in all of them. */
static bool read_frames(struct closure *c, const struct flow *f, const struct opened *from,
			struct bytes in, struct buffer *joined)
{
	while (in.size >= FRAME_HEADER && in.size - FRAME_HEADER >= read_u32(in.data)) {
		struct bytes body = bytes_of(in.data + FRAME_HEADER, read_u32(in.data));
		if (joined)
			buffer_append(joined, body);
		else
			unwrap_unit(c, f, from, body);
		in = bytes_of(body.data + body.size, in.size - FRAME_HEADER - body.size);
	}
	return !in.size;
}

bool unwrap_data(struct closure *c, const struct flow *f, const struct opened *from,
		 struct bytes data)
{
	const struct flow_channel *channel = &f->channels[from->channel];
	bool http = has_pipe(channel, PIPE_HTTP), frame = has_pipe(channel, PIPE_FRAME);
	struct buffer joined = { 0 };
	bool whole = true;
	closure_scan(c, data, from->how);
	if (frame)
		whole = read_frames(c, f, from, data, http ? &joined : NULL);
	if (http)
		whole = read_http(c, f, from, frame ? bytes_of_buffer(&joined) : data) && whole;
	buffer_cleanse(&joined);
	return whole;
}
