/* typing.c - slips are made at the first character, so that they are the same in every run. */
#include "sim/adversary/typing.h"

#include <ctype.h>
#include <string.h>

const char *const typing_words[TYPINGS + 1] = { [TYPING_UPPER] = "upper",
						[TYPING_BARE] = "bare",
						[TYPING_WRONG] = "wrong",
						[TYPING_SHORT] = "short" };

static void in_capitals(char *text)
{
	for (; *text; text++)
		*text = (char)toupper((unsigned char)*text);
}

static void without_hyphens(char *text)
{
	char *to = text;
	for (; *text; text++)
		if (*text != '-')
			*to++ = *text;
	*to = 0;
}

const char *typing_of(const struct message *m, const char *field, enum typing typing, char *room,
		      size_t size)
{
	struct bytes value;
	if (!message_field(m, field, &value) || value.size == 0 || value.size >= size)
		return NULL;
	memcpy(room, value.data, value.size);
	room[value.size] = 0;
	switch (typing) {
	case TYPING_UPPER:
		in_capitals(room);
		break;
	case TYPING_BARE:
		without_hyphens(room);
		break;
	case TYPING_WRONG: /* another letter of the same alphabet: well formed, and not the key */
		room[0] = room[0] == 'a' ? 'b' : 'a';
		break;
	case TYPING_SHORT:
		room[value.size - 1] = 0;
		break;
	case TYPINGS:
		break;
	}
	return room;
}
