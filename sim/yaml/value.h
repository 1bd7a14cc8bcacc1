/* value.h - the text of a scalar as a number with a unit, exactly or not at all.
 *
 * Decimal only, no sign but the minus of an integer, no leading zeros, no exponents, no separators,
 * no locale. Each function returns NULL and sets *out, or says in a few words what is wrong: "has
 * no unit". Ranges are the schema's matter.
 */
#ifndef SIM_YAML_VALUE_H
#define SIM_YAML_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum { VALUE_SHOWN_MAX = 32 }; /* bytes of a value written back, with its NUL */

const char *value_integer(const char *text, int64_t *out);
const char *value_unsigned(const char *text, uint64_t *out);
/* "5ms", "0.5s": ns, us, ms, s, min, h. In nanoseconds. */
const char *value_duration(const char *text, int64_t *out);
/* "64KiB": B, KiB, MiB, GiB. In bytes. */
const char *value_size(const char *text, int64_t *out);
/* "64kbit/s": bit/s, kbit/s, Mbit/s, Gbit/s, by thousands; "unlimited" is 0. In bits per second. */
const char *value_rate(const char *text, int64_t *out);
/* "0.5%" or "0.005": a probability from 0 to 1, correctly rounded. */
const char *value_probability(const char *text, double *out);
/* "10.0.1.1", in host byte order. */
const char *value_address(const char *text, uint32_t *out);

/* Write a duration or size back with the largest unit that divides it; returns out. */
const char *value_show_duration(int64_t ns, char out[VALUE_SHOWN_MAX]);
const char *value_show_size(int64_t bytes, char out[VALUE_SHOWN_MAX]);

#endif
