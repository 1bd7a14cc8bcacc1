/* actor_words.c - letters, and the walk over all words made of them. */
#include "tests/lib/actor_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/codec/shape.h"
#include "tests/lib/messages.h"

enum { OF_BODY = 8, TAGS = 3 };
enum { CHOICES_THROUGHOUT = 4 }; /* further ones begin words only */

/* -- damaging -- */

enum damage { FIRST_BYTE, LAST_BYTE, SHORTER, DAMAGES };
enum { FIELDS_TRIED = 16 }; /* of the message, then of the body of a setup message */

static size_t size_of(const struct field *f, const uint8_t *plain)
{
	uint8_t narrow;
	uint16_t medium;
	memcpy(&narrow, plain + f->size_at, sizeof narrow);
	memcpy(&medium, plain + f->size_at, sizeof medium);
	return f->width == sizeof narrow ? narrow : medium;
}

static bool shorten(const struct field *f, uint8_t *plain)
{
	size_t size = size_of(f, plain);
	uint8_t narrow = (uint8_t)(size - 1);
	uint16_t medium = (uint16_t)(size - 1);
	if (size < 2)
		return false;
	memcpy(plain + f->size_at, f->width == sizeof narrow ? (void *)&narrow : (void *)&medium,
	       f->width);
	return true;
}

static bool damage_bytes(const struct field *f, uint8_t *plain, enum damage how)
{
	size_t size = f->kind == FIELD_SIZED ? size_of(f, plain) : f->max;
	if (how == SHORTER)
		return f->kind == FIELD_SIZED && shorten(f, plain);
	if (size == 0)
		return false;
	plain[f->at + (how == LAST_BYTE ? size - 1 : 0)] ^= 1;
	return true;
}

static bool damage_field(const struct field *f, uint8_t *plain, enum damage how)
{
	struct bytes view;
	switch (f->kind) {
	case FIELD_FIXED:
	case FIELD_SIZED:
		return damage_bytes(f, plain, how);
	case FIELD_NUMBER:
	case FIELD_TEXT:
	case FIELD_TEXTS:
		plain[f->at] ^= 1;
		return how == FIRST_BYTE;
	case FIELD_VIEW:
		memcpy(&view, plain + f->at, sizeof view);
		view.size /= 2;
		memcpy(plain + f->at, &view, sizeof view);
		return how == SHORTER;
	case FIELD_NESTED:
	case FIELD_KINDS:
		break;
	}
	return false;
}

static bool damage_shape(enum message_type type, void *plain, int index, enum damage how)
{
	const struct shape *shape = shape_of(type);
	return shape && (size_t)index < shape->count &&
	       damage_field(&shape->fields[index], plain, how);
}

static bool damage_body(struct secure_channel_setup *m, int index, enum damage how)
{
	struct setup_body body;
	struct buffer wire = { 0 };
	bool good = setup_body_decode(bytes_of(m->body, m->body_size), &body) == MESSAGE_OK &&
		    damage_shape(MESSAGE_SETUP_BODY, &body, index, how);
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
	enum damage how = (enum damage)(index / FIELDS_TRIED);
	int field = index % FIELDS_TRIED;
	if (field < OF_BODY)
		return damage_shape(m->type, &m->as, field, how);
	return m->type == MESSAGE_SECURE_CHANNEL_SETUP &&
	       damage_body(&m->as.secure_channel_setup, field - OF_BODY, how);
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

/* Whether there is such a field, of a kind that can be damaged in this way. */
static bool can_be_damaged(enum message_type type, int index)
{
	int field = index % FIELDS_TRIED;
	if (field >= OF_BODY && type != MESSAGE_SECURE_CHANNEL_SETUP)
		return false;
	const struct shape *shape = shape_of(field < OF_BODY ? type : MESSAGE_SETUP_BODY);
	if (!shape || (size_t)(field % OF_BODY) >= shape->count)
		return false;
	enum field_kind kind = shape->fields[field % OF_BODY].kind;
	if (index / FIELDS_TRIED == FIRST_BYTE)
		return kind != FIELD_VIEW && kind != FIELD_NESTED;
	return kind == FIELD_SIZED || (kind == FIELD_FIXED && index / FIELDS_TRIED == LAST_BYTE) ||
	       (kind == FIELD_VIEW && index / FIELDS_TRIED == SHORTER);
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
	for (l.flip = 0; make && l.flip < DAMAGES * FIELDS_TRIED; l.flip++)
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
	static const uint8_t number[] = { 0, 0, 0, 1 };
	struct bytes told = w->told.size > 0 ? w->told : bytes_of(number, sizeof number);
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
				     .told = kind == STIMULUS_TOLD ? told : bytes_of(NULL, 0) };
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
	bool reached[MACHINE_STATES_MAX], rooted[MACHINE_STATES_MAX];
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
	k->w->states += !k->reached[state];
	k->reached[state] = true;
	if (k->rooted[state] || k->w->bench->closed)
		return;
	k->rooted[state] = true;
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
		if (played + 1 == w->length || w->bench->closed)
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
	w->states = 0;
	note_state(k);
	for (size_t i = 0; i < k->roots_count; i++)
		walk_from(k, &k->roots[i], 0);
	go_back(w, &k->roots[0]);
	printf("%-28s %3zu letters, %zu of %zu states, %7zu steps, %7zu unexpected, %zu of %zu "
	       "rows\n",
	       w->bench->machine->name, w->count, w->states, w->bench->machine->states_count,
	       w->steps, w->unexpected, bench_rows(w->bench), places_count(w->bench->machine));
	places_print_missing(w->bench->machine, w->bench->taken);
	for (size_t i = 0; i <= WORDS_LENGTH_MAX; i++)
		place_fini(&k->at[i]);
	for (size_t i = 0; i < k->roots_count; i++)
		place_fini(&k->roots[i]);
	free(k);
}
