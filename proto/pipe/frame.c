/* frame.c - message units on a byte stream: a 4-byte big-endian length, then as many bytes.
 *
 * The length is judged before anything is allocated for it. What is sent is framed as it is given:
 * the bounds are the receiver's to hold.
 */
#include "proto/pipe/layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/message.h"

enum { LENGTH_SIZE = 4 };

struct frame {
	struct layer layer;
	uint8_t header[LENGTH_SIZE];
	size_t header_size; /* bytes of header read */
	uint32_t length;    /* of the frame being read, once header is complete */
	struct buffer body; /* what of it has come */
};

static bool length_is_good(struct frame *f)
{
	f->length = read_u32(f->header);
	char detail[64];
	snprintf(detail, sizeof detail, "a frame of %u bytes, 1 to %u allowed", f->length,
		 UNIT_MAX);
	bool holds = f->length >= 1 && f->length <= UNIT_MAX;
	if (!judge_ask(&f->layer.judge, PIPE_CHECK_FRAME, holds, detail)) {
		layer_fail(&f->layer, "frame length out of bounds");
		return false;
	}
	/* A length out of bounds that the judge lets pass is not believed in advance. */
	if (holds)
		buffer_reserve(&f->body, f->length);
	return true;
}

/* Split at most `want` bytes off the front of *in. */
static struct bytes take(struct bytes *in, size_t want)
{
	struct bytes head = bytes_of(in->data, in->size < want ? in->size : want);
	*in = bytes_of(in->data + head.size, in->size - head.size);
	return head;
}

static void read_frames(struct frame *f, struct bytes in)
{
	while (in.size > 0 && !f->layer.dead) {
		if (f->header_size < LENGTH_SIZE) {
			struct bytes head = take(&in, LENGTH_SIZE - f->header_size);
			memcpy(f->header + f->header_size, head.data, head.size);
			f->header_size += head.size;
			if (f->header_size < LENGTH_SIZE || !length_is_good(f))
				continue;
		}
		buffer_append(&f->body, take(&in, f->length - f->body.size));
		if (f->body.size < f->length)
			continue;
		struct unit u = { .bytes = f->body };
		unit_queue_push(&f->layer.above, &u);
		f->body = (struct buffer){ 0 };
		f->header_size = 0;
	}
}

static void frame_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	struct frame *f = (struct frame *)p;
	(void)now_ns;
	if (f->layer.dead)
		return;
	if (from == PIPE_BELOW) {
		read_frames(f, bytes_of_buffer(&u->bytes));
		return;
	}
	struct unit framed = { 0 };
	buffer_reserve(&framed.bytes, LENGTH_SIZE + u->bytes.size);
	buffer_append_u32(&framed.bytes, (uint32_t)u->bytes.size);
	buffer_append(&framed.bytes, bytes_of_buffer(&u->bytes));
	unit_queue_push(&f->layer.below, &framed);
}

static void frame_below_ended(struct pipe *p, const char *why, int64_t now_ns)
{
	struct frame *f = (struct frame *)p;
	(void)now_ns;
	if (f->layer.dead)
		return;
	if (why)
		layer_fail(&f->layer, why);
	else if (f->header_size > 0)
		layer_fail(&f->layer, "truncated frame");
	else
		layer_tell(&f->layer, PIPE_CLOSED, NULL);
}

static void frame_close(struct pipe *p, int64_t now_ns)
{
	(void)p, (void)now_ns;
}

static void frame_free(struct pipe *p)
{
	struct frame *f = (struct frame *)p;
	buffer_fini(&f->body);
	layer_fini(&f->layer);
	free(f);
}

static const struct pipe_ops frame_ops = {
	.name = "frame",
	.below_ended = frame_below_ended,
	.feed = frame_feed,
	.drain = layer_drain,
	.notice = layer_notice,
	.due = layer_due_never,
	.expire = layer_expire_nothing,
	.close = frame_close,
	.free = frame_free,
};

struct pipe *frame_open(const struct stack_spec *spec)
{
	struct frame *f = calloc(1, sizeof *f);
	if (!f)
		abort();
	layer_init(&f->layer, &frame_ops, PIPE_FRAME, spec);
	return &f->layer.pipe;
}
