/* uem_channel.h - what UEM's table behind the Proxy (uem_link.c) names: its checks and actions. */
#ifndef ACTORS_DYNAMICS_UEM_CHANNEL_H
#define ACTORS_DYNAMICS_UEM_CHANNEL_H

#include "actors/dynamics/uem_records.h"

/* Of one step. */
union uem_examined {
	struct uem_examined_setup {
		bool sizes_fit; /* the body decodes; point and tag have the suite's sizes */
		bool has_key;
		bool token_reads, token_is_authentic;
		bool mac_is_good, point_is_good;
		struct setup_body body;
		struct uem_key key;
		struct token_fields token;
		uint8_t p0[SECURE_CHANNEL_HASH_MAX];
		uint8_t hash[HASH_SIZE]; /* of the setup message */
	} setup;
	struct uem_examined_wish {
		bool known, opens, whole;
		bool overtaken; /* the app has agreed on a newer channel since */
		struct uem_setup setup;
		struct provisioning_wish wish; /* where it reads */
		uint8_t hash[HASH_SIZE]; /* of the request */
	} wish;
};

void uem_examine_setup(const void *session, const struct step *s, void *examined);
void uem_examine_wish(const void *session, const struct step *s, void *examined);

guard_fn uem_setup_is_a_repeat, uem_setup_sizes_fit, uem_setup_user_has_a_key;
guard_fn uem_setup_key_is_live, uem_token_is_authentic, uem_token_is_young, uem_token_is_unused;
guard_fn uem_token_fits_records, uem_setup_mac_is_good, uem_setup_point_is_good;
guard_fn uem_wish_is_a_repeat, uem_wish_channel_is_known, uem_wish_is_the_first, uem_wish_opens;
guard_fn uem_wish_is_whole, uem_wish_is_for_own_device, uem_app_is_still_assigned;
guard_fn uem_version_is_entitled;

action_fn uem_respond, uem_respond_again, uem_provide, uem_provide_again, uem_refuse,
	uem_refuse_and_end, uem_deny_app, uem_deny_version;

/* Send a unit as the reply to the channel of this setup message: to the app's own channel when it waits
 * there, or, where replies travel back, in the answer to the Proxy. */
void uem_reply(const struct step *s, const uint8_t hash[HASH_SIZE], struct bytes unit,
               enum uem_told what, struct effects *out);
/* The same with what a table holds for it. */
void uem_reply_again(const struct step *s, const uint8_t hash[HASH_SIZE], uint8_t table,
                     struct effects *out);

void uem_claim(const void *session, const struct step *s, struct claim_values *out);

#endif
