/* layer.h - what every pipe of this folder is made of: its queues, its notices, its end.
 *
 * Inside proto/pipe only. Each pipe begins with a struct layer, so the functions here serve as its
 * drain and notice, and none of them is written twice.
 */
#ifndef PROTO_PIPE_LAYER_H
#define PROTO_PIPE_LAYER_H

#include "proto/pipe/stack.h"

/* Units in order, each owned by the queue. Zero it to begin. */
struct unit_queue {
	struct unit *list;
	size_t first; /* index of the oldest */
	size_t count;
	size_t room; /* units allocated */
};

/* Take u into the queue and zero it. */
void unit_queue_push(struct unit_queue *q, struct unit *u);
/* Hand the oldest unit to out, which is cleared first; false when there is none. */
bool unit_queue_pop(struct unit_queue *q, struct unit *out);
void unit_queue_fini(struct unit_queue *q);

/* Notices in order; it costs memory only while it holds some. Zero it to begin. */
struct notice_queue {
	struct pipe_notice *list;
	uint8_t first, count, room;
};

/* The place of one more, to be filled in. */
struct pipe_notice *notice_queue_push(struct notice_queue *q);
bool notice_queue_pop(struct notice_queue *q, struct pipe_notice *out);
void notice_queue_fini(struct notice_queue *q);

struct layer {
	struct pipe pipe; /* first: a layer is a pipe */
	struct judge judge;
	bool dead;    /* it failed, or was closed before it was ready: everything fed is ignored */
	uint8_t told; /* bit set of the notices reported */
	struct notice_queue notices;
	struct unit_queue above, below; /* to be drained */
};

void layer_init(struct layer *l, const struct pipe_ops *ops, enum pipe_kind kind,
		const struct stack_spec *spec);
void layer_fini(struct layer *l);
/* Report a notice, once per kind; detail may be NULL. */
void layer_tell(struct layer *l, enum pipe_notice_kind kind, const char *detail);
/* Report PIPE_FAILED with this reason, cut to what a notice holds; the layer is dead after it. */
void layer_fail(struct layer *l, const char *why);
/* Queue a copy of these bytes as one unit for a side. */
void layer_push(struct layer *l, enum pipe_side to, struct bytes bytes);

/* These stand in a struct pipe_ops as they are. */
bool layer_drain(struct pipe *p, enum pipe_side to, struct unit *out);
bool layer_notice(struct pipe *p, struct pipe_notice *out);
int64_t layer_due_never(const struct pipe *p);
void layer_expire_nothing(struct pipe *p, int64_t now_ns);

/* The pipes. Each copies what it keeps of the specification. */
struct pipe *stream_open(const struct stack_spec *spec);
struct pipe *tls_open(const struct stack_spec *spec);
struct pipe *dtls_open(const struct stack_spec *spec);
struct pipe *frame_open(const struct stack_spec *spec);
/* framed: each unit from below is exactly one message; else they are runs of a byte stream. */
struct pipe *http_open(const struct stack_spec *spec, bool framed);

#endif
