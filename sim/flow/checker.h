/* checker.h - the judge of a run: flow and claims over one trace.
 *
 * A stranger to the actors: it sees records and the flow file, nothing else. Steps are matched on
 * sent, accepted, open and pipe records; the name of a message is read again from its bytes. A
 * row's source tag is never evidence. It is fed one record at a time and keeps only what later
 * records need: a message's bytes until they are accepted, of each record whose it was and how much
 * its actor knew, of each device which steps it has shown.
 *
 * A run may have several devices, each with its own instance of some actors ("app@2"), and each may
 * try again. attribution.h says to which device and attempt a record belongs. Order, once and
 * within are judged for each device and its last attempt (order.h); an agreement is between
 * instances of one device; a value is that of one device, and the other devices' actors are
 * outside. One line of the table stands for all devices; a finding names its own.
 *
 * What was delivered, or travels in datagrams, is forgotten KEPT_RECORDS records later (kept.h): a
 * second delivery that comes after that is refused as one of something that nobody sent.
 *
 * A step that came too early is found when its predecessor comes; one that never comes is missing,
 * and those after it are not blamed. Where the run did not come to its own end, what is missing is
 * inconclusive. The two ends that may hold a channel's secrets are those the flow names, not
 * whoever opened it. `fresh` judges that a value is declared as drawn once, by that actor, in a
 * session, and that its other holders follow from it; it rests on the actor's declaration.
 */
#ifndef SIM_FLOW_CHECKER_H
#define SIM_FLOW_CHECKER_H

#include "proto/record.h"
#include "sim/flow/flow.h"
#include "sim/flow/verdict.h"
#include "sim/trace/trace.h"

struct checker;

/* A new checker for one variant of a flow; flow and secrets are borrowed. In a live run the list of
 * secrets grows while records are fed: a value is always in it before any record whose bytes hold
 * it. secrets NULL: they are not at hand, and every secrecy claim is inconclusive. */
struct checker *checker_new(const struct flow *f, size_t variant, const struct secrets *secrets);
void checker_feed(struct checker *c, const struct record *r);
/* The last attempt of this device (0: of each) ends at this step: steps that order puts after it
 * must not be seen, of the others it and those before it must; a claim of which nothing occurred
 * was not reached. Before the first record. step: a simulated one. */
void checker_reach(struct checker *c, uint32_t device, size_t step);
/* Keep all that passes on the wires, and say which values were erased when: for what is found only
 * when keys become known. Costs as much memory as the wires carry. Before the first record. */
void checker_record(struct checker *c);
/* All records have been fed. */
void checker_finish(struct checker *c);

enum finding_kind {
	FINDING_ORDER,
	FINDING_MISSING,
	FINDING_NEVER,
	FINDING_ONCE,
	FINDING_WITHIN,
	FINDING_CHANNEL,
	FINDING_AGREE,
	FINDING_SECRET,
	FINDING_FRESH,
	FINDING_FORWARD,
	FINDING_ONE_TIME,
	FINDING_EVIDENCE,
	FINDING_KINDS
};
/* One thing that is not as the flow says, or could not be judged. */
struct finding {
	enum finding_kind kind;
	enum verdict verdict; /* VIOLATED or INCONCLUSIVE */
	char subject[64];     /* step id, or claim: "secret(access_key)" */
	uint64_t record;      /* where it was seen; 0: nowhere */
	char text[256];       /* "S1.12 came before S1.11: ..." */
};
/* One claim or rule that was judged, for the table that every run prints. */
struct judged {
	char name[64]; /* claim_names.h; "findings" of those that were not listed */
	enum verdict verdict;
	char text[160]; /* "not disproved: 2 values, 9 outsiders, 412 streams searched" */
};

enum verdict checker_verdict(const struct checker *c);
size_t checker_findings(const struct checker *c, const struct finding **list);
size_t checker_judged(const struct checker *c, const struct judged **list);
/* Record that satisfied a step, 0 when none (yet). Index into flow->steps. */
uint64_t checker_step_record(const struct checker *c, size_t step);
/* Step that this record satisfied, or -1; valid right after checker_feed. */
int checker_step_of_last(const struct checker *c);

/* The ledger K(X), when all has been fed: what one actor, in any of its instances, has of the
 * values of one class. */
struct ledger_cell {
	size_t values;   /* how many of them */
	uint64_t record; /* that gave it the first; 0: none */
	const char *how; /* "drew it", or the derivation: static */
};
/* holders: index into flow->holders. actor: index into flow->actors, or -1: the attacker, who hears
 * every wire and has what corrupt actors have. Values of the class `ends` (TLS) are kept only after
 * checker_record. */
struct ledger_cell checker_knows(const struct checker *c, size_t holders, int actor);

/* -- secrets that are handed over when all is recorded -- */

enum { REVEALS_MAX = 16 };
struct reveal {
	uint32_t classes;  /* bit set over flow->holders */
	uint32_t channels; /* bit set: of the class `ends`, only secrets of these; 0: of all */
	uint32_t from;     /* bit set over actors: only what these have; 0: whoever has it */
	uint32_t wires;    /* bit set over channels: only these were recorded; 0: all were */
	int step;      /* when the first record satisfies it; -1: at at_ns */
	int64_t at_ns; /* after the run's last record: what is still had then */
};
/* What can be made of a message. Not followed: keys were had, and whoever recorded it could not
 * read something of its connection to the end, or not find it: it is neither readable nor safe. */
enum readable { READABLE_NOT, READABLE_YES, READABLE_NOT_FOLLOWED, READABLES };
/* "safe", "readable", "not followed" */
const char *readable_name(enum readable r);
struct revealed {
	struct reveal what; /* of the last column: all of them */
	uint64_t record;    /* after which it was handed over; 0: its step was not seen */
	size_t values;      /* that somebody still had */
	bool had;           /* one of those asked had one by then, be it erased again */
	bool said[MESSAGE_TYPES];     /* messages of connections, and those sealed in them */
	/* of these, by whoever recorded the wires and has this */
	enum readable readable[MESSAGE_TYPES];
};
/* Hand the values of classes over, for the columns below and for a line forward-secret(...) of each
 * class that the flow calls fresh. It implies checker_record. Before the first record. */
void checker_reveal(struct checker *c, const struct reveal *what);
/* After checker_finish: one for each, and one for all together; 0 when there was none. */
size_t checker_revealed(const struct checker *c, const struct revealed **list);

/* -- guesses at an access key, held offline against what one actor has seen of it -- */

enum guess_target {
	GUESS_STORED,   /* what UEM registers at the NOC */
	GUESS_VERIFIER, /* what the app shows the NOC */
	GUESS_TAG1,     /* the MAC of the setup message */
	GUESS_TARGETS
};
struct guess {
	int actor;                /* index into flow->actors: whatever its instances saw */
	const char *const *words; /* each at most as long as a key, repeated; or NULL */
	size_t words_count;
	const char *letters; /* then: all words of `length` of these, repeated */
	size_t length;
	uint64_t budget; /* guesses at each message */
};
struct guessed {
	size_t messages, confirmed; /* that were tried against; of which the key was found */
	uint64_t tried;             /* guesses, over all messages */
	uint64_t after;             /* guesses until the first was confirmed */
};
/* Really try them. After checker_finish; g is borrowed for the call. Messages that were forgotten
 * are not tried (checker_record). */
void checker_guess(struct checker *c, const struct guess *g, enum guess_target target,
		   struct guessed *out);
void checker_free(struct checker *c);

#endif
