/* vectors_report.c - tells what came of a file of vectors: a line a group, and every failure. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/json.h"
#include "tools/actflow/text.h"
#include "tools/actflow/vectors.h"

enum { TYPE_WIDTH = 16, PARAMETERS_WIDTH = 40 };

void vectors_count_add(struct vectors_count *sum, const struct vectors_count *more)
{
	sum->tests += more->tests;
	sum->passed += more->passed;
	sum->acceptable += more->acceptable;
	sum->failed += more->failed;
	sum->skipped += more->skipped;
}

void vectors_result_fini(struct vectors_result *r)
{
	for (size_t i = 0; i < r->groups_count; i++) {
		free(r->groups[i].type);
		free(r->groups[i].parameters);
		free(r->groups[i].reason);
	}
	for (size_t i = 0; i < r->failures_count; i++) {
		free(r->failures[i].comment);
		free(r->failures[i].flags);
		free(r->failures[i].expected);
		free(r->failures[i].actual);
	}
	free(r->groups);
	free(r->failures);
	free(r->algorithm);
	*r = (struct vectors_result){ .file = r->file };
}

/* -- for people -- */

static void column(struct buffer *out, const char *text, size_t width)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	text_add(out, text_string(&safe));
	text_pad(out, text_width(text_string(&safe)), width);
	text_add(out, "  ");
	buffer_fini(&safe);
}

static void counts(struct buffer *out, const struct vectors_count *c)
{
	text_printf(out, "%6zu %7zu %11zu %7zu %8zu\n", c->tests, c->passed, c->acceptable,
		    c->failed, c->skipped);
}

static void group_row(struct buffer *out, size_t index, const struct vectors_group *g)
{
	text_printf(out, "%7zu  ", index);
	column(out, g->type, TYPE_WIDTH);
	column(out, g->parameters, PARAMETERS_WIDTH);
	counts(out, &g->count);
	if (!*g->reason)
		return;
	text_add(out, "         skipped: ");
	text_safe(out, g->reason);
	text_add(out, "\n");
}

static void failure(struct buffer *out, const struct vectors_failure *f)
{
	text_printf(out, "  failed: group %zu, tcId %" PRIu64 ", \"", f->group, f->id);
	text_safe(out, f->comment);
	text_add(out, "\", flags: ");
	text_safe(out, *f->flags ? f->flags : "none");
	text_add(out, "\n    expected ");
	text_safe(out, f->expected);
	text_add(out, "\n    actual   ");
	text_safe(out, f->actual);
	text_add(out, "\n");
}

void vectors_report_text(const struct vectors_result *r, struct buffer *out)
{
	text_safe(out, r->file);
	text_add(out, ": ");
	text_safe(out, r->algorithm);
	text_add(out, "\n  group  ");
	column(out, "type", TYPE_WIDTH);
	column(out, "curve or parameters", PARAMETERS_WIDTH);
	text_add(out, " tests  passed  acceptable  failed  skipped\n");
	for (size_t i = 0; i < r->groups_count; i++)
		group_row(out, i, &r->groups[i]);
	text_add(out, "         ");
	column(out, "all", TYPE_WIDTH);
	column(out, "", PARAMETERS_WIDTH);
	counts(out, &r->count);
	for (size_t i = 0; i < r->failures_count; i++)
		failure(out, &r->failures[i]);
}

/* -- for programs -- */

static void json_counts(struct json *j, const struct vectors_count *c)
{
	json_unsigned(j, "tests", c->tests);
	json_unsigned(j, "passed", c->passed);
	json_unsigned(j, "acceptable", c->acceptable);
	json_unsigned(j, "failed", c->failed);
	json_unsigned(j, "skipped", c->skipped);
}

static void json_groups(struct json *j, const struct vectors_result *r)
{
	json_begin(j, "groups", '[');
	for (size_t i = 0; i < r->groups_count; i++) {
		const struct vectors_group *g = &r->groups[i];
		json_begin(j, NULL, '{');
		json_unsigned(j, "group", i);
		json_string(j, "algorithm", r->algorithm);
		json_string(j, "type", g->type);
		json_string(j, "parameters", g->parameters);
		json_counts(j, &g->count);
		json_string(j, "reason", g->reason);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void json_failures(struct json *j, const struct vectors_result *r)
{
	json_begin(j, "failures", '[');
	for (size_t i = 0; i < r->failures_count; i++) {
		const struct vectors_failure *f = &r->failures[i];
		json_begin(j, NULL, '{');
		json_unsigned(j, "group", f->group);
		json_unsigned(j, "tcId", f->id);
		json_string(j, "comment", f->comment);
		json_string(j, "flags", f->flags);
		json_string(j, "expected", f->expected);
		json_string(j, "actual", f->actual);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static const char *result_name(enum err status)
{
	switch (status) {
	case ERR_OK:
		return "passed";
	case ERR_NOT_AS_EXPECTED:
		return "failed";
	case ERR_INCONCLUSIVE:
		return "skipped";
	default:
		return "refused";
	}
}

void vectors_report_json(const struct vectors_result *r, enum err status, const struct diags *d,
			 struct buffer *out)
{
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	json_string(&j, "file", r->file);
	json_string(&j, "result", result_name(status));
	if (status != ERR_INPUT) {
		json_string(&j, "algorithm", r->algorithm);
		json_counts(&j, &r->count);
		json_groups(&j, r);
		json_failures(&j, r);
	}
	json_diags(&j, d);
	json_end(&j, '}');
	text_add(out, "\n");
}
