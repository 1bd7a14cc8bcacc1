/* unexercised.c - rows that no scenario takes, each with its reason and the test that takes it.
 *
 * What an adversary of a scenario can do ends at what is sealed or signed: these rows are what the
 * actors answer to one who could do more, to whom the tests give the keys.
 */
#include "actors/dynamics/unexercised.h"

/* clang-format off */
const struct unexercised dynamics_unexercised[] = {
	{ "infrastructure.relay", "a datagram of another association than that of the device that left is dropped",
	  "a device that leaves closes its relay first, so nothing is under way but its own "
	  "association's; test_actors_relay, the_relay_carries_only_open_associations" },
	{ "secure_connect.link", "the infrastructure closed the link before it stood; another try in 5 s",
	  "the infrastructure closes only links on which something was said, and nothing is before "
	  "they stand; test_actors, a_link_that_is_down_is_dialled_again" },
	{ "secure_connect.association", "the tunnel broke",
	  "DTLS drops what does not authenticate, and no device sends the alert that would break a "
	  "tunnel that stands; test_actors_relay, the_gateway_accepts_only_usable_parameters" },
	{ "noc.app", "a late response goes back to the app",
	  "no app says anything twice, TLS drops what is replayed, and no adversary here can say an"
	  " app's bytes again; test_actors_noc, no_word_provisions_without_the_five_checks" },
	{ "uem.console", "the NOC has not done it: the administrator is told",
	  "the NOC refuses no change, and the Proxy only when 256 requests wait; "
	  "test_actors_changes, a_user_is_unlocked_at_the_noc" },
	{ "uem.reply", "the setup message was repeated: the response leaves once more",
	  "no app says anything twice, TLS drops what is replayed, and no adversary here can say an"
	  " app's bytes again; test_actors_end, "
	  "a_repeated_response_leaves_again_until_everything_is_said" },
	{ "proxy", "too many of UEM's requests wait for the NOC",
	  "256 requests must wait at once, which takes a run with as many devices; test_actors, "
	  "the_proxy_refuses_what_it_cannot_keep_and_answers_in_order" },
	{ "proxy", "too many requests wait for the NOC to revoke one more key",
	  "256 requests must wait at once, which takes a run with as many devices; test_actors, "
	  "the_proxy_refuses_what_it_cannot_keep_and_answers_in_order" },
	{ "proxy", "too many requests wait for the NOC to unlock one more user",
	  "256 requests must wait at once, which takes a run with as many devices; test_actors, "
	  "the_proxy_refuses_what_it_cannot_keep_and_answers_in_order" },
	{ "proxy", "too many setup messages wait for UEM",
	  "256 requests must wait at once, which takes a run with as many devices; test_actors, "
	  "the_proxy_refuses_what_it_cannot_keep_and_answers_in_order" },
	{ "proxy", "too many provisioning requests wait for UEM",
	  "256 requests must wait at once, which takes a run with as many devices; test_actors, "
	  "the_proxy_refuses_what_it_cannot_keep_and_answers_in_order" },
	{ "device", "the tunnel broke: the next app that wants a route begins anew",
	  "DTLS drops what does not authenticate, and Secure Connect Plus sends no alert that would"
	  " break a tunnel that stands; test_actors_relay, "
	  "the_device_opens_only_the_tunnel_it_agreed_on" },
	{ "app", "a second, different response ends the attempt",
	  "UEM answers a setup message twice only when it comes twice, which no app does; "
	  "test_actors_app, no_word_activates_the_app_without_uem" },
	{ "admin", "the console was closed before it stood",
	  "UEM closes only a console on which something was said, and nothing is before it stands; "
	  "test_actors_admin, a_console_that_fails_is_logged_into_again" },
	{ "admin", "the app is assigned, and a user has asked for a key meanwhile",
	  "a user asks for a key only after the mail about the app, which the administrator sends "
	  "when it is assigned; test_actors_admin, a_key_that_was_asked_for_early_is_made_later" },
	{ "admin", "a user asks for a key while the app is being assigned",
	  "a user asks for a key only after the mail about the app, which the administrator sends "
	  "when it is assigned; test_actors_admin, a_key_that_was_asked_for_early_is_made_later" },
	{ NULL, NULL, NULL },
};
/* clang-format on */
