/* chain.c - SHA-256 over heads and records, by OpenSSL. Not a signature: it only names the bytes.
 */
#include "sim/trace/chain.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

/* SHA-256(a || b) to head; a may be that head itself. */
static void hash(struct chain *c, struct bytes a, struct bytes b, uint8_t head[TRACE_HEAD_SIZE])
{
	if (!EVP_DigestInit_ex2(c->context, c->sha256, NULL) ||
	    !EVP_DigestUpdate(c->context, a.data, a.size) ||
	    !EVP_DigestUpdate(c->context, b.data, b.size) ||
	    !EVP_DigestFinal_ex(c->context, head, NULL))
		abort();
}

void chain_init(struct chain *c)
{
	*c = (struct chain){ .sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
			     .context = EVP_MD_CTX_new() };
	if (!c->sha256 || !c->context)
		abort();
	hash(c, bytes_of_string(RECORD_MAGIC), bytes_of("", 0), c->head);
}

void chain_add(struct chain *c, struct bytes framed)
{
	hash(c, bytes_of(c->head, sizeof c->head), framed, c->head);
}

void chain_seal(struct chain *c, const struct record *end, uint8_t seal[TRACE_HEAD_SIZE])
{
	struct record bare = *end;
	struct buffer framed = { 0 };
	bare.values_count = 0;
	buffer_append_u32(&framed, 0);
	record_encode(&bare, &framed);
	write_u32(framed.data, (uint32_t)framed.size - 4);
	hash(c, bytes_of(c->head, sizeof c->head), bytes_of_buffer(&framed), seal);
	buffer_fini(&framed);
}

void chain_fini(struct chain *c)
{
	EVP_MD_CTX_free(c->context);
	EVP_MD_free(c->sha256);
	*c = (struct chain){ 0 };
}
