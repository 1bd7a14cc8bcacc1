/* shapes_console.c - shapes of answers, console, out-of-band, handover and key registry messages.
 *
 * Tables only. Rows stand in the order of field numbers in knox.proto; the least size of a text is
 * said in its row, the greatest is that of its array in message.h.
 */
#include "proto/codec/knox.pb-c.h"
#include "proto/codec/shape.h"

/* clang-format off */
static const struct field refused_fields[] = {
	NUMBER(refused, result),
};
static const struct field assign_apps_fields[] = {
	TEXT(assign_apps, uid, UID_MIN),
	TEXTS(assign_apps, apps, 1),
	TEXTS(assign_apps, versions, 1),
};
static const struct field generate_key_fields[] = {
	TEXT(generate_key, uid, UID_MIN),
};
static const struct field generated_key_fields[] = {
	TEXT(generated_key, uid, UID_MIN),
	TEXT(generated_key, key, 1),
	NUMBER(generated_key, expiry_s),
};
static const struct field app_assigned_fields[] = {
	TEXT(app_assigned, uid, UID_MIN),
	TEXT(app_assigned, app, 1),
};
static const struct field access_key_mail_fields[] = {
	TEXT(access_key_mail, uid, UID_MIN),
	TEXT(access_key_mail, key, 1),
	NUMBER(access_key_mail, expiry_s),
};
static const struct field install_app_fields[] = {
	TEXT(install_app, uid, UID_MIN),
	TEXT(install_app, app, 1),
};
static const struct field typed_key_fields[] = {
	TEXT(typed_key, uid, UID_MIN),
	TEXT(typed_key, key, 0), /* a user may type nothing */
};
static const struct field launch_app_fields[] = {
	TEXT(launch_app, uid, UID_MIN),
	TEXT(launch_app, app, 1),
};
static const struct field key_wanted_fields[] = {
	TEXT(key_wanted, uid, UID_MIN),
	TEXT(key_wanted, app, 1),
	FIXED(key_wanted, nonce),
};
static const struct field key_handover_fields[] = {
	TEXT(key_handover, uid, UID_MIN),
	FIXED(key_handover, nonce),
	TEXT(key_handover, key, ACCESS_KEY_SIZE),
};
static const struct field route_wanted_fields[] = {
	TEXT(route_wanted, app, 1),
};
static const struct field register_key_fields[] = {
	FIXED(register_key, stored),
	TEXT(register_key, uid, UID_MIN),
	NUMBER(register_key, expiry_s),
	FIXED(register_key, uem),
};

static const struct shape list[] = {
	{ SHAPE(MESSAGE_DONE, done) },
	{ SHAPE(MESSAGE_REFUSED, refused), FIELDS(refused_fields) },
	{ SHAPE(MESSAGE_ASSIGN_APPS, assign_apps), FIELDS(assign_apps_fields) },
	{ SHAPE(MESSAGE_GENERATE_KEY, generate_key), FIELDS(generate_key_fields) },
	{ SHAPE(MESSAGE_GENERATED_KEY, generated_key), FIELDS(generated_key_fields) },
	{ SHAPE(MESSAGE_APP_ASSIGNED, app_assigned), FIELDS(app_assigned_fields) },
	{ SHAPE(MESSAGE_ACCESS_KEY_MAIL, access_key_mail), FIELDS(access_key_mail_fields) },
	{ SHAPE(MESSAGE_INSTALL_APP, install_app), FIELDS(install_app_fields) },
	{ SHAPE(MESSAGE_TYPED_KEY, typed_key), FIELDS(typed_key_fields) },
	{ SHAPE(MESSAGE_LAUNCH_APP, launch_app), FIELDS(launch_app_fields) },
	{ SHAPE(MESSAGE_KEY_WANTED, key_wanted), FIELDS(key_wanted_fields) },
	{ SHAPE(MESSAGE_KEY_HANDOVER, key_handover), FIELDS(key_handover_fields) },
	{ SHAPE(MESSAGE_ROUTE_WANTED, route_wanted), FIELDS(route_wanted_fields) },
	{ SHAPE(MESSAGE_ROUTE_READY, route_ready) },
	{ SHAPE(MESSAGE_ROUTE_FAILED, route_failed) },
	{ SHAPE(MESSAGE_REGISTER_KEY, register_key), FIELDS(register_key_fields) },
};
/* clang-format on */

const struct shapes shapes_console = { list, sizeof list / sizeof *list };
