/* internal.h - what the files of sim/world call of each other. Nothing outside this folder includes
 * it.
 */
#ifndef SIM_WORLD_INTERNAL_H
#define SIM_WORLD_INTERNAL_H

#include "sim/world/ends.h"

/* -- world.c -- */
/* Let e happen, on behalf of whom things happen now; its bytes are taken over. */
void world_schedule(struct world *w, struct event *e);
/* The instance of a flow's actor that is meant where only its kind is named; NULL: not known which.
 */
struct actor *world_meant(struct world *w, size_t flow_actor);

/* -- setup.c -- */
bool world_join(struct world *w, struct diags *d); /* actors and channels of roster and flow */

/* -- actor.c -- */
/* All actors with their names, addresses and stores; false when two would have one address. */
bool actors_init(struct world *w, struct diags *d);
void actors_fini(struct world *w);
/* device: 0 or any for an actor that serves all devices. */
struct actor *actor_of(struct world *w, size_t flow_actor, uint32_t device);
struct actor *actor_at(struct world *w, uint32_t ip); /* NULL: nobody is there */
/* An address of its own to dial from. */
struct address actor_address(struct world *w, struct actor *a);
/* One of its hosts at a port that it does not use. */
struct address actor_address_spoofed(const struct actor *a, uint16_t port);
void wires_init(struct world *w);
struct wire *world_wire(struct world *w, size_t channel, uint32_t device, bool from_opener);

/* -- begin.c: the run's start, and an actor's -- */
void run_begin(struct world *w);
/* Its record, and its first session. */
void actor_introduce(struct world *w, struct actor *a);
/* Its first session's beginning, from now on. */
void actor_begin(struct world *w, struct actor *a, int64_t at_ns);

/* -- knockout.c: checks that always pass -- */
/* Whether to go on after a check, by its id: it holds, or is let pass. */
bool knockout_admits(const struct world *w, const char *check, bool holds);
/* That they are, at the beginning of the trace: nobody is to take it for that of an honest run. */
void knockout_record(struct world *w);

/* -- crash.c -- */
/* Kill an actor: its sessions go, its host resets its connections. point: as RECORD_CRASH says it;
 * of: the session whose step it was, or NULL. */
void actor_kill(struct world *w, struct actor *a, const char *point, const struct session *of,
		int64_t down_ns);
void actor_restart(struct world *w, struct actor *a);

/* -- acts.c: what the adversary does to this world -- */
void acts_init(struct world *w);
void acts_carry_out(struct world *w); /* what became due with the event that is over */
void acts_at_time(struct world *w, uint64_t order);
/* A message about to be said or taken up: whether it goes on, now; bytes may change. */
struct saying {
	struct session *session; /* who says or hears it */
	const struct actor *from, *to;
	size_t channel;
	bool heard;
	struct buffer *bytes;
	int64_t hold_until_ns; /* > now: not yet */
	uint32_t duplicates;   /* how often more it goes on */
};
bool acts_touch(struct world *w, struct saying *s);
void acts_clock_used(struct world *w, struct actor *a); /* a step, or a look at a certificate */

/* -- forge.c: who actors say they are, when that is not so -- */
enum { FORGED_NAME_MAX = 192 };
void forge_all(struct world *w);
/* Whose certificate an actor presents on a channel: its own name, or one made in room. */
const char *forge_name(const struct world *w, const struct actor *a, size_t channel,
		       char room[FORGED_NAME_MAX]);
void forge_used(struct world *w, const struct actor *a, size_t channel); /* a session begins */

/* -- tamper.c: the adversary on wires -- */
void tamper_init(struct world *w);
void tamper_fini(struct world *w);
/* An entry that is upon packets looks at them from now on, for a device (0: for all). */
void tamper_arm(struct world *w, const struct plan_entry *e, uint32_t device);
/* Bit set over the entries upon packets that did nothing. */
uint32_t tamper_undone(const struct world *w);

/* -- log.c: every record passes here -- */
/* Begin a record of now, caused by w->cause. */
struct record log_record(const struct world *w, enum record_kind kind, const struct actor *actor);
void log_end_of(struct record *r, struct world *w, const struct end *e);
/* Copy a text of foreign origin: what is no printable ASCII becomes '?'. Returns out. */
const char *log_printable(const char *text, char *out, size_t room);
uint64_t log_append(struct world *w, struct record *r);
void log_drop(struct world *w, const struct actor *actor, size_t channel, const char *why,
	      struct bytes bytes);
void log_limit(struct world *w, const char *name, int64_t value);
/* A secret that an actor holds from now on; from: classes it came from, or NULL. */
void log_hold(struct world *w, const struct actor *actor, const struct session *s,
	      const struct effect *e);
void log_keylog(struct world *w, const struct end *e, const char *line);
void log_fingerprint(struct world *w, struct bytes value, char hex[2 * FINGERPRINT_SIZE + 1]);
/* Cut every known secret out of r->bytes: `scratch` receives the redacted copy and outlives r. */
void log_redact(struct world *w, struct record *r, struct buffer *scratch);

/* -- session.c -- */
struct session *session_new(struct world *w, struct actor *a, uint8_t machine);
struct session *session_numbered(struct world *w, uint64_t number);
struct session *session_of_key(struct world *w, const struct actor *a, uint8_t machine,
			       struct bytes key);
void session_key(struct world *w, struct session *s, struct bytes key);
/* A timer that was set runs out no more; one that was not is none. */
void session_void_timer(struct world *w, struct session *s, uint8_t timer);
void session_void_timers(struct world *w, struct session *s);
void session_forget_key(struct world *w, struct session *s); /* another that took it may have it now */
/* e: the end that it was made for, or NULL. */
void session_begin(struct world *w, struct session *s, const struct end *e, int64_t at_ns);
/* Let a stimulus reach s: taken up by the loop at the same virtual time, in order. */
void session_post(struct world *w, struct session *s, const struct event *e);
void session_end(struct world *w, struct session *s); /* wipes; its ends must be gone */

/* -- rest.c: what a session knows costs memory only while it is needed -- */
void session_wake(struct session *s); /* its data can be read and written */
void session_rest(struct world *w, struct session *s); /* in a final state it is, and may be swept */
void session_wipe(struct session *s); /* it knows nothing more */

/* -- step.c -- */
void session_take(struct world *w, struct session *s, struct event *e);

/* -- apply.c: what a step asked for, in two passes -- */
void actor_persist(struct world *w, struct actor *a, uint64_t session, /* 0: none */
		   const struct effect *e);
void effects_keep(struct world *w, struct session *s); /* holds, erases, persists: before anything leaves */
void effects_say(struct world *w, struct session *s);
/* A unit on a channel of s, or of its actor; answer and request for HTTP. */
void channel_say(struct world *w, struct session *s, const struct effect *e);

/* -- local.c: what needs no wire -- */
void local_say(struct world *w, struct session *s, const struct effect *e, size_t channel);
/* Its time has come: hand it to whoever its actor's first session is now. */
void local_take(struct world *w, struct event *e);
/* Its receiver died before it was read: mail is there again when it is back. */
void local_wait(struct world *w, struct event *e);

/* -- sweep.c: what nothing can reach any more goes -- */
void sweep_end(struct world *w, const struct end *e);
void sweep_session(struct world *w, const struct session *s);
/* Free what was named and is over; after each event. */
void sweep(struct world *w);
void sweep_all(struct world *w); /* the run is over */

#endif
