/* recording.c - keeps messages and connections for whoever opens them later. It opens nothing. */
#include "sim/flow/recording.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"

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

void recording_packet(struct recording *x, const struct sight *s, const struct segment *segment)
{
	struct heard h = { .channel = s->channel,
			   .who = s->who,
			   .whom = s->whom,
			   .device = s->device,
			   .since = s->record->id };
	if (segment)
		connections_segment(&x->wires, &h, segment);
	else
		connections_packet(&x->wires, &h, 0, s->bytes);
}

/* -- what TLS secrets are for -- */

static enum tls_label label_of(struct bytes name)
{
	static const char *const names[] = {
		[TLS_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
		[TLS_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		[TLS_CLIENT_TRAFFIC] = "CLIENT_TRAFFIC_SECRET_0",
		[TLS_SERVER_TRAFFIC] = "SERVER_TRAFFIC_SECRET_0",
		[TLS_MASTER] = "CLIENT_RANDOM",
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

static struct bytes label_key(enum tls_label label, const uint8_t random[RECORDING_RANDOM],
			      uint8_t key[RECORDING_RANDOM + 1])
{
	memcpy(key, random, RECORDING_RANDOM);
	key[RECORDING_RANDOM] = (uint8_t)label;
	return bytes_of(key, RECORDING_RANDOM + 1);
}

void recording_label(struct recording *x, size_t secret, const struct record *r)
{
	enum tls_label label = label_of(value_of(r, "label"));
	struct bytes random = value_of(r, "client_random");
	uint8_t key[RECORDING_RANDOM + 1];
	bool added;
	if (label == TLS_OTHER || random.size != RECORDING_RANDOM)
		return;
	size_t number = keys_add(&x->labels_keys, label_key(label, random.data, key), &added);
	if (!added)
		return;
	x->labels = list_grow(x->labels, number, &x->labels_room, sizeof *x->labels);
	x->labels[number] = (struct recorded_label){ .secret = secret, .label = label };
}

const struct recorded_label *recording_label_of(const struct recording *x, enum tls_label label,
						const uint8_t random[RECORDING_RANDOM])
{
	uint8_t key[RECORDING_RANDOM + 1];
	size_t number = keys_find(&x->labels_keys, label_key(label, random, key));
	return number == KEYS_NONE ? NULL : &x->labels[number];
}

void recording_fini(struct recording *x)
{
	for (size_t i = 0; i < x->units_count; i++)
		forget_unit(&x->units[i]);
	connections_fini(&x->wires);
	keys_fini(&x->labels_keys);
	free(x->units);
	free(x->labels);
	memset(x, 0, sizeof *x);
}
