/* effect_rules.c - what every effect must keep to, whichever row asked for it. */
#include "tests/lib/effect_rules.h"

#include "actors/dynamics/vocabulary.h"

struct ruled {
	const struct actor_class *class;
	const struct machine *machine;
	const struct effects *out;
	const char **broken;
};

static void rule(const struct ruled *b, bool kept, const char *what)
{
	*b->broken = kept || *b->broken ? *b->broken : what;
}

static bool knows(const struct machine *m, enum stimulus_kind kind, uint8_t what)
{
	return machine_stimulus(m, kind, what, CHANNEL_ANY) >= 0;
}

static bool is_inside(const struct effects *out, struct bytes b)
{
	return b.size == 0 || (b.data >= out->arena && b.data + b.size <= out->arena + out->used);
}

/* Stream bytes go out only where the machine takes stream bytes in. */
static bool is_sayable(const struct machine *machine, struct bytes unit)
{
	struct message m;
	bool good = message_decode(unit, &m) == MESSAGE_OK || knows(machine, STIMULUS_BYTES, 0);
	message_cleanse(&m);
	return good;
}

static void check_effect(const struct ruled *b, const struct effect *e)
{
	rule(b, is_inside(b->out, e->key) && is_inside(b->out, e->body), "bytes outside the arena");
	switch (e->kind) {
	case EFFECT_SEND:
	case EFFECT_ANSWER:
		rule(b, is_sayable(b->machine, e->body), "what is said is no message");
		rule(b, e->what < DYNAMICS_CHANNELS, "no such channel");
		break;
	case EFFECT_OPEN:
	case EFFECT_ACCEPT:
	case EFFECT_CLOSE:
		rule(b, e->what < DYNAMICS_CHANNELS, "no such channel");
		break;
	case EFFECT_TIMER_SET:
	case EFFECT_TIMER_CLEAR:
		rule(b, knows(b->machine, STIMULUS_TIMER, e->what), "no such timer");
		break;
	case EFFECT_PERSIST:
		rule(b, e->what < b->class->tables_count && e->key.size > 0, "no such table");
		break;
	case EFFECT_TELL:
		rule(b,
		     e->machine < b->class->machines_count &&
			     knows(b->class->machines[e->machine], STIMULUS_TOLD, e->what),
		     "told to nobody who could take it");
		break;
	case EFFECT_HOLD:
		rule(b, e->text && *e->text && e->body.size > 0, "a secret without class or value");
		break;
	case EFFECT_ERASE:
	case EFFECT_OUTCOME:
		rule(b, e->text && *e->text, "no words");
		break;
	case EFFECT_KEY:
		rule(b, e->key.size > 0, "an empty key");
		break;
	}
}

const char *effects_fault(const struct actor_class *class, const struct machine *m,
			  const struct effects *out)
{
	const char *broken = NULL;
	const struct ruled b = { class, m, out, &broken };
	for (size_t i = 0; i < out->count; i++)
		check_effect(&b, &out->list[i]);
	return broken;
}
