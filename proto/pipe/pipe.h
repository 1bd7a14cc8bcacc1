/* pipe.h - one layer of a channel: bytes in, bytes out, no socket and no clock.
 *
 * A pipe sits between what is below it (the carrier) and what is above it (the actor or the next
 * pipe). Everything that reaches it is fed, everything it produces is drained; time reaches it only
 * as the `now_ns` of a call. DTLS, TLS, the reliable stream, frames and HTTP are all pipes; a stack
 * (stack.h) puts them on top of each other in the order that the topology names.
 */
#ifndef PROTO_PIPE_PIPE_H
#define PROTO_PIPE_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/pipe/judge.h"

enum { PIPE_PEER_MAX = 127 }; /* bytes of a peer's name */
#define PIPE_NEVER INT64_MAX /* due() of a pipe that waits for nothing */

enum pipe_kind { PIPE_STREAM, PIPE_TLS, PIPE_DTLS, PIPE_FRAME, PIPE_HTTP, PIPE_KINDS };

/* Where bytes come from or go to, seen from the pipe. */
enum pipe_side { PIPE_BELOW, PIPE_ABOVE };

/* What travels between pipes and at the top of a stack: one datagram, a run of stream bytes, or one
 * whole message unit. `answer` and `request` matter only above an HTTP pipe. */
struct unit {
	struct buffer bytes;   /* owned by whoever holds the unit */
	bool          answer;  /* HTTP: this is a response */
	uint32_t      request; /* HTTP: number that joins a response to its request; 0 elsewhere */
};

/* What a pipe reports besides bytes, in the order in which it happened. */
enum pipe_notice_kind {
	PIPE_OPENED,  /* stream: the peer answered, bytes can flow */
	PIPE_SECURED, /* tls, dtls: the handshake is complete at this end */
	PIPE_CLOSED,  /* the peer closed in good order */
	PIPE_FAILED,  /* the layer is dead; `why` says so */
};
struct pipe_notice {
	enum pipe_notice_kind kind;
	enum pipe_kind        pipe;    /* which layer speaks */
	char                  why[96]; /* PIPE_FAILED: e.g. "certificate verify failed"; else "" */
	char                  detail[64]; /* PIPE_SECURED: "TLSv1.3 TLS_AES_256_GCM_SHA384" */
};

struct pipe;
struct pipe_ops {
	const char *name;
	/* The layer below is ready for bytes; called once, before it feeds any. NULL: nothing to begin. */
	void (*start)(struct pipe *p, int64_t now_ns);
	/* Nothing more comes from below: why is NULL after an orderly end, else says what broke. */
	void (*below_ended)(struct pipe *p, const char *why, int64_t now_ns);
	/* Take one unit from a side. The unit's bytes are borrowed. Never fails: a broken peer
	 * becomes a PIPE_FAILED notice, after which everything fed is ignored. */
	void (*feed)(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns);
	/* Give the next unit for a side. out is cleared first. False when there is none. */
	bool (*drain)(struct pipe *p, enum pipe_side to, struct unit *out);
	/* Next notice, oldest first; false when there is none. */
	bool (*notice)(struct pipe *p, struct pipe_notice *out);
	/* Virtual time at which expire() wants to be called; PIPE_NEVER when none. */
	int64_t (*due)(const struct pipe *p);
	void (*expire)(struct pipe *p, int64_t now_ns);
	/* Begin an orderly end (FIN, close_notify); what it says is drained as usual. */
	void (*close)(struct pipe *p, int64_t now_ns);
	/* The process at this end is gone: say what its host says for it (a TCP reset), once; the layer
	 * is dead after it. NULL: nothing is said. */
	void (*reset)(struct pipe *p);
	/* Whether a layer that was closed expects nothing more from below. NULL: when it waits for no
	 * time. */
	bool (*over)(const struct pipe *p);
	/* The name in the certificate that the other end has proved to hold; "" until it has, and where it
	 * showed none. Borrowed from the pipe. NULL: this layer asks nobody for a certificate. */
	const char *(*peer)(const struct pipe *p);
	void (*free)(struct pipe *p);
};
struct pipe {
	const struct pipe_ops *ops;
	enum pipe_kind         kind;
};

/* Release what a unit owns and zero it. */
void unit_fini(struct unit *u);

#endif
