/* filter.c - what an expression chooses: fields of a record, compared. */
#include "tools/actflow/filter.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/filter_form.h"

static const struct {
	const char *name;
	enum filter_value value;
	const char *meaning;
} fields[FILTER_FIELDS] = {
	[FILTER_TIME] = { "time", VALUE_DURATION, "virtual time since the run began, with a unit" },
	[FILTER_ACTOR] = { "actor", VALUE_TEXT,
			   "who made the record; app is also app@2, the one of device 2" },
	[FILTER_PEER] = { "peer", VALUE_TEXT, "the other end, as actor" },
	[FILTER_MESSAGE] = { "message", VALUE_TEXT,
			     "the message sent or accepted, or that set a step off" },
	[FILTER_CHANNEL] = { "channel", VALUE_TEXT, "a channel of the flow" },
	[FILTER_STEP] = { "step", VALUE_TEXT,
			  "the step of the flow that the record satisfied, as the checker says" },
	[FILTER_CHECK] = { "check", VALUE_TEXT, "a named security decision that was evaluated" },
	[FILTER_RESULT] = { "result", VALUE_TEXT, "what a check came to: holds or fails" },
	[FILTER_KIND] = { "kind", VALUE_TEXT, "sent, accepted, step, timer, ..." },
	[FILTER_SESSION] = { "session", VALUE_NUMBER, "number of the session, from 1" },
	[FILTER_DEVICE] = { "device", VALUE_NUMBER,
			    "number behind the @ of the actor's name, else of the peer's" },
	[FILTER_MACHINE] = { "machine", VALUE_TEXT, "the state machine of a step" },
	[FILTER_STATE] = { "state", VALUE_TEXT, "a state that a step left or entered" },
	[FILTER_TEXT] = { "text", VALUE_TEXT, "the story or text of a record, or its name" },
};

const char *filter_field_name(enum filter_field field)
{
	assert(field < FILTER_FIELDS);
	return fields[field].name;
}

const char *filter_field_meaning(enum filter_field field)
{
	assert(field < FILTER_FIELDS);
	return fields[field].meaning;
}

enum filter_value filter_value_of(enum filter_field field)
{
	assert(field < FILTER_FIELDS);
	return fields[field].value;
}

/* Digits behind the @ of an instance's name; 0 when it has none. */
static uint64_t device_of_name(const char *name)
{
	const char *at = strchr(name, '@');
	if (!at || !isdigit((unsigned char)at[1]) || strlen(at) > 18)
		return 0;
	char *end = NULL;
	uint64_t number = strtoull(at + 1, &end, 10);
	return *end ? 0 : number;
}

uint64_t filter_device(const struct record *r)
{
	uint64_t device = device_of_name(r->actor);
	return device ? device : device_of_name(r->peer);
}

/* -- one comparison -- */

enum { NO_CHECK = -1, EACH_CHECK = -2, TEXTS_MAX = 2 };

/* A record as an expression sees it. */
struct view {
	struct filter *filter;
	const struct record *record;
	const char *step;
};

/* "app" names every device's, and "app@1" that of a run's only device, which is called "app". */
static bool names_actor(const char *word, const char *actor)
{
	size_t size = strlen(word), own = strlen(actor);
	return (size > 0 && strncmp(actor, word, size) == 0 && actor[size] == '@') ||
	       (own > 0 && strncmp(word, actor, own) == 0 && strcmp(word + own, "@1") == 0);
}

static bool texts_agree(const struct filter_node *n, const char *actual)
{
	if (n->comparison == COMPARE_HOLDS)
		return strstr(actual, n->text) != NULL;
	if (strcmp(actual, n->text) == 0)
		return true;
	return (n->field == FILTER_ACTOR || n->field == FILTER_PEER) &&
	       names_actor(n->text, actual);
}

/* The texts of a field, none of them empty. */
static size_t texts_of(const struct view *v, enum filter_field field, const char **out)
{
	const struct record *r = v->record;
	const char *both[TEXTS_MAX] = { "", "" };
	size_t count = 0;
	switch (field) {
	case FILTER_ACTOR:
		both[0] = r->actor;
		break;
	case FILTER_PEER:
		both[0] = r->peer;
		break;
	case FILTER_MESSAGE:
		both[0] = r->message;
		break;
	case FILTER_CHANNEL:
		both[0] = r->channel;
		break;
	case FILTER_STEP:
		both[0] = v->step;
		break;
	case FILTER_KIND:
		both[0] = record_kind_name(r->kind);
		break;
	case FILTER_MACHINE:
		both[0] = r->machine;
		break;
	case FILTER_STATE:
		both[0] = r->state_from;
		both[1] = r->state_to;
		break;
	default:
		both[0] = r->text;
		both[1] = r->name;
	}
	for (size_t i = 0; i < TEXTS_MAX; i++)
		if (*both[i])
			out[count++] = both[i];
	return count;
}

static bool text_is_so(const struct view *v, const struct filter_node *n)
{
	const char *texts[TEXTS_MAX];
	size_t count = texts_of(v, n->field, texts);
	for (size_t i = 0; i < count; i++)
		if (texts_agree(n, texts[i]))
			return true;
	return count == 0 && texts_agree(n, "");
}

static bool check_is_so(const struct view *v, const struct filter_node *n, int check)
{
	const struct record *r = v->record;
	if (check == EACH_CHECK) {
		for (size_t i = 0; i < r->checks_count; i++)
			if (check_is_so(v, n, (int)i))
				return true;
		return r->checks_count == 0 && check_is_so(v, n, NO_CHECK);
	}
	if (check == NO_CHECK)
		return texts_agree(n, "");
	const struct record_check *c = &r->checks[check];
	return texts_agree(n, n->field == FILTER_CHECK ? c->id : c->holds ? "holds" : "fails");
}

static bool number_is_so(const struct view *v, const struct filter_node *n)
{
	const struct record *r = v->record;
	bool timed = n->field == FILTER_TIME;
	uint64_t count = n->field == FILTER_SESSION ? r->session : filter_device(r);
	int64_t actual = timed ? r->at_ns : count > INT64_MAX ? INT64_MAX : (int64_t)count;
	if (n->comparison == COMPARE_EQUAL)
		return actual == n->number;
	if (!timed && actual == 0)
		return false; /* it has none */
	switch (n->comparison) {
	case COMPARE_LESS:
		return actual < n->number;
	case COMPARE_AT_MOST:
		return actual <= n->number;
	case COMPARE_MORE:
		return actual > n->number;
	default:
		return actual >= n->number;
	}
}

static bool comparison_is_so(const struct view *v, const struct filter_node *n, int check)
{
	struct filter_node plain = *n;
	if (n->comparison == COMPARE_UNEQUAL) { /* what = does not choose */
		plain.comparison = COMPARE_EQUAL;
		return !comparison_is_so(v, &plain, EACH_CHECK);
	}
	if (n->field == FILTER_CHECK || n->field == FILTER_RESULT)
		return check_is_so(v, n, check);
	return filter_value_of(n->field) == VALUE_TEXT ? text_is_so(v, n) : number_is_so(v, n);
}

/* -- a whole expression -- */

static bool is_so(const struct view *v, int node, int check);

static bool both_are_so(const struct view *v, const struct filter_node *n, int check)
{
	return is_so(v, n->left, check) && is_so(v, n->right, check);
}

/* Whether there is a check of the record with which both sides are so. */
static bool both_with_one_check(const struct view *v, const struct filter_node *n)
{
	size_t count = v->record->checks_count;
	for (size_t i = 0; i < count; i++)
		if (both_are_so(v, n, (int)i))
			return true;
	return count == 0 && both_are_so(v, n, NO_CHECK);
}

static bool node_is_so(const struct view *v, const struct filter_node *n, int check)
{
	switch (n->kind) {
	case FILTER_NOT:
		return !is_so(v, n->left, EACH_CHECK);
	case FILTER_OR:
		return is_so(v, n->left, check) || is_so(v, n->right, check);
	case FILTER_AND:
		return check == EACH_CHECK ? both_with_one_check(v, n) : both_are_so(v, n, check);
	default:
		return comparison_is_so(v, n, check);
	}
}

static bool is_so(const struct view *v, int node, int check)
{
	signed char *known = &v->filter->known[node];
	const struct filter_node *n = &v->filter->nodes[node];
	if (check != EACH_CHECK)
		return node_is_so(v, n, check);
	if (*known < 0)
		*known = node_is_so(v, n, check);
	return *known;
}

bool filter_chooses(struct filter *f, const struct record *r, const char *step)
{
	struct view v = { .filter = f, .record = r, .step = step };
	memset(f->known, -1, sizeof f->known);
	return is_so(&v, f->root, EACH_CHECK);
}

bool filter_asks(const struct filter *f, enum filter_field field)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->nodes[i].kind == FILTER_COMPARES && f->nodes[i].field == field)
			return true;
	return false;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++)
		free(f->nodes[i].text);
	free(f);
}
