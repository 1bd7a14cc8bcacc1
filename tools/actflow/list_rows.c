/* list_rows.c - `actflow list --rows`: plays scenarios and says which rows of the tables they take.
 */
#include "tools/actflow/list_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "sim/world/world.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/coverage.h"
#include "tools/actflow/json.h"
#include "tools/actflow/list_play.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/supervise.h"
#include "tools/actflow/text.h"

struct survey {
	const struct options *o;
	struct founds found;
	struct coverage rows;
	size_t played; /* scenarios that ran to their end */
	enum err status;
	struct diags d;
};

/* -- playing, in a worker -- */

static enum err play(const struct found *file, struct coverage *rows, struct diags *d)
{
	struct scenario *s = calloc(1, sizeof *s);
	struct secrets secrets = { 0 };
	struct world_report report = { 0 };
	if (!s)
		abort();
	enum err status = chosen_read(file, s, d);
	if (status == ERR_OK) {
		struct trace *trace = trace_new(NULL);
		struct world_setup setup = { .seed = s->seed,
					     .roster = &dynamics_roster,
					     .trace = trace,
					     .secrets = &secrets };
		trace_sink(trace, coverage_feed, rows);
		status = world_run(s, &setup, &report, d);
		trace_free(trace);
	}
	secrets_fini(&secrets);
	scenario_fini(s);
	free(s);
	return status;
}

/* An answer is a status and then counts, or messages when it is not ERR_OK. */
static void work(void *context, size_t job, struct buffer *result)
{
	const struct survey *v = context;
	struct coverage rows;
	struct diags d = { 0 };
	coverage_init(&rows, &dynamics_roster);
	enum err status = play(&v->found.list[job], &rows, &d);
	buffer_append_u8(result, (uint8_t)status);
	if (status == ERR_OK)
		coverage_pack(&rows, result);
	else
		messages_print(&d, result);
	coverage_fini(&rows);
	diag_fini(&d);
}

/* -- gathering -- */

static void lost(struct survey *v, const struct supervised *s)
{
	v->status = list_lost(v->o, &v->found.list[s->job], s, v->status, &v->d);
}

static void done(void *context, const struct supervised *s)
{
	struct survey *v = context;
	struct bytes answer = s->result;
	if (s->how == SUPERVISED_STOPPED)
		return;
	if (s->how != SUPERVISED_DONE || answer.size == 0) {
		lost(v, s);
		return;
	}
	enum err status = (enum err)answer.data[0];
	answer = bytes_of(answer.data + 1, answer.size - 1);
	if (status == ERR_OK && coverage_add(&v->rows, answer, s->job)) {
		v->played++;
	} else if (status == ERR_OK) {
		lost(v, s);
	} else {
		fwrite(answer.data, 1, answer.size, stderr);
		v->status = v->status == ERR_OK ? status : v->status;
	}
}

static enum err play_all(struct survey *v)
{
	struct supervise s = { .jobs = v->found.count, .work = work, .done = done, .context = v };
	enum err status = list_play(v->o, &s, &v->d);
	return status == ERR_OK ? v->status : status;
}

/* -- saying -- */

static void say_json(const struct survey *v, const struct coverage_row *row)
{
	struct buffer out = { 0 };
	struct json j = { .out = &out };
	json_begin(&j, NULL, '{');
	json_string(&j, "machine", row->machine->name);
	json_string(&j, "state", row->machine->states[row->state]);
	json_string(&j, "stimulus", row->machine->stimuli[row->row->on].name);
	json_string(&j, "to", row->machine->states[row_leads_to(row->row, row->state)]);
	json_string(&j, "story", row->row->story);
	json_string(&j, "source", row->row->source);
	json_unsigned(&j, "taken", row->taken);
	json_string(&j, "scenario", row->taken ? v->found.list[row->first].label : "");
	json_string(&j, "reason", row->reason);
	json_end(&j, '}');
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static void say_row(const struct survey *v, const struct coverage_row *row, struct buffer *out)
{
	const struct machine *m = row->machine;
	if (row->taken > 0)
		text_printf(out, "%7" PRIu64 "  ", row->taken);
	else
		text_add(out, "      -  ");
	text_printf(out, "%s, at \"%s\": %s [%s]\n", m->states[row->state],
		    m->stimuli[row->row->on].name, row->row->story, row->row->source);
	text_add(out, "           ");
	if (row->taken > 0)
		text_safe(out, v->found.list[row->first].label);
	else
		text_add(out, row->reason ? row->reason : "no reason");
	text_add(out, "\n");
}

/* The rows from `begin` on that are of one machine; returns where the next one's begin. */
static size_t say_machine(const struct survey *v, size_t begin)
{
	const struct coverage *c = &v->rows;
	struct buffer out = { 0 };
	size_t end = begin, taken = 0;
	for (; end < c->count && c->rows[end].machine == c->rows[begin].machine; end++)
		taken += c->rows[end].taken > 0;
	text_printf(&out, "%-28s %zu of %zu rows\n", c->rows[begin].machine->name, taken,
		    end - begin);
	for (size_t i = begin; i < end; i++)
		if (c->rows[i].taken == 0 || v->o->verbose)
			say_row(v, &c->rows[i], &out);
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	return end;
}

/* Whether every row has a scenario or a reason. */
static bool say(struct survey *v)
{
	const struct coverage *c = &v->rows;
	size_t taken = 0, reasons = 0;
	for (size_t i = 0; i < c->count; i++) {
		taken += c->rows[i].taken > 0;
		reasons += c->rows[i].reason != NULL;
		if (v->o->json)
			say_json(v, &c->rows[i]);
	}
	if (v->o->json)
		chosen_warn_thorough(&v->found, "actflow list");
	for (size_t i = 0; i < c->count && !v->o->json;)
		i = say_machine(v, i);
	if (!v->o->json) {
		struct buffer out = { 0 };
		text_printf(&out, "\n%zu of %zu rows are taken by %zu scenario%s; ", taken,
			    c->count, v->played, v->played == 1 ? "" : "s");
		text_printf(&out, "of the other %zu, %zu have a reason and %zu none",
			    c->count - taken, reasons, c->count - taken - reasons);
		chosen_say_thorough(&v->found, &out);
		text_add(&out, "\n");
		output_write(bytes_of_buffer(&out));
		buffer_fini(&out);
	}
	return taken + reasons == c->count;
}

static enum err survey(struct survey *v)
{
	enum err status = list_found(v->o, &v->found, &v->d);
	if (status == ERR_OK)
		status = play_all(v);
	if (status != ERR_OK)
		return status; /* what is missing may be why a row is not taken */
	coverage_reasons(&v->rows, &dynamics_roster, &v->d);
	bool whole = say(v);
	return whole && v->d.count == 0 ? ERR_OK : ERR_NOT_AS_EXPECTED;
}

enum err list_rows(const struct options *o)
{
	struct survey *v = calloc(1, sizeof *v);
	if (!v)
		abort();
	v->o = o;
	coverage_init(&v->rows, &dynamics_roster);
	enum err status = messages_end(&v->d, survey(v));
	founds_fini(&v->found);
	coverage_fini(&v->rows);
	free(v);
	return status;
}
