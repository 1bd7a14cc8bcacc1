/* uem_link.c - UEM behind the Proxy: its table for setup messages and provisioning requests, and
 * for the word that the link still stands. What is computed for it is in uem_channel.c.
 */
#include "actors/dynamics/uem_channel.h"
#include "actors/dynamics/uem_records.h"
#include "actors/dynamics/vocabulary.h"

enum state { LINKED, UNLINKED, STATES };
enum on { SETUP, WISH, LINK_READY, HEARTBEAT, LINK_LOST, LINK_CLOSED, LINK_REPLACED, STIMULI };

static action_fn replace_others, answer_heartbeat, hang_up;

static const struct check fits = { "setup_sizes_fit", uem_setup_sizes_fit,
				   "nothing is parsed further that has not its exact size" };
static const struct check user = { "setup_user_has_a_key", uem_setup_user_has_a_key,
				   "only users with an access key may set up a channel" };
static const struct check live = { "setup_key_is_live", uem_setup_key_is_live,
				   "a spent or expired key sets up nothing" };
static const struct check token_mac = { "token_is_authentic", uem_token_is_authentic,
					"only the NOC can have issued the token" };
static const struct check token_age = { "token_is_young", uem_token_is_young,
					"an old token must not open a new channel" };
static const struct check token_use = { "token_is_unused", uem_token_is_unused,
					"one token, one channel" };
static const struct check token_fit = { "token_fits_records", uem_token_fits_records,
					"a token of another user, app or tenant proves nothing" };
static const struct check mac = { "setup_mac_is_good", uem_setup_mac_is_good,
				  "only a holder of the access key can have made the message" };
static const struct check point = { "setup_point_is_on_curve", uem_setup_point_is_good,
				    "an invalid point would leak the private key" };
static const struct check known = { "request_names_a_channel", uem_wish_channel_is_known,
				    "no provisioning without an agreed channel" };
static const struct check first = { "request_is_the_first", uem_wish_is_the_first,
				    "each key seals one message, ever" };
static const struct check opens = { "request_opens", uem_wish_opens,
				    "only the agreed peer can have sealed the request" };
static const struct check whole = { "request_is_for_this_app", uem_wish_is_whole,
				    "an app may ask for its own data only" };
static const struct check own_device = { "request_is_for_own_device", uem_wish_is_for_own_device,
					 "nobody's app is activated on another user's device" };
static const struct check assigned = { "app_is_still_assigned", uem_app_is_still_assigned,
				       "what was assigned may have been taken away since" };
static const struct check entitled = { "app_version_is_entitled", uem_version_is_entitled,
				       "only versions that the administrator allows may run" };

/* clang-format off */
static const struct row rows[] = {
ROW(LINKED, LINK_READY, replace_others, LINKED, "D8", "a link of the Proxy's stands, and takes the place of any other"),
ROW_WHEN(LINKED, SETUP, uem_setup_is_a_repeat, uem_respond_again, LINKED, "D11", "the same setup message gets the same response, byte for byte"),
ROW_CLAIMS(LINKED, SETUP, NULL, CHECKS(&fits, &user, &live, &token_mac, &token_age, &token_use, &token_fit, &mac, &point), uem_respond, LINKED, CLAIM_RUN, "S1.15", "the setup message is genuine: key and token are spent, UEM's public key and MAC are made"),
ROW_REFUSES(LINKED, SETUP, &fits,      uem_refuse, LINKED, "S1.12", "a setup message of wrong sizes is refused"),
ROW_REFUSES(LINKED, SETUP, &user,      uem_refuse, LINKED, "S1.12", "a setup message of a user without a key is refused"),
ROW_REFUSES(LINKED, SETUP, &live,      uem_refuse, LINKED, "S1.12", "a setup message under a spent or expired key is refused"),
ROW_REFUSES(LINKED, SETUP, &token_mac, uem_refuse, LINKED, "S1.12", "a setup message whose token the NOC did not issue is refused"),
ROW_REFUSES(LINKED, SETUP, &token_age, uem_refuse, LINKED, "S1.12", "a setup message with an old token is refused"),
ROW_REFUSES(LINKED, SETUP, &token_use, uem_refuse, LINKED, "S1.12", "a setup message with a token that was used before is refused"),
ROW_REFUSES(LINKED, SETUP, &token_fit, uem_refuse, LINKED, "S1.12", "a setup message with a token of another user, app or tenant is refused"),
ROW_REFUSES(LINKED, SETUP, &mac,       uem_refuse, LINKED, "S1.12", "a setup message that fails its MAC is refused"),
ROW_REFUSES(LINKED, SETUP, &point,     uem_refuse, LINKED, "S1.12", "a setup message with a bad public key is refused"),

ROW_WHEN(LINKED, WISH, uem_wish_is_a_repeat, uem_provide_again, LINKED, "D11", "the same provisioning request gets the same data, byte for byte"),
ROW_CLAIMS(LINKED, WISH, NULL, CHECKS(&known, &first, &opens, &whole, &own_device, &assigned, &entitled), uem_provide, LINKED, CLAIM_COMMIT, "S1.17", "the request opens: UEM provisions the app and seals its data"),
ROW_REFUSES(LINKED, WISH, &known,      uem_refuse, LINKED, "S1.16", "a provisioning request without an agreed channel is refused"),
ROW_REFUSES(LINKED, WISH, &first,      uem_refuse_and_end, LINKED, "S1.16", "a second, different provisioning request is refused"),
ROW_REFUSES(LINKED, WISH, &opens,      uem_refuse_and_end, LINKED, "S1.16", "a provisioning request that does not open is refused"),
ROW_REFUSES(LINKED, WISH, &whole,      uem_refuse_and_end, LINKED, "S1.16", "a provisioning request for another app is refused"),
ROW_REFUSES(LINKED, WISH, &own_device, uem_refuse_and_end, LINKED, "D25",   "a provisioning request for another user's device is refused"),
ROW_REFUSES(LINKED, WISH, &assigned,   uem_deny_app,     LINKED, "D29",   "a provisioning request for an app that is no longer assigned is refused"),
ROW_REFUSES(LINKED, WISH, &entitled,   uem_deny_version, LINKED, "D29",   "a provisioning request for a version that the user may not run is refused"),
ROW(LINKED, HEARTBEAT, answer_heartbeat, LINKED, "D8", "UEM shows the Proxy that it is still there"),
ROW(LINKED, LINK_LOST, NULL, UNLINKED, "D8", "the Proxy's link is lost"),
ROW(LINKED, LINK_CLOSED, NULL, UNLINKED, "D8", "the Proxy closed its link"),
ROW(LINKED, LINK_REPLACED, hang_up, UNLINKED, "D8", "another link of the Proxy's stands: this one is closed"),
ROW(UNLINKED, LINK_REPLACED, NULL, UNLINKED, "D8", "a link of the Proxy's stands after this one has ended"),
};
/* clang-format on */

/* A link of which only this end is left would not be noticed here: nothing is asked of the Proxy.
 */
static void replace_others(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_tell_all(out, UEM_MACHINE_LINK, UEM_TOLD_REPLACED, bytes_of(NULL, 0));
}

static void answer_heartbeat(void *session, const struct step *s, struct effects *out)
{
	struct message seen = { .type = MESSAGE_HEARTBEAT_SEEN };
	(void)session;
	effects_answer(out, PROXY_UEM, s->request, &seen);
}

static void hang_up(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_close(out, PROXY_UEM, 0);
}

static const char *const states[] = { [LINKED] = "linked", [UNLINKED] = "unlinked" };
static const struct stimulus_spec stimuli[] = {
	[LINK_READY] = { "link ready", STIMULUS_SECURED, 0, PROXY_UEM, NULL },
	[SETUP] = { "setup message", STIMULUS_MESSAGE, MESSAGE_SECURE_CHANNEL_SETUP, PROXY_UEM,
		    uem_examine_setup },
	[WISH] = { "provisioning request", STIMULUS_MESSAGE, MESSAGE_PROVISIONING_REQUEST,
		   PROXY_UEM, uem_examine_wish },
	[HEARTBEAT] = { "heartbeat", STIMULUS_MESSAGE, MESSAGE_HEARTBEAT, PROXY_UEM, NULL },
	[LINK_LOST] = { "link lost", STIMULUS_PEER_FAILED, 0, PROXY_UEM, NULL },
	[LINK_CLOSED] = { "link closed", STIMULUS_PEER_CLOSED, 0, PROXY_UEM, NULL },
	[LINK_REPLACED] = { "link replaced", STIMULUS_TOLD, UEM_TOLD_REPLACED, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

const struct machine uem_link_machine = {
	.name = "uem.link",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << UNLINKED,
	.unexpected = UNLINKED,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct uem_setup),
	.examined_size = sizeof(union uem_examined),
	.claim = uem_claim,
};
