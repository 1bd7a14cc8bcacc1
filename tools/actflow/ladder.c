/* ladder.c - from records to the rows of a ladder; ladder_draw.c draws them. */
#include "tools/actflow/ladder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/text.h"

bool ladder_carries(const struct flow *flow, const char *message)
{
	for (size_t i = 0; i < flow->channels_count; i++)
		for (size_t k = 0; k < flow->channels[i].rides_count; k++)
			if (strcmp(flow->channels[i].rides[k].message, message) == 0)
				return true;
	return false;
}

struct ladder *ladder_new(const struct flow *flow, size_t variant, bool verbose)
{
	struct ladder *l = calloc(1, sizeof *l);
	if (!l)
		abort();
	*l = (struct ladder){ .flow = flow, .variant = variant, .verbose = verbose };
	for (size_t i = 0; i <= flow->actors_count; i++)
		l->kinds[i] = (int)i;
	for (size_t i = 0; i < flow->actors_count; i++)
		l->actors[l->actors_count++] = flow->actors[i].name;
	l->actors[l->actors_count++] = "(unknown)";
	return l;
}

void ladder_free(struct ladder *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->count; i++) {
		free(l->rows[i].label);
		free(l->rows[i].decided);
		free(l->rows[i].note);
	}
	for (size_t i = l->flow->actors_count + 1; i < l->actors_count; i++)
		free((char *)l->actors[i]);
	free(l->rows);
	free(l);
}

/* Column of an actor on one of several devices; when there are too many, that of all others. */
static int column_of_instance(struct ladder *l, const char *name, int actor, uint32_t device)
{
	size_t others = l->flow->actors_count;
	for (size_t i = others + 1; i < l->actors_count; i++)
		if (l->kinds[i] == actor && l->devices[i] == device)
			return (int)i;
	if (l->actors_count == others + 1 + LADDER_INSTANCES_MAX) {
		l->actors[others] = "(others)";
		return (int)others;
	}
	size_t i = l->actors_count++;
	l->actors[i] = strdup(name);
	if (!l->actors[i])
		abort();
	l->kinds[i] = actor;
	l->devices[i] = device;
	return (int)i;
}

/* Column of a name; all names that are not in the flow share one. -1: no name. */
static int column(struct ladder *l, const char *name)
{
	uint32_t device = 0;
	if (!*name)
		return -1;
	int i = flow_instance_index(l->flow, name, &device);
	if (i >= 0 && device)
		return column_of_instance(l, name, i, device);
	return i >= 0 ? i : (int)l->flow->actors_count;
}

static struct ladder_row *push(struct ladder *l, struct ladder_row row)
{
	l->rows = list_grow(l->rows, l->count, &l->room, sizeof *l->rows);
	l->carried = 0;
	if (row.from >= 0)
		l->occurs[row.from] = true;
	if (row.to >= 0)
		l->occurs[row.to] = true;
	l->rows[l->count] = row;
	return &l->rows[l->count++];
}

/* A row for a record; the caller adds what it has to say. */
static struct ladder_row *begin(struct ladder *l, const struct record *r, enum ladder_mark mark,
				int step)
{
	bool between = mark == LADDER_MESSAGE || mark == LADDER_LOCAL || mark == LADDER_SECURED;
	return push(l, (struct ladder_row){ .at_ns = r->at_ns,
					    .record = r->id,
					    .carried = l->carried,
					    .mark = mark,
					    .from = column(l, r->actor),
					    .to = between ? column(l, r->peer) : -1,
					    .step = step });
}

static char *made(const char *format, const char *a, const char *b)
{
	struct buffer text = { 0 }, one = { 0 }, two = { 0 };
	text_safe(&one, a);
	text_safe(&two, b);
	for (; *format; format++) {
		if (*format == '1')
			text_add(&text, text_string(&one));
		else if (*format == '2')
			text_add(&text, text_string(&two));
		else
			buffer_append_u8(&text, (uint8_t)*format);
	}
	buffer_fini(&one);
	buffer_fini(&two);
	return (char *)text_string(&text);
}

static bool is_local(const struct ladder *l, const char *channel)
{
	int i = flow_channel_index(l->flow, channel);
	return i >= 0 && l->flow->channels[i].base == BASE_LOCAL;
}

/* A message that brings another channel's bytes, or an IP packet of a tunnel: nobody's own words.
 */
static bool only_carries(const struct ladder *l, const struct record *r)
{
	return !*r->message || ladder_carries(l->flow, r->message);
}

static void on_sent(struct ladder *l, const struct record *r, int step)
{
	bool carries = only_carries(l, r);
	l->relays += carries;
	if (!l->verbose && step < 0 && carries) {
		l->carried++;
		return;
	}
	enum ladder_mark mark = is_local(l, r->channel) ? LADDER_LOCAL : LADDER_MESSAGE;
	begin(l, r, mark, step)->label = made("1", *r->message ? r->message : "packet", "");
}

static void on_packet(struct ladder *l, const struct record *r, int step)
{
	l->packets++;
	l->lost += strcmp(r->text, "carried") != 0 && strcmp(r->text, "duplicated") != 0;
	if (!l->verbose && step < 0) {
		l->carried++;
		return;
	}
	struct ladder_row *row = begin(l, r, LADDER_MESSAGE, step);
	row->label = made("1", "packet", "");
	row->note = made("1: 2", r->channel, r->text);
}

static void on_accepted(struct ladder *l, const struct record *r, int step)
{
	if (step < 0 && only_carries(l, r)) {
		l->carrying[l->carrying_count++ % LADDER_RECENT] = r->id;
		return;
	}
	if (step >= 0 || l->verbose)
		begin(l, r, LADDER_POINT, step)->note = made("1 accepted", r->message, "");
}

/* Whether the step only passes on what is carried. */
static bool passes_on(const struct ladder *l, const struct record *r)
{
	for (size_t i = 0; i < r->parents_count; i++)
		for (size_t k = 0; k < LADDER_RECENT; k++)
			if (l->carrying[k] == r->parents[i])
				return true;
	return false;
}

/* The double arrow stands where the flow's step is satisfied, else where the second end is ready.
 */
static void on_secured(struct ladder *l, const struct record *r, int step)
{
	size_t i = 0;
	while (i < l->secured_count &&
	       (strcmp(l->secured[i].channel, r->channel) != 0 || l->secured[i].tag != r->tag))
		i++;
	bool first = i == l->secured_count;
	if (first && i < LADDER_PAIRS_MAX && strlen(r->channel) < sizeof l->secured[i].channel) {
		memcpy(l->secured[i].channel, r->channel, strlen(r->channel) + 1);
		l->secured[i].tag = r->tag;
		l->secured_count++;
	}
	bool drawn = i < l->secured_count && l->secured[i].drawn;
	if (step < 0 && (drawn || (first && i < l->secured_count)))
		return;
	struct ladder_row *row = begin(l, r, LADDER_SECURED, step);
	row->label = made("1", r->channel, "");
	row->note = made("1", r->text, "");
	if (i < l->secured_count)
		l->secured[i].drawn = true;
}

static void on_pipe(struct ladder *l, const struct record *r, int step)
{
	if (strcmp(r->name, "secured") == 0) {
		on_secured(l, r, step);
		return;
	}
	bool failed = strcmp(r->name, "failed") == 0;
	if (!failed && step < 0 && !l->verbose)
		return;
	struct ladder_row *row = begin(l, r, failed ? LADDER_REFUSED : LADDER_POINT, step);
	struct buffer what = { 0 };
	text_printf(&what, "%s %s", r->channel, r->name);
	row->note = made(*r->text ? "1: 2" : "1", text_string(&what), r->text);
	buffer_fini(&what);
}

/* The row that the record's cause already has, when it is the last one and at the same actor. */
static struct ladder_row *row_of_cause(struct ladder *l, const struct record *r)
{
	struct ladder_row *last = l->count > 0 ? &l->rows[l->count - 1] : NULL;
	if (!last || last->mark != LADDER_POINT || last->decided)
		return NULL;
	for (size_t i = 0; i < r->parents_count; i++)
		if (r->parents[i] == last->record)
			return last;
	return NULL;
}

/* The check to show: one that was let pass, else the last. NULL: there is none. */
static const struct record_check *deciding(const struct record *r)
{
	for (size_t i = 0; i < r->checks_count; i++)
		if (r->checks[i].let_pass && r->checks[r->checks_count - 1].holds)
			return &r->checks[i];
	return r->checks_count > 0 ? &r->checks[r->checks_count - 1] : NULL;
}

static void on_step(struct ladder *l, const struct record *r, int step)
{
	bool unexpected = !*r->source;
	if (!unexpected && r->checks_count == 0 && step < 0 && !l->verbose)
		return;
	const struct record_check *last = deciding(r);
	bool refused = unexpected || (last && !last->holds && !last->let_pass);
	if (!refused && !l->verbose && step < 0 && !(last && last->let_pass) && passes_on(l, r))
		return;
	struct ladder_row *row = refused ? NULL : row_of_cause(l, r);
	if (!row)
		row = begin(l, r, refused ? LADDER_REFUSED : LADDER_POINT, step);
	if (last) {
		row->decided = made("1", last->id, "");
		row->holds = last->holds;
		row->let_pass = last->let_pass;
		row->checks = r->checks_count;
	}
	if (unexpected)
		row->note = made("no row answers \"1\" in \"2\": the session is closed",
				 r->stimulus, r->state_from);
	else if (refused || (l->verbose && !row->note))
		row->note = made("2 1", r->text, r->source);
}

static void on_judged(struct ladder *l, const struct record *r, int step)
{
	bool holds = r->checks_count > 0 && r->checks[0].holds;
	if (holds && step < 0 && !l->verbose)
		return;
	bool let_pass = r->checks_count > 0 && r->checks[0].let_pass;
	struct ladder_row *row =
		begin(l, r, holds || let_pass ? LADDER_POINT : LADDER_REFUSED, step);
	row->holds = holds;
	row->let_pass = let_pass;
	row->checks = r->checks_count;
	row->decided = made("1", r->checks_count > 0 ? r->checks[0].id : "?", "");
	row->note = made("1: 2", r->channel, r->text);
}

/* Kinds that say one thing at one actor. */
static void on_other(struct ladder *l, const struct record *r, int step)
{
	struct buffer what = { 0 };
	switch (r->kind) {
	case RECORD_OUTCOME:
		text_printf(&what, "result %" PRId64 ": ", r->number);
		begin(l, r, LADDER_POINT, step)->note = made("12", text_string(&what), r->text);
		break;
	case RECORD_REJECTED:
		begin(l, r, LADDER_REFUSED, step)->note =
			made("not a message on 1: 2", r->channel, r->text);
		break;
	case RECORD_DROP:
		begin(l, r, LADDER_REFUSED, step)->note =
			made("dropped on 1: 2", r->channel, r->text);
		break;
	case RECORD_CRASH:
		begin(l, r, LADDER_REFUSED, step)->note = made("crashes (1)", r->text, "");
		break;
	case RECORD_ACT:
		text_printf(&what, "adversary: %s%s%s", r->name, *r->message ? " " : "",
			    r->message);
		begin(l, r, LADDER_POINT, step)->note =
			made(*r->actor ? "1: 2" : "1 on 2", text_string(&what),
			     *r->actor ? r->text : r->channel);
		break;
	case RECORD_LIMIT:
		begin(l, r, LADDER_REFUSED, step)->note = made("limit reached: 1", r->name, "");
		break;
	default:
		if (step >= 0 || l->verbose)
			begin(l, r, LADDER_POINT, step)->note = made(
				"1 2", record_kind_name(r->kind), *r->name ? r->name : r->text);
		break;
	}
	buffer_fini(&what);
}

void ladder_feed(struct ladder *l, const struct record *r, int step)
{
	switch (r->kind) {
	case RECORD_SENT:
		on_sent(l, r, step);
		break;
	case RECORD_PACKET:
		on_packet(l, r, step);
		break;
	case RECORD_ARRIVAL: /* told by its packet */
		break;
	case RECORD_PIPE:
		on_pipe(l, r, step);
		break;
	case RECORD_ACCEPTED:
		on_accepted(l, r, step);
		break;
	case RECORD_STEP:
		on_step(l, r, step);
		break;
	case RECORD_JUDGED:
		on_judged(l, r, step);
		break;
	case RECORD_RUN:
	case RECORD_SETTING:
	case RECORD_SECRETS:
	case RECORD_END:
		break;
	default:
		on_other(l, r, step);
		break;
	}
}
