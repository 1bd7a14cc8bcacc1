/* text_file.h - a file of an operator, read whole, known to be bounded and to be UTF-8 text.
 *
 * What comes out may be handed to a parser: at most TEXT_FILE_MAX bytes, no byte order mark, no
 * control characters but tab and line feed (alone or after a carriage return).
 */
#ifndef SIM_YAML_TEXT_FILE_H
#define SIM_YAML_TEXT_FILE_H

#include "proto/bytes.h"
#include "sim/diag.h"

enum { TEXT_FILE_MAX = 16 * 1024 * 1024 }; /* bytes */

/* Read a regular file; never waits on a FIFO, never reads more than TEXT_FILE_MAX bytes. out is
 * empty at first and stays so on an error. ERR_INPUT: the reason is in d, with its place when it is
 * a byte that does not belong into text. */
enum err text_file_read(const char *file, struct buffer *out, struct diags *d);

/* The same with another limit, in bytes. */
enum err text_file_read_within(const char *file, size_t max, struct buffer *out, struct diags *d);

/* Whether bytes are text as above; the first fault goes to d. file: a name for messages. */
enum err text_check(struct bytes text, const char *file, struct diags *d);

#endif
