/* aead.c - AES-256-GCM of whole messages. */
#include "proto/crypto/aead.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "proto/crypto/fetched.h"

/* EVP counts in int. */
static bool sizes_fit(const struct aead *a, struct bytes text)
{
	return a->aad.size <= INT_MAX && text.size <= INT_MAX;
}

/* Feed aad, when out is NULL, or text. An empty span is not fed: EVP takes NULL for another wish.
 */
static bool update(EVP_CIPHER_CTX *ctx, uint8_t *out, struct bytes in)
{
	int written = 0;
	return in.size == 0 || (EVP_CipherUpdate(ctx, out, &written, in.data, (int)in.size) == 1 &&
				written == (int)in.size);
}

static bool seal(EVP_CIPHER_CTX *ctx, const struct aead *a, struct bytes plain, uint8_t *out)
{
	int written = 0;
	uint8_t *tag = out + plain.size;
	return update(ctx, NULL, a->aad) && update(ctx, out, plain) &&
	       EVP_CipherFinal_ex(ctx, tag, &written) == 1 && written == 0 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE, tag) == 1;
}

bool aead_seal(struct crypto *c, const struct aead *a, struct bytes plain, struct buffer *out)
{
	if (!sizes_fit(a, plain))
		return false;
	buffer_reserve(out, plain.size + AEAD_TAG_SIZE);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool good = ctx && EVP_EncryptInit_ex2(ctx, c->aead, a->key, a->iv, NULL) == 1 &&
		    seal(ctx, a, plain, out->data + out->size);
	EVP_CIPHER_CTX_free(ctx);
	if (good)
		out->size += plain.size + AEAD_TAG_SIZE;
	return good;
}

bool aead_open(struct crypto *c, const struct aead *a, struct bytes sealed, struct buffer *plain,
	       bool *authentic)
{
	*authentic = false;
	if (sealed.size < AEAD_TAG_SIZE || !sizes_fit(a, sealed))
		return false;
	struct bytes text = bytes_of(sealed.data, sealed.size - AEAD_TAG_SIZE);
	uint8_t *tag =
		(uint8_t *)sealed.data + text.size; /* only read; EVP's parameter is not const */
	uint8_t rest[AEAD_TAG_SIZE];
	int written = 0;
	buffer_reserve(plain, sealed.size);
	uint8_t *out = plain->data + plain->size;
	ERR_set_mark(); /* a wrong tag is an answer here; TLS would find it in the queue */
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool good = ctx && EVP_DecryptInit_ex2(ctx, c->aead, a->key, a->iv, NULL) == 1 &&
		    update(ctx, NULL, a->aad) && update(ctx, out, text) &&
		    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_SIZE, tag) == 1;
	*authentic = good && EVP_CipherFinal_ex(ctx, rest, &written) == 1;
	if (good && (*authentic || c->yields_unauthentic))
		plain->size += text.size;
	else
		OPENSSL_cleanse(out, sealed.size);
	EVP_CIPHER_CTX_free(ctx);
	ERR_pop_to_mark();
	return good;
}

enum { BLOCK_SIZE = 16 };

/* The tag that this ciphertext has under an IV of zeros. */
static bool tag_under_zeros(struct crypto *c, const struct aead *a, struct bytes sealed,
			    uint8_t tag[AEAD_TAG_SIZE])
{
	struct buffer plain = { 0 }, again = { 0 };
	struct crypto yielding = *c; /* the tag is what is asked for */
	bool unused;
	yielding.yields_unauthentic = true;
	bool good = aead_open(&yielding, a, sealed, &plain, &unused) &&
		    aead_seal(c, a, bytes_of_buffer(&plain), &again);
	if (good)
		memcpy(tag, again.data + again.size - AEAD_TAG_SIZE, AEAD_TAG_SIZE);
	buffer_cleanse(&plain);
	buffer_fini(&again);
	return good;
}

/* E(key, zeros || 1): the tag of nothing, whose hash is zero. */
static bool mask_of_zeros(struct crypto *c, const struct aead *a, uint8_t mask[BLOCK_SIZE])
{
	struct aead bare = { .key = a->key, .iv = a->iv };
	struct buffer sealed = { 0 };
	bool good = aead_seal(c, &bare, (struct bytes){ 0 }, &sealed);
	if (good)
		memcpy(mask, sealed.data, BLOCK_SIZE);
	buffer_fini(&sealed);
	return good;
}

static bool block_decrypt(struct crypto *c, const uint8_t *key, const uint8_t in[BLOCK_SIZE],
			  uint8_t out[BLOCK_SIZE])
{
	int written = 0;
	EVP_CIPHER *aes = EVP_CIPHER_fetch(c->library, "AES-256-ECB", NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool good = aes && ctx && EVP_DecryptInit_ex2(ctx, aes, key, NULL, NULL) == 1 &&
		    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
		    EVP_CipherUpdate(ctx, out, &written, in, BLOCK_SIZE) == 1 &&
		    written == BLOCK_SIZE;
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(aes);
	return good;
}

bool aead_iv_find(struct crypto *c, const struct aead *under, struct bytes sealed, uint8_t *iv)
{
	static const uint8_t zeros[AEAD_IV_SIZE], one[BLOCK_SIZE - AEAD_IV_SIZE] = { 0, 0, 0, 1 };
	struct aead a = { .key = under->key, .iv = zeros, .aad = under->aad };
	uint8_t block[BLOCK_SIZE], mask[BLOCK_SIZE], tag[AEAD_TAG_SIZE];
	memset(iv, 0, AEAD_IV_SIZE);
	if (sealed.size < AEAD_TAG_SIZE || !tag_under_zeros(c, &a, sealed, tag) ||
	    !mask_of_zeros(c, &a, mask))
		return false;
	/* tag = hash ^ E(IV || 1), for both IVs: what differs is E(IV || 1) ^ E(zeros || 1) */
	for (size_t i = 0; i < BLOCK_SIZE; i++)
		block[i] = sealed.data[sealed.size - AEAD_TAG_SIZE + i] ^ tag[i] ^ mask[i];
	if (!block_decrypt(c, a.key, block, mask) || memcmp(mask + AEAD_IV_SIZE, one, sizeof one))
		return false;
	memcpy(iv, mask, AEAD_IV_SIZE);
	return true;
}
