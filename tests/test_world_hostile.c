/* test_world_hostile.c - whole runs in which one actor does what no table says. Nobody aborts; who
 * meets the unexpected is closed and wiped, and its actor lives on. What records tell of such runs
 * is in test_world_told.c.
 */
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <openssl/crypto.h>

#include "actors/dynamics/vocabulary.h"
#include "actors/roster.h"
#include "proto/pipe/segment.h"
#include "tests/lib/files.h"
#include "tests/lib/played.h"
#include "tests/lib/suite.h"
#include "tests/lib/tampered.h"

#define NEXT_APP "scenarios/knox/next-app.yaml"
#define FIRST_APP "scenarios/knox/first-app-admin.yaml"
enum { SEEDS = 20 };

static struct tampered roster;
static action_fn *honest; /* what the changed row did */
static struct played played;

static void tamper(const char *machine, const char *story, action_fn *then)
{
	tampered_begin(&roster, &dynamics_roster);
	honest = tampered_row(&roster, machine, story, then);
}

static void play(const char *file, struct played_with with)
{
	tampered_play(&roster, project_file(file), with, &played);
}

/* -- what meets the unexpected -- */

static struct {
	const char *actor; /* who is watched */
	uint64_t session;  /* that failed closed; 0: none did */
	size_t erased, ended, stepped, afresh, opened, dropped;
} seen;

static void watch(const struct record *r)
{
	if (record_is_of(r, RECORD_STEP, seen.actor)) {
		bool fails = text_is(r->source, "");
		seen.ended += fails;
		seen.stepped += !fails && r->session == seen.session;
		seen.afresh += !fails && seen.session > 0 && r->session > seen.session;
		if (fails)
			seen.session = r->session;
	}
	seen.erased += record_is_of(r, RECORD_ERASE, seen.actor) && r->session == seen.session &&
		       text_is(r->name, "session");
	seen.opened += record_is_of(r, RECORD_OPEN, seen.actor) && seen.session > 0;
	seen.dropped += record_is_of(r, RECORD_DROP, seen.actor) &&
			text_is(r->text, "its session is closed");
}

static void watch_actor(const char *actor)
{
	memset(&seen, 0, sizeof seen);
	seen.actor = actor;
}

static void say_what_nobody_asked(struct effects *out, uint8_t channel, uint32_t to)
{
	struct message m = { .type = MESSAGE_ROUTE_READY };
	effects_send(out, channel, to, &m);
}

static void app_confuses_device(void *session, const struct step *s, struct effects *out)
{
	say_what_nobody_asked(out, HANDOVER, ACTOR_DEVICE);
	honest(session, s, out);
}

/* The device is confused before anybody wants a route; the route comes all the same. */
static void a_device_that_met_the_unexpected_begins_anew(void)
{
	tamper("app", "the new app asks the activated one for an access key, with a fresh nonce",
	       app_confuses_device);
	watch_actor("device");
	play(NEXT_APP, (struct played_with){ .look = watch });
	CU_ASSERT_EQUAL(seen.ended, 1);
	CU_ASSERT_EQUAL(seen.erased, 1);
	CU_ASSERT_EQUAL(seen.stepped, 0);
	CU_ASSERT_TRUE(seen.afresh > 5);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void noc_confuses_proxy(void *session, const struct step *s, struct effects *out)
{
	honest(session, s, out);
	say_what_nobody_asked(out, NOC_LINK, 0);
}

/* Its two links are closed with the session, and dialled by the next one. */
static void a_proxy_that_met_the_unexpected_dials_again(void)
{
	tamper("noc.link", "the NOC takes the stored verifier of a new access key",
	       noc_confuses_proxy);
	watch_actor("proxy");
	play(NEXT_APP, (struct played_with){ .look = watch });
	CU_ASSERT_EQUAL(seen.ended, 1);
	CU_ASSERT_EQUAL(seen.erased, 1);
	CU_ASSERT_EQUAL(seen.stepped, 0);
	CU_ASSERT_EQUAL(seen.opened, 2);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void noc_answers_what_nobody_asked(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_DONE };
	honest(session, s, out);
	effects_send(out, NOC_LINK, 0, &m);
}

/* As a request of its own, so that HTTP lets it pass. */
static void an_answer_that_is_no_answer_harms_nobody(void)
{
	tamper("noc.link", "the NOC takes the stored verifier of a new access key",
	       noc_answers_what_nobody_asked);
	play(NEXT_APP, (struct played_with){ 0 });
}

/* -- what is wiped -- */

static const uint8_t *app_session;
static size_t app_session_size;
static bool app_failed, app_knew, app_was_wiped;

static void user_confuses_app(void *session, const struct step *s, struct effects *out)
{
	say_what_nobody_asked(out, HANDOVER, ACTOR_APP);
	honest(session, s, out);
}

static action_fn *app_honest;
static void app_is_remembered(void *session, const struct step *s, struct effects *out)
{
	app_honest(session, s, out);
	app_session = session;
}

/* Stands before libcrypto's: a session that has ended is freed with the event, so that nobody can
 * look whether it was wiped; but who wipes calls this. */
void OPENSSL_cleanse(void *data, size_t size)
{
	explicit_bzero(data, size);
	if (app_failed && data == app_session && size == app_session_size)
		app_was_wiped = true;
}

static size_t told_keys, cut_keys;

/* The key that the user types reaches an app whose session is closed: the record tells no key. */
static void watch_app(const struct record *r)
{
	watch(r);
	if (app_session && !app_failed)
		app_knew = !all_zero(app_session, app_session_size);
	app_failed =
		app_failed || (record_is_of(r, RECORD_ERASE, "app") && text_is(r->name, "session"));
	if (!record_is_of(r, RECORD_DROP, "app") || !text_is(r->text, "its session is closed"))
		return;
	told_keys += r->bytes.size > 0;
	for (size_t i = 0; i < r->cuts_count; i++)
		cut_keys += strncmp(r->cuts[i].reference, "access_key#", 11) == 0 &&
			    all_zero(r->bytes.data + r->cuts[i].offset, r->cuts[i].size);
}

static void who_met_the_unexpected_is_wiped_and_takes_no_key(void)
{
	tamper("user", "the user types user id and access key into the app", user_confuses_app);
	app_honest = tampered_row(&roster, "app",
				  "the first app asks its user for the access key",
				  app_is_remembered);
	for (size_t i = 0; i < roster.machines_count; i++)
		if (text_is(roster.machines[i].name, "app"))
			app_session_size = roster.machines[i].session_size;
	watch_actor("app");
	app_session = NULL;
	app_failed = app_knew = app_was_wiped = false;
	told_keys = cut_keys = 0;
	play(FIRST_APP, (struct played_with){ .look = watch_app });
	CU_ASSERT_TRUE(app_knew && app_failed && app_was_wiped);
	CU_ASSERT_EQUAL(seen.ended, 1);
	CU_ASSERT_EQUAL(seen.stepped, 0);
	CU_ASSERT_EQUAL(seen.afresh, 1); /* the app begins anew, and waits to be launched */
	CU_ASSERT_EQUAL(seen.dropped, 1);
	CU_ASSERT_TRUE(told_keys == 1 && cut_keys == 1);
	CU_ASSERT_EQUAL(played.app_result, INT32_MIN);
}

/* -- associations, ends and connections -- */

static size_t foreign;

static void infrastructure_names_association_0(void *session, const struct step *s,
					       struct effects *out)
{
	struct message m;
	honest(session, s, out);
	if (message_decode(out->list[0].body, &m) != MESSAGE_OK)
		abort();
	m.as.carried.association = 0;
	effects_send(out, SCP_LINK, 0, &m);
}

static void watch_foreign(const struct record *r)
{
	foreign += record_is_of(r, RECORD_DROP, "secure_connect") &&
		   text_is(r->text, "no such association is open");
}

static void association_0_is_nobodys(void)
{
	tamper("infrastructure.device",
	       "end-to-end signalling goes up to Secure Connect Plus, unread",
	       infrastructure_names_association_0);
	foreign = 0;
	play(NEXT_APP, (struct played_with){ .look = watch_foreign });
	CU_ASSERT_TRUE(foreign >= 3);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static size_t unheard, heard;

static void active_app_asks_and_leaves(void *session, const struct step *s, struct effects *out)
{
	honest(session, s, out);
	effects_close(out, KEY_REQUEST, 0);
}

static void watch_hearing(const struct record *r)
{
	unheard += r->kind == RECORD_STEP &&
		   text_is(r->text, "the activated app left before it asked");
	heard += r->kind == RECORD_STEP &&
		 text_is(r->text,
			 "UEM makes an access key for the new app and registers its verifier at "
			 "the NOC");
}

static void lose_segments(struct scenario *s)
{
	tampered_give_time(s);
	s->wires[flow_channel_index(&s->flow, "key_request")].loss = 0.4;
}

/* Request and end come out of one segment, when the one before it was lost. */
static void what_was_said_before_an_end_is_heard_before_it(void)
{
	tamper("active_app", "the key request goes to UEM, sealed, with the new app's nonce",
	       active_app_asks_and_leaves);
	unheard = heard = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		play(NEXT_APP, (struct played_with){ .seed = &seed,
						     .look = watch_hearing,
						     .change = lose_segments });
	CU_ASSERT_EQUAL(unheard, 0);
	CU_ASSERT_EQUAL(heard, SEEDS);
}

static size_t not_continued;

static void append_segment(struct effects *out, uint8_t flags, uint32_t sequence)
{
	struct buffer packet = { 0 };
	struct segment s = { .from = { .ip = 0x0a080002, .port = 60000 },
			     .to = { .ip = 0x0a000402, .port = 443 },
			     .sequence = sequence,
			     .flags = flags,
			     .window = 1000 };
	segment_append(&s, &packet);
	effects_send_bytes(out, TUNNEL, 0, bytes_of_buffer(&packet));
	buffer_fini(&packet);
}

static void device_resets_at_once(void *session, const struct step *s, struct effects *out)
{
	append_segment(out, SEGMENT_SYN, 1);
	append_segment(out, SEGMENT_RST, 2);
	honest(session, s, out);
}

static void watch_not_continued(const struct record *r)
{
	not_continued += record_is_of(r, RECORD_DROP, "secure_connect") &&
			 text_is(r->text, "the connection to be continued is closed");
}

static void a_connection_reset_at_once_is_not_continued(void)
{
	tamper("device",
	       "the tunnel is authenticated and encrypted end to end: apps are routed into it",
	       device_resets_at_once);
	not_continued = 0;
	play(NEXT_APP, (struct played_with){ .look = watch_not_continued });
	CU_ASSERT_EQUAL(not_continued, 1);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_device_that_met_the_unexpected_begins_anew),
		TEST(a_proxy_that_met_the_unexpected_dials_again),
		TEST(an_answer_that_is_no_answer_harms_nobody),
		TEST(who_met_the_unexpected_is_wiped_and_takes_no_key),
		TEST(association_0_is_nobodys),
		TEST(what_was_said_before_an_end_is_heard_before_it),
		TEST(a_connection_reset_at_once_is_not_continued),
	};
	return suite_run("world_hostile", cases, sizeof cases / sizeof *cases);
}
