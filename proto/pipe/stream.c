/* stream.c - a small reliable stream in real TCP segments over IPv4.
 *
 * It opens, delivers in order, retransmits and closes as RFC 9293 says, in the part of it that two
 * such ends need: acknowledgements are cumulative and ride on data where there is some; a segment
 * is sent again after 1 s, doubling to 4 s, at most 30 times, or at the third duplicate
 * acknowledgement (RFC 5681 3.2), and then one segment for each partial acknowledgement (RFC 6582).
 * There is no congestion control: at most 64 KiB are under way, which is also the window both ends
 * announce, so the peer's window is never the tighter bound and is not read. No urgent data, no
 * simultaneous open, no waiting after the end: an end answers repeated segments for as long as it
 * exists.
 */
#include <assert.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "proto/pipe/stream_send.h"
#include "proto/pipe/tls_context.h"

/* Deliver what of these bytes has not been delivered; they begin at or before `expected`. */
static void deliver(struct stream *t, uint32_t sequence, struct bytes bytes, bool last)
{
	size_t old = t->expected - sequence;
	if (t->peer_ended || old > bytes.size)
		return;
	if (old < bytes.size)
		buffer_append(&t->in, bytes_of(bytes.data + old, bytes.size - old));
	t->expected += (uint32_t)(bytes.size - old) + (last ? 1 : 0);
	t->peer_ended = last;
}

static void take_bytes(struct stream *t, const struct segment *s)
{
	bool last = s->flags & SEGMENT_FIN;
	if (s->bytes.size == 0 && !last)
		return;
	t->owes_acknowledgement = true;
	if (sequence_before(t->expected, s->sequence)) {
		reorder_keep(&t->ahead, s->sequence, s->bytes, last);
		return;
	}
	deliver(t, s->sequence, s->bytes, last);
	struct piece p;
	while (reorder_take(&t->ahead, t->expected, &p)) {
		deliver(t, p.sequence, bytes_of_buffer(&p.bytes), p.last);
		buffer_fini(&p.bytes);
	}
}

static void establish(struct stream *t, const struct segment *s, int64_t now_ns)
{
	t->state = STREAM_ESTABLISHED;
	t->oldest = s->acknowledged;
	t->tries = 0;
	t->rto_ns = STREAM_RTO_FIRST_NS;
	t->due_ns = PIPE_NEVER;
	layer_tell(&t->layer, PIPE_OPENED, NULL);
	stream_transmit(t, now_ns);
}

/* What a SYN tells: where the peer's bytes begin, and what its carrier takes. */
static void take_syn(struct stream *t, const struct segment *s)
{
	uint16_t theirs = s->size_max ? s->size_max : SEGMENT_SIZE_DEFAULT;
	t->expected = s->sequence + 1;
	t->size_max = theirs < t->size_own ? theirs : t->size_own;
}

static void take_while_opening(struct stream *t, const struct segment *s, int64_t now_ns)
{
	unsigned kind = s->flags & (SEGMENT_SYN | SEGMENT_ACK);
	bool ours = s->acknowledged == t->next;
	if (t->state == STREAM_LISTENING && kind == SEGMENT_SYN) {
		take_syn(t, s);
		t->state = STREAM_SYN_RECEIVED;
		t->next = t->oldest + 1;
		stream_emit_oldest(t);
		stream_arm(t, now_ns);
	} else if (t->state == STREAM_SYN_SENT && kind == (SEGMENT_SYN | SEGMENT_ACK) && ours) {
		take_syn(t, s);
		t->owes_acknowledgement = true;
		establish(t, s, now_ns);
	} else if (t->state == STREAM_SYN_RECEIVED && kind == SEGMENT_SYN) {
		stream_emit_oldest(t);
	} else if (t->state == STREAM_SYN_RECEIVED && kind == SEGMENT_ACK && ours) {
		establish(t, s, now_ns);
		take_bytes(t, s);
	}
}

/* RFC 5961 3.2: a reset counts only at the very next sequence number; one near it is answered by an
 * acknowledgement, so that a true one comes again where it counts. */
static bool is_reset(const struct stream *t, const struct segment *s)
{
	if (t->state == STREAM_SYN_SENT)
		return s->flags & SEGMENT_ACK && s->acknowledged == t->next;
	return t->state != STREAM_LISTENING && s->sequence == t->expected;
}

static void take_segment(struct stream *t, const struct segment *s, int64_t now_ns)
{
	if (s->flags & SEGMENT_RST) {
		if (is_reset(t, s))
			layer_fail(&t->layer, "connection reset");
		else
			t->owes_acknowledgement = t->state == STREAM_ESTABLISHED &&
						  s->sequence - t->expected <= STREAM_WINDOW;
		return;
	}
	if (t->state != STREAM_ESTABLISHED) {
		take_while_opening(t, s, now_ns);
		return;
	}
	bool near = s->sequence - t->expected <= STREAM_WINDOW ||
		    t->expected - s->sequence <= STREAM_WINDOW;
	if (s->flags & SEGMENT_SYN || !near) {
		t->owes_acknowledgement = true;
		return;
	}
	if (!(s->flags & SEGMENT_ACK))
		return;
	stream_take_acknowledgement(t, s, now_ns);
	take_bytes(t, s);
	stream_transmit(t, now_ns);
}

static bool address_equal(struct address a, struct address b)
{
	return a.ip == b.ip && a.port == b.port;
}

static void stream_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	struct stream *t = (struct stream *)p;
	struct segment s;
	if (t->layer.dead)
		return;
	if (from == PIPE_ABOVE) {
		if (!t->ending)
			buffer_append(&t->out, bytes_of_buffer(&u->bytes));
		stream_transmit(t, now_ns);
		return;
	}
	if (!segment_read(bytes_of_buffer(&u->bytes), &s) || !address_equal(s.from, t->remote) ||
	    !address_equal(s.to, t->local))
		return;
	take_segment(t, &s, now_ns);
	if (t->in.size > 0) {
		struct unit run = { .bytes = t->in };
		t->in = (struct buffer){ 0 };
		unit_queue_push(&t->layer.above, &run);
	}
	if (t->peer_ended)
		layer_tell(&t->layer, PIPE_CLOSED, NULL);
}

/* An acknowledgement of its own is made only here, when nothing else carried it. */
static bool stream_drain(struct pipe *p, enum pipe_side to, struct unit *out)
{
	struct stream *t = (struct stream *)p;
	if (to == PIPE_BELOW && t->layer.below.count == 0 && t->owes_acknowledgement &&
	    !t->layer.dead)
		stream_emit(t, SEGMENT_ACK, t->next, bytes_of(NULL, 0));
	return layer_drain(p, to, out);
}

static int64_t stream_due(const struct pipe *p)
{
	const struct stream *t = (const struct stream *)p;
	return t->layer.dead ? PIPE_NEVER : t->due_ns;
}

static void stream_expire(struct pipe *p, int64_t now_ns)
{
	struct stream *t = (struct stream *)p;
	if (now_ns < stream_due(p))
		return;
	if (t->tries++ == STREAM_TRIES_MAX) {
		layer_fail(&t->layer, "stream gave up");
		return;
	}
	t->rto_ns = 2 * t->rto_ns < STREAM_RTO_MAX_NS ? 2 * t->rto_ns : STREAM_RTO_MAX_NS;
	t->duplicates = 0;
	stream_recover(t);
	stream_arm(t, now_ns);
}

static void stream_start(struct pipe *p, int64_t now_ns)
{
	struct stream *t = (struct stream *)p;
	if (t->state != STREAM_SYN_SENT)
		return;
	t->next = t->oldest + 1;
	stream_emit_oldest(t);
	stream_arm(t, now_ns);
}

static void stream_below_ended(struct pipe *p, const char *why, int64_t now_ns)
{
	struct stream *t = (struct stream *)p;
	(void)now_ns;
	layer_fail(&t->layer, why ? why : "the carrier ended");
}

static void stream_close(struct pipe *p, int64_t now_ns)
{
	struct stream *t = (struct stream *)p;
	t->ending = true;
	if (t->state == STREAM_LISTENING || t->state == STREAM_SYN_SENT)
		t->layer.dead = true;
	stream_transmit(t, now_ns);
}

/* RFC 9293 3.5.2: the reset stands where the next byte would; before the peer has answered there is
 * nothing to reset. */
static void stream_reset(struct pipe *p)
{
	struct stream *t = (struct stream *)p;
	bool known = t->state == STREAM_ESTABLISHED || t->state == STREAM_SYN_RECEIVED;
	if (!t->layer.dead && known && !(t->peer_ended && t->end_sent))
		stream_emit(t, SEGMENT_RST | SEGMENT_ACK, t->next, bytes_of(NULL, 0));
	t->layer.dead = true;
}

/* Both have said that they end, and ours has been heard. */
static bool stream_over(const struct pipe *p)
{
	const struct stream *t = (const struct stream *)p;
	return t->layer.dead || (t->peer_ended && t->end_sent && t->oldest == t->next);
}

static void stream_free(struct pipe *p)
{
	struct stream *t = (struct stream *)p;
	buffer_fini(&t->out);
	buffer_fini(&t->in);
	reorder_fini(&t->ahead);
	layer_fini(&t->layer);
	free(t);
}

static const struct pipe_ops stream_ops = {
	.name = "stream",
	.start = stream_start,
	.below_ended = stream_below_ended,
	.feed = stream_feed,
	.drain = stream_drain,
	.notice = layer_notice,
	.due = stream_due,
	.expire = stream_expire,
	.close = stream_close,
	.reset = stream_reset,
	.over = stream_over,
	.free = stream_free,
};

/* Where our sequence numbers begin: drawn where the run has randomness (RFC 6528 asks that nobody
 * off the path can guess them), else fixed by the two addresses. */
static uint32_t draw_sequence(const struct stack_spec *spec)
{
	uint8_t raw[EVP_MAX_MD_SIZE];
	if (spec->tls) {
		int drawn = RAND_bytes_ex(tls_context_library(spec->tls), raw, sizeof(uint32_t), 0);
		assert(drawn == 1);
	} else {
		uint8_t tuple[12];
		write_u32(tuple, spec->local.ip);
		write_u16(tuple + 4, spec->local.port);
		write_u32(tuple + 6, spec->remote.ip);
		write_u16(tuple + 10, spec->remote.port);
		int good = EVP_Q_digest(NULL, "SHA256", NULL, tuple, sizeof tuple, raw, NULL);
		assert(good == 1);
	}
	return read_u32(raw);
}

struct pipe *stream_open(const struct stack_spec *spec)
{
	assert(spec->mtu > SEGMENT_HEADERS);
	struct stream *t = calloc(1, sizeof *t);
	if (!t)
		abort();
	layer_init(&t->layer, &stream_ops, PIPE_STREAM, spec);
	t->state = spec->opener ? STREAM_SYN_SENT : STREAM_LISTENING;
	t->local = spec->local;
	t->remote = spec->remote;
	t->size_own = t->size_max = (uint16_t)(spec->mtu - SEGMENT_HEADERS);
	t->oldest = t->next = draw_sequence(spec);
	t->rto_ns = STREAM_RTO_FIRST_NS;
	t->due_ns = PIPE_NEVER;
	return &t->layer.pipe;
}
