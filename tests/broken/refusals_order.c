/* refusals_order.c - each step of the flow removed, moved, repeated, late, and on a wrong channel;
 * and what is not evidence: what rows say of themselves.
 */
#include "tests/broken/refusals.h"

#include <string.h>

#include "proto/message.h"
#include "tests/lib/messages.h"

static void the_honest_trace_holds(void)
{
	struct records same = { 0 };
	records_borrow(&same, honest->records);
	refusals_expect_none(&same);
	for (size_t i = 0; i < honest->flow->steps_count; i++)
		CU_ASSERT_EQUAL(honest->steps[i] != 0, victim_requires(honest, i));
}

static void a_removed_step_is_missed(void)
{
	for (size_t i = 0; i < honest->flow->steps_count; i++) {
		struct records broken = { 0 };
		if (!victim_requires(honest, i))
			continue;
		victim_without(&broken, honest, i);
		CU_ASSERT_TRUE(broken.count < honest->records->count);
		refusals_expect(&broken, FINDING_MISSING, honest->flow->steps[i].id, 0);
	}
}

static void a_step_before_its_predecessor_is_refused(void)
{
	size_t first = 0;
	for (size_t i = 0; i < honest->flow->steps_count; i++) {
		struct records broken = { 0 };
		if (!victim_requires(honest, i))
			continue;
		if (victim_moved(&broken, honest, i) >= 0) {
			refusals_expect(&broken, FINDING_ORDER, honest->flow->steps[i].id, 0);
			continue;
		}
		first++;
		records_fini(&broken);
	}
	CU_ASSERT_EQUAL(first, 1); /* S1.1 alone has nothing before it */
}

static void the_first_step_after_its_successors_is_refused(void)
{
	struct records broken = { 0 };
	size_t first = (size_t)flow_step_index(honest->flow, "S1.1");
	size_t second = (size_t)flow_step_index(honest->flow, "S1.2");
	records_borrow(&broken, honest->records);
	size_t from = records_index(&broken, honest->steps[first]);
	size_t to = records_index(&broken, honest->steps[second]);
	size_t accepted = from + 1;
	while (broken.list[accepted].number != (int64_t)honest->steps[first])
		accepted++;
	records_remove(&broken, accepted);
	records_move(&broken, from, to);
	records_number(&broken);
	refusals_expect(&broken, FINDING_ORDER, "S1.2", 0);
}

static void a_step_on_another_channel_is_refused(void)
{
	for (size_t i = 0; i < honest->flow->steps_count; i++) {
		struct records broken = { 0 };
		if (!victim_requires(honest, i))
			continue;
		bool message = victim_pattern(honest, i)->message;
		victim_elsewhere(&broken, honest, i);
		refusals_expect(&broken, message ? FINDING_CHANNEL : FINDING_MISSING,
				honest->flow->steps[i].id, 0);
	}
}

static void a_step_between_others_is_missed(void)
{
	for (size_t i = 0; i < honest->flow->steps_count; i++)
		for (int sender = 0; victim_requires(honest, i) && sender < 2; sender++) {
			struct records broken = { 0 };
			victim_between(&broken, honest, i, sender);
			refusals_expect(&broken, FINDING_MISSING, honest->flow->steps[i].id, 0);
		}
}

/* Both ends have to say so. */
static void a_channel_secured_at_one_end_is_missed(void)
{
	static const char *const ends[] = { "device", "secure_connect" };
	for (size_t i = 0; i < 2; i++) {
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		for (size_t k = broken.count; k-- > 0;)
			if (broken.list[k].kind == RECORD_PIPE &&
			    strcmp(broken.list[k].actor, ends[i]) == 0 &&
			    strcmp(broken.list[k].channel, "tunnel") == 0 &&
			    strcmp(broken.list[k].name, "secured") == 0)
				records_remove(&broken, k);
		records_number(&broken);
		refusals_expect(&broken, FINDING_MISSING, "S1.6b", 0);
	}
}

static void a_second_time_is_refused(void)
{
	for (size_t i = 0; i < honest->flow->steps_count; i++) {
		struct records broken = { 0 };
		if (!(honest->flow->once >> i & 1))
			continue;
		victim_again(&broken, honest, i);
		refusals_expect(&broken, FINDING_ONCE, honest->flow->steps[i].id, 0);
	}
}

static void a_late_end_is_refused(void)
{
	for (size_t i = 0; i < honest->flow->within_count; i++) {
		const struct flow_within *w = &honest->flow->within[i];
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		for (size_t k = records_index(&broken, honest->steps[w->to]); k < broken.count; k++)
			broken.list[k].at_ns += w->limit_ns + 1;
		refusals_expect(&broken, FINDING_WITHIN, honest->flow->steps[w->to].id, 0);
	}
}

/* What this variant must never see: its message is put in just before the end. */
static void a_step_that_must_not_be_is_refused(void)
{
	size_t tried = 0;
	for (size_t i = 0; i < honest->flow->steps_count; i++) {
		const struct step_pattern *p = victim_pattern(honest, i);
		if (!(honest->flow->variants[honest->variant].absent >> i & 1) ||
		    p->event != STEP_SENT)
			continue;
		struct records broken = { 0 };
		struct buffer unit = { 0 };
		struct message m = { 0 };
		messages_fill(&m, message_type_of_name(p->message), true);
		message_encode(&m, &unit);
		records_borrow(&broken, honest->records);
		struct record r = { .kind = RECORD_SENT,
				    .actor = p->from,
				    .peer = p->to,
				    .channel = p->channel,
				    .message = p->message,
				    .bytes = bytes_of_buffer(&unit) };
		records_insert(&broken, broken.count - 1, &r);
		records_number(&broken);
		refusals_expect(&broken, FINDING_NEVER, honest->flow->steps[i].id, 0);
		buffer_fini(&unit);
		tried++;
	}
	CU_ASSERT_TRUE(tried > 0);
}

/* A message of the right name whose contents are not what the step says. */
static void a_message_without_its_fields_is_no_step(void)
{
	for (size_t i = 0; i < honest->flow->steps_count; i++) {
		const struct step_pattern *p = victim_pattern(honest, i);
		if (!victim_requires(honest, i) || !p->with[0])
			continue;
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		for (size_t k = 0; k < broken.count; k++)
			if (p->message && broken.list[k].bytes.size > 2 && broken.list[k].message &&
			    strcmp(broken.list[k].message, p->message) == 0)
				broken.list[k].bytes.size = 2; /* its type alone */
		refusals_expect(&broken, FINDING_MISSING, honest->flow->steps[i].id, 0);
	}
}

static void other_stories_change_nothing(void)
{
	struct records told = { 0 };
	const struct judged *a, *b;
	const struct finding *findings;
	victim_retold(&told, honest);
	struct checker *x =
		records_check(honest->records, honest->flow, honest->variant, honest->secrets);
	struct checker *y = refusals_judge(&told);
	CU_ASSERT_EQUAL(checker_verdict(x), checker_verdict(y));
	size_t count = checker_judged(x, &a);
	CU_ASSERT_EQUAL_FATAL(checker_judged(y, &b), count);
	CU_ASSERT_TRUE(count > 0 && memcmp(a, b, count * sizeof *a) == 0);
	CU_ASSERT_EQUAL(checker_findings(y, &findings), checker_findings(x, &findings));
	for (size_t i = 0; i < honest->flow->steps_count; i++)
		CU_ASSERT_EQUAL(checker_step_record(x, i), checker_step_record(y, i));
	checker_free(x);
	checker_free(y);
}

static void a_name_that_the_bytes_deny_is_refused(void)
{
	for (int i = 0; i < 2; i++) {
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		size_t at = victim_find(&broken, i ? RECORD_ACCEPTED : RECORD_SENT, NULL, "uem");
		broken.list[at].message = "TunnelGranted";
		refusals_expect(&broken, FINDING_EVIDENCE, NULL, broken.list[at].id);
	}
}

static void an_acceptance_of_nothing_is_refused(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	size_t at = victim_find(&broken, RECORD_ACCEPTED, NULL, "uem");
	broken.list[at].number = 0;
	broken.list[at].bytes = (struct bytes){ 0 };
	refusals_expect(&broken, FINDING_EVIDENCE, NULL, broken.list[at].id);
}

static void an_acceptance_of_another_message_is_refused(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	size_t at = records_index(&broken, honest->steps[flow_step_index(honest->flow, "S1.17")]);
	broken.list[at].number = (int64_t)honest->steps[flow_step_index(honest->flow, "S1.1")];
	refusals_expect(&broken, FINDING_EVIDENCE, NULL, broken.list[at].id);
}

static void an_acceptance_by_somebody_else_is_refused(void)
{
	for (int i = 0; i < 3; i++) {
		struct records broken = { 0 };
		records_borrow(&broken, honest->records);
		size_t at = victim_find(&broken, RECORD_ACCEPTED, NULL, "uem");
		const char **said[] = { &broken.list[at].actor, &broken.list[at].peer,
					&broken.list[at].channel };
		*said[i] = i < 2 ? "noc" : "handover";
		refusals_expect(&broken, FINDING_EVIDENCE, NULL, broken.list[at].id);
	}
}

static void a_trace_without_an_end_leaves_doubt(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	records_remove(&broken, broken.count - 1);
	refusals_expect_doubt(&broken, FINDING_EVIDENCE, NULL);
	struct records half = { 0 };
	records_borrow(&half, honest->records);
	half.count /= 2;
	refusals_expect_doubt(&half, FINDING_MISSING, "S1.17");
}

static void a_run_that_met_a_limit_leaves_doubt(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	broken.list[broken.count - 1].text = "steps";
	refusals_expect_doubt(&broken, FINDING_EVIDENCE, NULL);
}

static void an_empty_trace_leaves_doubt(void)
{
	struct records empty = { 0 };
	refusals_expect_doubt(&empty, FINDING_MISSING, "S1.1");
}

static void records_out_of_number_are_refused(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	broken.list[2].id = 1;
	refusals_expect(&broken, FINDING_EVIDENCE, NULL, 1);
	struct records beyond = { 0 };
	records_borrow(&beyond, honest->records);
	records_insert(&beyond, beyond.count, &beyond.list[0]);
	records_number(&beyond);
	refusals_expect(&beyond, FINDING_EVIDENCE, NULL, honest->records->count + 1);
}

size_t refusals_order(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(the_honest_trace_holds),
		TEST(a_removed_step_is_missed),
		TEST(a_step_before_its_predecessor_is_refused),
		TEST(the_first_step_after_its_successors_is_refused),
		TEST(a_step_on_another_channel_is_refused),
		TEST(a_step_between_others_is_missed),
		TEST(a_channel_secured_at_one_end_is_missed),
		TEST(a_second_time_is_refused),
		TEST(a_late_end_is_refused),
		TEST(a_step_that_must_not_be_is_refused),
		TEST(a_message_without_its_fields_is_no_step),
		TEST(other_stories_change_nothing),
		TEST(a_name_that_the_bytes_deny_is_refused),
		TEST(an_acceptance_of_nothing_is_refused),
		TEST(an_acceptance_of_another_message_is_refused),
		TEST(an_acceptance_by_somebody_else_is_refused),
		TEST(a_trace_without_an_end_leaves_doubt),
		TEST(a_run_that_met_a_limit_leaves_doubt),
		TEST(an_empty_trace_leaves_doubt),
		TEST(records_out_of_number_are_refused),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
