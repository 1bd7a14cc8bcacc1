/* ends.h - what is done with the ends of channels: found, opened, fed, said into, closed. Included
 * through internal.h by the files of this folder only.
 */
#ifndef SIM_WORLD_ENDS_H
#define SIM_WORLD_ENDS_H

#include "sim/world/state.h"

/* -- index.c -- */
void end_index(struct world *w, struct end *e);
void end_unindex(struct world *w, struct end *e);
struct end *end_numbered(struct world *w, uint64_t number); /* NULL: gone, or 0 */
struct end *end_between(struct world *w, struct address local, struct address remote);
struct end *end_dialled_from(struct world *w, struct address local);
struct end *end_riding(struct world *w, size_t channel, uint32_t tag, bool opener);
/* The last made open end of an actor on a channel: a new link replaces a stale one. */
struct end *end_newest(struct actor *a, size_t channel);
void end_forget_newest(const struct end *e); /* it is an actor's end no more */
struct end *end_of_session(const struct session *s, size_t channel, uint32_t tag);

/* -- ends.c -- */
struct end *end_new(struct world *w, struct session *s, size_t channel, uint32_t tag);
/* Open the stack of e towards its carrier; opener sides begin to speak. */
void end_start(struct world *w, struct end *e);
void end_feed(struct world *w, struct end *e, enum pipe_side from, const struct unit *u);
/* From here on, OpenSSL draws for this end's next operation. */
void end_operate(struct world *w, struct end *e);
void end_pump(struct world *w, struct end *e);
/* Give a whole unit to e to send; answer and request for HTTP. Returns the record of its sending.
 */
uint64_t end_say(struct world *w, struct end *e, const struct unit *u);
void end_expire(struct world *w, struct end *e);
void end_close(struct world *w, struct end *e);
/* Its process is gone: its host resets the connection; nothing is fed to it any more. */
void end_reset(struct world *w, struct end *e);
void end_free(struct world *w, struct end *e);

/* -- sendings.c -- */
void sending_remember(struct end *e, const struct world *w, uint64_t record, struct bytes bytes);
/* The record of the oldest sending of e with these bytes, which is then forgotten; 0: none. */
uint64_t sending_take(struct end *e, struct bytes bytes, uint32_t *device);
void asking_remember(struct end *e, uint32_t request, struct session *s);
/* Who asked, who is then no longer remembered; NULL: nobody, or it is gone. */
struct session *asking_take(struct world *w, struct end *e, uint32_t request);
void sendings_fini(struct world *w, struct end *e);

/* -- deliver.c: what leaves the top of an end -- */
void deliver_unit(struct world *w, struct end *e, const struct unit *u);
void deliver_notice(struct world *w, struct end *e, const struct pipe_notice *n);
/* A message that a session hears, after the adversary; taken over from e. */
void deliver_heard(struct world *w, struct session *s, struct event *e);

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
