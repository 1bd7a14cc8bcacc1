/* scan.h - the last look at what is about to be printed: no live secret may be in it. */
#ifndef TOOLS_ACTFLOW_SCAN_H
#define TOOLS_ACTFLOW_SCAN_H

#include "sim/trace/trace.h"

/* The class of a secret of which one of these texts holds a form (sim/flow/forms.h; of an access
 * key also as it is typed), or NULL. Values shorter than FORM_VALUE_MIN are not looked for. Each
 * text is looked at by itself; they come together because the forms of all secrets are made but
 * once. Borrowed from s. */
const char *scan_texts(const struct secrets *s, const struct bytes *texts, size_t count);

#endif
