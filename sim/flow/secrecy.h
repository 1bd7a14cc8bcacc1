/* secrecy.h - which values of run.secrets reached whom.
 *
 * For every actor: what it sent, what it accepted, what arrived at it, what it refused or dropped,
 * and what it says it holds; each piece by itself, and joined to the others of its stream. A value
 * of a class in there, in one of the forms of forms.h, with an actor outside the class's holders
 * disproves secret(class). A flow file names the holders. Of an actor that exists once per device
 * only the one of the value's own device is among them.
 */
#ifndef SIM_FLOW_SECRECY_H
#define SIM_FLOW_SECRECY_H

#include "sim/flow/knowledge.h"
#include "sim/flow/reach.h"
#include "sim/flow/recording.h"
#include "sim/flow/streams.h"

struct secrecy_class {
	uint32_t
		holders; /* bit set over the flow's actors: each for the values of its own device */
	bool ends;       /* instead: the two ends of the channel of each value */
	size_t values;   /* seen so far */
	size_t skipped;  /* of them too short to be looked for */
	size_t caught;   /* instances outside that had one */
	size_t voided;   /* values of which a holder was corrupt */
	size_t derived;  /* instances outside that could derive one */
};
struct secrecy_value {
	uint32_t device; /* that it is of; 0: of the whole run, or not known yet */
	int8_t claim;    /* index into flow->holders, or -1: no claim is about it */
	int8_t channel;  /* of a value that belongs to a connection, or -1 */
	bool held;       /* some actor says that it holds it */
	bool initial;    /* ... and said first that it was there from the beginning */
};
/* An instance had a value of which no device was known. */
struct secrecy_early {
	uint32_t value;
	int32_t who;
	uint64_t record;
	enum record_kind kind;
};
/* Somebody outside had a value, and was told of. */
struct secrecy_catch {
	uint64_t record;
	int32_t claim, secret; /* secret: -1 when its value is not at hand */
	bool derived;
};
struct secrecy {
	const struct flow *flow;
	struct evidence *evidence;
	const struct secrets *secrets; /* NULL: not at hand */
	struct findings *findings;
	struct secrecy_class classes[FLOW_HOLDERS_MAX];
	size_t loaded, room; /* secrets that are being looked for */
	struct secrecy_value *values;
	struct search *search;
	struct streams streams;
	struct keys caught;    /* (claim, instance) */
	struct buffer catches; /* of struct secrecy_catch */
	bool weakened; /* some setting of the run is: what leads nowhere else may do so there */
	struct knowledge knowledge;
	struct recording recording;
	struct ossl_lib_ctx_st *library; /* with crypto: NULL until something is computed */
	struct crypto *crypto;
	struct buffer early; /* of struct secrecy_early */
	struct hits scratch;
	struct tail end;
	uint64_t bytes[FLOW_ACTORS_MAX +
		       1]; /* that each actor had; last: actors unknown to the flow */
	int64_t promised;  /* entries of run.secrets, by the trace; -1: not said */
};

void secrecy_init(struct secrecy *x, const struct flow *f, size_t variant, struct evidence *e,
		  struct findings *findings);
void secrecy_see(struct secrecy *x, const struct sight *s);
/* Nothing more comes: search what still waits behind a gap. */
void secrecy_close(struct secrecy *x);
/* What a moment is made of: who had something, and when. */
struct moment {
	int actor, who;  /* KNOWLEDGE_ATTACKER for the attacker, whose actor is no index */
	uint32_t device; /* of that instance */
	uint64_t record;
	enum record_kind kind;
};
/* Whether this actor may not have it; or not on that device, when the value is of another one. */
bool secrecy_is_outside(const struct secrecy *x, const struct moment *m,
			const struct secrecy_value *v);
/* Who may have values of this class; channel: of a class of `ends`, else -1. */
uint32_t secrecy_holders(const struct secrecy *x, int claim, int channel);
/* One finding for each claim and actor: the first value that it had, or could derive. what: the
 * words behind its name. secret: the value, or -1. */
void secrecy_catch(struct secrecy *x, int claim, const struct moment *m,
		   const struct secrecy_catch *how, const char *what);
/* "noc", "app@2", "the attacker" */
struct bytes secrecy_name(const struct secrecy *x, int32_t who);

/* Everything that this instance has, into a closure that was begun; and the crypto for one. */
struct closure;
void secrecy_closure_fill(struct secrecy *x, struct closure *c, int32_t who);
struct crypto *secrecy_crypto(struct secrecy *x);
void secrecy_crypto_free(struct secrecy *x);
/* secrecy_closure.c: what those outside can derive, and what is void since a holder was corrupt. */
void secrecy_derive(struct secrecy *x);
void secrecy_void(struct secrecy *x);
/* As checker_knows. */
struct ledger_cell secrecy_cell(const struct secrecy *x, int claim, int actor);

void secrecy_finish(struct secrecy *x, const struct reach *reach);
void secrecy_fini(struct secrecy *x);

#endif
