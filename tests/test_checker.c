/* test_checker.c - the checker over a trace written by hand: it holds, and each of its broken
 * versions is refused (tests/broken). Only what needs no broken trace is tried here.
 */
#include "sim/flow/checker.h"

#include <stdio.h>
#include <string.h>

#include "tests/broken/refusals.h"
#include "tests/lib/knox_trace.h"

static struct flow flow;
static struct records records;
static struct secrets secrets;

static void each_step_is_said_as_it_comes(void)
{
	struct checker *c = checker_new(&flow, honest->variant, &secrets);
	size_t said = 0;
	for (size_t i = 0; i < records.count; i++) {
		checker_feed(c, &records.list[i]);
		int step = checker_step_of_last(c);
		if (step < 0)
			continue;
		said++;
		CU_ASSERT_EQUAL(checker_step_record(c, (size_t)step), records.list[i].id);
	}
	checker_finish(c);
	CU_ASSERT_EQUAL(said, 23); /* 25 steps; one is absent, one not simulated */
	checker_free(c);
}

/* What an adversary puts in place of a message has no honest sending; it was accepted all the same.
 */
static void an_acceptance_with_its_own_bytes_counts(void)
{
	struct records changed = { 0 };
	records_borrow(&changed, &records);
	size_t at = records_index(&changed, honest->steps[flow_step_index(&flow, "S1.12b")]);
	struct record *r = &changed.list[at];
	r->bytes = changed.list[records_index(&changed, (uint64_t)r->number)].bytes;
	r->number = 0;
	uint64_t id = r->id;
	struct checker *c = refusals_judge(&changed);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(checker_step_record(c, (size_t)flow_step_index(&flow, "S1.12b")), id);
	checker_free(c);
}

/* Whoever reads a trace without run.secrets has cuts that cannot be filled: fields in them are not
 * missing, they cannot be judged. */
static void a_cut_field_is_not_called_missing(void)
{
	struct record_cut cut = { .offset = 20, .size = 8, .reference = "access_key#1" };
	struct records cut_out = { 0 };
	uint8_t bytes[2048];
	records_borrow(&cut_out, &records);
	size_t at = records_index(&cut_out, honest->steps[flow_step_index(&flow, "S1.12")]);
	struct record *r = &cut_out.list[at];
	CU_ASSERT_TRUE_FATAL(r->bytes.size <= sizeof bytes);
	memcpy(bytes, r->bytes.data, r->bytes.size);
	memset(bytes + 4, 0, 24);
	r->bytes.data = bytes;
	r->cuts[0] = cut;
	r->cuts_count = 1;
	struct checker *c = records_check(&cut_out, &flow, honest->variant, NULL);
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	CU_ASSERT_TRUE(refusals_found(c, FINDING_MISSING, "S1.12b", 0));
	for (size_t i = 0; i < count; i++)
		CU_ASSERT_EQUAL(list[i].verdict, VERDICT_INCONCLUSIVE);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_INCONCLUSIVE);
	checker_free(c);
	records_fini(&cut_out);
}

static void another_variant_is_refused(void)
{
	size_t variant = (size_t)flow_variant_index(&flow, "first-app-admin");
	struct checker *c = records_check(&records, &flow, variant, &secrets);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	CU_ASSERT_TRUE(refusals_found(c, FINDING_MISSING, "S1.3a", 0));
	CU_ASSERT_TRUE(refusals_found(c, FINDING_NEVER, "S1.3b", 0));
	CU_ASSERT_TRUE(refusals_found(c, FINDING_NEVER, "S1.9", 0));
	CU_ASSERT_TRUE(refusals_found(c, FINDING_SECRET, "secret(access_key)", 0));
	checker_free(c);
	variant = (size_t)flow_variant_index(&flow, "next-app-reverse-reply");
	c = records_check(&records, &flow, variant, &secrets);
	CU_ASSERT_TRUE(refusals_found(c, FINDING_MISSING, "S1.15", 0));
	checker_free(c);
}

/* A trace is not to be trusted: whatever stands in it, words and control characters, is only shown.
 */
static void findings_hold_no_control_characters(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, &records);
	size_t at = victim_find(&broken, RECORD_SENT, NULL, "uem");
	broken.list[at].message = "\033[2J\nverdict: holds";
	struct checker *c = records_check(&broken, &flow, honest->variant, &secrets);
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	CU_ASSERT_TRUE(count > 0);
	for (size_t i = 0; i < count; i++)
		for (const char *p = list[i].text; *p; p++)
			CU_ASSERT_TRUE((unsigned char)*p >= ' ');
	checker_free(c);
	records_fini(&broken);
}

static void many_findings_are_counted(void)
{
	struct records broken = { 0 };
	const struct finding *list;
	records_borrow(&broken, &records);
	struct record r = { .kind = RECORD_ARRIVAL, .actor = "noc", .peer = "app" };
	for (int i = 0; i < 1000; i++)
		records_insert(&broken, 1, &r);
	records_number(&broken);
	struct checker *c = records_check(&broken, &flow, honest->variant, &secrets);
	const struct judged *judged;
	size_t count = checker_judged(c, &judged);
	CU_ASSERT_TRUE(checker_findings(c, &list) < 1000);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	CU_ASSERT_STRING_EQUAL(judged[count - 1].name, "findings");
	CU_ASSERT_PTR_NOT_NULL(strstr(judged[count - 1].text, "744 more"));
	checker_free(c);
	records_fini(&broken);
}

/* The trace with one byte of one record changed; what does not decode any more is left out. */
static struct checker *check_damaged(uint32_t seed)
{
	struct checker *c = checker_new(&flow, honest->variant, &secrets);
	struct record_memory memory = { 0 };
	struct buffer encoded = { 0 };
	size_t damaged = seed * 2654435761u % records.count;
	for (size_t i = 0; i < records.count; i++) {
		struct record r = records.list[i];
		if (i == damaged) {
			record_encode(&r, &encoded);
			encoded.data[seed * 40503u % encoded.size] ^= (uint8_t)(1u << seed % 8);
			if (record_decode(bytes_of_buffer(&encoded), &r, &memory))
				continue;
		}
		checker_feed(c, &r);
	}
	checker_finish(c);
	buffer_fini(&encoded);
	record_memory_fini(&memory);
	return c;
}

static void a_damaged_trace_is_judged_all_the_same(void)
{
	size_t verdicts[3] = { 0 };
	for (uint32_t seed = 0; seed < 1500; seed++) {
		struct checker *c = check_damaged(seed);
		verdicts[checker_verdict(c)]++;
		checker_free(c);
	}
	CU_ASSERT_TRUE(verdicts[VERDICT_HOLDS] > 0); /* a step's story */
	CU_ASSERT_TRUE(verdicts[VERDICT_VIOLATED] > 200);
	CU_ASSERT_TRUE(verdicts[VERDICT_INCONCLUSIVE] > 0);
}

int main(void)
{
	struct test_case cases[6 * REFUSALS_MAX + 8] = {
		TEST(each_step_is_said_as_it_comes),
		TEST(an_acceptance_with_its_own_bytes_counts),
		TEST(a_cut_field_is_not_called_missing),
		TEST(another_variant_is_refused),
		TEST(findings_hold_no_control_characters),
		TEST(many_findings_are_counted),
		TEST(a_damaged_trace_is_judged_all_the_same),
	};
	size_t count = 7;
	struct diags d = { 0 };
	uint64_t steps[FLOW_STEPS_MAX] = { 0 };
	enum err e = flow_read(KNOX_FLOW, &flow, &d);
	diag_print(&d, stderr);
	diag_fini(&d);
	if (e != ERR_OK)
		return 2;
	knox_trace_build(&records, &secrets);
	struct honest h = { &flow, (size_t)flow_variant_index(&flow, "next-app"), &secrets,
			    &records, steps };
	refusals_about(&h);
	count += refusals_order(cases + count);
	count += refusals_agree(cases + count);
	count += refusals_claims(cases + count);
	count += refusals_canaries(cases + count);
	count += refusals_secrecy(cases + count);
	count += refusals_segments(cases + count);
	int status = suite_run("checker", cases, count);
	records_fini(&records);
	secrets_fini(&secrets);
	flow_fini(&flow);
	return status;
}
