/* refusals.c - which checks a run asked, which were false, and whether that was expected. */
#include "tools/actflow/refusals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/pipe/judge.h"
#include "sim/yaml/schema.h"
#include "tools/actflow/catalog.h"

static const char vacuous[] = "vacuous", not_refused[] = "not refused",
		  wrong_reason[] = "wrong-reason";

static void *grown(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count, size);
	if (!list)
		abort();
	return list;
}

static size_t find(const struct refusals *r, const char *id)
{
	size_t i = 0;
	while (i < r->count && strcmp(r->list[i].id, id) != 0)
		i++;
	return i;
}

static void ask(struct refusals *r, const struct record_check *check, uint64_t record)
{
	size_t i = find(r, check->id);
	if (i == r->count) {
		if (r->count == r->room) {
			r->room = r->room ? 2 * r->room : 64;
			r->list = grown(r->list, r->room, sizeof *r->list);
			r->fallen = grown(r->fallen, r->room, sizeof *r->fallen);
		}
		r->list[i] = (struct asked){ .fell = 0 };
		snprintf(r->list[i].id, sizeof r->list[i].id, "%s", check->id);
		r->count++;
	}
	if (check->holds || r->list[i].fell > 0)
		return;
	r->list[i].fell = record;
	r->fallen[r->fallen_count++] = i;
}

void refusals_feed(struct refusals *r, const struct record *record)
{
	/* Of every message it is asked whether it is one; what is recorded is where it is none. */
	if (record->kind == RECORD_ACCEPTED && !r->formed) {
		r->formed = true;
		ask(r, &(struct record_check){ pipe_checks[PIPE_CHECK_FORM].name, true },
		    record->id);
	}
	if (record->kind != RECORD_STEP && record->kind != RECORD_JUDGED &&
	    record->kind != RECORD_REJECTED)
		return;
	for (size_t i = 0; i < record->checks_count; i++)
		ask(r, &record->checks[i], record->id);
}

void refusals_fini(struct refusals *r)
{
	free(r->list);
	free(r->fallen);
	*r = (struct refusals){ 0 };
}

void refusals_check(const struct scenario *s, const struct roster *roster, struct diags *d)
{
	struct catalog_checks known = { 0 };
	if (s->expect.by_count == 0)
		return;
	catalog_checks_of(roster, &known);
	const char **ids = calloc(known.count + 1, sizeof *ids);
	if (!ids)
		abort();
	for (size_t i = 0; i < known.count; i++)
		ids[i] = known.list[i].id;
	for (size_t i = 0; i < s->expect.by_count; i++) {
		size_t k = 0;
		while (k < known.count && strcmp(ids[k], s->expect.by[i].check) != 0)
			k++;
		struct tree_node said = { .kind = TREE_SCALAR,
					  .style = TREE_QUOTED,
					  .place = s->expect.by[i].place,
					  .text = s->expect.by[i].check };
		if (k == known.count)
			schema_error_unknown(&said, s->file, d, "check", ids);
	}
	free(ids);
	catalog_checks_fini(&known);
}

static size_t expected_at(const struct scenario *s, const char *id)
{
	size_t i = 0;
	while (i < s->expect.by_count && strcmp(s->expect.by[i].check, id) != 0)
		i++;
	return i;
}

/* Checks that were false and are not expected. */
static bool others_fell(const struct scenario *s, const struct refusals *r, struct diags *d)
{
	bool any = false;
	struct place place = s->expect.by[0].place;
	for (size_t i = 0; i < r->fallen_count; i++) {
		const struct asked *a = &r->list[r->fallen[i]];
		if (expected_at(s, a->id) < s->expect.by_count)
			continue;
		diag_add(d, s->file, place.line, place.column,
			 "by: expected no other check to refuse, actual %s (record %" PRIu64
			 "): %s",
			 a->id, a->fell, wrong_reason);
		any = true;
	}
	return any;
}

/* Expected checks that were not false; why, for the first of them. */
static const char *some_held(const struct scenario *s, const struct refusals *r, struct diags *d)
{
	const char *word = NULL;
	for (size_t i = 0; i < s->expect.by_count; i++) {
		const char *id = s->expect.by[i].check;
		struct place place = s->expect.by[i].place;
		size_t k = find(r, id);
		if (k < r->count && r->list[k].fell > 0)
			continue;
		const char *why = k < r->count ? not_refused : vacuous;
		diag_add(d, s->file, place.line, place.column,
			 "by: expected %s to refuse, actual it %s: %s", id,
			 k < r->count ? "held each time it was asked" : "was never asked", why);
		word = word ? word : why;
	}
	return word;
}

/* All expected ones fell and no other: but one before its turn? */
static const char *out_of_turn(const struct scenario *s, const struct refusals *r, struct diags *d)
{
	for (size_t i = 0; i < s->expect.by_count; i++) {
		const struct asked *a = &r->list[r->fallen[i]];
		struct place place = s->expect.by[i].place;
		if (strcmp(a->id, s->expect.by[i].check) == 0)
			continue;
		diag_add(d, s->file, place.line, place.column,
			 "by: expected %s to refuse next, actual %s (record %" PRIu64 "): %s",
			 s->expect.by[i].check, a->id, a->fell, wrong_reason);
		return wrong_reason;
	}
	return NULL;
}

const char *refusals_compare(const struct scenario *s, const struct refusals *r, struct diags *d)
{
	if (s->expect.by_count == 0)
		return NULL;
	bool others = others_fell(s, r, d);
	const char *held = some_held(s, r, d);
	if (others)
		return wrong_reason;
	return held ? held : out_of_turn(s, r, d);
}
