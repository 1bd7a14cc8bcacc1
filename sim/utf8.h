/* utf8.h - one code point at a time out of untrusted bytes.
 *
 * Strict by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. Not a text library.
 */
#ifndef SIM_UTF8_H
#define SIM_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode the code point at p, of which `size` bytes may be read. Returns its length in bytes (1 to
 * 4) and sets *code, or 0 when the bytes are not UTF-8 (or size is 0). */
size_t utf8_decode(const void *p, size_t size, uint32_t *code);

/* Whether a code point is a control character, C0, DEL or C1: what a terminal may act upon. */
bool utf8_is_control(uint32_t code);

#endif
