/* tally_report.c - what is said about many runs of one scenario: for people, or as JSON. */
#include "tools/actflow/tally_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/actflow/json.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

enum { LABEL_WIDTH = 16, NUMBER_WIDTH = 12 };

static const struct {
	const char *words, *key;
} names[TALLY_SERIES] = {
	[TALLY_VIRTUAL_NS] = { "virtual time", "virtual_ns" },
	[TALLY_TUNNELS] = { "tunnel attempts", "tunnel_attempts" },
	[TALLY_LOST] = { "packets lost", "packets_lost" },
};
static const struct {
	const char *name;
	unsigned percent;
} marks[] = { { "min", 0 }, { "median", 50 }, { "p90", 90 }, { "p99", 99 }, { "max", 100 } };
enum { MARKS = sizeof marks / sizeof *marks };

/* -- for people -- */

static void label(const char *name, struct buffer *out)
{
	text_printf(out, "  %s", name);
	text_pad(out, text_width(name), LABEL_WIDTH);
}

static const char *style_of(enum err status)
{
	return status == ERR_OK ? STYLE_GOOD : status == ERR_INCONCLUSIVE ? STYLE_DOUBT : STYLE_BAD;
}

static void seeds_words(const struct tally_report *r, struct buffer *out)
{
	const struct options *o = r->options;
	uint64_t seeds = o->seeds_to - o->seeds_from + 1;
	if (o->has_seeds)
		text_printf(out, "%" PRIu64 " seed%s (%" PRIu64 "..%" PRIu64 ")", seeds,
			    seeds == 1 ? "" : "s", o->seeds_from, o->seeds_to);
	else if (r->tally->has_head)
		text_printf(out, "seed %" PRIu64, r->tally->head_seed);
	else
		text_add(out, "the file's own seed");
	if (o->repeat > 0)
		text_printf(out, ", %u repeat%s", o->repeat, o->repeat == 1 ? "" : "s");
}

static void draw_results(const struct tally_report *r, struct buffer *out)
{
	const struct tally *t = r->tally;
	struct buffer results = { 0 };
	text_printf(&results, "%zu as expected, %zu not, %zu inconclusive", t->as_expected, t->not,
		    t->inconclusive);
	if (t->unread > 0)
		text_printf(&results, ", %zu not readable", t->unread);
	text_safe(out, r->scenario->label);
	text_add(out, "  ");
	seeds_words(r, out);
	text_add(out, ": ");
	text_style(out, r->colour, style_of(t->status), text_string(&results));
	text_add(out, "\n");
	label("verdicts", out);
	for (size_t v = 0; v <= VERDICT_INCONCLUSIVE; v++)
		text_printf(out, "%s%zu %s", v ? ", " : "", t->verdicts[v],
			    verdict_name((enum verdict)v));
	text_add(out, "\n");
	buffer_fini(&results);
}

static void cell(const char *text, struct buffer *out)
{
	text_pad(out, text_width(text), NUMBER_WIDTH);
	text_add(out, text);
}

static void draw_spread(const struct tally *t, struct buffer *out)
{
	if (t->series[0].count == 0)
		return;
	label("", out);
	for (size_t m = 0; m < MARKS; m++)
		cell(marks[m].name, out);
	text_add(out, "\n");
	for (size_t i = 0; i < TALLY_SERIES; i++) {
		label(names[i].words, out);
		for (size_t m = 0; m < MARKS; m++) {
			struct buffer number = { 0 };
			int64_t value = series_at(&t->series[i], marks[m].percent);
			if (i == TALLY_VIRTUAL_NS)
				report_duration(value, &number);
			else
				text_printf(&number, "%" PRId64, value);
			cell(text_string(&number), out);
			buffer_fini(&number);
		}
		text_add(out, "\n");
	}
}

static void draw_head(const char *name, const uint8_t head[TRACE_HEAD_SIZE], struct buffer *out)
{
	label(name, out);
	report_hex(head, TRACE_HEAD_SIZE, out);
	text_add(out, "\n");
}

static void draw_heads(const struct tally_report *r, struct buffer *out)
{
	const struct tally *t = r->tally;
	struct buffer words = { 0 };
	if (r->options->repeat == 0)
		return;
	text_printf(&words, "%zu of %zu differ from the first of their seed", t->differing,
		    t->runs);
	label("chain heads", out);
	text_style(out, r->colour, t->differing ? STYLE_BAD : STYLE_GOOD, text_string(&words));
	text_add(out, "\n");
	buffer_fini(&words);
	if (t->differing > 0) {
		char name[48];
		label("differing", out);
		text_printf(out, "seed %" PRIu64 "\n", t->difference.seed);
		snprintf(name, sizeof name, "repeat %zu", t->difference.first_repeat);
		draw_head(name, t->difference.first, out);
		snprintf(name, sizeof name, "repeat %zu", t->difference.repeat);
		draw_head(name, t->difference.other, out);
	} else if (t->has_head && !r->options->has_seeds) {
		draw_head("chain head", t->head, out);
	}
}

/* Words of a run, each line set in. */
static void indented(struct bytes words, struct buffer *out)
{
	for (size_t i = 0; i < words.size; i++) {
		if (i == 0 || words.data[i - 1] == '\n')
			text_add(out, "    ");
		buffer_append_u8(out, words.data[i]);
	}
}

static void rerun(const struct tally_report *r, const struct failing *f, struct buffer *out)
{
	bool own = !r->options->has_seed && !r->options->has_seeds;
	struct again again = { own ? NULL : &f->seed, &r->options->knocked,
			       f->late ? r->options->deadline_s : 0 };
	report_rerun_run(r->scenario, &again, out);
}

static void draw_failing(const struct tally_report *r, struct buffer *out)
{
	const struct tally *t = r->tally;
	size_t shown = t->failing_count < TALLY_FAILING_MAX ? t->failing_count : TALLY_FAILING_MAX;
	for (size_t i = 0; i < shown; i++) {
		const struct failing *f = &t->failing[i];
		bool own = !r->options->has_seed && !r->options->has_seeds;
		text_add(out, "  ");
		text_style(out, r->colour, STYLE_BAD, f->result);
		if (!own)
			text_printf(out, "  seed %" PRIu64, f->seed);
		if (r->options->repeat > 0)
			text_printf(out, "  repeat %zu", f->repeat);
		text_add(out, "  run again: ");
		rerun(r, f, out);
		text_add(out, "\n");
		indented(bytes_of_buffer(&f->words), out);
	}
	if (t->failing_count > shown)
		text_printf(out, "  and %zu more\n", t->failing_count - shown);
}

void tally_text(const struct tally_report *r, struct buffer *out)
{
	draw_results(r, out);
	draw_spread(r->tally, out);
	draw_heads(r, out);
	draw_failing(r, out);
}

/* -- JSON -- */

static void write_series(struct json *j, const char *key, const struct series *s)
{
	struct bin bins[TALLY_BINS_MAX];
	size_t count = series_bins(s, bins);
	json_begin(j, key, '{');
	for (size_t m = 0; m < MARKS; m++)
		json_integer(j, marks[m].name, series_at(s, marks[m].percent));
	json_begin(j, "histogram", '[');
	for (size_t i = 0; i < count; i++) {
		json_begin(j, NULL, '{');
		json_integer(j, "from", bins[i].from);
		json_integer(j, "below", bins[i].from + bins[i].width);
		json_unsigned(j, "count", bins[i].count);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_end(j, '}');
}

static void write_head(struct json *j, const char *key, const uint8_t head[TRACE_HEAD_SIZE])
{
	struct buffer hex = { 0 };
	report_hex(head, TRACE_HEAD_SIZE, &hex);
	json_string(j, key, text_string(&hex));
	buffer_fini(&hex);
}

static void write_heads(struct json *j, const struct tally *t)
{
	json_unsigned(j, "differing_heads", t->differing);
	json_begin(j, "difference", '{');
	if (t->differing > 0) {
		json_unsigned(j, "seed", t->difference.seed);
		json_unsigned(j, "first_repeat", t->difference.first_repeat);
		write_head(j, "first_head", t->difference.first);
		json_unsigned(j, "repeat", t->difference.repeat);
		write_head(j, "head", t->difference.other);
	}
	json_end(j, '}');
	if (t->has_head)
		write_head(j, "last_head", t->head);
	else
		json_string(j, "last_head", "");
}

static void write_failing(struct json *j, const struct tally_report *r)
{
	const struct tally *t = r->tally;
	json_unsigned(j, "failing_count", t->failing_count);
	json_begin(j, "failing", '[');
	for (size_t i = 0; i < t->failing_count && i < TALLY_FAILING_MAX; i++) {
		const struct failing *f = &t->failing[i];
		struct buffer again = { 0 };
		rerun(r, f, &again);
		json_begin(j, NULL, '{');
		json_unsigned(j, "seed", f->seed);
		json_unsigned(j, "repeat", f->repeat);
		json_string(j, "result", f->result);
		json_string(j, "again", text_string(&again));
		json_end(j, '}');
		buffer_fini(&again);
	}
	json_end(j, ']');
}

static void write_counts(struct json *j, const struct tally_report *r)
{
	const struct tally *t = r->tally;
	uint64_t seeds =
		r->options->has_seeds ? r->options->seeds_to - r->options->seeds_from + 1 : 1;
	json_unsigned(j, "seeds", seeds);
	json_unsigned(j, "repeats", r->options->repeat > 0 ? r->options->repeat : 1);
	json_unsigned(j, "runs", t->runs);
	json_begin(j, "results", '{');
	json_unsigned(j, "as expected", t->as_expected);
	json_unsigned(j, "not as expected", t->not );
	json_unsigned(j, "inconclusive", t->inconclusive);
	json_unsigned(j, "refused", t->unread);
	json_end(j, '}');
	json_begin(j, "verdicts", '{');
	for (size_t v = 0; v <= VERDICT_INCONCLUSIVE; v++)
		json_unsigned(j, verdict_name((enum verdict)v), t->verdicts[v]);
	json_end(j, '}');
}

void tally_json(const struct tally_report *r, struct buffer *out)
{
	const struct tally *t = r->tally;
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	json_string(&j, "file", r->scenario->file);
	json_string(&j, "case", r->scenario->case_name);
	json_string(&j, "result",
		    t->status == ERR_OK             ? "as expected"
		    : t->status == ERR_INCONCLUSIVE ? "inconclusive"
		    : t->status == ERR_INPUT        ? "refused"
						    : "not as expected");
	write_counts(&j, r);
	for (size_t i = 0; i < TALLY_SERIES; i++)
		write_series(&j, names[i].key, &t->series[i]);
	write_heads(&j, t);
	write_failing(&j, r);
	json_end(&j, '}');
	text_add(out, "\n");
}
