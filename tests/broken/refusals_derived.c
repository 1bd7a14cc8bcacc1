/* refusals_derived.c - for each derivation a trace in which somebody outside the holders has all
 * that it needs, and is caught; and beside it one in which a part is missing, and nobody is. The
 * secrets are those of a real run: what is derived is so really.
 */
#include "tests/broken/refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEARD_MAX = 8 };

/* What is put at somebody's ear, and what must come of it. */
struct lesson {
	const char *who;
	const char *heard[HEARD_MAX]; /* classes of secrets, or names of messages */
	const char *derives[HEARD_MAX];
};

static void heard_append(struct records *out, const char *who, struct record r)
{
	size_t at = refusals_end(out);
	r.kind = RECORD_ACCEPTED;
	r.actor = who;
	r.peer = strcmp(who, "user") == 0 ? "admin" : "user";
	r.channel = "out_of_band";
	r.at_ns = out->list[at - 1].at_ns;
	records_insert(out, at, &r);
}

/* The message of that name, as it was said first. */
static const struct record *said(const char *name)
{
	for (size_t i = 0; i < honest->records->count; i++) {
		const struct record *r = &honest->records->list[i];
		if (r->kind == RECORD_SENT && r->message && strcmp(r->message, name) == 0)
			return r;
	}
	return NULL;
}

/* The last value of a class: of session keys the first is the one that others come from. */
static void learn(struct records *out, const char *who, const char *what)
{
	const struct record *message = said(what);
	struct record r = { 0 };
	if (message) {
		r.message = message->message;
		r.bytes = message->bytes;
		r.cuts_count = message->cuts_count;
		memcpy(r.cuts, message->cuts, sizeof r.cuts);
	} else {
		r.bytes = bytes_of_buffer(&refusals_secret(what)->value);
	}
	heard_append(out, who, r);
}

static struct checker *judge(struct records *broken, bool recorded)
{
	records_number(broken);
	struct checker *c = checker_new(honest->flow, honest->variant, honest->secrets);
	if (recorded)
		checker_record(c);
	for (size_t i = 0; i < broken->count; i++)
		checker_feed(c, &broken->list[i]);
	checker_finish(c);
	records_fini(broken);
	return c;
}

static bool derived(const struct checker *c, const char *who, const char *class)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	char subject[64], text[128];
	snprintf(subject, sizeof subject, "secret(%s)", class);
	snprintf(text, sizeof text, "%s can derive %s#", who, class);
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == FINDING_SECRET && strcmp(list[i].subject, subject) == 0 &&
		    strncmp(list[i].text, text, strlen(text)) == 0)
			return list[i].verdict == VERDICT_VIOLATED && list[i].record > 0;
	return false;
}

/* Without the thing at `missing` (none: HEARD_MAX). */
static struct checker *teach(const struct lesson *l, size_t missing)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	for (size_t i = 0; i < HEARD_MAX && l->heard[i]; i++)
		if (i != missing)
			learn(&broken, l->who, l->heard[i]);
	return judge(&broken, false);
}

static size_t count_of(const char *const *list)
{
	size_t count = 0;
	while (count < HEARD_MAX && list[count])
		count++;
	return count;
}

static void tell(const struct lesson *l, const struct checker *c, const char *what)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	fprintf(stderr, "\n%s: %s\n", l->who, what);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "  %s: %s\n", list[i].subject, list[i].text);
}

/* All that it heard leads to all that it derives; the last derivation needs each thing. */
static void learnt(const struct lesson *l)
{
	struct checker *c = teach(l, HEARD_MAX);
	for (size_t i = 0; i < HEARD_MAX && l->derives[i]; i++) {
		bool found = derived(c, l->who, l->derives[i]);
		if (!found)
			tell(l, c, l->derives[i]);
		CU_ASSERT_TRUE(found);
	}
	checker_free(c);
	const char *last = l->derives[count_of(l->derives) - 1];
	for (size_t i = 0; i < count_of(l->heard); i++) {
		c = teach(l, i);
		bool found = derived(c, l->who, last);
		if (found)
			tell(l, c, l->heard[i]);
		CU_ASSERT_FALSE(found);
		checker_free(c);
	}
}

static bool has_sealed_request(void)
{
	return said("SealedKeyRequest") != NULL;
}

static void an_access_key_and_a_setup_message_give_p0(void)
{
	learnt(&(struct lesson){ "proxy", { "access_key" }, { "verifier", "k1", "p0" } });
	learnt(&(struct lesson){ "secure_connect",
				 { "access_key", "SecureChannelSetup" },
				 { "verifier", "k1", "p0" } });
}

static void a_private_key_and_the_other_point_give_z(void)
{
	learnt(&(struct lesson){ "noc", { "uem_ephemeral" }, { "shared_secret" } });
	learnt(&(struct lesson){ "secure_connect",
				 { "app_ephemeral", "SecureChannelResponse" },
				 { "shared_secret" } });
}

static void p0_and_z_give_all_keys(void)
{
	learnt(&(struct lesson){
		"device",
		{ "p0", "shared_secret", "SecureChannelSetup", "SecureChannelResponse" },
		{ "p1", "k2", "ka", "ku" } });
}

static void an_access_key_and_a_private_key_give_everything(void)
{
	learnt(&(struct lesson){
		"infrastructure",
		{ "access_key", "app_ephemeral", "SecureChannelSetup", "SecureChannelResponse",
		  "ProvisioningRequest", "ProvisioningData" },
		{ "p0", "shared_secret", "p1", "ka", "ku", "master_session_key" } });
}

/* Its nonce is not needed. */
static void a_sealing_key_opens_what_it_sealed(void)
{
	learnt(&(struct lesson){ "infrastructure",
				 { "ku", "SecureChannelSetup", "SecureChannelResponse",
				   "ProvisioningRequest", "ProvisioningData" },
				 { "master_session_key" } });
}

static void a_session_key_opens_a_request_for_keys(void)
{
	if (has_sealed_request())
		learnt(&(struct lesson){
			"infrastructure",
			{ "active_session_key", "SealedKeyRequest", "SealedKeyReply" },
			{ "access_key" } });
	else
		CU_ASSERT_PTR_NULL(said("SealedKeyReply"));
}

/* -- TLS -- */

/* The client's traffic secret of a channel: what a key log calls CLIENT_TRAFFIC_SECRET_0. */
static const char *traffic_secret(const char *channel)
{
	for (size_t i = 0; i < honest->records->count; i++) {
		const struct record *r = &honest->records->list[i];
		if (r->kind == RECORD_HOLD && strcmp(r->name, "tls") == 0 && r->channel &&
		    strcmp(r->channel, channel) == 0 &&
		    bytes_equal(r->values[0].value, bytes_of_string("CLIENT_TRAFFIC_SECRET_0")))
			return r->reference;
	}
	return NULL;
}

static struct checker *hear_traffic(const char *who, const char *channel, bool recorded)
{
	struct records broken = { 0 };
	const char *reference = traffic_secret(channel);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reference);
	records_borrow(&broken, honest->records);
	for (size_t i = 0; i < honest->secrets->count; i++)
		if (strcmp(honest->secrets->list[i].reference, reference) == 0)
			heard_append(&broken, who,
				     (struct record){ .bytes = bytes_of_buffer(
							      &honest->secrets->list[i].value) });
	return judge(&broken, recorded);
}

static void a_traffic_secret_opens_a_connection_that_was_recorded(void)
{
	struct checker *c = hear_traffic("secure_connect", "noc_session", true);
	CU_ASSERT_TRUE(derived(c, "secure_connect", "verifier"));
	CU_ASSERT_FALSE(derived(c, "secure_connect", "master_link_key")); /* the other direction */
	checker_free(c);
	c = hear_traffic("admin", "noc_session", true); /* has none of its packets */
	CU_ASSERT_FALSE(derived(c, "admin", "verifier"));
	checker_free(c);
	c = hear_traffic("secure_connect", "noc_session", false);
	CU_ASSERT_FALSE(derived(c, "secure_connect", "verifier"));
	checker_free(c);
}

/* -- the attacker, and corrupt actors -- */

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
	struct checker *c = judge(&broken, true);
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
	struct checker *c = judge(&broken, false);
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
		struct checker *c = judge(&broken, false);
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
	learn(&broken, "noc", "access_key");
	struct checker *c = judge(&broken, false);
	CU_ASSERT_TRUE(derived(c, "the attacker", "p0"));
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
	struct checker *c = judge(&broken, false);
	const struct finding *list;
	CU_ASSERT_EQUAL_FATAL(checker_findings(c, &list), 1);
	CU_ASSERT_STRING_EQUAL(list[0].subject, "secret(token_key)");
	CU_ASSERT_EQUAL(strncmp(list[0].text, "the attacker had ", 17), 0);
	CU_ASSERT_EQUAL(checker_knows(c, (size_t)claim_of("token_key"), -1).values, 1);
	checker_free(c);
}

static void the_ledger_says_who_has_what_and_how(void)
{
	struct records good = { 0 };
	records_borrow(&good, honest->records);
	struct checker *c = judge(&good, false);
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

size_t refusals_derived(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(an_access_key_and_a_setup_message_give_p0),
		TEST(a_private_key_and_the_other_point_give_z),
		TEST(p0_and_z_give_all_keys),
		TEST(an_access_key_and_a_private_key_give_everything),
		TEST(a_sealing_key_opens_what_it_sealed),
		TEST(a_session_key_opens_a_request_for_keys),
		TEST(a_traffic_secret_opens_a_connection_that_was_recorded),
		TEST(claims_of_a_corrupt_holder_are_void),
		TEST(agreements_with_a_corrupt_peer_are_void),
		TEST(people_and_networks_corrupt_nobody),
		TEST(the_attacker_derives_from_what_a_corrupt_actor_has),
		TEST(what_is_on_a_wire_is_the_attackers),
		TEST(the_ledger_says_who_has_what_and_how),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
