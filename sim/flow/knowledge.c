/* knowledge.c - the lists behind knowledge.h. It holds numbers of secrets, never a value. */
#include "sim/flow/knowledge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"

const char *how_name(enum how how)
{
	static const char *const names[HOWS] = {
		[HOW_NOT] = "does not have it",
		[HOW_INITIAL] = "had it from the beginning",
		[HOW_DRAWN] = "drew it",
		[HOW_COMPUTED] = "computed it",
		[HOW_RECEIVED] = "was given it",
		[HOW_READ] = "had bytes with it",
		[HOW_TAKEN] = "has it from a corrupt actor",
		[HOW_DERIVED] = "can derive it",
	};
	assert(how < HOWS);
	return names[how];
}

enum how how_of_origin(const char *origin)
{
	static const struct {
		const char *word;
		enum how how;
	} origins[] = { { "initial", HOW_INITIAL },
			{ "drawn", HOW_DRAWN },
			{ "derived", HOW_COMPUTED },
			{ "received", HOW_RECEIVED } };
	for (size_t i = 0; origin && i < sizeof origins / sizeof *origins; i++)
		if (strncmp(origin, origins[i].word, strlen(origins[i].word)) == 0)
			return origins[i].how;
	return HOW_RECEIVED;
}

static void heads_reach(struct knowledge *k, size_t secret)
{
	if (secret < k->heads_room)
		return;
	size_t room = secret + secret / 2 + 64;
	k->heads = realloc(k->heads, room * sizeof *k->heads);
	assert(k->heads);
	memset(k->heads + k->heads_room, 0, (room - k->heads_room) * sizeof *k->heads);
	k->heads_room = room;
}

const struct known *knowledge_first(const struct knowledge *k, size_t secret)
{
	uint32_t head = secret < k->heads_room ? k->heads[secret] : 0;
	return head ? &k->list[head - 1] : NULL;
}

const struct known *knowledge_next(const struct knowledge *k, const struct known *one)
{
	return one->next ? &k->list[one->next - 1] : NULL;
}

const struct known *knowledge_of(const struct knowledge *k, int32_t who, size_t secret)
{
	const struct known *one = knowledge_first(k, secret);
	while (one && one->who != who)
		one = knowledge_next(k, one);
	return one;
}

void knowledge_learn(struct knowledge *k, int32_t who, size_t secret, uint64_t record, enum how how)
{
	struct known *there = (struct known *)knowledge_of(k, who, secret);
	if (there && there->how == HOW_READ && how < HOW_READ)
		there->how =
			(uint8_t)how; /* the same value, of which it says now how it came by it */
	if (there)
		return;
	heads_reach(k, secret);
	k->list = list_grow(k->list, k->count, &k->room, sizeof *k->list);
	k->list[k->count] = (struct known){ .record = record & (UINT64_MAX >> 8),
					    .how = (uint8_t)how,
					    .who = who,
					    .next = k->heads[secret] };
	k->heads[secret] = (uint32_t)++k->count;
}

void knowledge_erase(struct knowledge *k, int32_t who, int claim, uint64_t record)
{
	k->erased = list_grow(k->erased, k->erased_count, &k->erased_room, sizeof *k->erased);
	k->erased[k->erased_count++] =
		(struct erasure){ .record = record, .who = who, .claim = claim };
}

bool knowledge_is_held(const struct knowledge *k, const struct known *one, int claim,
		       uint64_t record)
{
	if (one->record > record)
		return false;
	for (size_t i = 0; one->how != HOW_READ && i < k->erased_count; i++) {
		const struct erasure *e = &k->erased[i];
		if (e->who == one->who && e->claim == claim && e->record > one->record &&
		    e->record <= record)
			return false;
	}
	return true;
}

/* -- corruption -- */

static bool is_one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

uint64_t knowledge_corrupt_since(const struct knowledge *k, int32_t who)
{
	for (size_t i = 0; i < k->corrupt_count; i++)
		if (k->corrupt[i].who == who)
			return k->corrupt[i].record;
	return 0;
}

/* Acts on a wire name both ends of the packet, and no session of either. */
static bool is_on_wire(const struct sight *s)
{
	return s->whom >= 0 && !s->record->session;
}

void knowledge_act(struct knowledge *k, const struct flow *f, const struct sight *s)
{
	static const char *const people[] = { "admin", "user", NULL };
	static const char *const harmless[] = { "blackout", "delay", "until", "drop",
						"crash",    "clock", NULL };
	if (s->who < 0 || s->actor >= (int)f->actors_count || is_on_wire(s) ||
	    is_one_of(s->record->name, harmless) || is_one_of(f->actors[s->actor].name, people) ||
	    knowledge_corrupt_since(k, s->who))
		return;
	k->corrupt = list_grow(k->corrupt, k->corrupt_count, &k->corrupt_room, sizeof *k->corrupt);
	k->corrupt[k->corrupt_count++] =
		(struct corruption){ .record = s->record->id, .who = s->who };
}

void knowledge_fini(struct knowledge *k)
{
	free(k->heads);
	free(k->list);
	free(k->erased);
	free(k->corrupt);
	memset(k, 0, sizeof *k);
}
