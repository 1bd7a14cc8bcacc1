/* facts.c - what happened in a run, as far as two runs are compared by it. */
#include "tools/actflow/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/scan.h"

static void *list_of(size_t count, size_t size)
{
	void *list = calloc(count ? count : 1, size);
	if (!list)
		abort();
	return list;
}

static void keep_findings(const struct checker *c, struct facts *f)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	f->findings = list_of(count, sizeof *list);
	for (size_t i = 0; i < count; i++)
		if (list[i].verdict == VERDICT_VIOLATED)
			f->findings[f->findings_count++] = list[i];
}

static void keep_checks(const struct refusals *r, struct facts *f)
{
	f->checks = list_of(r->count, sizeof *r->list);
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].was_false)
			f->checks[f->checks_count++] = r->list[i];
}

/* All words in them end up before people. */
static const char *shown_secret(const struct secrets *s, const struct facts *f)
{
	struct buffer words = { 0 };
	for (size_t i = 0; i < f->findings_count; i++)
		buffer_append(&words, bytes_of_string(f->findings[i].text));
	for (size_t i = 0; i < f->checks_count; i++)
		buffer_append(&words, bytes_of_string(f->checks[i].words));
	struct bytes text = bytes_of_buffer(&words);
	const char *class = scan_texts(s, &text, 1);
	buffer_cleanse(&words);
	return class;
}

const char *facts_of(const struct performance *p, struct facts *out)
{
	const struct observation *seen = &p->seen;
	*out = (struct facts){ .quiet = strcmp(seen->ended, "quiet") == 0 };
	const char *channel = traffic_amplifies(&seen->traffic);
	snprintf(out->amplifies, sizeof out->amplifies, "%s", channel ? channel : "");
	keep_findings(seen->checker, out);
	keep_checks(&seen->refusals, out);
	out->outcomes_count = seen->outcomes_count;
	out->outcomes = list_of(seen->outcomes_count, sizeof *out->outcomes);
	if (seen->outcomes_count > 0)
		memcpy(out->outcomes, seen->outcomes, seen->outcomes_count * sizeof *out->outcomes);
	return shown_secret(&p->secrets, out);
}

const struct asked *facts_check(const struct facts *f, const char *id)
{
	for (size_t i = 0; i < f->checks_count; i++)
		if (strcmp(f->checks[i].id, id) == 0)
			return &f->checks[i];
	return NULL;
}

void facts_fini(struct facts *f)
{
	free(f->findings);
	free(f->checks);
	free(f->outcomes);
	*f = (struct facts){ 0 };
}

/* -- to bytes and back -- */

static void pack_list(struct buffer *out, const void *list, size_t count, size_t size)
{
	buffer_append_u32(out, (uint32_t)count);
	if (count > 0)
		buffer_append(out, bytes_of(list, count * size));
}

void facts_pack(const struct facts *f, struct buffer *out)
{
	buffer_append_u8(out, f->quiet);
	buffer_append(out, bytes_of(f->amplifies, sizeof f->amplifies));
	pack_list(out, f->findings, f->findings_count, sizeof *f->findings);
	pack_list(out, f->checks, f->checks_count, sizeof *f->checks);
	pack_list(out, f->outcomes, f->outcomes_count, sizeof *f->outcomes);
}

/* The list at the beginning of *in; NULL when it is not whole. */
static void *unpack_list(struct bytes *in, size_t *count, size_t size)
{
	if (in->size < 4 || read_u32(in->data) > (in->size - 4) / size)
		return NULL;
	*count = read_u32(in->data);
	void *list = list_of(*count, size);
	if (*count > 0)
		memcpy(list, in->data + 4, *count * size);
	*in = bytes_of(in->data + 4 + *count * size, in->size - 4 - *count * size);
	return list;
}

bool facts_unpack(struct bytes packed, struct facts *f)
{
	*f = (struct facts){ 0 };
	const size_t head = 1 + sizeof f->amplifies;
	if (packed.size < head)
		return false;
	struct bytes in = bytes_of(packed.data + head, packed.size - head);
	f->quiet = packed.data[0] != 0;
	memcpy(f->amplifies, packed.data + 1, sizeof f->amplifies);
	f->findings = unpack_list(&in, &f->findings_count, sizeof *f->findings);
	f->checks = f->findings ? unpack_list(&in, &f->checks_count, sizeof *f->checks) : NULL;
	f->outcomes = f->checks ? unpack_list(&in, &f->outcomes_count, sizeof *f->outcomes) : NULL;
	if (f->outcomes && in.size == 0)
		return true;
	facts_fini(f);
	return false;
}
