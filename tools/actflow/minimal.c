/* minimal.c - the fewest acts of a scenario with which a check is still exposed. */
#include "tools/actflow/minimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/chosen.h"
#include "tools/actflow/text.h"

struct search {
	const struct found *f;
	const struct knocked *k;
	const struct exposure *same;
	struct diags *d;
	struct acts acts;
	struct scenario whole, reduced;
	bool kept[ACTS_MAX];
	size_t replays;
	enum err status;
};

static bool still_exposes(void *context, const bool *kept)
{
	struct search *x = context;
	const struct knocked none = { 0 };
	const struct playing p = { x->f, &x->reduced, x->d };
	struct facts with = { 0 }, without = { 0 };
	struct exposure now = { .kind = EXPOSURE_NONE };
	if (x->status != ERR_OK)
		return false;
	acts_reduce(&x->acts, kept, &x->reduced);
	x->status = cell_play(&p, &none, &with);
	if (x->status == ERR_OK)
		x->status = cell_expose(&p, x->k, &with, &without, &now);
	x->replays += 2;
	facts_fini(&with);
	facts_fini(&without);
	return x->status == ERR_OK && now.kind == x->same->kind &&
	       strcmp(now.rule, x->same->rule) == 0;
}

/* What is left, in words. */
static void tell(const struct search *x, struct minimal *out)
{
	out->acts = x->acts.count;
	out->replays = x->replays;
	out->list = calloc(acts_kept(&x->acts, x->kept) + 1, sizeof *out->list);
	if (!out->list)
		abort();
	for (size_t i = 0; i < x->acts.count; i++) {
		struct buffer words = { 0 };
		if (!x->kept[i])
			continue;
		struct needed_act *n = &out->list[out->count++];
		acts_words(&x->acts, i, &words);
		n->place = x->acts.list[i].place;
		snprintf(n->words, sizeof n->words, "%s", text_string(&words));
		buffer_fini(&words);
	}
}

enum err minimal_find(const struct found *f, const struct knocked *k, const struct exposure *same,
		      struct minimal *out, struct diags *d)
{
	struct search *x = calloc(1, sizeof *x);
	if (!x)
		abort();
	*x = (struct search){ .f = f, .k = k, .same = same, .d = d };
	memset(x->kept, true, sizeof x->kept);
	x->status = chosen_read(f, &x->whole, d);
	if (x->status == ERR_OK) {
		acts_of(&x->whole, &x->acts);
		ddmin(x->kept, x->acts.count, still_exposes, x);
	}
	if (x->status == ERR_OK)
		tell(x, out);
	enum err status = x->status;
	scenario_fini(&x->whole);
	free(x);
	return status;
}

void minimal_fini(struct minimal *m)
{
	free(m->list);
	*m = (struct minimal){ 0 };
}

void minimal_pack(const struct minimal *m, struct buffer *out)
{
	buffer_append_u32(out, (uint32_t)m->acts);
	buffer_append_u32(out, (uint32_t)m->replays);
	buffer_append(out, bytes_of(m->list, m->count * sizeof *m->list));
}

bool minimal_unpack(struct bytes packed, struct minimal *m)
{
	enum { HEAD = 8 };
	if (packed.size < HEAD || (packed.size - HEAD) % sizeof *m->list != 0)
		return false;
	*m = (struct minimal){ .acts = read_u32(packed.data),
			       .replays = read_u32(packed.data + 4),
			       .count = (packed.size - HEAD) / sizeof *m->list };
	m->list = calloc(m->count + 1, sizeof *m->list);
	if (!m->list)
		abort();
	memcpy(m->list, packed.data + HEAD, packed.size - HEAD);
	return true;
}
