/* refusals.c - what the tests of broken traces share: judging one, and saying what was wanted. */
#include "tests/broken/refusals.h"

#include <stdio.h>
#include <string.h>

const struct honest *honest;

void refusals_about(struct honest *h)
{
	struct checker *c = records_check(h->records, h->flow, h->variant, h->secrets);
	for (size_t i = 0; i < h->flow->steps_count; i++)
		h->steps[i] = checker_step_record(c, i);
	checker_free(c);
	honest = h;
}

struct checker *refusals_judge(struct records *broken)
{
	struct checker *c = records_check(broken, honest->flow, honest->variant, honest->secrets);
	records_fini(broken);
	return c;
}

bool refusals_found(const struct checker *c, enum finding_kind kind, const char *subject,
		    uint64_t record)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == kind && (!subject || strcmp(list[i].subject, subject) == 0) &&
		    (!record || list[i].record == record))
			return true;
	return false;
}

/* What the checker said instead, for whoever reads a failed test. */
static void tell(const struct checker *c, const char *wanted)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	fprintf(stderr, "\nwanted: %s; %s, %zu findings\n", wanted,
		verdict_name(checker_verdict(c)), count);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "  %s %s: %s\n", verdict_name(list[i].verdict), list[i].subject,
			list[i].text);
}

static void expect(struct records *broken, enum verdict v, enum finding_kind kind,
		   const char *subject, uint64_t record)
{
	struct checker *c = refusals_judge(broken);
	bool good = checker_verdict(c) == v &&
		    (v == VERDICT_HOLDS || refusals_found(c, kind, subject, record));
	if (!good)
		tell(c, subject ? subject : verdict_name(v));
	CU_ASSERT_TRUE(good);
	checker_free(c);
}

void refusals_expect(struct records *broken, enum finding_kind kind, const char *subject,
		     uint64_t record)
{
	expect(broken, VERDICT_VIOLATED, kind, subject, record);
}

void refusals_expect_doubt(struct records *broken, enum finding_kind kind, const char *subject)
{
	expect(broken, VERDICT_INCONCLUSIVE, kind, subject, 0);
}

void refusals_expect_none(struct records *good)
{
	expect(good, VERDICT_HOLDS, FINDING_KINDS, NULL, 0);
}

const struct secret *refusals_secret(const char *class)
{
	for (size_t i = 0; i < honest->secrets->count; i++)
		if (strcmp(honest->secrets->list[i].class, class) == 0)
			return &honest->secrets->list[i];
	CU_FAIL_FATAL("no such class");
	return NULL;
}

uint32_t refusals_holders(const struct secret *s)
{
	const struct flow *f = honest->flow;
	const struct flow_variant *v = &f->variants[honest->variant];
	size_t claim = 0;
	while (claim < f->holders_count && strcmp(f->holders[claim].secret, s->class) != 0)
		claim++;
	CU_ASSERT_TRUE_FATAL(claim < f->holders_count);
	if (f->holders[claim].ends_of_channel) {
		const struct flow_channel *c = &f->channels[flow_channel_index(f, s->channel)];
		return UINT32_C(1) << c->from | UINT32_C(1) << c->to;
	}
	for (size_t i = 0; i < v->secrets_count; i++)
		if (v->secrets[i].holders == claim)
			return v->secrets[i].bits;
	return f->holders[claim].holders;
}

size_t refusals_end(const struct records *list)
{
	size_t at = list->count;
	while (at &&
	       (list->list[at - 1].kind == RECORD_END || list->list[at - 1].kind == RECORD_SECRETS))
		at--;
	return at;
}
