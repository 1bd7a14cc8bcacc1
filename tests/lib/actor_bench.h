/* actor_bench.h - one machine of the roster, stepped alone: real cryptography on seeded randomness,
 * a store, and the engine's own rules checked after every step. There is no world, no pipe and no
 * wire here: what reaches the machine is what a test hands it.
 */
#ifndef TESTS_LIB_ACTOR_BENCH_H
#define TESTS_LIB_ACTOR_BENCH_H

#include "proto/crypto/crypto.h"
#include "sim/host/host.h"
#include "sim/roster.h"
#include "sim/store.h"
#include "tests/lib/places.h"

enum { LAB_SHARED_SIZE = 32 };
#define LAB_EPOCH_S INT64_C(1767225600)
/* Who sits at the bench: the first device and its user, written out. */
#define USER_ID "user@example.com"
#define DEVICE_ID "knox-device-1"

/* What all benches of a test share: one at a time in a process. */
struct lab {
	struct host *host;
	struct crypto *crypto;
	struct crypto *yielding; /* the same, where a tag that is wrong keeps nothing back */
	struct policy policy;
	uint8_t shared[LAB_SHARED_SIZE]; /* what actors share from the start derives from it */
};
void lab_open(struct lab *lab, uint64_t seed);
/* Set a policy field; aborts when there is none of that name or word. */
void lab_set(struct lab *lab, const char *setting, const char *word);
/* What the roster's actors share from the start under this name. */
void lab_shared(const struct lab *lab, const char *name, uint8_t out[ROSTER_SHARED_SIZE]);
/* From here on draws belong to the test itself; each number gives other bytes. */
void lab_draw(struct lab *lab, uint64_t number);
void lab_close(struct lab *lab);

struct bench {
	struct lab *lab;
	const struct actor_class *class;
	const struct machine *machine;
	struct store *store;
	bool store_is_borrowed;
	uint8_t state;
	bool closed; /* it met the unexpected: wiped, and never stepped again */
	uint8_t *session, *examined;
	struct effects *out;
	int64_t now_ns;
	uint64_t steps;
	struct step_report last;
	size_t taken[PLACES_MAX]; /* how often each row was in each state: by places_number */
	const char *peer;         /* the name in the certificate of whoever speaks; NULL: none */
	const char *broken;       /* the first rule that a step broke; NULL: none */
};
/* A machine by its name, with what its actor has in store from the start. Aborts when there is
 * none. */
void bench_open(struct bench *b, struct lab *lab, const char *machine);
/* Another session of the same actor, or of another machine of it, on the same store. */
void bench_join(struct bench *b, const struct bench *with, const char *machine);
void bench_close(struct bench *b);
/* A lab of seed 7 and a bench in it; and their end, where no rule may have been broken. */
void bench_begin(struct bench *b, struct lab *lab, const char *machine);
void bench_end(struct bench *b, struct lab *lab);
/* Assert that b has taken a row, and is in this state. */
void bench_is_in(const struct bench *b, const char *state);

/* One stimulus. unit: the message or stream bytes, told: what was told; both borrowed. */
struct arrival {
	uint8_t on;
	uint8_t channel;
	uint32_t tag, request;
	struct bytes unit, told;
};
/* Step; persist effects reach the store at once. The effects stay in b->out until the next step. */
const struct step_report *bench_step(struct bench *b, const struct arrival *a);
/* Step with a message; its stimulus is found by type and channel. Aborts when the machine knows
 * none. */
const struct step_report *bench_say(struct bench *b, uint8_t channel, const struct message *m);
/* Step with what carries no message: of a kind, and of a number or a channel. */
const struct step_report *bench_happen(struct bench *b, enum stimulus_kind kind, uint8_t what,
				       uint8_t channel);

/* The name of the state that b is in. */
const char *bench_state(const struct bench *b);
/* The effect of this kind with this number, or NULL. */
const struct effect *bench_effect(const struct bench *b, enum effect_kind kind, uint8_t what);
/* The secret of this class that the last step held, or NULL. */
const struct effect *bench_held(const struct bench *b, const char *class);
/* Whether the last step sent or answered with a message of this type; m receives it. */
bool bench_spoke(const struct bench *b, enum message_type type, struct message *m);
/* The unit of that message; empty when there is none. Borrowed from the effects. */
struct bytes bench_unit(const struct bench *b, enum message_type type);
/* The number of a table of the actor's store, by its name. Aborts when there is none. */
uint8_t bench_table(const struct bench *b, const char *name);
/* How many entries the last step persisted in that table. */
size_t bench_persisted(const struct bench *b, const char *table);
/* Rows that were taken at least once, each counted in every state in which it was. */
size_t bench_rows(const struct bench *b);

/* A bench as it stands, to go back to. */
struct shot {
	uint8_t state;
	bool closed;
	int64_t now_ns;
	uint64_t steps;
	struct buffer session, store;
};
void bench_shoot(const struct bench *b, struct shot *s);
void bench_return(struct bench *b, const struct shot *s);
void shot_fini(struct shot *s);

#endif
