/* findings.c - the two lists behind findings.h. They hold words and numbers only, never bytes of a
 * message: what is found here is printed, and a value that was found must not be.
 */
#include "sim/flow/findings.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void text_make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

void findings_add(struct findings *f, struct finding head, const char *subject, const char *format,
		  ...)
{
	assert(head.kind < FINDING_KINDS && head.verdict != VERDICT_HOLDS &&
	       head.verdict != VERDICT_VOID);
	f->kinds[head.kind][head.verdict]++;
	if (f->count == FINDINGS_MAX) {
		f->beyond++;
		return;
	}
	if (f->count == f->room) {
		f->room = f->room ? f->room * 2 : 8;
		f->list = realloc(f->list, f->room * sizeof *f->list);
		assert(f->list);
	}
	va_list arguments;
	va_start(arguments, format);
	snprintf(head.subject, sizeof head.subject, "%s", subject);
	vsnprintf(head.text, sizeof head.text, format, arguments);
	va_end(arguments);
	text_make_printable(head.subject);
	text_make_printable(head.text);
	f->list[f->count++] = head;
}

void findings_drop(struct findings *f, const struct finding *like)
{
	for (size_t i = 0; i < f->count; i++) {
		struct finding *one = &f->list[i];
		if (one->kind != like->kind || one->record != like->record ||
		    strcmp(one->subject, like->subject) != 0)
			continue;
		f->kinds[one->kind][one->verdict]--;
		memmove(one, one + 1, (--f->count - i) * sizeof *one);
		return;
	}
}

void findings_judge(struct findings *f, const char *name, enum verdict v, const char *format, ...)
{
	assert(f->judged_count < JUDGED_MAX);
	struct judged *j = &f->judged[f->judged_count++];
	va_list arguments;
	va_start(arguments, format);
	j->verdict = v;
	snprintf(j->name, sizeof j->name, "%s", name);
	vsnprintf(j->text, sizeof j->text, format, arguments);
	va_end(arguments);
	text_make_printable(j->name);
	text_make_printable(j->text);
}

enum verdict findings_verdict_of(const struct findings *f, enum finding_kind kind)
{
	if (f->kinds[kind][VERDICT_VIOLATED])
		return VERDICT_VIOLATED;
	return f->kinds[kind][VERDICT_INCONCLUSIVE] ? VERDICT_INCONCLUSIVE : VERDICT_HOLDS;
}

enum verdict findings_verdict(const struct findings *f)
{
	enum verdict worst = VERDICT_HOLDS;
	for (int kind = 0; kind < FINDING_KINDS; kind++) {
		enum verdict v = findings_verdict_of(f, (enum finding_kind)kind);
		if (v == VERDICT_VIOLATED)
			return v;
		if (v == VERDICT_INCONCLUSIVE)
			worst = v;
	}
	return worst;
}

void findings_fini(struct findings *f)
{
	free(f->list);
	memset(f, 0, sizeof *f);
}
