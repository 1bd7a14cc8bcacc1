/* forge.c - acts that make another unit of a message: by its fields, by its whole, as a person
 * types. */
#include "sim/adversary/forge.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/codec/patch.h"
#include "sim/adversary/typing.h"

/* The unit becomes what was made; the old one may have held secrets. NULL, or why that is nothing.
 */
static const char *replace(struct utterance *u, struct buffer *made)
{
	if (bytes_equal(bytes_of_buffer(u->bytes), bytes_of_buffer(made)))
		return ACT_SAME;
	buffer_cleanse(u->bytes);
	*u->bytes = *made;
	*made = (struct buffer){ 0 };
	return NULL;
}

/* Make the act's value, and the unit with it. NULL, or why nothing changes. */
static const char *forge(struct hand *h, const struct act *act, struct utterance *u)
{
	struct buffer value = { 0 }, unit = { 0 };
	struct hand_place at = { .actor = (int)(u->heard ? u->to : u->from),
				 .device = u->heard ? u->to_device : u->from_device,
				 .here = bytes_of_buffer(u->bytes) };
	bool deletes = act->kind == ACT_DELETE;
	const char *wrong = deletes ? NULL : hand_make(h, &act->value, &at, &value);
	struct bytes becomes = bytes_of_buffer(&value);
	struct patch patch = { .path = act->text, .value = deletes ? NULL : &becomes };
	if (!wrong && act->kind == ACT_KEEP)
		hand_capture(h, act->text, becomes);
	else if (!wrong && act->kind == ACT_RAW)
		wrong = replace(u, &value);
	else if (!wrong && message_patch(at.here, &patch, &unit))
		wrong = replace(u, &unit);
	else if (!wrong)
		wrong = deletes ? "there is no such field" : "the field does not take it";
	buffer_cleanse(&value);
	buffer_cleanse(&unit);
	return wrong;
}

/* As a person types it: the message stays one. */
static const char *type(const struct act *act, struct utterance *u)
{
	char room[UNIT_MAX];
	struct buffer unit = { 0 };
	struct message m;
	const char *wrong = "no such field, or it does not take that text";
	if (message_decode(bytes_of_buffer(u->bytes), &m) != MESSAGE_OK)
		return "no message";
	const char *text = typing_of(&m, act->text, act->typing, room, sizeof room);
	if (text && message_set_text(&m, act->text, text)) {
		message_encode(&m, &unit);
		wrong = replace(u, &unit);
	}
	OPENSSL_cleanse(room, sizeof room);
	buffer_cleanse(&unit);
	message_cleanse(&m);
	return wrong;
}

const char *forge_unit(struct hand *h, const struct act *act, struct utterance *u,
		       char how[FORGE_WORDS_SIZE])
{
	const char *wrong = act->kind == ACT_TYPE ? type(act, u) : forge(h, act, u);
	if (wrong && strcmp(wrong, VALUE_NO_KEY_FITS) == 0) /* an attempt that fails is one */
		snprintf(how, FORGE_WORDS_SIZE, ACT_TRIED "%s", wrong);
	else if (wrong)
		snprintf(how, FORGE_WORDS_SIZE, ACT_VAIN_CHANGE "%s", wrong);
	else
		snprintf(how, FORGE_WORDS_SIZE, "%s",
			 act->kind == ACT_RAW ? "another unit" : act->text);
	return how;
}
