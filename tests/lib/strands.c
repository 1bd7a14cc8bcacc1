/* strands.c - renames and twists; see strands.h. It judges nothing. */
#include "tests/lib/strands.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

enum { APART = 100000 }; /* between the sessions, and the connections, of two strands */

struct strand {
	uint32_t device, serial;
	size_t from, to, at;
	size_t after;
	uint64_t *ids; /* of the honest records from `from` on; 0: not yet */
	char names[FLOW_ACTORS_MAX][FLOW_INSTANCE_MAX];
	char **references; /* of each secret */
	char key[64];      /* of the record that is being made */
};

void strands_init(struct strands *x, const struct flow *f, const struct records *honest,
		  const struct secrets *secrets)
{
	*x = (struct strands){ .flow = f, .honest = honest, .secrets = secrets, .next = 1 };
	x->shared = calloc(secrets->count + 1, sizeof *x->shared);
	assert(x->shared);
}

static bool is_once(const struct flow *f, const char *name)
{
	int actor = flow_actor_index(f, name);
	return actor >= 0 && !(f->each_device >> actor & 1);
}

/* Whether all devices have the same one: the links between actors that exist once, and what only
 * such actors hold from the beginning. */
static bool is_shared(const struct strands *x, size_t number)
{
	const struct secret *s = &x->secrets->list[number];
	int channel = s->channel ? flow_channel_index(x->flow, s->channel) : -1;
	if (channel >= 0) {
		const struct flow_channel *c = &x->flow->channels[channel];
		return !(x->flow->each_device >> c->from & 1) &&
		       !(x->flow->each_device >> c->to & 1);
	}
	for (size_t i = 0; i < x->honest->count; i++) {
		const struct record *r = &x->honest->list[i];
		if (r->kind != RECORD_HOLD || strcmp(r->reference, s->reference) != 0)
			continue;
		if (!is_once(x->flow, r->actor) || strcmp(r->text, "initial") != 0)
			return false;
	}
	return true;
}

/* As many bytes as the old value, of letters and digits where that is of such. */
static void value_make(const struct secret *old, uint32_t serial, struct buffer *out)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	bool typed = strcmp(old->class, "access_key") == 0;
	for (uint32_t block = 0; out->size < old->value.size; block++) {
		uint8_t digest[64];
		struct buffer seed = { 0 };
		buffer_append(&seed, bytes_of_buffer(&old->value));
		buffer_append_u32(&seed, serial);
		buffer_append_u32(&seed, block);
		int good = EVP_Digest(seed.data, seed.size, digest, NULL, EVP_sha512(), NULL);
		assert(good == 1);
		buffer_fini(&seed);
		for (size_t i = 0; i < sizeof digest && out->size < old->value.size; i++)
			buffer_append_u8(out, typed ? (uint8_t)letters[digest[i] % 36] : digest[i]);
	}
}

static char *secret_add(struct strands *x, size_t number, uint32_t serial, bool same)
{
	const struct secret *old = &x->secrets->list[number];
	struct secrets *own = &x->own;
	if (own->count == own->room) {
		own->room = own->room ? own->room * 2 : 64;
		own->list = realloc(own->list, own->room * sizeof *own->list);
		assert(own->list);
	}
	struct secret *s = &own->list[own->count];
	*s = (struct secret){ .class = old->class, .holder = old->holder, .channel = old->channel };
	int size = asprintf(&s->reference, "%s#%" PRIu32 "%03zu", old->class, serial + 1, number);
	assert(size > 0);
	if (same)
		buffer_append(&s->value, bytes_of_buffer(&old->value));
	else
		value_make(old, serial, &s->value);
	own->count++;
	return s->reference;
}

/* Whether a strand that begins at `from` finds the secret there. */
static bool was_before(const struct strands *x, size_t number, size_t from)
{
	const char *reference = x->secrets->list[number].reference;
	for (size_t i = 0; i < from; i++)
		if (x->honest->list[i].kind == RECORD_HOLD &&
		    strcmp(x->honest->list[i].reference, reference) == 0)
			return true;
	return false;
}

static void references_make(struct strands *x, struct strand *s)
{
	s->references = calloc(x->secrets->count + 1, sizeof *s->references);
	assert(s->references);
	for (size_t i = 0; i < x->secrets->count; i++) {
		if (s->after != SIZE_MAX && s->from && was_before(x, i, s->from)) {
			s->references[i] = x->list[s->after]->references[i];
		} else if (x->shared[i]) {
			s->references[i] = x->shared[i];
		} else if (s->serial == 0 && is_shared(x, i)) {
			s->references[i] = x->shared[i] = secret_add(x, i, 0, true);
		} else {
			s->references[i] = secret_add(x, i, s->serial, false);
		}
	}
}

size_t strands_add(struct strands *x, uint32_t device, size_t from, size_t to, size_t after)
{
	struct strand *s = calloc(1, sizeof *s);
	x->list = realloc(x->list, (x->count + 1) * sizeof *x->list);
	assert(s && x->list);
	*s = (struct strand){ .device = device,
			      .serial = (uint32_t)x->count,
			      .from = from,
			      .to = to,
			      .at = from,
			      .after = after };
	s->ids = calloc(to - from + 1, sizeof *s->ids);
	assert(s->ids);
	for (size_t i = 0; i < x->flow->actors_count; i++)
		flow_instance_name(x->flow, i, device, device ? 2 : 1, s->names[i]);
	x->list[x->count] = s;
	references_make(x, s);
	return x->count++;
}

/* -- one record -- */

uint64_t strands_id(const struct strands *x, size_t strand, uint64_t honest)
{
	const struct strand *s = x->list[strand];
	if (honest > s->from)
		return honest <= s->to ? s->ids[honest - 1 - s->from] : 0;
	return s->after == SIZE_MAX ? 0 : strands_id(x, s->after, honest);
}

const char *strands_reference(const struct strands *x, size_t strand, size_t secret)
{
	return x->list[strand]->references[secret];
}

static const char *renamed(const struct strands *x, const struct strand *s, const char *name)
{
	int actor = name && *name ? flow_actor_index(x->flow, name) : -1;
	return actor < 0 ? name : s->names[actor];
}

static const char *reference_of(const struct strands *x, const struct strand *s, const char *old)
{
	for (size_t i = 0; old && *old && i < x->secrets->count; i++)
		if (strcmp(x->secrets->list[i].reference, old) == 0)
			return s->references[i];
	return old;
}

static void links_follow(const struct strands *x, struct strand *s, struct record *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->parents_count; i++) {
		uint64_t id = strands_id(x, s->serial, r->parents[i]);
		if (r->parents[i] == 1)
			id = 1; /* the one RECORD_RUN */
		if (id)
			r->parents[kept++] = id;
	}
	r->parents_count = kept;
	if (kept == 2 && r->parents[0] > r->parents[1]) {
		uint64_t later = r->parents[0];
		r->parents[0] = r->parents[1];
		r->parents[1] = later;
	}
	if (r->kind == RECORD_ACCEPTED && r->number > 0)
		r->number = (int64_t)strands_id(x, s->serial, (uint64_t)r->number);
}

static void record_make(struct strands *x, struct strand *s, struct record *r)
{
	*r = x->honest->list[s->at];
	r->actor = renamed(x, s, r->actor);
	if (r->kind != RECORD_ACTOR)
		r->peer = renamed(x, s, r->peer);
	if (r->session)
		r->session += (uint64_t)s->serial * APART;
	if (r->channel && *r->channel)
		r->tag += s->serial * APART;
	r->reference = reference_of(x, s, r->reference);
	for (size_t i = 0; i < r->cuts_count; i++)
		r->cuts[i].reference = reference_of(x, s, r->cuts[i].reference);
	if (r->kind == RECORD_PERSIST && r->text && *r->text && s->serial) {
		snprintf(s->key, sizeof s->key, "%.40s-%" PRIu32, r->text, s->serial);
		r->text = s->key;
	}
	links_follow(x, s, r);
	r->id = x->next++;
	s->ids[s->at++ - s->from] = r->id;
}

/* -- all of them -- */

static bool is_of_the_run(enum record_kind kind)
{
	return kind == RECORD_RUN || kind == RECORD_SETTING || kind == RECORD_SECRETS ||
	       kind == RECORD_END;
}

/* Whether the strand has another record now; what is of the whole run comes from the first one,
 * and its end when all others are through. */
static bool is_ready(const struct strands *x, struct strand *s)
{
	while (s->at < s->to && is_of_the_run(x->honest->list[s->at].kind) &&
	       (s->serial || x->honest->list[s->at].kind == RECORD_SECRETS ||
		x->honest->list[s->at].kind == RECORD_END))
		s->at++;
	bool begun = s->serial == 0 || x->next > 1;
	bool follows = s->after == SIZE_MAX || x->list[s->after]->at == x->list[s->after]->to;
	return s->at < s->to && begun && follows;
}

static uint64_t random_below(struct strands *x, size_t below)
{
	x->seed = x->seed * 6364136223846793005u + 1442695040888963407u;
	return (x->seed >> 33) % below;
}

/* One that can go on, among those that live. */
static struct strand *strand_ready(struct strands *x)
{
	size_t left = x->count - x->through;
	if (x->live && x->live < left)
		left = x->live;
	size_t at = x->seed && left ? random_below(x, left) : 0;
	for (size_t i = 0; i < left; i++) {
		struct strand *s = x->list[x->through + (at + i) % left];
		if (is_ready(x, s))
			return s;
	}
	return NULL;
}

/* The strand that goes on: the first that can, or one by chance. NULL: all are through. */
static struct strand *strand_next(struct strands *x)
{
	for (;;) {
		struct strand *s = strand_ready(x);
		if (s)
			return s;
		size_t through = x->through;
		while (x->through < x->count && x->list[x->through]->at == x->list[x->through]->to)
			x->through++;
		if (x->through == through)
			return NULL;
	}
}

bool strands_next(struct strands *x, struct record *r)
{
	struct strand *s = strand_next(x);
	if (s) {
		record_make(x, s, r);
		return true;
	}
	if (x->ended)
		return false;
	const struct record *end = &x->honest->list[x->honest->count - 1];
	x->ended = true;
	*r = *end;
	r->parents_count = 0;
	r->number = (int64_t)x->next - 1;
	r->values_count = 0;
	r->id = x->next++;
	return true;
}

void strands_twist(struct strands *x, uint64_t seed, struct records *out)
{
	struct record r;
	x->seed = seed;
	while (strands_next(x, &r))
		records_add(out, &r);
}

void strands_fini(struct strands *x)
{
	for (size_t i = 0; i < x->count; i++) {
		free(x->list[i]->ids);
		free(x->list[i]->references);
		free(x->list[i]);
	}
	free(x->list);
	free(x->shared);
	for (size_t i = 0; i < x->own.count; i++) {
		free(x->own.list[i].reference);
		buffer_fini(&x->own.list[i].value);
	}
	secrets_fini(&x->own);
	memset(x, 0, sizeof *x);
}
