/* knox_trace.c - writes the trace of knox_trace.h: S1's sentences in order. It follows the
 * documents, not the program's tables.
 */
#include "tests/lib/knox_trace.h"

#include <assert.h>
#include <string.h>

#include "tests/lib/trace_writer.h"

#define ENDS(from, to)                                                                             \
	(const char *const[2])                                                                     \
	{                                                                                          \
		from, to                                                                           \
	}

static const char uid[] = "mary@corp.example", app_id[] = "com.example.notes";
static const char version[] = "1.0.0", instance[] = "d1";
static const char access_key[] = "k7x2m9q4w1z8r5t";

/* -- messages with something in them -- */

static void point_fill(struct point *p, const char *name)
{
	p->size = POINT_MAX;
	p->data[0] = 4;
	writer_fill(name, p->data + 1, 64);
}

static void mac_fill(struct mac *mac, const char *name)
{
	mac->size = MAC_MAX;
	writer_fill(name, mac->data, MAC_MAX);
}

static void setup_fill(struct secure_channel_setup *setup)
{
	struct setup_body body = { .token.size = 64 };
	struct buffer bytes = { 0 };
	memcpy(body.uid, uid, sizeof uid);
	point_fill(&body.public_a, "A");
	writer_fill("salt", body.salt, sizeof body.salt);
	writer_fill("token", body.token.data, 64);
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
			    .session = writer_session(actor),
			    .values_count = early ? 7 : 9 };
	for (size_t i = 0; i < r.values_count; i++)
		r.values[i] = (struct record_value){ names[i], writer_bytes(names[i], values[i]) };
	writer_add(w, r);
}

static void persist(struct writer *w, const char *actor, const char *table, const char *key)
{
	writer_add(w, (struct record){ .kind = RECORD_PERSIST,
				       .actor = actor,
				       .name = table,
				       .text = key,
				       .number = 32,
				       .session = writer_session(actor) });
}

/* -- the activation -- */

static void write_start(struct writer *w)
{
	writer_add(w, (struct record){ .kind = RECORD_RUN,
				       .name = "by hand",
				       .flow = "knox/flow.yaml",
				       .variant = "next-app",
				       .seed = 1 });
	writer_hold_named(w, "uem", "token_key", "initial");
	writer_hold_named(w, "noc", "token_key", "initial");
	writer_hold_named(w, "uem", "active_session_key", "initial");
	writer_hold_named(w, "active_app", "active_session_key", "initial");
	writer_secure(w, "scp_link", "secure_connect", "infrastructure");
	writer_secure(w, "noc_link", "proxy", "noc");
	writer_secure(w, "proxy_uem", "proxy", "uem");
	writer_secure(w, "console", "admin", "uem");
}

static void write_tunnel(struct writer *w) /* S1.1 to S1.6 */
{
	struct message m = { .type = MESSAGE_ASSIGN_APPS,
			     .as.assign_apps = { .apps_count = 1, .versions_count = 1 } };
	memcpy(m.as.assign_apps.uid, uid, sizeof uid);
	memcpy(m.as.assign_apps.apps[0], app_id, sizeof app_id);
	memcpy(m.as.assign_apps.versions[0], version, sizeof version);
	writer_say(w, &m, "console", ENDS("admin", "uem"));
	m = (struct message){ .type = MESSAGE_INSTALL_APP };
	memcpy(m.as.install_app.uid, uid, sizeof uid);
	memcpy(m.as.install_app.app, app_id, sizeof app_id);
	writer_say(w, &m, "out_of_band", ENDS("user", "device"));
	m = (struct message){ .type = MESSAGE_KEY_WANTED };
	memcpy(m.as.key_wanted.uid, uid, sizeof uid);
	memcpy(m.as.key_wanted.app, app_id, sizeof app_id);
	writer_fill("nonce", m.as.key_wanted.nonce, NONCE_SIZE);
	writer_say(w, &m, "handover", ENDS("app", "active_app"));
	writer_secure(w, "signalling", "device", "infrastructure");
	m = (struct message){ .type = MESSAGE_TUNNEL_REQUEST, .as.tunnel_request.device = "d1" };
	writer_say(w, &m, "signalling", ENDS("device", "infrastructure"));
	m = (struct message){ .type = MESSAGE_CONNECTION_REQUEST,
			      .as.connection_request = { .association = 1, .device = "d1" } };
	writer_say(w, &m, "scp_link", ENDS("infrastructure", "secure_connect"));
	writer_secure(w, "signal_session", "device", "secure_connect");
	m = (struct message){ .type = MESSAGE_TUNNEL_PARAMETERS,
			      .as.tunnel_parameters = { 1, 1400, 0xfefd } };
	writer_say(w, &m, "signal_session", ENDS("secure_connect", "device"));
	writer_packet(w, "device", "infrastructure", 0);
	writer_packet(w, "device", "infrastructure", 2);
	writer_packet(w, "infrastructure", "device", 1);
	writer_secure(w, "tunnel", "device", "secure_connect");
}

static void write_key(struct writer *w) /* S1.7 to S1.9 */
{
	struct message m = { .type = MESSAGE_SEALED_KEY_REQUEST };
	writer_secure(w, "key_request", "active_app", "uem");
	memcpy(m.as.sealed_key_request.app, app_id, sizeof app_id);
	memcpy(m.as.sealed_key_request.instance, instance, sizeof instance);
	m.as.sealed_key_request.sealed_size = 64;
	writer_fill("sealed request", m.as.sealed_key_request.sealed, 64);
	writer_say(w, &m, "key_request", ENDS("active_app", "uem"));
	writer_hold(w, "uem", "access_key", "drawn", bytes_of_string(access_key));
	writer_hold_named(w, "uem", "verifier", "derived");
	m = (struct message){ .type = MESSAGE_SEALED_KEY_REPLY };
	m.as.sealed_key_reply.sealed_size = 64;
	writer_fill("sealed reply", m.as.sealed_key_reply.sealed, 64);
	writer_say(w, &m, "key_request", ENDS("uem", "active_app"));
	writer_hold(w, "active_app", "access_key", "received", bytes_of_string(access_key));
	m = (struct message){ .type = MESSAGE_KEY_HANDOVER };
	memcpy(m.as.key_handover.uid, uid, sizeof uid);
	writer_fill("nonce", m.as.key_handover.nonce, NONCE_SIZE);
	memcpy(m.as.key_handover.key, access_key, sizeof access_key);
	writer_say(w, &m, "handover", ENDS("active_app", "app"));
	writer_hold(w, "app", "access_key", "received", bytes_of_string(access_key));
	writer_hold_named(w, "app", "verifier", "derived");
}

static void write_noc(struct writer *w) /* S1.10, S1.11 */
{
	struct message m = { .type = MESSAGE_ACTIVATION_REQUEST };
	writer_secure(w, "noc_session", "app", "noc");
	memcpy(m.as.activation_request.uid, uid, sizeof uid);
	memcpy(m.as.activation_request.app, app_id, sizeof app_id);
	writer_fill("verifier", m.as.activation_request.verifier, VERIFIER_SIZE);
	writer_say(w, &m, "noc_session", ENDS("app", "noc"));
	writer_hold_named(w, "noc", "verifier", "received");
	writer_hold_named(w, "noc", "master_link_key", "drawn");
	persist(w, "noc", "used_keys", "4b1d");
	m = (struct message){ .type = MESSAGE_NOC_PROVISIONING,
			      .as.noc_provisioning = { .addresses_count = 1,
						       .addresses = { "relay.noc.example:443" },
						       .token.size = 64 } };
	writer_fill("master_link_key", m.as.noc_provisioning.master_link_key, MASTER_KEY_SIZE);
	writer_fill("uem", m.as.noc_provisioning.uem, UEM_ID_SIZE);
	writer_fill("token", m.as.noc_provisioning.token.data, 64);
	writer_say(w, &m, "noc_session", ENDS("noc", "app"));
	writer_hold_named(w, "app", "master_link_key", "received");
}

static void write_setup(struct writer *w) /* S1.12 to S1.14 */
{
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_SETUP };
	writer_hold_named(w, "app", "app_ephemeral", "drawn");
	writer_hold_named(w, "app", "p0", "derived");
	setup_fill(&m.as.secure_channel_setup);
	claim(w, "run", "app", "uem", true);
	writer_say(w, &m, "noc_session", ENDS("app", "noc"));
	writer_say(w, &m, "noc_link", ENDS("noc", "proxy"));
	writer_say(w, &m, "proxy_uem", ENDS("proxy", "uem"));
}

static void hold_channel(struct writer *w, const char *actor)
{
	writer_hold_named(w, actor, "shared_secret", "derived");
	writer_hold_named(w, actor, "p1", "derived");
	writer_hold_named(w, actor, "k1", "derived");
	writer_hold_named(w, actor, "k2", "derived");
	writer_hold_named(w, actor, "ka", "derived");
	writer_hold_named(w, actor, "ku", "derived");
}

static void write_response(struct writer *w) /* S1.15 */
{
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_RESPONSE };
	persist(w, "uem", "used_tokens", "77aa");
	writer_hold_named(w, "uem", "p0", "derived");
	writer_hold_named(w, "uem", "uem_ephemeral", "drawn");
	hold_channel(w, "uem");
	claim(w, "run", "uem", "app", false);
	writer_secure(w, "uem_reply", "app", "uem");
	point_fill(&m.as.secure_channel_response.public_b, "B");
	mac_fill(&m.as.secure_channel_response.tag2, "tag2");
	writer_say(w, &m, "uem_reply", ENDS("uem", "app"));
	hold_channel(w, "app");
	claim(w, "commit", "app", "uem", false);
}

static void write_provisioning(struct writer *w) /* S1.16, S1.17 */
{
	struct message m = { .type = MESSAGE_PROVISIONING_REQUEST };
	m.as.provisioning_request.sealed_size = 64;
	writer_fill("setup hash", m.as.provisioning_request.setup_hash, HASH_SIZE);
	writer_fill("sealed wish", m.as.provisioning_request.sealed, 64);
	writer_say(w, &m, "noc_session", ENDS("app", "noc"));
	writer_say(w, &m, "noc_link", ENDS("noc", "proxy"));
	writer_say(w, &m, "proxy_uem", ENDS("proxy", "uem"));
	claim(w, "commit", "uem", "app", false);
	writer_hold_named(w, "uem", "master_session_key", "drawn");
	m = (struct message){ .type = MESSAGE_PROVISIONING_DATA };
	m.as.provisioning_data.sealed_size = 64;
	writer_fill("sealed data", m.as.provisioning_data.sealed, 64);
	writer_say(w, &m, "uem_reply", ENDS("uem", "app"));
	writer_hold_named(w, "app", "master_session_key", "received");
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
	writer_add(&w,
		   (struct record){ .kind = RECORD_SECRETS, .number = (int64_t)secrets->count });
	writer_add(&w, (struct record){ .kind = RECORD_END,
					.number = (int64_t)out->count,
					.text = "quiet" });
}
