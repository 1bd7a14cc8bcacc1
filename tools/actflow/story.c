/* story.c - the golden story of a run: what `expect.trace` of a scenario holds. */
#include "tools/actflow/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/actflow/ladder.h"
#include "tools/actflow/text.h"

enum { ACTOR_WIDTH = 14, STORY_WIDTH = 72 };

/* Append text from a record and blanks up to width. */
static void padded(struct buffer *out, const char *text, size_t width)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	text_add(out, text_string(&safe));
	text_pad(out, text_width(text_string(&safe)), width);
	buffer_fini(&safe);
}

static void begin(struct buffer *out, const struct record *r)
{
	text_printf(out, "[%6" PRId64 "ms] ", r->at_ns / 1000000);
	padded(out, r->actor, ACTOR_WIDTH);
}

/* Bytes that only pass through, and change nothing where they pass, are no part of the story. */
static bool only_carries(const struct flow *flow, const struct record *r)
{
	for (size_t i = 0; i < r->checks_count; i++)
		if (!r->checks[i].holds)
			return false;
	return strcmp(r->state_from, r->state_to) == 0 &&
	       (strcmp(r->message, "bytes") == 0 || ladder_carries(flow, r->message));
}

/* What no actor does: the adversary's acts, and that an actor dies. */
static void told_from_outside(struct buffer *out, const struct record *r)
{
	bool crash = r->kind == RECORD_CRASH;
	text_printf(out, "[%6" PRId64 "ms] ", r->at_ns / 1000000);
	padded(out, *r->actor ? r->actor : r->channel, ACTOR_WIDTH);
	text_printf(out, " ! %s", crash ? "crashes: " : "adversary: ");
	text_safe(out, crash ? r->text : r->name);
	if (*r->message) {
		text_add(out, " ");
		text_safe(out, r->message);
	}
	text_add(out, "\n");
}

void story_feed(const struct flow *flow, const struct record *r, struct buffer *out)
{
	if (r->kind == RECORD_STEP && *r->source && !only_carries(flow, r)) {
		begin(out, r);
		text_add(out, " : ");
		padded(out, r->text, STORY_WIDTH);
		text_add(out, " ");
		text_safe(out, r->source);
		for (size_t i = 0; i < r->checks_count; i++)
			if (r->checks[i].let_pass)
				text_printf(out, ", knocked out: %s", r->checks[i].id);
		text_add(out, "\n");
	} else if (r->kind == RECORD_SENT && *r->message && !ladder_carries(flow, r->message)) {
		begin(out, r);
		text_add(out, " > ");
		padded(out, r->peer, ACTOR_WIDTH);
		text_add(out, " ");
		text_safe(out, r->message);
		text_add(out, "\n");
	} else if (r->kind == RECORD_ACT || r->kind == RECORD_CRASH) {
		told_from_outside(out, r);
	}
}
