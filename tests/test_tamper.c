/* test_tamper.c - what the adversary does to packets on wires: each act on a real run, with its
 * record, what it makes, and what the ends make of that.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/lib/told.h"

#define ASK(record, ...)                                                                           \
	(struct asked)                                                                             \
	{                                                                                          \
		.kind = record, __VA_ARGS__                                                        \
	}
#define S_NS INT64_C(1000000000)
#define ON(channel, when, what)                                                                    \
	"adversary: [{on: [" channel "], when: \"" when "\", do: {" what "}}]\n"                   \
	"limits: {virtual: 2h}\n"

static struct played played;

static void play(const char *lines)
{
	told_play("next-app", lines, &played);
}

static const struct told *act(const char *name)
{
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_ACT, .name = name)), 1);
	return told_nth(ASK(RECORD_ACT, .name = name), 0);
}

/* The n-th record, from 0, that the record of an act caused. */
static const struct told *made_by(const struct told *act, size_t n)
{
	static const struct told none;
	for (size_t i = 0; told_at(i); i++)
		if (told_at(i)->parent == act->id && told_at(i)->kind == RECORD_PACKET && n-- == 0)
			return told_at(i);
	return &none;
}

/* The n-th packet, from 1, of an honest run. */
static struct told honest(const char *channel, const char *actor, size_t n)
{
	play("");
	return *told_nth(ASK(RECORD_PACKET, .channel = channel, .actor = actor), n - 1);
}

static void what_comes_no_more_is_sent_again(void)
{
	struct told was = honest("signalling", "device", 4);
	play(ON("signalling", "device > infrastructure packet #4", "drop: true"));
	const struct told *dropped = act("drop");
	const struct told *taken = told_nth(ASK(RECORD_PACKET, .text = "taken"), 0);
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_PACKET, .text = "taken")), 1);
	CU_ASSERT_TRUE(dropped->parent == taken->id && dropped->at_ns == was.at_ns);
	CU_ASSERT_TRUE(taken->bytes == was.bytes && taken->number == 0);
	CU_ASSERT_EQUAL(made_by(dropped, 0)->id, 0);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void what_is_held_back_arrives_later(void)
{
	struct told was = honest("relay", "device", 6);
	play(ON("relay", "device > infrastructure packet #6", "delay: 300ms"));
	const struct told *held = act("delay"), *late = made_by(held, 0);
	CU_ASSERT_EQUAL(held->number, S_NS * 3 / 10);
	CU_ASSERT_TRUE(late->bytes == was.bytes && late->number == was.number + S_NS * 3 / 10);
	CU_ASSERT_EQUAL(
		told_nth(ASK(RECORD_ARRIVAL, .actor = "infrastructure", .channel = "relay"), 5)
			->parent,
		told_nth(ASK(RECORD_PACKET, .actor = "device", .channel = "relay",
			     .text = "carried"),
			 6)
			->id); /* the seventh overtook it */
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void a_flipped_segment_is_sound_unless_its_checksum_stays(void)
{
	struct told was = honest("signalling", "device", 4);
	play(ON("signalling", "device > infrastructure packet #4", "flip: -1"));
	const struct told *made = made_by(act("flip"), 0);
	CU_ASSERT_TRUE(made->sound && made->bytes != was.bytes && made->size == was.size);
	CU_ASSERT_TRUE(made->sequence == was.sequence);
	CU_ASSERT_NOT_EQUAL(played.app_result, 0); /* TLS ends at a bad record */
	play(ON("signalling", "device > infrastructure packet #4", "flip: -1, checksum: keep"));
	CU_ASSERT_FALSE(made_by(act("flip"), 0)->sound);
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_DROP, .actor = "infrastructure",
				       .text = "a segment whose checksum is wrong")),
			1);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void bytes_that_are_found_become_others(void)
{
	struct told was = honest("signalling", "device", 2);
	play(ON("signalling", "device > infrastructure packet #2",
		"rewrite: {find: 0x13021301, with: 0x0a0a1301}"));
	const struct told *made = made_by(act("rewrite"), 0);
	CU_ASSERT_TRUE(made->sound && made->size == was.size && made->bytes != was.bytes);
	CU_ASSERT_TRUE(made->sequence == was.sequence && made->payload == was.payload);
	CU_ASSERT_NOT_EQUAL(played.app_result, 0);
	/* What is put there may be what was there. */
	play(ON("signalling", "device > infrastructure packet #2",
		"rewrite: {find: 0x13021301, with: 0x13021301}"));
	CU_ASSERT_EQUAL(made_by(act("rewrite"), 0)->bytes, was.bytes);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void a_segment_is_split_where_it_is_said(void)
{
	struct told was = honest("noc_session", "secure_connect", 8);
	CU_ASSERT_TRUE_FATAL(was.payload > 100);
	play(ON("noc_session", "secure_connect > noc packet #8", "split: 100"));
	const struct told *first = made_by(act("split"), 0), *second = made_by(act("split"), 1);
	CU_ASSERT_TRUE(first->sound && second->sound);
	CU_ASSERT_TRUE(first->payload == 100 && second->payload == was.payload - 100);
	CU_ASSERT_TRUE(first->sequence == was.sequence && second->sequence == was.sequence + 100);
	CU_ASSERT_EQUAL(made_by(act("split"), 2)->id, 0);
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void what_cannot_be_done_is_not_delivered(void)
{
	static const char *const list[] = {
		ON("noc_session", "secure_connect > noc packet #8", "split: 60000"),
		ON("noc_session", "secure_connect > noc packet #1", "flip: 0"),
		ON("noc_session", "secure_connect > noc packet #8", "truncate: 60000"),
		ON("noc_session", "secure_connect > noc packet #1",
		   "rewrite: {find: 0x1302, with: 0x1301}"),
		ON("noc_session", "secure_connect > noc packet #999", "drop: true"),
		"adversary: [{at: noc, when: S1.4, do: {bytes: {channel: noc_session, text: "
		"a}}}]\n",
		"adversary: [{at: app, when: S1.10, do: {bytes: {channel: noc_session, bytes: "
		"\"@secret.token_key\"}}}]\n",
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		play(list[i]);
		CU_ASSERT_EQUAL(played.world.entries_undelivered, 1);
		CU_ASSERT_EQUAL(played.app_result, 0);
	}
}

static void what_comes_more_than_once_is_taken_once(void)
{
	struct told was = honest("relay", "device", 6);
	play("adversary:\n"
	     "  - {on: [relay], when: \"device > infrastructure packet #6\", "
	     "do: {capture: it, duplicate: 2}}\n"
	     "  - {on: [relay], when: \"device > infrastructure packet #9\", "
	     "do: {replay: {packet: it, times: 3, delay: 10ms}}}\n");
	CU_ASSERT_TRUE(act("capture")->parent == act("duplicate")->parent);
	for (size_t i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(made_by(act("duplicate"), i)->bytes, was.bytes);
	CU_ASSERT_EQUAL(made_by(act("duplicate"), 2)->id, 0);
	for (size_t i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(made_by(act("replay"), i)->bytes, was.bytes);
	CU_ASSERT_EQUAL(made_by(act("replay"), 0)->number,
			act("replay")->at_ns + 30 * S_NS / 1000); /* the wire's 20 ms, and 10 */
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void bytes_go_into_a_stream_where_its_next_would(void)
{
	struct told was = honest("signalling", "device", 2);
	play(ON("signalling", "device > infrastructure packet #2",
		"inject: {bytes: 0x8f3a11c09d77}"));
	const struct told *made = made_by(act("inject"), 0);
	CU_ASSERT_TRUE(made->sound && made->payload == 6);
	CU_ASSERT_EQUAL(made->sequence, was.sequence + was.payload);
	CU_ASSERT_NOT_EQUAL(played.app_result, 0);
}

static void a_datagram_comes_from_whom_it_is_said(void)
{
	play(ON("relay", "device > infrastructure packet #3",
		"inject: {text: hi, from: user, raw: true}"));
	const struct told *made = made_by(act("inject"), 0);
	CU_ASSERT_STRING_EQUAL(made->actor, "user");
	CU_ASSERT_EQUAL(made->size, 2);
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_REJECTED, .actor = "infrastructure")), 1);
	play(ON("relay", "infrastructure > device packet #5",
		"inject: {text: hi, to: infrastructure}"));
	made = made_by(act("inject"), 0);
	CU_ASSERT_STRING_EQUAL(made->actor, "device");
	CU_ASSERT_STRING_EQUAL(made->peer, "infrastructure");
	CU_ASSERT_TRUE(made->size > 2); /* in the device's association */
	CU_ASSERT_EQUAL(played.app_result, 0);
}

static void a_stream_is_ended_in_its_senders_name(void)
{
	struct told was = honest("noc_session", "secure_connect", 5);
	play(ON("noc_session", "secure_connect > noc packet #5", "truncate: 10, fin: true"));
	CU_ASSERT_EQUAL(made_by(act("fin"), 0)->sequence, was.sequence + 10);
	CU_ASSERT_EQUAL(
		told_count(ASK(RECORD_PIPE, .actor = "noc", .channel = "noc_session",
			       .name = "failed", .text = "tls: unexpected eof while reading")),
		1);
	play(ON("noc_session", "secure_connect > noc packet #5", "reset: true"));
	CU_ASSERT_EQUAL(made_by(act("reset"), 0)->sequence, was.sequence + was.payload);
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_PIPE, .actor = "noc", .channel = "noc_session",
				       .name = "failed", .text = "stream: connection reset")),
			1);
}

static void what_arms_it_comes_before(void)
{
	play(ON("relay", "infrastructure > device packet #2..4 after S1.6b", "delay: 1ms"));
	int64_t secured_ns = told_nth(ASK(RECORD_PIPE, .actor = "device", .channel = "tunnel",
					  .name = "secured"),
				      0)
				     ->at_ns;
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_ACT, .name = "delay")), 3);
	CU_ASSERT_TRUE(told_nth(ASK(RECORD_ACT, .text = NULL), 0)->at_ns >= secured_ns);
	play(ON("relay", "S1.6b", "duplicate: 1")); /* the next of either direction */
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_ACT, .text = NULL)), 1);
	CU_ASSERT_EQUAL(act("duplicate")->at_ns, secured_ns);
}

static void only_the_device_that_is_named_is_touched(void)
{
	play("devices: {count: 2, apart: 1min}\n" ON("relay", "device@2 > infrastructure packet #2",
						     "drop: true"));
	CU_ASSERT_STRING_EQUAL(act("drop")->actor, "device@2");
	play("devices: {count: 2, apart: 1min}\n" ON("relay", "app@2 > noc ActivationRequest",
						     "duplicate: 1"));
	CU_ASSERT_STRING_EQUAL(act("duplicate")->actor[0] == 'd' ? act("duplicate")->actor
								 : act("duplicate")->peer,
			       "device@2");
}

static void a_plan_that_meets_no_packet_leaves_the_run(void)
{
	struct played plain;
	told_play("next-app", "", &plain);
	play(ON("relay", "device > infrastructure packet #999", "drop: true"));
	CU_ASSERT_EQUAL(memcmp(plain.head, played.head, TRACE_HEAD_SIZE), 0);
}

static void bytes_below_messages_are_refused_by_their_length(void)
{
	play("adversary: [{at: app, when: S1.10, do: {bytes: {channel: noc_session, "
	     "bytes: 0x00010001}}}]\n");
	CU_ASSERT_EQUAL(act("bytes")->number, 4);
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_PIPE, .actor = "noc", .channel = "noc_session",
				       .name = "failed", .text = "frame")),
			1);
	CU_ASSERT_EQUAL(played.app_result, -101);
}

static void bytes_below_messages_may_be_worked_out(void)
{
	play("adversary: [{at: app, when: S1.10, do: {bytes: {channel: noc_session, "
	     "bytes: {items: [{repeat: {of: 0x7b, times: 9}}]}}}}]\n");
	CU_ASSERT_EQUAL(act("bytes")->number, 4 + 9);
	CU_ASSERT_EQUAL(told_count(ASK(RECORD_REJECTED, .actor = "noc", .channel = "noc_session")),
			1);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(what_comes_no_more_is_sent_again),
		TEST(what_is_held_back_arrives_later),
		TEST(a_flipped_segment_is_sound_unless_its_checksum_stays),
		TEST(bytes_that_are_found_become_others),
		TEST(a_segment_is_split_where_it_is_said),
		TEST(what_cannot_be_done_is_not_delivered),
		TEST(what_comes_more_than_once_is_taken_once),
		TEST(bytes_go_into_a_stream_where_its_next_would),
		TEST(a_datagram_comes_from_whom_it_is_said),
		TEST(a_stream_is_ended_in_its_senders_name),
		TEST(what_arms_it_comes_before),
		TEST(only_the_device_that_is_named_is_touched),
		TEST(a_plan_that_meets_no_packet_leaves_the_run),
		TEST(bytes_below_messages_are_refused_by_their_length),
		TEST(bytes_below_messages_may_be_worked_out),
	};
	folder_enter();
	int status = suite_run("tamper", cases, sizeof cases / sizeof *cases);
	told_fini();
	folder_leave();
	return status;
}
