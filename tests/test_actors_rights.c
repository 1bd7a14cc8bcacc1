/* test_actors_rights.c - who may have what, alone on the bench: apps and versions that are taken
 * away, devices of other users, keys that are revoked and users that are unlocked.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/suite.h"

static struct lab lab;
static struct bench bench; /* uem.link, or noc.app */
static struct attempt attempt;

/* -- the bench -- */

static void open_bench(const char *machine)
{
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	bench_open(&bench, &lab, machine);
}

static const char *refused_by(const struct bench *b)
{
	return b->last.row && b->last.row->refuses ? b->last.row->refuses->name : "";
}

/* The result code that the last step of b refuses with; 0 when it does not refuse. */
static int32_t refusal_of(const struct bench *b)
{
	struct message m;
	return bench_spoke(b, MESSAGE_REFUSED, &m) ? m.as.refused.result : 0;
}

static void assign(const char *app, const char *version)
{
	struct bench console;
	struct message m;
	bench_join(&console, &bench, "uem.console");
	peer_assignment(app, &m);
	m.as.assign_apps.versions_count = version ? 1 : 0;
	if (version)
		snprintf(m.as.assign_apps.versions[0], VERSION_MAX, "%s", version);
	bench_say(&console, CONSOLE, &m);
	CU_ASSERT_PTR_NULL(console.broken);
	bench_close(&console);
}

static void say_setup(void)
{
	struct message m;
	char ak[ACCESS_KEY_SIZE + 1];
	memcpy(ak, attempt.ak, sizeof ak);
	peer_begin(&lab, &attempt, 0);
	memcpy(attempt.ak, ak, sizeof ak);
	peer_token(&lab, &attempt, 0, NULL, NULL);
	peer_setup(&lab, &attempt, &m);
	bench_say(&bench, PROXY_UEM, &m);
}

/* UEM and an app that has agreed with it. */
static void open_channel(void)
{
	struct message m2;
	open_bench("uem.link");
	assign(DYNAMICS_APP, "1.0.0");
	peer_key(&bench, attempt.ak);
	say_setup();
	const struct effect *stored =
		bench_effect(&bench, EFFECT_PERSIST, bench_table(&bench, "responses"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(stored);
	CU_ASSERT_TRUE_FATAL(message_decode(stored->body, &m2) == MESSAGE_OK &&
			     peer_agree(&lab, &attempt, &m2));
}

static void say_wish(const char *instance, const char *version)
{
	struct message m;
	struct provisioning_wish wish = { .app = DYNAMICS_APP };
	snprintf(wish.instance, sizeof wish.instance, "%s", instance);
	snprintf(wish.version, sizeof wish.version, "%s", version);
	peer_wish(&lab, &attempt, &wish, &m);
	bench_say(&bench, PROXY_UEM, &m);
}

/* Refused by this check with this code; and the channel has ended, however good the next wish is.
 */
static void check_denied(const char *by, int32_t code)
{
	CU_ASSERT_STRING_EQUAL(refused_by(&bench), by);
	CU_ASSERT_EQUAL(refusal_of(&bench), code);
	CU_ASSERT_EQUAL(bench_persisted(&bench, "apps") + bench_persisted(&bench, "data"), 0);
	assign(DYNAMICS_APP, "1.0.0");
	say_wish(DEVICE_ID, "1.0.0");
	CU_ASSERT_STRING_EQUAL(refused_by(&bench), "request_is_the_first");
	CU_ASSERT_EQUAL(refusal_of(&bench), RESULT_PROVISIONING_FAILED);
}

/* -- entitlement -- */

static void an_app_that_was_taken_away_is_denied(void)
{
	open_channel();
	assign(DYNAMICS_ACTIVE_APP, "1.0.0");
	say_wish(DEVICE_ID, "1.0.0");
	check_denied("app_is_still_assigned", RESULT_APP_DENIED);
	bench_end(&bench, &lab);
}

static void only_a_version_that_is_entitled_is_provisioned(void)
{
	static const char *const others[] = { "1.0", "1.0.00", "1.0.1", "2" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		open_channel();
		say_wish(DEVICE_ID, others[i]);
		check_denied("app_version_is_entitled", RESULT_VERSION_DENIED);
		bench_end(&bench, &lab);
	}
	open_channel();
	assign(DYNAMICS_APP, NULL); /* not one version is left */
	say_wish(DEVICE_ID, "1.0.0");
	check_denied("app_version_is_entitled", RESULT_VERSION_DENIED);
	bench_end(&bench, &lab);
	open_channel();
	assign(DYNAMICS_APP, "1.0.1"); /* another than at first */
	say_wish(DEVICE_ID, "1.0.1");
	CU_ASSERT_STRING_EQUAL(refused_by(&bench), "");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "apps"), 1);
	bench_end(&bench, &lab);
}

/* -- devices -- */

static void an_app_is_provisioned_on_its_own_users_device_only(void)
{
	static const char *const others[] = { "knox-device-2",          "knox-device-01",
					      "knox-device-",           "knox-device-1x",
					      "knox-device-0",          "another device",
					      "knox-device-99999999999" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		open_channel();
		say_wish(others[i], "1.0.0");
		check_denied("request_is_for_own_device", RESULT_PROVISIONING_FAILED);
		bench_end(&bench, &lab);
	}
}

/* 32 bytes under which an app of a device seals, as UEM has them. */
static struct bytes session_key(const char *instance)
{
	struct bytes key = { 0 };
	CU_ASSERT_TRUE_FATAL(store_get(bench.store, bench_table(&bench, "apps"),
				       bytes_of_string(instance), &key));
	return key;
}

/* What an app of some device asks for a user: by which check it was refused. */
static const char *ask_for_key(const char *app, const char *of, const char *as, const char *uid)
{
	static struct bench keys;
	struct message m = { .type = MESSAGE_SEALED_KEY_REQUEST };
	struct message inner = { .type = MESSAGE_KEY_REQUEST, .as.key_request.app = DYNAMICS_APP };
	struct sealed_key_request *r = &m.as.sealed_key_request;
	char instance[INSTANCE_MAX + 1];
	dynamics_instance(app, of, instance);
	struct session_seal seal = { .crypto = lab.crypto,
				     .master_session_key = session_key(instance).data,
				     .purpose = PURPOSE_KEY_REQUEST,
				     .app = bytes_of_string(app),
				     .instance = bytes_of_string(of) };
	snprintf(inner.as.key_request.uid, UID_MAX, "%s", uid);
	snprintf(r->app, APP_MAX, "%s", app);
	snprintf(r->instance, APP_MAX, "%s", as);
	lab_draw(&lab, 99);
	r->sealed_size =
		(uint16_t)session_seal_message(&seal, &inner, r->iv, r->sealed, sizeof r->sealed);
	bench_join(&keys, &bench, "uem.keys");
	keys.steps = 100;
	bench_say(&keys, KEY_REQUEST, &m);
	const char *by = refused_by(&keys);
	CU_ASSERT_EQUAL(refusal_of(&keys), *by ? RESULT_ACTIVATION_FAILED : 0);
	CU_ASSERT_EQUAL(bench_persisted(&keys, "keys"), *by ? 0 : 1);
	CU_ASSERT_PTR_NULL(keys.broken);
	bench_close(&keys);
	return by;
}

static void put_second_device(void)
{
	static const uint8_t key[MASTER_KEY_SIZE] = { 2, 2, 2 };
	store_put(bench.store, bench_table(&bench, "apps"),
		  bytes_of_string(DYNAMICS_ACTIVE_APP "@knox-device-2"), bytes_of(key, sizeof key));
	store_put(bench.store, bench_table(&bench, "users"), bytes_of_string("user-2@example.com"),
		  bytes_of_string(DYNAMICS_APP));
}

static void an_activated_app_asks_for_the_user_of_its_device_only(void)
{
	const char *app = DYNAMICS_ACTIVE_APP, *one = DEVICE_ID, *two = "knox-device-2";
	open_bench("uem.link");
	assign(DYNAMICS_APP, "1.0.0");
	put_second_device();
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, one, one, USER_ID), "");
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, two, two, "user-2@example.com"), "");
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, one, one, "user-2@example.com"),
			       "key_request_is_for_own_user");
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, two, two, USER_ID), "key_request_is_for_own_user");
	/* whose seal it is decides, not what is written on it */
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, two, one, USER_ID), "key_request_opens");
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, one, two, "user-2@example.com"),
			       "key_request_opens");
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, one, "knox-device-3", USER_ID),
			       "key_request_comes_from_activated_app");
	bench_end(&bench, &lab);
}

/* One key for both devices, by whatever mistake: what is sealed for one opens for no other. */
static void a_seal_names_its_device(void)
{
	const char *app = DYNAMICS_ACTIVE_APP;
	uint8_t same[MASTER_KEY_SIZE];
	open_bench("uem.link");
	assign(DYNAMICS_APP, "1.0.0");
	memcpy(same, session_key(DYNAMICS_ACTIVE_APP "@" DEVICE_ID).data, sizeof same);
	store_put(bench.store, bench_table(&bench, "apps"),
		  bytes_of_string(DYNAMICS_ACTIVE_APP "@knox-device-2"),
		  bytes_of(same, sizeof same));
	CU_ASSERT_STRING_EQUAL(ask_for_key(app, "knox-device-2", DEVICE_ID, USER_ID),
			       "key_request_opens");
	bench_end(&bench, &lab);
}

static void an_app_that_was_activated_may_ask_for_keys(void)
{
	open_channel();
	say_wish(DEVICE_ID, "1.0.0");
	CU_ASSERT_EQUAL(bench_persisted(&bench, "apps"), 1);
	CU_ASSERT_STRING_EQUAL(ask_for_key(DYNAMICS_APP, DEVICE_ID, DEVICE_ID, USER_ID), "");
	bench_end(&bench, &lab);
}

static void only_ids_of_devices_have_an_owner(void)
{
	char uid[UID_MAX + 1], device[APP_MAX + 1];
	CU_ASSERT_TRUE(dynamics_owner("knox-device-1", uid));
	CU_ASSERT_STRING_EQUAL(uid, "user@example.com");
	CU_ASSERT_TRUE(dynamics_owner("knox-device-2", uid));
	CU_ASSERT_STRING_EQUAL(uid, "user-2@example.com");
	CU_ASSERT_FALSE(dynamics_owner("", uid));
	CU_ASSERT_FALSE(dynamics_owner("knox-device-+1", uid));
	CU_ASSERT_FALSE(dynamics_owner("knox-device- 1", uid));
	CU_ASSERT_FALSE(dynamics_owner("knox-device-4294967296", uid));
	dynamics_user(12, uid);
	CU_ASSERT_STRING_EQUAL(uid, "user-12@example.com");
	dynamics_device(12, device);
	CU_ASSERT_STRING_EQUAL(device, "knox-device-12");
}

/* D7: of all names that a certificate could have, only the one that each device was enrolled with.
 */
static void a_device_is_known_by_its_own_certificate_only(void)
{
	static const char *const none[] = {
		"",          "devic",     "devices",   "device@", "device@0",         "device@01",
		"device@+2", "device@ 2", "device@2x", "user",    "device@4294967297"
	};
	char id[APP_MAX + 1];
	CU_ASSERT_TRUE(dynamics_enrolled("device", id));
	CU_ASSERT_STRING_EQUAL(id, "knox-device-1");
	CU_ASSERT_TRUE(dynamics_enrolled("device@1", id));
	CU_ASSERT_STRING_EQUAL(id, "knox-device-1");
	CU_ASSERT_TRUE(dynamics_enrolled("device@12", id));
	CU_ASSERT_STRING_EQUAL(id, "knox-device-12");
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		CU_ASSERT_FALSE(dynamics_enrolled(none[i], id));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(an_app_that_was_taken_away_is_denied),
		TEST(only_a_version_that_is_entitled_is_provisioned),
		TEST(an_app_is_provisioned_on_its_own_users_device_only),
		TEST(an_activated_app_asks_for_the_user_of_its_device_only),
		TEST(a_seal_names_its_device),
		TEST(an_app_that_was_activated_may_ask_for_keys),
		TEST(only_ids_of_devices_have_an_owner),
		TEST(a_device_is_known_by_its_own_certificate_only),
	};
	return suite_run("actors_rights", cases, sizeof cases / sizeof *cases);
}
