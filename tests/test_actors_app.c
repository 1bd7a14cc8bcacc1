/* test_actors_app.c - the new app, alone on the bench: every short word from every state, and the
 * one thing that must never happen: an activation that UEM did not make.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/hmac.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/actor_words.h"
#include "tests/lib/suite.h"

enum { LENGTH = 4, UEM_PAIR = 50, NOC_TOKEN = 60 };

/* What the world outside the app knows of it. */
struct model {
	uint8_t nonce[NONCE_SIZE], cid[CID_SIZE];
	struct peer_unit m1, m3;
	bool agreed; /* the app took a response that was truly UEM's */
};

static struct lab lab;
static struct bench bench;
static struct model model;
static size_t activations, repetitions;

/* -- UEM, as far as the app meets it -- */

/* UEM's answer to an M1, computed once for the same M1. */
static struct {
	struct peer_unit m1;
	struct attempt uem;
	struct message m2;
	bool good;
} answer;

static bool answer_to(const struct peer_unit *m1)
{
	if (m1->size == 0)
		return false;
	if (answer.m1.size == m1->size && memcmp(answer.m1.data, m1->data, m1->size) == 0)
		return answer.good;
	answer.m1 = *m1;
	peer_begin(&lab, &answer.uem, UEM_PAIR);
	memcpy(answer.uem.cid, model.cid, sizeof model.cid);
	answer.good = peer_respond(&lab, &answer.uem, bytes_of(m1->data, m1->size), &answer.m2);
	return answer.good;
}

static bool is_the_true_response(struct bytes unit)
{
	struct buffer want = { 0 };
	bool good = answer_to(&model.m1);
	if (good)
		message_encode(&answer.m2, &want);
	good = good && bytes_equal(unit, bytes_of_buffer(&want));
	buffer_fini(&want);
	return good;
}

/* -- letters -- */

static bool launch(const struct words *w, int choice, struct message *m)
{
	(void)w, (void)choice;
	*m = (struct message){ .type = MESSAGE_LAUNCH_APP,
			       .as.launch_app = { .uid = USER_ID, .app = DYNAMICS_APP } };
	return true;
}

static bool typed(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = (struct message){ .type = MESSAGE_TYPED_KEY, .as.typed_key = { .uid = USER_ID } };
	snprintf(m->as.typed_key.key, sizeof m->as.typed_key.key, "%s",
		 choice == 0 ? PEER_TYPED : "abcde-12345");
	return true;
}

static bool handed(const struct words *w, int choice, struct message *m)
{
	(void)w, (void)choice;
	*m = (struct message){ .type = MESSAGE_KEY_HANDOVER,
			       .as.key_handover = { .uid = USER_ID, .key = PEER_AK } };
	memcpy(m->as.key_handover.nonce, model.nonce, NONCE_SIZE);
	return true;
}

static bool provisioned(const struct words *w, int choice, struct message *m)
{
	static struct attempt t;
	(void)w, (void)choice;
	if (t.token.size == 0) {
		peer_begin(&lab, &t, NOC_TOKEN);
		peer_token(&lab, &t, 0, NULL, NULL);
	}
	*m = (struct message){ .type = MESSAGE_NOC_PROVISIONING,
			       .as.noc_provisioning = { .addresses_count = 1,
							.addresses = { "noc.example:443" } } };
	memset(m->as.noc_provisioning.master_link_key, 7, MASTER_KEY_SIZE);
	memcpy(m->as.noc_provisioning.uem, t.uem, UEM_ID_SIZE);
	m->as.noc_provisioning.token = t.token;
	return true;
}

/* 0: UEM's; 1: with the app's own key sent back; 2: with a point that is on no curve; 3: with a MAC
 * that is one byte too long. */
static bool respond(const struct words *w, int choice, struct message *m)
{
	struct message setup;
	struct setup_body body;
	struct secure_channel_response *r = &m->as.secure_channel_response;
	(void)w;
	if (!answer_to(&model.m1))
		return false;
	*m = answer.m2;
	if (choice == 2)
		r->public_b.data[r->public_b.size - 1] ^= 1;
	if (choice == 3)
		r->tag2.size++;
	if (choice != 1)
		return true;
	bool read = message_decode(bytes_of(model.m1.data, model.m1.size), &setup) == MESSAGE_OK &&
		    setup_body_decode(bytes_of(setup.as.secure_channel_setup.body,
					       setup.as.secure_channel_setup.body_size),
				      &body) == MESSAGE_OK;
	r->public_b = body.public_a;
	return read;
}

static struct message data_inside(enum message_type type)
{
	struct message inner = { .type = type };
	if (type == MESSAGE_PROVISIONING_WISH) {
		snprintf(inner.as.provisioning_wish.app, APP_MAX, "%s", DYNAMICS_APP);
		snprintf(inner.as.provisioning_wish.instance, APP_MAX, "%s", DEVICE_ID);
		snprintf(inner.as.provisioning_wish.version, VERSION_MAX, "1.0.0");
		return inner;
	}
	memset(inner.as.provisioning.master_session_key, 9, MASTER_KEY_SIZE);
	inner.as.provisioning.proxies_count = 1;
	snprintf(inner.as.provisioning.proxies[0], ADDRESS_MAX, "proxy.example:17533");
	return inner;
}

/* 0: UEM's; 1: what opens and is no provisioning; 2: sealed for another request. */
static bool provide(const struct words *w, int choice, struct message *m)
{
	struct message inner =
		data_inside(choice == 1 ? MESSAGE_PROVISIONING_WISH : MESSAGE_PROVISIONING);
	struct bytes m3 = bytes_of(model.m3.data, model.m3.size);
	(void)w;
	if (model.m3.size == 0 || !answer_to(&model.m1))
		return false;
	if (choice == 2)
		m3.size--;
	peer_data(&lab, &answer.uem, m3, &inner, m);
	return true;
}

/* UEM's words that the user may not run the app, or this version of it; or no reason. */
static bool refuse(const struct words *w, int choice, struct message *m)
{
	static const int32_t results[] = { RESULT_PROVISIONING_FAILED, RESULT_APP_DENIED,
					   RESULT_VERSION_DENIED };
	(void)w;
	*m = (struct message){ .type = MESSAGE_REFUSED, .as.refused = { results[choice] } };
	return true;
}

/* -- looking on -- */

static void keep(struct peer_unit *u, enum message_type type)
{
	struct bytes unit = bench_unit(&bench, type);
	if (unit.size == 0)
		return;
	CU_ASSERT_TRUE_FATAL(unit.size <= sizeof u->data);
	u->size = (uint16_t)unit.size;
	memcpy(u->data, unit.data, unit.size);
}

static void remember_what_was_said(void)
{
	struct message m;
	if (bench_spoke(&bench, MESSAGE_KEY_WANTED, &m))
		memcpy(model.nonce, m.as.key_wanted.nonce, NONCE_SIZE);
	if (bench_spoke(&bench, MESSAGE_ACTIVATION_REQUEST, &m))
		memcpy(model.cid, m.as.activation_request.cid, CID_SIZE);
	keep(&model.m1, MESSAGE_SECURE_CHANNEL_SETUP);
	keep(&model.m3, MESSAGE_PROVISIONING_REQUEST);
}

static bool truly_opens(struct bytes unit, struct message *inner)
{
	struct message m4;
	return message_decode(unit, &m4) == MESSAGE_OK && m4.type == MESSAGE_PROVISIONING_DATA &&
	       answer_to(&model.m1) &&
	       peer_data_opens(&lab, &answer.uem, bytes_of(model.m3.data, model.m3.size), &m4,
			       inner) &&
	       inner->type == MESSAGE_PROVISIONING;
}

static void judge_activation(struct bytes unit)
{
	struct message inner;
	const struct effect *held = bench_held(&bench, "master_session_key");
	const struct effect *kept = bench_effect(&bench, EFFECT_PERSIST, 0);
	activations++;
	if (!model.agreed || !held || !kept || !truly_opens(unit, &inner)) {
		CU_FAIL("activated without UEM");
		return;
	}
	struct bytes key = bytes_of(inner.as.provisioning.master_session_key, MASTER_KEY_SIZE);
	CU_ASSERT_TRUE(bytes_equal(held->body, key) && bytes_equal(kept->body, key));
}

static bool moved(const char *from, const char *to)
{
	return strcmp(bench.machine->states[bench.last.from], from) == 0 &&
	       strcmp(bench_state(&bench), to) == 0;
}

/* A response that comes when one was taken: the same changes nothing, another ends the attempt. */
static void judge_repetition(struct bytes unit)
{
	bool same = is_the_true_response(unit);
	bool again = strcmp(bench.machine->states[bench.last.from], "await data") == 0;
	repetitions += same && again;
	CU_ASSERT_FALSE(same && !again); /* UEM's own response was refused */
	CU_ASSERT_EQUAL(moved("await data", "await data"), same);
	if (same) {
		CU_ASSERT_EQUAL(bench.out->count, 0);
		return;
	}
	const struct effect *outcome = bench_effect(&bench, EFFECT_OUTCOME, 0);
	CU_ASSERT_TRUE(outcome && outcome->result == RESULT_PROVISIONING_FAILED);
}

/* What the app keeps for good; wiping is no keeping. */
static bool keeps_something(void)
{
	const struct effect *e = bench_effect(&bench, EFFECT_PERSIST, 0);
	return e && e->body.size > 0;
}

/* Its user is told of every outcome, and of no other. */
static void judge_result(void)
{
	struct message m;
	const struct effect *outcome = bench_effect(&bench, EFFECT_OUTCOME, 0);
	bool told = bench_spoke(&bench, MESSAGE_ACTIVATION_RESULT, &m);
	if (outcome && (!told || m.as.activation_result.result != outcome->result))
		CU_FAIL("an outcome that the user does not learn of");
	if (told && m.as.activation_result.result == RESULT_NONE &&
	    strcmp(bench_state(&bench), "activated") != 0)
		CU_FAIL("told of an activation that is none");
}

static void observe(struct words *w, const struct letter *l, struct bytes unit)
{
	struct message inner;
	bool response = l->make == respond, data = l->make == provide;
	(void)w;
	remember_what_was_said();
	judge_result();
	if (moved("await response", "await data")) {
		model.agreed = is_the_true_response(unit);
		if (!model.agreed)
			CU_FAIL("agreed with somebody else");
	} else if (response && bench.last.row) {
		judge_repetition(unit);
	}
	if (moved("await data", "activated") || bench_held(&bench, "master_session_key") ||
	    keeps_something())
		judge_activation(unit);
	else if (data && bench.last.row && model.agreed && truly_opens(unit, &inner))
		CU_FAIL("UEM's own data were refused");
}

/* -- the walk -- */

static void add_letters(struct words *w)
{
	static const struct {
		enum message_type type;
		uint8_t channel;
		word_make_fn *make;
		int choices;
	} made[] = {
		{ MESSAGE_LAUNCH_APP, HANDOVER, launch, 1 },
		{ MESSAGE_TYPED_KEY, OUT_OF_BAND, typed, 2 },
		{ MESSAGE_KEY_HANDOVER, HANDOVER, handed, 1 },
		{ MESSAGE_NOC_PROVISIONING, NOC_SESSION, provisioned, 1 },
		{ MESSAGE_SECURE_CHANNEL_RESPONSE, UEM_REPLY, respond, 4 },
		{ MESSAGE_PROVISIONING_DATA, UEM_REPLY, provide, 3 },
		{ MESSAGE_REFUSED, NOC_SESSION, refuse, 3 },
	};
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		words_add(w,
			  (uint8_t)machine_stimulus(bench.machine, STIMULUS_MESSAGE,
						    (uint8_t)made[i].type, made[i].channel),
			  made[i].make, made[i].choices);
	words_add_others(w);
}

/* Under one setting of key source and reply path; taken: adds up rows over settings. */
static void play(const char *key_source, const char *reply_path, size_t states, bool *taken)
{
	static struct words w;
	memset(&model, 0, sizeof model);
	memset(&answer, 0, sizeof answer);
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	lab_set(&lab, "key_source", key_source);
	lab_set(&lab, "reply_path", reply_path);
	bench_open(&bench, &lab, "app");
	w = (struct words){ .bench = &bench,
			    .length = LENGTH,
			    .model = &model,
			    .model_size = sizeof model,
			    .observe = observe };
	add_letters(&w);
	words_play(&w);
	CU_ASSERT_PTR_NULL(bench.broken);
	CU_ASSERT_EQUAL(w.states, states);
	CU_ASSERT_TRUE(w.steps > 6500);
	for (size_t i = 0; i < PLACES_MAX; i++)
		taken[i] = taken[i] || bench.taken[i] > 0;
	bench_close(&bench);
	lab_close(&lab);
}

static void no_word_activates_the_app_without_uem(void)
{
	bool taken[PLACES_MAX] = { false };
	size_t rows = 0;
	activations = repetitions = 0;
	play("active_app", "direct", 10, taken);
	play("admin", "reverse", 9, taken);
	for (size_t i = 0; i < PLACES_MAX; i++)
		rows += taken[i];
	printf("app: %zu rows, %zu activations\n", rows, activations);
	CU_ASSERT_EQUAL(rows, 58); /* and one for an app that was activated before */
	CU_ASSERT_TRUE(activations > 0 && repetitions > 0);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(no_word_activates_the_app_without_uem),
	};
	return suite_run("actors_app", cases, sizeof cases / sizeof *cases);
}
