/* closure.c - the values and messages of one closure, and its fixed point. It knows no rule. */
#include "sim/flow/closure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum sort sort_of_class(const char *class)
{
	static const char *const names[] = {
		[SORT_ACCESS_KEY] = "access_key",
		[SORT_VERIFIER] = "verifier",
		[SORT_PRIVATE] = "app_ephemeral",
		[SORT_SHARED] = "shared_secret",
		[SORT_P0] = "p0",
		[SORT_P1] = "p1",
		[SORT_K1] = "k1",
		[SORT_K2] = "k2",
		[SORT_KA] = "ka",
		[SORT_KU] = "ku",
		[SORT_MASTER] = "master_session_key",
		[SORT_SESSION] = "active_session_key",
		[SORT_TLS] = "tls",
	};
	static const char ephemeral[] = "_ephemeral";
	size_t size = strlen(class), tail = sizeof ephemeral - 1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], class) == 0)
			return (enum sort)i;
	/* whoever else draws a key pair, an adversary included, calls it so */
	return size > tail && strcmp(class + size - tail, ephemeral) == 0 ? SORT_PRIVATE
									  : SORT_OTHER;
}

const char *rule_name(enum rule rule)
{
	static const char *const names[RULES] = {
		[RULE_GIVEN] = "had",
		[RULE_VERIFIER] = "v from the access key, line 2",
		[RULE_P0] = "p0 = Ext(salt, access key), line 5",
		[RULE_P0_VERIFIER] = "p0 = Ext(salt, verifier), line 5 weakened",
		[RULE_K1] = "k1 = Exp(p0), line 5",
		[RULE_SHARED] = "Z from a private key and the other point, line 8",
		[RULE_P1] = "p1 = Ext(p0, Z), line 8",
		[RULE_K2] = "k2 = Exp(p1, th1), line 9",
		[RULE_KEYS] = "ka and ku = Exp(p1, th2), line 10",
		[RULE_OPEN_REQUEST] = "M3 opened with ka, line 11",
		[RULE_OPEN_DATA] = "M4 opened with ku, line 12",
		[RULE_SESSION_KEY] = "a sealing key from the session key, line 14",
		[RULE_OPEN_SESSION] = "a key request or reply opened, line 14",
		[RULE_OPEN_TLS] = "TLS records opened with their traffic secret",
		[RULE_OPEN_DTLS] = "DTLS records opened with their master secret",
	};
	assert(rule < RULES);
	return names[rule];
}

void closure_init(struct closure *c, struct crypto *crypto, const struct secrets *secrets,
		  const struct search *search)
{
	*c = (struct closure){ .crypto = crypto, .secrets = secrets, .search = search };
}

const struct closure_value *closure_secret(const struct closure *c, size_t secret)
{
	for (size_t i = 0; i < c->values_count; i++)
		if (c->values[i].secret == (int)secret)
			return &c->values[i];
	return NULL;
}

static bool value_is_there(const struct closure *c, enum sort sort, struct bytes value)
{
	for (size_t i = 0; i < c->values_count; i++)
		if (c->values[i].sort == sort &&
		    bytes_equal(bytes_of_buffer(&c->values[i].bytes), value))
			return true;
	return false;
}

static void value_add(struct closure *c, const struct closure_value *v, struct bytes value)
{
	if (c->values_count == c->values_room) {
		c->values_room = c->values_room ? 2 * c->values_room : 32;
		c->values = realloc(c->values, c->values_room * sizeof *c->values);
		assert(c->values);
	}
	struct closure_value *added = &c->values[c->values_count++];
	*added = *v;
	added->bytes = (struct buffer){ 0 };
	buffer_append(&added->bytes, value);
	c->changed = true;
}

static void secret_add(struct closure *c, size_t number, const struct closure_value *how)
{
	const struct secret *s = &c->secrets->list[number];
	struct closure_value v = *how;
	v.sort = sort_of_class(s->class);
	v.secret = (int)number;
	if (!closure_secret(c, number))
		value_add(c, &v, bytes_of_buffer(&s->value));
}

void closure_know(struct closure *c, size_t secret, uint32_t device, uint64_t record)
{
	secret_add(c, secret, &(struct closure_value){ .device = device, .record = record });
}

/* The number of the secret of this sort with this value, or -1. */
static int number_of(const struct closure *c, enum sort sort, struct bytes value)
{
	for (size_t i = 0; i < c->secrets->count; i++) {
		const struct secret *s = &c->secrets->list[i];
		if (bytes_equal(bytes_of_buffer(&s->value), value) &&
		    sort_of_class(s->class) == sort)
			return (int)i;
	}
	return -1;
}

void closure_derive(struct closure *c, const struct closure_value *v, struct bytes value)
{
	struct closure_value added = *v;
	if (value_is_there(c, v->sort, value))
		return;
	added.secret = number_of(c, v->sort, value);
	value_add(c, &added, value);
}

void closure_scan(struct closure *c, struct bytes bytes, const struct closure_value *how)
{
	struct tail end = { 0 };
	c->hits.count = 0;
	search_scan(c->search, bytes, &c->hits, &end);
	for (size_t i = 0; i < c->hits.count; i++)
		secret_add(c, c->hits.list[i].owner, how);
	tail_fini(&end);
}

/* -- messages -- */

/* What its token says: the MAC over it is not asked for, so any key does. */
static void token_look(struct closure *c, const struct token *t, struct closure_setup *out)
{
	static const uint8_t no_key[TOKEN_KEY_SIZE];
	struct token_fields fields;
	bool unused;
	out->has_token =
		token_open(c->crypto, no_key, bytes_of(t->data, t->size), &fields, &unused);
	memcpy(out->cid, fields.cid, sizeof out->cid);
	memcpy(out->uem, fields.uem, sizeof out->uem);
}

static bool setup_look(struct closure *c, const struct message *m, struct closure_setup *out)
{
	const struct secure_channel_setup *s = &m->as.secure_channel_setup;
	struct setup_body body;
	if (setup_body_decode(bytes_of(s->body, s->body_size), &body) != MESSAGE_OK)
		return false;
	out->suite = 0;
	for (enum suite su = SUITE_P256; su <= SUITE_P521; su++)
		if (body.public_a.size == suite_point_size(su))
			out->suite = su;
	memcpy(out->uid, body.uid, sizeof out->uid);
	out->public_a = body.public_a;
	memcpy(out->salt, body.salt, sizeof out->salt);
	token_look(c, &body.token, out);
	return out->suite != 0;
}

static void unit_decode(struct closure *c, struct closure_unit *u)
{
	struct message *m = malloc(sizeof *m);
	assert(m);
	if (message_decode(bytes_of_buffer(&u->bytes), m) != MESSAGE_OK) {
		free(m);
		u->type = MESSAGE_NONE;
		return;
	}
	if (u->type != MESSAGE_SECURE_CHANNEL_SETUP) {
		u->message = m;
		return;
	}
	u->setup = malloc(sizeof *u->setup);
	assert(u->setup);
	if (!setup_look(c, m, u->setup)) {
		free(u->setup);
		u->setup = NULL;
		u->type = MESSAGE_NONE;
	}
	message_cleanse(m);
	free(m);
}

static bool unit_is_there(const struct closure *c, struct bytes unit)
{
	for (size_t i = 0; i < c->units_count; i++)
		if (bytes_equal(bytes_of_buffer(&c->units[i].bytes), unit))
			return true;
	return false;
}

void closure_read(struct closure *c, struct bytes unit, const struct closure_value *how)
{
	if (unit_is_there(c, unit))
		return;
	if (c->units_count == c->units_room) {
		c->units_room = c->units_room ? 2 * c->units_room : 16;
		c->units = realloc(c->units, c->units_room * sizeof *c->units);
		assert(c->units);
	}
	struct closure_unit *u = &c->units[c->units_count++];
	*u = (struct closure_unit){ .type = message_peek(unit),
				    .device = how->device,
				    .record = how->record };
	buffer_append(&u->bytes, unit);
	unit_decode(c, u);
	c->changed = true;
	if (u->type != MESSAGE_NONE)
		c->readable[u->type] = true;
	closure_scan(c, unit, how);
}

void closure_run(struct closure *c, const struct listening *l)
{
	do {
		c->changed = false;
		if (l)
			opening_run(c, l);
		closure_apply_rules(c);
	} while (c->changed);
	if (l)
		opening_settle(c, l);
}

void closure_fini(struct closure *c)
{
	for (size_t i = 0; i < c->values_count; i++) {
		buffer_cleanse(&c->values[i].bytes);
	}
	for (size_t i = 0; i < c->units_count; i++) {
		struct closure_unit *u = &c->units[i];
		buffer_cleanse(&u->bytes);
		free(u->setup);
		if (u->message)
			message_cleanse(u->message);
		free(u->message);
	}
	free(c->values);
	free(c->units);
	opening_fini(&c->opening);
	hits_fini(&c->hits);
	memset(c, 0, sizeof *c);
}
