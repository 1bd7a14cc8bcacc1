/* answers.c - what refusals that hang on a secret say on the wire: the same, each time. */
#include "tools/actflow/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "sim/adversary/plan.h"
#include "tools/actflow/text.h"

enum { ANSWER_BYTES_MAX = 32 }; /* of a message, that are told; of more only the length */

static char *copy_of(const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

/* -- one answer -- */

void answers_begin(struct answers *a, const struct record *r, const char *check,
		   const struct occasion *occasion, bool hides)
{
	a->record = r->id;
	a->hides = hides && occasion->record > 0;
	a->touched = false;
	a->looked = 0;
	buffer_clear(&a->said);
	snprintf(a->check, sizeof a->check, "%s", check);
	snprintf(a->actor, sizeof a->actor, "%.*s", (int)strcspn(r->actor, "@"), r->actor);
	snprintf(a->channel, sizeof a->channel, "%s", occasion->channel);
}

static bool is_local(const struct flow *flow, const char *channel)
{
	int index = flow_channel_index(flow, channel);
	return index >= 0 && flow->channels[index].base == BASE_LOCAL;
}

/* "Refused on noc_session (5 bytes: 000208c901)" */
static void say(struct answers *a, const struct record *r)
{
	const char *what = r->kind == RECORD_PIPE ? r->name : *r->message ? r->message : "packet";
	text_add(&a->said, a->said.size > 0 ? ", " : "");
	text_printf(&a->said, "%s on %s", what, r->channel);
	if (r->kind == RECORD_PIPE)
		return;
	text_printf(&a->said, " (%zu bytes", r->bytes.size);
	bool told = *r->message && r->cuts_count == 0 && r->bytes.size <= ANSWER_BYTES_MAX;
	for (size_t i = 0; told && i < r->bytes.size; i++)
		text_printf(&a->said, "%s%02x", i == 0 ? ": " : "", r->bytes.data[i]);
	text_add(&a->said, ")");
}

static bool holds_text(struct bytes b, const char *text)
{
	size_t size = strlen(text);
	for (size_t i = 0; size > 0 && i + size <= b.size; i++)
		if (memcmp(b.data + i, text, size) == 0)
			return true;
	return false;
}

/* "uem.setup_mac_is_good" is found by what stands behind the dot. */
static void judge_silence(const struct answers *a, const struct record *r, struct fallen *f)
{
	const char *dot = strchr(a->check, '.');
	if (holds_text(r->bytes, dot ? dot + 1 : a->check))
		fallen_add(f, POST_U7, r->id,
			   "expected the name of %s in the trace alone, actual %s says it on %s",
			   a->check, r->actor, r->channel);
}

static bool follows(const struct record *r, uint64_t from)
{
	for (size_t i = 0; i < r->parents_count; i++)
		if (r->parents[i] == from)
			return true;
	return false;
}

void answers_feed(struct answers *a, const struct flow *flow, const struct record *r,
		  struct fallen *f)
{
	if (a->record == 0 || !(follows(r, a->record) || (a->looked && follows(r, a->looked))))
		return;
	if (r->kind == RECORD_ACT && act_was_done(r->name, r->text))
		a->touched = true;
	else if (r->kind == RECORD_ACT)
		a->looked = r->id;
	if (r->kind == RECORD_SENT)
		judge_silence(a, r, f);
	bool wire = r->kind == RECORD_SENT || r->kind == RECORD_PACKET || r->kind == RECORD_PIPE;
	if (wire && !is_local(flow, r->channel))
		say(a, r);
}

/* -- all of them -- */

static void differ(const struct answered *first, const struct answered *other, uint64_t record,
		   struct fallen *f)
{
	fallen_add(f, POST_U7, record,
		   "expected %s to answer on %s as where %s refused%s%s: %s; actual where %s "
		   "refused: %s",
		   other->actor, other->channel, first->check, *first->where ? " in " : "",
		   first->where, first->said, other->check, other->said);
}

/* Keep it as the first of its actor and channel; NULL: it is, else the one that is. */
static const struct answered *keep(struct answers *a, const struct answered *one)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->list[i].actor, one->actor) == 0 &&
		    strcmp(a->list[i].channel, one->channel) == 0)
			return &a->list[i];
	a->list = list_grow(a->list, a->count, &a->room, sizeof *a->list);
	a->list[a->count++] =
		(struct answered){ copy_of(one->actor), copy_of(one->channel), copy_of(one->check),
				   copy_of(one->said), copy_of(one->where) };
	return NULL;
}

static void compare(struct answers *a, const struct answered *one, uint64_t record,
		    struct fallen *f)
{
	const struct answered *first = keep(a, one);
	if (first && strcmp(first->said, one->said) != 0)
		differ(first, one, record, f);
}

void answers_end(struct answers *a, struct fallen *f)
{
	static char nothing[] = "nothing", here[] = "";
	if (a->record > 0 && a->hides && !a->touched) {
		text_string(&a->said);
		struct answered one = { a->actor, a->channel, a->check,
					a->said.size > 0 ? (char *)a->said.data : nothing, here };
		compare(a, &one, a->record, f);
	}
	a->record = 0;
}

void answers_merge(struct answers *all, const struct answers *one, const char *where,
		   struct fallen *f)
{
	for (size_t i = 0; i < one->count; i++) {
		struct answered named = one->list[i];
		named.where = (char *)where;
		compare(all, &named, 0, f);
	}
}

void answers_fini(struct answers *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free(a->list[i].actor);
		free(a->list[i].channel);
		free(a->list[i].check);
		free(a->list[i].said);
		free(a->list[i].where);
	}
	free(a->list);
	buffer_fini(&a->said);
	*a = (struct answers){ 0 };
}

/* -- to bytes and back: four strings each -- */

static void pack(struct buffer *out, const char *text)
{
	buffer_append(out, bytes_of(text, strlen(text) + 1));
}

void answers_pack(const struct answers *a, struct buffer *out)
{
	for (size_t i = 0; i < a->count; i++) {
		pack(out, a->list[i].actor);
		pack(out, a->list[i].channel);
		pack(out, a->list[i].check);
		pack(out, a->list[i].said);
	}
}

bool answers_unpack(struct bytes packed, struct answers *a)
{
	static char here[] = "";
	while (packed.size > 0) {
		char *texts[4];
		for (size_t i = 0; i < 4; i++) {
			const uint8_t *end =
				packed.size > 0 ? memchr(packed.data, 0, packed.size) : NULL;
			if (!end)
				return false;
			size_t size = (size_t)(end - packed.data) + 1;
			texts[i] = (char *)packed.data;
			packed = bytes_of(packed.data + size, packed.size - size);
		}
		keep(a, &(struct answered){ texts[0], texts[1], texts[2], texts[3], here });
	}
	return true;
}
