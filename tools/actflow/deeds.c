/* deeds.c - what each session of a run did: see deeds.h. */
#include "tools/actflow/deeds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/observe.h"
#include "tools/actflow/replay.h"
#include "tools/actflow/telling.h"
#include "tools/actflow/text.h"

/* Which of this actor's sessions of a machine comes next, from 1. */
static size_t next_of(const struct deeds *d, const char *begin)
{
	size_t number = 1, size = strlen(begin);
	for (size_t i = 0; i < d->count; i++)
		number += strncmp(d->list[i].name, begin, size) == 0;
	return number;
}

static struct deeds_of *session_of(struct deeds *d, const struct record *r)
{
	struct buffer name = { 0 };
	for (size_t i = d->count; i-- > 0;)
		if (d->list[i].session == r->session)
			return &d->list[i];
	d->list = list_grow(d->list, d->count, &d->room, sizeof *d->list);
	text_printf(&name, "%s of %s, session ", r->machine, r->actor);
	size_t number = next_of(d, text_string(&name));
	text_printf(&name, "%zu", number);
	struct deeds_of *of = &d->list[d->count++];
	*of = (struct deeds_of){ .name = strdup(text_string(&name)), .session = r->session };
	if (!of->name)
		abort();
	buffer_fini(&name);
	return of;
}

void deeds_feed(struct deeds *d, const struct record *r)
{
	if (r->kind != RECORD_STEP || telling_carries(r))
		return;
	struct buffer *out = &session_of(d, r)->lines;
	text_printf(out, "%s > %s on %s %s: %s", r->state_from, r->state_to, r->stimulus,
		    r->message, r->text);
	for (size_t i = 0; i < r->checks_count; i++)
		text_printf(out, ", %s %s", r->checks[i].id,
			    r->checks[i].holds ? "holds" : "fails");
	text_add(out, "\n");
}

/* The first line of two texts that is not in both; each is at least "nothing". */
static void say_difference(const struct deeds_of *expected, const struct deeds_of *actual,
			   struct buffer *out)
{
	const char *is = actual ? text_string((struct buffer *)&actual->lines) : "";
	const char *was = expected ? text_string((struct buffer *)&expected->lines) : "";
	size_t line = 0;
	for (size_t i = 0; is[i] && is[i] == was[i]; i++)
		line = is[i] == '\n' ? i + 1 : line;
	int is_size = (int)strcspn(is + line, "\n"), was_size = (int)strcspn(was + line, "\n");
	text_printf(out, "expected of %s \"%.*s\", actual \"%.*s\"",
		    expected ? expected->name : actual->name, was_size ? was_size : 7,
		    was_size ? was + line : "nothing", is_size ? is_size : 7,
		    is_size ? is + line : "nothing");
}

static const struct deeds_of *named(const struct deeds *d, const char *name)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->list[i].name, name) == 0)
			return &d->list[i];
	return NULL;
}

static bool same_lines(const struct deeds_of *a, const struct deeds_of *b)
{
	return a && b && a->lines.size == b->lines.size &&
	       memcmp(a->lines.data, b->lines.data, a->lines.size) == 0;
}

bool deeds_are_same(const struct deeds *expected, const struct deeds *actual, struct buffer *out)
{
	for (size_t i = 0; i < expected->count; i++) {
		const struct deeds_of *other = named(actual, expected->list[i].name);
		if (same_lines(&expected->list[i], other))
			continue;
		say_difference(&expected->list[i], other, out);
		return false;
	}
	for (size_t i = 0; i < actual->count; i++)
		if (!named(expected, actual->list[i].name)) {
			say_difference(NULL, &actual->list[i], out);
			return false;
		}
	return true;
}

void deeds_fini(struct deeds *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->list[i].name);
		buffer_fini(&d->list[i].lines);
	}
	free(d->list);
	*d = (struct deeds){ 0 };
}

static void feed(void *context, const struct record *r, struct bytes encoded)
{
	struct record whole = *r;
	(void)encoded;
	observation_fill(&whole);
	deeds_feed(context, &whole);
}

enum err deeds_compare(const struct scenario *s, uint64_t seed, const struct knocked *knocked,
		       const struct deeds *done, struct diags *d)
{
	struct scenario *without = malloc(sizeof *without);
	struct deeds expected = { 0 };
	struct buffer how = { 0 };
	if (!without)
		abort();
	*without = *s;
	without->plan = (struct plan){ 0 };
	struct replay again = { .scenario = without, .seed = seed, .knocked = knocked };
	enum err status = replay_again(&again, feed, &expected, d);
	if (status == ERR_OK && !deeds_are_same(&expected, done, &how))
		diag_add(d, s->file, s->expect.steps_place.line, s->expect.steps_place.column,
			 "steps: %s", text_string(&how));
	buffer_fini(&how);
	deeds_fini(&expected);
	free(without);
	return status;
}
