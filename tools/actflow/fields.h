/* fields.h - the fields of a message that a record holds, each as a text that may be shown.
 *
 * Of a field that holds something that was cut out of the trace only the references are told.
 */
#ifndef TOOLS_ACTFLOW_FIELDS_H
#define TOOLS_ACTFLOW_FIELDS_H

#include "proto/message.h"
#include "proto/record.h"

enum { FIELDS_MAX = 16 };

struct fields {
	enum message_type type; /* MESSAGE_NONE: its bytes are no message */
	size_t count;
	struct {
		const char *name; /* static */
		char *value;      /* owned */
		bool secret;      /* something in it was cut out: value names it */
	} list[FIELDS_MAX];
};

/* Decode what a record's bytes are; repeated fields are shown by their first item. */
void fields_read(const struct record *r, struct fields *out);
/* Append bytes as people read them: text when it is one, else hex, of long values the beginning. */
void fields_show(struct bytes value, struct buffer *out);
void fields_fini(struct fields *f);

#endif
