/* user.c - the person: installs the app, receives or generates a key, types it, waits for what the
 * app says, and tries again: the table. What a person does and remembers is in user_actions.c.
 */
#include "actors/dynamics/user.h"

#include "actors/dynamics/user_actions.h"
#include "actors/dynamics/vocabulary.h"

enum state {
	AWAIT_ASSIGNMENT,
	AWAIT_INSTALL,
	AWAIT_KEY,
	AWAIT_PORTAL,
	AWAIT_OWN_KEY,
	AWAIT_TYPING,
	AWAIT_RESULT,
	PAUSING,
	FINISHED,
	STATES
};
enum on {
	BEGIN,
	ASSIGNED,
	INSTALL,
	MAIL,
	PORTAL_READY,
	PORTAL_LOST,
	KEY_SHOWN,
	REFUSED,
	TYPE,
	RESULT,
	PROMPTED,
	LATE,
	AGAIN,
	STIMULI
};

/* clang-format off */
static const struct row rows[] = {
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_done,      user_recall,             FINISHED,      "D27", "the user remembers having finished"),
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_resting,   user_recall_and_pause,   PAUSING,       "D27", "the user remembers a failure, and pauses again"),
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_waiting,   user_recall_and_wait,    AWAIT_RESULT,  "D27", "the user remembers waiting for the app, and waits again"),
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_typing,    user_recall_and_plan,    AWAIT_TYPING,  "D27", "the user remembers the app and has the key at hand"),
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_at_portal, user_recall_and_log_in,  AWAIT_PORTAL,  "D27", "the user remembers the app and logs into Self-Service again"),
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_installed, user_recall_for_mail,    AWAIT_KEY,     "D27", "the user remembers the app and waits for the key's mail"),
ROW_WHEN(AWAIT_ASSIGNMENT, BEGIN, user_was_told,      user_recall_and_plan_install, AWAIT_INSTALL, "D27", "the user remembers the mail about the app"),
ROW(AWAIT_ASSIGNMENT, BEGIN,         NULL,               AWAIT_ASSIGNMENT, "S1.2", "the user has nothing to do yet"),
ROW(AWAIT_ASSIGNMENT, ASSIGNED,      user_plan_install,       AWAIT_INSTALL, "S1.2",  "the user learns of the app by mail"),
ROW_IN(ANY_OF(AWAIT_INSTALL, AWAIT_KEY, AWAIT_PORTAL, AWAIT_OWN_KEY, AWAIT_TYPING, AWAIT_RESULT, PAUSING, FINISHED), ASSIGNED, NULL, SAME_STATE, "D27", "the user is told once more of the app"),
ROW_IN(ANY_OF(AWAIT_ASSIGNMENT, AWAIT_INSTALL), MAIL, user_keep_key, SAME_STATE, "S1.3a", "the key's mail arrives before the app is installed"),

ROW_WHEN(AWAIT_INSTALL, INSTALL, user_active_app_asks, user_install_and_wait,   AWAIT_RESULT, "S1.2",  "the user installs the app; an activated one will ask for the key"),
ROW_WHEN(AWAIT_INSTALL, INSTALL, user_key_is_at_hand,  user_install_and_plan,   AWAIT_TYPING, "S1.2",  "the user installs the app with the key at hand"),
ROW_WHEN(AWAIT_INSTALL, INSTALL, user_i_make_my_key,   user_install_and_log_in, AWAIT_PORTAL, "S1.3a", "the user installs the app and logs into Self-Service"),
ROW(AWAIT_INSTALL,    INSTALL,       user_install_for_mail,   AWAIT_KEY,     "S1.2",  "the user installs the app and waits for the key's mail"),

ROW_WHEN(AWAIT_KEY, MAIL, user_has_not_launched, user_keep_and_install, AWAIT_TYPING, "D26", "another key's mail arrives: the user tries again"),
ROW(AWAIT_KEY,        MAIL,          user_keep_and_plan,      AWAIT_TYPING,  "S1.3a", "the key's mail arrives"),
ROW(AWAIT_PORTAL,     PORTAL_READY,  user_ask_for_key,        AWAIT_OWN_KEY, "S1.3a", "the user generates an access key in Self-Service"),
ROW_WHEN(AWAIT_OWN_KEY, KEY_SHOWN, user_has_not_launched, user_keep_and_install, AWAIT_TYPING, "D26", "Self-Service shows another key: the user tries again"),
ROW(AWAIT_OWN_KEY,    KEY_SHOWN,     user_keep_and_plan,      AWAIT_TYPING,  "S1.3a", "Self-Service shows the access key"),
ROW(AWAIT_OWN_KEY,    REFUSED,       user_fail,               PAUSING,       "D4",    "Self-Service makes no key"),
ROW_IN(ANY_OF(AWAIT_PORTAL, AWAIT_OWN_KEY), PORTAL_LOST, user_fail, PAUSING, "D12", "Self-Service cannot be reached, or was lost before it showed a key"),
ROW_IN(ANY_OF(AWAIT_KEY, AWAIT_PORTAL, AWAIT_OWN_KEY, AWAIT_RESULT), LATE, user_fail, PAUSING, "D12", "the user has waited in vain for as long as it can take"),

ROW(AWAIT_TYPING,     TYPE,          user_type_key,           AWAIT_RESULT,  "S1.10", "the user types user id and access key into the app"),
ROW_IN(ANY_OF(AWAIT_TYPING, AWAIT_RESULT, PAUSING), MAIL, user_keep_key, SAME_STATE, "S1.3a", "a newer key arrives, and the user keeps it instead of the older"),
ROW(AWAIT_TYPING,     PROMPTED,      user_plan_typing,   AWAIT_TYPING,  "D26",   "the app asks for the key, and the user will type it"),
ROW_IN(ANY_OF(AWAIT_PORTAL, AWAIT_OWN_KEY), PROMPTED, NULL, SAME_STATE, "D26", "the app asks for a key that the user is about to generate"),
ROW_IN(ANY_OF(AWAIT_KEY, PAUSING, FINISHED), PROMPTED, NULL, SAME_STATE, "D26", "the app asks for a key that the user has not, or will not type any more"),

ROW_WHEN_IN(ANY_OF(AWAIT_TYPING, AWAIT_RESULT, PAUSING), RESULT, user_is_activated, user_finish, FINISHED, "S1.17", "the user sees that the app is activated"),
ROW_WHEN(AWAIT_RESULT, RESULT, user_an_attempt_is_left, user_fail, PAUSING,       "D26",   "the user sees that the activation failed, and will try again"),
ROW(AWAIT_RESULT,     RESULT,        user_fail_finally,       FINISHED,      "D26",   "the user sees that the last attempt failed"),
ROW_IN(ANY_OF(AWAIT_TYPING, PAUSING, FINISHED), RESULT, NULL, SAME_STATE, "D26", "the app speaks of an attempt that is over for the user"),
ROW_WHEN(AWAIT_RESULT, PROMPTED, user_may_retype, user_retype,   AWAIT_TYPING,  "D26",   "the app took the key for none: the user will type it once more"),
ROW(AWAIT_RESULT,     PROMPTED,    user_fail,               PAUSING,       "D26",   "the app takes the key for none however often it is typed"),

ROW_WHEN(PAUSING, AGAIN, user_no_attempt_is_left, user_finish,     FINISHED,      "D26",   "the user has tried often enough"),
ROW_WHEN(PAUSING, AGAIN, user_active_app_asks, user_install_and_wait, AWAIT_RESULT, "D26", "the user tries again: the activated app will ask for another key"),
ROW_WHEN(PAUSING, AGAIN, user_key_is_at_hand,  user_install_and_plan, AWAIT_TYPING, "D26", "the user tries again with the key at hand"),
ROW_WHEN(PAUSING, AGAIN, user_i_make_my_key, user_log_in, AWAIT_PORTAL, "D26", "the user logs into Self-Service for another key"),
ROW(PAUSING,          AGAIN,         user_ask_admin,          AWAIT_KEY,     "D26",   "the user asks the administrator for another key"),
ROW(FINISHED,         MAIL,          NULL,               FINISHED,      "D26",   "a key arrives that nobody needs"),
};
/* clang-format on */

static const char *const states[] = {
	[AWAIT_ASSIGNMENT] = "await assignment",
	[AWAIT_INSTALL] = "await install",
	[AWAIT_KEY] = "await key",
	[AWAIT_PORTAL] = "await portal",
	[AWAIT_OWN_KEY] = "await own key",
	[AWAIT_TYPING] = "await typing",
	[AWAIT_RESULT] = "await result",
	[PAUSING] = "pausing",
	[FINISHED] = "finished",
};
static const struct stimulus_spec stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[ASSIGNED] = { "app assigned", STIMULUS_MESSAGE, MESSAGE_APP_ASSIGNED, OUT_OF_BAND, NULL },
	[INSTALL] = { "time to install", STIMULUS_TIMER, USER_TIMER_INSTALL, CHANNEL_ANY, NULL },
	[MAIL] = { "key's mail", STIMULUS_MESSAGE, MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, NULL },
	[PORTAL_READY] = { "portal ready", STIMULUS_SECURED, 0, SELF_SERVICE, NULL },
	[PORTAL_LOST] = { "portal lost", STIMULUS_PEER_FAILED, 0, SELF_SERVICE, NULL },
	[KEY_SHOWN] = { "key shown", STIMULUS_MESSAGE, MESSAGE_GENERATED_KEY, SELF_SERVICE, NULL },
	[REFUSED] = { "refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, SELF_SERVICE, NULL },
	[TYPE] = { "time to type", STIMULUS_TIMER, USER_TIMER_TYPE, CHANNEL_ANY, NULL },
	[RESULT] = { "app's result", STIMULUS_MESSAGE, MESSAGE_ACTIVATION_RESULT, OUT_OF_BAND,
		     NULL },
	[PROMPTED] = { "key prompt", STIMULUS_MESSAGE, MESSAGE_KEY_PROMPT, OUT_OF_BAND, NULL },
	[LATE] = { "patience is over", STIMULUS_TIMER, USER_TIMER_PATIENCE, CHANNEL_ANY, NULL },
	[AGAIN] = { "time to try again", STIMULUS_TIMER, USER_TIMER_PAUSE, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "user",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << FINISHED,
	.unexpected = FINISHED,
	.renews = true,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct user),
};
static const struct machine *const machines[] = { &machine };
static const char *const tables[USER_TABLES] = { [USER_TABLE_WORK] = "work" };

const struct actor_class user_actor = { .name = "user",
					.machines = machines,
					.machines_count = 1,
					.tables = tables,
					.tables_count = USER_TABLES };
