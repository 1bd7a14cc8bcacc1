/* tls_open.c - opens recorded TLS 1.3 connections with their traffic secrets, as whoever recorded
 * them would. It knows AES-GCM suites and key updates; of other versions it reads nothing.
 */
#include "sim/flow/closure.h"

#include <string.h>

#include <openssl/crypto.h>

enum {
	HEADER_SIZE = 5, /* RFC 8446 5.1: type, version, length */
	HANDSHAKE_HEADER = 4,
	TYPE_CHANGE = 20, /* of older versions, said for old middle boxes */
	TYPE_HANDSHAKE = 22,
	TYPE_DATA = 23,
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	KEY_UPDATE = 24,
	/* behind the headers of record and handshake, and the version */
	RANDOM_AT = HEADER_SIZE + HANDSHAKE_HEADER + 2,
	SESSION_AT = RANDOM_AT + PROTECTION_RANDOM, /* its size in a byte, then the suite */
};

/* -- hellos -- */

static bool is_hello(struct bytes b, uint8_t which)
{
	return b.size > SESSION_AT && b.data[0] == TYPE_HANDSHAKE && b.data[HEADER_SIZE] == which;
}

/* What the server has chosen, or NULL: none that is known. */
static const struct protection_suite *suite_of(struct bytes server)
{
	size_t at = SESSION_AT + 1 + (size_t)server.data[SESSION_AT];
	return at + 2 <= server.size ? protection_suite(read_u16(server.data + at)) : NULL;
}

/* -- one direction -- */

/* Keys of one epoch of a direction. */
struct epoch {
	uint8_t secret[DIGEST_SIZE_MAX];
	struct protection keys;
	uint64_t number; /* of its next record */
};
struct direction {
	struct closure *closure;
	struct epoch handshake, traffic;
	size_t pending; /* records since the last that opened */
	size_t opened;  /* with traffic's keys */
	size_t failed;  /* among or behind those */
};
/* Records that may be missing or damaged before one that opens all the same. */
enum { SKIPPED_MAX = 8 };

static void epoch_begin(struct closure *c, struct epoch *e, const struct protection_suite *s,
			struct bytes secret)
{
	if (secret.size <= sizeof e->secret &&
	    protection_of_traffic(c->crypto, s, secret, &e->keys))
		memcpy(e->secret, secret.data, secret.size);
}

/* A peer's word that its next records are under its next keys (RFC 8446 4.6.3). */
static void key_update(struct closure *c, struct epoch *e, struct bytes messages)
{
	const struct protection_suite *s = e->keys.suite;
	while (messages.size >= HANDSHAKE_HEADER) {
		size_t size = HANDSHAKE_HEADER + (read_u32(messages.data) & 0xffffff);
		if (messages.data[0] == KEY_UPDATE && protection_update(c->crypto, s, e->secret)) {
			protection_of_traffic(c->crypto, s,
					      bytes_of(e->secret, digest_size(s->digest)),
					      &e->keys);
			e->number = 0;
		}
		size = size < messages.size ? size : messages.size;
		messages = bytes_of(messages.data + size, messages.size - size);
	}
}

/* Try the traffic keys: with the next number, and as if what did not open had taken numbers. */
static uint8_t traffic_open(struct direction *d, struct bytes record, struct buffer *plain)
{
	struct epoch *t = &d->traffic;
	uint8_t type = 0;
	size_t skipped = 0;
	for (; skipped <= d->pending && skipped <= SKIPPED_MAX && !type; skipped++)
		type = protection_open_tls(d->closure->crypto, &t->keys, t->number + skipped,
					   record, plain);
	if (!type)
		return 0;
	t->number += skipped;
	d->failed += skipped - 1;
	d->pending = 0;
	d->opened++;
	return type;
}

static void record_open(struct direction *d, struct bytes record, struct buffer *data)
{
	struct epoch *h = &d->handshake;
	struct buffer plain = { 0 };
	uint8_t type = traffic_open(d, record, &plain);
	if (type == TYPE_DATA)
		buffer_append(data, bytes_of_buffer(&plain));
	else if (type == TYPE_HANDSHAKE)
		key_update(d->closure, &d->traffic, bytes_of_buffer(&plain));
	else if (!type &&
		 protection_open_tls(d->closure->crypto, &h->keys, h->number, record, &plain))
		h->number++;
	else if (!type)
		d->pending++;
	buffer_cleanse(&plain);
}

/* All data of one direction. What is under the handshake's keys comes first and is passed over when
 * only those of the data are had. False: the last record is cut off. */
static bool direction_open(struct direction *d, struct bytes bytes, struct buffer *data)
{
	bool sealed = false;
	while (bytes.size >= HEADER_SIZE) {
		size_t size = HEADER_SIZE + read_u16(bytes.data + 3);
		if (size > bytes.size)
			break;
		if (bytes.data[0] == TYPE_DATA)
			record_open(d, bytes_of(bytes.data, size), data);
		else if (sealed && bytes.data[0] != TYPE_CHANGE) /* nothing is said openly then */
			d->pending++;
		sealed = sealed || bytes.data[0] == TYPE_DATA;
		bytes = bytes_of(bytes.data + size, bytes.size - size);
	}
	d->failed += d->opened ? d->pending : 0;
	return !bytes.size;
}

/* -- one connection -- */

/* One direction with the hello of both, and whose it is. */
struct found {
	struct buffer bytes, other;
	bool whole, client;
};

static bool found_of(const struct connections *in, const struct recorded_stream *s, struct found *f)
{
	const struct recorded_stream *back = connections_other(in, s);
	*f = (struct found){ 0 };
	f->whole = connections_assemble(s, back, &f->bytes);
	if (back)
		connections_assemble(back, s, &f->other);
	f->client = is_hello(bytes_of_buffer(&f->bytes), CLIENT_HELLO);
	const struct buffer *client = f->client ? &f->bytes : &f->other;
	const struct buffer *server = f->client ? &f->other : &f->bytes;
	return is_hello(bytes_of_buffer(client), CLIENT_HELLO) &&
	       is_hello(bytes_of_buffer(server), SERVER_HELLO);
}

/* Decrypt what was found with this secret, and read it. */
static void found_open(struct closure *c, const struct recording *x, const struct opened *from,
		       const struct found *f, struct direction *d)
{
	struct buffer data = { 0 };
	bool whole = direction_open(d, bytes_of_buffer(&f->bytes), &data) && f->whole;
	uint32_t bit = UINT32_C(1) << from->channel;
	c->opening.opened |= d->opened ? bit : 0;
	if (!unwrap_data(c, x->flow, from, bytes_of_buffer(&data)) || !whole || d->failed)
		c->opening.unfollowed |= bit;
	buffer_cleanse(&data);
}

static bool found_try(struct closure *c, const struct recording *x, const struct recorded_stream *s,
		      const struct found *f)
{
	const struct buffer *client = f->client ? &f->bytes : &f->other;
	const struct buffer *server = f->client ? &f->other : &f->bytes;
	const uint8_t *random = client->data + RANDOM_AT;
	struct direction d = { .closure = c };
	size_t label = 0, unused;
	const struct closure_value *traffic = opening_secret(
		c, x, f->client ? TLS_CLIENT_TRAFFIC : TLS_SERVER_TRAFFIC, random, &label);
	if (!traffic)
		return false;
	const struct closure_value *handshake = opening_secret(
		c, x, f->client ? TLS_CLIENT_HANDSHAKE : TLS_SERVER_HANDSHAKE, random, &unused);
	const struct protection_suite *suite = suite_of(bytes_of_buffer(server));
	uint64_t since = traffic->record > s->heard.since ? traffic->record : s->heard.since;
	struct closure_value how = {
		.rule = RULE_OPEN_TLS, .secret = -1, .device = s->heard.device, .record = since
	};
	struct opened from = { .channel = s->heard.channel, .stream = s, .how = &how };
	c->opening.labels[label] = true;
	if (suite)
		epoch_begin(c, &d.traffic, suite, bytes_of_buffer(&traffic->bytes));
	if (suite && handshake)
		epoch_begin(c, &d.handshake, suite, bytes_of_buffer(&handshake->bytes));
	if (d.traffic.keys.suite)
		found_open(c, x, &from, f, &d);
	else
		c->opening.unfollowed |= UINT32_C(1) << s->heard.channel;
	OPENSSL_cleanse(&d, sizeof d);
	return true;
}

bool opening_stream(struct closure *c, const struct listening *l, const struct connections *in,
		    size_t number)
{
	struct found f;
	/* what rides on it may come to stand in the same list, which moves */
	struct recorded_stream s = in->streams[number];
	bool done = found_of(in, &s, &f) && found_try(c, l->recording, &s, &f);
	buffer_cleanse(&f.bytes);
	buffer_cleanse(&f.other);
	return done;
}
