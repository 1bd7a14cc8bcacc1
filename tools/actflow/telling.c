/* telling.c - joins records to steps, and draws these. */
#include "tools/actflow/telling.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

enum { TIME_CELLS = 11, ACTOR_CELLS = 16, NUMBER_CELLS = 4 };
enum { LATEST = 64 }; /* steps among which what belongs together is looked for */

static char *harmless(const char *text)
{
	struct buffer safe = { 0 };
	text_safe(&safe, text);
	return (char *)text_string(&safe); /* the buffer's memory is the caller's now */
}

static void told_fini(struct told *one)
{
	free(one->actor);
	free(one->text);
	free(one->source);
}

static bool follows(const struct record *r, const struct told *last)
{
	for (size_t i = 0; i < r->parents_count; i++)
		if (r->parents[i] == last->record)
			return r->at_ns == last->at_ns && strcmp(r->actor, last->actor) == 0;
	return false;
}

/* The step of the telling, among the latest, of this kind and from which a record follows at once;
 * others may have done something meanwhile. NULL: there is none. */
static struct told *before(const struct telling *t, const struct record *r, enum record_kind kind)
{
	for (size_t back = 1; back <= t->count && back <= LATEST; back++) {
		struct told *one = &t->list[t->count - back];
		if (one->kind == kind && follows(r, one))
			return one;
	}
	return NULL;
}

/* What a step says and claims is told with the step. */
static struct told *owner_of(const struct telling *t, const struct record *r)
{
	bool owned = r->kind == RECORD_SENT || r->kind == RECORD_CLAIM || r->kind == RECORD_OUTCOME;
	return owned && !t->apart ? before(t, r, RECORD_STEP) : NULL;
}

static void extend(struct told *one, const char *before, struct buffer *words)
{
	struct buffer text = { 0 };
	text_printf(&text, "%s%s%s", one->text, before, text_string(words));
	free(one->text);
	one->text = (char *)text_string(&text);
}

void telling_add(struct telling *t, const struct record *r)
{
	struct buffer words = { 0 };
	struct told *owner = owner_of(t, r);
	telling_words(r, &words);
	if (owner) {
		extend(owner, "; ", &words);
		buffer_fini(&words);
		return;
	}
	/* What set a step off gives way to it. */
	struct told *said = r->kind == RECORD_STEP ? before(t, r, RECORD_ACCEPTED) : NULL;
	if (said) {
		text_printf(&words, " (it %s)", said->text);
		told_fini(said);
		size_t behind = (size_t)(t->list + t->count - (said + 1));
		memmove(said, said + 1, behind * sizeof *said);
		t->count--;
	}
	t->list = list_grow(t->list, t->count, &t->room, sizeof *t->list);
	t->list[t->count++] =
		(struct told){ .record = r->id,
			       .at_ns = r->at_ns,
			       .kind = r->kind,
			       .actor = harmless(r->actor),
			       .text = (char *)text_string(&words),
			       .source = harmless(r->kind == RECORD_STEP ? r->source : "") };
}

/* -- drawing -- */

static void draw_words(const struct told *one, const struct telling_page *p, size_t indent,
		       struct buffer *out)
{
	struct buffer text = { 0 };
	text_add(&text, one->text);
	if (*one->source)
		text_printf(&text, " [%s]", one->source);
	size_t room = p->width > indent + 20 ? p->width - indent : 20;
	const char *at = text_string(&text);
	for (bool first = true; *at; first = false) {
		size_t skip = 0, size = text_wrap(at, room, &skip);
		text_pad(out, first ? indent : 0, indent);
		buffer_append(out, bytes_of(at, size));
		text_add(out, "\n");
		at += size + skip;
	}
	buffer_fini(&text);
}

static void draw_one(const struct told *one, size_t number, const struct telling_page *p,
		     struct buffer *out)
{
	struct buffer time = { 0 };
	char digits[24];
	text_pad(out, 0, p->indent);
	if (p->numbered) {
		int size = snprintf(digits, sizeof digits, "%zu", number);
		text_pad(out, (size_t)size, NUMBER_CELLS);
		text_style(out, p->colour, STYLE_FAINT, digits);
	}
	report_duration(one->at_ns, &time);
	text_pad(out, time.size, TIME_CELLS);
	text_add(out, text_string(&time));
	text_add(out, "  ");
	text_style(out, p->colour, STYLE_STRONG, one->actor);
	text_pad(out, text_width(one->actor), ACTOR_CELLS);
	text_add(out, " ");
	draw_words(one, p,
		   p->indent + (p->numbered ? NUMBER_CELLS : 0) + TIME_CELLS + 2 + ACTOR_CELLS + 1,
		   out);
	buffer_fini(&time);
}

void telling_draw(const struct telling *t, const struct telling_page *p, struct buffer *out)
{
	size_t shown = p->most && t->count > p->most ? p->most : t->count;
	size_t begin = p->last ? t->count - shown : 0, left = t->count - shown;
	struct buffer rest = { 0 };
	text_printf(&rest, "... %zu %s step%s left out%s%s\n", left, p->last ? "earlier" : "more",
		    left == 1 ? " is" : "s are", *p->rest ? "; " : "", p->rest);
	if (left > 0 && p->last) {
		text_pad(out, 0, p->indent);
		text_style(out, p->colour, STYLE_FAINT, text_string(&rest));
	}
	for (size_t i = begin; i < begin + shown; i++)
		draw_one(&t->list[i], i + 1, p, out);
	if (left > 0 && !p->last) {
		text_pad(out, 0, p->indent);
		text_style(out, p->colour, STYLE_FAINT, text_string(&rest));
	}
	buffer_fini(&rest);
}

void telling_json(const struct telling *t, const char *key, struct json *j)
{
	json_begin(j, key, '[');
	for (size_t i = 0; i < t->count; i++) {
		json_begin(j, NULL, '{');
		json_unsigned(j, "record", t->list[i].record);
		json_integer(j, "at_ns", t->list[i].at_ns);
		json_string(j, "actor", t->list[i].actor);
		json_string(j, "text", t->list[i].text);
		json_string(j, "source", t->list[i].source);
		json_end(j, '}');
	}
	json_end(j, ']');
}

void telling_fini(struct telling *t)
{
	for (size_t i = 0; i < t->count; i++)
		told_fini(&t->list[i]);
	free(t->list);
	*t = (struct telling){ 0 };
}
