/* test_filter.c - an expression chooses the records that it says, or its errors are located. */
#include <string.h>

#include "tests/lib/blank.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tools/actflow/filter.h"
#include "tools/actflow/text.h"

static const char *const actors[] = { "uem", "app", "noc" };
static const char *const each_device[] = { "app" };
static const struct filter_known known = {
	.fields = { [FILTER_ACTOR] = { actors, sizeof actors / sizeof *actors } },
	.each_device = { each_device, sizeof each_device / sizeof *each_device },
};

/* A step of the app of device 2 with two checks, the second of which failed. */
static struct record two_checks(void)
{
	struct record r = blank(RECORD_STEP, "app@2");
	r.at_ns = INT64_C(4000000000);
	r.session = 7;
	r.machine = "app";
	r.state_from = "await answer";
	r.state_to = "ended";
	r.text = "an answer with a stale token is refused";
	r.checks[r.checks_count++] =
		(struct record_check){ .id = "app.answer_is_mine", .holds = true };
	r.checks[r.checks_count++] = (struct record_check){ .id = "app.token_is_young" };
	return r;
}

static bool chooses_at(const char *text, const struct record *r, const char *step)
{
	struct diags d = { 0 };
	struct filter *f = filter_read(text, &known, &d);
	CU_ASSERT_STRING_EQUAL(printed(&d), "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	bool chosen = filter_chooses(f, r, step);
	filter_free(f);
	return chosen;
}

static bool chooses(const char *text, struct record r)
{
	return chooses_at(text, &r, "");
}

/* The first error of an expression as it is printed, without caret. */
static const char *error_of(const char *text)
{
	struct diags d = { 0 };
	struct filter *f = filter_read(text, &known, &d);
	CU_ASSERT_PTR_NULL(f);
	filter_free(f);
	return printed(&d);
}

static bool complains(const char *text, const char *begin, const char *words)
{
	const char *error = error_of(text);
	bool right = strncmp(error, begin, strlen(begin)) == 0 && strstr(error, words);
	if (!right)
		printf("%s: %s", text, error);
	return right;
}

static void not_binds_before_and_and_and_before_or(void)
{
	struct record uem = blank(RECORD_SENT, "uem"), app = blank(RECORD_SENT, "app");
	struct record timer = blank(RECORD_TIMER, "uem");
	const char *mixed = "actor = app or actor = uem and kind = timer";
	CU_ASSERT_TRUE(chooses(mixed, app));
	CU_ASSERT_TRUE(chooses(mixed, timer));
	CU_ASSERT_FALSE(chooses(mixed, uem));
	CU_ASSERT_FALSE(chooses("(actor = app or actor = uem) and kind = timer", app));
	CU_ASSERT_TRUE(chooses("kind = timer and actor = uem or actor = app", app));
	CU_ASSERT_FALSE(chooses("not actor = app and kind = timer", app));
	CU_ASSERT_TRUE(chooses("not (actor = app and kind = timer)", app));
	CU_ASSERT_TRUE(chooses("not actor = uem or actor = uem", uem));
	CU_ASSERT_FALSE(chooses("not (actor = uem or actor = uem)", uem));
	CU_ASSERT_TRUE(chooses("not not actor = uem", uem));
}

static void check_and_result_speak_of_one_check(void)
{
	struct record r = two_checks();
	CU_ASSERT_TRUE(chooses("check ~ token and result = fails", r));
	CU_ASSERT_FALSE(chooses("check ~ token and result = holds", r));
	CU_ASSERT_TRUE(chooses("check ~ answer and result = holds", r));
	CU_ASSERT_FALSE(chooses("result = fails and actor = app and check ~ answer", r));
	CU_ASSERT_TRUE(chooses("(check ~ answer or check ~ token) and result = fails", r));
	CU_ASSERT_TRUE(chooses("check ~ answer or result = fails", r));
	CU_ASSERT_FALSE(chooses("check ~ token and result = fails", blank(RECORD_STEP, "app")));
}

static void what_not_chooses_is_what_is_left(void)
{
	static const char *const all[] = {
		"result = holds",
		"result = fails",
		"check ~ token",
		"check ~ token and result = holds",
		"actor != app",
		"device < 3",
		"session > 7",
		"state = ended or time < 1s",
		"check = ''",
		"text ~ refused",
		"not result = holds and check ~ answer",
	};
	struct record records[] = { two_checks(), blank(RECORD_TIMER, "noc"),
				    blank(RECORD_END, "") };
	char turned[128];
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		for (size_t k = 0; k < sizeof records / sizeof *records; k++) {
			snprintf(turned, sizeof turned, "not (%s)", all[i]);
			CU_ASSERT_NOT_EQUAL(chooses(all[i], records[k]),
					    chooses(turned, records[k]));
		}
	CU_ASSERT_FALSE(chooses("result != fails", two_checks()));
	CU_ASSERT_TRUE(chooses("result != fails", blank(RECORD_TIMER, "noc")));
}

static void an_actor_is_each_of_its_instances(void)
{
	struct record r = two_checks(), active = blank(RECORD_SENT, "active_app");
	CU_ASSERT_TRUE(chooses("actor = app", r));
	CU_ASSERT_TRUE(chooses("actor = app@2", r));
	CU_ASSERT_FALSE(chooses("actor = app@1", r));
	CU_ASSERT_TRUE(chooses("actor = app@1", blank(RECORD_STEP, "app")));
	CU_ASSERT_FALSE(chooses("actor = app@2", blank(RECORD_STEP, "app")));
	CU_ASSERT_FALSE(chooses("actor = app@1", active));
	CU_ASSERT_FALSE(chooses("actor != app", r));
	CU_ASSERT_FALSE(chooses("actor = app", active));
	active.peer = "device@12";
	CU_ASSERT_TRUE(chooses("peer = device and device = 12 and not device = 1", active));
	CU_ASSERT_TRUE(chooses("device = 2 and device >= 2 and device <= 2", r));
	CU_ASSERT_FALSE(chooses("device < 2 or device > 2 or device != 2", r));
	CU_ASSERT_TRUE(chooses("device = 0", blank(RECORD_SENT, "noc")));
	CU_ASSERT_FALSE(chooses("device < 5 or session < 5", blank(RECORD_SENT, "noc")));
	CU_ASSERT_EQUAL(filter_device(&(struct record){ .actor = "app@x",
							.peer = "b@99999999999999999999" }),
			0);
}

static void times_have_units_and_an_order(void)
{
	struct record r = two_checks();
	static const char *const so[] = { "time = 4s",          "time >= 4000ms",
					  "time <= 4000000us",  "time > 0.06min",
					  "time < 1h",          "time != 4000000001ns",
					  "time > 3.999999999s" };
	for (size_t i = 0; i < sizeof so / sizeof *so; i++)
		CU_ASSERT_TRUE(chooses(so[i], r));
	CU_ASSERT_FALSE(chooses("time > 4s or time < 4s", r));
	CU_ASSERT_TRUE(chooses("time < 1ns", blank(RECORD_RUN, "")));
}

static void every_field_reads_its_own_part(void)
{
	struct record r = two_checks();
	r.peer = "noc", r.message = "Done", r.channel = "tunnel", r.name = "set";
	CU_ASSERT_TRUE(chooses("peer = noc and message = Done and channel = tunnel", r));
	CU_ASSERT_TRUE(chooses("kind = step and session = 7 and machine = app", r));
	CU_ASSERT_TRUE(chooses("state = 'await answer' and state = \"ended\"", r));
	CU_ASSERT_TRUE(chooses("text ~ 'stale token' and text = set", r));
	CU_ASSERT_TRUE(chooses_at("step = S1.12", &r, "S1.12"));
	CU_ASSERT_FALSE(chooses_at("step = S1.12", &r, "S1.12b"));
	CU_ASSERT_TRUE(chooses_at("step ~ S1.12", &r, "S1.12b"));
	CU_ASSERT_FALSE(chooses("peer ~ app or message ~ tunnel or channel ~ Done", r));
	CU_ASSERT_FALSE(chooses("kind ~ app or machine ~ step or state ~ token", r));
	CU_ASSERT_TRUE(chooses("text = 'it\\'s \\\\ a \"'", (r.text = "it's \\ a \"", r)));
}

static void errors_are_located(void)
{
	CU_ASSERT_TRUE(
		complains("actr = uem", "--filter:1:1: unknown field", "did you mean actor"));
	CU_ASSERT_TRUE(complains("actor = uen", "--filter:1:9: unknown actor", "did you mean uem"));
	CU_ASSERT_TRUE(complains("actor = uem@2",
				 "--filter:1:9: an actor of which not each device "
				 "has one",
				 "expected app"));
	CU_ASSERT_TRUE(complains("actor = app@0", "--filter:1:9: not a device's number", "from 1"));
	CU_ASSERT_TRUE(complains("kind = sant", "--filter:1:8: unknown kind", "did you mean sent"));
	CU_ASSERT_TRUE(complains("result = fail", "--filter:1:10: ", "did you mean fails"));
	CU_ASSERT_TRUE(
		complains("actor < uem", "--filter:1:7: a text has no order", "actual \"<\""));
	CU_ASSERT_TRUE(
		complains("time ~ 4s", "--filter:1:6: a number has no parts", "actual \"~\""));
	CU_ASSERT_TRUE(complains("time > 4", "--filter:1:8: time: has no unit", "as 250ms"));
	CU_ASSERT_TRUE(complains("session = -1", "--filter:1:11: session: ", "a whole number"));
	CU_ASSERT_TRUE(complains("device = 18446744073709551615", "--filter:1:10: device: ", ""));
	CU_ASSERT_TRUE(complains("kind == sent", "--filter:1:6: ", "did you mean ="));
	CU_ASSERT_TRUE(
		complains("kind = sent && time > 1s", "--filter:1:13: ", "did you mean and"));
	CU_ASSERT_TRUE(complains("! kind = sent", "--filter:1:1: ", "did you mean not"));
	CU_ASSERT_TRUE(
		complains("text ~ \"\xc3\xa4\" nd", "--filter:1:12: ", "and, or or the end"));
	CU_ASSERT_TRUE(complains("text = 'open", "--filter:1:8: a quote is not closed", ""));
	CU_ASSERT_TRUE(
		complains("(kind = sent", "--filter:1:13: a parenthesis is not closed", "the end"));
	CU_ASSERT_TRUE(complains("kind = sent)", "--filter:1:12: ", "actual \")\""));
	CU_ASSERT_TRUE(complains("kind = and", "--filter:1:8: a value is missing", "in quotes"));
	CU_ASSERT_TRUE(complains("kind", "--filter:1:5: a comparison is missing", "the end"));
	CU_ASSERT_TRUE(complains("", "--filter:1:1: ", "a field, not or ("));
}

static void all_wrong_names_are_said_at_once(void)
{
	struct diags d = { 0 };
	CU_ASSERT_PTR_NULL(filter_read("actr = x or kind = y and time = z", &known, &d));
	CU_ASSERT_EQUAL(d.count, 3);
	(void)printed(&d);
}

static void a_caret_stands_below_the_place(void)
{
	struct diags d = { 0 };
	struct buffer out = { 0 };
	const char *text = "text ~ \"\xc3\xa4\tb\" and actr = 1";
	CU_ASSERT_PTR_NULL(filter_read(text, &known, &d));
	filter_complain(text, &d, &out);
	const char *line = strchr(text_string(&out), '\n') + 1;
	const char *caret = strchr(line, '\n') + 1;
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(line, "actr"));
	size_t cells = 0;
	for (const char *p = line; p < strstr(line, "actr"); p++)
		cells += ((unsigned char)*p & 0xc0) != 0x80;
	CU_ASSERT_EQUAL(strcspn(caret, "^"), cells);
	CU_ASSERT_EQUAL(d.count, 0);
	buffer_fini(&out);
}

/* before, `count` times, then one comparison, then after as often. */
static const char *nested(const char *before, size_t count, const char *after)
{
	static struct buffer out;
	buffer_clear(&out);
	text_repeat(&out, before, count);
	text_add(&out, "kind = sent");
	text_repeat(&out, after, count);
	return text_string(&out);
}

static void depth_and_length_are_bounded(void)
{
	struct record r = blank(RECORD_SENT, "uem");
	CU_ASSERT_TRUE(chooses(nested("(", FILTER_DEPTH_MAX - 1, ")"), r));
	CU_ASSERT_TRUE(
		complains(nested("(", FILTER_DEPTH_MAX, ")"), "--filter:1:65: ", "too deep"));
	CU_ASSERT_TRUE(
		complains(nested("not ", FILTER_DEPTH_MAX, ""), "--filter:1:257: ", "too deep"));
	CU_ASSERT_TRUE(complains(nested("(", 4000, ")"), "--filter:1:1: too long", "4096"));
	CU_ASSERT_TRUE(chooses(nested("", 120, " or kind = end"), r));
	CU_ASSERT_TRUE(complains(nested("", 200, " or kind = end"), "--filter:1:", "too long"));
	/* alternating "not" and "and" over many checks ends in no time */
	struct record many = two_checks();
	while (many.checks_count < RECORD_CHECKS_MAX)
		many.checks[many.checks_count++] =
			(struct record_check){ .id = "app.other", .holds = true };
	CU_ASSERT_TRUE(chooses(nested("check ~ app and not (", 21, ")"), many));
}

/* Words that make expressions now and then, and errors mostly; whatever comes is read to its end,
 * either chosen by or refused with a place in the expression. */
static void noise_is_refused_or_read(void)
{
	static const char *const parts[] = {
		"kind",   "actor", "time",        "check", "result", " ",          "=",
		"!=",     "<",     "~",           "(",     ")",      "and ",       "or ",
		"not ",   "sent",  "uem",         "4s",    "'x y'",  "\"",         "fails",
		"'",      "\\",    "\xff",        "\xc3",  "\n",     "@2",         "app",
		"holds ", " = ",   "kind = sent", " and ", " or ",   "device = 2",
	};
	uint64_t state = 7;
	size_t read = 0, refused = 0;
	struct record r = two_checks();
	for (int round = 0; round < 50000; round++) {
		struct buffer text = { 0 };
		struct diags d = { 0 };
		for (uint64_t left = 1 + next_number(&state) % 12; left > 0; left--)
			text_add(&text,
				 parts[next_number(&state) % (sizeof parts / sizeof *parts)]);
		struct filter *f = filter_read(text_string(&text), &known, &d);
		CU_ASSERT_EQUAL(f == NULL, d.count > 0);
		if (d.count > 0) {
			CU_ASSERT_TRUE(d.list[0].column >= 1 &&
				       (size_t)d.list[0].column <= text.size + 1);
			refused++;
		} else {
			read += filter_chooses(f, &r, "") || !filter_chooses(f, &r, "");
		}
		filter_free(f);
		diag_fini(&d);
		buffer_fini(&text);
	}
	CU_ASSERT_TRUE(read > 200);
	CU_ASSERT_TRUE(refused > 10000);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(not_binds_before_and_and_and_before_or),
		TEST(check_and_result_speak_of_one_check),
		TEST(what_not_chooses_is_what_is_left),
		TEST(an_actor_is_each_of_its_instances),
		TEST(times_have_units_and_an_order),
		TEST(every_field_reads_its_own_part),
		TEST(errors_are_located),
		TEST(all_wrong_names_are_said_at_once),
		TEST(a_caret_stands_below_the_place),
		TEST(depth_and_length_are_bounded),
		TEST(noise_is_refused_or_read),
	};
	return suite_run("filter", cases, sizeof cases / sizeof *cases);
}
