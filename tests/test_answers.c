/* test_answers.c - what refusals that hang on a secret say on the wire: one that says something
 * else falls, in its run and among the runs of an invocation. */
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/lib/files.h"
#include "tests/lib/refused.h"
#include "tests/lib/suite.h"
#include "tools/actflow/same_answers.h"
#include "tools/actflow/text.h"

#define WRONG_KEY "noc.access_key_hash_matches"

static struct records list;
static size_t second; /* index of the second refusal; the first is what it is held against */

static void begin(void)
{
	records_fini(&list);
	refused_play(RUN_WRONG_KEY, &list);
	second = refused_at(&list, WRONG_KEY, 1);
}

static void falls(size_t index, const char *text)
{
	struct fallen f = refused_fallen(&list, &dynamics_roster);
	CU_ASSERT_EQUAL(f.count, 1);
	CU_ASSERT_EQUAL(f.list[0].which, POST_U7);
	CU_ASSERT_EQUAL(f.list[0].record, list.list[index].id);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, text));
}

static void another_answer_falls(void)
{
	static const uint8_t code[] = { 0, 2, 8, 0xcb, 1 };
	begin();
	size_t said = refused_next(&list, second, RECORD_SENT);
	struct bytes was = list.list[said].bytes;
	list.list[said].bytes = bytes_of(code, sizeof code);
	falls(second, "where noc.access_key_hash_matches refused: Refused on noc_session (5 bytes: "
		      "000208c901); actual where noc.access_key_hash_matches refused: Refused on "
		      "noc_session (5 bytes: 000208cb01)");
	list.list[said].bytes = bytes_of(was.data, was.size - 1);
	falls(second, "(4 bytes: 000208c9)");
	list.list[said].bytes = was;
	list.list[said].message = "Done";
	falls(second, "actual where noc.access_key_hash_matches refused: Done on noc_session");
	list.list[said].message = "Refused";
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
	records_remove(&list, said);
	records_number(&list);
	falls(second, "actual where noc.access_key_hash_matches refused: nothing");
}

static void a_closed_channel_or_a_packet_is_an_answer(void)
{
	static const uint8_t alert[19];
	begin();
	size_t said = refused_next(&list, second, RECORD_SENT);
	struct record more = {
		.kind = RECORD_PIPE, .name = "closed", .peer = "app", .channel = "noc_session"
	};
	size_t at = refused_put(&list, second, more);
	list.list[at].channel = "noc_session";
	falls(second, "refused: closed on noc_session, Refused on noc_session");
	list.list[at].kind = RECORD_PACKET;
	list.list[at].bytes = bytes_of(alert, sizeof alert);
	falls(second, "refused: packet on noc_session (19 bytes), Refused on noc_session");
	list.list[at].channel = "handover"; /* a local channel is no wire */
	list.list[at].kind = RECORD_SENT;
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
	list.list[at].channel = "noc_session";
	list.list[at].kind = RECORD_ACT; /* it is no answer of the actor's own any more */
	list.list[said + 1].message = "Done";
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
}

static void an_answer_that_was_only_looked_at_is_one(void)
{
	begin();
	size_t at = refused_put(
		&list, second,
		(struct record){ .kind = RECORD_ACT, .name = "capture", .text = "kept" });
	size_t said = refused_next(&list, second, RECORD_SENT);
	list.list[said].parents[0] = list.list[at].id;
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
	list.list[said].message = "Done";
	falls(second, "refused: Done on noc_session");
	list.list[at].name = "set";
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
}

static void no_answer_names_the_check(void)
{
	static const char name[] = "\0\x02user: access_key_hash_matches";
	begin();
	size_t said = refused_next(&list, second, RECORD_SENT);
	list.list[said].bytes = bytes_of(name, sizeof name - 1);
	struct fallen f = refused_fallen(&list, &dynamics_roster);
	CU_ASSERT_EQUAL(f.count, 2); /* it is another answer, too */
	CU_ASSERT_EQUAL(f.list[0].which, POST_U7);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, "in the trace alone, actual noc says it on"));
}

/* -- several runs -- */

/* What a run's only answer was, as its worker sends it. */
static struct answer worker(const char *said, uint64_t seed)
{
	struct answer a = { .sample = { .seed = seed, .judged = true, .result = "as expected" } };
	const char *const texts[] = { "noc", "noc_session", WRONG_KEY, said };
	for (size_t i = 0; i < 4; i++)
		buffer_append(&a.answers, bytes_of(texts[i], strlen(texts[i]) + 1));
	return a;
}

static char label[] = "a.yaml", other_label[] = "b.yaml";
static const struct found first = { .file = label, .label = label };
static const struct found other = { .file = other_label, .label = other_label };

static void other_runs_say_the_same(void)
{
	struct answers all = { 0 };
	struct answer runs[] = { worker("x", 7), worker("x", 8), worker("y", 9) };
	for (size_t i = 0; i < 2; i++) {
		same_answers(&all, i ? &other : &first, &runs[i], false);
		CU_ASSERT_EQUAL(runs[i].status, ERR_OK);
		CU_ASSERT_EQUAL(runs[i].again.size, 0);
	}
	same_answers(&all, &other, &runs[2], false);
	CU_ASSERT_EQUAL(runs[2].status, ERR_NOT_AS_EXPECTED);
	CU_ASSERT_STRING_EQUAL(runs[2].sample.result, "post-condition");
	CU_ASSERT_STRING_EQUAL(text_string(&runs[2].again),
			       "b.yaml: post-condition U7: expected noc to answer on noc_session "
			       "as where " WRONG_KEY " refused in a.yaml with seed 7: x; actual "
			       "where " WRONG_KEY " refused: y\n");
	for (size_t i = 0; i < 3; i++)
		answer_fini(&runs[i]);
	answers_fini(&all);
}

static void as_json_it_is_an_object(void)
{
	struct answers all = { 0 };
	struct answer runs[] = { worker("x", 7), worker("y", 9) };
	for (size_t i = 0; i < 2; i++)
		same_answers(&all, &first, &runs[i], true);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text_string(&runs[1].out), "\"result\":\"post-condition\",\"errors\":[{"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text_string(&runs[1].messages), "post-condition U7"));
	for (size_t i = 0; i < 2; i++)
		answer_fini(&runs[i]);
	answers_fini(&all);
}

static void an_answer_goes_through_a_pipe(void)
{
	struct answer sent = worker("x", 7), came = { 0 };
	struct buffer bytes = { 0 };
	struct answers read = { 0 };
	answer_pack(&sent, &bytes);
	CU_ASSERT_TRUE(answer_unpack(bytes_of_buffer(&bytes), &came));
	CU_ASSERT_TRUE(answers_unpack(bytes_of_buffer(&came.answers), &read));
	CU_ASSERT_EQUAL(read.count, 1);
	CU_ASSERT_STRING_EQUAL(read.list[0].said, "x");
	struct buffer again = { 0 };
	answers_pack(&read, &again);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&again), bytes_of_buffer(&sent.answers)));
	for (size_t cut = 1; cut < again.size; cut++) {
		struct answers none = { 0 };
		CU_ASSERT_FALSE(answers_unpack(bytes_of(again.data, cut), &none));
		answers_fini(&none);
	}
	answers_fini(&read);
	answer_fini(&sent);
	answer_fini(&came);
	buffer_fini(&bytes);
	buffer_fini(&again);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(another_answer_falls),
		TEST(a_closed_channel_or_a_packet_is_an_answer),
		TEST(an_answer_that_was_only_looked_at_is_one),
		TEST(no_answer_names_the_check),
		TEST(other_runs_say_the_same),
		TEST(as_json_it_is_an_object),
		TEST(an_answer_goes_through_a_pipe),
	};
	int failed = suite_run("answers", cases, sizeof cases / sizeof *cases);
	records_fini(&list);
	refused_leave();
	return failed;
}
