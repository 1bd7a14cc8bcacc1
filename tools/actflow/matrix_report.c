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
	[CHECK_TOGETHER] = { "exposed together", STYLE_GOOD, "exposed together with another" },
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

/* The checks that were knocked out in the run that is told of. */
static struct knocked knocked_of(const struct matrix *m, const struct check_line *l)
{
	struct knocked k = { .count = 1, .ids = { m->checks.list[l->cell->check].id } };
	if (l->cell->outcome == CELL_TOGETHER)
		k.ids[k.count++] = l->cell->shadow;
	return k;
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

static void draw_shadow(const struct check_line *l, struct buffer *out)
{
	const struct cell *c = l->cell;
	const char *how = strcmp(l->other, c->shadow) == 0
				  ? ", which refuses where this one alone is knocked out"
				  : ": where that one alone is knocked out, this one refuses";
	if (l->outcome == CHECK_TOGETHER)
		text_printf(out, "    together with %s%s\n", l->other, how);
	if (l->outcome != CHECK_SHADOWED)
		return;
	text_printf(out, "    by %s", l->other);
	if (knocked_why_not(&dynamics_roster, l->other))
		text_add(out, ", which cannot be knocked out\n");
	else if (*c->then)
		text_printf(out, "; without both, %s refuses\n", c->then);
	else
		text_add(out, "; without both, nothing else changes\n");
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
	draw_shadow(l, out);
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

static void write_cell(const struct matrix *m, const struct check_line *l, struct json *j)
{
	const struct cell *c = l->cell;
	const struct knocked k = knocked_of(m, l);
	struct buffer again = { 0 };
	report_rerun_run(scenario_of(m, l), &(struct again){ NULL, &k, 0 }, &again);
	json_string(j, "file", scenario_of(m, l)->file);
	json_string(j, "case", scenario_of(m, l)->case_name);
	json_string(j, "rule", c->exposure.rule);
	json_string(j, "text", c->exposure.text);
	json_unsigned(j, "found", c->exposure.record);
	json_string(j, "then", c->then);
	json_begin(j, "divergence", '{');
	json_unsigned(j, "record", c->divergence.record);
	json_unsigned(j, "with", c->divergence.with);
	json_integer(j, "at_ns", c->divergence.at_ns);
	json_string(j, "text", c->divergence.words);
	json_string(j, "instead_of", c->divergence.instead);
	json_end(j, '}');
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
	json_string(&j, "other", l->other);
	json_string(&j, "reason", l->reason);
	json_unsigned(&j, "false_in", l->false_in);
	json_begin(&j, "cells", '{');
	for (int i = CELL_EXPOSED; i >= CELL_BROKEN; i--)
		json_unsigned(&j, cell_outcome_name((enum cell_outcome)i), l->cells[i]);
	json_end(&j, '}');
	if (l->cell)
		write_cell(m, l, &j);
	json_end(&j, '}');
	text_add(out, "\n");
}

void matrix_json(const struct matrix *m, struct buffer *out)
{
	for (size_t i = 0; i < m->checks.count; i++)
		write_line(m, i, out);
}
