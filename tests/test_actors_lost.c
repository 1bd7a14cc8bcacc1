/* test_actors_lost.c - links that are lost, and waits that end, alone on the bench: who must be
 * told is told, what was relayed is closed, and no state of any machine waits for ever.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "actors/roster.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/suite.h"

enum { NUMBER = 77, DTLS_1_2 = 0xfefd };

static struct lab lab;
static struct bench bench;

static void hear(enum message_type type, uint8_t channel, const char *state)
{
	struct message m = { .type = type };
	if (type == MESSAGE_TUNNEL_PARAMETERS)
		m.as.tunnel_parameters = (struct tunnel_parameters){ NUMBER, 1400, DTLS_1_2 };
	else if (type == MESSAGE_TUNNEL_PROPOSAL)
		m.as.tunnel_proposal = (struct tunnel_proposal){ 1400, DTLS_1_2 };
	else if (type == MESSAGE_TUNNEL_GRANTED)
		m.as.tunnel_granted.association = NUMBER;
	else if (type == MESSAGE_CONNECTION_REQUEST)
		m.as.connection_request =
			(struct connection_request){ .association = NUMBER, .device = DEVICE_ID };
	else if (type == MESSAGE_TUNNEL_REQUEST)
		m.as.tunnel_request = (struct tunnel_request){ .device = DEVICE_ID };
	else if (type == MESSAGE_ROUTE_WANTED)
		m.as.route_wanted = (struct route_wanted){ .app = DYNAMICS_APP };
	else if (type == MESSAGE_INSTALL_APP)
		m.as.install_app = (struct install_app){ .uid = USER_ID, .app = DYNAMICS_APP };
	bench_say(&bench, channel, &m);
	bench_is_in(&bench, state);
}

/* What happens by its name in the table. */
static void happens(const char *stimulus, const char *state)
{
	static const uint8_t told[] = "\0\0\0\x4d" DEVICE_ID;
	bench.peer = "device"; /* whose certificate whoever speaks has */
	bool found = false;
	for (size_t i = 0; i < bench.machine->stimuli_count && !found; i++) {
		const struct stimulus_spec *spec = &bench.machine->stimuli[i];
		found = strcmp(spec->name, stimulus) == 0;
		if (found)
			bench_step(&bench,
				   &(struct arrival){ .on = (uint8_t)i,
						      .channel = spec->channel == CHANNEL_ANY
									 ? NOC_SESSION
									 : spec->channel,
						      .tag = 1,
						      .told = bytes_of(told, sizeof told - 1) });
	}
	CU_ASSERT_TRUE_FATAL(found);
	bench_is_in(&bench, state);
}

static bool closes(uint8_t channel, uint32_t tag)
{
	const struct effect *e = bench_effect(&bench, EFFECT_CLOSE, channel);
	return e && e->tag == tag;
}

/* Whether every session of this machine of the same actor was told something. */
static bool tells_all(const char *machine)
{
	for (size_t i = 0; i < bench.out->count; i++) {
		const struct effect *e = &bench.out->list[i];
		if (e->kind == EFFECT_TELL && e->tag == TELL_ALL &&
		    strcmp(bench.class->machines[e->machine]->name, machine) == 0)
			return true;
	}
	return false;
}

/* -- infrastructure -- */

static void the_infrastructure_tells_every_device_that_the_gateway_has_gone(void)
{
	static const char *const ways[] = { "link lost", "link closed" };
	for (size_t i = 0; i < 2; i++) {
		bench_begin(&bench, &lab, "infrastructure.link");
		happens(ways[i], "closed");
		CU_ASSERT_TRUE(tells_all("infrastructure.device"));
		bench_end(&bench, &lab);
	}
}

static void signalling_ends_with_the_gateway(void)
{
	for (int granted = 0; granted < 2; granted++) {
		bench_begin(&bench, &lab, "infrastructure.device");
		happens("gateway lost", "await request"); /* before anything was asked for */
		CU_ASSERT_EQUAL(bench.out->count, 0);
		hear(MESSAGE_TUNNEL_REQUEST, SIGNALLING, "await gateway");
		if (granted)
			happens("gateway granted", "relaying");
		CU_ASSERT_EQUAL(store_count(bench.store, bench_table(&bench, "associations")), 1);
		happens("gateway lost", "gone");
		CU_ASSERT_TRUE(closes(SIGNALLING, 0));
		CU_ASSERT_EQUAL(store_count(bench.store, bench_table(&bench, "associations")), 0);
		happens("gateway lost", "gone");
		CU_ASSERT_EQUAL(bench.out->count, 0);
		bench_end(&bench, &lab);
	}
}

/* -- Secure Connect Plus -- */

static void every_association_ends_with_the_link(void)
{
	static const char *const ways[] = { "link lost", "link closed" };
	for (size_t i = 0; i < 2; i++) {
		bench_begin(&bench, &lab, "secure_connect.link");
		happens("begin", "await link");
		happens("link ready", "linked");
		happens(ways[i], "await reconnect");
		CU_ASSERT_TRUE(tells_all("secure_connect.association"));
		CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns, SECONDS_NS(5));
		bench_end(&bench, &lab);
	}
}

/* Up to a state: 0 the grant, 1 the parameters, 2 the tunnel. */
static void associate(int far)
{
	bench_begin(&bench, &lab, "secure_connect.association");
	happens("device's request", "await proposal");
	CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns, SECONDS_NS(60));
	if (far < 1)
		return;
	hear(MESSAGE_TUNNEL_PROPOSAL, SIGNAL_SESSION, "await tunnel");
	CU_ASSERT_TRUE(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns > SECONDS_NS(423));
	if (far < 2)
		return;
	happens("tunnel ready", "connected");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_TIMER_CLEAR, 0));
}

static void an_association_ends_with_the_link_or_its_time(void)
{
	for (int far = 0; far < 3; far++)
		for (int late = 0; late < (far < 2 ? 2 : 1); late++) {
			associate(far);
			happens(late ? "stage is late" : "link lost", "ended");
			CU_ASSERT_TRUE(closes(SIGNAL_SESSION, NUMBER));
			CU_ASSERT_EQUAL(closes(TUNNEL, NUMBER), far > 0);
			CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_TIMER_CLEAR, 0));
			happens("link lost", "ended");
			bench_end(&bench, &lab);
		}
}

static void a_connection_that_nobody_ends_is_ended(void)
{
	bench_begin(&bench, &lab, "secure_connect.dial");
	happens("connection out of the tunnel", "dialled");
	CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns, SECONDS_NS(3600));
	happens("life is over", "hung up");
	size_t closed = 0;
	for (size_t i = 0; i < bench.out->count; i++)
		closed += bench.out->list[i].kind == EFFECT_CLOSE;
	CU_ASSERT_EQUAL(closed, 2);
	bench_end(&bench, &lab);
	bench_begin(&bench, &lab, "secure_connect.dial");
	happens("connection out of the tunnel", "dialled");
	happens("leg closed", "hung up");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_TIMER_CLEAR, 0));
	bench_end(&bench, &lab);
}

/* -- the device -- */

/* Up to a state of the device's way to its tunnel. */
static void connect_device(const char *state)
{
	static const char *const way[] = { "await signalling", "await grant",  "await session",
					   "await parameters", "await tunnel", "connected" };
	bench_begin(&bench, &lab, "device");
	hear(MESSAGE_INSTALL_APP, OUT_OF_BAND, "idle");
	hear(MESSAGE_ROUTE_WANTED, HANDOVER, way[0]);
	for (size_t i = 0; strcmp(bench_state(&bench), state) != 0; i++) {
		if (i == 0)
			happens("signalling ready", way[1]);
		else if (i == 1)
			hear(MESSAGE_TUNNEL_GRANTED, SIGNALLING, way[2]);
		else if (i == 2)
			happens("session ready", way[3]);
		else if (i == 3)
			hear(MESSAGE_TUNNEL_PARAMETERS, SIGNAL_SESSION, way[4]);
		else
			happens("tunnel ready", way[5]);
	}
}

static void a_device_begins_anew_when_signalling_ends(void)
{
	static const char *const states[] = { "await signalling", "await grant",  "await session",
					      "await parameters", "await tunnel", "connected" };
	static const char *const ways[] = { "signalling lost", "signalling closed" };
	struct message m;
	for (size_t i = 0; i < 6; i++)
		for (size_t way = 0; way < 2; way++) {
			connect_device(states[i]);
			hear(MESSAGE_INSTALL_APP, OUT_OF_BAND, states[i]); /* at any time */
			CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_LAUNCH_APP, &m));
			happens(ways[way], "idle");
			CU_ASSERT_TRUE(closes(SIGNALLING, 0));
			CU_ASSERT_EQUAL(closes(TUNNEL, NUMBER), i >= 2);
			/* who had its route was told before; who waits is told now */
			CU_ASSERT_EQUAL(bench_spoke(&bench, MESSAGE_ROUTE_FAILED, &m), i < 5);
			hear(MESSAGE_ROUTE_WANTED, HANDOVER, "await signalling");
			CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, SIGNALLING));
			bench_end(&bench, &lab);
		}
}

static void a_tunnel_that_is_closed_is_opened_anew_for_the_next_app(void)
{
	connect_device("connected");
	happens("tunnel closed", "idle");
	hear(MESSAGE_ROUTE_WANTED, HANDOVER, "await signalling");
	bench_end(&bench, &lab);
}

/* -- waits -- */

/* States in which a machine is at rest, and nobody is kept waiting by it. */
static bool is_at_rest(const char *machine, const char *state)
{
	static const char *const rests[][2] = {
		{ "device", "idle" },
		{ "active_app", "await wish" },
		{ "app", "await launch" },
		{ "app", "await typing" },      /* the user's turn */
		{ "user", "await assignment" }, /* the administrator's turn */
		{ "admin", "asleep" },          /* left at once: each begins with the run */
		{ "proxy", "unlinked" },        /* the same */
		{ "secure_connect.link", "unlinked" },
		{ "secure_connect.association", "await request" }, /* left at once: made by it */
		{ "secure_connect.dial", "await open" },           /* the same */
		{ "infrastructure.relay", "await datagram" },      /* serves whatever comes */
	};
	for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
		if (strcmp(rests[i][0], machine) == 0 && strcmp(rests[i][1], state) == 0)
			return true;
	return false;
}

/* Whether time, or the loss of a channel, leads out of a state. */
static bool has_an_end(const struct machine *m, uint8_t state)
{
	for (size_t i = 0; i < m->rows_count; i++) {
		const struct row *r = &m->rows[i];
		enum stimulus_kind kind = m->stimuli[r->on].kind;
		if (row_answers(r, state, r->on) && row_leads_to(r, state) != state &&
		    (kind == STIMULUS_TIMER || kind == STIMULUS_PEER_FAILED))
			return true;
	}
	return false;
}

static void no_state_waits_for_ever(void)
{
	size_t resting = 0, ending = 0;
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		for (size_t i = 0; i < c->machines_count; i++) {
			const struct machine *m = c->machines[i];
			for (uint8_t state = 0; state < m->states_count; state++) {
				bool rests = is_at_rest(m->name, m->states[state]);
				bool ends = has_an_end(m, state);
				if (!rests && !ends && !(m->final >> state & 1u)) {
					printf("  %s: %s\n", m->name, m->states[state]);
					CU_FAIL("nothing ends a wait");
				}
				resting += rests;
				ending += ends;
			}
		}
	}
	CU_ASSERT_EQUAL(resting, 11);
	CU_ASSERT_TRUE(ending > 40);
}

static void uem_does_not_wait_for_ever_with_a_key_request(void)
{
	struct message m = { .type = MESSAGE_SEALED_KEY_REQUEST };
	struct message inner = { .type = MESSAGE_KEY_REQUEST,
				 .as.key_request = { .uid = USER_ID, .app = DYNAMICS_APP } };
	bench_begin(&bench, &lab, "uem.keys");
	store_put(bench.store, bench_table(&bench, "users"), bytes_of_string(USER_ID),
		  bytes_of_string(DYNAMICS_APP));
	peer_seal(&lab, PURPOSE_KEY_REQUEST, 1, &inner, &m.as.sealed_key_request);
	bench_say(&bench, KEY_REQUEST, &m);
	bench_is_in(&bench, "registering");
	CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns, SECONDS_NS(30));
	happens("noc is silent", "answered");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_REFUSED, &m));
	hear(MESSAGE_DONE, PROXY_UEM, "answered");
	CU_ASSERT_EQUAL(bench.out->count, 0);
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(the_infrastructure_tells_every_device_that_the_gateway_has_gone),
		TEST(signalling_ends_with_the_gateway),
		TEST(every_association_ends_with_the_link),
		TEST(an_association_ends_with_the_link_or_its_time),
		TEST(a_connection_that_nobody_ends_is_ended),
		TEST(a_device_begins_anew_when_signalling_ends),
		TEST(a_tunnel_that_is_closed_is_opened_anew_for_the_next_app),
		TEST(no_state_waits_for_ever),
		TEST(uem_does_not_wait_for_ever_with_a_key_request),
	};
	return suite_run("actors_lost", cases, sizeof cases / sizeof *cases);
}
