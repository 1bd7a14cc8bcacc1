/* secrets_text.c - run.secrets as text: one form only, so that reading and writing give the same
 * bytes.
 *
 * Errors name places and never what stands there: it may be part of a secret.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/regular.h"
#include "sim/trace/secrets.h"

enum { COLUMNS = 5 }; /* reference, class, holder, channel, value */

static void append_text(struct buffer *out, const char *text, char after)
{
	buffer_append(out, bytes_of_string(text));
	buffer_append_u8(out, (uint8_t)after);
}

void secrets_format(const struct secrets *s, struct buffer *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < s->count; i++) {
		const struct secret *secret = &s->list[i];
		append_text(out, secret->reference, '\t');
		append_text(out, secret->class, '\t');
		append_text(out, secret->holder, '\t');
		append_text(out, *secret->channel ? secret->channel : SECRETS_NO_CHANNEL, '\t');
		for (size_t n = 0; n < secret->value.size; n++) {
			buffer_append_u8(out, (uint8_t)digits[secret->value.data[n] >> 4]);
			buffer_append_u8(out, (uint8_t)digits[secret->value.data[n] & 15]);
		}
		buffer_append_u8(out, '\n');
	}
}

/* One line in hand. */
struct line {
	const char *file;
	int number;
	struct bytes text; /* without its line feed */
	struct diags *diags;
	struct bytes columns[COLUMNS];
	char names[COLUMNS - 1][SECRETS_NAME_MAX + 1];
	struct secrets *secrets;
};

static bool fault(const struct line *l, const uint8_t *at, const char *text)
{
	diag_add(l->diags, l->file, l->number, (int)(at - l->text.data) + 1, "%s", text);
	return false;
}

static bool split(struct line *l)
{
	const uint8_t *at = l->text.data, *end = at + l->text.size;
	for (size_t i = 0; i < COLUMNS; i++) {
		const uint8_t *tab = memchr(at, '\t', (size_t)(end - at));
		bool last = i == COLUMNS - 1;
		if (last && tab)
			return fault(l, tab, "too many columns, expected 5, actual more");
		if (!last && !tab)
			return fault(l, end,
				     "too few columns, expected 5 separated by tabs, "
				     "actual fewer");
		l->columns[i] = bytes_of(at, (size_t)((last ? end : tab) - at));
		at = last ? end : tab + 1;
	}
	return true;
}

static bool read_names(struct line *l)
{
	for (size_t i = 0; i < COLUMNS - 1; i++) {
		struct bytes c = l->columns[i];
		if (!secrets_name_is_good((const char *)c.data, c.size))
			return fault(l, c.data,
				     "not a name, expected 1 to 128 visible ASCII "
				     "characters, actual others");
		memcpy(l->names[i], c.data, c.size);
		l->names[i][c.size] = '\0';
	}
	if (strchr(l->names[1], '#'))
		return fault(l, l->columns[1].data, "not a class, expected no '#', actual one");
	char *expected = secrets_reference_next(l->secrets, l->names[1]);
	bool same = strcmp(expected, l->names[0]) == 0;
	if (!same)
		diag_add(l->diags, l->file, l->number, 1,
			 "a reference out of sequence, expected %s, actual %s", expected,
			 l->names[0]);
	free(expected);
	return same;
}

static int digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_value(const struct line *l, struct buffer *value)
{
	struct bytes hex = l->columns[COLUMNS - 1];
	if (hex.size == 0 || hex.size % 2 != 0 || hex.size / 2 > SECRETS_VALUE_MAX)
		return fault(l, hex.data,
			     "not a value, expected 1 to 16384 bytes in pairs of hex "
			     "digits, actual another number of digits");
	for (size_t i = 0; i < hex.size; i += 2) {
		int high = digit_of(hex.data[i]), low = digit_of(hex.data[i + 1]);
		if (high < 0 || low < 0)
			return fault(l, hex.data + i + (high >= 0),
				     "not a value, expected 0-9 and a-f, actual another character");
		buffer_append_u8(value, (uint8_t)(high << 4 | low));
	}
	if (secrets_find(l->secrets, l->names[1], bytes_of_buffer(value)))
		return fault(l, hex.data,
			     "listed before, expected each value of a class once, "
			     "actual again");
	return true;
}

static void read_line(struct line *l)
{
	struct buffer value = { 0 };
	if (split(l) && read_names(l) && read_value(l, &value)) {
		const char *channel = l->names[3];
		if (strcmp(channel, SECRETS_NO_CHANNEL) == 0)
			channel = "";
		secrets_add(l->secrets, l->names[1], l->names[2], channel, bytes_of_buffer(&value));
	}
	buffer_cleanse(&value);
}

static void read_lines(const char *file, struct bytes text, struct secrets *s, struct diags *d)
{
	struct line l = { .file = file, .diags = d, .secrets = s };
	while (text.size > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		l.number++;
		l.text = bytes_of(text.data, end ? (size_t)(end - text.data) : text.size);
		if (!end) {
			(void)fault(&l, text.data + text.size,
				    "a line that does not end, expected a "
				    "line feed, actual the end of the file");
			return;
		}
		read_line(&l);
		text = bytes_of(end + 1, text.size - l.text.size - 1);
	}
}

/* The whole file; false, with a diag, when it cannot be read or is too large. */
static bool slurp(const char *file, struct buffer *text, struct diags *d)
{
	enum { CHUNK = 64 * 1024 };
	FILE *in = regular_stream(file, d);
	if (!in)
		return false;
	size_t got = 1;
	while (got > 0 && text->size <= SECRETS_FILE_MAX) {
		buffer_reserve(text, CHUNK);
		got = fread(text->data + text->size, 1, CHUNK, in);
		text->size += got;
	}
	bool broken = ferror(in) != 0;
	if (broken)
		diag_add(d, file, 0, 0, "cannot be read: %s", strerror(errno));
	else if (text->size > SECRETS_FILE_MAX)
		diag_add(d, file, 0, 0, "too large, expected at most %d bytes, actual more",
			 SECRETS_FILE_MAX);
	(void)fclose(in);
	return !broken && text->size <= SECRETS_FILE_MAX;
}

enum err secrets_read(const char *file, struct secrets *s, struct diags *d)
{
	struct buffer text = { 0 };
	size_t before = d->count + d->beyond;
	*s = (struct secrets){ 0 };
	if (slurp(file, &text, d))
		read_lines(file, bytes_of_buffer(&text), s, d);
	buffer_cleanse(&text);
	if (d->count + d->beyond == before)
		return ERR_OK;
	secrets_fini(s);
	return ERR_INPUT;
}
