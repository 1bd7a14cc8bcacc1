/* lives.c - one table of sessions, and how often each instance began; see lives.h. */
#include "sim/flow/lives.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

struct session_seen {
	uint64_t number;       /* 0: a free slot */
	uint32_t who, crashes; /* crashes of its instance before it was seen first */
};
struct session_life {
	uint32_t crashes;
	bool begun, dead;
	int64_t incarnation;
};

void lives_init(struct lives *x, struct findings *findings)
{
	*x = (struct lives){ .findings = findings };
}

static size_t slot_of(const struct lives *x, uint64_t number, uint32_t who)
{
	uint64_t mixed = (number ^ (uint64_t)who << 40) * 0x9e3779b97f4a7c15u;
	size_t slot = (size_t)(mixed >> 24) & (x->slots_count - 1);
	while (x->slots[slot].number &&
	       (x->slots[slot].number != number || x->slots[slot].who != who))
		slot = (slot + 1) & (x->slots_count - 1);
	return slot;
}

static void slots_grow(struct lives *x)
{
	struct session_seen *old = x->slots;
	size_t old_count = x->slots_count;
	x->slots_count = old_count ? old_count * 2 : SLOTS_FIRST;
	x->slots = calloc(x->slots_count, sizeof *x->slots);
	assert(x->slots);
	for (size_t i = 0; i < old_count; i++)
		if (old[i].number)
			x->slots[slot_of(x, old[i].number, old[i].who)] = old[i];
	free(old);
}

static struct session_life *life_of(struct lives *x, int who)
{
	size_t number = (size_t)who;
	if (number >= x->lives_room) {
		size_t room = number * 2 + 16;
		x->lives = realloc(x->lives, room * sizeof *x->lives);
		assert(x->lives);
		memset(x->lives + x->lives_room, 0, (room - x->lives_room) * sizeof *x->lives);
		x->lives_room = room;
	}
	return &x->lives[number];
}

static void complain(struct lives *x, const struct sight *s, const char *what)
{
	findings_add(x->findings,
		     (struct finding){ .kind = FINDING_EVIDENCE,
				       .verdict = VERDICT_VIOLATED,
				       .record = s->record->id },
		     "evidence", "record %" PRIu64 " (%s) %s: %s", s->record->id,
		     record_kind_name(s->record->kind), what,
		     s->record->actor ? s->record->actor : "");
}

static void begin_see(struct lives *x, const struct sight *s)
{
	struct session_life *life = life_of(x, s->who);
	if (life->begun && life->dead && s->record->number <= life->incarnation)
		complain(x, s, "begins anew in no later incarnation");
	else if (life->begun && !life->dead && s->record->number != life->incarnation)
		complain(x, s, "begins anew without a crash");
	life->begun = true;
	life->dead = false;
	life->incarnation = s->record->number;
}

static void crash_see(struct lives *x, const struct sight *s)
{
	struct session_life *life = life_of(x, s->who);
	if (life->dead)
		complain(x, s, "is the crash of an actor that has not begun anew");
	life->dead = true;
	life->crashes++;
}

/* What an actor does, as opposed to what is done to it. */
static bool is_deed(enum record_kind kind)
{
	return kind == RECORD_STEP || kind == RECORD_HOLD || kind == RECORD_CLAIM ||
	       kind == RECORD_PERSIST || kind == RECORD_SENT || kind == RECORD_ACCEPTED ||
	       kind == RECORD_OPEN || kind == RECORD_PIPE;
}

static void deed_see(struct lives *x, const struct sight *s)
{
	const struct session_life *life = life_of(x, s->who);
	if (life->dead) {
		complain(x, s, "is of an actor that is dead");
		return;
	}
	if (!life->crashes || !s->record->session || !x->slots_count)
		return;
	const struct session_seen *seen =
		&x->slots[slot_of(x, s->record->session, (uint32_t)s->who)];
	if (seen->number && seen->crashes < life->crashes)
		complain(x, s,
			 "is of a session that a crash ended: a restart that kept its memory");
}

static void session_add(struct lives *x, const struct sight *s)
{
	if (!s->record->session)
		return;
	if (x->count * 2 >= x->slots_count)
		slots_grow(x);
	size_t slot = slot_of(x, s->record->session, (uint32_t)s->who);
	if (x->slots[slot].number)
		return;
	x->slots[slot] = (struct session_seen){ .number = s->record->session,
						.who = (uint32_t)s->who,
						.crashes = life_of(x, s->who)->crashes };
	x->count++;
}

void lives_see(struct lives *x, const struct sight *s)
{
	enum record_kind kind = s->record->kind;
	if (s->who < 0)
		return;
	if (kind == RECORD_ACTOR)
		begin_see(x, s);
	else if (kind == RECORD_CRASH)
		crash_see(x, s);
	else if (is_deed(kind))
		deed_see(x, s);
	if (kind == RECORD_OPEN || kind == RECORD_STEP)
		session_add(x, s);
}

bool lives_have_session(const struct lives *x, const struct sight *s)
{
	return s->who >= 0 && s->record->session && x->slots_count &&
	       x->slots[slot_of(x, s->record->session, (uint32_t)s->who)].number;
}

void lives_fini(struct lives *x)
{
	free(x->slots);
	free(x->lives);
	memset(x, 0, sizeof *x);
}
