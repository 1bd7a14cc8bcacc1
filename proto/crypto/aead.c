/* aead.c - AES-256-GCM of whole messages. */
#include "proto/crypto/aead.h"

#include <limits.h>

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
