/* refusals.c - which checks a run asked, which were false, and whether that was expected. */
#include "tools/actflow/refusals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "proto/pipe/judge.h"
#include "tools/actflow/catalog.h"
#include "tools/actflow/text.h"

static const char vacuous[] = "vacuous", not_refused[] = "not refused",
		  wrong_reason[] = "wrong-reason", not_delivered[] = "not-delivered";

static size_t find(const struct refusals *r, const char *id)
{
	size_t i = 0;
	while (i < r->count && strcmp(r->list[i].id, id) != 0)
		i++;
	return i;
}

static void keep_first(struct asked *a, const struct record *record)
{
	struct buffer safe = { 0 };
	a->was_false = true;
	a->at_ns = record->at_ns;
	text_safe(&safe, record->actor ? record->actor : "");
	text_add(&safe, ": ");
	text_safe(&safe, record->text ? record->text : "");
	snprintf(a->words, sizeof a->words, "%s", text_string(&safe));
	buffer_fini(&safe);
}

static void ask(struct refusals *r, const struct record_check *check, const struct record *record,
		bool follows)
{
	size_t i = find(r, check->id);
	if (i == r->count) {
		r->list = list_grow(r->list, i, &r->room, sizeof *r->list);
		r->list[i] = (struct asked){ .fell = 0 };
		snprintf(r->list[i].id, sizeof r->list[i].id, "%s", check->id);
		r->count++;
	}
	struct asked *a = &r->list[i];
	if (check->let_pass) {
		a->let_pass = a->let_pass ? a->let_pass : record->id;
		r->let_pass = true;
	}
	if (!check->holds && !a->was_false)
		keep_first(a, record);
	if (!check->holds)
		a->delivered = a->delivered || follows;
	if (check->holds || check->let_pass)
		return;
	a->refused++;
	if (r->let_pass && a->after == 0)
		a->after = record->id;
	if (a->fell > 0)
		return;
	a->fell = record->id;
	r->fallen = list_grow(r->fallen, r->fallen_count, &r->fallen_room, sizeof *r->fallen);
	r->fallen[r->fallen_count++] = i;
}

/* The first act that darkens a wire, or that does more than that; or NULL. */
static const struct act *first_act(const struct scenario *s, bool darkens)
{
	for (size_t i = 0; i < s->plan.entries_count; i++)
		for (size_t k = 0; k < s->plan.entries[i].acts_count; k++)
			if ((s->plan.entries[i].acts[k].kind == ACT_BLACKOUT) == darkens)
				return &s->plan.entries[i].acts[k];
	return NULL;
}

/* Whether each check that refuses must be named: where an adversary is at work. What somebody's
 * death or packets that are lost leave behind is not counted out; nor, beside other acts, what is
 * lost, unless they are an attack. */
static bool names_all(const struct scenario *s)
{
	bool alone = s->attacks_count > 0 || !first_act(s, true);
	return s->expect.by_count > 0 || (first_act(s, false) && alone);
}

void refusals_attend(struct refusals *r, const struct scenario *s)
{
	r->delivery.wanted = first_act(s, false) && s->expect.by_count > 0;
}

void refusals_feed(struct refusals *r, const struct record *record)
{
	bool follows = delivery_feed(&r->delivery, record);
	/* Of every message it is asked whether it is one; what is recorded is where it is none. */
	if (record->kind == RECORD_ACCEPTED && !r->formed) {
		r->formed = true;
		ask(r, &(struct record_check){ pipe_checks[PIPE_CHECK_FORM].name, true, false },
		    record, follows);
	}
	if (record->kind != RECORD_STEP && record->kind != RECORD_JUDGED &&
	    record->kind != RECORD_REJECTED)
		return;
	for (size_t i = 0; i < record->checks_count; i++)
		ask(r, &record->checks[i], record, follows);
}

void refusals_fini(struct refusals *r)
{
	delivery_fini(&r->delivery);
	free(r->list);
	free(r->fallen);
	*r = (struct refusals){ 0 };
}

void refusals_check(const struct scenario *s, const struct roster *roster, struct diags *d)
{
	for (size_t i = 0; i < s->expect.by_count; i++)
		catalog_checks_know(roster, s->expect.by[i].check, s->file, s->expect.by[i].place,
				    d);
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
	bool any = false, named = s->expect.by_count > 0;
	struct place place = named ? s->expect.by[0].place : first_act(s, false)->place;
	for (size_t i = 0; i < r->fallen_count; i++) {
		const struct asked *a = &r->list[r->fallen[i]];
		if (expected_at(s, a->id) < s->expect.by_count)
			continue;
		diag_add(d, s->file, place.line, place.column,
			 "by: expected no%s check to refuse%s, actual %s (record %" PRIu64 "): %s",
			 named ? " other" : "", named ? "" : " that expect.by does not name", a->id,
			 a->fell, wrong_reason);
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
			 k == r->count             ? "was never asked"
			 : r->list[k].let_pass > 0 ? "was let pass"
						   : "held each time it was asked",
			 why);
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

/* All refused in their turn: but what was done to the run? */
static const char *by_themselves(const struct scenario *s, const struct refusals *r,
				 struct diags *d)
{
	const char *word = NULL;
	for (size_t i = 0; r->delivery.wanted && i < s->expect.by_count; i++) {
		const struct asked *a = &r->list[r->fallen[i]];
		struct place place = s->expect.by[i].place;
		if (a->delivered)
			continue;
		diag_add(d, s->file, place.line, place.column,
			 "by: expected %s to refuse what follows from an act or a crash, actual it "
			 "refused without (record %" PRIu64 "): %s",
			 a->id, a->fell, not_delivered);
		word = not_delivered;
	}
	return word;
}

const char *refusals_compare(const struct scenario *s, const struct refusals *r, struct diags *d)
{
	if (!names_all(s))
		return NULL;
	bool others = others_fell(s, r, d);
	const char *held = some_held(s, r, d);
	if (others)
		return wrong_reason;
	held = held ? held : out_of_turn(s, r, d);
	return held ? held : by_themselves(s, r, d);
}
