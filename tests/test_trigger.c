/* test_trigger.c - when something is to happen, as it is written in a scenario. */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/adversary/plan.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

#define S_NS INT64_C(1000000000)

static struct flow flow;

static int actor(const char *name)
{
	return name ? flow_actor_index(&flow, name) : -1;
}

static void every_form_of_a_trigger_is_read(void)
{
	static const struct {
		const char *text, *variant;
		enum trigger_kind kind;
		enum step_event event;
		const char *from, *to;
		uint32_t from_device, to_device;
		enum message_type type;
		uint64_t number;
		int64_t at_ns;
	} list[] = {
		{ "3s", "next-app", TRIGGER_TIME, 0, NULL, NULL, 0, 0, 0, 1, 3 * S_NS },
		{ "0ns", "next-app", TRIGGER_TIME, 0, NULL, NULL, 0, 0, 0, 1, 0 },
		{ "S1.10", "next-app", TRIGGER_STEP, STEP_SENT, "app", "noc", 0, 0,
		  MESSAGE_ACTIVATION_REQUEST, 1, 0 },
		{ "S1.5", "next-app", TRIGGER_STEP, STEP_ACCEPTED, "infrastructure",
		  "secure_connect", 0, 0, MESSAGE_CONNECTION_REQUEST, 1, 0 },
		{ "S1.6b", "next-app", TRIGGER_STEP, STEP_SECURED, "device", "secure_connect", 0, 0,
		  MESSAGE_NONE, 1, 0 },
		{ "S1.3a", "first-app-admin", TRIGGER_STEP, STEP_SENT, "uem", "admin", 0, 0,
		  MESSAGE_GENERATED_KEY, 1, 0 },
		{ "S1.3a", "first-app-self-service", TRIGGER_STEP, STEP_SENT, "uem", "user", 0, 0,
		  MESSAGE_GENERATED_KEY, 1, 0 },
		{ "app > noc ActivationRequest", "next-app", TRIGGER_MESSAGE, STEP_SENT, "app",
		  "noc", 0, 0, MESSAGE_ACTIVATION_REQUEST, 1, 0 },
		{ "app@2 > noc ActivationRequest #17", "next-app", TRIGGER_MESSAGE, STEP_SENT,
		  "app", "noc", 2, 0, MESSAGE_ACTIVATION_REQUEST, 17, 0 },
		{ "uem > user@3 GeneratedKey accepted", "next-app", TRIGGER_MESSAGE, STEP_ACCEPTED,
		  "uem", "user", 0, 3, MESSAGE_GENERATED_KEY, 1, 0 },
		{ "uem > user GeneratedKey #1000000 accepted", "next-app", TRIGGER_MESSAGE,
		  STEP_ACCEPTED, "uem", "user", 0, 0, MESSAGE_GENERATED_KEY, 1000000, 0 },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct trigger t;
		char wrong[64];
		int variant = flow_variant_index(&flow, list[i].variant);
		CU_ASSERT_PTR_NULL_FATAL(
			trigger_read(list[i].text, &flow, (size_t)variant, &t, wrong));
		CU_ASSERT_EQUAL(t.kind, list[i].kind);
		CU_ASSERT_EQUAL(t.event, list[i].event);
		CU_ASSERT_TRUE(t.from == actor(list[i].from) && t.to == actor(list[i].to));
		CU_ASSERT_TRUE(t.from_device == list[i].from_device &&
			       t.to_device == list[i].to_device);
		CU_ASSERT_EQUAL(t.type, list[i].type);
		CU_ASSERT_EQUAL(t.number, list[i].number);
		CU_ASSERT_EQUAL(t.at_ns, list[i].at_ns);
	}
}

static void checks_and_states_are_read_by_their_names(void)
{
	static const struct {
		const char *text;
		enum trigger_kind kind;
		const char *name, *state;
		uint32_t device;
		uint64_t number;
	} list[] = {
		{ "check uem.token_is_young", TRIGGER_CHECK, "uem.token_is_young", "", 0, 1 },
		{ "check app@2.handed_nonce_is_mine #3", TRIGGER_CHECK, "app.handed_nonce_is_mine",
		  "", 2, 3 },
		{ "check pipe.certificate_host", TRIGGER_CHECK, "pipe.certificate_host", "", 0, 1 },
		{ "state uem.reply \"await response\"", TRIGGER_STATE, "uem.reply",
		  "await response", 0, 1 },
		{ "state user@12 \"done\" #2", TRIGGER_STATE, "user", "done", 12, 2 },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct trigger t;
		char wrong[64];
		CU_ASSERT_PTR_NULL_FATAL(trigger_read(list[i].text, &flow, 0, &t, wrong));
		CU_ASSERT_EQUAL(t.kind, list[i].kind);
		CU_ASSERT_STRING_EQUAL(t.name, list[i].name);
		CU_ASSERT_STRING_EQUAL(t.state, list[i].state);
		CU_ASSERT_EQUAL(t.from_device, list[i].device);
		CU_ASSERT_EQUAL(t.number, list[i].number);
	}
}

/* Their whole texts and places are in tests/broken/yaml/plan-*.txt. */
static void a_wrong_trigger_is_told_by_its_word(void)
{
	static const struct {
		const char *text, *wrong;
	} list[] = { { "", "" },
		     { "S9", "S9" },
		     { "ap > noc Done", "ap" },
		     { "noc@1 > uem Done", "noc@1" },
		     { "app > nok Done", "nok" },
		     { "app > noc Dun", "Dun" },
		     { "app > noc", "nothing" },
		     { "app > noc Done #01", "#01" },
		     { "app > noc Done accepted twice", "accepted" },
		     { "app > noc Done #1 #2", "#2" } };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct trigger t;
		char wrong[64];
		CU_ASSERT_PTR_NOT_NULL(trigger_read(list[i].text, &flow, 0, &t, wrong));
		CU_ASSERT_STRING_EQUAL(wrong, list[i].wrong);
	}
}

static void packets_are_named_by_their_ends_and_numbers(void)
{
	static const struct {
		const char *text;
		uint32_t from_device;
		uint64_t first, last;
	} list[] = { { "device > infrastructure packet", 0, 1, 1 },
		     { "device > infrastructure packet #3", 0, 3, 3 },
		     { "device@2 > infrastructure packet #3..8", 2, 3, 8 },
		     { "device > infrastructure packet #1..1000000", 0, 1, 1000000 } };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct packet_pattern p;
		char wrong[64];
		CU_ASSERT_TRUE(packet_pattern_is(list[i].text));
		CU_ASSERT_PTR_NULL(packet_pattern_read(list[i].text, &flow, &p, wrong));
		CU_ASSERT_EQUAL(p.from, actor("device"));
		CU_ASSERT_EQUAL(p.to, actor("infrastructure"));
		CU_ASSERT_TRUE(p.from_device == list[i].from_device && p.to_device == 0);
		CU_ASSERT_TRUE(p.first == list[i].first && p.last == list[i].last);
	}
	struct packet_pattern either;
	char wrong[64];
	CU_ASSERT_TRUE(packet_pattern_is("packet") && packet_pattern_is("packet #2..5"));
	CU_ASSERT_PTR_NULL(packet_pattern_read("packet #2..5", &flow, &either, wrong));
	CU_ASSERT_TRUE(either.from == -1 && either.to == -1);
	CU_ASSERT_TRUE(either.first == 2 && either.last == 5);
	CU_ASSERT_PTR_NOT_NULL(packet_pattern_read("packet two", &flow, &either, wrong));
	CU_ASSERT_STRING_EQUAL(wrong, "two");
	CU_ASSERT_PTR_NOT_NULL(packet_pattern_read("packet #1 #2", &flow, &either, wrong));
	CU_ASSERT_STRING_EQUAL(wrong, "#2");
	CU_ASSERT_FALSE(packet_pattern_is("device > infrastructure TunnelRequest"));
	CU_ASSERT_FALSE(packet_pattern_is("packets #1"));
	CU_ASSERT_FALSE(packet_pattern_is("S1.5"));
}

static void a_wrong_number_of_packets_is_told(void)
{
	static const char *const list[] = { "#0", "#3..", "#3..2", "3", "#3...5", "#1000001" };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct packet_pattern p;
		char text[128], wrong[64];
		snprintf(text, sizeof text, "device > infrastructure packet %s", list[i]);
		CU_ASSERT_PTR_NOT_NULL(packet_pattern_read(text, &flow, &p, wrong));
		CU_ASSERT_STRING_EQUAL(wrong, list[i]);
	}
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(every_form_of_a_trigger_is_read),
		TEST(checks_and_states_are_read_by_their_names),
		TEST(a_wrong_trigger_is_told_by_its_word),
		TEST(packets_are_named_by_their_ends_and_numbers),
		TEST(a_wrong_number_of_packets_is_told),
	};
	struct diags d = { 0 };
	if (flow_read(project_file("scenarios/knox/flow.yaml"), &flow, &d) != ERR_OK)
		return 1;
	int status = suite_run("trigger", cases, sizeof cases / sizeof *cases);
	flow_fini(&flow);
	return status;
}
