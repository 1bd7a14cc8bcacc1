/* test_actors_noc.c - the NOC, alone on the bench: five checks before anything is provisioned, keys
 * that are spent once, users that are locked, and words that change none of it.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/noc_records.h"
#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/actor_words.h"
#include "tests/lib/suite.h"

enum { LENGTH = 3, FAILURES_MAX = 5, KEY_LIFE_S = 100, CHECKS = 5 };

static struct lab lab;
static struct bench bench;
static struct attempt attempt;
static size_t provisionings;

/* -- messages -- */

static struct message registration(const struct attempt *t, int64_t expiry_s)
{
	struct message m = { .type = MESSAGE_REGISTER_KEY };
	uint8_t v[VERIFIER_SIZE];
	peer_verifier(&lab, t, v, m.as.register_key.stored);
	memcpy(m.as.register_key.uid, t->uid, sizeof t->uid);
	memcpy(m.as.register_key.uem, t->uem, sizeof t->uem);
	m.as.register_key.expiry_s = expiry_s;
	return m;
}

static struct message activation_of(const struct attempt *t)
{
	struct message m = { .type = MESSAGE_ACTIVATION_REQUEST };
	uint8_t s[VERIFIER_SIZE];
	memcpy(m.as.activation_request.uid, t->uid, sizeof t->uid);
	snprintf(m.as.activation_request.app, APP_MAX, "%s", DYNAMICS_APP);
	memcpy(m.as.activation_request.cid, t->cid, CID_SIZE);
	peer_verifier(&lab, t, m.as.activation_request.verifier, s);
	return m;
}

/* -- the bench -- */

static void register_key(const struct attempt *t, int64_t expiry_s)
{
	struct bench link;
	struct message m = registration(t, expiry_s);
	bench_join(&link, &bench, "noc.link");
	bench_say(&link, NOC_LINK, &m);
	CU_ASSERT_TRUE(bench_spoke(&link, MESSAGE_DONE, &m));
	CU_ASSERT_PTR_NULL(link.broken);
	bench_close(&link);
}

static void open_bench(void)
{
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	bench_open(&bench, &lab, "noc.app");
	peer_begin(&lab, &attempt, 0);
	register_key(&attempt, LAB_EPOCH_S + KEY_LIFE_S);
}

/* One activation in a session of its own, at a time; by which check it was refused, "" for none. */
static const char *activate(const struct attempt *t, int64_t now_ns)
{
	struct bench session;
	struct message m = activation_of(t), reply;
	const char *by = "";
	bench_join(&session, &bench, "noc.app");
	session.now_ns = now_ns;
	bench_say(&session, NOC_SESSION, &m);
	if (session.last.row->refuses)
		by = session.last.row->refuses->name;
	bool refused = bench_spoke(&session, MESSAGE_REFUSED, &reply);
	CU_ASSERT_EQUAL(refused, *by != '\0');
	if (refused) /* one answer for every refusal */
		CU_ASSERT_EQUAL(reply.as.refused.result, RESULT_ACTIVATION_FAILED);
	CU_ASSERT_EQUAL(bench_spoke(&session, MESSAGE_NOC_PROVISIONING, &reply), !refused);
	CU_ASSERT_EQUAL(bench_persisted(&session, "used_keys"), refused ? 0 : 1);
	CU_ASSERT_PTR_NULL(session.broken);
	bench_close(&session);
	return by;
}

static struct attempt with_a_wrong_key(void)
{
	struct attempt wrong = attempt;
	wrong.ak[3] = wrong.ak[3] == 'a' ? 'b' : 'a';
	return wrong;
}

/* -- one thing at a time -- */

static void a_key_activates_once(void)
{
	open_bench();
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "access_key_is_unspent");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, SECONDS_NS(KEY_LIFE_S)), "access_key_is_unspent");
	register_key(&attempt, LAB_EPOCH_S + KEY_LIFE_S); /* the same key, registered again */
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "access_key_is_unspent");
	bench_end(&bench, &lab);
}

static void a_key_expires_at_its_very_nanosecond(void)
{
	open_bench();
	CU_ASSERT_STRING_EQUAL(activate(&attempt, SECONDS_NS(KEY_LIFE_S) + 1),
			       "access_key_is_not_expired");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, SECONDS_NS(KEY_LIFE_S)),
			       "access_key_is_not_expired");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, SECONDS_NS(KEY_LIFE_S) - 1), "");
	bench_end(&bench, &lab);
}

/* What a link says is not trusted to be small. */
static void any_expiry_time_is_a_time(void)
{
	open_bench();
	register_key(&attempt, INT64_MIN);
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "access_key_is_not_expired");
	register_key(&attempt, INT64_MAX);
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "");
	bench_end(&bench, &lab);
}

static void unknown_users_and_wrong_keys_are_refused(void)
{
	struct attempt unknown, wrong;
	open_bench();
	unknown = attempt;
	wrong = with_a_wrong_key();
	snprintf(unknown.uid, sizeof unknown.uid, "other@example.com");
	CU_ASSERT_STRING_EQUAL(activate(&unknown, 0), "user_has_a_key");
	CU_ASSERT_STRING_EQUAL(activate(&wrong, 0), "access_key_hash_matches");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "");
	bench_end(&bench, &lab);
}

static void the_sixth_try_is_locked_out_even_with_the_right_key(void)
{
	struct attempt wrong, other;
	open_bench();
	wrong = with_a_wrong_key();
	other = attempt;
	snprintf(other.uid, sizeof other.uid, "other@example.com");
	register_key(&other, LAB_EPOCH_S + KEY_LIFE_S);
	for (int i = 0; i < FAILURES_MAX; i++)
		CU_ASSERT_STRING_EQUAL(activate(&wrong, 0), "access_key_hash_matches");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "user_is_not_locked");
	CU_ASSERT_STRING_EQUAL(activate(&wrong, 0), "user_is_not_locked");
	CU_ASSERT_STRING_EQUAL(activate(&other, 0), ""); /* counted by user */
	bench_end(&bench, &lab);
}

static void a_right_key_clears_the_count(void)
{
	struct attempt wrong;
	open_bench();
	wrong = with_a_wrong_key();
	for (int i = 0; i < FAILURES_MAX - 1; i++)
		CU_ASSERT_STRING_EQUAL(activate(&wrong, 0), "access_key_hash_matches");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "");
	snprintf(attempt.ak, sizeof attempt.ak, "zzzzz00000zzzzz");
	register_key(&attempt, LAB_EPOCH_S + KEY_LIFE_S);
	for (int i = 0; i < FAILURES_MAX - 1; i++)
		CU_ASSERT_STRING_EQUAL(activate(&wrong, 0), "access_key_hash_matches");
	CU_ASSERT_STRING_EQUAL(activate(&attempt, 0), "");
	bench_end(&bench, &lab);
}

static void a_user_id_that_no_token_can_name_is_not_registered(void)
{
	static const char *const bad[] = { "User@example.com", "no at sign", "@@@", "aaa" };
	struct bench link;
	open_bench();
	bench_join(&link, &bench, "noc.link");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct attempt t = attempt;
		snprintf(t.uid, sizeof t.uid, "%s", bad[i]);
		struct message m = registration(&t, LAB_EPOCH_S + KEY_LIFE_S);
		bench_say(&link, NOC_LINK, &m);
		CU_ASSERT_TRUE(bench_spoke(&link, MESSAGE_REFUSED, &m));
		CU_ASSERT_EQUAL(bench_persisted(&link, "keys"), 0);
		CU_ASSERT_STRING_EQUAL(activate(&t, 0), "user_has_a_key");
	}
	CU_ASSERT_EQUAL(bench_rows(&link), 1);
	bench_close(&link);
	bench_end(&bench, &lab);
}

/* The token names what was verified, under the key that UEM has too. */
static void the_token_says_what_was_verified(void)
{
	struct message m, reply;
	struct token_fields f;
	uint8_t kt[ROSTER_SHARED_SIZE], v[VERIFIER_SIZE], s[VERIFIER_SIZE];
	bool authentic = false;
	open_bench();
	m = activation_of(&attempt);
	bench.now_ns = SECONDS_NS(42) + 7;
	bench_say(&bench, NOC_SESSION, &m);
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_NOC_PROVISIONING, &reply));
	const struct token *t = &reply.as.noc_provisioning.token;
	lab_shared(&lab, "token key", kt);
	CU_ASSERT_TRUE(token_open(lab.crypto, kt, bytes_of(t->data, t->size), &f, &authentic));
	peer_verifier(&lab, &attempt, v, s);
	CU_ASSERT_TRUE(authentic && f.iat_s == LAB_EPOCH_S + 42);
	CU_ASSERT_STRING_EQUAL(f.uid, USER_ID);
	CU_ASSERT_STRING_EQUAL(f.app, DYNAMICS_APP);
	CU_ASSERT_EQUAL(memcmp(f.cid, attempt.cid, CID_SIZE), 0);
	CU_ASSERT_EQUAL(memcmp(f.uem, attempt.uem, UEM_ID_SIZE), 0);
	CU_ASSERT_EQUAL(memcmp(f.stored, s, VERIFIER_SIZE), 0);
	bench_end(&bench, &lab);
}

/* Were such a user registered, because that check is knocked out: a token that opens nothing. */
static void a_user_id_that_no_token_can_name_gets_none_that_opens(void)
{
	struct message m, reply;
	struct token_fields f;
	uint8_t kt[ROSTER_SHARED_SIZE];
	bool authentic = true;
	open_bench();
	struct attempt t = attempt;
	snprintf(t.uid, sizeof t.uid, "User@example.com");
	struct message key = registration(&t, LAB_EPOCH_S + KEY_LIFE_S);
	const struct register_key *r = &key.as.register_key;
	struct noc_registered kept;
	memset(&kept, 0, sizeof kept);
	memcpy(kept.stored, r->stored, sizeof kept.stored);
	memcpy(kept.uem, r->uem, sizeof kept.uem);
	kept.expiry_s = r->expiry_s;
	store_put(bench.store, bench_table(&bench, "keys"), bytes_of_string(t.uid),
		  bytes_of(&kept, sizeof kept));
	m = activation_of(&t);
	bench_say(&bench, NOC_SESSION, &m);
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_NOC_PROVISIONING, &reply));
	const struct token *token = &reply.as.noc_provisioning.token;
	lab_shared(&lab, "token key", kt);
	CU_ASSERT_FALSE(
		token_open(lab.crypto, kt, bytes_of(token->data, token->size), &f, &authentic));
	CU_ASSERT_FALSE(authentic);
	bench_end(&bench, &lab);
}

/* -- words -- */

static bool activation(const struct words *w, int choice, struct message *m)
{
	struct attempt t = choice == 1 ? with_a_wrong_key() : attempt;
	(void)w;
	*m = activation_of(&t);
	return true;
}

static bool is_the_right_request(struct bytes unit)
{
	struct message m;
	uint8_t v[VERIFIER_SIZE], s[VERIFIER_SIZE];
	peer_verifier(&lab, &attempt, v, s);
	return message_decode(unit, &m) == MESSAGE_OK && m.type == MESSAGE_ACTIVATION_REQUEST &&
	       strcmp(m.as.activation_request.uid, attempt.uid) == 0 &&
	       memcmp(m.as.activation_request.verifier, v, sizeof v) == 0;
}

/* What is forwarded is what came, byte for byte; what is provisioned was asked for rightly. */
static void observe(struct words *w, const struct letter *l, struct bytes unit)
{
	const struct bench *b = w->bench;
	bool provisioned = bench_unit(b, MESSAGE_NOC_PROVISIONING).size > 0;
	(void)l;
	provisionings += provisioned;
	if (provisioned && (!is_the_right_request(unit) || b->last.checks_count != CHECKS ||
			    bench_persisted(b, "used_keys") != 1))
		CU_FAIL("provisioned without the five checks");
	if (bench_persisted(b, "used_keys") > 0 && !provisioned)
		CU_FAIL("spent without provisioning");
	for (size_t i = 0; i < b->out->count; i++) {
		const struct effect *e = &b->out->list[i];
		bool own = provisioned || message_peek(e->body) == MESSAGE_REFUSED;
		if (e->kind == EFFECT_SEND && !own && !bytes_equal(e->body, unit))
			CU_FAIL("forwarded something else");
	}
}

static void play(struct bench *b, word_make_fn *make, int choices, size_t rows, size_t states)
{
	static struct words w;
	w = (struct words){ .bench = b, .length = LENGTH, .observe = observe };
	if (make)
		words_add(&w, 0, make, choices);
	words_add_others(&w);
	words_play(&w);
	CU_ASSERT_PTR_NULL(b->broken);
	CU_ASSERT_EQUAL(w.states, states);
	CU_ASSERT_TRUE(bench_rows(b) >= rows);
}

static bool registered(const struct words *w, int choice, struct message *m)
{
	(void)w, (void)choice;
	*m = registration(&attempt, LAB_EPOCH_S + KEY_LIFE_S);
	return true;
}

/* The three rows that words alone do not take need a spent key, five failures, or time: above. */
static void no_word_provisions_without_the_five_checks(void)
{
	struct bench link;
	open_bench();
	provisionings = 0;
	bench_join(&link, &bench, "noc.link");
	play(&link, registered, 1, 3, 2);
	bench_close(&link);
	register_key(&attempt, LAB_EPOCH_S + KEY_LIFE_S);
	play(&bench, activation, 2, 26, 5);
	CU_ASSERT_TRUE(provisionings > 0);
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_key_activates_once),
		TEST(a_key_expires_at_its_very_nanosecond),
		TEST(any_expiry_time_is_a_time),
		TEST(unknown_users_and_wrong_keys_are_refused),
		TEST(the_sixth_try_is_locked_out_even_with_the_right_key),
		TEST(a_right_key_clears_the_count),
		TEST(a_user_id_that_no_token_can_name_is_not_registered),
		TEST(the_token_says_what_was_verified),
		TEST(a_user_id_that_no_token_can_name_gets_none_that_opens),
		TEST(no_word_provisions_without_the_five_checks),
	};
	return suite_run("actors_noc", cases, sizeof cases / sizeof *cases);
}
