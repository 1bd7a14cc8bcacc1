/* secrets.h - what the list of secrets and its text share. The contract is trace.h. */
#ifndef SIM_TRACE_SECRETS_H
#define SIM_TRACE_SECRETS_H

#include "sim/trace/trace.h"

#define SECRETS_NO_CHANNEL "-" /* stands for "" in the text */

enum {
	SECRETS_NAME_MAX = 128,              /* bytes of a reference, class, holder or channel */
	SECRETS_VALUE_MAX = 16 * 1024,       /* bytes of a value */
	SECRETS_FILE_MAX = 16 * 1024 * 1024, /* bytes of run.secrets */
};

/* Whether size bytes at name may be a field of the text: visible ASCII, not empty, not too long. */
bool secrets_name_is_good(const char *name, size_t size);
/* The reference that a new secret of this class gets: "access_key#2". The caller frees. */
char *secrets_reference_next(const struct secrets *s, const char *class);

#endif
