/* output.h - standard output and the terminal: colour, width, and whether all of it was written.
 *
 * Results go to stdout, messages to stderr. A result that could not be written is an error of its
 * own, so stdout is closed here and nowhere else, and neither SIGPIPE nor SIGXFSZ kills the
 * program.
 */
#ifndef TOOLS_ACTFLOW_OUTPUT_H
#define TOOLS_ACTFLOW_OUTPUT_H

#include <stdbool.h>

#include "proto/bytes.h"
#include "sim/diag.h"

enum { OUTPUT_WIDTH = 120, OUTPUT_WIDTH_MIN = 60 };

/* Before anything is opened: standard descriptors that are closed are filled, so that no file takes
 * their number, and the signals of failed writes are ignored. */
void output_begin(void);
/* Whether to colour stdout: a terminal, no --no-color, no NO_COLOR in the environment. */
bool output_colour(bool no_color);
/* Cells of a line: the terminal's, at most OUTPUT_WIDTH, at least OUTPUT_WIDTH_MIN. */
size_t output_width(void);
bool output_is_terminal(void);
/* Write bytes to stdout; a failure is remembered for output_end. */
void output_write(struct bytes b);
/* Flush and close stdout. Returns status, or ERR_WRITE with a message when something was not
 * written; a bug stays a bug. */
enum err output_end(enum err status);

#endif
