/* digest.c - hashes a span in one call. */
#include "proto/crypto/digest.h"

#include <string.h>

#include <openssl/evp.h>

#include "proto/crypto/fetched.h"

static const struct {
	const char *name;
	size_t size;
} digests[DIGESTS] = {
	[DIGEST_SHA256] = { "SHA256", 32 },
	[DIGEST_SHA512] = { "SHA512", DIGEST_SIZE_MAX },
	[DIGEST_SHA384] = { "SHA384", 48 },
};

const char *digest_name(enum digest d)
{
	return digests[d].name;
}

size_t digest_size(enum digest d)
{
	return digests[d].size;
}

bool digest_of(struct crypto *c, enum digest d, struct bytes data, uint8_t *out)
{
	if (EVP_Digest(data.data, data.size, out, NULL, c->digests[d], NULL) == 1)
		return true;
	memset(out, 0, digest_size(d));
	return false;
}
