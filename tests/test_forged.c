/* test_forged.c - an adversary inside an actor says what no honest end would: fields against every
 * rule, units of its own making, with the secrets that its actor holds. Each on a real run: what
 * the trace records of it, and that every receiver comes to a defined end.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/adversary/plan.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/lib/told.h"

static struct played played;

/* One act on one message of the next app's activation. */
static void forge(const char *at, const char *when, const char *acts)
{
	char lines[1024];
	snprintf(lines, sizeof lines,
		 "adversary: [{at: %s, when: \"%s\", do: %s}]\nlimits: {virtual: 6h}\n", at, when,
		 acts);
	told_play("next-app", lines, &played);
}

static void what_the_codec_refuses_is_said_and_rejected(void)
{
	static const struct {
		const char *acts, *text;
	} list[] = {
		{ "{set: {uid: x}}", "missing, duplicate" },
		{ "{set: {uid: ''}}", "missing, duplicate" },
		{ "{set: {uid: 0x6140ff2e6363}}", "text that is not UTF-8" },
		{ "{set: {cid: {repeat: {of: 0x00, times: 15}}}}", "missing, duplicate" },
		{ "{set: {app: {repeat: {of: a, times: 30000}}}}", "missing, duplicate" },
		{ "{delete: [verifier]}", "missing, duplicate" },
		{ "{raw: 0xffff}", "unknown message type" },
		{ "{raw: 0x00}", "too short" },
		{ "{raw: {join: [\"@.unit\", 0x00]}}", "truncated" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		forge("app", "app > noc ActivationRequest", list[i].acts);
		CU_ASSERT_EQUAL(told_count(ACTS(.actor = "app")), 1);
		CU_ASSERT_EQUAL(told_count(ACTS(.text = "nothing changed")), 0);
		CU_ASSERT_EQUAL(
			told_count(REJECTED(.actor = "noc", .peer = "app", .channel = "noc_session",
					    .text = list[i].text)),
			1);
		CU_ASSERT_NOT_EQUAL(played.app_result, 0);
	}
}

/* Nothing decodes what is said on a local channel but the world itself. */
static void what_people_and_apps_are_told_is_rejected_too(void)
{
	static const struct {
		const char *at, *when, *acts, *hearer;
	} list[] = {
		{ "admin", "admin > user AppAssigned", "{delete: [uid]}", "user" },
		{ "user", "admin > user AppAssigned accepted", "{raw: 0x01}", "user" },
		{ "user", "user > device InstallApp", "{set: {app: ''}}", "device" },
		{ "active_app", "active_app > app KeyHandover", "{set: {key: 0xff}}", "app" },
		{ "app", "active_app > app KeyHandover accepted", "{set: {nonce: 0x00}}", "app" },
		{ "app", "app > active_app KeyWanted", "{raw: 0x0000}", "active_app" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		forge(list[i].at, list[i].when, list[i].acts);
		CU_ASSERT_EQUAL(told_count(REJECTED(.actor = list[i].hearer)), 1);
		CU_ASSERT_EQUAL(told_count(REJECTED()), 1);
		CU_ASSERT_TRUE(told_count((struct asked){ .kind = RECORD_STEP,
							  .actor = list[i].hearer,
							  .text = "no row answers" }) > 0);
	}
}

static void a_unit_becomes_another_message(void)
{
	forge("noc", "app > noc ActivationRequest accepted", "{raw: {unit: {message: Heartbeat}}}");
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "raw", .text = "another unit")), 1);
	CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_STEP,
						   .message = "Heartbeat",
						   .actor = "noc",
						   .text = "no row answers" }),
			1);
	CU_ASSERT_EQUAL(told_count(REJECTED()), 0);
	CU_ASSERT_NOT_EQUAL(played.app_result, 0);
}

static void a_value_that_is_not_there_changes_nothing(void)
{
	static const struct {
		const char *at, *acts, *why;
	} list[] = {
		{ "app", "{set: {uid: \"@secret.ku\"}}", "the actor holds no such secret" },
		{ "app", "{set: {uid: \"@secret.token_key\"}}", "the actor holds no such secret" },
		{ "app", "{set: {cid: {part: {of: \"@.cid\", from: 17}}}}",
		  "it has no such bytes" },
		{ "app",
		  "{set: {uid: {open: {key: \"@.verifier\", iv: {part: {of: \"@.cid\", to: 12}}, "
		  "sealed: \"@.verifier\"}}}}",
		  "it does not open" },
		{ "app", "{set: {uid: {repeat: {of: \"@.unit\", times: 65536}}}}",
		  "it is longer than 64 KiB" },
	};
	struct played plain;
	told_play("next-app", "", &plain);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		char how[128];
		snprintf(how, sizeof how, "nothing changed: %s", list[i].why);
		forge(list[i].at, "app > noc ActivationRequest", list[i].acts);
		CU_ASSERT_EQUAL(told_count(ACTS(.text = how)), 1);
		CU_ASSERT_EQUAL(told_count(ACTS()), 1);
		CU_ASSERT_EQUAL(played.app_result, 0);
	}
}

/* The NOC never holds the app's k1, nor an app what only UEM holds. */
static void only_what_the_actor_holds_is_in_its_hands(void)
{
	static const char made[] =
		"{set: {tag1: {mac: {key: \"@secret.k1\", hash: sha512, over: \"@.body\"}}}}";
	forge("noc", "app > noc SecureChannelSetup accepted", made);
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "noc",
					.text = "nothing changed: the actor holds no such secret")),
			1);
	CU_ASSERT_EQUAL(played.app_result, 0);
	forge("app", "app > noc SecureChannelSetup", made);
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "app", .text = "tag1")), 1);
	CU_ASSERT_EQUAL(played.app_result, -102);
	/* A tag that is made again as the app makes it is the app's own: it is that already. */
	told_play("next-app",
		  "adversary:\n"
		  "  - {at: app, when: noc > app NocProvisioning accepted, do: {capture: p}}\n"
		  "  - {at: app, when: app > noc ActivationRequest, do: {capture: r}}\n"
		  "  - {at: app, when: app > noc SecureChannelSetup, do: {set: {tag1: {mac: {key: "
		  "\"@secret.k1\", hash: sha512, over: {items: [actflow/1 setup, app>uem, "
		  "\"@p.uem\", "
		  "\"@r.cid\", \"@.body\"]}}}}}}\n",
		  &played);
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "set", .text = ACT_VAIN_SAME)), 1);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

/* Of several devices each has its own. */
static void secrets_are_those_of_the_own_device(void)
{
	told_play("next-app",
		  "devices: {count: 2, apart: 1min}\nadversary:\n"
		  "  - {at: app@2, when: noc > app@2 NocProvisioning accepted, do: {capture: p}}\n"
		  "  - {at: app@2, when: app@2 > noc ActivationRequest, do: {capture: r}}\n"
		  "  - {at: app@2, when: app@2 > noc SecureChannelSetup, do: {set: {tag1: {mac: "
		  "{key: "
		  "\"@secret.k1\", hash: sha512, over: {items: [actflow/1 setup, app>uem, "
		  "\"@p.uem\", "
		  "\"@r.cid\", \"@.body\"]}}}}}}\n",
		  &played);
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "app@2", .name = "set", .text = ACT_VAIN_SAME)),
			1);
	CU_ASSERT_TRUE(told_outcome("app@1") == 0 && told_outcome("app@2") == 0);
}

/* What the adversary draws is its own: whatever else is drawn stays as it was. */
static void a_fresh_key_shifts_no_other_draw(void)
{
	struct asked session = SENT(.actor = "app", .message = "SecureChannelSetup");
	uint64_t honest, swapped;
	told_play("next-app", "", &played);
	honest = told_nth(session, 0)->bytes;
	forge("noc", "app > noc SecureChannelSetup accepted", "{set: {body.public_a: fresh-key}}");
	CU_ASSERT_EQUAL(told_count(ACTS(.actor = "noc", .text = "body.public_a")), 1);
	swapped = told_nth(session, 0)->bytes;
	CU_ASSERT_EQUAL(honest, swapped);
	CU_ASSERT_EQUAL(played.app_result, -102);
	uint8_t head[TRACE_HEAD_SIZE];
	memcpy(head, played.head, sizeof head);
	forge("noc", "app > noc SecureChannelSetup accepted", "{set: {body.public_a: fresh-key}}");
	CU_ASSERT_EQUAL(memcmp(head, played.head, sizeof head), 0);
}

static void what_is_duplicated_is_said_again(void)
{
	struct asked mail = SENT(.actor = "admin", .message = "AppAssigned");
	struct asked heard = { .kind = RECORD_STEP, .actor = "user", .message = "AppAssigned" };
	forge("admin", "admin > user AppAssigned", "{duplicate: 3}");
	CU_ASSERT_EQUAL(told_nth(ACTS(.name = "duplicate", .text = "passed on again"), 0)->number,
			3);
	CU_ASSERT_TRUE(told_count(mail) == 4 && told_count(heard) == 4);
	CU_ASSERT_EQUAL(told_nth(mail, 3)->at_ns, told_nth(mail, 0)->at_ns);
	forge("admin", "admin > user AppAssigned", "{duplicate: 2, delay: 9s}");
	CU_ASSERT_TRUE(told_count(mail) == 3 && told_count(heard) == 3);
	CU_ASSERT_EQUAL(told_nth(mail, 0)->at_ns,
			told_nth(ACTS(), 0)->at_ns + 9 * INT64_C(1000000000));
	forge("user", "admin > user AppAssigned accepted", "{duplicate: 1}");
	CU_ASSERT_TRUE(told_count(mail) == 1 && told_count(heard) == 2);
	CU_ASSERT_EQUAL(played.app_result, 0);
	forge("app", "app > noc ActivationRequest", "{duplicate: 1}");
	CU_ASSERT_EQUAL(told_count(SENT(.actor = "app", .message = "ActivationRequest")), 2);
}

static void units_are_sent_unasked_and_often(void)
{
	struct asked said = SENT(.actor = "app", .channel = "noc_session", .message = "Refused");
	static const char flood[] =
		"{send: {channel: noc_session, times: 5, unit: {unit: {message: Refused, "
		"fields: {result: -7}}}}}";
	forge("app", "noc > app NocProvisioning accepted", flood);
	CU_ASSERT_TRUE(told_count(ACTS(.name = "send", .message = "Refused")) == 5 &&
		       told_count(said) == 5);
	forge("app", "noc > app NocProvisioning accepted",
	      "{send: {channel: noc_session, unit: 0xdead}}");
	CU_ASSERT_EQUAL(told_count(ACTS(.name = "send", .text = "said unasked")), 1);
	CU_ASSERT_EQUAL(told_count(REJECTED(.actor = "noc", .text = "unknown message type")), 1);
	forge("app", "noc > app NocProvisioning accepted",
	      "{send: {channel: noc_session, message: KeyAsked, fields: {uid: \"@secret.p1\"}}}");
	CU_ASSERT_EQUAL(told_count(ACTS(.text = "not said: the actor holds no such secret")), 1);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(what_the_codec_refuses_is_said_and_rejected),
		TEST(what_people_and_apps_are_told_is_rejected_too),
		TEST(a_unit_becomes_another_message),
		TEST(a_value_that_is_not_there_changes_nothing),
		TEST(only_what_the_actor_holds_is_in_its_hands),
		TEST(secrets_are_those_of_the_own_device),
		TEST(a_fresh_key_shifts_no_other_draw),
		TEST(what_is_duplicated_is_said_again),
		TEST(units_are_sent_unasked_and_often),
	};
	folder_enter();
	int status = suite_run("forged", cases, sizeof cases / sizeof *cases);
	told_fini();
	folder_leave();
	return status;
}
