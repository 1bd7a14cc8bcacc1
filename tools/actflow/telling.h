/* telling.h - records of a trace told as steps, in plain words and with their sources: what follows
 * from a difference, and how a run came to what is found in it.
 *
 * What set a step off and what it says are one step of the telling, where their records follow each
 * other. It reads records only, so that a trace whose flow is not at hand can be told, too.
 */
#ifndef TOOLS_ACTFLOW_TELLING_H
#define TOOLS_ACTFLOW_TELLING_H

#include "proto/record.h"
#include "tools/actflow/json.h"

/* One step of it. All texts are owned and made harmless. */
struct told {
	uint64_t record; /* that it began with, or the step that this set off */
	int64_t at_ns;
	enum record_kind kind; /* of that record */
	char *actor;           /* "" for what no actor does */
	char *text;
	char *source; /* "S1.12"; "" */
};
/* Zero it to begin; telling_fini releases it. */
struct telling {
	size_t count, room;
	struct told *list;
	bool apart; /* what is added now is told by itself, not with the step that it is of */
};

/* Whether a record only carries what others say: packets and their arrival, relayed bytes and the
 * steps that pass them on, the keys of pipes. */
bool telling_carries(const struct record *r);
/* Whether it is one of a story: a step, a message, an act, a claim, an outcome, something refused,
 * lost or broken. */
bool telling_is_step(const struct record *r);
/* Append what a record says, in words. Its strings are not NULL. */
void telling_words(const struct record *r, struct buffer *out);

/* Tell one more record, whatever it is. Ids ascend. */
void telling_add(struct telling *t, const struct record *r);

/* How a telling is drawn: at most `most` steps (0: all), the first or the last ones; how many are
 * left out is said, with `rest`, what shows them. */
struct telling_page {
	size_t width, indent; /* cells */
	bool colour, numbered, last;
	size_t most;
	const char *rest;
};
void telling_draw(const struct telling *t, const struct telling_page *p, struct buffer *out);
/* A list of objects with record, at_ns, actor, text and source; all of them. */
void telling_json(const struct telling *t, const char *key, struct json *j);
void telling_fini(struct telling *t);

#endif
