/* vocabulary.h - the numbers and names that the Dynamics actors share: channels, parties, settings.
 *
 * Only words. How an actor behaves is in its own file; how bytes travel is in the flow file.
 */
#ifndef ACTORS_DYNAMICS_VOCABULARY_H
#define ACTORS_DYNAMICS_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/crypto/ecdh.h"
#include "proto/message.h"
#include "proto/pipe/judge.h"
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
enum dynamics_setting {
	SETTING_KEY_SOURCE,
	SETTING_REPLY_PATH,
	SETTING_SUITE,
	SETTING_ATTEMPTS,
	SETTING_RETRY,
	/* weakened, unless at their defaults; asked by policy_is_weakened() */
	SETTING_AFTER_RESTART,
	SETTING_EPHEMERAL_KEY,
	SETTING_ACCESS_KEY,
	SETTING_SETUP_MAC_KEY,
	SETTING_POINTS,
	SETTING_SETUP_MAC_OVER,
	SETTING_HOST_NAMES,
	SETTING_COOKIES,
	DYNAMICS_SETTINGS
};
enum key_source { KEY_FROM_ACTIVE_APP, KEY_FROM_ADMIN, KEY_FROM_SELF_SERVICE };
enum reply_path { REPLY_DIRECT, REPLY_REVERSE };
enum retry { RETRY_NEW_KEY, RETRY_RETYPE };
enum suite_word { SUITE_WORD_P521, SUITE_WORD_P384, SUITE_WORD_P256 };

/* D37, weakened: any host's certificate will do. What `trusts` is for actors that dial from a device. */
bool dynamics_trusts_any_host(const struct policy *p, enum pipe_check check);

/* The suite that both ends are set to; SECURE-CHANNEL.md: policy, never sent. */
enum suite dynamics_suite(const struct policy *p);

/* Purposes of line 14. */
#define PURPOSE_KEY_REQUEST "actflow/1 key request"
#define PURPOSE_KEY_REPLY "actflow/1 key reply"

/* What is in stores when a run begins (roster.c), and where. */
#define SHARED_TOKEN_KEY "token key"
#define SHARED_TENANT "tenant"
enum { NOC_TABLE_SHARED = 3, UEM_TABLE_ACTIVATED = 6, UEM_TABLE_COMMON = 7 };
enum { ACTIVE_APP_TABLE_SESSION = 0 };
enum { TOKEN_KEY_ID = 1 }; /* kid of the one token key */

/* What is installed on every device, and which version of it. */
#define DYNAMICS_APP "com.example.notes"
#define DYNAMICS_APP_VERSION "1.0.0"
#define DYNAMICS_ACTIVE_APP "com.example.mail"

/* D25: each device has its own user and its own id; FACTS 1.1: a user id is an e-mail address.
 * device: its number, from 1. */
#define DYNAMICS_DEVICE_PREFIX "knox-device-"
void dynamics_user(uint32_t device, char out[UID_MAX + 1]);
void dynamics_device(uint32_t device, char out[APP_MAX + 1]);
/* The id of the device that was enrolled with a certificate of this name (D7). False when none was. */
bool dynamics_enrolled(const char *certificate, char out[APP_MAX + 1]);
/* The user for whom UEM enrolled a device, by its id (D7). False when it enrolled none of that id. */
bool dynamics_owner(const char *device, char out[UID_MAX + 1]);

/* What identifies one installation: "app@device". Keys of stores that serve several devices. */
enum { INSTANCE_MAX = 2 * APP_MAX + 1 };
void dynamics_instance(const char *app, const char *device, char out[INSTANCE_MAX + 1]);

/* Result codes of the vendor's runtime, FACTS 1.3. */
enum result_code {
	RESULT_NONE = 0,
	RESULT_ACTIVATION_FAILED = -101,   /* device or infrastructure; may be retried */
	RESULT_PROVISIONING_FAILED = -102, /* enterprise; may be retried */
	RESULT_APP_DENIED = -104,          /* not entitled to any version: wiped */
	RESULT_VERSION_DENIED = -105,      /* not entitled to this version: locked */
};

/* D12: how long an app waits before it gives up. */
enum {
	STAGE_WAIT_S = 300,     /* longer than a bad network needs, shorter than a user waits */
	ROUTE_WAIT_S = 45 * 60, /* three tunnels may be tried, each for eight minutes */
};

/* D8: how the end that opened a link notices that nobody is at the other one. */
enum {
	HEARTBEAT_S = 60,      /* from one heartbeat to the next */
	HEARTBEAT_WAIT_S = 30, /* for the word that it was seen */
};

#define SECONDS_NS(n) ((int64_t)(n) * 1000000000)

#endif
