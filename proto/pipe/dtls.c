/* dtls.c - DTLS 1.2 on datagrams (RFC 6347): a session with a timer.
 *
 * OpenSSL repeats a flight when its own clock says so; the program that links this makes that clock
 * virtual. Here its timer is only turned into the time at which expire() is wanted. A finished
 * session goes on reading, since a peer that lost the last flight asks for it again (4.2.4).
 */
#include "proto/pipe/session.h"

#include <assert.h>
#include <sys/time.h>

/* OpenSSL 3.0 fits a flight to the datagram without room for what AES-GCM adds to its Finished: an
 * explicit nonce and a tag (RFC 5288 3). */
enum { AEAD_SIZE = 8 + 16 };
/* of a record (RFC 6347 4.1) */
enum { HEAD_SIZE = 13, EPOCH_AT = 3, LENGTH_AT = 11 };

enum { FRAGMENT_MIN = 512 }; /* bytes: OpenSSL takes no less */

/* OpenSSL reports a timer with less than 15 ms left as run out, so that short sleeps do not err. */
#define ROUNDED_NS (INT64_C(15) * 1000000)

static void read_timer(struct session *s, int64_t now_ns)
{
	struct timeval left;
	if (!s->ssl || !DTLSv1_get_timeout(s->ssl, &left)) {
		s->due_ns = PIPE_NEVER;
		return;
	}
	int64_t left_us = (int64_t)left.tv_sec * 1000000 + left.tv_usec;
	bool rounded = left_us == 0 && s->due_ns > now_ns && s->due_ns - now_ns <= ROUNDED_NS;
	/* OpenSSL's clock counts microseconds: the same timer must not move with the rest of
	 * now_ns. */
	int64_t at_us = now_ns / 1000 + left_us;
	if (rounded || (s->due_ns != PIPE_NEVER && at_us == s->armed_us))
		return;
	s->armed_us = at_us;
	s->due_ns = now_ns + left_us * 1000;
}

static void dtls_start(struct pipe *p, int64_t now_ns)
{
	session_start(p, now_ns);
	read_timer((struct session *)p, now_ns);
}

/* Bytes of the record at the front of a datagram; all that is left where its end does not come. */
static size_t record_size(struct bytes rest)
{
	size_t size = rest.size < HEAD_SIZE ? rest.size
					    : HEAD_SIZE + (size_t)read_u16(rest.data + LENGTH_AT);
	return size < rest.size ? size : rest.size;
}

/* Of an encrypted record, no room for nonce and tag. */
static bool is_stub(struct bytes record)
{
	return record.size >= HEAD_SIZE && record.size < HEAD_SIZE + AEAD_SIZE &&
	       read_u16(record.data + EPOCH_AT) > 0;
}

/* A record that is not valid is dropped (RFC 6347 4.1.2.7), or whoever can send one datagram could
 * end a session. OpenSSL 3.0 does that, but for those too short for AES-GCM, which all suites here
 * are: it takes them for an error of its own, and says so in an alert. */
static void drop_stubs(struct bytes datagram, struct buffer *out)
{
	while (datagram.size > 0) {
		struct bytes record = bytes_of(datagram.data, record_size(datagram));
		if (!is_stub(record))
			buffer_append(out, record);
		datagram = bytes_of(datagram.data + record.size, datagram.size - record.size);
	}
}

static void dtls_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	struct unit whole = { 0 };
	if (from == PIPE_BELOW) {
		drop_stubs(bytes_of_buffer(&u->bytes), &whole.bytes);
		u = &whole;
	}
	session_feed(p, from, u, now_ns);
	read_timer((struct session *)p, now_ns);
	unit_fini(&whole);
}

static int64_t dtls_due(const struct pipe *p)
{
	const struct session *s = (const struct session *)p;
	return s->layer.dead ? PIPE_NEVER : s->due_ns;
}

static void dtls_expire(struct pipe *p, int64_t now_ns)
{
	struct session *s = (struct session *)p;
	if (now_ns < dtls_due(p))
		return;
	session_expire(s, now_ns);
	read_timer(s, now_ns);
}

static const struct pipe_ops dtls_ops = {
	.name = "dtls",
	.start = dtls_start,
	.below_ended = session_below_ended,
	.feed = dtls_feed,
	.drain = session_drain,
	.notice = layer_notice,
	.due = dtls_due,
	.expire = dtls_expire,
	.close = session_close,
	.peer = session_peer,
	.free = session_free,
};

static unsigned fragment_of(uint16_t mtu)
{
	if (mtu < FRAGMENT_MIN)
		return FRAGMENT_MIN;
	return mtu > SSL3_RT_MAX_PLAIN_LENGTH ? SSL3_RT_MAX_PLAIN_LENGTH : mtu;
}

struct pipe *dtls_open(const struct stack_spec *spec)
{
	struct session *s = session_open(&dtls_ops, PIPE_DTLS, spec);
	long set = DTLS_set_link_mtu(s->ssl, spec->mtu - AEAD_SIZE);
	assert(set == 1);
	/* OpenSSL's buffer for what it writes holds a record of that size: none here is larger. */
	set = SSL_set_max_send_fragment(s->ssl, fragment_of(spec->mtu));
	assert(set == 1);
	return &s->layer.pipe;
}
