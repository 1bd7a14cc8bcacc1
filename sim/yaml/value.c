/* value.c - numbers and units, computed in integers so that every machine reads the same value. */
#include "sim/yaml/value.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct unit_of {
	const char *name;
	int64_t factor;
};

static const struct unit_of duration_units[] = {
	{ "h", INT64_C(3600000000000) },
	{ "min", INT64_C(60000000000) },
	{ "s", 1000000000 },
	{ "ms", 1000000 },
	{ "us", 1000 },
	{ "ns", 1 },
	{ NULL, 0 },
};
static const struct unit_of size_units[] = {
	{ "GiB", 1073741824 }, { "MiB", 1048576 }, { "KiB", 1024 }, { "B", 1 }, { NULL, 0 },
};
static const struct unit_of rate_units[] = {
	{ "Gbit/s", 1000000000 }, { "Mbit/s", 1000000 }, { "kbit/s", 1000 },
	{ "bit/s", 1 },           { NULL, 0 },
};

/* A decimal as written: digits without the point, and how many of them stood behind it. */
struct decimal {
	uint64_t digits;
	size_t places;
	const char *rest; /* what follows */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *read_digits(struct decimal *d)
{
	for (; is_digit(*d->rest); d->rest++) {
		uint64_t digit = (uint64_t)(*d->rest - '0');
		if (d->digits > (UINT64_MAX - digit) / 10)
			return "is too large";
		d->digits = d->digits * 10 + digit;
	}
	return NULL;
}

static const char *read_decimal(const char *text, struct decimal *d)
{
	*d = (struct decimal){ .rest = text };
	if (*text == '-')
		return "is negative";
	if (!is_digit(*text))
		return "is not a number";
	if (*text == '0' && is_digit(text[1]))
		return "has a leading zero";
	const char *wrong = read_digits(d);
	if (wrong || *d->rest != '.')
		return wrong;
	const char *point = d->rest++;
	wrong = read_digits(d);
	d->places = (size_t)(d->rest - point - 1);
	if (wrong)
		return "has too many digits";
	return d->places > 0 ? NULL : "is not a number";
}

const char *value_unsigned(const char *text, uint64_t *out)
{
	struct decimal d;
	const char *wrong = read_decimal(text, &d);
	if (wrong)
		return wrong;
	if (d.places > 0 || *d.rest)
		return "is not an integer";
	*out = d.digits;
	return NULL;
}

const char *value_integer(const char *text, int64_t *out)
{
	bool negative = *text == '-';
	uint64_t size = 0;
	const char *wrong = value_unsigned(text + negative, &size);
	if (wrong)
		return text[negative] == '-' ? "is not a number" : wrong;
	if (negative && size == 0)
		return "is not an integer";
	if (size > (uint64_t)INT64_MAX)
		return "is too large";
	*out = negative ? -(int64_t)size : (int64_t)size;
	return NULL;
}

/* digits * factor / 10^places, when that is a whole number that fits. */
static const char *scale(const struct decimal *d, int64_t factor, int64_t *out)
{
	uint64_t digits = d->digits, times = (uint64_t)factor;
	for (size_t i = 0; i < d->places; i++) {
		/* Take the ten out of two and five, wherever they are to be found. */
		uint64_t *by_two = times % 2 == 0 ? &times : &digits;
		if (*by_two % 2 != 0)
			return "is finer than its smallest unit";
		*by_two /= 2;
		uint64_t *by_five = times % 5 == 0 ? &times : &digits;
		if (*by_five % 5 != 0)
			return "is finer than its smallest unit";
		*by_five /= 5;
	}
	if (times > 0 && digits > (uint64_t)INT64_MAX / times)
		return "is too large";
	*out = (int64_t)(digits * times);
	return NULL;
}

static const char *with_unit(const char *text, const struct unit_of *units, int64_t *out)
{
	struct decimal d;
	const char *wrong = read_decimal(text, &d);
	if (wrong)
		return wrong;
	if (!*d.rest)
		return "has no unit";
	for (; units->name; units++)
		if (strcmp(units->name, d.rest) == 0)
			return scale(&d, units->factor, out);
	return "has an unknown unit";
}

const char *value_duration(const char *text, int64_t *out)
{
	return with_unit(text, duration_units, out);
}

const char *value_size(const char *text, int64_t *out)
{
	return with_unit(text, size_units, out);
}

const char *value_rate(const char *text, int64_t *out)
{
	if (strcmp(text, "unlimited") == 0) {
		*out = 0;
		return NULL;
	}
	int64_t rate = 0;
	const char *wrong = with_unit(text, rate_units, &rate);
	if (!wrong && rate == 0)
		return "would let nothing pass";
	if (!wrong)
		*out = rate;
	return wrong;
}

const char *value_probability(const char *text, double *out)
{
	struct decimal d;
	const char *wrong = read_decimal(text, &d);
	if (wrong)
		return wrong;
	bool percent = strcmp(d.rest, "%") == 0;
	if (*d.rest && !percent)
		return "has an unknown unit";
	size_t places = d.places + (percent ? 2 : 0);
	/* Below 2^53 and 10^22 both sides are exact, so that the one division rounds correctly. */
	if (d.digits >= UINT64_C(1) << 53 || places > 22)
		return "has too many digits";
	double divisor = 1;
	for (size_t i = 0; i < places; i++)
		divisor *= 10;
	*out = (double)d.digits / divisor;
	return *out > 1 ? "is out of range" : NULL;
}

const char *value_address(const char *text, uint32_t *out)
{
	uint32_t ip = 0;
	for (int i = 0; i < 4; i++) {
		uint32_t octet = 0;
		size_t size = 0;
		for (; size < 3 && is_digit(text[size]); size++)
			octet = octet * 10 + (uint32_t)(text[size] - '0');
		if (size == 0 || octet > 255 || (size > 1 && *text == '0') ||
		    text[size] != (i < 3 ? '.' : 0))
			return "is not an IPv4 address";
		ip = ip << 8 | octet;
		text += size + 1;
	}
	*out = ip;
	return NULL;
}

static const char *show(int64_t value, const struct unit_of *units, char out[VALUE_SHOWN_MAX])
{
	while (units[1].name && (value == 0 || value % units->factor != 0))
		units++;
	snprintf(out, VALUE_SHOWN_MAX, "%" PRId64 "%s", value / units->factor, units->name);
	return out;
}

const char *value_show_duration(int64_t ns, char out[VALUE_SHOWN_MAX])
{
	return show(ns, duration_units, out);
}

const char *value_show_size(int64_t bytes, char out[VALUE_SHOWN_MAX])
{
	return show(bytes, size_units, out);
}
