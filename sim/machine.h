/* machine.h - the one table shape in which every actor is written.
 *
 * A machine is const: states, stimuli, rows. An instance of it is a session: a small struct that the
 * engine owns and steps. A stimulus comes in, checks decide which row answers, the row's action says
 * what to do, effects go out. No actor owns a socket, a clock or a heap; none writes its own state.
 * So the table alone says what an actor does, and it can be held line by line against the document
 * that each row names.
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/message.h"

enum {
	MACHINE_STATES_MAX = 32,
	MACHINE_STIMULI_MAX = 32,
	MACHINE_ROWS_MAX = 40,       /* beyond that it is two machines */
	MACHINE_CHECKS_MAX = 16,     /* checks of one accepting row */
	MACHINE_EXAMINED_MAX = 4096, /* bytes of the step-scoped struct */
	EFFECTS_MAX = 32,
	EFFECTS_ARENA = 64 * 1024, /* bytes of all bodies that one step may say */
	SESSION_KEY_MAX = 32,
};

struct crypto; /* proto/crypto/crypto.h */
struct store;  /* sim/store.h */
struct step;
struct policy; /* sim/policy.h: named settings that actors take at start */

/* What kind of thing reaches a session. */
enum stimulus_kind {
	STIMULUS_BEGIN,       /* the session was made: by a channel that opened, or at the run's start */
	STIMULUS_MESSAGE,     /* a message, decoded */
	STIMULUS_BYTES,       /* stream bytes of a channel that has no frames */
	STIMULUS_SECURED,     /* a channel of this session is ready: handshake complete (or stream open) */
	STIMULUS_PEER_FAILED, /* a channel of this session failed */
	STIMULUS_PEER_CLOSED, /* a channel of this session was closed in good order */
	STIMULUS_TIMER,       /* a timer of this session ran out */
	STIMULUS_TOLD,        /* another session of the same actor said so */
};

/* One stimulus of a machine. */
struct stimulus_spec {
	const char        *name;    /* "setup request" */
	enum stimulus_kind kind;
	uint8_t            what;    /* message type, timer or tell number; 0 where the kind has none */
	uint8_t            channel; /* the actors' channel enum; CHANNEL_ANY where it does not matter */
	/* Fills the step-scoped struct before the checks read it: all cryptography of the step, done
	 * once. Pure but for the randomness that OpenSSL draws for blinding. NULL when not needed. */
	void (*examine)(const void *session, const struct step *s, void *examined);
};
enum { CHANNEL_ANY = 255 };

/* What guards, checks and actions may read of the step. All pointers are borrowed until it ends. */
struct step {
	uint8_t               on;       /* index into the machine's stimuli */
	int64_t               now_ns;   /* virtual time since the run began */
	int64_t               epoch_s;  /* Unix time of the run's beginning */
	const struct message *message;  /* STIMULUS_MESSAGE; else NULL */
	struct bytes          wire;     /* the message unit exactly as received, or the bytes */
	struct bytes          told;     /* STIMULUS_TOLD: what was said */
	uint32_t              request;  /* HTTP request number of the message; 0 otherwise */
	uint8_t               channel;  /* the actors' channel enum of where it came from */
	uint32_t              tag;      /* number of the channel's end it came on; local: who sent it */
	struct crypto        *crypto;
	const struct store   *store;    /* the actor's store; written only through effects */
	const struct policy  *policy;
	const void           *examined; /* what examine filled */
	const char           *actor;    /* own name, e.g. "uem" */
	const char           *peer;     /* the other end of that channel, by the name in the certificate that
	                                   it proved to hold; "" where it showed none */
	uint32_t              device;   /* number of the actor's device, from 1; 0: it serves all of them */
};

/* What an actor asks of the world, in order. Bodies live in the arena of struct effects. */
enum effect_kind {
	EFFECT_SEND,        /* body on channel (tag; local: to whom); a request where it speaks HTTP */
	EFFECT_ANSWER,      /* body as the answer to `request` on channel */
	EFFECT_OPEN,        /* open channel (tag) for this session */
	EFFECT_ACCEPT,      /* expect channel (tag) to be opened towards this session */
	EFFECT_CLOSE,       /* close channel (tag) of this session */
	EFFECT_TIMER_SET,   /* timer `what` runs out after after_ns; tag 1: in the background, where it
	                       keeps no run going by itself */
	EFFECT_TIMER_CLEAR,
	EFFECT_PERSIST,     /* put body under (table, key); an empty body deletes */
	EFFECT_TELL,        /* say body to the session (machine, key) of this actor; made when absent,
	                       or, with TELL_PRESENT in tag, said to nobody; with TELL_ALL to every
	                       session of that machine, whatever its key */
	EFFECT_KEY,         /* this session is now found under key by EFFECT_TELL */
	EFFECT_HOLD,        /* this session holds a secret: class in text, value in body */
	EFFECT_ERASE,       /* this session erased its secrets of a class */
	EFFECT_OUTCOME,     /* the actor's result code, for expectations; text in words */
};
enum tell_tag { TELL_OR_MAKE, TELL_PRESENT, TELL_ALL };
enum hold_origin { HOLD_DRAWN, HOLD_DERIVED, HOLD_RECEIVED, HOLD_INITIAL };

struct effect {
	enum effect_kind kind;
	uint8_t          what;    /* channel, timer, table or tell number */
	uint8_t          machine; /* EFFECT_TELL: index into the actor's machines */
	uint8_t          origin;  /* EFFECT_HOLD: enum hold_origin */
	uint32_t         tag;     /* channel instance: association or connection number; 0: the only one */
	uint32_t         request; /* EFFECT_ANSWER */
	int64_t          after_ns; /* EFFECT_TIMER_SET: > 0 */
	int32_t          result;  /* EFFECT_OUTCOME */
	struct bytes     key;
	struct bytes     body;
	const char      *text;    /* static string: secret class or outcome in words */
	const char      *from;    /* EFFECT_HOLD: comma-separated classes it was derived from; static */
};
struct effects {
	size_t        count;
	size_t        used; /* bytes of arena */
	struct effect list[EFFECTS_MAX];
	uint8_t       arena[EFFECTS_ARENA];
};

typedef bool guard_fn(const void *session, const struct step *s);
typedef void action_fn(void *session, const struct step *s, struct effects *out);

/* A named security decision. Its id in traces and expectations is "<actor>.<name>". */
struct check {
	const char *name;  /* "setup_mac_is_good": a claim */
	guard_fn   *holds; /* const, no effects, total */
	const char *why;   /* what it protects, one sentence; for `actflow explain` */
};

/* The values that a run or commit claim binds (CLAIMS.md); unset spans are empty. */
enum claim_kind { CLAIM_NONE, CLAIM_RUN, CLAIM_COMMIT };
struct claim_values {
	const char  *peer; /* the actor it believes to speak with */
	struct bytes uid, app, cid, uem, su, a, b, salt, th1;
};

struct row {
	uint32_t                    in; /* bit set: the states it stands in */
	uint8_t                     on; /* stimulus */
	guard_fn                   *when;    /* plain branch; NULL closes the group */
	const struct check *const  *checks;  /* accepting row: in order, NULL-terminated; NULL: none */
	const struct check         *refuses; /* refusal row: the check that was false; else NULL */
	action_fn                  *then;    /* NULL: says nothing */
	uint8_t                     to;      /* state, or SAME_STATE */
	const char                 *source; /* "S1.12" or "D7", an entry of DEVIATIONS.md */
	const char                 *story;  /* one sentence that an auditor may read aloud */
	enum claim_kind             claims;
};
#define CHECKS(...) ((const struct check *const[]){ __VA_ARGS__, NULL })
/* The five shapes a row has; a table begins each line with one of them. */
#define ROW(in, on, then, to, source, story) ROW_IN(STATE(in), on, then, to, source, story)
#define ROW_WHEN(in, on, when, then, to, source, story) \
	ROW_WHEN_IN(STATE(in), on, when, then, to, source, story)
#define ROW_CHECKED(in, on, checks, then, to, source, story) \
	ROW_CHECKED_IN(STATE(in), on, checks, then, to, source, story)
#define ROW_CLAIMS(in, on, when, checks, then, to, claims, source, story) \
	ROW_CLAIMS_IN(STATE(in), on, when, checks, then, to, claims, source, story)
#define ROW_REFUSES(in, on, check, then, to, source, story) \
	ROW_REFUSES_IN(STATE(in), on, check, then, to, source, story)

/* The same shapes for what is the same thing in several states: `states` is ANY_OF(A, B). In each of
 * them the row takes its place in that state's own group, by the order of the table. */
#define ROW_IN(states, on, then, to, source, story) \
	{ states, on, NULL, NULL, NULL, then, to, source, story, CLAIM_NONE }
#define ROW_WHEN_IN(states, on, when, then, to, source, story) \
	{ states, on, when, NULL, NULL, then, to, source, story, CLAIM_NONE }
#define ROW_CHECKED_IN(states, on, checks, then, to, source, story) \
	{ states, on, NULL, checks, NULL, then, to, source, story, CLAIM_NONE }
#define ROW_CLAIMS_IN(states, on, when, checks, then, to, claims, source, story) \
	{ states, on, when, checks, NULL, then, to, source, story, claims }
#define ROW_REFUSES_IN(states, on, check, then, to, source, story) \
	{ states, on, NULL, NULL, check, then, to, source, story, CLAIM_NONE }

/* Sets of states. ANY_OF takes two to eight; one or nine do not compile. */
#define STATE(s) (UINT32_C(1) << (s))
#define ANY_OF(...)                                                                             \
	ANY_OF_COUNTED(__VA_ARGS__, ANY_OF_8, ANY_OF_7, ANY_OF_6, ANY_OF_5, ANY_OF_4, ANY_OF_3, \
		       ANY_OF_2, ANY_OF_NEEDS_TWO, 0)                                           \
	(__VA_ARGS__)
#define ANY_OF_COUNTED(a, b, c, d, e, f, g, h, counted, ...) counted
#define ANY_OF_2(a, b) (STATE(a) | STATE(b))
#define ANY_OF_3(a, ...) (STATE(a) | ANY_OF_2(__VA_ARGS__))
#define ANY_OF_4(a, ...) (STATE(a) | ANY_OF_3(__VA_ARGS__))
#define ANY_OF_5(a, ...) (STATE(a) | ANY_OF_4(__VA_ARGS__))
#define ANY_OF_6(a, ...) (STATE(a) | ANY_OF_5(__VA_ARGS__))
#define ANY_OF_7(a, ...) (STATE(a) | ANY_OF_6(__VA_ARGS__))
#define ANY_OF_8(a, ...) (STATE(a) | ANY_OF_7(__VA_ARGS__))
/* `to` of a row for several states that leaves the session in the one it is in. */
enum { SAME_STATE = 255 };

struct machine {
	const char                 *name; /* "uem.reply" or, where an actor has one, "app" */
	const char *const          *states; /* [0] is where every session begins */
	size_t                      states_count;
	const struct stimulus_spec *stimuli;
	size_t                      stimuli_count;
	uint32_t                    final;      /* bit set of states that need not be left */
	uint8_t                     unexpected; /* final state of a session that met a pair without a row */
	bool                        renews;     /* the actor's first machine: begins anew after that */
	const struct row           *rows;
	size_t                      rows_count;
	size_t                      session_size;  /* bytes; zeroed when a session is made */
	size_t                      examined_size; /* <= MACHINE_EXAMINED_MAX */
	/* Values for the run or commit claim of a row, after its action and without s->examined. May be
	 * NULL without such rows. */
	void (*claim)(const void *session, const struct step *s, struct claim_values *out);
};

/* -- effects, for actions; bodies are copied -- */
void effects_send(struct effects *out, uint8_t channel, uint32_t tag, const struct message *m);
/* A message unit that was encoded before (stored or forwarded bytes), or stream bytes. */
void effects_send_bytes(struct effects *out, uint8_t channel, uint32_t tag, struct bytes unit);
void effects_answer(struct effects *out, uint8_t channel, uint32_t request, const struct message *m);
void effects_answer_bytes(struct effects *out, uint8_t channel, uint32_t request, struct bytes unit);
void effects_open(struct effects *out, uint8_t channel, uint32_t tag);
void effects_accept(struct effects *out, uint8_t channel, uint32_t tag);
void effects_close(struct effects *out, uint8_t channel, uint32_t tag);
void effects_timer_set(struct effects *out, uint8_t timer, int64_t after_ns);
/* The same for what goes on for ever, as a heartbeat does: a run in which only such timers are left has
 * come to its end. */
void effects_timer_background(struct effects *out, uint8_t timer, int64_t after_ns);
void effects_timer_clear(struct effects *out, uint8_t timer);
void effects_persist(struct effects *out, uint8_t table, struct bytes key, struct bytes value);
void effects_tell(struct effects *out, uint8_t machine, struct bytes key, uint8_t what,
                  struct bytes body);
/* As effects_tell, but where no session has the key, nobody is told. */
void effects_tell_present(struct effects *out, uint8_t machine, struct bytes key, uint8_t what,
                          struct bytes body);
/* To every session of a machine of this actor, but for the one that says it. */
void effects_tell_all(struct effects *out, uint8_t machine, uint8_t what, struct bytes body);
void effects_key(struct effects *out, struct bytes key);
/* from: classes it was derived from, comma-separated, or NULL; class and from are static strings. */
void effects_hold(struct effects *out, const char *class, enum hold_origin origin, const char *from,
                  struct bytes value);
void effects_erase(struct effects *out, const char *class);
void effects_outcome(struct effects *out, int32_t result, const char *words);

/* -- the engine -- */
struct check_result {
	const struct check *check;
	bool                holds;    /* what the check itself came to */
	bool                admitted; /* what was acted upon: the judge may have let it pass */
};
/* What one step did, for the trace. */
struct step_report {
	const struct row   *row;  /* NULL: no row answers, the session failed closed */
	uint8_t             from, to;
	size_t              checks_count;
	struct check_result checks[MACHINE_CHECKS_MAX];
};

/* Called once per check with its result; returns the verdict to act upon. NULL: the result. What a
 * check that was let pass would have kept out, `examine` has filled all the same. */
typedef bool machine_judge_fn(void *context, const struct check *check, bool holds);
/* Called as the step goes on, so that randomness is keyed by purpose and forbidden while judging. */
enum machine_phase { PHASE_EXAMINE, PHASE_JUDGE, PHASE_ACT };
typedef void machine_phase_fn(void *context, enum machine_phase phase);
struct machine_hooks {
	machine_judge_fn *judge;
	machine_phase_fn *phase;
	void             *context;
};

/* One machine instance as its owner keeps it. All borrowed. */
struct instance {
	const struct machine *machine;
	void                 *session;  /* machine->session_size bytes */
	uint8_t              *state;
	void                 *examined; /* machine->examined_size bytes; zeroed by a step, wiped at its end */
};

/* Take one step: examine, choose the row for (state, s->on), run its action, move the state. out is
 * emptied first. hooks: may be NULL. Never fails, never allocates. */
struct step_report machine_step(const struct instance *x, struct step *s, struct effects *out,
                                const struct machine_hooks *hooks);

/* Whether a row stands in this state for this stimulus. */
bool row_answers(const struct row *r, uint8_t state, uint8_t on);
/* Where a row leads to that is taken in this state, in which it stands. */
uint8_t row_leads_to(const struct row *r, uint8_t state);

/* Find the stimulus index of (kind, what, channel); -1 when the machine knows none. */
int machine_stimulus(const struct machine *m, enum stimulus_kind kind, uint8_t what,
                     uint8_t channel);

/* Check the table itself: ranges, sources, stories that are unique; within each pair of a state and a
 * stimulus, by the rows that stand there: closed by one row without `when`, which is the last, and a
 * bijection of checks and refusal rows; every state reachable, every state that is not final left
 * again; no refusal leads where its check's holding leads, but to a final state or the first. Writes the first fault to why; false on a fault. */
bool machine_check(const struct machine *m, char *why, size_t why_size);

#endif
