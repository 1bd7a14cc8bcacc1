/* spki.c - writes what must stand before a point of each curve and compares. */
#include "proto/crypto/spki.h"

#include <string.h>

#include "proto/crypto/fetched.h"

enum {
	TAG_BIT_STRING = 0x03,
	TAG_SEQUENCE = 0x30,
	FORM_UNCOMPRESSED = 0x04, /* SEC 1, 2.3.3 */
};

/* id-ecPublicKey, RFC 5480 2.1.1 */
static const uint8_t ec_public_key[] = { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };

/* Bytes that the length of a content of `size` bytes, below 256, takes. */
static size_t length_size(size_t size)
{
	return size < 0x80 ? 1 : 2;
}

static void append_head(struct buffer *out, uint8_t tag, size_t size)
{
	buffer_append_u8(out, tag);
	if (length_size(size) == 2)
		buffer_append_u8(out, 0x81);
	buffer_append_u8(out, (uint8_t)size);
}

/* All that stands before the point. */
static void append_prefix(struct buffer *out, enum suite s)
{
	struct bytes oid = suite_curve_oid(s);
	size_t algorithm = sizeof ec_public_key + oid.size;
	size_t bits = 1 + suite_point_size(s); /* the first byte counts unused bits */
	append_head(out, TAG_SEQUENCE,
		    1 + length_size(algorithm) + algorithm + 1 + length_size(bits) + bits);
	append_head(out, TAG_SEQUENCE, algorithm);
	buffer_append(out, bytes_of(ec_public_key, sizeof ec_public_key));
	buffer_append(out, oid);
	append_head(out, TAG_BIT_STRING, bits);
	buffer_append_u8(out, 0);
}

static bool parse_as(enum suite s, struct bytes der, struct point *out)
{
	struct buffer prefix = { 0 };
	append_prefix(&prefix, s);
	size_t before = prefix.size, point = suite_point_size(s);
	bool good = der.size == before + point && memcmp(der.data, prefix.data, before) == 0 &&
		    der.data[before] == FORM_UNCOMPRESSED;
	buffer_fini(&prefix);
	if (good) {
		memcpy(out->data, der.data + before, point);
		out->size = (uint8_t)point;
	}
	return good;
}

bool spki_parse(struct bytes der, enum suite *s, struct point *out)
{
	memset(out, 0, sizeof *out);
	for (enum suite i = SUITE_P256; i <= SUITE_P521; i++) {
		if (!parse_as(i, der, out))
			continue;
		*s = i;
		return true;
	}
	return false;
}
