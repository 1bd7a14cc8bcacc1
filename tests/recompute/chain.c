/* chain.c - walks SECURE-CHANNEL.md once for each suite on fixed inputs and prints every input and
 * value as JSON, for secure_channel.py to compute again without any of our code.
 *
 * Nothing here is drawn: key pairs, salts and ids are constants, so that two runs print the same.
 * The private keys and public points are those of RFC 5903.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/crypto/digest.h"
#include "proto/crypto/secure_channel.h"
#include "proto/message.h"
#include "tests/vectors/reader.h"

static const char uid_text[] = "ann.o'hara+1@mail.example";
static const char app_text[] = "com.example.notes";
static const char typed_text[] = "A1B2C-d3e4f-G5H6I";

/* All that a run of the construction knows, named as in the document. */
struct chain {
	struct crypto *crypto;
	enum suite suite;
	struct bytes uid;
	char ak[ACCESS_KEY_SIZE + 1];
	uint8_t cid[CID_SIZE], uem[UEM_ID_SIZE], salt[SALT_SIZE], kt[TOKEN_KEY_SIZE];
	struct ecdh_pair a, b;
	struct token_fields fields;
	uint8_t v[VERIFIER_SIZE], s[VERIFIER_SIZE];
	struct token token;
	struct buffer body, m1, request, m3, data, m4, unit;
	struct mac tag1, tag2;
	uint8_t p0[SECURE_CHANNEL_HASH_MAX], k1[SECURE_CHANNEL_HASH_MAX];
	uint8_t p1[SECURE_CHANNEL_HASH_MAX], z[ECDH_FIELD_MAX];
	uint8_t th1[SECURE_CHANNEL_HASH_MAX], th2[SECURE_CHANNEL_HASH_MAX];
	struct secure_channel_keys keys;
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "chain: %s fails\n", what);
	exit(1);
}

/* Bytes that count up from `from`, so that no two inputs are alike. */
static void fill(uint8_t *out, size_t size, unsigned from)
{
	for (size_t i = 0; i < size; i++)
		out[i] = (uint8_t)(from + i);
}

static struct ecdh_pair load_pair(const struct vectors *v, enum suite s, const char *const names[3])
{
	size_t record = (size_t)s - 1, field = suite_field_size(s);
	struct hex k = vector_hex(v, record, names[0]);
	struct hex x = vector_hex(v, record, names[1]), y = vector_hex(v, record, names[2]);
	struct ecdh_pair pair = { .public_key = { .data = { 0x04 } } };
	must(k.size == field && x.size == field && y.size == field, "loading a pair");
	memcpy(pair.private_key, k.data, field);
	memcpy(pair.public_key.data + 1, x.data, field);
	memcpy(pair.public_key.data + 1 + field, y.data, field);
	pair.public_key.size = (uint8_t)suite_point_size(s);
	return pair;
}

/* Line 1: what is given. */
static void give(struct chain *c, struct crypto *crypto, enum suite s)
{
	struct vectors *v = vectors_load("rfc5903.txt");
	memset(c, 0, sizeof *c);
	c->crypto = crypto;
	c->suite = s;
	c->uid = bytes_of_string(uid_text);
	c->a = load_pair(v, s, (const char *const[3]){ "i", "gix", "giy" });
	c->b = load_pair(v, s, (const char *const[3]){ "r", "grx", "gry" });
	vectors_free(v);
	fill(c->cid, sizeof c->cid, 0x10);
	fill(c->uem, sizeof c->uem, 0x40);
	fill(c->salt, sizeof c->salt, 0x80);
	fill(c->kt, sizeof c->kt, 0xc0);
	must(uid_is_good(c->uid), "line 1, uid");
	must(access_key_normalise(bytes_of_string(typed_text), c->ak), "line 1, ak");
}

/* Lines 2 to 4. */
static void make_token(struct chain *c)
{
	const struct bytes ak = bytes_of_string(c->ak);
	must(secure_channel_verifier(c->crypto, c->uid, ak, c->v), "line 2, v");
	must(secure_channel_stored(c->crypto, c->v, c->s), "line 2, s");
	c->fields = (struct token_fields){ .kid = 7, .iat_s = 0x0102030405 };
	memcpy(c->fields.uid, uid_text, sizeof uid_text);
	memcpy(c->fields.app, app_text, sizeof app_text);
	memcpy(c->fields.cid, c->cid, sizeof c->cid);
	memcpy(c->fields.uem, c->uem, sizeof c->uem);
	memcpy(c->fields.stored, c->s, sizeof c->s);
	fill(c->fields.tid, sizeof c->fields.tid, 0x20);
	must(token_seal(c->crypto, c->kt, &c->fields, &c->token), "line 4, T");
}

/* Lines 5 and 6: the unit is the codec's, as on the wire. */
static void set_up(struct chain *c)
{
	const struct secure_channel_attempt a = { c->crypto, c->suite, c->uem, c->cid, false };
	struct setup_body body = { .public_a = c->a.public_key, .token = c->token };
	memcpy(body.uid, uid_text, sizeof uid_text);
	memcpy(body.salt, c->salt, sizeof c->salt);
	setup_body_encode(&body, &c->body);
	must(secure_channel_p0(&a, c->uid, bytes_of_string(c->ak), c->salt, c->p0), "line 5, p0");
	must(secure_channel_k1(c->crypto, c->suite, c->p0, c->k1), "line 5, k1");
	must(secure_channel_tag1(&a, c->p0, bytes_of_buffer(&c->body), &c->tag1), "line 6, tag1");
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_SETUP };
	m.as.secure_channel_setup.body_size = (uint16_t)c->body.size;
	memcpy(m.as.secure_channel_setup.body, c->body.data, c->body.size);
	m.as.secure_channel_setup.tag1 = c->tag1;
	message_encode(&m, &c->m1);
}

/* Lines 8 to 10. */
static void respond(struct chain *c)
{
	const struct secure_channel_attempt a = { c->crypto, c->suite, c->uem, c->cid, false };
	const struct bytes z = bytes_of(c->z, suite_field_size(c->suite));
	must(ecdh_derive(c->crypto, c->suite, &c->b, &c->a.public_key, c->z), "line 8, Z");
	must(secure_channel_p1(c->crypto, c->suite, c->p0, z, c->p1), "line 8, p1");
	must(secure_channel_th1(&a, bytes_of_buffer(&c->m1), &c->b.public_key, c->th1),
	     "line 8, th1");
	must(secure_channel_tag2(c->crypto, c->suite, c->p1, c->th1, &c->tag2), "line 9, tag2");
	must(secure_channel_th2(c->crypto, c->suite, c->th1, &c->tag2, c->th2), "line 9, th2");
	must(secure_channel_keys_of(c->crypto, c->suite, c->p1, c->th2, &c->keys), "line 10");
}

/* Lines 11 and 12. */
static void provision(struct chain *c)
{
	const struct secure_channel channel = { c->crypto, c->suite, &c->keys, c->th2 };
	struct message m = { .type = MESSAGE_PROVISIONING_REQUEST };
	struct provisioning_request *r = &m.as.provisioning_request;
	buffer_append(&c->request, bytes_of_string("a wish"));
	buffer_append(&c->data, bytes_of_string("a master session key, settings and proxies"));
	must(secure_channel_request_seal(&channel, bytes_of_buffer(&c->request), &c->m3),
	     "line 11");
	must(digest_of(c->crypto, DIGEST_SHA256, bytes_of_buffer(&c->m1), r->setup_hash),
	     "the hash of M1");
	r->sealed_size = (uint16_t)c->m3.size;
	memcpy(r->sealed, c->m3.data, c->m3.size);
	message_encode(&m, &c->unit);
	must(secure_channel_data_seal(&channel, bytes_of_buffer(&c->unit),
				      bytes_of_buffer(&c->data), &c->m4),
	     "line 12");
}

static void print_hex(const char *name, const void *data, size_t size)
{
	printf(",\n  \"%s\": \"", name);
	for (size_t i = 0; i < size; i++)
		printf("%02x", ((const uint8_t *)data)[i]);
	printf("\"");
}

static void print_given(const struct chain *c)
{
	size_t field = suite_field_size(c->suite);
	printf(" {\n  \"su\": %d", (int)c->suite);
	print_hex("uid", uid_text, strlen(uid_text));
	print_hex("app", app_text, strlen(app_text));
	print_hex("typed", typed_text, strlen(typed_text));
	print_hex("cid", c->cid, sizeof c->cid);
	print_hex("uem", c->uem, sizeof c->uem);
	print_hex("salt", c->salt, sizeof c->salt);
	print_hex("kT", c->kt, sizeof c->kt);
	print_hex("kid", &c->fields.kid, 1);
	print_hex("tid", c->fields.tid, sizeof c->fields.tid);
	printf(",\n  \"iat\": %lld", (long long)c->fields.iat_s);
	print_hex("a", c->a.private_key, field);
	print_hex("A", c->a.public_key.data, c->a.public_key.size);
	print_hex("b", c->b.private_key, field);
	print_hex("B", c->b.public_key.data, c->b.public_key.size);
	print_hex("request", c->request.data, c->request.size);
	print_hex("data", c->data.data, c->data.size);
}

static void print_computed(const struct chain *c)
{
	size_t h = suite_hash_size(c->suite);
	print_hex("ak", c->ak, strlen(c->ak));
	print_hex("v", c->v, sizeof c->v);
	print_hex("s", c->s, sizeof c->s);
	print_hex("T", c->token.data, c->token.size);
	print_hex("p0", c->p0, h);
	print_hex("k1", c->k1, h);
	print_hex("body", c->body.data, c->body.size);
	print_hex("tag1", c->tag1.data, c->tag1.size);
	print_hex("M1", c->m1.data, c->m1.size);
	print_hex("Z", c->z, suite_field_size(c->suite));
	print_hex("p1", c->p1, h);
	print_hex("th1", c->th1, h);
	print_hex("tag2", c->tag2.data, c->tag2.size);
	print_hex("th2", c->th2, h);
	print_hex("ka", c->keys.ka, sizeof c->keys.ka);
	print_hex("na", c->keys.na, sizeof c->keys.na);
	print_hex("ku", c->keys.ku, sizeof c->keys.ku);
	print_hex("nu", c->keys.nu, sizeof c->keys.nu);
	print_hex("sealed", c->m3.data, c->m3.size);
	print_hex("M3", c->unit.data, c->unit.size);
	print_hex("M4", c->m4.data, c->m4.size);
	printf("\n }");
}

static void end(struct chain *c)
{
	struct buffer *const all[] = { &c->body, &c->m1,   &c->request, &c->m3,
				       &c->data, &c->unit, &c->m4 };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		buffer_cleanse(all[i]);
}

int main(void)
{
	static struct chain chain;
	struct crypto *crypto = crypto_new(NULL);
	must(crypto != NULL, "fetching the algorithms");
	printf("[\n");
	for (int su = SUITE_P256; su <= SUITE_P521; su++) {
		give(&chain, crypto, (enum suite)su);
		make_token(&chain);
		set_up(&chain);
		respond(&chain);
		provision(&chain);
		print_given(&chain);
		print_computed(&chain);
		printf("%s\n", su < SUITE_P521 ? "," : "");
		end(&chain);
	}
	printf("]\n");
	crypto_free(crypto);
	return ferror(stdout) || fflush(stdout) != 0;
}
