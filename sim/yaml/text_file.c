/* text_file.c - opens, bounds and checks the bytes of a file before any parser sees them. */
#include "sim/yaml/text_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sim/regular.h"
#include "sim/utf8.h"

enum { CHUNK = 64 * 1024 }; /* bytes of one read */

/* Read until the end, but never past the limit: a file may grow while it is read. */
static int read_all(int fd, size_t max, struct buffer *out)
{
	while (out->size <= max) {
		buffer_reserve(out, CHUNK);
		ssize_t got = read(fd, out->data + out->size, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (got == 0)
			return 0;
		out->size += (size_t)got;
	}
	return EFBIG;
}

static enum err read_open(int fd, const char *file, size_t max, struct buffer *out, struct diags *d)
{
	int error = read_all(fd, max, out);
	if (error == EFBIG)
		diag_add(d, file, 0, 0, "too large, expected at most %zu bytes, actual more", max);
	else if (error)
		diag_add(d, file, 0, 0, "cannot be read: %s", strerror(error));
	return error ? ERR_INPUT : ERR_OK;
}

enum err text_file_read(const char *file, struct buffer *out, struct diags *d)
{
	return text_file_read_within(file, TEXT_FILE_MAX, out, d);
}

enum err text_file_read_within(const char *file, size_t max, struct buffer *out, struct diags *d)
{
	int fd = regular_open(file, d);
	if (fd < 0)
		return ERR_INPUT;
	enum err e = read_open(fd, file, max, out, d);
	close(fd);
	if (e == ERR_OK)
		e = text_check(bytes_of_buffer(out), file, d);
	if (e != ERR_OK)
		buffer_fini(out);
	return e;
}

/* Name of an encoding that is not plain UTF-8, recognised by its first bytes; NULL when none. A
 * zero among the first two bytes is UTF-16 or UTF-32 without a mark: YAML begins with an ASCII
 * letter. */
static const char *foreign_encoding(struct bytes text)
{
	static const struct {
		const char *mark;
		size_t size;
		const char *name;
	} marks[] = {
		{ "\xEF\xBB\xBF", 3, "a byte order mark (UTF-8)" },
		{ "\xFF\xFE\0\0", 4, "UTF-32 (little-endian)" },
		{ "\0\0\xFE\xFF", 4, "UTF-32 (big-endian)" },
		{ "\xFF\xFE", 2, "UTF-16 (little-endian)" },
		{ "\xFE\xFF", 2, "UTF-16 (big-endian)" },
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (text.size >= marks[i].size &&
		    memcmp(text.data, marks[i].mark, marks[i].size) == 0)
			return marks[i].name;
	if (text.size >= 4 && (text.data[0] == 0) != (text.data[1] == 0))
		return text.data[0] == 0 ? "UTF-16 (big-endian)" : "UTF-16 (little-endian)";
	return NULL;
}

/* Line breaks are \n and \r\n only, so that every editor counts the lines that we report. */
static bool belongs_into_text(uint32_t code, struct bytes rest)
{
	if (code == '\r')
		return rest.size > 1 && rest.data[1] == '\n';
	if (code == '\n' || code == '\t')
		return true;
	return !utf8_is_control(code) && code != 0x2028 && code != 0x2029 && code != 0xFEFF &&
	       (code & 0xFFFE) != 0xFFFE;
}

enum err text_check(struct bytes text, const char *file, struct diags *d)
{
	const char *encoding = foreign_encoding(text);
	if (encoding) {
		diag_add(d, file, 1, 1, "encoding, expected UTF-8 without a mark, actual %s",
			 encoding);
		return ERR_INPUT;
	}
	struct place at = { .line = 1, .column = 1 };
	for (size_t i = 0; i < text.size; at.column++) {
		uint32_t code = 0;
		size_t length = utf8_decode(text.data + i, text.size - i, &code);
		if (length == 0) {
			diag_add(d, file, at.line, at.column,
				 "not text, expected UTF-8, actual byte 0x%02x", text.data[i]);
			return ERR_INPUT;
		}
		if (!belongs_into_text(code, bytes_of(text.data + i, text.size - i))) {
			diag_add(d, file, at.line, at.column,
				 "control character, expected printable text, actual U+%04X",
				 (unsigned)code);
			return ERR_INPUT;
		}
		if (code == '\n')
			at = (struct place){ .line = at.line + 1, .column = 0 };
		i += length;
	}
	return ERR_OK;
}
