/* secrecy_closure.c - whoever could derive a value that he may not have: each actor's closure is
 * computed at the end of the run, from what it declared, read and saw. Most need none: nobody who
 * has an input is outside the holders of what follows from it.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/closure.h"
#include "sim/flow/secrecy.h"

#include <openssl/crypto.h>

/* Which of its values lead somewhere, with a message that it saw: an input, and what it gives. */
static const struct {
	const char *input;
	enum message_type with;
	const char *output;
	bool weakened; /* only in a run with weakened settings */
} leads[] = {
	{ "access_key", MESSAGE_SECURE_CHANNEL_SETUP, "p0", false },
	{ "access_key", MESSAGE_ACTIVATION_REQUEST, "verifier", false },
	{ "access_key", MESSAGE_REGISTER_KEY, "verifier", false },
	{ "p0", MESSAGE_SECURE_CHANNEL_SETUP, "k1", false },
	{ "app_ephemeral", MESSAGE_SECURE_CHANNEL_RESPONSE, "shared_secret", false },
	{ "uem_ephemeral", MESSAGE_SECURE_CHANNEL_SETUP, "shared_secret", false },
	{ "shared_secret", MESSAGE_SECURE_CHANNEL_SETUP, "p1", false },
	{ "p1", MESSAGE_SECURE_CHANNEL_SETUP, "ka", false },
	{ "ku", MESSAGE_PROVISIONING_DATA, "master_session_key", false },
	{ "master_session_key", MESSAGE_SEALED_KEY_REPLY, "access_key", false },
	{ "active_session_key", MESSAGE_SEALED_KEY_REPLY, "access_key", false },
	{ "verifier", MESSAGE_SECURE_CHANNEL_SETUP, "p0", true },
};
enum { LEADS = sizeof leads / sizeof *leads };

static int claim_of(const struct flow *f, const char *class)
{
	for (size_t i = 0; i < f->holders_count; i++)
		if (strcmp(f->holders[i].secret, class) == 0)
			return (int)i;
	return -1;
}

static struct moment moment_of(const struct secrecy *x, int32_t who)
{
	if (who == KNOWLEDGE_ATTACKER)
		return (struct moment){ .actor = FLOW_ACTORS_MAX, .who = who };
	struct instance i = x->evidence->attribution->instances[who];
	return (struct moment){ .actor = i.actor, .who = who, .device = i.device };
}

/* Leads that may be worth following: those of whose output this instance is no holder. */
static uint32_t leads_of(const struct secrecy *x, int32_t who)
{
	struct moment m = moment_of(x, who);
	uint32_t found = 0;
	for (size_t i = 0; i < LEADS; i++) {
		struct secrecy_value v = { .claim = (int8_t)claim_of(x->flow, leads[i].output),
					   .channel = -1 };
		if (v.claim >= 0 && (x->weakened || !leads[i].weakened) &&
		    secrecy_is_outside(x, &m, &v))
			found |= UINT32_C(1) << i;
	}
	return found;
}

/* Of these, those whose message it saw. */
static uint32_t leads_seen(const struct secrecy *x, int32_t who, uint32_t open)
{
	uint32_t found = 0;
	for (size_t i = 0; i < x->recording.units_count && found != open; i++)
		if (recording_seen(&x->recording.units[i], who))
			for (size_t k = 0; k < LEADS; k++)
				if (leads[k].with == x->recording.units[i].type)
					found |= open & UINT32_C(1) << k;
	return found;
}

/* Whether it has an input of one of these, or an adversary's own key pair. */
static bool has_input(const struct secrecy *x, int32_t who, uint32_t open)
{
	for (size_t i = 0; open && i < x->secrets->count; i++) {
		const char *class = x->secrets->list[i].class;
		bool leads_on = x->values[i].claim < 0 && sort_of_class(class) == SORT_PRIVATE;
		for (size_t k = 0; k < LEADS && !leads_on; k++)
			leads_on = open >> k & 1 && strcmp(leads[k].input, class) == 0;
		if (leads_on && knowledge_of(&x->knowledge, who, i))
			return true;
	}
	return false;
}

/* What the attacker has from a corrupt actor: what that one still had then, or came to have. */
static const struct known *taken(const struct secrecy *x, size_t secret, uint64_t *since)
{
	for (size_t i = 0; i < x->knowledge.corrupt_count; i++) {
		const struct corruption *c = &x->knowledge.corrupt[i];
		const struct known *one = knowledge_of(&x->knowledge, c->who, secret);
		if (!one ||
		    (one->record < c->record &&
		     !knowledge_is_held(&x->knowledge, one, x->values[secret].claim, c->record)))
			continue;
		*since = one->record > c->record ? one->record : c->record;
		return one;
	}
	return NULL;
}

static void attacker_takes(struct secrecy *x)
{
	uint64_t since;
	for (size_t i = 0; x->knowledge.corrupt_count && i < x->secrets->count; i++)
		if (taken(x, i, &since))
			knowledge_learn(&x->knowledge, KNOWLEDGE_ATTACKER, i, since, HOW_TAKEN);
}

/* When somebody saw a message: himself, or the attacker through whom he had corrupted by then. */
static uint64_t seen_by(const struct secrecy *x, const struct recorded_unit *u, int32_t who)
{
	uint64_t record = who == KNOWLEDGE_ATTACKER ? 0 : recording_seen(u, who);
	for (size_t i = 0; who == KNOWLEDGE_ATTACKER && i < x->knowledge.corrupt_count; i++) {
		const struct corruption *c = &x->knowledge.corrupt[i];
		uint64_t seen = recording_seen(u, c->who);
		if (seen >= c->record && (!record || seen < record))
			record = seen;
	}
	return record;
}

void secrecy_closure_fill(struct secrecy *x, struct closure *c, int32_t who)
{
	for (size_t i = 0; i < x->secrets->count; i++) {
		const struct known *one = knowledge_of(&x->knowledge, who, i);
		if (one)
			closure_know(c, i, x->values[i].device, one->record);
	}
	for (size_t i = 0; i < x->recording.units_count; i++) {
		const struct recorded_unit *u = &x->recording.units[i];
		struct closure_value how = { .secret = -1, .device = u->device };
		how.record = seen_by(x, u, who);
		if (how.record)
			closure_read(c, bytes_of_buffer(&u->bytes), &how);
	}
}

/* What was derived, into the ledger; and told, when it may not be had. */
static void results_take(struct secrecy *x, const struct closure *c, int32_t who)
{
	for (size_t i = 0; i < c->values_count; i++) {
		const struct closure_value *v = &c->values[i];
		char what[200];
		if (v->secret < 0 || v->rule == RULE_GIVEN)
			continue;
		size_t secret = (size_t)v->secret;
		struct moment m = moment_of(x, who);
		m.record = v->record;
		knowledge_learn(&x->knowledge, who, secret, v->record,
				(enum how)(HOW_DERIVED + v->rule));
		if (x->values[secret].claim < 0 || !secrecy_is_outside(x, &m, &x->values[secret]))
			continue;
		snprintf(what, sizeof what, "can derive %s since record %" PRIu64 ": %s",
			 x->secrets->list[secret].reference, v->record, rule_name(v->rule));
		struct secrecy_catch how = { .secret = v->secret, .derived = true };
		secrecy_catch(x, x->values[secret].claim, &m, &how, what);
	}
}

struct crypto *secrecy_crypto(struct secrecy *x)
{
	if (!x->crypto) {
		/* its own, so that nothing of the run is drawn from, and no configuration read */
		x->library = OSSL_LIB_CTX_new();
		x->crypto = x->library ? crypto_new(x->library) : NULL;
		assert(x->crypto);
	}
	return x->crypto;
}

void secrecy_crypto_free(struct secrecy *x)
{
	if (!x->crypto)
		return; /* most runs compute nothing, and pay nothing */
	crypto_free(x->crypto);
	OSSL_LIB_CTX_free(x->library);
}

static void derive_for(struct secrecy *x, int32_t who)
{
	struct closure c;
	struct listening l = { .recording = &x->recording, .who = who, .wires = UINT32_MAX };
	closure_init(&c, secrecy_crypto(x), x->secrets, x->search);
	secrecy_closure_fill(x, &c, who);
	closure_run(&c, x->recording.all ? &l : NULL);
	results_take(x, &c, who);
	closure_fini(&c);
}

/* Whether it has a secret of a connection that is not its own, and what was recorded. */
static bool has_foreign_tls(const struct secrecy *x, int32_t who)
{
	struct moment m = moment_of(x, who);
	for (size_t i = 0; x->recording.all && i < x->recording.labels_keys.count; i++) {
		size_t secret = x->recording.labels[i].secret;
		if (knowledge_of(&x->knowledge, who, secret) &&
		    secrecy_is_outside(x, &m, &x->values[secret]))
			return true;
	}
	return false;
}

void secrecy_derive(struct secrecy *x)
{
	if (!x->secrets)
		return;
	attacker_takes(x);
	int32_t count = (int32_t)x->evidence->attribution->names.count;
	for (int32_t who = 0; who < count; who++) {
		uint32_t open = leads_seen(x, who, leads_of(x, who));
		if (has_foreign_tls(x, who) || has_input(x, who, open))
			derive_for(x, who);
	}
	if (x->knowledge.corrupt_count || has_foreign_tls(x, KNOWLEDGE_ATTACKER))
		derive_for(x, KNOWLEDGE_ATTACKER);
}

/* -- the table -- */

struct ledger_cell secrecy_cell(const struct secrecy *x, int claim, int actor)
{
	struct ledger_cell cell = { .how = how_name(HOW_NOT) };
	for (size_t i = 0; x->secrets && i < x->secrets->count; i++) {
		const struct known *one = knowledge_first(&x->knowledge, i), *first = NULL;
		for (; x->values[i].claim == claim && one;
		     one = knowledge_next(&x->knowledge, one)) {
			struct moment m = moment_of(x, one->who);
			bool here = actor < 0 ? one->who == KNOWLEDGE_ATTACKER : m.actor == actor;
			if (here && (!first || one->record < first->record))
				first = one;
		}
		if (!first)
			continue;
		if (!cell.values++ || first->record < cell.record) {
			cell.record = first->record;
			cell.how = first->how > HOW_DERIVED
					   ? rule_name((enum rule)(first->how - HOW_DERIVED))
					   : how_name((enum how)first->how);
		}
	}
	return cell;
}

/* -- what is void -- */

/* Whether a holder of this value was corrupt, some time. */
static bool value_is_void(const struct secrecy *x, size_t secret)
{
	const struct secrecy_value *v = &x->values[secret];
	for (size_t i = 0; v->claim >= 0 && i < x->knowledge.corrupt_count; i++) {
		struct moment m = moment_of(x, x->knowledge.corrupt[i].who);
		if (!secrecy_is_outside(x, &m, v))
			return true;
	}
	return false;
}

void secrecy_void(struct secrecy *x)
{
	struct secrecy_catch one;
	if (!x->secrets || !x->knowledge.corrupt_count)
		return;
	for (size_t i = 0; i < x->secrets->count; i++)
		if (x->values[i].claim >= 0)
			x->classes[x->values[i].claim].voided += value_is_void(x, i);
	for (size_t at = 0; at < x->catches.size; at += sizeof one) {
		memcpy(&one, x->catches.data + at, sizeof one);
		if (one.secret < 0 || !value_is_void(x, (size_t)one.secret))
			continue;
		struct finding like = { .kind = FINDING_SECRET, .record = one.record };
		claim_name_secret(x->flow, (size_t)one.claim, like.subject);
		findings_drop(x->findings, &like);
		*(one.derived ? &x->classes[one.claim].derived : &x->classes[one.claim].caught) -=
			1;
	}
}
