/* show.c - `actflow show`: the records of a recorded trace, one a line, chosen by a filter.
 *
 * The trace is read twice: once to know that it is whole and unchanged, then to show it, one record
 * in memory at a time. Only a step of the flow needs the checker, which remembers more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/choice.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/record_show.h"
#include "tools/actflow/text.h"
#include "tools/actflow/why.h"

struct show {
	const struct options *o;
	struct choice choice;
	bool colour;
	uint64_t shown;
	struct buffer line;
	struct diags d;
};

static void on_record(void *context, const struct record *r, struct bytes encoded)
{
	struct show *s = context;
	const char *step = choice_step(&s->choice, r);
	(void)encoded;
	if (!choice_takes(&s->choice, r, step))
		return;
	struct record_view v = {
		.record = r, .step = step, .verbose = s->o->verbose, .colour = s->colour
	};
	buffer_clear(&s->line);
	if (s->o->json)
		record_show_json(&v, &s->line);
	else
		record_show_line(&v, &s->line);
	output_write(bytes_of_buffer(&s->line));
	s->shown++;
}

/* -- why -- */

static void judge(void *context, const struct record *r, struct bytes encoded)
{
	(void)encoded;
	choice_step(context, r);
}

/* Which record --why speaks of; of a verdict the one with the first finding. */
static enum err why_of(struct show *s, struct why *w)
{
	struct choice *c = &s->choice;
	const char *said = s->o->why;
	if (strcmp(said, "verdict") != 0) {
		w->record = strspn(said, "0123456789") == strlen(said) && strlen(said) < 19
				    ? strtoull(said, NULL, 10)
				    : 0;
		if (w->record > 0 && w->record <= c->recorded.records)
			return ERR_OK;
		diag_add(&s->d, c->recorded.trace, 0, 0,
			 "--why: expected verdict, or a record from 1 to %llu, actual \"%s\"",
			 (unsigned long long)c->recorded.records, said);
		return ERR_INPUT;
	}
	enum err status = recorded_again(&c->recorded, judge, c, &s->d);
	if (status != ERR_OK)
		return status;
	checker_finish(c->checker);
	w->finding = why_finding(c->checker);
	w->record = w->finding ? w->finding->record : 0;
	if (w->finding)
		return ERR_OK;
	fprintf(stderr, "%s: the verdict is %s, and no finding names a record that it comes from\n",
		c->recorded.trace, verdict_name(checker_verdict(c->checker)));
	return ERR_NOTHING;
}

static void say_why(struct show *s, const struct why *w)
{
	struct telling_page how = {
		.width = output_width(), .colour = s->colour, .numbered = true, .rest = ""
	};
	struct json j = { .out = &s->line };
	struct buffer words = { 0 };
	why_words(w, &words);
	if (s->o->json) {
		json_begin(&j, NULL, '{');
		json_unsigned(&j, "record", w->record);
		json_string(&j, "finding", w->finding ? text_string(&words) : "");
		telling_json(&w->steps, "steps", &j);
		json_end(&j, '}');
		text_add(&s->line, "\n");
	} else {
		text_printf(&s->line, "how the run came to %s\n", text_string(&words));
		telling_draw(&w->steps, &how, &s->line);
	}
	output_write(bytes_of_buffer(&s->line));
	buffer_fini(&words);
}

static enum err show_why(struct show *s)
{
	struct why w = { 0 };
	bool verdict = strcmp(s->o->why, "verdict") == 0;
	if (s->o->filter) {
		diag_add(&s->d, "actflow show", 0, 0,
			 "--why: expected no --filter beside it, actual both");
		return ERR_INPUT;
	}
	enum err status = choice_open(&s->choice, s->o->args[0], s->o, verdict, &s->d);
	if (status == ERR_OK)
		status = why_of(s, &w);
	if (status == ERR_OK)
		status = why_tell(&w, recorded_again, &s->choice.recorded, &s->d);
	if (status == ERR_OK)
		say_why(s, &w);
	telling_fini(&w.steps);
	return status;
}

static enum err show(struct show *s)
{
	uint8_t head[TRACE_HEAD_SIZE];
	const struct options *o = s->o;
	enum err status = choice_open(&s->choice, o->args[0], o, false, &s->d);
	if (status == ERR_OK)
		status = trace_read(o->args[0], on_record, s, head, &s->d);
	if (status != ERR_OK || s->shown > 0)
		return status;
	fprintf(stderr, "%s: none of its %llu records is chosen by --filter\n", o->args[0],
		(unsigned long long)s->choice.recorded.records);
	return ERR_NOTHING;
}

static enum err run(const struct options *o)
{
	struct show *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->o = o;
	s->colour = output_colour(o->no_color) && !o->json;
	enum err status = messages_end(&s->d, o->why ? show_why(s) : show(s));
	choice_fini(&s->choice);
	buffer_fini(&s->line);
	free(s);
	return status;
}

static const struct argp_option options[] = {
	{ "filter", OPTION_FILTER, "EXPR", 0, "Show only records of which this is so", 0 },
	{ "why", OPTION_WHY, "RECORD|verdict", 0,
	  "Tell the steps from which a record, or the first finding of a violated run, follows",
	  0 },
	{ "flow", OPTION_FLOW, "FILE", 0,
	  "Say which step of this flow a record satisfied; else of the one that the trace names, "
	  "when the filter asks for steps",
	  0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "The variant of the flow whose steps are said", 0 },
	{ "secrets", OPTION_SECRETS, "FILE", 0,
	  "The run's secrets, for steps that need them (the file beside the trace that ends in "
	  ".secrets)",
	  0 },
	{ "head", OPTION_HEAD, "HEX", 0,
	  "The chain head that the run printed: a trace with another one is refused", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a record, with every field", 0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "Show sessions, parents, cuts and values too", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_show = {
	.name = "show",
	.arguments = "TRACE",
	.summary = "Show the records of a recorded trace",
	.more = "An EXPR compares fields: `actor = uem and check ~ token and result = fails`, "
		"`time >= 4s and step = S1.12`. Fields are time, actor, peer, message, channel, "
		"step, check, result, kind, session, device, machine, state and text; `actflow "
		"explain FIELD` says what each is. Comparisons are = and !=, < <= > >= for time, "
		"session and device, and ~ for a part of a text. not binds before and, and "
		"before or; parentheses group. A value with blanks stands in quotes; a time has "
		"a unit: ns, us, ms, s, min, h. A number of a record is in no order where the "
		"record has none. `not E` chooses the records that E does not, and check and "
		"result with = or ~, joined by `and`, speak of the same check; with != they say "
		"that no "
		"check is so. A name after = or != that "
		"nothing has is an error; ~ takes any text.\n\n--why tells the steps, messages, "
		"acts "
		"and claims from which a record follows; with `verdict`, that of the first "
		"finding.\n\n"
		"Exit: 0 shown, 1 another trace than --head names, 2 not a whole trace or not an "
		"expression, 4 the filter chooses nothing.",
	.options = options,
	.args_min = 1,
	.args_max = 1,
	.run = run,
};
