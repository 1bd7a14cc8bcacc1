/* baseline_session.c - two SSLs that speak through memory BIOs, with the product's parameters. */
#include "tests/bench/baseline.h"

#include <string.h>

#include <openssl/err.h>

enum {
	FLIGHT_MAX = 64 * 1024,
	TLS13_ADDS = 1 + 16,  /* inner type and tag (RFC 8446 5.2) */
	DTLS12_ADDS = 8 + 16, /* explicit nonce and tag (RFC 5288 3) */
	RELAY_HEADERS = 64,   /* what the product leaves for the relay below a datagram */
	COOKIE_SIZE = 32,
};

/* -- contexts: not timed -- */

static int cookie_make(SSL *ssl, unsigned char *out, unsigned *size)
{
	static const uint8_t key[32] = "a cookie's key", peer[16] = "a peer's address";
	struct baseline *b = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	size_t made = 0;
	bool good = EVP_Q_mac(b->library, "HMAC", NULL, "SHA256", NULL, key, sizeof key, peer,
			      sizeof peer, out, COOKIE_SIZE, &made) != NULL;
	*size = (unsigned)made;
	return good;
}

static int cookie_verify(SSL *ssl, const unsigned char *cookie, unsigned size)
{
	unsigned char own[COOKIE_SIZE];
	unsigned own_size = 0;
	return cookie_make(ssl, own, &own_size) && own_size == size &&
	       CRYPTO_memcmp(own, cookie, size) == 0;
}

static void restrict_protocol(SSL_CTX *c, bool datagram)
{
	int version = datagram ? DTLS1_2_VERSION : TLS1_3_VERSION;
	certificate_must(SSL_CTX_set_min_proto_version(c, version));
	certificate_must(SSL_CTX_set_max_proto_version(c, version));
	certificate_must(SSL_CTX_set1_groups_list(c, "P-256"));
	certificate_must(SSL_CTX_set1_sigalgs_list(c, "ECDSA+SHA256"));
	certificate_must(
		SSL_CTX_set_ciphersuites(c, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"));
	certificate_must(SSL_CTX_set_cipher_list(c, "ECDHE-ECDSA-AES256-GCM-SHA384:"
						    "ECDHE-ECDSA-AES128-GCM-SHA256"));
	SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
				       SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	certificate_must(SSL_CTX_set_num_tickets(c, 0));
	SSL_CTX_set_mode(c, SSL_MODE_NO_AUTO_CHAIN);
}

SSL_CTX *baseline_context(struct baseline *b, size_t channel, enum inventory_side side)
{
	const struct flow_channel *f = &b->inventory->flow->channels[channel];
	bool datagram = b->inventory->sessions[channel].datagram;
	size_t actor = side == SIDE_OPENER ? f->from : f->to;
	SSL_CTX *c = SSL_CTX_new_ex(b->library, NULL, datagram ? DTLS_method() : TLS_method());
	certificate_must(c != NULL);
	restrict_protocol(c, datagram);
	SSL_CTX_set1_cert_store(c, b->trusted);
	SSL_CTX_set_app_data(c, b);
	if (side == SIDE_ACCEPTOR || f->mutual) {
		certificate_must(SSL_CTX_use_certificate(c, b->certificates[actor]));
		certificate_must(SSL_CTX_use_PrivateKey(c, b->keys[actor]));
	}
	if (side == SIDE_OPENER)
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	else if (f->mutual)
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	if (side == SIDE_ACCEPTOR && f->mutual)
		certificate_must(SSL_CTX_add_client_CA(c, b->authority.certificate));
	if (side == SIDE_ACCEPTOR && datagram) {
		SSL_CTX_set_options(c, SSL_OP_COOKIE_EXCHANGE);
		SSL_CTX_set_cookie_generate_cb(c, cookie_make);
		SSL_CTX_set_cookie_verify_cb(c, cookie_verify);
	}
	return c;
}

/* -- one session: timed -- */

struct pair {
	SSL *ssl[SIDES];
	BIO *in[SIDES], *out[SIDES]; /* owned by the SSLs */
	bool datagram;
	struct tls_records *records; /* of SIDES; NULL: not kept */
};

static void pair_open(struct baseline *b, size_t channel, struct pair *p)
{
	const struct flow_channel *f = &b->inventory->flow->channels[channel];
	for (size_t side = 0; side < SIDES; side++) {
		p->ssl[side] = SSL_new(b->contexts[channel][side]);
		p->in[side] = BIO_new(BIO_s_mem());
		p->out[side] = BIO_new(BIO_s_mem());
		certificate_must(p->ssl[side] && p->in[side] && p->out[side]);
		BIO_set_mem_eof_return(p->in[side], -1);
		SSL_set_bio(p->ssl[side], p->in[side], p->out[side]);
		if (p->datagram)
			DTLS_set_link_mtu(
				p->ssl[side],
				f->rides_count == 0
					? 1400
					: b->inventory->flow->channels[f->rides[0].channel]
							  .wire.mtu -
						  RELAY_HEADERS - DTLS12_ADDS);
	}
	SSL_set_connect_state(p->ssl[SIDE_OPENER]);
	SSL_set_accept_state(p->ssl[SIDE_ACCEPTOR]);
	certificate_must(SSL_set_tlsext_host_name(p->ssl[SIDE_OPENER], f->host));
	certificate_must(SSL_set1_host(p->ssl[SIDE_OPENER], f->host));
}

/* Carry what one side said to the other. Returns whether there was anything. */
static bool carry(struct pair *p, size_t from)
{
	uint8_t flight[FLIGHT_MAX];
	int size = BIO_read(p->out[from], flight, sizeof flight);
	if (size <= 0)
		return false;
	if (p->records &&
	    !tls_records_read(&p->records[from], p->datagram, bytes_of(flight, (size_t)size)))
		certificate_must(0);
	certificate_must(BIO_write(p->in[1 - from], flight, size) == size);
	return true;
}

static bool handshake(struct pair *p)
{
	bool moved = true;
	while (moved) {
		moved = false;
		for (size_t side = 0; side < SIDES; side++) {
			SSL_do_handshake(p->ssl[side]);
			moved = carry(p, side) || moved;
		}
	}
	return SSL_is_init_finished(p->ssl[SIDE_OPENER]) &&
	       SSL_is_init_finished(p->ssl[SIDE_ACCEPTOR]) &&
	       SSL_get_verify_result(p->ssl[SIDE_OPENER]) == X509_V_OK;
}

static bool say(struct pair *p, size_t from, size_t size)
{
	static const uint8_t zeros[16 * 1024];
	uint8_t plain[sizeof zeros];
	size_t written = 0, got = 0;
	return SSL_write_ex(p->ssl[from], zeros, size, &written) == 1 && carry(p, from) &&
	       SSL_read_ex(p->ssl[1 - from], plain, sizeof plain, &got) == 1 && got == size;
}

/* A farewell where it shows: TLS 1.3 hides its own among application data (RFC 8446 5.1). */
static bool end(struct pair *p, size_t from)
{
	uint8_t plain[1];
	size_t got = 0;
	SSL_shutdown(p->ssl[from]);
	return carry(p, from) && SSL_read_ex(p->ssl[1 - from], plain, sizeof plain, &got) == 0 &&
	       (SSL_get_shutdown(p->ssl[1 - from]) & SSL_RECEIVED_SHUTDOWN) != 0;
}

size_t baseline_handshake_records(const struct inventory *x, size_t channel,
				  enum inventory_side side)
{
	const struct tls_records *r = &x->sessions[channel].records[side];
	size_t count = 0;
	if (x->sessions[channel].datagram) {
		while (count < r->count && r->list[count].type != TLS_APPLICATION)
			count++;
		return count;
	}
	/* ClientHello, change of cipher, Finished; ServerHello, change of cipher,
	 * EncryptedExtensions, Certificate, CertificateVerify, Finished. A client that is asked for
	 * its certificate has two more, the server that asks has one (RFC 8446 2). */
	bool mutual = x->flow->channels[channel].mutual;
	return side == SIDE_OPENER ? (mutual ? 5 : 3) : (mutual ? 7 : 6);
}

static bool say_all(const struct inventory *x, size_t channel, struct pair *p)
{
	const struct inventory_session *s = &x->sessions[channel];
	size_t adds = s->datagram ? DTLS12_ADDS : TLS13_ADDS, at[SIDES];
	bool good = true, more = true;
	for (size_t side = 0; side < SIDES; side++)
		at[side] = baseline_handshake_records(x, channel, (enum inventory_side)side);
	while (good && more) {
		more = false;
		for (size_t side = 0; side < SIDES; side++) {
			if (at[side] >= s->records[side].count)
				continue;
			const struct tls_record *r = &s->records[side].list[at[side]++];
			good = good && r->size > adds &&
			       (r->type == TLS_ALERT ? end(p, side) : say(p, side, r->size - adds));
			more = true;
		}
	}
	return good;
}

bool baseline_session(struct baseline *b, size_t channel, struct tls_records records[SIDES])
{
	const struct inventory_session *s = &b->inventory->sessions[channel];
	struct pair p = { .datagram = s->datagram, .records = records };
	pair_open(b, channel, &p);
	bool good = handshake(&p) && say_all(b->inventory, channel, &p);
	if (!good)
		ERR_print_errors_fp(stderr);
	SSL_free(p.ssl[SIDE_OPENER]);
	SSL_free(p.ssl[SIDE_ACCEPTOR]);
	return good;
}
