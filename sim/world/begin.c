/* begin.c - the start of a run: what stands in the trace before anything happens, what actors have
 * in their stores, and their first sessions. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "proto/crypto/random.h"
#include "proto/pipe/tls_context.h"
#include "sim/world/internal.h"

static void enter_start(struct world *w, const char *actor, const char *what)
{
	host_enter(w->host, &(struct host_purpose){ .actor = actor, .what = what });
}

static void begin_trace(struct world *w)
{
	const struct scenario *s = w->scenario;
	struct record r = log_record(w, RECORD_RUN, NULL);
	r.name = s->title;
	r.reference = s->case_name;
	r.flow = s->flow_name;
	r.variant = w->flow->variants[s->variant].name;
	r.text = w->flow->digest;
	r.seed = w->seed;
	r.number = WORLD_EPOCH_S;
	w->cause = log_append(w, &r);
	for (size_t i = 0; i < w->policy.count; i++) {
		const struct policy_setting *p = &w->policy.settings[i];
		bool weakened = policy_is_weakened(&w->policy, i);
		if (p->weakened && !weakened)
			continue; /* a weakness that is not there is nothing to tell */
		struct record_value v = { .name = p->name,
					  .value = bytes_of_string(p->values[w->policy.value[i]]) };
		struct record setting = log_record(w, RECORD_SETTING, NULL);
		setting.values[setting.values_count++] = v;
		setting.text = weakened ? "weakened" : "";
		log_append(w, &setting);
	}
	knockout_record(w);
}

/* An actor of one device is known by its own name, at the host names of its kind. */
static void certify(struct world *w, const struct actor *a)
{
	const char *hosts[FLOW_ACTOR_HOSTS_MAX];
	for (size_t h = 0; h < a->spec->hosts_count; h++)
		hosts[h] = a->spec->hosts[h].host;
	tls_context_identity(w->tls, a->name, hosts, a->spec->hosts_count);
}

/* Every SSL_CTX before its first session: it draws, and is not to draw in the name of whoever comes
 * first. Of both ends, the opener logs keys (ends.c). */
static void make_contexts(struct world *w)
{
	enter_start(w, "", "contexts");
	for (size_t i = 0; i < w->flow->channels_count; i++) {
		const struct flow_channel *c = &w->flow->channels[i];
		for (size_t k = 0; k < c->pipes_count; k++)
			for (int opener = 0; opener < 2 && pipe_is_session(c->pipes[k]); opener++)
				tls_context_ssl(
					w->tls,
					&(struct tls_use){ .datagram = c->pipes[k] == PIPE_DTLS,
							   .opener = opener,
							   .mutual = c->mutual,
							   .keylog = opener });
	}
}

/* In the order of the flow's actors, and of devices within it. */
static void make_keys(struct world *w)
{
	enter_start(w, "", "fingerprints");
	uint8_t salt[32];
	random_draw(w->crypto, salt, sizeof salt);
	w->fingerprints = hmac_key_new(w->crypto, DIGEST_SHA256, bytes_of(salt, sizeof salt));
	if (!w->fingerprints)
		abort();
	secrets_add(w->secrets, "fingerprint_salt", "run", "", bytes_of(salt, sizeof salt));
	OPENSSL_cleanse(salt, sizeof salt);
	enter_start(w, "", "certificates");
	w->tls = tls_context_new(host_library(w->host), WORLD_EPOCH_S);
	for (size_t i = 0; i < w->flow->actors_count; i++) {
		bool each = w->flow->each_device >> i & 1;
		for (uint32_t k = 1; flow_is_certified(w->flow, i) && k <= (each ? w->devices : 1);
		     k++)
			certify(w, actor_of(w, i, k));
	}
}

/* -- what is in stores -- */

/* Under which key: a value of one device stands under that device's id where all are kept. */
static void put(struct world *w, const struct shared *x, size_t holder, uint32_t device,
		struct bytes value)
{
	char key[SHARED_KEY_MAX];
	struct actor *a = actor_of(w, w->flow_of_class[x->holders[holder].actor], device);
	struct effect hold = { .text = x->class, .origin = HOLD_INITIAL, .body = value };
	if (x->device && a->device == 0)
		snprintf(key, sizeof key, "%s@%s%u", x->holders[holder].key, x->device, device);
	else
		snprintf(key, sizeof key, "%s", x->holders[holder].key);
	store_put(a->store, x->holders[holder].table, bytes_of_string(key), value);
	if (x->class)
		log_hold(w, a, NULL, &hold);
}

/* What actors have in their stores before the run: drawn once, and known to its holders alone. */
static void share(struct world *w, const struct shared *x, uint32_t device)
{
	uint8_t value[ROSTER_SHARED_SIZE];
	host_enter(w->host, &(struct host_purpose){ .actor = x->name,
						    .session = device > 1 ? device - 1 : 0,
						    .what = "shared" });
	random_draw(w->crypto, value, sizeof value);
	for (size_t i = 0; i < x->holders_count; i++)
		put(w, x, i, device, bytes_of(value, sizeof value));
	OPENSSL_cleanse(value, sizeof value);
}

static void share_all(struct world *w)
{
	for (size_t i = 0; i < w->roster->shared_count; i++) {
		const struct shared *x = &w->roster->shared[i];
		for (uint32_t k = 1; k <= (x->device ? w->devices : 1); k++)
			share(w, x, k);
	}
}

/* -- actors -- */

static bool listens_with_first(const struct actor_class *c)
{
	for (size_t i = 0; i < c->listens_count; i++)
		if (c->listens[i].machine == 0)
			return true;
	return false;
}

void actor_introduce(struct world *w, struct actor *a)
{
	struct record r = log_record(w, RECORD_ACTOR, a);
	r.peer = a->spec->hosts_count > 0 ? a->spec->hosts[0].host : "";
	r.number = a->incarnation;
	log_append(w, &r);
	if (!listens_with_first(a->class))
		a->main = session_new(w, a, 0);
}

void actor_begin(struct world *w, struct actor *a, int64_t at_ns)
{
	w->device = a->device;
	if (a->main)
		session_begin(w, a->main, NULL, at_ns);
}

/* Every actor in the order of the roster, of each kind first device first. */
static void each_actor(struct world *w, void (*call)(struct world *w, struct actor *a))
{
	for (size_t i = 0; i < w->roster->actors_count; i++) {
		size_t flow_actor = w->flow_of_class[i];
		bool each = w->flow->each_device >> flow_actor & 1;
		for (uint32_t k = 1; k <= (each ? w->devices : 1); k++)
			call(w, actor_of(w, flow_actor, k));
	}
}

/* The actors of a device begin when it does. */
static void begin_in_turn(struct world *w, struct actor *a)
{
	int64_t devices_before = a->device > 1 ? (int64_t)a->device - 1 : 0;
	actor_begin(w, a, devices_before * w->scenario->devices.apart_ns);
}

void run_begin(struct world *w)
{
	begin_trace(w);
	make_keys(w);
	make_contexts(w);
	forge_all(w);
	wires_init(w);
	each_actor(w, actor_introduce);
	share_all(w);
	each_actor(w, begin_in_turn);
}
