/* record_pack.h - a record's protobuf bytes, written at once. Inside proto/codec only. */
#ifndef PROTO_CODEC_RECORD_PACK_H
#define PROTO_CODEC_RECORD_PACK_H

#include "proto/record.h"

/* Append the bytes of r: fields in the order of their numbers in trace.proto, each in its shortest
 * form, empty ones left out where the field is optional. It judges nothing. */
void record_pack(const struct record *r, struct buffer *out);

#endif
