/* patch.h - one field of a message unit, read and replaced in its bytes, whatever the message's own
 * rules say of it: how a unit is made that no honest end would make.
 *
 * A path names a field as its protobuf definition does: "uid"; "addresses[2]", the second item of a
 * repeated one; "settings[1].value", a field of an item; "body.salt", a field of the SetupBody
 * whose bytes a SecureChannelSetup carries. A number's value is its decimal text, everything else
 * its bytes.
 */
#ifndef PROTO_CODEC_PATCH_H
#define PROTO_CODEC_PATCH_H

#include "proto/message.h"

struct patch {
	const char *path;
	const struct bytes *value; /* NULL: the field goes. Borrowed */
};
/* Append the unit to out, with one field as p says: replaced where it stands (a repeated one
 * without a number: by this one item), else added before the next higher field; sizes in front of
 * it are mended, all other bytes stay. False, and nothing appended, when the unit is of no type or
 * is not protobuf up to there, has no such field, a value is no number where one is wanted, an item
 * would stand behind a gap, or there is nothing to delete. */
bool message_patch(struct bytes unit, const struct patch *p, struct buffer *out);
/* Append what stands in a field; of a repeated one its first item. False, and nothing appended,
 * when there is none. */
bool message_part(struct bytes unit, const char *path, struct buffer *out);
/* Whether messages of this type have such a field; *number: whether its value is a decimal text. */
bool message_has_part(enum message_type type, const char *path, bool *number);
/* Whether text is a decimal number that fits 64 bits, with or without a minus in front. */
bool message_number_is_good(struct bytes text);

#endif
