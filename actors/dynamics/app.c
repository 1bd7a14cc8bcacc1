/* app.c - the new Dynamics app: its table. What it computes and says is in app_actions.c.
 *
 * From an access key, typed or handed over, to a master session key that the NOC never sees. Each
 * launch after a failure is an attempt of its own: nothing of the one before is left.
 */
#include "actors/dynamics/app.h"

#include "actors/dynamics/app_actions.h"
#include "actors/dynamics/vocabulary.h"

enum state {
	AWAIT_LAUNCH,
	AWAIT_TYPING,
	AWAIT_HANDOVER,
	AWAIT_ROUTE,
	AWAIT_NOC,
	AWAIT_VERDICT,
	AWAIT_REPLY_CHANNEL,
	AWAIT_RESPONSE,
	AWAIT_DATA,
	ACTIVATED,
	FAILED,
	STATES
};
enum on {
	BEGIN,
	LAUNCH,
	TYPED,
	HANDED,
	NO_KEY,
	ROUTE_READY,
	ROUTE_FAILED,
	NOC_READY,
	PROVISIONED,
	REFUSED,
	REPLY_READY,
	RESPONSE,
	DATA,
	LOST,
	LATE,
	STIMULI
};

static const struct check well_formed = { "typed_key_is_well_formed", app_typed_key_is_well_formed,
					  "a mistyped key is caught before it counts as a guess" };
static const struct check own_nonce = { "handed_nonce_is_mine", app_handed_nonce_is_mine,
					"an old or foreign key must not be taken over" };
static const struct check point = { "response_point_is_on_curve", app_response_point_is_good,
				    "an invalid point would leak the private key" };
static const struct check fresh = { "response_key_is_not_mine", app_response_key_is_not_mine,
				    "the app's own key sent back must not pass for UEM's" };
static const struct check mac = { "response_mac_is_good", app_response_mac_is_good,
				  "only a holder of the access key can have answered" };
static const struct check opens = { "provisioning_data_opens", app_data_opens,
				    "only the agreed peer can have sealed the data" };
static const struct check whole = { "provisioning_data_are_whole", app_data_are_whole,
				    "nothing may be stored by halves" };

/* clang-format off */
static const struct row rows[] = {
ROW_WHEN(AWAIT_LAUNCH, BEGIN, app_is_activated_already, app_report_activated, ACTIVATED, "D27", "the app finds its activation in its store"),
ROW(AWAIT_LAUNCH,    BEGIN,        NULL,               AWAIT_LAUNCH,   "S1.2",  "the app has no activation in its store"),
ROW_WHEN_IN(ANY_OF(AWAIT_LAUNCH, FAILED), LAUNCH, app_key_comes_from_active_app, app_want_key, AWAIT_HANDOVER, "S1.3b", "the new app asks the activated one for an access key, with a fresh nonce"),
ROW_IN(ANY_OF(AWAIT_LAUNCH, AWAIT_TYPING, FAILED), LAUNCH, app_ask_to_type, AWAIT_TYPING, "S1.3a", "the first app asks its user for the access key"),
ROW(ACTIVATED,       LAUNCH,       app_say_activated,  ACTIVATED,      "D26",   "an activated app that is launched again says that it is activated"),
ROW(ACTIVATED,       TYPED,        app_say_activated,  ACTIVATED,      "D26",   "an activated app into which a key is typed says that it is activated"),
ROW_CHECKED(AWAIT_TYPING, TYPED, CHECKS(&well_formed), app_take_typed_key, AWAIT_ROUTE, "S1.10", "the app has user id and access key and wants a route to the NOC"),
ROW_REFUSES(AWAIT_TYPING, TYPED, &well_formed, app_ask_again, AWAIT_TYPING, "D2", "what was typed is no access key: the app asks again"),
ROW_CHECKED(AWAIT_HANDOVER, HANDED, CHECKS(&own_nonce), app_take_handed_key, AWAIT_ROUTE, "S1.9", "the new app takes the access key from the activated one"),
ROW_REFUSES(AWAIT_HANDOVER, HANDED, &own_nonce, app_fail_activation, FAILED, "D13", "a key that answers another nonce is refused"),
ROW(AWAIT_HANDOVER,  NO_KEY,       app_fail_activation, FAILED,        "S1.9",  "the activated app obtained no key"),
ROW(AWAIT_ROUTE,     ROUTE_READY,  app_dial_noc,       AWAIT_NOC,      "S1.10", "the app connects to the NOC through Secure Connect Plus"),
ROW(AWAIT_ROUTE,     ROUTE_FAILED, app_fail_activation, FAILED,        "D12",   "there is no route to the NOC"),
ROW(AWAIT_NOC,       NOC_READY,    app_send_hash,      AWAIT_VERDICT,  "S1.10", "a hash of the access key goes to the NOC"),

ROW_CLAIMS(AWAIT_VERDICT, PROVISIONED, app_reply_comes_back_through_noc, NULL, app_send_setup, AWAIT_RESPONSE, CLAIM_RUN, "S1.12", "the setup message goes to the NOC; the response will come back the same way"),
ROW_CLAIMS(AWAIT_VERDICT, PROVISIONED, NULL, NULL, app_send_setup_and_dial_uem, AWAIT_REPLY_CHANNEL, CLAIM_RUN, "S1.12", "the setup message goes to the NOC, and the app opens a channel for the response"),
ROW(AWAIT_VERDICT,   REFUSED,      app_fail_activation, FAILED,        "S1.11", "the NOC does not accept the key"),
ROW_IN(ANY_OF(AWAIT_NOC, AWAIT_VERDICT), LOST, app_fail_activation, FAILED, "D12", "the NOC cannot be reached, or was lost before it answered"),
ROW_IN(ANY_OF(AWAIT_HANDOVER, AWAIT_ROUTE, AWAIT_NOC, AWAIT_VERDICT), LATE, app_fail_activation, FAILED, "D12", "a stage up to the NOC's answer takes too long"),
ROW(AWAIT_REPLY_CHANNEL, REPLY_READY, app_name_setup,  AWAIT_RESPONSE, "S1.15", "the app tells UEM which setup message it waits for"),

ROW_CLAIMS(AWAIT_RESPONSE, RESPONSE, NULL, CHECKS(&point, &fresh, &mac), app_request_data, AWAIT_DATA, CLAIM_COMMIT, "S1.16", "the shared secret stands: the app requests provisioning data"),
ROW_REFUSES(AWAIT_RESPONSE, RESPONSE, &point, app_fail_provisioning, FAILED, "S1.15", "a response with a bad public key is refused"),
ROW_REFUSES(AWAIT_RESPONSE, RESPONSE, &fresh, app_fail_provisioning, FAILED, "S1.15", "a response with the app's own public key is refused"),
ROW_REFUSES(AWAIT_RESPONSE, RESPONSE, &mac,   app_fail_provisioning, FAILED, "S1.15", "a response that fails its MAC is refused"),
ROW_IN(ANY_OF(AWAIT_REPLY_CHANNEL, AWAIT_RESPONSE), REFUSED, app_fail_provisioning, FAILED, "S1.14", "UEM refused the setup message"),

ROW_CHECKED(AWAIT_DATA, DATA, CHECKS(&opens, &whole), app_activate, ACTIVATED, "S1.17", "the provisioning data open: the app is activated"),
ROW_REFUSES(AWAIT_DATA, DATA, &opens, app_fail_provisioning, FAILED,   "S1.17", "provisioning data that do not open are refused"),
ROW_REFUSES(AWAIT_DATA, DATA, &whole, app_fail_provisioning, FAILED,   "S1.17", "provisioning data that are not whole are refused"),
ROW_WHEN(AWAIT_DATA, RESPONSE, app_response_is_the_same, NULL, AWAIT_DATA, "D11", "the same response comes again: nothing changes"),
ROW(AWAIT_DATA,      RESPONSE,     app_fail_provisioning, FAILED,      "D11",   "a second, different response ends the attempt"),
ROW_WHEN(AWAIT_DATA, REFUSED, app_is_denied, app_wipe, FAILED, "D29", "UEM says that the user may not run this app: what it has is wiped"),
ROW_WHEN(AWAIT_DATA, REFUSED, app_version_is_denied, app_lock, FAILED, "D29", "UEM says that the user may not run this version: the app is locked"),
ROW(AWAIT_DATA,      REFUSED,      app_fail_provisioning, FAILED,      "S1.16", "UEM refused the provisioning request"),
ROW_IN(ANY_OF(AWAIT_REPLY_CHANNEL, AWAIT_RESPONSE, AWAIT_DATA), LOST, app_fail_provisioning, FAILED, "D12", "the NOC or UEM was lost before the provisioning data came"),
ROW_IN(ANY_OF(AWAIT_REPLY_CHANNEL, AWAIT_RESPONSE, AWAIT_DATA), LATE, app_fail_provisioning, FAILED, "D12", "a stage after the NOC's answer takes too long"),

ROW_IN(ANY_OF(AWAIT_LAUNCH, FAILED), TYPED, app_say_failed, SAME_STATE, "D26", "a key is typed into an app that is at no attempt: it says that it has failed"),
ROW_IN(ANY_OF(AWAIT_LAUNCH, FAILED), HANDED, NULL, SAME_STATE, "D26", "a key comes for no attempt that is still on, and is left"),
ROW_IN(ANY_OF(AWAIT_LAUNCH, FAILED), NO_KEY, NULL, SAME_STATE, "D26", "no key comes, for no attempt that is still on"),
ROW_IN(ANY_OF(AWAIT_LAUNCH, AWAIT_HANDOVER, FAILED), ROUTE_READY, NULL, SAME_STATE, "D26", "a route comes that an attempt now over has asked for"),
ROW_IN(ANY_OF(AWAIT_LAUNCH, AWAIT_HANDOVER, FAILED), ROUTE_FAILED, NULL, SAME_STATE, "D26", "no route comes that an attempt now over has asked for"),
};
/* clang-format on */

static const char *const states[] = {
	[AWAIT_LAUNCH] = "await launch",
	[AWAIT_TYPING] = "await typing",
	[AWAIT_HANDOVER] = "await handover",
	[AWAIT_ROUTE] = "await route",
	[AWAIT_NOC] = "await noc",
	[AWAIT_VERDICT] = "await verdict",
	[AWAIT_REPLY_CHANNEL] = "await reply channel",
	[AWAIT_RESPONSE] = "await response",
	[AWAIT_DATA] = "await data",
	[ACTIVATED] = "activated",
	[FAILED] = "failed",
};
static const struct stimulus_spec stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[LAUNCH] = { "launch", STIMULUS_MESSAGE, MESSAGE_LAUNCH_APP, HANDOVER, NULL },
	[TYPED] = { "typed key", STIMULUS_MESSAGE, MESSAGE_TYPED_KEY, OUT_OF_BAND,
		    app_examine_typed },
	[HANDED] = { "key handover", STIMULUS_MESSAGE, MESSAGE_KEY_HANDOVER, HANDOVER, NULL },
	[NO_KEY] = { "no key", STIMULUS_MESSAGE, MESSAGE_REFUSED, HANDOVER, NULL },
	[ROUTE_READY] = { "route ready", STIMULUS_MESSAGE, MESSAGE_ROUTE_READY, HANDOVER, NULL },
	[ROUTE_FAILED] = { "route failed", STIMULUS_MESSAGE, MESSAGE_ROUTE_FAILED, HANDOVER, NULL },
	[NOC_READY] = { "noc ready", STIMULUS_SECURED, 0, NOC_SESSION, NULL },
	[PROVISIONED] = { "noc provisioning", STIMULUS_MESSAGE, MESSAGE_NOC_PROVISIONING,
			  NOC_SESSION, NULL },
	[REFUSED] = { "refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, NOC_SESSION, NULL },
	[REPLY_READY] = { "reply channel ready", STIMULUS_SECURED, 0, UEM_REPLY, NULL },
	[RESPONSE] = { "setup response", STIMULUS_MESSAGE, MESSAGE_SECURE_CHANNEL_RESPONSE,
		       CHANNEL_ANY, app_examine_response },
	[DATA] = { "provisioning data", STIMULUS_MESSAGE, MESSAGE_PROVISIONING_DATA, CHANNEL_ANY,
		   app_examine_data },
	[LOST] = { "channel lost", STIMULUS_PEER_FAILED, 0, CHANNEL_ANY, NULL },
	[LATE] = { "stage is late", STIMULUS_TIMER, APP_TIMER_STAGE, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "app",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << ACTIVATED | 1u << FAILED,
	.unexpected = FAILED,
	.renews = true,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct app),
	.examined_size = sizeof(struct app_examined),
	.claim = app_claim,
};
static const struct machine *const machines[] = { &machine };
static const char *const tables[APP_TABLES] = { [APP_TABLE_ACTIVATION] = "activation" };

const struct actor_class app_actor = { .name = "app",
				       .machines = machines,
				       .machines_count = 1,
				       .tables = tables,
				       .tables_count = APP_TABLES,
				       .trusts = dynamics_trusts_any_host };
