/* token.c - T as bytes, and back. Whether its age, its fields and its tid are right is UEM's to
 * say. */
#include "proto/crypto/token.h"

#include <string.h>

#include <openssl/crypto.h>

#include "proto/codec/wire.h"
#include "proto/crypto/access_key.h"
#include "proto/crypto/hmac.h"
#include "proto/crypto/label.h"

enum {
	TAG_SIZE = 32, /* HMAC-SHA-256 */
	TIME_SIZE = 8,
};
static const char token_label[] = "b";

/* The same rule as for the text fields of messages, so that what a message carries fits in T. */
static bool app_is_good(struct bytes app)
{
	return app.size >= 1 && app.size <= APP_MAX && wire_text_is_good(app, false);
}

static void write_time(uint8_t out[TIME_SIZE], int64_t time_s)
{
	write_u32(out, (uint32_t)(time_s >> 32));
	write_u32(out + 4, (uint32_t)time_s);
}

static int64_t read_time(const uint8_t p[TIME_SIZE])
{
	return (int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4));
}

static bool tag_of(struct crypto *c, const uint8_t kt[TOKEN_KEY_SIZE], struct bytes b,
		   uint8_t tag[TAG_SIZE])
{
	const struct label e = { "actflow/1 token", { b }, 1 };
	return label_hmac(c, DIGEST_SHA256, bytes_of(kt, TOKEN_KEY_SIZE), &e, tag);
}

bool token_seal(struct crypto *c, const uint8_t kt[TOKEN_KEY_SIZE], const struct token_fields *f,
		struct token *out)
{
	memset(out, 0, sizeof *out);
	struct bytes uid = bytes_of(f->uid, strnlen(f->uid, sizeof f->uid));
	struct bytes app = bytes_of(f->app, strnlen(f->app, sizeof f->app));
	if (!uid_is_good(uid) || !app_is_good(app) || f->iat_s < 0)
		return false;
	uint8_t iat[TIME_SIZE];
	write_time(iat, f->iat_s);
	/* 4. b = E("b", kid, uid, app, cid, uem, s, tid(16), iat) */
	const struct bytes items[] = {
		bytes_of(&f->kid, 1),
		uid,
		app,
		bytes_of(f->cid, sizeof f->cid),
		bytes_of(f->uem, sizeof f->uem),
		bytes_of(f->stored, sizeof f->stored),
		bytes_of(f->tid, sizeof f->tid),
		bytes_of(iat, sizeof iat),
	};
	struct buffer b = { 0 };
	label_encode(&b, token_label, items, sizeof items / sizeof *items);
	/* 4. T = b || HMAC-SHA-256(kT, E("actflow/1 token", b)) */
	_Static_assert(UID_MAX + APP_MAX + 256 <= TOKEN_MAX, "the largest token fits");
	memcpy(out->data, b.data, b.size);
	bool good = tag_of(c, kt, bytes_of_buffer(&b), out->data + b.size);
	out->size = (uint16_t)(b.size + TAG_SIZE);
	buffer_fini(&b);
	if (!good)
		memset(out, 0, sizeof *out);
	return good;
}

/* -- reading: each takes one item from the front of *rest -- */

static bool take(struct bytes *rest, struct bytes *item)
{
	if (rest->size < 4 || rest->size - 4 < read_u32(rest->data))
		return false;
	*item = bytes_of(rest->data + 4, read_u32(rest->data));
	*rest = bytes_of(item->data + item->size, rest->size - 4 - item->size);
	return true;
}

static bool take_exactly(struct bytes *rest, void *out, size_t size)
{
	struct bytes item;
	if (!take(rest, &item) || item.size != size)
		return false;
	memcpy(out, item.data, size);
	return true;
}

/* out has room for every text that is_good lets through, and is zero. */
static bool take_text(struct bytes *rest, char *out, bool (*is_good)(struct bytes))
{
	struct bytes item;
	if (!take(rest, &item) || !is_good(item))
		return false;
	memcpy(out, item.data, item.size);
	return true;
}

static bool read_fields(struct bytes b, struct token_fields *out)
{
	struct bytes label;
	uint8_t iat[TIME_SIZE];
	/* 4. b = E("b", kid, uid, app, cid, uem, s, tid(16), iat) */
	bool good = take(&b, &label) && bytes_equal(label, bytes_of_string(token_label)) &&
		    take_exactly(&b, &out->kid, sizeof out->kid) &&
		    take_text(&b, out->uid, uid_is_good) && take_text(&b, out->app, app_is_good) &&
		    take_exactly(&b, out->cid, sizeof out->cid) &&
		    take_exactly(&b, out->uem, sizeof out->uem) &&
		    take_exactly(&b, out->stored, sizeof out->stored) &&
		    take_exactly(&b, out->tid, sizeof out->tid) &&
		    take_exactly(&b, iat, sizeof iat) && b.size == 0 && iat[0] < 0x80;
	if (good)
		out->iat_s = read_time(iat);
	return good;
}

bool token_open(struct crypto *c, const uint8_t kt[TOKEN_KEY_SIZE], struct bytes token,
		struct token_fields *out, bool *authentic)
{
	memset(out, 0, sizeof *out);
	*authentic = false;
	if (token.size < TAG_SIZE || token.size > TOKEN_MAX)
		return false;
	struct bytes b = bytes_of(token.data, token.size - TAG_SIZE);
	uint8_t tag[TAG_SIZE];
	if (!read_fields(b, out) || !tag_of(c, kt, b, tag)) {
		memset(out, 0, sizeof *out);
		return false;
	}
	*authentic = hmac_equal(tag, token.data + b.size, TAG_SIZE);
	OPENSSL_cleanse(tag, sizeof tag); /* of a forged T this would be the true one */
	return true;
}
