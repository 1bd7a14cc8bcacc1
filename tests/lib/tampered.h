/* tampered.h - a roster in which one actor behaves as nobody's table says: a copy whose rows may be
 * changed. Everybody else is the real one.
 */
#ifndef TESTS_LIB_TAMPERED_H
#define TESTS_LIB_TAMPERED_H

#include "proto/record.h"
#include "sim/roster.h"
#include "tests/lib/played.h"

enum { TAMPERED_ACTORS_MAX = 16, TAMPERED_MACHINES_MAX = 24 };

struct tampered {
	struct roster roster;
	const struct actor_class *actors[TAMPERED_ACTORS_MAX];
	struct actor_class classes[TAMPERED_ACTORS_MAX];
	const struct machine *lists[TAMPERED_ACTORS_MAX][ROSTER_MACHINES_MAX];
	size_t machines_count;
	struct machine machines[TAMPERED_MACHINES_MAX];
	struct row rows[TAMPERED_MACHINES_MAX][MACHINE_ROWS_MAX];
};
/* Copy a roster; too many actors or machines abort. t must not move afterwards. */
void tampered_begin(struct tampered *t, const struct roster *of);
/* From now on the row of this machine that tells this story does `then` instead. Returns what it
 * did before. Aborts when there is no such row. */
action_fn *tampered_row(struct tampered *t, const char *machine, const char *story,
			action_fn *then);

/* Play a scenario file with this roster. Asserts that the run goes through and falls quiet, for
 * which it gets two hours unless with.change says otherwise. */
void tampered_play(const struct tampered *t, const char *file, struct played_with with,
		   struct played *p);
void tampered_give_time(struct scenario *s);

/* For those who look on. A text of a record being written may be NULL. */
bool text_is(const char *text, const char *word);
bool record_is_of(const struct record *r, enum record_kind kind, const char *actor);
bool all_zero(const uint8_t *data, size_t size);

#endif
