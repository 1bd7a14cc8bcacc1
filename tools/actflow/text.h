/* text.h - text that grows: what the reports are written into before anything is printed.
 *
 * Colour is written as escape sequences and can be taken out again, so that one rendering serves
 * the terminal and the file. Whatever comes from a trace or a scenario goes through text_safe.
 */
#ifndef TOOLS_ACTFLOW_TEXT_H
#define TOOLS_ACTFLOW_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/bytes.h"

/* Select Graphic Rendition codes in use; "" is plain. */
#define STYLE_GOOD "32"
#define STYLE_BAD "1;31"
#define STYLE_DOUBT "33"
#define STYLE_STRONG "1"
#define STYLE_FAINT "2"
#define STYLE_LINK "36"

/* Append a string, or a string made as by printf. */
void text_add(struct buffer *out, const char *text);
void text_printf(struct buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Append `count` copies of a (possibly several bytes long) character. */
void text_repeat(struct buffer *out, const char *character, size_t count);
/* Append text from outside, made harmless as by diag_escaped. */
void text_safe(struct buffer *out, const char *text);
/* Append a word as a shell reads it back: bare where nothing in it means anything to a shell, else
 * in '...', or in $'...' where text_safe would change it. */
void text_quoted(struct buffer *out, const char *word);
/* Append text in a style when colour is on, else plain. */
void text_style(struct buffer *out, bool colour, const char *style, const char *text);
/* Append blanks until `used` cells have become `width`; none when they are more. */
void text_pad(struct buffer *out, size_t used, size_t width);

/* Cells that a UTF-8 string takes: one for each character; escape sequences take none. */
size_t text_width(const char *text);
/* Bytes of the longest beginning of text that fits in `width` cells, cut at a blank where there is
 * one; a single word that is longer is cut inside. *skip receives the blanks that follow. */
size_t text_wrap(const char *text, size_t width, size_t *skip);
/* Append `in` without its colours. */
void text_plain(struct buffer *out, struct bytes in);
/* The buffer as a C string: a NUL is kept behind the bytes, not counted. */
const char *text_string(struct buffer *b);

#endif
