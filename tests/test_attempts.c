/* test_attempts.c - the checker over a device that tries again, over runs that are to end early,
 * and over actors that crash: all of them made of one trace written by hand.
 */
#include "sim/flow/checker.h"

#include <stdio.h>
#include <string.h>

#include "proto/message.h"
#include "tests/lib/knox_trace.h"
#include "tests/lib/strands.h"
#include "tests/lib/suite.h"

static struct flow flow;
static struct records honest; /* with a LaunchApp in front of S1.3b */
static struct secrets secrets;
static size_t variant, launch; /* index of its sending */

static size_t step(const char *id)
{
	int index = flow_step_index(&flow, id);
	CU_ASSERT_TRUE_FATAL(index >= 0);
	return (size_t)index;
}

/* Index of the sending or acceptance of a message at this actor, or SIZE_MAX. */
static size_t at_message(const struct records *r, enum record_kind kind, const char *actor,
			 const char *message)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].kind == kind && strcmp(r->list[i].actor, actor) == 0 &&
		    strcmp(r->list[i].message, message) == 0)
			return i;
	CU_FAIL_FATAL("no such message");
	return SIZE_MAX;
}

static bool was_said(const struct checker *c, enum finding_kind kind, const char *words)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == kind && strstr(list[i].text, words))
			return true;
	fprintf(stderr, "\nwanted %s; said:\n", words);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "  %s: %s\n", list[i].subject, list[i].text);
	return false;
}

static void expect(struct checker *c, enum verdict v)
{
	if (checker_verdict(c) != v)
		was_said(c, FINDING_KINDS, verdict_name(v));
	CU_ASSERT_EQUAL(checker_verdict(c), v);
	checker_free(c);
}

static void launch_add(void)
{
	static struct buffer unit;
	struct message m = { .type = MESSAGE_LAUNCH_APP };
	memcpy(m.as.launch_app.uid, "mary@corp.example", 18);
	memcpy(m.as.launch_app.app, "com.example.notes", 18);
	message_encode(&m, &unit);
	launch = at_message(&honest, RECORD_SENT, "app", "KeyWanted");
	struct record sent = honest.list[launch], accepted = { .kind = RECORD_ACCEPTED };
	uint64_t id = honest.list[honest.count - 1].id + 1;
	sent.actor = "device";
	sent.peer = "app";
	sent.message = "LaunchApp";
	sent.bytes = bytes_of_buffer(&unit);
	sent.cuts_count = 0;
	accepted.actor = "app";
	accepted.peer = "device";
	accepted.channel = sent.channel;
	accepted.message = "LaunchApp";
	accepted.session = honest.list[launch].session;
	accepted.at_ns = sent.at_ns;
	records_insert(&honest, launch, &sent);
	records_insert(&honest, launch + 1, &accepted);
	honest.list[launch].id = id;
	honest.list[launch + 1].id = id + 1;
	honest.list[launch + 1].number = (int64_t)id;
	honest.list[launch + 1].parents[0] = id;
	honest.list[launch + 1].parents_count = 1;
	honest.list[launch + 2].parents[0] = id + 1;
	honest.list[launch + 2].parents_count = 1;
	records_number(&honest);
	for (size_t i = 0; i < honest.count; i++) /* as records that were read */
		honest.list[i].reference = honest.list[i].reference ? honest.list[i].reference : "";
}

/* -- attempts -- */

/* One attempt that fails before honest record `cut`, and one that goes through. */
static void try_twice(struct strands *x, size_t cut, struct records *r)
{
	strands_init(x, &flow, &honest, &secrets);
	size_t first = strands_add(x, 0, 0, cut, SIZE_MAX);
	strands_add(x, 0, launch, honest.count, first);
	strands_twist(x, 0, r);
}

static void wherever_an_attempt_fails_the_next_may_hold(void)
{
	for (size_t cut = launch + 2; cut < honest.count - 1; cut++) {
		struct strands x;
		struct records r = { 0 };
		try_twice(&x, cut, &r);
		expect(records_check(&r, &flow, variant, &x.own), VERDICT_HOLDS);
		records_fini(&r);
		strands_fini(&x);
	}
}

/* Without a launch in between the same is one attempt, in which steps come twice. */
static void one_attempt_shows_nothing_twice(void)
{
	struct strands x;
	struct records r = { 0 };
	try_twice(&x, honest.count - 2, &r);
	for (size_t i = r.count; i-- > 0;)
		if (strcmp(r.list[i].message ? r.list[i].message : "", "LaunchApp") == 0)
			records_remove(&r, i);
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_TRUE(was_said(c, FINDING_ONCE, "S1.10 was seen a second time"));
	CU_ASSERT_TRUE(was_said(c, FINDING_ONCE, "S1.17 was seen a second time"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* The last attempt is not complete because an earlier one was. */
static void a_step_of_an_earlier_attempt_is_none_of_the_last(void)
{
	struct strands x;
	struct records r = { 0 };
	try_twice(&x, honest.count - 2, &r);
	uint64_t sent = strands_id(
		&x, 1, honest.list[at_message(&honest, RECORD_SENT, "noc", "NocProvisioning")].id);
	uint64_t came = strands_id(
		&x, 1,
		honest.list[at_message(&honest, RECORD_ACCEPTED, "app", "NocProvisioning")].id);
	records_remove(&r, records_index(&r, came));
	records_remove(&r, records_index(&r, sent));
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_TRUE(was_said(c, FINDING_MISSING, "S1.11 was not seen"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* A message of the first attempt that is accepted at last is no step of the second. */
static void what_comes_late_is_none_of_the_last(void)
{
	struct strands x;
	struct records r = { 0 };
	size_t sent = at_message(&honest, RECORD_SENT, "app", "SecureChannelSetup");
	size_t came = at_message(&honest, RECORD_ACCEPTED, "noc", "SecureChannelSetup");
	try_twice(&x, sent + 1, &r);
	uint64_t its = strands_id(&x, 1, honest.list[came].id);
	uint64_t first = strands_id(&x, 0, honest.list[sent].id);
	struct record *late = &r.list[records_index(&r, its)];
	late->number = (int64_t)first;
	late->parents[0] = first;
	late->parents_count = 1;
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_TRUE(was_said(c, FINDING_MISSING, "S1.12b was not seen"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* What is missing of a failed attempt is not missing, but what came without it came too early. */
static void a_failed_attempt_is_held_to_the_order(void)
{
	struct strands x;
	struct records r = { 0 };
	size_t sent = at_message(&honest, RECORD_SENT, "noc", "NocProvisioning");
	size_t came = at_message(&honest, RECORD_ACCEPTED, "app", "NocProvisioning");
	try_twice(&x, at_message(&honest, RECORD_SENT, "noc", "SecureChannelSetup"), &r);
	uint64_t ids[2] = { strands_id(&x, 0, honest.list[came].id),
			    strands_id(&x, 0, honest.list[sent].id) };
	for (int i = 0; i < 2; i++)
		records_remove(&r, records_index(&r, ids[i]));
	records_number(&r);
	struct checker *c = records_check(&r, &flow, variant, &x.own);
	CU_ASSERT_TRUE(was_said(c, FINDING_ORDER, "S1.12 came without S1.11 in attempt 1"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* -- runs that are to end early -- */

static void cut_at(struct strands *x, size_t devices, size_t cut, struct records *r)
{
	strands_init(x, &flow, &honest, &secrets);
	for (size_t i = 0; i < devices; i++)
		strands_add(x, devices > 1 ? (uint32_t)i + 1 : 0, 0,
			    i + 1 == devices ? cut : honest.count, SIZE_MAX);
	strands_twist(x, 0, r);
}

static struct checker *check_reach(const struct records *r, const struct secrets *own,
				   uint32_t device, const char *id)
{
	struct checker *c = checker_new(&flow, variant, own);
	checker_reach(c, device, step(id));
	for (size_t i = 0; i < r->count; i++)
		checker_feed(c, &r->list[i]);
	checker_finish(c);
	return c;
}

static void a_run_may_be_meant_to_end_early(void)
{
	struct strands x;
	struct records r = { 0 };
	const struct judged *list;
	size_t cut = at_message(&honest, RECORD_SENT, "noc", "NocProvisioning"), said = 0;
	cut_at(&x, 1, cut, &r);
	expect(records_check(&r, &flow, variant, &x.own), VERDICT_VIOLATED);
	struct checker *c = check_reach(&r, &x.own, 0, "S1.10");
	for (size_t i = 0, count = checker_judged(c, &list); i < count; i++)
		said += strcmp(list[i].name, "agree(app, uem)") == 0 &&
			strcmp(list[i].text,
			       "not reached: no commit in this run, which was to end at S1.10") ==
				0;
	CU_ASSERT_EQUAL(said, 1);
	expect(c, VERDICT_HOLDS);
	c = check_reach(&r, &x.own, 0, "S1.11");
	CU_ASSERT_TRUE(was_said(c, FINDING_MISSING, "S1.11 was not seen"));
	expect(c, VERDICT_VIOLATED);
	c = check_reach(&r, &x.own, 0, "S1.9");
	CU_ASSERT_TRUE(
		was_said(c, FINDING_NEVER, "S1.10 was seen, and the run was to end at S1.9"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* Nothing is hidden by it: values that are there are judged. */
static void a_run_that_ends_early_is_judged_by_its_values(void)
{
	struct strands x;
	struct records r = { 0 };
	size_t cut = at_message(&honest, RECORD_SENT, "noc", "NocProvisioning");
	cut_at(&x, 1, cut, &r);
	struct record heard = {
		.kind = RECORD_ACCEPTED, .actor = "proxy", .peer = "noc", .channel = "noc_link"
	};
	for (size_t i = 0; i < x.own.count; i++)
		if (strcmp(x.own.list[i].class, "access_key") == 0)
			heard.bytes = bytes_of_buffer(&x.own.list[i].value);
	records_insert(&r, r.count - 1, &heard);
	records_number(&r);
	struct checker *c = check_reach(&r, &x.own, 0, "S1.10");
	CU_ASSERT_TRUE(was_said(c, FINDING_SECRET, "proxy had access_key"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

static void one_of_several_may_be_meant_to_end_early(void)
{
	struct strands x;
	struct records r = { 0 };
	cut_at(&x, 2, at_message(&honest, RECORD_SENT, "noc", "NocProvisioning"), &r);
	expect(check_reach(&r, &x.own, 2, "S1.10"), VERDICT_HOLDS);
	struct checker *c = check_reach(&r, &x.own, 1, "S1.10");
	CU_ASSERT_TRUE(was_said(c, FINDING_NEVER, "app@1: S1.11 was seen"));
	CU_ASSERT_TRUE(was_said(c, FINDING_MISSING, "app@2: S1.11 was not seen"));
	expect(c, VERDICT_VIOLATED);
	c = check_reach(&r, &x.own, 3, "S1.10");
	CU_ASSERT_TRUE(was_said(c, FINDING_MISSING, "device 3 was to end at S1.10"));
	expect(c, VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* The attempt before may have come further. */
static void the_last_attempt_may_be_meant_to_end_early(void)
{
	struct strands x;
	struct records r = { 0 };
	size_t cut = at_message(&honest, RECORD_SENT, "noc", "NocProvisioning");
	strands_init(&x, &flow, &honest, &secrets);
	size_t first = strands_add(&x, 0, 0, honest.count - 2, SIZE_MAX);
	strands_add(&x, 0, launch, cut, first);
	strands_twist(&x, 0, &r);
	expect(check_reach(&r, &x.own, 0, "S1.10"), VERDICT_HOLDS);
	expect(check_reach(&r, &x.own, 0, "S1.17"), VERDICT_VIOLATED);
	records_fini(&r);
	strands_fini(&x);
}

/* -- crashes -- */

/* The app dies right before it connects to the NOC, and begins anew. */
static void crash(struct records *r, int64_t incarnation, uint64_t sessions)
{
	records_borrow(r, &honest);
	struct record actor = { .kind = RECORD_ACTOR, .actor = "app", .number = 1 };
	struct record killed = { .kind = RECORD_CRASH, .actor = "app", .text = "sent" };
	records_insert(r, 1, &actor);
	size_t at = at_message(r, RECORD_SENT, "app", "ActivationRequest");
	while (strcmp(r->list[at - 1].channel ? r->list[at - 1].channel : "", "noc_session") == 0)
		at--;
	for (size_t i = at; i < r->count; i++)
		if (r->list[i].actor && strcmp(r->list[i].actor, "app") == 0)
			r->list[i].session += sessions;
	records_insert(r, at, &killed);
	actor.number = incarnation;
	if (incarnation)
		records_insert(r, at + 1, &actor);
	records_number(r);
}

static size_t victim_of(const struct records *r, enum record_kind kind)
{
	size_t i = 0;
	while (r->list[i].kind != kind)
		i++;
	return i;
}

static void a_restart_forgets_its_sessions(void)
{
	struct records good = { 0 }, kept = { 0 }, old = { 0 }, dead = { 0 }, alive = { 0 };
	crash(&good, 2, 100);
	expect(records_check(&good, &flow, variant, &secrets), VERDICT_HOLDS);
	crash(&kept, 2, 0);
	struct checker *c = records_check(&kept, &flow, variant, &secrets);
	CU_ASSERT_TRUE(was_said(c, FINDING_EVIDENCE, "(claim) is of a session that a crash ended"));
	CU_ASSERT_TRUE(was_said(c, FINDING_EVIDENCE, "(hold) is of a session that a crash ended"));
	CU_ASSERT_TRUE(was_said(c, FINDING_EVIDENCE, "(step) is of a session that a crash ended"));
	expect(c, VERDICT_VIOLATED);
	crash(&old, 1, 100);
	c = records_check(&old, &flow, variant, &secrets);
	CU_ASSERT_TRUE(was_said(c, FINDING_EVIDENCE, "begins anew in no later incarnation"));
	expect(c, VERDICT_VIOLATED);
	crash(&dead, 0, 100);
	c = records_check(&dead, &flow, variant, &secrets);
	CU_ASSERT_TRUE(was_said(c, FINDING_EVIDENCE, "is of an actor that is dead"));
	expect(c, VERDICT_VIOLATED);
	crash(&alive, 2, 100);
	records_remove(&alive, victim_of(&alive, RECORD_CRASH));
	records_number(&alive);
	c = records_check(&alive, &flow, variant, &secrets);
	CU_ASSERT_TRUE(was_said(c, FINDING_EVIDENCE, "begins anew without a crash"));
	expect(c, VERDICT_VIOLATED);
	struct records *all[] = { &good, &kept, &old, &dead, &alive };
	for (size_t i = 0; i < 5; i++)
		records_fini(all[i]);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(wherever_an_attempt_fails_the_next_may_hold),
		TEST(one_attempt_shows_nothing_twice),
		TEST(a_step_of_an_earlier_attempt_is_none_of_the_last),
		TEST(what_comes_late_is_none_of_the_last),
		TEST(a_failed_attempt_is_held_to_the_order),
		TEST(a_run_may_be_meant_to_end_early),
		TEST(a_run_that_ends_early_is_judged_by_its_values),
		TEST(one_of_several_may_be_meant_to_end_early),
		TEST(the_last_attempt_may_be_meant_to_end_early),
		TEST(a_restart_forgets_its_sessions),
	};
	struct diags d = { 0 };
	if (flow_read(KNOX_FLOW, &flow, &d) != ERR_OK)
		return 2;
	variant = (size_t)flow_variant_index(&flow, "next-app");
	knox_trace_build(&honest, &secrets);
	launch_add();
	int status = suite_run("attempts", cases, sizeof cases / sizeof *cases);
	records_fini(&honest);
	secrets_fini(&secrets);
	flow_fini(&flow);
	return status;
}
