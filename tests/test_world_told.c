/* test_world_told.c - what the records of a run tell, and to whom: no secret, however it is said;
 * no byte that a record cannot hold; and what two actors share is theirs alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "actors/roster.h"
#include "sim/store.h"
#include "tests/lib/files.h"
#include "tests/lib/played.h"
#include "tests/lib/suite.h"
#include "tests/lib/tampered.h"

#define NEXT_APP "scenarios/knox/next-app.yaml"
enum { KEY_SIZE = 32, REPEATED = 40 };

static struct tampered roster;
static action_fn *honest; /* what the changed row did */
static struct played played;

static void play(struct played_with with)
{
	tampered_play(&roster, project_file(NEXT_APP), with, &played);
}

/* -- what records tell -- */

static size_t times; /* that the active app repeats its master session key in one unit */
static struct {
	size_t units, cuts, size, told;
	bool wiped, says_so;
	uint32_t offset;
	char reference[64];
} told;

static void active_app_tells_its_key(void *session, const struct step *s, struct effects *out)
{
	static const uint8_t no_message[] = { 0xff, 0xff };
	struct bytes key;
	struct buffer unit = { 0 };
	honest(session, s, out);
	if (!store_get(s->store, ACTIVE_APP_TABLE_SESSION, bytes_of_string(DYNAMICS_ACTIVE_APP),
		       &key) ||
	    key.size != KEY_SIZE)
		abort();
	buffer_append(&unit, bytes_of(no_message, sizeof no_message));
	for (size_t i = 0; i < times; i++)
		buffer_append(&unit, key);
	effects_send_bytes(out, KEY_REQUEST, 0, bytes_of_buffer(&unit));
	buffer_cleanse(&unit);
}

static void watch_rejected(const struct record *r)
{
	if (r->kind != RECORD_REJECTED)
		return;
	told.units++;
	told.cuts = r->cuts_count;
	told.size = r->bytes.size;
	told.wiped = r->bytes.size > 2 && all_zero(r->bytes.data + 2, r->bytes.size - 2);
	told.says_so =
		text_is(r->text, "more secrets than a record can name: the rest is left out");
	if (r->cuts_count > 0) {
		told.offset = r->cuts[0].offset;
		snprintf(told.reference, sizeof told.reference, "%s", r->cuts[0].reference);
	}
}

static void tell_keys(size_t count)
{
	tampered_begin(&roster, &dynamics_roster);
	honest = tampered_row(&roster, "active_app",
			      "the key request goes to UEM, sealed, with the new app's nonce",
			      active_app_tells_its_key);
	times = count;
	memset(&told, 0, sizeof told);
	play((struct played_with){ .look = watch_rejected });
	CU_ASSERT_EQUAL(told.units, 1);
	CU_ASSERT_TRUE(told.wiped);
	CU_ASSERT_EQUAL(told.offset, 2);
	CU_ASSERT_STRING_EQUAL(told.reference, "active_session_key#1");
	CU_ASSERT_EQUAL(played.app_result, RESULT_ACTIVATION_FAILED);
}

static void a_unit_that_is_rejected_tells_no_secret(void)
{
	tell_keys(1);
	CU_ASSERT_TRUE(told.cuts == 1 && told.size == 2 + KEY_SIZE && !told.says_so);
}

static void more_secrets_than_a_record_can_name_are_left_out(void)
{
	tell_keys(RECORD_CUTS_MAX);
	CU_ASSERT_EQUAL(told.size, 2 + RECORD_CUTS_MAX * KEY_SIZE);
	CU_ASSERT_TRUE(told.cuts == RECORD_CUTS_MAX && !told.says_so);
	tell_keys(REPEATED);
	CU_ASSERT_EQUAL(told.size, 2 + RECORD_CUTS_MAX * KEY_SIZE);
	CU_ASSERT_TRUE(told.cuts == RECORD_CUTS_MAX && told.says_so);
}

/* -- what actors share -- */

static size_t initial, token_key, active_key;

static void watch_initial(const struct record *r)
{
	if (r->kind != RECORD_HOLD || !text_is(r->text, "initial"))
		return;
	initial++;
	token_key += text_is(r->reference, "token_key#1") &&
		     (text_is(r->actor, "noc") || text_is(r->actor, "uem"));
	active_key += text_is(r->reference, "active_session_key#1") &&
		      (text_is(r->actor, "active_app") || text_is(r->actor, "uem"));
}

static void what_two_share_from_the_start_is_known_to_them_alone(void)
{
	tampered_begin(&roster, &dynamics_roster);
	initial = token_key = active_key = 0;
	play((struct played_with){ .look = watch_initial });
	CU_ASSERT_TRUE(initial == 4 && token_key == 2 && active_key == 2);
	CU_ASSERT_EQUAL(played.verdict, VERDICT_HOLDS);
}

/* Two that hold no longer the same key do not come to an agreement: the roster is what is obeyed.
 */
static void who_shares_nothing_agrees_on_nothing(void)
{
	struct shared apart[4];
	tampered_begin(&roster, &dynamics_roster);
	CU_ASSERT_TRUE_FATAL(roster.roster.shared_count == 3);
	memcpy(apart, dynamics_roster.shared, 3 * sizeof *apart);
	CU_ASSERT_STRING_EQUAL_FATAL(apart[0].class, "token_key");
	apart[3] = apart[0];
	apart[3].name = "token key of uem";
	apart[3].holders[0] = apart[0].holders[1];
	apart[3].holders_count = apart[0].holders_count = 1;
	roster.roster.shared = apart;
	roster.roster.shared_count = 4;
	play((struct played_with){ 0 });
	CU_ASSERT_EQUAL(played.app_result, RESULT_PROVISIONING_FAILED);
}

/* -- names of foreign origin -- */

static size_t printable;

static void name_a_host_strangely(struct scenario *s)
{
	static char name[] = "relay\x01\x1b.noc.example";
	struct flow_actor *noc = &s->flow.actors[flow_actor_index(&s->flow, "noc")];
	struct flow_channel *c = &s->flow.channels[flow_channel_index(&s->flow, "noc_session")];
	CU_ASSERT_STRING_EQUAL_FATAL(noc->hosts[1].host, "relay.noc.example");
	free(noc->hosts[1].host);
	free(c->host);
	noc->hosts[1].host = strdup(name);
	c->host = strdup(name);
}

static void watch_names(const struct record *r)
{
	printable += r->kind == RECORD_JUDGED && strstr(r->text, "relay??.noc.example") != NULL;
}

static void a_name_in_a_certificate_may_hold_any_byte(void)
{
	tampered_begin(&roster, &dynamics_roster);
	printable = 0;
	play((struct played_with){ .look = watch_names, .change = name_a_host_strangely });
	CU_ASSERT_TRUE(printable > 0);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_unit_that_is_rejected_tells_no_secret),
		TEST(more_secrets_than_a_record_can_name_are_left_out),
		TEST(what_two_share_from_the_start_is_known_to_them_alone),
		TEST(who_shares_nothing_agrees_on_nothing),
		TEST(a_name_in_a_certificate_may_hold_any_byte),
	};
	return suite_run("world_told", cases, sizeof cases / sizeof *cases);
}
