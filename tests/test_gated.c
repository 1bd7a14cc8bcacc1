/* test_gated.c - triggers about checks and states, and triggers that combine: when an act of the
 * adversary is done, how often, and that it is not done at any other time.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/lib/told.h"

#define STEPS(...)                                                                                 \
	(struct asked)                                                                             \
	{                                                                                          \
		.kind = RECORD_STEP, __VA_ARGS__                                                   \
	}

static struct played played;

static void play(const char *entries)
{
	char lines[1024];
	snprintf(lines, sizeof lines, "adversary:\n%slimits: {virtual: 6h}\n", entries);
	told_play_to("next-app", lines, &played);
}

static void a_state_is_met_when_it_is_entered(void)
{
	play("  - {at: noc, when: 'state noc.app \"await setup\"', do: {send: {message: Done, "
	     "channel: noc_session}}}\n");
	const struct told *act = told_nth(ACTS(.actor = "noc", .text = "said unasked"), 0);
	CU_ASSERT_EQUAL(told_count(ACTS()), 1);
	uint64_t entered = 0;
	for (size_t i = 0; told_at(i); i++)
		if (told_at(i)->kind == RECORD_STEP && !entered &&
		    strcmp(told_at(i)->state, "await setup") == 0)
			entered = told_at(i)->id;
	CU_ASSERT_TRUE(entered > 0 && entered < act->id);
	CU_ASSERT_EQUAL(act->at_ns, told_at(entered - 1)->at_ns);
	CU_ASSERT_TRUE(played.world.entries_undelivered == 0);
}

static void a_check_is_met_when_it_is_false(void)
{
	static const char twice[] =
		"  - {at: app, when: app > noc ActivationRequest, do: {set: {verifier: {flip: {of: "
		"\"@.verifier\", bit: 0}}}}}\n"
		"  - {at: noc, when: 'check %s', do: {send: {message: Done, channel: "
		"noc_session}}}\n";
	char entries[512];
	snprintf(entries, sizeof entries, twice, "noc.access_key_hash_matches");
	play(entries);
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "send")), 1);
	CU_ASSERT_TRUE(told_nth(ACTS(.name = "send"), 0)->id >
		       told_nth(ACTS(.name = "set"), 0)->id);
	/* It was false once, and another never. */
	snprintf(entries, sizeof entries, twice, "noc.access_key_hash_matches #2");
	play(entries);
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "send")), 0);
	CU_ASSERT_EQUAL(played.world.entries_undelivered, 1u << 1);
	snprintf(entries, sizeof entries, twice, "noc.user_is_not_locked");
	play(entries);
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "send")), 0);
}

static void an_act_waits_for_what_arms_it(void)
{
	struct asked datagrams = { .kind = RECORD_SENT,
				   .actor = "infrastructure",
				   .message = "Datagram" };
	play("  - {at: infrastructure, when: {on: infrastructure > device Datagram, after: S1.10}, "
	     "do: {delay: 1ms}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 1);
	const struct told *s10 =
		told_nth((struct asked){ .kind = RECORD_SENT, .message = "ActivationRequest" }, 0);
	CU_ASSERT_TRUE(told_nth(ACTS(), 0)->id > s10->id);
	CU_ASSERT_TRUE(told_nth(datagrams, 0)->id < s10->id);
	/* What never arms leaves nothing done, and that is told. */
	play("  - {at: infrastructure, when: {on: infrastructure > device Datagram, after: 'app > "
	     "noc ActivationRequest #9'}, do: {delay: 1ms}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 0);
	CU_ASSERT_EQUAL(played.world.entries_undelivered, 1);
}

static void an_act_ends_with_what_disarms_it(void)
{
	play("  - {at: infrastructure, when: {on: infrastructure > device Datagram, until: S1.10, "
	     "every: true}, do: {delay: 1ms}}\n");
	size_t before = told_count(ACTS());
	const struct told *s10 =
		told_nth((struct asked){ .kind = RECORD_SENT, .message = "ActivationRequest" }, 0);
	CU_ASSERT_TRUE(before > 3);
	CU_ASSERT_TRUE(told_nth(ACTS(), before - 1)->id < s10->id);
	play("  - {at: infrastructure, when: {on: infrastructure > device Datagram, after: S1.10, "
	     "until: 1ms, every: true}, do: {delay: 1ms}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 0); /* it is over before it begins */
	/* A message that came before it was armed ends nothing: the next of its kind does. */
	play("  - {at: infrastructure, when: {on: infrastructure > device Datagram, after: S1.10, "
	     "until: 'device > infrastructure Datagram #9', every: true}, do: {delay: 1ms}}\n");
	CU_ASSERT_TRUE(told_count(ACTS()) > 0 && told_count(ACTS()) < before);
}

static void every_one_is_each_from_the_numbered_on(void)
{
	struct asked heard = { .kind = RECORD_SENT,
			       .actor = "infrastructure",
			       .peer = "device",
			       .message = "Datagram" };
	play("  - {at: infrastructure, when: {on: 'infrastructure > device Datagram #3', "
	     "every: true}, "
	     "do: {set: {association: 77}}}\n");
	CU_ASSERT_TRUE(told_count(ACTS()) > 0);
	CU_ASSERT_EQUAL(told_count(ACTS()), told_count(heard) - 2);
	/* An act that sets itself off again is cut off at a limit. */
	play("  - {at: app, when: {on: app > noc KeyAsked, every: true}, do: {send: {message: "
	     "KeyAsked, "
	     "channel: noc_session, fields: {uid: a@b.cc}}}}\n"
	     "  - {at: app, when: noc > app NocProvisioning accepted, do: {send: {message: "
	     "KeyAsked, "
	     "channel: noc_session, fields: {uid: a@b.cc}}}}\n");
	CU_ASSERT_STRING_EQUAL(played.ended, "steps");
	CU_ASSERT_TRUE(told_count(ACTS()) > 100);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_state_is_met_when_it_is_entered),
		TEST(a_check_is_met_when_it_is_false),
		TEST(an_act_waits_for_what_arms_it),
		TEST(an_act_ends_with_what_disarms_it),
		TEST(every_one_is_each_from_the_numbered_on),
	};
	folder_enter();
	int status = suite_run("gated", cases, sizeof cases / sizeof *cases);
	told_fini();
	folder_leave();
	return status;
}
