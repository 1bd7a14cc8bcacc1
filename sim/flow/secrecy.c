/* secrecy.c - feeds every actor's streams to the search and holds what is found against the
 * holders. What an actor could compute from what it has is secrecy_closure.c's.
 */
#include "sim/flow/secrecy.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void secrecy_init(struct secrecy *x, const struct flow *f, size_t variant, struct evidence *e,
		  struct findings *findings)
{
	*x = (struct secrecy){ .flow = f,
			       .evidence = e,
			       .secrets = e->secrets,
			       .findings = findings,
			       .search = search_new(),
			       .recording = { .flow = f },
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

/* -- what is looked for -- */

/* An access key is typed: with hyphens, in any case. */
static size_t spellings_of(const char *class)
{
	return strcmp(class, "access_key") == 0 ? SPELLINGS : SPELLING_AS_IS + 1;
}

static void value_add(struct secrecy *x, size_t number)
{
	const struct secret *s = &x->secrets->list[number];
	struct secrecy_value v = { .claim = (int8_t)claim_of(x->flow, s->class), .channel = -1 };
	if (s->channel && *s->channel && strcmp(s->channel, "-") != 0)
		v.channel = (int8_t)flow_channel_index(x->flow, s->channel);
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

uint32_t secrecy_holders(const struct secrecy *x, int claim, int channel)
{
	if (!x->classes[claim].ends)
		return x->classes[claim].holders;
	if (channel < 0)
		return 0;
	const struct flow_channel *c = &x->flow->channels[channel];
	return UINT32_C(1) << c->from | UINT32_C(1) << c->to;
}

bool secrecy_is_outside(const struct secrecy *x, const struct moment *m,
			const struct secrecy_value *v)
{
	if (m->actor >= FLOW_ACTORS_MAX ||
	    !(secrecy_holders(x, v->claim, v->channel) >> m->actor & 1))
		return true;
	return m->device && v->device && m->device != v->device;
}

static struct moment moment_of(const struct sight *s)
{
	return (struct moment){ s->actor, s->who, s->actor_device, s->record->id, s->record->kind };
}

/* Whoever listens on the wire that a packet was carried on. */
static struct moment listener_of(const struct moment *m)
{
	return (struct moment){ FLOW_ACTORS_MAX, KNOWLEDGE_ATTACKER, 0, m->record, m->kind };
}

struct bytes secrecy_name(const struct secrecy *x, int32_t who)
{
	return who == KNOWLEDGE_ATTACKER ? bytes_of_string("the attacker")
					 : attribution_name(x->evidence->attribution, who);
}

void secrecy_catch(struct secrecy *x, int claim, const struct moment *m,
		   const struct secrecy_catch *how, const char *what)
{
	bool added;
	int key[2] = { claim, m->who };
	char name[CLAIM_NAME_SIZE];
	struct secrecy_catch one = *how;
	keys_add(&x->caught, bytes_of(key, sizeof key), &added);
	if (!added)
		return;
	struct bytes actor = secrecy_name(x, m->who);
	one.record = m->record;
	one.claim = claim;
	buffer_append(&x->catches, bytes_of(&one, sizeof one));
	*(how->derived ? &x->classes[claim].derived : &x->classes[claim].caught) += 1;
	claim_name_secret(x->flow, (size_t)claim, name);
	findings_add(x->findings,
		     (struct finding){ .kind = FINDING_SECRET,
				       .verdict = VERDICT_VIOLATED,
				       .record = m->record },
		     name, "%.*s %s", (int)actor.size, (const char *)actor.data, what);
}

/* It had this value, by name or in some form. */
static void had(struct secrecy *x, int claim, struct moment m, int secret, const char *what)
{
	char words[200];
	snprintf(words, sizeof words, "had %s in record %" PRIu64 " (%s)", what, m.record,
		 record_kind_name(m.kind));
	secrecy_catch(x, claim, &m, &(struct secrecy_catch){ .secret = secret }, words);
}

/* It had a value of which no device is known yet: judged when it is. */
static void early_add(struct secrecy *x, size_t value, struct moment m)
{
	struct secrecy_early e = { (uint32_t)value, m.who, m.record, m.kind };
	buffer_append(&x->early, bytes_of(&e, sizeof e));
}

static void hits_judge(struct secrecy *x, struct moment m, const struct hits *hits)
{
	char what[160], form[FORM_NAME_MAX];
	for (size_t i = 0; i < hits->count; i++) {
		size_t number = hits->list[i].owner;
		const struct secrecy_value *v = &x->values[number];
		if (v->claim < 0)
			continue;
		bool outside = secrecy_is_outside(x, &m, v);
		if (!v->held && m.device)
			early_add(x, number, m);
		if (outside || x->recording.all || !x->classes[v->claim].ends)
			knowledge_learn(&x->knowledge, m.who, number, m.record, HOW_READ);
		if (!outside)
			continue;
		snprintf(what, sizeof what, "%s (%s)", x->secrets->list[number].reference,
			 form_name(hits->list[i].form, form));
		had(x, v->claim, m, (int)number, what);
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
	if (!k->load || !s->bytes.size)
		return;
	if (!k->load->is_segment) {
		search_join(x->search, streams_tail(&x->streams, s, way), s->bytes, &k->load->end,
			    &x->scratch);
		return;
	}
	struct connection *c = streams_connection(&x->streams, s, way, &k->load->segment);
	struct segment segment = k->load->segment;
	segment.bytes.data = s->bytes.data + (s->bytes.size - segment.bytes.size);
	c->actor = s->actor;
	c->who = s->who;
	c->device = s->actor_device;
	c->record = s->record->id;
	c->kind = s->record->kind;
	assembly_take(&c->assembly, x->search, &segment, &k->load->end, &x->scratch);
}

static bool is_carried(const struct record *r)
{
	const char *fate = r->text ? r->text : "";
	return strcmp(fate, "carried") == 0 || strcmp(fate, "duplicated") == 0;
}

/* This actor has this piece of the stream now: what the search found in it, and what it is. */
static void piece_take(struct secrecy *x, const struct sight *s, enum way way, const struct kept *k)
{
	x->bytes[s->actor < FLOW_ACTORS_MAX ? s->actor : FLOW_ACTORS_MAX] += s->bytes.size;
	piece_join(x, s, way, k);
	struct moment m = moment_of(s), listener = listener_of(&m);
	hits_judge(x, m, &k->hits);
	hits_judge(x, m, &x->scratch);
	if (way != WAY_SENT_PACKETS || !is_carried(s->record))
		return;
	hits_judge(x, listener, &k->hits);
	hits_judge(x, listener, &x->scratch);
	if (x->recording.all && k->load)
		recording_packet(&x->recording, s, k->load->is_segment ? &k->load->segment : NULL);
}

static void sent_see(struct secrecy *x, const struct sight *s, enum way way)
{
	struct kept *k = s->kept;
	bytes_scan(x, s, &k->hits, &k->load->end);
	k->load->is_segment = streams_segment(x->flow, s, way, &k->load->segment);
	piece_take(x, s, way, k);
}

static void got_see(struct secrecy *x, const struct sight *s, enum way way)
{
	struct kept_load load = { .end = x->end };
	struct kept own = { .load = &load };
	if (s->kept) {
		piece_take(x, s, way, s->kept);
		return;
	}
	bytes_scan(x, s, &own.hits, &load.end);
	load.is_segment = streams_segment(x->flow, s, way, &load.segment);
	piece_take(x, s, way, &own);
	x->end = load.end; /* its room is used again */
	hits_fini(&own.hits);
}

/* Whose instances had a value before it was known to be of this device. */
static void early_judge(struct secrecy *x, size_t value)
{
	struct secrecy_early e;
	for (size_t at = 0; at < x->early.size; at += sizeof e) {
		memcpy(&e, x->early.data + at, sizeof e);
		struct instance i = x->evidence->attribution->instances[e.who];
		struct moment m = { i.actor, e.who, i.device, e.record, e.kind };
		if (e.value == value && secrecy_is_outside(x, &m, &x->values[value]))
			had(x, x->values[value].claim, m, (int)value,
			    x->secrets->list[value].reference);
	}
}

/* A value is of the device whose instance holds it first, or that the record is of in which it is
 * first held. One that an actor has from the beginning, for all that is known, becomes that of the
 * first device that has it from the beginning as well. */
static void device_learn(struct secrecy *x, size_t value, const struct sight *s)
{
	struct secrecy_value *v = &x->values[value];
	bool initial = s->record->text && strcmp(s->record->text, "initial") == 0;
	if (v->held && !(v->initial && initial && !v->device))
		return;
	if (!v->held)
		v->initial = initial;
	v->held = true;
	v->device = s->actor_device ? s->actor_device : s->device;
	if (v->device)
		early_judge(x, value);
}

/* Secrets of connections are many, and of no rule but to open what is recorded. */
static void hold_learn(struct secrecy *x, const struct sight *s, int claim, size_t secret)
{
	bool ends = claim >= 0 && x->classes[claim].ends;
	enum how how = how_of_origin(s->record->text);
	if (ends && !x->recording.all)
		return;
	knowledge_learn(&x->knowledge, s->who, secret, s->record->id, how);
	if (!ends)
		return;
	recording_label(&x->recording, secret, s->record);
	if (s->whom >= 0) /* one end declares it for both */
		knowledge_learn(&x->knowledge, s->whom, secret, s->record->id, how);
}

static void hold_see(struct secrecy *x, const struct sight *s)
{
	const struct record *r = s->record;
	struct secrecy_value v = { .claim = (int8_t)claim_of(x->flow, r->name), .channel = -1 };
	int secret = evidence_secret(x->evidence, r->reference);
	if (secret >= 0)
		device_learn(x, (size_t)secret, s);
	if (secret >= 0) {
		v.channel = x->values[secret].channel;
		v.device = x->values[secret].device;
	} else if (s->channel < (int)x->flow->channels_count) {
		v.channel = (int8_t)s->channel;
	}
	struct moment m = moment_of(s);
	if (s->actor >= 0 && secret >= 0)
		hold_learn(x, s, v.claim, (size_t)secret);
	if (v.claim >= 0 && s->actor >= 0 && secrecy_is_outside(x, &m, &v))
		had(x, v.claim, m, secret, r->reference ? r->reference : "a value");
}

void secrecy_see(struct secrecy *x, const struct sight *s)
{
	if (s->record->kind == RECORD_SECRETS)
		x->promised = s->record->number;
	if (x->secrets)
		values_load(x);
	if (s->record->kind == RECORD_HOLD)
		hold_see(x, s);
	if (s->record->kind == RECORD_SETTING && s->record->text)
		x->weakened = x->weakened || strcmp(s->record->text, "weakened") == 0;
	if (s->record->kind == RECORD_ACT)
		knowledge_act(&x->knowledge, x->flow, s);
	if (!x->secrets || s->actor < 0)
		return;
	if (s->record->kind == RECORD_SENT || s->record->kind == RECORD_ACCEPTED)
		recording_unit(&x->recording, s);
	if (s->record->kind == RECORD_ERASE && x->recording.all && s->record->name)
		knowledge_erase(&x->knowledge, s->who, claim_of(x->flow, s->record->name),
				s->record->id);
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

/* What waits behind a gap is had all the same. */
void secrecy_close(struct secrecy *x)
{
	if (x->secrets)
		values_load(x);
	for (size_t i = 0; i < x->streams.connections_keys.count; i++) {
		struct connection *c = &x->streams.connections[i];
		x->scratch.count = 0;
		assembly_finish(&c->assembly, x->search, &x->scratch);
		struct moment m = { c->actor, c->who, c->device, c->record, c->kind };
		hits_judge(x, m, &x->scratch);
		if (c->kind == RECORD_PACKET)
			hits_judge(x, listener_of(&m), &x->scratch);
	}
}

void secrecy_fini(struct secrecy *x)
{
	streams_fini(&x->streams);
	free(x->values);
	search_free(x->search);
	hits_fini(&x->scratch);
	tail_fini(&x->end);
	keys_fini(&x->caught);
	buffer_fini(&x->early);
	buffer_fini(&x->catches);
	knowledge_fini(&x->knowledge);
	secrecy_crypto_free(x);
	recording_fini(&x->recording);
	memset(x, 0, sizeof *x);
}
