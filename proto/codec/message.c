/* message.c - message units: a type and the protobuf bytes of a plain struct. Not the rules of any
 * message: those are the shapes; what holds bytes to them is scan.c, what moves values is copy.c.
 */
#include "proto/message.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/codec/copy.h"
#include "proto/codec/knox.pb-c.h"
#include "proto/codec/scan.h"

enum {
	TYPE_SIZE = 2,            /* bytes of a unit before its body */
	ENCODE_BUDGET = 4 * 1024, /* bytes: one generated struct, its lists and its parts */
	DECODE_BUDGET =
		64 * 1024, /* bytes: those, and a copy of a whole unit with slack for alignment */
};

/* The numbers on the wire are those of knox.proto; ours follow the same order. */
_Static_assert((int)KNOX__TYPE__DONE == (int)MESSAGE_DONE, "first type");
_Static_assert((int)KNOX__TYPE__REGISTER_KEY == (int)MESSAGE_REGISTER_KEY, "last of console");
_Static_assert((int)KNOX__TYPE__RELAYED_DATAGRAM == (int)MESSAGE_RELAYED_DATAGRAM,
	       "last of tunnel");
_Static_assert((int)KNOX__TYPE__PROVISIONING == (int)MESSAGE_PROVISIONING, "last of activation");
_Static_assert((int)KNOX__TYPE__CONNECTION_ENDED == (int)MESSAGE_CONNECTION_ENDED, "last type");
_Static_assert((int)MESSAGE_CONNECTION_ENDED + 1 == (int)MESSAGE_TYPES, "no type beyond it");

const struct shape *shape_of(enum message_type type)
{
	static const struct shapes *const topics[] = { &shapes_console, &shapes_signalling,
						       &shapes_activation, &shapes_people,
						       &shapes_links };
	size_t index = (size_t)type - 1;
	if (type <= MESSAGE_NONE || type >= MESSAGE_TYPES)
		return NULL;
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
		if (index < topics[i]->count) {
			assert(topics[i]->list[index].type == type);
			return &topics[i]->list[index];
		}
		index -= topics[i]->count;
	}
	assert(false && "a message type without a shape");
	return NULL;
}

/* Append a body. Whether it is one that we would read, too: one set of rules for both directions.
 */
static bool body_pack(const struct shape *shape, const void *plain, struct buffer *out)
{
	alignas(max_align_t) uint8_t block[ENCODE_BUDGET];
	struct arena arena = { .data = block, .room = sizeof block };
	ProtobufCMessage *wire = copy_to_wire(shape, plain, &arena);
	size_t size = protobuf_c_message_get_packed_size(wire);
	buffer_reserve(out, size + 1); /* + 1: never a NULL to write to */
	size_t packed = protobuf_c_message_pack(wire, out->data + out->size);
	assert(packed == size);
	out->size += size;
	return scan_message(shape, bytes_of(out->data + out->size - size, size), NULL) ==
	       MESSAGE_OK;
}

static void body_encode(const struct shape *shape, const void *plain, struct buffer *out)
{
	bool whole = body_pack(shape, plain, out);
	assert(whole);
}

static enum message_error body_decode(const struct shape *shape, struct bytes body, void *plain)
{
	struct scan_view view;
	enum message_error e = scan_message(shape, body, &view);
	if (e != MESSAGE_OK)
		return e;
	alignas(max_align_t) uint8_t block[DECODE_BUDGET];
	struct arena arena = { .data = block, .room = sizeof block };
	ProtobufCAllocator allocator = arena_allocator(&arena);
	ProtobufCMessage *wire =
		protobuf_c_message_unpack(shape->descriptor, &allocator, body.size, body.data);
	if (wire) {
		copy_from_wire(shape, wire, plain);
		if (view.field)
			memcpy((uint8_t *)plain + view.field->at, &view.span, sizeof view.span);
	}
	OPENSSL_cleanse(block, arena.used);
	return wire ? MESSAGE_OK : MESSAGE_WIRE;
}

void message_encode(const struct message *m, struct buffer *out)
{
	const struct shape *shape = shape_of(m->type);
	assert(shape);
	size_t begin = out->size;
	buffer_append_u16(out, (uint16_t)m->type);
	body_encode(shape, &m->as, out);
	assert(out->size - begin <= UNIT_MAX);
}

void message_encode_blank(enum message_type type, struct buffer *out)
{
	static const struct message blank;
	buffer_append_u16(out, (uint16_t)type);
	body_pack(shape_of(type), &blank.as, out);
}

bool message_is_whole(const struct message *m)
{
	struct buffer body = { 0 };
	bool whole = body_pack(shape_of(m->type), &m->as, &body);
	buffer_cleanse(&body);
	return whole;
}

enum message_error message_decode(struct bytes unit, struct message *m)
{
	memset(m, 0, sizeof *m);
	if (unit.size < TYPE_SIZE || unit.size > UNIT_MAX)
		return MESSAGE_SIZE;
	enum message_type type = message_peek(unit);
	if (type == MESSAGE_NONE)
		return MESSAGE_UNKNOWN;
	struct bytes body = bytes_of(unit.data + TYPE_SIZE, unit.size - TYPE_SIZE);
	enum message_error e = body_decode(shape_of(type), body, &m->as);
	if (e == MESSAGE_OK)
		m->type = type;
	return e;
}

enum message_type message_peek(struct bytes unit)
{
	if (unit.size < TYPE_SIZE)
		return MESSAGE_NONE;
	uint16_t type = read_u16(unit.data);
	return type < MESSAGE_TYPES ? (enum message_type)type : MESSAGE_NONE;
}

void setup_body_encode(const struct setup_body *b, struct buffer *out)
{
	body_encode(shape_of(MESSAGE_SETUP_BODY), b, out);
}

enum message_error setup_body_decode(struct bytes body, struct setup_body *out)
{
	memset(out, 0, sizeof *out);
	if (body.size > BODY_MAX)
		return MESSAGE_SIZE;
	return body_decode(shape_of(MESSAGE_SETUP_BODY), body, out);
}

const char *message_name(enum message_type type)
{
	const struct shape *shape = shape_of(type);
	return shape ? shape->descriptor->short_name : "";
}

enum message_type message_type_of_name(const char *name)
{
	for (enum message_type type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		if (strcmp(message_name(type), name) == 0)
			return type;
	return MESSAGE_NONE;
}

const char *message_error_text(enum message_error e)
{
	static const char *const texts[] = {
		[MESSAGE_OK] = "a message",
		[MESSAGE_SIZE] = "too short for a message, or too long",
		[MESSAGE_UNKNOWN] = "unknown message type",
		[MESSAGE_DEPTH] = "nested deeper than any message",
		[MESSAGE_WIRE] = "truncated, overlong or otherwise not protobuf",
		[MESSAGE_FIELD] = "missing, duplicate, unknown or out-of-range field",
		[MESSAGE_STRING] = "text that is not UTF-8 or holds a control character",
	};
	_Static_assert(sizeof texts / sizeof *texts == MESSAGE_ERRORS, "a text for every error");
	assert((size_t)e < MESSAGE_ERRORS);
	return texts[e];
}

void message_cleanse(struct message *m)
{
	const struct shape *shape = shape_of(m->type);
	OPENSSL_cleanse(m, shape ? offsetof(struct message, as) + copy_extent(shape) : sizeof *m);
}
