/* test_devices.c - the checker over traces of several devices, made of renamed copies of one: of
 * that which is written by hand or, given TRACE SECRETS FLOW VARIANT, of one that the program made.
 * Each device is judged by itself, whatever the order in which they come, and nothing of one may be
 * had by another.
 */
#include "sim/flow/checker.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/knox_trace.h"
#include "tests/lib/strands.h"
#include "tests/lib/suite.h"

enum { DEVICES = 3, SEEDS = 12 };

static struct flow flow;
static struct records honest;
static struct secrets secrets;
static size_t variant;

static void twist(struct strands *x, size_t devices, uint64_t seed, struct records *out)
{
	strands_init(x, &flow, &honest, &secrets);
	for (size_t i = 0; i < devices; i++)
		strands_add(x, (uint32_t)i + 1, 0, honest.count, SIZE_MAX);
	strands_twist(x, seed, out);
}

/* All that was said, in one text. */
static const char *said(const struct checker *c)
{
	static char text[65536];
	const struct finding *list;
	size_t count = checker_findings(c, &list), at = 0;
	*text = 0;
	for (size_t i = 0; i < count && at < sizeof text - 400; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s: %s\n", list[i].subject,
				       list[i].text);
	return text;
}

static const struct finding *found(const struct checker *c, enum finding_kind kind,
				   const char *subject, const char *words)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == kind && strcmp(list[i].subject, subject) == 0 &&
		    strstr(list[i].text, words))
			return &list[i];
	fprintf(stderr, "\nwanted %s: %s; said:\n%s", subject, words, said(c));
	return NULL;
}

static void expect_held(const struct checker *c)
{
	if (checker_verdict(c) != VERDICT_HOLDS)
		fprintf(stderr, "\n%s", said(c));
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_HOLDS);
}

static const char *line_of(const struct checker *c, const char *name)
{
	const struct judged *list;
	size_t count = checker_judged(c, &list);
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return list[i].text;
	return "";
}

/* -- honest runs -- */

static void honest_devices_hold_in_every_order(void)
{
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct strands x;
		struct records r = { 0 };
		twist(&x, DEVICES, seed, &r);
		struct checker *c = records_check(&r, &flow, variant, &x.own);
		expect_held(c);
		CU_ASSERT_PTR_NOT_NULL(strstr(line_of(c, "order"), "69 of 69 steps of 3 devices"));
		CU_ASSERT_PTR_NOT_NULL(strstr(line_of(c, "agree(app, uem)"), "3 commits"));
		checker_free(c);
		records_fini(&r);
		strands_fini(&x);
	}
}

static void one_device_may_have_a_number(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, 1, 0, &r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	expect_held(c);
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(c, "order"), "23 of 23 steps seen"));
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

static void names_with_and_without_a_device_are_refused(void)
{
	struct strands x;
	struct records r = { 0 };
	strands_init(&x, &flow, &honest, &secrets);
	strands_add(&x, 0, 0, honest.count, SIZE_MAX);
	strands_add(&x, 2, 0, honest.count, SIZE_MAX);
	strands_twist(&x, 1, &r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_EVIDENCE, "evidence", "with a device"));
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

/* -- order, for each device -- */

static bool is_step(const struct record *r, const struct step_pattern *p)
{
	if (strcmp(r->channel ? r->channel : "", p->channel) != 0)
		return false;
	if (!p->message)
		return r->kind == RECORD_OPEN || r->kind == RECORD_PIPE;
	return strcmp(r->message ? r->message : "", p->message) == 0 &&
	       ((r->kind == RECORD_SENT && strncmp(r->actor, p->from, strlen(p->from)) == 0) ||
		(r->kind == RECORD_ACCEPTED && strncmp(r->peer, p->from, strlen(p->from)) == 0));
}

/* Take a step of the device with this strand out of the trace. */
static void step_remove(const struct strands *x, struct records *r, size_t strand, size_t number)
{
	for (size_t i = 0; i < honest.count; i++) {
		uint64_t id = strands_id(x, strand, honest.list[i].id);
		if (is_step(&honest.list[i], &flow.steps[number].pattern))
			records_remove(r, records_index(r, id));
	}
}

static void a_missing_step_is_that_of_its_device(void)
{
	for (size_t i = 0; i < flow.steps_count; i++) {
		char whose[2][80];
		struct strands x;
		struct records r = { 0 };
		if (!flow.steps[i].simulated || flow.variants[variant].absent >> i & 1)
			continue;
		twist(&x, DEVICES, i + 1, &r);
		step_remove(&x, &r, 1, i);
		records_number(&r);
		struct checker *c = records_check(&r, &flow, variant, &x.own);
		CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
		const struct finding *list;
		size_t count = checker_findings(c, &list), of_two = 0;
		for (size_t k = 0; k < count; k++) {
			snprintf(whose[0], sizeof whose[0], "@1: %s", flow.steps[i].id);
			snprintf(whose[1], sizeof whose[1], "%s was not seen", flow.steps[i].id);
			CU_ASSERT_PTR_NULL(strstr(list[k].text, whose[0]));
			of_two += list[k].kind == FINDING_MISSING &&
				  strstr(list[k].text, whose[1]) &&
				  (strstr(list[k].text, "@2: ") ||
				   strstr(list[k].text, "device 2: "));
		}
		CU_ASSERT_EQUAL(of_two, 1);
		checker_free(c);
		records_fini(&r);
		strands_fini(&x);
	}
}

/* A step of device 2 that comes too early says so of device 2 alone. */
static void a_step_too_early_is_that_of_its_device(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, DEVICES, 7, &r);
	size_t early = SIZE_MAX, before = SIZE_MAX;
	for (size_t i = 0; i < r.count; i++) {
		bool two = r.list[i].kind == RECORD_SENT && strcmp(r.list[i].peer, "app@2") == 0;
		if (two && strcmp(r.list[i].message, "NocProvisioning") == 0)
			before = i;
		if (r.list[i].kind == RECORD_SENT && strcmp(r.list[i].actor, "app@2") == 0 &&
		    strcmp(r.list[i].message, "SecureChannelSetup") == 0)
			early = i;
	}
	CU_ASSERT_TRUE_FATAL(early != SIZE_MAX && before != SIZE_MAX);
	records_move(&r, early, before);
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_ORDER, "S1.12", "app@2: S1.12 came before S1.11"));
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

/* A handover from the active app of one device to the app of another is no step of either. */
static void a_step_between_two_devices_is_refused(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, 2, 3, &r);
	for (size_t i = 0; i < r.count; i++) {
		struct record *one = &r.list[i];
		if (strcmp(one->message ? one->message : "", "KeyHandover") != 0)
			continue;
		if (strcmp(one->actor, "active_app@2") == 0)
			one->actor = "active_app@1";
		else if (strcmp(one->peer, "active_app@2") == 0)
			one->peer = "active_app@1";
	}
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_CHANNEL, "S1.9", "between two devices"));
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_MISSING, "S1.9", "active_app@2: "));
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_SECRET, "secret(access_key)", "active_app@1 had"));
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

/* -- claims, for each device -- */

/* The commits and runs of all devices bind the same values, and still each needs its own. */
static void a_run_of_another_device_serves_no_commit(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, 2, 5, &r);
	size_t at = 0;
	while (!(r.list[at].kind == RECORD_CLAIM && strcmp(r.list[at].actor, "uem") == 0 &&
		 strcmp(r.list[at].name, "run") == 0 && strcmp(r.list[at].peer, "app@2") == 0))
		at++;
	r.list[at].peer = "app@1";
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_AGREE, "agree(app, uem)", "app@2: the commit"));
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

static void a_key_spent_by_two_devices_is_refused(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, 2, 5, &r);
	for (size_t i = 0; i < r.count; i++)
		if (r.list[i].kind == RECORD_PERSIST)
			r.list[i].text = "the same";
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_ONE_TIME, "used_keys", "noc put the same key"));
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_ONE_TIME, "used_tokens", "uem put the same key"));
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

/* Nothing of one device occurred: that of the others does not speak for it. */
static void a_device_without_a_commit_leaves_doubt(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, 2, 5, &r);
	for (size_t i = r.count; i-- > 0;)
		if (r.list[i].kind == RECORD_CLAIM && strcmp(r.list[i].name, "commit") == 0 &&
		    strcmp(r.list[i].peer, "app@2") == 0)
			records_remove(&r, i);
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_PTR_NOT_NULL(found(c, FINDING_AGREE, "agree(uem, app)", "no commit of device 2"));
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_INCONCLUSIVE);
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

/* -- canaries: nothing of one device in another's messages -- */

static struct strands canaries;
static struct records canary_records;

static void plant(size_t secret, const char *who, bool early)
{
	char claim[64];
	struct records r = { 0 };
	const struct secret *s = &secrets.list[secret];
	const char *reference = strands_reference(&canaries, 0, secret);
	struct record heard = {
		.kind = RECORD_ACCEPTED, .actor = who, .peer = "user@2", .channel = "out_of_band"
	};
	for (size_t i = 0; i < canaries.own.count; i++)
		if (strcmp(canaries.own.list[i].reference, reference) == 0)
			heard.bytes = bytes_of_buffer(&canaries.own.list[i].value);
	CU_ASSERT_TRUE_FATAL(heard.bytes.size > 0);
	records_borrow(&r, &canary_records);
	records_insert(&r, early ? 1 : r.count - 1, &heard);
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &canaries.own);
	snprintf(claim, sizeof claim, "secret(%s)", s->class);
	const struct finding *f = found(c, FINDING_SECRET, claim, who);
	CU_ASSERT_PTR_NOT_NULL(f);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	if (f)
		CU_ASSERT_PTR_NOT_NULL(strstr(f->text, reference));
	checker_free(c);
	records_fini(&r);
}

/* Every class of secrets of device 1, in a stream of every actor of device 2: also of those that
 * may have it of their own, and also before anybody says that it holds it. */
static void secrets_of_another_device_are_caught(void)
{
	static const char *const actors[] = { "admin@2", "user@2", "device@2", "app@2",
					      "active_app@2" };
	size_t planted = 0;
	twist(&canaries, 2, 9, &canary_records);
	for (size_t i = 0; i < secrets.count; i++) {
		bool shared = strcmp(strands_reference(&canaries, 0, i),
				     strands_reference(&canaries, 1, i)) == 0;
		for (size_t k = 0; k < 5 && !shared; k++, planted++)
			plant(i, actors[k], planted % 2);
	}
	CU_ASSERT_TRUE(planted >= 5 * 20);
	records_fini(&canary_records);
	strands_fini(&canaries);
}

/* Those of its own it may have, whoever else has values of the same class. */
static void secrets_of_its_own_are_not(void)
{
	struct strands x;
	struct records r = { 0 };
	twist(&x, 2, 9, &r);
	for (size_t i = 0; i < x.own.count; i++) {
		struct record heard = { .kind = RECORD_ACCEPTED,
					.peer = "user@2",
					.actor = "app@2",
					.channel = "out_of_band",
					.bytes = bytes_of_buffer(&x.own.list[i].value) };
		bool its = strcmp(x.own.list[i].class, "k1") == 0;
		if (its && x.own.list[i].reference[3] == '2')
			records_insert(&r, r.count - 1, &heard);
	}
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	expect_held(c);
	checker_free(c);
	records_fini(&r);
	strands_fini(&x);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		TEST(honest_devices_hold_in_every_order),
		TEST(one_device_may_have_a_number),
		TEST(names_with_and_without_a_device_are_refused),
		TEST(a_missing_step_is_that_of_its_device),
		TEST(a_step_too_early_is_that_of_its_device),
		TEST(a_step_between_two_devices_is_refused),
		TEST(a_run_of_another_device_serves_no_commit),
		TEST(a_key_spent_by_two_devices_is_refused),
		TEST(a_device_without_a_commit_leaves_doubt),
		TEST(secrets_of_another_device_are_caught),
		TEST(secrets_of_its_own_are_not),
	};
	struct diags d = { 0 };
	bool by_hand = argc != 5;
	bool read = flow_read(by_hand ? KNOX_FLOW : argv[3], &flow, &d) == ERR_OK;
	variant = read ? (size_t)flow_variant_index(&flow, "next-app") : 0;
	if (read && by_hand)
		knox_trace_build(&honest, &secrets);
	else if (read)
		read = secrets_read(argv[2], &secrets, &d) == ERR_OK &&
		       records_read(&honest, argv[1]);
	int status = read ? suite_run("devices", cases, sizeof cases / sizeof *cases) : 2;
	diag_print(&d, stderr);
	diag_fini(&d);
	records_fini(&honest);
	secrets_fini(&secrets);
	flow_fini(&flow);
	return status;
}
