/* internal.h - what the files of sim/world call of each other. Nothing outside this folder includes
 * it.
 */
#ifndef SIM_WORLD_INTERNAL_H
#define SIM_WORLD_INTERNAL_H

#include "sim/world/state.h"

/* -- setup.c -- */
bool world_join(struct world *w, struct diags *d); /* actors and channels of roster and flow */

/* -- log.c: every record passes here -- */
/* Begin a record of now, caused by w->cause. */
struct record log_record(const struct world *w, enum record_kind kind, const struct actor *actor);
void log_end_of(struct record *r, const struct world *w, const struct end *e);
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
/* Cut every known secret out of r->bytes: `scratch` receives the redacted copy and must outlive r.
 */
void log_redact(struct world *w, struct record *r, struct buffer *scratch);
void log_fini(struct world *w);

/* -- session.c -- */
struct session *session_new(struct world *w, struct actor *a, uint8_t machine);
struct session *session_of_key(struct world *w, const struct actor *a, uint8_t machine,
			       struct bytes key);
void session_begin(struct world *w, struct session *s, const struct end *e);
/* Let a stimulus reach s: taken up by the loop at the same virtual time, in order. */
void session_post(struct world *w, struct session *s, const struct event *e);
void session_take(struct world *w, struct session *s, const struct event *e);
void sessions_fini(struct world *w);

/* -- apply.c -- */
/* Carry out w->effects for s: what it holds and persists first, then what it says. */
void effects_apply(struct world *w, struct session *s);

/* -- ends.c -- */
struct end *end_new(struct world *w, struct session *s, size_t channel, uint32_t tag);
/* The open end of an actor with exactly this tag, 0 included. */
struct end *end_tagged(struct world *w, const struct actor *a, size_t channel, uint32_t tag);
/* As end_tagged; tag 0 means the first one. */
struct end *end_find(struct world *w, const struct actor *a, size_t channel, uint32_t tag);
struct end *end_of_session(struct world *w, const struct session *s, size_t channel, uint32_t tag);
/* Open the stack of e towards its carrier; opener sides begin to speak. */
void end_start(struct world *w, struct end *e);
void end_feed(struct world *w, struct end *e, enum pipe_side from, const struct unit *u);
/* From here on, OpenSSL draws for this end's next operation. */
void end_operate(struct world *w, struct end *e);
void end_pump(struct world *w, struct end *e);
/* The record of the oldest sending of e with these bytes, which is then forgotten; 0: none. */
uint64_t end_take_sending(struct end *e, struct bytes bytes);
/* Give a whole unit to e to send; answer and request for HTTP. Returns the record of its sending.
 */
uint64_t end_say(struct world *w, struct end *e, const struct unit *u);
void end_expire(struct world *w, struct end *e);
void end_close(struct world *w, struct end *e);
void ends_fini(struct world *w);

/* -- deliver.c: what leaves the top of an end -- */
void deliver_unit(struct world *w, struct end *e, const struct unit *u);
void deliver_notice(struct world *w, struct end *e, const struct pipe_notice *n);

/* -- carry.c: what leaves the bottom of an end -- */
void carry_unit(struct world *w, struct end *e, struct bytes b);
void carry_arrival(struct world *w, struct event *e);
/* An IP packet came out of the tunnel at `at`. */
void carry_routed(struct world *w, struct end *tunnel, struct bytes packet);

/* -- open.c: ends come to be -- */
void open_channel(struct world *w, struct session *s, size_t channel, uint32_t tag);
void open_expected(struct world *w, struct session *s, size_t channel, uint32_t tag);
/* Ends made by the first packet of a connection; NULL when no machine listens there. */
struct end *open_arrived(struct world *w, struct actor *a, size_t channel, struct address from);
struct end *open_routed(struct world *w, struct end *tunnel, size_t channel, struct address from);
/* Where a channel's acceptor listens. */
struct address open_listening(const struct world *w, size_t channel);

#endif
