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
	{ "secure_connect.association", "a proposal of an unusable size ends the association",
	  "no act of an adversary sets a number, and an unset version is refused first; "
	  "test_actors_relay, the_gateway_accepts_only_usable_parameters" },
	{ "secure_connect.association", "the tunnel broke",
	  "DTLS drops what does not authenticate, and no device sends the alert that would break a "
	  "tunnel that stands; test_actors_relay, the_gateway_accepts_only_usable_parameters" },
	{ "noc.app", "a repeated setup message is forwarded: UEM decides",
	  "no app says anything twice, TLS drops what is replayed, and no adversary here can say an"
	  " app's bytes again; test_actors_noc, no_word_provisions_without_the_five_checks" },
	{ "noc.app", "a late response goes back to the app",
	  "no app says anything twice, TLS drops what is replayed, and no adversary here can say an"
	  " app's bytes again; test_actors_noc, no_word_provisions_without_the_five_checks" },
	{ "noc.app", "a repeated provisioning request is passed on: UEM decides",
	  "no app says anything twice, TLS drops what is replayed, and no adversary here can say an"
	  " app's bytes again; test_actors_noc, no_word_provisions_without_the_five_checks" },
	{ "uem.link", "the same provisioning request gets the same data, byte for byte",
	  "no app says anything twice, TLS drops what is replayed, and no adversary here can say an"
	  " app's bytes again; test_actors_uem, no_word_makes_uem_spend_or_provision_wrongly" },
	{ "uem.link", "a setup message of wrong sizes is refused",
	  "no adversary here makes or changes a setup message, which would need the access key; "
	  "test_actors_uem, every_forgery_is_refused_by_its_own_check" },
	{ "uem.link", "a setup message whose token the NOC did not issue is refused",
	  "no adversary here makes a token, which would need the token key; test_actors_uem, "
	  "every_forgery_is_refused_by_its_own_check" },
	{ "uem.link", "a setup message with a token that was used before is refused",
	  "an app uses a token once, and the key that goes with it is refused before it; "
	  "test_actors_uem, a_spent_token_is_refused_also_with_a_new_key" },
	{ "uem.link", "a provisioning request without an agreed channel is refused",
	  "every app asks on the channel that it has agreed on, and UEM forgets none; "
	  "test_actors_uem, no_word_makes_uem_spend_or_provision_wrongly" },
	{ "uem.link", "a second, different provisioning request is refused",
	  "an app asks once, and no adversary here has the channel's key to ask in its name; "
	  "test_actors_end, a_request_that_is_not_the_one_expected_ends_the_channel" },
	{ "uem.link", "a provisioning request that does not open is refused",
	  "an app asks once, and no adversary here has the channel's key to ask in its name; "
	  "test_actors_end, a_request_that_is_not_the_one_expected_ends_the_channel" },
	{ "uem.link", "a provisioning request for another app is refused",
	  "an app asks once, and no adversary here has the channel's key to ask in its name; "
	  "test_actors_end, a_request_that_is_not_the_one_expected_ends_the_channel" },
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
	{ "device", "parameters below DTLS 1.2 or of an unusable size are refused",
	  "no act of an adversary sets a number, and an unset association is refused first; "
	  "test_actors_relay, the_device_opens_only_the_tunnel_it_agreed_on" },
	{ "device", "Secure Connect Plus could not be authenticated",
	  "every end holds a good certificate, and a session whose pieces are dropped is silent "
	  "until its time is over; test_actors_relay, the_device_opens_only_the_tunnel_it_agreed_on" },
	{ "device", "the infrastructure closed signalling before the tunnel stood",
	  "the infrastructure closes only signalling on which something was said, and nothing is "
	  "before it stands; test_actors_lost, a_device_begins_anew_when_signalling_ends" },
	{ "device", "the tunnel broke: the next app that wants a route begins anew",
	  "DTLS drops what does not authenticate, and Secure Connect Plus sends no alert that would"
	  " break a tunnel that stands; test_actors_relay, "
	  "the_device_opens_only_the_tunnel_it_agreed_on" },
	{ "active_app", "a key reply that does not open is refused",
	  "no adversary here makes or changes a reply, which would need the activated app's session"
	  " key; test_actors_keys, a_key_is_handed_over_only_for_the_nonce_that_was_sent" },
	{ "active_app", "a key reply for another nonce is refused",
	  "each wish has a connection of its own, and TLS lets no older reply into it; "
	  "test_actors_keys, a_key_is_handed_over_only_for_the_nonce_that_was_sent" },
	{ "app", "a response with the app's own public key is refused",
	  "no adversary here makes or changes a response: TLS carries it, and its MAC would need "
	  "the access key; test_actors_app, no_word_activates_the_app_without_uem" },
	{ "app", "provisioning data that do not open are refused",
	  "no adversary here makes or changes provisioning data, which would need the channel's "
	  "key; test_actors_app, no_word_activates_the_app_without_uem" },
	{ "app", "provisioning data that are not whole are refused",
	  "no adversary here makes or changes provisioning data, which would need the channel's "
	  "key; test_actors_app, no_word_activates_the_app_without_uem" },
	{ "app", "the same response comes again: nothing changes",
	  "UEM answers a setup message twice only when it comes twice, which no app does; "
	  "test_actors_app, no_word_activates_the_app_without_uem" },
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
