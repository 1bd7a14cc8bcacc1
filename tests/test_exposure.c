/* test_exposure.c - what two runs are compared by: only what happened exposes a check. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/lib/suite.h"
#include "tools/actflow/knocked.h"
#include "tools/actflow/matrix.h"

enum { ROOM = 8 };

/* A run, written down. */
struct told {
	struct facts facts;
	struct finding findings[ROOM];
	struct asked checks[ROOM];
	struct outcome outcomes[ROOM];
};

static void begin(struct told *t)
{
	memset(t, 0, sizeof *t);
	t->facts = (struct facts){
		.quiet = true, .findings = t->findings, .checks = t->checks, .outcomes = t->outcomes
	};
}

static void finds(struct told *t, enum finding_kind kind, const char *subject, const char *text)
{
	struct finding *f = &t->findings[t->facts.findings_count++];
	*f = (struct finding){ .kind = kind, .verdict = VERDICT_VIOLATED, .record = 90 };
	snprintf(f->subject, sizeof f->subject, "%s", subject);
	snprintf(f->text, sizeof f->text, "%s", text);
}

/* It refused that often; after: where it first did once something had been let pass. */
static void refuses(struct told *t, const char *id, uint64_t times, uint64_t after)
{
	struct asked *a = &t->checks[t->facts.checks_count++];
	*a = (struct asked){ .was_false = true, .fell = 10, .refused = times, .after = after };
	snprintf(a->id, sizeof a->id, "%s", id);
}

static void lets_pass(struct told *t, const char *id, const char *words)
{
	struct asked *a = &t->checks[t->facts.checks_count++];
	*a = (struct asked){ .was_false = true, .let_pass = 11 };
	snprintf(a->id, sizeof a->id, "%s", id);
	snprintf(a->words, sizeof a->words, "%s", words);
}

static void ends(struct told *t, const char *actor, int64_t result)
{
	struct outcome *o = &t->outcomes[t->facts.outcomes_count++];
	snprintf(o->actor, sizeof o->actor, "%s", actor);
	o->result = result;
}

static struct told with, without;

/* The run with all checks refuses by uem.a and activates nobody. */
static void begin_both(void)
{
	begin(&with);
	begin(&without);
	refuses(&with, "uem.a", 1, 0);
	lets_pass(&without, "uem.a", "uem: the message is taken");
	ends(&with, "app", -102);
	ends(&without, "app", -102);
}

static void expect(enum exposure_kind kind, const char *rule, const char *shadow)
{
	struct exposure e = exposure_of(&with.facts, &without.facts);
	CU_ASSERT_EQUAL(e.kind, kind);
	CU_ASSERT_STRING_EQUAL(e.rule, rule);
	CU_ASSERT_STRING_EQUAL(e.shadow, shadow);
}

/* A refusal that is missing, a row that tells another story, another result code of a failure,
 * words of a finding that both runs have: nothing of it is an exposure. */
static void names_and_words_alone_expose_nothing(void)
{
	begin_both();
	expect(EXPOSURE_NONE, "", "");
	snprintf(without.checks[0].words, sizeof without.checks[0].words, "uem: another story");
	expect(EXPOSURE_NONE, "", "");
	without.outcomes[0].result = -101;
	expect(EXPOSURE_NONE, "", "");
	finds(&with, FINDING_NEVER, "S1.8", "S1.8 was seen");
	finds(&without, FINDING_NEVER, "S1.8", "S1.8 was seen, in other words");
	expect(EXPOSURE_NONE, "", "");
}

static void a_claim_or_rule_that_falls_exposes(void)
{
	static const struct {
		enum finding_kind kind;
		const char *subject, *rule;
		enum exposure_kind expected;
	} cases[] = {
		{ FINDING_AGREE, "agree(app, uem)", "agree(app, uem)", EXPOSURE_CLAIM },
		{ FINDING_SECRET, "secret(access_key)", "secret(access_key)", EXPOSURE_CLAIM },
		{ FINDING_FRESH, "fresh(p0: uem)", "fresh(p0: uem)", EXPOSURE_CLAIM },
		{ FINDING_ONE_TIME, "used_keys", "one-time used_keys", EXPOSURE_CLAIM },
		{ FINDING_ONCE, "S1.11", "once S1.11", EXPOSURE_CLAIM },
		{ FINDING_NEVER, "S1.11", "never S1.11", EXPOSURE_STATE },
		{ FINDING_ORDER, "S1.11", "order S1.11", EXPOSURE_STATE },
		{ FINDING_CHANNEL, "S1.11", "channel S1.11", EXPOSURE_STATE },
		{ FINDING_EVIDENCE, "record", "evidence record", EXPOSURE_STATE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin_both();
		finds(&without, cases[i].kind, cases[i].subject, "fell");
		expect(cases[i].expected, cases[i].rule, "");
	}
}

static void an_app_that_is_activated_exposes(void)
{
	begin_both();
	ends(&with, "app@2", 0);
	ends(&without, "app@2", 0);
	expect(EXPOSURE_NONE, "", "");
	without.outcomes[0].result = 0;
	expect(EXPOSURE_ACTIVATED, "app is activated", "");
	finds(&without, FINDING_NEVER, "S1.17", "S1.17 was seen");
	expect(EXPOSURE_ACTIVATED, "app is activated", "");
	finds(&without, FINDING_AGREE, "agree(app, uem)", "no run");
	expect(EXPOSURE_CLAIM, "agree(app, uem)", "");
}

/* What the flow lacks because another check refused is that check's doing. */
static void an_answer_that_is_too_large_exposes(void)
{
	begin_both();
	snprintf(without.facts.amplifies, sizeof without.facts.amplifies, "relay");
	expect(EXPOSURE_STATE, "amplification on relay", "");
	snprintf(with.facts.amplifies, sizeof with.facts.amplifies, "relay");
	expect(EXPOSURE_NONE, "", "");
	*with.facts.amplifies = *without.facts.amplifies = 0;
}

static void a_refusal_elsewhere_is_a_shadow(void)
{
	begin_both();
	refuses(&with, "noc.b", 2, 0);
	refuses(&without, "noc.b", 2, 40);
	expect(EXPOSURE_NONE, "", ""); /* no more often than before */
	refuses(&without, "noc.c", 1, 30);
	finds(&without, FINDING_MISSING, "S1.12", "S1.12 was not seen");
	finds(&without, FINDING_WITHIN, "S1.12", "too late");
	expect(EXPOSURE_NONE, "", "noc.c");
	without.checks[1].refused = 3;
	expect(EXPOSURE_NONE, "", "noc.c"); /* the first of them */
	without.checks[1].after = 20;
	expect(EXPOSURE_NONE, "", "noc.b");
	finds(&without, FINDING_NEVER, "S1.11", "S1.11 was seen");
	expect(EXPOSURE_STATE, "never S1.11", "noc.b");
}

static void a_flow_that_breaks_off_by_itself_is_a_loss(void)
{
	begin_both();
	finds(&without, FINDING_MISSING, "S1.12", "S1.12 was not seen");
	expect(EXPOSURE_LOSS, "missing S1.12", "");
	begin_both();
	without.facts.quiet = false;
	expect(EXPOSURE_LOSS, "the run comes to no end of its own", "");
}

/* -- the matrix -- */

static size_t number_of(const struct matrix *m, const char *id)
{
	size_t i = 0;
	while (i < m->checks.count && strcmp(m->checks.list[i].id, id) != 0)
		i++;
	CU_ASSERT_TRUE_FATAL(i < m->checks.count);
	return i;
}

static void was_false(struct facts *f, const char *id)
{
	f->checks = realloc(f->checks, (f->checks_count + 1) * sizeof *f->checks);
	memset(&f->checks[f->checks_count], 0, sizeof *f->checks);
	snprintf(f->checks[f->checks_count++].id, sizeof f->checks->id, "%s", id);
}

static void the_most_telling_cell_speaks_for_its_check(void)
{
	struct matrix m = { 0 };
	m.found.count = 2;
	m.found.list = calloc(2, sizeof *m.found.list);
	matrix_init(&m);
	for (size_t s = 0; s < 2; s++) {
		was_false(&m.with[s], "uem.token_is_young");
		was_false(&m.with[s], "uem.setup_point_is_on_curve");
	}
	was_false(&m.with[1], "uem.setup_mac_is_good");
	matrix_plan(&m);
	CU_ASSERT_EQUAL_FATAL(m.cells_count, 3); /* in the order of the tables, then of scenarios */
	m.cells[0].outcome = CELL_SURVIVED;
	m.cells[1].outcome = CELL_TOGETHER;
	m.cells[1].exposure.kind = EXPOSURE_CLAIM;
	m.cells[1].others_count = 2;
	snprintf(m.cells[1].others[0], sizeof *m.cells[1].others, "uem.token_is_unused");
	snprintf(m.cells[1].others[1], sizeof *m.cells[1].others, "noc.user_has_a_key");
	m.cells[2].outcome = CELL_SHADOWED;
	snprintf(m.cells[2].exposure.shadow, sizeof m.cells[2].exposure.shadow,
		 "uem.token_fits_records");
	matrix_conclude(&m);
	const struct check_line *young = &m.lines[number_of(&m, "uem.token_is_young")];
	const struct check_line *unused = &m.lines[number_of(&m, "uem.token_is_unused")];
	const struct check_line *mac = &m.lines[number_of(&m, "uem.setup_mac_is_good")];
	CU_ASSERT_TRUE(young->outcome == CHECK_TOGETHER && young->cell == &m.cells[1]);
	CU_ASSERT_TRUE(young->false_in == 2 && young->cells[CELL_SURVIVED] == 1);
	CU_ASSERT_TRUE(unused->outcome == CHECK_TOGETHER && unused->false_in == 0);
	const struct knocked k = matrix_knocked(&m, number_of(&m, "noc.user_has_a_key"));
	CU_ASSERT_EQUAL_FATAL(k.count, 3); /* it stands among the others of that cell */
	CU_ASSERT_STRING_EQUAL(k.ids[0], "uem.token_is_young");
	CU_ASSERT_STRING_EQUAL(k.ids[2], "noc.user_has_a_key");
	CU_ASSERT_EQUAL(mac->outcome, CHECK_SHADOWED);
	CU_ASSERT_EQUAL(m.lines[number_of(&m, "uem.setup_point_is_on_curve")].outcome,
			CHECK_UNKNOCKABLE);
	CU_ASSERT_EQUAL(m.lines[number_of(&m, "noc.user_has_a_key")].outcome, CHECK_TOGETHER);
	CU_ASSERT_EQUAL(m.lines[number_of(&m, "noc.user_is_not_locked")].outcome,
			CHECK_NO_SCENARIO);
	matrix_fini(&m);
}

/* -- between processes, and names -- */

static void facts_come_back_whole_or_not_at_all(void)
{
	struct buffer packed = { 0 };
	struct facts back;
	begin_both();
	finds(&without, FINDING_NEVER, "S1.11", "S1.11 was seen");
	snprintf(without.facts.amplifies, sizeof without.facts.amplifies, "relay");
	facts_pack(&without.facts, &packed);
	CU_ASSERT_TRUE_FATAL(facts_unpack(bytes_of_buffer(&packed), &back));
	CU_ASSERT_TRUE(back.quiet && back.findings_count == 1 && back.checks_count == 1);
	CU_ASSERT_STRING_EQUAL(back.amplifies, "relay");
	CU_ASSERT_STRING_EQUAL(back.findings[0].subject, "S1.11");
	CU_ASSERT_TRUE(back.outcomes_count == 1 && back.outcomes[0].result == -102);
	facts_fini(&back);
	for (size_t size = 0; size < packed.size; size += 7)
		CU_ASSERT_FALSE(facts_unpack(bytes_of(packed.data, size), &back));
	buffer_fini(&packed);
}

static void what_cannot_be_knocked_out_is_a_check(void)
{
	struct diags d = { 0 };
	const struct unknockable *u = dynamics_roster.unknockable;
	for (; u->check; u++) {
		const struct knocked k = { .count = 1, .ids = { u->check } };
		CU_ASSERT_TRUE(catalog_checks_know(&dynamics_roster, u->check, "x",
						   (struct place){ 0 }, &d));
		CU_ASSERT_EQUAL(knocked_check(&k, &dynamics_roster, "x", &d), ERR_INPUT);
	}
	const struct knocked twice = { .count = 2,
				       .ids = { "pipe.dtls_cookie", "pipe.dtls_cookie" } };
	const struct knocked good = { .count = 2,
				      .ids = { "pipe.dtls_cookie", "uem.setup_mac_is_good" } };
	CU_ASSERT_EQUAL(knocked_check(&twice, &dynamics_roster, "x", &d), ERR_INPUT);
	CU_ASSERT_EQUAL(knocked_check(&good, &dynamics_roster, "x", &d), ERR_OK);
	diag_fini(&d);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(names_and_words_alone_expose_nothing),
		TEST(a_claim_or_rule_that_falls_exposes),
		TEST(an_app_that_is_activated_exposes),
		TEST(an_answer_that_is_too_large_exposes),
		TEST(a_refusal_elsewhere_is_a_shadow),
		TEST(a_flow_that_breaks_off_by_itself_is_a_loss),
		TEST(the_most_telling_cell_speaks_for_its_check),
		TEST(facts_come_back_whole_or_not_at_all),
		TEST(what_cannot_be_knocked_out_is_a_check),
	};
	return suite_run("exposure", cases, sizeof cases / sizeof *cases);
}
