/* baseline.c - the parts of the baseline in a row, and the comparison with the trace. */
#include "tests/bench/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/samples.h"

enum {
	SIGNATURE_VARIES = 6, /* bytes: the DER form of two P-256 signatures in one record */
};

/* -- what is not timed -- */

static bool is_secured(const struct baseline *b, size_t channel)
{
	return b->inventory->sessions[channel].secured > 0;
}

static void certify(struct baseline *b, size_t actor)
{
	const struct flow_actor *a = &b->inventory->flow->actors[actor];
	const char *hosts[FLOW_ACTOR_HOSTS_MAX];
	if (b->keys[actor])
		return;
	for (size_t i = 0; i < a->hosts_count; i++)
		hosts[i] = a->hosts[i].host;
	b->keys[actor] = certificate_key_new(&b->authority);
	b->certificates[actor] =
		certificate_issue(&b->authority, b->keys[actor], a->name, hosts, a->hosts_count);
}

struct baseline *baseline_new(const struct inventory *inventory)
{
	struct baseline *b = calloc(1, sizeof *b);
	certificate_must(b != NULL);
	b->inventory = inventory;
	b->library = OSSL_LIB_CTX_new();
	certificate_must(b->library != NULL);
	certificate_authority_init(&b->authority, b->library, (int64_t)time(NULL));
	b->trusted = X509_STORE_new();
	certificate_must(b->trusted && X509_STORE_add_cert(b->trusted, b->authority.certificate));
	for (size_t i = 0; i < inventory->flow->channels_count; i++) {
		const struct flow_channel *c = &inventory->flow->channels[i];
		if (!is_secured(b, i))
			continue;
		certify(b, c->to);
		if (c->mutual)
			certify(b, c->from);
		for (size_t side = 0; side < SIDES; side++)
			b->contexts[i][side] = baseline_context(b, i, (enum inventory_side)side);
	}
	baseline_secrets_fetch(b);
	return b;
}

void baseline_free(struct baseline *b)
{
	baseline_secrets_free(b);
	for (size_t i = 0; i < FLOW_CHANNELS_MAX; i++)
		for (size_t side = 0; side < SIDES; side++)
			SSL_CTX_free(b->contexts[i][side]);
	for (size_t i = 0; i < FLOW_ACTORS_MAX; i++) {
		EVP_PKEY_free(b->keys[i]);
		X509_free(b->certificates[i]);
	}
	X509_STORE_free(b->trusted);
	certificate_authority_fini(&b->authority);
	OSSL_LIB_CTX_free(b->library);
	free(b);
}

/* -- what is timed -- */

/* SHA-256 of every packet, chained. */
static void chain(struct baseline *b)
{
	static const uint8_t zeros[UINT16_MAX];
	uint8_t head[32] = { 0 };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	certificate_must(context != NULL);
	for (size_t i = 0; i < b->inventory->packets_count; i++)
		certificate_must(EVP_DigestInit_ex2(context, b->sha256, NULL) &&
				 EVP_DigestUpdate(context, head, sizeof head) &&
				 EVP_DigestUpdate(context, zeros, b->inventory->packets[i]) &&
				 EVP_DigestFinal_ex(context, head, NULL));
	EVP_MD_CTX_free(context);
}

int64_t baseline_run(struct baseline *b)
{
	int64_t begun = clock_busy_ns();
	for (size_t i = 0; i < b->inventory->flow->channels_count; i++)
		for (size_t n = 0; n < b->inventory->sessions[i].secured; n++)
			certificate_must(baseline_session(b, i, NULL));
	baseline_secrets_run(b);
	chain(b);
	return clock_busy_ns() - begun;
}

/* -- the comparison -- */

static bool record_is_same(const struct tls_record *a, const struct tls_record *b, bool exactly)
{
	int apart = (int)a->size - (int)b->size;
	return a->type == b->type && (apart == 0 || (!exactly && abs(apart) <= SIGNATURE_VARIES));
}

/* Only what a handshake made varies. */
static bool side_is_same(const struct inventory *x, size_t channel, enum inventory_side side,
			 const struct tls_records *made)
{
	const char *name = x->flow->channels[channel].name;
	const struct tls_records *wanted = &x->sessions[channel].records[side];
	size_t shaken = baseline_handshake_records(x, channel, side);
	if (wanted->count != made->count) {
		fprintf(stderr, "bench: %s: expected %zu records as in the trace, actual %zu\n",
			name, wanted->count, made->count);
		return false;
	}
	for (size_t i = 0; i < wanted->count; i++) {
		if (record_is_same(&wanted->list[i], &made->list[i], i >= shaken))
			continue;
		fprintf(stderr,
			"bench: %s: record %zu: expected type %u of %u bytes as in the trace, "
			"actual type %u of %u\n",
			name, i, wanted->list[i].type, wanted->list[i].size, made->list[i].type,
			made->list[i].size);
		return false;
	}
	return true;
}

static bool session_is_same(struct baseline *b, size_t channel)
{
	const struct inventory_session *s = &b->inventory->sessions[channel];
	const char *name = b->inventory->flow->channels[channel].name;
	struct tls_records made[SIDES] = { { 0 } };
	bool good = s->secured == 1;
	if (!good)
		fprintf(stderr, "bench: %s: expected one handshake, actual %zu\n", name,
			s->secured);
	good = good && baseline_session(b, channel, made);
	for (size_t side = 0; side < SIDES; side++) {
		good = good &&
		       side_is_same(b->inventory, channel, (enum inventory_side)side, &made[side]);
		tls_records_fini(&made[side]);
	}
	return good;
}

bool baseline_is_same(struct baseline *b)
{
	bool good = baseline_secrets_are_same(b->inventory);
	for (size_t i = 0; i < b->inventory->flow->channels_count; i++)
		if (is_secured(b, i))
			good = session_is_same(b, i) && good;
	baseline_secrets_run(b);
	return good;
}
