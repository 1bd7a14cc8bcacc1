/* plan.c - names, triggers as they are written, and releasing a plan. */
#include "sim/adversary/plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/value.h"

static const char *const point_names[CRASH_POINTS] = {
	[CRASH_BEFORE] = "before", [CRASH_PERSISTED] = "persisted", [CRASH_SENT] = "sent"
};
static const char *const act_names[ACT_KINDS] = {
	[ACT_BLACKOUT] = "blackout",   [ACT_DELAY] = "delay",   [ACT_UNTIL] = "until",
	[ACT_DROP] = "drop",           [ACT_RAW] = "raw",       [ACT_SET] = "set",
	[ACT_TYPE] = "type",           [ACT_DELETE] = "delete", [ACT_CAPTURE] = "capture",
	[ACT_DUPLICATE] = "duplicate", [ACT_SEND] = "send",     [ACT_KEEP] = "keep",
};

const char *crash_point_name(enum crash_point point)
{
	assert((size_t)point < CRASH_POINTS);
	return point_names[point];
}

const char *act_name(enum act_kind kind)
{
	assert((size_t)kind < ACT_KINDS);
	return act_names[kind];
}

static void act_fini(struct act *a)
{
	free(a->text);
	value_fini(&a->value);
}

void plan_fini(struct plan *p)
{
	for (size_t i = 0; i < p->entries_count; i++)
		for (size_t k = 0; k < p->entries[i].acts_count; k++)
			act_fini(&p->entries[i].acts[k]);
	*p = (struct plan){ 0 };
}

/* -- triggers -- */

enum { WORDS_MAX = 6, WORD_SIZE = 64 };

/* Split at spaces; false when there are too many or one is too long. */
static bool split(const char *text, char words[WORDS_MAX][WORD_SIZE], size_t *count)
{
	for (*count = 0; *text; (*count)++) {
		size_t size = strcspn(text, " ");
		bool last = text[size] == 0;
		if (*count == WORDS_MAX || size == 0 || size >= WORD_SIZE ||
		    (!last && text[size + 1] == 0))
			return false;
		memcpy(words[*count], text, size);
		words[*count][size] = 0;
		text += size + (last ? 0 : 1);
	}
	return *count > 0;
}

static const struct step_pattern *pattern_of(const struct flow *f, size_t variant, size_t step)
{
	const struct flow_variant *v = &f->variants[variant];
	for (size_t i = 0; i < v->overrides_count; i++)
		if (v->overrides[i].step == step)
			return &v->overrides[i].pattern;
	return &f->steps[step].pattern;
}

static int index_of_actor(const struct flow *f, const char *name)
{
	return name && *name ? flow_actor_index(f, name) : -1;
}

static const char *read_step(const char *id, const struct flow *f, size_t variant,
			     struct trigger *out)
{
	int step = flow_step_index(f, id);
	if (step < 0)
		return "a step of the flow, a time (3s), or a message (app > noc "
		       "ActivationRequest #1)";
	if (!f->steps[step].simulated)
		return "a step that is simulated";
	if (f->variants[variant].absent >> step & 1)
		return "a step that this variant has";
	const struct step_pattern *p = pattern_of(f, variant, (size_t)step);
	out->kind = TRIGGER_STEP;
	out->event = p->event;
	out->from = index_of_actor(f, p->from);
	out->to = index_of_actor(f, p->to);
	out->channel = p->channel && *p->channel ? flow_channel_index(f, p->channel) : -1;
	out->type = p->message ? message_type_of_name(p->message) : MESSAGE_NONE;
	return NULL;
}

/* "#2": which one of those that fit. */
static bool read_number(const char *word, uint64_t *number)
{
	char *end = NULL;
	if (word[0] != '#' || word[1] < '1' || word[1] > '9')
		return false;
	*number = strtoull(word + 1, &end, 10);
	return *end == 0 && *number <= 1000000;
}

/* FROM > TO MESSAGE [#N] [accepted] */
static const char *read_message(char words[WORDS_MAX][WORD_SIZE], size_t count,
				const struct flow *f, struct trigger *out, const char **wrong)
{
	out->kind = TRIGGER_MESSAGE;
	out->event = STEP_SENT;
	*wrong = words[0];
	if ((out->from = flow_instance_index(f, words[0], &out->from_device)) < 0)
		return "an actor of the flow before the >";
	*wrong = count > 2 ? words[2] : "nothing";
	if (count < 3 || (out->to = flow_instance_index(f, words[2], &out->to_device)) < 0)
		return "an actor of the flow after the >";
	*wrong = count > 3 ? words[3] : "nothing";
	if (count < 4 || (out->type = message_type_of_name(words[3])) == MESSAGE_NONE)
		return "the name of a message";
	for (size_t i = 4; i < count; i++) {
		*wrong = words[i];
		if (strcmp(words[i], "accepted") == 0 && i + 1 == count)
			out->event = STEP_ACCEPTED;
		else if (i != 4 || !read_number(words[i], &out->number))
			return "#1, #2, ... or, as the last word, accepted";
	}
	return NULL;
}

const char *trigger_read(const char *text, const struct flow *f, size_t variant,
			 struct trigger *out, char wrong[64])
{
	char words[WORDS_MAX][WORD_SIZE];
	size_t count = 0;
	const char *word = text, *fault;
	*out = (struct trigger){ .from = -1, .to = -1, .channel = -1, .number = 1 };
	if (!split(text, words, &count))
		fault = "at most six words, each behind one space";
	else if (count > 1 && strcmp(words[1], ">") == 0)
		fault = read_message(words, count, f, out, &word);
	else if (count == 1 && value_duration(text, &out->at_ns) == NULL) {
		out->kind = TRIGGER_TIME;
		fault = NULL;
	} else
		fault = read_step(text, f, variant, out);
	snprintf(wrong, WORD_SIZE, "%.*s", WORD_SIZE - 1, word);
	return fault;
}
