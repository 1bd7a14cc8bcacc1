/* test_actors_uem.c - UEM behind the Proxy, alone on the bench: what makes it spend a key and a
 * token, and what makes it provision. The app on the other side is made from proto/crypto.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/actor_words.h"
#include "tests/lib/suite.h"

enum { LENGTH = 4, SETUPS = 14, WISHES = 6, CHECKS_OF_SETUP = 9, CHECKS_OF_WISH = 7 };
enum { TOKEN_AGE_S = 600, KEY_LIFE_S = 24 * 60 * 60 };

/* What the app that agreed with UEM knows. */
struct model {
	bool spent, wished, ended;
	struct attempt app;
	struct peer_unit m2, m4;
};

static struct lab lab;
static struct bench bench;
static struct model model;
static char ak[ACCESS_KEY_SIZE + 1];
static struct message setups[SETUPS]; /* made once: they depend on nothing that happens */
static struct attempt attempts[SETUPS];
static size_t agreements, provisionings, endings;

/* -- setup messages, honest and forged; each but the first two lies in one thing -- */

static void of_old(struct token_fields *f)
{
	f->iat_s = LAB_EPOCH_S - TOKEN_AGE_S;
}

static void of_tomorrow(struct token_fields *f)
{
	f->iat_s = LAB_EPOCH_S + 1;
}

static void of_another_app(struct token_fields *f)
{
	snprintf(f->app, sizeof f->app, "%s", DYNAMICS_ACTIVE_APP);
}

static void of_another_user(struct token_fields *f)
{
	snprintf(f->uid, sizeof f->uid, "other@example.com");
}

static void of_another_tenant(struct token_fields *f)
{
	f->uem[0] ^= 1;
}

static void of_another_key(struct token_fields *f)
{
	f->stored[31] ^= 1;
}

enum { HONEST, HONEST_TOO, SAME_TOKEN, WRONG_KEY, WRONG_KT, BAD_POINT, NO_KEY, WRONG_SUITE };
static void (*const changes[SETUPS])(struct token_fields *) = {
	[8] = of_old,           [9] = of_tomorrow,        [10] = of_another_app,
	[11] = of_another_user, [12] = of_another_tenant, [13] = of_another_key,
};

static void make_setup(size_t i)
{
	static const uint8_t foreign_kt[TOKEN_KEY_SIZE] = { 1 };
	struct attempt *t = &attempts[i];
	peer_begin(&lab, t, i);
	memcpy(t->ak, ak, sizeof t->ak);
	if (i == NO_KEY)
		snprintf(t->uid, sizeof t->uid, "other@example.com");
	if (i == WRONG_SUITE) {
		t->su = SUITE_P384;
		ecdh_generate(lab.crypto, t->su, &t->own);
	}
	if (i == SAME_TOKEN)
		memcpy(t->cid, attempts[HONEST].cid, CID_SIZE);
	peer_token(&lab, t, i == SAME_TOKEN ? HONEST : i, changes[i],
		   i == WRONG_KT ? foreign_kt : NULL);
	if (i == WRONG_KEY)
		t->ak[0] = t->ak[0] == 'a' ? 'b' : 'a';
	if (i == BAD_POINT)
		t->own.public_key.data[t->own.public_key.size - 1] ^= 1;
	peer_setup(&lab, t, &setups[i]);
}

static bool setup(const struct words *w, int choice, struct message *m)
{
	(void)w;
	*m = setups[choice];
	return true;
}

/* 0: for the agreed app; 1: for another app; 2: another one for the agreed app; 3: damaged; 4: on
 * another user's device; 5: of a version that is not entitled. */
static bool wish(const struct words *w, int choice, struct message *m)
{
	struct provisioning_wish p = { .app = DYNAMICS_APP,
				       .instance = DEVICE_ID,
				       .version = "1.0.0" };
	(void)w;
	if (!model.spent)
		return false;
	if (choice == 1)
		snprintf(p.app, sizeof p.app, "%s", DYNAMICS_ACTIVE_APP);
	if (choice == 2)
		snprintf(p.version, sizeof p.version, "1.1.0");
	if (choice == 4)
		snprintf(p.instance, sizeof p.instance, "knox-device-2");
	if (choice == 5)
		snprintf(p.version, sizeof p.version, "1.0.1");
	peer_wish(&lab, &model.app, &p, m);
	if (choice == 3)
		m->as.provisioning_request.sealed[0] ^= 1;
	return true;
}

/* -- looking on -- */

static void keep(struct peer_unit *u, struct bytes unit)
{
	CU_ASSERT_TRUE_FATAL(unit.size > 0 && unit.size <= sizeof u->data);
	u->size = (uint16_t)unit.size;
	memcpy(u->data, unit.data, unit.size);
}

static struct bytes persisted_bytes(const char *table)
{
	const struct effect *e = bench_effect(&bench, EFFECT_PERSIST, bench_table(&bench, table));
	return e ? e->body : bytes_of(NULL, 0);
}

static bool all_checks_held(size_t count)
{
	bool held = bench.last.checks_count == count;
	for (size_t i = 0; i < bench.last.checks_count; i++)
		held = held && bench.last.checks[i].holds;
	return held;
}

/* Which honest setup message this is, or -1. */
static int honest_setup(struct bytes unit)
{
	for (int i = HONEST; i <= SAME_TOKEN; i++)
		if (bytes_equal(unit, bytes_of(attempts[i].m1.data, attempts[i].m1.size)))
			return i;
	return -1;
}

static void judge_agreement(struct bytes unit)
{
	struct message m2;
	int which = honest_setup(unit);
	agreements++;
	if (which < 0 || model.spent || !all_checks_held(CHECKS_OF_SETUP)) {
		CU_FAIL("UEM agreed with somebody else, or twice");
		return;
	}
	model.spent = true;
	model.app = attempts[which];
	keep(&model.m2, persisted_bytes("responses"));
	CU_ASSERT_TRUE(message_decode(bytes_of(model.m2.data, model.m2.size), &m2) == MESSAGE_OK &&
		       peer_agree(&lab, &model.app, &m2));
	CU_ASSERT_TRUE(bench_persisted(&bench, "keys") == 1 &&
		       bench_persisted(&bench, "setups") == 1 &&
		       bench_persisted(&bench, "used_tokens") == 1);
}

static bool store_holds(struct bytes secret)
{
	struct buffer saved = { 0 };
	store_save(bench.store, &saved);
	bool found = memmem(saved.data, saved.size, secret.data, secret.size) != NULL;
	buffer_cleanse(&saved);
	return found;
}

static bool channel_keys_are_stored(void)
{
	return store_holds(bytes_of(model.app.keys.ka, AEAD_KEY_SIZE)) ||
	       store_holds(bytes_of(model.app.keys.ku, AEAD_KEY_SIZE));
}

static void judge_provisioning(struct bytes unit)
{
	struct message m4, inner;
	const struct effect *held = bench_held(&bench, "master_session_key");
	provisionings++;
	keep(&model.m4, persisted_bytes("data"));
	bool good =
		model.spent && !model.wished && !model.ended && all_checks_held(CHECKS_OF_WISH) &&
		held && message_decode(bytes_of(model.m4.data, model.m4.size), &m4) == MESSAGE_OK &&
		peer_data_opens(&lab, &model.app, unit, &m4, &inner) &&
		inner.type == MESSAGE_PROVISIONING &&
		bytes_equal(held->body,
			    bytes_of(inner.as.provisioning.master_session_key, MASTER_KEY_SIZE));
	if (!good)
		CU_FAIL("UEM provisioned somebody else, or twice");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "apps"), 1);
	CU_ASSERT_FALSE(store_holds(bytes_of_string(ak)));
	CU_ASSERT_FALSE(channel_keys_are_stored());
	model.wished = true;
}

/* Line 13: a request that is not the one expected ends the channel of the app that agreed. */
static void judge_end(const struct letter *l)
{
	endings++;
	if (!model.spent || l->make != wish || !bench.last.row || !bench.last.row->refuses ||
	    bench_persisted(&bench, "keys") + bench_persisted(&bench, "used_tokens") > 0)
		CU_FAIL("spent without an answer");
	CU_ASSERT_FALSE(channel_keys_are_stored());
	model.ended = true;
}

/* What answers again must be the stored bytes, and nothing may be written. */
static void judge_repeat(enum message_type type, const struct peer_unit *stored)
{
	struct bytes unit = bench_unit(&bench, type);
	if (unit.size > 0 && !bytes_equal(unit, bytes_of(stored->data, stored->size)))
		CU_FAIL("another answer to the same message");
}

static void observe(struct words *w, const struct letter *l, struct bytes unit)
{
	(void)w;
	bool fresh = !model.spent;
	bool agreed = bench_persisted(&bench, "responses") > 0;
	bool answered = agreed || bench_persisted(&bench, "data") > 0;
	if (agreed)
		judge_agreement(unit);
	else if (answered)
		judge_provisioning(unit);
	if (!answered &&
	    (bench_persisted(&bench, "used_tokens") > 0 || bench_persisted(&bench, "setups") > 0 ||
	     bench_persisted(&bench, "keys") > 0))
		judge_end(l);
	if (model.ended && bench_unit(&bench, MESSAGE_PROVISIONING_DATA).size > 0)
		CU_FAIL("answered on a channel that has ended");
	if (!answered && l->make == setup && bench.last.row && fresh && honest_setup(unit) >= 0)
		CU_FAIL("an honest setup message was refused");
	judge_repeat(MESSAGE_SECURE_CHANNEL_RESPONSE, &model.m2);
	judge_repeat(MESSAGE_PROVISIONING_DATA, &model.m4);
}

/* -- the bench -- */

static void open_bench(const char *reply_path)
{
	struct bench console;
	struct message assignment;
	memset(&model, 0, sizeof model);
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	lab_set(&lab, "reply_path", reply_path);
	bench_open(&bench, &lab, "uem.link");
	bench_join(&console, &bench, "uem.console");
	peer_assignment(DYNAMICS_APP, &assignment);
	bench_say(&console, CONSOLE, &assignment);
	bench_close(&console);
	peer_key(&bench, ak);
	for (size_t i = 0; i < SETUPS; i++)
		make_setup(i);
}

static void play(const char *reply_path, bool *taken)
{
	static struct words w;
	open_bench(reply_path);
	w = (struct words){ .bench = &bench,
			    .length = LENGTH,
			    .model = &model,
			    .model_size = sizeof model,
			    .observe = observe };
	words_add(&w, 0, setup, SETUPS);
	words_add(&w, 1, wish, WISHES);
	words_add_others(&w);
	words_play(&w);
	CU_ASSERT_EQUAL(w.states, 2);
	CU_ASSERT_TRUE(w.steps > 11000);
	for (size_t i = 0; i < PLACES_MAX; i++)
		taken[i] = taken[i] || bench.taken[i] > 0;
	bench_end(&bench, &lab);
}

static void no_word_makes_uem_spend_or_provision_wrongly(void)
{
	bool taken[PLACES_MAX] = { false };
	size_t rows = 0;
	agreements = provisionings = endings = 0;
	play("direct", taken);
	play("reverse", taken);
	for (size_t i = 0; i < PLACES_MAX; i++)
		rows += taken[i];
	printf("uem.link: %zu rows, %zu agreements, %zu provisionings\n", rows, agreements,
	       provisionings);
	CU_ASSERT_TRUE(rows >= 17); /* may only rise */
	CU_ASSERT_TRUE(agreements > 10 && provisionings > 10 && endings > 10);
}

/* -- one thing at a time -- */

/* The check that refused the last step; "" when none did. */
static const char *refused_by(void)
{
	return bench.last.row && bench.last.row->refuses ? bench.last.row->refuses->name : "";
}

static void say_setup(size_t which, int64_t now_ns)
{
	bench.now_ns = now_ns;
	bench_say(&bench, PROXY_UEM, &setups[which]);
}

static void every_forgery_is_refused_by_its_own_check(void)
{
	static const char *const by[SETUPS] = {
		[WRONG_KEY] = "setup_mac_is_good",
		[WRONG_KT] = "token_is_authentic",
		[BAD_POINT] = "setup_point_is_on_curve",
		[NO_KEY] = "setup_user_has_a_key",
		[WRONG_SUITE] = "setup_sizes_fit",
		[8] = "token_is_young",
		[9] = "token_is_young",
		[10] = "token_fits_records",
		[11] = "token_fits_records",
		[12] = "token_fits_records",
		[13] = "token_fits_records",
	};
	struct message m;
	open_bench("direct");
	for (size_t i = WRONG_KEY; i < SETUPS; i++) {
		say_setup(i, 0);
		CU_ASSERT_STRING_EQUAL(refused_by(), by[i]);
		CU_ASSERT_TRUE(bench.out->count == 1 && bench_spoke(&bench, MESSAGE_REFUSED, &m));
		CU_ASSERT_EQUAL(m.as.refused.result, RESULT_PROVISIONING_FAILED);
	}
	say_setup(HONEST, 0);
	CU_ASSERT_STRING_EQUAL(refused_by(), "");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "responses"), 1);
	bench_end(&bench, &lab);
}

static void a_token_and_a_key_end_at_their_very_second(void)
{
	open_bench("direct");
	say_setup(HONEST, SECONDS_NS(TOKEN_AGE_S));
	CU_ASSERT_STRING_EQUAL(refused_by(), "token_is_young");
	say_setup(HONEST, SECONDS_NS(KEY_LIFE_S) - 1);
	CU_ASSERT_STRING_EQUAL(refused_by(), "token_is_young");
	say_setup(HONEST, SECONDS_NS(KEY_LIFE_S));
	CU_ASSERT_STRING_EQUAL(refused_by(), "setup_key_is_live");
	say_setup(HONEST, SECONDS_NS(TOKEN_AGE_S) - 1);
	CU_ASSERT_STRING_EQUAL(refused_by(), "");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "used_tokens"), 1);
	bench_end(&bench, &lab);
}

/* The key is new, the token is the one that was spent: it is the token that is refused. */
static void a_spent_token_is_refused_also_with_a_new_key(void)
{
	char another[ACCESS_KEY_SIZE + 1];
	open_bench("direct");
	say_setup(HONEST, 0);
	say_setup(HONEST_TOO, 0);
	CU_ASSERT_STRING_EQUAL(refused_by(), "setup_key_is_live");
	peer_key(&bench, another);
	CU_ASSERT_STRING_NOT_EQUAL(ak, another);
	say_setup(SAME_TOKEN, 0);
	CU_ASSERT_STRING_EQUAL(refused_by(), "token_is_unused");
	say_setup(HONEST, 0); /* and the first message still gets its first answer */
	CU_ASSERT_TRUE(bench.last.row && !bench.last.row->refuses && !bench.last.checks_count);
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(no_word_makes_uem_spend_or_provision_wrongly),
		TEST(every_forgery_is_refused_by_its_own_check),
		TEST(a_token_and_a_key_end_at_their_very_second),
		TEST(a_spent_token_is_refused_also_with_a_new_key),
	};
	return suite_run("actors_uem", cases, sizeof cases / sizeof *cases);
}
