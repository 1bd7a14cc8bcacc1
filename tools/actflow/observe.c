/* observe.c - everything that a run or a recorded trace is looked at with, behind one sink. */
#include "tools/actflow/observe.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/story.h"
#include "tools/actflow/text.h"

void observation_init(struct observation *o, const struct flow *flow, size_t variant,
		      const struct secrets *secrets, bool verbose)
{
	*o = (struct observation){ .flow = flow,
				   .variant = variant,
				   .checker = checker_new(flow, variant, secrets),
				   .ladder = ladder_new(flow, variant, verbose),
				   .bytes = sizeof RECORD_MAGIC - 1 };
}

/* Text of a record, bounded and without control characters. */
static void keep(char *into, size_t room, const char *text)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	snprintf(into, room, "%s", text_string(&safe));
	buffer_fini(&safe);
}

static void keep_outcome(struct observation *o, const struct record *r)
{
	size_t i = 0;
	while (i < o->outcomes_count && strcmp(o->outcomes[i].actor, r->actor) != 0)
		i++;
	o->outcomes = list_grow(o->outcomes, i, &o->outcomes_room, sizeof *o->outcomes);
	if (i == o->outcomes_count)
		o->outcomes_count++;
	keep(o->outcomes[i].actor, sizeof o->outcomes[i].actor, r->actor);
	o->outcomes[i].result = r->number;
	o->outcomes[i].record = r->id;
}

void observation_fill(struct record *r)
{
	const char **texts[] = { &r->actor,   &r->peer,     &r->channel,    &r->message,
				 &r->machine, &r->stimulus, &r->state_from, &r->state_to,
				 &r->source,  &r->text,     &r->name,       &r->reference,
				 &r->file,    &r->flow,     &r->variant };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!*texts[i])
			*texts[i] = "";
}

static void keep_setting(struct observation *o, const struct record *r)
{
	if (strcmp(r->text, "weakened") != 0 || r->values_count == 0)
		return;
	struct buffer value = { 0 };
	buffer_append(&value, r->values[0].value);
	if (o->weakened.size > 0)
		text_add(&o->weakened, ", ");
	text_safe(&o->weakened, r->values[0].name);
	text_add(&o->weakened, "=");
	text_safe(&o->weakened, text_string(&value));
	buffer_fini(&value);
}

static bool is_tunnel(const struct flow *flow, const char *channel)
{
	int index = flow_channel_index(flow, channel);
	if (index < 0)
		return false;
	const struct flow_channel *c = &flow->channels[index];
	for (size_t i = 0; i < c->pipes_count; i++)
		if (c->pipes[i] == PIPE_DTLS)
			return true;
	return false;
}

static void count_packet(struct observation *o, const struct record *r)
{
	int wire = flow_channel_index(o->flow, r->channel);
	o->packets++;
	o->wire_bytes += r->bytes.size;
	o->lost += strcmp(r->text, "lost") == 0;
	if (wire < 0)
		return;
	o->wires[wire].packets++;
	o->wires[wire].harmed += strcmp(r->text, "lost") == 0 ||
				 strcmp(r->text, "duplicated") == 0 ||
				 strcmp(r->text, "too big for the wire") == 0;
}

/* Who listens attacks, too; who only works something out does not. */
static bool is_act(const struct record *r)
{
	return r->kind == RECORD_ACT &&
	       (act_was_done(r->name, r->text) || strcmp(r->name, act_name(ACT_CAPTURE)) == 0);
}

static void observe(struct observation *o, const struct record *r, struct bytes encoded)
{
	checker_feed(o->checker, r);
	int step = checker_step_of_last(o->checker);
	if (step >= 0 && checker_step_record(o->checker, (size_t)step) == r->id)
		o->step_at[step] = r->at_ns;
	refusals_feed(&o->refusals, r);
	postconditions_feed(&o->post, r);
	if (o->keeps_deeds)
		deeds_feed(&o->deeds, r);
	sights_feed(&o->sights, r);
	traffic_feed(&o->traffic, r);
	ladder_feed(o->ladder, r, step);
	story_feed(o->flow, r, &o->story);
	o->virtual_ns = r->at_ns;
	o->records++;
	o->bytes += 4 + encoded.size;
	o->steps += r->kind == RECORD_STEP;
	o->acts += r->kind == RECORD_CRASH || is_act(r);
	if (r->kind == RECORD_PACKET) {
		count_packet(o, r);
	} else if (r->kind == RECORD_OPEN) {
		o->tunnels += strcmp(r->text, "opener") == 0 && is_tunnel(o->flow, r->channel);
	} else if (r->kind == RECORD_OUTCOME) {
		keep_outcome(o, r);
	} else if (r->kind == RECORD_SETTING) {
		keep_setting(o, r);
	} else if (r->kind == RECORD_END) {
		keep(o->ended, sizeof o->ended, r->text);
	}
}

void observation_feed(void *context, const struct record *r, struct bytes encoded)
{
	struct record whole = *r;
	observation_fill(&whole);
	observe(context, &whole, encoded);
}

void observation_finish(struct observation *o, const uint8_t head[TRACE_HEAD_SIZE])
{
	checker_finish(o->checker);
	memcpy(o->head, head, sizeof o->head);
}

void observation_fini(struct observation *o)
{
	if (o->checker)
		checker_free(o->checker);
	ladder_free(o->ladder);
	refusals_fini(&o->refusals);
	postconditions_fini(&o->post);
	deeds_fini(&o->deeds);
	sights_fini(&o->sights);
	traffic_fini(&o->traffic);
	buffer_fini(&o->story);
	free(o->outcomes);
	buffer_fini(&o->weakened);
	*o = (struct observation){ 0 };
}

static const struct {
	const char *name, *meaning;
} findings[] = {
	[FINDING_ORDER] = { "order", "a step was seen before a step that the flow puts before it" },
	[FINDING_MISSING] = { "missing", "a step of the variant was not seen at all" },
	[FINDING_NEVER] = { "never", "a step was seen that the variant says never happens, "
				     "or that lies behind the one at which the run was to end" },
	[FINDING_ONCE] = { "once", "a step that may happen once was seen again" },
	[FINDING_WITHIN] = { "within", "two steps lie further apart than the flow allows" },
	[FINDING_CHANNEL] = { "channel", "a step's message was seen, but on another channel or "
					 "between other actors" },
	[FINDING_AGREE] = { "agree",
			    "an actor committed to values for which its peer has no run of "
			    "its own" },
	[FINDING_SECRET] = { "secret", "bytes that reached an actor outside the holders, or public "
				       "bytes, contain a secret or a form of it" },
	[FINDING_FRESH] = { "fresh",
			    "a value that must be new in each session was not drawn by its "
			    "actor, or was seen before" },
	[FINDING_FORWARD] = { "forward-secret",
			      "a fresh value follows from secrets that were handed over after its "
			      "session had erased what it came from" },
	[FINDING_ONE_TIME] = { "one-time",
			       "a key of a table that is written once, ever, was written "
			       "again" },
	[FINDING_EVIDENCE] = { "evidence", "the trace does not hold what is needed to judge, or "
					   "contradicts itself" },
};
_Static_assert(sizeof findings / sizeof *findings == FINDING_KINDS, "name every finding kind");

const char *finding_name(enum finding_kind kind)
{
	assert(kind < FINDING_KINDS);
	return findings[kind].name;
}

const char *finding_meaning(enum finding_kind kind)
{
	assert(kind < FINDING_KINDS);
	return findings[kind].meaning;
}

static bool begins_with(const char *text, const char *word, const char *ends)
{
	size_t size = strlen(word);
	return size > 0 && strncmp(text, word, size) == 0 && text[size] != '\0' &&
	       strchr(ends, text[size]) != NULL;
}

void finding_words(const struct finding *f, struct buffer *out)
{
	char record[40];
	const char *kind = finding_name(f->kind);
	snprintf(record, sizeof record, "record %" PRIu64, f->record);
	if (!begins_with(f->subject, kind, "("))
		text_printf(out, "%s: ", kind);
	if (!begins_with(f->text, f->subject, " :"))
		text_printf(out, "%s: ", f->subject);
	text_safe(out, f->text);
	const char *said = strstr(f->text, record);
	if (f->record > 0 && !(said && !isdigit((unsigned char)said[strlen(record)])))
		text_printf(out, " (%s)", record);
}
