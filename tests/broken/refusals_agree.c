/* refusals_agree.c - agreement, broken in every way that the claim names. */
#include "tests/broken/refusals.h"

#include <stdio.h>
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

/* Another attempt in the same two sessions: its number is another in both. */
static void another_attempt(const char *a, const char *b, const char *name)
{
	static const uint8_t cid[] = "another number";
	struct records good = { 0 };
	(void)name;
	records_borrow(&good, honest->records);
	size_t commit = claim_at(&good, "commit", a);
	struct record second = good.list[commit], run = good.list[claim_at(&good, "run", b)];
	for (size_t i = 0; i < second.values_count; i++)
		if (strcmp(second.values[i].name, "cid") == 0)
			second.values[i].value = bytes_of(cid, sizeof cid);
	for (size_t i = 0; i < run.values_count; i++)
		if (strcmp(run.values[i].name, "cid") == 0)
			run.values[i].value = bytes_of(cid, sizeof cid);
	records_insert(&good, commit + 1, &second);
	records_insert(&good, claim_at(&good, "run", b), &run);
	records_number(&good);
	refusals_expect_none(&good);
}

static void another_attempt_in_the_same_sessions_holds(void)
{
	each_agreement(another_attempt);
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

/* -- values that are not bound -- */

static void value_lose(struct record *r, const char *value)
{
	for (size_t i = 0; i < r->values_count; i++)
		if (strcmp(r->values[i].name, value) == 0) {
			r->values[i] = r->values[--r->values_count];
			return;
		}
}

/* Refused at this commit, and for the value that is named. */
static void expect_named(struct records *broken, const char *name, uint64_t commit,
			 const char *value)
{
	char words[32];
	bool named = false;
	const struct finding *list;
	struct checker *c = refusals_judge(broken);
	size_t count = checker_findings(c, &list);
	snprintf(words, sizeof words, "binds no %s", value);
	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(list[i].text, words);
		named = named || (list[i].kind == FINDING_AGREE &&
				  list[i].verdict == VERDICT_VIOLATED && list[i].record == commit &&
				  strcmp(list[i].subject, name) == 0 && at && !at[strlen(words)]);
	}
	if (!named)
		fprintf(stderr, "\n%s: nothing said of %s\n", name, value);
	CU_ASSERT_TRUE(named);
	checker_free(c);
}

static const struct flow_agree *claim_of(const char *a, const char *b)
{
	for (size_t i = 0; i < honest->flow->agree_count; i++) {
		const struct flow_agree *claim = &honest->flow->agree[i];
		if (strcmp(honest->flow->actors[claim->a].name, a) == 0 &&
		    strcmp(honest->flow->actors[claim->b].name, b) == 0)
			return claim;
	}
	CU_FAIL_FATAL("no such claim");
	return NULL;
}

/* The commit lacks a value; then every run and commit does, which is no agreement on it. */
static void commit_lacks(const char *a, const char *b, const char *name)
{
	const struct flow_agree *claim = claim_of(a, b);
	uint64_t commit = honest->records->list[claim_at(honest->records, "commit", a)].id;
	size_t i = 0;
	for (; claim->on[i]; i++) {
		struct records broken = { 0 }, all = { 0 };
		records_borrow(&broken, honest->records);
		value_lose(&broken.list[commit - 1], claim->on[i]);
		expect_named(&broken, name, commit, claim->on[i]);
		records_borrow(&all, honest->records);
		for (size_t k = 0; k < all.count; k++)
			if (all.list[k].kind == RECORD_CLAIM)
				value_lose(&all.list[k], claim->on[i]);
		expect_named(&all, name, commit, claim->on[i]);
	}
	CU_ASSERT_EQUAL(i, 9);
}

static void a_claim_without_one_of_the_nine_values_is_refused_by_name(void)
{
	each_agreement(commit_lacks);
}

static void run_lacks_one(const char *a, const char *b, const char *name)
{
	const struct flow_agree *claim = claim_of(a, b);
	uint64_t commit = honest->records->list[claim_at(honest->records, "commit", a)].id;
	size_t run = claim_at(honest->records, "run", b);
	bool opens = claim->opens == claim->b;
	for (size_t i = 0; claim->on[i]; i++) {
		struct records broken = { 0 };
		bool later = strcmp(claim->on[i], "B") == 0 || strcmp(claim->on[i], "th1") == 0;
		records_borrow(&broken, honest->records);
		value_lose(&broken.list[run], claim->on[i]);
		if (opens && later)
			refusals_expect_none(&broken);
		else
			expect_named(&broken, name, commit, claim->on[i]);
	}
}

static void a_run_without_a_value_is_none_but_for_what_its_opener_cannot_know(void)
{
	each_agreement(run_lacks_one);
}

/* What the opener need not say, it must not say otherwise. */
static void another_answer(const char *a, const char *b, const char *name)
{
	static const uint8_t other[] = "something else";
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	struct record *run = &broken.list[claim_at(&broken, "run", b)];
	value_lose(run, "B");
	run->values[run->values_count++] =
		(struct record_value){ "B", bytes_of(other, sizeof other) };
	refusals_expect(&broken, FINDING_AGREE, name,
			honest->records->list[claim_at(honest->records, "commit", a)].id);
}

static void a_run_with_another_answer_is_refused(void)
{
	each_agreement(another_answer);
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

size_t refusals_agree(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(a_commit_without_a_run_is_refused),
		TEST(a_run_after_its_commit_is_refused),
		TEST(a_run_beside_its_commit_is_refused),
		TEST(two_commits_to_one_run_are_refused),
		TEST(two_commits_to_two_runs_hold),
		TEST(another_attempt_in_the_same_sessions_holds),
		TEST(a_commit_to_other_values_is_refused),
		TEST(a_commit_to_nothing_is_refused),
		TEST(a_run_that_lacks_a_value_or_its_peer_is_refused),
		TEST(an_actors_own_order_is_causal),
		TEST(no_commit_leaves_doubt),
		TEST(a_claim_without_one_of_the_nine_values_is_refused_by_name),
		TEST(a_run_without_a_value_is_none_but_for_what_its_opener_cannot_know),
		TEST(a_run_with_another_answer_is_refused),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
