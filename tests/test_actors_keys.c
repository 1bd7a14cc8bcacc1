/* test_actors_keys.c - how an access key comes to be and travels (S1.3, S1.7 to S1.9), alone on the
 * bench: UEM's console, its keys for activated apps, its reply channel, and the activated app.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/actor_words.h"
#include "tests/lib/suite.h"

static struct lab lab;
static struct bench bench;
static size_t given;

static void open_bench(const char *machine)
{
	lab_open(&lab, 7);
	bench_open(&bench, &lab, machine);
	given = 0;
}

static void close_bench(void)
{
	CU_ASSERT_PTR_NULL(bench.broken);
	CU_ASSERT_TRUE(given > 0);
	bench_close(&bench);
	lab_close(&lab);
}

static void put(const char *table, struct bytes key, struct bytes value)
{
	store_put(bench.store, bench_table(&bench, table), key, value);
}

static void play(struct words *w, size_t states, size_t rows)
{
	words_add_others(w);
	words_play(w);
	CU_ASSERT_EQUAL(w->states, states);
	CU_ASSERT_TRUE(bench_rows(&bench) >= rows); /* may only rise */
}

static uint8_t on(enum stimulus_kind kind, uint8_t what, uint8_t channel)
{
	int found = machine_stimulus(bench.machine, kind, what, channel);
	CU_ASSERT_TRUE_FATAL(found >= 0);
	return (uint8_t)found;
}

/* Whether the last step was the NOC's word that it has taken the registration. */
static bool is_registered(const struct letter *l)
{
	return bench.last.row && l->on == on(STIMULUS_MESSAGE, MESSAGE_DONE, PROXY_UEM);
}

/* -- the console -- */

static bool assign(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = MESSAGE_ASSIGN_APPS,
			       .as.assign_apps = { .apps_count = 1, .apps = { DYNAMICS_APP } } };
	snprintf(m->as.assign_apps.uid, UID_MAX, "%s", choice == 0 ? USER_ID : "User@Example.com");
	return true;
}

static bool generate(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = MESSAGE_GENERATE_KEY };
	snprintf(m->as.generate_key.uid, UID_MAX, "%s",
		 choice == 0 ? USER_ID : "stranger@example.com");
	return true;
}

static char drawn[ACCESS_KEY_SIZE + 1];

static void remember_drawn_key(void)
{
	const struct effect *held = bench_held(&bench, "access_key");
	if (held)
		memcpy(drawn, held->body.data, ACCESS_KEY_SIZE);
}

/* A key is made for an assigned user, and shown only once the NOC has its verifier. */
static void observe_console(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message m;
	char typed[TYPED_KEY_MAX + 1];
	struct bytes app;
	(void)w, (void)unit;
	remember_drawn_key();
	if (bench_spoke(&bench, MESSAGE_REGISTER_KEY, &m) &&
	    !store_get(bench.store, bench_table(&bench, "users"),
		       bytes_of_string(m.as.register_key.uid), &app))
		CU_FAIL("a key for a stranger");
	if (!bench_spoke(&bench, MESSAGE_GENERATED_KEY, &m))
		return;
	given++;
	access_key_type(drawn, typed);
	CU_ASSERT_STRING_EQUAL(m.as.generated_key.key, typed);
	if (!is_registered(l))
		CU_FAIL("a key was shown that the NOC does not have");
}

static void a_key_is_shown_only_when_the_noc_has_it(void)
{
	static struct words w;
	open_bench("uem.console");
	w = (struct words){ .bench = &bench,
			    .length = 4,
			    .observe = observe_console,
			    .model = drawn,
			    .model_size = sizeof drawn };
	words_add(&w, on(STIMULUS_MESSAGE, MESSAGE_ASSIGN_APPS, CONSOLE), assign, 2);
	words_add(&w, on(STIMULUS_MESSAGE, MESSAGE_GENERATE_KEY, CONSOLE), generate, 2);
	play(&w, 4, 30);
	close_bench();
}

/* -- keys for activated apps -- */

static const uint8_t nonce[NONCE_SIZE] = { 1, 2, 3 };

/* 0: honest; 1: for an app that nobody assigned; 2: what opens and is no request; 3: by an app that
 * is not activated; 4: for the user of another device. */
static bool sealed_request(const struct words *w, int choice, struct message *m)
{
	struct message inner = { .type = MESSAGE_KEY_REQUEST,
				 .as.key_request = { .uid = USER_ID, .app = DYNAMICS_APP } };
	(void)w;
	memcpy(inner.as.key_request.nonce, nonce, NONCE_SIZE);
	if (choice == 1)
		snprintf(inner.as.key_request.app, APP_MAX, "%s", DYNAMICS_ACTIVE_APP);
	if (choice == 4)
		snprintf(inner.as.key_request.uid, UID_MAX, "user-2@example.com");
	if (choice == 2)
		inner = (struct message){ .type = MESSAGE_DONE };
	*m = (struct message){ .type = MESSAGE_SEALED_KEY_REQUEST };
	peer_seal(&lab, PURPOSE_KEY_REQUEST, 1, &inner, &m->as.sealed_key_request);
	if (choice == 3)
		snprintf(m->as.sealed_key_request.app, APP_MAX, "%s", DYNAMICS_APP);
	return true;
}

static void observe_keys(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message m, honest, inner;
	struct buffer want = { 0 };
	remember_drawn_key();
	sealed_request(w, 0, &honest);
	message_encode(&honest, &want);
	bool is_honest = bytes_equal(unit, bytes_of_buffer(&want));
	buffer_fini(&want);
	if (bench_spoke(&bench, MESSAGE_REGISTER_KEY, &m) && !is_honest)
		CU_FAIL("a key for whoever asked");
	if (bench_persisted(&bench, "keys") > 0 && !is_honest)
		CU_FAIL("a key was made for whoever asked");
	if (!bench_spoke(&bench, MESSAGE_SEALED_KEY_REPLY, &m))
		return;
	given++;
	const struct sealed_key_reply *r = &m.as.sealed_key_reply;
	CU_ASSERT_TRUE_FATAL(peer_unseal(&lab, PURPOSE_KEY_REPLY, r->iv,
					 bytes_of(r->sealed, r->sealed_size), &inner));
	CU_ASSERT_EQUAL(memcmp(inner.as.key_reply.nonce, nonce, NONCE_SIZE), 0);
	CU_ASSERT_STRING_EQUAL(inner.as.key_reply.key, drawn);
	if (!is_registered(l))
		CU_FAIL("a key was sent that the NOC does not have");
}

static void an_app_gets_a_key_only_for_what_it_truly_asked(void)
{
	static struct words w;
	open_bench("uem.keys");
	put("users", bytes_of_string(USER_ID), bytes_of_string(DYNAMICS_APP));
	w = (struct words){ .bench = &bench,
			    .length = 3,
			    .observe = observe_keys,
			    .model = drawn,
			    .model_size = sizeof drawn };
	words_add(&w, 0, sealed_request, 5);
	play(&w, 3, 14);
	close_bench();
}

/* -- the reply channel -- */

enum { MADE = 0x11, NOT_YET = 0x22 };
static uint8_t named[HASH_SIZE];

static bool reply_wanted(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = MESSAGE_REPLY_WANTED };
	memset(m->as.reply_wanted.setup_hash, choice == 0 ? NOT_YET : MADE, HASH_SIZE);
	return true;
}

/* What stands in the store for a hash: a message that names it, so that no two are the same. */
static struct message stored_for(const uint8_t *hash, enum message_type type)
{
	struct message m = { .type = type };
	if (type == MESSAGE_SECURE_CHANNEL_RESPONSE) {
		m.as.secure_channel_response.public_b.size = 65;
		memcpy(m.as.secure_channel_response.public_b.data, hash, HASH_SIZE);
		m.as.secure_channel_response.tag2.size = 32;
	} else {
		m.as.provisioning_data.sealed_size = HASH_SIZE;
		memcpy(m.as.provisioning_data.sealed, hash, HASH_SIZE);
	}
	return m;
}

static void put_reply(const char *table, const uint8_t *hash, enum message_type type)
{
	struct message m = stored_for(hash, type);
	struct buffer unit = { 0 };
	message_encode(&m, &unit);
	put(table, bytes_of(hash, HASH_SIZE), bytes_of_buffer(&unit));
	buffer_fini(&unit);
}

/* UEM stores an answer before it tells the session of it. */
static void prepare_reply(struct words *w, const struct letter *l)
{
	(void)w;
	if (bench.machine->stimuli[l->on].kind != STIMULUS_TOLD)
		return;
	bool data = bench.machine->stimuli[l->on].what !=
		    bench.machine->stimuli[on(STIMULUS_TOLD, 0, CHANNEL_ANY)].what;
	put_reply("responses", named, MESSAGE_SECURE_CHANNEL_RESPONSE);
	if (data)
		put_reply("data", named, MESSAGE_PROVISIONING_DATA);
}

static void observe_reply(struct words *w, const struct letter *l, struct bytes unit)
{
	static const enum message_type types[] = { MESSAGE_SECURE_CHANNEL_RESPONSE,
						   MESSAGE_PROVISIONING_DATA };
	struct message m;
	(void)w, (void)l;
	if (message_decode(unit, &m) == MESSAGE_OK && m.type == MESSAGE_REPLY_WANTED &&
	    bench.last.row)
		memcpy(named, m.as.reply_wanted.setup_hash, HASH_SIZE);
	for (size_t i = 0; i < 2; i++) {
		struct bytes said = bench_unit(&bench, types[i]);
		struct message want = stored_for(named, types[i]);
		struct buffer wanted = { 0 };
		message_encode(&want, &wanted);
		given += said.size > 0;
		if (said.size > 0 && !bytes_equal(said, bytes_of_buffer(&wanted)))
			CU_FAIL("an answer to somebody else's setup message");
		buffer_fini(&wanted);
	}
}

static void a_reply_is_the_one_to_the_named_setup_message(void)
{
	static struct words w;
	uint8_t made[HASH_SIZE];
	open_bench("uem.reply");
	memset(made, MADE, sizeof made);
	put_reply("responses", made, MESSAGE_SECURE_CHANNEL_RESPONSE);
	w = (struct words){ .bench = &bench,
			    .length = 4,
			    .observe = observe_reply,
			    .prepare = prepare_reply,
			    .model = named,
			    .model_size = sizeof named };
	words_add(&w, 0, reply_wanted, 2);
	play(&w, 4, 13);
	close_bench();
}

/* -- the activated app -- */

static bool key_wanted(const struct words *w, int choice, struct message *m)
{
	(void)w, (void)choice;
	*m = (struct message){ .type = MESSAGE_KEY_WANTED,
			       .as.key_wanted = { .uid = USER_ID, .app = DYNAMICS_APP } };
	memcpy(m->as.key_wanted.nonce, nonce, NONCE_SIZE);
	return true;
}

/* 0: UEM's; 1: with another nonce; 2: what opens and is no reply; 3: sealed for the other purpose.
 */
static bool sealed_reply(const struct words *w, int choice, struct message *m)
{
	struct message inner = { .type = MESSAGE_KEY_REPLY, .as.key_reply = { .key = PEER_AK } };
	struct sealed_key_request sealed;
	(void)w;
	memcpy(inner.as.key_reply.nonce, nonce, NONCE_SIZE);
	inner.as.key_reply.nonce[NONCE_SIZE - 1] ^= choice == 1;
	if (choice == 2)
		inner = (struct message){ .type = MESSAGE_DONE };
	peer_seal(&lab, choice == 3 ? PURPOSE_KEY_REQUEST : PURPOSE_KEY_REPLY, 2, &inner, &sealed);
	*m = (struct message){ .type = MESSAGE_SEALED_KEY_REPLY };
	memcpy(m->as.sealed_key_reply.iv, sealed.iv, sizeof sealed.iv);
	m->as.sealed_key_reply.sealed_size = sealed.sealed_size;
	memcpy(m->as.sealed_key_reply.sealed, sealed.sealed, sealed.sealed_size);
	return true;
}

static uint8_t wished[NONCE_SIZE]; /* the nonce of the request under way */

static void observe_active_app(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message m, in, inner;
	(void)w, (void)l;
	if (message_decode(unit, &in) == MESSAGE_OK && in.type == MESSAGE_KEY_WANTED &&
	    bench.last.row)
		memcpy(wished, in.as.key_wanted.nonce, NONCE_SIZE);
	if (bench_spoke(&bench, MESSAGE_SEALED_KEY_REQUEST, &m)) {
		const struct sealed_key_request *r = &m.as.sealed_key_request;
		CU_ASSERT_TRUE_FATAL(peer_unseal(&lab, PURPOSE_KEY_REQUEST, r->iv,
						 bytes_of(r->sealed, r->sealed_size), &inner));
		CU_ASSERT_EQUAL(memcmp(inner.as.key_request.nonce, wished, NONCE_SIZE), 0);
	}
	if (!bench_spoke(&bench, MESSAGE_KEY_HANDOVER, &m))
		return;
	given++;
	const struct sealed_key_reply *r = &in.as.sealed_key_reply;
	if (in.type != MESSAGE_SEALED_KEY_REPLY ||
	    !peer_unseal(&lab, PURPOSE_KEY_REPLY, r->iv, bytes_of(r->sealed, r->sealed_size),
			 &inner) ||
	    memcmp(inner.as.key_reply.nonce, wished, NONCE_SIZE) != 0 ||
	    strcmp(inner.as.key_reply.key, m.as.key_handover.key) != 0)
		CU_FAIL("a key was handed over that UEM did not send for this wish");
}

static void a_key_is_handed_over_only_for_the_nonce_that_was_sent(void)
{
	static struct words w;
	open_bench("active_app");
	w = (struct words){ .bench = &bench,
			    .length = 4,
			    .observe = observe_active_app,
			    .model = wished,
			    .model_size = sizeof wished };
	words_add(&w, 0, key_wanted, 1);
	words_add(&w, on(STIMULUS_MESSAGE, MESSAGE_SEALED_KEY_REPLY, KEY_REQUEST), sealed_reply, 4);
	play(&w, 5, 18);
	close_bench();
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_key_is_shown_only_when_the_noc_has_it),
		TEST(an_app_gets_a_key_only_for_what_it_truly_asked),
		TEST(a_reply_is_the_one_to_the_named_setup_message),
		TEST(a_key_is_handed_over_only_for_the_nonce_that_was_sent),
	};
	return suite_run("actors_keys", cases, sizeof cases / sizeof *cases);
}
