/* session.c - drives one SSL over a carrier. It neither knows a clock nor decides who the peer is.
 *
 * A TLS 1.3 client is complete, and reports it, when it has sent its Finished; whether the server
 * takes its certificate it learns later, as an alert or as the first bytes of application data.
 */
#include "proto/pipe/session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

enum { READ_SIZE = 16 * 1024 }; /* plaintext bytes of the largest record (RFC 8446 5.1) */

/* Emptying a queue costs the same when it is empty, as it nearly always is. */
static void forget_errors(void)
{
	if (ERR_peek_error() != 0)
		ERR_clear_error();
}

static void fail(struct session *s)
{
	unsigned long error = ERR_peek_last_error();
	int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
	session_judge_failure(s, reason);
	const char *why = ERR_reason_error_string(error);
	if (reason == SSL_R_READ_TIMEOUT_EXPIRED)
		why = "handshake timed out";
	layer_fail(&s->layer, why ? why : "session failed");
	forget_errors();
}

/* OpenSSL gives back its buffers, 16 KiB each, between the records of a stream, but not those of
 * datagrams, nor the one from which it said close_notify. */
static void borrow_buffers(struct session *s)
{
	if (s->ssl && s->secured && s->carrier.datagram && SSL_alloc_buffers(s->ssl) != 1)
		abort();
}

static void end_ssl(struct session *s)
{
	bool presents = s->ssl && s->presents;
	SSL_free(s->ssl);
	s->ssl = NULL;
	if (presents)
		tls_context_release(s->context, s->identity);
}

/* A session over which nothing more can be said keeps no buffers, keys and certificates. */
static void release(struct session *s)
{
	if (s->layer.dead || (s->closing && s->peer_closed)) {
		end_ssl(s);
	} else if (s->ssl && s->secured && (s->carrier.datagram || s->closing)) {
		SSL_free_buffers(s->ssl);
	}
}

/* Whether OpenSSL only waits for more bytes; anything else ends the session. */
static bool waits(struct session *s, int result)
{
	int error = SSL_get_error(s->ssl, result);
	if (error == SSL_ERROR_WANT_READ)
		return true;
	fail(s);
	return false;
}

static void write_unit(struct session *s, const struct unit *u)
{
	size_t written;
	if (u->bytes.size == 0)
		return;
	int result = SSL_write_ex(s->ssl, u->bytes.data, u->bytes.size, &written);
	if (result != 1)
		fail(s);
}

static void flush(struct session *s)
{
	struct unit u = { 0 };
	while (!s->layer.dead && unit_queue_pop(&s->waiting, &u))
		write_unit(s, &u);
	unit_fini(&u);
}

/* Until a ClientHello shows its cookie, OpenSSL answers each that is whole by a HelloVerifyRequest
 * and forgets it (RFC 6347 4.2.1). One with a good cookie is left to be read by the handshake. */
static void listen_for_cookie(struct session *s)
{
	BIO_ADDR *unknown = BIO_ADDR_new(); /* whose, the carrier knows */
	if (!unknown)
		abort();
	int result = DTLSv1_listen(s->ssl, unknown);
	BIO_ADDR_free(unknown);
	if (result < 0)
		fail(s);
	s->listens = result == 0;
}

static void handshake(struct session *s)
{
	if (s->listens)
		listen_for_cookie(s);
	if (s->listens || s->layer.dead)
		return;
	int result = SSL_do_handshake(s->ssl);
	if (result != 1) {
		waits(s, result);
		return;
	}
	if (!session_version_is_admitted(s)) {
		layer_fail(&s->layer, "wrong protocol version");
		return;
	}
	char detail[64];
	snprintf(detail, sizeof detail, "%s %s", SSL_get_version(s->ssl),
		 SSL_get_cipher_name(s->ssl));
	s->secured = true;
	layer_tell(&s->layer, PIPE_SECURED, detail);
	flush(s);
}

/* Each record of DTLS is a unit; those of TLS that came together are one run of bytes. */
static void read_all(struct session *s)
{
	uint8_t plain[READ_SIZE];
	struct unit run = { 0 };
	size_t size, most = 0;
	int result;
	while ((result = SSL_read_ex(s->ssl, plain, sizeof plain, &size)) == 1) {
		buffer_append(&run.bytes, bytes_of(plain, size));
		most = size > most ? size : most;
		if (s->carrier.datagram)
			unit_queue_push(&s->layer.above, &run);
	}
	if (run.bytes.size > 0)
		unit_queue_push(&s->layer.above, &run);
	OPENSSL_cleanse(plain, most); /* no more of it was written */
	if (SSL_get_error(s->ssl, result) == SSL_ERROR_ZERO_RETURN) {
		s->peer_closed = true;
		layer_tell(&s->layer, PIPE_CLOSED, NULL);
	} else {
		waits(s, result);
	}
}

void session_run(struct session *s, int64_t now_ns)
{
	if (s->layer.dead || !s->ssl)
		return;
	borrow_buffers(s);
	s->now_ns = now_ns;
	time_t now_s = (time_t)(tls_context_epoch_s(s->context) + now_ns / INT64_C(1000000000) +
				(s->clock_s ? *s->clock_s : 0));
	X509_VERIFY_PARAM_set_time(SSL_get0_param(s->ssl), now_s);
	forget_errors();
	if (!s->secured)
		handshake(s);
	if (s->secured && !s->layer.dead && !s->peer_closed)
		read_all(s);
	forget_errors();
	release(s);
}

void session_expire(struct session *s, int64_t now_ns)
{
	if (s->layer.dead || !s->ssl)
		return;
	borrow_buffers(s);
	forget_errors();
	if (DTLSv1_handle_timeout(s->ssl) < 0)
		fail(s);
	else
		session_run(s, now_ns);
	release(s);
}

void session_start(struct pipe *p, int64_t now_ns)
{
	struct session *s = (struct session *)p;
	if (s->opener)
		session_run(s, now_ns);
}

void session_below_ended(struct pipe *p, const char *why, int64_t now_ns)
{
	struct session *s = (struct session *)p;
	if (s->layer.dead || s->peer_closed || s->closing)
		return;
	if (why) {
		layer_fail(&s->layer, why);
		release(s);
		return;
	}
	s->carrier.ended = true;
	session_run(s, now_ns);
}

void session_feed(struct pipe *p, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	struct session *s = (struct session *)p;
	if (s->layer.dead)
		return;
	if (from == PIPE_BELOW) {
		s->carrier.in = bytes_of_buffer(&u->bytes);
		session_run(s, now_ns);
		s->carrier.in = bytes_of(NULL, 0);
	} else if (s->secured && !s->closing) {
		borrow_buffers(s);
		forget_errors();
		write_unit(s, u);
		release(s);
	} else if (!s->closing) {
		struct unit copy = { 0 };
		buffer_append(&copy.bytes, bytes_of_buffer(&u->bytes));
		unit_queue_push(&s->waiting, &copy);
	}
}

bool session_drain(struct pipe *p, enum pipe_side to, struct unit *out)
{
	struct session *s = (struct session *)p;
	if (to == PIPE_BELOW && s->carrier.out.size > 0) {
		struct unit run = { .bytes = s->carrier.out };
		s->carrier.out = (struct buffer){ 0 };
		unit_queue_push(&s->layer.below, &run);
	}
	return layer_drain(p, to, out);
}

void session_close(struct pipe *p, int64_t now_ns)
{
	struct session *s = (struct session *)p;
	(void)now_ns;
	if (s->layer.dead || s->closing)
		return;
	s->closing = true;
	if (!s->secured) {
		s->layer.dead = true;
		release(s);
		return;
	}
	borrow_buffers(s);
	forget_errors();
	SSL_shutdown(s->ssl);
	forget_errors();
	release(s);
}

const char *session_peer(const struct pipe *p)
{
	const struct session *s = (const struct session *)p;
	return s->secured ? s->peer : "";
}

void session_free(struct pipe *p)
{
	struct session *s = (struct session *)p;
	end_ssl(s);
	buffer_fini(&s->carrier.out);
	unit_queue_fini(&s->waiting);
	unit_queue_fini(&s->early);
	free(s->host);
	free(s->client);
	layer_fini(&s->layer);
	free(s);
}

static char *copy_of(const char *text)
{
	char *copy = text ? strdup(text) : NULL;
	if (text && !copy)
		abort();
	return copy;
}

static void open_ssl(struct session *s, const struct stack_spec *spec)
{
	struct tls_use use = {
		.datagram = s->carrier.datagram,
		.opener = spec->opener,
		.mutual = spec->mutual,
		.keylog = spec->keylog != NULL,
	};
	s->ssl = SSL_new(tls_context_ssl(spec->tls, &use));
	if (!s->ssl)
		abort();
	s->presents = !spec->opener || spec->mutual;
	if (s->presents)
		s->identity = tls_context_present(spec->tls, spec->identity, s->ssl);
	tls_context_tune(spec->tls, spec->identity ? spec->identity : "", s->ssl);
	s->oldest_version = session_oldest_version(s->ssl);
	BIO *b = carrier_bio_new(tls_context_library(spec->tls), tls_context_carrier(spec->tls),
				 &s->carrier);
	SSL_set_bio(s->ssl, b, b);
	SSL_set_app_data(s->ssl, s);
	if (spec->opener) {
		assert(spec->host);
		SSL_set_connect_state(s->ssl);
		int named = (int)SSL_set_tlsext_host_name(s->ssl, spec->host);
		assert(named == 1);
	} else {
		SSL_set_accept_state(s->ssl);
	}
}

struct session *session_open(const struct pipe_ops *ops, enum pipe_kind kind,
			     const struct stack_spec *spec)
{
	assert(spec->tls);
	struct session *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	layer_init(&s->layer, ops, kind, spec);
	s->carrier.datagram = kind == PIPE_DTLS;
	s->listens = kind == PIPE_DTLS && !spec->opener;
	s->carrier.layer = &s->layer;
	s->context = spec->tls;
	s->opener = spec->opener;
	s->mutual = spec->mutual;
	s->host = copy_of(spec->host);
	s->client = copy_of(spec->client);
	s->local = spec->local;
	s->remote = spec->remote;
	s->association = spec->association;
	s->clock_s = spec->clock_s;
	s->keylog = spec->keylog;
	s->dropped = spec->dropped;
	s->keylog_context = spec->context;
	s->due_ns = PIPE_NEVER;
	open_ssl(s, spec);
	return s;
}
