/* test_effects.c - how actions ask for things: everything is copied, and nothing beyond its bound.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/machine.h"
#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

static struct effects out;
static uint8_t much[EFFECTS_ARENA + 1];

static void begin(void)
{
	memset(&out, 0xee, sizeof out);
	out.count = 0;
	out.used = 0;
}

static const struct effect *last(void)
{
	return &out.list[out.count - 1];
}

static bool is_inside(struct bytes b)
{
	return b.data >= out.arena && b.data + b.size <= out.arena + out.used;
}

static void what_is_said_is_the_encoded_message(void)
{
	struct message m = { .type = MESSAGE_REFUSED, .as.refused = { .result = -101 } }, read;
	begin();
	effects_send(&out, 3, 4, &m);
	effects_answer(&out, 5, 6, &m);
	const struct effect *send = &out.list[0], *answer = &out.list[1];
	CU_ASSERT_TRUE(send->kind == EFFECT_SEND && send->what == 3 && send->tag == 4);
	CU_ASSERT_TRUE(answer->kind == EFFECT_ANSWER && answer->what == 5 && answer->request == 6);
	CU_ASSERT_TRUE(is_inside(send->body) && is_inside(answer->body));
	CU_ASSERT_EQUAL(message_decode(answer->body, &read), MESSAGE_OK);
	CU_ASSERT_TRUE(read.type == MESSAGE_REFUSED && read.as.refused.result == -101);
	CU_ASSERT_TRUE(bytes_equal(send->body, answer->body));
}

static void bytes_keys_and_values_are_copies(void)
{
	char key[] = "key", value[] = "value";
	begin();
	effects_send_bytes(&out, 1, 2, bytes_of_string(value));
	effects_answer_bytes(&out, 1, 2, bytes_of_string(value));
	effects_persist(&out, 7, bytes_of_string(key), bytes_of_string(value));
	effects_tell(&out, 2, bytes_of_string(key), 9, bytes_of_string(value));
	effects_hold(&out, "class", HOLD_DERIVED, "other", bytes_of_string(value));
	effects_key(&out, bytes_of_string(key));
	memset(key, 'x', 3);
	memset(value, 'x', 5);
	for (size_t i = 0; i < 5; i++)
		CU_ASSERT_TRUE(bytes_equal(out.list[i].body, bytes_of_string("value")));
	for (size_t i = 2; i < 6; i += i == 3 ? 2 : 1)
		CU_ASSERT_TRUE(bytes_equal(out.list[i].key, bytes_of_string("key")));
	CU_ASSERT_TRUE(out.list[2].kind == EFFECT_PERSIST && out.list[2].what == 7);
	CU_ASSERT_TRUE(out.list[3].machine == 2 && out.list[3].what == 9 && out.list[3].tag == 0);
	CU_ASSERT_STRING_EQUAL(out.list[4].text, "class");
	CU_ASSERT_STRING_EQUAL(out.list[4].from, "other");
	CU_ASSERT_EQUAL(out.list[4].origin, HOLD_DERIVED);
	CU_ASSERT_EQUAL(out.list[5].kind, EFFECT_KEY);
}

static void the_small_ones_say_what_they_are_told(void)
{
	begin();
	effects_open(&out, 1, 2);
	CU_ASSERT_TRUE(last()->kind == EFFECT_OPEN && last()->what == 1 && last()->tag == 2);
	effects_accept(&out, 3, 4);
	CU_ASSERT_TRUE(last()->kind == EFFECT_ACCEPT && last()->what == 3 && last()->tag == 4);
	effects_close(&out, 5, 6);
	CU_ASSERT_TRUE(last()->kind == EFFECT_CLOSE && last()->what == 5 && last()->tag == 6);
	effects_timer_set(&out, 7, 8);
	CU_ASSERT_TRUE(last()->kind == EFFECT_TIMER_SET && last()->what == 7);
	CU_ASSERT_EQUAL(last()->after_ns, 8);
	effects_timer_clear(&out, 7);
	CU_ASSERT_TRUE(last()->kind == EFFECT_TIMER_CLEAR && last()->what == 7);
	effects_tell_present(&out, 1, bytes_of("k", 1), 2, bytes_of(NULL, 0));
	CU_ASSERT_TRUE(last()->kind == EFFECT_TELL && last()->tag == 1 && last()->body.size == 0);
	effects_erase(&out, "class");
	CU_ASSERT_EQUAL(last()->kind, EFFECT_ERASE);
	CU_ASSERT_STRING_EQUAL(last()->text, "class");
	effects_outcome(&out, -102, "failed");
	CU_ASSERT_TRUE(last()->kind == EFFECT_OUTCOME && last()->result == -102);
	CU_ASSERT_EQUAL(out.count, 8);
}

static void fill_the_list(void)
{
	begin();
	for (size_t i = 0; i < EFFECTS_MAX; i++)
		effects_erase(&out, "class");
}

static void one_effect_too_many(void)
{
	fill_the_list();
	effects_erase(&out, "class");
}

static void one_byte_too_many(void)
{
	begin();
	effects_send_bytes(&out, 0, 0, bytes_of(much, EFFECTS_ARENA));
	effects_send_bytes(&out, 0, 0, bytes_of(much, 1));
}

static void all_bytes_at_once(void)
{
	begin();
	effects_send_bytes(&out, 0, 0, bytes_of(much, sizeof much));
}

static void a_key_too_long_for_a_session(void)
{
	begin();
	effects_key(&out, bytes_of(much, SESSION_KEY_MAX + 1));
}

static void a_key_too_long_to_be_told(void)
{
	begin();
	effects_tell(&out, 0, bytes_of(much, SESSION_KEY_MAX + 1), 0, bytes_of(NULL, 0));
}

static void a_timer_that_takes_no_time(void)
{
	begin();
	effects_timer_set(&out, 0, 0);
}

static void list_and_arena_hold_exactly_what_they_say(void)
{
	fill_the_list();
	CU_ASSERT_EQUAL(out.count, EFFECTS_MAX);
	begin();
	effects_send_bytes(&out, 0, 0, bytes_of(much, EFFECTS_ARENA));
	CU_ASSERT_EQUAL(out.used, EFFECTS_ARENA);
	effects_send_bytes(&out, 0, 0, bytes_of(NULL, 0));
	effects_key(&out, bytes_of(NULL, 0));
	CU_ASSERT_EQUAL(out.count, 3);
}

static void whatever_is_beyond_them_aborts(void)
{
	CU_ASSERT_TRUE(aborts(one_effect_too_many));
	CU_ASSERT_TRUE(aborts(one_byte_too_many));
	CU_ASSERT_TRUE(aborts(all_bytes_at_once));
	CU_ASSERT_TRUE(aborts(a_key_too_long_for_a_session));
	CU_ASSERT_TRUE(aborts(a_key_too_long_to_be_told));
	CU_ASSERT_TRUE(aborts(a_timer_that_takes_no_time));
	CU_ASSERT_FALSE(aborts(fill_the_list));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(what_is_said_is_the_encoded_message),
		TEST(bytes_keys_and_values_are_copies),
		TEST(the_small_ones_say_what_they_are_told),
		TEST(list_and_arena_hold_exactly_what_they_say),
		TEST(whatever_is_beyond_them_aborts),
	};
	return suite_run("effects", cases, sizeof cases / sizeof *cases);
}
