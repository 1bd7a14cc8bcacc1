/* app_actions.h - what the app's table (app.c) names: its session, its checks, its actions. */
#ifndef ACTORS_DYNAMICS_APP_ACTIONS_H
#define ACTORS_DYNAMICS_APP_ACTIONS_H

#include "proto/crypto/secure_channel.h"
#include "sim/machine.h"

enum { APP_TABLE_ACTIVATION, APP_TABLES };
enum { APP_TIMER_STAGE };
enum { APP_UNIT_MAX = 4096 }; /* bytes of the units the app keeps: M1 and M3 */

/* One activation attempt. */
struct app {
	char uid[UID_MAX + 1];
	char ak[ACCESS_KEY_SIZE + 1];
	uint8_t nonce[NONCE_SIZE];
	uint8_t cid[CID_SIZE];
	uint8_t uem[UEM_ID_SIZE];
	uint8_t salt[SALT_SIZE];
	uint8_t su; /* enum suite */
	struct ecdh_pair pair;
	struct point b;
	struct mac tag2;
	uint8_t p0[SECURE_CHANNEL_HASH_MAX];
	uint8_t th1[SECURE_CHANNEL_HASH_MAX];
	uint8_t th2[SECURE_CHANNEL_HASH_MAX];
	struct secure_channel_keys keys;
	uint16_t m1_size, m3_size;
	uint8_t m1[APP_UNIT_MAX], m3[APP_UNIT_MAX];
};

/* Of one step. */
struct app_examined {
	bool well_formed; /* typed key */
	char ak[ACCESS_KEY_SIZE + 1];
	bool point_is_good, mac_is_good; /* response */
	uint8_t z[ECDH_FIELD_MAX];
	uint8_t p1[SECURE_CHANNEL_HASH_MAX];
	uint8_t k2[SECURE_CHANNEL_HASH_MAX];
	uint8_t th1[SECURE_CHANNEL_HASH_MAX];
	uint8_t th2[SECURE_CHANNEL_HASH_MAX];
	struct secure_channel_keys keys;
	bool opens, reads, whole; /* provisioning data */
	struct provisioning data; /* where they read */
};

void app_examine_typed(const void *session, const struct step *s, void *examined);
void app_examine_response(const void *session, const struct step *s, void *examined);
void app_examine_data(const void *session, const struct step *s, void *examined);

guard_fn app_key_comes_from_active_app, app_reply_comes_back_through_noc;
guard_fn app_typed_key_is_well_formed, app_handed_nonce_is_mine;
guard_fn app_response_point_is_good, app_response_key_is_not_mine, app_response_mac_is_good;
guard_fn app_response_is_the_same, app_is_activated_already, app_is_denied, app_version_is_denied;
guard_fn app_data_opens, app_data_are_whole;

action_fn app_want_key, app_take_typed_key, app_take_handed_key, app_dial_noc;
action_fn app_send_hash, app_send_setup, app_send_setup_and_dial_uem, app_name_setup;
action_fn app_request_data, app_activate, app_fail_activation, app_fail_provisioning;
action_fn app_report_activated, app_say_activated, app_say_failed, app_ask_again, app_ask_to_type;
action_fn app_wipe, app_lock;

void app_claim(const void *session, const struct step *s, struct claim_values *out);

#endif
