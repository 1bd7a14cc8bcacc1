/* refusals_corrupt.c - the attacker, who hears the wires and has what corrupt actors have; the
 * claims that are void then; and the ledger of an honest run, in which nobody has what he may not.
 */
#include "tests/broken/derived.h"

#include <string.h>

#include "proto/crypto/secure_channel.h"

static int claim_of(const char *class)
{
	int claim = 0;
	while (strcmp(honest->flow->holders[claim].secret, class) != 0)
		claim++;
	return claim;
}

static enum verdict verdict_of(const struct checker *c, const char *name)
{
	const struct judged *list;
	size_t count = checker_judged(c, &list);
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return list[i].verdict;
	CU_FAIL_FATAL("no such line");
	return VERDICT_HOLDS;
}

/* The adversary acts inside somebody, as the first thing after the run's settings. */
static void corrupt(struct records *broken, const char *who, const char *act)
{
	records_borrow(broken, honest->records);
	struct record r = { .kind = RECORD_ACT, .actor = who, .name = act, .text = "for a test" };
	size_t at = victim_find(broken, RECORD_HOLD, "token_key", NULL);
	r.at_ns = broken->list[at - 1].at_ns;
	records_insert(broken, at, &r);
}

static void claims_of_a_corrupt_holder_are_void(void)
{
	struct records broken = { 0 };
	corrupt(&broken, "noc", "set");
	struct checker *c = derived_judge(&broken, true);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(verdict_of(c, "secret(token_key)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "secret(verifier)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "secret(access_key)"), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(verdict_of(c, "secret(master_session_key)"), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(verdict_of(c, "agree(uem, app)"), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(checker_knows(c, (size_t)claim_of("verifier"), -1).values, 1);
	CU_ASSERT_EQUAL(checker_knows(c, (size_t)claim_of("p0"), -1).values, 0);
	checker_free(c);
}

static void agreements_with_a_corrupt_peer_are_void(void)
{
	struct records broken = { 0 };
	corrupt(&broken, "uem", "set");
	struct checker *c = derived_judge(&broken, false);
	CU_ASSERT_EQUAL(verdict_of(c, "agree(app, uem)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "agree(uem, app)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "fresh(master_session_key: uem)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "fresh(app_ephemeral: app)"), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(verdict_of(c, "one-time(used_tokens)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "secret(master_session_key)"), VERDICT_VOID);
	CU_ASSERT_EQUAL(verdict_of(c, "secret(app_ephemeral)"), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_HOLDS);
	checker_free(c);
}

static void people_and_networks_corrupt_nobody(void)
{
	static const char *const acts[][2] = { { "user", "set" },  { "admin", "send" },
					       { "noc", "delay" }, { "uem", "drop" },
					       { "app", "until" }, { NULL, "blackout" } };
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		struct records broken = { 0 };
		corrupt(&broken, acts[i][0], acts[i][1]);
		struct checker *c = derived_judge(&broken, false);
		CU_ASSERT_EQUAL(verdict_of(c, "secret(token_key)"), VERDICT_HOLDS);
		CU_ASSERT_EQUAL(verdict_of(c, "agree(uem, app)"), VERDICT_HOLDS);
		checker_free(c);
	}
}

/* The NOC may not have it, and whoever is in the NOC goes on from there. */
static void the_attacker_derives_from_what_a_corrupt_actor_has(void)
{
	struct records broken = { 0 };
	corrupt(&broken, "noc", "set");
	derived_learn(&broken, "noc", "access_key");
	struct checker *c = derived_judge(&broken, false);
	CU_ASSERT_TRUE(derived_by(c, "the attacker", "p0"));
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_VIOLATED);
	struct ledger_cell cell = checker_knows(c, (size_t)claim_of("p0"), -1);
	CU_ASSERT_EQUAL(cell.values, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(cell.how, "line 5"));
	checker_free(c);
}

/* From one holder to the other, but for all to hear. */
static void what_is_on_a_wire_is_the_attackers(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	struct record r = { .kind = RECORD_PACKET,
			    .actor = "uem",
			    .peer = "noc",
			    .channel = "relay",
			    .text = "carried",
			    .bytes = bytes_of_buffer(&refusals_secret("token_key")->value) };
	records_insert(&broken, refusals_end(&broken), &r);
	struct checker *c = derived_judge(&broken, false);
	const struct finding *list;
	CU_ASSERT_EQUAL_FATAL(checker_findings(c, &list), 1);
	CU_ASSERT_STRING_EQUAL(list[0].subject, "secret(token_key)");
	CU_ASSERT_EQUAL(strncmp(list[0].text, "the attacker had ", 17), 0);
	CU_ASSERT_EQUAL(checker_knows(c, (size_t)claim_of("token_key"), -1).values, 1);
	checker_free(c);
}

/* p0 as a weakened run makes it: from what the NOC is shown. */
static void weakened_p0(struct secrets *all)
{
	struct message m = { 0 };
	struct setup_body body;
	uint8_t p0[SECURE_CHANNEL_HASH_MAX];
	struct crypto *crypto = crypto_new(NULL);
	message_decode(derived_said("SecureChannelSetup")->bytes, &m);
	setup_body_decode(
		bytes_of(m.as.secure_channel_setup.body, m.as.secure_channel_setup.body_size),
		&body);
	struct secure_channel_attempt a = { .crypto = crypto, .suite = SUITE_P521 };
	CU_ASSERT_TRUE(secure_channel_p0(&a, bytes_of_string(body.uid),
					 bytes_of_buffer(&refusals_secret("verifier")->value),
					 body.salt, p0));
	for (size_t i = 0; i < honest->secrets->count; i++) {
		const struct secret *s = &honest->secrets->list[i];
		secrets_add(all, s->class, s->holder, s->channel, bytes_of_buffer(&s->value));
	}
	secrets_add(all, "p0", "uem", "", bytes_of(p0, suite_hash_size(SUITE_P521)));
	crypto_free(crypto);
}

static void a_channel_that_begins_with_the_verifier_is_the_nocs_as_well(void)
{
	const struct secrets *own = honest->secrets;
	struct secrets all = { 0 };
	weakened_p0(&all);
	for (int weak = 0; weak < 2; weak++) {
		struct records broken = { 0 };
		struct record r = { .kind = RECORD_SETTING, .text = weak ? "weakened" : "" };
		records_borrow(&broken, honest->records);
		records_insert(&broken, 1, &r);
		((struct honest *)honest)->secrets = &all;
		struct checker *c = derived_judge(&broken, false);
		((struct honest *)honest)->secrets = own;
		CU_ASSERT_EQUAL(derived_by(c, "noc", "p0"), weak == 1);
		checker_free(c);
	}
	secrets_fini(&all);
}

static void the_ledger_says_who_has_what_and_how(void)
{
	struct records good = { 0 };
	records_borrow(&good, honest->records);
	struct checker *c = derived_judge(&good, false);
	const struct flow *f = honest->flow;
	for (size_t claim = 0; claim < f->holders_count; claim++)
		for (size_t a = 0; a < f->actors_count && !f->holders[claim].ends_of_channel; a++) {
			const struct secret *s = refusals_secret(f->holders[claim].secret);
			bool may = refusals_holders(s) >> a & 1;
			struct ledger_cell cell = checker_knows(c, claim, (int)a);
			CU_ASSERT_TRUE(may || cell.values == 0);
			CU_ASSERT_EQUAL(cell.values == 0, cell.record == 0);
		}
	int uem = flow_actor_index(f, "uem");
	struct ledger_cell drawn = checker_knows(c, (size_t)claim_of("master_session_key"), uem);
	CU_ASSERT_STRING_EQUAL(drawn.how, "drew it");
	CU_ASSERT_EQUAL(drawn.values, 1);
	CU_ASSERT_EQUAL(checker_knows(c, 0, -1).values, 0);
	checker_free(c);
}

/* -- forward secrecy -- */

/* Hand over what is left of ku, and of every connection, when the run is over. forgets: the app
 * erases ku, as it should. */
static struct checker *hand_over(bool forgets)
{
	struct records broken = { 0 };
	struct checker *c = checker_new(honest->flow, honest->variant, honest->secrets);
	struct reveal what = { .step = -1, .at_ns = INT64_MAX };
	what.classes = UINT32_C(1) << claim_of("ku") | UINT32_C(1) << claim_of("tls");
	checker_reveal(c, &what);
	records_borrow(&broken, honest->records);
	size_t erased = victim_find(&broken, RECORD_ERASE, "ku", "app");
	CU_ASSERT_TRUE_FATAL(erased != SIZE_MAX);
	if (!forgets)
		records_remove(&broken, erased);
	records_number(&broken);
	for (size_t i = 0; i < broken.count; i++)
		checker_feed(c, &broken.list[i]);
	checker_finish(c);
	records_fini(&broken);
	return c;
}

static void a_session_that_erases_nothing_is_not_forward_secret(void)
{
	static const char claim[] = "forward-secret(master_session_key)";
	const struct revealed *columns;
	struct checker *c = hand_over(false);
	CU_ASSERT_EQUAL(verdict_of(c, claim), VERDICT_VIOLATED);
	CU_ASSERT_TRUE(refusals_found(c, FINDING_FORWARD, claim, 0));
	CU_ASSERT_EQUAL_FATAL(checker_revealed(c, &columns), 2);
	CU_ASSERT_TRUE(columns[1].readable[MESSAGE_PROVISIONING]);
	CU_ASSERT_EQUAL(verdict_of(c, "forward-secret(app_ephemeral)"), VERDICT_HOLDS);
	checker_free(c);
	c = hand_over(true);
	CU_ASSERT_EQUAL(verdict_of(c, claim), VERDICT_HOLDS);
	CU_ASSERT_EQUAL_FATAL(checker_revealed(c, &columns), 2);
	CU_ASSERT_TRUE(columns[1].readable[MESSAGE_PROVISIONING_DATA]);
	CU_ASSERT_FALSE(columns[1].readable[MESSAGE_PROVISIONING]);
	checker_free(c);
}

size_t refusals_corrupt(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(claims_of_a_corrupt_holder_are_void),
		TEST(agreements_with_a_corrupt_peer_are_void),
		TEST(people_and_networks_corrupt_nobody),
		TEST(the_attacker_derives_from_what_a_corrupt_actor_has),
		TEST(what_is_on_a_wire_is_the_attackers),
		TEST(a_channel_that_begins_with_the_verifier_is_the_nocs_as_well),
		TEST(a_session_that_erases_nothing_is_not_forward_secret),
		TEST(the_ledger_says_who_has_what_and_how),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
