/* label.c - lengths before contents; then one wrapper for each thing that eats a label. */
#include "proto/crypto/label.h"

#include <assert.h>
#include <string.h>

#include "proto/crypto/hmac.h"

static void append_item(struct buffer *out, struct bytes item)
{
	assert(item.size <= UINT32_MAX);
	buffer_append_u32(out, (uint32_t)item.size);
	buffer_append(out, item);
}

void label_encode(struct buffer *out, const char *label, const struct bytes *items, size_t count)
{
	size_t size = 4 + strlen(label);
	for (size_t i = 0; i < count; i++)
		size += 4 + items[i].size;
	buffer_reserve(out, size); /* growing later would leave a copy of a secret behind */
	append_item(out, bytes_of_string(label));
	for (size_t i = 0; i < count; i++)
		append_item(out, items[i]);
}

static struct buffer encoded(const struct label *e)
{
	struct buffer out = { 0 };
	assert(e->count <= LABEL_ITEMS_MAX);
	label_encode(&out, e->label, e->items, e->count);
	return out;
}

bool label_digest(struct crypto *c, enum digest d, const struct label *e, uint8_t *out)
{
	struct buffer b = encoded(e);
	bool good = digest_of(c, d, bytes_of_buffer(&b), out);
	buffer_cleanse(&b);
	return good;
}

bool label_hmac(struct crypto *c, enum digest d, struct bytes key, const struct label *e,
		uint8_t *out)
{
	struct buffer b = encoded(e);
	bool good = hmac_of(c, d, key, bytes_of_buffer(&b), out);
	buffer_cleanse(&b);
	return good;
}

bool label_extract(struct crypto *c, enum digest d, struct bytes salt, const struct label *e,
		   uint8_t *out)
{
	struct buffer b = encoded(e);
	bool good = hkdf_extract(c, d, salt, bytes_of_buffer(&b), out);
	buffer_cleanse(&b);
	return good;
}

bool label_expand(struct crypto *c, const struct hkdf_prk *from, const struct label *e,
		  uint8_t *out, size_t out_size)
{
	struct buffer b = encoded(e);
	bool good = hkdf_expand(c, from, bytes_of_buffer(&b), out, out_size);
	buffer_cleanse(&b);
	return good;
}
