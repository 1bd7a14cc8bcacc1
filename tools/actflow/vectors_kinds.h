/* vectors_kinds.h - the types of tests that can be run, each by a module of proto/crypto.
 *
 * A kind reads the parameters of a group, says whether the modules offer them, and runs one test
 * after another. It does not know whether a test is said to be valid: it answers, others judge.
 */
#ifndef TOOLS_ACTFLOW_VECTORS_KINDS_H
#define TOOLS_ACTFLOW_VECTORS_KINDS_H

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/ecdsa.h"
#include "tools/actflow/vectors_fields.h"

enum vectors_family { VECTORS_AES_GCM, VECTORS_ECDH, VECTORS_ECDSA, VECTORS_HKDF, VECTORS_HMAC };

/* The name at the top of a file. */
struct vectors_algorithm {
	const char *name;
	enum vectors_family family;
	const char *hash; /* of HKDF and HMAC, as vectors_digest() takes it; NULL for others */
};

/* A group while its tests run. */
struct vectors_setting {
	struct crypto *crypto; /* borrowed */
	const struct vectors_algorithm *algorithm;
	struct buffer parameters; /* in words */
	struct buffer reason;     /* why the group is skipped; empty while it is not */
	enum digest digest;
	enum suite suite;
	struct ecdsa_key key;
	struct buffer key_refusal; /* why the group's key is none; empty when it is one */
};

enum vectors_answer {
	VECTORS_REFUSED,
	VECTORS_AGREED,
	VECTORS_DIFFERED, /* something was computed that is not what the file says */
};

/* What an answer was, in words; left empty when there is nothing to show beside it. */
struct vectors_words {
	struct buffer expected, actual;
};

struct vectors_kind {
	enum vectors_family family;
	const char *type; /* "MacTest" */
	void (*begin)(struct fields *group, struct vectors_setting *s);
	/* Errors of the file go to test; the answer then counts for nothing. */
	enum vectors_answer (*run)(const struct vectors_setting *s, struct fields *test,
				   struct vectors_words *words);
};

/* Each ends with a kind whose type is NULL. */
extern const struct vectors_kind vectors_curve_kinds[], vectors_symmetric_kinds[];

/* A hash by the name that vectors give it, "SHA-256"; without one, the reason is written and false
 * returned. */
bool vectors_digest(struct vectors_setting *s, const char *name);
/* Say how two values differ; long ones are shown from shortly before the first byte that does. */
void vectors_differ(struct vectors_words *words, const char *what, struct bytes expected,
		    struct bytes actual);

#endif
