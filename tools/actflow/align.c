/* align.c - compares two lists of numbered records; see align.h. */
#include "tools/actflow/align.h"

#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/differences.h"
#include "tools/actflow/telling.h"

void align_add(struct alignment *a, size_t side, const struct record *r, bool chosen)
{
	struct side *s = &a->sides[side];
	s->reader.all = &a->lists;
	s->list = list_grow(s->list, s->count, &s->room, sizeof *s->list);
	struct aligned *one = &s->list[s->count++];
	*one = (struct aligned){ .is = sameness_of(&s->reader, r),
				 .at_ns = r->at_ns,
				 .parents_count = (uint8_t)r->parents_count,
				 .chosen = chosen && r->kind != RECORD_RUN };
	memcpy(one->parents, r->parents, sizeof one->parents);
	struct buffer *values = &a->lists.scratch;
	buffer_clear(values);
	differences_values(r, a->keyed, values);
	one->values = (uint32_t)keys_add(&a->lists.values, bytes_of_buffer(values), NULL) + 1;
}

/* -- which are the same -- */

static enum align_status compare(const struct aligned *one, const struct aligned *other)
{
	if (one->values != other->values)
		return one->is.carries ? ALIGN_CARRIED : ALIGN_DIFFERS;
	return one->at_ns != other->at_ns ? ALIGN_MOVED : ALIGN_SAME;
}

static void match(struct alignment *a)
{
	struct side *left = &a->sides[0], *right = &a->sides[1];
	size_t *places = calloc(a->lists.whole.count + 1, sizeof *places); /* + 1; 0: none */
	if (!places)
		abort();
	for (size_t i = 0; i < right->count; i++) {
		right->list[i].status = ALIGN_ONLY;
		places[right->list[i].is.whole] = i + 1;
	}
	for (size_t i = 0; i < left->count; i++) {
		struct aligned *one = &left->list[i];
		size_t place = places[one->is.whole];
		one->status = ALIGN_ONLY;
		if (!place)
			continue;
		struct aligned *other = &right->list[place - 1];
		one->status = other->status = compare(one, other);
		/* a choice that only one of them meets is met */
		one->chosen = other->chosen = one->chosen || other->chosen;
	}
	free(places);
}

bool align_diverges(const struct aligned *one)
{
	return one->chosen && !one->is.carries &&
	       (one->status == ALIGN_DIFFERS || one->status == ALIGN_ONLY);
}

static void count(struct side *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct aligned *one = &s->list[i];
		if (!one->chosen)
			continue;
		s->counts[one->status]++;
		s->carries_only += one->status == ALIGN_ONLY && one->is.carries;
		if (!s->first && align_diverges(one))
			s->first = i + 1;
	}
}

/* -- the first that is not -- */

/* The record of a side that stands where this one does: the same record, else the same but for the
 * row, else what else follows from the same causes. 0: none. */
static uint64_t counterpart(const struct side *s, const struct aligned *one)
{
	uint64_t like = 0, beside = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct aligned *other = &s->list[i];
		if (!align_diverges(other))
			continue;
		if (other->is.whole == one->is.whole)
			return i + 1;
		if (!like && other->is.stem == one->is.stem)
			like = i + 1;
		if (!beside && other->status == ALIGN_ONLY && one->status == ALIGN_ONLY &&
		    other->is.causes == one->is.causes)
			beside = i + 1;
	}
	return like ? like : beside;
}

/* Which side's first record comes first. One that the other side has, too, but behind its own
 * first, comes after that; else the clock says. */
static size_t side_of_first(const struct alignment *a, const uint64_t beside[2])
{
	const struct side *left = &a->sides[0], *right = &a->sides[1];
	if (!left->first || !right->first)
		return left->first ? 0 : 1;
	if (!beside[0] != !beside[1])
		return beside[0] ? 1 : 0;
	return left->list[left->first - 1].at_ns <= right->list[right->first - 1].at_ns ? 0 : 1;
}

static void find_first(struct alignment *a)
{
	uint64_t beside[2] = { 0, 0 };
	for (size_t i = 0; i < 2; i++)
		if (a->sides[i].first)
			beside[i] = counterpart(&a->sides[1 - i],
						&a->sides[i].list[a->sides[i].first - 1]);
	size_t first = side_of_first(a, beside);
	if (!a->sides[first].first)
		return;
	a->sides[1 - first].first = beside[first];
	a->paired = beside[first] != 0;
}

/* like: of each stem, whether something on the other side follows that might have been this; NULL
 * for the side that is looked at first. */
static void spread(struct side *s, const bool *like)
{
	for (size_t i = 0; i < s->count; i++) {
		struct aligned *one = &s->list[i];
		bool diverges = align_diverges(one);
		one->follows = i + 1 == s->first || (like && diverges && like[one->is.stem]);
		for (size_t k = 0; k < one->parents_count && !one->follows; k++) {
			uint64_t parent = one->parents[k];
			one->follows = parent > 0 && parent <= i && s->list[parent - 1].follows;
		}
		s->elsewhere += diverges && !one->follows;
	}
}

static void spread_both(struct alignment *a)
{
	size_t first = a->paired || a->sides[0].first ? 0 : 1;
	struct side *s = &a->sides[first];
	bool *like = calloc(a->lists.stems.count + 1, sizeof *like);
	if (!like)
		abort();
	spread(s, NULL);
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].follows && align_diverges(&s->list[i]))
			like[s->list[i].is.stem] = true;
	spread(&a->sides[1 - first], like);
	free(like);
}

void align_finish(struct alignment *a)
{
	match(a);
	count(&a->sides[0]);
	count(&a->sides[1]);
	find_first(a);
	spread_both(a);
}

bool align_is_same(const struct alignment *a)
{
	for (size_t s = 0; s < 2; s++)
		for (size_t i = ALIGN_SAME + 1; i < ALIGN_STATUSES; i++)
			if (a->sides[s].counts[i] > 0)
				return false;
	return true;
}

void align_fini(struct alignment *a)
{
	for (size_t s = 0; s < 2; s++) {
		free(a->sides[s].list);
		sameness_reader_fini(&a->sides[s].reader);
	}
	sameness_lists_fini(&a->lists);
	*a = (struct alignment){ 0 };
}
