/* local.c - local channels: what people tell each other and what apps on one device hand over. It
 * needs no bytes on any wire: it is sent and accepted, both as records. */
#include <assert.h>

#include "sim/world/internal.h"

/* The receiver: of the sender's own device, where there is one for each. */
static struct actor *receiver(struct world *w, const struct actor *from, uint32_t class_index)
{
	assert(class_index < w->roster->actors_count);
	uint32_t device = from->device > 0 ? from->device : 1;
	return actor_of(w, w->flow_of_class[class_index], device);
}

static uint64_t record_sent(struct world *w, const struct session *s, const struct actor *to,
			    const struct event *said)
{
	struct buffer scratch = { 0 };
	struct record r = log_record(w, RECORD_SENT, s->actor);
	r.session = s->number;
	r.channel = w->flow->channels[said->channel].name;
	r.peer = to->name;
	r.bytes = bytes_of_buffer(&said->bytes);
	r.message = message_name(message_peek(r.bytes));
	log_redact(w, &r, &scratch);
	uint64_t sent = log_append(w, &r);
	buffer_cleanse(&scratch);
	return sent;
}

void local_say(struct world *w, struct session *s, const struct effect *e, size_t channel)
{
	struct actor *to = receiver(w, s->actor, e->tag);
	struct event said = { .kind = EVENT_LOCAL,
			      .at_ns = w->now_ns,
			      .what = (uint8_t)message_peek(e->body),
			      .channel = channel,
			      .has_channel = true,
			      .from_actor = s->actor->index,
			      .to_actor = to->index,
			      .tag = s->actor->class_index };
	buffer_append(&said.bytes, e->body);
	said.said = said.what;
	said.cause = said.sent = record_sent(w, s, to, &said);
	world_schedule(w, &said);
}

void local_wait(struct world *w, struct event *e)
{
	struct actor *to = &w->actors[e->to_actor];
	if (!e->sent)
		return;
	if (!w->flow->channels[e->channel].kept) {
		log_drop(w, to, e->channel, "its receiver has died", bytes_of_buffer(&e->bytes));
		return;
	}
	struct event later = *e;
	later.kind = EVENT_LOCAL;
	later.at_ns = to->down ? to->restart_ns : w->now_ns;
	world_schedule(w, &later);
	e->bytes = (struct buffer){ 0 };
}

void local_take(struct world *w, struct event *e)
{
	struct actor *to = &w->actors[e->to_actor];
	const struct actor *from = &w->actors[e->from_actor];
	if (to->down || !to->main) {
		local_wait(w, e);
		return;
	}
	w->cause = e->sent;
	struct record a = log_record(w, RECORD_ACCEPTED, to);
	a.peer = from->name;
	a.channel = w->flow->channels[e->channel].name;
	a.message = message_name((enum message_type)e->said);
	a.session = to->main->number;
	a.number = (int64_t)e->sent;
	e->stimulus = STIMULUS_MESSAGE;
	w->cause = log_append(w, &a);
	deliver_heard(w, to->main, e);
}
