/* schema_scalar.c - what a scalar's text means where a table wants a certain kind of value.
 *
 * A plain `no` is text where text is wanted: nothing is resolved before its kind is known.
 */
#include "sim/yaml/schema_scalar.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "sim/utf8.h"
#include "sim/yaml/value.h"

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != 0 && strchr("_.-", c));
}

bool schema_is_name(const char *text)
{
	size_t size = 0;
	for (; is_name_character(text[size]); size++)
		if (size == SCHEMA_NAME_MAX)
			return false;
	return size > 0 && text[size] == 0 && !strchr("_.-", *text);
}

bool schema_is_path(const char *text)
{
	char name[SCHEMA_NAME_MAX + 1];
	size_t size = 0;
	for (; *text && size < SCHEMA_NAME_MAX; text++) {
		size_t digits = *text == '[' ? strspn(text + 1, "0123456789") : 0;
		if (digits > 0 && text[1] != '0' && text[1 + digits] == ']')
			text += digits + 1; /* on its last character */
		else
			name[size++] = *text;
	}
	name[size] = 0;
	return !*text && schema_is_name(name);
}

bool schema_is_instance(const char *text)
{
	char name[SCHEMA_NAME_MAX + 2];
	const char *at = strchr(text, '@');
	if (!at)
		return schema_is_name(text);
	size_t size = (size_t)(at - text), digits = strspn(at + 1, "0123456789");
	if (size > SCHEMA_NAME_MAX || digits == 0 || digits > 9 || at[1] == '0' || at[1 + digits])
		return false;
	memcpy(name, text, size);
	name[size] = 0;
	return schema_is_name(name);
}

static const char *check_name(const char *text)
{
	return schema_is_name(text) ? NULL : "is not a name";
}

static const char *check_text(const char *text)
{
	size_t size = strnlen(text, SCHEMA_TEXT_MAX + 1);
	if (size > SCHEMA_TEXT_MAX)
		return "is too long";
	for (size_t i = 0; i < size;) {
		uint32_t code = 0;
		size_t length = utf8_decode(text + i, size - i, &code);
		if (length == 0 || utf8_is_control(code))
			return "has a control character";
		i += length;
	}
	return NULL;
}

/* Segments of name characters, none of which begins with a dot: so no "..", no root, no backslash.
 */
static const char *check_path(const char *text)
{
	if (*text == '/')
		return "is absolute";
	if (strnlen(text, SCHEMA_PATH_MAX + 1) > SCHEMA_PATH_MAX)
		return "is too long";
	bool begins = true;
	for (; *text; text++) {
		if (begins && text[0] == '.' && text[1] == '.')
			return "leaves its folder";
		if (begins ? !is_name_character(*text) || *text == '.'
			   : *text != '/' && !is_name_character(*text))
			return "is not a path of names";
		begins = *text == '/';
	}
	return begins ? "is not a path of names" : NULL;
}

/* The value of a kind that is a number; *wrong when it is none. Doubles come in *probability. */
static const char *read_number(const struct schema *s, const struct tree_node *node, int64_t *value,
			       double *probability)
{
	uint32_t ip = 0;
	const char *wrong = NULL;
	switch (s->kind) {
	case SCHEMA_INTEGER:
		return node->style == TREE_PLAIN ? value_integer(node->text, value) : "is a string";
	case SCHEMA_UNSIGNED:
		return node->style == TREE_PLAIN ? value_unsigned(node->text, (uint64_t *)value)
						 : "is a string";
	case SCHEMA_DURATION:
		return value_duration(node->text, value);
	case SCHEMA_SIZE:
		return value_size(node->text, value);
	case SCHEMA_RATE:
		return value_rate(node->text, value);
	case SCHEMA_PROBABILITY:
		return value_probability(node->text, probability);
	default:
		assert(s->kind == SCHEMA_ADDRESS);
		wrong = value_address(node->text, &ip);
		*value = ip;
		return wrong;
	}
}

static bool has_range(const struct schema *s)
{
	return s->kind == SCHEMA_INTEGER || s->kind == SCHEMA_DURATION || s->kind == SCHEMA_SIZE;
}

static void store(const struct schema *s, const void *value, void *target)
{
	if (target && s->size > 0)
		memcpy((char *)target + s->offset, value, s->size);
}

/* Store a whole number in a member of 2, 4 or 8 bytes. */
static void store_number(const struct schema *s, int64_t value, void *target)
{
	uint16_t narrow = (uint16_t)value;
	uint32_t middle = (uint32_t)value;
	if (s->size == sizeof narrow)
		store(s, &narrow, target);
	else if (s->size == sizeof middle)
		store(s, &middle, target);
	else
		store(s, &value, target);
}

static const char *read_and_store_number(const struct schema *s, const struct tree_node *node,
					 void *target)
{
	int64_t value = 0;
	double probability = 0;
	const char *wrong = read_number(s, node, &value, &probability);
	if (wrong)
		return wrong;
	if (has_range(s) && (value < s->least || value > s->most))
		return "is out of range";
	if (s->kind == SCHEMA_PROBABILITY)
		store(s, &probability, target);
	else
		store_number(s, value, target);
	return NULL;
}

static const char *read_word(const struct schema *s, const char *text, void *target)
{
	for (int i = 0; s->words[i]; i++)
		if (strcmp(s->words[i], text) == 0) {
			if (s->kind == SCHEMA_WORD)
				store(s, &i, target);
			return NULL;
		}
	return "";
}

static const char *read_flag(const struct schema *s, const struct tree_node *node, void *target)
{
	bool yes = strcmp(node->text, "true") == 0;
	if (node->style != TREE_PLAIN || (!yes && strcmp(node->text, "false") != 0))
		return "";
	store(s, &yes, target);
	return NULL;
}

const char *schema_read_scalar(const struct schema *s, const struct tree_node *node, void *target)
{
	if (s->kind == SCHEMA_STORY)
		return node->style == TREE_LITERAL ? NULL : "";
	if (!*node->text)
		return "has no value";
	switch (s->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_SCALAR:
		return check_text(node->text);
	case SCHEMA_NAME:
		return check_name(node->text);
	case SCHEMA_PATH:
		return check_path(node->text);
	case SCHEMA_LIST:
	case SCHEMA_WORD:
		return read_word(s, node->text, target);
	case SCHEMA_FLAG:
		return read_flag(s, node, target);
	default:
		return read_and_store_number(s, node, target);
	}
}

static const char *expected_words(const struct schema *s, const char *before,
				  char out[SCHEMA_EXPECTED_MAX])
{
	size_t used = (size_t)snprintf(out, SCHEMA_EXPECTED_MAX, "%s", before);
	for (size_t i = 0; s->words[i] && used < SCHEMA_EXPECTED_MAX; i++)
		used += (size_t)snprintf(out + used, SCHEMA_EXPECTED_MAX - used, "%s%s",
					 i > 0 ? ", " : "", s->words[i]);
	return out;
}

static const char *expected_forms(const struct schema *s, char out[SCHEMA_EXPECTED_MAX])
{
	size_t used = 0;
	for (const struct schema *f = s->fields; f->text && used < SCHEMA_EXPECTED_MAX; f++) {
		char form[SCHEMA_EXPECTED_MAX];
		used += (size_t)snprintf(out + used, SCHEMA_EXPECTED_MAX - used, "%s%s",
					 used > 0 ? " or " : "", schema_expected(f, form));
	}
	return out;
}

static const char *expected_range(const struct schema *s, char out[SCHEMA_EXPECTED_MAX])
{
	char low[VALUE_SHOWN_MAX], high[VALUE_SHOWN_MAX];
	if (s->kind == SCHEMA_DURATION)
		snprintf(out, SCHEMA_EXPECTED_MAX,
			 "a duration from %s to %s (ns, us, ms, s, min, h)",
			 value_show_duration(s->least, low), value_show_duration(s->most, high));
	else if (s->kind == SCHEMA_SIZE)
		snprintf(out, SCHEMA_EXPECTED_MAX, "a size from %s to %s (B, KiB, MiB, GiB)",
			 value_show_size(s->least, low), value_show_size(s->most, high));
	else
		snprintf(out, SCHEMA_EXPECTED_MAX, "an integer from %" PRId64 " to %" PRId64,
			 s->least, s->most);
	return out;
}

const char *schema_expected(const struct schema *s, char out[SCHEMA_EXPECTED_MAX])
{
	static const char *const phrases[SCHEMA_KINDS] = {
		[SCHEMA_TEXT] = "one line of text",
		[SCHEMA_SCALAR] = "one line of text or a number",
		[SCHEMA_STORY] = "a literal block (|)",
		[SCHEMA_VALUE] = "a value",
		[SCHEMA_NAME] = "a name (letters, digits, _ . -)",
		[SCHEMA_PATH] = "a path below the scenarios folder",
		[SCHEMA_LIST] = "a sequence",
		[SCHEMA_MAP] = "a mapping",
		[SCHEMA_GROUP] = "a mapping",
		[SCHEMA_FLAG] = "true or false",
		[SCHEMA_UNSIGNED] = "an integer from 0 to 18446744073709551615",
		[SCHEMA_RATE] = "a rate (bit/s, kbit/s, Mbit/s, Gbit/s) or unlimited",
		[SCHEMA_PROBABILITY] = "a probability from 0% to 100%, or from 0 to 1",
		[SCHEMA_ADDRESS] = "an IPv4 address",
	};
	if (has_range(s))
		return expected_range(s, out);
	if (s->kind == SCHEMA_EITHER)
		return expected_forms(s, out);
	if (s->words)
		return expected_words(s, s->kind == SCHEMA_LIST ? "a sequence or " : "one of ",
				      out);
	snprintf(out, SCHEMA_EXPECTED_MAX, "%s", phrases[s->kind]);
	return out;
}
