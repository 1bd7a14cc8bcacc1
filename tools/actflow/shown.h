/* shown.h - which scenarios below the nearest folder show what a name stands for. */
#ifndef TOOLS_ACTFLOW_SHOWN_H
#define TOOLS_ACTFLOW_SHOWN_H

#include "sim/scenario/scenario.h"

/* Whether a scenario, or a case of one, shows it. */
typedef bool shown_fn(const struct scenario *s, const char *id);

shown_fn shown_as_attack;  /* it names this case of the catalogue */
shown_fn shown_as_refusal; /* it expects this check to refuse */
shown_fn shown_as_result;  /* it expects this result code of an app, in decimal */

/* Print "  shown by FILE: TITLE" for each file of which it is so for some case; beyond `most`, only
 * how many more there are. Files that cannot be read show nothing. */
void shown_by(const char *id, shown_fn *shows, size_t most);

#endif
