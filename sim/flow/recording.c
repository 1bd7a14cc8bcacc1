/* recording.c - keeps messages and connections for whoever opens them later. It opens nothing. */
#include "sim/flow/recording.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* -- messages -- */

static bool is_kept(enum message_type type)
{
	switch (type) {
	case MESSAGE_REGISTER_KEY:
	case MESSAGE_ACTIVATION_REQUEST:
	case MESSAGE_SECURE_CHANNEL_SETUP:
	case MESSAGE_SECURE_CHANNEL_RESPONSE:
	case MESSAGE_PROVISIONING_REQUEST:
	case MESSAGE_PROVISIONING_DATA:
	case MESSAGE_SEALED_KEY_REQUEST:
	case MESSAGE_SEALED_KEY_REPLY:
		return true;
	default:
		return false;
	}
}

static uint32_t hash_of(struct bytes b)
{
	uint32_t hash = 2166136261u; /* FNV-1a, as in keys.c */
	for (size_t i = 0; i < b.size; i++)
		hash = (hash ^ b.data[i]) * 16777619u;
	return hash;
}

static void forget_unit(struct recorded_unit *u)
{
	buffer_cleanse(&u->bytes);
	free(u->seen);
}

/* Make room: the older half goes, unless all is recorded. */
static void units_forget(struct recording *x)
{
	if (x->all || x->units_count < 2 * RECORDING_UNITS_MAX)
		return;
	for (size_t i = 0; i < RECORDING_UNITS_MAX; i++)
		forget_unit(&x->units[i]);
	x->units_count -= RECORDING_UNITS_MAX;
	x->forgotten += RECORDING_UNITS_MAX;
	memmove(x->units, x->units + RECORDING_UNITS_MAX, x->units_count * sizeof *x->units);
}

static struct recorded_unit *unit_find(struct recording *x, uint32_t hash, struct bytes bytes)
{
	size_t first =
		x->units_count > RECORDING_AGAIN_MAX ? x->units_count - RECORDING_AGAIN_MAX : 0;
	for (size_t i = x->units_count; i-- > first;)
		if (x->units[i].hash == hash &&
		    bytes_equal(bytes_of_buffer(&x->units[i].bytes), bytes))
			return &x->units[i];
	return NULL;
}

static struct recorded_unit *unit_add(struct recording *x, uint32_t hash, const struct sight *s)
{
	units_forget(x);
	if (x->units_count == x->units_room) {
		x->units_room = x->units_room ? 2 * x->units_room : 16;
		x->units = realloc(x->units, x->units_room * sizeof *x->units);
		assert(x->units);
	}
	struct recorded_unit *u = &x->units[x->units_count++];
	*u = (struct recorded_unit){
		.record = s->record->id, .hash = hash, .device = s->device, .type = s->type
	};
	buffer_append(&u->bytes, s->bytes);
	return u;
}

uint64_t recording_seen(const struct recorded_unit *u, int32_t who)
{
	for (size_t i = 0; i < u->seen_count; i++)
		if (u->seen[i].who == who)
			return u->seen[i].record;
	return 0;
}

void recording_unit(struct recording *x, const struct sight *s)
{
	if (!is_kept(s->type) || !s->bytes.size || s->redacted || s->who < 0)
		return;
	uint32_t hash = hash_of(s->bytes);
	struct recorded_unit *u = unit_find(x, hash, s->bytes);
	if (!u)
		u = unit_add(x, hash, s);
	if (recording_seen(u, s->who))
		return;
	if (u->seen_count == u->seen_room) {
		u->seen_room = u->seen_room * 2 + 4;
		u->seen = realloc(u->seen, u->seen_room * sizeof *u->seen);
		assert(u->seen);
	}
	u->seen[u->seen_count++] = (struct unit_seen){ .record = s->record->id, .who = s->who };
}

/* -- connections -- */

static struct recorded_stream *stream_of(struct recording *x, const struct address *from,
					 const struct address *to)
{
	uint32_t key[] = { from->ip, to->ip, from->port, to->port };
	size_t number = keys_add(&x->streams_keys, bytes_of(key, sizeof key), NULL);
	if (number >= x->streams_room) {
		size_t room = number * 2 + 16;
		x->streams = realloc(x->streams, room * sizeof *x->streams);
		assert(x->streams);
		memset(x->streams + x->streams_room, 0,
		       (room - x->streams_room) * sizeof *x->streams);
		x->streams_room = room;
	}
	return &x->streams[number];
}

void recording_segment(struct recording *x, const struct sight *s, const struct segment *segment)
{
	struct recorded_stream *t = stream_of(x, &segment->from, &segment->to);
	if (segment->flags & SEGMENT_SYN) {
		t->begun = true;
		t->start = segment->sequence + 1;
	}
	t->from = segment->from;
	t->to = segment->to;
	t->channel = s->channel;
	t->who = s->who;
	t->whom = s->whom;
	t->device = s->device;
	if (!segment->bytes.size)
		return;
	if (t->count == t->room) {
		t->room = t->room * 2 + 8;
		t->pieces = realloc(t->pieces, t->room * sizeof *t->pieces);
		assert(t->pieces);
	}
	t->pieces[t->count++] = (struct recorded_piece){ .sequence = segment->sequence,
							 .at = t->bytes.size,
							 .size = segment->bytes.size };
	buffer_append(&t->bytes, segment->bytes);
}

/* The piece that goes on at this place of the stream, with the most behind it; NULL: none. */
static const struct recorded_piece *piece_at(const struct recorded_stream *s, uint32_t place)
{
	const struct recorded_piece *best = NULL;
	uint32_t most = 0;
	for (size_t i = 0; i < s->count; i++) {
		uint32_t begin = s->pieces[i].sequence - s->start;
		uint32_t end = begin + (uint32_t)s->pieces[i].size;
		if (begin <= place && end > place && end > most) {
			best = &s->pieces[i];
			most = end;
		}
	}
	return best;
}

void recording_assemble(const struct recorded_stream *s, struct buffer *out)
{
	const struct recorded_piece *p;
	uint32_t place = 0;
	while (s->begun && (p = piece_at(s, place)) != NULL) {
		size_t skip = place - (p->sequence - s->start);
		buffer_append(out, bytes_of(s->bytes.data + p->at + skip, p->size - skip));
		place += (uint32_t)(p->size - skip);
	}
}

const struct recorded_stream *recording_other(const struct recording *x,
					      const struct recorded_stream *s)
{
	uint32_t key[] = { s->to.ip, s->from.ip, s->to.port, s->from.port };
	size_t number = keys_find(&x->streams_keys, bytes_of(key, sizeof key));
	return number == KEYS_NONE ? NULL : &x->streams[number];
}

/* -- what TLS secrets are for -- */

static enum tls_label label_of(struct bytes name)
{
	static const char *const names[] = {
		[TLS_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
		[TLS_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		[TLS_CLIENT_TRAFFIC] = "CLIENT_TRAFFIC_SECRET_0",
		[TLS_SERVER_TRAFFIC] = "SERVER_TRAFFIC_SECRET_0",
	};
	size_t i = 0;
	while (i < sizeof names / sizeof *names && !bytes_equal(bytes_of_string(names[i]), name))
		i++;
	return (enum tls_label)i;
}

static struct bytes value_of(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->values_count; i++)
		if (strcmp(r->values[i].name, name) == 0)
			return r->values[i].value;
	return (struct bytes){ 0 };
}

void recording_label(struct recording *x, size_t secret, const struct record *r)
{
	struct recorded_label one = { .secret = secret, .label = label_of(value_of(r, "label")) };
	struct bytes random = value_of(r, "client_random");
	if (one.label == TLS_OTHER || random.size != sizeof one.client_random)
		return;
	memcpy(one.client_random, random.data, random.size);
	if (x->labels_count == x->labels_room) {
		x->labels_room = x->labels_room * 2 + 32;
		x->labels = realloc(x->labels, x->labels_room * sizeof *x->labels);
		assert(x->labels);
	}
	x->labels[x->labels_count++] = one;
}

void recording_fini(struct recording *x)
{
	for (size_t i = 0; i < x->units_count; i++)
		forget_unit(&x->units[i]);
	for (size_t i = 0; i < x->streams_keys.count; i++) {
		buffer_fini(&x->streams[i].bytes);
		free(x->streams[i].pieces);
	}
	free(x->units);
	free(x->streams);
	free(x->labels);
	keys_fini(&x->streams_keys);
	memset(x, 0, sizeof *x);
}
