/* matrix_report.c - what the matrix comes to, for people and for programs. */
#include <inttypes.h>
#include <string.h>

#include "actors/roster.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/json.h"
#include "tools/actflow/knocked.h"
#include "tools/actflow/matrix.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

static const struct {
	const char *name, *style, *summary;
} words[CHECK_OUTCOMES] = {
	[CHECK_EXPOSED] = { "exposed", STYLE_GOOD, "exposed" },
	[CHECK_TOGETHER] = { "exposed together", STYLE_GOOD, "exposed together with others" },
	[CHECK_SHADOWED] = { "shadowed", STYLE_DOUBT, "shadowed" },
	[CHECK_SURVIVED] = { "survived", STYLE_BAD, "survived" },
	[CHECK_BROKEN] = { "broken", STYLE_BAD, "broken" },
	[CHECK_NO_SCENARIO] = { "no scenario", STYLE_BAD, "false in no scenario" },
	[CHECK_UNKNOCKABLE] = { "not knockable", STYLE_FAINT, "not knockable" },
};
enum { OUTCOME_CELLS = 16 };

static const struct found *scenario_of(const struct matrix *m, const struct check_line *l)
{
	return &m->found.list[l->cell->scenario];
}

/* -- the table -- */

static void draw_divergence(const struct divergence *d, struct buffer *out)
{
	text_printf(out, "    record %" PRIu64 " at %" PRId64 " ms: ", d->record,
		    d->at_ns / 1000000);
	text_safe(out, d->words);
	if (strcmp(d->words, d->instead) != 0) {
		text_add(out, "; with it: ");
		text_safe(out, d->instead);
	}
	text_add(out, "\n");
}

/* "uem.a, uem.b and noc.c": the checks of the run that is told of, but for one. */
static size_t draw_others(const struct knocked *k, const char *check, struct buffer *out)
{
	size_t told = 0, all = k->count - 1;
	for (size_t i = 0; i < k->count; i++) {
		if (strcmp(k->ids[i], check) == 0)
			continue;
		text_add(out, told == 0 ? "" : told + 1 == all ? " and " : ", ");
		text_add(out, k->ids[i]);
		told++;
	}
	return told;
}

/* What refuses instead, and in the end. */
static void draw_shadow(const struct check_line *l, const struct knocked *k, const char *check,
			struct buffer *out)
{
	const char *last = l->cell->exposure.shadow;
	text_add(out, "    by ");
	size_t others = draw_others(k, check, out);
	if (*last) {
		text_printf(out, "%s%s", others > 0 ? "; without them, by " : "", last);
		text_add(out, knocked_why_not(&dynamics_roster, last)
				      ? ", which cannot be knocked out"
				      : "");
	} else {
		text_add(out, "; without all of them, nothing else changes");
	}
	text_add(out, "\n");
}

static void draw_together(const struct knocked *k, const char *check, struct buffer *out)
{
	bool own = strcmp(k->ids[0], check) == 0;
	text_add(out, "    together with ");
	size_t others = draw_others(k, check, out);
	if (own)
		text_add(out, others > 1 ? ", which refuse one after another where this one is out"
					 : ", which refuses where this one alone is knocked out");
	else
		text_add(out, others > 1
				      ? ": where only those are knocked out, this one refuses"
				      : ": where that one alone is knocked out, this one refuses");
	text_add(out, "\n");
}

/* "needs 1 of 3 acts: set mac at noc (:14:7)" */
static void draw_minimal(const struct minimal *m, struct buffer *out)
{
	if (m->acts == 0) {
		text_add(out, "    needs no adversary\n");
		return;
	}
	text_printf(out, "    needs %zu of %zu act%s", m->count, m->acts, m->acts == 1 ? "" : "s");
	for (size_t i = 0; i < m->count; i++) {
		text_add(out, i == 0 ? ": " : "; ");
		text_safe(out, m->list[i].words);
		text_printf(out, " (:%d:%d)", m->list[i].place.line, m->list[i].place.column);
	}
	text_add(out, "\n");
}

static void draw_line(const struct matrix *m, size_t check, size_t width, bool colour,
		      struct buffer *out)
{
	const struct check_line *l = &m->lines[check];
	const char *id = m->checks.list[check].id, *name = words[l->outcome].name;
	text_add(out, id);
	text_pad(out, strlen(id), width + 2);
	text_style(out, colour, words[l->outcome].style, name);
	text_pad(out, strlen(name), OUTCOME_CELLS + 2);
	if (l->cell && *l->cell->exposure.rule) {
		text_safe(out, l->cell->exposure.rule);
		text_add(out, "  ");
	}
	if (l->cell)
		text_safe(out, scenario_of(m, l)->label);
	else
		text_add(out, l->reason);
	text_add(out, "\n");
	if (!l->cell)
		return;
	const struct knocked k = matrix_knocked(m, check);
	if (l->outcome == CHECK_SHADOWED)
		draw_shadow(l, &k, id, out);
	if (l->outcome == CHECK_TOGETHER)
		draw_together(&k, id, out);
	if (l->outcome >= CHECK_TOGETHER)
		draw_minimal(&l->minimal, out);
	if (l->cell->divergence.record > 0) /* one that did not come back has none */
		draw_divergence(&l->cell->divergence, out);
}

static void draw_summary(const struct matrix *m, struct buffer *out)
{
	size_t counts[CHECK_OUTCOMES] = { 0 };
	for (size_t i = 0; i < m->checks.count; i++)
		counts[m->lines[i].outcome]++;
	text_printf(out, "\n%zu checks, %zu scenarios, %zu cells:", m->checks.count, m->found.count,
		    m->cells_count);
	const char *comma = " ";
	for (int i = CHECK_OUTCOMES - 1; i >= 0; i--) {
		if (i == CHECK_BROKEN && counts[i] == 0)
			continue;
		text_printf(out, "%s%zu %s", comma, counts[i], words[i].summary);
		comma = ", ";
	}
	chosen_say_thorough(&m->found, out);
	text_add(out, "\n");
}

void matrix_text(const struct matrix *m, bool colour, struct buffer *out)
{
	size_t width = 0;
	for (size_t i = 0; i < m->checks.count; i++)
		if (strlen(m->checks.list[i].id) > width)
			width = strlen(m->checks.list[i].id);
	for (size_t i = 0; i < m->checks.count; i++)
		draw_line(m, i, width, colour, out);
	draw_summary(m, out);
}

/* -- JSON -- */

static void write_minimal(const struct minimal *m, struct json *j)
{
	json_begin(j, "minimal", '{');
	json_unsigned(j, "acts", m->acts);
	json_unsigned(j, "replays", m->replays);
	json_begin(j, "needed", '[');
	for (size_t i = 0; i < m->count; i++) {
		json_begin(j, NULL, '{');
		json_integer(j, "line", m->list[i].place.line);
		json_integer(j, "column", m->list[i].place.column);
		json_string(j, "act", m->list[i].words);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_end(j, '}');
}

static void write_cell(const struct matrix *m, size_t check, struct json *j)
{
	const struct check_line *l = &m->lines[check];
	const struct cell *c = l->cell;
	const struct knocked k = matrix_knocked(m, check);
	struct buffer again = { 0 };
	report_rerun_run(scenario_of(m, l), &(struct again){ NULL, &k, 0 }, &again);
	json_string(j, "file", scenario_of(m, l)->file);
	json_string(j, "case", scenario_of(m, l)->case_name);
	json_string(j, "rule", c->exposure.rule);
	json_string(j, "text", c->exposure.text);
	json_unsigned(j, "found", c->exposure.record);
	json_string(j, "then", c->exposure.shadow);
	json_begin(j, "divergence", '{');
	json_unsigned(j, "record", c->divergence.record);
	json_unsigned(j, "with", c->divergence.with);
	json_integer(j, "at_ns", c->divergence.at_ns);
	json_string(j, "text", c->divergence.words);
	json_string(j, "instead_of", c->divergence.instead);
	json_end(j, '}');
	if (l->outcome >= CHECK_TOGETHER)
		write_minimal(&l->minimal, j);
	json_string(j, "again", text_string(&again));
	buffer_fini(&again);
}

static void write_line(const struct matrix *m, size_t check, struct buffer *out)
{
	const struct check_line *l = &m->lines[check];
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	json_string(&j, "check", m->checks.list[check].id);
	json_string(&j, "outcome", words[l->outcome].name);
	json_begin(&j, "others", '[');
	const struct knocked k = l->cell ? matrix_knocked(m, check) : (struct knocked){ 0 };
	for (size_t i = 0; i < k.count; i++)
		if (strcmp(k.ids[i], m->checks.list[check].id) != 0)
			json_string(&j, NULL, k.ids[i]);
	json_end(&j, ']');
	json_string(&j, "reason", l->reason);
	json_unsigned(&j, "false_in", l->false_in);
	json_begin(&j, "cells", '{');
	for (int i = CELL_EXPOSED; i >= CELL_BROKEN; i--)
		json_unsigned(&j, cell_outcome_name((enum cell_outcome)i), l->cells[i]);
	json_end(&j, '}');
	if (l->cell)
		write_cell(m, check, &j);
	json_end(&j, '}');
	text_add(out, "\n");
}

void matrix_json(const struct matrix *m, struct buffer *out)
{
	for (size_t i = 0; i < m->checks.count; i++)
		write_line(m, i, out);
}
