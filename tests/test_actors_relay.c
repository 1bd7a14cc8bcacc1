/* test_actors_relay.c - those who carry: infrastructure, Secure Connect Plus, Proxy and the
 * device's tunnel, alone on the bench. What they forward belongs to an association that is open,
 * and is what came.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/actor_words.h"
#include "tests/lib/suite.h"

enum { OPEN = 1, FOREIGN = 2, DTLS_1_2 = 0xfefd, DTLS_1_0 = 0xfeff, MTU = 1400, MTU_MIN = 576 };

static struct lab lab;
static struct bench bench;
static size_t forwarded;

static void play(struct words *w, size_t states, size_t rows)
{
	words_add_others(w);
	words_play(w);
	CU_ASSERT_EQUAL(w->states, states);
	CU_ASSERT_TRUE(bench_rows(&bench) >= rows); /* may only rise */
}

static uint8_t on_message(enum message_type type)
{
	for (uint8_t i = 0; i < bench.machine->stimuli_count; i++)
		if (bench.machine->stimuli[i].kind == STIMULUS_MESSAGE &&
		    bench.machine->stimuli[i].what == (uint8_t)type)
			return i;
	CU_FAIL_FATAL("no such message");
	return 0;
}

/* -- the infrastructure -- */

static void open_association(uint32_t number)
{
	uint8_t key[4];
	write_u32(key, number);
	store_put(bench.store, bench_table(&bench, "associations"), bytes_of(key, sizeof key),
		  bytes_of_string("device"));
}

static bool association_is_open(uint32_t number)
{
	struct bytes value;
	uint8_t key[4];
	write_u32(key, number);
	return store_get(bench.store, bench_table(&bench, "associations"),
			 bytes_of(key, sizeof key), &value);
}

static enum message_type carried_type;

static bool carried(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = carried_type };
	m->as.carried.association = choice == 0 ? OPEN : FOREIGN;
	m->as.carried.payload = bytes_of_string("sealed end to end");
	return true;
}

static bool granted(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = MESSAGE_CONNECTION_GRANTED };
	m->as.connection_granted.association = choice == 0 ? OPEN : FOREIGN;
	return true;
}

/* The association that a message names. */
static uint32_t named_by(const struct message *m)
{
	return m->type == MESSAGE_CONNECTION_GRANTED ? m->as.connection_granted.association
						     : m->as.carried.association;
}

/* What leaves for another session or hop names an open association, and carries what came. */
static void observe_relay(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message in, out;
	(void)w;
	if (bench.machine->stimuli[l->on].kind != STIMULUS_MESSAGE ||
	    message_decode(unit, &in) != MESSAGE_OK)
		return;
	if (in.type == MESSAGE_HEARTBEAT) { /* answered, and told to nobody */
		if (bench.out->count > 1 || bench_effect(&bench, EFFECT_TELL, 0))
			CU_FAIL("a heartbeat is for the link alone");
		return;
	}
	for (size_t i = 0; i < bench.out->count; i++) {
		const struct effect *e = &bench.out->list[i];
		bool told = e->kind == EFFECT_TELL;
		if (!told && e->kind != EFFECT_SEND)
			continue;
		forwarded++;
		struct bytes payload = e->body;
		uint32_t number = told ? read_u32(e->key.data) : 0;
		if (!told && message_decode(e->body, &out) == MESSAGE_OK) {
			payload = out.as.carried.payload;
			number = out.as.carried.association;
		}
		if (!association_is_open(number) || number != named_by(&in))
			CU_FAIL("forwarded for an association that is not open");
		if (in.type != MESSAGE_CONNECTION_GRANTED &&
		    !bytes_equal(payload, in.as.carried.payload))
			CU_FAIL("forwarded something else");
	}
}

static void the_link_reaches_only_open_associations(void)
{
	static struct words w;
	bench_begin(&bench, &lab, "infrastructure.link");
	open_association(OPEN);
	forwarded = 0;
	w = (struct words){ .bench = &bench, .length = 3, .observe = observe_relay };
	words_add(&w, on_message(MESSAGE_CONNECTION_GRANTED), granted, 2);
	carried_type = MESSAGE_RELAYED_SIGNAL; /* both types carry the same: the letter's is set */
	words_add(&w, on_message(MESSAGE_RELAYED_SIGNAL), carried, 2);
	play(&w, 2, 11);
	carried_type = MESSAGE_RELAYED_DATAGRAM;
	w.count = 0;
	words_add(&w, on_message(MESSAGE_RELAYED_DATAGRAM), carried, 2);
	play(&w, 2, 12);
	CU_ASSERT_TRUE(forwarded > 100);
	bench_end(&bench, &lab);
}

static void the_relay_carries_only_open_associations(void)
{
	static struct words w;
	bench_begin(&bench, &lab, "infrastructure.relay");
	open_association(OPEN);
	forwarded = 0;
	carried_type = MESSAGE_DATAGRAM;
	w = (struct words){ .bench = &bench, .length = 4, .observe = observe_relay };
	words_add(&w, on_message(MESSAGE_DATAGRAM), carried, 2);
	play(&w, 4, 11);
	CU_ASSERT_TRUE(forwarded > 20);
	bench_end(&bench, &lab);
}

static uint32_t own_association; /* as the infrastructure drew it */

static void observe_device(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message m, in;
	const struct effect *key = bench_effect(&bench, EFFECT_KEY, 0);
	(void)w;
	if (key)
		own_association = read_u32(key->key.data);
	if (bench_spoke(&bench, MESSAGE_RELAYED_SIGNAL, &m)) {
		forwarded++;
		if (!association_is_open(m.as.carried.association) ||
		    m.as.carried.association != own_association ||
		    message_decode(unit, &in) != MESSAGE_OK ||
		    !bytes_equal(in.as.carried.payload, m.as.carried.payload))
			CU_FAIL("spoke for another device");
	}
	if (strcmp(bench_state(&bench), "gone") == 0 && bench.last.row &&
	    association_is_open(own_association))
		CU_FAIL("left an association open");
	(void)l;
}

static bool own_signal(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = MESSAGE_SIGNAL_DATA };
	m->as.carried.association = choice == 0 ? own_association : OPEN;
	m->as.carried.payload = bytes_of_string("sealed end to end");
	return true;
}

static void a_device_speaks_only_for_its_own_association(void)
{
	static struct words w;
	bench_begin(&bench, &lab, "infrastructure.device");
	open_association(OPEN); /* somebody else's */
	forwarded = 0;
	own_association = 0;
	w = (struct words){ .bench = &bench,
			    .length = 4,
			    .observe = observe_device,
			    .model = &own_association,
			    .model_size = sizeof own_association };
	words_add(&w, on_message(MESSAGE_SIGNAL_DATA), own_signal, 2);
	play(&w, 5, 19);
	CU_ASSERT_TRUE(forwarded > 20);
	CU_ASSERT_TRUE(association_is_open(OPEN));
	bench_end(&bench, &lab);
}

/* -- tunnel parameters, at both ends -- */

enum { BY_ANOTHER = 6 }; /* choice of a proposal, tag of a tunnel: another device's */

static bool proposal(const struct words *w, int choice, struct message *m)
{
	static const struct tunnel_proposal list[] = {
		{ MTU, DTLS_1_2 },     { MTU_MIN, DTLS_1_2 },     { MTU, DTLS_1_0 },
		{ MTU + 1, DTLS_1_2 }, { MTU_MIN - 1, DTLS_1_2 }, { UINT32_MAX, DTLS_1_2 },
		{ MTU, DTLS_1_2 }, /* by another device */
	};
	(void)w;
	*m = (struct message){ .type = MESSAGE_TUNNEL_PROPOSAL };
	m->as.tunnel_proposal = list[choice];
	return true;
}

static bool is_usable(uint32_t mtu, uint32_t version)
{
	return version == DTLS_1_2 && mtu >= MTU_MIN && mtu <= MTU;
}

static void observe_proposal(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message in, out;
	(void)w;
	bool answered = bench_spoke(&bench, MESSAGE_TUNNEL_PARAMETERS, &out);
	bool proposed = l->make == proposal && message_decode(unit, &in) == MESSAGE_OK;
	bool good = proposed && l->choice != BY_ANOTHER &&
		    is_usable(in.as.tunnel_proposal.mtu, in.as.tunnel_proposal.version);
	if (l->tag == BY_ANOTHER && strcmp(bench_state(&bench), "connected") == 0 &&
	    bench.last.from != bench.last.to)
		CU_FAIL("took another device's tunnel");
	if (answered && (!good || out.as.tunnel_parameters.association != OPEN ||
			 out.as.tunnel_parameters.mtu != in.as.tunnel_proposal.mtu ||
			 out.as.tunnel_parameters.version != DTLS_1_2))
		CU_FAIL("accepted what it must not");
	if (!answered && good && bench.last.row)
		CU_FAIL("refused a usable proposal");
	forwarded += answered;
}

/* D9: who speaks is told by a certificate, who asked by the infrastructure. */
static void speak_as(struct words *w, const struct letter *l)
{
	bool other = l->choice == BY_ANOTHER || l->tag == BY_ANOTHER;
	w->bench->peer = other ? "device@2" : "device";
}

static void the_gateway_accepts_only_usable_parameters(void)
{
	static const uint8_t told[] = "\0\0\0\1" DEVICE_ID;
	static struct words w;
	bench_begin(&bench, &lab, "secure_connect.association");
	forwarded = 0;
	w = (struct words){ .bench = &bench,
			    .length = 4,
			    .told = bytes_of(told, sizeof told - 1),
			    .prepare = speak_as,
			    .observe = observe_proposal };
	words_add(&w, on_message(MESSAGE_TUNNEL_PROPOSAL), proposal, 7);
	int ready = machine_stimulus(bench.machine, STIMULUS_SECURED, 0, TUNNEL);
	words_add(&w, (uint8_t)ready, NULL, 0);
	words_add(&w, (uint8_t)ready, NULL, 0);
	w.letters[w.count - 1].tag = BY_ANOTHER;
	play(&w, 5, 21);
	CU_ASSERT_TRUE(forwarded > 2);
	bench_end(&bench, &lab);
}

static bool tunnel_granted(const struct words *w, int choice, struct message *m)
{
	(void)w, (void)choice;
	*m = (struct message){ .type = MESSAGE_TUNNEL_GRANTED };
	m->as.tunnel_granted.association = OPEN;
	return true;
}

static bool parameters(const struct words *w, int choice, struct message *m)
{
	static const struct tunnel_parameters list[] = {
		{ OPEN, MTU, DTLS_1_2 },     { FOREIGN, MTU, DTLS_1_2 },
		{ OPEN, MTU, DTLS_1_0 },     { OPEN, MTU + 1, DTLS_1_2 },
		{ OPEN, MTU_MIN, DTLS_1_2 }, { OPEN, MTU_MIN - 1, DTLS_1_2 },
		{ FOREIGN, 0, DTLS_1_0 },
	};
	(void)w;
	*m = (struct message){ .type = MESSAGE_TUNNEL_PARAMETERS };
	m->as.tunnel_parameters = list[choice];
	return true;
}

static uint32_t granted_number;

static void observe_parameters(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message in;
	const struct effect *tunnel = bench_effect(&bench, EFFECT_OPEN, TUNNEL);
	(void)w;
	if (l->on == on_message(MESSAGE_TUNNEL_GRANTED) && bench.last.row &&
	    message_decode(unit, &in) == MESSAGE_OK)
		granted_number = in.as.tunnel_granted.association;
	if (l->on != on_message(MESSAGE_TUNNEL_PARAMETERS)) {
		CU_ASSERT_PTR_NULL(tunnel);
		return;
	}
	bool good = message_decode(unit, &in) == MESSAGE_OK &&
		    in.as.tunnel_parameters.association == granted_number &&
		    is_usable(in.as.tunnel_parameters.mtu, in.as.tunnel_parameters.version);
	if (tunnel && (!good || tunnel->tag != granted_number))
		CU_FAIL("opened a tunnel that was not agreed on");
	if (!tunnel && good && bench.last.row)
		CU_FAIL("refused usable parameters");
	forwarded += tunnel != NULL;
}

static void the_device_opens_only_the_tunnel_it_agreed_on(void)
{
	static struct words w;
	bench_begin(&bench, &lab, "device");
	forwarded = 0;
	w = (struct words){ .bench = &bench,
			    .length = 3,
			    .observe = observe_parameters,
			    .model = &granted_number,
			    .model_size = sizeof granted_number };
	words_add(&w, on_message(MESSAGE_TUNNEL_GRANTED), tunnel_granted, 1);
	words_add(&w, on_message(MESSAGE_TUNNEL_PARAMETERS), parameters, 7);
	play(&w, 8, 52);
	CU_ASSERT_TRUE(forwarded > 5);
	bench_end(&bench, &lab);
}

static void say(enum message_type type, uint8_t channel, int choice)
{
	struct message m = { .type = type };
	if (type == MESSAGE_TUNNEL_PARAMETERS)
		parameters(NULL, choice, &m);
	else if (type == MESSAGE_TUNNEL_GRANTED)
		tunnel_granted(NULL, choice, &m);
	else if (type == MESSAGE_INSTALL_APP)
		m.as.install_app = (struct install_app){ .uid = "a@b", .app = DYNAMICS_APP };
	else if (type == MESSAGE_ROUTE_WANTED)
		m.as.route_wanted = (struct route_wanted){ .app = DYNAMICS_APP };
	bench_say(&bench, channel, &m);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench.last.row);
}

/* D12: each attempt is a new request; after the third the app is told. */
static void the_third_tunnel_that_fails_is_the_last(void)
{
	struct message m;
	bench_begin(&bench, &lab, "device");
	say(MESSAGE_INSTALL_APP, OUT_OF_BAND, 0);
	say(MESSAGE_ROUTE_WANTED, HANDOVER, 0);
	bench_happen(&bench, STIMULUS_SECURED, 0, SIGNALLING);
	for (int attempt = 1; attempt <= 3; attempt++) {
		CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_TUNNEL_REQUEST, &m));
		say(MESSAGE_TUNNEL_GRANTED, SIGNALLING, 0);
		bench_happen(&bench, STIMULUS_SECURED, 0, SIGNAL_SESSION);
		say(MESSAGE_TUNNEL_PARAMETERS, SIGNAL_SESSION, 0);
		CU_ASSERT_STRING_EQUAL(bench_state(&bench), "await tunnel");
		bench_happen(&bench, STIMULUS_PEER_FAILED, 0, TUNNEL);
	}
	CU_ASSERT_STRING_EQUAL(bench_state(&bench), "idle");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_ROUTE_FAILED, &m));
	CU_ASSERT_FALSE(bench_spoke(&bench, MESSAGE_TUNNEL_REQUEST, &m));
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(the_link_reaches_only_open_associations),
		TEST(the_relay_carries_only_open_associations),
		TEST(a_device_speaks_only_for_its_own_association),
		TEST(the_gateway_accepts_only_usable_parameters),
		TEST(the_device_opens_only_the_tunnel_it_agreed_on),
		TEST(the_third_tunnel_that_fails_is_the_last),
	};
	return suite_run("actors_relay", cases, sizeof cases / sizeof *cases);
}
