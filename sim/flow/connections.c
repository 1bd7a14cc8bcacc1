/* connections.c - the lists behind connections.h, and their order. */
#include "sim/flow/connections.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"

/* -- which stream -- */

enum { ENDS_WORDS = 6 };
static struct bytes ends_key(const struct stream_ends *e, uint32_t key[ENDS_WORDS])
{
	key[0] = e->from.ip;
	key[1] = e->to.ip;
	key[2] = e->from.port;
	key[3] = e->to.port;
	key[4] = e->rider;
	key[5] = e->association;
	return bytes_of(key, ENDS_WORDS * sizeof *key);
}

static struct recorded_between *between(struct connections *x, const struct stream_ends *e)
{
	uint32_t key[ENDS_WORDS];
	size_t number = keys_add(&x->ends, ends_key(e, key), NULL);
	size_t before = x->between_room;
	while (number >= x->between_room)
		x->between = list_grow(x->between, x->between_room, &x->between_room,
				       sizeof *x->between);
	if (x->between_room > before)
		memset(x->between + before, 0, (x->between_room - before) * sizeof *x->between);
	return &x->between[number];
}

static void stream_add(struct connections *x, const struct heard *h, const struct stream_ends *e,
		       struct recorded_between *b)
{
	x->streams = list_grow(x->streams, x->streams_count, &x->streams_room, sizeof *x->streams);
	x->streams[x->streams_count++] =
		(struct recorded_stream){ .heard = *h, .ends = *e, .older = b->newest };
	b->newest = b->current = (uint32_t)x->streams_count;
}

/* The stream that a segment belongs to: with its SYN, that which began there. */
static struct recorded_stream *stream_of(struct connections *x, const struct heard *h,
					 const struct segment *segment)
{
	struct stream_ends e = { .from = segment->from, .to = segment->to };
	struct recorded_between *b = between(x, &e);
	if (segment->flags & SEGMENT_SYN) {
		b->current = b->newest;
		while (b->current && x->streams[b->current - 1].begun &&
		       x->streams[b->current - 1].start != segment->sequence + 1)
			b->current = x->streams[b->current - 1].older;
	}
	if (!b->current)
		stream_add(x, h, &e, b);
	return &x->streams[b->current - 1];
}

const struct recorded_stream *connections_other(const struct connections *x,
						const struct recorded_stream *s)
{
	uint32_t key[ENDS_WORDS];
	struct stream_ends back = s->ends;
	back.from = s->ends.to;
	back.to = s->ends.from;
	size_t number = keys_find(&x->ends, ends_key(&back, key));
	uint32_t at = number == KEYS_NONE ? 0 : x->between[number].newest;
	for (; at; at = x->streams[at - 1].older) {
		const struct recorded_stream *o = &x->streams[at - 1];
		if (s->ends.rider != RIDING_NOT || (o->is_answer && o->answers == s->start) ||
		    (s->is_answer && s->answers == o->start))
			return o;
	}
	return NULL;
}

/* -- what comes -- */

static void piece_add(struct recorded_stream *s, uint32_t sequence, struct bytes bytes)
{
	s->pieces = list_grow(s->pieces, s->count, &s->room, sizeof *s->pieces);
	s->pieces[s->count++] = (struct recorded_piece){ .sequence = sequence,
							 .at = s->bytes.size,
							 .size = bytes.size };
	buffer_append(&s->bytes, bytes);
}

void connections_segment(struct connections *x, const struct heard *h,
			 const struct segment *segment)
{
	struct recorded_stream *s = stream_of(x, h, segment);
	bool syn = segment->flags & SEGMENT_SYN;
	uint32_t end = segment->sequence + (uint32_t)segment->bytes.size + (syn ? 1 : 0);
	if (syn) {
		s->begun = true;
		s->start = segment->sequence + 1;
		s->is_answer = segment->flags & SEGMENT_ACK;
		s->answers = segment->acknowledged;
	}
	bool fin = segment->flags & SEGMENT_FIN;
	if (syn || fin || (!s->ended && (int32_t)(end - s->end) > 0))
		s->end = end;
	s->ended = s->ended || fin;
	if (segment->flags & SEGMENT_ACK)
		s->heard_to = segment->acknowledged;
	if (segment->bytes.size)
		piece_add(s, segment->sequence + (syn ? 1 : 0), segment->bytes);
}

void connections_ride(struct connections *x, const struct heard *h, const struct stream_ends *ends,
		      struct bytes bytes)
{
	struct recorded_between *b = between(x, ends);
	if (!b->current)
		stream_add(x, h, ends, b);
	struct recorded_stream *s = &x->streams[b->current - 1];
	s->begun = true;
	piece_add(s, (uint32_t)s->bytes.size, bytes);
}

void connections_packet(struct connections *x, const struct heard *h, size_t flow,
			struct bytes bytes)
{
	x->packets = list_grow(x->packets, x->packets_count, &x->packets_room, sizeof *x->packets);
	x->packets[x->packets_count++] = (struct recorded_packet){
		.heard = *h, .flow = flow, .at = x->packet_bytes.size, .size = bytes.size
	};
	buffer_append(&x->packet_bytes, bytes);
}

struct bytes connections_packet_bytes(const struct connections *x, const struct recorded_packet *p)
{
	return p->size ? bytes_of(x->packet_bytes.data + p->at, p->size) : (struct bytes){ 0 };
}

/* -- in order -- */

/* By place; of two at one place the one that came first. */
static int piece_compare(const void *left, const void *right)
{
	const struct recorded_piece *a = left, *b = right;
	if (a->sequence != b->sequence)
		return a->sequence < b->sequence ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* Bytes of a stream that are known to have been said. */
static size_t said(const struct recorded_stream *s, const struct recorded_stream *back)
{
	uint32_t own = s->end - s->start, heard = back ? back->heard_to - s->start : 0;
	if (s->ends.rider != RIDING_NOT)
		return s->bytes.size;
	if (s->ended || heard > INT32_MAX) /* the FIN says it; or that is of another stream */
		return own;
	return own > heard ? own : heard;
}

bool connections_assemble(const struct recorded_stream *s, const struct recorded_stream *back,
			  struct buffer *out)
{
	size_t next = 0, i = 0;
	if (!s->begun || !s->count)
		return s->begun ? said(s, back) == 0 : !s->count;
	struct recorded_piece *sorted = reallocarray(NULL, s->count, sizeof *sorted);
	assert(sorted);
	for (; i < s->count; i++) {
		sorted[i] = s->pieces[i];
		sorted[i].sequence -= s->start; /* numbers wrap, places do not */
	}
	qsort(sorted, s->count, sizeof *sorted, piece_compare);
	for (i = 0; i < s->count && sorted[i].sequence <= next; i++) {
		size_t known = next - sorted[i].sequence;
		if (known >= sorted[i].size)
			continue;
		buffer_append(out, bytes_of(s->bytes.data + sorted[i].at + known,
					    sorted[i].size - known));
		next += sorted[i].size - known;
	}
	free(sorted);
	return next >= said(s, back);
}

void connections_fini(struct connections *x)
{
	for (size_t i = 0; i < x->streams_count; i++) {
		buffer_cleanse(&x->streams[i].bytes);
		free(x->streams[i].pieces);
	}
	keys_fini(&x->ends);
	free(x->between);
	free(x->streams);
	free(x->packets);
	buffer_cleanse(&x->packet_bytes);
	memset(x, 0, sizeof *x);
}
