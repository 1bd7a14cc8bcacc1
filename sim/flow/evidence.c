/* evidence.c - reads records for the judges, and complains of those that contradict themselves: a
 * name that is not what the bytes say, a delivery of something that nobody sent. It judges no rule.
 */
#include "sim/flow/evidence.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void evidence_init(struct evidence *e, const struct flow *f, const struct secrets *secrets,
		   struct findings *findings)
{
	*e = (struct evidence){ .flow = f, .secrets = secrets, .findings = findings };
	for (size_t i = 0; i < f->actors_count; i++)
		keys_add(&e->actors, bytes_of_string(f->actors[i].name), NULL);
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

int evidence_secret(const struct evidence *e, const char *reference)
{
	for (size_t i = 0; e->secrets && reference && i < e->secrets->count; i++)
		if (strcmp(e->secrets->list[i].reference, reference) == 0)
			return (int)i;
	return -1;
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

/* The message or packet with this id, or NULL. */
static struct kept *kept_find(const struct evidence *e, uint64_t id)
{
	size_t low = 0, high = e->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (e->kept[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < e->count && e->kept[low].id == id ? &e->kept[low] : NULL;
}

/* Keep what was sent. Its bytes only when secrets can be looked for: nobody else reads them later.
 */
static void kept_add(struct evidence *e, bool hold)
{
	if (e->count == e->room) {
		e->room = e->room ? e->room * 2 : 256;
		e->kept = realloc(e->kept, e->room * sizeof *e->kept);
		assert(e->kept);
	}
	struct sight *s = &e->sight;
	s->kept = &e->kept[e->count++];
	*s->kept = (struct kept){ .id = s->record->id,
				  .from = s->actor,
				  .to = s->peer,
				  .channel = s->channel,
				  .type = s->type,
				  .redacted = s->redacted };
	if (hold && e->secrets)
		buffer_append(&s->kept->bytes, s->bytes);
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
	kept_add(e, true);
}

/* An acceptance without bytes of its own is the delivery of exactly what its number names. */
static void delivery_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	struct kept *k = r->number > 0 ? kept_find(e, (uint64_t)r->number) : NULL;
	if (!k) {
		s->eventful = false;
		complain(e, VERDICT_VIOLATED, r, "accepts a message that nobody sent");
		return;
	}
	if (k->channel != s->channel || k->from != s->peer || k->to != s->actor) {
		s->eventful = false;
		complain(e, VERDICT_VIOLATED, r, "accepts a message that was sent elsewhere");
		return;
	}
	s->kept = k;
	s->type = k->type;
	s->redacted = k->redacted;
	s->bytes = bytes_of_buffer(&k->bytes);
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
	kept_add(e, strcmp(fate, "carried") == 0 || strcmp(fate, "duplicated") == 0);
}

static void arrival_see(struct evidence *e, const struct record *r)
{
	struct sight *s = &e->sight;
	if (r->bytes.size) {
		bytes_see(e, r);
		return;
	}
	for (size_t i = 0; i < r->parents_count && !s->kept; i++)
		s->kept = kept_find(e, r->parents[i]);
	if (s->kept)
		s->bytes = bytes_of_buffer(&s->kept->bytes);
	else
		complain(e, VERDICT_VIOLATED, r, "is the arrival of a packet that nobody sent");
}

/* Number of the end of (channel, tag) at actor; a new one is zero. */
static size_t end_of(struct evidence *e, int channel, uint32_t tag, int actor)
{
	struct {
		int32_t channel, actor;
		uint32_t tag;
	} key = { channel, actor, tag };
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
	size_t number = end_of(e, s->channel, r->tag, s->actor);
	bool opener = r->text && strcmp(r->text, "opener") == 0;
	e->ends[number] = (struct evidence_end){ .peer = s->peer, .opener = opener };
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
	size_t near = end_of(e, s->channel, r->tag, s->actor);
	size_t far = end_of(e, s->channel, r->tag, e->ends[near].peer);
	bool news = !e->ends[near].secured;
	e->ends[near].secured = true;
	if (!news || !e->ends[far].secured || e->ends[near].opener == e->ends[far].opener ||
	    e->ends[far].peer != s->actor)
		return;
	s->eventful = true;
	s->event = STEP_SECURED;
	s->from = e->ends[near].opener ? s->actor : e->ends[near].peer;
	s->to = e->ends[near].opener ? e->ends[near].peer : s->actor;
}

const struct sight *evidence_see(struct evidence *e, const struct record *r)
{
	e->sight = (struct sight){ .record = r,
				   .actor = number_of(&e->actors, r->actor),
				   .peer = number_of(&e->actors, r->peer),
				   .channel = number_of(&e->channels, r->channel),
				   .from = -1,
				   .to = -1 };
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

static void kept_let_go(struct kept *k)
{
	buffer_cleanse(&k->bytes);
	tail_fini(&k->end);
}

void evidence_release(struct evidence *e)
{
	enum record_kind kind = e->sight.record->kind;
	if (e->sight.kept && (kind == RECORD_ACCEPTED || kind == RECORD_ARRIVAL))
		kept_let_go(e->sight.kept);
}

void evidence_fini(struct evidence *e)
{
	for (size_t i = 0; i < e->count; i++) {
		kept_let_go(&e->kept[i]);
		hits_fini(&e->kept[i].hits);
	}
	free(e->kept);
	free(e->ends);
	keys_fini(&e->actors);
	keys_fini(&e->channels);
	keys_fini(&e->ends_keys);
	buffer_cleanse(&e->filled);
	memset(e, 0, sizeof *e);
}
