/* record_line.c - one record of a trace as a line for people. */
#include <inttypes.h>
#include <stdio.h>

#include "tools/actflow/record_show.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

enum { ID_CELLS = 6, TIME_CELLS = 13, ACTOR_CELLS = 16, KIND_CELLS = 9, NS_PER_MS = 1000000 };

/* How a kind reads: what stands before its peer, what its number is. */
static const struct {
	const char *peer;
	const char *number; /* NULL: not shown; "T": a time; else the words before it */
	const char *unit;   /* behind the number */
} kinds[RECORD_KINDS] = {
	[RECORD_RUN] = { NULL, "begins at Unix time ", "" },
	[RECORD_ACTOR] = { "at", "incarnation ", "" },
	[RECORD_PACKET] = { ">", "T", "delivery" },
	[RECORD_ARRIVAL] = { "<", NULL, NULL },
	[RECORD_SENT] = { ">", NULL, NULL },
	[RECORD_ACCEPTED] = { "<", NULL, NULL },
	[RECORD_REJECTED] = { "<", NULL, NULL },
	[RECORD_TIMER] = { NULL, "T", "due" },
	[RECORD_PERSIST] = { NULL, "", " bytes" },
	[RECORD_OUTCOME] = { NULL, "result ", "" },
	[RECORD_LIMIT] = { NULL, "limit ", "" },
	[RECORD_DROP] = { NULL, "", " bytes" },
	[RECORD_CRASH] = { NULL, "T", "begins again at" },
	[RECORD_SECRETS] = { NULL, "", " entries" },
	[RECORD_END] = { NULL, "", " records before it" },
};

struct drawing {
	const struct record_view *view;
	struct buffer *out;
};

static void styled(struct drawing *d, const char *style, const char *text)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	text_style(d->out, d->view->colour, style, text_string(&safe));
	buffer_fini(&safe);
}

/* A word of the record behind a blank; nothing when it is empty. */
static void word(struct drawing *d, const char *style, const char *text)
{
	if (!*text)
		return;
	text_add(d->out, " ");
	styled(d, style, text);
}

static void cell(struct drawing *d, const char *style, const char *text, size_t width)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	text_style(d->out, d->view->colour, style, text_string(&safe));
	text_pad(d->out, text_width(text_string(&safe)), width);
	buffer_fini(&safe);
}

/* Milliseconds with all their decimals, so that a time can be asked for as it is shown. */
static void add_time(struct buffer *out, int64_t ns)
{
	text_printf(out, "%" PRId64 ".%06" PRId64, ns / NS_PER_MS, ns % NS_PER_MS);
}

static void draw_front(struct drawing *d)
{
	const struct record *r = d->view->record;
	struct buffer time = { 0 };
	char id[24];
	int size = snprintf(id, sizeof id, "%" PRIu64, r->id);
	add_time(&time, r->at_ns);
	text_pad(d->out, (size_t)size, ID_CELLS);
	text_style(d->out, d->view->colour, STYLE_FAINT, id);
	text_add(d->out, " ");
	text_pad(d->out, time.size, TIME_CELLS);
	text_add(d->out, text_string(&time));
	text_add(d->out, "  ");
	cell(d, "", r->actor, ACTOR_CELLS);
	text_add(d->out, " ");
	cell(d, STYLE_LINK, record_kind_name(r->kind), KIND_CELLS);
	buffer_fini(&time);
}

static void draw_way(struct drawing *d)
{
	const struct record *r = d->view->record;
	if (*r->peer) {
		const char *before = kinds[r->kind].peer;
		text_printf(d->out, " %s", before ? before : "with");
		word(d, "", r->peer);
	}
	if (*r->channel) {
		text_add(d->out, " on");
		word(d, "", r->channel);
		if (r->tag)
			text_printf(d->out, "#%" PRIu32, r->tag);
	}
}

static void draw_machine(struct drawing *d)
{
	const struct record *r = d->view->record;
	if (*r->machine) {
		text_add(d->out, " in");
		word(d, "", r->machine);
	}
	if (*r->stimulus) {
		text_add(d->out, " at \"");
		styled(d, "", r->stimulus);
		text_add(d->out, "\"");
	}
	if (*r->state_from || *r->state_to) {
		text_add(d->out, ": ");
		styled(d, "", r->state_from);
		text_add(d->out, " -> ");
		styled(d, "", r->state_to);
	}
}

static void draw_number(struct drawing *d)
{
	const struct record *r = d->view->record;
	const char *before = kinds[r->kind].number;
	if (!before)
		return;
	text_add(d->out, ", ");
	if (*before != 'T') {
		text_printf(d->out, "%s%" PRId64 "%s", before, r->number, kinds[r->kind].unit);
		return;
	}
	text_printf(d->out, "%s ", kinds[r->kind].unit);
	add_time(d->out, r->number);
}

static void draw_size(struct drawing *d)
{
	if (d->view->record->bytes.size > 0)
		text_printf(d->out, ", %zu bytes", d->view->record->bytes.size);
}

/* What was said, and behind what it was said. */
static void draw_text(struct drawing *d, size_t front)
{
	const char *text = d->view->record->text;
	if (*text && d->out->size > front)
		text_add(d->out, ":");
	word(d, "", text);
}

static void draw_run(struct drawing *d)
{
	const struct record *r = d->view->record;
	if (!*r->flow)
		return;
	text_add(d->out, ", flow");
	word(d, "", r->flow);
	text_add(d->out, ", variant");
	word(d, "", r->variant);
	text_printf(d->out, ", seed %" PRIu64, r->seed);
}

static void draw_checks(struct drawing *d)
{
	const struct record *r = d->view->record;
	for (size_t i = 0; i < r->checks_count; i++) {
		const struct record_check *c = &r->checks[i];
		word(d, c->holds ? STYLE_GOOD : STYLE_BAD, c->holds ? "✓" : "✗");
		word(d, c->holds ? "" : STYLE_BAD, c->id);
		if (c->let_pass)
			word(d, STYLE_BAD, "(let pass)");
	}
}

static void draw_value(struct drawing *d, const struct record_value *value)
{
	struct buffer text = { 0 };
	bool printable = true;
	for (size_t i = 0; i < value->value.size; i++)
		printable = printable && value->value.data[i] >= ' ' && value->value.data[i] <= '~';
	word(d, "", value->name);
	text_add(d->out, "=");
	if (printable)
		buffer_append(&text, value->value);
	else
		report_hex(value->value.data, value->value.size, &text);
	text_add(d->out, text_string(&text));
	buffer_fini(&text);
}

static void draw_rest(struct drawing *d)
{
	const struct record *r = d->view->record;
	text_add(d->out, " {");
	text_printf(d->out, "session %" PRIu64 ", parents", r->session);
	for (size_t i = 0; i < r->parents_count; i++)
		text_printf(d->out, " %" PRIu64, r->parents[i]);
	text_add(d->out, r->parents_count ? "" : " none");
	for (size_t i = 0; i < r->cuts_count; i++) {
		text_add(d->out, ", cut");
		word(d, "", r->cuts[i].reference);
		text_printf(d->out, " at %" PRIu32 "+%" PRIu32, r->cuts[i].offset, r->cuts[i].size);
	}
	if (*r->reference) {
		text_add(d->out, ", reference");
		word(d, "", r->reference);
	}
	if (r->kind == RECORD_ACCEPTED && r->number)
		text_printf(d->out, ", sent in %" PRId64, r->number);
	for (size_t i = 0; i < r->values_count; i++) {
		text_add(d->out, ",");
		draw_value(d, &r->values[i]);
	}
	text_add(d->out, "}");
}

void record_show_line(const struct record_view *v, struct buffer *out)
{
	const struct record *r = v->record;
	struct drawing d = { .view = v, .out = out };
	draw_front(&d);
	size_t front = out->size;
	word(&d, STYLE_STRONG, r->message);
	word(&d, STYLE_STRONG, r->name);
	draw_way(&d);
	draw_machine(&d);
	draw_text(&d, front);
	draw_run(&d);
	if (r->kind != RECORD_DROP) /* its number is that size */
		draw_size(&d);
	draw_number(&d);
	if (r->kind == RECORD_SETTING && r->values_count > 0 && !v->verbose)
		draw_value(&d, &r->values[0]);
	draw_checks(&d);
	if (*r->source) {
		text_add(out, " [");
		styled(&d, STYLE_FAINT, r->source);
		text_add(out, "]");
	}
	if (v->step && *v->step) {
		text_add(out, ", step");
		word(&d, STYLE_STRONG, v->step);
	}
	if (v->verbose)
		draw_rest(&d);
	text_add(out, "\n");
}
