/* search.h - looks for many byte patterns at once in streams that arrive in pieces.
 *
 * A piece is scanned once, by itself; whoever receives it joins it to what the same stream brought
 * before. So a pattern that lies across two pieces, or across ten, is found, and no stream is kept:
 * only its last few bytes and the patterns that have begun and not ended.
 */
#ifndef SIM_FLOW_SEARCH_H
#define SIM_FLOW_SEARCH_H

#include "proto/bytes.h"
#include "sim/flow/forms.h"

enum { SEARCH_PREFIX = 8 }; /* bytes that are hashed; no pattern is shorter */

struct search; /* the patterns */

struct search *search_new(void);
/* Look for value in this form from now on; `owner`, a small number, is given back with every hit.
 * An owner has one value, which is borrowed until search_free. */
void search_add(struct search *s, size_t owner, struct form form, struct bytes value);
size_t search_count(const struct search *s);
void search_free(struct search *s); /* cleanses; NULL-safe */

/* What was found: each owner once, with the form that was found first. Zero it to begin. */
struct hit {
	size_t owner;
	struct form form;
};
struct hits {
	size_t count, room;
	struct hit *list;
};
void hits_add(struct hits *h, struct hit hit);
void hits_fini(struct hits *h);

/* Where a stream stands between two pieces. Zero it to begin. */
struct partial {
	uint64_t pattern; /* as search.c packs it */
	size_t matched;   /* bytes of it seen so far */
};
struct tail {
	uint8_t last[SEARCH_PREFIX - 1]; /* bytes too few to be looked up yet */
	size_t last_size;
	size_t count, room; /* patterns that have begun */
	struct partial *list;
};
void tail_fini(struct tail *t); /* cleanses */

/* Scan one piece by itself: what it holds goes to found, where it ends to end (replaced). */
void search_scan(const struct search *s, struct bytes piece, struct hits *found, struct tail *end);
/* Add the same piece to a stream: what began in earlier pieces and ends in this one goes to found.
 * end: as search_scan gave it for this piece, or for one that ends with it: what began in front of
 * the piece is left out. */
void search_join(const struct search *s, struct tail *stream, struct bytes piece,
		 const struct tail *end, struct hits *found);

#endif
