/* hand.c - captured units and held secrets, and the source that values are made from. */
#include "sim/adversary/hand.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/list.h"

struct captured {
	const char *name; /* the act's */
	struct buffer unit;
};
/* The newest secret of a class at one actor. */
struct held {
	int actor;
	uint32_t device;
	char *class, *reference;
};
struct hand {
	const struct flow *flow;
	struct adversary_means means;
	bool wants_secrets; /* some act speaks of one */
	size_t captured_count, held_count, held_room;
	struct captured captured[PLAN_ENTRIES_MAX * PLAN_ACTS_MAX];
	struct held *held;
	uint64_t draws; /* how often randomness was asked for */
	size_t drawn;   /* key pairs */
	struct ecdh_pair *pairs;
	const struct hand_place *at;
};

static char *copied(const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

static bool speaks_of_secrets(const struct value *v)
{
	bool speaks = v->op == VALUE_SECRET;
	for (size_t i = 0; i < v->count && !speaks; i++)
		speaks = speaks_of_secrets(&v->parts[i]);
	return speaks;
}

struct hand *hand_new(const struct plan *plan, const struct flow *f,
		      const struct adversary_means *means)
{
	struct hand *h = calloc(1, sizeof *h);
	if (!h)
		abort();
	h->flow = f;
	h->means = *means;
	for (size_t i = 0; i < plan->entries_count; i++)
		for (size_t k = 0; k < plan->entries[i].acts_count; k++)
			h->wants_secrets = h->wants_secrets ||
					   speaks_of_secrets(&plan->entries[i].acts[k].value);
	return h;
}

void hand_free(struct hand *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->captured_count; i++)
		buffer_cleanse(&h->captured[i].unit);
	for (size_t i = 0; i < h->held_count; i++) {
		free(h->held[i].class);
		free(h->held[i].reference);
	}
	free(h->held);
	if (h->pairs)
		OPENSSL_cleanse(h->pairs, h->drawn * sizeof *h->pairs);
	free(h->pairs);
	free(h);
}

void hand_capture(struct hand *h, const char *name, struct bytes unit)
{
	size_t i = 0;
	while (i < h->captured_count && strcmp(h->captured[i].name, name) != 0)
		i++;
	assert(i < PLAN_ENTRIES_MAX * PLAN_ACTS_MAX);
	if (i == h->captured_count)
		h->captured[h->captured_count++].name = name;
	buffer_cleanse(&h->captured[i].unit);
	buffer_append(&h->captured[i].unit, unit);
}

/* A device of only one has no number, or is the first. */
static bool is_same(uint32_t a, uint32_t b)
{
	return a == b || (a <= 1 && b <= 1);
}

static struct held *held_of(struct hand *h, int actor, uint32_t device, const char *class)
{
	for (size_t i = 0; i < h->held_count; i++)
		if (h->held[i].actor == actor && is_same(h->held[i].device, device) &&
		    strcmp(h->held[i].class, class) == 0)
			return &h->held[i];
	return NULL;
}

void hand_see(struct hand *h, const struct record *r)
{
	uint32_t device = 0;
	if (!h->wants_secrets || r->kind != RECORD_HOLD)
		return;
	int actor = flow_instance_index(h->flow, r->actor, &device);
	struct held *x = held_of(h, actor, device, r->name);
	if (!x) {
		h->held = list_grow(h->held, h->held_count, &h->held_room, sizeof *h->held);
		x = &h->held[h->held_count++];
		*x = (struct held){ .actor = actor, .device = device };
		x->class = copied(r->name);
	}
	free(x->reference);
	x->reference = copied(r->reference);
}

/* -- the source of values -- */

static bool find_captured(void *context, const char *name, struct bytes *unit)
{
	const struct hand *h = context;
	for (size_t i = 0; i < h->captured_count; i++) {
		*unit = bytes_of_buffer(&h->captured[i].unit);
		if (strcmp(h->captured[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool find_secret(void *context, const char *class, struct bytes *secret)
{
	struct hand *h = context;
	const struct held *x = held_of(h, h->at->actor, h->at->device, class);
	for (size_t i = 0; x && i < h->means.secrets->count; i++) {
		*secret = bytes_of_buffer(&h->means.secrets->list[i].value);
		if (strcmp(h->means.secrets->list[i].reference, x->reference) == 0)
			return true;
	}
	return false;
}

/* Copied by hand: realloc would leave private keys behind. */
static void keep_pair(struct hand *h, const struct ecdh_pair *pair)
{
	struct ecdh_pair *more = calloc(h->drawn, sizeof *more);
	if (!more)
		abort();
	if (h->drawn > 1)
		memcpy(more, h->pairs, (h->drawn - 1) * sizeof *more);
	more[h->drawn - 1] = *pair;
	if (h->pairs)
		OPENSSL_cleanse(h->pairs, (h->drawn - 1) * sizeof *more);
	free(h->pairs);
	h->pairs = more;
}

static void draw_key(void *context, struct point *point)
{
	struct hand *h = context;
	struct ecdh_pair pair;
	h->means.draws(h->means.context, ++h->draws);
	ecdh_generate(h->means.crypto, h->means.suite, &pair);
	*point = pair.public_key;
	h->drawn++;
	keep_pair(h, &pair);
	OPENSSL_cleanse(&pair, sizeof pair);
}

static bool agree(void *context, struct bytes own, struct bytes with, struct buffer *z)
{
	struct hand *h = context;
	struct point other = { .size = (uint8_t)with.size };
	uint8_t shared[ECDH_FIELD_MAX];
	bool good = false;
	if (with.size == 0 || with.size > sizeof other.data)
		return false;
	memcpy(other.data, with.data, with.size);
	h->means.draws(h->means.context, ++h->draws); /* OpenSSL blinds on P-384 */
	for (size_t i = 0; i < h->drawn && !good; i++) {
		const struct point *p = &h->pairs[i].public_key;
		good = bytes_equal(bytes_of(p->data, p->size), own) &&
		       ecdh_derive(h->means.crypto, h->means.suite, &h->pairs[i], &other, shared);
	}
	if (good)
		buffer_append(z, bytes_of(shared, suite_field_size(h->means.suite)));
	OPENSSL_cleanse(shared, sizeof shared);
	return good;
}

const char *hand_make(struct hand *h, const struct value *v, const struct hand_place *at,
		      struct buffer *out)
{
	struct value_source source = { .crypto = h->means.crypto,
				       .here = at->here,
				       .context = h,
				       .captured = find_captured,
				       .secret = find_secret,
				       .fresh_key = draw_key,
				       .agree = agree };
	h->at = at;
	return value_make(v, &source, out);
}
