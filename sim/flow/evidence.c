/* evidence.c - reads records for the judges, and complains of those that contradict themselves: a
 * name that is not what the bytes say, a delivery of something that nobody sent. It judges no rule.
 */
#include "sim/flow/evidence.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void evidence_init(struct evidence *e, const struct secrets *secrets,
		   struct attribution *attribution, struct findings *findings)
{
	const struct flow *f = attribution->flow;
	*e = (struct evidence){
		.flow = f, .secrets = secrets, .findings = findings, .attribution = attribution
	};
	for (size_t i = 0; i < f->channels_count; i++)
		keys_add(&e->channels, bytes_of_string(f->channels[i].name), NULL);
}

static int number_of(struct keys *k, const char *name)
{
	return name && *name ? (int)keys_add(k, bytes_of_string(name), NULL) : -1;
}

static void complain(struct evidence *e, enum verdict v, const struct record *r, const char *what)
{
	findings_add(e->findings,
		     (struct finding){ .kind = FINDING_EVIDENCE, .verdict = v, .record = r->id },
		     "evidence", "record %" PRIu64 " (%s) %s", r->id, record_kind_name(r->kind),
		     what);
}

/* -- secrets by reference: an index of the list, which grows during a run -- */

static uint32_t reference_hash(const char *reference)
{
	uint32_t hash = 2166136261u; /* FNV-1a, as in keys.c */
	for (; *reference; reference++)
		hash = (hash ^ (unsigned char)*reference) * 16777619u;
	return hash;
}

static size_t reference_slot(const struct evidence *e, const char *reference)
{
	size_t slot = reference_hash(reference) & (e->references_count - 1);
	while (e->references[slot] &&
	       strcmp(e->secrets->list[e->references[slot] - 1].reference, reference) != 0)
		slot = (slot + 1) & (e->references_count - 1);
	return slot;
}

static void references_index(struct evidence *e)
{
	if (e->secrets->count * 3 / 2 >= e->references_count) {
		free(e->references);
		e->references_count = e->references_count ? e->references_count : 64;
		while (e->secrets->count * 3 / 2 >= e->references_count)
			e->references_count *= 2;
		e->references = calloc(e->references_count, sizeof *e->references);
		assert(e->references);
		e->indexed = 0;
	}
	for (; e->indexed < e->secrets->count; e->indexed++) {
		size_t slot = reference_slot(e, e->secrets->list[e->indexed].reference);
		if (!e->references[slot])
			e->references[slot] = (uint32_t)e->indexed + 1;
	}
}

int evidence_secret(struct evidence *e, const char *reference)
{
	if (!e->secrets || !reference || !e->secrets->count)
		return -1;
	references_index(e);
	return (int)e->references[reference_slot(e, reference)] - 1;
}

/* Put the value of one cut where it was. NULL, or how the trace contradicts itself. */
static const char *cut_fill(struct evidence *e, const struct record_cut *cut)
{
	static const char outside[] = "has a cut that is not within zeros of it";
	size_t size = e->filled.size;
	if (cut->offset > size || cut->size > size - cut->offset)
		return outside;
	uint8_t *span = e->filled.data + cut->offset;
	for (size_t i = 0; i < cut->size; i++)
		if (span[i])
			return outside;
	int secret = evidence_secret(e, cut->reference);
	const struct buffer *value = secret < 0 ? NULL : &e->secrets->list[secret].value;
	if (value && value->size == cut->size)
		memcpy(span, value->data, cut->size);
	else
		e->sight.redacted = true;
	return secret < 0 && e->secrets ? "has a cut of a value that is not in run.secrets" : NULL;
}

static void bytes_see(struct evidence *e, const struct record *r)
{
	e->sight.bytes = r->bytes;
	if (!r->cuts_count)
		return;
	buffer_cleanse(&e->filled);
	buffer_append(&e->filled, r->bytes);
	for (size_t i = 0; i < r->cuts_count; i++) {
		const char *fault = cut_fill(e, &r->cuts[i]);
		if (fault)
			complain(e, VERDICT_VIOLATED, r, fault);
	}
	e->sight.bytes = bytes_of_buffer(&e->filled);
}

/* A datagram may be lost, and nobody is told: units and packets of such a channel. */
static bool may_be_lost(const struct evidence *e, const struct sight *s)
{
	if (s->record->kind == RECORD_PACKET)
		return true;
	if (s->channel < 0 || s->channel >= (int)e->flow->channels_count)
		return false;
	const struct flow_channel *c = &e->flow->channels[s->channel];
	bool datagrams = c->pipes_count == 0 || c->pipes[0] == PIPE_DTLS;
	return c->base != BASE_LOCAL && datagrams;
}

/* Keep what was sent. Its bytes only when secrets can be looked for: nobody else reads them later.
 */
static void keep(struct evidence *e, bool hold)
{
	struct sight *s = &e->sight;
	struct kept *k = s->kept = kept_add(&e->kept, s->record->id);
	k->from = s->who;
	k->to = s->whom;
	k->channel = (int16_t)s->channel;
	k->type = (uint8_t)s->type;
	k->redacted = s->redacted;
	if (hold && e->secrets)
		buffer_append(&k->load->bytes, s->bytes);
	if (may_be_lost(e, s))
		kept_leave(&e->kept, k, s->record->id);
}

/* What the bytes are, whatever the record calls them. A run of stream bytes has no name, and may by
 * chance begin like a message; it is one only when all of it decodes. */
static enum message_type type_of(const struct sight *s)
{
	struct message m;
	enum message_type type = message_peek(s->bytes);
	if (type == MESSAGE_NONE || (s->record->message && *s->record->message))
		return type;
	bool whole = message_decode(s->bytes, &m) == MESSAGE_OK;
	message_cleanse(&m);
	return whole ? type : MESSAGE_NONE;
}

static void name_check(struct evidence *e, const struct record *r)
{
	const char *said = r->message ? r->message : "";
	e->messages += e->sight.type != MESSAGE_NONE;
	if (strcmp(said, message_name(e->sight.type)) == 0)
		return;
	findings_add(e->findings,
		     (struct finding){ .kind = FINDING_EVIDENCE,
				       .verdict = VERDICT_VIOLATED,
				       .record = r->id },
		     "evidence", "record %" PRIu64 " calls itself '%s', its bytes are '%s'", r->id,
		     said, message_name(e->sight.type));
}

static void sent_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	s->eventful = true;
	s->event = STEP_SENT;
	s->from = s->actor;
	s->to = s->peer;
	bytes_see(e, r);
	s->type = type_of(s);
	name_check(e, r);
	keep(e, true);
}

static struct bytes kept_bytes(const struct kept *k)
{
	return k->load ? bytes_of_buffer(&k->load->bytes) : (struct bytes){ 0 };
}

/* An acceptance without bytes of its own is the delivery of exactly what its number names. */
static void delivery_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	struct kept *k = r->number > 0 ? kept_find(&e->kept, (uint64_t)r->number) : NULL;
	if (!k) {
		s->eventful = false;
		complain(e, VERDICT_VIOLATED, r, "accepts a message that nobody sent");
		return;
	}
	if (k->channel != (int16_t)s->channel || k->from != s->whom || k->to != s->who) {
		s->eventful = false;
		complain(e, VERDICT_VIOLATED, r, "accepts a message that was sent elsewhere");
		return;
	}
	s->kept = k;
	s->type = (enum message_type)k->type;
	s->redacted = k->redacted;
	s->bytes = kept_bytes(k);
}

static void accepted_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	s->eventful = true;
	s->event = STEP_ACCEPTED;
	s->from = s->peer;
	s->to = s->actor;
	if (r->bytes.size) {
		bytes_see(e, r);
		s->type = type_of(s);
	} else {
		delivery_see(e, r);
	}
	if (s->eventful)
		name_check(e, r);
}

static void packet_see(struct evidence *e, const struct record *r)
{
	const char *fate = r->text ? r->text : "";
	bytes_see(e, r);
	keep(e, strcmp(fate, "carried") == 0 || strcmp(fate, "duplicated") == 0);
}

static void arrival_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	if (r->bytes.size) {
		bytes_see(e, r);
		return;
	}
	for (size_t i = 0; i < r->parents_count && !s->kept; i++)
		s->kept = kept_find(&e->kept, r->parents[i]);
	if (!s->kept)
		complain(e, VERDICT_VIOLATED, r, "is the arrival of a packet that nobody sent");
	else if (s->kept->channel != (int16_t)s->channel || s->kept->from != s->whom ||
		 s->kept->to != s->who)
		complain(e, VERDICT_VIOLATED, r, "is the arrival of a packet that was sent elsewhere");
	if (s->kept)
		s->bytes = kept_bytes(s->kept);
}

/* Number of the end of (channel, tag) at actor; a new one is zero. */
static size_t end_of(struct evidence *e, int channel, uint32_t tag, int who)
{
	struct {
		int32_t channel, who;
		uint32_t tag;
	} key = { channel, who, tag };
	size_t number = keys_add(&e->ends_keys, bytes_of(&key, sizeof key), NULL);
	if (number >= e->ends_room) {
		size_t room = number * 2 + 16;
		e->ends = realloc(e->ends, room * sizeof *e->ends);
		assert(e->ends);
		memset(e->ends + e->ends_room, 0, (room - e->ends_room) * sizeof *e->ends);
		e->ends_room = room;
	}
	return number;
}

static void open_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	size_t number = end_of(e, s->channel, r->tag, s->who);
	bool opener = r->text && strcmp(r->text, "opener") == 0;
	e->ends[number] = (struct evidence_end){ .peer = s->whom, .opener = opener };
	s->eventful = opener;
	s->event = STEP_OPENED;
	s->from = s->actor;
	s->to = s->peer;
}

/* The step is done when both ends have reported it; from is the opener, to the acceptor. */
static void pipe_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	if (!r->name || strcmp(r->name, "secured") != 0)
		return;
	size_t near = end_of(e, s->channel, r->tag, s->who);
	size_t far = end_of(e, s->channel, r->tag, e->ends[near].peer);
	bool news = !e->ends[near].secured;
	e->ends[near].secured = true;
	if (!news || !e->ends[far].secured || e->ends[near].opener == e->ends[far].opener ||
	    e->ends[far].peer != s->who || e->ends[near].peer < 0)
		return;
	int other = e->attribution->instances[e->ends[near].peer].actor;
	s->eventful = true;
	s->event = STEP_SECURED;
	s->from = e->ends[near].opener ? s->actor : other;
	s->to = e->ends[near].opener ? other : s->actor;
}

/* What travels is between two parties of the flow, and whatever else has a party has one of it: who
 * is none can hold nothing, and is looked at by no claim. */
static void strangers_see(struct evidence *e, const struct record *r)
{
	const struct sight *s = &e->sight;
	int actors = (int)e->flow->actors_count;
	bool travels = r->kind == RECORD_SENT || r->kind == RECORD_ACCEPTED ||
		       r->kind == RECORD_PACKET || r->kind == RECORD_ARRIVAL;
	if (s->actor >= actors || s->peer >= actors)
		complain(e, VERDICT_VIOLATED, r, "names a party that the flow has not");
	else if (travels && (s->actor < 0 || s->peer < 0))
		complain(e, VERDICT_VIOLATED, r, "travels from nobody, or to nobody");
}

/* The names of the record as numbers; and whether its devices have numbers or not, but not both. */
static void names_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	struct attribution *a = e->attribution;
	*s = (struct sight){ .record = r,
			     .actor = -1,
			     .peer = -1,
			     .channel = number_of(&e->channels, r->channel),
			     .who = attribution_instance(a, r->actor),
			     .from = -1,
			     .to = -1 };
	bool peers = r->kind != RECORD_ACTOR; /* there it is a host */
	s->whom = peers ? attribution_instance(a, r->peer) : -1;
	if (s->who >= 0) {
		s->actor = a->instances[s->who].actor;
		s->actor_device = a->instances[s->who].device;
	}
	if (s->whom >= 0) {
		s->peer = a->instances[s->whom].actor;
		s->peer_device = a->instances[s->whom].device;
	}
	strangers_see(e, r);
	if (a->plain && a->numbered && !e->is_mixed) {
		e->is_mixed = true;
		complain(e, VERDICT_VIOLATED, r,
			 "names an actor with a device, others are named without, or the reverse");
	}
}

struct sight *evidence_see(struct evidence *e, const struct record *r)
{
	kept_expire(&e->kept, r->id);
	names_see(e, r);
	switch (r->kind) {
	case RECORD_SENT:
		sent_see(e, r);
		break;
	case RECORD_ACCEPTED:
		accepted_see(e, r);
		break;
	case RECORD_PACKET:
		packet_see(e, r);
		break;
	case RECORD_ARRIVAL:
		arrival_see(e, r);
		break;
	case RECORD_REJECTED:
	case RECORD_DROP:
		bytes_see(e, r);
		break;
	case RECORD_OPEN:
		open_see(e, r);
		break;
	case RECORD_PIPE:
		pipe_see(e, r);
		break;
	default:
		break;
	}
	return &e->sight;
}

void evidence_release(struct evidence *e)
{
	const struct sight *s = &e->sight;
	enum record_kind kind = s->record->kind;
	if (!s->kept || (kind != RECORD_ACCEPTED && kind != RECORD_ARRIVAL))
		return;
	if (s->kept->load && kind == RECORD_ACCEPTED && !may_be_lost(e, s))
		kept_leave(&e->kept, s->kept, s->record->id);
	kept_unload(s->kept);
}

void evidence_fini(struct evidence *e)
{
	kept_fini(&e->kept);
	free(e->ends);
	free(e->references);
	keys_fini(&e->channels);
	keys_fini(&e->ends_keys);
	buffer_cleanse(&e->filled);
	memset(e, 0, sizeof *e);
}
