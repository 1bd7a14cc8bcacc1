/* message.h - the wire messages of the flows as plain structs, and their bytes.
 *
 * A message unit is a 2-byte big-endian type and a protobuf body. Decoding bounds everything before
 * it parses: size, nesting, UTF-8, control characters, exact lengths, no missing, duplicate or
 * trailing fields. This is the only door to the generated protobuf types.
 */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include "proto/bytes.h"

enum {
	UID_MAX = 254,        /* bytes of an e-mail address; at least 3 */
	APP_MAX = 128,        /* bytes of an entitlement identifier, "com.example.notes" */
	ACCESS_KEY_SIZE = 15, /* [a-z0-9] */
	TYPED_KEY_MAX = 32,   /* as typed: hyphens, any case */
	CID_SIZE = 16,
	UEM_ID_SIZE = 32,
	VERIFIER_SIZE = 32,
	NONCE_SIZE = 32,
	SALT_SIZE = 32,
	MASTER_KEY_SIZE = 32,
	POINT_MAX = 133,  /* uncompressed P-521 */
	MAC_MAX = 64,
	TOKEN_MAX = 1024,
	HASH_SIZE = 32,   /* SHA-256 */
	SEALED_MAX = 4096,
	BODY_MAX = 2048,
	ADDRESS_MAX = 64, /* "relay.noc.example:443" */
	ADDRESSES_MAX = 4,
	PROXIES_MAX = 4,
	SETTINGS_MAX = 8,
	APPS_MAX = 4,
	VERSION_MAX = 16, /* bytes of an app's version, "1.0.0" */
	VERSIONS_MAX = 4,
	CARRIED_MAX = 17 * 1024, /* payload of a relayed message */
	UNIT_MAX = 32 * 1024,    /* bytes of a whole message unit */
};

enum message_type {
	MESSAGE_NONE,
	/* answers, on any channel */
	MESSAGE_DONE, MESSAGE_REFUSED,
	/* console, self_service */
	MESSAGE_ASSIGN_APPS, MESSAGE_GENERATE_KEY, MESSAGE_GENERATED_KEY,
	/* out_of_band */
	MESSAGE_APP_ASSIGNED, MESSAGE_ACCESS_KEY_MAIL, MESSAGE_INSTALL_APP, MESSAGE_TYPED_KEY,
	/* handover */
	MESSAGE_LAUNCH_APP, MESSAGE_KEY_WANTED, MESSAGE_KEY_HANDOVER, MESSAGE_ROUTE_WANTED,
	MESSAGE_ROUTE_READY, MESSAGE_ROUTE_FAILED,
	/* key registry */
	MESSAGE_REGISTER_KEY,
	/* signalling, signal_session, scp_link */
	MESSAGE_TUNNEL_REQUEST, MESSAGE_TUNNEL_GRANTED, MESSAGE_CONNECTION_REQUEST,
	MESSAGE_CONNECTION_GRANTED, MESSAGE_SIGNAL_DATA, MESSAGE_RELAYED_SIGNAL,
	MESSAGE_TUNNEL_PROPOSAL, MESSAGE_TUNNEL_PARAMETERS, MESSAGE_DATAGRAM,
	MESSAGE_RELAYED_DATAGRAM,
	/* key_request */
	MESSAGE_SEALED_KEY_REQUEST, MESSAGE_SEALED_KEY_REPLY, MESSAGE_KEY_REQUEST, MESSAGE_KEY_REPLY,
	/* noc_session, noc_link, proxy_uem, uem_reply */
	MESSAGE_ACTIVATION_REQUEST, MESSAGE_NOC_PROVISIONING, MESSAGE_SECURE_CHANNEL_SETUP,
	MESSAGE_SETUP_BODY, MESSAGE_REPLY_WANTED, MESSAGE_SECURE_CHANNEL_RESPONSE,
	MESSAGE_PROVISIONING_REQUEST, MESSAGE_PROVISIONING_WISH, MESSAGE_PROVISIONING_DATA,
	MESSAGE_PROVISIONING,
	/* out_of_band: what people are told and ask for; then console and key registry */
	MESSAGE_ACTIVATION_RESULT, MESSAGE_KEY_PROMPT, MESSAGE_KEY_ASKED,
	MESSAGE_REVOKE_KEY, MESSAGE_UNLOCK_USER,
	/* handover; then scp_link, noc_link, proxy_uem */
	MESSAGE_ROUTE_RELEASED, MESSAGE_HEARTBEAT, MESSAGE_HEARTBEAT_SEEN,
	MESSAGE_CONNECTION_ENDED,
	MESSAGE_TYPES
};

/* A short byte string inside a message; `size` bytes of data are meaningful. */
struct point { uint8_t data[POINT_MAX]; uint8_t size; };
struct mac { uint8_t data[MAC_MAX]; uint8_t size; };
struct token { uint8_t data[TOKEN_MAX]; uint16_t size; };

struct refused { int32_t result; };               /* vendor result code, FACTS 1.3: -101, -102, ... */
struct assign_apps {
	char   uid[UID_MAX + 1];
	size_t apps_count;
	char   apps[APPS_MAX][APP_MAX + 1];
	size_t versions_count; /* of the app, that the user may run */
	char   versions[VERSIONS_MAX][VERSION_MAX + 1];
};
struct generate_key { char uid[UID_MAX + 1]; };
struct generated_key { char uid[UID_MAX + 1]; char key[TYPED_KEY_MAX + 1]; int64_t expiry_s; };
struct app_assigned { char uid[UID_MAX + 1]; char app[APP_MAX + 1]; };
struct access_key_mail { char uid[UID_MAX + 1]; char key[TYPED_KEY_MAX + 1]; int64_t expiry_s; };
struct install_app { char uid[UID_MAX + 1]; char app[APP_MAX + 1]; };
struct typed_key { char uid[UID_MAX + 1]; char key[TYPED_KEY_MAX + 1]; };
struct launch_app { char uid[UID_MAX + 1]; char app[APP_MAX + 1]; };
struct key_wanted { char uid[UID_MAX + 1]; char app[APP_MAX + 1]; uint8_t nonce[NONCE_SIZE]; };
struct key_handover { char uid[UID_MAX + 1]; uint8_t nonce[NONCE_SIZE]; char key[ACCESS_KEY_SIZE + 1]; };
struct route_wanted { char app[APP_MAX + 1]; };
struct register_key {
	uint8_t stored[VERIFIER_SIZE]; /* s */
	char    uid[UID_MAX + 1];
	int64_t expiry_s;
	uint8_t uem[UEM_ID_SIZE];
};
struct tunnel_request { char device[APP_MAX + 1]; };
struct tunnel_granted { uint32_t association; };
struct connection_request { uint32_t association; char device[APP_MAX + 1]; };
struct connection_granted { uint32_t association; };
/* SignalData, RelayedSignal, Datagram, RelayedDatagram; payload is borrowed from the unit. */
struct carried { uint32_t association; struct bytes payload; };
struct tunnel_proposal { uint32_t mtu; uint32_t version; };   /* version: 0xfefd = DTLS 1.2 */
struct tunnel_parameters { uint32_t association; uint32_t mtu; uint32_t version; };
struct sealed_key_request {
	char     app[APP_MAX + 1];
	uint8_t  iv[12];
	uint16_t sealed_size;
	uint8_t  sealed[SEALED_MAX];
	char     instance[APP_MAX + 1]; /* the device it runs on */
};
struct sealed_key_reply { uint8_t iv[12]; uint16_t sealed_size; uint8_t sealed[SEALED_MAX]; };
struct key_request { char uid[UID_MAX + 1]; char app[APP_MAX + 1]; uint8_t nonce[NONCE_SIZE]; };
struct key_reply { uint8_t nonce[NONCE_SIZE]; char key[ACCESS_KEY_SIZE + 1]; };
struct activation_request { char uid[UID_MAX + 1]; char app[APP_MAX + 1]; uint8_t cid[CID_SIZE]; uint8_t verifier[VERIFIER_SIZE]; };
struct noc_provisioning {
	uint8_t      master_link_key[MASTER_KEY_SIZE];
	uint8_t      uem[UEM_ID_SIZE];
	size_t       addresses_count;
	char         addresses[ADDRESSES_MAX][ADDRESS_MAX + 1];
	struct token token;
};
/* M1. body is the exact wire bytes of a SetupBody (its protobuf bytes, without the unit's type). */
struct secure_channel_setup { uint16_t body_size; uint8_t body[BODY_MAX]; struct mac tag1; };
struct setup_body { char uid[UID_MAX + 1]; struct point public_a; uint8_t salt[SALT_SIZE]; struct token token; };
struct reply_wanted { uint8_t setup_hash[HASH_SIZE]; };
/* M2 */
struct secure_channel_response { struct point public_b; struct mac tag2; };
/* M3: sealed = AES-256-GCM of a ProvisioningWish unit */
struct provisioning_request { uint8_t setup_hash[HASH_SIZE]; uint16_t sealed_size; uint8_t sealed[SEALED_MAX]; };
struct provisioning_wish { char app[APP_MAX + 1]; char instance[APP_MAX + 1]; char version[VERSION_MAX + 1]; };
/* M4: sealed = AES-256-GCM of a Provisioning unit */
struct provisioning_data { uint16_t sealed_size; uint8_t sealed[SEALED_MAX]; };
struct app_setting { char name[ADDRESS_MAX + 1]; char value[APP_MAX + 1]; };
struct provisioning {
	uint8_t            master_session_key[MASTER_KEY_SIZE];
	size_t             settings_count;
	struct app_setting settings[SETTINGS_MAX];
	size_t             proxies_count;
	char               proxies[PROXIES_MAX][ADDRESS_MAX + 1];
};
struct activation_result { char app[APP_MAX + 1]; int32_t result; }; /* 0, or FACTS 1.3 */
struct key_prompt { char app[APP_MAX + 1]; };
struct key_asked { char uid[UID_MAX + 1]; };
struct revoke_key { char uid[UID_MAX + 1]; };
struct unlock_user { char uid[UID_MAX + 1]; };
struct route_released { char app[APP_MAX + 1]; };
struct connection_ended { uint32_t association; };

struct message {
	enum message_type type;
	union {
		struct refused refused;
		struct assign_apps assign_apps;
		struct generate_key generate_key;
		struct generated_key generated_key;
		struct app_assigned app_assigned;
		struct access_key_mail access_key_mail;
		struct install_app install_app;
		struct typed_key typed_key;
		struct launch_app launch_app;
		struct key_wanted key_wanted;
		struct key_handover key_handover;
		struct route_wanted route_wanted;
		struct register_key register_key;
		struct tunnel_request tunnel_request;
		struct tunnel_granted tunnel_granted;
		struct connection_request connection_request;
		struct connection_granted connection_granted;
		struct carried carried; /* SignalData, RelayedSignal, Datagram, RelayedDatagram */
		struct tunnel_proposal tunnel_proposal;
		struct tunnel_parameters tunnel_parameters;
		struct sealed_key_request sealed_key_request;
		struct sealed_key_reply sealed_key_reply;
		struct key_request key_request;
		struct key_reply key_reply;
		struct activation_request activation_request;
		struct noc_provisioning noc_provisioning;
		struct secure_channel_setup secure_channel_setup;
		struct setup_body setup_body;
		struct reply_wanted reply_wanted;
		struct secure_channel_response secure_channel_response;
		struct provisioning_request provisioning_request;
		struct provisioning_wish provisioning_wish;
		struct provisioning_data provisioning_data;
		struct provisioning provisioning;
		struct activation_result activation_result;
		struct key_prompt key_prompt;
		struct key_asked key_asked;
		struct revoke_key revoke_key;
		struct unlock_user unlock_user;
		struct route_released route_released;
		struct connection_ended connection_ended;
	} as;
};

enum message_error {
	MESSAGE_OK,
	MESSAGE_SIZE,    /* shorter than a type, or longer than UNIT_MAX */
	MESSAGE_UNKNOWN, /* no such type */
	MESSAGE_DEPTH,   /* nested deeper than any message of ours */
	MESSAGE_WIRE,    /* not protobuf: truncated, overlong varint, wrong wire type, group, length */
	MESSAGE_FIELD,   /* missing, duplicate, unknown or out of range */
	MESSAGE_STRING,  /* not UTF-8, or with NUL, CR, LF or another control character */
	MESSAGE_ERRORS
};

/* Append the unit of m to out. A message that is not whole is a bug of ours and aborts. */
void message_encode(const struct message *m, struct buffer *out);
/* Whether every field that m must have is there, each within its bounds. */
bool message_is_whole(const struct message *m);
/* Append the unit of a message in which every required field stands with nothing in it: numbers 0, bytes
 * of a fixed size zero, texts empty. Most types have a field that must not be so: then it is no message. */
void message_encode_blank(enum message_type type, struct buffer *out);
/* Decode a unit. On an error *m is empty (MESSAGE_NONE). */
enum message_error message_decode(struct bytes unit, struct message *m);
/* The type in a unit's first two bytes, without decoding; MESSAGE_NONE when there is none. */
enum message_type message_peek(struct bytes unit);
/* Only the protobuf body of a SetupBody: what M1 carries and tag1 covers. */
void               setup_body_encode(const struct setup_body *b, struct buffer *out);
enum message_error setup_body_decode(struct bytes body, struct setup_body *out);

/* "SecureChannelSetup"; "" for MESSAGE_NONE. */
const char       *message_name(enum message_type type);
enum message_type message_type_of_name(const char *name); /* MESSAGE_NONE when there is none */
/* "missing, duplicate, unknown or out-of-range field", ... */
const char *message_error_text(enum message_error e);
/* The bytes of a field by its protobuf name ("salt"); for a SecureChannelSetup also the fields of its
 * body. False when the message has no such field or it is empty. Borrowed from m or a static buffer. */
bool message_field(const struct message *m, const char *field, struct bytes *value);
/* Put a text into a field by its protobuf name; of a repeated one, its only item from then on. False,
 * and nothing changed, when it is no text field or would not be one: too short, too long, or not UTF-8
 * without control characters. */
bool message_set_text(struct message *m, const char *field, const char *text);
/* The name of the index-th field, from 0, that m must have and that is empty; NULL past the last. Only
 * of fields whose emptiness can be told: texts, and bytes of no fixed number. */
const char *message_lacks(const struct message *m, size_t index);
/* Whether messages of this type have such a field at all. */
bool message_has_field(enum message_type type, const char *field);
/* What a field is, for whoever shows it. */
enum message_form { MESSAGE_FORM_TEXT, MESSAGE_FORM_SIGNED, MESSAGE_FORM_UNSIGNED, MESSAGE_FORM_BYTES };
/* The protobuf name of the index-th field of a message of this type, from 0, those of its body (message_field)
 * behind its own; NULL past the last. form: receives what it is; a number is in this machine's order. */
const char *message_field_name(enum message_type type, size_t index, enum message_form *form);
/* Wipe a message that held secrets. */
void message_cleanse(struct message *m);

#endif
