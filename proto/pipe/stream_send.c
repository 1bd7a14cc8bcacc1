/* stream_send.c - what a stream has under way: sent once, repeated until it is acknowledged. */
#include "proto/pipe/stream_send.h"

enum { DUPLICATES_FOR_LOSS = 3 }; /* RFC 5681 3.2 */

static size_t unacknowledged(const struct stream *t)
{
	return t->out.size - t->head;
}

/* Data bytes under way, without a FIN. */
static size_t under_way(const struct stream *t)
{
	uint32_t numbers = t->next - t->oldest;
	return numbers - (t->end_sent && numbers > 0 ? 1 : 0);
}

void stream_emit(struct stream *t, unsigned flags, uint32_t sequence, struct bytes bytes)
{
	struct segment s = {
		.from = t->local,
		.to = t->remote,
		.id = ++t->id,
		.sequence = sequence,
		.acknowledged = t->expected,
		.flags = (uint8_t)flags,
		.window = STREAM_WINDOW,
		.size_max = flags & SEGMENT_SYN ? t->size_own : 0,
		.bytes = bytes,
	};
	struct unit u = { 0 };
	segment_append(&s, &u.bytes);
	unit_queue_push(&t->layer.below, &u);
	t->owes_acknowledgement = false;
}

void stream_emit_oldest(struct stream *t)
{
	if (t->state == STREAM_SYN_SENT) {
		stream_emit(t, SEGMENT_SYN, t->oldest, bytes_of(NULL, 0));
		return;
	}
	if (t->state == STREAM_SYN_RECEIVED) {
		stream_emit(t, SEGMENT_SYN | SEGMENT_ACK, t->oldest, bytes_of(NULL, 0));
		return;
	}
	size_t size = under_way(t) < t->size_max ? under_way(t) : t->size_max;
	unsigned flags = SEGMENT_ACK;
	if (size == under_way(t))
		flags |= SEGMENT_PSH | (t->end_sent ? SEGMENT_FIN : 0);
	const uint8_t *data = size ? t->out.data + t->head : NULL;
	stream_emit(t, flags, t->oldest, bytes_of(data, size));
}

void stream_arm(struct stream *t, int64_t now_ns)
{
	t->due_ns = t->oldest == t->next ? PIPE_NEVER : now_ns + t->rto_ns;
}

void stream_transmit(struct stream *t, int64_t now_ns)
{
	if (t->state != STREAM_ESTABLISHED || t->end_sent || t->layer.dead)
		return;
	for (;;) {
		size_t flying = under_way(t), left = unacknowledged(t) - flying;
		size_t size = left < t->size_max ? left : t->size_max;
		if (flying + size > STREAM_WINDOW || (left == 0 && !t->ending))
			break;
		unsigned flags = SEGMENT_ACK;
		t->end_sent = t->ending && size == left;
		if (size == left)
			flags |= SEGMENT_PSH | (t->end_sent ? SEGMENT_FIN : 0);
		const uint8_t *data = size ? t->out.data + t->head + flying : NULL;
		stream_emit(t, flags, t->next, bytes_of(data, size));
		t->next += (uint32_t)size + (t->end_sent ? 1 : 0);
		if (t->end_sent)
			break;
	}
	if (t->due_ns == PIPE_NEVER)
		stream_arm(t, now_ns);
}

static void forget(struct stream *t, size_t count)
{
	t->head += count;
	if (t->head == t->out.size) {
		buffer_fini(&t->out); /* an idle stream keeps nothing */
		t->head = 0;
	} else if (t->head > t->out.size / 2) { /* moves each byte once on average */
		buffer_consume(&t->out, t->head);
		t->head = 0;
	}
}

void stream_recover(struct stream *t)
{
	t->recovering = true;
	t->recover = t->next;
	stream_emit_oldest(t);
}

void stream_take_acknowledgement(struct stream *t, const struct segment *s, int64_t now_ns)
{
	uint32_t a = s->acknowledged;
	if (sequence_before(t->oldest, a) && !sequence_before(t->next, a)) {
		size_t count = a - t->oldest;
		forget(t, count < under_way(t) ? count : under_way(t));
		t->oldest = a;
		t->duplicates = t->tries = 0;
		t->rto_ns = STREAM_RTO_FIRST_NS;
		t->recovering = t->recovering && sequence_before(a, t->recover);
		if (t->recovering)
			stream_emit_oldest(t);
		stream_arm(t, now_ns);
	} else if (a == t->oldest && a != t->next && s->bytes.size == 0 &&
		   !(s->flags & (SEGMENT_SYN | SEGMENT_FIN))) {
		if (++t->duplicates == DUPLICATES_FOR_LOSS && !t->recovering)
			stream_recover(t);
	}
}
