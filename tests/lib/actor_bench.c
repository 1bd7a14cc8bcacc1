/* actor_bench.c - the bench: what the world does for a session, and nothing else. */
#include "tests/lib/actor_bench.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "actors/roster.h"
#include "proto/crypto/hmac.h"
#include "tests/lib/effect_rules.h"
#include "tests/lib/rehearsal.h"

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench: %s\n", what);
	abort();
}

/* -- the lab -- */

void lab_draw(struct lab *lab, uint64_t number)
{
	host_enter(lab->host,
		   &(struct host_purpose){ .actor = "test", .step = number, .what = "test" });
}

void lab_open(struct lab *lab, uint64_t seed)
{
	*lab = (struct lab){ .host = host_new(seed, LAB_EPOCH_S) };
	lab->crypto = crypto_new(host_library(lab->host));
	lab->yielding = crypto_new(host_library(lab->host));
	must(lab->crypto && lab->yielding, "no crypto");
	crypto_yield_unauthentic(lab->yielding);
	policy_init(&lab->policy, dynamics_roster.settings, dynamics_roster.settings_count);
	memset(lab->shared, 0x5a, sizeof lab->shared);
	lab_draw(lab, 0);
}

void lab_set(struct lab *lab, const char *setting, const char *word)
{
	must(policy_set(&lab->policy, setting, word) == 0, setting);
}

void lab_close(struct lab *lab)
{
	crypto_free(lab->crypto);
	crypto_free(lab->yielding);
	host_free(lab->host);
}

/* -- the bench -- */

static void find_machine(struct bench *b, const char *name)
{
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		for (size_t m = 0; m < c->machines_count; m++) {
			if (strcmp(c->machines[m]->name, name) != 0)
				continue;
			b->class = c;
			b->machine = c->machines[m];
		}
	}
	must(b->machine != NULL, name);
}

static void make_room(struct bench *b, struct lab *lab, const char *machine)
{
	*b = (struct bench){ .lab = lab };
	find_machine(b, machine);
	b->session = calloc(1, b->machine->session_size + 1);
	b->examined = calloc(1, b->machine->examined_size + 1);
	b->out = calloc(1, sizeof *b->out);
	must(b->session && b->examined && b->out, "no memory");
}

static void persist(struct bench *b)
{
	for (size_t i = 0; i < b->out->count; i++) {
		const struct effect *e = &b->out->list[i];
		if (e->kind == EFFECT_PERSIST)
			store_put(b->store, e->what, e->key, e->body);
	}
}

void lab_shared(const struct lab *lab, const char *name, uint8_t out[ROSTER_SHARED_SIZE])
{
	uint8_t value[DIGEST_SIZE_MAX];
	must(hmac_of(lab->crypto, DIGEST_SHA256, bytes_of(lab->shared, sizeof lab->shared),
		     bytes_of_string(name), value),
	     name);
	memcpy(out, value, ROSTER_SHARED_SIZE);
}

/* Put what this actor shares with others from the start where the roster says, for device 1. */
static void share(struct bench *b, const struct shared *x)
{
	uint8_t value[ROSTER_SHARED_SIZE];
	char key[INSTANCE_MAX + 1];
	const char *of = x->device && b->class->listens_count > 0 ? "@" DEVICE_ID : "";
	lab_shared(b->lab, x->name, value);
	for (size_t i = 0; i < x->holders_count; i++) {
		snprintf(key, sizeof key, "%s%s", x->holders[i].key, of);
		if (dynamics_roster.actors[x->holders[i].actor] == b->class)
			store_put(b->store, x->holders[i].table, bytes_of_string(key),
				  bytes_of(value, sizeof value));
	}
}

void bench_open(struct bench *b, struct lab *lab, const char *machine)
{
	make_room(b, lab, machine);
	b->store = store_new();
	for (size_t i = 0; i < dynamics_roster.shared_count; i++)
		share(b, &dynamics_roster.shared[i]);
}

void bench_join(struct bench *b, const struct bench *with, const char *machine)
{
	make_room(b, with->lab, machine);
	must(b->class == with->class, "another actor's store");
	b->store = with->store;
	b->store_is_borrowed = true;
	b->now_ns = with->now_ns;
}

void bench_close(struct bench *b)
{
	if (!b->store_is_borrowed)
		store_free(b->store);
	free(b->session);
	free(b->examined);
	free(b->out);
}

void bench_begin(struct bench *b, struct lab *lab, const char *machine)
{
	lab_open(lab, 7);
	bench_open(b, lab, machine);
}

void bench_end(struct bench *b, struct lab *lab)
{
	CU_ASSERT_PTR_NULL(b->broken);
	bench_close(b);
	lab_close(lab);
}

void bench_is_in(const struct bench *b, const char *state)
{
	CU_ASSERT_PTR_NOT_NULL(b->last.row);
	CU_ASSERT_STRING_EQUAL(bench_state(b), state);
}

/* -- what every step must keep to -- */

static void rule(struct bench *b, bool kept, const char *what)
{
	b->broken = kept || b->broken ? b->broken : what;
}

static void check_checks(struct bench *b)
{
	size_t holding = 0, listed = 0;
	const struct step_report *p = &b->last;
	for (size_t i = 0; i < p->checks_count; i++)
		holding += p->checks[i].holds;
	if (p->row->refuses) {
		rule(b, p->checks_count > 0 && holding == p->checks_count - 1,
		     "not the first false");
		rule(b, p->checks[holding].check == p->row->refuses, "refused by another check");
		return;
	}
	while (p->row->checks && p->row->checks[listed])
		listed++;
	rule(b, holding == listed && p->checks_count == listed, "accepted without every check");
}

static void check_step(struct bench *b, uint8_t from, uint8_t on)
{
	const struct step_report *p = &b->last;
	rule(b, b->state < b->machine->states_count && p->to == b->state, "no such state");
	rule(b, b->out->count <= EFFECTS_MAX && b->out->used <= EFFECTS_ARENA, "too many effects");
	if (!p->row) {
		rule(b, b->state == b->machine->unexpected, "unexpected and not closed");
		rule(b, b->out->count == 0 && p->checks_count == 0, "unexpected and not silent");
		memset(b->session, 0, b->machine->session_size);
		b->closed = true;
		return;
	}
	rule(b, row_answers(p->row, from, on) && row_leads_to(p->row, from) == p->to, "wrong row");
	b->taken[places_number(b->machine, p->row, from)]++;
	check_checks(b);
	const char *fault = effects_fault(b->class, b->machine, b->out);
	rule(b, !fault, fault);
}

/* -- stepping -- */

static void enter_phase(void *context, enum machine_phase phase)
{
	struct bench *b = context;
	host_enter(b->lab->host,
		   &(struct host_purpose){ .actor = b->class->name,
					   .step = b->steps,
					   .what = phase == PHASE_EXAMINE ? "examine" : "action" });
	if (phase == PHASE_JUDGE)
		host_forbid(b->lab->host);
}

const struct step_report *bench_step(struct bench *b, const struct arrival *a)
{
	struct message m = { .type = MESSAGE_NONE };
	bool is_message = b->machine->stimuli[a->on].kind == STIMULUS_MESSAGE;
	must(!b->closed, "a session that failed closed is stepped no more");
	must(!is_message || message_decode(a->unit, &m) == MESSAGE_OK, "no message");
	struct step s = { .on = a->on,
			  .now_ns = b->now_ns,
			  .epoch_s = LAB_EPOCH_S,
			  .message = is_message ? &m : NULL,
			  .wire = a->unit,
			  .told = a->told,
			  .request = a->request,
			  .channel = a->channel,
			  .tag = a->tag,
			  .crypto = b->lab->crypto,
			  .store = b->store,
			  .policy = &b->lab->policy,
			  .actor = b->class->name,
			  .peer = b->peer ? b->peer : "",
			  .device = 1 };
	struct machine_hooks hooks = { .phase = enter_phase, .context = b };
	uint8_t from = b->state;
	uint8_t *before = malloc(b->machine->session_size + 1);
	must(before != NULL, "no memory");
	memcpy(before, b->session, b->machine->session_size);
	b->steps++;
	struct instance instance = { b->machine, b->session, &b->state, b->examined };
	b->last = machine_step(&instance, &s, b->out, &hooks);
	struct claim_values values;
	if (b->last.row && b->last.row->claims != CLAIM_NONE)
		b->machine->claim(b->session, &s, &values);
	check_step(b, from, a->on);
	if (b->last.row && b->last.row->refuses) {
		const char *fault = rehearse(b, &s, before, from);
		rule(b, !fault, fault);
	}
	free(before);
	persist(b);
	message_cleanse(&m);
	return &b->last;
}

const struct step_report *bench_say(struct bench *b, uint8_t channel, const struct message *m)
{
	struct buffer unit = { 0 };
	int on = machine_stimulus(b->machine, STIMULUS_MESSAGE, (uint8_t)m->type, channel);
	must(on >= 0, message_name(m->type));
	message_encode(m, &unit);
	bench_step(b, &(struct arrival){ .on = (uint8_t)on,
					 .channel = channel,
					 .request = 1,
					 .unit = bytes_of_buffer(&unit) });
	buffer_fini(&unit);
	return &b->last;
}

const struct step_report *bench_happen(struct bench *b, enum stimulus_kind kind, uint8_t what,
				       uint8_t channel)
{
	int on = machine_stimulus(b->machine, kind, what, channel);
	must(on >= 0, "no such stimulus");
	return bench_step(b, &(struct arrival){ .on = (uint8_t)on, .channel = channel });
}

/* -- looking -- */

const char *bench_state(const struct bench *b)
{
	return b->machine->states[b->state];
}

const struct effect *bench_effect(const struct bench *b, enum effect_kind kind, uint8_t what)
{
	for (size_t i = 0; i < b->out->count; i++)
		if (b->out->list[i].kind == kind && b->out->list[i].what == what)
			return &b->out->list[i];
	return NULL;
}

const struct effect *bench_held(const struct bench *b, const char *class)
{
	for (size_t i = 0; i < b->out->count; i++)
		if (b->out->list[i].kind == EFFECT_HOLD && strcmp(b->out->list[i].text, class) == 0)
			return &b->out->list[i];
	return NULL;
}

struct bytes bench_unit(const struct bench *b, enum message_type type)
{
	for (size_t i = 0; i < b->out->count; i++) {
		const struct effect *e = &b->out->list[i];
		if ((e->kind == EFFECT_SEND || e->kind == EFFECT_ANSWER) &&
		    message_peek(e->body) == type)
			return e->body;
	}
	return bytes_of(NULL, 0);
}

bool bench_spoke(const struct bench *b, enum message_type type, struct message *m)
{
	struct bytes unit = bench_unit(b, type);
	return unit.size > 0 && message_decode(unit, m) == MESSAGE_OK;
}

uint8_t bench_table(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->class->tables_count; i++)
		if (strcmp(b->class->tables[i], name) == 0)
			return (uint8_t)i;
	must(false, name);
	return 0;
}

size_t bench_persisted(const struct bench *b, const char *table)
{
	size_t count = 0;
	uint8_t number = bench_table(b, table);
	for (size_t i = 0; i < b->out->count; i++)
		count += b->out->list[i].kind == EFFECT_PERSIST && b->out->list[i].what == number;
	return count;
}

size_t bench_rows(const struct bench *b)
{
	size_t rows = 0;
	for (size_t i = 0; i < PLACES_MAX; i++)
		rows += b->taken[i] > 0;
	return rows;
}

/* -- going back -- */

void bench_shoot(const struct bench *b, struct shot *s)
{
	s->state = b->state;
	s->closed = b->closed;
	s->now_ns = b->now_ns;
	s->steps = b->steps;
	buffer_clear(&s->session);
	buffer_append(&s->session, bytes_of(b->session, b->machine->session_size));
	buffer_clear(&s->store);
	store_save(b->store, &s->store);
}

void bench_return(struct bench *b, const struct shot *s)
{
	b->state = s->state;
	b->closed = s->closed;
	b->now_ns = s->now_ns;
	b->steps = s->steps;
	if (s->session.size > 0)
		memcpy(b->session, s->session.data, s->session.size);
	must(store_load(b->store, bytes_of_buffer(&s->store)), "the store does not load");
}

void shot_fini(struct shot *s)
{
	buffer_fini(&s->session);
	buffer_fini(&s->store);
}
