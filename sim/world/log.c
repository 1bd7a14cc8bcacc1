/* log.c - how the world writes its records: one place that fills, redacts and appends them.
 *
 * A value that an actor holds as a secret is cut out of every message from then on: the record
 * keeps where it stood and a reference, run.secrets keeps the value.
 */
#include "sim/world/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/hmac.h"

struct record log_record(const struct world *w, enum record_kind kind, const struct actor *actor)
{
	struct record r;
	/* Not its lists: three quarters of a record, of which nothing is read beyond the counts. */
	memset(&r, 0, offsetof(struct record, checks));
	r.kind = kind;
	r.at_ns = w->now_ns;
	if (w->cause)
		r.parents[r.parents_count++] = w->cause;
	if (actor)
		r.actor = actor->name;
	return r;
}

/* Who is at the other side: known by the end there, or by the address. */
static const char *peer_name(struct world *w, const struct end *e)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	const struct end *peer = end_numbered(w, e->peer);
	const struct actor *there = peer ? peer->actor : NULL;
	if (!there && e->base != BASE_RIDES)
		there = actor_at(w, e->remote.ip);
	if (!there && e->opener)
		there = actor_of(w, c->to, e->actor->device ? e->actor->device : 1);
	if (!there)
		there = world_meant(w, c->from);
	return there ? there->name : w->flow->actors[c->from].name;
}

void log_end_of(struct record *r, struct world *w, const struct end *e)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	r->actor = e->actor->name;
	r->channel = c->name;
	r->tag = e->tag;
	r->session = e->session ? e->session->number : 0;
	r->peer = peer_name(w, e);
}

const char *log_printable(const char *text, char *out, size_t room)
{
	size_t i = 0;
	for (; text[i] && i + 1 < room; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[i] = '\0';
	return out;
}

uint64_t log_append(struct world *w, struct record *r)
{
	uint64_t id = trace_append(w->trace, r);
	adversary_see(w->adversary, r);
	return id;
}

void log_drop(struct world *w, const struct actor *actor, size_t channel, const char *why,
	      struct bytes bytes)
{
	struct buffer scratch = { 0 };
	struct record r = log_record(w, RECORD_DROP, actor);
	r.channel = w->flow->channels[channel].name;
	r.text = why;
	r.number = (int64_t)bytes.size;
	r.bytes = bytes;
	log_redact(w, &r, &scratch);
	log_append(w, &r);
	buffer_cleanse(&scratch);
}

void log_limit(struct world *w, const char *name, int64_t value)
{
	struct record r = log_record(w, RECORD_LIMIT, NULL);
	r.name = name;
	r.number = value;
	log_append(w, &r);
	w->ended = name;
}

void log_fingerprint(struct world *w, struct bytes value, char hex[2 * FINGERPRINT_SIZE + 1])
{
	uint8_t mac[DIGEST_SIZE_MAX];
	if (!hmac_key_of(w->fingerprints, value, mac))
		abort(); /* HMAC on a live context cannot fail */
	for (size_t i = 0; i < FINGERPRINT_SIZE; i++) {
		hex[2 * i] = "0123456789abcdef"[mac[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
	}
	hex[2 * FINGERPRINT_SIZE] = '\0';
}

/* -- redaction -- */

void log_redact(struct world *w, struct record *r, struct buffer *scratch)
{
	const struct secret *s;
	redactor_index(&w->redactor, w->secrets);
	for (size_t i = 0; (s = redactor_next(&w->redactor, w->secrets, r->bytes, &i)) != NULL;
	     i += s->value.size) {
		if (r->cuts_count == 0)
			buffer_append(scratch, r->bytes);
		if (r->cuts_count == RECORD_CUTS_MAX) {
			scratch->size = i;
			r->text = "more secrets than a record can name: the rest is left out";
			break;
		}
		r->cuts[r->cuts_count++] = (struct record_cut){ .offset = (uint32_t)i,
								.size = (uint32_t)s->value.size,
								.reference = s->reference };
		memset(scratch->data + i, 0, s->value.size);
	}
	if (r->cuts_count > 0)
		r->bytes = bytes_of_buffer(scratch);
}

/* -- secrets -- */

static const char *const origins[] = { [HOLD_DRAWN] = "drawn",
				       [HOLD_DERIVED] = "derived",
				       [HOLD_RECEIVED] = "received",
				       [HOLD_INITIAL] = "initial" };

/* The secret under (class, value), added when it is new; its pointer is good until the next one. */
static const struct secret *know(struct world *w, const char *class, const char *holder,
				 const char *channel, struct bytes value)
{
	if (!secrets_find(w->secrets, class, value))
		secrets_add(w->secrets, class, holder, channel, value);
	return secrets_find(w->secrets, class, value);
}

static void append_hold(struct world *w, struct record *r, const struct secret *known)
{
	char hex[2 * FINGERPRINT_SIZE + 1];
	log_fingerprint(w, bytes_of_buffer(&known->value), hex);
	r->name = known->class;
	r->reference = known->reference;
	r->values[r->values_count++] =
		(struct record_value){ .name = "fingerprint", .value = bytes_of_string(hex) };
	log_append(w, r);
}

void log_hold(struct world *w, const struct actor *actor, const struct session *s,
	      const struct effect *e)
{
	struct record r = log_record(w, RECORD_HOLD, actor);
	const struct secret *known = know(w, e->text, actor->name, "", e->body);
	r.session = s ? s->number : 0;
	r.text = origins[e->origin];
	r.source = e->from;
	append_hold(w, &r, known);
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Read hex up to a space or the end of text. */
static size_t unhex(const char *text, uint8_t *out, size_t room)
{
	size_t size = 0;
	for (; size < room && nibble(text[0]) >= 0 && nibble(text[1]) >= 0; text += 2)
		out[size++] = (uint8_t)(nibble(text[0]) * 16 + nibble(text[1]));
	return size;
}

/* A key-log line is "LABEL client-random secret", the last two in hex. */
void log_keylog(struct world *w, const struct end *e, const char *line)
{
	uint8_t random[32], value[64];
	char label[48];
	const char *second = strchr(line, ' ');
	const char *third = second ? strchr(second + 1, ' ') : NULL;
	if (!third || (size_t)(second - line) >= sizeof label)
		return;
	memcpy(label, line, (size_t)(second - line));
	label[second - line] = '\0';
	size_t random_size = unhex(second + 1, random, sizeof random);
	size_t size = unhex(third + 1, value, sizeof value);
	if (size == 0)
		return;
	struct record r = log_record(w, RECORD_HOLD, e->actor);
	const struct secret *known =
		know(w, "tls", e->actor->name, w->flow->channels[e->channel].name,
		     bytes_of(value, size));
	log_end_of(&r, w, e);
	r.text = origins[HOLD_DERIVED];
	r.values[r.values_count++] =
		(struct record_value){ .name = "label", .value = bytes_of_string(label) };
	r.values[r.values_count++] =
		(struct record_value){ .name = "client_random",
				       .value = bytes_of(random, random_size) };
	append_hold(w, &r, known);
	OPENSSL_cleanse(value, sizeof value);
}
