/* refusals.c - what refusals do besides answering, and which of them hang on a secret.
 *
 * Whoever asks is told no more than that he is refused: of two answers that differ by what a secret
 * came to, a guesser would learn which part of his guess was right. What is refused for a fault
 * that anybody can see (a size, a version, an association's number) may be answered otherwise.
 */
#include "actors/dynamics/refusals.h"

#include <stddef.h>

#define STORES(check, table, reason) { check, REFUSAL_STORES, NULL, table, reason }
#define TELLS(check, machine, stimulus, reason) { check, REFUSAL_TELLS, machine, stimulus, reason }
#define HIDES(check, reason) { check, REFUSAL_HIDES, NULL, NULL, reason }

#define CHANNEL_ENDS                                                                               \
	"a refused request ends its channel and wipes its keys (D11), so that nothing is sealed "  \
	"twice under them; who changed it on its way could have kept it back as well"

/* clang-format off */
const struct refusal_rule dynamics_refusals[] = {
	STORES("noc.access_key_hash_matches", "failures", "wrong keys of a user are counted (D5)"),
	STORES("infrastructure.signal_is_of_own_association", "associations", "the association of a device that speaks for another ends with its session (D8)"),
	TELLS("infrastructure.signal_is_of_own_association", "infrastructure.relay", "association ended", "the relay of an association that has ended carries nothing more (D8)"),
	STORES("uem.request_is_the_first", "setups", CHANNEL_ENDS),
	STORES("uem.request_opens", "setups", CHANNEL_ENDS),
	STORES("uem.request_is_for_this_app", "setups", CHANNEL_ENDS),
	STORES("uem.request_is_for_own_device", "setups", CHANNEL_ENDS),
	STORES("uem.app_is_still_assigned", "setups", CHANNEL_ENDS),
	STORES("uem.app_version_is_entitled", "setups", CHANNEL_ENDS),

	HIDES("noc.user_has_a_key", "who has a key is nobody's business that has none"),
	HIDES("noc.user_is_not_locked", "whoever guesses must not learn when guessing has become vain"),
	HIDES("noc.access_key_is_unspent", "a key that was right once is told from a wrong one by it"),
	HIDES("noc.access_key_is_not_expired", "a key that was right once is told from a wrong one by it"),
	HIDES("noc.access_key_hash_matches", "it compares with the verifier of the access key"),

	HIDES("uem.setup_user_has_a_key", "who has a key is nobody's business that has none"),
	HIDES("uem.setup_key_is_live", "it tells what became of the access key"),
	HIDES("uem.token_is_authentic", "it compares with a MAC under the token key"),
	HIDES("uem.token_is_young", "it is asked behind the token's MAC: another answer would tell that the MAC was good"),
	HIDES("uem.token_is_unused", "it tells whether a true token was spent"),
	HIDES("uem.token_fits_records", "it is asked behind the token's MAC, and tells whose the token is"),
	HIDES("uem.setup_mac_is_good", "it compares with a MAC under a key that comes from the access key"),
	HIDES("uem.setup_point_is_on_curve", "it is asked behind the MAC: another answer would tell that the MAC was good"),
	HIDES("uem.request_names_a_channel", "the hash that names a channel is known to its ends alone"),
	HIDES("uem.request_is_the_first", "it tells whether the channel has been used"),
	HIDES("uem.request_opens", "it opens under a key of the secure channel"),
	HIDES("uem.request_is_for_this_app", "it is about what was sealed"),
	HIDES("uem.request_is_for_own_device", "it is about what was sealed"),

	HIDES("uem.key_request_comes_from_activated_app", "who is activated is nobody's business that is not"),
	HIDES("uem.key_request_opens", "it opens under the session key of an activated app"),
	HIDES("uem.key_request_is_for_own_user", "it is about what was sealed"),
	HIDES("uem.requested_app_is_assigned", "it is about what was sealed"),

	HIDES("active_app.key_reply_opens", "it opens under the session key of the activated app"),
	HIDES("active_app.key_reply_nonce_matches", "it is about what was sealed"),
	HIDES("app.response_point_is_on_curve", "it stands among those behind which the shared secret is made"),
	HIDES("app.response_key_is_not_mine", "it stands among those behind which the shared secret is made"),
	HIDES("app.response_mac_is_good", "it compares with a MAC under a key of the secure channel"),
	HIDES("app.provisioning_data_opens", "it opens under a key of the secure channel"),
	HIDES("app.provisioning_data_are_whole", "it is about what was sealed"),
	{ .check = NULL },
};
/* clang-format on */
