/* value.h - what an attack puts into a message: a small tree of values, from literal bytes to whole
 * units made with the secrets that a corrupted actor holds. As read from a scenario; evaluated
 * while the run goes on, by OpenSSL wherever there is cryptography. It reaches nothing by itself:
 * what was captured, held or drawn it asks of whoever evaluates it.
 */
#ifndef SIM_ADVERSARY_VALUE_H
#define SIM_ADVERSARY_VALUE_H

#include "proto/crypto/digest.h"
#include "proto/message.h"

enum {
	VALUE_DEPTH_MAX = 12,        /* of values in values: files nest no deeper */
	VALUE_PARTS_MAX = 64,        /* of one */
	VALUE_SIZE_MAX = 64 * 1024,  /* bytes of any, also of those inside another */
	VALUE_REPEAT_MAX = 64 * 1024 /* times */
};

enum value_op {
	VALUE_BYTES,     /* as they stand there */
	VALUE_CAPTURED,  /* @name.field, @name.unit */
	VALUE_HERE,      /* @.field, @.unit: of the message in hand */
	VALUE_SECRET,    /* @secret.class */
	VALUE_FRESH_KEY, /* the point of a new key pair */
	/* those of parts */
	VALUE_JOIN,   /* one after the other */
	VALUE_ITEMS,  /* each behind its size in four bytes: E() of SECURE-CHANNEL.md */
	VALUE_FLIP,   /* of: bit number `from`, from the first byte's highest, or from the end */
	VALUE_PART,   /* of: bytes `from` up to, and without, `to` */
	VALUE_REPEAT, /* of: `from` times */
	VALUE_MAC,    /* key, over: HMAC */
	VALUE_HASH,   /* of */
	VALUE_COMPRESS, /* of: an uncompressed point, in the compressed form of SEC 1 2.3.3 */
	VALUE_EXPAND, /* key, info: `from` bytes of HKDF-Expand */
	VALUE_SEAL,   /* key, iv, aad, plain: AES-256-GCM */
	VALUE_OPEN,   /* key, iv, aad, sealed */
	VALUE_AGREE,  /* own, with: the x-coordinate shared by the pair of own, that was drawn, and
			 with */
	VALUE_GUESS,  /* uid, verifier: the weak access key that it was made from */
	VALUE_UNIT,   /* a unit of `type`, or what the part without `into` makes; each other part
			 is patched into its field */
	VALUE_ABSENT, /* as a part of a unit: the field is not there */
	VALUE_OPS
};
struct value {
	enum value_op op;
	char *into;             /* of a unit's part: the field that it is for */
	char *field;            /* VALUE_CAPTURED, VALUE_HERE: path of a field; NULL: the unit */
	char *name;             /* VALUE_CAPTURED: under which; VALUE_SECRET: its class */
	struct buffer bytes;    /* VALUE_BYTES */
	enum message_type type; /* VALUE_UNIT */
	enum digest digest;     /* VALUE_MAC, VALUE_HASH, VALUE_EXPAND */
	int64_t from, to;       /* negative: counted from the end */
	bool has_to;            /* VALUE_PART */
	size_t count;
	struct value *parts; /* owned, in the order above */
};

/* Release what v holds, wiped; v is then zero. */
void value_fini(struct value *v);

/* Why there is no value where a dictionary was tried to its end. */
#define VALUE_NO_KEY_FITS "no key of the dictionary fits"

/* Where values come from. */
struct value_source {
	struct crypto *crypto;
	struct bytes here; /* the message in hand; data NULL: there is none */
	void *context;     /* handed to: */
	/* The unit captured under a name, or the newest secret of a class that is held. False:
	 * none. */
	bool (*captured)(void *context, const char *name, struct bytes *unit);
	bool (*secret)(void *context, const char *class, struct bytes *secret);
	/* The point of a pair that nobody drew before. */
	void (*fresh_key)(void *context, struct point *point);
	/* Append what the pair of the point `own` agrees on with another point; false when no such
	 * pair was drawn, or that is no point. */
	bool (*agree)(void *context, struct bytes own, struct bytes with, struct buffer *z);
};
/* Append what v stands for; out is cleansed by the caller, it may hold secrets. NULL, or why there
 * is no such value in this run, a static text behind "nothing ...: "; then out is as it was. */
const char *value_make(const struct value *v, const struct value_source *s, struct buffer *out);

#endif
