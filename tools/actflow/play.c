/* play.c - one scenario from its file to what is said about it. */
#include "tools/actflow/play.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/bundle.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/expect.h"
#include "tools/actflow/guessed.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/perform.h"
#include "tools/actflow/replay.h"
#include "tools/actflow/report.h"
#include "tools/actflow/revealed.h"
#include "tools/actflow/scan.h"
#include "tools/actflow/text.h"

enum { VERDICT_CELLS = 14, RESULT_CELLS = 17 };

/* One run under way. */
struct run {
	const struct play *p;
	struct answer *a;
	struct scenario scenario;
	uint64_t seed;
	struct bundle bundle;
	struct performance did;
	struct guessing guessing;
	struct diags errors, differences;
	struct buffer remark;
	const char *reason; /* why it is not as expected, when that has a word of its own */
	struct why why;     /* of a violated run that is told at length */
};

static enum err read_input(struct run *r)
{
	const struct options *o = r->p->options;
	enum err status = chosen_read(r->p->scenario, &r->scenario, &r->errors);
	if (status != ERR_OK)
		return status;
	if (o->update_golden && r->scenario.case_name) {
		diag_add(&r->errors, r->scenario.file, 0, 0,
			 "--update-golden writes the story of one run: expected a file that stands "
			 "for one, actual one with `for:`");
		return ERR_INPUT;
	}
	r->seed = o->has_seed ? o->seed : r->scenario.seed;
	if (!o->update_golden || r->seed == r->scenario.seed)
		return ERR_OK;
	diag_add(&r->errors, r->scenario.file, 0, 0,
		 "--update-golden writes the story of the file's own seed: expected %" PRIu64
		 ", actual %" PRIu64,
		 r->scenario.seed, r->seed);
	return ERR_INPUT;
}

static enum err perform_it(struct run *r)
{
	if (r->p->folder && bundle_open(&r->bundle, r->p->folder, &r->errors) != ERR_OK)
		return ERR_WRITE;
	const struct performing what = { .scenario = &r->scenario,
					 .seed = r->seed,
					 .knocked = &r->p->options->knocked,
					 .file = r->bundle.files[BUNDLE_TRACE].file,
					 .knowledge = r->p->options->knowledge,
					 .verbose = r->p->options->verbose };
	enum err status = perform(&what, &r->did, &r->errors);
	if (status == ERR_OK)
		guessed_try(&r->scenario, r->did.seen.checker, &r->guessing);
	return status;
}

/* The story that was seen becomes the expected one; not that of a run with another verdict. */
static enum err update_golden(struct run *r)
{
	enum verdict wanted = expect_verdict(&r->scenario);
	enum verdict actual = checker_verdict(r->did.seen.checker);
	if (actual != wanted) {
		text_printf(&r->remark,
			    "--update-golden writes no story of a run that is not as expected: "
			    "expected %s, actual %s; ",
			    verdict_name(wanted), verdict_name(actual));
		return ERR_NOT_AS_EXPECTED;
	}
	if (scenario_update_golden(&r->scenario, text_string(&r->did.seen.story), &r->errors) !=
	    ERR_OK)
		return ERR_WRITE;
	/* the story that the file now holds is the one that was seen */
	free(r->scenario.expect.trace);
	r->scenario.expect.trace = NULL;
	return ERR_OK;
}

/* What no scenario needs to say. */
static void compare_always(struct run *r)
{
	struct fallen *fallen = &r->did.seen.post.fallen;
	expect_completed(&r->scenario, r->did.seen.post.roster->completes, &r->did.seen, fallen);
	fallen_tell(fallen, r->scenario.file, &r->differences);
	if (fallen->count > 0 && !r->reason)
		r->reason = "post-condition";
}

static enum err compare(struct run *r)
{
	enum err updated = r->p->options->update_golden ? update_golden(r) : ERR_OK;
	if (updated == ERR_WRITE)
		return updated;
	enum err status =
		expect_compare(&r->scenario, r->seed, &r->did.seen, &r->differences, &r->remark);
	size_t before = r->differences.count;
	r->reason = refusals_compare(&r->scenario, &r->did.seen.refusals, &r->differences);
	bool delivered = revealed_compare(&r->scenario, r->did.seen.checker, &r->differences);
	delivered = guessed_compare(&r->scenario, &r->guessing, &r->differences) && delivered;
	sights_compare(&r->did.seen.sights, &r->differences);
	enum err again = r->scenario.expect.steps_unchanged
				 ? deeds_compare(&r->scenario, r->seed, &r->p->options->knocked,
						 &r->did.seen.deeds, &r->differences)
				 : ERR_OK;
	if (again != ERR_OK)
		return again;
	if (!expect_delivered(&r->scenario, &r->did.world, &r->did.seen, &r->differences) ||
	    !delivered)
		r->reason = "not-delivered";
	compare_always(r);
	if (r->differences.count > before)
		status = ERR_NOT_AS_EXPECTED;
	return updated == ERR_OK ? status : updated;
}

static struct report report_of(struct run *r, enum err status)
{
	return (struct report){ .seen = &r->did.seen,
				.title = r->scenario.title,
				.file = r->p->scenario->file,
				.case_name = r->scenario.case_name,
				.label = r->p->scenario->label,
				.variant = r->scenario.flow.variants[r->scenario.variant].name,
				.seed = r->seed,
				.knocked = &r->p->options->knocked,
				.status = status,
				.reason = r->reason,
				.differences = &r->differences,
				.remark = text_string(&r->remark),
				.scenario = &r->scenario,
				.world = &r->did.world,
				.guessing = &r->guessing,
				.knowledge = r->p->options->knowledge,
				.flow_matches = true,
				.wall_ns = r->p->timed ? r->did.wall_ns : 0,
				.why = r->why.record ? &r->why : NULL };
}

/* "scenarios/knox/next-app.yaml  holds  as expected  seed 7  3120.4 ms" */
static void write_line(struct run *r, const struct report *about)
{
	struct buffer *out = &r->a->out, name = { 0 };
	enum verdict v = checker_verdict(r->did.seen.checker);
	const char *result = report_result(about);
	text_safe(&name, about->label);
	text_add(out, text_string(&name));
	if (r->p->apart && text_width(text_string(&name)) > r->p->name_width)
		text_add(out, "\n  ");
	text_pad(out, text_width(text_string(&name)), r->p->name_width);
	text_add(out, "  "); /* also behind a name that is too long for the column */
	text_add(out, verdict_name(v));
	text_pad(out, strlen(verdict_name(v)), VERDICT_CELLS);
	text_style(out, r->p->colour,
		   about->status == ERR_OK             ? STYLE_GOOD
		   : about->status == ERR_INCONCLUSIVE ? STYLE_DOUBT
						       : STYLE_BAD,
		   result);
	text_pad(out, strlen(result), RESULT_CELLS);
	text_printf(out, "seed %" PRIu64 "  ", about->seed);
	report_duration(r->did.seen.virtual_ns, out);
	if (about->wall_ns > 0) {
		text_add(out, " in ");
		report_duration(about->wall_ns, out);
	}
	text_add(out, "\n");
	buffer_fini(&name);
}

static void write_again(struct run *r, const struct report *about)
{
	struct buffer *out = &r->a->again;
	messages_print(&r->differences, out);
	messages_findings(r->did.seen.checker, about->label, out);
	if (r->p->swept)
		return;
	text_add(out, "  run again: ");
	report_rerun(about, out);
	text_add(out, "\n");
}

static void write_answer(struct run *r, const struct report *about)
{
	if (r->p->options->json)
		report_json(about, &r->a->out);
	else if (r->p->whole)
		report_text(about, r->p->width, r->p->colour, &r->a->out);
	else
		write_line(r, about);
	if (r->p->whole && !r->p->options->json)
		guessed_times(&r->scenario, &r->guessing, &r->a->messages);
	if (r->p->options->json)
		messages_print(&r->differences, &r->a->messages);
	else if (!r->p->whole && about->status != ERR_OK)
		write_again(r, about);
}

/* Nothing that is printed or kept in run.txt may hold a secret; the value is never said. */
static enum err look_for_secrets(struct run *r, struct bytes text)
{
	const struct bytes all[] = { text, bytes_of_buffer(&r->a->out),
				     bytes_of_buffer(&r->a->messages),
				     bytes_of_buffer(&r->a->again),
				     bytes_of_buffer(&r->a->answers) };
	const char *class = scan_texts(&r->did.secrets, all, sizeof all / sizeof *all);
	if (!class)
		return ERR_OK;
	diag_add(&r->errors, r->p->scenario->label, 0, 0,
		 "bug: a secret of class %s would have been shown; nothing of this run is (seed "
		 "%" PRIu64 ", actflow %s)",
		 class, r->seed, ACTFLOW_VERSION);
	buffer_clear(&r->a->out);
	buffer_clear(&r->a->messages);
	buffer_clear(&r->a->again);
	buffer_clear(&r->a->answers);
	return ERR_BUG;
}

static void take_sample(const struct run *r, const struct report *about, struct sample *out)
{
	*out = (struct sample){ .judged = true,
				.verdict = checker_verdict(r->did.seen.checker),
				.seed = r->seed,
				.virtual_ns = r->did.seen.virtual_ns,
				.tunnels = r->did.seen.tunnels,
				.lost = r->did.seen.lost };
	snprintf(out->result, sizeof out->result, "%s", report_result(about));
	memcpy(out->head, r->did.seen.head, sizeof out->head);
}

/* How a violated run came to what is found in it: it is played again, for its records are gone. */
static enum err ask_why(struct run *r)
{
	struct replay again = { .scenario = &r->scenario,
				.seed = r->seed,
				.knocked = &r->p->options->knocked };
	bool told = r->p->whole || r->p->folder || r->p->options->json;
	r->why.finding = told ? why_finding(r->did.seen.checker) : NULL;
	if (!r->why.finding)
		return ERR_OK;
	r->why.record = r->why.finding->record;
	return why_tell(&r->why, replay_again, &again, &r->errors);
}

static enum err conclude(struct run *r, enum err status)
{
	struct report about = report_of(r, status);
	take_sample(r, &about, &r->a->sample);
	answers_pack(&r->did.seen.post.answers, &r->a->answers);
	struct buffer text = { 0 }, secrets = { 0 };
	write_answer(r, &about);
	if (r->bundle.folder) {
		about.wall_ns = 0; /* a run's files hold nothing but the run */
		report_text(&about, OUTPUT_WIDTH, false, &text);
	}
	enum err worse = look_for_secrets(r, bytes_of_buffer(&text));
	if (worse == ERR_OK && r->bundle.folder) {
		secrets_format(&r->did.secrets, &secrets);
		worse = bundle_finish(&r->bundle, !trace_failed(r->did.trace),
				      bytes_of_buffer(&secrets), bytes_of_buffer(&text),
				      &r->errors);
	}
	buffer_cleanse(&secrets);
	buffer_fini(&text);
	return worse == ERR_OK ? status : worse;
}

static void run_fini(struct run *r)
{
	bundle_fini(&r->bundle);
	telling_fini(&r->why.steps);
	performance_fini(&r->did);
	scenario_fini(&r->scenario);
	diag_fini(&r->errors);
	diag_fini(&r->differences);
	buffer_fini(&r->remark);
}

void play(const struct play *p, struct answer *a)
{
	struct run *r = calloc(1, sizeof *r);
	if (!r)
		abort();
	r->p = p;
	r->a = a;
	enum err status = read_input(r);
	if (status == ERR_OK)
		status = perform_it(r);
	if (status == ERR_OK) {
		status = compare(r);
		enum err asked = status == ERR_WRITE ? status : ask_why(r);
		status = asked == ERR_OK ? conclude(r, status) : asked;
	}
	if (p->options->json && (status == ERR_INPUT || status == ERR_WRITE) && a->out.size == 0)
		report_json_refused(p->scenario, status == ERR_INPUT ? "refused" : "not written",
				    &r->errors, &a->out);
	messages_print(&r->errors, &a->messages);
	a->status = status;
	run_fini(r);
	free(r);
}

void answer_fini(struct answer *a)
{
	buffer_fini(&a->out);
	buffer_fini(&a->messages);
	buffer_fini(&a->again);
	buffer_fini(&a->answers);
	*a = (struct answer){ 0 };
}

static void pack(struct buffer *out, const struct buffer *part)
{
	buffer_append_u32(out, (uint32_t)part->size);
	buffer_append(out, bytes_of_buffer(part));
}

void answer_pack(const struct answer *a, struct buffer *out)
{
	buffer_append_u8(out, (uint8_t)a->status);
	buffer_append(out, bytes_of(&a->sample, sizeof a->sample));
	pack(out, &a->out);
	pack(out, &a->messages);
	pack(out, &a->again);
	pack(out, &a->answers);
}

static bool unpack(struct bytes *in, struct buffer *part)
{
	if (in->size < 4 || read_u32(in->data) > in->size - 4)
		return false;
	size_t size = read_u32(in->data);
	buffer_append(part, bytes_of(in->data + 4, size));
	*in = bytes_of(in->data + 4 + size, in->size - 4 - size);
	return true;
}

bool answer_unpack(struct bytes packed, struct answer *a)
{
	size_t begins = 1 + sizeof a->sample;
	if (packed.size < begins)
		return false;
	a->status = (enum err)packed.data[0];
	memcpy(&a->sample, packed.data + 1, sizeof a->sample);
	struct bytes in = bytes_of(packed.data + begins, packed.size - begins);
	return unpack(&in, &a->out) && unpack(&in, &a->messages) && unpack(&in, &a->again) &&
	       unpack(&in, &a->answers) && in.size == 0;
}
