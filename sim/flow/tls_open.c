/* tls_open.c - opens recorded TLS 1.3 connections with their traffic secrets, as whoever recorded
 * them would, and reads the messages inside. It checks no certificate and answers nothing; of other
 * versions, ciphers and key updates it reads nothing.
 */
#include "sim/flow/closure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/hkdf.h"
#include "proto/pipe/http_message.h"

enum {
	HEADER_SIZE = 5, /* RFC 8446 5.1: type, version, length */
	TYPE_HANDSHAKE = 22,
	TYPE_DATA = 23,
	CLIENT_HELLO = 1,
	RANDOM_AT = HEADER_SIZE + 4 +
		    2,    /* behind the headers of record and handshake, and the version */
	SECRET_SIZE = 48, /* SHA-384 */
	FRAME_HEADER = 4,
};

/* -- records: RFC 8446 5.2, 5.3, 7.3 -- */

struct protection {
	bool there;
	uint8_t key[AEAD_KEY_SIZE], iv[AEAD_IV_SIZE];
	uint64_t sequence;
};

/* HKDF-Expand-Label(secret, label, "", size) of 7.1 */
static bool expand(struct crypto *c, struct bytes secret, const char *label, uint8_t *out,
		   size_t size)
{
	struct hkdf_prk from = { .digest = DIGEST_SHA384, .prk = secret };
	struct buffer info = { 0 };
	buffer_append_u16(&info, (uint16_t)size);
	buffer_append_u8(&info, (uint8_t)strlen(label));
	buffer_append(&info, bytes_of_string(label));
	buffer_append_u8(&info, 0);
	bool good = hkdf_expand(c, &from, bytes_of_buffer(&info), out, size);
	buffer_fini(&info);
	return good;
}

static struct protection protection_of(struct closure *c, const struct closure_value *secret)
{
	struct protection p = { 0 };
	p.there = secret && secret->bytes.size == SECRET_SIZE &&
		  expand(c->crypto, bytes_of_buffer(&secret->bytes), "tls13 key", p.key,
			 sizeof p.key) &&
		  expand(c->crypto, bytes_of_buffer(&secret->bytes), "tls13 iv", p.iv, sizeof p.iv);
	return p;
}

/* Open one record; its content, without padding and type, is appended when it is data. */
static bool record_open(struct closure *c, struct protection *p, struct bytes record,
			struct buffer *data)
{
	uint8_t nonce[AEAD_IV_SIZE];
	struct buffer plain = { 0 };
	bool authentic = false;
	memcpy(nonce, p->iv, sizeof nonce);
	for (size_t i = 0; i < 8; i++)
		nonce[AEAD_IV_SIZE - 1 - i] ^= (uint8_t)(p->sequence >> 8 * i);
	struct aead under = { .key = p->key,
			      .iv = nonce,
			      .aad = bytes_of(record.data, HEADER_SIZE) };
	struct bytes sealed = bytes_of(record.data + HEADER_SIZE, record.size - HEADER_SIZE);
	bool good =
		p->there && aead_open(c->crypto, &under, sealed, &plain, &authentic) && authentic;
	size_t size = good ? plain.size : 0;
	while (size && !plain.data[size - 1])
		size--;
	if (size && plain.data[size - 1] == TYPE_DATA)
		buffer_append(data, bytes_of(plain.data, size - 1));
	p->sequence += good;
	buffer_cleanse(&plain);
	return good;
}

/* All data of one direction. What is under the handshake's keys comes first and is passed over when
 * only those of the data are had. */
static void stream_open(struct closure *c, struct bytes bytes, struct protection *handshake,
			struct protection *traffic, struct buffer *data)
{
	while (bytes.size >= HEADER_SIZE) {
		size_t size = HEADER_SIZE + read_u16(bytes.data + 3);
		if (size > bytes.size)
			return;
		struct bytes record = bytes_of(bytes.data, size);
		if (bytes.data[0] == TYPE_DATA && !record_open(c, traffic, record, data))
			record_open(c, handshake, record, data);
		bytes = bytes_of(bytes.data + size, bytes.size - size);
	}
}

/* -- what is in a stream: frames, HTTP, or both -- */

static bool has_pipe(const struct flow_channel *channel, enum pipe_kind kind)
{
	for (size_t i = 0; i < channel->pipes_count; i++)
		if (channel->pipes[i] == kind)
			return true;
	return false;
}

static void read_http(struct closure *c, struct bytes in, const struct closure_value *how)
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
			closure_read(c, bytes_of_buffer(&unit), how);
		in = bytes_of(in.data + size + head.body_size, in.size - size - head.body_size);
	}
	buffer_cleanse(&unit);
}

/* Each frame is a message, or the next piece of what is in all of them. */
static void read_frames(struct closure *c, struct bytes in, const struct closure_value *how,
			struct buffer *joined)
{
	while (in.size >= FRAME_HEADER && in.size - FRAME_HEADER >= read_u32(in.data)) {
		struct bytes body = bytes_of(in.data + FRAME_HEADER, read_u32(in.data));
		if (joined)
			buffer_append(joined, body);
		else
			closure_read(c, body, how);
		in = bytes_of(body.data + body.size, in.size - FRAME_HEADER - body.size);
	}
}

static void read_data(struct closure *c, const struct flow_channel *channel, struct bytes data,
		      const struct closure_value *how)
{
	bool http = has_pipe(channel, PIPE_HTTP), frame = has_pipe(channel, PIPE_FRAME);
	struct buffer joined = { 0 };
	closure_scan(c, data, how);
	if (frame)
		read_frames(c, data, how, http ? &joined : NULL);
	if (http)
		read_http(c, frame ? bytes_of_buffer(&joined) : data, how);
	buffer_cleanse(&joined);
}

/* -- which secrets a connection has -- */

static const struct closure_value *secret_of(const struct closure *c, const struct recording *x,
					     enum tls_label label, const uint8_t *random)
{
	for (size_t i = 0; i < x->labels_count; i++)
		if (x->labels[i].label == label &&
		    memcmp(x->labels[i].client_random, random, RECORDING_RANDOM) == 0)
			return closure_secret(c, x->labels[i].secret);
	return NULL;
}

static bool is_hello(struct bytes b)
{
	return b.size >= RANDOM_AT + RECORDING_RANDOM && b.data[0] == TYPE_HANDSHAKE &&
	       b.data[HEADER_SIZE] == CLIENT_HELLO;
}

/* The bytes of a stream, and of whichever direction begins with a ClientHello: its random. */
static bool random_of(const struct recording *x, const struct recorded_stream *s,
		      struct buffer *bytes, uint8_t random[RECORDING_RANDOM], bool *client)
{
	struct buffer other = { 0 };
	const struct recorded_stream *back = recording_other(x, s);
	recording_assemble(s, bytes);
	*client = is_hello(bytes_of_buffer(bytes));
	if (!*client && back)
		recording_assemble(back, &other);
	const struct buffer *hello = *client ? bytes : &other;
	bool there = is_hello(bytes_of_buffer(hello));
	if (there)
		memcpy(random, hello->data + RANDOM_AT, RECORDING_RANDOM);
	buffer_fini(&other);
	return there;
}

/* True when there is no more to be had from this stream. */
static bool try_stream(struct closure *c, const struct recording *x,
		       const struct recorded_stream *s)
{
	uint8_t random[RECORDING_RANDOM];
	struct buffer bytes = { 0 }, data = { 0 };
	bool client, done = false;
	if (random_of(x, s, &bytes, random, &client)) {
		const struct closure_value *traffic =
			secret_of(c, x, client ? TLS_CLIENT_TRAFFIC : TLS_SERVER_TRAFFIC, random);
		struct protection hand = protection_of(
			c, secret_of(c, x, client ? TLS_CLIENT_HANDSHAKE : TLS_SERVER_HANDSHAKE,
				     random));
		struct protection keys = protection_of(c, traffic);
		if (keys.there) {
			struct closure_value how = { .rule = RULE_OPEN_TLS,
						     .secret = -1,
						     .device = s->device,
						     .record = traffic->record };
			stream_open(c, bytes_of_buffer(&bytes), &hand, &keys, &data);
			read_data(c, &x->flow->channels[s->channel], bytes_of_buffer(&data), &how);
			done = true;
		}
		OPENSSL_cleanse(&hand, sizeof hand);
		OPENSSL_cleanse(&keys, sizeof keys);
	}
	buffer_fini(&bytes);
	buffer_cleanse(&data);
	return done;
}

void closure_open_streams(struct closure *c, const struct recording *x, int32_t who)
{
	size_t count = x->streams_keys.count;
	if (!c->opened && count) {
		c->opened = calloc(count, sizeof *c->opened);
		assert(c->opened);
	}
	for (size_t i = 0; i < count; i++) {
		const struct recorded_stream *s = &x->streams[i];
		bool may = who == KNOWLEDGE_ATTACKER || s->who == who || s->whom == who;
		if (may && !c->opened[i] && s->channel >= 0 &&
		    s->channel < (int)x->flow->channels_count)
			c->opened[i] = try_stream(c, x, s);
	}
}
