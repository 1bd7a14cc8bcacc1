/* closure.h - what one actor, or the attacker, can work out of what it has: the derivations of
 * CLAIMS.md's K(X), really carried out.
 *
 * It is given values and messages, opens what their keys open, computes what SECURE-CHANNEL.md
 * computes, and goes on until nothing new comes. Each value is held against run.secrets, so that
 * whoever derives a secret is known to have it. The rules are closure_rules.c's; TLS
 * and DTLS are opening.h's. What it does not do: guess; combine values in any way that no rule
 * names.
 */
#ifndef SIM_FLOW_CLOSURE_H
#define SIM_FLOW_CLOSURE_H

#include "proto/crypto/secure_channel.h"
#include "sim/flow/knowledge.h"
#include "sim/flow/opening.h"
#include "sim/flow/search.h"

/* What sort of value it is: which rules read it. */
enum sort {
	SORT_ACCESS_KEY,
	SORT_VERIFIER,
	SORT_PRIVATE, /* half of a Diffie-Hellman agreement */
	SORT_SHARED,
	SORT_P0,
	SORT_P1,
	SORT_K1,
	SORT_K2,
	SORT_KA,
	SORT_KU,
	SORT_MASTER,  /* a master session key */
	SORT_SESSION, /* that of an activated app, and the keys that come from it */
	SORT_TLS,
	SORT_OTHER
};
enum sort sort_of_class(const char *class);

/* How a value was come by. */
enum rule {
	RULE_GIVEN, /* it was had to begin with */
	RULE_VERIFIER,
	RULE_P0,
	RULE_P0_VERIFIER, /* of a weakened run */
	RULE_K1,
	RULE_SHARED,
	RULE_P1,
	RULE_K2,
	RULE_KEYS,
	RULE_OPEN_REQUEST,
	RULE_OPEN_DATA,
	RULE_SESSION_KEY,
	RULE_OPEN_SESSION,
	RULE_OPEN_TLS,
	RULE_OPEN_DTLS,
	RULES
};
/* "p1 = Ext(p0, Z), line 8" */
const char *rule_name(enum rule rule);

struct closure_value {
	enum sort sort;
	enum rule rule;
	int secret; /* number in run.secrets, or -1: a value of its own */
	uint32_t device;
	uint64_t record; /* since when */
	struct buffer bytes;
};
/* What a setup message says in the clear. */
struct closure_setup {
	enum suite suite;
	char uid[UID_MAX + 1];
	struct point public_a;
	uint8_t salt[SALT_SIZE];
	bool has_token; /* and so the two ids */
	uint8_t cid[CID_SIZE], uem[UEM_ID_SIZE];
};
struct closure_unit {
	enum message_type type;
	uint32_t device;
	uint64_t record;
	struct buffer bytes;
	struct closure_setup *setup; /* of a SecureChannelSetup that could be read */
	struct message *message;     /* of every other one */
};
struct closure {
	struct crypto *crypto;
	const struct secrets *secrets;
	const struct search *search;
	struct hits hits; /* scratch */
	size_t values_count, values_room;
	struct closure_value *values;
	size_t units_count, units_room;
	struct closure_unit *units;
	bool readable[MESSAGE_TYPES]; /* messages that were given, or opened */
	bool changed;                 /* by the round of rules that is going on */
	struct opening opening;       /* of the recording, when there is one */
};

/* crypto, secrets and search (the forms of all secrets) are borrowed. */
void closure_init(struct closure *c, struct crypto *crypto, const struct secrets *secrets,
		  const struct search *search);
/* A value of run.secrets; one of the closure's own, found by a rule. */
void closure_know(struct closure *c, size_t secret, uint32_t device, uint64_t record);
void closure_derive(struct closure *c, const struct closure_value *v, struct bytes value);
/* A message that is had, or that a rule has opened; secrets in its bytes are had as well. */
void closure_read(struct closure *c, struct bytes unit, const struct closure_value *how);
/* A span that was opened and is no message: only secrets in it are had. */
void closure_scan(struct closure *c, struct bytes bytes, const struct closure_value *how);
/* Apply all rules until nothing new comes. l: what was recorded and may be opened, or NULL. */
void closure_run(struct closure *c, const struct listening *l);
/* The value with this number in run.secrets, or NULL. */
const struct closure_value *closure_secret(const struct closure *c, size_t secret);
void closure_fini(struct closure *c); /* cleanses */

/* -- its parts -- */

/* Whether two things may belong together: devices, 0 where none is known. */
static inline bool same_device(uint32_t a, uint32_t b)
{
	return !a || !b || a == b;
}
/* Apply each rule of SECURE-CHANNEL.md once. */
void closure_apply_rules(struct closure *c);

#endif
