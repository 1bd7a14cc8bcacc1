/* refusals_canaries.c - the canaries: for every actor outside the holders of a class, a trace in
 * which that actor does receive a value of it, in every form, whole and in pieces, and is caught.
 */
#include "tests/broken/refusals.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/forms.h"

enum { FORMS = SPELLINGS * ENCODINGS };

struct canary {
	const struct secret *secret;
	const char *actor;
	char claim[64];
};

/* Calls what for every pair of an actor outside and a secret: the first of each class, or of each
 * channel where the class belongs to channels. Returns how many pairs there were. */
static size_t each_pair(bool outside, void (*what)(const struct canary *c, size_t number))
{
	const struct flow *f = honest->flow;
	uint64_t channels = 0, classes = 0;
	size_t pairs = 0;
	for (size_t i = 0; i < honest->secrets->count; i++) {
		struct canary c = { .secret = &honest->secrets->list[i] };
		size_t claim = 0;
		while (claim < f->holders_count &&
		       strcmp(f->holders[claim].secret, c.secret->class) != 0)
			claim++;
		if (claim == f->holders_count)
			continue; /* the run's own: no actor has it, no claim is about it */
		bool ends = f->holders[claim].ends_of_channel;
		uint64_t *done = ends ? &channels : &classes;
		uint64_t bit = UINT64_C(1)
			       << (ends ? (size_t)flow_channel_index(f, c.secret->channel) : claim);
		if (*done & bit)
			continue;
		*done |= bit;
		snprintf(c.claim, sizeof c.claim, "secret(%s)", c.secret->class);
		for (size_t a = 0; a < f->actors_count; a++)
			if ((refusals_holders(c.secret) >> a & 1) != outside) {
				c.actor = f->actors[a].name;
				what(&c, pairs++);
			}
	}
	for (size_t i = 0; i < f->holders_count; i++)
		if (!f->holders[i].ends_of_channel && !(classes >> i & 1))
			CU_FAIL("a class has no value in this trace");
	return pairs;
}

static struct form form_of(size_t number, const struct secret *s)
{
	bool typed = strcmp(s->class, "access_key") == 0;
	size_t count = typed ? FORMS : ENCODINGS;
	return (struct form){ (enum spelling)(number % count / ENCODINGS),
			      (enum encoding)(number % count % ENCODINGS) };
}

/* The value in this form with something around it, as one piece. The alignment of base64 is that of
 * what is in front of it. */
static void dress(struct form form, struct bytes value, struct buffer *out)
{
	struct buffer made = { 0 };
	form_make(form, value, &made);
	buffer_append(out, bytes_of_string("{\"note\":\""));
	buffer_append(out, bytes_of_buffer(&made));
	buffer_append(out, bytes_of_string("\"}"));
	buffer_cleanse(&made);
}

/* What somebody can derive from a value that he has follows from it. */
static size_t others(const struct finding *list, size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += !strstr(list[i].text, " can derive ");
	return found;
}

static void expect_caught(const struct canary *c, const struct bytes *pieces, size_t count)
{
	struct records broken = { 0 };
	uint64_t id = victim_heard(&broken, honest, c->actor, pieces, count);
	struct checker *k = refusals_judge(&broken);
	const struct finding *list;
	bool caught = false;
	size_t findings = checker_findings(k, &list);
	for (size_t i = 0; i < findings; i++)
		caught = caught ||
			 (list[i].kind == FINDING_SECRET && list[i].verdict == VERDICT_VIOLATED &&
			  list[i].record == id && strcmp(list[i].subject, c->claim) == 0 &&
			  strncmp(list[i].text, c->actor, strlen(c->actor)) == 0);
	if (!caught)
		fprintf(stderr, "\n%s at %s was not caught\n", c->claim, c->actor);
	CU_ASSERT_TRUE(caught && checker_verdict(k) == VERDICT_VIOLATED &&
		       others(list, findings) == 1);
	checker_free(k);
}

/* One form, whole, then cut in two at a place that goes round with the number. */
static void catch_form(const struct canary *c, size_t number)
{
	struct buffer dressed = { 0 };
	dress(form_of(number, c->secret), bytes_of_buffer(&c->secret->value), &dressed);
	struct bytes whole = bytes_of_buffer(&dressed);
	size_t at = 10 + number % (whole.size - 12 - 1); /* within the value */
	struct bytes halves[2] = { bytes_of(whole.data, at),
				   bytes_of(whole.data + at, whole.size - at) };
	/* the last byte of the value is what completes it: drop what stands behind */
	halves[1].size -= 2;
	expect_caught(c, &whole, 1);
	expect_caught(c, halves, 2);
	buffer_cleanse(&dressed);
}

static void every_actor_outside_is_caught_with_every_secret(void)
{
	size_t pairs = each_pair(true, catch_form);
	CU_ASSERT_TRUE(pairs >= 10 * 10);
}

/* The first pair of each class: all its forms. */
static void catch_forms(const struct canary *c, size_t number)
{
	static char last[64];
	(void)number;
	if (strcmp(last, c->claim) == 0)
		return;
	snprintf(last, sizeof last, "%s", c->claim);
	size_t forms = strcmp(c->secret->class, "access_key") == 0 ? FORMS : ENCODINGS;
	for (size_t i = 0; i < forms; i++)
		catch_form(c, i);
}

static void every_form_is_caught(void)
{
	each_pair(true, catch_forms);
}

static void catch_crumbs(const struct canary *c, size_t number)
{
	struct bytes crumbs[16];
	struct bytes value = bytes_of_buffer(&c->secret->value);
	size_t size = value.size / 16 + 1, count = 0;
	if (number % 7)
		return;
	for (size_t at = 0; at < value.size; at += size, count++)
		crumbs[count] =
			bytes_of(value.data + at, value.size - at < size ? value.size - at : size);
	expect_caught(c, crumbs, count);
}

static void a_secret_in_crumbs_is_caught(void)
{
	each_pair(true, catch_crumbs);
}

static void holders_may_have_it(const struct canary *c, size_t number)
{
	struct records good = { 0 };
	struct bytes value = bytes_of_buffer(&c->secret->value);
	(void)number;
	victim_heard(&good, honest, c->actor, &value, 1);
	refusals_expect_none(&good);
}

static void a_holder_is_not_caught(void)
{
	CU_ASSERT_TRUE(each_pair(false, holders_may_have_it) > 0);
}

/* One byte short of the value is not the value: the search does not find what is not there. */
static void nearly(const struct canary *c, size_t number)
{
	struct records good = { 0 };
	struct bytes value = bytes_of_buffer(&c->secret->value);
	value.size--;
	if (number % 5 == 0) {
		victim_heard(&good, honest, c->actor, &value, 1);
		refusals_expect_none(&good);
	}
}

static void nearly_a_secret_is_not_caught(void)
{
	each_pair(true, nearly);
}

size_t refusals_canaries(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(every_actor_outside_is_caught_with_every_secret),
		TEST(every_form_is_caught),
		TEST(a_secret_in_crumbs_is_caught),
		TEST(a_holder_is_not_caught),
		TEST(nearly_a_secret_is_not_caught),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
