/* report_json.c - one run or trace as a JSON object on one line, for programs. */
#include "tools/actflow/report.h"

#include <string.h>

#include "tools/actflow/json.h"
#include "tools/actflow/knows.h"
#include "tools/actflow/revealed.h"
#include "tools/actflow/text.h"

static void write_findings(struct json *j, const struct observation *o)
{
	const struct finding *list;
	size_t count = checker_findings(o->checker, &list);
	json_begin(j, "findings", '[');
	for (size_t i = 0; i < count; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "kind", finding_name(list[i].kind));
		json_string(j, "verdict", verdict_name(list[i].verdict));
		json_string(j, "subject", list[i].subject);
		json_unsigned(j, "record", list[i].record);
		json_string(j, "text", list[i].text);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void write_judged(struct json *j, const struct observation *o)
{
	const struct judged *list;
	size_t count = checker_judged(o->checker, &list);
	json_begin(j, "judged", '[');
	for (size_t i = 0; i < count; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "name", list[i].name);
		json_string(j, "verdict", verdict_name(list[i].verdict));
		json_string(j, "text", list[i].text);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void write_steps(struct json *j, const struct observation *o)
{
	json_begin(j, "steps", '[');
	for (size_t i = 0; i < o->flow->steps_count; i++) {
		uint64_t record = checker_step_record(o->checker, i);
		if (record == 0)
			continue;
		json_begin(j, NULL, '{');
		json_string(j, "id", o->flow->steps[i].id);
		json_integer(j, "at_ns", o->step_at[i]);
		json_unsigned(j, "record", record);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void write_outcome(struct json *j, const struct observation *o)
{
	json_begin(j, "outcome", '{');
	for (size_t i = 0; i < o->outcomes_count; i++)
		json_integer(j, o->outcomes[i].actor, o->outcomes[i].result);
	json_end(j, '}');
}

/* What a trace was to come to, as whoever checks it says. */
static void write_reaches(struct json *j, const struct options *o)
{
	json_begin(j, "reaches", '[');
	for (size_t i = 0; i < o->reaches_count; i++)
		json_string(j, NULL, o->reaches[i]);
	json_end(j, ']');
}

static void write_used(struct json *j, const struct report *r)
{
	const struct observation *o = r->seen;
	bool live = r->scenario && r->world;
	json_begin(j, "used", '{');
	json_unsigned(j, "steps", live ? r->world->steps : o->steps);
	json_unsigned(j, "packets", live ? r->world->packets : o->packets);
	json_unsigned(j, "bytes", live ? r->world->bytes : o->wire_bytes);
	json_integer(j, "virtual_ns", live ? r->world->virtual_ns : o->virtual_ns);
	json_end(j, '}');
	json_begin(j, "limits", '{');
	if (live) {
		json_integer(j, "steps", r->scenario->limits.steps);
		json_integer(j, "bytes", r->scenario->limits.bytes);
		json_integer(j, "virtual_ns", r->scenario->limits.virtual_ns);
	}
	json_end(j, '}');
	if (live && r->scenario->expect.amplified_count > 0) {
		struct buffer words = { 0 };
		traffic_tell(&o->traffic, &words);
		json_string(j, "amplified", text_string(&words));
		buffer_fini(&words);
	}
	json_string(j, "ended", o->ended);
}

void report_json_refused(const struct found *scenario, const char *result, const struct diags *d,
			 struct buffer *out)
{
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	json_string(&j, "file", scenario->file);
	json_string(&j, "case", scenario->case_name);
	json_string(&j, "result", result);
	json_diags(&j, d);
	json_end(&j, '}');
	text_add(out, "\n");
}

void report_json(const struct report *r, struct buffer *out)
{
	const struct observation *o = r->seen;
	struct json j = { .out = out };
	struct buffer head = { 0 };
	report_hex(o->head, TRACE_HEAD_SIZE, &head);
	json_begin(&j, NULL, '{');
	json_string(&j, "scenario", r->title);
	json_string(&j, "file", r->file);
	json_string(&j, "case", r->case_name);
	json_unsigned(&j, "seed", r->seed);
	json_string(&j, "variant", r->variant);
	json_string(&j, "verdict", verdict_name(checker_verdict(o->checker)));
	json_string(&j, "result", report_result(r));
	json_boolean(&j, "flow_matches", r->flow_matches);
	if (r->options)
		write_reaches(&j, r->options);
	json_diags(&j, r->differences);
	write_findings(&j, o);
	write_judged(&j, o);
	if (r->why)
		telling_json(&r->why->steps, "why", &j);
	if (r->knowledge)
		knows_json(o->flow, o->checker, &j);
	if (r->scenario) {
		revealed_json(r->scenario, o->checker, &j);
		guessed_json(r->scenario, r->guessing, &j);
	}
	write_steps(&j, o);
	write_outcome(&j, o);
	write_used(&j, r);
	json_integer(&j, "virtual_ns", o->virtual_ns);
	json_unsigned(&j, "records", o->records);
	json_unsigned(&j, "trace_bytes", o->bytes);
	json_string(&j, "head", text_string(&head));
	json_end(&j, '}');
	text_add(out, "\n");
	buffer_fini(&head);
}
