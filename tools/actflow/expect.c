/* expect.c - whether a run is what its scenario expects: verdict, what falls, outcomes, golden
 * story.
 */
#include "tools/actflow/expect.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/text.h"

enum verdict expect_verdict(const struct scenario *s)
{
	return s->expect.has_verdict ? s->expect.verdict : VERDICT_HOLDS;
}

/* What to write where a run only lacks steps: a refusal is an end, and the flow has one of its own
 * until the scenario says where. The last step that one device showed, of several only the key. */
static void hint_reaches(const struct scenario *s, const struct observation *seen,
			 struct buffer *hint)
{
	const struct finding *list;
	size_t count = checker_findings(seen->checker, &list), last = 0;
	uint64_t record = 0;
	if (s->expect.reaches_count > 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (list[i].verdict == VERDICT_VIOLATED && list[i].kind != FINDING_MISSING)
			return;
	for (size_t i = 0; i < s->flow.steps_count; i++)
		if (checker_step_record(seen->checker, i) > record) {
			record = checker_step_record(seen->checker, i);
			last = i;
		}
	text_add(hint,
		 "; only steps are missing: a scenario whose run is to end early says where, as "
		 "reaches: {");
	if (s->devices.count == 1 && record > 0)
		text_printf(hint, "device: %s}", s->flow.steps[last].id);
	else
		text_add(hint, s->devices.count == 1 ? "device: STEP}" : "device@N: STEP}");
}

static enum err compare_verdict(const struct scenario *s, const struct observation *seen,
				struct diags *d, struct buffer *remark)
{
	enum verdict expected = expect_verdict(s);
	enum verdict actual = checker_verdict(seen->checker);
	if (!s->expect.has_verdict)
		text_add(remark, "the file names no verdict, so `holds` is expected; ");
	if (actual == expected)
		return ERR_OK;
	struct buffer hint = { 0 };
	if (expected == VERDICT_HOLDS && actual == VERDICT_VIOLATED)
		hint_reaches(s, seen, &hint);
	if (actual == VERDICT_INCONCLUSIVE && strcmp(seen->ended, "quiet") != 0)
		text_printf(&hint, "; the run was cut off: ended by limits.%s", seen->ended);
	diag_add(d, s->file, s->expect.verdict_place.line, s->expect.verdict_place.column,
		 "verdict: expected %s, actual %s%s", verdict_name(expected), verdict_name(actual),
		 text_string(&hint));
	buffer_fini(&hint);
	return actual == VERDICT_INCONCLUSIVE ? ERR_INCONCLUSIVE : ERR_NOT_AS_EXPECTED;
}

static bool is_to_fall(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->expect.falls_count; i++)
		if (strcmp(s->expect.falls[i].name, name) == 0)
			return true;
	return false;
}

/* What the run's table says of a rule or claim; NULL when it has no such line. */
static const struct judged *judged_of(const struct observation *seen, const char *name)
{
	const struct judged *list;
	size_t count = checker_judged(seen->checker, &list);
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

/* Exactly those that are expected to fall. */
static void compare_falls(const struct scenario *s, const struct observation *seen, struct diags *d)
{
	struct claim_names names;
	if (s->expect.falls_count == 0)
		return;
	for (size_t i = 0; i < s->expect.falls_count; i++) {
		const char *name = s->expect.falls[i].name;
		const struct judged *line = judged_of(seen, name);
		if (!line || line->verdict != VERDICT_VIOLATED)
			diag_add(d, s->file, s->expect.falls[i].place.line,
				 s->expect.falls[i].place.column,
				 "falls: expected %s to be violated, actual %s", name,
				 line ? verdict_name(line->verdict) : "it was not judged");
	}
	claim_names_of(&s->flow, &names);
	for (size_t i = 0; i < names.count; i++) {
		const struct judged *line = judged_of(seen, names.list[i]);
		if (line && line->verdict == VERDICT_VIOLATED && !is_to_fall(s, names.list[i]))
			diag_add(d, s->file, s->expect.falls[0].place.line,
				 s->expect.falls[0].place.column,
				 "falls: expected nothing else to be violated, actual %s (%s)",
				 names.list[i], line->text);
	}
}

/* Whether an outcome is of the actor that is named: app is the app of each device, and app@1 the
 * app of the only one. */
static bool is_of(const char *actor, const char *named, uint32_t devices)
{
	size_t size = devices == 1 ? strcspn(named, "@") : strlen(named);
	return strncmp(actor, named, size) == 0 && (actor[size] == 0 || actor[size] == '@');
}

static void compare_outcome(const struct scenario *s, size_t number, const struct observation *seen,
			    struct diags *d)
{
	const char *named = s->expect.outcomes[number].actor;
	struct place place = s->expect.outcomes[number].place;
	int32_t expected = s->expect.outcomes[number].result;
	size_t declared = 0, wanted = strchr(named, '@') ? 1 : s->devices.count;
	int actor = flow_actor_index(&s->flow, named);
	if (actor >= 0 && !(s->flow.each_device >> actor & 1))
		wanted = 1;
	for (size_t i = 0; i < seen->outcomes_count; i++) {
		const struct outcome *o = &seen->outcomes[i];
		if (!is_of(o->actor, named, s->devices.count))
			continue;
		declared++;
		if (o->result != expected)
			diag_add(d, s->file, place.line, place.column,
				 "outcome of %s: expected result %" PRId32 ", actual %" PRId64,
				 o->actor, expected, o->result);
	}
	if (declared == 0 && wanted == 1)
		diag_add(d, s->file, place.line, place.column,
			 "outcome of %s: expected result %" PRId32 ", actual none was declared",
			 named, expected);
	else if (declared < wanted)
		diag_add(d, s->file, place.line, place.column,
			 "outcome of %s: expected result %" PRId32
			 " of %zu, actual %zu declared one",
			 named, expected, wanted, declared);
}

static void compare_outcomes(const struct scenario *s, const struct observation *seen,
			     struct diags *d)
{
	for (size_t i = 0; i < s->expect.outcomes_count; i++)
		compare_outcome(s, i, seen, d);
}

/* Line `number` of text, from 1, without its newline; "the end" when there is none. */
static void line_of(const char *text, int number, struct buffer *line)
{
	for (; number > 1 && *text; text++)
		number -= *text == '\n';
	size_t size = strcspn(text, "\n");
	if (number < 1 || !*text)
		text_add(line, "the end of the story");
	else
		buffer_append(line, bytes_of(text, size));
}

static void compare_golden(const struct scenario *s, uint64_t seed, struct observation *seen,
			   struct diags *d, struct buffer *remark)
{
	int actual_line = 0;
	const char *ci = getenv("CI"); /* where it is set, --update-golden is refused */
	bool may_update = !(ci && *ci) && checker_verdict(seen->checker) == expect_verdict(s);
	if (!s->expect.trace)
		return;
	if (seed != s->seed) {
		text_printf(remark,
			    "the golden story is not compared: it applies at seed %" PRIu64 "; ",
			    s->seed);
		return;
	}
	int line =
		scenario_golden_differs(s->expect.trace, text_string(&seen->story), &actual_line);
	if (line == 0)
		return;
	struct buffer expected = { 0 }, actual = { 0 };
	line_of(s->expect.trace, line, &expected);
	line_of(text_string(&seen->story), actual_line, &actual);
	diag_add(d, s->file, s->expect.trace_place.line + line - 1, s->expect.trace_place.column,
		 "story: expected \"%s\", actual \"%s\" (line %d of the run's own%s)",
		 text_string(&expected), text_string(&actual), actual_line,
		 may_update ? "; --update-golden writes it" : "");
	buffer_fini(&expected);
	buffer_fini(&actual);
}

enum err expect_compare(const struct scenario *s, uint64_t seed, struct observation *seen,
			struct diags *d, struct buffer *remark)
{
	size_t before = d->count;
	enum err status = compare_verdict(s, seen, d, remark);
	size_t after_verdict = d->count;
	compare_falls(s, seen, d);
	compare_outcomes(s, seen, d);
	traffic_compare(&seen->traffic, seed == s->seed, d);
	compare_golden(s, seed, seen, d, remark);
	if (remark->size >= 2)
		remark->size -= 2; /* the last "; " */
	if (d->count > after_verdict)
		return ERR_NOT_AS_EXPECTED;
	return d->count > before ? status : ERR_OK;
}

/* -- what is expected of every run -- */

static bool is_spoken_of(const struct scenario *s, const char *actor, uint32_t device)
{
	for (size_t i = 0; i < s->expect.outcomes_count; i++)
		if (is_of(actor, s->expect.outcomes[i].actor, s->devices.count))
			return true;
	for (size_t i = 0; i < s->expect.reaches_count; i++)
		if (s->expect.reaches[i].device == 0 || s->expect.reaches[i].device == device)
			return true;
	return false;
}

static const struct outcome *outcome_of(const struct observation *seen, const char *actor)
{
	for (size_t i = 0; i < seen->outcomes_count; i++)
		if (strcmp(seen->outcomes[i].actor, actor) == 0)
			return &seen->outcomes[i];
	return NULL;
}

/* A run that a limit ended came to nothing, and says so; and of one that is to be violated, in
 * whatever way, nothing else is known. */
static bool is_to_complete(const struct scenario *s, const struct observation *seen)
{
	bool anyhow = expect_verdict(s) == VERDICT_VIOLATED && s->expect.falls_count == 0;
	return !anyhow && strcmp(seen->ended, "quiet") == 0;
}

void expect_completed(const struct scenario *s, const struct actor_class *completes,
		      const struct observation *seen, struct fallen *f)
{
	int actor = completes ? flow_actor_index(&s->flow, completes->name) : -1;
	if (actor < 0 || !is_to_complete(s, seen))
		return;
	uint32_t count = s->flow.each_device >> actor & 1 ? s->devices.count : 1;
	for (uint32_t device = 1; device <= count; device++) {
		char room[FLOW_INSTANCE_MAX];
		const char *name =
			flow_instance_name(&s->flow, (size_t)actor, device, s->devices.count, room);
		const struct outcome *came = outcome_of(seen, name);
		if (is_spoken_of(s, name, device) || (came && came->result == 0))
			continue;
		if (came)
			fallen_add(f, POST_U6, came->record,
				   "expected %s, of which the scenario says nothing else, to come "
				   "to result 0, actual %" PRId64,
				   name, came->result);
		else
			fallen_add(f, POST_U6, 0,
				   "expected %s, of which the scenario says nothing else, to come "
				   "to result 0, actual to none",
				   name);
	}
}

static void say_undelivered(const struct scenario *s, struct place place, const char *what,
			    struct diags *d)
{
	diag_add(d, s->file, place.line, place.column,
		 "%s: expected its time, step or message to come in this run and all of it to be "
		 "done, actual not so: not-delivered; `actflow show TRACE --filter 'kind = act'` "
		 "tells what was tried, of a run with --out",
		 what);
}

/* Whether a wire that the scenario made worse has harmed a packet, or carried one where it is
 * narrower than the flow's, so that whoever sends has to cut. */
static bool is_harmed(const struct scenario *s, const struct observation *seen)
{
	for (size_t i = 0; i < s->flow.channels_count; i++) {
		const struct wire_spec *own = &s->wires[i], *usual = &s->flow.channels[i].wire;
		bool worse = own->loss > usual->loss || own->duplicate > usual->duplicate;
		bool narrower = own->mtu < usual->mtu;
		if (((worse || narrower) && seen->wires[i].harmed > 0) ||
		    (narrower && seen->wires[i].packets > 0))
			return true;
	}
	return false;
}

/* A scenario that shows a case of the catalogue, and to whose run nothing was done, shows none. */
static bool is_attacked(const struct scenario *s, const struct observation *seen, struct diags *d)
{
	bool afterwards = s->reveals_count > 0 || s->guesses_count > 0; /* judged by themselves */
	if (s->attacks_count == 0 || afterwards || seen->acts > 0 || seen->weakened.size > 0 ||
	    is_harmed(s, seen))
		return true;
	diag_add(d, s->file, s->attacks[0].place.line, s->attacks[0].place.column,
		 "attack: expected an act, a crash, a packet lost, doubled or cut by the "
		 "scenario's wires, a weakened setting, or something revealed or guessed, actual "
		 "none in this run: not-delivered");
	return false;
}

bool expect_delivered(const struct scenario *s, const struct world_report *w,
		      const struct observation *seen, struct diags *d)
{
	for (size_t i = 0; i < s->plan.crashes_count; i++)
		if (w->crashes_undelivered >> i & 1)
			say_undelivered(s, s->plan.crashes[i].place, "crash", d);
	for (size_t i = 0; i < s->plan.entries_count; i++)
		if (w->entries_undelivered >> i & 1)
			say_undelivered(s, s->plan.entries[i].place, "adversary", d);
	bool attacked = is_attacked(s, seen, d);
	return attacked && !w->crashes_undelivered && !w->entries_undelivered;
}
