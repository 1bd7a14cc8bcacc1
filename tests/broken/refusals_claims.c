/* refusals_claims.c - agreement, freshness and one-time tables: each broken in every way that the
 * claim names.
 */
#include "tests/broken/refusals.h"

#include <string.h>

#define OTHER_SESSION 987654

static void agree_name(char name[64], const char *a, const char *b)
{
	snprintf(name, 64, "agree(%s, %s)", a, b);
}

static size_t claim_at(const struct records *list, const char *name, const char *actor)
{
	size_t at = victim_find(list, RECORD_CLAIM, name, actor);
	CU_ASSERT_NOT_EQUAL_FATAL(at, SIZE_MAX);
	return at;
}

/* Calls what with the two actors of each agreement: who commits, with whom. */
static void each_agreement(void (*what)(const char *a, const char *b, const char *name))
{
	const struct flow *f = honest->flow;
	char name[64];
	CU_ASSERT_TRUE(f->agree_count > 0);
	for (size_t i = 0; i < f->agree_count; i++) {
		const char *a = f->actors[f->agree[i].a].name, *b = f->actors[f->agree[i].b].name;
		agree_name(name, a, b);
		what(a, b, name);
	}
}

static void without_run(const char *a, const char *b, const char *name)
{
	struct records broken = { 0 };
	(void)a;
	records_borrow(&broken, honest->records);
	records_remove(&broken, claim_at(&broken, "run", b));
	records_number(&broken);
	refusals_expect(&broken, FINDING_AGREE, name, 0);
}

static void a_commit_without_a_run_is_refused(void)
{
	each_agreement(without_run);
}

static void run_late(const char *a, const char *b, const char *name)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	records_move(&broken, claim_at(&broken, "run", b), claim_at(&broken, "commit", a) + 1);
	records_number(&broken);
	refusals_expect(&broken, FINDING_AGREE, name, 0);
}

static void a_run_after_its_commit_is_refused(void)
{
	each_agreement(run_late);
}

/* The run stands before the commit in the trace, but nothing leads from it to there. */
static void run_beside(const char *a, const char *b, const char *name)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	records_move(&broken, claim_at(&broken, "run", b), claim_at(&broken, "commit", a));
	records_number(&broken);
	size_t run = claim_at(&broken, "run", b), commit = claim_at(&broken, "commit", a);
	CU_ASSERT_EQUAL(run + 1, commit);
	broken.list[commit].parents_count = 0; /* it follows from its actor's own past alone */
	refusals_expect(&broken, FINDING_AGREE, name, 0);
}

static void a_run_beside_its_commit_is_refused(void)
{
	each_agreement(run_beside);
}

static void commit_twice(const char *a, const char *b, const char *name)
{
	for (int same_session = 0; same_session < 2; same_session++) {
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		size_t commit = claim_at(&broken, "commit", a);
		struct record second = broken.list[commit];
		second.session = same_session ? second.session : OTHER_SESSION;
		records_insert(&broken, commit + 1, &second);
		struct record run = broken.list[claim_at(&broken, "run", b)];
		records_insert(&broken, claim_at(&broken, "run", b),
			       &run); /* of the same session */
		records_number(&broken);
		refusals_expect(&broken, FINDING_AGREE, name, 0);
	}
}

static void two_commits_to_one_run_are_refused(void)
{
	each_agreement(commit_twice);
}

static void commit_and_run_twice(const char *a, const char *b, const char *name)
{
	struct records good = { 0 };
	(void)name;
	records_borrow(&good, honest->records);
	size_t commit = claim_at(&good, "commit", a);
	struct record second = good.list[commit];
	records_insert(&good, commit + 1, &second);
	struct record run = good.list[claim_at(&good, "run", b)];
	run.session = OTHER_SESSION;
	records_insert(&good, claim_at(&good, "run", b), &run);
	records_number(&good);
	refusals_expect_none(&good);
}

static void two_commits_to_two_runs_hold(void)
{
	each_agreement(commit_and_run_twice);
}

/* Each value that both have, changed in the commit. */
static void values_differ(const char *a, const char *b, const char *name)
{
	static const uint8_t other[] = "something else";
	const struct record *run = &honest->records->list[claim_at(honest->records, "run", b)];
	CU_ASSERT_TRUE(run->values_count >= 7);
	for (size_t i = 0; i < run->values_count; i++) {
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		struct record *commit = &broken.list[claim_at(&broken, "commit", a)];
		size_t at = 0;
		while (at < commit->values_count &&
		       strcmp(commit->values[at].name, run->values[i].name) != 0)
			at++;
		CU_ASSERT_TRUE_FATAL(at < commit->values_count);
		commit->values[at].value = bytes_of(other, sizeof other);
		refusals_expect(&broken, FINDING_AGREE, name, commit->id);
	}
}

static void a_commit_to_other_values_is_refused(void)
{
	each_agreement(values_differ);
	size_t run = victim_find(honest->records, RECORD_CLAIM, "run", "uem");
	CU_ASSERT_TRUE_FATAL(run != SIZE_MAX); /* so all nine have been tried */
	CU_ASSERT_EQUAL(honest->records->list[run].values_count, 9);
}

static void values_lack(const char *a, const char *b, const char *name)
{
	struct records broken = { 0 };
	(void)b;
	records_borrow(&broken, honest->records);
	struct record *commit = &broken.list[claim_at(&broken, "commit", a)];
	commit->values_count = 0;
	refusals_expect(&broken, FINDING_AGREE, name, commit->id);
}

static void a_commit_to_nothing_is_refused(void)
{
	each_agreement(values_lack);
}

static void run_lacks(const char *a, const char *b, const char *name)
{
	struct records broken = { 0 }, empty = { 0 }, elsewhere = { 0 };
	size_t run = claim_at(honest->records, "run", b);
	uint64_t commit = honest->records->list[claim_at(honest->records, "commit", a)].id;
	records_borrow(&broken, honest->records);
	struct record *r = &broken.list[run];
	size_t salt = 0;
	while (strcmp(r->values[salt].name, "salt") != 0)
		salt++;
	r->values[salt] = r->values[--r->values_count];
	refusals_expect(&broken, FINDING_AGREE, name, commit);
	records_borrow(&empty, honest->records); /* both to nothing: that is no agreement */
	empty.list[run].values_count = 0;
	empty.list[commit - 1].values_count = 0;
	refusals_expect(&empty, FINDING_AGREE, name, commit);
	records_borrow(&elsewhere, honest->records);
	elsewhere.list[run].peer = "noc";
	refusals_expect(&elsewhere, FINDING_AGREE, name, commit);
}

static void a_run_that_lacks_a_value_or_its_peer_is_refused(void)
{
	each_agreement(run_lacks);
}

/* What an actor did before leads to what it does now, also where no parent says so. */
static void by_own_order(const char *a, const char *b, const char *name)
{
	struct records good = { 0 };
	(void)b;
	(void)name;
	records_borrow(&good, honest->records);
	good.list[claim_at(&good, "commit", a)].parents_count = 0;
	refusals_expect_none(&good);
}

static void an_actors_own_order_is_causal(void)
{
	each_agreement(by_own_order);
}

static void no_commit(const char *a, const char *b, const char *name)
{
	struct records broken = { 0 };
	(void)b;
	records_borrow(&broken, honest->records);
	records_remove(&broken, claim_at(&broken, "commit", a));
	records_number(&broken);
	refusals_expect_doubt(&broken, FINDING_AGREE, name);
}

static void no_commit_leaves_doubt(void)
{
	each_agreement(no_commit);
}

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
		TEST(a_commit_without_a_run_is_refused),
		TEST(a_run_after_its_commit_is_refused),
		TEST(a_run_beside_its_commit_is_refused),
		TEST(two_commits_to_one_run_are_refused),
		TEST(two_commits_to_two_runs_hold),
		TEST(a_commit_to_other_values_is_refused),
		TEST(a_commit_to_nothing_is_refused),
		TEST(a_run_that_lacks_a_value_or_its_peer_is_refused),
		TEST(an_actors_own_order_is_causal),
		TEST(no_commit_leaves_doubt),
		TEST(a_value_drawn_by_another_or_nowhere_or_late_is_refused),
		TEST(a_value_drawn_twice_is_refused),
		TEST(no_value_leaves_doubt),
		TEST(a_key_put_twice_is_refused),
		TEST(no_key_leaves_doubt),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
