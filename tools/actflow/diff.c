/* diff.c - `actflow diff`: where two recorded traces part, and what came of it.
 *
 * Each trace is read three times: to know that it is whole, to number its records (align.h), and to
 * tell those that diverge. No record is kept meanwhile but the two with which they part.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/diff_report.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/text.h"

/* A trace while it is read. */
struct reading {
	struct diff *d;
	size_t side;
	struct buffer parting; /* the bytes of the record with which it parts */
};

static void number(void *context, const struct record *r, struct bytes encoded)
{
	struct reading *x = context;
	struct choice *c = &x->d->sides[x->side].choice;
	(void)encoded;
	align_add(&x->d->alignment, x->side, r, choice_takes(c, r, choice_step(c, r)));
}

/* Values of a record that both have are compared when it is met in the second trace. */
static void compare_pair(struct diff *d, const struct record *r, uint32_t whole)
{
	struct record first;
	struct record_memory memory = { 0 };
	size_t i = 0;
	while (i < d->pairs_count && d->pairs[i].whole != whole)
		i++;
	if (i == d->pairs_count ||
	    record_decode(bytes_of_buffer(&d->pairs[i].encoded), &first, &memory) != NULL)
		return;
	telling_add(&d->pairs[i].told, r);
	differences_find(&first, r, d->alignment.keyed, &d->pairs[i].values);
	record_memory_fini(&memory);
}

static void keep_pair(struct diff *d, struct bytes encoded, uint32_t whole)
{
	if (d->pairs_count == d->pairs_most)
		return;
	struct diff_pair *pair = &d->pairs[d->pairs_count++];
	pair->whole = whole;
	buffer_append(&pair->encoded, encoded);
}

static void tell(void *context, const struct record *r, struct bytes encoded)
{
	struct reading *x = context;
	struct diff_side *told = &x->d->sides[x->side];
	const struct side *s = &x->d->alignment.sides[x->side];
	const struct aligned *one = &s->list[r->id - 1];
	if (r->id == s->first) {
		telling_add(&told->first, r);
		buffer_append(&x->parting, encoded);
	} else if (one->follows && align_diverges(one) && telling_is_step(r)) {
		telling_add(&told->followed, r);
		if (one->status == ALIGN_DIFFERS && x->side == 0)
			keep_pair(x->d, encoded, one->is.whole);
		else if (one->status == ALIGN_DIFFERS)
			compare_pair(x->d, r, one->is.whole);
	}
}

/* Values that differ where the traces part. */
static void compare_parting(struct diff *d, const struct reading readings[2])
{
	struct record records[2];
	struct record_memory memories[2] = { { 0 }, { 0 } };
	bool whole = d->alignment.paired;
	for (size_t i = 0; i < 2 && whole; i++)
		whole = record_decode(bytes_of_buffer(&readings[i].parting), &records[i],
				      &memories[i]) == NULL;
	if (whole)
		differences_find(&records[0], &records[1], d->alignment.keyed, &d->first);
	record_memory_fini(&memories[0]);
	record_memory_fini(&memories[1]);
}

static enum err read_both(struct diff *d, struct reading readings[2], trace_sink_fn *sink,
			  struct diags *wrong)
{
	uint8_t head[TRACE_HEAD_SIZE];
	enum err status = ERR_OK;
	for (size_t i = 0; i < 2 && status == ERR_OK; i++)
		status = trace_read(d->sides[i].choice.recorded.trace, sink, &readings[i], head,
				    wrong);
	return status;
}

static bool same_run(const struct recorded *a, const struct recorded *b)
{
	return a->seed == b->seed && strcmp(a->title, b->title) == 0 &&
	       strcmp(a->variant, b->variant) == 0 && strcmp(a->digest, b->digest) == 0 &&
	       strcmp(a->case_name, b->case_name) == 0;
}

static size_t chosen(const struct side *s)
{
	size_t count = 0;
	for (size_t i = 0; i < ALIGN_STATUSES; i++)
		count += s->counts[i];
	return count;
}

static enum err compare(struct diff *d, const struct options *o, struct diags *wrong)
{
	struct reading readings[2] = { { .d = d, .side = 0 }, { .d = d, .side = 1 } };
	const struct recorded *a = &d->sides[0].choice.recorded, *b = &d->sides[1].choice.recorded;
	d->pairs_most = o->verbose ? DIFF_PAIRS_MAX : DIFF_PAIRS_SHORT;
	d->alignment.keyed = a->seed == b->seed;
	enum err status = read_both(d, readings, number, wrong);
	const struct side *sides = d->alignment.sides;
	if (status != ERR_OK)
		return status;
	align_finish(&d->alignment);
	if (chosen(&sides[0]) + chosen(&sides[1]) == 0) {
		fprintf(stderr, "actflow diff: no record of either trace is chosen by --filter\n");
		return ERR_NOTHING;
	}
	d->same = align_is_same(&d->alignment) && (o->filter || same_run(a, b));
	if (sides[0].first || sides[1].first)
		status = read_both(d, readings, tell, wrong);
	if (status == ERR_OK)
		compare_parting(d, readings);
	buffer_fini(&readings[0].parting);
	buffer_fini(&readings[1].parting);
	return status == ERR_OK && !d->same ? ERR_NOT_AS_EXPECTED : status;
}

static void say(const struct diff *d, const struct options *o)
{
	struct buffer out = { 0 };
	if (o->json)
		diff_report_json(d, &out);
	else
		diff_report_text(d, output_width(), o->verbose, output_colour(o->no_color), &out);
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static void diff_fini(struct diff *d)
{
	for (size_t i = 0; i < 2; i++) {
		choice_fini(&d->sides[i].choice);
		telling_fini(&d->sides[i].first);
		telling_fini(&d->sides[i].followed);
	}
	for (size_t i = 0; i < d->pairs_count; i++) {
		buffer_fini(&d->pairs[i].encoded);
		telling_fini(&d->pairs[i].told);
		differences_fini(&d->pairs[i].values);
	}
	differences_fini(&d->first);
	align_fini(&d->alignment);
}

static enum err run(const struct options *o)
{
	struct diff *d = calloc(1, sizeof *d);
	struct diags wrong = { 0 };
	enum err status = ERR_OK;
	if (!d)
		abort();
	for (size_t i = 0; i < 2; i++) { /* both, so that the errors of both are said */
		enum err one = choice_open(&d->sides[i].choice, o->args[i], o, false, &wrong);
		status = status == ERR_OK ? one : status;
	}
	if (status == ERR_OK)
		status = compare(d, o, &wrong);
	if (status == ERR_OK || status == ERR_NOT_AS_EXPECTED)
		say(d, o);
	diff_fini(d);
	free(d);
	return messages_end(&wrong, status);
}

static const struct argp_option options[] = {
	{ "filter", OPTION_FILTER, "EXPR", 0, "Compare only records of which this is so", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object", 0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "Tell all steps that followed", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_diff = {
	.name = "diff",
	.arguments = "TRACE TRACE",
	.summary = "Say where two recorded traces part, and what followed",
	.more = "A record is the same in both when its kind, actor, session, channel, message and "
		"row are the same and so is what it follows from, whatever its number and time. "
		"The first that is not is shown with the values that differ, then what followed "
		"from it on each side. Packets and relayed bytes are counted apart. Secrets are "
		"told by their references. An EXPR is as in `actflow show`. Exit: 0 the same, 1 "
		"not, 2 not a whole trace, 4 no record is chosen.",
	.options = options,
	.args_min = 2,
	.args_max = 2,
	.run = run,
};
