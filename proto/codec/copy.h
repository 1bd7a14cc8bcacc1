/* copy.h - moves values between plain structs and protobuf-c's, by shape. Checks only its own side.
 */
#ifndef PROTO_CODEC_COPY_H
#define PROTO_CODEC_COPY_H

#include "proto/codec/arena.h"
#include "proto/codec/shape.h"

/* Build the protobuf-c message of a plain struct in the arena; it borrows strings and bytes from
 * plain. A size or count beyond its array, or an arena too small, is a bug of ours and aborts. */
ProtobufCMessage *copy_to_wire(const struct shape *shape, const void *plain, struct arena *a);

/* Fill a zeroed plain struct from a message that scan_message has accepted. Everything is copied;
 * FIELD_VIEW is left to the caller, who knows where the unit is. */
void copy_from_wire(const struct shape *shape, const ProtobufCMessage *wire, void *plain);

/* Bytes of the plain struct from its beginning to the end of its last field. */
size_t copy_extent(const struct shape *shape);

#endif
