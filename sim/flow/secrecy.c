/* secrecy.c - feeds every actor's streams to the search and holds what is found against the
 * holders. It derives nothing: a value that an actor could compute is not found here.
 */
#include "sim/flow/secrecy.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 256 };

/* When an actor had something. */
struct moment {
	int actor;
	uint64_t record;
	enum record_kind kind;
};

void secrecy_init(struct secrecy *x, const struct flow *f, size_t variant, struct evidence *e,
		  struct findings *findings)
{
	*x = (struct secrecy){ .flow = f,
			       .evidence = e,
			       .secrets = e->secrets,
			       .findings = findings,
			       .search = search_new(),
			       .promised = -1 };
	for (size_t i = 0; i < f->holders_count; i++) {
		x->classes[i].holders = f->holders[i].holders;
		x->classes[i].ends = f->holders[i].ends_of_channel;
	}
	const struct flow_variant *v = &f->variants[variant];
	for (size_t i = 0; i < v->secrets_count; i++) {
		x->classes[v->secrets[i].holders].holders = v->secrets[i].bits;
		x->classes[v->secrets[i].holders].ends = false;
	}
}

static int claim_of(const struct flow *f, const char *class)
{
	for (size_t i = 0; i < f->holders_count; i++)
		if (class && strcmp(f->holders[i].secret, class) == 0)
			return (int)i;
	return -1;
}

static void claim_name(const struct secrecy *x, size_t claim, char name[64])
{
	snprintf(name, 64, "secret(%s)", x->flow->holders[claim].secret);
}

/* -- what is looked for -- */

/* An access key is typed: with hyphens, in any case. */
static size_t spellings_of(const char *class)
{
	return strcmp(class, "access_key") == 0 ? SPELLINGS : SPELLING_AS_IS + 1;
}

static void value_add(struct secrecy *x, size_t number)
{
	const struct secret *s = &x->secrets->list[number];
	struct secrecy_value v = { .claim = claim_of(x->flow, s->class), .channel = -1 };
	if (s->channel && *s->channel && strcmp(s->channel, "-") != 0)
		v.channel = flow_channel_index(x->flow, s->channel);
	x->values[number] = v;
	if (v.claim < 0)
		return;
	struct secrecy_class *c = &x->classes[v.claim];
	c->values++;
	if (s->value.size < FORM_VALUE_MIN) {
		c->skipped++;
		return;
	}
	for (size_t spelling = 0; spelling < spellings_of(s->class); spelling++)
		for (int encoding = 0; encoding < ENCODINGS; encoding++)
			search_add(
				x->search, number,
				(struct form){ (enum spelling)spelling, (enum encoding)encoding },
				bytes_of_buffer(&s->value));
}

static void values_load(struct secrecy *x)
{
	if (x->secrets->count > x->room) {
		x->room = x->secrets->count * 2;
		x->values = realloc(x->values, x->room * sizeof *x->values);
		assert(x->values);
	}
	for (; x->loaded < x->secrets->count; x->loaded++)
		value_add(x, x->loaded);
}

/* -- who may have it -- */

static uint32_t holders_of(const struct secrecy *x, int claim, int channel)
{
	if (!x->classes[claim].ends)
		return x->classes[claim].holders;
	if (channel < 0)
		return 0;
	const struct flow_channel *c = &x->flow->channels[channel];
	return UINT32_C(1) << c->from | UINT32_C(1) << c->to;
}

static bool is_outside(const struct secrecy *x, int actor, int claim, int channel)
{
	return actor >= FLOW_ACTORS_MAX || !(holders_of(x, claim, channel) >> actor & 1);
}

static struct moment moment_of(const struct sight *s)
{
	return (struct moment){ s->actor, s->record->id, s->record->kind };
}

/* One finding for each claim and actor: the first value that it had. */
static void catch (struct secrecy *x, int claim, struct moment m, const char *what)
{
	bool added;
	int key[2] = { claim, m.actor };
	char name[64];
	keys_add(&x->caught, bytes_of(key, sizeof key), &added);
	if (!added)
		return;
	struct bytes actor = keys_text(&x->evidence->actors, (size_t)m.actor);
	x->classes[claim].caught++;
	claim_name(x, (size_t)claim, name);
	findings_add(x->findings,
		     (struct finding){ .kind = FINDING_SECRET,
				       .verdict = VERDICT_VIOLATED,
				       .record = m.record },
		     name, "%.*s had %s in record %" PRIu64 " (%s)", (int)actor.size,
		     (const char *)actor.data, what, m.record, record_kind_name(m.kind));
}

static void hits_judge(struct secrecy *x, struct moment m, const struct hits *hits)
{
	char what[160], form[FORM_NAME_MAX];
	for (size_t i = 0; i < hits->count; i++) {
		size_t number = hits->list[i].owner;
		const struct secrecy_value *v = &x->values[number];
		if (v->claim < 0 || !is_outside(x, m.actor, v->claim, v->channel))
			continue;
		snprintf(what, sizeof what, "%s (%s)", x->secrets->list[number].reference,
			 form_name(hits->list[i].form, form));
		catch (x, v->claim, m, what);
	}
}

/* -- streams -- */

/* A cut says what stood there, also where the value is too short to be looked for. */
static void cuts_add(const struct secrecy *x, const struct record *r, struct hits *hits)
{
	for (size_t i = 0; i < r->cuts_count; i++) {
		int secret = evidence_secret(x->evidence, r->cuts[i].reference);
		if (secret >= 0)
			hits_add(hits, (struct hit){ .owner = (size_t)secret });
	}
}

/* Bytes are scanned once, where they are first seen. */
static void bytes_scan(struct secrecy *x, const struct sight *s, struct hits *hits,
		       struct tail *end)
{
	search_scan(x->search, s->bytes, hits, end);
	cuts_add(x, s->record, hits);
}

/* Add this piece to its stream; what lies across pieces goes to x->scratch. A second delivery of
 * the same bytes joins nothing: they are gone. */
static void piece_join(struct secrecy *x, const struct sight *s, enum way way, const struct kept *k)
{
	x->scratch.count = 0;
	if (!k->is_segment || !s->bytes.size) {
		search_join(x->search, streams_tail(&x->streams, s, way), s->bytes, &k->end,
			    &x->scratch);
		return;
	}
	struct connection *c = streams_connection(&x->streams, s, way, &k->segment);
	struct segment segment = k->segment;
	segment.bytes.data = s->bytes.data + (s->bytes.size - segment.bytes.size);
	c->actor = s->actor;
	c->record = s->record->id;
	c->kind = s->record->kind;
	assembly_take(&c->assembly, x->search, &segment, &k->end, &x->scratch);
}

/* This actor has this piece of the stream now: what the search found in it, and what it is. */
static void piece_take(struct secrecy *x, const struct sight *s, enum way way, const struct kept *k)
{
	x->bytes[s->actor < FLOW_ACTORS_MAX ? s->actor : FLOW_ACTORS_MAX] += s->bytes.size;
	piece_join(x, s, way, k);
	hits_judge(x, moment_of(s), &k->hits);
	hits_judge(x, moment_of(s), &x->scratch);
}

static void sent_see(struct secrecy *x, const struct sight *s, enum way way)
{
	struct kept *k = s->kept;
	bytes_scan(x, s, &k->hits, &k->end);
	k->is_segment = streams_segment(x->flow, s, way, &k->segment);
	piece_take(x, s, way, k);
}

static void got_see(struct secrecy *x, const struct sight *s, enum way way)
{
	struct kept own = { .end = x->end };
	if (s->kept) {
		piece_take(x, s, way, s->kept);
		return;
	}
	bytes_scan(x, s, &own.hits, &own.end);
	own.is_segment = streams_segment(x->flow, s, way, &own.segment);
	piece_take(x, s, way, &own);
	x->end = own.end; /* its room is used again */
	hits_fini(&own.hits);
}

static void hold_see(struct secrecy *x, const struct sight *s)
{
	const struct record *r = s->record;
	int claim = claim_of(x->flow, r->name), channel = s->channel;
	int secret = evidence_secret(x->evidence, r->reference);
	if (secret >= 0)
		channel = x->values[secret].channel;
	else if (channel >= (int)x->flow->channels_count)
		channel = -1;
	if (claim >= 0 && s->actor >= 0 && is_outside(x, s->actor, claim, channel))
		catch (x, claim, moment_of(s), r->reference ? r->reference : "a value");
}

void secrecy_see(struct secrecy *x, const struct sight *s)
{
	if (s->record->kind == RECORD_SECRETS)
		x->promised = s->record->number;
	if (x->secrets)
		values_load(x);
	if (s->record->kind == RECORD_HOLD)
		hold_see(x, s);
	if (!x->secrets || s->actor < 0)
		return;
	if (s->record->kind == RECORD_SENT)
		sent_see(x, s, WAY_SAID);
	else if (s->record->kind == RECORD_PACKET)
		sent_see(x, s, WAY_SENT_PACKETS);
	else if (s->record->kind == RECORD_ACCEPTED)
		got_see(x, s, WAY_HEARD);
	else if (s->record->kind == RECORD_ARRIVAL)
		got_see(x, s, WAY_GOT_PACKETS);
	else if (s->record->kind == RECORD_REJECTED || s->record->kind == RECORD_DROP)
		got_see(x, s, WAY_REFUSED);
}

/* -- at the end -- */

/* Why a claim cannot be judged, or NULL. */
static const char *obstacle_of(const struct secrecy *x, const struct secrecy_class *c)
{
	if (!x->secrets)
		return "run.secrets is not at hand";
	if (!c->values)
		return "no value in this run";
	if (c->skipped == c->values)
		return "every value is under 8 bytes";
	if (x->promised >= 0 && (uint64_t)x->promised > x->secrets->count)
		return "run.secrets has fewer entries than the trace says";
	return NULL;
}

/* Bytes that the actors outside had, in whole kilobytes. */
static uint64_t searched_kb(const struct secrecy *x, uint32_t holders)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i <= FLOW_ACTORS_MAX; i++)
		if (i == FLOW_ACTORS_MAX || !(holders >> i & 1))
			bytes += x->bytes[i];
	return (bytes + 1023) / 1024;
}

/* "2 values, 7 outsiders, 112 KB of theirs searched; 1 under 8 bytes was not looked for" */
static void judge_text(const struct secrecy *x, const struct secrecy_class *c, char text[TEXT_SIZE])
{
	char outside[32], skipped[64] = "", caught[32] = "";
	size_t outsiders = x->flow->actors_count;
	for (uint32_t h = c->holders; !c->ends && h; h &= h - 1)
		outsiders--;
	snprintf(outside, sizeof outside, "%zu outsiders", outsiders);
	if (c->caught)
		snprintf(caught, sizeof caught, ", %zu had one", c->caught);
	if (c->skipped)
		snprintf(skipped, sizeof skipped, "; %zu under 8 bytes not looked for", c->skipped);
	snprintf(text, TEXT_SIZE, "%zu value%s, %s%s, %" PRIu64 " KB searched%s", c->values,
		 c->values == 1 ? "" : "s", c->ends ? "all but its ends" : outside, caught,
		 searched_kb(x, c->ends ? 0 : c->holders), skipped);
}

static void class_judge(struct secrecy *x, size_t claim)
{
	char name[64], text[TEXT_SIZE];
	struct secrecy_class *c = &x->classes[claim];
	const char *obstacle = obstacle_of(x, c);
	claim_name(x, claim, name);
	if (obstacle) {
		findings_add(
			x->findings,
			(struct finding){ .kind = FINDING_SECRET, .verdict = VERDICT_INCONCLUSIVE },
			name, "%s", obstacle);
		findings_judge(x->findings, name,
			       c->caught ? VERDICT_VIOLATED : VERDICT_INCONCLUSIVE, "%s: %s",
			       c->caught ? "disproved" : "not judged", obstacle);
		return;
	}
	judge_text(x, c, text);
	findings_judge(x->findings, name, c->caught ? VERDICT_VIOLATED : VERDICT_HOLDS, "%s: %s",
		       c->caught ? "disproved" : "not disproved under the listed forms", text);
}

/* What waits behind a gap is had all the same. */
static void connections_finish(struct secrecy *x)
{
	for (size_t i = 0; i < x->streams.connections_keys.count; i++) {
		struct connection *c = &x->streams.connections[i];
		x->scratch.count = 0;
		assembly_finish(&c->assembly, x->search, &x->scratch);
		hits_judge(x, (struct moment){ c->actor, c->record, c->kind }, &x->scratch);
	}
}

void secrecy_finish(struct secrecy *x)
{
	if (x->secrets)
		values_load(x);
	connections_finish(x);
	for (size_t i = 0; i < x->flow->holders_count; i++)
		class_judge(x, i);
}

void secrecy_fini(struct secrecy *x)
{
	streams_fini(&x->streams);
	free(x->values);
	search_free(x->search);
	hits_fini(&x->scratch);
	tail_fini(&x->end);
	keys_fini(&x->caught);
	memset(x, 0, sizeof *x);
}
