/* shapes_activation.c - shapes of the access key request, the activation and the secure channel.
 *
 * Tables only; as in shapes_console.c. Points, MACs and tokens are held to their arrays here;
 * whether their sizes fit the cryptographic suite is a named check of the actor that uses them.
 */
#include "proto/codec/knox.pb-c.h"
#include "proto/codec/shape.h"

/* clang-format off */
static const struct field sealed_key_request_fields[] = {
	TEXT(sealed_key_request, app, 1),
	FIXED(sealed_key_request, iv),
	SIZED(sealed_key_request, sealed, sealed_size),
	TEXT(sealed_key_request, instance, 1),
};
static const struct field sealed_key_reply_fields[] = {
	FIXED(sealed_key_reply, iv),
	SIZED(sealed_key_reply, sealed, sealed_size),
};
static const struct field key_request_fields[] = {
	TEXT(key_request, uid, UID_MIN),
	TEXT(key_request, app, 1),
	FIXED(key_request, nonce),
};
static const struct field key_reply_fields[] = {
	FIXED(key_reply, nonce),
	TEXT(key_reply, key, ACCESS_KEY_SIZE),
};
static const struct field activation_request_fields[] = {
	TEXT(activation_request, uid, UID_MIN),
	TEXT(activation_request, app, 1),
	FIXED(activation_request, cid),
	FIXED(activation_request, verifier),
};
static const struct field noc_provisioning_fields[] = {
	FIXED(noc_provisioning, master_link_key),
	FIXED(noc_provisioning, uem),
	TEXTS(noc_provisioning, addresses, 1),
	SIZED(noc_provisioning, token.data, token.size),
};
static const struct field secure_channel_setup_fields[] = {
	SIZED(secure_channel_setup, body, body_size),
	SIZED(secure_channel_setup, tag1.data, tag1.size),
};
static const struct field setup_body_fields[] = {
	TEXT(setup_body, uid, UID_MIN),
	SIZED(setup_body, public_a.data, public_a.size),
	FIXED(setup_body, salt),
	SIZED(setup_body, token.data, token.size),
};
static const struct field reply_wanted_fields[] = {
	FIXED(reply_wanted, setup_hash),
};
static const struct field secure_channel_response_fields[] = {
	SIZED(secure_channel_response, public_b.data, public_b.size),
	SIZED(secure_channel_response, tag2.data, tag2.size),
};
static const struct field provisioning_request_fields[] = {
	FIXED(provisioning_request, setup_hash),
	SIZED(provisioning_request, sealed, sealed_size),
};
static const struct field provisioning_wish_fields[] = {
	TEXT(provisioning_wish, app, 1),
	TEXT(provisioning_wish, instance, 1),
	TEXT(provisioning_wish, version, 1),
};
static const struct field provisioning_data_fields[] = {
	SIZED(provisioning_data, sealed, sealed_size),
};
static const struct field app_setting_fields[] = {
	TEXT(app_setting, name, 1),
	TEXT(app_setting, value, 0),
};
static const struct shape app_setting_shape = {
	SHAPE(MESSAGE_NONE, app_setting), FIELDS(app_setting_fields),
};
static const struct field provisioning_fields[] = {
	FIXED(provisioning, master_session_key),
	NESTED(provisioning, settings, &app_setting_shape),
	TEXTS(provisioning, proxies, 1),
};

static const struct shape list[] = {
	{ SHAPE(MESSAGE_SEALED_KEY_REQUEST, sealed_key_request), FIELDS(sealed_key_request_fields) },
	{ SHAPE(MESSAGE_SEALED_KEY_REPLY, sealed_key_reply), FIELDS(sealed_key_reply_fields) },
	{ SHAPE(MESSAGE_KEY_REQUEST, key_request), FIELDS(key_request_fields) },
	{ SHAPE(MESSAGE_KEY_REPLY, key_reply), FIELDS(key_reply_fields) },
	{ SHAPE(MESSAGE_ACTIVATION_REQUEST, activation_request), FIELDS(activation_request_fields) },
	{ SHAPE(MESSAGE_NOC_PROVISIONING, noc_provisioning), FIELDS(noc_provisioning_fields) },
	{ SHAPE(MESSAGE_SECURE_CHANNEL_SETUP, secure_channel_setup), FIELDS(secure_channel_setup_fields) },
	{ SHAPE(MESSAGE_SETUP_BODY, setup_body), FIELDS(setup_body_fields) },
	{ SHAPE(MESSAGE_REPLY_WANTED, reply_wanted), FIELDS(reply_wanted_fields) },
	{ SHAPE(MESSAGE_SECURE_CHANNEL_RESPONSE, secure_channel_response),
	  FIELDS(secure_channel_response_fields) },
	{ SHAPE(MESSAGE_PROVISIONING_REQUEST, provisioning_request), FIELDS(provisioning_request_fields) },
	{ SHAPE(MESSAGE_PROVISIONING_WISH, provisioning_wish), FIELDS(provisioning_wish_fields) },
	{ SHAPE(MESSAGE_PROVISIONING_DATA, provisioning_data), FIELDS(provisioning_data_fields) },
	{ SHAPE(MESSAGE_PROVISIONING, provisioning), FIELDS(provisioning_fields) },
};
/* clang-format on */

const struct shapes shapes_activation = { list, sizeof list / sizeof *list };
