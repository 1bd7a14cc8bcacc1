/* actor_words.c - letters, and the walk over all words made of them. */
#include "tests/lib/actor_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/codec/shape.h"
#include "tests/lib/messages.h"

enum { OF_BODY = 8, FIELDS_TRIED = 16, TAGS = 3 };
enum { CHOICES_THROUGHOUT = 4 }; /* further ones begin words only */

/* -- damaging -- */

static bool damage_field(const struct field *f, uint8_t *plain)
{
	struct bytes view;
	switch (f->kind) {
	case FIELD_NUMBER:
	case FIELD_FIXED:
	case FIELD_SIZED:
	case FIELD_TEXT:
	case FIELD_TEXTS:
		plain[f->at] ^= 1;
		return true;
	case FIELD_VIEW:
		memcpy(&view, plain + f->at, sizeof view);
		view.size /= 2;
		memcpy(plain + f->at, &view, sizeof view);
		return true;
	case FIELD_NESTED:
	case FIELD_KINDS:
		break;
	}
	return false;
}

static bool damage_shape(enum message_type type, void *plain, int index)
{
	const struct shape *shape = shape_of(type);
	return shape && (size_t)index < shape->count && damage_field(&shape->fields[index], plain);
}

static bool damage_body(struct secure_channel_setup *m, int index)
{
	struct setup_body body;
	struct buffer wire = { 0 };
	bool good = setup_body_decode(bytes_of(m->body, m->body_size), &body) == MESSAGE_OK &&
		    damage_shape(MESSAGE_SETUP_BODY, &body, index);
	if (good) {
		setup_body_encode(&body, &wire);
		m->body_size = (uint16_t)wire.size;
		memcpy(m->body, wire.data, wire.size);
	}
	buffer_fini(&wire);
	return good;
}

bool message_damage(struct message *m, int index)
{
	if (index < OF_BODY)
		return damage_shape(m->type, &m->as, index);
	return m->type == MESSAGE_SECURE_CHANNEL_SETUP &&
	       damage_body(&m->as.secure_channel_setup, index - OF_BODY);
}

/* -- letters -- */

static void add(struct words *w, struct letter l)
{
	if (w->count == LETTERS_MAX)
		abort();
	if (l.channel == CHANNEL_ANY)
		l.channel = NOC_SESSION;
	w->letters[w->count++] = l;
}

static bool can_be_damaged(enum message_type type, int index)
{
	if (index < OF_BODY)
		return shape_of(type) && (size_t)index < shape_of(type)->count;
	return type == MESSAGE_SECURE_CHANNEL_SETUP &&
	       (size_t)(index - OF_BODY) < shape_of(MESSAGE_SETUP_BODY)->count;
}

void words_add(struct words *w, uint8_t on, word_make_fn *make, int choices)
{
	const struct stimulus_spec *spec = &w->bench->machine->stimuli[on];
	struct letter l = { .on = on, .channel = spec->channel, .make = make, .flip = FLIP_NONE };
	if (spec->kind != STIMULUS_MESSAGE) {
		bool legs = spec->channel == CHANNEL_ANY && spec->kind != STIMULUS_TIMER &&
			    spec->kind != STIMULUS_TOLD;
		for (l.tag = legs ? 1 : 0; l.tag < (legs ? TAGS : 1); l.tag++)
			add(w, l);
		return;
	}
	for (l.choice = 0; l.choice < choices; l.choice++) {
		l.only_first = l.choice >= CHOICES_THROUGHOUT;
		add(w, l);
	}
	l.choice = 0;
	l.only_first = true;
	for (l.flip = 0; make && l.flip < FIELDS_TRIED; l.flip++)
		if (can_be_damaged((enum message_type)spec->what, l.flip))
			add(w, l);
	l.flip = FLIP_NONE;
	l.make = NULL;
	add(w, l);
	l.greatest = true;
	l.only_first = make != NULL;
	add(w, l);
}

void words_add_others(struct words *w)
{
	for (uint8_t on = 0; on < w->bench->machine->stimuli_count; on++) {
		bool known = false;
		for (size_t i = 0; i < w->count; i++)
			known = known || w->letters[i].on == on;
		if (!known)
			words_add(w, on, NULL, 0);
	}
}

/* The message of a letter, encoded; false when there is none here and now. */
static bool write_unit(const struct words *w, const struct letter *l, struct buffer *unit)
{
	const struct stimulus_spec *spec = &w->bench->machine->stimuli[l->on];
	struct message m = { .type = MESSAGE_NONE }, read;
	if (!l->make)
		messages_fill(&m, (enum message_type)spec->what, l->greatest);
	else if (!l->make(w, l->choice, &m) ||
		 (l->flip != FLIP_NONE && !message_damage(&m, l->flip)))
		return false;
	message_encode(&m, unit);
	return message_decode(bytes_of_buffer(unit), &read) == MESSAGE_OK;
}

static bool play(struct words *w, const struct letter *l)
{
	static const uint8_t told[] = { 0, 0, 0, 1 };
	struct buffer unit = { 0 };
	enum stimulus_kind kind = w->bench->machine->stimuli[l->on].kind;
	bool possible = true;
	if (w->prepare)
		w->prepare(w, l);
	if (kind == STIMULUS_MESSAGE)
		possible = write_unit(w, l, &unit);
	else if (kind == STIMULUS_BYTES)
		buffer_append(&unit, bytes_of_string("stream bytes"));
	if (possible) {
		struct arrival a = { .on = l->on,
				     .channel = l->channel,
				     .tag = l->tag,
				     .request = 1,
				     .unit = bytes_of_buffer(&unit),
				     .told = bytes_of(told, kind == STIMULUS_TOLD ? 4 : 0) };
		w->unexpected += bench_step(w->bench, &a)->row == NULL;
		w->steps++;
		if (w->observe)
			w->observe(w, l, bytes_of_buffer(&unit));
	}
	buffer_fini(&unit);
	return possible;
}

/* -- the walk -- */

struct place_in_walk {
	struct shot shot;
	struct buffer model;
};
struct walk {
	struct words *w;
	struct place_in_walk at[WORDS_LENGTH_MAX + 1]; /* by letters played */
	struct place_in_walk roots[MACHINE_STATES_MAX];
	size_t roots_count;
	bool reached[MACHINE_STATES_MAX];
};

static void remember(const struct words *w, struct place_in_walk *p)
{
	bench_shoot(w->bench, &p->shot);
	buffer_clear(&p->model);
	buffer_append(&p->model, bytes_of(w->model, w->model_size));
}

static void go_back(struct words *w, const struct place_in_walk *p)
{
	bench_return(w->bench, &p->shot);
	if (w->model_size > 0)
		memcpy(w->model, p->model.data, w->model_size);
}

static void note_state(struct walk *k)
{
	uint8_t state = k->w->bench->state;
	if (k->reached[state])
		return;
	k->reached[state] = true;
	remember(k->w, &k->roots[k->roots_count++]);
}

static void walk_from(struct walk *k, const struct place_in_walk *from, size_t played)
{
	struct words *w = k->w;
	for (size_t i = 0; i < w->count; i++) {
		if (played > 0 && w->letters[i].only_first)
			continue;
		go_back(w, from);
		if (!play(w, &w->letters[i]))
			continue;
		note_state(k);
		if (played + 1 == w->length)
			continue;
		remember(w, &k->at[played + 1]);
		walk_from(k, &k->at[played + 1], played + 1);
	}
}

static void place_fini(struct place_in_walk *p)
{
	shot_fini(&p->shot);
	buffer_fini(&p->model);
}

void words_play(struct words *w)
{
	struct walk *k = calloc(1, sizeof *k);
	if (!k || w->length > WORDS_LENGTH_MAX)
		abort();
	k->w = w;
	note_state(k);
	for (size_t i = 0; i < k->roots_count; i++)
		walk_from(k, &k->roots[i], 0);
	go_back(w, &k->roots[0]);
	w->states = k->roots_count;
	printf("%-28s %3zu letters, %zu of %zu states, %7zu steps, %7zu unexpected, %zu of %zu "
	       "rows\n",
	       w->bench->machine->name, w->count, w->states, w->bench->machine->states_count,
	       w->steps, w->unexpected, bench_rows(w->bench), w->bench->machine->rows_count);
	for (size_t i = 0; i < w->bench->machine->rows_count; i++)
		if (w->bench->taken[i] == 0)
			printf("  not taken: %s\n", w->bench->machine->rows[i].story);
	for (size_t i = 0; i <= WORDS_LENGTH_MAX; i++)
		place_fini(&k->at[i]);
	for (size_t i = 0; i < k->roots_count; i++)
		place_fini(&k->roots[i]);
	free(k);
}
