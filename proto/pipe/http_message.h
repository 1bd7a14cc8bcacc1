/* http_message.h - one HTTP/1.1 message: its head read and written, its body left alone.
 *
 * Message units travel as HTTP: a request is `POST /<MessageName>`, an answer is a status. Only
 * what our own ends write is admitted; whatever two parsers could read in two ways is refused.
 */
#ifndef PROTO_PIPE_HTTP_MESSAGE_H
#define PROTO_PIPE_HTTP_MESSAGE_H

#include "proto/message.h"

enum {
	HTTP_HEAD_MAX = 8 * 1024, /* bytes up to and with the empty line */
	HTTP_HEADERS_MAX = 32,
	HTTP_BODY_MAX = UNIT_MAX - 2, /* a unit without its type */
};

/* What a head says. */
struct http_head {
	enum message_type type; /* MESSAGE_NONE when it names none that we know */
	bool answer;
	uint32_t request; /* X-Request-Id */
	size_t body_size; /* Content-Length */
	struct bytes host; /* of a request: borrowed from the head */
};

/* Where the head ends in bytes of which the first `seen` were searched before: *size receives its
 * size, 0 when the end has not come. Returns NULL, or what is wrong with it so far: a line that
 * does not end in CR LF, or too many bytes. */
const char *http_head_find(struct bytes in, size_t seen, size_t *size);
/* Read a whole head. Returns NULL, or what is wrong first; *out then holds what could be read. */
const char *http_head_read(struct bytes head, struct http_head *out);
/* Whether a request's head names this host; a name has no case (RFC 9110 4.2.3). */
bool http_head_names(const struct http_head *head, const char *host);
/* Append a message: head for a unit of this type, number and direction, then its body. host stands
 * in a request's Host header. */
void http_message_append(const struct http_head *head, const char *host, struct bytes body,
			 struct buffer *out);

#endif
