/* stack.h - the pipes of one end of one channel, stacked from a list by one function.
 *
 * What the carrier brings is fed below; what the actor says is fed above; both directions are pumped
 * until nothing moves. No other file names a particular combination of pipes.
 */
#ifndef PROTO_PIPE_STACK_H
#define PROTO_PIPE_STACK_H

#include "proto/pipe/pipe.h"

enum { STACK_PIPES_MAX = 4 };

struct tls_context; /* proto/pipe/tls_context.h: library context, CA, identities; one per run */

/* An IPv4 address and port, host byte order. */
struct address {
	uint32_t ip;
	uint16_t port;
};

/* Receives each TLS secret as OpenSSL logs it: an NSS key-log line without newline; borrowed. */
typedef void keylog_fn(void *context, const char *line);

/* Told of each record that a datagram pipe drops, as it does: why, and the record; both borrowed. */
typedef void dropped_fn(void *context, const char *why, struct bytes record);

/* Everything a stack needs to open; borrowed until stack_open returns, except tls, which must
 * outlive the stack. */
struct stack_spec {
	enum pipe_kind      pipes[STACK_PIPES_MAX]; /* bottom first */
	size_t              count;
	bool                opener;   /* this end opened the channel: TCP and TLS client */
	bool                mutual;   /* tls, dtls: the client presents a certificate */
	struct address      local;    /* stream: for the IP and TCP headers */
	struct address      remote;      /* dtls acceptor: the cookie is bound to it */
	uint32_t            association; /* dtls acceptor: and to this; 0 when there is none */
	uint16_t            mtu;      /* bytes of IP packet or datagram that the carrier takes; dtls: 280 at least */
	const char         *identity; /* whose certificate this end presents; an actor's host name */
	const char         *host;     /* opener: the host name that must be in the server's certificate */
	const char         *client;   /* acceptor, mutual: the name that the client must prove, also numbered (device@2); NULL: any */
	struct tls_context *tls;      /* NULL when no pipe is tls or dtls */
	const int64_t      *clock_s;  /* by so many seconds this end's clock is ahead; NULL: it is right; borrowed */
	struct judge        judge;
	keylog_fn          *keylog;   /* may be NULL */
	dropped_fn         *dropped;  /* may be NULL */
	void               *context;  /* handed to keylog and dropped */
};

struct stack;

/* Stack the pipes; count 0 passes units through unchanged. The opener's first bytes (SYN,
 * ClientHello) are ready to be drained at once. Never returns NULL: a broken specification or an
 * OpenSSL that cannot make a session is a bug of ours and aborts. */
struct stack *stack_open(const struct stack_spec *spec, int64_t now_ns);

/* One unit from the carrier, or from the actor. Borrowed. Pumps all pipes. */
void stack_feed(struct stack *s, enum pipe_side from, const struct unit *u, int64_t now_ns);
/* Bytes from the actor's end, below what makes messages of them (frame, http): into the session, or
 * the stream. An adversary's. Borrowed. Pumps all pipes. */
void stack_feed_raw(struct stack *s, struct bytes bytes, int64_t now_ns);
/* Next unit for the carrier or the actor; false when none. out is cleared first. */
bool stack_drain(struct stack *s, enum pipe_side to, struct unit *out);
bool stack_notice(struct stack *s, struct pipe_notice *out);
/* The earliest due() of all pipes; PIPE_NEVER when none. */
int64_t stack_due(const struct stack *s);
void    stack_expire(struct stack *s, int64_t now_ns);
void    stack_close(struct stack *s, int64_t now_ns);
/* The process at this end is gone without a word: only the lowest pipe says what a host says then (a
 * TCP reset), which is drained below. Nothing may be fed afterwards. */
void    stack_reset(struct stack *s);
/* Whether a stack that was closed has nothing more to say or to hear. */
bool    stack_over(const struct stack *s);
/* The name in the certificate that the other end has proved to hold to the uppermost layer that asks for
 * one; "" until it has, and where none does. Borrowed from the stack. */
const char *stack_peer(const struct stack *s);
/* NULL-safe. */
void    stack_free(struct stack *s);

#endif
