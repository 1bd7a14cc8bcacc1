/* test_victims.c - a trace that the program made, broken in every way that the checker must refuse.
 * Arguments: the trace, its run.secrets, the flow file and the name of the variant.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/broken/refusals.h"

/* Else a broken version might be refused for what was wrong before. */
static void the_trace_is_whole(void)
{
	const struct records *r = honest->records;
	for (size_t i = 0; i < r->count; i++)
		CU_ASSERT_EQUAL(r->list[i].id, i + 1);
	CU_ASSERT_TRUE_FATAL(r->count > 0);
	CU_ASSERT_EQUAL(r->list[0].kind, RECORD_RUN);
	CU_ASSERT_EQUAL(r->list[r->count - 1].kind, RECORD_END);
	CU_ASSERT_EQUAL(r->list[r->count - 1].number, (int64_t)r->count - 1);
}

static int judge(struct honest *h)
{
	struct test_case cases[8 * REFUSALS_MAX + 1] = { TEST(the_trace_is_whole) };
	size_t count = 1;
	refusals_about(h);
	count += refusals_order(cases + count);
	count += refusals_agree(cases + count);
	count += refusals_claims(cases + count);
	count += refusals_canaries(cases + count);
	count += refusals_secrecy(cases + count);
	count += refusals_segments(cases + count);
	count += refusals_derived(cases + count);
	count += refusals_corrupt(cases + count);
	return suite_run("victims", cases, count);
}

int main(int argc, char **argv)
{
	static struct flow f;
	struct diags d = { 0 };
	struct records records = { 0 };
	struct secrets secrets = { 0 };
	if (argc != 5) {
		fprintf(stderr, "usage: test_victims TRACE SECRETS FLOW VARIANT\n");
		return 2;
	}
	int status = 2;
	if (flow_read(argv[3], &f, &d) == ERR_OK && secrets_read(argv[2], &secrets, &d) == ERR_OK &&
	    records_read(&records, argv[1])) {
		int variant = flow_variant_index(&f, argv[4]);
		uint64_t steps[FLOW_STEPS_MAX] = { 0 };
		struct honest h = { &f, (size_t)variant, &secrets, &records, steps };
		status = variant < 0 ? 2 : judge(&h);
	}
	diag_print(&d, stderr);
	diag_fini(&d);
	records_fini(&records);
	secrets_fini(&secrets);
	flow_fini(&f);
	return status;
}
