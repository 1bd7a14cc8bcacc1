/* knox_trace.c - writes the trace of knox_trace.h: S1's sentences in order, each with the records
 * that a run has around it. It follows the documents, not the program's tables.
 */
#include "tests/lib/knox_trace.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/message.h"

static const char uid[] = "mary@corp.example", app_id[] = "com.example.notes";
static const char access_key[] = "k7x2m9q4w1z8r5t";

enum { STEP_NS = 20 * 1000 * 1000 };

struct writer {
	struct records *out;
	struct secrets *secrets;
	int64_t now_ns;
	uint64_t cause; /* id of the record that the next one follows from; 0: none */
};

/* Bytes that look random and are the same each time: a digest of their name. size <= 64. */
static void bytes_fill(const char *name, uint8_t *out, size_t size)
{
	uint8_t digest[64];
	int good = EVP_Digest(name, strlen(name), digest, NULL, EVP_sha512(), NULL);
	assert(good == 1 && size <= sizeof digest);
	memcpy(out, digest, size);
}

static struct bytes named(const char *name, uint8_t out[32])
{
	bytes_fill(name, out, 32);
	return bytes_of(out, 32);
}

/* -- records -- */

static uint64_t add(struct writer *w, struct record r)
{
	r.id = w->out->count + 1;
	r.at_ns = w->now_ns;
	if (w->cause && !r.parents_count)
		r.parents[r.parents_count++] = w->cause;
	records_add(w->out, &r);
	return r.id;
}

/* Sessions are numbered by actor: one for each is enough here. */
static uint64_t session_of(const char *actor)
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
	w->cause = add(w, (struct record){ .kind = RECORD_STEP,
					   .actor = actor,
					   .machine = actor,
					   .session = session_of(actor),
					   .stimulus = "message",
					   .state_from = "AWAIT",
					   .state_to = "NEXT",
					   .source = source,
					   .text = story });
}

/* actor holds a value from now on. */
static void hold(struct writer *w, const char *actor, const char *class, const char *origin,
		 struct bytes value)
{
	if (!secrets_find(w->secrets, class, value))
		secrets_add(w->secrets, class, actor, "", value);
	add(w, (struct record){ .kind = RECORD_HOLD,
				.actor = actor,
				.name = class,
				.text = origin,
				.session = session_of(actor),
				.reference = secrets_find(w->secrets, class, value)->reference });
}

static void hold_named(struct writer *w, const char *actor, const char *class, const char *origin)
{
	uint8_t value[32];
	hold(w, actor, class, origin, named(class, value));
}

static void end_hold(struct writer *w, const char *actor, const char *peer, const char *channel)
{
	uint8_t value[32];
	char name[64];
	snprintf(name, sizeof name, "tls %s", channel);
	struct bytes b = named(name, value);
	if (!secrets_find(w->secrets, "tls", b))
		secrets_add(w->secrets, "tls", actor, channel, b);
	add(w, (struct record){ .kind = RECORD_HOLD,
				.actor = actor,
				.peer = peer,
				.channel = channel,
				.name = "tls",
				.text = "derived",
				.session = session_of(actor),
				.reference = secrets_find(w->secrets, "tls", b)->reference });
}

static void end_add(struct writer *w, enum record_kind kind, const char *channel,
		    const char *const ends[2])
{
	bool opens = kind == RECORD_OPEN;
	w->cause = add(w, (struct record){ .kind = kind,
					   .actor = ends[0],
					   .peer = ends[1],
					   .channel = channel,
					   .session = session_of(ends[0]),
					   .name = opens ? "" : "secured",
					   .text = opens ? "" : "tls TLSv1.3" });
}

/* A channel is opened and secured at both ends. */
static void secure(struct writer *w, const char *channel, const char *from, const char *to)
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
static void packet(struct writer *w, const char *from, const char *to, int copies)
{
	static int serial;
	char name[32];
	uint8_t noise[64];
	snprintf(name, sizeof name, "packet %d", serial++);
	bytes_fill(name, noise, sizeof noise);
	uint64_t id = add(w, (struct record){ .kind = RECORD_PACKET,
					      .actor = from,
					      .peer = to,
					      .channel = "relay",
					      .text = copies ? "carried" : "lost",
					      .bytes = { noise, sizeof noise } });
	for (int i = 0; i < copies; i++)
		w->cause = add(w, (struct record){ .kind = RECORD_ARRIVAL,
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
static void pass(struct writer *w, struct bytes unit, const char *channel, const char *from,
		 const char *to)
{
	struct buffer redacted = { 0 };
	struct record r = { .kind = RECORD_SENT,
			    .actor = from,
			    .peer = to,
			    .channel = channel,
			    .session = session_of(from),
			    .message = message_name(message_peek(unit)),
			    .bytes = unit };
	redact(w->secrets, &r, &redacted);
	uint64_t sent = add(w, r);
	buffer_fini(&redacted);
	w->now_ns += STEP_NS;
	w->cause = add(w, (struct record){ .kind = RECORD_ACCEPTED,
					   .actor = to,
					   .peer = from,
					   .channel = channel,
					   .session = session_of(to),
					   .message = r.message,
					   .number = (int64_t)sent,
					   .parents = { sent },
					   .parents_count = 1 });
	step(w, to, "S1.0", "what came is taken");
}

static void say(struct writer *w, const struct message *m, const char *channel, const char *from,
		const char *to)
{
	struct buffer unit = { 0 };
	message_encode(m, &unit);
	pass(w, bytes_of_buffer(&unit), channel, from, to);
	buffer_fini(&unit);
}

/* -- messages with something in them -- */

static void point_fill(struct point *p, const char *name)
{
	p->size = POINT_MAX;
	p->data[0] = 4;
	bytes_fill(name, p->data + 1, 64);
}

static void mac_fill(struct mac *mac, const char *name)
{
	mac->size = MAC_MAX;
	bytes_fill(name, mac->data, MAC_MAX);
}

static void setup_fill(struct secure_channel_setup *setup)
{
	struct setup_body body = { .token.size = 64 };
	struct buffer bytes = { 0 };
	memcpy(body.uid, uid, sizeof uid);
	point_fill(&body.public_a, "A");
	bytes_fill("salt", body.salt, sizeof body.salt);
	bytes_fill("token", body.token.data, 64);
	setup_body_encode(&body, &bytes);
	assert(bytes.size <= sizeof setup->body);
	memcpy(setup->body, bytes.data, bytes.size);
	setup->body_size = (uint16_t)bytes.size;
	buffer_fini(&bytes);
	mac_fill(&setup->tag1, "tag1");
}

/* A run or commit of the activation. early: without what the opener cannot know yet. */
static void claim(struct writer *w, const char *name, const char *actor, const char *peer,
		  bool early)
{
	static const char *const names[] = { "uid", "app",  "cid", "uem", "su",
					     "A",   "salt", "B",   "th1" };
	uint8_t values[9][32];
	struct record r = { .kind = RECORD_CLAIM,
			    .actor = actor,
			    .peer = peer,
			    .name = name,
			    .session = session_of(actor),
			    .values_count = early ? 7 : 9 };
	for (size_t i = 0; i < r.values_count; i++)
		r.values[i] = (struct record_value){ names[i], named(names[i], values[i]) };
	add(w, r);
}

static void persist(struct writer *w, const char *actor, const char *table, const char *key)
{
	add(w, (struct record){ .kind = RECORD_PERSIST,
				.actor = actor,
				.name = table,
				.text = key,
				.number = 32,
				.session = session_of(actor) });
}

/* -- the activation -- */

static void write_start(struct writer *w)
{
	add(w, (struct record){ .kind = RECORD_RUN,
				.name = "by hand",
				.flow = "knox/flow.yaml",
				.variant = "next-app",
				.seed = 1 });
	hold_named(w, "uem", "token_key", "initial");
	hold_named(w, "noc", "token_key", "initial");
	hold_named(w, "uem", "active_session_key", "initial");
	hold_named(w, "active_app", "active_session_key", "initial");
	secure(w, "scp_link", "secure_connect", "infrastructure");
	secure(w, "noc_link", "proxy", "noc");
	secure(w, "proxy_uem", "proxy", "uem");
	secure(w, "console", "admin", "uem");
}

static void write_tunnel(struct writer *w) /* S1.1 to S1.6 */
{
	struct message m = { .type = MESSAGE_ASSIGN_APPS, .as.assign_apps.apps_count = 1 };
	memcpy(m.as.assign_apps.uid, uid, sizeof uid);
	memcpy(m.as.assign_apps.apps[0], app_id, sizeof app_id);
	say(w, &m, "console", "admin", "uem");
	m = (struct message){ .type = MESSAGE_INSTALL_APP };
	memcpy(m.as.install_app.uid, uid, sizeof uid);
	memcpy(m.as.install_app.app, app_id, sizeof app_id);
	say(w, &m, "out_of_band", "user", "device");
	m = (struct message){ .type = MESSAGE_KEY_WANTED };
	memcpy(m.as.key_wanted.uid, uid, sizeof uid);
	memcpy(m.as.key_wanted.app, app_id, sizeof app_id);
	bytes_fill("nonce", m.as.key_wanted.nonce, NONCE_SIZE);
	say(w, &m, "handover", "app", "active_app");
	secure(w, "signalling", "device", "infrastructure");
	m = (struct message){ .type = MESSAGE_TUNNEL_REQUEST, .as.tunnel_request.device = "d1" };
	say(w, &m, "signalling", "device", "infrastructure");
	m = (struct message){ .type = MESSAGE_CONNECTION_REQUEST,
			      .as.connection_request = { .association = 1, .device = "d1" } };
	say(w, &m, "scp_link", "infrastructure", "secure_connect");
	secure(w, "signal_session", "device", "secure_connect");
	m = (struct message){ .type = MESSAGE_TUNNEL_PARAMETERS,
			      .as.tunnel_parameters = { 1, 1400, 0xfefd } };
	say(w, &m, "signal_session", "secure_connect", "device");
	packet(w, "device", "infrastructure", 0);
	packet(w, "device", "infrastructure", 2);
	packet(w, "infrastructure", "device", 1);
	secure(w, "tunnel", "device", "secure_connect");
}

static void write_key(struct writer *w) /* S1.7 to S1.9 */
{
	struct message m = { .type = MESSAGE_SEALED_KEY_REQUEST };
	secure(w, "key_request", "active_app", "uem");
	memcpy(m.as.sealed_key_request.app, app_id, sizeof app_id);
	m.as.sealed_key_request.sealed_size = 64;
	bytes_fill("sealed request", m.as.sealed_key_request.sealed, 64);
	say(w, &m, "key_request", "active_app", "uem");
	hold(w, "uem", "access_key", "drawn", bytes_of_string(access_key));
	hold_named(w, "uem", "verifier", "derived");
	m = (struct message){ .type = MESSAGE_SEALED_KEY_REPLY };
	m.as.sealed_key_reply.sealed_size = 64;
	bytes_fill("sealed reply", m.as.sealed_key_reply.sealed, 64);
	say(w, &m, "key_request", "uem", "active_app");
	hold(w, "active_app", "access_key", "received", bytes_of_string(access_key));
	m = (struct message){ .type = MESSAGE_KEY_HANDOVER };
	memcpy(m.as.key_handover.uid, uid, sizeof uid);
	bytes_fill("nonce", m.as.key_handover.nonce, NONCE_SIZE);
	memcpy(m.as.key_handover.key, access_key, sizeof access_key);
	say(w, &m, "handover", "active_app", "app");
	hold(w, "app", "access_key", "received", bytes_of_string(access_key));
	hold_named(w, "app", "verifier", "derived");
}

static void write_noc(struct writer *w) /* S1.10, S1.11 */
{
	struct message m = { .type = MESSAGE_ACTIVATION_REQUEST };
	secure(w, "noc_session", "app", "noc");
	memcpy(m.as.activation_request.uid, uid, sizeof uid);
	memcpy(m.as.activation_request.app, app_id, sizeof app_id);
	bytes_fill("verifier", m.as.activation_request.verifier, VERIFIER_SIZE);
	say(w, &m, "noc_session", "app", "noc");
	hold_named(w, "noc", "verifier", "received");
	hold_named(w, "noc", "master_link_key", "drawn");
	persist(w, "noc", "used_keys", "4b1d");
	m = (struct message){ .type = MESSAGE_NOC_PROVISIONING,
			      .as.noc_provisioning = { .addresses_count = 1,
						       .addresses = { "relay.noc.example:443" },
						       .token.size = 64 } };
	bytes_fill("master_link_key", m.as.noc_provisioning.master_link_key, MASTER_KEY_SIZE);
	bytes_fill("uem", m.as.noc_provisioning.uem, UEM_ID_SIZE);
	bytes_fill("token", m.as.noc_provisioning.token.data, 64);
	say(w, &m, "noc_session", "noc", "app");
	hold_named(w, "app", "master_link_key", "received");
}

static void write_setup(struct writer *w) /* S1.12 to S1.14 */
{
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_SETUP };
	hold_named(w, "app", "app_ephemeral", "drawn");
	hold_named(w, "app", "p0", "derived");
	setup_fill(&m.as.secure_channel_setup);
	claim(w, "run", "app", "uem", true);
	say(w, &m, "noc_session", "app", "noc");
	say(w, &m, "noc_link", "noc", "proxy");
	say(w, &m, "proxy_uem", "proxy", "uem");
}

static void hold_channel(struct writer *w, const char *actor)
{
	hold_named(w, actor, "shared_secret", "derived");
	hold_named(w, actor, "p1", "derived");
	hold_named(w, actor, "ka", "derived");
	hold_named(w, actor, "ku", "derived");
}

static void write_response(struct writer *w) /* S1.15 */
{
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_RESPONSE };
	persist(w, "uem", "used_tokens", "77aa");
	hold_named(w, "uem", "p0", "derived");
	hold_named(w, "uem", "uem_ephemeral", "drawn");
	hold_channel(w, "uem");
	claim(w, "run", "uem", "app", false);
	secure(w, "uem_reply", "app", "uem");
	point_fill(&m.as.secure_channel_response.public_b, "B");
	mac_fill(&m.as.secure_channel_response.tag2, "tag2");
	say(w, &m, "uem_reply", "uem", "app");
	hold_channel(w, "app");
	claim(w, "commit", "app", "uem", false);
}

static void write_provisioning(struct writer *w) /* S1.16, S1.17 */
{
	struct message m = { .type = MESSAGE_PROVISIONING_REQUEST };
	m.as.provisioning_request.sealed_size = 64;
	bytes_fill("setup hash", m.as.provisioning_request.setup_hash, HASH_SIZE);
	bytes_fill("sealed wish", m.as.provisioning_request.sealed, 64);
	say(w, &m, "noc_session", "app", "noc");
	say(w, &m, "noc_link", "noc", "proxy");
	say(w, &m, "proxy_uem", "proxy", "uem");
	claim(w, "commit", "uem", "app", false);
	hold_named(w, "uem", "master_session_key", "drawn");
	m = (struct message){ .type = MESSAGE_PROVISIONING_DATA };
	m.as.provisioning_data.sealed_size = 64;
	bytes_fill("sealed data", m.as.provisioning_data.sealed, 64);
	say(w, &m, "uem_reply", "uem", "app");
	hold_named(w, "app", "master_session_key", "received");
}

void knox_trace_build(struct records *out, struct secrets *secrets)
{
	struct writer w = { .out = out, .secrets = secrets };
	write_start(&w);
	write_tunnel(&w);
	write_key(&w);
	write_noc(&w);
	write_setup(&w);
	write_response(&w);
	write_provisioning(&w);
	add(&w, (struct record){ .kind = RECORD_SECRETS, .number = (int64_t)secrets->count });
	add(&w,
	    (struct record){ .kind = RECORD_END, .number = (int64_t)out->count, .text = "quiet" });
}
