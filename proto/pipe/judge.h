/* judge.h - the security decisions that the pipes take, as one table, and the one callback that
 * every result passes through.
 *
 * A pipe computes whether a check holds and asks the judge what to do. The judge records the result
 * and answers with the verdict to act upon (the same, unless a knockout says otherwise). It is asked
 * inside OpenSSL's own callbacks, so that a refusal sends the real alert.
 */
#ifndef PROTO_PIPE_JUDGE_H
#define PROTO_PIPE_JUDGE_H

#include <stdbool.h>

enum pipe_check {
	PIPE_CHECK_VERSION,     /* the negotiated protocol version is the one required */
	PIPE_CHECK_CHAIN,       /* the peer's certificate chains to the run's CA, with the right usage */
	PIPE_CHECK_HOST,        /* the server's certificate names the host that was dialled */
	PIPE_CHECK_TIME,        /* every certificate of the chain is valid now */
	PIPE_CHECK_CLIENT,      /* mutual: the client presented a certificate for an admitted identity */
	PIPE_CHECK_SUITE,       /* the ClientHello offers a cipher suite and a group of ours; asked only when it
	                           does not */
	PIPE_CHECK_PROOF,       /* the other end proved its key, and that both saw the same messages; asked only
	                           when it did not, and OpenSSL's own decision: the answer changes nothing */
	PIPE_CHECK_COOKIE,      /* dtls server: the ClientHello echoes our cookie for this address */
	PIPE_CHECK_FRAME,       /* a frame's length is within its bounds */
	PIPE_CHECK_HTTP,        /* an HTTP message is well formed and within its bounds */
	PIPE_CHECK_FORM,        /* a unit is a message; asked above the pipes, by whoever takes it from them,
	                           and not put to the judge: there is nothing else to do with bytes that are none */
	PIPE_CHECKS
};

struct pipe_check_info {
	const char *name;   /* "pipe.certificate_chain", ...: the id in traces and expectations */
	const char *story;  /* one sentence for the auditor, as a refusal */
	const char *source; /* RFC section or entry of DEVIATIONS.md */
};
extern const struct pipe_check_info pipe_checks[PIPE_CHECKS];

/* Called with each result. `detail` is for people ("CN=gw.noc.example wanted uem.example"); borrowed.
 * Returns the verdict that the pipe must act upon. */
typedef bool judge_fn(void *context, enum pipe_check check, bool holds, const char *detail);
struct judge {
	judge_fn *ask;     /* NULL: the result itself is the verdict */
	void     *context; /* handed to ask */
};

/* Ask the judge, or pass `holds` through where there is none. */
bool judge_ask(const struct judge *j, enum pipe_check check, bool holds, const char *detail);

#endif
