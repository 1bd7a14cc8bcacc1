/* tls.c - TLS 1.3 on a byte stream (RFC 8446). It has no timer: the stream below repeats what is
 * lost, and an end of the stream without close_notify is a truncation (6.1). */
#include "proto/pipe/session.h"

static const struct pipe_ops tls_ops = {
	.name = "tls",
	.start = session_start,
	.below_ended = session_below_ended,
	.feed = session_feed,
	.drain = session_drain,
	.notice = layer_notice,
	.due = layer_due_never,
	.expire = layer_expire_nothing,
	.close = session_close,
	.peer = session_peer,
	.free = session_free,
};

struct pipe *tls_open(const struct stack_spec *spec)
{
	return &session_open(&tls_ops, PIPE_TLS, spec)->layer.pipe;
}
