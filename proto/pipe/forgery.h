/* forgery.h - how a certificate of a run, or what its owner speaks, may be wrong on purpose.
 *
 * Everything here is made by OpenSSL with real keys; only what is said, or by whom it is signed, is
 * not what peers ask for.
 */
#ifndef PROTO_PIPE_FORGERY_H
#define PROTO_PIPE_FORGERY_H

#include <stdbool.h>
#include <stdint.h>

/* Whose or what certificate is presented. */
enum tls_forgery {
	FORGERY_NONE,         /* the true one: other times, at most */
	FORGERY_EXPIRED,      /* was valid, until a day before the epoch */
	FORGERY_NOT_YET,      /* is valid from a day after the epoch */
	FORGERY_OTHER_HOST,   /* names a host of nobody */
	FORGERY_OTHER_CA,     /* issued by an unknown CA of the same name */
	FORGERY_SELF_SIGNED,  /* issued by itself */
	FORGERY_WRONG_USE,    /* neither for servers nor for clients */
	FORGERY_OTHER_ACTOR,  /* a good one, but another actor's */
	FORGERY_OTHER_DEVICE, /* a good one, but that of another device */
	FORGERY_ADDRESS,      /* names its host's address in the place of its name */
	FORGERY_WITHOUT_KEY,  /* the true one's like, and another key than that in it */
	FORGERY_ABSENT,       /* a client presents none */
	FORGERY_WILDCARD,     /* *. and the last label of its host */
	FORGERY_NUL,          /* its names go on behind a NUL */
	FORGERY_LEAF_ISSUER,  /* issued by a certificate of the CA that is no CA */
	FORGERY_LONG_PATH,    /* issued by a CA below a CA that allows none */
	FORGERIES
};
/* "true", "expired", ...: as scenario files name them; NULL-terminated. */
extern const char *const tls_forgery_words[FORGERIES + 1];

/* How an actor's TLS and DTLS differ from what is asked. */
enum tls_speech {
	SPEECH_TLS12,     /* no TLS 1.3 */
	SPEECH_TLS12_TOO, /* TLS 1.2 beside TLS 1.3 */
	SPEECH_DTLS10,    /* no DTLS 1.2 */
	SPEECH_CBC,  /* in DTLS (TLS 1.3 has no such suites): AES in CBC mode with SHA-1 only */
	SPEECH_NULL, /* likewise: no encryption */
	SPEECH_ANONYMOUS, /* likewise: no certificates */
	SPEECH_P384,      /* the group P-384 only */
	SPEECHES
};
/* "tls1.2", ...; NULL-terminated. */
extern const char *const tls_speech_words[SPEECHES + 1];
/* Whether it says anything else in DTLS (datagram), or in TLS. */
bool forgery_is_heard(enum tls_speech speech, bool datagram);

/* What to put in the place of a certificate. */
struct tls_forged {
	enum tls_forgery forgery;
	const char *whose; /* the name in a true one */
	const char *other; /* FORGERY_OTHER_ACTOR, FORGERY_OTHER_DEVICE: whose name is in it */
	uint32_t address;  /* FORGERY_ADDRESS: IPv4, of its first host */
	int64_t begins_s, ends_s; /* validity in seconds from the epoch; 0: as always */
};

#endif
