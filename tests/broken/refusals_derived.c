/* refusals_derived.c - for each derivation a trace in which somebody outside the holders has all
 * that it needs, and is caught; and beside it one in which a part is missing, and nobody is. The
 * secrets are those of a real run: what is derived is so really.
 */
#include "tests/broken/derived.h"

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
const struct record *derived_said(const char *name)
{
	for (size_t i = 0; i < honest->records->count; i++) {
		const struct record *r = &honest->records->list[i];
		if (r->kind == RECORD_SENT && r->message && strcmp(r->message, name) == 0)
			return r;
	}
	return NULL;
}

/* The last value of a class: of session keys the first is the one that others come from. */
void derived_learn(struct records *out, const char *who, const char *what)
{
	const struct record *message = derived_said(what);
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

struct checker *derived_judge(struct records *broken, bool recorded)
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

bool derived_by(const struct checker *c, const char *who, const char *class)
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
			derived_learn(&broken, l->who, l->heard[i]);
	return derived_judge(&broken, false);
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
		bool found = derived_by(c, l->who, l->derives[i]);
		if (!found)
			tell(l, c, l->derives[i]);
		CU_ASSERT_TRUE(found);
	}
	checker_free(c);
	const char *last = l->derives[count_of(l->derives) - 1];
	for (size_t i = 0; i < count_of(l->heard); i++) {
		c = teach(l, i);
		bool found = derived_by(c, l->who, last);
		if (found)
			tell(l, c, l->heard[i]);
		CU_ASSERT_FALSE(found);
		checker_free(c);
	}
}

static bool has_sealed_request(void)
{
	return derived_said("SealedKeyRequest") != NULL;
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
		CU_ASSERT_PTR_NULL(derived_said("SealedKeyReply"));
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
	return derived_judge(&broken, recorded);
}

static void a_traffic_secret_opens_a_connection_that_was_recorded(void)
{
	struct checker *c = hear_traffic("secure_connect", "noc_session", true);
	CU_ASSERT_TRUE(derived_by(c, "secure_connect", "verifier"));
	CU_ASSERT_FALSE(
		derived_by(c, "secure_connect", "master_link_key")); /* the other direction */
	checker_free(c);
	c = hear_traffic("admin", "noc_session", true); /* has none of its packets */
	CU_ASSERT_FALSE(derived_by(c, "admin", "verifier"));
	checker_free(c);
	c = hear_traffic("secure_connect", "noc_session", false);
	CU_ASSERT_FALSE(derived_by(c, "secure_connect", "verifier"));
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
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
