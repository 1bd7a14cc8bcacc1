/* uem_records.h - what UEM keeps in its store, and what its machines share. Private to uem*.c. */
#ifndef ACTORS_DYNAMICS_UEM_RECORDS_H
#define ACTORS_DYNAMICS_UEM_RECORDS_H

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/secure_channel.h"
#include "sim/machine.h"
#include "sim/store.h"

enum {
	UEM_TABLE_USERS,       /* user id -> the app assigned to it */
	UEM_TABLE_KEYS,        /* user id -> struct uem_key */
	UEM_TABLE_USED_TOKENS, /* tid -> hash of the setup message that spent it */
	UEM_TABLE_SETUPS,      /* hash of M1 -> struct uem_setup */
	UEM_TABLE_RESPONSES,   /* hash of M1 -> M2, the unit as sent */
	UEM_TABLE_DATA,        /* hash of M1 -> M4, the unit as sent */
	UEM_TABLE_APPS = UEM_TABLE_ACTIVATED, /* "app@device" -> its master session key */
	UEM_TABLE_SHARED = UEM_TABLE_COMMON,  /* token key, tenant id */
	UEM_TABLE_VERSIONS, /* user id -> struct uem_versions */
	UEM_TABLES
};
enum { UEM_MACHINE_LINK, UEM_MACHINE_CONSOLE, UEM_MACHINE_KEYS, UEM_MACHINE_REPLY };
enum { UEM_NOC_WAIT_S = 30 }; /* D12: half of what a person waits for UEM */
enum uem_told { UEM_TOLD_RESPONSE, UEM_TOLD_DATA, UEM_TOLD_REPLACED };

/* The access key of a user. Stored as it stands in memory, padding zeroed. */
struct uem_key {
	char ak[ACCESS_KEY_SIZE + 1];
	uint8_t stored[VERIFIER_SIZE]; /* s */
	int64_t expiry_s;              /* Unix time; dead from then on */
	uint8_t bound;                 /* made for one app and nonce, S1.7 */
	uint8_t nonce[NONCE_SIZE];
	char app[APP_MAX + 1];
	uint8_t spent; /* bound to the setup message below: ONE transaction with the token */
	uint8_t setup_hash[HASH_SIZE];
};

/* Versions of the assigned app that a user may run. Stored as it stands in memory, padding zeroed. */
struct uem_versions {
	size_t count;
	char list[VERSIONS_MAX][VERSION_MAX + 1];
};

/* An agreed secure channel. ka and ku are wiped when M4 has been sealed. */
struct uem_setup {
	char uid[UID_MAX + 1];
	char app[APP_MAX + 1];
	uint8_t cid[CID_SIZE];
	uint8_t uem[UEM_ID_SIZE];
	uint8_t su;
	uint8_t salt[SALT_SIZE];
	struct point a, b;
	uint8_t th1[SECURE_CHANNEL_HASH_MAX];
	uint8_t th2[SECURE_CHANNEL_HASH_MAX];
	struct secure_channel_keys keys;
	uint8_t wished; /* an M3 has come: its hash below */
	uint8_t ended;  /* a different one has come: nothing more is answered */
	uint8_t wish_hash[HASH_SIZE];
};

extern const struct machine uem_link_machine, uem_console_machine, uem_keys_machine,
	uem_reply_machine;

/* Records by key; false when there is none of that form. */
bool uem_key_of(const struct store *store, const char *uid, struct uem_key *key);
bool uem_setup_of(const struct store *store, const uint8_t hash[HASH_SIZE], struct uem_setup *setup);
/* What was shared from the start, by name; an absent one is a bug and aborts. */
struct bytes uem_shared(const struct store *store, const char *name);
/* Whether the key that the user has now is the one with this stored verifier. */
bool uem_key_is(const struct store *store, const char *uid, const uint8_t stored[VERIFIER_SIZE]);
/* Make a key for a user and persist it; registers it at the NOC through the Proxy.
 * wish: what it is bound to, or NULL. stored: receives its stored verifier. */
void uem_make_key(const struct step *s, const char *uid, const struct key_request *wish,
                  uint8_t stored[VERIFIER_SIZE], struct effects *out);

#endif
