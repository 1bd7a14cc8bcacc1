/* refusals_claims.c - freshness and one-time tables: each broken in every way that the claim names.
 */
#include "tests/broken/refusals.h"

#include <stdio.h>
#include <string.h>

#define OTHER_SESSION 987654

/* -- fresh -- */

static void each_fresh(void (*what)(const struct flow_fresh *fresh, const char *name, size_t drawn))
{
	const struct flow *f = honest->flow;
	char name[64];
	CU_ASSERT_TRUE(f->fresh_count > 0);
	for (size_t i = 0; i < f->fresh_count; i++) {
		size_t drawn = victim_find(honest->records, RECORD_HOLD, f->fresh[i].secret, NULL);
		CU_ASSERT_NOT_EQUAL_FATAL(drawn, SIZE_MAX);
		snprintf(name, sizeof name, "fresh(%s: %s)", f->fresh[i].secret,
			 f->actors[f->fresh[i].actor].name);
		what(&f->fresh[i], name, drawn);
	}
}

static void drawn_wrongly(const struct flow_fresh *fresh, const char *name, size_t drawn)
{
	struct records by_another = { 0 }, nowhere = { 0 }, derived = { 0 }, early = { 0 };
	struct record hold = honest->records->list[drawn];
	(void)fresh;
	records_borrow(&by_another, honest->records);
	const struct record *other =
		&honest->records->list[victim_find(honest->records, RECORD_STEP, NULL, "device")];
	by_another.list[drawn].actor = other->actor; /* in a session of its own, which is there */
	by_another.list[drawn].session = other->session;
	CU_ASSERT_TRUE(other->id < hold.id);
	refusals_expect(&by_another, FINDING_FRESH, name, hold.id);
	records_borrow(&nowhere, honest->records);
	nowhere.list[drawn].session = OTHER_SESSION;
	refusals_expect(&nowhere, FINDING_FRESH, name, hold.id);
	records_borrow(&derived, honest->records);
	derived.list[drawn].text = "derived";
	refusals_expect(&derived, FINDING_FRESH, name, hold.id);
	records_borrow(&early, honest->records);
	hold.text = "received";
	records_insert(&early, drawn, &hold);
	records_number(&early);
	refusals_expect(&early, FINDING_FRESH, name, drawn + 1);
}

static void a_value_drawn_by_another_or_nowhere_or_late_is_refused(void)
{
	each_fresh(drawn_wrongly);
}

/* Held later in the trace by somebody whom nothing has reached. */
static void held_beside(const struct flow_fresh *fresh, const char *name, size_t drawn)
{
	struct records broken = { 0 };
	struct record hold = honest->records->list[drawn];
	(void)fresh;
	records_borrow(&broken, honest->records);
	hold.actor = "stranger";
	hold.text = "received";
	hold.parents_count = 0;
	records_insert(&broken, drawn + 1, &hold);
	records_number(&broken);
	refusals_expect(&broken, FINDING_FRESH, name, drawn + 2);
}

static void a_value_held_where_its_drawing_does_not_lead_is_refused(void)
{
	each_fresh(held_beside);
}

/* The claim says what it rests on. */
static void said_of(const struct flow_fresh *fresh, const char *name, size_t drawn)
{
	static const char words[] = "not declared as drawn once, by that actor, in a session";
	struct checker *c =
		records_check(honest->records, honest->flow, honest->variant, honest->secrets);
	const struct judged *list;
	size_t said = 0;
	(void)fresh;
	(void)drawn;
	for (size_t i = 0, count = checker_judged(c, &list); i < count; i++)
		said += strcmp(list[i].name, name) == 0 && strstr(list[i].text, words);
	CU_ASSERT_EQUAL(said, 1);
	checker_free(c);
}

static void a_drawing_is_said_to_be_a_declaration(void)
{
	each_fresh(said_of);
}

static void drawn_again(const struct flow_fresh *fresh, const char *name, size_t drawn)
{
	struct records broken = { 0 };
	struct record hold = honest->records->list[drawn];
	(void)fresh;
	records_borrow(&broken, honest->records);
	records_insert(&broken, drawn + 1, &hold);
	records_number(&broken);
	refusals_expect(&broken, FINDING_FRESH, name, drawn + 2);
}

static void a_value_drawn_twice_is_refused(void)
{
	each_fresh(drawn_again);
}

static void not_drawn(const struct flow_fresh *fresh, const char *name, size_t drawn)
{
	struct records broken = { 0 };
	(void)drawn;
	records_borrow(&broken, honest->records);
	for (size_t i = broken.count; i-- > 0;)
		if (broken.list[i].kind == RECORD_HOLD &&
		    strcmp(broken.list[i].name, fresh->secret) == 0)
			records_remove(&broken, i);
	records_number(&broken);
	refusals_expect_doubt(&broken, FINDING_FRESH, name);
}

static void no_value_leaves_doubt(void)
{
	each_fresh(not_drawn);
}

/* -- one-time tables -- */

static void a_key_put_twice_is_refused(void)
{
	const struct flow *f = honest->flow;
	CU_ASSERT_TRUE(f->one_time_count > 0);
	for (size_t i = 0; i < f->one_time_count; i++) {
		size_t at = victim_find(honest->records, RECORD_PERSIST, f->one_time[i], NULL);
		CU_ASSERT_NOT_EQUAL_FATAL(at, SIZE_MAX);
		struct record put = honest->records->list[at], gone = put;
		struct records twice = { 0 }, back = { 0 }, deleted = { 0 };
		gone.number = 0;
		records_borrow(&twice, honest->records);
		records_insert(&twice, twice.count - 1, &put);
		records_number(&twice);
		refusals_expect(&twice, FINDING_ONE_TIME, f->one_time[i], twice.count - 1);
		records_borrow(&deleted, honest->records);
		records_insert(&deleted, deleted.count - 1, &gone);
		records_number(&deleted);
		records_borrow(&back, &deleted);
		refusals_expect_none(&deleted);
		records_insert(&back, back.count - 1, &put);
		records_number(&back);
		refusals_expect(&back, FINDING_ONE_TIME, f->one_time[i], 0);
	}
}

static void no_key_leaves_doubt(void)
{
	const struct flow *f = honest->flow;
	for (size_t i = 0; i < f->one_time_count; i++) {
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		for (size_t k = 0; k < broken.count; k++)
			if (broken.list[k].kind == RECORD_PERSIST &&
			    strcmp(broken.list[k].name, f->one_time[i]) == 0)
				broken.list[k].name = "another table";
		refusals_expect_doubt(&broken, FINDING_ONE_TIME, f->one_time[i]);
	}
}

size_t refusals_claims(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(a_value_drawn_by_another_or_nowhere_or_late_is_refused),
		TEST(a_value_drawn_twice_is_refused),
		TEST(a_value_held_where_its_drawing_does_not_lead_is_refused),
		TEST(a_drawing_is_said_to_be_a_declaration),
		TEST(no_value_leaves_doubt),
		TEST(a_key_put_twice_is_refused),
		TEST(no_key_leaves_doubt),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
