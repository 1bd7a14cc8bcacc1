/* shapes_people.c - shapes of what an app tells its user, a user asks an administrator for, and an
 * administrator changes about a user.
 *
 * Tables only; as in shapes_console.c.
 */
#include "proto/codec/knox.pb-c.h"
#include "proto/codec/shape.h"

/* clang-format off */
static const struct field activation_result_fields[] = {
	TEXT(activation_result, app, 1),
	NUMBER(activation_result, result),
};
static const struct field key_prompt_fields[] = {
	TEXT(key_prompt, app, 1),
};
static const struct field key_asked_fields[] = {
	TEXT(key_asked, uid, UID_MIN),
};
static const struct field revoke_key_fields[] = {
	TEXT(revoke_key, uid, UID_MIN),
};
static const struct field unlock_user_fields[] = {
	TEXT(unlock_user, uid, UID_MIN),
};

static const struct shape list[] = {
	{ SHAPE(MESSAGE_ACTIVATION_RESULT, activation_result), FIELDS(activation_result_fields) },
	{ SHAPE(MESSAGE_KEY_PROMPT, key_prompt), FIELDS(key_prompt_fields) },
	{ SHAPE(MESSAGE_KEY_ASKED, key_asked), FIELDS(key_asked_fields) },
	{ SHAPE(MESSAGE_REVOKE_KEY, revoke_key), FIELDS(revoke_key_fields) },
	{ SHAPE(MESSAGE_UNLOCK_USER, unlock_user), FIELDS(unlock_user_fields) },
};
/* clang-format on */

const struct shapes shapes_people = { list, sizeof list / sizeof *list };
