/* guessed.c - guesses at a key, as a scenario asks for them. What is guessed is never said. */
#include "tools/actflow/guessed.h"

#include <inttypes.h>

#include "tools/actflow/loop.h"
#include "tools/actflow/text.h"

static const char *const targets[GUESS_TARGETS] = {
	[GUESS_STORED] = "stored verifier",
	[GUESS_VERIFIER] = "verifier",
	[GUESS_TAG1] = "tag1",
};

void guessed_try(const struct scenario *s, struct checker *c, struct guessing *g)
{
	for (size_t i = 0; i < s->guesses_count; i++)
		for (size_t t = 0; t < GUESS_TARGETS; t++) {
			int64_t begun = loop_now_ns();
			checker_guess(c, &s->guesses[i].what, (enum guess_target)t, &g->list[i][t]);
			g->wall_ns[i][t] = loop_now_ns() - begun;
		}
}

static const char *name_of(const struct scenario *s, size_t i)
{
	return s->flow.actors[s->guesses[i].what.actor].name;
}

bool guessed_compare(const struct scenario *s, const struct guessing *g, struct diags *d)
{
	bool delivered = true;
	for (size_t i = 0; i < s->guesses_count; i++) {
		size_t messages = 0, confirmed = 0;
		struct place place = s->guesses[i].place;
		for (size_t t = 0; t < GUESS_TARGETS; t++) {
			messages += g->list[i][t].messages;
			confirmed += g->list[i][t].confirmed;
		}
		delivered = delivered && messages;
		if (!messages)
			diag_add(d, s->file, place.line, place.column,
				 "guess: expected %s to see something of a key in this run, actual "
				 "never: not-delivered",
				 name_of(s, i));
		else if (s->guesses[i].finds == 1 && !confirmed)
			diag_add(d, s->file, place.line, place.column,
				 "guess: expected a guess to be confirmed, actual none");
		else if (s->guesses[i].finds == 0 && confirmed)
			diag_add(d, s->file, place.line, place.column,
				 "guess: expected no guess to be confirmed, actual %zu", confirmed);
	}
	return delivered;
}

static void line(const struct guessed *r, const char *target, struct buffer *out)
{
	text_printf(out, "    %s", target);
	text_pad(out, text_width(target), 17);
	if (!r->messages) {
		text_add(out, "not seen\n");
		return;
	}
	text_printf(out, "%zu message%s, %" PRIu64 " guess%s, %zu confirmed", r->messages,
		    r->messages == 1 ? "" : "s", r->tried, r->tried == 1 ? "" : "es", r->confirmed);
	if (r->confirmed)
		text_printf(out, ", the first after %" PRIu64, r->after);
	text_add(out, "\n");
}

void guessed_text(const struct scenario *s, const struct guessing *g, struct buffer *out)
{
	for (size_t i = 0; i < s->guesses_count; i++) {
		const struct guess *w = &s->guesses[i].what;
		text_printf(out, "guessed offline by %s: ", name_of(s, i));
		if (w->words)
			text_printf(out, "%zu words of a dictionary", w->words_count);
		else
			text_printf(out, "words of %zu letters out of %s", w->length, w->letters);
		text_printf(out, ", at most %" PRIu64 " a message\n", w->budget);
		for (size_t t = 0; t < GUESS_TARGETS; t++)
			line(&g->list[i][t], targets[t], out);
		text_add(out, "\n");
	}
}

void guessed_times(const struct scenario *s, const struct guessing *g, struct buffer *out)
{
	for (size_t i = 0; i < s->guesses_count; i++)
		for (size_t t = 0; t < GUESS_TARGETS; t++) {
			if (!g->list[i][t].tried)
				continue;
			int64_t each = g->wall_ns[i][t] / (int64_t)g->list[i][t].tried;
			text_printf(out,
				    "%s: a guess by %s against the %s took %" PRId64 ".%" PRId64
				    " us\n",
				    s->file, name_of(s, i), targets[t], each / 1000,
				    each / 100 % 10);
		}
}

void guessed_json(const struct scenario *s, const struct guessing *g, struct json *j)
{
	json_begin(j, "guessed", '[');
	for (size_t i = 0; i < s->guesses_count; i++)
		for (size_t t = 0; t < GUESS_TARGETS; t++) {
			const struct guessed *r = &g->list[i][t];
			json_begin(j, NULL, '{');
			json_string(j, "from", name_of(s, i));
			json_string(j, "against", targets[t]);
			json_unsigned(j, "messages", r->messages);
			json_unsigned(j, "tried", r->tried);
			json_unsigned(j, "confirmed", r->confirmed);
			json_unsigned(j, "after", r->after);
			json_end(j, '}');
		}
	json_end(j, ']');
}
