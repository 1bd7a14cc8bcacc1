/* sweep.c - a run's memory is that of what is alive: an end goes when both ends of its channel are
 * over, a session when it is in a final state and neither an end, a timer nor an answer leads to
 * it.
 *
 * Whatever ends is named here and looked at after the event, when nobody holds it any more.
 */
#include <stdlib.h>

#include "sim/world/internal.h"

#include "proto/list.h"

static void name(struct sweep *s, uint64_t number)
{
	s->list = list_grow(s->list, s->count, &s->room, sizeof *s->list);
	s->list[s->count++] = number;
}

void sweep_end(struct world *w, const struct end *e)
{
	name(&w->sweep_ends, e->number);
}

void sweep_session(struct world *w, const struct session *s)
{
	name(&w->sweep_sessions, s->number);
}

/* Neither speaks nor waits: closed, and nothing of it is unacknowledged. */
static bool is_over(const struct end *e)
{
	return e->closed && (!e->stack || stack_over(e->stack));
}

/* The peer needs what was sent to it; a leg only passed it on. */
static void look_at_end(struct world *w, uint64_t number)
{
	struct end *e = end_numbered(w, number);
	if (!e || !is_over(e))
		return;
	struct end *peer = e->relayed ? NULL : end_numbered(w, e->peer);
	if (peer && !is_over(peer))
		return;
	end_free(w, e);
	if (peer)
		end_free(w, peer);
}

static bool is_final(const struct session *s)
{
	return s->closed || s->machine->final >> s->state & 1;
}

static void look_at_session(struct world *w, uint64_t number)
{
	struct session *s = session_numbered(w, number);
	if (s && is_final(s) && s->actor->main != s && !s->ends && !s->posted && !s->asks &&
	    !s->timers_set)
		session_end(w, s);
}

void sweep(struct world *w)
{
	for (size_t i = 0; i < w->sweep_ends.count; i++)
		look_at_end(w, w->sweep_ends.list[i]);
	w->sweep_ends.count = 0;
	for (size_t i = 0; i < w->sweep_sessions.count; i++)
		look_at_session(w, w->sweep_sessions.list[i]);
	w->sweep_sessions.count = 0;
}

void sweep_all(struct world *w)
{
	for (size_t i = 0; i < w->actors_count; i++) {
		struct actor *a = &w->actors[i];
		while (a->ends)
			end_free(w, a->ends);
		while (a->sessions)
			session_end(w, a->sessions);
	}
	free(w->sweep_ends.list);
	free(w->sweep_sessions.list);
}
