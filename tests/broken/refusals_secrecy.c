/* refusals_secrecy.c - the ways in which an actor comes by a value, each of them seen; and what is
 * said when run.secrets is not at hand. Who and in which form is tried in refusals_canaries.c.
 */
#include "tests/broken/refusals.h"

#include <stdio.h>
#include <string.h>

static void expect_access_key_at(struct records *broken, uint64_t record)
{
	records_number(broken);
	refusals_expect(broken, FINDING_SECRET, "secret(access_key)", record);
}

static void what_it_sends_it_has(void)
{
	struct records broken = { 0 };
	struct record r = { .kind = RECORD_SENT,
			    .actor = "noc",
			    .peer = "uem",
			    .channel = "out_of_band",
			    .bytes = bytes_of_buffer(&refusals_secret("access_key")->value) };
	records_borrow(&broken, honest->records);
	records_insert(&broken, refusals_end(&broken), &r);
	expect_access_key_at(&broken, refusals_end(&broken));
}

/* Bytes are in the sending alone; whoever accepts them by number has them. */
static void what_is_accepted_by_number_is_had(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	struct record r = { .kind = RECORD_SENT,
			    .actor = "uem",
			    .peer = "proxy",
			    .channel = "out_of_band",
			    .id = 0,
			    .bytes = bytes_of_buffer(&refusals_secret("access_key")->value) };
	size_t at = refusals_end(&broken);
	records_insert(&broken, at, &r);
	records_number(&broken);
	struct record accepted = { .kind = RECORD_ACCEPTED,
				   .actor = "proxy",
				   .peer = "uem",
				   .channel = "out_of_band",
				   .number = (int64_t)at + 1 };
	records_insert(&broken, at + 1, &accepted);
	expect_access_key_at(&broken, at + 2);
}

static void what_arrives_is_had(void)
{
	struct records broken = { 0 };
	records_borrow(&broken, honest->records);
	struct record r = { .kind = RECORD_PACKET,
			    .actor = "uem",
			    .peer = "infrastructure",
			    .channel = "relay",
			    .text = "carried",
			    .bytes = bytes_of_buffer(&refusals_secret("access_key")->value) };
	size_t at = refusals_end(&broken);
	records_insert(&broken, at, &r);
	records_number(&broken);
	struct record arrival = { .kind = RECORD_ARRIVAL,
				  .actor = "infrastructure",
				  .peer = "uem",
				  .channel = "relay",
				  .parents = { at + 1 },
				  .parents_count = 1 };
	records_insert(&broken, at + 1, &arrival);
	expect_access_key_at(&broken, at + 2);
}

/* A lost packet is had by nobody but its sender, who may have it. */
static void what_is_lost_is_not_had(void)
{
	struct records good = { 0 };
	records_borrow(&good, honest->records);
	struct record r = { .kind = RECORD_PACKET,
			    .actor = "uem",
			    .peer = "infrastructure",
			    .channel = "relay",
			    .text = "lost",
			    .bytes = bytes_of_buffer(&refusals_secret("access_key")->value) };
	records_insert(&good, refusals_end(&good), &r);
	records_number(&good);
	refusals_expect_none(&good);
}

/* Also where nothing but the cut is left of it. */
static void refused_at(enum record_kind kind, const char *actor, bool cut)
{
	static const uint8_t zeros[64];
	struct records broken = { 0 };
	const struct secret *s = refusals_secret("access_key");
	struct record r = { .kind = kind,
			    .actor = actor,
			    .channel = "noc_link",
			    .bytes = bytes_of_buffer(&s->value) };
	if (cut) {
		r.bytes = bytes_of(zeros, sizeof zeros);
		r.cuts[r.cuts_count++] =
			(struct record_cut){ 3, (uint32_t)s->value.size, s->reference };
	}
	records_borrow(&broken, honest->records);
	records_insert(&broken, refusals_end(&broken), &r);
	expect_access_key_at(&broken, refusals_end(&broken));
}

static void what_is_refused_or_dropped_is_had(void)
{
	const struct flow *f = honest->flow;
	uint32_t holders = refusals_holders(refusals_secret("access_key"));
	for (size_t i = 0; i < f->actors_count; i++)
		for (int k = 0; k < 4 && !(holders >> i & 1); k++)
			refused_at(k % 2 ? RECORD_DROP : RECORD_REJECTED, f->actors[i].name, k / 2);
}

/* The record reads as zeros; the cut says what stood there, also when it was spelled otherwise. */
static void what_was_cut_out_is_had(void)
{
	static const uint8_t zeros[64];
	const struct secret *s = refusals_secret("access_key");
	for (uint32_t hyphens = 0; hyphens <= 2; hyphens += 2) {
		struct records broken = { 0 };
		struct record r = { .kind = RECORD_ACCEPTED,
				    .actor = "noc",
				    .peer = "proxy",
				    .channel = "out_of_band",
				    .bytes = { zeros, sizeof zeros },
				    .cuts_count = 1,
				    .cuts = { { 5, (uint32_t)s->value.size + hyphens,
						s->reference } } };
		records_borrow(&broken, honest->records);
		records_insert(&broken, refusals_end(&broken), &r);
		expect_access_key_at(&broken, refusals_end(&broken));
	}
}

static void what_it_says_it_holds_it_has(void)
{
	struct records broken = { 0 };
	struct record r = { .kind = RECORD_HOLD,
			    .actor = "infrastructure",
			    .name = "access_key",
			    .text = "received",
			    .reference = refusals_secret("access_key")->reference };
	records_borrow(&broken, honest->records);
	records_insert(&broken, refusals_end(&broken), &r);
	expect_access_key_at(&broken, refusals_end(&broken));
}

/* An actor that the flow does not know is outside every circle, however many there are. */
static void a_stranger_is_caught(void)
{
	char names[40][8];
	struct bytes value = bytes_of_buffer(&refusals_secret("master_session_key")->value);
	struct records broken = { 0 };
	uint64_t id = victim_heard(&broken, honest, "eve", &value, 1);
	for (size_t i = 0; i < 40; i++) {
		struct record r = broken.list[id - 1];
		snprintf(names[i], sizeof names[i], "eve%zu", i);
		r.actor = names[i];
		records_insert(&broken, id + i, &r);
	}
	records_number(&broken);
	struct checker *c = refusals_judge(&broken);
	for (size_t i = 0; i <= 40; i++)
		CU_ASSERT_TRUE(
			refusals_found(c, FINDING_SECRET, "secret(master_session_key)", id + i));
	checker_free(c);
}

static void a_cut_that_is_not_zeros_is_refused(void)
{
	static const uint8_t noise[] = "not zeros at all";
	const struct secret *s = refusals_secret("access_key");
	for (uint32_t i = 0; i < 2; i++) { /* then: beyond the bytes */
		struct records broken = { 0 };
		struct record r = { .kind = RECORD_ACCEPTED,
				    .actor = "app",
				    .peer = "uem",
				    .channel = "out_of_band",
				    .bytes = { noise, sizeof noise },
				    .cuts_count = 1,
				    .cuts = { { i * 9, 15, s->reference } } };
		records_borrow(&broken, honest->records);
		records_insert(&broken, refusals_end(&broken), &r);
		records_number(&broken);
		refusals_expect(&broken, FINDING_EVIDENCE, NULL, refusals_end(honest->records) + 1);
	}
}

/* What nobody can fill in, nobody can search: it is said, and not passed over. */
static void a_cut_of_an_unknown_value_is_refused(void)
{
	static const char *const references[] = { "access_key#987654", "" };
	static const uint8_t zeros[32];
	for (size_t i = 0; i < 2; i++) {
		struct records broken = { 0 };
		struct record r = { .kind = i ? RECORD_DROP : RECORD_ACCEPTED,
				    .actor = "app",
				    .peer = "uem",
				    .channel = "out_of_band",
				    .bytes = { zeros, sizeof zeros },
				    .cuts_count = 1,
				    .cuts = { { 4, 15, references[i] } } };
		records_borrow(&broken, honest->records);
		records_insert(&broken, refusals_end(&broken), &r);
		records_number(&broken);
		refusals_expect(&broken, FINDING_EVIDENCE, "evidence",
				refusals_end(honest->records) + 1);
	}
}

static void without_secrets_nothing_is_said(void)
{
	struct checker *c = records_check(honest->records, honest->flow, honest->variant, NULL);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_INCONCLUSIVE);
	CU_ASSERT_TRUE(refusals_found(c, FINDING_SECRET, "secret(p1)", 0));
	for (size_t i = 0; i < honest->flow->steps_count; i++)
		CU_ASSERT_EQUAL(checker_step_record(c, i), honest->steps[i]);
	checker_free(c);
}

/* Whether the claim is judged with these words. */
static bool judged_as(const struct checker *c, const char *claim, const char *words)
{
	const struct judged *list;
	size_t count = checker_judged(c, &list);
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, claim) == 0)
			return strstr(list[i].text, words) != NULL;
	return false;
}

/* Whether some record has a cut of a value that is not among these. */
static bool cuts_more_than(const struct secrets *some)
{
	for (size_t i = 0; i < honest->records->count; i++)
		for (size_t k = 0; k < honest->records->list[i].cuts_count; k++) {
			size_t at = 0;
			while (at < some->count &&
			       strcmp(some->list[at].reference,
				      honest->records->list[i].cuts[k].reference) != 0)
				at++;
			if (at == some->count)
				return true;
		}
	return false;
}

static void expect_too_few(const struct secrets *few, const char *words)
{
	struct checker *c = records_check(honest->records, honest->flow, honest->variant, few);
	CU_ASSERT_EQUAL(checker_verdict(c),
			cuts_more_than(few) ? VERDICT_VIOLATED : VERDICT_INCONCLUSIVE);
	CU_ASSERT_TRUE(judged_as(c, "secret(token_key)", words));
	checker_free(c);
}

static void secrets_that_are_fewer_than_promised_leave_doubt(void)
{
	struct secrets fewer = *honest->secrets;
	fewer.count--;
	expect_too_few(&fewer, "fewer entries");
	fewer.count = 0;
	expect_too_few(&fewer, "no value in this run");
}

/* Short values are everywhere by chance. */
static void a_short_value_is_not_looked_for_and_that_is_said(void)
{
	struct secrets more = { 0 };
	struct records good = { 0 };
	static const uint8_t seven[7] = "abcdefg";
	for (size_t i = 0; i < honest->secrets->count; i++) {
		const struct secret *s = &honest->secrets->list[i];
		secrets_add(&more, s->class, s->holder, s->channel, bytes_of_buffer(&s->value));
	}
	secrets_add(&more, "verifier", "uem", "", bytes_of(seven, sizeof seven));
	struct bytes piece = bytes_of(seven, sizeof seven);
	victim_heard(&good, honest, "user", &piece, 1);
	struct checker *c = records_check(&good, honest->flow, honest->variant, &more);
	CU_ASSERT_EQUAL(checker_verdict(c), VERDICT_HOLDS);
	CU_ASSERT_TRUE(judged_as(c, "secret(verifier)", "1 under 8 bytes not looked for"));
	checker_free(c);
	records_fini(&good);
	secrets_fini(&more);
}

static void nothing_is_ever_proved(void)
{
	struct checker *c =
		records_check(honest->records, honest->flow, honest->variant, honest->secrets);
	const struct judged *list;
	size_t count = checker_judged(c, &list), secrets = 0;
	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(list[i].text, "not disproved"));
		secrets += strstr(list[i].text, "under the listed forms") != NULL;
	}
	CU_ASSERT_EQUAL(secrets, honest->flow->holders_count);
	checker_free(c);
}

size_t refusals_secrecy(struct test_case *cases)
{
	static const struct test_case all[] = {
		TEST(what_it_sends_it_has),
		TEST(what_is_accepted_by_number_is_had),
		TEST(what_arrives_is_had),
		TEST(what_is_lost_is_not_had),
		TEST(what_is_refused_or_dropped_is_had),
		TEST(what_was_cut_out_is_had),
		TEST(what_it_says_it_holds_it_has),
		TEST(a_stranger_is_caught),
		TEST(a_cut_that_is_not_zeros_is_refused),
		TEST(a_cut_of_an_unknown_value_is_refused),
		TEST(without_secrets_nothing_is_said),
		TEST(secrets_that_are_fewer_than_promised_leave_doubt),
		TEST(a_short_value_is_not_looked_for_and_that_is_said),
		TEST(nothing_is_ever_proved),
	};
	memcpy(cases, all, sizeof all);
	return sizeof all / sizeof *all;
}
