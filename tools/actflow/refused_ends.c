/* refused_ends.c - an end of a channel whose pipes refused something goes no further. */
#include "tools/actflow/refused_ends.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "proto/pipe/judge.h"
#include "tools/actflow/refused_steps.h"

static bool is_end_of(const struct refused_end *e, const struct record *r)
{
	return e->session == r->session && e->tag == r->tag && strcmp(e->actor, r->actor) == 0 &&
	       strcmp(e->channel, r->channel) == 0;
}

static void add(struct refused_ends *s, const struct record *r, const char *check)
{
	s->list = list_grow(s->list, s->count, &s->room, sizeof *s->list);
	struct refused_end *e = &s->list[s->count++];
	*e = (struct refused_end){ .tag = r->tag,
				   .session = r->session,
				   .record = r->id,
				   .cause = r->parents_count > 0 ? r->parents[0] : 0 };
	snprintf(e->actor, sizeof e->actor, "%s", r->actor);
	snprintf(e->channel, sizeof e->channel, "%s", r->channel);
	snprintf(e->check, sizeof e->check, "%s", check);
}

static void forget(struct refused_ends *s, const struct record *opened)
{
	for (size_t i = s->count; i > 0; i--)
		if (is_end_of(&s->list[i - 1], opened))
			s->list[i - 1] = s->list[--s->count];
}

static void judge_telling(const struct refused_ends *s, const struct record *r, const char *check,
			  struct fallen *f)
{
	if (!*r->actor || !*r->peer || !*r->channel || r->session == 0)
		fallen_add(f, POST_U3, r->id,
			   "expected the refusal by %s to name actor, peer, channel and session, "
			   "actual one is missing",
			   check);
	for (size_t i = 0; i < s->count; i++)
		if (is_end_of(&s->list[i], r) && strcmp(s->list[i].check, check) == 0 &&
		    r->parents_count > 0 && s->list[i].cause == r->parents[0])
			fallen_add(f, POST_U3, r->id,
				   "expected one record of a refusal by %s, actual a second one",
				   check);
}

static void judge_going_on(const struct refused_ends *s, const struct record *r, struct fallen *f)
{
	for (size_t i = 0; i < s->count; i++)
		if (is_end_of(&s->list[i], r))
			fallen_add(f, POST_U2, r->id,
				   "expected %s to go no further on %s after %s refused, actual it "
				   "%s",
				   r->actor, r->channel, s->list[i].check,
				   r->kind == RECORD_ACCEPTED ? "accepted a message"
							      : "was secured");
}

/* A hello without the cookie is refused, and asked for again: by that no end is over. */
static bool ends(const char *check)
{
	return strcmp(check, pipe_checks[PIPE_CHECK_COOKIE].name) != 0;
}

void refused_ends_feed(struct refused_ends *s, const struct record *r, struct fallen *f)
{
	if (r->kind == RECORD_JUDGED) {
		const struct record_check *check = refused_check(r);
		if (!check)
			return;
		judge_telling(s, r, check->id, f);
		if (ends(check->id))
			add(s, r, check->id);
	} else if (s->count == 0) {
		return;
	} else if (r->kind == RECORD_OPEN) {
		forget(s, r);
	} else if (r->kind == RECORD_ACCEPTED ||
		   (r->kind == RECORD_PIPE && strcmp(r->name, "secured") == 0)) {
		judge_going_on(s, r, f);
	}
}

void refused_ends_fini(struct refused_ends *s)
{
	free(s->list);
	*s = (struct refused_ends){ 0 };
}
