/* filter_words.h - an expression while it is read: its words, one at a time, and its errors. */
#ifndef TOOLS_ACTFLOW_FILTER_WORDS_H
#define TOOLS_ACTFLOW_FILTER_WORDS_H

#include "tools/actflow/filter_form.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMPARISON };
struct token {
	enum token_kind kind;
	size_t begin, end; /* in the expression, quotes included */
	struct buffer value;
};

struct reading {
	const char *text;
	const struct filter_known *known;
	struct filter *filter;
	struct diags *d;
	struct token token; /* the one in hand */
	int depth;
	bool stuck; /* the shape is wrong: nothing behind can be read */
};

/* Go on to the next word. Zero r->token to come to the first one. */
void filter_advance(struct reading *r);
/* The word in hand, without its quotes; good until the next. */
const char *filter_word(struct reading *r);
/* Whether the word in hand is this one, or one that joins comparisons; quoted ones are neither. */
bool filter_is_word(struct reading *r, const char *word);
bool filter_word_joins(struct reading *r);
/* The word of this language for one of another ("&&"); NULL when there is none. */
const char *filter_meant(const struct reading *r);

/* Report the word in hand; nearest: what was perhaps meant, or NULL. */
void filter_error(struct reading *r, const char *what, const char *expected, const char *nearest);
/* The same of one that is not where it belongs: reading stops. Returns -1. */
int filter_stop(struct reading *r, const char *what, const char *expected, const char *nearest);

#endif
