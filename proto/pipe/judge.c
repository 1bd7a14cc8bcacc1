/* judge.c - the table of security decisions that pipes take. The decisions are made in the pipes.
 */
#include "proto/pipe/judge.h"

#include <stddef.h>

/* clang-format off */
const struct pipe_check_info pipe_checks[PIPE_CHECKS] = {
	[PIPE_CHECK_VERSION] = { "pipe.protocol_version", "a session of another protocol version is refused", "RFC 8446 4.2.1" },
	[PIPE_CHECK_CHAIN]   = { "pipe.certificate_chain", "a certificate that the run's CA did not issue for this use is refused", "RFC 5280 6.1" },
	[PIPE_CHECK_HOST]    = { "pipe.certificate_host", "a server whose certificate names another host is refused", "RFC 6125 6.4" },
	[PIPE_CHECK_TIME]    = { "pipe.certificate_time", "a certificate that is not yet or no longer valid is refused", "RFC 5280 6.1.3" },
	[PIPE_CHECK_CLIENT]  = { "pipe.client_certificate", "a client that does not prove an admitted identity is refused", "RFC 8446 4.4.2.4" },
	[PIPE_CHECK_SUITE]   = { "pipe.cipher_suite", "a peer that offers no cipher suite or group of ours is refused", "RFC 8446 4.1.1" },
	[PIPE_CHECK_PROOF]   = { "pipe.handshake_proof", "a handshake whose signature, Finished or records do not fit the certificate's key and the messages that came is refused", "RFC 8446 4.4.3, 4.4.4" },
	[PIPE_CHECK_COOKIE]  = { "pipe.dtls_cookie", "a ClientHello that does not echo the cookie made for its address is refused", "RFC 6347 4.2.1" },
	[PIPE_CHECK_FRAME]   = { "pipe.frame_length", "a frame of a length out of bounds is refused before it is read", "D20" },
	[PIPE_CHECK_HTTP]    = { "pipe.http_message", "an HTTP message that is malformed, ambiguous or out of bounds is refused", "RFC 9112 2.2, 6.3" },
	[PIPE_CHECK_FORM]    = { "pipe.message_form", "bytes that are no message, by size, field or text, are refused before anything reads them", "D20" },
};
/* clang-format on */

bool judge_ask(const struct judge *j, enum pipe_check check, bool holds, const char *detail)
{
	return j->ask ? j->ask(j->context, check, holds, detail) : holds;
}
