/* trace_writer.c - the records behind trace_writer.h, with ids, times, parents and cuts. */
#include "tests/lib/trace_writer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

enum { STEP_NS = 20 * 1000 * 1000 };

/* Bytes that look random and are the same each time: a digest of their name. size <= 64. */
void writer_fill(const char *name, uint8_t *out, size_t size)
{
	uint8_t digest[64];
	int good = EVP_Digest(name, strlen(name), digest, NULL, EVP_sha512(), NULL);
	assert(good == 1 && size <= sizeof digest);
	memcpy(out, digest, size);
}

struct bytes writer_bytes(const char *name, uint8_t out[32])
{
	writer_fill(name, out, 32);
	return bytes_of(out, 32);
}

/* -- records -- */

uint64_t writer_add(struct writer *w, struct record r)
{
	r.id = w->out->count + 1;
	r.at_ns = w->now_ns;
	if (w->cause && !r.parents_count)
		r.parents[r.parents_count++] = w->cause;
	records_add(w->out, &r);
	return r.id;
}

/* Sessions are numbered by actor: one for each is enough here. */
uint64_t writer_session(const char *actor)
{
	static const char *const actors[] = {
		"admin",          "user",           "device", "app",   "active_app",
		"infrastructure", "secure_connect", "noc",    "proxy", "uem"
	};
	for (size_t i = 0; i < sizeof actors / sizeof *actors; i++)
		if (strcmp(actors[i], actor) == 0)
			return i + 1;
	return 0;
}

static void step(struct writer *w, const char *actor, const char *source, const char *story)
{
	w->cause = writer_add(w, (struct record){ .kind = RECORD_STEP,
						  .actor = actor,
						  .machine = actor,
						  .session = writer_session(actor),
						  .stimulus = "message",
						  .state_from = "AWAIT",
						  .state_to = "NEXT",
						  .source = source,
						  .text = story });
}

/* actor holds a value from now on. */
void writer_hold(struct writer *w, const char *actor, const char *class, const char *origin,
		 struct bytes value)
{
	if (!secrets_find(w->secrets, class, value))
		secrets_add(w->secrets, class, actor, "", value);
	writer_add(w, (struct record){ .kind = RECORD_HOLD,
				       .actor = actor,
				       .name = class,
				       .text = origin,
				       .session = writer_session(actor),
				       .reference =
					       secrets_find(w->secrets, class, value)->reference });
}

void writer_hold_named(struct writer *w, const char *actor, const char *class, const char *origin)
{
	uint8_t value[32];
	writer_hold(w, actor, class, origin, writer_bytes(class, value));
}

static void end_hold(struct writer *w, const char *actor, const char *peer, const char *channel)
{
	uint8_t value[32];
	char name[64];
	snprintf(name, sizeof name, "tls %s", channel);
	struct bytes b = writer_bytes(name, value);
	if (!secrets_find(w->secrets, "tls", b))
		secrets_add(w->secrets, "tls", actor, channel, b);
	writer_add(w,
		   (struct record){ .kind = RECORD_HOLD,
				    .actor = actor,
				    .peer = peer,
				    .channel = channel,
				    .name = "tls",
				    .text = "derived",
				    .session = writer_session(actor),
				    .reference = secrets_find(w->secrets, "tls", b)->reference });
}

static void end_add(struct writer *w, enum record_kind kind, const char *channel,
		    const char *const ends[2])
{
	bool opens = kind == RECORD_OPEN;
	w->cause = writer_add(w, (struct record){ .kind = kind,
						  .actor = ends[0],
						  .peer = ends[1],
						  .channel = channel,
						  .session = writer_session(ends[0]),
						  .name = opens ? "" : "secured",
						  .text = opens ? "" : "tls TLSv1.3" });
}

/* A channel is opened and secured at both ends. */
void writer_secure(struct writer *w, const char *channel, const char *from, const char *to)
{
	const char *const forth[2] = { from, to }, *const back[2] = { to, from };
	end_add(w, RECORD_OPEN, channel, forth);
	w->out->list[w->out->count - 1].text = "opener";
	w->now_ns += STEP_NS;
	end_add(w, RECORD_OPEN, channel, back);
	w->out->list[w->out->count - 1].text = "acceptor";
	end_hold(w, to, from, channel);
	end_hold(w, from, to, channel);
	end_add(w, RECORD_PIPE, channel, forth);
	w->now_ns += STEP_NS;
	end_add(w, RECORD_PIPE, channel, back);
}

/* A packet of noise on a wire; copies 0: it is lost. */
void writer_packet(struct writer *w, const char *from, const char *to, int copies)
{
	static int serial;
	char name[32];
	uint8_t noise[64];
	snprintf(name, sizeof name, "packet %d", serial++);
	writer_fill(name, noise, sizeof noise);
	uint64_t id = writer_add(w, (struct record){ .kind = RECORD_PACKET,
						     .actor = from,
						     .peer = to,
						     .channel = "relay",
						     .text = copies ? "carried" : "lost",
						     .bytes = { noise, sizeof noise } });
	for (int i = 0; i < copies; i++)
		w->cause = writer_add(w, (struct record){ .kind = RECORD_ARRIVAL,
							  .actor = to,
							  .peer = from,
							  .channel = "relay",
							  .parents = { id },
							  .parents_count = 1 });
}

/* Secrets in r's bytes become cuts; redacted holds what is left. */
static void redact(const struct secrets *secrets, struct record *r, struct buffer *redacted)
{
	buffer_append(redacted, r->bytes);
	for (size_t i = 0; i < secrets->count; i++) {
		const struct secret *s = &secrets->list[i];
		const uint8_t *at =
			memmem(redacted->data, redacted->size, s->value.data, s->value.size);
		if (!at)
			continue;
		size_t offset = (size_t)(at - redacted->data);
		memset(redacted->data + offset, 0, s->value.size);
		r->cuts[r->cuts_count++] =
			(struct record_cut){ (uint32_t)offset, (uint32_t)s->value.size,
					     s->reference };
	}
	r->bytes = bytes_of_buffer(redacted);
}

/* A unit goes from one actor to another: sent, and accepted as it was sent. */
static void pass(struct writer *w, struct bytes unit, const char *channel,
		 const char *const ends[2])
{
	const char *from = ends[0], *to = ends[1];
	struct buffer redacted = { 0 };
	struct record r = { .kind = RECORD_SENT,
			    .actor = from,
			    .peer = to,
			    .channel = channel,
			    .session = writer_session(from),
			    .message = message_name(message_peek(unit)),
			    .bytes = unit };
	redact(w->secrets, &r, &redacted);
	uint64_t sent = writer_add(w, r);
	buffer_fini(&redacted);
	w->now_ns += STEP_NS;
	w->cause = writer_add(w, (struct record){ .kind = RECORD_ACCEPTED,
						  .actor = to,
						  .peer = from,
						  .channel = channel,
						  .session = writer_session(to),
						  .message = r.message,
						  .number = (int64_t)sent,
						  .parents = { sent },
						  .parents_count = 1 });
	step(w, to, "S1.0", "what came is taken");
}

void writer_say(struct writer *w, const struct message *m, const char *channel,
		const char *const ends[2])
{
	struct buffer unit = { 0 };
	message_encode(m, &unit);
	pass(w, bytes_of_buffer(&unit), channel, ends);
	buffer_fini(&unit);
}
