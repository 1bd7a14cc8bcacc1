/* scan.h - the last look at what is about to be printed: no live secret may be in it. */
#ifndef TOOLS_ACTFLOW_SCAN_H
#define TOOLS_ACTFLOW_SCAN_H

#include "sim/trace/trace.h"

/* The class of a secret of which text holds a form (sim/flow/forms.h; of an access key also as it
 * is typed), or NULL. Values shorter than FORM_VALUE_MIN are not looked for. Borrowed from s. */
const char *scan_text(const struct secrets *s, struct bytes text);

#endif
