/* forms.h - the shapes in which a secret may be lying in somebody's bytes (CLAIMS.md, secret).
 *
 * Only these are looked for. A value that was split, truncated, encrypted or otherwise transformed
 * is not found, and the verdict says so.
 */
#ifndef SIM_FLOW_FORMS_H
#define SIM_FLOW_FORMS_H

#include "proto/bytes.h"

/* How the value is spelled before it is encoded; all but the first for typed keys only. */
enum spelling { SPELLING_AS_IS, SPELLING_UPPER, SPELLING_HYPHENS, SPELLING_BOTH, SPELLINGS };
enum encoding {
	ENCODING_RAW,
	ENCODING_HEX_LOWER,
	ENCODING_HEX_UPPER,
	ENCODING_BASE64_0,
	ENCODING_BASE64_1,
	ENCODING_BASE64_2, /* bytes before it, modulo 3 */
	ENCODING_BASE64URL_0,
	ENCODING_BASE64URL_1,
	ENCODING_BASE64URL_2,
	ENCODING_PERCENT_ALL_LOWER,
	ENCODING_PERCENT_ALL_UPPER, /* every byte as %xx */
	ENCODING_PERCENT_LOWER,
	ENCODING_PERCENT_UPPER, /* all but unreserved (RFC 3986 2.3) */
	ENCODING_JSON_ALL_LOWER,
	ENCODING_JSON_ALL_UPPER, /* every byte as \u00xx */
	ENCODING_JSON_LOWER,
	ENCODING_JSON_UPPER, /* where RFC 8259 7 asks, or not ASCII */
	ENCODINGS
};
struct form {
	enum spelling spelling;
	enum encoding encoding;
};

enum { FORM_VALUE_MIN = 8, FORM_NAME_MAX = 64 };

/* Put value in this form into out (replaced). value: at least FORM_VALUE_MIN bytes; so is the
 * result. Of base64 only the characters are kept that hold nothing but bits of the value. */
void form_make(struct form form, struct bytes value, struct buffer *out);
/* "base64 at alignment 1, upper-case" into name; returns name. */
const char *form_name(struct form form, char name[FORM_NAME_MAX]);

#endif
