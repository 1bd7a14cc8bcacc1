/* telling_words.c - what one record says, in words. */
#include "tools/actflow/telling.h"

#include <inttypes.h>
#include <string.h>

#include "proto/message.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

/* Messages of these types have another channel's bytes as their payload. */
static bool brings_bytes(const char *message)
{
	return strcmp(message, "bytes") == 0 ||
	       message_has_field(message_type_of_name(message), "payload");
}

static bool some_check_fails(const struct record *r)
{
	for (size_t i = 0; i < r->checks_count; i++)
		if (!r->checks[i].holds)
			return true;
	return false;
}

/* A step that passes on what is carried, and changes nothing where it passes. */
static bool passes_on(const struct record *r)
{
	return !some_check_fails(r) && *r->source && strcmp(r->state_from, r->state_to) == 0 &&
	       brings_bytes(r->message);
}

bool telling_carries(const struct record *r)
{
	switch (r->kind) {
	case RECORD_PACKET:
	case RECORD_ARRIVAL:
	case RECORD_SECRETS:
		return true;
	case RECORD_JUDGED: /* what is in order about what a pipe took in */
		return !some_check_fails(r);
	case RECORD_DROP: /* what a pipe did not want: others tell when that matters */
	case RECORD_HOLD: /* the keys of a TLS or DTLS session */
		return *r->channel != '\0';
	case RECORD_SENT:
	case RECORD_ACCEPTED:
		return !*r->message || brings_bytes(r->message);
	case RECORD_STEP:
		return passes_on(r);
	default:
		return false;
	}
}

bool telling_is_step(const struct record *r)
{
	switch (r->kind) {
	case RECORD_SENT:
	case RECORD_ACCEPTED:
	case RECORD_STEP:
		return !telling_carries(r);
	case RECORD_JUDGED:
		return some_check_fails(r);
	case RECORD_PIPE:
		return strcmp(r->name, "failed") == 0;
	case RECORD_ACT:
	case RECORD_CLAIM:
	case RECORD_CRASH:
	case RECORD_LIMIT:
	case RECORD_OUTCOME:
	case RECORD_REJECTED:
		return true;
	default:
		return false;
	}
}

/* -- words -- */

/* "before" and a text of the record; nothing when that is empty. */
static void add(struct buffer *out, const char *before, const char *text)
{
	if (!*text)
		return;
	text_add(out, before);
	text_safe(out, text);
}

static void add_checks(const struct record *r, struct buffer *out)
{
	const struct record_check *last =
		r->checks_count > 0 ? &r->checks[r->checks_count - 1] : NULL;
	if (!last)
		return;
	add(out, last->holds ? "; \u2713 " : "; \u2717 ", last->id);
	if (r->checks_count > 1)
		text_printf(out, " (%zu checks)", r->checks_count);
}

static void tell_step(const struct record *r, struct buffer *out)
{
	if (*r->source) {
		text_safe(out, r->text);
	} else {
		add(out, "no row answers \"", r->stimulus);
		add(out, "\" in \"", r->state_from);
		text_add(out, "\": the session is closed");
	}
	add_checks(r, out);
}

static void tell_message(const struct record *r, struct buffer *out)
{
	bool sent = r->kind == RECORD_SENT;
	const char *message = *r->message ? r->message : "a packet";
	add(out, sent ? "sends " : r->kind == RECORD_ACCEPTED ? "receives " : "refuses ", message);
	add(out, sent ? " to " : " from ", r->peer);
	add(out, " on ", r->channel);
	if (r->kind == RECORD_REJECTED)
		add(out, ": ", r->text);
}

static void tell_claim(const struct record *r, struct buffer *out)
{
	bool run = strcmp(r->name, "run") == 0;
	add(out, run ? "claims a run with " : "commits to ", r->peer);
	for (size_t i = 0; i < r->values_count; i++)
		add(out, i ? ", " : " on ", r->values[i].name);
}

static void tell_act(const struct record *r, struct buffer *out)
{
	add(out, "the adversary: ", r->name);
	add(out, " ", r->message);
	add(out, *r->message ? " between it and " : " with ", r->peer);
	add(out, " on ", r->channel);
	add(out, ": ", r->text);
}

static void tell_pipe(const struct record *r, struct buffer *out)
{
	bool judged = r->kind == RECORD_JUDGED;
	if (judged)
		for (size_t i = 0; i < r->checks_count; i++) {
			add(out, i ? " " : "", r->checks[i].holds ? "\u2713" : "\u2717");
			add(out, " ", r->checks[i].id);
		}
	else
		add(out, "", r->name);
	add(out, judged ? " on " : ": ", r->channel);
	add(out, " with ", r->peer);
	add(out, ": ", r->text);
}

static void tell_hold(const struct record *r, struct buffer *out)
{
	add(out, "holds ", r->reference);
	add(out, ", ", r->text);
	add(out, " from ", r->source);
}

/* Kinds that need no more than their kind, name, peer, channel and text. */
static void tell_other(const struct record *r, struct buffer *out)
{
	add(out, "", record_kind_name(r->kind));
	add(out, " ", r->name);
	add(out, " ", r->stimulus);
	add(out, r->kind == RECORD_ARRIVAL ? " from " : " to ", r->peer);
	add(out, " on ", r->channel);
	add(out, ": ", r->text);
}

static void tell_outcome(const struct record *r, struct buffer *out)
{
	text_printf(out, "comes to result %" PRId64, r->number);
	add(out, ": ", r->text);
}

void telling_words(const struct record *r, struct buffer *out)
{
	static void (*const tell[RECORD_KINDS])(const struct record *, struct buffer *) = {
		[RECORD_STEP] = tell_step,        [RECORD_SENT] = tell_message,
		[RECORD_ACCEPTED] = tell_message, [RECORD_REJECTED] = tell_message,
		[RECORD_CLAIM] = tell_claim,      [RECORD_ACT] = tell_act,
		[RECORD_JUDGED] = tell_pipe,      [RECORD_PIPE] = tell_pipe,
		[RECORD_HOLD] = tell_hold,        [RECORD_OUTCOME] = tell_outcome,
	};
	if (r->kind == RECORD_CRASH)
		add(out, "is killed, with all its sessions: ", r->text);
	else
		(tell[r->kind] ? tell[r->kind] : tell_other)(r, out);
}
