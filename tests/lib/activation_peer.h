/* activation_peer.h - the other half of an activation, for benches: what an honest NOC, app or UEM
 * would say next, made from proto/crypto alone. It uses nothing of the actors.
 */
#ifndef TESTS_LIB_ACTIVATION_PEER_H
#define TESTS_LIB_ACTIVATION_PEER_H

#include "proto/crypto/secure_channel.h"
#include "proto/crypto/session_seal.h"
#include "tests/lib/actor_bench.h"

enum { PEER_UNIT_MAX = 4608 };
#define PEER_AK "abcde12345fghij"
#define PEER_TYPED "ABCDE-12345-fghij"

struct peer_unit {
	uint16_t size;
	uint8_t data[PEER_UNIT_MAX];
};
/* One attempt as either side sees it. */
struct attempt {
	enum suite su;
	char uid[UID_MAX + 1], ak[ACCESS_KEY_SIZE + 1];
	uint8_t cid[CID_SIZE], uem[UEM_ID_SIZE], salt[SALT_SIZE];
	struct token token;
	struct ecdh_pair own;
	uint8_t p0[SECURE_CHANNEL_HASH_MAX];
	uint8_t th1[SECURE_CHANNEL_HASH_MAX], th2[SECURE_CHANNEL_HASH_MAX];
	struct mac tag2;
	struct point b;
	struct secure_channel_keys keys;
	struct peer_unit m1, m3;
};

/* v of the attempt's user and key, and s. */
void peer_verifier(struct lab *lab, const struct attempt *t, uint8_t v[VERIFIER_SIZE],
		   uint8_t s[VERIFIER_SIZE]);
/* An attempt of USER_ID with its own key pair, salt and cid; number tells two apart. The
 * suite is the lab's. */
void peer_begin(struct lab *lab, struct attempt *t, uint64_t number);
/* T for the attempt as the NOC seals it; change: edits the fields before, NULL for none. kt: NULL
 * for the right key. */
void peer_token(struct lab *lab, struct attempt *t, uint64_t number,
		void (*change)(struct token_fields *), const uint8_t *kt);

/* -- as the administrator -- */
/* The assignment of an app to USER_ID, who may run its versions 1.0.0 and 1.1.0. */
void peer_assignment(const char *app, struct message *m);
/* Have a console of UEM make a key for USER_ID, another one at each step that uem has taken. ak:
 * receives it. */
void peer_key(const struct bench *uem, char ak[ACCESS_KEY_SIZE + 1]);

/* -- as the app -- */
/* M1; keeps it and p0 in t. */
void peer_setup(struct lab *lab, struct attempt *t, struct message *m);
/* Take M2: th1, th2, keys. Whether its MAC is good. */
bool peer_agree(struct lab *lab, struct attempt *t, const struct message *m2);
/* M3, the wish sealed; kept in t. */
void peer_wish(struct lab *lab, struct attempt *t, const struct provisioning_wish *wish,
	       struct message *m);

/* -- as UEM: t has user, key, cid, uem, suite and own pair -- */
/* Take M1 as it stands in a unit, and make M2. False when it is none or its MAC is not good. */
bool peer_respond(struct lab *lab, struct attempt *t, struct bytes m1, struct message *m);
/* M4 for the M3 in a unit. */
void peer_data(struct lab *lab, struct attempt *t, struct bytes m3, const struct message *inner,
	       struct message *m);
/* Whether M4 truly opens for this M3, and to what. */
bool peer_data_opens(struct lab *lab, const struct attempt *t, struct bytes m3,
		     const struct message *m4, struct message *inner);

/* Seal under the active app's session key (line 14); 12 bytes of IV from `number`. sealed: bytes.
 */
void peer_seal(struct lab *lab, const char *purpose, uint64_t number, const struct message *inner,
	       struct sealed_key_request *out);
/* Whether what was sealed under that key opens, and to what. iv: 12 bytes. */
bool peer_unseal(struct lab *lab, const char *purpose, const uint8_t *iv, struct bytes sealed,
		 struct message *inner);

#endif
