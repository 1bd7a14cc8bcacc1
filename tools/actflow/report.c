/* report.c - the whole report on one run or trace, for people. */
#include "tools/actflow/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/knows.h"
#include "tools/actflow/revealed.h"
#include "tools/actflow/text.h"

enum { LABEL_WIDTH = 13, WORDS_MIN = 30 };

struct page {
	const struct report *r;
	size_t width;
	bool colour;
	struct buffer *out;
};

static const char *verdict_style(enum verdict v)
{
	return v == VERDICT_HOLDS ? STYLE_GOOD : v == VERDICT_VIOLATED ? STYLE_BAD : STYLE_DOUBT;
}

const char *report_result(const struct report *r)
{
	if (!r->scenario)
		return verdict_name(checker_verdict(r->seen->checker));
	return r->reason                       ? r->reason
	       : r->status == ERR_OK           ? "as expected"
	       : r->status == ERR_INCONCLUSIVE ? "inconclusive"
					       : "not as expected";
}

void report_duration(int64_t ns, struct buffer *out)
{
	if (ns < INT64_C(10) * 1000 * 1000 * 1000)
		text_printf(out, "%" PRId64 ".%" PRId64 " ms", ns / 1000000, ns / 100000 % 10);
	else
		text_printf(out, "%" PRId64 ".%" PRId64 " s", ns / 1000000000, ns / 100000000 % 10);
}

void report_hex(const uint8_t *bytes, size_t size, struct buffer *out)
{
	for (size_t i = 0; i < size; i++)
		text_printf(out, "%02x", bytes[i]);
}

static void size_words(int64_t bytes, struct buffer *out)
{
	if (bytes < 10 * 1024)
		text_printf(out, "%" PRId64 " bytes", bytes);
	else
		text_printf(out, "%" PRId64 " KiB", bytes / 1024);
}

/* Text in lines of the page's width, all but the first indented. */
static void wrapped(struct page *p, size_t indent, const char *style, const char *text)
{
	size_t room = p->width > indent + 20 ? p->width - indent : 20;
	for (bool first = true; *text; first = false) {
		size_t skip = 0, size = text_wrap(text, room, &skip);
		struct buffer piece = { 0 };
		buffer_append(&piece, bytes_of(text, size));
		text_pad(p->out, first ? indent : 0, indent);
		text_style(p->out, p->colour, style, text_string(&piece));
		text_add(p->out, "\n");
		buffer_fini(&piece);
		text += size + skip;
	}
}

static void label(struct page *p, const char *name)
{
	text_style(p->out, p->colour, STYLE_STRONG, name);
	text_pad(p->out, text_width(name), LABEL_WIDTH);
}

/* A line "label   text". */
static void entry(struct page *p, const char *name, const char *style, const char *text)
{
	label(p, name);
	if (*text)
		wrapped(p, LABEL_WIDTH, style, text);
	else
		text_add(p->out, "\n");
}

static void draw_title(struct page *p)
{
	struct buffer line = { 0 };
	text_safe(&line, p->r->title);
	wrapped(p, 0, STYLE_STRONG, text_string(&line));
	buffer_clear(&line);
	text_safe(&line, p->r->label);
	text_add(&line, " \u00b7 variant ");
	text_safe(&line, p->r->variant);
	text_printf(&line, " \u00b7 seed %" PRIu64, p->r->seed);
	wrapped(p, 0, STYLE_FAINT, text_string(&line));
	text_add(p->out, "\n");
	buffer_fini(&line);
}

/* Steps of the flow that no message can show. */
static void draw_not_simulated(struct page *p)
{
	const struct flow *flow = p->r->seen->flow;
	for (size_t i = 0; i < flow->steps_count; i++) {
		if (flow->steps[i].simulated)
			continue;
		struct buffer line = { 0 };
		text_printf(&line, "%s %s", flow->steps[i].id, flow->steps[i].text);
		entry(p, "not shown", STYLE_FAINT, text_string(&line));
		buffer_fini(&line);
	}
}

static void draw_judged(struct page *p)
{
	const struct judged *list;
	size_t count = checker_judged(p->r->seen->checker, &list), names = 0, verdicts = 0;
	for (size_t i = 0; i < count; i++) {
		size_t name = text_width(list[i].name),
		       verdict = strlen(verdict_name(list[i].verdict));
		names = name > names ? name : names;
		verdicts = verdict > verdicts ? verdict : verdicts;
	}
	text_style(p->out, p->colour, STYLE_STRONG, "judged");
	text_add(p->out, "\n");
	for (size_t i = 0; i < count; i++) {
		const char *verdict = verdict_name(list[i].verdict);
		text_printf(p->out, "  %s", list[i].name);
		text_pad(p->out, text_width(list[i].name), names + 2);
		text_style(p->out, p->colour, verdict_style(list[i].verdict), verdict);
		text_pad(p->out, strlen(verdict), verdicts + 2);
		size_t indent = 2 + names + 2 + verdicts + 2;
		if (indent + WORDS_MIN > p->width) { /* below, on a narrow page */
			indent = 4;
			text_add(p->out, "\n    ");
		}
		wrapped(p, indent, STYLE_FAINT, *list[i].text ? list[i].text : "-");
	}
	text_add(p->out, "\n");
}

static void draw_findings(struct page *p)
{
	const struct finding *list;
	size_t count = checker_findings(p->r->seen->checker, &list);
	for (size_t i = 0; i < count; i++) {
		struct buffer line = { 0 };
		finding_words(&list[i], &line);
		entry(p, "finding", verdict_style(list[i].verdict), text_string(&line));
		buffer_fini(&line);
	}
}

static void draw_flow(struct page *p)
{
	struct buffer line = { 0 };
	if (p->r->flow_matches)
		return;
	text_add(&line, "not the recorded one: ");
	text_safe(&line, p->r->seen->flow->file);
	entry(p, "flow", STYLE_BAD, text_string(&line));
	buffer_fini(&line);
}

/* A trace does not say how far its run was to come. */
static void draw_reach(struct page *p)
{
	const struct options *o = p->r->options;
	struct buffer line = { 0 };
	if (!o)
		return;
	for (size_t i = 0; i < o->reaches_count; i++) {
		if (i)
			text_add(&line, ", ");
		text_safe(&line, o->reaches[i]);
	}
	entry(p, "to end at", STYLE_FAINT,
	      o->reaches_count
		      ? text_string(&line)
		      : "not said, so judged by the flow's whole order; --reaches says it");
	buffer_fini(&line);
}

enum { OUTCOMES_EACH = 6, OUTCOMES_NAMED = 4 };

/* Whoever came to the same as the first-th, who is the first of them: "app@1, app@2 and 8 more 0".
 */
static void say_alike(const struct observation *o, size_t first, struct buffer *line)
{
	size_t count = 0;
	for (size_t i = 0; i < o->outcomes_count; i++) {
		if (o->outcomes[i].result != o->outcomes[first].result)
			continue;
		if (i < first)
			return;
		if (++count <= OUTCOMES_NAMED)
			text_printf(line, "%s%s", line->size > 0 ? ", " : "", o->outcomes[i].actor);
	}
	if (count > OUTCOMES_NAMED)
		text_printf(line, " and %zu more", count - OUTCOMES_NAMED);
	text_printf(line, " %" PRId64, o->outcomes[first].result);
}

static void say_outcomes(const struct observation *o, struct buffer *line)
{
	for (size_t i = 0; i < o->outcomes_count; i++)
		if (o->outcomes_count > OUTCOMES_EACH)
			say_alike(o, i, line);
		else
			text_printf(line, "%s%s %" PRId64, i ? ", " : "", o->outcomes[i].actor,
				    o->outcomes[i].result);
}

static void draw_verdict(struct page *p)
{
	enum verdict v = checker_verdict(p->r->seen->checker);
	struct buffer line = { 0 };
	text_add(&line, verdict_name(v));
	if (p->r->seen->weakened.size > 0)
		text_printf(&line, ", weakened by %s", text_string(&p->r->seen->weakened));
	if (!p->r->flow_matches)
		text_add(&line, ", by another flow than the one of the run");
	entry(p, "verdict", verdict_style(v), text_string(&line));
	buffer_clear(&line);
	const struct observation *o = p->r->seen;
	say_outcomes(o, &line);
	entry(p, "outcome", "", o->outcomes_count ? text_string(&line) : "none declared");
	buffer_fini(&line);
}

/* How the run came to what is found, in short. */
static void draw_why(struct page *p)
{
	const struct why *w = p->r->why;
	bool whole = p->r->seen->ladder->verbose;
	struct telling_page how = { .width = p->width,
				    .indent = 2,
				    .colour = p->colour,
				    .numbered = true,
				    .last = true,
				    .most = whole ? 0 : WHY_SHORT,
				    .rest = "-v tells all" };
	struct buffer line = { 0 };
	if (!w)
		return;
	why_words(w, &line);
	entry(p, "because", STYLE_BAD, text_string(&line));
	telling_draw(&w->steps, &how, p->out);
	buffer_fini(&line);
}

static void draw_result(struct page *p)
{
	const struct report *r = p->r;
	if (!r->scenario)
		return;
	entry(p, "result",
	      r->status == ERR_OK             ? STYLE_GOOD
	      : r->status == ERR_INCONCLUSIVE ? STYLE_DOUBT
					      : STYLE_BAD,
	      report_result(r));
	for (size_t i = 0; i < r->differences->count; i++) {
		const struct diag *d = &r->differences->list[i];
		struct buffer line = { 0 };
		text_safe(&line, d->file);
		if (d->line > 0)
			text_printf(&line, ":%d:%d", d->line, d->column);
		text_printf(&line, ": %s", d->text);
		entry(p, "", STYLE_BAD, text_string(&line));
		buffer_fini(&line);
	}
	if (*r->remark)
		entry(p, "", STYLE_DOUBT, r->remark);
}

static void limits(const struct report *r, struct buffer *out)
{
	const struct observation *o = r->seen;
	if (r->scenario && r->world) {
		text_printf(out, "%" PRIu64 " of %" PRId64 " steps, ", r->world->steps,
			    r->scenario->limits.steps);
		size_words((int64_t)r->world->bytes, out);
		text_add(out, " of ");
		size_words(r->scenario->limits.bytes, out);
		text_printf(out, " on the wires in %" PRIu64 " packets, ", r->world->packets);
		report_duration(r->world->virtual_ns, out);
		text_add(out, " of ");
		report_duration(r->scenario->limits.virtual_ns, out);
	} else {
		text_printf(out, "%" PRIu64 " steps, ", o->steps);
		size_words((int64_t)o->wire_bytes, out);
		text_printf(out, " on the wires in %" PRIu64 " packets, ", o->packets);
		report_duration(o->virtual_ns, out);
	}
	text_printf(out, " of virtual time; ended: %s", o->ended);
}

static void draw_end(struct page *p)
{
	struct buffer line = { 0 };
	limits(p->r, &line);
	entry(p, "used", "", text_string(&line));
	buffer_clear(&line);
	traffic_tell(&p->r->seen->traffic, &line);
	if (line.size > 0)
		entry(p, "amplified", "", text_string(&line));
	buffer_clear(&line);
	if (p->r->wall_ns > 0) {
		report_duration(p->r->wall_ns, &line);
		entry(p, "wall time", "", text_string(&line));
		buffer_clear(&line);
	}
	text_printf(&line, "%" PRIu64 " records, ", p->r->seen->records);
	size_words((int64_t)p->r->seen->bytes, &line);
	entry(p, "trace", "", text_string(&line));
	buffer_clear(&line);
	report_hex(p->r->seen->head, TRACE_HEAD_SIZE, &line);
	entry(p, "chain head", "", text_string(&line));
	buffer_clear(&line);
	text_printf(&line, "%" PRIu64, p->r->seed);
	entry(p, "seed", "", text_string(&line));
	buffer_clear(&line);
	/* On one line however long it is: it is there to be copied. */
	report_rerun(p->r, &line);
	label(p, "run again");
	text_printf(p->out, "%s\n", text_string(&line));
	buffer_fini(&line);
}

void report_text(const struct report *r, size_t width, bool colour, struct buffer *out)
{
	struct page p = { .r = r, .width = width, .colour = colour, .out = out };
	draw_title(&p);
	ladder_draw(r->seen->ladder, width, colour, out);
	text_add(out, "\n");
	draw_not_simulated(&p);
	text_add(out, "\n");
	draw_judged(&p);
	if (r->knowledge)
		knows_text(r->seen->flow, r->seen->checker, colour, out);
	if (r->scenario) {
		revealed_text(r->scenario, r->seen->checker, colour, out);
		guessed_text(r->scenario, r->guessing, out);
	}
	draw_findings(&p);
	draw_flow(&p);
	draw_reach(&p);
	draw_verdict(&p);
	draw_why(&p);
	draw_result(&p);
	draw_end(&p);
}
