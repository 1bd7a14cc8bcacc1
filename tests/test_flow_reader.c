/* test_flow_reader.c - a flow file becomes a struct in which every reference is resolved, or every
 * mistake in it is told at its place.
 */
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "sim/flow/flow.h"
#include "sim/flow/verdict.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static struct flow flow; /* too large for the stack of a test */

static const char *errors_of(const char *file)
{
	struct diags d = { 0 };
	static const struct flow empty;
	enum err e = flow_read(file, &flow, &d);
	CU_ASSERT_EQUAL(e, d.count > 0 ? ERR_INPUT : ERR_OK);
	if (e != ERR_OK)
		CU_ASSERT_EQUAL(memcmp(&flow, &empty, sizeof flow), 0);
	flow_fini(&flow);
	return printed(&d);
}

static const char *errors_of_text(const struct buffer *text)
{
	file_write("x.yaml", bytes_of_buffer(text));
	return errors_of("x.yaml");
}

static void read_real(void)
{
	struct diags d = { 0 };
	CU_ASSERT_EQUAL_FATAL(flow_read("scenarios/knox/flow.yaml", &flow, &d), ERR_OK);
}

static const struct flow_channel *channel(const char *name)
{
	int index = flow_channel_index(&flow, name);
	CU_ASSERT_TRUE_FATAL(index >= 0);
	return &flow.channels[index];
}

static size_t step(const char *id)
{
	int index = flow_step_index(&flow, id);
	CU_ASSERT_TRUE_FATAL(index >= 0);
	return (size_t)index;
}

static size_t actor(const char *name)
{
	int index = flow_actor_index(&flow, name);
	CU_ASSERT_TRUE_FATAL(index >= 0);
	return (size_t)index;
}

static void the_real_topology_is_read(void)
{
	read_real();
	const struct flow_actor *noc = &flow.actors[actor("noc")];
	CU_ASSERT_EQUAL(noc->hosts_count, 2);
	CU_ASSERT_STRING_EQUAL(noc->hosts[1].host, "relay.noc.example");
	CU_ASSERT_EQUAL(noc->hosts[1].ip, 0x0A000402);
	const struct flow_channel *c = channel("noc_link");
	CU_ASSERT_TRUE(c->base == BASE_WIRE && c->mutual && !c->packets);
	CU_ASSERT_TRUE(c->from == actor("proxy") && c->to == actor("noc"));
	CU_ASSERT_TRUE(c->port == 443 && c->pipes_count == 4);
	CU_ASSERT_TRUE(c->pipes[0] == PIPE_STREAM && c->pipes[1] == PIPE_TLS);
	CU_ASSERT_TRUE(c->pipes[2] == PIPE_FRAME && c->pipes[3] == PIPE_HTTP);
	CU_ASSERT_TRUE(c->wire.delay_ns == 15000000 && c->wire.mtu == 1500);
	c = channel("tunnel");
	CU_ASSERT_TRUE(c->base == BASE_RIDES && c->packets && c->mutual && c->port == 0);
	CU_ASSERT_TRUE(c->pipes_count == 1 && c->pipes[0] == PIPE_DTLS);
	CU_ASSERT_EQUAL(c->rides_count, 2);
	CU_ASSERT_EQUAL(&flow.channels[c->rides[0].channel], channel("relay"));
	CU_ASSERT_STRING_EQUAL(c->rides[0].message, "Datagram");
	CU_ASSERT_EQUAL(&flow.channels[c->rides[1].channel], channel("scp_link"));
	CU_ASSERT_EQUAL(c->relay, actor("infrastructure"));
	CU_ASSERT_EQUAL(channel("relay")->wire.mtu, 1400);
	CU_ASSERT_EQUAL(channel("relay")->pipes_count, 0);
	c = channel("noc_session");
	CU_ASSERT_TRUE(c->base == BASE_INSIDE && !c->mutual);
	CU_ASSERT_EQUAL(&flow.channels[c->inside], channel("tunnel"));
	CU_ASSERT_EQUAL(c->relay, actor("secure_connect"));
	CU_ASSERT_STRING_EQUAL(c->host, "relay.noc.example");
	CU_ASSERT_EQUAL(channel("handover")->base, BASE_LOCAL);
	CU_ASSERT_PTR_NULL(channel("handover")->host);
	flow_fini(&flow);
}

static void the_real_steps_and_claims_are_read(void)
{
	read_real();
	const struct flow_step *s = &flow.steps[step("S1.12b")];
	CU_ASSERT_TRUE(s->simulated && s->pattern.event == STEP_ACCEPTED);
	CU_ASSERT_STRING_EQUAL(s->text,
			       "it holds user id, ephemeral ECDH key, salt, token and MAC");
	CU_ASSERT_STRING_EQUAL(s->pattern.message, "SecureChannelSetup");
	CU_ASSERT_STRING_EQUAL(s->pattern.with[4], "tag1");
	CU_ASSERT_PTR_NULL(s->pattern.with[5]);
	s = &flow.steps[step("S1.6b")];
	CU_ASSERT_EQUAL(s->pattern.event, STEP_SECURED);
	CU_ASSERT_STRING_EQUAL(s->pattern.channel, "tunnel");
	CU_ASSERT_PTR_NULL(s->pattern.message);
	s = &flow.steps[step("S1.4b")];
	CU_ASSERT_FALSE(s->simulated);
	CU_ASSERT_PTR_NOT_NULL(strstr(s->text, "library; not simulated: the certificate"));
	CU_ASSERT_EQUAL(flow.once >> step("S1.17") & 1, 1);
	CU_ASSERT_EQUAL(flow.once >> step("S1.13") & 1, 0);
	CU_ASSERT_EQUAL(flow.within[0].limit_ns, INT64_C(300000000000));
	CU_ASSERT_STRING_EQUAL(flow.holders[0].secret, "access_key");
	CU_ASSERT_EQUAL(flow.holders[0].holders,
			1u << actor("uem") | 1u << actor("active_app") | 1u << actor("app"));
	CU_ASSERT_TRUE(flow.holders[flow.holders_count - 1].ends_of_channel);
	CU_ASSERT_EQUAL(flow.holders[flow.holders_count - 1].holders, 0);
	CU_ASSERT_TRUE(flow.agree_count == 2 && flow.agree[0].a == actor("app"));
	for (size_t i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(flow.agree[i].opens, actor("app"));
		CU_ASSERT_STRING_EQUAL(flow.agree[i].on[0], "uid");
		CU_ASSERT_STRING_EQUAL(flow.agree[i].on[8], "th1");
		CU_ASSERT_PTR_NULL(flow.agree[i].on[9]);
	}
	CU_ASSERT_TRUE(flow.fresh_count == 3 && flow.fresh[1].actor == actor("app"));
	CU_ASSERT_STRING_EQUAL(flow.one_time[1], "used_tokens");
	flow_fini(&flow);
}

static void the_real_variants_are_read(void)
{
	read_real();
	CU_ASSERT_EQUAL(flow_variant_index(&flow, "next-ap"), -1);
	int index = flow_variant_index(&flow, "first-app-self-service");
	CU_ASSERT_TRUE_FATAL(index >= 0);
	const struct flow_variant *v = &flow.variants[index];
	CU_ASSERT_EQUAL(v->absent, UINT64_C(1) << step("S1.3b") | UINT64_C(1) << step("S1.7") |
					   UINT64_C(1) << step("S1.8") |
					   UINT64_C(1) << step("S1.9"));
	CU_ASSERT_EQUAL(v->settings_count, 1);
	CU_ASSERT_STRING_EQUAL(v->settings[0].name, "key_source");
	CU_ASSERT_STRING_EQUAL(v->settings[0].value, "self_service");
	CU_ASSERT_TRUE(v->overrides_count == 1 && v->overrides[0].step == step("S1.3a"));
	CU_ASSERT_STRING_EQUAL(v->overrides[0].pattern.to, "user");
	CU_ASSERT_TRUE(v->secrets_count == 1 && v->secrets[0].holders == 0);
	CU_ASSERT_EQUAL(v->secrets[0].bits,
			1u << actor("uem") | 1u << actor("user") | 1u << actor("app"));
	flow_fini(&flow);
}

static void order_holds_through_steps_that_are_absent(void)
{
	read_real();
	CU_ASSERT_TRUE(flow_before(&flow, step("S1.2"), step("S1.3b")));
	CU_ASSERT_TRUE(flow_before(&flow, step("S1.6b"), step("S1.10"))); /* through 7, 8, 9 */
	CU_ASSERT_TRUE(flow_before(&flow, step("S1.1"), step("S1.17")));
	CU_ASSERT_FALSE(flow_before(&flow, step("S1.17"), step("S1.1")));
	CU_ASSERT_FALSE(flow_before(&flow, step("S1.3a"), step("S1.3b")));
	CU_ASSERT_FALSE(flow_before(&flow, step("S1.3b"), step("S1.3a")));
	for (size_t i = 0; i < flow.steps_count; i++)
		CU_ASSERT_FALSE(flow_before(&flow, i, i));
	/* "S1.1 < S1.2 < S1.3b": the second relation stands where its right side stands */
	CU_ASSERT_EQUAL(flow.order[1].place.column, 19);
	flow_fini(&flow);
}

static void the_digest_is_that_of_the_file(void)
{
	unsigned char md[32];
	char hex[65];
	struct buffer text = file_bytes("scenarios/knox/flow.yaml");
	CU_ASSERT_EQUAL(EVP_Q_digest(NULL, "SHA256", NULL, text.data, text.size, md, NULL), 1);
	for (size_t i = 0; i < sizeof md; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	buffer_fini(&text);
	read_real();
	CU_ASSERT_STRING_EQUAL(flow.digest, hex);
	CU_ASSERT_STRING_EQUAL(flow.file, "scenarios/knox/flow.yaml");
	flow_fini(&flow);
}

static void every_broken_flow_is_refused_at_all_places(void)
{
	static const char *const names[] = { "flow-channels", "flow-cycle",   "flow-kinds",
					     "flow-names",    "flow-order",   "flow-steps",
					     "flow-devices",  "flow-attempt", "flow-variants" };
	char home[4096];
	CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(home, sizeof home));
	CU_ASSERT_EQUAL(chdir(project_file("tests/broken/yaml")), 0);
	CU_ASSERT_STRING_EQUAL(errors_of("flow-control.yaml"), "");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char file[64], text[64];
		snprintf(file, sizeof file, "%s.yaml", names[i]);
		snprintf(text, sizeof text, "%s.txt", names[i]);
		struct buffer expected = file_bytes(text);
		buffer_append_u8(&expected, 0);
		CU_ASSERT_STRING_EQUAL(errors_of(file), (const char *)expected.data);
		buffer_fini(&expected);
	}
	CU_ASSERT_EQUAL(chdir(home), 0);
}

static void expect_instance(const char *name, int actor_index, uint32_t device)
{
	uint32_t found = 4711;
	CU_ASSERT_EQUAL(flow_instance_index(&flow, name, &found), actor_index);
	if (actor_index >= 0)
		CU_ASSERT_EQUAL(found, device);
}

static void instances_have_the_names_of_their_devices(void)
{
	char name[FLOW_INSTANCE_MAX];
	read_real();
	int app = (int)actor("app"), noc = (int)actor("noc");
	expect_instance("app", app, 0);
	expect_instance("app@3", app, 3);
	expect_instance("app@999999999", app, 999999999);
	expect_instance("noc", noc, 0);
	static const char *const refused[] = { "noc@1",   "app@0", "app@03",         "app@",
					       "app@1a",  "@1",    "app@1000000000", "app@-1",
					       "app@1@1", "ap",    "apps",           "" };
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		expect_instance(refused[i], -1, 0);
	CU_ASSERT_STRING_EQUAL(flow_instance_name(&flow, (size_t)app, 3, 10, name), "app@3");
	CU_ASSERT_STRING_EQUAL(flow_instance_name(&flow, (size_t)app, 1, 1, name), "app");
	CU_ASSERT_STRING_EQUAL(flow_instance_name(&flow, (size_t)noc, 3, 10, name), "noc");
	flow_fini(&flow);
}

static void an_attempt_is_what_the_flow_says(void)
{
	read_real();
	CU_ASSERT_TRUE(flow.attempt.there);
	CU_ASSERT_STRING_EQUAL(flow.attempt.pattern.message, "LaunchApp");
	CU_ASSERT_EQUAL(flow.each_device >> actor("app") & 1, 1);
	CU_ASSERT_EQUAL(flow.each_device >> actor("uem") & 1, 0);
	for (size_t i = 0; i < flow.steps_count; i++) {
		bool after = i == step("S1.3b") ||
			     (flow.steps[i].simulated && flow_before(&flow, step("S1.6b"), i));
		CU_ASSERT_EQUAL(flow.attempt.repeats >> i & 1, after);
	}
	flow_fini(&flow);
}

/* A flow in which `actors`, steps and relations are as many as asked for. */
static struct buffer crowd(int actors, int steps, int relations)
{
	struct buffer text = { 0 };
	char line[256];
	buffer_append(&text, bytes_of_string("actflow: 1\nflow: many\nactors:\n"));
	for (int i = 0; i < actors; i++) {
		snprintf(line, sizeof line, "  a%d: {a%d.example: 10.0.0.%d}\n", i, i, i);
		buffer_append(&text, bytes_of_string(line));
	}
	buffer_append(&text, bytes_of_string("channels:\n  here: {local: true}\nsteps:\n"));
	for (int i = 0; i < steps; i++) {
		snprintf(line, sizeof line,
			 "  s%d: {say: s, sent: KeyWanted, from: a0, to: a1, channel: here}\n", i);
		buffer_append(&text, bytes_of_string(line));
	}
	buffer_append(&text, bytes_of_string("order:\n"));
	for (int i = 0; i < relations; i++) { /* four of them a line: s0 < s1 < s2 < s3 < s4 */
		snprintf(line, sizeof line, "%s < s%d", i % 4 == 0 ? "\n  - s0" : "", i % 4 + 1);
		buffer_append(&text, bytes_of_string(line));
	}
	buffer_append(&text, bytes_of_string("\nvariants:\n  v: {say: v}\n"));
	return text;
}

static void each_limit_is_reported(void)
{
	struct buffer text = crowd(FLOW_ACTORS_MAX, FLOW_STEPS_MAX, FLOW_ORDER_MAX);
	CU_ASSERT_STRING_EQUAL(errors_of_text(&text), "");
	buffer_fini(&text);
	text = crowd(FLOW_ACTORS_MAX + 1, 5, 1);
	CU_ASSERT_STRING_EQUAL(errors_of_text(&text),
			       "x.yaml:4:3: actors, expected 1 to 16 entries, actual 17\n");
	buffer_fini(&text);
	text = crowd(2, FLOW_STEPS_MAX + 1, 1);
	CU_ASSERT_STRING_EQUAL(errors_of_text(&text),
			       "x.yaml:9:3: steps, expected 1 to 64 entries, actual 65\n");
	buffer_fini(&text);
	text = crowd(2, 5, FLOW_ORDER_MAX + 1);
	CU_ASSERT_STRING_EQUAL(errors_of_text(&text),
			       "x.yaml:48:10: order, expected at most 128 relations, actual "
			       "\"s1\"\n");
	buffer_fini(&text);
}

static void verdicts_have_names(void)
{
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_HOLDS), "holds");
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_VIOLATED), "violated");
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_INCONCLUSIVE), "inconclusive");
}

static const struct test_case cases[] = {
	TEST(the_real_topology_is_read),
	TEST(the_real_steps_and_claims_are_read),
	TEST(the_real_variants_are_read),
	TEST(order_holds_through_steps_that_are_absent),
	TEST(the_digest_is_that_of_the_file),
	TEST(every_broken_flow_is_refused_at_all_places),
	TEST(instances_have_the_names_of_their_devices),
	TEST(an_attempt_is_what_the_flow_says),
	TEST(each_limit_is_reported),
	TEST(verdicts_have_names),
};

int main(void)
{
	folder_enter();
	int status = suite_run("flow_reader", cases, sizeof cases / sizeof *cases);
	folder_leave();
	return status;
}
