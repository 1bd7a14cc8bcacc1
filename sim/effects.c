/* effects.c - how actions ask for things: each call appends one effect and copies what it carries.
 *
 * Overflowing the list or the arena is a bug in the actor and aborts.
 */
#include "sim/machine.h"

#include <assert.h>
#include <string.h>

static struct effect *append(struct effects *out, enum effect_kind kind)
{
	assert(out->count < EFFECTS_MAX);
	struct effect *e = &out->list[out->count++];
	*e = (struct effect){ .kind = kind };
	return e;
}

static struct bytes copy(struct effects *out, struct bytes b)
{
	assert(b.size <= sizeof out->arena - out->used);
	uint8_t *at = out->arena + out->used;
	if (b.size > 0)
		memcpy(at, b.data, b.size);
	out->used += b.size;
	return bytes_of(at, b.size);
}

static struct bytes encode(struct effects *out, const struct message *m)
{
	struct buffer unit = { 0 };
	message_encode(m, &unit);
	struct bytes b = copy(out, bytes_of_buffer(&unit));
	buffer_cleanse(&unit);
	return b;
}

static struct effect *on_channel(struct effects *out, enum effect_kind kind, uint8_t channel,
				 uint32_t tag)
{
	struct effect *e = append(out, kind);
	e->what = channel;
	e->tag = tag;
	return e;
}

void effects_send(struct effects *out, uint8_t channel, uint32_t tag, const struct message *m)
{
	on_channel(out, EFFECT_SEND, channel, tag)->body = encode(out, m);
}

void effects_send_bytes(struct effects *out, uint8_t channel, uint32_t tag, struct bytes unit)
{
	on_channel(out, EFFECT_SEND, channel, tag)->body = copy(out, unit);
}

static void answer(struct effects *out, uint8_t channel, uint32_t request, struct bytes body)
{
	struct effect *e = on_channel(out, EFFECT_ANSWER, channel, 0);
	e->request = request;
	e->body = body;
}

void effects_answer(struct effects *out, uint8_t channel, uint32_t request, const struct message *m)
{
	answer(out, channel, request, encode(out, m));
}

void effects_answer_bytes(struct effects *out, uint8_t channel, uint32_t request, struct bytes unit)
{
	answer(out, channel, request, copy(out, unit));
}

void effects_open(struct effects *out, uint8_t channel, uint32_t tag)
{
	on_channel(out, EFFECT_OPEN, channel, tag);
}

void effects_accept(struct effects *out, uint8_t channel, uint32_t tag)
{
	on_channel(out, EFFECT_ACCEPT, channel, tag);
}

void effects_close(struct effects *out, uint8_t channel, uint32_t tag)
{
	on_channel(out, EFFECT_CLOSE, channel, tag);
}

void effects_timer_set(struct effects *out, uint8_t timer, int64_t after_ns)
{
	assert(after_ns > 0);
	struct effect *e = append(out, EFFECT_TIMER_SET);
	e->what = timer;
	e->after_ns = after_ns;
}

void effects_timer_background(struct effects *out, uint8_t timer, int64_t after_ns)
{
	effects_timer_set(out, timer, after_ns);
	out->list[out->count - 1].tag = 1;
}

void effects_timer_clear(struct effects *out, uint8_t timer)
{
	append(out, EFFECT_TIMER_CLEAR)->what = timer;
}

void effects_persist(struct effects *out, uint8_t table, struct bytes key, struct bytes value)
{
	struct effect *e = append(out, EFFECT_PERSIST);
	e->what = table;
	e->key = copy(out, key);
	e->body = copy(out, value);
}

void effects_tell(struct effects *out, uint8_t machine, struct bytes key, uint8_t what,
		  struct bytes body)
{
	assert(key.size <= SESSION_KEY_MAX);
	struct effect *e = append(out, EFFECT_TELL);
	e->machine = machine;
	e->what = what;
	e->key = copy(out, key);
	e->body = copy(out, body);
}

void effects_tell_present(struct effects *out, uint8_t machine, struct bytes key, uint8_t what,
			  struct bytes body)
{
	effects_tell(out, machine, key, what, body);
	out->list[out->count - 1].tag = TELL_PRESENT;
}

void effects_tell_all(struct effects *out, uint8_t machine, uint8_t what, struct bytes body)
{
	effects_tell(out, machine, bytes_of(NULL, 0), what, body);
	out->list[out->count - 1].tag = TELL_ALL;
}

void effects_key(struct effects *out, struct bytes key)
{
	assert(key.size <= SESSION_KEY_MAX);
	append(out, EFFECT_KEY)->key = copy(out, key);
}

void effects_hold(struct effects *out, const char *class, enum hold_origin origin, const char *from,
		  struct bytes value)
{
	struct effect *e = append(out, EFFECT_HOLD);
	e->text = class;
	e->from = from;
	e->origin = (uint8_t)origin;
	e->body = copy(out, value);
}

void effects_erase(struct effects *out, const char *class)
{
	append(out, EFFECT_ERASE)->text = class;
}

void effects_outcome(struct effects *out, int32_t result, const char *words)
{
	struct effect *e = append(out, EFFECT_OUTCOME);
	e->result = result;
	e->text = words;
}
