/* test_values.c - numbers with units are read exactly, or refused with the reason. */
#include <string.h>

#include "sim/yaml/value.h"
#include "tests/lib/suite.h"

struct value_case {
	const char *text;
	const char *wrong; /* NULL: it is good */
	int64_t value;
};

typedef const char *read_fn(const char *text, int64_t *out);

static void check(read_fn *read, const struct value_case *cases)
{
	for (; cases->text; cases++) {
		int64_t value = -77;
		const char *wrong = read(cases->text, &value);
		CU_ASSERT_STRING_EQUAL(wrong ? wrong : "good",
				       cases->wrong ? cases->wrong : "good");
		CU_ASSERT_EQUAL(value, cases->wrong ? -77 : cases->value);
		if ((wrong ? 1 : 0) != (cases->wrong ? 1 : 0))
			printf("at \"%s\"\n", cases->text);
	}
}

static void durations_are_exact_and_have_a_unit(void)
{
	static const struct value_case durations[] = {
		{ "0ms", NULL, 0 },
		{ "3ns", NULL, 3 },
		{ "250us", NULL, 250000 },
		{ "5ms", NULL, 5000000 },
		{ "10s", NULL, INT64_C(10000000000) },
		{ "2min", NULL, INT64_C(120000000000) },
		{ "1h", NULL, INT64_C(3600000000000) },
		{ "0.5s", NULL, 500000000 },
		{ "1.5h", NULL, INT64_C(5400000000000) },
		{ "0.000001ms", NULL, 1 },
		{ "0.0000000010s", NULL, 1 },
		{ "0.25min", NULL, INT64_C(15000000000) },
		{ "9223372036854775807ns", NULL, INT64_MAX },
		{ "9223372036854775808ns", "is too large", 0 },
		{ "9223372037s", "is too large", 0 },
		{ "18446744073709551616ns", "is too large", 0 },
		{ "0.5ns", "is finer than its smallest unit", 0 },
		{ "0.0001us", "is finer than its smallest unit", 0 },
		{ "0.33333333333min", "is finer than its smallest unit", 0 },
		{ "0.00000000000000000000000000000s", NULL, 0 },
		{ "0.100000000000000000000000s", "has too many digits", 0 },
		{ "5", "has no unit", 0 },
		{ "-5ms", "is negative", 0 },
		{ "+5ms", "is not a number", 0 },
		{ "ms", "is not a number", 0 },
		{ "", "is not a number", 0 },
		{ "05ms", "has a leading zero", 0 },
		{ "00s", "has a leading zero", 0 },
		{ "5.ms", "is not a number", 0 },
		{ ".5ms", "is not a number", 0 },
		{ "5,0ms", "has an unknown unit", 0 },
		{ "5 ms", "has an unknown unit", 0 },
		{ "5m", "has an unknown unit", 0 },
		{ "5MS", "has an unknown unit", 0 },
		{ "1e3ms", "has an unknown unit", 0 },
		{ "0x5ms", "has an unknown unit", 0 },
		{ "5ms5us", "has an unknown unit", 0 },
		{ "nan", "is not a number", 0 },
		{ NULL, NULL, 0 },
	};
	check(value_duration, durations);
}

static void sizes_and_rates_are_exact(void)
{
	static const struct value_case sizes[] = {
		{ "100B", NULL, 100 },
		{ "64KiB", NULL, 65536 },
		{ "1MiB", NULL, 1048576 },
		{ "2GiB", NULL, INT64_C(2147483648) },
		{ "1.5KiB", NULL, 1536 },
		{ "0.1KiB", "is finer than its smallest unit", 0 },
		{ "64KB", "has an unknown unit", 0 },
		{ "64", "has no unit", 0 },
		{ "8589934592GiB", "is too large", 0 },
		{ NULL, NULL, 0 },
	};
	static const struct value_case rates[] = {
		{ "64kbit/s", NULL, 64000 },
		{ "1.5Mbit/s", NULL, 1500000 },
		{ "1Gbit/s", NULL, 1000000000 },
		{ "8bit/s", NULL, 8 },
		{ "unlimited", NULL, 0 },
		{ "0bit/s", "would let nothing pass", 0 },
		{ "64kbit", "has an unknown unit", 0 },
		{ "64kB/s", "has an unknown unit", 0 },
		{ "64", "has no unit", 0 },
		{ NULL, NULL, 0 },
	};
	check(value_size, sizes);
	check(value_rate, rates);
}

static void integers_are_decimal(void)
{
	static const struct value_case integers[] = {
		{ "0", NULL, 0 },
		{ "-102", NULL, -102 },
		{ "9223372036854775807", NULL, INT64_MAX },
		{ "-9223372036854775807", NULL, -INT64_MAX },
		{ "9223372036854775808", "is too large", 0 },
		{ "99999999999999999999", "is too large", 0 },
		{ "0755", "has a leading zero", 0 },
		{ "-07", "has a leading zero", 0 },
		{ "-0", "is not an integer", 0 },
		{ "0x1F", "is not an integer", 0 },
		{ "0o17", "is not an integer", 0 },
		{ "1e3", "is not an integer", 0 },
		{ "+5", "is not a number", 0 },
		{ "--5", "is not a number", 0 },
		{ "-", "is not a number", 0 },
		{ "1_000", "is not an integer", 0 },
		{ "1.0", "is not an integer", 0 },
		{ "1 ", "is not an integer", 0 },
		{ " 1", "is not a number", 0 },
		{ ".nan", "is not a number", 0 },
		{ "", "is not a number", 0 },
		{ "\xd9\xa1", "is not a number", 0 }, /* an Arabic one */
		{ NULL, NULL, 0 },
	};
	check(value_integer, integers);
	uint64_t seed = 0;
	CU_ASSERT_PTR_NULL(value_unsigned("18446744073709551615", &seed));
	CU_ASSERT_EQUAL(seed, UINT64_MAX);
	CU_ASSERT_STRING_EQUAL(value_unsigned("18446744073709551616", &seed), "is too large");
	CU_ASSERT_STRING_EQUAL(value_unsigned("-1", &seed), "is negative");
	CU_ASSERT_EQUAL(seed, UINT64_MAX);
}

static void probabilities_are_rounded_once(void)
{
	static const struct {
		const char *text, *wrong;
		double value;
	} cases[] = {
		{ "1%", NULL, 0.01 },
		{ "0.5%", NULL, 0.005 },
		{ "30%", NULL, 0.3 },
		{ "100%", NULL, 1 },
		{ "0", NULL, 0 },
		{ "1", NULL, 1 },
		{ "0.3", NULL, 0.3 },
		{ "0.1", NULL, 0.1 },
		{ "0.000000001%", NULL, 1e-11 },
		{ "100.1%", "is out of range", 0 },
		{ "1.1", "is out of range", 0 },
		{ "-1%", "is negative", 0 },
		{ "1 %", "has an unknown unit", 0 },
		{ "%", "is not a number", 0 },
		{ ".5", "is not a number", 0 },
		{ "1e-3", "has an unknown unit", 0 },
		{ "0.99999999999999999", "has too many digits", 0 },
		{ "0.00000000000000000000001", "has too many digits", 0 },
		{ "inf", "is not a number", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double value = 0;
		const char *wrong = value_probability(cases[i].text, &value);
		CU_ASSERT_STRING_EQUAL(wrong ? wrong : "good",
				       cases[i].wrong ? cases[i].wrong : "good");
		/* Bit for bit: the division must be the one that the compiler does. */
		if (!wrong)
			CU_ASSERT_EQUAL(memcmp(&value, &cases[i].value, sizeof value), 0);
	}
}

static void addresses_are_dotted_decimal(void)
{
	static const char *const refused[] = { "",           "10.0.0",     "10.0.0.1.2",
					       "10.0.0.256", "10.0.0.01",  "10..0.1",
					       "10.0.0.",    "0x0a.0.0.1", "10.0.0.1 ",
					       "1000.0.0.1", "::1",        "a.b.c.d",
					       "-1.0.0.1" };
	uint32_t ip = 0;
	CU_ASSERT_PTR_NULL(value_address("10.8.0.2", &ip));
	CU_ASSERT_EQUAL(ip, 0x0A080002);
	CU_ASSERT_PTR_NULL(value_address("255.255.255.255", &ip));
	CU_ASSERT_EQUAL(ip, 0xFFFFFFFF);
	CU_ASSERT_PTR_NULL(value_address("0.0.0.0", &ip));
	CU_ASSERT_EQUAL(ip, 0);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		CU_ASSERT_STRING_EQUAL(value_address(refused[i], &ip), "is not an IPv4 address");
	CU_ASSERT_EQUAL(ip, 0);
}

static void values_are_shown_with_their_largest_unit(void)
{
	char out[VALUE_SHOWN_MAX];
	CU_ASSERT_STRING_EQUAL(value_show_duration(0, out), "0ns");
	CU_ASSERT_STRING_EQUAL(value_show_duration(1, out), "1ns");
	CU_ASSERT_STRING_EQUAL(value_show_duration(1500000, out), "1500us");
	CU_ASSERT_STRING_EQUAL(value_show_duration(INT64_C(120000000000), out), "2min");
	CU_ASSERT_STRING_EQUAL(value_show_duration(INT64_C(86400000000000), out), "24h");
	CU_ASSERT_STRING_EQUAL(value_show_duration(INT64_MAX, out), "9223372036854775807ns");
	CU_ASSERT_STRING_EQUAL(value_show_size(1, out), "1B");
	CU_ASSERT_STRING_EQUAL(value_show_size(65536, out), "64KiB");
}

static const struct test_case cases[] = {
	TEST(durations_are_exact_and_have_a_unit),
	TEST(sizes_and_rates_are_exact),
	TEST(integers_are_decimal),
	TEST(probabilities_are_rounded_once),
	TEST(addresses_are_dotted_decimal),
	TEST(values_are_shown_with_their_largest_unit),
};

int main(void)
{
	return suite_run("values", cases, sizeof cases / sizeof *cases);
}
