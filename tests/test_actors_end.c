/* test_actors_end.c - how secrets and waits come to their end, alone on the bench: a channel that
 * was misused, a key that was used, overtaken or bound to another app, an app that nobody answers.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/suite.h"

/* What UEM tells its reply channel (uem_channel.h). */
enum { TOLD_RESPONSE, TOLD_DATA };

static struct lab lab;
static struct bench bench; /* uem.link, where UEM is played */
static struct attempt attempt;

/* -- UEM, until a key exists -- */

static void open_uem(void)
{
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	bench_open(&bench, &lab, "uem.link");
}

static void say_assign(struct bench *console, const char *app)
{
	struct message m;
	peer_assignment(app, &m);
	bench_say(console, CONSOLE, &m);
	CU_ASSERT_EQUAL(bench_persisted(console, "users"), 1);
}

static void assign(const char *app)
{
	struct bench console;
	bench_join(&console, &bench, "uem.console");
	say_assign(&console, app);
	bench_close(&console);
}

/* The key that the last step of b made. */
static void keep_key(const struct bench *b, char ak[ACCESS_KEY_SIZE + 1])
{
	const struct effect *held = bench_held(b, "access_key");
	CU_ASSERT_TRUE_FATAL(held && held->body.size == ACCESS_KEY_SIZE);
	memcpy(ak, held->body.data, ACCESS_KEY_SIZE);
	ak[ACCESS_KEY_SIZE] = '\0';
}

static void generate(struct bench *console, char ak[ACCESS_KEY_SIZE + 1])
{
	struct message m = { .type = MESSAGE_GENERATE_KEY, .as.generate_key = { .uid = USER_ID } };
	bench_join(console, &bench, "uem.console");
	console->steps = bench.steps += 10; /* or two consoles would draw the same key */
	bench_say(console, CONSOLE, &m);
	keep_key(console, ak);
}

/* A key request of the activated app for DYNAMICS_APP. */
static void request_key(struct bench *keys, char ak[ACCESS_KEY_SIZE + 1])
{
	struct message m = { .type = MESSAGE_SEALED_KEY_REQUEST };
	struct message inner = { .type = MESSAGE_KEY_REQUEST,
				 .as.key_request = { .uid = USER_ID, .app = DYNAMICS_APP } };
	bench_join(keys, &bench, "uem.keys");
	keys->steps = bench.steps += 10;
	peer_seal(&lab, PURPOSE_KEY_REQUEST, 1, &inner, &m.as.sealed_key_request);
	bench_say(keys, KEY_REQUEST, &m);
	keep_key(keys, ak);
}

static const char *refused_by(void)
{
	return bench.last.row && bench.last.row->refuses ? bench.last.row->refuses->name : "";
}

/* A setup message under `attempt.ak`; change: of the token's fields, NULL for none. */
static void say_setup(uint64_t number, void (*change)(struct token_fields *))
{
	struct message m;
	char ak[ACCESS_KEY_SIZE + 1];
	memcpy(ak, attempt.ak, sizeof ak);
	peer_begin(&lab, &attempt, number);
	memcpy(attempt.ak, ak, sizeof ak);
	peer_token(&lab, &attempt, number, change, NULL);
	peer_setup(&lab, &attempt, &m);
	bench_say(&bench, PROXY_UEM, &m);
}

/* UEM with a key of the console, and a channel that stands. */
static void open_channel(void)
{
	struct bench console;
	struct message m2;
	open_uem();
	assign(DYNAMICS_APP);
	generate(&console, attempt.ak);
	bench_close(&console);
	say_setup(0, NULL);
	const struct effect *stored =
		bench_effect(&bench, EFFECT_PERSIST, bench_table(&bench, "responses"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(stored);
	CU_ASSERT_TRUE_FATAL(message_decode(stored->body, &m2) == MESSAGE_OK &&
			     peer_agree(&lab, &attempt, &m2));
}

static bool store_holds(struct bytes secret)
{
	struct buffer saved = { 0 };
	store_save(bench.store, &saved);
	bool found = memmem(saved.data, saved.size, secret.data, secret.size) != NULL;
	buffer_cleanse(&saved);
	return found;
}

static bool says_that_it_erased(const char *class)
{
	for (size_t i = 0; i < bench.out->count; i++)
		if (bench.out->list[i].kind == EFFECT_ERASE &&
		    strcmp(bench.out->list[i].text, class) == 0)
			return true;
	return false;
}

/* 0: as UEM expects it; 1: for another app; 2: does not open; 3: another one, as good as the first.
 */
static void say_wish(int which)
{
	struct message m;
	struct provisioning_wish wish = { .app = DYNAMICS_APP,
					  .instance = DEVICE_ID,
					  .version = "1.0.0" };
	if (which == 1)
		snprintf(wish.app, sizeof wish.app, "%s", DYNAMICS_ACTIVE_APP);
	if (which == 3)
		snprintf(wish.version, sizeof wish.version, "1.1.0");
	peer_wish(&lab, &attempt, &wish, &m);
	m.as.provisioning_request.sealed[0] ^= which == 2;
	bench_say(&bench, PROXY_UEM, &m);
}

static bool keys_of_channel_are_stored(void)
{
	return store_holds(bytes_of(attempt.keys.ka, AEAD_KEY_SIZE)) ||
	       store_holds(bytes_of(attempt.keys.ku, AEAD_KEY_SIZE));
}

/* -- what ends a channel -- */

static void check_ended(const char *by)
{
	struct message m;
	CU_ASSERT_STRING_EQUAL(refused_by(), by);
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_REFUSED, &m));
	CU_ASSERT_TRUE(says_that_it_erased("ka") && says_that_it_erased("ku"));
	CU_ASSERT_FALSE(keys_of_channel_are_stored());
	say_wish(0); /* however good it is */
	CU_ASSERT_STRING_EQUAL(refused_by(), "request_is_the_first");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "data") + bench_persisted(&bench, "apps"), 0);
	CU_ASSERT_FALSE(bench_spoke(&bench, MESSAGE_PROVISIONING_DATA, &m));
}

static void a_request_that_is_not_the_one_expected_ends_the_channel(void)
{
	static const char *const by[] = { [1] = "request_is_for_this_app", [2] = "request_opens" };
	for (int which = 1; which <= 2; which++) {
		open_channel();
		CU_ASSERT_TRUE(keys_of_channel_are_stored());
		say_wish(which);
		check_ended(by[which]);
		bench_end(&bench, &lab);
	}
}

static void a_second_request_ends_the_channel_also_for_the_first(void)
{
	open_channel();
	say_wish(0);
	CU_ASSERT_EQUAL(bench_persisted(&bench, "data"), 1);
	say_wish(0);
	CU_ASSERT_STRING_EQUAL(refused_by(), ""); /* repeated: answered */
	CU_ASSERT_EQUAL(bench_persisted(&bench, "setups"), 0);
	say_wish(3);
	check_ended("request_is_the_first");
	bench_end(&bench, &lab);
}

/* The first attempt's request is held back until the app, with another key, has agreed anew. */
static void a_request_on_a_channel_that_was_overtaken_is_refused(void)
{
	struct bench console;
	struct attempt older;
	open_channel();
	older = attempt;
	generate(&console, attempt.ak);
	bench_close(&console);
	say_setup(1, NULL);
	CU_ASSERT_EQUAL(bench_persisted(&bench, "responses"), 1);
	attempt = older;
	say_wish(0);
	CU_ASSERT_STRING_EQUAL(refused_by(), "request_names_a_channel");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "data") + bench_persisted(&bench, "apps"), 0);
	bench_end(&bench, &lab);
}

/* A key that nobody has used overtakes no channel. */
static void a_newer_key_alone_ends_no_channel(void)
{
	struct bench console;
	struct attempt older;
	open_channel();
	older = attempt;
	generate(&console, attempt.ak);
	bench_close(&console);
	attempt = older;
	say_wish(0);
	CU_ASSERT_STRING_EQUAL(refused_by(), "");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "apps"), 1);
	bench_end(&bench, &lab);
}

/* -- what ends a key -- */

static void uem_forgets_the_key_when_it_has_provisioned(void)
{
	open_channel();
	CU_ASSERT_TRUE(store_holds(bytes_of_string(attempt.ak)));
	say_wish(0);
	CU_ASSERT_EQUAL(bench_persisted(&bench, "apps"), 1);
	CU_ASSERT_FALSE(store_holds(bytes_of_string(attempt.ak)));
	CU_ASSERT_TRUE(says_that_it_erased("access_key"));
	CU_ASSERT_FALSE(keys_of_channel_are_stored());
	bench_end(&bench, &lab);
}

static void for_the_active_app(struct token_fields *f)
{
	snprintf(f->app, sizeof f->app, "%s", DYNAMICS_ACTIVE_APP);
}

/* What a user's second app gets with a key that was made bound to the first, or to none. */
static const char *refusal_of_another_app(bool bound)
{
	struct bench maker;
	const char *by;
	open_uem();
	assign(DYNAMICS_APP);
	if (bound)
		request_key(&maker, attempt.ak);
	else
		generate(&maker, attempt.ak);
	bench_close(&maker);
	assign(DYNAMICS_ACTIVE_APP);
	say_setup(0, for_the_active_app);
	by = refused_by();
	CU_ASSERT_EQUAL(bench_persisted(&bench, "responses"), *by ? 0 : 1);
	bench_end(&bench, &lab);
	return by;
}

static void a_key_bound_to_one_app_opens_no_channel_for_another(void)
{
	CU_ASSERT_STRING_EQUAL(refusal_of_another_app(true), "token_fits_records");
	CU_ASSERT_STRING_EQUAL(refusal_of_another_app(false), "");
}

static void under_another_key_id(struct token_fields *f)
{
	f->kid++;
}

static void a_token_under_another_key_id_is_refused(void)
{
	open_channel();
	say_setup(1, under_another_key_id);
	CU_ASSERT_STRING_EQUAL(refused_by(), "setup_key_is_live"); /* spent: another key */
	struct bench console;
	generate(&console, attempt.ak);
	bench_close(&console);
	say_setup(2, under_another_key_id);
	CU_ASSERT_STRING_EQUAL(refused_by(), "token_fits_records");
	say_setup(3, NULL);
	CU_ASSERT_STRING_EQUAL(refused_by(), "");
	bench_end(&bench, &lab);
}

/* -- keys that were overtaken -- */

/* Two keys for one user are registered; the NOC's answers come in the order of the requests. */
static void only_the_latest_key_of_a_user_is_shown(void)
{
	struct bench first, second;
	struct message done = { .type = MESSAGE_DONE }, m;
	char one[ACCESS_KEY_SIZE + 1], two[ACCESS_KEY_SIZE + 1], typed[TYPED_KEY_MAX + 1];
	open_uem();
	assign(DYNAMICS_APP);
	generate(&first, one);
	generate(&second, two);
	CU_ASSERT_STRING_NOT_EQUAL(one, two);
	bench_say(&first, PROXY_UEM, &done);
	CU_ASSERT_TRUE(bench_spoke(&first, MESSAGE_REFUSED, &m));
	CU_ASSERT_FALSE(bench_spoke(&first, MESSAGE_GENERATED_KEY, &m));
	bench_say(&second, PROXY_UEM, &done);
	CU_ASSERT_TRUE_FATAL(bench_spoke(&second, MESSAGE_GENERATED_KEY, &m));
	access_key_type(two, typed);
	CU_ASSERT_STRING_EQUAL(m.as.generated_key.key, typed);
	CU_ASSERT_TRUE(first.broken == NULL && second.broken == NULL);
	bench_close(&first);
	bench_close(&second);
	bench_end(&bench, &lab);
}

static void a_key_that_was_overtaken_is_not_handed_out(void)
{
	struct bench console, keys;
	struct message done = { .type = MESSAGE_DONE }, m;
	char ak[ACCESS_KEY_SIZE + 1];
	for (int overtaken = 0; overtaken < 2; overtaken++) {
		open_uem();
		assign(DYNAMICS_APP);
		request_key(&keys, ak);
		if (overtaken) {
			generate(&console, ak);
			bench_close(&console);
		}
		bench_say(&keys, PROXY_UEM, &done);
		CU_ASSERT_EQUAL(bench_spoke(&keys, MESSAGE_SEALED_KEY_REPLY, &m), !overtaken);
		CU_ASSERT_EQUAL(bench_spoke(&keys, MESSAGE_REFUSED, &m), overtaken);
		CU_ASSERT_STRING_EQUAL(bench_state(&keys), "answered");
		CU_ASSERT_PTR_NULL(keys.broken);
		bench_close(&keys);
		bench_end(&bench, &lab);
	}
}

/* -- answers that are wanted twice -- */

/* UEM's link was repeated to: its reply channel is told again. */
static void a_repeated_response_leaves_again_until_everything_is_said(void)
{
	struct message m = { .type = MESSAGE_REPLY_WANTED };
	struct bench reply;
	open_channel();
	bench_join(&reply, &bench, "uem.reply");
	struct bytes hash =
		bench_effect(&bench, EFFECT_PERSIST, bench_table(&bench, "responses"))->key;
	memcpy(m.as.reply_wanted.setup_hash, hash.data, HASH_SIZE);
	bench_say(&reply, UEM_REPLY, &m);
	CU_ASSERT_STRING_EQUAL(bench_state(&reply), "await data");
	bench_happen(&reply, STIMULUS_TOLD, TOLD_RESPONSE, CHANNEL_ANY);
	CU_ASSERT_TRUE(bench_spoke(&reply, MESSAGE_SECURE_CHANNEL_RESPONSE, &m));
	CU_ASSERT_STRING_EQUAL(bench_state(&reply), "await data");
	say_wish(0);
	bench_happen(&reply, STIMULUS_TOLD, TOLD_DATA, CHANNEL_ANY);
	CU_ASSERT_TRUE(bench_spoke(&reply, MESSAGE_PROVISIONING_DATA, &m));
	for (uint8_t told = TOLD_RESPONSE; told <= TOLD_DATA; told++) {
		bench_happen(&reply, STIMULUS_TOLD, told, CHANNEL_ANY);
		CU_ASSERT_TRUE(reply.last.row && reply.out->count == 0);
		CU_ASSERT_STRING_EQUAL(bench_state(&reply), "replied");
	}
	CU_ASSERT_PTR_NULL(reply.broken);
	bench_close(&reply);
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_request_that_is_not_the_one_expected_ends_the_channel),
		TEST(a_second_request_ends_the_channel_also_for_the_first),
		TEST(a_request_on_a_channel_that_was_overtaken_is_refused),
		TEST(a_newer_key_alone_ends_no_channel),
		TEST(uem_forgets_the_key_when_it_has_provisioned),
		TEST(a_key_bound_to_one_app_opens_no_channel_for_another),
		TEST(a_token_under_another_key_id_is_refused),
		TEST(only_the_latest_key_of_a_user_is_shown),
		TEST(a_key_that_was_overtaken_is_not_handed_out),
		TEST(a_repeated_response_leaves_again_until_everything_is_said),
	};
	return suite_run("actors_end", cases, sizeof cases / sizeof *cases);
}
