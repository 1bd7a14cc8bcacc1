/* roster.c - who takes part in each system, in the order in which they begin, and their settings.
 */
#include "actors/roster.h"

#include "actors/dynamics/active_app.h"
#include "actors/dynamics/admin.h"
#include "actors/dynamics/app.h"
#include "actors/dynamics/device.h"
#include "actors/dynamics/infrastructure.h"
#include "actors/dynamics/noc.h"
#include "actors/dynamics/proxy.h"
#include "actors/dynamics/refusals.h"
#include "actors/dynamics/secure_connect.h"
#include "actors/dynamics/uem.h"
#include "actors/dynamics/unexercised.h"
#include "actors/dynamics/unknockable.h"
#include "actors/dynamics/user.h"
#include "actors/dynamics/vocabulary.h"

static const struct actor_class *const actors[DYNAMICS_ACTORS] = {
	[ACTOR_INFRASTRUCTURE] = &infrastructure_actor,
	[ACTOR_SECURE_CONNECT] = &secure_connect_actor,
	[ACTOR_NOC] = &noc_actor,
	[ACTOR_UEM] = &uem_actor,
	[ACTOR_PROXY] = &proxy_actor,
	[ACTOR_DEVICE] = &device_actor,
	[ACTOR_ACTIVE_APP] = &active_app_actor,
	[ACTOR_APP] = &app_actor,
	[ACTOR_USER] = &user_actor,
	[ACTOR_ADMIN] = &admin_actor,
};

static const char *const key_sources[] = { [KEY_FROM_ACTIVE_APP] = "active_app",
					   [KEY_FROM_ADMIN] = "admin",
					   [KEY_FROM_SELF_SERVICE] = "self_service",
					   NULL };
static const char *const reply_paths[] = {
	[REPLY_DIRECT] = "direct", [REPLY_REVERSE] = "reverse", NULL
};
static const char *const suites[] = {
	[SUITE_WORD_P521] = "p521", [SUITE_WORD_P384] = "p384", [SUITE_WORD_P256] = "p256", NULL
};

static const char *const attempts[] = { "1", "2", "3", "6", "7", "8", NULL };
static const char *const retries[] = {
	[RETRY_NEW_KEY] = "new_key", [RETRY_RETYPE] = "retype", NULL
};

static const char *const after_restarts[] = { "remembers", "forgets", NULL };
static const char *const ephemeral_keys[] = { "drawn", "kept", NULL };
static const char *const access_keys[] = { "strong", "weak", NULL };
static const char *const setup_mac_keys[] = { "access_key", "verifier", NULL };
static const char *const points[] = { "uncompressed", "compressed_too", NULL };
static const char *const host_names[] = { "checked", "unchecked", NULL };
static const char *const cookies[] = { "checked", "unchecked", NULL };
static const char *const setup_mac_overs[] = { "received", "reencoding", NULL };

static const struct policy_setting settings[DYNAMICS_SETTINGS] = {
	[SETTING_KEY_SOURCE] = { .name = "key_source",
				 .values = key_sources,
				 .source = "S1.3",
				 .text = "who obtains the access key for the new app" },
	[SETTING_REPLY_PATH] = { .name = "reply_path",
				 .values = reply_paths,
				 .source = "D11",
				 .text = "how UEM's response and data reach the app" },
	[SETTING_SUITE] = { .name = "suite",
			    .values = suites,
			    .source = "D1",
			    .text = "curve and hash of the secure channel, set on both ends" },
	[SETTING_ATTEMPTS] = { .name = "attempts",
			       .values = attempts,
			       .source = "D26",
			       .text = "activations that a user tries before giving up" },
	[SETTING_RETRY] = { .name = "retry",
			    .values = retries,
			    .source = "D26",
			    .text = "with which access key a user tries again" },
	[SETTING_AFTER_RESTART] = { .name = "after_restart",
				    .values = after_restarts,
				    .weakened = true,
				    .source = "D31",
				    .text = "whether NOC and UEM still know after a restart which "
					    "keys and tokens were spent" },
	[SETTING_EPHEMERAL_KEY] = { .name = "ephemeral_key",
				    .values = ephemeral_keys,
				    .weakened = true,
				    .source = "D32",
				    .text = "whether UEM draws a key pair for each channel, or "
					    "keeps "
					    "one for all" },
	[SETTING_ACCESS_KEY] = { .name = "access_key",
				 .values = access_keys,
				 .weakened = true,
				 .source = "D33",
				 .text = "whether an access key has 15 letters that were drawn, or "
					 "three over and over" },
	[SETTING_SETUP_MAC_KEY] = { .name = "setup_mac_key",
				    .values = setup_mac_keys,
				    .weakened = true,
				    .source = "D34",
				    .text = "from what the secure channel's first key comes: the "
					    "access key, or the verifier that the NOC is shown" },
	[SETTING_POINTS] = { .name = "points",
			     .values = points,
			     .weakened = true,
			     .source = "D35",
			     .text = "which forms of a public key app and UEM take" },
	[SETTING_SETUP_MAC_OVER] = { .name = "setup_mac_over",
				     .values = setup_mac_overs,
				     .weakened = true,
				     .source = "D36",
				     .text = "over what UEM checks the setup message's MAC: its "
					     "bytes, or an encoding of what they mean" },
	[SETTING_HOST_NAMES] = { .name = "host_names",
				 .values = host_names,
				 .weakened = true,
				 .source = "D37",
				 .text = "whether device and app look for the host that they "
					 "dialled in its certificate" },
	[SETTING_COOKIES] = { .name = "cookies",
			      .values = cookies,
			      .weakened = true,
			      .source = "D39",
			      .text = "whether Secure Connect Plus looks at the cookie of a "
				      "tunnel's ClientHello" },
};

/* D7: what was agreed on before the run. */
static const struct shared shared[] = {
	{ .name = SHARED_TOKEN_KEY,
	  .class = "token_key",
	  .holders_count = 2,
	  .holders = { { ACTOR_NOC, NOC_TABLE_SHARED, SHARED_TOKEN_KEY },
		       { ACTOR_UEM, UEM_TABLE_COMMON, SHARED_TOKEN_KEY } } },
	{ .name = SHARED_TENANT,
	  .holders_count = 1,
	  .holders = { { ACTOR_UEM, UEM_TABLE_COMMON, SHARED_TENANT } } },
	{ .name = "active app",
	  .class = "active_session_key",
	  .device = DYNAMICS_DEVICE_PREFIX,
	  .holders_count = 2,
	  .holders = { { ACTOR_ACTIVE_APP, ACTIVE_APP_TABLE_SESSION, DYNAMICS_ACTIVE_APP },
		       { ACTOR_UEM, UEM_TABLE_ACTIVATED, DYNAMICS_ACTIVE_APP } } },
};

const struct roster dynamics_roster = {
	.name = "dynamics",
	.actors = actors,
	.actors_count = DYNAMICS_ACTORS,
	.channels = dynamics_channels,
	.channels_count = DYNAMICS_CHANNELS,
	.settings = settings,
	.settings_count = DYNAMICS_SETTINGS,
	.shared = shared,
	.shared_count = sizeof shared / sizeof *shared,
	.unexercised = dynamics_unexercised,
	.unknockable = dynamics_unknockable,
	.refusals = dynamics_refusals,
	.completes = &app_actor,
};
