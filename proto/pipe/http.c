/* http.c - message units as HTTP/1.1 requests and answers on one connection, from both ends.
 *
 * Either end may ask, so an answer is joined to its request by X-Request-Id, and one that nobody
 * waits for is refused. There is no chunking, no upgrade and no second meaning of any length. A
 * request's number is the caller's when it gives one, else the pipe counts.
 */
#include "proto/pipe/layer.h"

#include <stdlib.h>
#include <string.h>

#include "proto/pipe/http_message.h"

enum { AWAITED_MAX = 256 }; /* requests without an answer; of more, the oldest is forgotten */

struct http {
	struct layer layer;
	char *host;  /* Host of our requests */
	char *own;   /* and of those to us; NULL: any */
	bool framed; /* each unit from below is one message */
	struct buffer in;
	size_t seen;      /* bytes of `in` searched for the end of the head */
	size_t head_size; /* 0 until the head was read */
	struct http_head head;
	bool judged;     /* the message being read was refused, and passed all the same */
	uint32_t number; /* of our last request that the caller did not number */
	uint32_t awaited[AWAITED_MAX];
	size_t awaited_count;
};

static void await(struct http *h, uint32_t request)
{
	if (h->awaited_count == AWAITED_MAX) {
		h->awaited_count--;
		memmove(h->awaited, h->awaited + 1, h->awaited_count * sizeof *h->awaited);
	}
	h->awaited[h->awaited_count++] = request;
}

static bool stop_awaiting(struct http *h, uint32_t request)
{
	for (size_t i = 0; i < h->awaited_count; i++) {
		if (h->awaited[i] != request)
			continue;
		h->awaited_count--;
		memmove(h->awaited + i, h->awaited + i + 1,
			(h->awaited_count - i) * sizeof *h->awaited);
		return true;
	}
	return false;
}

/* A message is wrong: whether the judge lets it pass all the same. */
static bool passes(struct http *h, const char *wrong)
{
	h->judged = true;
	if (judge_ask(&h->layer.judge, PIPE_CHECK_HTTP, false, wrong))
		return true;
	layer_fail(&h->layer, wrong);
	return false;
}

/* Begin to read the next message. */
static void begin(struct http *h)
{
	h->head_size = h->seen = 0;
	h->judged = false;
}

/* Whether a head stands at the front of `in`; what is beyond reading is thrown away. */
static bool read_head(struct http *h, struct bytes in)
{
	const char *wrong = http_head_find(in, h->seen, &h->head_size);
	if (wrong) {
		if (passes(h, wrong))
			buffer_clear(&h->in);
		begin(h);
		return false;
	}
	h->seen = in.size;
	if (h->head_size == 0)
		return false;
	wrong = http_head_read(bytes_of(in.data, h->head_size), &h->head);
	if (!wrong && h->head.answer && !stop_awaiting(h, h->head.request))
		wrong = "an answer to no request";
	else if (!wrong && !h->head.answer && h->own && !http_head_names(&h->head, h->own))
		wrong = "a request for another host";
	return !wrong || passes(h, wrong);
}

static void deliver(struct http *h, struct bytes body)
{
	struct unit u = { .answer = h->head.answer, .request = h->head.request };
	if (h->head.type != MESSAGE_NONE) {
		buffer_reserve(&u.bytes, 2 + body.size);
		buffer_append_u16(&u.bytes, (uint16_t)h->head.type);
		buffer_append(&u.bytes, body);
		unit_queue_push(&h->layer.above, &u);
	}
	begin(h);
}

/* Take one message off the front of *in; false when there is none yet, or never will be. */
static bool take(struct http *h, struct bytes *in)
{
	if (h->head_size == 0 && !read_head(h, *in))
		return false;
	size_t whole = h->head_size + h->head.body_size;
	if (in->size < whole)
		return false;
	if (h->framed && in->size > whole && !h->judged &&
	    !passes(h, "a frame of several messages"))
		return false;
	if (!h->judged)
		judge_ask(&h->layer.judge, PIPE_CHECK_HTTP, true, "a message within its bounds");
	deliver(h, bytes_of(in->data + h->head_size, h->head.body_size));
	*in = bytes_of(in->data + whole, in->size - whole);
	return true;
}

static void read_below(struct http *h, struct bytes more)
{
	buffer_append(&h->in, more);
	struct bytes in = bytes_of_buffer(&h->in);
	while (!h->layer.dead && in.size > 0 && take(h, &in))
		continue;
	if (h->layer.dead)
		return;
	if (h->in.size > in.size)
		buffer_consume(&h->in, h->in.size - in.size);
	if (h->framed && h->in.size > 0 && passes(h, "a frame with a part of a message")) {
		buffer_clear(&h->in);
		begin(h);
	}
}

static void http_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	struct http *h = (struct http *)p;
	(void)now_ns;
	if (h->layer.dead)
		return;
	struct bytes bytes = bytes_of_buffer(&u->bytes);
	if (from == PIPE_BELOW) {
		read_below(h, bytes);
		return;
	}
	struct http_head head = {
		.type = message_peek(bytes),
		.answer = u->answer,
		.request = u->request ? u->request : ++h->number,
	};
	if (!head.answer)
		await(h, head.request);
	struct bytes body =
		bytes.size > 2 ? bytes_of(bytes.data + 2, bytes.size - 2) : bytes_of(NULL, 0);
	struct unit message = { 0 };
	http_message_append(&head, h->host, body, &message.bytes);
	unit_queue_push(&h->layer.below, &message);
}

static void http_below_ended(struct pipe *p, const char *why, int64_t now_ns)
{
	struct http *h = (struct http *)p;
	(void)now_ns;
	if (h->layer.dead)
		return;
	if (why)
		layer_fail(&h->layer, why);
	else if (h->in.size > 0)
		layer_fail(&h->layer, "truncated message");
	else
		layer_tell(&h->layer, PIPE_CLOSED, NULL);
}

static void http_close(struct pipe *p, int64_t now_ns)
{
	(void)p, (void)now_ns;
}

static void http_free(struct pipe *p)
{
	struct http *h = (struct http *)p;
	free(h->host);
	free(h->own);
	buffer_fini(&h->in);
	layer_fini(&h->layer);
	free(h);
}

static const struct pipe_ops http_ops = {
	.name = "http",
	.below_ended = http_below_ended,
	.feed = http_feed,
	.drain = layer_drain,
	.notice = layer_notice,
	.due = layer_due_never,
	.expire = layer_expire_nothing,
	.close = http_close,
	.free = http_free,
};

struct pipe *http_open(const struct stack_spec *spec, bool framed)
{
	struct http *h = calloc(1, sizeof *h);
	/* Who is asked: the server dialled, or the client that came. */
	const char *client = spec->client ? spec->client : "peer";
	const char *host = spec->opener ? spec->host : client;
	const char *own = spec->opener ? client : spec->host;
	if (!h || !(h->host = strdup(host ? host : "peer")) || (own && !(h->own = strdup(own))))
		abort();
	layer_init(&h->layer, &http_ops, PIPE_HTTP, spec);
	h->framed = framed;
	return &h->layer.pipe;
}
