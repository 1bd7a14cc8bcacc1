/* knowledge.h - the ledger of K(X) (CLAIMS.md): which secrets each actor has, since which record,
 * and how it came by them; and who was corrupt from when on.
 *
 * An entry is a fact of the trace: an actor declared a value, or had bytes in which one was found.
 * What follows from such facts by computation is closure.h's. The attacker is one more actor, who
 * has what passes on any wire, and all that a corrupt actor has.
 */
#ifndef SIM_FLOW_KNOWLEDGE_H
#define SIM_FLOW_KNOWLEDGE_H

#include "sim/flow/evidence.h"

/* Stands where an instance's number stands. */
#define KNOWLEDGE_ATTACKER INT32_MAX

enum how {
	HOW_NOT,
	HOW_INITIAL,  /* it declares that it had it from the beginning */
	HOW_DRAWN,    /* ... that it drew it */
	HOW_COMPUTED, /* ... that it derived it */
	HOW_RECEIVED, /* ... that it was given it */
	HOW_READ,     /* its bytes held it */
	HOW_TAKEN,    /* the attacker: from an actor that was corrupt */
	HOW_DERIVED,  /* it follows from what it has: more by the number of a rule (closure.h) */
	HOWS
};
/* "drew it", "can derive it", ... */
const char *how_name(enum how how);
/* What the text of a RECORD_HOLD says: "drawn", ... */
enum how how_of_origin(const char *origin);

struct known {
	uint64_t record : 56, how : 8;
	int32_t who;
	uint32_t next; /* of the same secret: the entry before + 1; 0: none */
};
struct erasure { /* an actor says that it has no value of a class any more */
	uint64_t record;
	int32_t who;
	int32_t claim;
};
struct corruption { /* the attacker has what this actor has from here on */
	uint64_t record;
	int32_t who;
};

/* Zero it to begin; knowledge_fini releases it. */
struct knowledge {
	size_t heads_room;
	uint32_t *heads; /* by number of the secret: its newest entry + 1 */
	size_t count, room;
	struct known *list;
	size_t erased_count, erased_room;
	struct erasure *erased;
	size_t corrupt_count, corrupt_room;
	struct corruption *corrupt;
};

/* This instance has this secret. Only the first time counts. */
void knowledge_learn(struct knowledge *k, int32_t who, size_t secret, uint64_t record,
		     enum how how);
/* The entry of this instance and secret, or NULL. Good until the next one is learnt. */
const struct known *knowledge_of(const struct knowledge *k, int32_t who, size_t secret);
/* The newest entry of a secret, or NULL; then the ones before it. */
const struct known *knowledge_first(const struct knowledge *k, size_t secret);
const struct known *knowledge_next(const struct knowledge *k, const struct known *one);

/* An instance says that it has erased its values of the class with this claim's number. */
void knowledge_erase(struct knowledge *k, int32_t who, int claim, uint64_t record);
/* Whether what an entry says is still so right after a record: it was declared before, and not
 * erased since. What was read counts as held, since nothing says that bytes were forgotten. */
bool knowledge_is_held(const struct knowledge *k, const struct known *one, int claim,
		       uint64_t record);

/* A record of the adversary's: who acts inside an actor, to read, change or say something, has
 * corrupted it. Not corrupted is who was only late or silent (delay, until, drop): any network does
 * that; nor whose packets were changed on a wire; nor a person, whatever is set, typed or said
 * there: people make mistakes. */
void knowledge_act(struct knowledge *k, const struct flow *f, const struct sight *s);
/* The record from which on this instance is corrupt, or 0. */
uint64_t knowledge_corrupt_since(const struct knowledge *k, int32_t who);

void knowledge_fini(struct knowledge *k);

#endif
