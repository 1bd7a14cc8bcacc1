/* dtls.c - DTLS 1.2 on datagrams (RFC 6347): a session with a timer.
 *
 * OpenSSL repeats a flight when its own clock says so; the program that links this makes that clock
 * virtual. Here its timer is only turned into the time at which expire() is wanted. A finished
 * session goes on reading, since a peer that lost the last flight asks for it again (4.2.4).
 *
 * What OpenSSL drops it tells nobody. So it is given one record at a time, and a record of which
 * nothing came is told to whoever asked, with the reason that its head and its number show.
 */
#include "proto/pipe/session.h"

#include <assert.h>
#include <sys/time.h>

/* OpenSSL 3.0 fits a flight to the datagram without room for what AES-GCM adds to its Finished: an
 * explicit nonce and a tag (RFC 5288 3). */
enum { AEAD_SIZE = 8 + 16 };
enum { FRAGMENT_MIN = 512 }; /* bytes: OpenSSL takes no less */
enum { EARLY_MAX = 100 };    /* records, as many as OpenSSL keeps */

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

/* The epoch of the records that OpenSSL reads: the next one from the peer's ChangeCipherSpec on. No
 * session here is renegotiated or resumed. */
static uint16_t reads_epoch(const struct session *s)
{
	switch (SSL_get_state(s->ssl)) {
	case TLS_ST_SR_CHANGE:
	case TLS_ST_CR_CHANGE:
	case TLS_ST_SR_FINISHED:
	case TLS_ST_CR_FINISHED:
	case TLS_ST_SW_CHANGE:
	case TLS_ST_SW_FINISHED:
	case TLS_ST_OK:
		return 1;
	default:
		return 0;
	}
}

static void tell_dropped(const struct session *s, struct bytes record, const char *why)
{
	if (s->dropped)
		s->dropped(s->keylog_context, why, record);
}

/* Have OpenSSL read one record. True when something came of it. A Finished that is repeated to a
 * client leads to nothing; but OpenSSL then returns before it asks for more (SSL_MODE_AUTO_RETRY is
 * off), where it asks at once after a record that it drops. */
static bool read_record(struct session *s, const struct dtls_record *r, int64_t now_ns)
{
	struct unit u = { 0 };
	unsigned heard = s->heard, starved = s->carrier.starved;
	size_t above = s->layer.above.count;
	bool secured = s->secured;
	buffer_append(&u.bytes, r->bytes);
	session_feed(&s->layer.pipe, PIPE_BELOW, &u, now_ns);
	unit_fini(&u);
	return s->heard != heard || s->layer.above.count != above || s->layer.dead ||
	       (secured && r->type == DTLS_HANDSHAKE && s->carrier.starved == starved);
}

/* A server that listens for a cookie has no window: nothing is kept. What it reads it answers. */
static void hear_record(struct session *s, const struct dtls_record *r, int64_t now_ns)
{
	static const struct dtls_window none;
	const char *why = dtls_record_fault(r, 0, &none);
	size_t below = s->layer.below.count;
	if (!dtls_record_is_stub(r))
		read_record(s, r, now_ns);
	if (!s->listens && s->ssl)
		dtls_window_add(&s->window, r->number);
	else if (s->listens && s->layer.below.count == below)
		tell_dropped(s, r->bytes, why ? why : "no whole ClientHello, before its cookie");
}

/* A record that is not valid is dropped (RFC 6347 4.1.2.7), or whoever can send one datagram could
 * end a session. OpenSSL 3.0 does that, but for those too short for AES-GCM, which all suites here
 * are: it takes them for an error of its own, and says so in an alert. What it drops it tells
 * nobody: here it is known by nothing having come of it. A fragment of a handshake message of the
 * first epoch may lead to nothing also when it is kept, so of these only the head says something.
 */
static void take_record(struct session *s, const struct dtls_record *r, int64_t now_ns)
{
	const char *why = dtls_record_fault(r, s->epoch, &s->window);
	bool read = !dtls_record_is_stub(r) && read_record(s, r, now_ns);
	if (!s->ssl)
		return;
	if (!read && !why && r->epoch > 0)
		why = "a record whose tag is wrong";
	if (!read && why)
		tell_dropped(s, r->bytes, why);
	else
		dtls_window_add(&s->window, r->number);
	if (reads_epoch(s) != s->epoch) {
		s->epoch = reads_epoch(s);
		s->window = (struct dtls_window){ 0 };
	}
}

/* What overtook the ChangeCipherSpec before it waits here, as it would in OpenSSL, which does not
 * say what becomes of it. */
static bool is_early(const struct session *s, const struct dtls_record *r)
{
	return !s->secured && r->headed && r->epoch == s->epoch + 1 && !dtls_record_is_stub(r) &&
	       (r->type == DTLS_HANDSHAKE || r->type == DTLS_ALERT) && s->early.count < EARLY_MAX;
}

static void take_early(struct session *s, int64_t now_ns)
{
	struct unit u = { 0 };
	while (s->epoch > 0 && s->ssl && !s->layer.dead && unit_queue_pop(&s->early, &u)) {
		struct dtls_record r = dtls_record_read(bytes_of_buffer(&u.bytes));
		take_record(s, &r, now_ns);
	}
	unit_fini(&u);
}

static void take_datagram(struct session *s, struct bytes rest, int64_t now_ns)
{
	if (rest.size == 0)
		tell_dropped(s, rest, "no record: an empty datagram");
	while (rest.size > 0 && s->ssl && !s->layer.dead) {
		struct dtls_record r = dtls_record_read(rest);
		struct unit u = { 0 };
		rest = bytes_of(rest.data + r.bytes.size, rest.size - r.bytes.size);
		if (s->listens) {
			hear_record(s, &r, now_ns);
		} else if (is_early(s, &r)) {
			buffer_append(&u.bytes, r.bytes);
			unit_queue_push(&s->early, &u);
		} else {
			take_record(s, &r, now_ns);
			take_early(s, now_ns);
		}
	}
}

static void dtls_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	struct session *s = (struct session *)p;
	if (from == PIPE_BELOW)
		take_datagram(s, bytes_of_buffer(&u->bytes), now_ns);
	else
		session_feed(p, from, u, now_ns);
	read_timer(s, now_ns);
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
