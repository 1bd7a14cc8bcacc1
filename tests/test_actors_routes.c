/* test_actors_routes.c - routes that are given up, alone on the bench: a tunnel ends when no app
 * needs it any more, and with it all that infrastructure and Secure Connect Plus kept for it.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/actor_bench.h"
#include "tests/lib/suite.h"

enum { NUMBER = 77, DTLS_1_2 = 0xfefd };

static struct lab lab;
static struct bench bench;

/* What happens by its name in the table; what is said or told is of association NUMBER. */
static void happens_from(const char *stimulus, uint32_t who, const char *state)
{
	static const uint8_t told[] = "\0\0\0\x4d" DEVICE_ID;
	struct buffer unit = { 0 };
	bool found = false;
	bench.peer = "device"; /* whose certificate whoever speaks has */
	for (size_t i = 0; i < bench.machine->stimuli_count && !found; i++) {
		const struct stimulus_spec *spec = &bench.machine->stimuli[i];
		struct message m = { .type = (enum message_type)spec->what };
		found = strcmp(spec->name, stimulus) == 0;
		if (!found)
			continue;
		if (m.type == MESSAGE_TUNNEL_PARAMETERS)
			m.as.tunnel_parameters =
				(struct tunnel_parameters){ NUMBER, 1400, DTLS_1_2 };
		else if (m.type == MESSAGE_TUNNEL_PROPOSAL)
			m.as.tunnel_proposal = (struct tunnel_proposal){ 1400, DTLS_1_2 };
		else if (m.type == MESSAGE_TUNNEL_REQUEST)
			m.as.tunnel_request = (struct tunnel_request){ .device = DEVICE_ID };
		else if (m.type == MESSAGE_ROUTE_WANTED || m.type == MESSAGE_ROUTE_RELEASED)
			m.as.route_wanted = (struct route_wanted){ .app = DYNAMICS_APP };
		else /* a grant, its end, or what is carried: each begins with the number */
			m.as.carried.association = NUMBER;
		if (spec->kind == STIMULUS_MESSAGE)
			message_encode(&m, &unit);
		bench_step(&bench, &(struct arrival){ .on = (uint8_t)i,
						      .channel = spec->channel,
						      .tag = who,
						      .unit = bytes_of_buffer(&unit),
						      .told = bytes_of(told, sizeof told - 1) });
	}
	CU_ASSERT_TRUE_FATAL(found);
	bench_is_in(&bench, state);
	buffer_fini(&unit);
}

static void happens(const char *stimulus, const char *state)
{
	happens_from(stimulus, ACTOR_APP, state);
}

static bool closes(uint8_t channel, uint32_t tag)
{
	const struct effect *e = bench_effect(&bench, EFFECT_CLOSE, channel);
	return e && e->tag == tag;
}

static bool timer_is_set(int64_t after_s, bool background)
{
	for (size_t i = 0; i < bench.out->count; i++) {
		const struct effect *e = &bench.out->list[i];
		if (e->kind == EFFECT_TIMER_SET && e->after_ns == SECONDS_NS(after_s) &&
		    (e->tag == 1) == background)
			return true;
	}
	return false;
}

static bool tells(const char *machine)
{
	for (size_t i = 0; i < bench.out->count; i++) {
		const struct effect *e = &bench.out->list[i];
		if (e->kind == EFFECT_TELL && e->tag == TELL_PRESENT && e->key.size == 4 &&
		    read_u32(e->key.data) != 0 &&
		    strcmp(bench.class->machines[e->machine]->name, machine) == 0)
			return true;
	}
	return false;
}

/* -- the device -- */

static const char *const way[][2] = {
	{ "route wanted", "await signalling" },  { "signalling ready", "await grant" },
	{ "tunnel granted", "await session" },   { "session ready", "await parameters" },
	{ "tunnel parameters", "await tunnel" }, { "tunnel ready", "connected" },
};
enum { WAY = sizeof way / sizeof *way };

/* The first steps of the way to a tunnel that the app asks for. */
static void go(size_t steps)
{
	bench_begin(&bench, &lab, "device");
	for (size_t i = 0; i < steps; i++)
		happens(way[i][0], way[i][1]);
}

static bool everything_is_closed(void)
{
	return closes(TUNNEL, NUMBER) && closes(SIGNAL_SESSION, NUMBER) && closes(RELAY, 0) &&
	       closes(SIGNALLING, 0);
}

static void a_tunnel_ends_when_the_last_app_needs_it_no_longer(void)
{
	go(WAY);
	CU_ASSERT_TRUE(timer_is_set(3600, true));
	happens_from("route wanted", ACTOR_ACTIVE_APP, "connected");
	happens_from("route released", ACTOR_ACTIVE_APP, "connected"); /* the app needs it */
	CU_ASSERT_EQUAL(bench.out->count, 0);
	happens("route released", "connected");
	CU_ASSERT_TRUE(timer_is_set(30, false));
	CU_ASSERT_FALSE(everything_is_closed());
	happens("tunnel is not needed", "idle");
	CU_ASSERT_TRUE(everything_is_closed());
	happens("route wanted", "await signalling"); /* from the beginning */
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, SIGNALLING));
	bench_end(&bench, &lab);
}

static void a_route_wanted_in_time_keeps_the_tunnel(void)
{
	struct message m;
	go(WAY);
	happens("route released", "connected");
	happens_from("route wanted", ACTOR_ACTIVE_APP, "connected");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_ROUTE_READY, &m));
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_TIMER_CLEAR, 1));
	CU_ASSERT_TRUE(timer_is_set(3600, true));
	happens("route released", "connected"); /* said twice: the other app still needs it */
	CU_ASSERT_EQUAL(bench.out->count, 0);
	bench_end(&bench, &lab);
}

/* An app that dies says nothing: its route lasts an hour, and keeps no run going for that. */
static void a_route_that_nobody_gives_up_is_given_up(void)
{
	go(WAY);
	happens("life is over", "idle");
	CU_ASSERT_TRUE(everything_is_closed());
	happens("route released", "idle");
	CU_ASSERT_EQUAL(bench.out->count, 0);
	bench_end(&bench, &lab);
}

static void a_tunnel_for_which_nobody_waits_any_more_is_not_kept(void)
{
	struct message m;
	for (size_t steps = 1; steps < WAY; steps++) {
		go(steps);
		happens("route released", way[steps - 1][1]);
		CU_ASSERT_EQUAL(bench.out->count, 0);
		for (size_t i = steps; i < WAY; i++)
			happens(way[i][0], way[i][1]);
		CU_ASSERT_FALSE(bench_spoke(&bench, MESSAGE_ROUTE_READY, &m));
		CU_ASSERT_TRUE(timer_is_set(30, false));
		happens("tunnel is not needed", "idle");
		CU_ASSERT_TRUE(everything_is_closed());
		bench_end(&bench, &lab);
	}
}

static void each_association_has_its_own_relay(void)
{
	go(WAY - 1);
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, RELAY));
	happens("tunnel lost", "await grant");
	CU_ASSERT_TRUE(closes(RELAY, 0));
	for (size_t i = 2; i < WAY - 1; i++)
		happens(way[i][0], way[i][1]);
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, RELAY));
	bench_end(&bench, &lab);
}

/* -- the infrastructure -- */

static size_t open_associations(void)
{
	return store_count(bench.store, bench_table(&bench, "associations"));
}

static void relay_for_a_device(void)
{
	bench_begin(&bench, &lab, "infrastructure.device");
	happens("tunnel request", "await gateway");
	happens("gateway granted", "relaying");
}

/* What is under way when a device leaves is no intruder's. */
static void an_association_outlives_its_device_for_a_moment(void)
{
	struct message m;
	relay_for_a_device();
	happens("device closed", "leaving");
	CU_ASSERT_TRUE(tells("infrastructure.relay"));
	CU_ASSERT_TRUE(timer_is_set(10, false));
	CU_ASSERT_EQUAL(open_associations(), 1);
	happens("signal from gateway", "leaving");
	CU_ASSERT_EQUAL(bench.out->count, 0);
	happens("device has left", "gone");
	CU_ASSERT_EQUAL(open_associations(), 0);
	CU_ASSERT_TRUE(tells("infrastructure.relay"));
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_CONNECTION_ENDED, &m));
	CU_ASSERT_TRUE(m.as.connection_ended.association != 0);
	bench_end(&bench, &lab);
	relay_for_a_device();
	happens("device closed", "leaving");
	happens("gateway lost", "gone");
	CU_ASSERT_EQUAL(open_associations(), 0);
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_TIMER_CLEAR, 0));
	CU_ASSERT_FALSE(bench_spoke(&bench, MESSAGE_CONNECTION_ENDED, &m)); /* to whom? */
	bench_end(&bench, &lab);
}

static void a_lost_device_ends_its_association_at_once(void)
{
	struct message m;
	relay_for_a_device();
	happens("device lost", "gone");
	CU_ASSERT_EQUAL(open_associations(), 0);
	CU_ASSERT_TRUE(tells("infrastructure.relay"));
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_CONNECTION_ENDED, &m));
	bench_end(&bench, &lab);
}

static void a_relay_ends_with_its_association(void)
{
	static const uint8_t number[] = { 0, 0, 0, NUMBER };
	bench_begin(&bench, &lab, "infrastructure.relay");
	store_put(bench.store, bench_table(&bench, "associations"), bytes_of(number, 4),
		  bytes_of_string(DEVICE_ID));
	happens("datagram", "relaying");
	happens("device leaves", "leaving");
	happens("datagram from gateway", "leaving");
	CU_ASSERT_EQUAL(bench.out->count, 0);
	happens("datagram", "leaving"); /* the tunnel's farewell */
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_SEND, SCP_LINK));
	happens("association ended", "over");
	CU_ASSERT_TRUE(closes(RELAY, 0));
	bench_end(&bench, &lab);
	bench_begin(&bench, &lab, "infrastructure.relay");
	store_put(bench.store, bench_table(&bench, "associations"), bytes_of(number, 4),
		  bytes_of_string(DEVICE_ID));
	happens("datagram", "relaying");
	happens("association ended", "over"); /* the device was lost */
	CU_ASSERT_TRUE(closes(RELAY, 0));
	bench_end(&bench, &lab);
	bench_begin(&bench, &lab,
		    "infrastructure.relay"); /* and one that was never open keeps no address */
	happens("datagram", "over");
	CU_ASSERT_TRUE(closes(RELAY, 0));
	CU_ASSERT_PTR_NULL(bench_effect(&bench, EFFECT_SEND, SCP_LINK));
	bench_end(&bench, &lab);
}

/* -- Secure Connect Plus -- */

static void secure_connect_ends_what_it_is_told_has_ended(void)
{
	static const char *const stages[][2] = { { "device's request", "await proposal" },
						 { "tunnel proposal", "await tunnel" },
						 { "tunnel ready", "connected" } };
	bench_begin(&bench, &lab, "secure_connect.link");
	happens("begin", "await link");
	happens("link ready", "linked");
	happens("connection ended", "linked");
	CU_ASSERT_TRUE(tells("secure_connect.association"));
	bench_end(&bench, &lab);
	for (size_t stage = 1; stage <= 3; stage++) {
		bench_begin(&bench, &lab, "secure_connect.association");
		for (size_t i = 0; i < stage; i++)
			happens(stages[i][0], stages[i][1]);
		happens("device left", "ended");
		CU_ASSERT_TRUE(closes(SIGNAL_SESSION, NUMBER));
		CU_ASSERT_EQUAL(closes(TUNNEL, NUMBER), stage > 1);
		happens("device left", "ended");
		CU_ASSERT_EQUAL(bench.out->count, 0);
		bench_end(&bench, &lab);
	}
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_tunnel_ends_when_the_last_app_needs_it_no_longer),
		TEST(a_route_wanted_in_time_keeps_the_tunnel),
		TEST(a_route_that_nobody_gives_up_is_given_up),
		TEST(a_tunnel_for_which_nobody_waits_any_more_is_not_kept),
		TEST(each_association_has_its_own_relay),
		TEST(an_association_outlives_its_device_for_a_moment),
		TEST(a_lost_device_ends_its_association_at_once),
		TEST(a_relay_ends_with_its_association),
		TEST(secure_connect_ends_what_it_is_told_has_ended),
	};
	return suite_run("actors_routes", cases, sizeof cases / sizeof *cases);
}
