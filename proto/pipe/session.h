/* session.h - what tls.c and dtls.c share: one SSL, fed and drained through a carrier.
 *
 * Inside proto/pipe only. The two files differ in their timers and in nothing else; who the peer
 * is, is decided in session_checks.c.
 */
#ifndef PROTO_PIPE_SESSION_H
#define PROTO_PIPE_SESSION_H

#include <openssl/ssl.h>

#include "proto/pipe/carrier.h"
#include "proto/pipe/cookie.h"
#include "proto/pipe/dtls_record.h"
#include "proto/pipe/tls_context.h"

struct session {
	struct layer layer; /* first */
	SSL *ssl; /* NULL once nothing more can be said */
	struct carrier carrier;
	struct unit_queue waiting; /* from above, until the session is secured */
	bool listens; /* dtls, acceptor: nothing is kept until a ClientHello shows its cookie */
	bool secured;
	bool closing;     /* we sent close_notify */
	bool peer_closed; /* we received it */
	struct tls_context *context;
	bool presents;   /* a certificate: that of number `identity` in the context */
	size_t identity;

	/* for the checks; each string is ours */
	bool opener, mutual;
	int oldest_version; /* that this end takes: the one required, unless its owner speaks older ones too */
	char peer[PIPE_PEER_MAX + 1]; /* the only CN of the certificate that was judged; "": none, or no plain one */
	char *host;   /* opener: must be in the server's certificate */
	char *client; /* acceptor, mutual: must be the client's CN, or what stands in it before @ and a number; NULL: any */
	struct address local, remote;
	uint32_t association;
	unsigned asked, held, admitted; /* bit sets of checks: judged; their results; the answers */
	int chain_error, time_error;    /* first X509_V_ERR_* of each sort in this verification */
	const int64_t *clock_s; /* as in the stack's specification */
	keylog_fn *keylog;
	void *keylog_context;

	dropped_fn *dropped;       /* dtls; handed keylog_context */
	unsigned heard;            /* messages and alerts that OpenSSL has read, whatever it made of them */
	uint16_t epoch;            /* dtls: of the records that it reads */
	struct dtls_window window; /* dtls: of that epoch */
	struct unit_queue early;   /* dtls: records of the next one that came before its time */

	int64_t now_ns; /* of the call that OpenSSL works in */
	int64_t due_ns; /* dtls: when the handshake timer runs out; PIPE_NEVER when it does not run
			 */
	int64_t armed_us; /* dtls: that time on OpenSSL's own clock */
};

/* Make a session of this kind; aborts when OpenSSL refuses. */
struct session *session_open(const struct pipe_ops *ops, enum pipe_kind kind,
			     const struct stack_spec *spec);
/* Do whatever can be done now: handshake, what waits, what has come. */
void session_run(struct session *s, int64_t now_ns);
/* dtls: the handshake timer has run out. */
void session_expire(struct session *s, int64_t now_ns);

/* These stand in a struct pipe_ops as they are. */
void session_start(struct pipe *p, int64_t now_ns);
void session_below_ended(struct pipe *p, const char *why, int64_t now_ns);
void session_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns);
bool session_drain(struct pipe *p, enum pipe_side to, struct unit *out);
void session_close(struct pipe *p, int64_t now_ns);
const char *session_peer(const struct pipe *p);
void session_free(struct pipe *p);

/* session_checks.c */

/* Have an SSL_CTX ask the judge wherever OpenSSL decides who the peer is. */
void session_checks_install(SSL_CTX *c, const struct tls_use *use);
/* Ask the judge, once a session: later calls of the same check repeat its answer, unless what held
 * holds no more. */
bool session_ask(struct session *s, enum pipe_check check, bool holds, const char *detail);
/* The protocol version that sessions of this kind must speak. */
int session_version(bool datagram);
/* The oldest version that an SSL, set up, takes beside the one required; that one when it takes no other. */
int session_oldest_version(SSL *ssl);
/* The handshake is complete: judge its version, unless that was done at its first message. */
bool session_version_is_admitted(struct session *s);
/* The handshake failed for this OpenSSL reason: judge the version, the suite or the
 * other end's proof, if that was why. */
void session_judge_failure(struct session *s, int reason);

#endif
