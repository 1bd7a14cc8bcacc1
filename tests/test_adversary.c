/* test_adversary.c - what a scenario wants to happen: each act on a real run, with the record that
 * it leaves. Triggers as they are read are in test_trigger.c.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/lib/told.h"

#define S_NS INT64_C(1000000000)

static struct played played;

static void play(const char *variant, const char *lines)
{
	told_play(variant, lines, &played);
}

/* -- which message -- */

static void the_nth_message_is_meant_and_no_other(void)
{
	struct asked datagrams = SENT(.actor = "infrastructure", .message = "Datagram");
	play("next-app", "");
	int64_t third_ns = told_nth(datagrams, 2)->at_ns, second_ns = told_nth(datagrams, 1)->at_ns;
	CU_ASSERT_TRUE(third_ns > second_ns);
	play("next-app", "adversary:\n"
			 "  - {at: infrastructure, when: \"infrastructure > device Datagram "
			 "#3\", do: {delay: 700ms}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 1);
	const struct told *act =
		told_nth(ACTS(.actor = "infrastructure", .peer = "device", .channel = "relay",
			      .message = "Datagram", .name = "delay", .text = "held back"),
			 0);
	CU_ASSERT_EQUAL(act->at_ns, third_ns);
	CU_ASSERT_EQUAL(act->number, 700000000);
	CU_ASSERT_EQUAL(told_nth(datagrams, 1)->at_ns, second_ns);
	CU_ASSERT_TRUE(told_count(datagrams) > 3);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void a_message_that_never_comes_leaves_no_act(void)
{
	struct played plain;
	told_play("next-app", "", &plain);
	play("next-app",
	     "adversary:\n"
	     "  - {at: app, when: \"app > noc ActivationRequest #2\", do: {drop: true}}\n"
	     "  - {at: user, when: user > app TypedKey, do: {type: {key: upper}}}\n"
	     "  - {on: [relay], when: \"app > noc ActivationRequest #9\", do: {blackout: 1h}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 0);
	CU_ASSERT_EQUAL(memcmp(plain.head, played.head, TRACE_HEAD_SIZE), 0);
}

static void said_and_heard_are_two_places(void)
{
	struct asked sent = SENT(.actor = "admin", .peer = "user", .message = "AppAssigned");
	struct asked accepted = { .kind = RECORD_ACCEPTED, .message = "AppAssigned" };
	struct asked steps = { .kind = RECORD_STEP, .actor = "user", .message = "AppAssigned" };
	play("next-app",
	     "adversary: [{at: admin, when: admin > user AppAssigned, do: {drop: true}}]\n");
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "admin", .peer = "user", .name = "drop")), 1);
	CU_ASSERT_TRUE(told_count(sent) == 0 && told_count(accepted) == 0);
	CU_ASSERT_EQUAL(told_outcome("app"), INT32_MIN);
	play("next-app", "adversary: [{at: user, when: admin > user AppAssigned accepted, do: "
			 "{drop: true}}]\n");
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "user", .peer = "admin", .name = "drop")), 1);
	CU_ASSERT_TRUE(told_count(sent) == 1 && told_count(accepted) == 1);
	CU_ASSERT_EQUAL(told_count(steps), 0);
	play("next-app", "");
	CU_ASSERT_TRUE(told_count(sent) == 1 && told_count(steps) == 1);
}

/* -- what is done -- */

static void what_is_held_back_comes_later(void)
{
	struct asked mail = SENT(.actor = "admin", .message = "AppAssigned");
	struct asked heard = { .kind = RECORD_STEP, .actor = "user", .message = "AppAssigned" };
	play("next-app", "");
	int64_t honest_ns = told_nth(mail, 0)->at_ns;
	play("next-app",
	     "adversary: [{at: admin, when: admin > user AppAssigned, do: {delay: 90s}}]\n");
	CU_ASSERT_EQUAL(told_nth(ACTS(), 0)->at_ns, honest_ns);
	CU_ASSERT_EQUAL(told_nth(mail, 0)->at_ns, honest_ns + 90 * S_NS);
	CU_ASSERT_EQUAL(played.app_result, 0);
	play("next-app",
	     "adversary: [{at: admin, when: admin > user AppAssigned, do: {until: 77s}}]\n");
	CU_ASSERT_EQUAL(told_nth(ACTS(.name = "until"), 0)->number, 77 * S_NS);
	CU_ASSERT_EQUAL(told_nth(mail, 0)->at_ns, 77 * S_NS);
	CU_ASSERT_EQUAL(played.app_result, 0);
	/* Accepted at once, taken up later. */
	play("next-app", "adversary: [{at: user, when: admin > user AppAssigned accepted, do: "
			 "{delay: 90s}}]\n");
	CU_ASSERT_EQUAL(told_nth(mail, 0)->at_ns, honest_ns);
	CU_ASSERT_EQUAL(told_nth(heard, 0)->at_ns, honest_ns + 90 * S_NS);
	/* A time that is over holds nothing back. */
	play("next-app",
	     "adversary: [{at: admin, when: admin > user AppAssigned, do: {until: 1ms}}]\n");
	CU_ASSERT_EQUAL(told_nth(mail, 0)->at_ns, honest_ns);
	CU_ASSERT_STRING_EQUAL(told_nth(ACTS(), 0)->text, "not held back: its time is over");
}

static void what_is_held_back_is_lost_with_its_sender(void)
{
	play("next-app",
	     "adversary: [{at: admin, when: admin > user AppAssigned, do: {delay: 90s}}]\n"
	     "crash: [{actor: admin, when: 10s, down: 1h}]\n"
	     "limits: {virtual: 6h}\n");
	struct asked dropped = { .kind = RECORD_DROP, .channel = "out_of_band" };
	CU_ASSERT_EQUAL(told_count(dropped), 1);
	CU_ASSERT_STRING_EQUAL(told_nth(dropped, 0)->actor, "admin");
	CU_ASSERT_STRING_EQUAL(told_nth(dropped, 0)->text, "its session has died");
}

static void a_person_types_in_several_ways(void)
{
	static const struct {
		const char *how, *more;
		int32_t result;
	} list[] = {
		{ "upper", "", 0 }, { "bare", "", 0 }, { "wrong", "", -101 }, { "short", "", 0 }
	}; /* the app sees that it is none, and asks again */
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		char lines[256];
		snprintf(lines, sizeof lines,
			 "adversary: [{at: user, when: user > app TypedKey, "
			 "do: {type: {key: %s}}}]\nlimits: {virtual: 6h}\n%s",
			 list[i].how, list[i].more);
		play("first-app-admin", lines);
		CU_ASSERT_EQUAL(told_count(ACTS(.actor = "user", .peer = "app", .name = "type",
						.message = "TypedKey", .text = "key")),
				1);
		CU_ASSERT_EQUAL(told_count(ACTS()), 1);
		if (played.app_result != list[i].result)
			printf("typed %s: %d\n", list[i].how, (int)played.app_result);
		CU_ASSERT_EQUAL(played.app_result, list[i].result);
	}
}

static void what_is_captured_can_be_said_elsewhere(void)
{
	/* Two users; the second types the first one's key, and is refused. */
	play("first-app-admin",
	     "devices: {count: 2, apart: 1min}\n"
	     "adversary:\n"
	     "  - {at: user@1, when: user@1 > app TypedKey, do: {capture: first}}\n"
	     "  - {at: user@2, when: user@2 > app TypedKey, do: {set: {key: \"@first.key\"}}}\n"
	     "limits: {virtual: 6h}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 2);
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "user@1", .name = "capture", .text = "kept")), 1);
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "user@2", .name = "set", .text = "key")), 1);
	CU_ASSERT_EQUAL(told_outcome("app@1"), 0);
	CU_ASSERT_NOT_EQUAL(told_outcome("app@2"), 0);
	/* One's own key, captured where it was mailed, is the right one. */
	play("first-app-admin",
	     "adversary:\n"
	     "  - {at: user, when: admin > user AccessKeyMail accepted, do: {capture: mail}}\n"
	     "  - {at: user, when: user > app TypedKey, do: {set: {key: \"@mail.key\"}}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 2);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void an_actor_speaks_unasked(void)
{
	struct asked said = SENT(.actor = "app", .channel = "noc_session", .message = "Done");
	play("next-app", "adversary:\n"
			 "  - at: app\n"
			 "    when: noc > app NocProvisioning accepted\n"
			 "    do: {send: {message: Done, channel: noc_session}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "app", .name = "send", .message = "Done",
					.channel = "noc_session", .text = "said unasked")),
			1);
	CU_ASSERT_EQUAL(told_count(said), 1);
	CU_ASSERT_EQUAL(told_nth(said, 0)->parent, told_nth(ACTS(), 0)->id);
	/* Where no such channel is open, nothing is said, and that is told. */
	play("next-app", "adversary:\n"
			 "  - {at: app, when: 1ms, "
			 "do: {send: {message: Done, channel: noc_session}}}\n"
			 "  - {at: noc, when: 1ms, "
			 "do: {send: {message: Done, channel: noc_session}}}\n"
			 "  - {at: active_app, when: 2s, "
			 "do: {send: {message: Done, channel: key_request}}}\n"
			 "crash: [{actor: active_app, when: 1s, down: 2s}]\n");
	CU_ASSERT_EQUAL(told_count(said), 0);
	CU_ASSERT_EQUAL(
		told_count(ACTS(.actor = "app", .text = "not said: no such channel is open")), 1);
	CU_ASSERT_EQUAL(
		told_count(ACTS(.actor = "noc", .text = "not said: no such channel is open")), 1);
	CU_ASSERT_EQUAL(
		told_count(ACTS(.actor = "active_app", .text = "not said: the actor is down")), 1);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void what_was_not_captured_is_not_said(void)
{
	play("next-app",
	     "adversary:\n"
	     "  - {at: app, when: \"app > noc ActivationRequest #2\", do: {capture: kept}}\n"
	     "  - at: app\n"
	     "    when: noc > app NocProvisioning accepted\n"
	     "    do: {send: {message: ActivationRequest, channel: noc_session, "
	     "fields: {uid: \"@kept.uid\"}}}\n"
	     "  - at: app\n"
	     "    when: app > noc ActivationRequest\n"
	     "    do: {set: {uid: \"@kept.uid\"}}\n");
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "send", .text = "not said: nothing was captured")),
			1);
	CU_ASSERT_EQUAL(
		told_count(ACTS(.name = "set", .text = "nothing changed: nothing was captured")),
		1);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void nothing_passes_on_a_dark_wire(void)
{
	struct asked carried = { .kind = RECORD_PACKET, .channel = "relay", .text = "carried" };
	play("next-app", "profile: {attempts: 3}\n"
			 "adversary: [{on: [relay, signalling], when: S1.6, do: {blackout: 30s}}]\n"
			 "limits: {virtual: 6h}\n");
	CU_ASSERT_EQUAL(told_count(ACTS()), 2);
	const struct told *dark =
		told_nth(ACTS(.name = "blackout", .channel = "relay", .text = "nothing passes"), 0);
	CU_ASSERT_EQUAL(dark->number, dark->at_ns + 30 * S_NS);
	CU_ASSERT_EQUAL(dark->at_ns, told_nth((struct asked){ .kind = RECORD_ACCEPTED,
							      .message = "TunnelParameters" },
					      0)
					     ->at_ns);
	size_t in_the_dark = 0, lost = 0, after = 0;
	for (size_t i = 0; i < told_count(carried); i++) {
		const struct told *p = told_nth(carried, i);
		in_the_dark += p->at_ns > dark->at_ns && p->at_ns < dark->number;
		after += p->at_ns >= dark->number;
	}
	lost = told_count(
		(struct asked){ .kind = RECORD_PACKET, .channel = "relay", .text = "blacked out" });
	CU_ASSERT_EQUAL(in_the_dark, 0);
	CU_ASSERT_TRUE(lost > 0 && after > 0);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

/* -- whose -- */

static void acts_of_one_device_touch_no_other(void)
{
	static const char lines[] = "devices: {count: 2, apart: 1min}\n"
				    "profile: {attempts: 3}\nlimits: {virtual: 6h}\n";
	char text[512];
	struct asked packets = { .kind = RECORD_PACKET, .actor = "device@1" };
	uint64_t before = 0, after = 0;
	play("next-app", lines);
	for (size_t i = 0; i < told_count(packets); i++)
		before = before * 31 + told_nth(packets, i)->bytes;
	snprintf(text, sizeof text,
		 "%sadversary:\n"
		 "  - {at: user, when: user@2 > device InstallApp, do: {delay: 5s}}\n"
		 "  - {on: [relay], when: app@2 > noc ActivationRequest, do: {blackout: 20s}}\n",
		 lines);
	play("next-app", text);
	for (size_t i = 0; i < told_count(packets); i++)
		after = after * 31 + told_nth(packets, i)->bytes;
	CU_ASSERT_EQUAL(told_count(ACTS()), 2);
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "user@2", .peer = "device@2")), 1);
	CU_ASSERT_TRUE(before == after && before != 0);
	CU_ASSERT_TRUE(told_outcome("app@1") == 0 && told_outcome("app@2") == 0);
}

static void a_plan_is_part_of_what_makes_a_run(void)
{
	static const char lines[] = "adversary:\n"
				    "  - {at: infrastructure, when: \"infrastructure > device "
				    "Datagram #2\", do: {drop: true}}\n"
				    "  - {on: [noc_link], when: 4s, do: {blackout: 300ms}}\n"
				    "crash: [{actor: proxy, when: S1.13}]\n"
				    "profile: {attempts: 3}\nlimits: {virtual: 6h}\n";
	struct played first, again, without;
	told_play("next-app", lines, &first);
	CU_ASSERT_EQUAL(told_count(ACTS()), 2);
	CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_CRASH, .text = "outside" }), 1);
	told_play("next-app", "profile: {attempts: 3}\nlimits: {virtual: 6h}\n", &without);
	told_play("next-app", lines, &again);
	CU_ASSERT_EQUAL(memcmp(first.head, again.head, TRACE_HEAD_SIZE), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(first.head, without.head, TRACE_HEAD_SIZE), 0);
	CU_ASSERT_EQUAL(first.app_result, 0);
}

/* The same step by its name: whom it names depends on the variant. */
static void a_step_is_what_the_variant_says(void)
{
	struct asked key = SENT(.actor = "uem", .message = "GeneratedKey");
	struct asked died = { .kind = RECORD_CRASH, .actor = "user" };
	static const char lines[] = "crash: [{actor: user, when: S1.3a, down: 3s}]\n"
				    "profile: {attempts: 3}\nlimits: {virtual: 6h}\n";
	play("first-app-admin", lines);
	CU_ASSERT_STRING_EQUAL(told_nth(key, 0)->peer, "admin");
	CU_ASSERT_EQUAL(told_nth(died, 0)->at_ns, told_nth(key, 0)->at_ns);
	CU_ASSERT_EQUAL(played.app_result, 0);
	play("first-app-self-service", lines);
	CU_ASSERT_STRING_EQUAL(told_nth(key, 0)->peer, "user");
	CU_ASSERT_EQUAL(told_nth(died, 0)->at_ns, told_nth(key, 0)->at_ns);
	CU_ASSERT_EQUAL(told_count(died), 1);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(the_nth_message_is_meant_and_no_other),
		TEST(a_message_that_never_comes_leaves_no_act),
		TEST(said_and_heard_are_two_places),
		TEST(what_is_held_back_comes_later),
		TEST(what_is_held_back_is_lost_with_its_sender),
		TEST(a_person_types_in_several_ways),
		TEST(what_is_captured_can_be_said_elsewhere),
		TEST(an_actor_speaks_unasked),
		TEST(what_was_not_captured_is_not_said),
		TEST(nothing_passes_on_a_dark_wire),
		TEST(acts_of_one_device_touch_no_other),
		TEST(a_plan_is_part_of_what_makes_a_run),
		TEST(a_step_is_what_the_variant_says),
	};
	folder_enter();
	int status = suite_run("adversary", cases, sizeof cases / sizeof *cases);
	told_fini();
	folder_leave();
	return status;
}
