/* list_attacks.c - plays what shows a case of the catalogue and says what came of it. */
#include "tools/actflow/list_attacks.h"

#include <stdlib.h>
#include <string.h>

#include "tools/actflow/attacks.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/json.h"
#include "tools/actflow/list_play.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/play.h"
#include "tools/actflow/supervise.h"
#include "tools/actflow/text.h"

/* A run that shows a case. */
struct showing {
	const struct attack *attack;
	size_t run; /* index into survey.found */
};
struct outcome {
	struct buffer checks; /* expect.by, as text */
	char result[sizeof((struct sample *)0)->result];
	enum verdict verdict;
	bool judged, as_expected;
};
struct survey {
	const struct options *o;
	struct founds found; /* only those that name a case */
	struct outcome *outcomes;
	struct showing *shown;
	size_t shown_count;
	enum err status;
	struct diags d;
};

/* -- which scenarios -- */

static void show_one(struct survey *v, const char *id)
{
	const struct attack *attack = attack_find(id);
	if (!attack)
		return; /* chosen_read has said so */
	v->shown = reallocarray(v->shown, v->shown_count + 1, sizeof *v->shown);
	if (!v->shown)
		abort();
	v->shown[v->shown_count++] = (struct showing){ .attack = attack, .run = v->found.count };
}

static void checks_of(const struct scenario *s, struct buffer *out)
{
	for (size_t i = 0; i < s->expect.by_count; i++)
		text_printf(out, "%s%s", i > 0 ? ", " : "", s->expect.by[i].check);
}

/* Keep a run that names a case; its label and names are the list's then. */
static void keep(struct survey *v, struct found *f, const struct scenario *s)
{
	struct founds *kept = &v->found;
	for (size_t i = 0; i < s->attacks_count; i++)
		show_one(v, s->attacks[i].id);
	kept->list = reallocarray(kept->list, kept->count + 1, sizeof *kept->list);
	v->outcomes = reallocarray(v->outcomes, kept->count + 1, sizeof *v->outcomes);
	if (!kept->list || !v->outcomes)
		abort();
	v->outcomes[kept->count] = (struct outcome){ .judged = false };
	checks_of(s, &v->outcomes[kept->count].checks);
	kept->list[kept->count++] = *f;
	kept->thorough += f->thorough;
	*f = (struct found){ 0 };
}

static enum err choose(struct survey *v, struct founds *all)
{
	struct scenario *s = calloc(1, sizeof *s);
	enum err status = ERR_OK;
	if (!s)
		abort();
	for (size_t i = 0; i < all->count; i++) {
		enum err one = chosen_read(&all->list[i], s, &v->d);
		if (one == ERR_OK && s->attacks_count > 0)
			keep(v, &all->list[i], s);
		status = status == ERR_OK ? one : status;
		scenario_fini(s);
	}
	free(s);
	return status;
}

/* -- playing, in a worker -- */

static void work(void *context, size_t job, struct buffer *result)
{
	const struct survey *v = context;
	struct options o = *v->o;
	o.json = false;
	struct play p = { .scenario = &v->found.list[job], .options = &o };
	struct answer a = { 0 };
	play(&p, &a);
	answer_pack(&a, result);
	answer_fini(&a);
}

static void done(void *context, const struct supervised *s)
{
	struct survey *v = context;
	struct answer a = { 0 };
	struct outcome *out = &v->outcomes[s->job];
	if (s->how == SUPERVISED_STOPPED)
		return;
	if (s->how == SUPERVISED_DONE && answer_unpack(s->result, &a)) {
		out->judged = a.sample.judged;
		out->verdict = a.sample.verdict;
		out->as_expected = a.status == ERR_OK;
		memcpy(out->result, a.sample.result, sizeof out->result);
		fwrite(a.messages.data, 1, a.messages.size, stderr);
	} else {
		v->status = list_lost(v->o, &v->found.list[s->job], s, v->status, &v->d);
	}
	answer_fini(&a);
}

static enum err play_all(struct survey *v)
{
	struct supervise s = { .jobs = v->found.count, .work = work, .done = done, .context = v };
	enum err status = list_play(v->o, &s, &v->d);
	return status == ERR_OK ? v->status : status;
}

/* -- saying -- */

static const char *result_of(const struct outcome *o)
{
	return o->judged ? o->result : "refused";
}

static void say_json(const struct survey *v, const struct attack *a, const struct showing *shown)
{
	struct buffer out = { 0 };
	struct json j = { .out = &out };
	const struct outcome *o = shown ? &v->outcomes[shown->run] : NULL;
	json_begin(&j, NULL, '{');
	json_string(&j, "attack", a->id);
	json_string(&j, "what", a->what);
	json_string(&j, "source", a->source);
	json_string(&j, "scenario", shown ? v->found.list[shown->run].label : "");
	json_string(&j, "checks",
		    o && o->checks.size > 0 ? text_string(&v->outcomes[shown->run].checks) : "");
	json_string(&j, "verdict", o && o->judged ? verdict_name(o->verdict) : "");
	json_string(&j, "result", o ? result_of(o) : "");
	json_string(&j, "reason", a->reason ? a->reason : "");
	json_end(&j, '}');
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

/* Cases of one file with the same checks and result, one after another, are one line. */
static size_t alike(const struct survey *v, size_t from)
{
	size_t i = from + 1;
	for (; i < v->shown_count; i++) {
		const struct showing *a = &v->shown[from], *b = &v->shown[i];
		const struct outcome *x = &v->outcomes[a->run], *y = &v->outcomes[b->run];
		if (a->attack != b->attack ||
		    strcmp(v->found.list[a->run].file, v->found.list[b->run].file) != 0 ||
		    !bytes_equal(bytes_of_buffer(&x->checks), bytes_of_buffer(&y->checks)) ||
		    strcmp(result_of(x), result_of(y)) != 0 || x->verdict != y->verdict)
			break;
	}
	return i - from;
}

static void say_shown(struct survey *v, size_t from, size_t count)
{
	struct buffer out = { 0 };
	struct outcome *o = &v->outcomes[v->shown[from].run];
	const struct found *f = &v->found.list[v->shown[from].run];
	text_add(&out, "     ");
	text_safe(&out, count > 1 ? f->file : f->label);
	if (count > 1)
		text_printf(&out, " (%zu cases)", count);
	text_printf(&out, ": %s, %s", o->judged ? verdict_name(o->verdict) : "not judged",
		    result_of(o));
	if (o->checks.size > 0)
		text_printf(&out, ", by %s", text_string(&o->checks));
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static void say_head(const struct attack *a, bool shown)
{
	struct buffer out = { 0 };
	text_printf(&out, "%s  %s [%s]\n", a->id, a->what, a->source);
	if (a->reason)
		text_printf(&out, "     cannot happen here: %s\n", a->reason);
	else if (!shown)
		text_add(&out, "     no scenario, and no reason\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

/* Returns how many runs show it; those that are not as expected are added to *bad. */
static size_t say_attack(struct survey *v, const struct attack *a, size_t *bad)
{
	size_t runs = 0;
	for (size_t i = 0; i < v->shown_count; i++)
		runs += v->shown[i].attack == a;
	if (!v->o->json)
		say_head(a, runs > 0);
	else if (runs == 0)
		say_json(v, a, NULL);
	for (size_t i = 0, n; i < v->shown_count; i += n) {
		n = v->o->json ? 1 : alike(v, i);
		if (v->shown[i].attack != a)
			continue;
		*bad += v->outcomes[v->shown[i].run].as_expected ? 0 : n;
		if (v->o->json)
			say_json(v, a, &v->shown[i]);
		else
			say_shown(v, i, n);
	}
	return runs;
}

static bool say(struct survey *v)
{
	struct buffer out = { 0 };
	size_t all = 0, with = 0, reasons = 0, bad = 0;
	for (size_t t = 0; t < ATTACK_TOPICS; t++)
		for (size_t i = 0; i < attack_topics[t]->count; i++) {
			const struct attack *a = &attack_topics[t]->list[i];
			bool shown = say_attack(v, a, &bad) > 0;
			all++;
			with += shown;
			reasons += !shown && a->reason;
		}
	text_printf(&out,
		    "\n%zu cases: %zu have scenarios (%zu runs, %zu not as expected), %zu cannot "
		    "happen here, %zu have neither",
		    all, with, v->found.count, bad, reasons, all - with - reasons);
	chosen_say_thorough(&v->found, &out);
	text_add(&out, "\n");
	if (v->o->json)
		chosen_warn_thorough(&v->found, "actflow list");
	else
		output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	return bad == 0 && with + reasons == all;
}

static enum err survey(struct survey *v)
{
	struct founds all = { 0 };
	enum err status = list_found(v->o, &all, &v->d);
	if (status == ERR_OK)
		status = choose(v, &all);
	v->found.left_out = all.left_out;
	founds_fini(&all);
	if (status == ERR_OK)
		status = play_all(v);
	if (status != ERR_OK)
		return status;
	return say(v) ? ERR_OK : ERR_NOT_AS_EXPECTED;
}

enum err list_attacks(const struct options *o)
{
	struct survey v = { .o = o };
	enum err status = messages_end(&v.d, survey(&v));
	for (size_t i = 0; i < v.found.count; i++)
		buffer_fini(&v.outcomes[i].checks);
	founds_fini(&v.found);
	free(v.outcomes);
	free(v.shown);
	return status;
}
