/* vocabulary.h - the numbers and names that the Dynamics actors share: channels, parties, settings.
 *
 * Only words. How an actor behaves is in its own file; how bytes travel is in the flow file.
 */
#ifndef ACTORS_DYNAMICS_VOCABULARY_H
#define ACTORS_DYNAMICS_VOCABULARY_H

#include <stdint.h>

#include "proto/crypto/ecdh.h"
#include "sim/policy.h"

/* Channels, by the names of scenarios/knox/flow.yaml (vocabulary.c). */
enum dynamics_channel {
	SCP_LINK,
	NOC_LINK,
	PROXY_UEM,
	CONSOLE,
	SELF_SERVICE,
	OUT_OF_BAND,
	HANDOVER,
	SIGNALLING,
	SIGNAL_SESSION,
	RELAY,
	TUNNEL,
	KEY_REQUEST,
	NOC_SESSION,
	UEM_REPLY,
	DYNAMICS_CHANNELS
};
extern const char *const dynamics_channels[DYNAMICS_CHANNELS];

/* Parties, in the order of the roster: how local messages are addressed. */
enum dynamics_actor {
	ACTOR_INFRASTRUCTURE,
	ACTOR_SECURE_CONNECT,
	ACTOR_NOC,
	ACTOR_UEM,
	ACTOR_PROXY,
	ACTOR_DEVICE,
	ACTOR_ACTIVE_APP,
	ACTOR_APP,
	ACTOR_USER,
	ACTOR_ADMIN,
	DYNAMICS_ACTORS
};

/* Settings, in the order of the roster's table (roster.c). */
enum dynamics_setting { SETTING_KEY_SOURCE, SETTING_REPLY_PATH, SETTING_SUITE, DYNAMICS_SETTINGS };
enum key_source { KEY_FROM_ACTIVE_APP, KEY_FROM_ADMIN, KEY_FROM_SELF_SERVICE };
enum reply_path { REPLY_DIRECT, REPLY_REVERSE };
enum suite_word { SUITE_WORD_P521, SUITE_WORD_P384, SUITE_WORD_P256 };

/* The suite that both ends are set to; SECURE-CHANNEL.md: policy, never sent. */
enum suite dynamics_suite(const struct policy *p);

/* Purposes of line 14. */
#define PURPOSE_KEY_REQUEST "actflow/1 key request"
#define PURPOSE_KEY_REPLY "actflow/1 key reply"

/* What is in stores when a run begins (roster.c), and where. */
#define SHARED_TOKEN_KEY "token key"
#define SHARED_TENANT "tenant"
enum { NOC_TABLE_SHARED = 3, UEM_TABLE_ACTIVATED = 6, UEM_TABLE_COMMON = 7, ACTIVE_APP_TABLE_SESSION = 0 };
enum { TOKEN_KEY_ID = 1 }; /* kid of the one token key */

/* The one user of these scenarios and what is installed; FACTS 1.1: user id is an e-mail address. */
#define DYNAMICS_USER "user@example.com"
#define DYNAMICS_APP "com.example.notes"
#define DYNAMICS_ACTIVE_APP "com.example.mail"
#define DYNAMICS_DEVICE "knox-device-1"

/* Result codes of the vendor's runtime, FACTS 1.3. */
enum result_code {
	RESULT_NONE = 0,
	RESULT_ACTIVATION_FAILED = -101,   /* device or infrastructure; may be retried */
	RESULT_PROVISIONING_FAILED = -102, /* enterprise; may be retried */
};

#define SECONDS_NS(n) ((int64_t)(n) * 1000000000)

#endif
