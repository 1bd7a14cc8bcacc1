/* minimise.c - replays a scenario with ever fewer acts; see minimise.h. */
#include "tools/actflow/minimise.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/actflow/acts.h"
#include "tools/actflow/bundle.h"
#include "tools/actflow/cell.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/observe.h"
#include "tools/actflow/output.h"
#include "tools/actflow/replay.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"
#include "tools/actflow/why.h"

struct minimise {
	const struct options *o;
	const struct found *file;
	struct scenario scenario;
	uint64_t seed;
	struct finding finding; /* that is to remain */
	struct acts acts;
	bool kept[ACTS_MAX];
	size_t replays;
	char *written;  /* owned; NULL: nothing */
	struct why why; /* of the run with what is left */
	struct diags *d;
	enum err status;
};

/* -- playing -- */

/* The first violation that is the one in question; where none is, any. */
static const struct finding *find(const struct checker *c, const struct finding *same)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].verdict == VERDICT_VIOLATED &&
		    (!same ||
		     (list[i].kind == same->kind && strcmp(list[i].subject, same->subject) == 0)))
			return &list[i];
	return NULL;
}

/* Play these acts; keep the finding that they come to. same: only the one in question. */
static bool comes_to_it(struct minimise *m, const bool *kept, const struct finding *same,
			struct finding *out)
{
	struct scenario *s = malloc(sizeof *s);
	struct checker *c = NULL;
	if (!s)
		abort();
	acts_reduce(&m->acts, kept, s);
	struct replay again = { .scenario = s, .seed = m->seed, .knocked = &m->o->knocked };
	enum err status = replay_judge(&again, &c, m->d);
	const struct finding *found = c ? find(c, same) : NULL;
	if (found)
		*out = *found;
	if (status != ERR_OK)
		m->status = status;
	m->replays++;
	checker_free(c);
	free(s);
	return found != NULL;
}

static bool still_does(void *context, const bool *kept)
{
	struct minimise *m = context;
	struct finding unused;
	return m->status == ERR_OK && comes_to_it(m, kept, &m->finding, &unused);
}

/* How what is left comes to it. */
static enum err ask_why(struct minimise *m, struct finding *last)
{
	struct scenario *s = malloc(sizeof *s);
	if (!s)
		abort();
	comes_to_it(m, m->kept, &m->finding, last);
	acts_reduce(&m->acts, m->kept, s);
	struct replay again = { .scenario = s, .seed = m->seed, .knocked = &m->o->knocked };
	m->why.finding = last;
	m->why.record = last->record;
	enum err status = last->record ? why_tell(&m->why, replay_again, &again, m->d) : ERR_OK;
	m->replays += last->record ? 2 : 0;
	free(s);
	return status;
}

/* -- writing -- */

static bool put_file(const char *path, struct bytes text)
{
	struct buffer beside = { 0 };
	text_printf(&beside, "%s.%ld", path, (long)getpid());
	FILE *file = fopen(text_string(&beside), "wb");
	bool whole = file && fwrite(text.data, 1, text.size, file) == text.size;
	whole = file && fclose(file) == 0 && whole;
	whole = whole && rename(text_string(&beside), path) == 0;
	if (file && !whole) {
		int number = errno;
		unlink(text_string(&beside));
		errno = number;
	}
	buffer_fini(&beside);
	return whole;
}

static int by_first_fall(const void *left, const void *right)
{
	const struct asked *a = left, *b = right;
	return (a->fell > b->fell) - (a->fell < b->fell);
}

/* The checks that refuse in what is left, for a file must name them: the last line of its
 * expectations, which stand last. */
static enum err add_refusals(struct minimise *m, struct buffer *out)
{
	struct scenario *s = malloc(sizeof *s);
	struct facts f = { 0 };
	if (!s)
		abort();
	acts_reduce(&m->acts, m->kept, s);
	s->seed = m->seed;
	const struct playing p = { m->file, s, m->d };
	enum err status = cell_play(&p, &m->o->knocked, &f);
	size_t named = 0;
	if (f.checks_count > 0)
		qsort(f.checks, f.checks_count, sizeof *f.checks, by_first_fall);
	for (size_t i = 0; i < f.checks_count && named < SCENARIO_BY_MAX; i++)
		if (f.checks[i].fell > 0) /* else it was only let pass */
			text_printf(out, "%s%s", named++ > 0 ? ", " : "  by: [", f.checks[i].id);
	text_add(out, named > 0 ? "]\n" : "");
	m->replays++;
	facts_fini(&f);
	free(s);
	return status;
}

static enum err write_out(struct minimise *m)
{
	struct buffer text = { 0 };
	struct plan_left left = acts_left(&m->acts, m->kept);
	if (!m->o->out)
		return ERR_OK;
	m->written = paths_join(m->o->out, "minimal.yaml");
	text_add(&text, "# What is left of ");
	text_safe(&text, m->file->label);
	text_printf(&text, " when all goes without which it still comes to\n# %s: %s.\n",
		    finding_name(m->finding.kind), m->finding.subject);
	if (m->o->knocked.count > 0)
		text_add(&text, "# Only without checks:");
	for (size_t i = 0; i < m->o->knocked.count; i++)
		text_printf(&text, " --knockout %s", m->o->knocked.ids[i]);
	text_add(&text, m->o->knocked.count > 0 ? "\n" : "");
	enum err status =
		scenario_format_reduced(&m->scenario, m->file->case_index, &left, &text, m->d);
	if (status == ERR_OK)
		status = add_refusals(m, &text);
	if (status == ERR_OK &&
	    (!bundle_make_folder(m->o->out) || !put_file(m->written, bytes_of_buffer(&text)))) {
		diag_add(m->d, m->written, 0, 0, "cannot be written: %s", strerror(errno));
		status = ERR_WRITE;
	}
	buffer_fini(&text);
	return status;
}

/* -- telling -- */

static void say_text(struct minimise *m, struct buffer *out)
{
	size_t left = acts_kept(&m->acts, m->kept);
	struct telling_page how = { .width = output_width(),
				    .indent = 2,
				    .colour = output_colour(m->o->no_color),
				    .numbered = true,
				    .last = true,
				    .most = m->o->verbose ? 0 : WHY_SHORT,
				    .rest = "-v tells all" };
	text_safe(out, m->file->label);
	text_printf(out, " \u00b7 seed %" PRIu64 "\n", m->seed);
	text_add(out, "finding      ");
	finding_words(&m->finding, out);
	text_printf(out, "\nminimal      %zu of %zu act%s, found with %zu replays\n", left,
		    m->acts.count, m->acts.count == 1 ? "" : "s", m->replays);
	if (left == 0)
		text_add(out, "  none: it comes to this without any\n");
	for (size_t i = 0; i < m->acts.count; i++) {
		if (!m->kept[i])
			continue;
		text_add(out, "  ");
		text_safe(out, m->scenario.file);
		text_printf(out, ":%d:%d: ", m->acts.list[i].place.line,
			    m->acts.list[i].place.column);
		acts_words(&m->acts, i, out);
		text_add(out, "\n");
	}
	if (m->why.record > 0) {
		text_add(out, "because      ");
		why_words(&m->why, out);
		text_add(out, "\n");
		telling_draw(&m->why.steps, &how, out);
	}
	if (!m->written)
		return;
	text_add(out, "written      ");
	text_safe(out, m->written);
	text_add(out, "\n");
}

static void say_acts(struct minimise *m, const char *key, bool kept, struct json *j)
{
	json_begin(j, key, '[');
	for (size_t i = 0; i < m->acts.count; i++) {
		struct buffer words = { 0 };
		if (m->kept[i] != kept)
			continue;
		acts_words(&m->acts, i, &words);
		json_begin(j, NULL, '{');
		json_integer(j, "line", m->acts.list[i].place.line);
		json_integer(j, "column", m->acts.list[i].place.column);
		json_string(j, "act", text_string(&words));
		json_end(j, '}');
		buffer_fini(&words);
	}
	json_end(j, ']');
}

static void say_json(struct minimise *m, struct buffer *out)
{
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	json_string(&j, "file", m->file->file);
	json_string(&j, "case", m->file->case_name);
	json_unsigned(&j, "seed", m->seed);
	json_begin(&j, "finding", '{');
	json_string(&j, "kind", finding_name(m->finding.kind));
	json_string(&j, "subject", m->finding.subject);
	json_string(&j, "text", m->finding.text);
	json_end(&j, '}');
	json_unsigned(&j, "replays", m->replays);
	say_acts(m, "left", true, &j);
	say_acts(m, "removed", false, &j);
	telling_json(&m->why.steps, "why", &j);
	json_string(&j, "written", m->written);
	json_end(&j, '}');
	text_add(out, "\n");
}

static enum err minimise(struct minimise *m)
{
	struct buffer out = { 0 };
	struct finding last = { 0 };
	m->status = chosen_read(m->file, &m->scenario, m->d);
	if (m->status != ERR_OK)
		return m->status;
	m->seed = m->o->has_seed ? m->o->seed : m->scenario.seed;
	m->scenario.seed = m->seed; /* what is written comes to it by itself */
	acts_of(&m->scenario, &m->acts);
	memset(m->kept, true, sizeof m->kept);
	if (!comes_to_it(m, m->kept, NULL, &m->finding)) {
		diag_add(
			m->d, m->file->label, 0, 0,
			"--minimise: expected a run whose verdict is violated, actual another one");
		return m->status == ERR_OK ? ERR_NOTHING : m->status;
	}
	ddmin(m->kept, m->acts.count, still_does, m);
	if (m->status == ERR_OK)
		m->status = ask_why(m, &last);
	if (m->status == ERR_OK)
		m->status = write_out(m);
	if (m->status != ERR_OK)
		return m->status;
	if (m->o->json)
		say_json(m, &out);
	else
		say_text(m, &out);
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	return ERR_OK;
}

enum err minimise_run(const struct options *o, const struct founds *f, struct diags *d)
{
	if (f->count != 1) {
		diag_add(
			d, "actflow run", 0, 0,
			"--minimise: expected one scenario, or one case of it (--case), actual %zu",
			f->count);
		return ERR_INPUT;
	}
	struct minimise *m = calloc(1, sizeof *m);
	if (!m)
		abort();
	m->o = o;
	m->file = &f->list[0];
	m->d = d;
	enum err status = minimise(m);
	telling_fini(&m->why.steps);
	scenario_fini(&m->scenario);
	free(m->written);
	free(m);
	return status;
}
