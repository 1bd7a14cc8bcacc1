/* user_actions.h - what the user's table (user.c) names: the session, its branches, its actions. */
#ifndef ACTORS_DYNAMICS_USER_ACTIONS_H
#define ACTORS_DYNAMICS_USER_ACTIONS_H

#include "proto/message.h"
#include "sim/machine.h"

enum { USER_TABLE_WORK, USER_TABLES };
enum { USER_TIMER_INSTALL, USER_TIMER_TYPE, USER_TIMER_PATIENCE, USER_TIMER_PAUSE };

/* How far the person has come. */
enum stage { STAGE_IDLE, STAGE_TOLD, STAGE_INSTALLED, STAGE_WAITING, STAGE_RESTING, STAGE_DONE };

/* What a person remembers: the session and, byte for byte, the record in the store. Bytes only, so that
 * nothing is between them. */
struct user {
	char key[TYPED_KEY_MAX + 1]; /* as mailed or shown; "" until then */
	uint8_t stage;               /* enum stage */
	uint8_t failed;              /* attempts that came to nothing */
	uint8_t retypes;             /* in this attempt */
};

guard_fn user_active_app_asks, user_key_is_at_hand, user_i_make_my_key, user_was_done;
guard_fn user_was_resting, user_was_waiting, user_was_typing, user_was_at_portal;
guard_fn user_was_installed, user_was_told, user_is_activated, user_an_attempt_is_left;
guard_fn user_no_attempt_is_left, user_may_retype, user_has_not_launched;

action_fn user_plan_install, user_keep_key, user_keep_and_plan, user_install_and_wait;
action_fn user_install_and_plan, user_install_and_log_in, user_install_for_mail;
action_fn user_ask_admin, user_log_in, user_plan_typing, user_keep_and_install, user_ask_for_key, user_type_key, user_retype, user_fail;
action_fn user_finish, user_fail_finally, user_recall, user_recall_and_plan_install;
action_fn user_recall_and_plan, user_recall_and_log_in, user_recall_for_mail;
action_fn user_recall_and_wait, user_recall_and_pause;

#endif
