/* crashed.c - looks at the records of a run with a crash. Keys in a trace are fingerprints, so what
 * is read back is held against them by the same fingerprint, made here anew.
 */
#include "tests/lib/crashed.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "proto/crypto/hmac.h"
#include "sim/store.h"
#include "tests/lib/tampered.h"

enum { PUTS_MAX = 512, DRAWN_MAX = 512, KEY_HEX = 16, VALUE_MAX = 160 };

/* The newest put of a key into a table. */
struct put {
	char actor[32], table[32], key[KEY_HEX + 1];
	int64_t size;
};
struct drawn {
	uint8_t value[VALUE_MAX];
	size_t size;
	bool before; /* the crash */
};
static struct {
	struct crashed *out;
	const struct crash *crash;
	const struct flow *flow;
	const char *actor; /* who dies; NULL: nobody */
	int64_t back_ns;   /* when it begins again */
	size_t puts_count, drawn_count;
	struct put puts[PUTS_MAX];
	struct drawn drawn[DRAWN_MAX];
	struct crypto *crypto;
} now;

/* Fields that an actor draws and sends in clear, and the message it does so in. */
static const struct {
	const char *actor, *message, *field;
} in_clear[] = {
	{ "app", "KeyWanted", "nonce" },
	{ "app", "ActivationRequest", "cid" },
	{ "app", "SecureChannelSetup", "salt" },
	{ "app", "SecureChannelSetup", "public_a" },
	{ "app", "ProvisioningRequest", "sealed" },
	{ "active_app", "SealedKeyRequest", "iv" },
	{ "uem", "SealedKeyReply", "iv" },
	{ "uem", "SecureChannelResponse", "public_b" },
	{ "uem", "ProvisioningData", "sealed" },
	{ "infrastructure", "TunnelGranted", "association" },
};

/* -- what is drawn -- */

static void draw(const char *kind, struct bytes value)
{
	struct drawn d = { .before = now.out->crashes == 0 };
	assert(now.drawn_count < DRAWN_MAX);
	d.size = (size_t)snprintf((char *)d.value, sizeof d.value, "%s", kind) + 1;
	for (size_t i = 0; i < value.size && d.size < sizeof d.value; i++)
		d.value[d.size++] = value.data[i];
	for (size_t i = 0; i < now.drawn_count; i++)
		if (now.drawn[i].size == d.size &&
		    memcmp(now.drawn[i].value, d.value, d.size) == 0) {
			now.out->again += now.drawn[i].before && !d.before;
			return;
		}
	now.drawn[now.drawn_count++] = d;
	now.out->drawn += !d.before;
	now.out->drawn_before += d.before;
}

static void draw_held(const struct record *r)
{
	if (text_is(r->text, "drawn"))
		draw(r->name, bytes_of_string(r->reference));
	for (size_t i = 0; i < r->values_count; i++)
		if (text_is(r->values[i].name, "client_random"))
			draw(r->channel, r->values[i].value);
}

static void draw_sent(const struct record *r)
{
	for (size_t i = 0; i < sizeof in_clear / sizeof *in_clear; i++) {
		struct message m;
		struct bytes value;
		if (!text_is(r->actor, in_clear[i].actor) ||
		    !text_is(r->message, in_clear[i].message) ||
		    message_decode(r->bytes, &m) != MESSAGE_OK)
			continue;
		if (message_field(&m, in_clear[i].field, &value))
			draw(in_clear[i].field, value);
		else if (m.type == MESSAGE_TUNNEL_GRANTED)
			draw("association", bytes_of((const uint8_t *)&m.as.tunnel_granted,
						     sizeof m.as.tunnel_granted));
	}
}

/* -- what is persisted -- */

static bool is_single(const char *table)
{
	for (size_t i = 0; i < now.flow->one_time_count; i++)
		if (text_is(table, now.flow->one_time[i]))
			return true;
	return false;
}

static struct put *put_of(const char *actor, const char *table, const char *key)
{
	for (size_t i = 0; i < now.puts_count; i++)
		if (strcmp(now.puts[i].actor, actor) == 0 &&
		    strcmp(now.puts[i].table, table) == 0 && strcmp(now.puts[i].key, key) == 0)
			return &now.puts[i];
	return NULL;
}

static void persist(const struct record *r)
{
	struct put *p = put_of(r->actor, r->name, r->text);
	bool single = is_single(r->name) && r->number > 0;
	now.out->single += single;
	now.out->twice += single && p;
	if (!p) {
		assert(now.puts_count < PUTS_MAX);
		p = &now.puts[now.puts_count++];
		snprintf(p->actor, sizeof p->actor, "%s", r->actor);
		snprintf(p->table, sizeof p->table, "%s", r->name);
		snprintf(p->key, sizeof p->key, "%s", r->text);
	}
	p->size = r->number;
}

static struct bytes fingerprint_salt(const struct secrets *secrets)
{
	for (size_t i = 0; i < secrets->count; i++)
		if (strcmp(secrets->list[i].class, "fingerprint_salt") == 0)
			return bytes_of_buffer(&secrets->list[i].value);
	abort();
}

/* Whether a table of the store has an entry with this fingerprint of its key, and of this size. */
static bool has_entry(const struct store *s, uint8_t table, const struct put *p, struct bytes salt)
{
	struct bytes key, value;
	for (size_t i = 0; store_at(s, table, i, &key, &value); i++) {
		uint8_t mac[DIGEST_SIZE_MAX];
		char hex[KEY_HEX + 1];
		if (!hmac_of(now.crypto, DIGEST_SHA256, salt, key, mac))
			abort();
		for (size_t k = 0; k < KEY_HEX / 2; k++)
			snprintf(hex + 2 * k, 3, "%02x", mac[k]);
		if (strcmp(hex, p->key) == 0)
			return (int64_t)value.size == p->size;
	}
	return p->size == 0; /* deleted */
}

static const struct actor_class *class_of(const char *actor)
{
	for (size_t i = 0; i < dynamics_roster.actors_count; i++)
		if (strcmp(dynamics_roster.actors[i]->name, actor) == 0)
			return dynamics_roster.actors[i];
	abort();
}

static void read_back(const char *actor, const struct store *store, const struct secrets *secrets)
{
	const struct actor_class *class = class_of(actor);
	for (size_t i = 0; i < now.puts_count; i++) {
		uint8_t table = 0;
		if (strcmp(now.puts[i].actor, actor) != 0)
			continue;
		while (table < class->tables_count &&
		       strcmp(class->tables[table], now.puts[i].table) != 0)
			table++;
		now.out->persisted++;
		now.out->lost += !has_entry(store, table, &now.puts[i], fingerprint_salt(secrets));
	}
}

/* -- records -- */

static void die(const struct record *r)
{
	bool right = now.actor && text_is(r->actor, now.actor) &&
		     text_is(r->text, crash_point_name(now.crash->point)) &&
		     r->number == r->at_ns + now.crash->down_ns;
	now.out->crashes += right;
	now.out->others += !right;
	now.back_ns = r->number;
}

static void look(const struct record *r)
{
	bool dead = now.actor && text_is(r->actor, now.actor);
	if (r->kind == RECORD_STEP)
		now.out->steps[flow_actor_index(now.flow, r->actor)]++;
	else if (r->kind == RECORD_PERSIST)
		persist(r);
	else if (r->kind == RECORD_CRASH)
		die(r);
	else if (r->kind == RECORD_ACTOR && r->number > 0)
		now.out->restarts +=
			dead && r->number == 1 && now.out->crashes == 1 && r->at_ns == now.back_ns;
	else if (r->kind == RECORD_HOLD && dead)
		draw_held(r);
	else if (r->kind == RECORD_SENT && dead)
		draw_sent(r);
}

static void add_crash(struct scenario *s)
{
	now.flow = &s->flow;
	if (!now.crash)
		return;
	assert(s->plan.crashes_count < PLAN_CRASHES_MAX);
	s->plan.crashes[s->plan.crashes_count++] = *now.crash;
	now.actor = s->flow.actors[now.crash->actor].name;
}

void crashed_play(const char *file, const struct crash *crash, struct crashed *out, struct diags *d)
{
	struct crypto *crypto = crypto_new(NULL);
	memset(&now, 0, sizeof now);
	*out = (struct crashed){ 0 };
	now.out = out;
	now.crash = crash;
	now.crypto = crypto;
	play_with(
		file,
		&(struct played_with){ .look = look, .change = add_crash, .restarted = read_back },
		&out->played, d);
	crypto_free(crypto);
}
